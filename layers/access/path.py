"""The way itself from one point to another: which streets, how long, in what time.

Dijkstra's algorithm (1959) over the junctions, in time and length together (:mod:`layers.access.metres`): of equally
quick ways the shortest. It remembers by which arc it came and ends when nothing nearer is left.
"""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access.ends import Ends, direct
from layers.access.metres import INFINITE, metres_from_tail, pack, pack_ends, unpack

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

_STARTS: Final = (-2, -3)  # what stands where a way begins: at the tail, at the head of the origin's chain
_Links = list[tuple[int, bool]]


@dataclass(frozen=True, eq=False)
class Path:
    """A quickest way from door to door.

    Parameters
    ----------
    seconds, metres
        Of the whole way, the parts on foot between doors and streets included.
    segments
        int32 (s,), street segments in order; of the first and the last, only a part may be used.
    is_backward
        bool (s,), whether the segment is passed from its head to its tail.
    xy
        float64 (p, 2), the line from door to door, metres in the plane of the network.
    """

    seconds: float
    metres: float
    segments: npt.NDArray[np.int32]
    is_backward: npt.NDArray[np.bool_]
    xy: npt.NDArray[np.float64]


def path(network: StreetNetwork, origin: Attachment, destination: Attachment) -> Path | None:
    """The quickest way from one point to another.

    Parameters
    ----------
    network
        Streets of one mode.
    origin, destination
        Ties of one point each.

    Returns
    -------
    Path or None
        None where there is no way, or one of them has no street.

    Raises
    ------
    ValueError
        There is not exactly one origin and one destination.
    """
    if len(origin) != 1 or len(destination) != 1:
        raise ValueError(f"A path has one origin and one destination, not {len(origin)} and {len(destination)}.")
    leaving, arriving = network.leaving(origin), network.arriving(destination)
    if not (leaving.is_tied[0] and arriving.is_tied[0]):
        return None
    graph, arcs = network.topology.graph, network.arcs
    cost = pack(arcs.out_ms, network.link_metres[2][graph.arc_chain])
    start = pack_ends(network, leaving, origin)[0]
    goal = pack_ends(network, arriving, destination)[0]
    total, last, came = _search(leaving.junction[0], start, arriving.junction[0], goal, arcs.start, arcs.head, cost)
    beside = _along_one_chain(network, origin, destination, leaving, arriving)
    if min(total, beside) >= INFINITE:
        return None
    if beside <= total:
        links = _steps(leaving.link[0], leaving.along[0], arriving.link[0], arriving.along[0])
    else:
        links = _links_over_junctions(network, leaving, arriving, last, came)
    seconds, metres = unpack(np.array([min(total, beside)]))
    segments = graph.link_segment[[link for link, _ in links]]
    is_backward = np.array([is_back for _, is_back in links], dtype=bool) ^ graph.link_reversed[[x for x, _ in links]]
    xy = _line(network, origin, destination, segments, is_backward)
    return Path(float(seconds[0]), float(metres[0]), segments, is_backward, xy)


def _along_one_chain(
    network: StreetNetwork, origin: Attachment, destination: Attachment, leaving: Ends, arriving: Ends
) -> int:
    """Time and length of the way that stays on one chain, INFINITE where there is none."""
    _, _, ms = direct(network, leaving, arriving)
    if not ms.size:
        return INFINITE
    apart = np.abs(metres_from_tail(network, leaving) - metres_from_tail(network, arriving))
    return int(pack(ms, apart + origin.snap_metres + destination.snap_metres)[0])


def _links_over_junctions(
    network: StreetNetwork, leaving: Ends, arriving: Ends, last: int, came: npt.NDArray[np.int32]
) -> _Links:
    """Links from point to point, from the arc by which each junction was reached."""
    graph = network.topology.graph
    source = np.repeat(np.arange(graph.junction_count), np.diff(graph.arc_start))
    junction, arcs = arriving.junction[0, last], []
    while came[junction] >= 0:
        arcs.append(came[junction])
        junction = source[came[junction]]
    first = _STARTS.index(came[junction])
    bounds = [_chain(network, end.link[0]) for end in (leaving, arriving)]
    links = _steps(leaving.link[0], leaving.along[0], bounds[0][first], float(first))
    for arc in reversed(arcs):
        low, high = graph.link_start[graph.arc_chain[arc]], graph.link_start[graph.arc_chain[arc] + 1] - 1
        links += _steps(high, 1.0, low, 0.0) if graph.arc_is_back[arc] else _steps(low, 0.0, high, 1.0)
    return links + _steps(bounds[1][last], float(last), arriving.link[0], arriving.along[0])


def _chain(network: StreetNetwork, link: int) -> tuple[int, int]:
    """First and last link of the chain of a link."""
    graph = network.topology.graph
    chain = graph.chain_of_link[link]
    return int(graph.link_start[chain]), int(graph.link_start[chain + 1]) - 1


def _steps(link: int, along: float, to_link: int, to_along: float) -> _Links:
    """Links passed between two places on one chain, and whether backwards; none of which only a node is touched."""
    if (to_link, to_along) >= (link, along):
        first, last = link + (along == 1), to_link - (to_along == 0)
        return [(each, False) for each in range(first, last + 1)] if (to_link, to_along) != (link, along) else []
    first, last = link - (along == 0), to_link + (to_along == 1)
    return [(each, True) for each in range(first, last - 1, -1)]


def _line(
    network: StreetNetwork,
    origin: Attachment,
    destination: Attachment,
    segments: npt.NDArray[np.int32],
    is_backward: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Points of the way from door to door, each once."""
    on_street = []
    for point in (origin, destination):
        tail, head = (network.node_xy[ends[point.segment]] for ends in (network.tail, network.head))
        on_street.append(tail + point.fraction[:, np.newaxis] * (head - tail))
    bends = np.where(is_backward, network.tail[segments], network.head[segments])[:-1]
    line = np.vstack([origin.xy, on_street[0], network.node_xy[bends], on_street[1], destination.xy])
    is_new = np.append(True, (np.diff(line, axis=0) != 0).any(axis=1))
    return np.asarray(line[is_new])


@njit(cache=True, nogil=True)
def _search(junctions, starts, goals, goal_costs, arc_start, arc_head, arc_cost):  # type: ignore[no-untyped-def]
    """Lowest total cost, by which end of the destination's chain, and the arc by which each junction was reached.

    Junctions where the way starts hold -2 (at the tail of the origin's chain) or -3 (at its head), unreached ones -1.
    """
    cost = np.full(arc_start.size - 1, INFINITE, np.int64)
    came = np.full(arc_start.size - 1, -1, np.int32)
    queue = [(np.int64(INFINITE), np.int32(0))]
    for end in range(2):
        if starts[end] < cost[junctions[end]]:
            cost[junctions[end]], came[junctions[end]] = starts[end], -2 - end
            heapq.heappush(queue, (starts[end], junctions[end]))
    total, last = np.int64(INFINITE), 0
    while queue[0][0] < total:
        here, junction = heapq.heappop(queue)
        if here > cost[junction]:
            continue
        for end in range(2):
            if junction == goals[end] and here + goal_costs[end] < total:
                total, last = here + goal_costs[end], end
        for arc in range(arc_start[junction], arc_start[junction + 1]):
            there, other = here + arc_cost[arc], arc_head[arc]
            if there < cost[other]:
                cost[other], came[other] = there, arc
                heapq.heappush(queue, (there, other))
    return total, last, came
