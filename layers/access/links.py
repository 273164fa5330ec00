"""Times along the links of every chain, for one mode: where on a chain a point lies decides how far its ends are.

Everything is summed in float64 along a chain and rounded to milliseconds once, for the whole chain.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of its kernels
from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

if TYPE_CHECKING:
    from layers.access.graph import StreetGraph
    from layers.access.network import StreetNetwork

Floats = npt.NDArray[np.float64]


class LinkTimes(NamedTuple):
    """Seconds by link, float64 (L,), infinity where closed. *On* is from the chain's tail to its head, *back* the other way.

    Parameters
    ----------
    on, back
        Whole link, without what is lost at its end.
    delay_on, delay_back
        Lost on arriving at the end of the link, and at its start.
    reach_on, reach_back
        From the chain's tail to the start of the link; from the chain's head to the end of the link.
    rest_on, rest_back
        From the end of the link to the chain's head; from the start of the link to the chain's tail.
    """

    on: Floats
    back: Floats
    delay_on: Floats
    delay_back: Floats
    reach_on: Floats
    reach_back: Floats
    rest_on: Floats
    rest_back: Floats


def link_times(network: StreetNetwork) -> tuple[LinkTimes, Floats, Floats]:
    """Times along the links, and of whole chains forward and backward, float64 (c,)."""
    graph = network.topology.graph
    on, back = _turned(graph, network.seconds_forward, network.seconds_backward)
    is_open_on, is_open_back = _turned(graph, network.is_open_forward, network.is_open_backward)
    delay_on, delay_back = _turned(graph, network.delay_forward, network.delay_backward)
    on, back = np.where(is_open_on, on, np.inf), np.where(is_open_back, back, np.inf)
    reach_on, rest_on, forward = sums_along(graph.link_start, on + delay_on)
    rest_back, reach_back, backward = sums_along(graph.link_start, back + delay_back)
    return LinkTimes(on, back, delay_on, delay_back, reach_on, reach_back, rest_on, rest_back), forward, backward


def _turned(
    graph: StreetGraph, forward: npt.NDArray[Any], backward: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Values by segment and drawing direction as values by link and direction of its chain."""
    ahead, behind = forward[graph.link_segment], backward[graph.link_segment]
    return np.where(graph.link_reversed, behind, ahead), np.where(graph.link_reversed, ahead, behind)


@njit(cache=True, nogil=True)
def sums_along(link_start, seconds):  # type: ignore[no-untyped-def]
    """Per link the sum over the links of its chain before it and after it; per chain the whole sum."""
    before, after = np.empty(seconds.size), np.empty(seconds.size)
    total = np.empty(link_start.size - 1)
    for chain in range(total.size):
        first, last = link_start[chain], link_start[chain + 1]
        running = 0.0
        for link in range(first, last):
            before[link] = running
            running += seconds[link]
        total[chain] = running
        running = 0.0
        for link in range(last - 1, first - 1, -1):
            after[link] = running
            running += seconds[link]
    return before, after, total
