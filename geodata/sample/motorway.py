"""A toll motorway with interchanges: two one-way carriageways above the streets, joined to them only by ramps."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from scipy.interpolate import CubicSpline
from scipy.spatial import cKDTree

from geodata.sample.backbone import FIRST_ROAD_STRAND
from geodata.sample.region import Floats, Integers, Mask, Region, cell_of
from geodata.sample.streets import ROAD_CLASSES, StreetWeb

FIRST_STRAND: Final = 2_000_000
_COURSE_KM: Final = ((30.5, 23.0), (36.5, 27.5), (43.0, 29.0), (49.5, 29.6), (54.5, 34.0), (58.0, 40.0), (60.0, 47.0), (61.5, 51.5))  # fmt: skip
_INTERCHANGES: Final = (0, 1, 3, 4, 6, 7)  # points of the course
_STEP_M: Final = 110.0
_HALF_MEDIAN_M: Final = 12.0
_RAMP_STEPS: Final = 3  # a ramp leaves the carriageway this many nodes from the interchange
_HILL_M: Final = 90.0  # ground higher than this is tunnelled
_JOINED: Final = ("trunk", "primary", "secondary", "tertiary")


def add_motorway(web: StreetWeb, region: Region) -> StreetWeb:
    """The street web with the motorway and its ramps appended."""
    centre, marks = _centre_line()
    direction = np.gradient(centre, axis=0)
    direction /= np.hypot(*direction.T)[:, None]
    left = np.column_stack([-direction[:, 1], direction[:, 0]]) * _HALF_MEDIAN_M
    # Traffic keeps left in Japan: the carriageway along the course lies on its left.
    along, back = centre + left, (centre - left)[::-1]
    first = len(web.x)
    points = [along, back]
    chains = [(first + np.arange(len(along)), "motorway"), (first + len(along) + np.arange(len(back)), "motorway")]
    joints = _joints(web, centre[marks])
    free = first + len(along) + len(back)
    for mark, joint in zip(marks, joints, strict=True):
        for line, start in ((along, first), (back, first + len(along))):
            at = mark if start == first else len(back) - 1 - mark
            for chain, extra in _ramps(line, start, at, joint, (web.x[joint], web.y[joint]), free):
                chains.append((chain, "motorway_link"))
                points.append(extra)
                free += len(extra)
    return _append(web, region, np.vstack(points), chains)


def _centre_line() -> tuple[Floats, Integers]:
    course = np.array(_COURSE_KM) * 1000
    distance = np.append(0, np.cumsum(np.hypot(*np.diff(course, axis=0).T)))
    spline = CubicSpline(distance, course)
    count = round(distance[-1] / _STEP_M)
    marks = np.round(distance[list(_INTERCHANGES)] / distance[-1] * (count - 1)).astype(np.int64)
    return spline(np.linspace(0, distance[-1], count)), marks


def _joints(web: StreetWeb, places: Floats) -> Integers:
    """Nodes of the larger roads nearest to the interchanges."""
    wanted = np.isin(web.road_class, [ROAD_CLASSES.index(name) for name in _JOINED]) & (web.strand >= FIRST_ROAD_STRAND)
    nodes = np.unique(web.tail[wanted & ~web.is_bridge & ~web.is_tunnel])
    return np.asarray(nodes[cKDTree(np.column_stack([web.x[nodes], web.y[nodes]])).query(places)[1]])


def _ramps(
    line: Floats, start: int, at: int, joint: int, joint_xy: tuple[float, float], free: int
) -> list[tuple[Integers, Floats]]:
    """Off-ramp before and on-ramp after the interchange, each with one bend; node chains and the new positions."""
    ramps = []
    leave, enter = at - _RAMP_STEPS, at + _RAMP_STEPS
    if at == len(line) - 1:
        leave = at
    if at == 0:
        enter = at
    if leave >= 0 and at > 0:
        bend = 0.45 * line[leave] + 0.55 * np.array(joint_xy) + (5.0, -5.0)
        ramps.append((np.array([start + leave, free, joint]), bend[None, :]))
    if enter < len(line) and at < len(line) - 1:
        bend = 0.45 * line[enter] + 0.55 * np.array(joint_xy) + (-5.0, 5.0)
        ramps.append((np.array([joint, free + len(ramps), start + enter]), bend[None, :]))
    return ramps


def _append(web: StreetWeb, region: Region, points: Floats, chains: list[tuple[Integers, str]]) -> StreetWeb:
    x, y = np.append(web.x, points[:, 0]), np.append(web.y, points[:, 1])
    tail = np.concatenate([chain[:-1] for chain, _ in chains])
    head = np.concatenate([chain[1:] for chain, _ in chains])
    strand = np.concatenate([np.full(len(chain) - 1, FIRST_STRAND + at) for at, (chain, _) in enumerate(chains)])
    position = np.concatenate([np.arange(len(chain) - 1) for chain, _ in chains])
    road_class = np.concatenate([np.full(len(chain) - 1, ROAD_CLASSES.index(name)) for chain, name in chains])
    hill = region.terrain.elevation_m[cell_of(points[:, 0], points[:, 1])]
    on_line = (tail >= len(web.x)) & (head >= len(web.x)) & (road_class == ROAD_CLASSES.index("motorway"))
    tunnel = np.zeros(len(tail), dtype=bool)
    tunnel[on_line] = hill[tail[on_line] - len(web.x)] > _HILL_M
    bridge = _crosses_streets(web, x, y, tail, head) & ~tunnel
    count, nothing = len(tail), np.zeros(len(tail), dtype=bool)
    return StreetWeb(
        x, y, np.append(web.urbanity, np.zeros(len(points))),
        np.append(web.tail, tail), np.append(web.head, head), np.append(web.strand, strand),
        np.append(web.position, position), np.append(web.road_class, road_class),
        np.append(web.is_bridge, bridge), np.append(web.is_tunnel, tunnel),
        np.append(web.oneway, np.ones(count, dtype=np.int8)), np.append(web.is_private, nothing), web.roads,
    )  # fmt: skip


def _crosses_streets(web: StreetWeb, x: Floats, y: Floats, tail: Integers, head: Integers) -> Mask:
    """New edges that cross a street other than at a shared node."""
    new = shapely.linestrings(
        np.stack([np.column_stack([x[tail], y[tail]]), np.column_stack([x[head], y[head]])], axis=1)
    )
    ends = np.stack(
        [np.column_stack([web.x[web.tail], web.y[web.tail]]), np.column_stack([web.x[web.head], web.y[web.head]])],
        axis=1,
    )
    crossing, street = shapely.STRtree(np.asarray(shapely.linestrings(ends))).query(new, predicate="intersects")
    touches = (
        (web.tail[street] == tail[crossing]) | (web.tail[street] == head[crossing])
        | (web.head[street] == tail[crossing]) | (web.head[street] == head[crossing])
    )  # fmt: skip
    result = np.zeros(len(tail), dtype=bool)
    result[crossing[~touches]] = True
    return result
