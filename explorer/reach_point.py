"""What is within reach of one point: the area of some minutes, the people in it, the nearest facility of every kind.

The same questions as ``explorer isochrone`` asks (:class:`explorer.travel.Travel`), with what does not change between two
clicks kept: people of the places, ties of the facilities to the streets of each mode.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.travel import Point, Travel
from geodata.kinds import KINDS
from geodata.tables import AGE_GROUPS, population_column
from layers.access.profiles import Profile, profiles_for

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.workspace import Workspace
    from layers.access.attach import Attachment

STOP_KINDS: Final = ("station", "stop")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Band:
    """What lies within some minutes: km² of ground, and people by age group (of the study area only)."""

    minutes: float
    area_km2: float
    people: Mapping[str, float]


@dataclass(frozen=True)
class NearestSite:
    """The facility of one kind that is reached first.

    Parameters
    ----------
    kind
        Key of :data:`geodata.kinds.KINDS`, or station, stop.
    name
        Empty where the list gives none.
    minutes
        Infinity where none can be reached.
    lat, lon
        NaN without one.
    """

    kind: str
    name: str
    minutes: float
    lat: float
    lon: float


@dataclass(frozen=True, eq=False)
class Reached:
    """The answer about a point.

    Parameters
    ----------
    bands
        Shortest time first.
    nearest
        In the order of the list of kinds.
    shapes
        Areas in degrees with ``minutes``, the largest first.
    goes_on
        Whether the area ends only where the streets at hand end.
    snap_metres
        From the point to the street where the way begins.
    """

    point: Point
    profile: Profile
    bands: tuple[Band, ...]
    nearest: tuple[NearestSite, ...]
    shapes: gpd.GeoDataFrame
    goes_on: bool
    snap_metres: float


@dataclass
class ReachEngine:
    """Answers about points of one workspace; any number of threads may ask."""

    workspace: Workspace
    _travels: dict[str, Travel] = field(default_factory=dict)
    _ties: dict[str, Attachment] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def modes(self) -> list[str]:
        """Modes along streets that the workspace was built with; none without streets."""
        has_streets = (self.workspace.file("network", "") / "topology").is_dir() if self._has_network else False
        return list(profiles_for(self.workspace.manifest)) if has_streets else []

    @property
    def _has_network(self) -> bool:
        return "network" in self.workspace.manifest.get("steps", {})

    def warm(self, modes: Sequence[str]) -> None:
        """Make what the first question in these modes would wait for."""
        box = self.workspace.manifest["steps"]["people"]["facts"]["box"]
        for mode in modes:
            travel = self._travel(mode)
            if self._ties_of(mode) is not None and len(self._sites[0]):
                lat, lon = float(self._sites[2][0]), float(self._sites[1][0])
            else:
                lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            ties = travel.ties([lon], [lat])
            if ties.is_attached[0]:
                self._seconds(travel, ties)

    def ask(self, lat: float, lon: float, mode: str, minutes: Sequence[float]) -> Reached:
        """What can be reached from a point.

        Parameters
        ----------
        lat, lon
            Degrees.
        mode
            One of :attr:`modes`.
        minutes
            Above 0.

        Raises
        ------
        NoWay
            No street of the mode lies near the point.
        NotAPoint
            It lies outside the study area and the ring around it.
        UnknownCode
            The workspace does not hold the mode.
        """
        from layers.access.isochrone import isochrones

        travel = self._travel(mode)
        point = travel.point(f"{lat:.6f},{lon:.6f}")
        ties = travel.tie(point)
        cuts = sorted(set(minutes))
        shapes = isochrones(travel.network, ties, minutes=cuts)
        seconds = self._seconds(travel, ties)
        area = dict(zip(shapes["minutes"].tolist(), shapes["area_km2"].tolist(), strict=True))
        bands = tuple(Band(cut, area.get(cut, 0.0), self._people_within(seconds, cut)) for cut in cuts)
        return Reached(
            point, travel.profile, bands, tuple(self._nearest(travel, ties)), shapes, travel.reaches_edge(shapes), float(ties.snap_metres[0])
        )  # fmt: skip

    def _travel(self, mode: str) -> Travel:
        with self._lock:
            if mode not in self._travels:
                travel = Travel.open(self.workspace.path, mode)
                _ = travel.network, travel.places  # kept with it
                self._travels[mode] = travel
            return self._travels[mode]

    def _people_within(self, seconds: Floats, minutes: float) -> dict[str, float]:
        inside = seconds <= minutes * 60
        return {group: float(people[inside].sum()) for group, people in self._people.items()}

    def _seconds(self, travel: Travel, ties: Attachment) -> Floats:
        from layers.access.matrix import travel_times

        seconds: Floats = travel_times(travel.network, ties, travel.places)[0]
        return seconds

    @cached_property
    def _people(self) -> dict[str, Floats]:
        import pyarrow.parquet as pq

        entry = self.workspace.manifest["tables"]["places"]
        file = self.workspace.file(entry["step"], entry["file"])
        there = set(pq.read_schema(file).names)
        names = {group: population_column(group) for group in AGE_GROUPS if population_column(group) in there}
        table = pq.read_table(file, columns=list(names.values()))
        return {group: np.nan_to_num(table[name].to_numpy().astype(np.float64)) for group, name in names.items()}

    @cached_property
    def _sites(self) -> tuple[list[tuple[str, str]], Floats, Floats]:
        """Kind and name of every facility and stop, longitude, latitude."""
        rows: list[tuple[str, str]] = []
        lon, lat = [np.empty(0)], [np.empty(0)]
        for name in ("facilities", "stops"):
            if not self.workspace.has_table(name):
                continue
            table = self.workspace.table(name)
            table = table[~(table.geometry.is_empty | table.geometry.isna())]
            titles = table["name"].astype(object).where(table["name"].notna(), "").astype(str)
            kinds = (
                table["kind"].astype(str)
                if name == "facilities"
                else table["mode"].map({"rail": "station"}).fillna("stop").astype(str)
            )
            rows += list(zip(kinds, titles, strict=True))
            lon.append(table.geometry.x.to_numpy(float))
            lat.append(table.geometry.y.to_numpy(float))
        return rows, np.concatenate(lon), np.concatenate(lat)

    @cached_property
    def _rows_of_kind(self) -> dict[str, npt.NDArray[np.intp]]:
        kinds = np.array([kind for kind, _ in self._sites[0]], dtype=object)
        return {kind: rows for kind in (*KINDS, *STOP_KINDS) if (rows := np.flatnonzero(kinds == kind)).size}

    def _ties_of(self, mode: str) -> Attachment:
        travel = self._travel(mode)
        with self._lock:
            if mode not in self._ties:
                _, lon, lat = self._sites
                self._ties[mode] = travel.ties(lon, lat)
            return self._ties[mode]

    def _nearest(self, travel: Travel, ties: Attachment) -> list[NearestSite]:
        from layers.access.nearest import nearest

        names, lon, lat = self._sites
        everywhere = self._ties_of(travel.profile.id)
        found = nearest(
            travel.network, ties, {kind: everywhere.take(rows) for kind, rows in self._rows_of_kind.items()}
        )
        answers = []
        for column, (kind, rows) in enumerate(self._rows_of_kind.items()):
            which = int(found.facility[0, column])
            if which < 0:
                answers.append(NearestSite(kind, "", np.inf, np.nan, np.nan))
                continue
            row = int(rows[which])
            minutes = float(found.seconds[0, column]) / 60
            answers.append(NearestSite(kind, names[row][1], minutes, float(lat[row]), float(lon[row])))
        return answers
