"""Kernels that carry times over the whole hierarchy: PHAST sweeps, many lanes at once.

Delling, Goldberg, Nowatzyk, Werneck: *PHAST: Hardware-Accelerated Shortest Path Trees* (2011). A table holds one row for
each rank and one lane for each question (a category of facilities, one facility, a scenario). From the facilities times
climb along the arcs; then one pass from the highest rank to the lowest hands them down to every junction. Arcs of one
rank lie together and rows are as long as a cache line or two, so that the processor works on all lanes at once.

A table of int32 holds times. A table of int64 holds time in the upper half and the row of the facility in the lower: the
smallest is the nearest, and of equally near ones the one with the lowest row, whatever the order of the sweep.
"""

# ruff: noqa: ANN001, ANN201 - numba infers the types of its kernels
from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from layers.access.ms import INFINITE_MS

SHIFT: Final = 32  # of times above rows of facilities
NOWHERE: Final = INFINITE_MS << SHIFT
LANES: Final = 16  # of int32 they fill one cache line and one AVX-512 register
WIDE: Final = 64  # lanes where the table is small enough to stay in the cache


@njit(cache=True, nogil=True)
def climb(table, touched, parent, start, head, weight, shift):  # type: ignore[no-untyped-def]
    """Carry what stands in touched rows upwards.

    `weight` is the time between a rank and its upward neighbours, towards or from the facilities as the question asks;
    `shift` the bits below it in a cell of the table. Ranks above touched ones become touched.
    """
    lanes = table.shape[1]
    row = np.empty(lanes, table.dtype)
    for rank in range(parent.size):
        if not touched[rank]:
            continue
        if parent[rank] >= 0:
            touched[parent[rank]] = True
        for lane in range(lanes):
            row[lane] = table[rank, lane]
        for arc in range(start[rank], start[rank + 1]):
            above = head[arc]
            step = table.dtype.type(weight[arc]) << table.dtype.type(shift)
            for lane in range(lanes):
                table[above, lane] = min(table[above, lane], row[lane] + step)


@njit(cache=True, nogil=True)
def descend(table, start, head, weight, shift):  # type: ignore[no-untyped-def]
    """Hand times down from the highest rank to every other; `weight` and `shift` as in :func:`climb`.

    Four arcs are taken together: the row is then loaded and stored once for four, twice as fast (measured).
    """
    lanes = table.shape[1]
    row = np.empty(lanes, table.dtype)
    bits = table.dtype.type(shift)
    for rank in range(start.size - 2, -1, -1):
        for lane in range(lanes):
            row[lane] = table[rank, lane]
        arc, end = start[rank], start[rank + 1]
        while arc + 3 < end:
            a, b, c, d = head[arc], head[arc + 1], head[arc + 2], head[arc + 3]
            to_a = table.dtype.type(weight[arc]) << bits
            to_b = table.dtype.type(weight[arc + 1]) << bits
            to_c = table.dtype.type(weight[arc + 2]) << bits
            to_d = table.dtype.type(weight[arc + 3]) << bits
            for lane in range(lanes):
                one = min(table[a, lane] + to_a, table[b, lane] + to_b)
                two = min(table[c, lane] + to_c, table[d, lane] + to_d)
                row[lane] = min(row[lane], one, two)
            arc += 4
        while arc < end:
            above = head[arc]
            step = table.dtype.type(weight[arc]) << bits
            for lane in range(lanes):
                row[lane] = min(row[lane], table[above, lane] + step)
            arc += 1
        for lane in range(lanes):
            table[rank, lane] = row[lane]


@njit(cache=True, nogil=True)
def enter(table, touched, rank, cost, lane):  # type: ignore[no-untyped-def]
    """Put entries into a table: the lowest cost at each rank and lane."""
    for entry in range(rank.size):
        here = rank[entry]
        touched[here] = True
        table[here, lane[entry]] = min(table[here, lane[entry]], cost[entry])


@njit(cache=True, nogil=True)
def improve(cells, place, lane, cell):  # type: ignore[no-untyped-def]
    """Take the ways along single chains into the cells of the places, (k, lanes)."""
    for pair in range(place.size):
        cells[place[pair], lane[pair]] = min(cells[place[pair], lane[pair]], cell[pair])


@njit(cache=True, nogil=True)
def decode(cells, is_tied, seconds, facility):  # type: ignore[no-untyped-def]
    """Cells (k, lanes) into seconds (infinity: nothing reached, NaN: no street) and rows of facilities (-1: none)."""
    for place in range(cells.shape[0]):
        for lane in range(cells.shape[1]):
            seconds[place, lane], facility[place, lane] = _told(cells[place, lane], is_tied[place])


@njit(cache=True, nogil=True)
def _told(cell, is_tied):  # type: ignore[no-untyped-def] # noqa: ANN202
    ms = cell >> np.int64(SHIFT)
    if ms >= INFINITE_MS:
        return (np.inf if is_tied else np.nan), np.int32(-1)
    return ms / 1000.0, np.int32(cell & ((np.int64(1) << np.int64(SHIFT)) - 1))


