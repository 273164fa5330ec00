"""Kernels of customisation (see :mod:`layers.access.metric`)."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def enter_chains(arc_count, arc_of_chain, climbs, forward, backward, infinite):  # type: ignore[no-untyped-def]
    """Times up and down of every arc (a,), those of the chains that they are."""
    up = np.full(arc_count, infinite, forward.dtype)
    down = np.full(arc_count, infinite, forward.dtype)
    for chain in range(arc_of_chain.size):
        arc = arc_of_chain[chain]
        if arc < 0:
            continue
        climb, descent = forward[chain], backward[chain]
        if not climbs[chain]:
            climb, descent = descent, climb
        up[arc] = min(up[arc], climb)
        down[arc] = min(down[arc], descent)
    return up, down


@njit(cache=True, nogil=True)
def relax(first, end, start, triangle_start, triangles, up, down):  # type: ignore[no-untyped-def]
    """Look at all triangles whose lowest rank lies in a range, from the lowest upwards."""
    at = triangle_start[first]
    for rank in range(first, end):
        last = start[rank + 1]
        for low in range(start[rank], last):
            low_up, low_down = up[low], down[low]
            for high in range(low + 1, last):
                arc = triangles[at]
                at += 1
                # Two infinite times add up without overflow and lose against the infinite one that is there.
                up[arc] = min(up[arc], low_down + up[high])
                down[arc] = min(down[arc], down[high] + low_up)
