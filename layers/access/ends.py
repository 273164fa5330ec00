"""How points enter and leave the graph: from their place on a chain to the junctions at its two ends."""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access.ms import INFINITE_MS
from layers.access.parallel import run_chunks, spans

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

_POINTS_AT_ONCE: Final = 65_536


@dataclass(frozen=True, eq=False)
class Ends:
    """The two ends of the chains on which k points lie, and the time between point and end.

    Parameters
    ----------
    junction
        int32 (k, 2), junctions at the tail and at the head of the chain; 0 where the point has no street.
    ms
        int32 (k, 2), milliseconds between the door and the junction, the way to the street on foot included;
        INFINITE_MS where closed or without a street.
    chain
        int32 (k,), the chain that the point lies on; -1 without a street.
    link
        int32 (k,), the link of the graph that the point lies on; -1 without a street.
    along
        float64 (k,), 0 at the start of the link (towards the chain's tail), 1 at its end.
    snap_seconds
        float64 (k,), from the door to the street; infinity without a street.
    """

    junction: npt.NDArray[np.int32]
    ms: npt.NDArray[np.int32]
    chain: npt.NDArray[np.int32]
    link: npt.NDArray[np.int32]
    along: npt.NDArray[np.float64]
    snap_seconds: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Number of points."""
        return int(self.link.size)

    @classmethod
    def joined(cls, parts: Sequence[Ends]) -> Ends:
        """Several sets of points as one, in order."""
        if not parts:
            return cls(*np.empty((2, 0, 2), np.int32), *np.empty((2, 0), np.int32), *np.empty((2, 0)))
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    @property
    def is_tied(self) -> npt.NDArray[np.bool_]:
        """Bool (k,), whether the point has a street."""
        return np.asarray(self.link >= 0)

    def take(self, rows: npt.NDArray[np.integer | np.bool_] | slice) -> Ends:
        """The ends of some of the points."""
        return Ends(*(getattr(self, field.name)[rows] for field in fields(self)))


def ends_of(network: StreetNetwork, ties: Attachment, *, leaving: bool) -> Ends:
    """Ends of the chains on which points lie, with times from the points (leaving) or to them.

    A point on a node is on all its streets, whatever the direction of the segment it was tied to.

    Raises
    ------
    ValueError
        A tie names a segment that the network does not have, or that no mode may use, or a place beside the segment;
        or its arrays differ in length.
    """
    graph = network.topology.graph
    segment = ties.segment
    if segment.size and (segment.max() >= network.segment_count or segment.min() < -1):
        raise ValueError(f"A point is tied to segment {segment.max()}; the network has {network.segment_count:,}.")
    tied = segment >= 0
    fraction, snap = np.asarray(ties.fraction), np.asarray(ties.snap_metres)
    if not fraction.shape == snap.shape == segment.shape:
        raise ValueError(
            f"{segment.size:,} points are tied with {fraction.size:,} fractions and {snap.size:,} ways to streets."
        )
    if not (((fraction >= 0) & (fraction <= 1) & (snap >= 0) & (snap < np.inf)) | ~tied).all():
        raise ValueError("A tied point has a fraction outside 0 … 1, or a way to its street that is not 0 or more.")
    link = np.full(segment.size, -1, np.int32)
    link[tied] = graph.link_of_segment[segment[tied]]
    if (link[tied] < 0).any():
        raise ValueError("A point is tied to a segment that no mode may use.")
    along = np.array(fraction, dtype=np.float64)
    along[tied] = np.where(graph.link_reversed[link[tied]], 1.0 - along[tied], along[tied])
    snap_seconds = np.where(tied, network.profile.snap_seconds(snap), np.inf)
    times = network.links
    towards_tail = (
        (times.rest_back, times.back, times.delay_back) if leaving else (times.reach_on, times.on, times.delay_on)
    )
    towards_head = (
        (times.rest_on, times.on, times.delay_on) if leaving else (times.reach_back, times.back, times.delay_back)
    )
    chain = np.full(segment.size, -1, np.int32)
    chain[tied] = graph.chain_of_link[link[tied]]
    shape = (graph.tail, graph.head)
    junction, ms = np.zeros((link.size, 2), np.int32), np.full((link.size, 2), INFINITE_MS, np.int32)

    def of_points(span: tuple[int, int]) -> None:
        rows = slice(*span)
        _fill_ends(
            chain[rows], link[rows], along[rows], snap_seconds[rows], *shape, *towards_tail, *towards_head, leaving,
            junction[rows], ms[rows],
        )  # fmt: skip

    run_chunks(of_points, spans(link.size, _POINTS_AT_ONCE))
    return Ends(junction, ms, chain, link, along, snap_seconds)


@njit(cache=True, nogil=True)
def _fill_ends(  # type: ignore[no-untyped-def]
    chain,
    link,
    along,
    snap,
    tail,
    head,
    rest_tail,
    to_tail,
    delay_tail,
    rest_head,
    to_head,
    delay_head,
    leaving,
    junction,
    ms,
):
    """Junctions and milliseconds (k, 2); see :class:`Ends`."""
    for point in range(link.size):
        here = link[point]
        if here < 0:
            continue
        share = along[point]
        junction[point, 0], junction[point, 1] = tail[chain[point]], head[chain[point]]
        # At the very start or end of a link the point is on the node: its own link is not used, open or closed. Who
        # leaves loses time at the node ahead; who arrives, only where the point itself is the node.
        seconds = rest_tail[here] + snap[point]
        if share > 0:
            seconds += share * to_tail[here] + (delay_tail[here] if leaving or share == 1 else 0.0)
        if seconds < np.inf:
            ms[point, 0] = min(INFINITE_MS, np.int64(np.rint(seconds * 1000.0)))
        seconds = rest_head[here] + snap[point]
        if share < 1:
            seconds += (1.0 - share) * to_head[here] + (delay_head[here] if leaving or share == 0 else 0.0)
        if seconds < np.inf:
            ms[point, 1] = min(INFINITE_MS, np.int64(np.rint(seconds * 1000.0)))


def direct(
    network: StreetNetwork, places: Ends, facilities: Ends
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Ways from places to facilities on the same chain, which need not pass a junction.

    Returns
    -------
    tuple
        Place, facility and milliseconds, int32 each, one row for each pair on one chain with an open way between,
        the ways on foot at both ends included; sorted by place.
    """
    times = network.links
    tied = np.flatnonzero(facilities.is_tied).astype(np.int32)
    by_chain = tied[np.argsort(facilities.chain[tied], kind="stable")]
    is_used = np.zeros(network.topology.graph.chain_count + 1, dtype=np.bool_)  # the last for places without a street
    is_used[facilities.chain[by_chain]] = True
    found: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]] = _direct_pairs(
        places.chain,
        (places.link, places.along, places.snap_seconds),
        (facilities.link, facilities.along, facilities.snap_seconds),
        facilities.chain[by_chain],
        by_chain,
        is_used,
        (times.on, times.back, times.delay_on, times.delay_back),
    )
    return found


