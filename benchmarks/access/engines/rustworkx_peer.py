"""rustworkx: one node more per category stands for all its facilities, as with igraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import rustworkx

from benchmarks.access.case import UNREACHED
from benchmarks.access.engines import Asked

if TYPE_CHECKING:
    from benchmarks.access.case import Case


@dataclass
class Prepared:
    case: Case
    towards: Any  # reversed arcs, and from each category's own node to its facilities


def prepare(case: Case, mode: str) -> Prepared:
    tail, head, ms = case.segments(mode)
    count = case.streets.node_count
    hub = np.repeat(count + np.arange(len(case.facilities)), case.facilities.shape[1])
    source = np.concatenate([head, hub])
    target = np.concatenate([tail, case.facilities.ravel()])
    weight = np.concatenate([ms, np.zeros(hub.size, np.int32)]).astype(float)
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(count + len(case.facilities)))
    graph.add_edges_from(list(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True)))
    return Prepared(case, graph)


def _nearest(prepared: Prepared) -> Asked:
    count = prepared.case.streets.node_count

    def run() -> list[Any]:
        hubs = range(count, count + len(prepared.case.facilities))
        return [rustworkx.dijkstra_shortest_path_lengths(prepared.towards, hub, float) for hub in hubs]

    def answer(found: Any) -> npt.NDArray[np.int32]:
        ms = np.full((len(found), count + len(found)), UNREACHED, np.int32)
        for row, by_node in enumerate(found):
            ms[row, list(by_node.keys())] = list(by_node.values())
        return ms[:, :count]

    return Asked(run, answer, note="one node more per category, joined to its facilities")


QUESTIONS = {"nearest_walk": _nearest}
