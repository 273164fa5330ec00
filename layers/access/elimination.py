"""Kernels that take junctions out one by one (see :mod:`layers.access.hierarchy`): symbolic Cholesky factorisation."""

# ruff: noqa: ANN001, ANN201, ANN202 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def elimination_tree(tail, head, count):  # type: ignore[no-untyped-def]
    """Parent of each rank (Liu 1990, with path compression); -1 at the roots."""
    start, lower = _lower_neighbours(tail, head, count)
    parent = np.full(count, -1, np.int32)
    ancestor = np.full(count, -1, np.int32)
    for rank in range(count):
        for at in range(start[rank], start[rank + 1]):
            here = lower[at]
            while ancestor[here] not in (-1, rank):
                above = ancestor[here]
                ancestor[here] = rank
                here = above
            if ancestor[here] == -1:
                ancestor[here] = rank
                parent[here] = rank
    return parent


@njit(cache=True, nogil=True)
def _lower_neighbours(tail, head, count):  # type: ignore[no-untyped-def]
    start = np.zeros(count + 1, np.int64)
    for edge in range(tail.size):
        start[max(tail[edge], head[edge]) + 1] += 1
    for rank in range(count):
        start[rank + 1] += start[rank]
    filled = start[:-1].copy()
    lower = np.empty(tail.size, np.int32)
    for edge in range(tail.size):
        high = max(tail[edge], head[edge])
        lower[filled[high]] = min(tail[edge], head[edge])
        filled[high] += 1
    return start, lower


@njit(cache=True, nogil=True)
def subtree_sizes(parent):  # type: ignore[no-untyped-def]
    """Ranks in the subtree of each rank, itself included, int64 (n,)."""
    size = np.ones(parent.size, np.int64)
    for rank in range(parent.size):
        if parent[rank] >= 0:
            size[parent[rank]] += size[rank]
    return size


@njit(cache=True, nogil=True)
def postorder(parent):  # type: ignore[no-untyped-def]
    """New rank of each rank, children before parents and every subtree in one run; the same shortcuts result."""
    count = parent.size
    size = subtree_sizes(parent)
    # Since parents lie above their children, places can be dealt out from the top.
    first_free = np.zeros(count, np.int64)
    new_rank = np.empty(count, np.int32)
    next_root = count
    for rank in range(count - 1, -1, -1):
        above = parent[rank]
        if above < 0:
            end = next_root
            next_root -= size[rank]
        else:
            end = first_free[above]
            first_free[above] -= size[rank]
        new_rank[rank] = end - 1
        first_free[rank] = end - 1
    return new_rank


@njit(cache=True, nogil=True)
def eliminate(tail, head, count):  # type: ignore[no-untyped-def]
    """Upward arcs after taking out the ranks one after another: start, head (ascending), parent of each rank.

    The upward neighbours of a rank are those of the graph and those of its children in the elimination tree.
    """
    given_start, given = _lower_neighbours(count - 1 - tail, count - 1 - head, count)  # upper ones, mirrored
    start = np.zeros(count + 1, np.int32)
    upward = np.empty(max(16, 4 * tail.size), np.int32)
    parent = np.full(count, -1, np.int32)
    first_child = np.full(count, -1, np.int32)
    next_child = np.full(count, -1, np.int32)
    seen = np.full(count, -1, np.int32)
    filled = 0
    for rank in range(count):
        begin = filled
        mirrored = count - 1 - rank
        room = given_start[mirrored + 1] - given_start[mirrored]
        child = first_child[rank]
        while child >= 0:
            room += start[child + 1] - start[child]
            child = next_child[child]
        if filled + room > upward.size:
            larger = np.empty(2 * upward.size + room, np.int32)
            larger[:filled] = upward[:filled]
            upward = larger
        for at in range(given_start[mirrored], given_start[mirrored + 1]):
            other = count - 1 - given[at]
            if seen[other] != rank:
                seen[other] = rank
                upward[filled] = other
                filled += 1
        child = first_child[rank]
        while child >= 0:
            for at in range(start[child], start[child + 1]):
                other = upward[at]
                if other != rank and seen[other] != rank:
                    seen[other] = rank
                    upward[filled] = other
                    filled += 1
            child = next_child[child]
        upward[begin:filled].sort()
        start[rank + 1] = filled
        if filled > begin:
            parent[rank] = upward[begin]
            next_child[rank] = first_child[parent[rank]]
            first_child[parent[rank]] = rank
    return start, upward[:filled].copy(), parent


@njit(cache=True, nogil=True)
def find_triangles(start, head):  # type: ignore[no-untyped-def]
    """For each rank and each pair of its upward neighbours, in order, the arc between these two."""
    count = start.size - 1
    total = np.int64(0)
    for rank in range(count):
        degree = np.int64(start[rank + 1] - start[rank])
        total += degree * (degree - 1) // 2
    found = np.empty(total, np.int32)
    at = 0
    for rank in range(count):
        for low in range(start[rank], start[rank + 1]):
            arc = start[head[low]]
            for high in range(low + 1, start[rank + 1]):
                while head[arc] != head[high]:
                    arc += 1
                found[at] = arc
                at += 1
    return found
