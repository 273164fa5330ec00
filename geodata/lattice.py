"""A regular net of points in the plane, and which of them lie in which polygon: thousands of polygons in one pass.

Points lie at ``((i + ½) · spacing, (j + ½) · spacing)`` of the projection, so the same study area always gets the same
points, whatever cells it is cut into.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LatticePoints:
    """Points of the net inside polygons: the polygon's number, and the point's column and row on the net."""

    polygon: Ints
    column: Ints
    row: Ints

    def key(self) -> Ints:
        """One number per point of the net."""
        return lattice_key(self.column, self.row)


def lattice_key(column: Ints, row: Ints) -> Ints:
    """One number for a point of the net (unique within ±100,000 km)."""
    return row * (1 << 31) + column


def points_within(polygons: npt.NDArray[np.object_], spacing_m: float) -> LatticePoints:
    """Points of the net inside each polygon (holes are outside), ordered by polygon, row, column.

    Each edge is cut with the rows of the net; between the 1st and 2nd, the 3rd and 4th … cut of a polygon with a row
    lies its inside (even–odd rule). A point on a western or southern edge is inside, on an eastern or northern one
    outside, so polygons that share an edge never share a point nor lose one.

    Parameters
    ----------
    polygons
        Polygons or multipolygons in metres.
    spacing_m
        Distance of neighbouring points.
    """
    owner, x0, y0, x1, y1 = _edges(polygons)
    # In units of the net, shifted so that points have whole coordinates; rows cut are ⌈low⌉ … ⌈high⌉ − 1.
    x0, y0, x1, y1 = (values / spacing_m - 0.5 for values in (x0, y0, x1, y1))
    first = np.ceil(np.minimum(y0, y1)).astype(np.int64)
    count = np.ceil(np.maximum(y0, y1)).astype(np.int64) - first
    edge = np.repeat(np.arange(len(count)), count)
    row = first[edge] + _counter(count)
    x = x0[edge] + (row - y0[edge]) / (y1[edge] - y0[edge]) * (x1[edge] - x0[edge])
    order = np.lexsort((x, row, owner[edge]))
    owner, row, x = owner[edge][order], row[order], x[order]
    # Rings are closed, so every polygon cuts every row an even number of times and cuts pair up.
    start, end = np.ceil(x[0::2]).astype(np.int64), np.ceil(x[1::2]).astype(np.int64)
    run = np.repeat(np.arange(len(start)), end - start)
    return LatticePoints(owner[0::2][run], start[run] + _counter(end - start), row[0::2][run])


def _edges(polygons: npt.NDArray[np.object_]) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """Polygon number and both ends of every edge of every ring."""
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, vertex_ring = shapely.get_coordinates(rings, return_index=True)
    same_ring = vertex_ring[1:] == vertex_ring[:-1]
    start, end = xy[:-1][same_ring], xy[1:][same_ring]
    owner = part_owner[ring_part[vertex_ring[1:][same_ring]]]
    return owner.astype(np.int64), start[:, 0], start[:, 1], end[:, 0], end[:, 1]


def _counter(count: Ints) -> Ints:
    """0 … n−1 for each n, one after the other."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count)
