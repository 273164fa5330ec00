"""Made-up street networks of any size: the same number gives the same streets on every machine.

A square grid of crossings 120 m apart, each moved at random by up to a third of that, with a third of the streets taken
out; four of five streets get one to seven bends. So four of five nodes only bend a street, as in OpenStreetMap. One
street in twelve is one-way for cars, and every tenth line of the grid is a main road.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.streets import (
    CYCLE_BACKWARD,
    CYCLE_FORWARD,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    ROAD_CLASS_INDEX,
    WALK_BACKWARD,
    WALK_FORWARD,
    Streets,
    geodesic_metres,
)

SPACING_METRES: Final = 120.0
REMOVED_SHARE: Final = 0.33
BENT_SHARE: Final = 0.8
MAX_BENDS: Final = 7
ONE_WAY_SHARE: Final = 1 / 12
MAIN_ROAD_EVERY: Final = 10
_WEST: Final = 138.0
_SOUTH: Final = 36.0
_METRES_PER_DEGREE: Final = 111_000.0
_ALL_MODES: Final = WALK_FORWARD | WALK_BACKWARD | CYCLE_FORWARD | CYCLE_BACKWARD | DRIVE_FORWARD | DRIVE_BACKWARD


class _Edges(NamedTuple):
    """Streets between crossings, before they are bent: ends, and whether each is a main road."""

    tail: npt.NDArray[np.int64]
    head: npt.NDArray[np.int64]
    is_main: npt.NDArray[np.bool_]


def make_streets(node_count: int, *, seed: int = 3) -> Streets:
    """Streets with about `node_count` nodes (within a few per cent, never fewer than four crossings)."""
    random = np.random.default_rng(seed)
    bends_per_crossing = 2 * (1 - REMOVED_SHARE) * BENT_SHARE * (1 + MAX_BENDS) / 2
    side = max(2, round(np.sqrt(node_count / (1 + bends_per_crossing))))
    xy = SPACING_METRES * np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy = xy + random.uniform(-SPACING_METRES / 3, SPACING_METRES / 3, xy.shape)
    edges = _edges(side, random)
    bends = np.where(random.random(edges.tail.size) < BENT_SHARE, random.integers(1, MAX_BENDS + 1, edges.tail.size), 0)
    return _bend(xy, edges, bends, random)


def _edges(side: int, random: np.random.Generator) -> _Edges:
    crossing = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([crossing[:, :-1].ravel(), crossing[:-1].ravel()])
    head = np.concatenate([crossing[:, 1:].ravel(), crossing[1:].ravel()])
    line = np.concatenate([np.repeat(np.arange(side), side - 1), np.tile(np.arange(side), side - 1)])
    is_main = line % MAIN_ROAD_EVERY == 0
    kept = is_main | (random.random(tail.size) >= REMOVED_SHARE)
    return _Edges(tail[kept], head[kept], is_main[kept])


def _bend(
    xy: npt.NDArray[np.float64], edges: _Edges, bends: npt.NDArray[np.int64], random: np.random.Generator
) -> Streets:
    """Put the bends into the streets: a street with b bends becomes b + 1 segments."""
    count = bends + 1
    street = np.repeat(np.arange(count.size), count)
    nth = np.arange(street.size) - np.repeat(np.cumsum(count) - count, count)
    is_last = nth == bends[street]
    new_node = len(xy) + np.cumsum(~is_last) - 1  # the bend at the end of each segment but the last
    head = np.where(is_last, edges.head[street], new_node)
    tail = np.where(nth == 0, edges.tail[street], np.concatenate([[0], head[:-1]]))
    share = ((nth + 1) / count[street])[~is_last, np.newaxis]
    line = street[~is_last]
    bend_xy = xy[edges.tail[line]] * (1 - share) + xy[edges.head[line]] * share
    node_xy = np.concatenate([xy, bend_xy + random.uniform(-8.0, 8.0, bend_xy.shape)])
    is_one_way = (random.random(count.size) < ONE_WAY_SHARE) & ~edges.is_main
    return _to_streets(node_xy, tail, head, is_main=edges.is_main[street], is_one_way=is_one_way[street], way=street)


def _to_streets(
    node_xy: npt.NDArray[np.float64],
    tail: npt.NDArray[np.int64],
    head: npt.NDArray[np.int64],
    *,
    is_main: npt.NDArray[np.bool_],
    is_one_way: npt.NDArray[np.bool_],
    way: npt.NDArray[np.int64],
) -> Streets:
    lat = _SOUTH + node_xy[:, 1] / _METRES_PER_DEGREE
    lon = _WEST + node_xy[:, 0] / (_METRES_PER_DEGREE * np.cos(np.radians(_SOUTH)))
    flags = np.where(is_one_way, _ALL_MODES & ~DRIVE_BACKWARD, _ALL_MODES).astype(np.uint16)
    classes = np.array([ROAD_CLASS_INDEX["residential"], ROAD_CLASS_INDEX["primary"]], np.uint8)
    return Streets(
        node_lon=lon,
        node_lat=lat,
        node_id=np.arange(lat.size, dtype=np.int64),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        metres=geodesic_metres(lon[tail], lat[tail], lon[head], lat[head]),
        road_class=classes[is_main.astype(np.int64)],
        flags=flags,
        speed_kmh=np.zeros(tail.size, np.float32),
        way_id=way,
    )
