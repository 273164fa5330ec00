"""The memory bound of "nearest": every array that has to be looked at read once, every answer written once.

Read are the hierarchy's upward arcs with the times of one direction, and for every place its two junctions and the
times to them. Written are one row of lanes per junction, and time (float64) and facility (int32) per place and category,
into fresh memory as for a real answer. All of it in order, without a calculation.
"""

# ruff: noqa: ANN001, ANN201, ANN202 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
from numba import njit


def stream_once(read, junctions, places, lanes):
    """Read the arrays and write as much as an answer takes; returns what keeps the compiler from leaving it out."""
    total = sum(_read(array.reshape(-1)) for array in read)
    table = np.empty((junctions, lanes), np.int32)
    seconds = np.empty((places, lanes), np.float64)
    facility = np.empty((places, lanes), np.int32)
    for array in (table, seconds, facility):
        _write(array.reshape(-1), array.dtype.type(total & 1))
    return seconds, facility


@njit(cache=True, nogil=True)
def _read(array):
    total = 0
    for value in array:
        total += np.int64(value)
    return total


@njit(cache=True, nogil=True)
def _write(array, value):
    for i in range(array.size):
        array[i] = value
