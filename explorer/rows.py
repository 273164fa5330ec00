"""Single values of the long table of indicators, looked up many times: the table is indexed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from geodata.tables import AGE_GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from layers.catalogue import Indicator

Key = tuple[str, str, str]  # indicator, age group, mode


@dataclass(frozen=True)
class Row:
    """One row of the long table: an indicator of an area, for an age group, in a mode.

    Parameters
    ----------
    value, numerator, denominator, official_value
        NaN where there is none.
    reason
        Why there is no value, in both languages; ``""`` where there is one.
    """

    indicator: Indicator
    area_code: str
    group: str
    mode: str
    value: float
    numerator: float
    denominator: float
    reason: str
    official_value: float
    official_source: str

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True, eq=False)
class Rows:
    """A long table of indicators (columns :data:`geodata.tables.INDICATOR_COLUMNS`), ready for questions about single rows."""

    table: pd.DataFrame
    catalogue: Mapping[str, Indicator]

    def modes(self, indicator_id: str, group: str = "total") -> list[str]:
        """Modes in which the table has rows of an indicator, in the order of the catalogue; empty where it has none."""
        if indicator_id not in self.catalogue:
            return []
        return [mode for mode in self.catalogue[indicator_id].modes if (indicator_id, group, mode) in self._blocks]

    def groups(self, indicator_id: str, mode: str) -> list[str]:
        """Age groups for which the table has rows of an indicator."""
        return [group for group in AGE_GROUPS if (indicator_id, group, mode) in self._blocks]

    def usual_mode(self, indicator_id: str, group: str = "total") -> str:
        """Along streets on foot where the indicator is known so, else the first mode that the table has."""
        modes = self.modes(indicator_id, group) or self.modes(indicator_id)
        if "walk" in modes:
            return "walk"
        known = self.catalogue.get(indicator_id)
        return modes[0] if modes else known.modes[0] if known else ""

    def row(self, area_code: str, indicator_id: str, group: str = "total", mode: str | None = None) -> Row | None:
        """The row of an area; None where the table has none."""
        wanted = self.usual_mode(indicator_id, group) if mode is None else mode
        at = self.places(indicator_id, group, wanted).get(area_code)
        if at is None:
            return None
        number = {name: float(column[at]) for name, column in self._numbers.items()}
        text = {name: _text(column[at]) for name, column in self._texts.items()}
        return Row(
            self.catalogue[indicator_id],
            area_code,
            group,
            wanted,
            number["value"],
            number["numerator"],
            number["denominator"],
            text["reason"],
            number["official_value"],
            text["official_source"],
        )

    def values(
        self, codes: Sequence[str], indicator_id: str, group: str = "total", mode: str | None = None
    ) -> pd.Series:
        """Values of areas by their codes, in that order; NaN where there is none."""
        import pandas as pd

        wanted = self.usual_mode(indicator_id, group) if mode is None else mode
        places = self.places(indicator_id, group, wanted)
        column = self._numbers["value"]
        found = [float(column[places[code]]) if code in places else np.nan for code in codes]
        return pd.Series(found, index=list(codes), dtype=float, name=indicator_id)

    def places(self, indicator_id: str, group: str, mode: str) -> Mapping[str, int]:
        """Row number of each area that has a row of an indicator, an age group and a mode; empty where none has."""
        return self._places.get((indicator_id, group, mode), {})

    @cached_property
    def _blocks(self) -> dict[Key, npt.NDArray[np.intp]]:
        """Row numbers of each indicator, age group and mode."""
        grouped = self.table.groupby(["indicator", "group", "mode"], observed=True, sort=False)
        indices = cast("dict[Any, npt.NDArray[np.intp]]", grouped.indices)
        found = {(str(key[0]), str(key[1]), str(key[2])): rows for key, rows in indices.items()}
        return {key: rows for key, rows in found.items() if key[0] in self.catalogue}

    @cached_property
    def _places(self) -> dict[Key, dict[str, int]]:
        """Row number of each area in each of the blocks."""
        areas = self.table["area_code"].astype(str).to_numpy(dtype=object)
        return {key: dict(zip(areas[rows].tolist(), rows.tolist(), strict=True)) for key, rows in self._blocks.items()}

    @cached_property
    def _numbers(self) -> dict[str, npt.NDArray[np.float64]]:
        names = ("value", "numerator", "denominator", "official_value")
        return {name: self.table[name].to_numpy(float) for name in names}

    @cached_property
    def _texts(self) -> dict[str, npt.NDArray[np.object_]]:
        return {name: self.table[name].astype(object).to_numpy() for name in ("reason", "official_source")}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
