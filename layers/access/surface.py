"""Kernels of the time surface: the streets reached within a time, and the time to every point near them.

A *piece* is a straight run along one street with the time at both its ends, linear in between. The time at a point
off the street is the least, over all points of all pieces within reach, of the time there plus the walk across. Along
one piece that minimum has a closed form (one leaves a fast street early, at the angle of Snell's law), so each value of
the surface is exact; the grid only decides where it is asked.
"""

# ruff: noqa: ANN001, ANN201, ANN202, C901 - numba infers the types of its kernels, and takes arrays one by one
from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit


class Chains(NamedTuple):
    """Chains and their links, as in :class:`layers.access.graph.StreetGraph`."""

    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    link_start: npt.NDArray[np.int32]
    link_segment: npt.NDArray[np.int32]
    link_reversed: npt.NDArray[np.bool_]


class Segments(NamedTuple):
    """Street segments as one mode sees them, and which of them one may step off."""

    node_xy: npt.NDArray[np.float64]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    seconds_forward: npt.NDArray[np.float64]
    seconds_backward: npt.NDArray[np.float64]
    delay_forward: npt.NDArray[np.float64]
    delay_backward: npt.NDArray[np.float64]
    is_open_forward: npt.NDArray[np.bool_]
    is_open_backward: npt.NDArray[np.bool_]
    is_stepped_off: npt.NDArray[np.bool_]
    is_doorstep: npt.NDArray[np.bool_]  # by node: whether any of its segments is stepped off


class Starts(NamedTuple):
    """Points on streets from which a reach begins: link, share of it from its tail, seconds spent by then."""

    link: npt.NDArray[np.int32]
    share: npt.NDArray[np.float64]
    seconds: npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def reached_pieces(chains, segments, starts, start_chain, junction_seconds, limit, is_outward):  # type: ignore[no-untyped-def]
    """All pieces of street reached within a limit.

    Parameters
    ----------
    chains, segments, starts
        :class:`Chains`, :class:`Segments`, :class:`Starts`.
    start_chain
        int32, chain of each start.
    junction_seconds
        float64 (n,), time of each junction; infinity beyond the limit.
    limit
        Seconds.
    is_outward
        True: times from the starts to the streets; False: from the streets to the starts.

    Returns
    -------
    float64 (k, 6)
        x, y, seconds at the end reached first, then at the other end; cut where the limit is reached.
    """
    links = chains.link_start
    size = 0
    for chain in range(chains.tail.size):
        if junction_seconds[chains.tail[chain]] <= limit or junction_seconds[chains.head[chain]] <= limit:
            size += 2 * (links[chain + 1] - links[chain])
    longest = 0
    for chain in start_chain:
        size += links[chain + 1] - links[chain] + 1
    for chain in range(chains.tail.size):
        longest = max(longest, links[chain + 1] - links[chain])
    pieces = np.empty((size, 6), np.float64)
    never = np.full(longest, np.inf)
    from_tail, from_head = np.empty(longest), np.empty(longest)
    count = 0
    for start in range(start_chain.size):
        first, end = links[start_chain[start]], links[start_chain[start] + 1]
        link, share, begin = starts.link[start], starts.share[start], starts.seconds[start]
        run = (first, link, end, 1, share, begin, limit, is_outward, True)
        count = _follow(chains, segments, pieces, count, never, from_tail, run)
        run = (first, link, first - 1, -1, 1 - share, begin, limit, is_outward, True)
        count = _follow(chains, segments, pieces, count, never, from_head, run)
    for chain in range(chains.tail.size):
        at_tail, at_head = junction_seconds[chains.tail[chain]], junction_seconds[chains.head[chain]]
        if at_tail > limit and at_head > limit:
            continue
        first, end = links[chain], links[chain + 1]
        from_tail[: end - first] = np.inf
        from_head[: end - first] = np.inf
        # What comes from one end stops where it meets what comes from the other: beyond, the other was first.
        run = (first, first, end, 1, 0.0, at_tail, limit, is_outward, False)
        count = _follow(chains, segments, pieces, count, never, from_tail, run)
        run = (first, end - 1, first - 1, -1, 0.0, at_head, limit, is_outward, True)
        count = _follow(chains, segments, pieces, count, from_tail, from_head, run)
        run = (first, first, end, 1, 0.0, at_tail, limit, is_outward, True)
        count = _follow(chains, segments, pieces, count, from_head, from_tail, run)
    return pieces[:count]


