"""igraph: has no search from several sources, so one node more stands for all facilities of a category at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import igraph
import numpy as np
import numpy.typing as npt

from benchmarks.access.case import UNREACHED
from benchmarks.access.engines import Asked, part_of

if TYPE_CHECKING:
    from benchmarks.access.case import Case

MATRIX_ORIGINS: Final = 20


@dataclass
class Prepared:
    case: Case
    graph: Any
    ms: list[float]


def prepare(case: Case, mode: str) -> Prepared:
    """The arcs of the mode; on foot also one arc from each category's own node to each of its facilities, reversed."""
    tail, head, ms = case.segments(mode)
    if mode == "walk":
        tail, head = head, tail
        hub = case.streets.node_count + np.arange(len(case.facilities))
        tail = np.concatenate([tail, np.repeat(hub, case.facilities.shape[1])])
        head = np.concatenate([head, case.facilities.ravel()])
        ms = np.concatenate([ms, np.zeros(case.facilities.size, np.int32)])
    count = case.streets.node_count + len(case.facilities)
    graph = igraph.Graph(n=count, edges=np.column_stack([tail, head]), directed=True)
    return Prepared(case, graph, ms.astype(float).tolist())


def _ms(found: Any) -> npt.NDArray[np.int32]:
    array = np.array(found)
    return np.where(np.isfinite(array), array, UNREACHED).astype(np.int32)


def _nearest(prepared: Prepared) -> Asked:
    count = prepared.case.streets.node_count

    def run() -> list[list[float]]:
        hubs = range(count, count + len(prepared.case.facilities))
        return [prepared.graph.distances(source=[hub], weights=prepared.ms)[0] for hub in hubs]

    return Asked(run, lambda found: _ms(found)[:, :count], note="one node more per category, joined to its facilities")


def _matrix(prepared: Prepared) -> Asked:
    case = prepared.case
    origins, total = MATRIX_ORIGINS, case.origins.size
    to = case.destinations.tolist()
    unique = list(dict.fromkeys(to))  # igraph wants each target once
    column = np.array([unique.index(node) for node in to])

    def run() -> list[list[float]]:
        return prepared.graph.distances(source=case.origins[:origins].tolist(), target=unique, weights=prepared.ms)

    return Asked(run, lambda found: _ms(found)[:, column], **part_of(total, origins, "origins"))


QUESTIONS = {"nearest_walk": _nearest, "matrix": _matrix}
