"""The customizable contraction hierarchy: which shortcuts there are, whatever the speeds.

Dibbelt, Strasser, Wagner: *Customizable Contraction Hierarchies* (ACM JEA 21, 2016). Junctions are taken out in the
order of :mod:`layers.access.ordering`. When one goes, the neighbours that are left become joined by arcs, so that every
shortest way between them still exists. What results depends on the streets alone: times are filled in afterwards
(:mod:`layers.access.metric`), anew for each mode, edit or scenario, in a fraction of a second.

A shortest way then climbs from its start to ever higher ranks, and descends to its end. All that is above a junction
are its ancestors in the *elimination tree*, a few hundred.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from layers.access.graph import StreetGraph

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Upward arcs between n junctions, which are called by rank here: 0 was taken out first.

    Parameters
    ----------
    rank
        int32 (n,), rank of each junction of the graph. Each subtree of the elimination tree has consecutive ranks.
    parent
        int32 (n,), by rank: the lowest of its upward neighbours; -1 at the top of each connected part.
    start, head
        Upward arcs in CSR form: those of rank r lead to ``head[start[r]:start[r + 1]]``, ascending, all above r.
    arc_of_chain
        int32 (c,), the upward arc that a chain of the graph became; -1 for loops.
    climbs
        bool (c,), whether the chain climbs from its tail to its head.
    """

    rank: npt.NDArray[np.int32]
    parent: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    arc_of_chain: npt.NDArray[np.int32]
    climbs: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, graph: StreetGraph, order: npt.NDArray[np.int32]) -> Hierarchy:
        """Contract a graph in an order.

        Parameters
        ----------
        order
            int32 (n,), rank of each junction; it is only refined so that subtrees become consecutive.

        Raises
        ------
        ValueError
            The order does not give each rank once.
        """
        from layers.access.elimination import eliminate, elimination_tree, postorder

        if not np.array_equal(np.sort(order), np.arange(graph.junction_count)):
            raise ValueError(f"An order must give each of the ranks 0 … {graph.junction_count - 1} to one junction.")
        tail, head = graph.tail[graph.tail != graph.head], graph.head[graph.tail != graph.head]
        parent = elimination_tree(order[tail], order[head], graph.junction_count)
        rank = postorder(parent)[order]
        start, upward, parent = eliminate(rank[tail], rank[head], graph.junction_count)
        arc_of_chain, climbs = _arcs_of_chains(graph, rank, start, upward)
        return cls(rank, parent, start, upward, arc_of_chain, climbs)

    @property
    def junction_count(self) -> int:
        """Number of junctions."""
        return int(self.rank.size)

    @property
    def arc_count(self) -> int:
        """Number of upward arcs, shortcuts included."""
        return int(self.head.size)

    @cached_property
    def triangles(self) -> npt.NDArray[np.int32]:
        """The third arcs of all triangles, in the order in which customisation meets them."""
        from layers.access.elimination import find_triangles

        found: npt.NDArray[np.int32] = find_triangles(self.start, self.head)
        return found

    @cached_property
    def triangle_start(self) -> npt.NDArray[np.int64]:
        """First triangle of each rank, int64 (n + 1,)."""
        degree = np.diff(self.start).astype(np.int64)
        return np.concatenate([[0], np.cumsum(degree * (degree - 1) // 2)])

    @cached_property
    def branches(self) -> list[tuple[int, int]]:
        """Ranges of ranks (first, end) that do not meet below the trunk of the elimination tree, in order.

        Each is a whole subtree, so that arcs that start in one end in it or in the trunk: what happens to the times in
        one branch does not concern another. What lies between the ranges is the trunk.
        """
        return _branches(self.parent, self.triangle_start)

    def save(self, folder: Path) -> None:
        """Write one .npy file per array into an existing folder."""
        for field in fields(self):
            np.save(folder / f"hierarchy_{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> Hierarchy:
        """Open what :meth:`save` wrote, memory-mapped and read-only."""
        return cls(*(np.load(folder / f"hierarchy_{field.name}.npy", mmap_mode="r") for field in fields(cls)))


def _arcs_of_chains(
    graph: StreetGraph, rank: npt.NDArray[np.int32], start: npt.NDArray[np.int32], head: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    tail_rank, head_rank = rank[graph.tail].astype(np.int64), rank[graph.head].astype(np.int64)
    low, high = np.minimum(tail_rank, head_rank), np.maximum(tail_rank, head_rank)
    # Arcs are sorted by (rank, head), so that one number finds them.
    count = max(rank.size, 1)
    source = np.repeat(np.arange(rank.size, dtype=np.int64), np.diff(start))
    arc = np.searchsorted(source * count + head, low * count + high).astype(np.int32)
    arc[low == high] = -1
    return arc, tail_rank < head_rank


_BRANCHES: Final = 16  # so many or more of like size share out evenly among the cores of an office computer
_WORTH_DIVIDING: Final = 100_000  # triangles; fewer are done before a second thread has begun


def _branches(parent: npt.NDArray[np.int32], triangle_start: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    from layers.access.elimination import subtree_sizes

    size = subtree_sizes(parent)
    heap = [
        (-int(triangle_start[top + 1] - triangle_start[top + 1 - size[top]]), int(top))
        for top in np.flatnonzero(parent < 0)
    ]
    heapq.heapify(heap)
    # The largest subtree loses its top to the trunk and falls into those below it.
    while heap and -heap[0][0] > max(_WORTH_DIVIDING, int(triangle_start[-1]) // _BRANCHES):
        _, top = heapq.heappop(heap)
        child, lowest = top - 1, top - size[top]
        while child > lowest:
            first = child - size[child]
            heapq.heappush(heap, (-int(triangle_start[child + 1] - triangle_start[first + 1]), int(child)))
            child = first
    return sorted((int(top + 1 - size[top]), top + 1) for _, top in heap)
