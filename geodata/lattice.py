"""A net of points nested in the standard grid, and which of them lie in which polygon: all polygons in one pass.

The net divides the 500 m square of JIS X 0410 (22.5″ × 15″) into `divisions` × `divisions` boxes with a point in the
middle of each: five give points 4.5″ × 3″ apart, 112 m × 92 m at 36° N. Being nested in the standard grid it never lays
one point's surroundings across two standard squares, and the same area always gets the same points, whatever cells it
is cut into.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SQUARES_PER_DEGREE_LON: Final = 160  # 500 m squares
_SQUARES_PER_DEGREE_LAT: Final = 240
_METRES_PER_DEGREE: Final = 111_320  # of the equator


@dataclass(frozen=True)
class LatticePoints:
    """Points of the net: number of the polygon that each lies in, column (from 100° E) and row (from the equator)."""

    polygon: Ints
    column: Ints
    row: Ints

    def __len__(self) -> int:
        """Count the points."""
        return len(self.polygon)

    @property
    def key(self) -> Ints:
        """One number for each point of the net."""
        return self.row * (1 << 31) + self.column


@dataclass(frozen=True)
class Lattice:
    """The net with a number of divisions of the 500 m square."""

    divisions: int = 5

    @property
    def per_degree(self) -> tuple[int, int]:
        """Columns per degree of longitude and rows per degree of latitude."""
        return _SQUARES_PER_DEGREE_LON * self.divisions, _SQUARES_PER_DEGREE_LAT * self.divisions

    def to_net(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Degrees to units of the net; the box of column 7 runs from 7 to 8, its point is at 7.5."""
        across, up = self.per_degree
        return (np.asarray(longitude, dtype=float) - 100) * across, np.asarray(latitude, dtype=float) * up

    def to_degrees(self, points: LatticePoints) -> tuple[Floats, Floats]:
        """Longitude and latitude of points of the net."""
        across, up = self.per_degree
        return 100 + (points.column + 0.5) / across, (points.row + 0.5) / up

    def metres_per_box(self, latitude: float) -> tuple[float, float]:
        """Width and height of a box near a latitude, to about 0.5 %."""
        across, up = self.per_degree
        return _METRES_PER_DEGREE * float(np.cos(np.radians(latitude))) / across, _METRES_PER_DEGREE / up

    def points_within(self, polygons: npt.NDArray[np.object_]) -> LatticePoints:
        """Points inside each polygon (holes are outside), ordered by polygon, row, column.

        Each edge is cut with the rows of the net; between the 1st and 2nd, the 3rd and 4th … cut of a polygon with a
        row lies its inside (even–odd rule). A point on a western or southern edge is inside, on an eastern or
        northern one outside, so polygons that share an edge neither share a point nor lose one.

        Parameters
        ----------
        polygons
            Polygons or multipolygons in degrees.
        """
        owner, x0, y0, x1, y1 = self._edges(polygons)
        first = np.ceil(np.minimum(y0, y1)).astype(np.int64)  # rows first … last − 1 are cut
        count = np.ceil(np.maximum(y0, y1)).astype(np.int64) - first
        edge = np.repeat(np.arange(len(count)), count)
        row = first[edge] + _counter(count)
        x = x0[edge] + (row - y0[edge]) / (y1[edge] - y0[edge]) * (x1[edge] - x0[edge])
        order = np.lexsort((x, row, owner[edge]))
        owner, row, x = owner[edge][order], row[order], x[order]
        # Rings are closed, so every polygon cuts every row an even number of times and its cuts pair up.
        start, end = np.ceil(x[0::2]).astype(np.int64), np.ceil(x[1::2]).astype(np.int64)
        run = np.repeat(np.arange(len(start)), end - start)
        return LatticePoints(owner[0::2][run], start[run] + _counter(end - start), row[0::2][run])

    def _edges(self, polygons: npt.NDArray[np.object_]) -> tuple[Ints, Floats, Floats, Floats, Floats]:
        """Polygon number and both ends of every edge of every ring, in the net with its points on whole numbers."""
        parts, part_owner = shapely.get_parts(polygons, return_index=True)
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        xy, vertex_ring = shapely.get_coordinates(rings, return_index=True)
        column, row = self.to_net(xy[:, 0], xy[:, 1])
        column, row = column - 0.5, row - 0.5
        is_edge = vertex_ring[1:] == vertex_ring[:-1]
        owner = part_owner[ring_part[vertex_ring[1:][is_edge]]].astype(np.int64)
        return owner, column[:-1][is_edge], row[:-1][is_edge], column[1:][is_edge], row[1:][is_edge]


def _counter(count: Ints) -> Ints:
    """0 … n−1 for each n, one after the other."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - count, count)
