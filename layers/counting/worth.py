"""What each candidate would add for all places at once: the one loop that greedy, swap and bound share."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of its kernels
from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def worth_of(start, place, gain, weight, level, worth):  # type: ignore[no-untyped-def]
    """Fill Σ weight × what exceeds the level, over the places of each candidate.

    The sums run in the order of the pairs, so that a candidate alone gives the same bytes as among others.

    Parameters
    ----------
    start, place, gain
        int64 (m + 1,), int32 (p,), float64 (p,): candidate j gains `gain[start[j]:start[j + 1]]` for those places.
    weight, level
        float64 (n,): people of each place, and what it has already.
    worth
        float64 (m,), to be filled.
    """
    for candidate in range(start.size - 1):
        total = 0.0
        for pair in range(start[candidate], start[candidate + 1]):
            more = gain[pair] - level[place[pair]]
            if more > 0.0:
                total += weight[place[pair]] * more
        worth[candidate] = total
