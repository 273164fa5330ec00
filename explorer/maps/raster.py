"""The result of every place as one picture laid over the map.

Fifty thousand squares stop a browser; a picture of them pans at 60 frames a second. Leaflet stretches a picture evenly
in web Mercator, so places are put into pixels in web Mercator too: nothing is bent, at any latitude.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from explorer.maps.classes import NO_CLASS, Classes
from explorer.maps.colours import NO_DATA, UNREACHABLE, class_colours, rgb
from layers.measures import is_in_metres

PLACE_M: Final = 100.0  # places lie about this far apart
PIXELS_PER_PLACE: Final = 2
MOST_PIXELS: Final = 4096  # per side; beyond it pixels grow
EARTH_RADIUS_M: Final = 6_378_137.0  # of web Mercator (EPSG:3857)
# The thresholds of the handbooks (300, 500, 800, 1,000 m) and two steps beyond; minutes likewise.
DISTANCE_LIMITS_M: Final = (300.0, 500.0, 800.0, 1000.0, 2000.0, 5000.0)
TIME_LIMITS_MIN: Final = (5.0, 10.0, 15.0, 20.0, 30.0)

_UNREACHABLE_CODE: Final = 250
_NO_RESULT_CODE: Final = 251
_NOBODY_CODE: Final = 255


@dataclass(frozen=True)
class PlaceRaster:
    """A PNG with a palette, and where it lies.

    Parameters
    ----------
    png
        Transparent where nobody lives.
    bounds
        South, west, north, east in degrees.
    has_unreachable
        Whether any place cannot reach a facility at all (legend row).
    has_unknown
        Whether any place has no result.
    """

    png: bytes
    bounds: tuple[float, float, float, float]
    has_unreachable: bool
    has_unknown: bool = False


def place_classes(mode: str) -> Classes:
    """Fixed classes of a measure: metres for lengths, minutes for times (see :mod:`layers.measures`)."""
    limits = DISTANCE_LIMITS_M if is_in_metres(mode) else TIME_LIMITS_MIN
    return Classes(limits, class_colours(len(limits) + 1, "low"), "right")


def draw_places(
    longitude: npt.NDArray[np.float64],
    latitude: npt.NDArray[np.float64],
    values: npt.NDArray[np.floating],
    classes: Classes,
    *,
    people: npt.NDArray[np.float64] | None = None,
) -> PlaceRaster | None:
    """Draw one value per place.

    Parameters
    ----------
    longitude, latitude
        Of the places, degrees, shape (n,).
    values
        Shape (n,), in the unit of the classes; inf cannot be reached, NaN has no result.
    classes
        Limits and colours.
    people
        Shape (n,); places without people are left transparent.

    Returns
    -------
    PlaceRaster or None
        None where there is no place to draw.
    """
    lived_in = np.isfinite(longitude) & np.isfinite(latitude)
    if people is not None:
        lived_in &= people > 0
    if not lived_in.any():
        return None
    codes = _codes(np.asarray(values)[lived_in], classes)
    grid, bounds = _painted(longitude[lived_in], latitude[lived_in], codes)
    unreachable, unknown = (bool((codes == code).any()) for code in (_UNREACHABLE_CODE, _NO_RESULT_CODE))
    return PlaceRaster(_png(grid, classes), bounds, unreachable, unknown)


@dataclass(frozen=True)
class PlanePicture:
    """Places as pixels in a plane of metres.

    Parameters
    ----------
    pixels
        (rows, columns, 4), red, green, blue and opacity; the first row is the northernmost.
    bounds
        West, south, east, north in metres.
    has_unreachable, has_unknown
        As in :class:`PlaceRaster`.
    """

    pixels: npt.NDArray[np.uint8]
    bounds: tuple[float, float, float, float]
    has_unreachable: bool
    has_unknown: bool


def paint_places(
    xy: npt.NDArray[np.float64], values: npt.NDArray[np.floating], classes: Classes, *, most_pixels: int = MOST_PIXELS
) -> PlanePicture | None:
    """As :func:`draw_places`, in a plane: for maps on paper, whose shapes lie in the same plane.

    Parameters
    ----------
    xy
        (n, 2), metres, of the places to draw.
    most_pixels
        Per side; beyond it pixels grow.
    """
    placed = np.isfinite(xy).all(axis=1)
    if not placed.any():
        return None
    codes = _codes(np.asarray(values)[placed], classes)
    grid, bounds = _squares(xy[placed, 0], xy[placed, 1], codes, PLACE_M / PIXELS_PER_PLACE, most_pixels)
    colours = np.column_stack([_palette(classes), np.full(256, 255, np.uint8)])
    colours[_NOBODY_CODE] = 0
    unreachable, unknown = (bool((codes == code).any()) for code in (_UNREACHABLE_CODE, _NO_RESULT_CODE))
    return PlanePicture(colours[grid], bounds, unreachable, unknown)


def _codes(values: npt.NDArray[np.floating], classes: Classes) -> npt.NDArray[np.uint8]:
    found = classes.of(values)
    codes = found.astype(np.uint8)
    codes[np.isposinf(values)] = _UNREACHABLE_CODE
    codes[found == NO_CLASS] = _NO_RESULT_CODE
    return codes


def _painted(
    longitude: npt.NDArray[np.float64], latitude: npt.NDArray[np.float64], codes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.uint8], tuple[float, float, float, float]]:
    x, y = mercator(longitude, latitude)
    pixel = PLACE_M / PIXELS_PER_PLACE / math.cos(math.radians(float(np.median(latitude))))
    grid, (west, south, east, north) = _squares(x, y, codes, pixel, MOST_PIXELS)
    (west_deg, north_deg), (east_deg, south_deg) = degrees(west, north), degrees(east, south)
    return grid, (south_deg, west_deg, north_deg, east_deg)


def _squares(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], codes: npt.NDArray[np.uint8], pixel: float, most: int
) -> tuple[npt.NDArray[np.uint8], tuple[float, float, float, float]]:
    """Each place as a square somewhat larger than the gap to its neighbours, so that no pin-holes stay between them."""
    extent = max(float(np.ptp(x)), float(np.ptp(y))) + 4 * pixel
    pixel = max(pixel, extent / most)
    west, north = float(x.min()) - 2 * pixel, float(y.max()) + 2 * pixel
    column = ((x - west) / pixel).astype(np.int32)
    row = ((north - y) / pixel).astype(np.int32)
    grid = np.full((int(row.max()) + 3, int(column.max()) + 3), _NOBODY_CODE, dtype=np.uint8)
    # Corners first, centre last, so that a place always keeps its own pixel.
    offsets = sorted(((dr, dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1)), key=lambda at: -(at[0] ** 2 + at[1] ** 2))
    for row_offset, column_offset in offsets:
        grid[row + row_offset, column + column_offset] = codes
    height, width = grid.shape
    return grid, (west, north - height * pixel, west + width * pixel, north)


def _png(grid: npt.NDArray[np.uint8], classes: Classes) -> bytes:
    from PIL import Image

    image = Image.fromarray(grid, mode=None)
    image.putpalette(_palette(classes).tobytes())
    stored = io.BytesIO()
    image.save(stored, "PNG", transparency=_NOBODY_CODE, compress_level=4)
    return stored.getvalue()


def _palette(classes: Classes) -> npt.NDArray[np.uint8]:
    palette = np.zeros((256, 3), dtype=np.uint8)
    for index, colour in enumerate(classes.colours):
        palette[index] = rgb(colour)
    palette[_UNREACHABLE_CODE] = rgb(UNREACHABLE)
    palette[_NO_RESULT_CODE] = rgb(NO_DATA)
    return palette


def mercator(
    longitude: npt.NDArray[np.float64], latitude: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Web Mercator metres (EPSG:3857) of degrees. For drawing only: distances there are a quarter too long in Japan."""
    x = EARTH_RADIUS_M * np.radians(longitude)
    y = EARTH_RADIUS_M * np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2))
    return x, y


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point in web Mercator."""
    return math.degrees(x / EARTH_RADIUS_M), math.degrees(2 * math.atan(math.exp(y / EARTH_RADIUS_M)) - math.pi / 2)
