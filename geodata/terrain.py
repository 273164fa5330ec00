"""Elevations of points from terrain models: GeoTIFFs in any coordinate system, one or several, large ones in parts.

A terrain model is noisier than a street: 1 m of error between cells of 30 m reads as a slope of 3 %, and a segment of
10 m between two points of it would climb and fall at random. So the elevation of a point is a mean over a disc of 30 m
around it: the value there and those of up to four pairs of opposite points on the rim, each by bilinear interpolation
between cell centres. Opposite points balance each other, so an even slope stays exactly as it is, and what is smoothed
away is shorter than 30 m. A pair of which one point is unknown (the sea, the edge) is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.archive import RawFile
from geodata.errors import ExplorerError, NoSpace, UnreadableFile, WrongCrs, is_disk_full
from geodata.tables import CRS

if TYPE_CHECKING:
    from geodata.notes import Notes

Floats = npt.NDArray[np.float64]

SMOOTHING_METRES: Final = 30.0
_PAIRS: Final = 4  # of opposite points on the rim
_BLOCK: Final = 2048  # cells per side that are read at once
_METRES_PER_DEGREE: Final = 111_195.0
# The shore of the Dead Sea and the top of Everest: a raster of anything else seldom stays between them.
LOWEST_M: Final = -450.0
HIGHEST_M: Final = 8900.0


@dataclass(frozen=True)
class Elevations:
    """What terrain models know of some points.

    Parameters
    ----------
    metres
        float32 (n,), above the sea; NaN where no model has a value.
    used
        For each model whether it gave any point its elevation.
    """

    metres: npt.NDArray[np.float32]
    used: list[bool]


def read_elevations(sources: Sequence[RawFile], lon: Floats, lat: Floats, *, notes: Notes) -> Elevations:
    """Elevations of points by the finest model that has a value there.

    Parameters
    ----------
    sources
        GeoTIFFs, plain or in a zip.
    lon, lat
        float64 (n,), degrees, JGD2011.
    notes
        Takes the models that cannot be used.
    """
    metres = np.full(lon.size, np.nan, dtype=np.float32)
    used = [False] * len(sources)
    cells: list[tuple[float, int]] = []
    for number, source in enumerate(sources):
        try:
            with _opened(source) as raster:
                cells.append((_cell_metres(raster), number))
        except ExplorerError as error:
            notes.warn_of(error, source.label)
    for _, number in sorted(cells):
        unknown = np.flatnonzero(np.isnan(metres))
        if unknown.size == 0:
            break
        try:
            found = sample(sources[number], lon[unknown], lat[unknown])
        except ExplorerError as error:
            notes.warn_of(error, sources[number].label)
            continue
        metres[unknown] = found
        used[number] = bool(np.isfinite(found).any())
    return Elevations(metres, used)


def sample(source: RawFile, lon: Floats, lat: Floats) -> Floats:
    """Smoothed elevations (n,) of points from one terrain model; NaN outside it and where it has no value.

    Raises
    ------
    UnreadableFile
        No raster, damaged, several bands or a palette (a picture), or values that are no elevations.
    WrongCrs
        The raster does not say where it lies.
    """
    result = np.full(lon.size, np.nan)
    with _opened(source) as raster:
        points = _in_cells(raster, lon, lat)
        for members, window in _blocks(raster, points):
            result[members] = _smoothed(_read(raster, window), points.take(members, window))
    known = result[np.isfinite(result)]
    if known.size and not (known.min() >= LOWEST_M and known.max() <= HIGHEST_M):
        raise UnreadableFile(
            f"{source.label}: 値が {known.min():,.0f}〜{known.max():,.0f} で、標高（m）ではないため使いません。 / "
            f"Its values run from {known.min():,.0f} to {known.max():,.0f}: no elevations in metres. Not used."
        )
    return result


@contextmanager
def _opened(source: RawFile) -> Iterator[Any]:
    """A terrain model open for reading; what GDAL raises comes out as a message that names the file."""
    import rasterio

    try:
        with source.on_disk() as path, rasterio.open(path) as raster:
            _check(raster, source)
            yield raster
    except ExplorerError:
        raise
    except (rasterio.errors.RasterioError, OSError, ValueError) as error:
        if is_disk_full(error):
            raise NoSpace(
                f"{source.label}: 一時ファイルを置く空きがありません。 / No space left for temporary files."
            ) from error
        raise UnreadableFile(
            f"{source.label}: 標高ラスタを読めません（{error}）。ダウンロードし直してください。 / "
            f"The elevation raster cannot be read ({error}). Download it again."
        ) from error


def _check(raster: Any, source: RawFile) -> None:
    if raster.crs is None or raster.transform.is_identity:
        raise WrongCrs(
            f"{source.label}: 座標系か位置の記録がないため使いません。座標系のある GeoTIFF を置いてください。 / "
            "The raster does not say where it lies. Use a GeoTIFF with a coordinate system."
        )
    if raster.count > 1 or "palette" in {band.name for band in raster.colorinterp}:
        raise UnreadableFile(
            f"{source.label}: 標高ではなく画像のため使いません（{raster.count} バンド）。 / "
            f"A picture, no elevations ({raster.count} bands). Not used."
        )


def _cell_metres(raster: Any) -> float:
    """Height of a cell, to tell fine models from coarse ones."""
    degrees_or_units = math.hypot(raster.transform.b, raster.transform.e)
    return float(degrees_or_units * (_METRES_PER_DEGREE if raster.crs.is_geographic else 1.0))


class _Points(NamedTuple):
    """Points in cells: (0, 0) is the centre of the first cell; `east` and `north` lead to the rim of the disc, (2, n)."""

    column: Floats
    row: Floats
    east: Floats
    north: Floats

    def take(self, members: npt.NDArray[np.intp], window: Any) -> _Points:
        """Some of the points, in cells of a window."""
        column, row = self.column[members] - window.col_off, self.row[members] - window.row_off
        return _Points(column, row, self.east[:, members], self.north[:, members])


def _in_cells(raster: Any, lon: Floats, lat: Floats) -> _Points:
    from pyproj import Transformer

    to_raster = Transformer.from_crs(CRS, raster.crs.to_wkt(), always_xy=True)
    step = SMOOTHING_METRES / _METRES_PER_DEGREE

    def cells(east: Floats | float, north: float) -> Floats:
        x, y = to_raster.transform(lon + east, lat + north)
        to_cell = ~raster.transform
        column = to_cell.a * x + to_cell.b * y + to_cell.c
        row = to_cell.d * x + to_cell.e * y + to_cell.f
        return np.stack([column, row]) - 0.5

    centre = cells(0.0, 0.0)
    east = cells(step / np.cos(np.radians(lat)), 0.0) - centre
    return _Points(centre[0], centre[1], east, cells(0.0, step) - centre)


def _blocks(raster: Any, points: _Points) -> Iterator[tuple[npt.NDArray[np.intp], Any]]:
    """Points by the part of the raster they lie in, and that part with room for the rim of their discs."""
    from rasterio.windows import Window

    column, row = points.column, points.row
    inside = (column >= -0.5) & (column <= raster.width - 0.5) & (row >= -0.5) & (row <= raster.height - 0.5)
    members = np.flatnonzero(inside)
    if members.size == 0:
        return
    rim = np.abs(points.east[:, members]).max() + np.abs(points.north[:, members]).max()
    margin = math.ceil(rim) + 2
    block = (row[members] // _BLOCK) * (raster.width // _BLOCK + 2) + column[members] // _BLOCK
    order = np.argsort(block, kind="stable")
    for part in np.split(members[order], np.flatnonzero(np.diff(block[order])) + 1):
        left, top = (max(0, math.floor(axis[part].min()) - margin) for axis in (column, row))
        right = min(raster.width, math.ceil(column[part].max()) + margin + 1)
        bottom = min(raster.height, math.ceil(row[part].max()) + margin + 1)
        yield part, Window(left, top, right - left, bottom - top)


def _read(raster: Any, window: Any) -> Floats:
    """Elevations of a window in metres, NaN where the model has none."""
    cells = raster.read(1, window=window, masked=True)
    values = np.ma.filled(cells.astype(np.float64), np.nan) * raster.scales[0] + raster.offsets[0]
    return np.where(np.isfinite(values), values, np.nan)


def _smoothed(cells: Floats, points: _Points) -> Floats:
    """The rule at the head of this module."""
    centre = _bilinear(cells, points.column, points.row)
    total, count = centre, np.ones(centre.size)
    for angle in np.arange(_PAIRS) * math.pi / _PAIRS:
        column, row = math.cos(angle) * points.east + math.sin(angle) * points.north
        opposite = _bilinear(cells, points.column + column, points.row + row)
        opposite += _bilinear(cells, points.column - column, points.row - row)
        known = np.isfinite(opposite)
        total = np.where(known, total + opposite, total)
        count += 2 * known
    return np.asarray(total / count)


def _bilinear(cells: Floats, column: Floats, row: Floats) -> Floats:
    """Value between cell centres; in the outer half of an edge cell that of the edge, so that tiles leave no seam."""
    height, width = cells.shape
    outside = (column < -0.5) | (column > width - 0.5) | (row < -0.5) | (row > height - 0.5)
    x, y = np.clip(column, 0, width - 1), np.clip(row, 0, height - 1)
    left, top = x.astype(np.int64), y.astype(np.int64)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    value = np.zeros(column.size)
    for at_x, share_x in ((left, 1 - (x - left)), (right, x - left)):
        for at_y, share_y in ((top, 1 - (y - top)), (bottom, y - top)):
            share = share_x * share_y
            value += np.where(share > 0, cells[at_y, at_x] * share, 0.0)
    value[outside] = np.nan
    return value
