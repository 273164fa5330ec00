"""Where in a cell people live, told from its streets (dasymetric weights).

The rule
--------
Every street counts with its length, times ``c / (1 + (link / 250 m)²)``, where

- ``c`` is 1 for residential, unclassified, tertiary, secondary, primary and trunk roads, 0.2 for service roads, and 0 for
  motorways, ramps, tracks and paths; bridges and tunnels count nothing;
- ``link`` is the length of the street between the junctions (or dead ends) at its two ends.

The weight of a point is ``near ^ 0.8 · around ^ 0.6``: the counted length per hectare within 100 m of it, and within
800 m. A point with no such street within 100 m has no people.

Why: streets of a settlement meet every 50 to 150 m. A lane that runs half a kilometre without a side street runs
through fields or forest: it counts a fifth of a lane in a settlement, one of a whole kilometre a seventeenth. And of
two like streets in one cell, more people live on the one in the village than on the one that leads there.

How well it does is measured by ``benchmarks/spread.py``; the numbers stand in :mod:`geodata.places`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.streets import BRIDGE, ROAD_CLASS_INDEX, ROAD_CLASSES, TUNNEL, Streets

if TYPE_CHECKING:
    from geodata.lattice import Lattice, LatticePoints

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ORDINARY: Final = (
    *(
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "road",
        "pedestrian",
    ),
)
_BINS_PER_BOX: Final = 5  # street length is collected in bins of about 20 m; odd, so that a bin has the point in it
_BLOCK_BOXES: Final = 512  # boxes per side worked on at a time: about 50 km, 30 MB
_LEAST_METRES: Final = 0.1  # per hectare: less street than this within the radius is rounding, not a street


@dataclass(frozen=True)
class StreetRule:
    """The numbers of the rule; the defaults were chosen on Chiba Prefecture, each half checked on the other.

    Parameters
    ----------
    near_m, near_exponent
        Radius in which a street counts as being at the point, and the power of its counted length per hectare.
    around_m, around_exponent
        The same for the wider surroundings; exponent 0 leaves them out.
    link_scale_m
        Length of link that halves a street's count; infinity counts all links alike.
    classes
        Road classes that count with their whole length.
    service_share
        What a metre of service road counts.
    """

    near_m: float = 100.0
    near_exponent: float = 0.8
    around_m: float = 800.0
    around_exponent: float = 0.6
    link_scale_m: float = 250.0
    classes: tuple[str, ...] = _ORDINARY
    service_share: float = 0.2


DEFAULT_RULE: Final = StreetRule()


def street_weights(
    points: LatticePoints, lattice: Lattice, streets: Streets, rule: StreetRule = DEFAULT_RULE
) -> Floats:
    """Weight of each point of the net by the rule above; 0 where no ordinary street is near.

    Parameters
    ----------
    points
        Points of the net, in any order.
    lattice
        The net they are points of.
    streets
        Street network of at least the area of the points.
    rule
        The numbers of the rule.

    Returns
    -------
    array
        float64, one weight per point; only their ratios within a cell have a meaning.
    """
    return weight_of(*street_density(points, lattice, streets, rule), rule)


def weight_of(near: Floats, around: Floats, rule: StreetRule = DEFAULT_RULE) -> Floats:
    """Weight from the counted metres per hectare near a point and around it."""
    weight: Floats = np.where(near >= _LEAST_METRES, near**rule.near_exponent * around**rule.around_exponent, 0.0)
    return weight


def street_density(
    points: LatticePoints, lattice: Lattice, streets: Streets, rule: StreetRule = DEFAULT_RULE
) -> tuple[Floats, Floats]:
    """Counted metres of street per hectare within the near and within the wide radius of each point."""
    counted = counted_metres(streets, rule)
    is_counted = counted > 0
    tail, head = streets.tail[is_counted], streets.head[is_counted]
    column, row = lattice.to_net(streets.node_lon, streets.node_lat)
    ends = np.column_stack([column[tail], row[tail], column[head], row[head]])
    return _density(points, lattice, ends, counted[is_counted], rule)


def counted_metres(streets: Streets, rule: StreetRule = DEFAULT_RULE) -> Floats:
    """Metres of each segment, times how much its class and the length of its link make them count."""
    by_class = np.zeros(len(ROAD_CLASSES))
    by_class[[ROAD_CLASS_INDEX[name] for name in rule.classes]] = 1.0
    is_ordinary = by_class[streets.road_class] > 0
    by_class[ROAD_CLASS_INDEX["service"]] = rule.service_share
    factor: Floats = by_class[streets.road_class]
    factor[(streets.flags & (BRIDGE | TUNNEL)) > 0] = 0.0
    factor[is_ordinary] /= 1 + (link_metres(streets, is_ordinary) / rule.link_scale_m) ** 2
    return factor * streets.metres


def has_ordinary_street(streets: Streets) -> npt.NDArray[np.bool_]:
    """Which nodes of the network lie on land with an ordinary street: not only on motorways, bridges or in tunnels."""
    found = np.zeros(streets.node_count, dtype=bool)
    codes = [ROAD_CLASS_INDEX[name] for name in _ORDINARY]
    is_ordinary = np.isin(streets.road_class, codes) & ((streets.flags & (BRIDGE | TUNNEL)) == 0)
    found[streets.tail[is_ordinary]] = True
    found[streets.head[is_ordinary]] = True
    return found


def link_metres(streets: Streets, is_used: npt.NDArray[np.bool_]) -> Floats:
    """Length of the link that each used segment is part of: from junction to junction (or dead end).

    Parameters
    ----------
    streets
        The network.
    is_used
        Segments that make junctions; a node with exactly two of them is only a bend.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    tail, head = streets.tail[is_used], streets.head[is_used]
    count = len(tail)
    node = np.concatenate([tail, head])
    segment = np.tile(np.arange(count), 2)
    is_bend = np.bincount(node, minlength=streets.node_count)[node] == 2
    order = np.argsort(node[is_bend], kind="stable")
    pairs = segment[is_bend][order].reshape(-1, 2)
    joined = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, link = connected_components(joined, directed=False)
    total = np.bincount(link, weights=streets.metres[is_used]).astype(np.float64)
    return total[link]


