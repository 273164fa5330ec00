"""What the pages show, read from a workspace: names, indicator rows, places, points. No streamlit in here.

Nothing here imports geopandas: shapes come ready-made as a file and points straight from their binary form, so that the
first page is there within a second.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.families import Family, families_of
from explorer.maps.place_layer import drawn_name, place_value, shown_measure
from explorer.maps.shapes import stored_drawing
from explorer.own_indicators import own_indicators
from explorer.words import Language
from geodata.codes import rolled_up
from geodata.kinds import CATEGORIES
from geodata.tables import AGE_GROUPS, population_column
from layers import catalogue
from layers.access.profiles import Profile, profiles_for
from layers.completeness import COMPLETENESS_COLUMNS

if TYPE_CHECKING:
    from geodata.workspace import Workspace

Floats = npt.NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True)
class Points:
    """Facilities or stops: positions in degrees and columns of text, all of one length."""

    longitude: Floats
    latitude: Floats
    columns: pd.DataFrame


@dataclass
class Study:
    """A workspace as the pages see it. Read-only; one per process, shared by all sessions."""

    workspace: Workspace
    _views: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Changes when the workspace changes."""
        return self.workspace.key

    @property
    def manifest(self) -> dict[str, Any]:
        """What was built, from which sources, with which remarks."""
        return self.workspace.manifest

    def kept(self, question: Hashable, make: Callable[[], T]) -> T:
        """An answer that depends on nothing but the workspace and the question: worked out once, for all users.

        Parameters
        ----------
        question
            One of a number that the catalogue limits, never something that users write.
        """
        if question not in self._kept:
            self._kept[question] = make()
        return cast("T", self._kept[question])

    def title(self, language: Language) -> str:
        """Name of the study area: its prefectures, or its municipalities where they are few."""
        title = str(self.manifest.get("title", ""))
        return str(self.manifest.get("title_en", title)) if language == "en" else title

    @property
    def is_sample(self) -> bool:
        """Whether the study area is invented."""
        return bool(self.manifest.get("study_area", {}).get("is_sample"))

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """The modes along streets that were measured, by id, with the speeds and delays of this build."""
        return profiles_for(self.manifest)

    @property
    def has_signals(self) -> bool:
        """Whether the streets know traffic signals."""
        return bool(self.manifest.get("has_signals"))

    @cached_property
    def municipalities(self) -> pd.DataFrame:
        """Code, name, reading and prefecture of the study area, by code; row numbers 0 to n-1."""
        wanted = ["code", "name", "reading", "prefecture_name", "area_km2", "in_study_area"]
        table = self._columns("municipalities", wanted)
        inside = table[table["in_study_area"].astype(bool)]
        return inside.sort_values("code", ignore_index=True)

    @property
    def shapes(self) -> pd.DataFrame:
        """Code and outline (well-known binary) of each municipality of the study area that has one."""
        table = self._columns("municipalities", ["code", "in_study_area", "geometry"])
        chosen = table["in_study_area"].astype(bool) & table["geometry"].notna()
        return table.loc[chosen, ["code", "geometry"]]

    @cached_property
    def _indicators(self) -> pd.DataFrame:
        return self._columns("indicators")

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], npt.NDArray[np.intp]]:
        grouped = self._indicators.groupby(["indicator", "mode", "group"], observed=True, sort=False)
        found: dict[Any, Any] = dict(grouped.indices)
        return {(str(key[0]), str(key[1]), str(key[2])): np.asarray(rows) for key, rows in found.items()}

    @cached_property
    def families(self) -> list[Family]:
        """Every indicator that this workspace has, in the order of the catalogue."""
        with_values = {key[0] for key in self._rows}
        return families_of(catalogue.available(with_values, own_indicators(self.workspace)))

    @cached_property
    def _with_values(self) -> set[str]:
        table = self._indicators
        return {str(name) for name in table.loc[np.isfinite(table["value"]), "indicator"].unique()}

    def has_values(self, family: Family) -> bool:
        """Whether any municipality has a value for any member of a family, in any mode."""
        return any(member.id in self._with_values for member in family.members)

    def is_known(self, indicator: str) -> bool:
        """Whether any municipality has a value of an indicator, in any mode."""
        return indicator in self._with_values

    def modes(self, indicator: str) -> list[str]:
        """Modes that the workspace has for an indicator, in the order of the catalogue."""
        found = self._choices.get(indicator, {})
        return [mode for mode in catalogue.MODES if mode in found]

    def groups(self, indicator: str, mode: str) -> list[str]:
        """Age groups that the workspace has for an indicator."""
        found = self._choices.get(indicator, {}).get(mode, set())
        return [group for group in AGE_GROUPS if group in found]

    @cached_property
    def _choices(self) -> dict[str, dict[str, set[str]]]:
        """Indicator → mode → age groups."""
        found: dict[str, dict[str, set[str]]] = {}
        for indicator, mode, group in self._rows:
            found.setdefault(indicator, {}).setdefault(mode, set()).add(group)
        return found

    def values(self, indicator: str, mode: str, group: str) -> pd.DataFrame:
        """Rows of one indicator for all municipalities, in their order.

        Returns
        -------
        DataFrame
            Index = row numbers of :attr:`municipalities`; columns ``code, name, value, numerator, denominator, reason,
            official_value, official_source``. A municipality without a row has NaN and an empty reason.
        """
        key = (indicator, mode, group)
        if key not in self._views:
            rows = self._indicators.iloc[self._rows.get(key, np.empty(0, dtype=np.intp))]
            rows = rows.assign(code=rows["area_code"].astype(str)).drop_duplicates("code").set_index("code")
            wanted = ["value", "numerator", "denominator", "reason", "official_value", "official_source"]
            view = rows[wanted].reindex(self.municipalities["code"].astype(str))
            for text in ("reason", "official_source"):
                view[text] = view[text].astype(object).where(view[text].notna(), "")
            view = view.reset_index(names="code")
            view.insert(1, "name", self.municipalities["name"].astype(str))
            self._views[key] = view
        return self._views[key]

    def drawn_name(self, indicator: catalogue.Indicator, mode: str) -> str | None:
        """Name of the value per place that shows an indicator in a mode: see :func:`explorer.maps.place_layer.drawn_name`."""
        return drawn_name(self.manifest, indicator, mode)

    def place_value(self, name: str) -> Floats:
        """What is known of each place under a name of :meth:`drawn_name`; NaN where nothing is."""
        return place_value(self.workspace, name)

    def can_draw(self, indicator: catalogue.Indicator, mode: str) -> bool:
        """Whether there is anything to draw for each place."""
        return self.drawn_name(indicator, mode) is not None or self.has_measure(indicator.category, mode)

    def has_measure(self, category: str | None, mode: str) -> bool:
        """Whether each place has a result to draw for this category and mode."""
        return category is not None and self.workspace.has_measure(category, mode)

    def measure(self, category: str, mode: str) -> Floats:
        """Per place: metres or minutes (see :mod:`layers.measures`); inf cannot be reached, NaN no result."""
        return shown_measure(self.workspace, category, mode, self.profiles)

    @cached_property
    def places(self) -> tuple[Floats, Floats, Floats]:
        """Longitude, latitude and people of every place."""
        table = self._columns("places", ["geometry", population_column("total")])
        longitude, latitude = _positions(table["geometry"])
        return longitude, latitude, table[population_column("total")].to_numpy(float)

    @cached_property
    def centres(self) -> pd.DataFrame:
        """Where the people of each municipality live on average, and how far its places reach.

        Returns
        -------
        DataFrame
            Index = codes of :attr:`municipalities`; ``lon``, ``lat`` (weighted by people; the plain middle where nobody
            lives), ``people``, ``west``, ``south``, ``east``, ``north``; NaN where a municipality has no place.
        """
        longitude, latitude, people = self.places
        code = self._columns("places", ["municipality_code"])["municipality_code"].fillna("").astype(str)
        known = {each: rolled_up(each) for each in code.unique()}
        weight = np.where(np.isfinite(people), people, 0.0) + 1e-9
        table = pd.DataFrame({"code": code.map(known), "x": longitude, "y": latitude, "weight": weight})
        table["wx"], table["wy"] = table["x"] * weight, table["y"] * weight
        grouped = table.groupby("code")
        sums = grouped[["wx", "wy", "weight"]].sum()
        found = pd.DataFrame(
            {
                "lon": sums["wx"] / sums["weight"], "lat": sums["wy"] / sums["weight"], "people": sums["weight"].round(3),
                "west": grouped["x"].min(), "south": grouped["y"].min(), "east": grouped["x"].max(), "north": grouped["y"].max(),
            }
        )  # fmt: skip
        return found.reindex(self.municipalities["code"].astype(str))

    @cached_property
    def services(self) -> list[str]:
        """Categories that have a facility or stop, in the order of the list of kinds."""
        kinds = set(self.facilities.columns["kind"].astype(str))
        measured = {name.rpartition(".")[0] for name in self.manifest.get("measures", {})}
        found = [each.id for each in CATEGORIES.values() if kinds & set(each.kinds) and each.id in measured]
        return found + [name for name in ("station", "stop", "stop30") if name in measured]

    @cached_property
    def people_groups(self) -> list[str]:
        """Age groups of which the places have people."""
        found = set(self.manifest.get("groups", ["total"]))
        return [group for group in AGE_GROUPS if group in found]

    @cached_property
    def facilities(self) -> Points:
        """All facilities, with the columns ``kind``, ``name``, ``source``, ``as_of``."""
        return self._points("facilities", ["kind", "name", "source", "as_of"])

    @cached_property
    def stops(self) -> Points:
        """All stations and stops, with the columns ``mode``, ``name``, ``departures_weekday``."""
        return self._points("stops", ["mode", "name", "departures_weekday", "source"])

    def facilities_of(self, category: str | None) -> Points:
        """Facilities that a category counts; all of them without a category."""
        if category is None:
            return self.facilities
        kinds = CATEGORIES[category].kinds if category in CATEGORIES else ()
        chosen = self.facilities.columns["kind"].isin(list(kinds)).to_numpy(bool)
        points = self.facilities
        return Points(points.longitude[chosen], points.latitude[chosen], points.columns[chosen])

    def kinds_counted(self, category: str | None) -> tuple[list[tuple[str, int]], list[str]]:
        """Kinds of facility behind a category: those that a source lists, with how many, and those that none does."""
        if category not in CATEGORIES:
            return [], []
        counts, kinds = self._kind_counts, CATEGORIES[category].kinds
        present = [(kind, counts[kind]) for kind in kinds if kind in counts]
        return present, [kind for kind in kinds if kind not in counts]

    @cached_property
    def _kind_counts(self) -> dict[str, int]:
        counts = self.facilities.columns["kind"].value_counts()
        return {str(kind): int(count) for kind, count in counts.items()}

    @cached_property
    def completeness(self) -> pd.DataFrame:
        """How complete the lists of shops are (:data:`layers.completeness.COMPLETENESS_COLUMNS`)."""
        if not self.workspace.has_table("completeness"):
            return pd.DataFrame(columns=list(COMPLETENESS_COLUMNS))
        return self._columns("completeness", list(COMPLETENESS_COLUMNS))

    def whole(self, indicator: str, mode: str, group: str) -> pd.Series:
        """``value``, ``numerator``, ``denominator`` and ``reason`` of the whole study area; NaN where it has none."""
        found = self._whole.get((indicator, mode, group))
        nothing = {"value": np.nan, "numerator": np.nan, "denominator": np.nan, "reason": ""}
        return pd.Series(nothing if found is None else found)

    @cached_property
    def _whole(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        if not self.workspace.has_table("indicators_whole"):
            return {}
        table = self._columns("indicators_whole")
        keys = zip(*(table[name].astype(str) for name in ("indicator", "mode", "group")), strict=True)
        values = table[["value", "numerator", "denominator", "reason"]].astype({"reason": "str"}).to_dict("records")
        return {key: {str(name): each for name, each in row.items()} for key, row in zip(keys, values, strict=True)}

    def drawing(self) -> bytes:
        """Shapes of the municipalities for the map."""
        return stored_drawing(self.workspace)

    def _points(self, table: str, columns: list[str]) -> Points:
        if not self.workspace.has_table(table):
            nothing = np.empty(0)
            return Points(nothing, nothing, pd.DataFrame(columns=columns))
        frame = self._columns(table, [*columns, "geometry"])
        longitude, latitude = _positions(frame["geometry"])
        return Points(longitude, latitude, frame[columns])

    def _columns(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table without its shapes, or with them as bytes: reading shapes into objects would cost a second."""
        import pyarrow.parquet as pq

        entry = self.manifest["tables"][table]
        file = self.workspace.file(entry["step"], entry["file"])
        if columns is not None:
            present = set(pq.read_schema(file).names)
            missing = [name for name in columns if name not in present]
            frame: pd.DataFrame = pq.read_table(file, columns=[name for name in columns if name in present]).to_pandas()
            return frame.assign(**dict.fromkeys(missing, ""))
        whole: pd.DataFrame = pq.read_table(file).to_pandas()
        return whole


def _positions(geometry: pd.Series[Any]) -> tuple[Floats, Floats]:
    """Longitude and latitude of points in well-known binary; NaN where there is none."""
    import shapely

    points = shapely.from_wkb(geometry.to_numpy(dtype=object))
    return shapely.get_x(points), shapely.get_y(points)
