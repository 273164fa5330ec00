"""Exact searches from one point as far as a limit: Dijkstra's algorithm with a queue of coarse buckets.

The queue is that of Dial (*Algorithm 360: shortest-path forest with topological ordering*, CACM 1969) with buckets wider
than the shortest arc: a junction that is improved after it left its bucket goes back into it, so that the answer stays
exact. Of the queues tried on Gunma's 200,977 junctions (binary heap, 4-ary heap, buckets of 1 to 65 s, one entry per
improvement or one per junction) this one was as fast as any on foot and twice as fast as the heaps by car: 50–80 ns per
junction reached. With one entry per junction its memory has a bound, whatever the times are.
"""

# ruff: noqa: ANN001, ANN201, ANN202 - numba infers the types of its kernels, which stay in one piece
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from layers.access.ms import INFINITE_MS

if TYPE_CHECKING:
    from layers.access.ends import Ends

_BUCKET_BITS: Final = 14  # buckets of 16.4 s
_NOWHERE: Final = -1
_NOT_QUEUED: Final = -2


class PointsByJunction(NamedTuple):
    """Points by the junctions they are tied to: those of junction i are the rows ``start[i]`` … ``start[i + 1] - 1``.

    Parameters
    ----------
    start
        int64 (n + 1,).
    point
        int32 (r,), the point; each stands under both ends of its chain, where these are open.
    ms
        int32 (r,), time between point and junction.
    """

    start: npt.NDArray[np.int64]
    point: npt.NDArray[np.int32]
    ms: npt.NDArray[np.int32]

    @classmethod
    def of(cls, ends: Ends, junction_count: int) -> PointsByJunction:
        """Index of the points of `ends`."""
        index: tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]] = _by_junction(
            ends.junction, ends.ms, junction_count
        )
        return cls(*index)


@njit(cache=True, nogil=True)
def _by_junction(junction, ms, junction_count):  # type: ignore[no-untyped-def]
    """Counting sort of the open ends of points."""
    start = np.zeros(junction_count + 1, np.int64)
    for i in range(junction.shape[0]):
        for side in range(2):
            if ms[i, side] < INFINITE_MS:
                start[junction[i, side] + 1] += 1
    for j in range(junction_count):
        start[j + 1] += start[j]
    at = start[:-1].copy()
    point = np.empty(start[junction_count], np.int32)
    open_ms = np.empty(start[junction_count], np.int32)
    for i in range(junction.shape[0]):
        for side in range(2):
            if ms[i, side] < INFINITE_MS:
                row = at[junction[i, side]]
                point[row], open_ms[row] = i, ms[i, side]
                at[junction[i, side]] += 1
    return start, point, open_ms


@njit(cache=True, nogil=True)
def _enter(v, ms, time, bucket, after, before):  # type: ignore[no-untyped-def]
    """Put a junction into the bucket of its new time, out of the one it waits in."""
    new = ms >> _BUCKET_BITS
    if before[v] != _NOT_QUEUED:
        old = time[v] >> _BUCKET_BITS
        if old == new:
            time[v] = ms
            return
        if before[v] >= 0:
            after[before[v]] = after[v]
        else:
            bucket[old] = after[v]
        if after[v] >= 0:
            before[after[v]] = before[v]
    first = bucket[new]
    after[v], before[v], bucket[new], time[v] = first, _NOWHERE, v, ms
    if first >= 0:
        before[first] = v


@njit(cache=True, nogil=True)
def _search(junctions, start_ms, arc_start, arc_head, arc_ms, limit_ms, time, touched, bucket, after, before):  # type: ignore[no-untyped-def]
    """Times from one point to the junctions within the limit; returns how many of them `touched` lists.

    Expects `time` full of INFINITE_MS, `bucket` of -1 and `before` of -2, and leaves the latter two so.
    """
    count = 0
    for side in range(2):
        v, ms = junctions[side], start_ms[side]
        if ms <= limit_ms and ms < time[v]:
            if time[v] == INFINITE_MS:
                touched[count] = v
                count += 1
            _enter(v, ms, time, bucket, after, before)
    for b in range((limit_ms >> _BUCKET_BITS) + 1):
        while bucket[b] >= 0:
            u = bucket[b]
            bucket[b] = after[u]
            if after[u] >= 0:
                before[after[u]] = _NOWHERE
            before[u] = _NOT_QUEUED
            here = time[u]
            for a in range(arc_start[u], arc_start[u + 1]):
                ms = here + arc_ms[a]
                v = arc_head[a]
                if ms <= limit_ms and ms < time[v]:
                    if time[v] == INFINITE_MS:
                        touched[count] = v
                        count += 1
                    _enter(v, ms, time, bucket, after, before)
    return count


