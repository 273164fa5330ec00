"""The customizable contraction hierarchy: which shortcuts there are, whatever the speeds.

Dibbelt, Strasser, Wagner: *Customizable Contraction Hierarchies* (ACM JEA 21, 2016). Junctions are taken out in the
order of :mod:`layers.access.ordering`. When one goes, the neighbours that are left become joined by arcs, so that every
shortest way between them still exists. What results depends on the streets alone: times are filled in afterwards
(:mod:`layers.access.metric`), anew for each mode, edit or scenario, in a fraction of a second.

A shortest way then climbs from its start to ever higher ranks, and descends to its end. All that is above a junction
are its ancestors in the *elimination tree*, a few hundred.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

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
        """
        from layers.access.elimination import eliminate, elimination_tree, postorder

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
