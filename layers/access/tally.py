"""Kernels that add facilities up by place."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of its kernels
from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def add_within(total, place, facility, ms, category, weight, limits):  # type: ignore[no-untyped-def]
    """Add each pair to all of the ascending limits that it lies within.

    Parameters
    ----------
    total
        float64 (k, c, t), added to.
    place, facility, ms
        int32 (p,), as in :class:`layers.access.pairs.Pairs`.
    category, weight
        int32 and float64 (f,), of each facility.
    limits
        int32 (t,), ascending milliseconds.
    """
    for pair in range(place.size):
        here, kind, amount = place[pair], category[facility[pair]], weight[facility[pair]]
        last = limits.size - 1
        while last >= 0 and ms[pair] <= limits[last]:
            total[here, kind, last] += amount
            last -= 1


@njit(cache=True, nogil=True)
def add_to(total, row, value):  # type: ignore[no-untyped-def]
    """Add each value to its row."""
    for pair in range(row.size):
        total[row[pair]] += value[pair]
