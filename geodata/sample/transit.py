"""Bus lines along the streets: stops, lines and how often they run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from geodata.sample import paths
from geodata.sample.rail import RailLine
from geodata.sample.region import Floats, Integers, Region
from geodata.sample.streets import ROAD_CLASSES, StreetWeb

_SPEED_KMH: Final = {"trunk": 34, "primary": 34, "secondary": 32, "tertiary": 30, "unclassified": 20, "residential": 9}
_STOP_EVERY_M: Final = (380.0, 620.0)  # where people are many, elsewhere
_FARTHEST_M: Final = 11_000.0  # from the town centre to the end of a line within the municipality
_REUSE_M: Final = 170.0  # a line uses a stop of another line that is this near
_SUFFIXES: Final = (
    "",
    "入口",
    "公民館前",
    "小学校前",
    "東",
    "西",
    "北",
    "南",
    "橋",
    "団地前",
    "二丁目",
    "三丁目",
    "神社前",
    "郵便局前",
    "下",
    "上",
)
# Town (index into MUNICIPALITIES), lines, weekday departures per direction of each, for the city operator.
_CITY_LINES: Final = (
    (0, 20, (62, 48, 44, 40, 36, 32, 30, 26, 24, 22, 20, 18, 17, 16, 15, 13, 12, 10, 9, 8)),
    (1, 8, (32, 24, 20, 16, 12, 10, 9, 8)),
    (2, 6, (24, 18, 14, 10, 8, 7)),
)
_BETWEEN_TOWNS: Final = ((0, 1, 18), (0, 4, 16), (0, 7, 12), (1, 4, 7), (2, 7, 6))  # seat, seat, departures
_COMMUNITY_LINES: Final = ((3, 4, 7), (4, 4, 6), (5, 3, 5), (6, 3, 4), (7, 3, 5), (8, 1, 4), (0, 3, 8))
_ISLAND: Final = 9
_ISLAND_LINES: Final = 2


@dataclass
class StopGroup:
    """A place where buses stop on both sides of the street."""

    name: str
    x: float
    y: float
    normal: tuple[float, float]  # unit vector to the left of the first line through it
    community: bool
    routes: list[str] = field(default_factory=list)


@dataclass
class BusLine:
    """One line in its outbound direction; buses come back the same way."""

    name: str
    origin: str
    destination: str
    groups: list[int]  # indices of stop groups, outbound order
    minutes: Floats  # from the first stop to each
    shape: Floats  # planar metres
    weekday: int  # departures per direction
    community: bool
    by_headway: bool = False  # written as frequencies.txt


@dataclass
class BusNetwork:
    """All stop groups and lines."""

    groups: list[StopGroup]
    lines: list[BusLine]


class _Planner:
    def __init__(self, region: Region, web: StreetWeb) -> None:
        self.region, self.web = region, web
        speed = np.array([_SPEED_KMH.get(name, 0) for name in ROAD_CLASSES], dtype=float)[web.road_class]
        used = (speed > 0) & (web.oneway == 0) & ~web.is_private
        minutes = web.metres[used] / np.maximum(speed[used], 1) * 0.06
        self.graph = paths.graph(minutes, web.tail[used], web.head[used], len(web.x))
        self.nodes = np.unique(np.concatenate([web.tail[used], web.head[used]]))
        self.tree = cKDTree(np.column_stack([web.x[self.nodes], web.y[self.nodes]]))
        settlement = region.settlement
        self.quarters = cKDTree(np.column_stack([settlement.hamlet_x, settlement.hamlet_y]))
        self.used_names: dict[str, int] = {}
        self.network = BusNetwork([], [])
        self._previous: dict[int, Integers] = {}

    def node(self, x: float, y: float) -> int:
        return int(self.nodes[self.tree.query((x, y))[1]])

    def path(self, start: int, end: int) -> Integers:
        if start not in self._previous:
            self._previous[start] = paths.tree(self.graph, start)[1]
        return np.array(paths.chain(self._previous[start], end))

    def add_line(self, start: int, end: int, weekday: int, *, community: bool, by_headway: bool = False) -> None:
        """A line between two street nodes, unless the way is shorter than two stops."""
        path = self.path(start, end)
        x, y = self.web.x[path], self.web.y[path]
        along = np.append(0, np.cumsum(np.hypot(np.diff(x), np.diff(y))))
        if len(path) < 4 or along[-1] < 1_500:
            return
        stops = self._stops(path, along)
        groups = [self._group(x, y, at, community=community) for at in stops]
        kept = [0] + [place for place in range(1, len(groups)) if groups[place] not in groups[:place]]
        pace = np.where(self.web.urbanity[path[stops]] > 1_500, 3.3, 2.1)  # minutes per km with stops
        minutes = np.round(np.cumsum(np.append(0, np.diff(along[stops]) / 1000 * pace[1:])))
        minutes = minutes + np.arange(len(minutes)) * 0.25
        chosen = [groups[place] for place in kept]
        names = [self.network.groups[group].name for group in chosen]
        title = f"{names[-1]}線" if not community else f"{names[-1]}コース"
        for group in chosen:
            self.network.groups[group].routes.append(title)
        self.network.lines.append(
            BusLine(title, names[0], names[-1], chosen, np.round(minutes[kept]), np.column_stack([x, y]), weekday, community, by_headway)
        )  # fmt: skip

    def _stops(self, path: Integers, along: Floats) -> list[int]:
        stops, last = [0], 0.0
        for at in range(1, len(path) - 1):
            gap = _STOP_EVERY_M[0] if self.web.urbanity[path[at]] > 1_000 else _STOP_EVERY_M[1]
            if along[at] - last >= gap and along[-1] - along[at] > 0.6 * gap:
                stops.append(at)
                last = float(along[at])
        return [*stops, len(path) - 1]

    def _group(self, x: Floats, y: Floats, at: int, *, community: bool) -> int:
        """The stop group at a point of a line: one of the same operator that is near, else a new one."""
        groups = self.network.groups
        away = np.hypot(
            np.array([group.x for group in groups]) - x[at], np.array([group.y for group in groups]) - y[at]
        )
        near = np.flatnonzero(away < _REUSE_M)
        own = [int(index) for index in near if groups[index].community == community]
        if own:
            return own[0]
        before, after = max(0, at - 1), min(len(x) - 1, at + 1)
        step = np.array([x[after] - x[before], y[after] - y[before]])
        step = step / max(float(np.hypot(*step)), 1e-9)
        # Two operators at one place use one name.
        name = groups[near[0]].name if len(near) else self._name(float(x[at]), float(y[at]))
        groups.append(StopGroup(name, float(x[at]), float(y[at]), (-float(step[1]), float(step[0])), community))
        return len(groups) - 1

    def _name(self, x: float, y: float) -> str:
        settlement = self.region.settlement
        quarter = settlement.hamlet_name[int(self.quarters.query((x, y))[1])]
        count = self.used_names.get(quarter, 0)
        self.used_names[quarter] = count + 1
        suffix = _SUFFIXES[count] if count < len(_SUFFIXES) else f"{count}番"
        return quarter + suffix


def plan_buses(region: Region, web: StreetWeb, rail: list[RailLine]) -> BusNetwork:
    """City lines, lines between towns and community lines."""
    planner = _Planner(region, web)
    settlement = region.settlement
    hubs = _hubs(region, planner, rail)
    for town, count, departures in _CITY_LINES:
        for target, weekday in zip(_spread_targets(region, town, count), departures, strict=False):
            end = planner.node(settlement.hamlet_x[target], settlement.hamlet_y[target])
            planner.add_line(hubs[town], end, weekday, community=False)
    for start, end_town, weekday in _BETWEEN_TOWNS:
        planner.add_line(hubs[start], hubs[end_town], weekday, community=False)
    for town, count, weekday in _COMMUNITY_LINES:
        for target in _spread_targets(region, town, count + 3)[-count:]:
            end = planner.node(settlement.hamlet_x[target], settlement.hamlet_y[target])
            planner.add_line(hubs[town], end, weekday, community=True)
    for target in _spread_targets(region, _ISLAND, _ISLAND_LINES):
        end = planner.node(settlement.hamlet_x[target], settlement.hamlet_y[target])
        planner.add_line(hubs[_ISLAND], end, 7, community=True, by_headway=True)
    return planner.network


def _hubs(region: Region, planner: _Planner, rail: list[RailLine]) -> list[int]:
    """The street node in front of the station of each town, or of its town hall."""
    hubs = []
    for index, spec in enumerate(region.specs):
        x, y = float(region.settlement.seat_x[index]), float(region.settlement.seat_y[index])
        for line in rail:
            for station in line.stations:
                if station.name == spec.name[:-1]:
                    x, y = station.x + 60, station.y + 60
        hubs.append(planner.node(x, y))
        planner.network.groups.append(
            StopGroup(f"{spec.name[:-1]}駅" if any(s.name == spec.name[:-1] for line in rail for s in line.stations) else f"{spec.name}役場前",
                      float(planner.web.x[hubs[-1]]), float(planner.web.y[hubs[-1]]), (1.0, 0.0), community=index > 2)
        )  # fmt: skip
    return hubs


def _spread_targets(region: Region, town: int, count: int) -> list[int]:
    """Quarters to run to: large ones first, in directions not served yet."""
    settlement = region.settlement
    members = np.flatnonzero(settlement.hamlet_municipality == town)
    members = members[members != town]
    away = np.hypot(
        settlement.hamlet_x[members] - settlement.seat_x[town], settlement.hamlet_y[members] - settlement.seat_y[town]
    )
    bearing = np.arctan2(
        settlement.hamlet_y[members] - settlement.seat_y[town], settlement.hamlet_x[members] - settlement.seat_x[town]
    )
    worth = settlement.hamlet_people[members] ** 0.5 * np.clip(away / 4_000, 0.1, 1.2) * (away < _FARTHEST_M)
    chosen: list[int] = []
    for _ in range(min(count, len(members))):
        best = int(np.argmax(worth))
        chosen.append(int(members[best]))
        turn = np.abs(np.angle(np.exp(1j * (bearing - bearing[best]))))
        worth = worth * np.where(turn < 0.25, 0.15, np.where(turn < 0.5, 0.6, 1.0))
        worth[best] = 0.0
    return chosen
