"""Bands of numbers as one Cloud-Optimised GeoTIFF, whole or not there at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.written import beside
from geodata.tables import CRS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from explorer.export.surface_grid import PixelGrid

BLOCK: Final = 256  # pixels a side of a tile; a tile holds all bands, and there may be dozens
_DEFLATE_LEVEL: Final = 6  # level 9 takes four times as long for 8 % less


@dataclass(frozen=True)
class Band:
    """One band.

    Parameters
    ----------
    name
        Its description in the file, short and without blanks: QGIS and rasterio list bands by it.
    unit
        Of its numbers.
    values
        (height, width) float32, NaN where there is none.
    tags
        What else is said of it.
    """

    name: str
    unit: str
    values: npt.NDArray[np.float32]
    tags: Mapping[str, str] = field(default_factory=dict)


def write_cog(path: Path, grid: PixelGrid, bands: Iterable[Band], count: int, tags: Mapping[str, str]) -> None:
    """Write bands as a Cloud-Optimised GeoTIFF: tiled, DEFLATE with the predictor for floats, overviews, NaN = no data.

    Bands are taken one by one, so that a long list of them never lies in memory together. The same bands give the same
    bytes; the file is written beside and renamed.

    Parameters
    ----------
    count
        Number of bands.
    tags
        What is said of the whole file.

    Raises
    ------
    NotWritable, NoSpace
        As :func:`explorer.written.beside`; a file that was there before is untouched.
    """
    import rasterio.shutil

    with beside(path) as unfinished:
        plain = unfinished.with_name(f"{unfinished.name}.plain")  # goes with the other when that is renamed
        _write_plain(plain, grid, bands, count, tags)
        rasterio.shutil.copy(
            plain, unfinished, driver="COG", compress="DEFLATE", level=_DEFLATE_LEVEL, predictor="FLOATING_POINT",
            blocksize=BLOCK, overviews="IGNORE_EXISTING", overview_resampling="AVERAGE", bigtiff="IF_SAFER",
        )  # fmt: skip


def _write_plain(path: Path, grid: PixelGrid, bands: Iterable[Band], count: int, tags: Mapping[str, str]) -> None:
    """The same without tiles in the order of a COG, as the driver wants to read it."""
    import numpy as np
    import rasterio
    from affine import Affine

    (width, height), (west, north) = grid.size, grid.corner
    profile: dict[str, Any] = {
        "driver": "GTiff", "dtype": "float32", "count": count, "width": grid.width, "height": grid.height,
        "crs": CRS, "transform": Affine(width, 0.0, west, 0.0, -height, north), "nodata": np.nan,
        "tiled": True, "interleave": "band", "bigtiff": "if_safer",
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as file:
        file.update_tags(AREA_OR_POINT="Area", **tags)
        for number, band in enumerate(bands, 1):
            file.write(band.values, number)
            file.set_band_description(number, band.name)
            file.set_band_unit(number, band.unit)
            file.update_tags(number, **band.tags)