def _density(
    points: LatticePoints, lattice: Lattice, ends: Floats, metres: Floats, rule: StreetRule
) -> tuple[Floats, Floats]:
    """Counted metres per hectare near each point and around it, block by block."""
    near, around = np.zeros(len(points)), np.zeros(len(points))
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    block = points.row // _BLOCK_BOXES * (1 << 31) + points.column // _BLOCK_BOXES
    by_block = np.argsort(block, kind="stable")
    for members in np.split(by_block, np.flatnonzero(np.diff(block[by_block])) + 1):
        if not len(members):
            continue
        corner = np.array([points.column[members[0]], points.row[members[0]]]) // _BLOCK_BOXES * _BLOCK_BOXES
        width, height = lattice.metres_per_box(float(corner[1] + _BLOCK_BOXES / 2) / lattice.per_degree[1])
        reach = int(max(rule.near_m, rule.around_m) // min(width, height)) + 2
        inside = np.all((high > corner - reach) & (low < corner + _BLOCK_BOXES + reach), axis=1)
        bins = _collect(ends[inside] - np.tile(corner - reach, 2), metres[inside], _BLOCK_BOXES + 2 * reach)
        at = points.row[members] - corner[1], points.column[members] - corner[0]
        fine = _disc(rule.near_m, width / _BINS_PER_BOX, height / _BINS_PER_BOX)
        near[members] = _sum_around(bins, fine, reach, _BINS_PER_BOX)[at]
        boxes = bins.reshape(len(bins) // _BINS_PER_BOX, _BINS_PER_BOX, -1, _BINS_PER_BOX).sum(axis=(1, 3))
        around[members] = _sum_around(boxes, _disc(rule.around_m, width, height), reach, 1)[at]
    return near / (np.pi * rule.near_m**2 / 1e4), around / (np.pi * rule.around_m**2 / 1e4)


def _disc(radius_m: float, width: float, height: float) -> list[tuple[int, int, float]]:
    """Squares within a radius of the middle of one of them, as (up, right, share of the square that is within)."""
    most = int(radius_m // min(width, height)) + 1
    fine = (np.arange(-most * 5 - 2, most * 5 + 3)) / 5  # 5 × 5 sample points tell the share of cut squares
    right, up = np.meshgrid(fine, fine)
    within = (np.hypot(right * width, up * height) <= radius_m).astype(float)
    share = within.reshape(2 * most + 1, 5, 2 * most + 1, 5).mean(axis=(1, 3))
    rows, columns = np.nonzero(share)
    return [(int(j) - most, int(i) - most, float(share[j, i])) for j, i in zip(rows, columns, strict=True)]


def _collect(ends: Floats, metres: Floats, boxes: int) -> npt.NDArray[np.float32]:
    """Street length in bins: each segment is cut into pieces shorter than a bin, each put where its middle lies."""
    side = boxes * _BINS_PER_BOX
    ends = ends * _BINS_PER_BOX
    longest = np.abs(ends[:, 2:] - ends[:, :2]).max(axis=1, initial=0)
    count = np.maximum(np.ceil(longest).astype(np.int64), 1)
    segment = np.repeat(np.arange(len(count)), count)
    along = (np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[segment]
    middle = ends[segment, :2] + along[:, None] * (ends[segment, 2:] - ends[segment, :2])
    cell = np.floor(middle).astype(np.int64)
    inside = np.all((cell >= 0) & (cell < side), axis=1)
    piece = (metres / count)[segment[inside]]
    flat = np.bincount(cell[inside, 1] * side + cell[inside, 0], weights=piece, minlength=side * side)
    return flat.astype(np.float32).reshape(side, side)


def _sum_around(
    squares: npt.NDArray[np.float32], kernel: list[tuple[int, int, float]], reach: int, per_box: int
) -> Floats:
    """Sum of the squares around the middle one of each box that is not in the outer `reach` boxes."""
    boxes = squares.shape[0] // per_box - 2 * reach
    start = reach * per_box + per_box // 2
    total = np.zeros((boxes, boxes))
    for up, right, share in kernel:
        rows = slice(start + up, start + up + boxes * per_box, per_box)
        columns = slice(start + right, start + right + boxes * per_box, per_box)
        total += share * squares[rows, columns]
    return total