@njit(cache=True, nogil=True)
def junctions_within(junctions, start_ms, arc_start, arc_head, arc_ms, limit_ms):  # type: ignore[no-untyped-def]
    """How many junctions lie within the limit of each point.

    Parameters
    ----------
    junctions, start_ms
        int32 (s, 2), as in :class:`layers.access.ends.Ends`.
    arc_start, arc_head, arc_ms
        Arcs that leave each junction, with the time along them in the direction of the search.
    limit_ms
        At most LONGEST_MS.

    Returns
    -------
    int64 (s,)
    """
    n = arc_start.size - 1
    time, touched, after = np.full(n, INFINITE_MS, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    before, bucket = np.full(n, _NOT_QUEUED, np.int32), np.full((limit_ms >> _BUCKET_BITS) + 1, _NOWHERE, np.int32)
    found = np.zeros(junctions.shape[0], np.int64)
    for s in range(junctions.shape[0]):
        found[s] = _search(
            junctions[s], start_ms[s], arc_start, arc_head, arc_ms, limit_ms, time, touched, bucket, after, before
        )
        time[touched[: found[s]]] = INFINITE_MS
    return found


@njit(cache=True, nogil=True)
def _room_for(more, count, point, point_ms):  # type: ignore[no-untyped-def]
    """The result arrays, made larger where `more` rows would not fit."""
    if count + more <= point.size:
        return point, point_ms
    size = max(count + more, 2 * point.size)
    longer, longer_ms = np.empty(size, np.int32), np.empty(size, np.int32)
    longer[:count], longer_ms[:count] = point[:count], point_ms[:count]
    return longer, longer_ms


@njit(cache=True, nogil=True)
def points_within(  # type: ignore[no-untyped-def]
    junctions,
    start_ms,
    arc_start,
    arc_head,
    arc_ms,
    limit_ms,
    at_start,
    at_point,
    at_ms,
    point_count,
    direct_start,
    direct_point,
    direct_ms,
):
    """Times from each of s sources to the points within the limit.

    Parameters
    ----------
    junctions, start_ms, arc_start, arc_head, arc_ms, limit_ms
        As in :func:`junctions_within`.
    at_start, at_point, at_ms, point_count
        The points, as in :class:`PointsByJunction`, and how many there are.
    direct_start, direct_point, direct_ms
        Ways along one chain: those of source s are the rows ``direct_start[s]`` … ``direct_start[s + 1] - 1``.

    Returns
    -------
    start, point, ms
        int64 (s + 1,), int32, int32: source s reaches ``point[start[s]:start[s + 1]]``, each once, at the least time.
    """
    n = arc_start.size - 1
    time, touched, after = np.full(n, INFINITE_MS, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    before, bucket = np.full(n, _NOT_QUEUED, np.int32), np.full((limit_ms >> _BUCKET_BITS) + 1, _NOWHERE, np.int32)
    best = np.full(point_count, INFINITE_MS, np.int32)
    sources = junctions.shape[0]
    start = np.zeros(sources + 1, np.int64)
    point, point_ms = np.empty(1024, np.int32), np.empty(1024, np.int32)
    count = 0
    for s in range(sources):
        reached = _search(
            junctions[s], start_ms[s], arc_start, arc_head, arc_ms, limit_ms, time, touched, bucket, after, before
        )
        first = count
        for t in range(reached):
            u = touched[t]
            point, point_ms = _room_for(at_start[u + 1] - at_start[u], count, point, point_ms)
            for row in range(at_start[u], at_start[u + 1]):
                ms, p = time[u] + at_ms[row], at_point[row]
                if ms <= limit_ms and ms < best[p]:
                    if best[p] == INFINITE_MS:
                        point[count] = p
                        count += 1
                    best[p] = ms
            time[u] = INFINITE_MS
        point, point_ms = _room_for(direct_start[s + 1] - direct_start[s], count, point, point_ms)
        for row in range(direct_start[s], direct_start[s + 1]):
            ms, p = direct_ms[row], direct_point[row]
            if ms <= limit_ms and ms < best[p]:
                if best[p] == INFINITE_MS:
                    point[count] = p
                    count += 1
                best[p] = ms
        for i in range(first, count):
            point_ms[i] = best[point[i]]
            best[point[i]] = INFINITE_MS
        start[s + 1] = count
    return start, point[:count].copy(), point_ms[:count].copy()
