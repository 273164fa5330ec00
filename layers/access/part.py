"""A customised hierarchy ready to be swept: all of it, or the part that matters for some junctions.

Times at a junction depend on its ancestors in the elimination tree alone. For a thousand destinations these are a tenth
of a prefecture's junctions, and a sweep over them takes a tenth of the time: RPHAST (Delling, Goldberg, Werneck 2011).
"""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access import sweeps

if TYPE_CHECKING:
    from layers.access.hierarchy import Hierarchy
    from layers.access.metric import Metric

Ints = npt.NDArray[np.int32]


class Entries(NamedTuple):
    """Where sweeps begin: e starts with their junction, cost in cells of the table, and lane."""

    junction: Ints
    cost: npt.NDArray[np.integer]
    lane: npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Part:
    """Upward arcs between s slots, with times. Slots keep the order of the ranks.

    Parameters
    ----------
    slot
        int32 (n,), slot of each junction of the graph; -1 where it does not matter.
    parent
        int32 (s,), by slot; -1 at the top.
    start, head
        Upward arcs between slots in CSR form.
    up, down
        Times (a,) from the lower to the higher slot, and back.
    infinite
        What stands for closed.
    """

    slot: Ints
    parent: Ints
    start: Ints
    head: Ints
    up: npt.NDArray[np.integer]
    down: npt.NDArray[np.integer]
    infinite: int

    @classmethod
    def whole(cls, hierarchy: Hierarchy, metric: Metric) -> Part:
        """The whole hierarchy."""
        return cls(
            hierarchy.rank, hierarchy.parent, hierarchy.start, hierarchy.head, metric.up, metric.down, metric.infinite
        )

    @classmethod
    def above(cls, hierarchy: Hierarchy, metric: Metric, junctions: npt.NDArray[np.integer]) -> Part:
        """Some junctions (any shape, repeated ones allowed) and all their ancestors."""
        ranks = hierarchy.rank[np.asarray(junctions).ravel()]
        slot, parent, start, head, arc = _restrict(hierarchy.parent, hierarchy.start, hierarchy.head, ranks)
        return cls(slot[hierarchy.rank], parent, start, head, metric.up[arc], metric.down[arc], metric.infinite)

    def sweep_back(self, entries: Entries, *, lanes: int, shift: int = 0) -> npt.NDArray[np.int64]:
        """Costs from every slot to the nearest entry of each lane, int64 (s, lanes); one row where there is no slot.

        Parameters
        ----------
        entries
            Costs in cells: times, `shift` bits up, with whatever is carried along below.
        """
        # One row even without any slot: places without a street look there.
        table = np.full((max(1, self.parent.size), lanes), self.infinite << shift, np.int64)
        if self.parent.size:
            touched = np.zeros(self.parent.size, np.bool_)
            sweeps.enter(table, touched, self.slot[entries.junction], entries.cost, entries.lane)
            sweeps.climb(table, touched, self.parent, self.start, self.head, self.down, shift)
            sweeps.descend(table, self.start, self.head, self.up, shift)
        return table

    def read(
        self, table: npt.NDArray[np.int64], junction: Ints, cost: npt.NDArray[np.integer], *, shift: int = 0
    ) -> npt.NDArray[np.int64]:
        """Lowest cost over the two ends of each of k chains, int64 (k, lanes); ends (k, 2) and the cost to them."""
        found = np.full((len(junction), table.shape[1]), self.infinite << shift, np.int64)
        if self.parent.size:
            # Who has no street has an infinite time to junction 0, which may lie outside.
            sweeps.read(table, np.maximum(self.slot[junction], 0), cost, shift, found)
        return found


def lanes_at_once(lanes: int, threads: int) -> int:
    """How many lanes go through a sweep together: as many as fit, unless that leaves a thread without work."""
    return min(sweeps.LANES, max(1, -(-lanes // threads)))


@njit(cache=True, nogil=True)
def _restrict(parent, start, head, ranks):  # type: ignore[no-untyped-def]
    """Slot of each rank; parent, start and head by slot; the arc of the hierarchy that each arc is."""
    slot = np.full(parent.size, -1, np.int32)
    for rank in ranks:
        here = rank
        while here >= 0 and slot[here] < 0:
            slot[here] = 0
            here = parent[here]
    size = arcs = 0
    for rank in range(parent.size):
        if slot[rank] == 0:
            slot[rank] = size
            size += 1
            arcs += start[rank + 1] - start[rank]
    new_parent = np.full(size, -1, np.int32)
    new_start = np.zeros(size + 1, np.int32)
    new_head = np.empty(arcs, np.int32)
    arc_of = np.empty(arcs, np.int32)
    filled = 0
    for rank in range(parent.size):
        if slot[rank] < 0:
            continue
        # All upward neighbours are ancestors, so they have slots.
        if parent[rank] >= 0:
            new_parent[slot[rank]] = slot[parent[rank]]
        for arc in range(start[rank], start[rank + 1]):
            new_head[filled] = slot[head[arc]]
            arc_of[filled] = arc
            filled += 1
        new_start[slot[rank] + 1] = filled
    return slot, new_parent, new_start, new_head, arc_of
