"""networkx: multi-source Dijkstra, one call per category, on the same street nodes as all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt

from benchmarks.access.case import UNREACHED
from benchmarks.access.engines import Asked, part_of

if TYPE_CHECKING:
    from benchmarks.access.case import Case

CATEGORIES_ASKED: Final = 5


@dataclass
class Prepared:
    case: Case
    towards: Any  # reversed arcs


def prepare(case: Case, mode: str) -> Prepared:
    one_way = case.two_way_segments(mode)
    tail, head, ms = one_way or case.segments(mode)
    graph = nx.Graph() if one_way else nx.DiGraph()
    graph.add_nodes_from(range(case.streets.node_count))
    order = np.argsort(-ms, kind="stable")  # of parallel segments the shortest is written last and stays
    graph.add_weighted_edges_from(
        zip(head[order].tolist(), tail[order].tolist(), ms[order].tolist(), strict=True), weight="ms"
    )
    return Prepared(case, graph)


def _nearest(prepared: Prepared) -> Asked:
    def run() -> list[dict[int, int]]:
        return [
            nx.multi_source_dijkstra_path_length(prepared.towards, set(nodes.tolist()), weight="ms")
            for nodes in prepared.case.facilities[:CATEGORIES_ASKED]
        ]

    def answer(found: Any) -> npt.NDArray[np.int32]:
        ms = np.full((len(found), prepared.case.streets.node_count), UNREACHED, np.int32)
        for row, by_node in enumerate(found):
            ms[row, list(by_node)] = list(by_node.values())
        return ms

    return Asked(run, answer, **part_of(len(prepared.case.facilities), CATEGORIES_ASKED, "categories"))


QUESTIONS = {"nearest_walk": _nearest}
