"""The nearest facility of every place along streets.

The interface is narrow on purpose: ties in, costs out. What searches behind it may change unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.access.network import Arcs, StreetNetwork

if TYPE_CHECKING:
    from layers.access.attach import Attachment

_NONE = -1


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest facility of each of k places.

    Parameters
    ----------
    cost
        float64 (k,), in the unit of the network's profile (metres on foot, seconds by car or bicycle), from door to
        door; infinity where no facility can be reached, NaN where the place has no street within the snap limit.
    facility
        int32 (k,), row of the facility; -1 where there is none.
    """

    cost: npt.NDArray[np.float64]
    facility: npt.NDArray[np.int32]


def nearest_facility(
    network: StreetNetwork, places: Attachment, facilities: Attachment, *, limit: float | None = None
) -> Nearest:
    """For every place the facility it reaches at the least cost, in the direction place → facility.

    The cost is that of place → street, along the street to the end of the segment, along the network, along the
    facility's segment and from the street to the facility, or straight along the segment where both lie on the same
    one. One-way streets hold. The way between door and street is walked in every mode. In metres the answer is never
    less than the straight line (tested; rounding is taken off).

    Parameters
    ----------
    network
        Streets of one mode.
    places, facilities
        Ties from :func:`layers.access.attach.attach` on the same network; facilities without a street are not found.
    limit
        Costs above it count as not reached; None for no limit. A limit makes the search shorter.
    """
    cost = np.where(places.is_attached, np.inf, np.nan)
    facility = np.full(len(places), _NONE, dtype=np.int32)
    rows = np.flatnonzero(facilities.is_attached).astype(np.int32)
    asked = np.flatnonzero(places.is_attached)
    if rows.size and asked.size:
        tied = facilities.take(rows)
        best = _search(network, places.take(asked), tied, np.inf if limit is None else float(limit))
        reached = best.facility != _NONE
        cost[asked[reached]] = best.cost[reached]
        facility[asked[reached]] = rows[best.facility[reached]]
    if network.profile.cost_unit == "metres":
        reached = facility != _NONE
        apart = places.xy[reached] - facilities.xy[facility[reached]]
        # Sums of hundreds of segments may round to a hair less than the straight line.
        cost[reached] = np.maximum(cost[reached], np.hypot(apart[:, 0], apart[:, 1]))
    if limit is not None:
        beyond = cost > limit
        cost[beyond], facility[beyond] = np.inf, _NONE
    return Nearest(cost, facility)


def _search(network: StreetNetwork, places: Attachment, facilities: Attachment, limit: float) -> Nearest:
    node_cost, node_facility = _spread(network, facilities, limit)
    ends = _ends(network, places, is_leaving=True)
    best = Nearest(np.full(len(places), np.inf), np.full(len(places), _NONE, dtype=np.int32))
    for node, on_segment in ((ends.tail, ends.to_tail), (ends.head, ends.to_head)):
        best = _better(best, Nearest(on_segment + node_cost[node], node_facility[node]))
    best = _better(best, _same_segment(network, places, facilities))
    snapped = best.cost + network.profile.snap_cost(places.snap_metres)
    return Nearest(snapped, np.where(np.isfinite(snapped), best.facility, _NONE).astype(np.int32))


def _better(one: Nearest, other: Nearest) -> Nearest:
    """The cheaper of two answers for each place; of equal ones the facility with the lower row."""
    wins = (other.cost < one.cost) | ((other.cost == one.cost) & (other.facility < one.facility))
    wins &= other.facility != _NONE
    return Nearest(np.where(wins, other.cost, one.cost), np.where(wins, other.facility, one.facility))


class _Ends(NamedTuple):
    """The two ends of the segments that points lie on, and the cost between point and end (infinity: closed)."""

    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    to_tail: npt.NDArray[np.float64]
    to_head: npt.NDArray[np.float64]


def _ends(network: StreetNetwork, points: Attachment, *, is_leaving: bool) -> _Ends:
    segment, fraction = points.segment, points.fraction
    cost = network.cost[segment]
    forward, backward = network.is_open_forward[segment], network.is_open_backward[segment]
    if not is_leaving:
        forward, backward = backward, forward
    # A point on a node is on all its streets, whatever the direction of the segment it was tied to.
    to_tail = np.where(backward | (fraction == 0), fraction * cost, np.inf)
    to_head = np.where(forward | (fraction == 1), (1 - fraction) * cost, np.inf)
    return _Ends(network.tail[segment], network.head[segment], to_tail, to_head)


def _spread(
    network: StreetNetwork, facilities: Attachment, limit: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Cost from every node to its nearest facility, the facility's own snap included, and which one it is.

    One search from all facilities at once along the reversed arcs: each facility is a node of its own, with an arc to
    each end of its segment from which it can be reached.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    arcs = _with_facilities(network, facilities)
    size = network.node_count + len(facilities)
    graph = csr_array((arcs.cost, arcs.target, arcs.start), shape=(size, size))
    sources = np.arange(network.node_count, size)
    cost, _, source = dijkstra(
        graph, directed=True, indices=sources, min_only=True, return_predecessors=True, limit=limit
    )
    cost, source = cost[: network.node_count], source[: network.node_count]
    facility = np.where(np.isfinite(cost), source - network.node_count, _NONE).astype(np.int32)
    return cost, facility


def _with_facilities(network: StreetNetwork, facilities: Attachment) -> Arcs:
    """The reversed arcs, and after the nodes of the network one node per facility."""
    arcs = network.reversed_arcs
    ends = _ends(network, facilities, is_leaving=False)
    snap = network.profile.snap_cost(facilities.snap_metres)
    target = np.column_stack([ends.tail, ends.head]).ravel()
    cost = (np.column_stack([ends.to_tail, ends.to_head]) + snap[:, np.newaxis]).ravel()
    is_open = np.isfinite(cost)
    start = arcs.start[-1] + np.cumsum(is_open.reshape(-1, 2).sum(axis=1))
    return Arcs(
        np.concatenate([arcs.start, start.astype(np.int32)]),
        np.concatenate([arcs.target, target[is_open]]),
        np.concatenate([arcs.cost, cost[is_open]]),
    )


def _same_segment(network: StreetNetwork, places: Attachment, facilities: Attachment) -> Nearest:
    """The way along one segment, for places that share theirs with a facility."""
    order = np.argsort(facilities.segment, kind="stable").astype(np.int32)
    segments = facilities.segment[order]
    first = np.searchsorted(segments, places.segment, side="left")
    count = np.searchsorted(segments, places.segment, side="right") - first
    place = np.repeat(np.arange(len(places)), count)
    nth = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
    facility = order[np.repeat(first, count) + nth]
    segment = places.segment[place]
    ahead = facilities.fraction[facility] - places.fraction[place]
    is_open = (ahead == 0) | np.where(ahead > 0, network.is_open_forward[segment], network.is_open_backward[segment])
    snap = network.profile.snap_cost(facilities.snap_metres[facility])
    cost = np.where(is_open, np.abs(ahead) * network.cost[segment] + snap, np.inf)
    best = Nearest(np.full(len(places), np.inf), np.full(len(places), _NONE, dtype=np.int32))
    by_cost = np.lexsort((facility, cost, place))
    winner = by_cost[np.unique(place[by_cost], return_index=True)[1]]
    best.cost[place[winner]] = cost[winner]
    best.facility[place[winner]] = np.where(np.isfinite(cost[winner]), facility[winner], _NONE)
    return best
