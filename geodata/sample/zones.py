"""立地適正化計画 zones of the cities, as A50: plan area ⊇ residential guidance ⊇ urban-function guidance."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import rasterio
import rasterio.features
import shapely
from scipy import ndimage

from geodata.sample.boundaries import to_degrees
from geodata.sample.rail import RailLine
from geodata.sample.region import (
    CELL_HEIGHT_M,
    CELL_WIDTH_M,
    PREFECTURE_CODE,
    PREFECTURE_NAME,
    SIZE,
    Mask,
    Region,
)
from geodata.sample.writing import CRS, geojson, metadata, pack, shapefile

_DECIDED: Final = (20190329, 20200331, 20180402)
_RESIDENTIAL_PER_KM2: Final = (1_700.0, 1_150.0, 1_000.0)  # density from which a quarter lies in the residential zone
_FUNCTION_REACH_M: Final = (1_100.0, 900.0, 800.0)
_NAMES: Final = {1: "立地適正化計画区域", 2: "居住誘導区域", 3: "都市機能誘導区域"}


def zone_polygons(region: Region, polygons: gpd.GeoDataFrame, rail: list[RailLine]) -> gpd.GeoDataFrame:
    """Zones of the cities in planar metres: municipality (index), kind (1, 2, 3), geometry. 3 ⊆ 2 ⊆ 1 ⊆ the city."""
    rows = []
    for index, spec in enumerate(region.specs):
        if not spec.is_city:
            continue
        town = polygons.geometry.iloc[index]
        buildable = (region.terrain.slope < 0.12) & (region.terrain.elevation_m < 250)
        plan = shapely.intersection(outline(ndimage.binary_opening(buildable, iterations=3), 350), town)
        dense = ndimage.gaussian_filter(region.settlement.urbanity, 2) > _RESIDENTIAL_PER_KM2[index]
        living = shapely.intersection(outline(_large(dense), 120), plan)
        centres = [shapely.Point(region.settlement.seat_x[index], region.settlement.seat_y[index])]
        centres += [shapely.Point(s.x, s.y) for line in rail for s in line.stations]
        function = shapely.intersection(shapely.union_all(shapely.buffer(centres, _FUNCTION_REACH_M[index])), living)
        rows += [(index, kind, zone) for kind, zone in ((1, plan), (2, living), (3, function))]
    return gpd.GeoDataFrame(rows, columns=["municipality", "kind", "geometry"], geometry="geometry")


def _large(mask: Mask) -> Mask:
    """Only patches of at least half a square kilometre."""
    labels, _ = ndimage.label(ndimage.binary_closing(mask, iterations=2))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray((sizes > 30)[labels])


def outline(mask: Mask, smoothing_m: float) -> shapely.Geometry:
    """Rounded polygon around the marked cells, in planar metres."""
    transform = rasterio.Affine(CELL_WIDTH_M, 0, 0, 0, -CELL_HEIGHT_M, SIZE * CELL_HEIGHT_M)
    shapes = rasterio.features.shapes(mask[::-1].astype(np.uint8), mask=mask[::-1], transform=transform)
    merged = shapely.union_all([shapely.geometry.shape(shape) for shape, _ in shapes])
    rounded = shapely.buffer(
        shapely.buffer(shapely.simplify(merged, 60), smoothing_m, quad_segs=3), -smoothing_m, quad_segs=3
    )
    return shapely.simplify(rounded, 25)


def write_zones(folder: Path, region: Region, polygons: gpd.GeoDataFrame, rail: list[RailLine]) -> Path:
    """``A50-20_48_GML.zip``: one shapefile and one GeoJSON per city; one row without geometry, as they occur."""
    zones = zone_polygons(region, polygons, rail)
    members: dict[str, bytes] = {}
    for number, index in enumerate(zones["municipality"].unique()):
        spec = region.specs[index]
        own = zones[zones["municipality"] == index]
        parts, which = shapely.get_parts(to_degrees(own.geometry), return_index=True)
        kinds = own["kind"].to_numpy()[which]
        keep = shapely.get_dimensions(parts) == 2
        kinds, geometry = (
            [*kinds[keep].tolist(), *([3] if number == 0 else [])],
            [*parts[keep], *([None] if number == 0 else [])],
        )
        frame = gpd.GeoDataFrame(
            {
                "A50_001": PREFECTURE_CODE,
                "A50_002": PREFECTURE_NAME,
                "A50_003": spec.code,
                "A50_004": spec.name,
                "A50_005": np.full(len(kinds), _DECIDED[number], dtype="int32"),
                "A50_006": [str(kind) for kind in kinds],
                "A50_007": [_NAMES[kind] for kind in kinds],
            },
            geometry=geometry,
            crs=CRS,
        )
        stem = f"A50-20_{spec.code}"
        members |= {**shapefile(frame, stem), f"{stem}.geojson": geojson(frame, stem)}
    members[f"KS-META-A50-20_{PREFECTURE_CODE}.xml"] = metadata("国土数値情報 立地適正化計画区域データ形式")
    return pack(folder / f"A50-20_{PREFECTURE_CODE}_GML.zip", members)
