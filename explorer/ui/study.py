"""What the pages show, read from a workspace: names, indicator rows, places, points. No streamlit in here.

Nothing here imports geopandas: shapes come ready-made as a file and points straight from their binary form, so that the
first page is there within a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.words import Language
from geodata.kinds import CATEGORIES
from geodata.tables import AGE_GROUPS, population_column
from layers import catalogue
from layers.access.profiles import Profile, profiles_for
from layers.measures import is_in_metres, per_minute

if TYPE_CHECKING:
    from geodata.workspace import Workspace

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Facilities or stops: positions in degrees and columns of text, all of one length."""

    longitude: Floats
    latitude: Floats
    columns: pd.DataFrame


@dataclass(frozen=True)
class Family:
    """Indicators that differ only in their threshold or in the preset of a definition."""

    id: str
    theme: str
    members: tuple[catalogue.Indicator, ...]

    def name(self, language: str) -> str:
        """Name without the threshold: what all members have in common."""
        return common_name([member.ja if language == "ja" else member.en for member in self.members])

    def variant(self, member: catalogue.Indicator, language: str) -> str:
        """What sets a member without a threshold in metres apart: the text in its last brackets."""
        name = member.ja if language == "ja" else member.en
        found = _LAST_BRACKETS.search(name)
        return found.group(1) if found else name


_LAST_BRACKETS = re.compile(r"\s*[（(]([^（）()]*)[）)]$")


def common_name(names: list[str]) -> str:
    """The part that names share, an ellipsis standing for what differs.

    Examples
    --------
    >>> common_name(["駅の徒歩圏人口割合（500m）", "駅の徒歩圏人口割合（800m）"])
    '駅の徒歩圏人口割合'
    >>> common_name(["People within 500 m of: Station", "People within 800 m of: Station"])
    'People within … m of: Station'
    """
    if len(set(names)) == 1:
        return names[0]
    bare = {_LAST_BRACKETS.sub("", name) for name in names}
    if len(bare) == 1:
        return bare.pop()
    words = [name.split() for name in names]
    start = _shared(words)
    end = _shared([line[start:][::-1] for line in words])
    first = words[0]
    return " ".join([*first[:start], "…", *first[len(first) - end :]])


def _shared(lines: list[list[str]]) -> int:
    count = 0
    for column in zip(*lines, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    return count


@dataclass
class Study:
    """A workspace as the pages see it. Read-only; one per process, shared by all sessions."""

    workspace: Workspace
    _views: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Changes when the workspace changes."""
        return self.workspace.key

    @property
    def manifest(self) -> dict[str, Any]:
        """What was built, from which sources, with which remarks."""
        return self.workspace.manifest

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
        members: dict[str, list[catalogue.Indicator]] = {}
        for indicator in catalogue.available(with_values):
            members.setdefault(indicator.family, []).append(indicator)
        return [Family(name, found[0].theme, tuple(found)) for name, found in members.items()]

    @cached_property
    def _with_values(self) -> set[str]:
        table = self._indicators
        return {str(name) for name in table.loc[np.isfinite(table["value"]), "indicator"].unique()}

    def has_values(self, family: Family) -> bool:
        """Whether any municipality has a value for any member of a family, in any mode."""
        return any(member.id in self._with_values for member in family.members)

    def modes(self, indicator: str) -> list[str]:
        """Modes that the workspace has for an indicator, in the order of the catalogue."""
        found = {key[1] for key in self._rows if key[0] == indicator}
        return [mode for mode in catalogue.MODES if mode in found]

    def groups(self, indicator: str, mode: str) -> list[str]:
        """Age groups that the workspace has for an indicator."""
        found = {key[2] for key in self._rows if key[:2] == (indicator, mode)}
        return [group for group in AGE_GROUPS if group in found]

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

    def has_measure(self, category: str | None, mode: str) -> bool:
        """Whether each place has a result to draw for this category and mode."""
        return category is not None and self.workspace.has_measure(category, mode)

    def measure(self, category: str, mode: str) -> Floats:
        """Per place: metres or minutes (see :mod:`layers.measures`); inf cannot be reached, NaN no result."""
        stored = np.asarray(self.workspace.measure(category, mode), dtype=float)
        return stored if is_in_metres(mode) else stored / per_minute(mode, self.profiles)

    @cached_property
    def places(self) -> tuple[Floats, Floats, Floats]:
        """Longitude, latitude and people of every place."""
        table = self._columns("places", ["geometry", population_column("total")])
        longitude, latitude = _positions(table["geometry"])
        return longitude, latitude, table[population_column("total")].to_numpy(float)

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
        counts = self.facilities.columns["kind"].value_counts()
        kinds = CATEGORIES[category].kinds
        present = [(kind, int(counts[kind])) for kind in kinds if kind in counts.index]
        return present, [kind for kind in kinds if kind not in counts.index]

    def drawing(self) -> bytes:
        """Shapes of the municipalities for the map: as the build stored them, else made now."""
        if "drawing" in self.manifest.get("steps", {}):
            return self.workspace.file("drawing", "drawing.geojson").read_bytes()
        from explorer.maps.shapes import drawing_geojson

        return drawing_geojson(self.workspace.table("municipalities"))

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
