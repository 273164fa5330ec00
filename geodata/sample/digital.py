"""Fibre and 5G figures in the normalised table ``code,name,as_of,indicator,value,unit,source,method_note``, and areas."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import ndimage

from geodata.sample.boundaries import to_degrees
from geodata.sample.region import PREFECTURE_CODE, PREFECTURE_NAME, Region
from geodata.sample.writing import CRS, csv, geojson
from geodata.sample.zones import outline

_PEOPLE_PER_HOUSEHOLD: Final = 2.3
_FIBRE_PER_KM2: Final = 60.0
_FIVE_G_PER_KM2: Final = 150.0
_ISLAND: Final = "48401"
_VILLAGE: Final = "48361"
_SOURCE: Final = "架空の見本 / invented sample"
_NOTE: Final = "架空の値。実在の調査の結果ではない / invented value, not the result of any survey"


def write_digital(folder: Path, region: Region) -> Path:
    """``digital_48_sample.csv``: fibre by municipality and prefecture, 5G by prefecture."""
    people = np.array([spec.people for spec in region.specs])
    fibre = np.array([round(99.95 - 22.0 * max(0.0, spec.old - 0.35) ** 1.6, 2) for spec in region.specs])
    prefecture = f"{PREFECTURE_CODE}000"
    rows = [
        (spec.code, spec.name, "2024-03-31", "fibre_household_coverage", value, "%")
        for spec, value in zip(region.specs, fibre, strict=True)
    ]
    rows.append(
        (
            prefecture,
            PREFECTURE_NAME,
            "2024-03-31",
            "fibre_household_coverage",
            round(float(np.average(fibre, weights=people)), 2),
            "%",
        )
    )
    rows += [
        (spec.code, spec.name, "2024-03-31", "households", round(spec.people / _PEOPLE_PER_HOUSEHOLD), "世帯")
        for spec in region.specs
    ]
    rows.append((prefecture, PREFECTURE_NAME, "2023-03-31", "fibre_household_coverage", 98.87, "%"))
    rows.append((prefecture, PREFECTURE_NAME, "2025-03-31", "5g_population_coverage", 96.4, "%"))
    rows.append((prefecture, PREFECTURE_NAME, "2024-03-31", "5g_population_coverage", 94.1, "%"))
    frame = pd.DataFrame(rows, columns=["code", "name", "as_of", "indicator", "value", "unit"])
    path = folder / f"digital_{PREFECTURE_CODE}_sample.csv"
    path.write_bytes(csv(frame.assign(source=_SOURCE, method_note=_NOTE)))
    return path


def write_coverage_areas(folder: Path, region: Region, polygons: gpd.GeoDataFrame) -> Path:
    """``coverage_areas_48_sample.geojson``: where fibre and 5G can be had; towns have both, far hamlets neither.

    The island is in no fibre polygon: there only the published share is known. The mountain village has no 5G, which a
    polygon with ``covered = 0`` says.
    """
    towns = polygons.set_index("code").geometry
    land = shapely.union_all(towns[[spec.code for spec in region.specs if spec.code != _ISLAND]].to_numpy())
    areas = [
        ("fibre", 1, shapely.intersection(_served(region, _FIBRE_PER_KM2), land)),
        ("5g", 1, shapely.difference(_served(region, _FIVE_G_PER_KM2), towns[_VILLAGE])),
        ("5g", 0, towns[_VILLAGE]),
    ]
    frame = gpd.GeoDataFrame(
        {"technology": [name for name, _, _ in areas], "covered": [said for _, said, _ in areas], "source": _SOURCE},
        geometry=to_degrees(shapely.simplify([shape for _, _, shape in areas], 40)),
        crs=CRS,
    )
    path = folder / f"coverage_areas_{PREFECTURE_CODE}_sample.geojson"
    path.write_bytes(geojson(frame, path.stem, decimals=6))
    return path


def _served(region: Region, per_km2: float) -> shapely.Geometry:
    """Smooth outline of where at least so many people live on a square kilometre around."""
    return outline(ndimage.gaussian_filter(region.settlement.urbanity, 2) > per_km2, 250)
