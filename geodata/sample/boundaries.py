"""Municipal boundaries: smooth, shared exactly by neighbours, together the land; written as N03 of 2024."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import rasterio.features
import rasterio.transform
import shapely
from scipy import ndimage

from geodata.sample.region import (
    CELL_HEIGHT_M,
    CELL_WIDTH_M,
    PREFECTURE_CODE,
    PREFECTURE_NAME,
    SIZE,
    Floats,
    Region,
    latitude,
    longitude,
)
from geodata.sample.writing import CRS, geojson, metadata, pack, shapefile

_TOLERANCE_M: Final = 55.0
_EDITION: Final = "20240101"


def municipality_polygons(region: Region) -> gpd.GeoDataFrame:
    """One (multi)polygon per municipality in planar metres, in the order of the specs; neighbours share their lines."""
    labels = _smooth_labels(region)
    width, height = CELL_WIDTH_M / 2, CELL_HEIGHT_M / 2
    transform = rasterio.transform.from_origin(0, SIZE * CELL_HEIGHT_M, width, height)
    shapes = rasterio.features.shapes(labels[::-1].astype(np.int16), mask=labels[::-1] >= 0, transform=transform)
    outlines = [shapely.geometry.shape(shape).boundary for shape, _ in shapes]
    # Where three meet, two have a corner and the third a straight line: cut all lines at all corners first.
    pieces = shapely.get_parts(shapely.polygonize([shapely.union_all(outlines)]))
    inside = shapely.point_on_surface(pieces)
    owner = labels[(shapely.get_y(inside) / height).astype(int), (shapely.get_x(inside) / width).astype(int)]
    merged = [shapely.coverage_union_all(pieces[owner == index]) for index in range(len(region.specs))]
    simplified = shapely.coverage_simplify(np.array(merged), _TOLERANCE_M)
    return gpd.GeoDataFrame({"code": [spec.code for spec in region.specs]}, geometry=simplified)


def _smooth_labels(region: Region) -> np.ndarray:
    """Labels at half the raster cell; each point takes the label that weighs most around it, sea included."""
    labels = region.settlement.municipality
    best = np.full((2 * SIZE, 2 * SIZE), -1, dtype=np.int8)
    weight = np.full((2 * SIZE, 2 * SIZE), 0.0, dtype=np.float32)
    for label in range(-1, len(region.specs)):
        share = ndimage.gaussian_filter((labels == label).astype(np.float32), 0.8)
        share = ndimage.zoom(share, 2, order=1, grid_mode=True, mode="nearest")
        better = share > weight
        best[better], weight[better] = label, share[better]
    return best


def to_degrees(geometry: np.ndarray | gpd.GeoSeries) -> np.ndarray:
    """Planar metres to longitude and latitude, rounded to 1e-8 degrees so that shared points stay shared."""
    return np.asarray(shapely.transform(np.asarray(geometry), _rounded_degrees))


def _rounded_degrees(points: Floats) -> Floats:
    return np.asarray(np.round(np.column_stack([longitude(points[:, 0]), latitude(points[:, 1])]), 8), dtype=np.float64)


def write_boundaries(folder: Path, region: Region, polygons: gpd.GeoDataFrame) -> Path:
    """``N03-20240101_48_GML.zip``: shapefile (UTF-8, no .cpg) and GeoJSON, one feature per polygon part."""
    geometry = shapely.get_parts(to_degrees(polygons.geometry), return_index=True)
    specs = [region.specs[index] for index in geometry[1]]
    frame = gpd.GeoDataFrame(
        {
            "N03_001": PREFECTURE_NAME,
            "N03_002": None,
            "N03_003": [spec.county or None for spec in specs],
            "N03_004": [spec.name for spec in specs],
            "N03_005": None,
            "N03_007": [spec.code for spec in specs],
        },
        geometry=geometry[0],
        crs=CRS,
    ).astype({"N03_002": object, "N03_005": object})
    stem = f"N03-{_EDITION}_{PREFECTURE_CODE}"
    members = {
        **shapefile(frame, stem, encoding="UTF-8"),
        f"{stem}.geojson": geojson(frame, stem),
        f"KS-META-{stem}.xml": metadata("国土数値情報 行政区域データ形式"),
    }
    return pack(folder / f"{stem}_GML.zip", members)