@njit(cache=True, nogil=True)
def read_decoded(table, slot, junction, ms, link, place, lane, cell, seconds, facility):  # type: ignore[no-untyped-def]
    """:func:`read`, the ways along single chains and :func:`decode` in one pass over the places.

    Parameters
    ----------
    slot
        Row of the table for each junction.
    junction, ms, link
        Of the ends of k places.
    place, lane, cell
        Ways along single chains, by place.
    seconds, facility
        Written, (k, lanes).
    """
    lanes = table.shape[1]
    cells = np.empty(lanes, np.int64)
    pair = 0
    for row in range(junction.shape[0]):
        # Who has no street has an infinite time to junction 0, which may lie outside.
        tail, head = max(0, slot[junction[row, 0]]), max(0, slot[junction[row, 1]])
        to_tail, to_head = np.int64(ms[row, 0]) << np.int64(SHIFT), np.int64(ms[row, 1]) << np.int64(SHIFT)
        for at in range(lanes):
            cells[at] = min(table[tail, at] + to_tail, table[head, at] + to_head)
        while pair < place.size and place[pair] == row:
            cells[lane[pair]] = min(cells[lane[pair]], cell[pair])
            pair += 1
        for at in range(lanes):
            seconds[row, at], facility[row, at] = _told(cells[at], link[row] >= 0)


@njit(cache=True, nogil=True)
def read(table, rank, ms, shift, found):  # type: ignore[no-untyped-def]
    """Lowest cell over the two ends of the chain of each place, (k, lanes); ends as in :class:`layers.access.ends.Ends`."""
    lanes = table.shape[1]
    for place in range(rank.shape[0]):
        tail, head = rank[place, 0], rank[place, 1]
        to_tail = table.dtype.type(ms[place, 0]) << table.dtype.type(shift)
        to_head = table.dtype.type(ms[place, 1]) << table.dtype.type(shift)
        for lane in range(lanes):
            found[place, lane] = min(table[tail, lane] + to_tail, table[head, lane] + to_head)


@njit(cache=True, nogil=True)
def climb_alone(origins, ms, parent, start, head, weight, infinite, cost, slot, table):  # type: ignore[no-untyped-def]
    """Carry one or two starts of each lane to the top, and write what reaches a slot of a smaller table.

    `cost` (n,) is scratch filled with `infinite`, and is left so. Ancestors are visited along the elimination tree.
    """
    for lane in range(origins.shape[0]):
        first, second = origins[lane, 0], origins[lane, 1]
        cost[first] = min(cost[first], ms[lane, 0])
        cost[second] = min(cost[second], ms[lane, 1])
        if first > second:
            first, second = second, first
        one, other = first, second
        while one >= 0 or other >= 0:
            # Of the two climbing branches the lower goes on; where they meet they are one.
            if other < 0 or (0 <= one <= other):
                rank = one
                if one == other:
                    other = -1
                one = parent[one]
            else:
                rank = other
                other = parent[other]
            here = cost[rank]
            for arc in range(start[rank], start[rank + 1] if here < infinite else start[rank]):
                above = head[arc]
                cost[above] = min(cost[above], here + weight[arc])
        for rank in (first, second):
            here = rank
            while here >= 0:
                if slot[here] >= 0:
                    table[slot[here], lane] = min(table[slot[here], lane], cost[here])
                cost[here] = infinite
                here = parent[here]


@njit(cache=True, nogil=True)
def climb_ranked(table, touched, parent, start, head, weight):  # type: ignore[no-untyped-def]
    """Like :func:`climb` for the k nearest: each row holds k cells, ascending, each of another facility."""
    for rank in range(parent.size):
        if not touched[rank]:
            continue
        if parent[rank] >= 0:
            touched[parent[rank]] = True
        for arc in range(start[rank], start[rank + 1]):
            merge(table[head[arc]], table[rank], np.int64(weight[arc]))


@njit(cache=True, nogil=True)
def descend_ranked(table, start, head, weight):  # type: ignore[no-untyped-def]
    """Like :func:`descend` for the k nearest."""
    for rank in range(start.size - 2, -1, -1):
        for arc in range(start[rank], start[rank + 1]):
            merge(table[rank], table[head[arc]], np.int64(weight[arc]))


@njit(cache=True, nogil=True)
def merge(row, other, ms):  # type: ignore[no-untyped-def]
    """Take the cells of another row, `ms` farther away, into a row; both ascending, each facility once.

    A facility that is not among the k nearest of a junction is not among the k nearest of any place that passes there,
    because the k others are as near or nearer to it (Buchhold and Wagner 2021 rest on the same).
    """
    mask = (np.int64(1) << np.int64(SHIFT)) - 1
    step = ms << np.int64(SHIFT)
    last = row.size - 1
    for candidate in other:
        cell = candidate + step
        if candidate >= NOWHERE or cell >= row[last]:
            return
        insert(row, cell, mask)


@njit(cache=True, nogil=True)
def insert(row, cell, mask):  # type: ignore[no-untyped-def]
    """Put a cell into an ascending row in which each facility stands once, if it is lower than the last."""
    last = row.size - 1
    at = last
    for position in range(row.size):
        if (row[position] & mask) == (cell & mask) and row[position] < NOWHERE:
            if row[position] <= cell:
                return
            at = position
            break
    if at == last and row[last] <= cell:
        return
    while at > 0 and row[at - 1] > cell:
        row[at] = row[at - 1]
        at -= 1
    row[at] = cell


@njit(cache=True, nogil=True)
def enter_ranked(table, touched, rank, cell):  # type: ignore[no-untyped-def]
    """Like :func:`enter` for the k nearest."""
    mask = (np.int64(1) << np.int64(SHIFT)) - 1
    for entry in range(rank.size):
        touched[rank[entry]] = True
        insert(table[rank[entry]], cell[entry], mask)


@njit(cache=True, nogil=True)
def read_ranked(table, rank, ms, place, beside, found):  # type: ignore[no-untyped-def]
    """The k lowest cells over both ends of each place's chain and the ways along the chain itself."""
    mask = (np.int64(1) << np.int64(SHIFT)) - 1
    for row in range(rank.shape[0]):
        for end in range(2):
            merge(found[row], table[rank[row, end]], np.int64(ms[row, end]))
    for pair in range(place.size):
        insert(found[place[pair]], beside[pair], mask)
