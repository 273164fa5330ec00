"""Municipal boundaries: smooth, shared exactly by neighbours, together the land; written as N03 of 2024."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import rasterio
import rasterio.features
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
from geodata.sample.terrain import noise
from geodata.sample.writing import CRS, geojson, metadata, pack, shapefile

_TOLERANCE_M: Final = 190.0  # removes the steps of the raster
_VERTEX_EVERY_M: Final = 240.0
_WOBBLE_M: Final = 45.0  # borders follow brooks and ridges, not rulers
_EDITION: Final = "20240101"


def municipality_polygons(region: Region) -> gpd.GeoDataFrame:
    """One (multi)polygon per municipality in planar metres, in the order of the specs; neighbours share their lines."""
    labels = _smooth_labels(region)
    width, height = CELL_WIDTH_M / 2, CELL_HEIGHT_M / 2
    transform = rasterio.Affine(width, 0, 0, 0, -height, SIZE * CELL_HEIGHT_M)
    shapes = rasterio.features.shapes(labels[::-1].astype(np.int16), mask=labels[::-1] >= 0, transform=transform)
    outlines = [shapely.geometry.shape(shape).boundary for shape, _ in shapes]
    # Where three meet, two have a corner and the third a straight line: cut all lines at all corners first.
    pieces = shapely.get_parts(shapely.polygonize([shapely.union_all(outlines)]))
    inside = shapely.point_on_surface(pieces)
    owner = labels[(shapely.get_y(inside) / height).astype(int), (shapely.get_x(inside) / width).astype(int)]
    merged = [shapely.coverage_union_all(pieces[owner == index]) for index in range(len(region.specs))]
    simplified = shapely.segmentize(shapely.coverage_simplify(np.array(merged), _TOLERANCE_M), _VERTEX_EVERY_M)
    natural = shapely.transform(simplified, _wobble())
    return gpd.GeoDataFrame({"code": [spec.code for spec in region.specs]}, geometry=natural)


def _wobble() -> Callable[[Floats], Floats]:
    """Shifts points by smooth noise: the same point always by as much, so that borders stay shared."""
    shift = np.stack([noise(topic, 2.0) for topic in (62, 63)]) * _WOBBLE_M

    def move(points: Floats) -> Floats:
        points = np.round(points, 2)
        place = np.stack([points[:, 1] / CELL_HEIGHT_M - 0.5, points[:, 0] / CELL_WIDTH_M - 0.5])
        moved = [ndimage.map_coordinates(part, place, order=1, mode="nearest") for part in shift]
        return np.asarray(np.round(points + np.column_stack(moved), 2))

    return move


def _smooth_labels(region: Region) -> np.ndarray:
    """Labels at half the raster cell; each point takes the label that weighs most around it, sea included."""
    labels = region.settlement.municipality
    best = np.full((2 * SIZE, 2 * SIZE), -1, dtype=np.int8)
    weight = np.full((2 * SIZE, 2 * SIZE), 0.0, dtype=np.float32)
    for label in range(-1, len(region.specs)):
        share = ndimage.gaussian_filter((labels == label).astype(np.float32), 1.1)
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
