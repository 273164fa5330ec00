"""The terrain as a GeoTIFF in JGD2011, sea without data, as a DEM made from 基盤地図情報 would be."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import rasterio

from geodata.sample.region import HEIGHT_DEGREES, PREFECTURE_CODE, SIZE, SOUTH, WEST, WIDTH_DEGREES, Terrain
from geodata.sample.writing import CRS

NODATA: Final = -9999.0


def write_elevation(folder: Path, terrain: Terrain) -> Path:
    """``dem_48_sample.tif``: float32 metres to a decimetre, 3.75″ × 5.625″, deflated."""
    path = folder / f"dem_{PREFECTURE_CODE}_sample.tif"
    transform = rasterio.Affine(WIDTH_DEGREES / SIZE, 0, WEST, 0, -HEIGHT_DEGREES / SIZE, SOUTH + HEIGHT_DEGREES)
    heights = np.where(terrain.land, np.round(terrain.elevation_m, 1), NODATA).astype(np.float32)[::-1]
    with rasterio.open(
        path, "w", driver="GTiff", height=SIZE, width=SIZE, count=1, dtype="float32", crs=CRS, transform=transform,
        nodata=NODATA, compress="deflate", predictor=3, tiled=True, blockxsize=256, blockysize=256,
    ) as raster:  # fmt: skip
        raster.write(heights, 1)
        raster.set_band_description(1, "elevation_m (invented sample)")
    return path