@njit(cache=True, nogil=True)
def _follow(chains, segments, pieces, count, met, arrived, run):  # type: ignore[no-untyped-def]
    """Run along a chain until its end, a closed link, the limit, or a node that was met no later from the other side.

    `run` says where: first link of the chain, link to begin with, link to end before, step, share of the first link
    that lies behind, seconds at the beginning, limit, direction of travel, and whether to note pieces or only the
    times of arrival. The time lost on arriving at a node is paid by who travels to it: after the link when going
    outward, before it when the travel is towards the start.
    """
    first, link, end, step, share, seconds, limit, is_outward, notes_pieces = run
    while link != end:
        if share < 1:
            number = chains.link_segment[link]
            runs_forward = (step > 0) != chains.link_reversed[link]
            if runs_forward == is_outward:
                is_open = segments.is_open_forward[number]
                whole, delay = segments.seconds_forward[number], segments.delay_forward[number]
            else:
                is_open = segments.is_open_backward[number]
                whole, delay = segments.seconds_backward[number], segments.delay_backward[number]
            if not is_open:
                return count
            if not is_outward and share == 0:
                seconds += delay
            if seconds > limit or met[link - first] <= seconds:
                return count
            needed = (1 - share) * whole
            tail, head = segments.tail[number], segments.head[number]
            is_whole = seconds + needed <= limit
            if notes_pieces and segments.is_stepped_off[number]:
                part = 1.0 if is_whole else (limit - seconds) / needed
                until = share + part * (1 - share)
                x, y = segments.node_xy[tail]
                dx, dy = segments.node_xy[head, 0] - x, segments.node_xy[head, 1] - y
                begin, cut = (share, until) if runs_forward else (1 - share, 1 - until)
                pieces[count, 0], pieces[count, 1], pieces[count, 2] = x + begin * dx, y + begin * dy, seconds
                pieces[count, 3], pieces[count, 4] = x + cut * dx, y + cut * dy
                pieces[count, 5] = seconds + part * needed
                count += 1
            elif notes_pieces and is_whole and segments.is_doorstep[head if runs_forward else tail]:
                x, y = segments.node_xy[head if runs_forward else tail]
                pieces[count, 0], pieces[count, 1], pieces[count, 2] = x, y, seconds + needed
                pieces[count, 3], pieces[count, 4], pieces[count, 5] = x, y, seconds + needed
                count += 1
            seconds += needed
            arrived[link - first] = seconds
            if seconds > limit:
                return count
            if is_outward:
                seconds += delay
        share = 0.0
        link += step
    return count


@njit(cache=True, nogil=True)
def burn(pieces, west, south, cell, rows, columns, reach, slowness):  # type: ignore[no-untyped-def]
    """Time and distance from pieces of street to the centres of the cells within reach of them.

    Parameters
    ----------
    pieces
        float64 (k, 6) from :func:`reached_pieces`.
    west, south, cell, rows, columns
        The grid, metres; row 0 is the southernmost.
    reach
        Farthest straight line from a street, metres.
    slowness
        Seconds per metre off the street.

    Returns
    -------
    seconds, square
        float64 (rows, columns): least time, and square of the least distance to a piece; infinity beyond the reach.
    """
    seconds = np.full((rows, columns), np.inf)
    square = np.full((rows, columns), np.inf)
    furthest = reach * reach
    for piece in range(pieces.shape[0]):
        x0, y0, begin, x1, y1, end = pieces[piece]
        length = np.hypot(x1 - x0, y1 - y0)
        ux, uy = ((x1 - x0) / length, (y1 - y0) / length) if length > 0 else (1.0, 0.0)
        along = (end - begin) / length if length > 0 else np.inf
        # Snell's law: the way off a street of this slowness leaves it `early` metres ahead per metre of distance.
        early = along / np.sqrt(slowness * slowness - along * along) if along < slowness else np.inf
        first_column = max(0, int(np.ceil((min(x0, x1) - reach - west) / cell - 0.5)))
        last_column = min(columns - 1, int(np.floor((max(x0, x1) + reach - west) / cell - 0.5)))
        first_row = max(0, int(np.ceil((min(y0, y1) - reach - south) / cell - 0.5)))
        last_row = min(rows - 1, int(np.floor((max(y0, y1) + reach - south) / cell - 0.5)))
        for row in range(first_row, last_row + 1):
            y = south + (row + 0.5) * cell - y0
            for column in range(first_column, last_column + 1):
                x = west + (column + 0.5) * cell - x0
                ahead = x * ux + y * uy
                aside = abs(x * uy - y * ux)
                off = ahead - min(max(ahead, 0.0), length)
                away = off * off + aside * aside
                if away > furthest:
                    continue
                square[row, column] = min(square[row, column], away)
                if begin >= seconds[row, column]:
                    continue
                leave = 0.0
                if along < slowness:
                    leave = min(max(ahead - early * aside, 0.0), length)
                if ahead > leave:  # nobody leaves farther away than the reach
                    leave = max(leave, ahead - np.sqrt(furthest - aside * aside))
                across = np.hypot(ahead - leave, aside)
                way = across * slowness if leave == 0 else leave * along + across * slowness
                seconds[row, column] = min(seconds[row, column], begin + way)
    return seconds, square
