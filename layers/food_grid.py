"""How likely nobody finds a food shop within 500 m: per grid square of 500 m, from shop positions or from shop counts.

農林水産政策研究所 (食料品アクセスマップ) works on standard grid squares of 500 m (地域メッシュ, level 4) and knows of each
square only how many shops it has. With residents and shops spread evenly inside their squares, the probability that a
resident of square i has no shop within r is

    p_i = 1/|c_i| ∫_{c_i} Π_{j ∈ N(i)} (1 − |B(x, r) ∩ c_j| / |c_j|)^{n_j} dx,

where N(i) are the square and its eight neighbours. Where the shops themselves are known it becomes the share of the
square's area that no circle around a shop covers. Squares are 15″ × 22.5″, about 462 × 563 m at 36° N: their true sizes
are used. The diagram of the published method (nine shares from 0.028 to 1.000) is the factor of n_j = 1 for one point x
of the middle square; a test holds this.

The circles reach beyond the nine squares by up to 40 m in the north and south, where the published method ignores it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from geodata.projection import PlaneProjection

RADIUS_M: Final = 500.0
PER_DEGREE_LAT: Final = 240  # 15″
PER_DEGREE_LON: Final = 160  # 22.5″
_ROUNDING: Final = 1e-7  # of a square, some 50 µm: a corner that went through floating point still finds its square
_STEPS: Final = 20  # points a side inside a square, over which the integral is a mean
_QUARTER: Final = 24  # edges of a quarter of a circle drawn as a polygon
_NEVER: Final = -1e4  # logarithm of a factor of 0; its exponential is 0

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Squares:
    """Grid squares that hold places.

    Parameters
    ----------
    row, column
        (n,) counted from the equator and from 100° E.
    of_place
        (n_places,) which square each place lies in.
    corners
        (n, 4, 2) in the plane, metres: SW, SE, NE, NW.
    """

    row: Integers
    column: Integers
    of_place: npt.NDArray[np.intp]
    corners: Floats

    @property
    def size(self) -> tuple[Floats, Floats]:
        """Width and height of each square in metres, (n,) each."""
        south_west, south_east, north_east, north_west = np.moveaxis(self.corners, 1, 0)
        width = (np.hypot(*(south_east - south_west).T) + np.hypot(*(north_east - north_west).T)) / 2
        height = (np.hypot(*(north_west - south_west).T) + np.hypot(*(north_east - south_east).T)) / 2
        return width, height


def square_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Integers, Integers]:
    """Row and column of the grid square of 500 m that holds each point; an edge belongs to the north or east."""
    row = np.floor(np.asarray(latitude, dtype=np.float64) * PER_DEGREE_LAT + _ROUNDING)
    column = np.floor((np.asarray(longitude, dtype=np.float64) - 100) * PER_DEGREE_LON + _ROUNDING)
    return row.astype(np.int64), column.astype(np.int64)


def squares_of(longitude: Floats, latitude: Floats, projection: PlaneProjection) -> Squares:
    """The grid squares in which places lie."""
    row, column = square_at(longitude, latitude)
    keys, of_place = np.unique(row * 100_000 + column, return_inverse=True)
    row, column = keys // 100_000, keys % 100_000
    east, north = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1])
    x = 100 + (column[:, np.newaxis] + east) / PER_DEGREE_LON
    y = (row[:, np.newaxis] + north) / PER_DEGREE_LAT
    return Squares(row, column, of_place, projection.to_plane(x.ravel(), y.ravel()).reshape(-1, 4, 2))


def area_in_circle(west: Floats, south: Floats, east: Floats, north: Floats, radius: float) -> Floats:
    """Area of rectangles within a circle around the origin, by integrals in closed form; all arrays of one shape."""

    # Roots of products, not of differences of squares: those are below 0 by a last digit where x is the radius.
    def quadrant(x: Floats, y: Floats) -> Floats:
        """Area of the circle between the axes, x and y; signed."""
        sign = np.sign(x) * np.sign(y)
        x, y = np.minimum(np.abs(x), radius), np.minimum(np.abs(y), radius)
        flat = np.minimum(x, np.sqrt((radius - y) * (radius + y)))  # so far the circle is higher than y
        return np.asarray(sign * (y * flat + under(x) - under(flat)))

    def under(x: Floats) -> Floats:
        return np.asarray((x * np.sqrt((radius - x) * (radius + x)) + radius**2 * np.arcsin(x / radius)) / 2)

    return quadrant(east, north) - quadrant(west, north) - quadrant(east, south) + quadrant(west, south)


def share_outside(x: npt.ArrayLike, y: npt.ArrayLike, width: float, height: float, radius: float = RADIUS_M) -> Floats:
    """Share of a square and of its eight neighbours outside the circle around points of the square.

    Parameters
    ----------
    x, y
        (k,) metres from the south-west corner of the middle square.
    width, height
        Of each square, metres.

    Returns
    -------
    ndarray
        (k, 9), from south-west to north-east, row by row.
    """
    x, y = (np.asarray(each, dtype=np.float64).reshape(-1, 1) for each in (x, y))
    columns, rows = np.tile([-1, 0, 1], 3), np.repeat([-1, 0, 1], 3)
    west, south = columns * width - x, rows * height - y
    inside = area_in_circle(west, south, west + width, south + height, radius) / (width * height)
    return np.clip(1.0 - inside, 0.0, 1.0)


def far_by_counts(counts: npt.NDArray[np.integer], width: float, height: float, radius: float = RADIUS_M) -> Floats:
    """Probability that a resident of a square has no shop within the radius, from counts of shops.

    Parameters
    ----------
    counts
        (n, 9) shops in each square and its neighbours, in the order of :func:`share_outside`.

    Returns
    -------
    ndarray
        (n,) 0 to 1.
    """
    middle = (np.arange(_STEPS) + 0.5) / _STEPS
    x, y = np.tile(middle * width, _STEPS), np.repeat(middle * height, _STEPS)
    outside = share_outside(x, y, width, height, radius)
    with np.errstate(divide="ignore"):
        # A square that lies whole in the circle has the factor 0, and still 1 where it has no shop.
        logs = np.maximum(np.log(outside), _NEVER)
    return np.asarray(np.exp(counts.astype(np.float64) @ logs.T).mean(axis=1))


def counts_around(squares: Squares, longitude: Floats, latitude: Floats) -> Integers:
    """Shops in each square and its eight neighbours, (n, 9), in the order of :func:`share_outside`."""
    row, column = square_at(longitude, latitude)
    keys, number = np.unique(row * 100_000 + column, return_counts=True)
    if not keys.size:
        return np.zeros((len(squares.row), 9), dtype=np.int64)
    wanted = (squares.row[:, np.newaxis] + np.repeat([-1, 0, 1], 3)) * 100_000
    wanted += squares.column[:, np.newaxis] + np.tile([-1, 0, 1], 3)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, number[at], 0)


def far_by_counts_of(squares: Squares, longitude: Floats, latitude: Floats) -> Floats:
    """:func:`far_by_counts` of each square, (n,), for shops at some positions of which only the square counts."""
    counts = counts_around(squares, longitude, latitude)
    width, height = squares.size
    far = np.ones(len(squares.row))
    some = np.flatnonzero(counts.any(axis=1))
    rows, of_row = np.unique(squares.row[some], return_inverse=True)
    for number in range(len(rows)):  # squares of one row have one size
        here = some[of_row == number]
        far[here] = far_by_counts(counts[here], float(width[here].mean()), float(height[here].mean()))
    return far


def far_by_positions(squares: Squares, shops_xy: Floats, radius: float = RADIUS_M) -> Floats:
    """Share of each square's area that is farther than the radius from every shop, (n,).

    Circles are polygons of the circle's area, within 0.4 m of it: exact to about 0.0001 of a square.
    """
    import shapely

    far = np.ones(len(squares.row))
    if not len(shops_xy):
        return far
    sides = 4 * _QUARTER
    equal_area = radius * np.sqrt((2 * np.pi / sides) / np.sin(2 * np.pi / sides))
    circles = shapely.buffer(shapely.points(shops_xy), equal_area, quad_segs=_QUARTER)
    shapes = np.asarray(shapely.polygons(squares.corners), dtype=object)
    shop, square = shapely.STRtree(shapes).query(circles, predicate="intersects")
    farthest = np.hypot(*np.moveaxis(squares.corners[square] - shops_xy[shop][:, np.newaxis], 2, 0)).max(axis=1)
    far[square[farthest <= radius]] = 0.0
    cut = far[square] > 0
    shop, square = shop[cut], square[cut]
    order = np.argsort(square, kind="stable")
    shop, square = shop[order], square[order]
    turn = np.arange(len(square)) - np.searchsorted(square, square)  # which of the shops around its square it is
    left = shapes.copy()
    for number in range(int(turn.max(initial=-1)) + 1):
        now = turn == number
        now[now] = ~shapely.is_empty(left[square[now]])
        left[square[now]] = shapely.difference(left[square[now]], circles[shop[now]])
    touched = np.unique(square)
    far[touched] = shapely.area(left[touched]) / shapely.area(shapes[touched])
    return np.clip(far, 0.0, 1.0)
