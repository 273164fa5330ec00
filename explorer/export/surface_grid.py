"""The squares of a raster of places: a whole division of Japan's standard grid, the net on which the places stand.

Places lie on a net that divides a 500 m square (1/2 grid square, JIS X 0410) into 5 × 5, 6 × 6 or 4 × 4, whichever fits
the cells that the people came in (:mod:`geodata.places`). The raster has the same squares, each place in the middle of its
own, so nothing is resampled and no two squares hold one place's people:

- 5 × 5: 3″ × 4.5″, about 100 m. This is the tenth of a 1 km square (1/10 細分区画) of the land-use grid (国土数値情報
  土地利用細分メッシュ), which GIS users have at hand to lay beside it.
- 6 × 6: 2.5″ × 3.75″, about 83 m, the third of a 250 m square, where the census came on 250 m squares.
- 4 × 4: 3.75″ × 5.625″, the 125 m square itself, where it came on those.

Coordinates are JGD2011 in degrees (EPSG:6668), as in all standard grids. A plane rectangular coordinate system would bend
the squares, cut a region that lies in two of its zones, and put two places into one pixel here and none there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DIVISIONS: Final = (5, 6, 4)  # of a side of a 500 m square, the usual one first
_SQUARES_PER_DEGREE: Final = (160, 240)  # 500 m squares (22.5″ × 15″) per degree of longitude and of latitude
_ROUNDING: Final = 1e-6  # of a pixel, about 0.1 mm


@dataclass(frozen=True)
class PixelGrid:
    """Squares of equal size in degrees, the first in the north-west.

    Parameters
    ----------
    divisions
        Squares per side of a 500 m square.
    west_column, north_row
        Of the first square, counted from 0° E eastward and from the equator northward.
    width, height
        Columns and rows.
    """

    divisions: int
    west_column: int
    north_row: int
    width: int
    height: int

    @classmethod
    def around(cls, longitude: Floats, latitude: Floats, divisions: int) -> PixelGrid:
        """The smallest grid of whole 500 m squares that holds all points."""
        column, row = _squares(longitude, latitude, divisions)
        west, south = (int(each.min()) // divisions * divisions for each in (column, row))
        east, north = ((int(each.max()) // divisions + 1) * divisions for each in (column, row))
        return cls(divisions, west, north - 1, east - west, north - south)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a square, degrees."""
        per_lon, per_lat = _SQUARES_PER_DEGREE
        return 1 / (per_lon * self.divisions), 1 / (per_lat * self.divisions)

    @property
    def corner(self) -> tuple[float, float]:
        """Longitude and latitude of the north-west corner."""
        per_lon, per_lat = _SQUARES_PER_DEGREE
        return self.west_column / (per_lon * self.divisions), (self.north_row + 1) / (per_lat * self.divisions)

    @property
    def names(self) -> tuple[str, str]:
        """What a square is, Japanese and English."""
        return {
            4: ("1/8細分メッシュ（125mメッシュ、3.75″×5.625″）", "125 m grid square of JIS X 0410 (3.75″ × 5.625″)"),
            5: (
                "3次メッシュの1/10細分区画（約100m、3″×4.5″）",
                "tenth of a 1 km grid square of JIS X 0410 (3″ × 4.5″, about 100 m)",
            ),
            6: (
                "250mメッシュの1/3区画（約83m、2.5″×3.75″）",
                "third of a 250 m grid square of JIS X 0410 (2.5″ × 3.75″, about 83 m)",
            ),
        }[self.divisions]

    def pixel_of(self, longitude: Floats, latitude: Floats) -> Ints:
        """Number of the square that holds each point, row by row from the north-west; a point on an edge is north or east."""
        column, row = _squares(longitude, latitude, self.divisions)
        return (self.north_row - row) * self.width + column - self.west_column

    def laid_out(self, values: Floats) -> npt.NDArray[np.float32]:
        """A value per square as an image, (height, width)."""
        return values.reshape(self.height, self.width).astype(np.float32)


def divisions_of(longitude: Floats, latitude: Floats) -> int:
    """The division of a 500 m square in the middle of whose parts most places stand.

    A small area of the census that is too small for any point of the net has its place somewhere inside.
    """
    return max(DIVISIONS, key=lambda divisions: _in_the_middle(longitude, latitude, divisions))


def weighted_means(pixel: Ints, values: Floats, weights: Floats, size: int) -> Floats:
    """Mean of the values in each square by their weights; NaN where the weights add up to nothing."""
    summed = np.bincount(pixel, values * weights, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Floats = np.where(summed_weight := np.bincount(pixel, weights, size), summed / summed_weight, np.nan)
    return means


def _squares(longitude: Floats, latitude: Floats, divisions: int) -> tuple[Ints, Ints]:
    column, row = (
        np.floor(degrees * per_degree * divisions + _ROUNDING).astype(np.int64)
        for degrees, per_degree in zip((longitude, latitude), _SQUARES_PER_DEGREE, strict=True)
    )
    return column, row


def _in_the_middle(longitude: Floats, latitude: Floats, divisions: int) -> int:
    within: Iterable[npt.NDArray[np.bool_]] = (
        np.abs(degrees * per_degree * divisions % 1 - 0.5) < _ROUNDING
        for degrees, per_degree in zip((longitude, latitude), _SQUARES_PER_DEGREE, strict=True)
    )
    return int(np.logical_and(*within).sum())
