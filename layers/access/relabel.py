"""The nearest facility of every junction, kept up as facilities and streets close and open: only what they concern.

When a facility closes, the junctions that had it as their nearest form one connected piece (its Voronoi cell on the
network: Erwig 2000). Their new answers come from the rim of the piece and from facilities inside it, by one search that
never leaves it. When one opens, a search from it ends where another is nearer. Both give the milliseconds and rows that a
sweep over the whole network gives, in a time that goes with the size of the cell. A street that is cut concerns the
junctions whose quickest way leads along it, found by following the ways back (Ramalingam and Reps 1996).

M. Erwig: *The graph Voronoi diagram with applications* (Networks 36, 2000).
"""

# ruff: noqa: ANN001, ANN202, C901, PLR0912 - numba infers the types of its kernels, and takes arrays one by one
from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access.ends import Ends, direct
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest_cells
from layers.access.sweeps import NOWHERE, SHIFT

if TYPE_CHECKING:
    from layers.access.network import StreetNetwork

Cells = npt.NDArray[np.int64]  # milliseconds above, row of the facility below, as in layers.access.sweeps
Rows = npt.NDArray[np.integer]


def labels_of(network: StreetNetwork, arriving: Sequence[Ends], rows: Sequence[Rows]) -> list[Cells]:
    """The nearest facility of each junction, (n,) for each category.

    Parameters
    ----------
    arriving
        Ends of the facilities of each category.
    rows
        Number of each facility in the answer.
    """
    junctions = np.repeat(np.arange(network.topology.graph.junction_count, dtype=np.int32), 2).reshape(-1, 2)
    none, nowhere = np.full(len(junctions), -1, np.int32), np.full(len(junctions), np.nan)
    # Points that stand on junctions and on no chain.
    points = Ends(junctions, np.zeros_like(junctions), none, none, nowhere, nowhere)
    cells = nearest_cells(network, points, arriving, rows=rows)
    return [np.minimum(cells[:, lane], NOWHERE) for lane in range(len(arriving))]


def relabelled(
    network: StreetNetwork,
    label: Cells,
    *,
    is_closed: npt.NDArray[np.bool_],
    arriving: Ends,
    rows: Rows,
    cut: npt.NDArray[np.integer] | None = None,
    on_cut: tuple[Ends, Rows] | None = None,
) -> tuple[Cells, npt.NDArray[np.bool_]]:
    """Labels after some facilities closed, others opened, and some chains were cut.

    Parameters
    ----------
    network
        Streets as they were.
    label
        int64 (n,), from :func:`labels_of`; not changed.
    is_closed
        Bool by row of the facility.
    arriving, rows
        Ends and numbers of all facilities that are there after the change, by the streets after it.
    cut
        Chains that nobody can pass any more.
    on_cut
        Ends and numbers, before the change, of the facilities on these chains.

    Returns
    -------
    tuple
        Labels (n,), the same array where none is another, and for each junction whether its label may be another.
    """
    changed = np.zeros(label.size, dtype=bool)
    graph, arcs = network.topology.graph, network.arcs
    is_cut = np.zeros(graph.chain_count, dtype=bool)
    if cut is not None and cut.size:
        is_cut[cut] = True
        _mark_cut(label, changed, is_cut, graph.arc_chain, *arcs, graph.tail, graph.head, cut, *_entries(on_cut))
    junction, cost = _entries((arriving, rows))
    if not (changed.any() or is_closed.any() or (cost < label[junction]).any()):
        return label, changed
    after = label.copy()
    _relabel(after, changed, is_closed, is_cut, graph.arc_chain, *arcs, junction, cost)
    return after, changed


def _entries(facilities: tuple[Ends, Rows] | None) -> tuple[npt.NDArray[np.int32], Cells]:
    """Junctions from which facilities can be reached, and the cells that they bring there."""
    if facilities is None:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    ends, rows = facilities
    is_open = ends.ms < INFINITE_MS
    cost = ((ends.ms.astype(np.int64) << SHIFT) | np.asarray(rows, np.int64)[:, np.newaxis])[is_open]
    return ends.junction[is_open], cost


