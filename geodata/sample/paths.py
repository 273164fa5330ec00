"""Cheapest paths over sparse graphs of points: trees, and chains read off them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from geodata.sample.region import Floats, Integers

Graph = Any  # scipy.sparse.csr_matrix of float64, the upper half or both


def graph(cost: Floats, tail: Integers, head: Integers, size: int) -> Graph:
    """Undirected graph of edges with costs; a pair given twice would add up."""
    return sparse.csr_matrix((cost, (tail, head)), shape=(size, size))


def tree(roads: Graph, root: int) -> tuple[Floats, Integers]:
    """Cost from the root to every point (inf where none leads) and the point before each (negative: none)."""
    cost, previous = csgraph.dijkstra(roads, directed=False, indices=np.array([root]), return_predecessors=True)
    return np.asarray(cost[0]), np.asarray(previous[0], dtype=np.int64)


def forest(roads: Graph, roots: Integers) -> tuple[Floats, Integers, Integers]:
    """As :func:`tree` from the nearest of several roots, and which root that is (negative: none)."""
    cost, previous, origin = csgraph.dijkstra(
        roads, directed=False, indices=roots, return_predecessors=True, min_only=True
    )
    return np.asarray(cost), np.asarray(previous, dtype=np.int64), np.asarray(origin, dtype=np.int64)


def chain(previous: Integers, end: int) -> list[int]:
    """Points from the root to `end`, both included."""
    points = [int(end)]
    while previous[points[-1]] >= 0:
        points.append(int(previous[points[-1]]))
    return points[::-1]
