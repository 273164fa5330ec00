"""The order in which a hierarchy takes junctions out: nested dissection.

A small set of junctions that cuts the map in two is ordered last, then the same within each half, and so on. METIS finds
the cuts (Karypis and Kumar 1998). The order depends on the streets only, not on how fast anybody moves along them.
"""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access.graph import StreetGraph


def nested_dissection(graph: StreetGraph) -> npt.NDArray[np.int32]:
    """Rank of every junction, int32 (n,): 0 is taken out first."""
    import pymetis

    start, neighbour = _simple(graph.arc_start, graph.arc_head)
    if neighbour.size == 0:
        return np.arange(graph.junction_count, dtype=np.int32)
    _, rank = pymetis.nested_dissection(pymetis.CSRAdjacency(start, neighbour))
    return np.asarray(rank, dtype=np.int32)


@njit(cache=True, nogil=True)
def _simple(arc_start, arc_head):  # type: ignore[no-untyped-def]
    """Neighbours of each junction, each once, in CSR form."""
    count = arc_start.size - 1
    start = np.zeros(count + 1, np.int64)
    found = np.empty(arc_head.size, np.int64)
    last_seen_from = np.full(count, -1, np.int64)
    filled = 0
    for junction in range(count):
        for arc in range(arc_start[junction], arc_start[junction + 1]):
            other = arc_head[arc]
            if last_seen_from[other] != junction:
                last_seen_from[other] = junction
                found[filled] = other
                filled += 1
        start[junction + 1] = filled
    return start, found[:filled].copy()