@dataclass(frozen=True, eq=False)
class PlacesByChain:
    """Places on the chains of the streets: those of chain c are ``place[start[c]:start[c + 1]]``.

    Parameters
    ----------
    start
        int64 (chains + 1,).
    place
        int32, rows of the places that have a street.
    loop
        Numbers of the chains that end where they begin: no arc leads along them.
    """

    start: npt.NDArray[np.int64]
    place: npt.NDArray[np.int32]
    loop: npt.NDArray[np.int64]

    @classmethod
    def of(cls, network: StreetNetwork, places: Ends) -> PlacesByChain:
        """Places by the chains they lie on."""
        graph = network.topology.graph
        tied = np.flatnonzero(places.link >= 0).astype(np.int32)
        chain = graph.chain_of_link[places.link[tied]]
        start = np.zeros(graph.chain_count + 1, np.int64)
        np.cumsum(np.bincount(chain, minlength=graph.chain_count), out=start[1:])
        return cls(start, tied[np.argsort(chain, kind="stable")], np.flatnonzero(graph.tail == graph.head))

    def concerned(
        self, network: StreetNetwork, changed: npt.NDArray[np.bool_], touched: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.int32]:
        """Places whose nearest may be another: at a changed junction, or on a chain where something changed.

        Parameters
        ----------
        changed
            Bool by junction, from :func:`relabelled`.
        touched
            Chains that were cut, or on which a facility closed or opened.
        """
        graph = network.topology.graph
        arcs = _runs(graph.arc_start, np.flatnonzero(changed))
        chains = np.unique(np.concatenate([graph.arc_chain[arcs], self.loop[changed[graph.tail[self.loop]]], touched]))
        return self.place[_runs(self.start, chains)]

    def on(self, chains: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
        """Places on some chains, ascending."""
        return np.sort(self.place[_runs(self.start, chains)])


def _runs(start: npt.NDArray[np.integer], rows: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """All numbers ``start[row]`` … ``start[row + 1] - 1`` of some rows, in order."""
    first, count = start[rows].astype(np.int64), start[rows + 1] - start[rows]
    numbers: npt.NDArray[np.int64] = np.repeat(first - np.cumsum(count) + count, count)
    return numbers + np.arange(numbers.size)


def cells_of(network: StreetNetwork, label: Cells, places: Ends, arriving: Ends, rows: Rows) -> Cells:
    """The nearest of some places, (k,), from the labels of the junctions and the facilities on the places' own chains."""
    cells: Cells = _read(label, places.junction, places.ms)
    place, facility, ms = direct(network, places, arriving)
    np.minimum.at(cells, place, (ms.astype(np.int64) << SHIFT) | np.asarray(rows, np.int64)[facility])
    return cells


@njit(cache=True, nogil=True)
def _mark_cut(  # type: ignore[no-untyped-def]
    label, changed, is_cut, arc_chain, start, head, out_ms, in_ms, chain_tail, chain_head, cut, junction, cost
):
    """Mark the junctions whose nearest is told by a way over a cut chain, and all that have it from them."""
    waiting = [np.int64(0)][:0]
    for chain in cut:
        for here in (np.int64(chain_tail[chain]), np.int64(chain_head[chain])):
            for arc in range(start[here], start[here + 1]):
                if is_cut[arc_chain[arc]] and out_ms[arc] < INFINITE_MS and not changed[here]:
                    step = np.int64(out_ms[arc]) << np.int64(SHIFT)
                    if label[here] < NOWHERE and label[here] == label[head[arc]] + step:
                        changed[here] = True
                        waiting.append(here)
    for entry in range(junction.size):
        at = np.int64(junction[entry])
        if label[at] == cost[entry] and not changed[at]:
            changed[at] = True
            waiting.append(at)
    while len(waiting) > 0:
        marked = waiting.pop()
        for arc in range(start[marked], start[marked + 1]):
            other = np.int64(head[arc])
            by_way_of_marked = label[marked] + (np.int64(in_ms[arc]) << np.int64(SHIFT))
            if in_ms[arc] < INFINITE_MS and label[other] == by_way_of_marked and not changed[other]:
                changed[other] = True
                waiting.append(other)


@njit(cache=True, nogil=True)
def _relabel(  # type: ignore[no-untyped-def]
    label, changed, is_closed, is_cut, arc_chain, start, head, out_ms, in_ms, junction, cost
):
    mask = (np.int64(1) << np.int64(SHIFT)) - 1
    heap = [(np.int64(0), np.int64(0))][:0]
    junctions = np.arange(label.size)  # int64 each, as in the heap
    if is_closed.any():
        for here in junctions:
            if label[here] < NOWHERE and is_closed[label[here] & mask]:
                changed[here] = True
    for here in junctions:
        if not changed[here]:
            continue
        best = np.int64(NOWHERE)
        for arc in range(start[here], start[here + 1]):
            beyond = label[head[arc]]
            is_passable = out_ms[arc] < INFINITE_MS and not is_cut[arc_chain[arc]]
            if is_passable and not changed[head[arc]] and beyond < NOWHERE:
                best = min(best, beyond + (np.int64(out_ms[arc]) << np.int64(SHIFT)))
        label[here] = best
        if best < NOWHERE:
            heap.append((best, here))
    heapq.heapify(heap)
    for entry in range(junction.size):
        start_at = np.int64(junction[entry])
        if cost[entry] < label[start_at]:
            label[start_at] = cost[entry]
            changed[start_at] = True
            heapq.heappush(heap, (cost[entry], start_at))
    while len(heap) > 0:
        cell, settled = heapq.heappop(heap)
        if cell > label[settled]:
            continue
        for arc in range(start[settled], start[settled + 1]):
            if in_ms[arc] >= INFINITE_MS or is_cut[arc_chain[arc]]:
                continue
            other = head[arc]
            nearer = cell + (np.int64(in_ms[arc]) << np.int64(SHIFT))
            if nearer < label[other]:
                label[other] = nearer
                changed[other] = True
                heapq.heappush(heap, (nearer, np.int64(other)))


@njit(cache=True, nogil=True)
def _read(label, junction, ms):  # type: ignore[no-untyped-def]
    cells = np.full(junction.shape[0], np.int64(NOWHERE))
    for place in range(junction.shape[0]):
        for end in range(2):
            if ms[place, end] < INFINITE_MS and label[junction[place, end]] < NOWHERE:
                cell = label[junction[place, end]] + (np.int64(ms[place, end]) << np.int64(SHIFT))
                cells[place] = min(cells[place], cell)
    return cells
