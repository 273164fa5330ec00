"""What lies around each of many points: the highest value and the sum of another within a radius."""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]


def highest_and_sum(
    xy: Floats, ids: npt.NDArray[np.integer], value: Floats, weight: Floats, radius: float
) -> tuple[Floats, Floats]:
    """For each point the highest `value` and the sum of `weight` over the points within a radius, itself included.

    Parameters
    ----------
    xy
        (n, 2) metres in one plane, all finite.
    ids
        (n,) different numbers: sums run in their order within a square of the grid, so that they come out the same in
        whatever order the points are given.
    value, weight
        (n,).
    radius
        Metres; a point exactly that far counts.

    Returns
    -------
    tuple
        (n,) highest value and (n,) sum.
    """
    if not len(xy):
        return np.empty(0), np.empty(0)
    column, row = np.floor((xy - xy.min(axis=0)) / radius).astype(np.int64).T
    columns = int(column.max()) + 1
    square = row * columns + column
    order = np.lexsort((ids, square))
    start = np.searchsorted(square[order], np.arange(columns * (int(row.max()) + 1) + 1))
    highest, total = np.empty(len(xy)), np.empty(len(xy))
    _fill(
        np.ascontiguousarray(xy[order]),
        value[order].astype(np.float64),
        weight[order].astype(np.float64),
        column[order],
        row[order],
        start,
        columns,
        float(radius),
        order,
        highest,
        total,
    )
    return highest, total


@njit(cache=True, nogil=True)
def _fill(xy, value, weight, column, row, start, columns, radius, order, highest, total):  # type: ignore[no-untyped-def]
    rows = (start.size - 1) // columns
    for here in range(len(value)):
        best, people = value[here], 0.0
        for down in range(max(row[here] - 1, 0), min(row[here] + 2, rows)):
            first, last = max(column[here] - 1, 0), min(column[here] + 1, columns - 1)
            # squares beside each other in a row lie beside each other in the list too
            for other in range(start[down * columns + first], start[down * columns + last + 1]):
                x, y = xy[other, 0] - xy[here, 0], xy[other, 1] - xy[here, 1]
                if x * x + y * y <= radius * radius:
                    best = max(best, value[other])
                    people += weight[other]
        highest[order[here]], total[order[here]] = best, people
