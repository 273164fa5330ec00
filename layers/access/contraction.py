"""Kernels that find junctions and chains (see :mod:`layers.access.graph`)."""

# ruff: noqa: ANN001, ANN201, ANN202, C901 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def find_chains(node_count, tail, head, usable):  # type: ignore[no-untyped-def]
    """Junctions (bool per node), and chains as runs of links: start, segment, whether it runs head → tail.

    A junction is a node where other than two usable segments end. Of a ring without any, its lowest node becomes one.
    """
    incidence_start, incidence = _incidence(node_count, tail, head, usable)
    is_junction = np.zeros(node_count, np.bool_)
    for node in range(node_count):
        degree = incidence_start[node + 1] - incidence_start[node]
        is_junction[node] = degree not in (0, 2)
    used = 0
    for segment in range(tail.size):
        used += usable[segment]
    taken = np.zeros(tail.size, np.bool_)
    start = np.zeros(used + 1, np.int32)
    link = np.empty(used, np.int32)
    is_reversed = np.empty(used, np.bool_)
    chains = links = 0
    # Two rounds: from the junctions, then from a node of each ring that no junction lies on.
    for ring in range(2):
        for node in range(node_count):
            if ring and not is_junction[node]:
                for at in range(incidence_start[node], incidence_start[node + 1]):
                    if not taken[incidence[at]]:
                        is_junction[node] = True
            if not is_junction[node]:
                continue
            for at in range(incidence_start[node], incidence_start[node + 1]):
                if taken[incidence[at]]:
                    continue
                here, segment = node, incidence[at]
                while True:
                    taken[segment] = True
                    link[links] = segment
                    is_reversed[links] = tail[segment] != here
                    links += 1
                    here = head[segment] if tail[segment] == here else tail[segment]
                    if is_junction[here]:
                        break
                    first = incidence_start[here]
                    segment = incidence[first + 1] if incidence[first] == segment else incidence[first]
                chains += 1
                start[chains] = links
    return is_junction, start[: chains + 1].copy(), link, is_reversed


@njit(cache=True, nogil=True)
def _incidence(node_count, tail, head, usable):  # type: ignore[no-untyped-def]
    """Usable segments at each node, ascending; a segment that ends where it starts counts twice."""
    start = np.zeros(node_count + 1, np.int64)
    for segment in range(tail.size):
        if usable[segment]:
            start[tail[segment] + 1] += 1
            start[head[segment] + 1] += 1
    for node in range(node_count):
        start[node + 1] += start[node]
    filled = start[:-1].copy()
    found = np.empty(start[-1], np.int32)
    for segment in range(tail.size):
        if usable[segment]:
            found[filled[tail[segment]]] = segment
            filled[tail[segment]] += 1
            found[filled[head[segment]]] = segment
            filled[head[segment]] += 1
    return start, found


@njit(cache=True, nogil=True)
def make_arcs(junction_count, tail, head):  # type: ignore[no-untyped-def]
    """Arcs that leave each junction: start, head, chain, whether along the chain from its head; loops left out."""
    start = np.zeros(junction_count + 1, np.int32)
    for chain in range(tail.size):
        if tail[chain] != head[chain]:
            start[tail[chain] + 1] += 1
            start[head[chain] + 1] += 1
    for junction in range(junction_count):
        start[junction + 1] += start[junction]
    filled = start[:-1].copy()
    arc_head = np.empty(start[-1], np.int32)
    arc_chain = np.empty(start[-1], np.int32)
    is_back = np.empty(start[-1], np.bool_)
    for chain in range(tail.size):
        if tail[chain] == head[chain]:
            continue
        for back in (False, True):
            source, target = (head[chain], tail[chain]) if back else (tail[chain], head[chain])
            at = filled[source]
            filled[source] += 1
            arc_head[at], arc_chain[at], is_back[at] = target, chain, back
    return start, arc_head, arc_chain, is_back
