"""scipy.sparse.csgraph.dijkstra on the street nodes: the oracle of every answer.

Weights are float64 (whole milliseconds): scipy turns integers into them at every call. Facilities' searches run along
reversed arcs, so that they find times *to* the facilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.access.case import CATEGORIES, CUTOFF_MINUTES, FACILITIES, NEAREST, UNREACHED
from benchmarks.access.engines import Asked, part_of

if TYPE_CHECKING:
    from benchmarks.access.case import Arcs, Case

Floats = npt.NDArray[np.float64]
_AT_ONCE: Final = 50  # searches whose distances to all nodes are held at once
MATRIX_ORIGINS: Final = 100


@dataclass
class Prepared:
    case: Case
    towards: csr_array  # reversed arcs
    away: csr_array


def prepare(case: Case, mode: str) -> Prepared:
    count = case.streets.node_count
    return Prepared(case, _graph(case.arcs(mode, reverse=True), count), _graph(case.arcs(mode), count))


def _graph(arcs: Arcs, count: int) -> csr_array:
    return csr_array((arcs.ms.astype(np.float64), arcs.head, arcs.start), shape=(count, count))


def _ms(answer: Any) -> npt.NDArray[np.int32]:
    return np.where(np.isfinite(answer), answer, UNREACHED).astype(np.int32)


def _nearest(prepared: Prepared) -> Asked:
    def run() -> list[Floats]:
        return [dijkstra(prepared.towards, indices=nodes, min_only=True) for nodes in prepared.case.facilities]

    return Asked(run, lambda found: _ms(np.array(found)))


def _k_nearest(prepared: Prepared) -> Asked:
    nodes = prepared.case.facilities[0]

    def run() -> Floats:
        best = np.full((NEAREST, prepared.case.streets.node_count), np.inf)
        for first in range(0, nodes.size, _AT_ONCE):
            found = dijkstra(prepared.towards, indices=nodes[first : first + _AT_ONCE])
            best = np.partition(np.concatenate([best, found]), NEAREST - 1, axis=0)[:NEAREST]
        return best

    return Asked(run, lambda found: np.sort(_ms(found), axis=0).T)


def _within_from_facilities(prepared: Prepared) -> Asked:
    case = prepared.case

    def run() -> npt.NDArray[np.int32]:
        count = np.zeros((case.streets.node_count, CATEGORIES, len(CUTOFF_MINUTES)), np.int32)
        for category, nodes in enumerate(case.facilities):
            for first in range(0, FACILITIES, _AT_ONCE):
                some = nodes[first : first + _AT_ONCE]
                found = dijkstra(prepared.towards, indices=some, limit=CUTOFF_MINUTES[-1] * 60_000)
                for nth, minutes in enumerate(CUTOFF_MINUTES):
                    count[:, category, nth] += (found <= minutes * 60_000).sum(axis=0, dtype=np.int32)
        return count

    return Asked(run, np.asarray, note="searched from the 2,000 facilities, the quicker side")


def _within_from_origins(prepared: Prepared) -> Asked:
    case = prepared.case

    def run() -> npt.NDArray[np.int32]:
        count = np.zeros((case.origins.size, CATEGORIES, len(CUTOFF_MINUTES)), np.int32)
        for first in range(0, case.origins.size, _AT_ONCE):
            rows = slice(first, first + _AT_ONCE)
            found = dijkstra(prepared.away, indices=case.origins[rows], limit=CUTOFF_MINUTES[-1] * 60_000)
            there = found[:, case.facilities]
            for nth, minutes in enumerate(CUTOFF_MINUTES):
                count[rows, :, nth] = (there <= minutes * 60_000).sum(axis=2)
        return count

    return Asked(run, np.asarray)


def _matrix(prepared: Prepared, *, origins: int = MATRIX_ORIGINS) -> Asked:
    case = prepared.case

    def run() -> Floats:
        rows = [
            dijkstra(prepared.away, indices=case.origins[first : min(first + _AT_ONCE, origins)])[:, case.destinations]
            for first in range(0, origins, _AT_ONCE)
        ]
        return np.concatenate(rows)

    return Asked(run, _ms, **part_of(case.origins.size, origins, "origins"))


QUESTIONS = {
    "nearest_walk": _nearest,
    "nearest_drive": _nearest,
    "k_nearest": _k_nearest,
    "within_walk": _within_from_facilities,
    "within_drive": _within_from_origins,
    "matrix": _matrix,
    "matrix_sample": partial(_matrix, origins=20),
}
