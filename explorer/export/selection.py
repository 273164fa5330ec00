"""What is exported: which areas, indicators, age group and mode, before a scenario or after it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from explorer.asking import chosen
from explorer.export.scenario_values import SCENARIO_COLUMNS, with_scenario
from explorer.provenance import Provenance, provenance_of
from explorer.regions import REGION, Region
from explorer.rows import Rows
from geodata.errors import UnknownCode
from layers.catalogue import GROUPS, MODES, THEMES
from layers.indicators import indicator_table

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import numpy.typing as npt

    from explorer.members import Asked
    from explorer.regions import Opened
    from explorer.scenario_edits import Scenario
    from explorer.scenario_result import ScenarioResult
    from explorer.words import Language
    from layers.catalogue import Indicator

AREA_COLUMNS: Final = ("area_code", "area_name", "prefecture_name", "area_km2")


@dataclass(frozen=True)
class WideColumn:
    """An indicator in one mode for one age group: a column of the table with a row per area."""

    indicator: Indicator
    group: str
    mode: str


@dataclass(frozen=True, eq=False)
class Selection:
    """What is exported; make it with :func:`selection`.

    Parameters
    ----------
    indicators
        Entries of the catalogue, in the order asked for, else of the catalogue.
    is_chosen
        Whether somebody named the indicators; else they are all there are.
    group, mode
        Only these; None for all of them in long tables, and for the usual ones in wide ones.
    region
        Its members and itself pooled; None for all municipalities.
    scenario
        Values after it stand beside the others.
    """

    opened: Opened
    indicators: tuple[Indicator, ...]
    is_chosen: bool
    group: str | None
    mode: str | None
    region: Region | None
    scenario: ScenarioResult | None
    language: Language

    @property
    def codes(self) -> list[str]:
        """Municipalities, in the order of their codes."""
        towns = self.opened.municipalities["code"].astype(str)
        return towns.tolist() if self.region is None else [code for code in towns if code in set(self.region.codes)]

    @cached_property
    def long(self) -> pd.DataFrame:
        """One row per area × indicator × mode × age group.

        Returns
        -------
        DataFrame
            Columns :data:`geodata.tables.INDICATOR_COLUMNS`, with a scenario also those of
            :data:`explorer.export.scenario_values.SCENARIO_COLUMNS`. Rows in the order of ``explorer indicators``.
        """
        if self.region is None:
            table = self.opened.indicators()
        else:
            table = pd.concat([self.region.member_table(), self._pooled(self.region)], ignore_index=True)
        wanted = np.ones(len(table), dtype=bool)
        if self.is_chosen:
            wanted &= table["indicator"].isin([indicator.id for indicator in self.indicators]).to_numpy()
        if self.mode is not None:  # what knows no way of travel is the same in each
            wanted &= table["mode"].isin([self.mode, ""]).to_numpy()
        if self.group is not None:
            wanted &= table["group"].isin([self.group]).to_numpy()
        table = table if wanted.all() else table[wanted].reset_index(drop=True)
        if table.empty:
            raise UnknownCode(
                "この組み合わせ（指標・年齢区分・移動手段）の値は、このワークスペースにありません。 / "
                "This workspace has no values for this combination of indicators, age group and mode."
            )
        return table if self.scenario is None else with_scenario(table, self)

    @cached_property
    def rows(self) -> Rows:
        """The long table, ready for look-ups."""
        return Rows(self.long, self.opened.catalogue)

    @cached_property
    def columns(self) -> tuple[WideColumn, ...]:
        """Columns of the wide table: each indicator in the mode and for the age group asked for, else the usual ones.

        Usual is on foot along streets where the indicator knows it, else its first mode; all people where it counts all,
        else its first age group.
        """
        found = []
        present = set(self.long["indicator"].astype(str).unique())
        for indicator in self.indicators:
            if indicator.id not in present:
                continue
            groups = indicator.groups
            group = self.group or ("total" if groups is None or "total" in groups else groups[0])
            known = self.rows.modes(indicator.id, group)
            if known:
                mode = self.mode if self.mode in known else self.rows.usual_mode(indicator.id, group)
                found.append(WideColumn(indicator, group, str(mode)))
        return tuple(found)

    @cached_property
    def wide(self) -> pd.DataFrame:
        """One row per municipality in the order of their codes, and the region last.

        Returns
        -------
        DataFrame
            :data:`AREA_COLUMNS`, then a column per indicator (NaN where there is no value), with a scenario each followed
            by ``<id>_after``.
        """
        columns: dict[str, object] = dict(self._areas)
        for column in self.columns:
            for name in self._value_columns:
                columns[column.indicator.id + name.removeprefix("value")] = self._of(column, name, float("nan"))
        return pd.DataFrame(columns)

    @cached_property
    def reasons(self) -> list[dict[str, str]]:
        """Of each row of the wide table: column → why it has no value, in both languages."""
        found: list[dict[str, str]] = [{} for _ in self.area_codes]
        for column in self.columns:
            for name in self._value_columns:
                key = column.indicator.id + name.removeprefix("value")
                texts = self._of(column, name.replace("value", "reason"), "")
                for row, text in enumerate(texts):
                    if text and isinstance(text, str):
                        found[row][key] = text
        return found

    def _pooled(self, region: Region) -> pd.DataFrame:
        """Rows of the whole region, as :meth:`explorer.regions.Region.pooled_table` gives them, of what is chosen only."""
        conditions = self.opened.pooled_conditions(tuple(region.codes))
        return indicator_table(
            conditions,
            [REGION],
            [region.name],
            wanted=self.indicators,
            modes=None if self.mode is None else [self.mode, ""],
            groups=None if self.group is None else [self.group],
        )

    @property
    def area_codes(self) -> list[str]:
        """Codes of the rows of the wide table."""
        return [*self.codes, *([REGION] if self.region is not None else [])]

    @cached_property
    def shapes(self) -> gpd.GeoSeries:
        """Borders of the rows of the wide table (JGD2011), those of the region joined."""
        import geopandas as gpd

        towns = self.opened.municipalities.set_index("code").geometry.loc[self.codes]
        shapes = [*towns, *([towns.union_all()] if self.region is not None else [])]
        return gpd.GeoSeries(shapes, crs=towns.crs)

    @cached_property
    def provenance(self) -> Provenance:
        """Sources, dates, licences, method, scenario and version."""
        modes = None if self.mode is None else [self.mode]
        return provenance_of(self.opened, self.indicators if self.is_chosen else None, self.scenario, modes=modes)

    @cached_property
    def everything(self) -> Provenance:
        """The same for files that hold more than the indicators: everything the workspace was built from."""
        return provenance_of(self.opened, None, self.scenario) if self.is_chosen else self.provenance

    @property
    def _value_columns(self) -> tuple[str, ...]:
        return ("value",) if self.scenario is None else ("value", SCENARIO_COLUMNS[0])

    @property
    def _areas(self) -> dict[str, list[object]]:
        towns = self.opened.municipalities.set_index("code").loc[self.codes]
        table: dict[str, list[object]] = {
            "area_code": list(self.codes),
            "area_name": towns["name"].astype(str).tolist(),
            "prefecture_name": towns["prefecture_name"].astype(str).tolist(),
            "area_km2": towns["area_km2"].astype(float).tolist(),
        }
        if self.region is not None:
            prefectures = "・".join(dict.fromkeys(map(str, table["prefecture_name"])))
            whole = (REGION, self.region.name, prefectures, float(towns["area_km2"].sum()))
            for name, value in zip(table, whole, strict=True):
                table[name].append(value)
        return table

    def _of(self, column: WideColumn, name: str, otherwise: object) -> list[object]:
        """One column of the long table for an indicator, in the order of the rows of the wide one."""
        places = self.rows.places(column.indicator.id, column.group, column.mode)
        values = self._columns_by_name(name)
        return [values[places[code]] if code in places else otherwise for code in self.area_codes]

    def _columns_by_name(self, name: str) -> npt.NDArray[np.object_]:
        if name not in self._cache:
            self._cache[name] = self.long[name].astype(object).to_numpy()
        return self._cache[name]

    @cached_property
    def _cache(self) -> dict[str, npt.NDArray[np.object_]]:
        return {}


def selection(
    opened: Opened,
    *,
    region: Region | Asked | None = None,
    indicators: Sequence[str] = (),
    theme: str = "",
    group: str | None = None,
    mode: str | None = None,
    scenario: ScenarioResult | Scenario | Path | str | None = None,
    language: Language = "ja",
) -> Selection:
    """Choose what to export, every name checked.

    Parameters
    ----------
    region
        A region, its codes or its file; None for all municipalities.
    indicators
        Ids; none for all of the workspace, or of a theme.
    theme
        Key of :data:`layers.catalogue.THEMES`.
    group, mode
        Only this age group and mode (and what knows no mode); None for all.
    scenario
        Worked out already, or to be.

    Raises
    ------
    UnknownCode
        There is no such indicator, theme, age group, mode or municipality.
    ScenarioError
        The scenario cannot be worked out here.
    """
    from explorer.scenario_result import ScenarioResult

    catalogue = opened.catalogue
    _known(theme, THEMES, "分野", "theme")
    _known(group or "", GROUPS, "年齢区分", "age group")
    _known(mode or "", MODES, "移動手段", "mode")
    entries = [chosen(opened, name, None, None) for name in dict.fromkeys(indicators)]
    if theme:
        entries = [indicator for indicator in entries or catalogue.values() if indicator.theme == theme]
    is_chosen = bool(indicators or theme)
    return Selection(
        opened,
        tuple(entries) if is_chosen else tuple(catalogue.values()),
        is_chosen,
        group or None,
        mode or None,
        region if region is None or isinstance(region, Region) else opened.region(region),
        scenario if scenario is None or isinstance(scenario, ScenarioResult) else opened.scenario(scenario),
        language,
    )


def _known(name: str, known: dict[str, tuple[str, str]], ja: str, en: str) -> None:
    if name and name not in known:
        names = "、".join(each for each in known if each)
        raise UnknownCode(f"{ja} {name} はありません。あるもの: {names} / There is no {en} {name}. Known: {names}.")
