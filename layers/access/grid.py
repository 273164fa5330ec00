"""A uniform grid over street segments, for the nearest point on the nearest segment."""

# ruff: noqa: ANN001, ANN201, ANN202, C901, PLR0912 - numba infers the types of its kernels, and takes arrays one by one
from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

_CELL_METRES: Final = 100.0  # streets lie 50–150 m apart where people live
_MAX_CELLS: Final = 4_000_000  # a study area with much sea gets larger cells instead of much memory


@dataclass(frozen=True, eq=False)
class SegmentGrid:
    """Segments by the square cells they pass through: those of cell c are `segment[start[c]:start[c + 1]]`.

    Parameters
    ----------
    west, south
        Corner of the grid, metres.
    cell_metres
        Side of a cell.
    columns, rows
        Size of the grid; cells are numbered row by row from the south-west.
    start
        int64 (columns × rows + 1,).
    segment
        int32, ascending within each cell.
    """

    west: float
    south: float
    cell_metres: float
    columns: int
    rows: int
    start: npt.NDArray[np.int64]
    segment: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls,
        node_xy: npt.NDArray[np.float64],
        tail: npt.NDArray[np.int32],
        head: npt.NDArray[np.int32],
        is_usable: npt.NDArray[np.bool_],
    ) -> SegmentGrid:
        """Grid of the usable segments."""
        used = np.concatenate([tail[is_usable], head[is_usable]])
        if used.size == 0:
            return cls(0.0, 0.0, _CELL_METRES, 0, 0, np.zeros(1, np.int64), np.empty(0, np.int32))
        west, south = node_xy[used].min(axis=0)
        east, north = node_xy[used].max(axis=0)
        cell = max(_CELL_METRES, float(np.sqrt((east - west) * (north - south) / _MAX_CELLS)))
        cell = max(cell, (east - west) / _MAX_CELLS, (north - south) / _MAX_CELLS)
        columns, rows = int((east - west) // cell) + 1, int((north - south) // cell) + 1
        shape = (float(west), float(south), float(cell), columns, rows)
        numbers = np.flatnonzero(is_usable).astype(np.int32)
        count = _count_cells(node_xy, tail, head, numbers, *shape)
        start = np.zeros(count.size + 1, np.int64)
        np.cumsum(count, out=start[1:])
        return cls(*shape, start, _fill_cells(node_xy, tail, head, numbers, *shape, start))


@njit(cache=True)
def _span(x0, x1, corner, cell, count):  # type: ignore[no-untyped-def]
    """First and last cell along one axis."""
    low, high = (x0, x1) if x0 < x1 else (x1, x0)
    first = int((low - corner) / cell)
    last = int((high - corner) / cell)
    return max(0, min(first, count - 1)), max(0, min(last, count - 1))


@njit(cache=True)
def _passes(x0, y0, x1, y1, x, y, cell):  # type: ignore[no-untyped-def]
    """Whether a segment may pass through the cell centred at (x, y): within its circumscribed circle."""
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / square))
    ex, ey = x0 + share * dx - x, y0 + share * dy - y
    return ex * ex + ey * ey <= cell * cell * 0.500001


@njit(cache=True)
def _count_cells(node_xy, tail, head, numbers, west, south, cell, columns, rows):  # type: ignore[no-untyped-def]
    count = np.zeros(columns * rows, np.int64)
    for number in numbers:
        x0, y0 = node_xy[tail[number]]
        x1, y1 = node_xy[head[number]]
        first_column, last_column = _span(x0, x1, west, cell, columns)
        first_row, last_row = _span(y0, y1, south, cell, rows)
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                x, y = west + (column + 0.5) * cell, south + (row + 0.5) * cell
                if _passes(x0, y0, x1, y1, x, y, cell):
                    count[row * columns + column] += 1
    return count


@njit(cache=True)
def _fill_cells(node_xy, tail, head, numbers, west, south, cell, columns, rows, start):  # type: ignore[no-untyped-def]
    segment = np.empty(start[-1], np.int32)
    filled = start[:-1].copy()
    for number in numbers:
        x0, y0 = node_xy[tail[number]]
        x1, y1 = node_xy[head[number]]
        first_column, last_column = _span(x0, x1, west, cell, columns)
        first_row, last_row = _span(y0, y1, south, cell, rows)
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                x, y = west + (column + 0.5) * cell, south + (row + 0.5) * cell
                if _passes(x0, y0, x1, y1, x, y, cell):
                    at = row * columns + column
                    segment[filled[at]] = number
                    filled[at] += 1
    return segment


@njit(cache=True, nogil=True)
def find_nearest(points, limit, node_xy, tail, head, is_wanted, west, south, cell, columns, rows, start, segment):  # type: ignore[no-untyped-def]
    """Nearest wanted segment of each point within a limit: segment (-1: none), fraction from its tail, distance.

    Rings of cells are searched outwards until no unseen cell can hold anything nearer; of equally near segments the
    one with the lowest number is taken, so that the answer does not depend on the grid.
    """
    found = np.full(points.shape[0], -1, np.int32)
    fractions = np.full(points.shape[0], np.nan)
    distances = np.full(points.shape[0], np.nan)
    for point in range(points.shape[0]):
        x, y = points[point]
        if not (np.isfinite(x) and np.isfinite(y)) or columns == 0:
            continue
        column = int(np.floor((x - west) / cell))
        row = int(np.floor((y - south) / cell))
        inner = min(
            x - west - column * cell,
            (column + 1) * cell + west - x,
            y - south - row * cell,
            (row + 1) * cell + south - y,
        )
        # Rings that lie wholly outside the grid hold nothing.
        ring = max(0, -column, column - columns + 1, -row, row - rows + 1)
        last_ring = max(abs(column), abs(column - columns + 1), abs(row), abs(row - rows + 1))
        best = limit * limit
        while ring <= last_ring:
            seen = (ring - 1) * cell + inner
            if ring > 0 and seen > 0 and seen * seen > best:
                break
            for r in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                edge = r in (row - ring, row + ring)
                stride = 1 if edge or ring == 0 else 2 * ring
                c = column - ring
                while c <= column + ring:
                    if 0 <= c < columns:
                        for at in range(start[r * columns + c], start[r * columns + c + 1]):
                            number = segment[at]
                            if not is_wanted[number]:
                                continue
                            x0, y0 = node_xy[tail[number]]
                            x1, y1 = node_xy[head[number]]
                            dx, dy = x1 - x0, y1 - y0
                            square = dx * dx + dy * dy
                            share = 0.0 if square == 0 else ((x - x0) * dx + (y - y0) * dy) / square
                            if share <= 0:
                                share, ex, ey = 0.0, x0 - x, y0 - y
                            elif share >= 1:
                                share, ex, ey = 1.0, x1 - x, y1 - y
                            else:
                                ex, ey = x0 + share * dx - x, y0 + share * dy - y
                            away = ex * ex + ey * ey
                            if away < best or (away == best and (found[point] < 0 or number < found[point])):
                                best = away
                                found[point] = number
                                fractions[point] = share
                    c += stride
            ring += 1
        if found[point] >= 0:
            distances[point] = np.sqrt(best)
    return found, fractions, distances
