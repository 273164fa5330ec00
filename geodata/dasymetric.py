"""Where in a cell people live, told from its streets (dasymetric weights).

The rule
--------
The weight of a point is ``(Σ length · c / (1 + (link / 250 m)²)) ^ 0.8`` over the streets within 100 m of it, where

- ``c`` is 1 for residential, unclassified, tertiary, secondary, primary and trunk roads, 0.2 for service roads, and 0 for
  motorways, ramps, tracks and paths; bridges and tunnels count nothing;
- ``link`` is the length of the street between the junctions (or dead ends) at its two ends.

Streets of a settlement meet every 50 to 150 m. A lane that runs half a kilometre without a side street runs through
fields or forest: it counts a fifth of a lane in a settlement, and one of a whole kilometre a seventeenth. A point
without any such street within 100 m has no people.

Measured
--------
See `benchmarks/spread.py`, and :mod:`geodata.places` for the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.streets import BRIDGE, ROAD_CLASS_INDEX, ROAD_CLASSES, TUNNEL, Streets

if TYPE_CHECKING:
    from geodata.lattice import Lattice, LatticePoints

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RADIUS_M: Final = 100.0
LINK_SCALE_M: Final = 250.0
EXPONENT: Final = 0.8
SERVICE_SHARE: Final = 0.2
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
_LEAST_METRES: Final = 0.5  # less street than this within the radius is rounding, not a street


def street_weights(points: LatticePoints, lattice: Lattice, streets: Streets) -> Floats:
    """Weight of each point of the net by the rule above; 0 where no ordinary street is near.

    Parameters
    ----------
    points
        Points of the net, in any order.
    lattice
        The net they are points of.
    streets
        Street network of at least the area of the points.

    Returns
    -------
    array
        float64, one weight per point; only their ratios within a cell have a meaning.
    """
    counted = counted_metres(streets)
    is_counted = counted > 0
    tail, head = streets.tail[is_counted], streets.head[is_counted]
    column, row = lattice.to_net(streets.node_lon, streets.node_lat)
    ends = np.column_stack([column[tail], row[tail], column[head], row[head]])
    near = _length_near(points, lattice, ends, counted[is_counted])
    return np.where(near >= _LEAST_METRES, near, 0.0) ** EXPONENT


def counted_metres(streets: Streets) -> Floats:
    """Metres of each segment, times how much its class and the length of its link make them count."""
    by_class = np.zeros(len(ROAD_CLASSES))
    by_class[[ROAD_CLASS_INDEX[name] for name in _ORDINARY]] = 1.0
    is_ordinary = by_class[streets.road_class] > 0
    by_class[ROAD_CLASS_INDEX["service"]] = SERVICE_SHARE
    factor = by_class[streets.road_class]
    factor[(streets.flags & (BRIDGE | TUNNEL)) > 0] = 0.0
    factor[is_ordinary] /= 1 + (link_metres(streets, is_ordinary) / LINK_SCALE_M) ** 2
    return factor * streets.metres


def link_metres(streets: Streets, is_used: npt.NDArray[np.bool_]) -> Floats:
    """Length of the link that each used segment is part of: from junction to junction (or dead end).

    Parameters
    ----------
    streets
        The network.
    is_used
        Segments that make junctions; a node with exactly two of them is only a bend.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - heavy
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

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


def _length_near(points: LatticePoints, lattice: Lattice, ends: Floats, metres: Floats) -> Floats:
    """Sum the counted metres of street within the radius of each point, block by block."""
    near = np.zeros(len(points))
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    block = points.row // _BLOCK_BOXES * (1 << 31) + points.column // _BLOCK_BOXES
    by_block = np.argsort(block, kind="stable")
    for members in np.split(by_block, np.flatnonzero(np.diff(block[by_block])) + 1):
        if not len(members):
            continue
        origin = np.array([points.column[members[0]], points.row[members[0]]]) // _BLOCK_BOXES * _BLOCK_BOXES
        latitude = float(origin[1] + _BLOCK_BOXES / 2) / lattice.per_degree[1]
        kernel, reach = _disc(lattice, latitude)
        inside = np.all((high > origin - reach) & (low < origin + _BLOCK_BOXES + reach), axis=1)
        bins = _collect(ends[inside] - np.tile(origin - reach, 2), metres[inside], _BLOCK_BOXES + 2 * reach)
        smooth = _sum_around(bins, kernel, reach)
        near[members] = smooth[points.row[members] - origin[1], points.column[members] - origin[0]]
    return near


def _disc(lattice: Lattice, latitude: float) -> tuple[list[tuple[int, int, float]], int]:
    """Bins within the radius of a point as (up, right, share of the bin), and the boxes the disc reaches out."""
    width, height = (side / _BINS_PER_BOX for side in lattice.metres_per_box(latitude))
    most = int(RADIUS_M // min(width, height)) + 1
    fine = (np.arange(-most * 5 - 2, most * 5 + 3)) / 5  # 5 × 5 sample points per bin tell the share of cut bins
    right, up = np.meshgrid(fine, fine)
    within = (np.hypot(right * width, up * height) <= RADIUS_M).astype(float)
    share = within.reshape(2 * most + 1, 5, 2 * most + 1, 5).mean(axis=(1, 3))
    rows, columns = np.nonzero(share)
    kernel = [(int(j) - most, int(i) - most, float(share[j, i])) for j, i in zip(rows, columns, strict=True)]
    return kernel, most // _BINS_PER_BOX + 1


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


def _sum_around(bins: npt.NDArray[np.float32], kernel: list[tuple[int, int, float]], reach: int) -> Floats:
    """Sum of the bins around the middle bin of each box that is not in the outer `reach` boxes."""
    boxes = bins.shape[0] // _BINS_PER_BOX - 2 * reach
    start = reach * _BINS_PER_BOX + _BINS_PER_BOX // 2
    total = np.zeros((boxes, boxes))
    for up, right, share in kernel:
        rows = slice(start + up, start + up + boxes * _BINS_PER_BOX, _BINS_PER_BOX)
        columns = slice(start + right, start + right + boxes * _BINS_PER_BOX, _BINS_PER_BOX)
        total += share * bins[rows, columns]
    return total
