"""Points in the order of a Hilbert curve: what is near on the map lies near in memory."""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

_BITS: Final = 16


def hilbert_order(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Rows of points (n, 2) sorted along a Hilbert curve of 2¹⁶ × 2¹⁶ cells over their bounding square."""
    if len(xy) == 0:
        return np.empty(0, np.int64)
    low = xy.min(axis=0)
    side = float((xy.max(axis=0) - low).max()) or 1.0
    # Divided first: over the least of numbers a factor would be infinite.
    cells = ((xy - low) / side * (2**_BITS - 1)).astype(np.int64)
    return np.argsort(_distance_along(cells[:, 0], cells[:, 1]), kind="stable")


@njit(cache=True, nogil=True)
def _distance_along(x, y):  # type: ignore[no-untyped-def]
    """Distance of each cell along the curve (Hamilton 2006; the loop is the usual bitwise one)."""
    found = np.empty(x.size, np.int64)
    for i in range(x.size):
        a, b, along = x[i], y[i], 0
        side = 1 << (_BITS - 1)
        while side > 0:
            right = 1 if a & side else 0
            upper = 1 if b & side else 0
            along += side * side * ((3 * right) ^ upper)
            if upper == 0:
                if right == 1:
                    a, b = (1 << _BITS) - 1 - a, (1 << _BITS) - 1 - b
                a, b = b, a
            side >>= 1
        found[i] = along
    return found
