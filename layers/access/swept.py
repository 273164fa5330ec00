"""Times between some points and many, by sweeps over the hierarchy: RPHAST (Delling, Goldberg, Werneck 2011).

The sources climb one by one, along the elimination tree; then all of them descend together, over the ancestors of the
points that are asked for only. Within a limit this is the other way to the answer of :mod:`layers.access.bounded`: a sweep walks over all ancestors of the points asked for,
however near the limit is, but at a small part of the price per junction and point.
"""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access import sweeps
from layers.access.ms import INFINITE_MS
from layers.access.part import Part

if TYPE_CHECKING:
    from layers.access.ends import Ends
    from layers.access.hierarchy import Hierarchy
    from layers.access.network import StreetNetwork

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Sweep:
    """A hierarchy made ready for sweeps to some of k points.

    Parameters
    ----------
    hierarchy
        All of it, on which sources climb.
    part
        The ancestors of the points, over which a sweep descends.
    slot_of_rank
        int32 (n,), row of the table for each rank; -1 where no point lies below it.
    climbing, descending
        Times on the arcs of `hierarchy`, and of `part`, in the direction of the search.
    point
        int32 (t,), the points with a street, in the order of the table.
    slot, ms
        int32 (t, 2), rows of the two ends of their chains, and the times to these.
    row
        int32 (k,), where each point stands in `point`.
    """

    hierarchy: Hierarchy
    part: Part
    slot_of_rank: Ints
    climbing: npt.NDArray[np.integer]
    descending: npt.NDArray[np.integer]
    point: Ints
    slot: Ints
    ms: Ints
    row: Ints

    @classmethod
    def of(cls, network: StreetNetwork, points: Ends, *, is_backward: bool) -> Sweep:
        """Make ready for sweeps to the ends of `points`: of places from facilities (backward), or the other way."""
        hierarchy, metric = network.topology.hierarchy, network.metric
        tied = np.flatnonzero(points.is_tied).astype(np.int32)
        part = Part.above(hierarchy, metric, points.junction[tied])
        slot_of_rank = np.empty_like(part.slot)
        slot_of_rank[hierarchy.rank] = part.slot
        slot = part.slot[points.junction[tied]]
        order = np.argsort(slot.min(axis=1), kind="stable")
        row = np.full(len(points), -1, np.int32)
        row[tied[order]] = np.arange(tied.size, dtype=np.int32)
        return cls(
            hierarchy=hierarchy,
            part=part,
            slot_of_rank=slot_of_rank,
            climbing=metric.down if is_backward else metric.up,
            descending=part.up if is_backward else part.down,
            point=tied[order],
            slot=np.ascontiguousarray(slot[order]),
            ms=np.ascontiguousarray(points.ms[tied[order]]),
            row=row,
        )

    @property
    def table_rows(self) -> int:
        """Rows of the table that a sweep fills."""
        return int(self.part.parent.size)

    def table(self, sources: Ends, *, lanes: int) -> Ints:
        """Milliseconds between the ancestors of the points and each source, int32 (rows, lanes)."""
        table = np.full((self.table_rows, lanes), INFINITE_MS, np.int32)
        rank, parent = self.hierarchy.rank, self.hierarchy.parent
        cost = np.full(rank.size, INFINITE_MS, np.int32)
        arrays = (parent, self.hierarchy.start, self.hierarchy.head, self.climbing)
        sweeps.climb_alone(rank[sources.junction], sources.ms, *arrays, INFINITE_MS, cost, self.slot_of_rank, table)
        sweeps.descend(table, self.part.start, self.part.head, self.descending, 0)
        return table

    def times(self, sources: Ends) -> Ints:
        """Milliseconds between all k points and each source over the junctions, int32 (k, sources).

        INFINITE_MS or more where there is no way. Ways along one chain are not among them.
        """
        found = np.full((self.row.size, len(sources)), INFINITE_MS, np.int32)
        if self.point.size and len(sources):
            read = np.empty((self.point.size, len(sources)), np.int32)
            sweeps.read(self.table(sources, lanes=len(sources)), self.slot, self.ms, 0, read)
            found[self.point] = read
        return found

    def within(
        self, sources: Ends, limit_ms: int, direct_lane: Ints, direct_point: Ints, direct_ms: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """Source (0 … 15), point and time of all pairs within the limit, each once at the least time.

        Parameters
        ----------
        sources
            At most 16.
        direct_lane, direct_point, direct_ms
            Ways from source to point along one chain.
        """
        table = self.table(sources, lanes=sweeps.LANES)
        by_row = np.argsort(self.row[direct_point], kind="stable")
        direct_row = self.row[direct_point[by_row]]
        found: tuple[Ints, Ints, Ints] = _read_within(
            table, self.slot, self.ms, self.point, limit_ms, direct_row, direct_lane[by_row], direct_ms[by_row]
        )
        return found


@njit(cache=True, nogil=True)
def _read_within(table, slot, end_ms, point, limit_ms, direct_row, direct_lane, direct_ms):  # type: ignore[no-untyped-def]
    """Pairs within the limit, in the order of the points; direct ways ascend by row."""
    size = point.size + sweeps.LANES
    lanes, points, found_ms = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32)
    count = direct = 0
    times = np.empty(sweeps.LANES, np.int32)
    for row in range(point.size):
        tail, head = slot[row, 0], slot[row, 1]
        to_tail, to_head = end_ms[row, 0], end_ms[row, 1]
        for lane in range(sweeps.LANES):
            times[lane] = min(np.int32(table[tail, lane] + to_tail), np.int32(table[head, lane] + to_head))
        while direct < direct_row.size and direct_row[direct] == row:
            times[direct_lane[direct]] = min(times[direct_lane[direct]], direct_ms[direct])
            direct += 1
        least = times[0]
        for lane in range(sweeps.LANES):
            least = min(least, times[lane])
        if least > limit_ms:
            continue
        if count + sweeps.LANES > size:
            size *= 2
            lanes, points, found_ms = _longer(lanes, size), _longer(points, size), _longer(found_ms, size)
        for lane in range(sweeps.LANES):
            # Written whether it counts or not: a branch that goes either way costs more.
            lanes[count], points[count], found_ms[count] = lane, point[row], times[lane]
            count += times[lane] <= limit_ms
    return lanes[:count], points[:count], found_ms[:count]


@njit(cache=True, nogil=True)
def _longer(array, size):  # type: ignore[no-untyped-def]
    longer = np.empty(size, array.dtype)
    longer[: array.size] = array
    return longer
