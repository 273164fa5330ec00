"""Several extracts into one street network in which no street stands twice.

Extracts of neighbouring prefectures overlap along the border. How they are joined depends on their ids:

1. Extracts with the same ids (true OSM ids, the same file twice) are joined by id, and by id only.
2. Extracts with ids of their own (made-up numbers) are joined where nodes have the same coordinates, to 1e-7 degree.
   Inside one extract ids rule: a bridge node exactly above a ground node stays apart, and where several nodes share
   a place, those are joined that have neighbours in common.
3. A segment between two joined nodes that is there already (same ends, same bridge or tunnel) is left out.
4. At the edge of an extract the same line may be cut at other points. A segment that lies along its whole length
   within 2 m of segments of the other extract, in the same direction, on the same level (bridge, tunnel, ground) and,
   like them, open to cars or not (a pavement is not its road), is left out too; the streets that hung on it are tied
   to what it lay on, which is cut there if need be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.streets import (
    BRIDGE,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    NODE_ARRAYS,
    SEGMENT_ARRAYS,
    TUNNEL,
    Streets,
    geodesic_metres,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SAME_LINE_METRES: Final = 2.0
_SAMPLE_METRES: Final = 8.0  # a covered line is looked at this often
_PARALLEL_COSINE: Final = 0.94  # 20 degrees
_SAME_NODE_METRES: Final = 100.0  # between two editions, a node of OSM seldom moves farther
_METRES_PER_DEGREE: Final = 111_195.0
_LEVEL: Final = BRIDGE | TUNNEL


def merge_all(extracts: Sequence[Streets]) -> Streets:
    """One network from any number of extracts; the first one's version of a street is kept."""
    groups: list[Streets] = []
    for extract in extracts:
        if extract.segment_count == 0:
            continue
        for number, group in enumerate(groups):
            if (twins := _same_ids(group, extract)) is not None:
                groups[number] = _join(group, extract, twins)
                break
        else:
            groups.append(extract)
    if not groups:
        return Streets.empty()
    merged = groups[0]
    for group in groups[1:]:
        merged = _join(merged, group, _same_places(merged, group))
    return merged