@njit(cache=True, nogil=True)
def _direct_pairs(place_chain, place_at, facility_at, chains, facility, is_used, times):  # type: ignore[no-untyped-def]
    link, along, snap = place_at
    to_link, to_along, to_snap = facility_at
    size = 0
    places, found, ms = np.empty(16, np.int32), np.empty(16, np.int32), np.empty(16, np.int32)
    for place in range(link.size):
        chain = place_chain[place]
        if not is_used[chain]:
            continue
        at = np.searchsorted(chains, chain)
        while at < chains.size and chains[at] == chain:
            other = facility[at]
            at += 1
            seconds = _along_chain(link[place], along[place], to_link[other], to_along[other], *times)
            if not seconds < np.inf:
                continue
            if size == places.size:
                places, found, ms = _doubled(places), _doubled(found), _doubled(ms)
            places[size], found[size] = place, other
            total = (seconds + snap[place] + to_snap[other]) * 1000.0
            ms[size] = np.int64(min(np.float64(INFINITE_MS), np.rint(total)))
            size += 1
    return places[:size].copy(), found[:size].copy(), ms[:size].copy()


@njit(cache=True, nogil=True)
def _doubled(array):  # type: ignore[no-untyped-def]
    larger = np.empty(2 * array.size, array.dtype)
    larger[: array.size] = array
    return larger


@njit(cache=True, nogil=True)
def _along_chain(link, along, to_link, to_along, on, back, delay_on, delay_back):  # type: ignore[no-untyped-def] # noqa: C901, PLR0912
    """Seconds between two points of one chain; time is lost at the nodes between, and at a node where the way ends."""
    if link == to_link and along == to_along:
        return 0.0
    seconds = 0.0
    if to_link > link or (to_link == link and to_along > along):
        if to_link == link:
            seconds += (to_along - along) * on[link]
        else:
            if along < 1:
                seconds += (1 - along) * on[link] + delay_on[link]
            for between in range(link + 1, to_link):
                seconds += on[between] + delay_on[between]
            if to_along > 0:
                seconds += to_along * on[to_link]
        if to_along == 1:
            seconds += delay_on[to_link]
    else:
        if to_link == link:
            seconds += (along - to_along) * back[link]
        else:
            if along > 0:
                seconds += along * back[link] + delay_back[link]
            for between in range(link - 1, to_link, -1):
                seconds += back[between] + delay_back[between]
            if to_along < 1:
                seconds += (1 - to_along) * back[to_link]
        if to_along == 0:
            seconds += delay_back[to_link]
    return seconds
