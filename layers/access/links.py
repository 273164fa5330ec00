"""Times along the links of every chain, for one mode: where on a chain a point lies decides how far its ends are.

Everything is summed in float64 along a chain and rounded to milliseconds once, for the whole chain.
"""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access.parallel import run_chunks, spans

if TYPE_CHECKING:
    from layers.access.network import StreetNetwork

Floats = npt.NDArray[np.float64]
_CHAINS_AT_ONCE: Final = 50_000


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
    """Times along the links, and of whole chains forward and backward, float64 (c,).

    Raises
    ------
    ValueError
        A time is negative or NaN, or there is not one for each segment.
    """
    _check(network)
    graph = network.topology.graph
    times = LinkTimes(*(np.empty(graph.link_segment.size) for _ in LinkTimes._fields))
    forward, backward = np.empty(graph.chain_count), np.empty(graph.chain_count)
    by_segment = (
        *(network.is_open_forward, network.is_open_backward),
        *(network.seconds_forward, network.seconds_backward),
        *(network.delay_forward, network.delay_backward),
    )

    def of_chains(span: tuple[int, int]) -> None:
        _fill(*span, graph.link_start, graph.link_segment, graph.link_reversed, by_segment, times, forward, backward)

    run_chunks(of_chains, spans(graph.chain_count, _CHAINS_AT_ONCE))
    return times, forward, backward


def _check(network: StreetNetwork) -> None:
    size = network.topology.graph.link_of_segment.size
    for name in ("seconds_forward", "seconds_backward", "delay_forward", "delay_backward"):
        times = getattr(network, name)
        if times.shape != (size,):
            raise ValueError(f"{name}: one time for each of {size:,} segments is needed, not {times.shape}.")
        if size and not times.min() >= 0:
            raise ValueError(f"{name}: times must be 0 or more, found {times.min()} seconds.")
    for name in ("is_open_forward", "is_open_backward"):
        if getattr(network, name).shape != (size,):
            raise ValueError(f"{name}: one value for each of {size:,} segments is needed.")


@njit(cache=True, nogil=True)
def _fill(first, end, link_start, link_segment, link_reversed, by_segment, times, forward, backward):  # type: ignore[no-untyped-def]
    open_forward, open_backward, seconds_forward, seconds_backward, delay_forward, delay_backward = by_segment
    for chain in range(first, end):
        before, last = link_start[chain], link_start[chain + 1]
        running = 0.0
        for link in range(before, last):
            segment, turned = link_segment[link], link_reversed[link]
            on = seconds_backward[segment] if turned else seconds_forward[segment]
            back = seconds_forward[segment] if turned else seconds_backward[segment]
            is_open_on = open_backward[segment] if turned else open_forward[segment]
            is_open_back = open_forward[segment] if turned else open_backward[segment]
            times.on[link] = on if is_open_on else np.inf
            times.back[link] = back if is_open_back else np.inf
            times.delay_on[link] = delay_backward[segment] if turned else delay_forward[segment]
            times.delay_back[link] = delay_forward[segment] if turned else delay_backward[segment]
            times.reach_on[link] = running
            running += times.on[link] + times.delay_on[link]
        forward[chain] = running
        running = 0.0
        for link in range(before, last):
            times.rest_back[link] = running
            running += times.back[link] + times.delay_back[link]
        backward[chain] = running
        on = back = 0.0
        for link in range(last - 1, before - 1, -1):
            times.rest_on[link], times.reach_back[link] = on, back
            on += times.on[link] + times.delay_on[link]
            back += times.back[link] + times.delay_back[link]


def metres_along(network: StreetNetwork) -> tuple[Floats, Floats, Floats]:
    """Metres of each link, from its chain's tail to its start, float64 (L,) each, and of whole chains, (c,)."""
    graph = network.topology.graph
    metres = network.metres[graph.link_segment]
    if not metres.size:
        return metres, metres, metres
    whole = np.add.reduceat(metres, graph.link_start[:-1])
    # What the running sum has reached where a chain begins is taken off: millimetres at most are lost.
    running = np.cumsum(metres) - metres
    return metres, running - np.repeat(running[graph.link_start[:-1]], np.diff(graph.link_start)), whole