def _pairs_of(ours: IntArray, theirs: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (row of ours, row of theirs) with the same key."""
    order = np.argsort(ours, kind="stable")
    ordered = ours[order]
    first = np.searchsorted(ordered, theirs, side="left")
    count = np.searchsorted(ordered, theirs, side="right") - first
    their_row = np.repeat(np.arange(theirs.size), count)
    nth = np.arange(their_row.size) - np.repeat(np.cumsum(count) - count, count)
    return order[np.repeat(first, count) + nth], their_row


def _same_ids(ours: Streets, theirs: Streets) -> IntArray | None:
    """Our node for each of theirs (-1: none) by id, or None where equal ids mean different nodes."""
    our_node, their_node = _pairs_of(ours.node_id, theirs.node_id)
    if our_node.size == 0:
        return None
    metres = geodesic_metres(
        ours.node_lon[our_node], ours.node_lat[our_node], theirs.node_lon[their_node], theirs.node_lat[their_node]
    )
    near = metres <= _SAME_NODE_METRES
    if near.mean() < 0.5:
        return None
    twins = np.full(theirs.node_count, -1, dtype=np.int64)
    twins[their_node[near]] = our_node[near]
    return twins


def _place_key(streets: Streets) -> IntArray:
    """Coordinates in units of 1e-7 degree as one number."""
    lon = np.rint(streets.node_lon * 1e7).astype(np.int64)
    lat = np.rint(streets.node_lat * 1e7).astype(np.int64)
    return lon * 4_000_000_000 + lat


def _same_places(ours: Streets, theirs: Streets) -> IntArray:
    """Our node for each of theirs (-1: none) by coordinates."""
    our_node, their_node = _pairs_of(_place_key(ours), _place_key(theirs))
    our_level, their_level = _node_levels(ours), _node_levels(theirs)
    alone = (np.bincount(our_node, minlength=ours.node_count)[our_node] == 1) & (
        np.bincount(their_node, minlength=theirs.node_count)[their_node] == 1
    )
    plain = alone & ((our_level[our_node] & their_level[their_node]) != 0)
    twins = np.full(theirs.node_count, -1, dtype=np.int64)
    twins[their_node[plain]] = our_node[plain]
    doubtful = ~plain
    if doubtful.any():
        shared = _shared_neighbours(ours, theirs, our_node[doubtful], their_node[doubtful])
        _match_best(twins, our_node[doubtful], their_node[doubtful], shared)
    return twins


def _node_levels(streets: Streets) -> IntArray:
    """Which levels meet at each node: 1 ground, 2 bridge, 4 tunnel, or their sum."""
    level = np.where(streets.flags & BRIDGE, 2, 0) | np.where(streets.flags & TUNNEL, 4, 0)
    level[level == 0] = 1
    levels = np.zeros(streets.node_count, dtype=np.int64)
    for ends in (streets.tail, streets.head):
        np.bitwise_or.at(levels, ends, level)
    return levels


def _shared_neighbours(ours: Streets, theirs: Streets, our_node: IntArray, their_node: IntArray) -> list[int]:
    """For each pair of nodes, how many neighbours of theirs have the place of a neighbour of ours."""
    our_places = _neighbour_places(ours, our_node)
    their_places = _neighbour_places(theirs, their_node)
    return [
        len(our_places[int(our)] & their_places[int(their)]) for our, their in zip(our_node, their_node, strict=True)
    ]


def _neighbour_places(streets: Streets, nodes: IntArray) -> dict[int, set[int]]:
    key = _place_key(streets)
    places: dict[int, set[int]] = {int(node): set() for node in nodes}
    for near, far in ((streets.tail, streets.head), (streets.head, streets.tail)):
        for segment in np.flatnonzero(np.isin(near, nodes)):
            places[int(near[segment])].add(int(key[far[segment]]))
    return places


def _match_best(twins: IntArray, our_node: IntArray, their_node: IntArray, shared: list[int]) -> None:
    """Give each node at most one twin, those with most neighbours in common first; none in common, none given."""
    taken: set[int] = set()
    for row in sorted(range(len(shared)), key=lambda row: (-shared[row], int(our_node[row]), int(their_node[row]))):
        our, their = int(our_node[row]), int(their_node[row])
        if shared[row] and our not in taken and twins[their] < 0:
            twins[their] = our
            taken.add(our)


def _join(ours: Streets, theirs: Streets, twins: IntArray) -> Streets:
    """Both networks in one, `twins` being our node for each of theirs (-1: none)."""
    is_new = twins < 0
    number = np.where(is_new, ours.node_count + np.cumsum(is_new) - 1, twins).astype(np.int32)
    moved = replace(theirs, tail=number[theirs.tail], head=number[theirs.head])
    kept = np.ones(theirs.segment_count, dtype=bool)
    known = np.flatnonzero(~is_new[theirs.tail] & ~is_new[theirs.head])
    kept[known] = ~_is_there(ours, moved, known)
    ours = _with_known(ours, theirs, twins)
    arrays = {name: np.concatenate([getattr(ours, name), getattr(theirs, name)[is_new]]) for name in NODE_ARRAYS}
    arrays |= {name: np.concatenate([getattr(ours, name), getattr(moved, name)[kept]]) for name in SEGMENT_ARRAYS}
    joined = Streets(**arrays)
    is_ours = np.arange(joined.segment_count) < ours.segment_count
    joined, is_ours = _drop_covered(joined, is_ours, drop_ours=False)
    joined, is_ours = _drop_covered(joined, is_ours, drop_ours=True)
    return joined.select(np.ones(joined.segment_count, dtype=bool))


def _with_known(ours: Streets, theirs: Streets, twins: IntArray) -> Streets:
    """Our network with the signals and elevations that their extract knows of joined nodes and ours does not."""
    their_node = np.flatnonzero(twins >= 0)
    our_node = twins[their_node]
    signal, elevation = ours.node_signal.copy(), ours.node_elevation.copy()
    signal[our_node[theirs.node_signal[their_node]]] = True
    unknown = np.isnan(elevation[our_node])
    elevation[our_node[unknown]] = theirs.node_elevation[their_node[unknown]]
    return replace(ours, node_signal=signal, node_elevation=elevation)


def _is_there(ours: Streets, theirs: Streets, known: IntArray) -> BoolArray:
    """Which of their known segments join two nodes, on the same level, that one of ours joins."""
    joined = _touched(ours.node_count, theirs.tail[known], theirs.head[known])
    near = np.flatnonzero(joined[ours.tail] & joined[ours.head])
    our_key, their_key = (
        _pair_key(streets, rows, ours.node_count) for streets, rows in ((ours, near), (theirs, known))
    )
    there: BoolArray = np.isin(their_key, our_key)
    return there


def _pair_key(streets: Streets, segments: IntArray, node_count: int) -> IntArray:
    tail, head = streets.tail[segments].astype(np.int64), streets.head[segments].astype(np.int64)
    level = (streets.flags[segments] & _LEVEL).astype(np.int64) // BRIDGE
    return (np.minimum(tail, head) * node_count + np.maximum(tail, head)) * 4 + level


def _touched(node_count: int, *ends: npt.NDArray[np.int32]) -> BoolArray:
    """Bool (n,), which nodes are among the ends."""
    touched = np.zeros(node_count, dtype=bool)
    for nodes in ends:
        touched[nodes] = True
    return touched


class _Plane:
    """Segments of a network in metres, good to a millimetre over the 2 m that matter here."""

    def __init__(self, streets: Streets) -> None:
        """Stretch degrees by the cosine of the latitude, so that a circle is a circle in each row."""
        self.x = streets.node_lon * _METRES_PER_DEGREE * np.cos(np.radians(streets.node_lat.mean()))
        self.y = streets.node_lat * _METRES_PER_DEGREE
        self.tail, self.head = streets.tail, streets.head
        self.level = (streets.flags & _LEVEL) | ((streets.flags & (DRIVE_FORWARD | DRIVE_BACKWARD)) != 0)

    def lines(self, segments: IntArray) -> npt.NDArray[np.object_]:
        """Shapely lines of segments."""
        import shapely

        ends = np.stack([self.tail[segments], self.head[segments]], axis=1)
        return np.asarray(shapely.linestrings(np.stack([self.x[ends], self.y[ends]], axis=2)), dtype=object)

    def direction(self, segments: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Unit vectors and lengths of segments; a segment without length points nowhere."""
        dx = self.x[self.head[segments]] - self.x[self.tail[segments]]
        dy = self.y[self.head[segments]] - self.y[self.tail[segments]]
        length = np.hypot(dx, dy)
        safe = np.where(length > 0, length, 1.0)
        return dx / safe, dy / safe, length

    def place_on(self, segments: IntArray, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Metres from the tail to the foot of each point on its segment, and from the point to that foot."""
        ux, uy, length = self.direction(segments)
        px, py = x - self.x[self.tail[segments]], y - self.y[self.tail[segments]]
        along = np.clip(px * ux + py * uy, 0.0, length)
        return along, np.hypot(px - along * ux, py - along * uy)


def _drop_covered(streets: Streets, is_ours: BoolArray, *, drop_ours: bool) -> tuple[Streets, BoolArray]:
    """Leave out segments of one origin that lie on segments of the other, and tie what hung on them."""
    import shapely

    plane = _Plane(streets)
    doubtful, standing = np.flatnonzero(is_ours == drop_ours), np.flatnonzero(is_ours != drop_ours)
    doubtful, standing = _near_each_other(plane, doubtful, standing)
    if doubtful.size == 0 or standing.size == 0:
        return streets, is_ours
    tree = shapely.STRtree(plane.lines(standing))
    covered = doubtful
    # The ends first: they clear nearly all, and only the rest is looked at along its length.
    for shares in ((0.0, 1.0), None):
        covered = covered[_is_covered(plane, covered, standing, tree, shares)]
    if covered.size == 0:
        return streets, is_ours
    keep = np.ones(streets.segment_count, dtype=bool)
    keep[covered] = False
    return _tie(streets, is_ours, keep, _loose_ends(plane, covered, standing, tree, keep))


def _near_each_other(plane: _Plane, first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """The segments of both sets that touch the common bounding box, 2 m wider."""
    if first.size == 0 or second.size == 0:
        return first[:0], second[:0]
    boxes = []
    for segments in (first, second):
        ends = np.concatenate([plane.tail[segments], plane.head[segments]])
        boxes.append([(axis[ends].min(), axis[ends].max()) for axis in (plane.x, plane.y)])
    for axis, span in zip((plane.x, plane.y), zip(*boxes, strict=True), strict=True):
        low = max(box[0] for box in span) - _SAME_LINE_METRES
        high = min(box[1] for box in span) + _SAME_LINE_METRES
        first, second = (
            segments[
                (np.minimum(axis[plane.tail[segments]], axis[plane.head[segments]]) <= high)
                & (np.maximum(axis[plane.tail[segments]], axis[plane.head[segments]]) >= low)
            ]
            for segments in (first, second)
        )
    return first, second


def _is_covered(
    plane: _Plane, segments: IntArray, standing: IntArray, tree: object, shares: tuple[float, ...] | None
) -> BoolArray:
    """Whether every sample point of each segment lies within 2 m of a standing one that runs the same way."""
    ux, uy, length = plane.direction(segments)
    if shares is None:
        samples = np.maximum(2, np.ceil(length / _SAMPLE_METRES).astype(np.int64) + 1)
    else:
        samples = np.full(segments.size, len(shares))
    row = np.repeat(np.arange(segments.size), samples)
    nth = np.arange(row.size) - np.repeat(np.cumsum(samples) - samples, samples)
    along = nth / (samples[row] - 1) * length[row]
    x = plane.x[plane.tail[segments]][row] + along * ux[row]
    y = plane.y[plane.tail[segments]][row] + along * uy[row]
    sample, on = _lying_on(x, y, standing, tree)
    vx, vy, _ = plane.direction(on)
    segment = segments[row[sample]]
    fits = plane.level[on] == plane.level[segment]
    # A segment hardly longer than the tolerance has no direction to speak of.
    fits &= (np.abs(vx * ux[row[sample]] + vy * uy[row[sample]]) >= _PARALLEL_COSINE) | (
        length[row[sample]] <= _SAME_LINE_METRES
    )
    is_near = np.zeros(row.size, dtype=bool)
    is_near[sample[fits]] = True
    covered: BoolArray = np.bincount(row[is_near], minlength=segments.size) == samples
    return covered


def _lying_on(x: FloatArray, y: FloatArray, standing: IntArray, tree: object) -> tuple[IntArray, IntArray]:
    """Pairs (point, standing segment) within 2 m."""
    import shapely

    assert isinstance(tree, shapely.STRtree)
    point, line = tree.query(shapely.points(x, y), predicate="dwithin", distance=_SAME_LINE_METRES)
    return point, standing[line]


def _loose_ends(
    plane: _Plane, covered: IntArray, standing: IntArray, tree: object, keep: BoolArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Nodes of dropped segments on which kept ones hang: the node, the standing segment it lies on, metres from its tail.

    Nodes that the standing segments share already need no tie.
    """
    ends = np.concatenate([plane.tail[covered], plane.head[covered]])
    level = np.concatenate([plane.level[covered]] * 2)
    node, example = np.unique(ends, return_index=True)
    hung_on = _touched(plane.x.size, plane.tail[keep], plane.head[keep])
    fixed = _touched(plane.x.size, plane.tail[standing], plane.head[standing])
    loose = hung_on[node] & ~fixed[node]
    node, level = node[loose].astype(np.int64), level[example[loose]]
    point, on = _lying_on(plane.x[node], plane.y[node], standing, tree)
    fits = plane.level[on] == level[point]
    point, on = point[fits], on[fits]
    along, away = plane.place_on(on, plane.x[node[point]], plane.y[node[point]])
    nearest = np.lexsort((on, away, point))
    first = nearest[np.unique(point[nearest], return_index=True)[1]]
    return node[point[first]], on[first], along[first]


def _tie(
    streets: Streets, is_ours: BoolArray, keep: BoolArray, loose: tuple[IntArray, IntArray, FloatArray]
) -> tuple[Streets, BoolArray]:
    """Tie loose nodes to the segments they lie on: to an end within 2 m, else into the segment, which is cut there."""
    node, on, along = loose
    length = _Plane(streets).direction(on)[2]
    to_tail, to_head = along <= _SAME_LINE_METRES, length - along <= _SAME_LINE_METRES
    at_end = to_tail | to_head
    number = np.arange(streets.node_count, dtype=np.int32)
    nearer_tail = to_tail & (~to_head | (along <= length - along))
    number[node[at_end]] = np.where(nearer_tail, streets.tail[on], streets.head[on])[at_end]
    tail, head = number[streets.tail], number[streets.head]
    keep = keep & ((tail != head) | (streets.tail == streets.head))
    inner = np.flatnonzero(~at_end)
    inner = inner[np.lexsort((along[inner], on[inner]))]
    keep[on[inner]] = False
    pieces, piece_tail, piece_head = _pieces(tail, head, node[inner], on[inner])
    rows = np.concatenate([np.flatnonzero(keep), pieces])
    new_tail = np.concatenate([tail[keep], piece_tail]).astype(np.int32)
    new_head = np.concatenate([head[keep], piece_head]).astype(np.int32)
    metres = streets.metres[rows]
    changed = (new_tail != streets.tail[rows]) | (new_head != streets.head[rows])
    metres[changed] = geodesic_metres(
        streets.node_lon[new_tail[changed]],
        streets.node_lat[new_tail[changed]],
        streets.node_lon[new_head[changed]],
        streets.node_lat[new_head[changed]],
    )
    tied = replace(
        streets,
        tail=new_tail,
        head=new_head,
        metres=metres,
        road_class=streets.road_class[rows],
        flags=streets.flags[rows],
        speed_kmh=streets.speed_kmh[rows],
        way_id=streets.way_id[rows],
    )
    return tied, is_ours[rows]


def _pieces(
    tail: npt.NDArray[np.int32], head: npt.NDArray[np.int32], node: IntArray, on: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """The parts of segments cut at nodes, which come ordered along each segment: old segment, tail and head of each."""
    if on.size == 0:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, empty
    segments, first, count = np.unique(on, return_index=True, return_counts=True)
    old = np.repeat(segments, count + 1)
    starts = np.insert(node, first, tail[segments].astype(np.int64))
    stops = np.insert(node, first + count, head[segments].astype(np.int64))
    return old, starts, stops
