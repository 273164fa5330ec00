"""An invented country: a workspace of 1,741 municipalities, to see whether the map stays quick with that many shapes.

Shapes are squares of 0.02° (about 2 km) joined around 1,741 centres along an arc as long as Japan, so that borders are as
ragged as real ones and every border is shared. Nothing in it is true.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from explorer.maps.shapes import drawing_geojson
from geodata.workspace import StepWriter, publish, run_step
from layers.access.profiles import DRIVE, WALK, WALK_ELDERLY

MUNICIPALITIES: Final = 1741
PLACES_EACH: Final = 20
CELL_DEG: Final = 0.02
SERVICES: Final = (
    "supermarket", "convenience", "food_shop", "clinic", "hospital", "elementary_school", "nursery", "library", "post_office",
    "station", "stop",
)  # fmt: skip
LIMITS_M: Final = (300, 500, 800, 1000, 1500)
MODES: Final = ("straight", "walk", "drive")
GROUPS: Final = ("total", "65_plus")
Floats = npt.NDArray[np.float64]


def write_nation(root: Path) -> Path:
    """Write the workspace; what is there already is kept."""
    if (root / "manifest.json").exists():
        return root
    municipalities = _municipalities()
    (root / "steps").mkdir(parents=True, exist_ok=True)
    places = _places(municipalities)

    def write(writer: StepWriter) -> None:
        indicators = _indicators(municipalities)
        tables = {
            "municipalities": municipalities, "places": places, "facilities": _facilities(places), "stops": _stops(places),
            "indicators": indicators, "indicators_whole": _whole(indicators),
        }  # fmt: skip
        for name, table in tables.items():
            writer.table(table, name)
        writer.facts["measures"] = []

    def draw(writer: StepWriter) -> None:
        (writer.folder / "drawing.geojson").write_bytes(drawing_geojson(municipalities))

    manifest = {
        "title": "架空の国（1,741市区町村）",
        "title_en": "Invented country",
        "study_area": {"codes": municipalities["code"].tolist(), "is_sample": True, "halo_km": 0.0},
        "population_year": 2020,
        "profiles": [profile.as_dict() for profile in (WALK, DRIVE, WALK_ELDERLY)],
        "has_signals": False,
        "summary": {"municipalities": len(municipalities), "people": float(places["population_total"].sum())},
        "sources": [],
        "notes": [],
    }
    return publish(root, manifest, [run_step(root, "all", "1", write), run_step(root, "drawing", "1", draw)]).path


def _municipalities() -> gpd.GeoDataFrame:
    chance = np.random.default_rng(1741)
    longitude, latitude = np.meshgrid(np.arange(129.0, 146.0, CELL_DEG), np.arange(30.5, 45.5, CELL_DEG))
    land = _is_land(longitude, latitude)
    x, y = longitude[land], latitude[land]
    centre = chance.choice(x.size, MUNICIPALITIES, replace=False)
    # Waves move the cells a little before the nearest centre is asked for: borders bend as along rivers and ridges.
    bent = np.column_stack([x + 0.05 * np.sin(y * 60) + 0.03 * np.sin(y * 170), y + 0.05 * np.sin(x * 55)])
    owner = np.asarray(cKDTree(bent[centre]).query(bent)[1])
    order = np.argsort(owner, kind="stable")
    boxes = shapely.box(x[order], y[order], x[order] + CELL_DEG, y[order] + CELL_DEG)
    starts = np.searchsorted(owner[order], np.arange(MUNICIPALITIES + 1))
    outlines = [shapely.coverage_union_all(boxes[starts[i] : starts[i + 1]]) for i in range(MUNICIPALITIES)]
    prefecture = np.argsort(np.argsort(y[centre])) * 47 // MUNICIPALITIES + 1
    number = pd.Series(prefecture).groupby(prefecture).cumcount().to_numpy()
    codes = [f"{p:02d}{200 + n:03d}" for p, n in zip(prefecture, number, strict=True)]
    table = gpd.GeoDataFrame(
        {
            "code": codes,
            "name": [f"架空{code}市" for code in codes],
            "reading": "",
            "prefecture_code": [code[:2] for code in codes],
            "prefecture_name": [f"架空の県{code[:2]}" for code in codes],
            "kind": "city",
            "area_km2": np.diff(starts).astype(float),
            "in_study_area": True,
        },
        geometry=outlines,
        crs="EPSG:6668",
    )
    return table.sort_values("code", ignore_index=True)


def _is_land(longitude: Floats, latitude: Floats) -> npt.NDArray[np.bool_]:
    """A bent band with bays, about as long and as large as Japan."""
    along = np.clip((latitude - 31.0) / 13.5, 0.0, 1.0)
    middle = 130.8 + 13.0 * along**0.8 - 1.5 * np.sin(along * np.pi)
    width = (
        1.1
        + 0.25 * np.sin(latitude * 7)
        + 0.15 * np.sin(longitude * 23)
        + 0.08 * np.sin(longitude * 61 + latitude * 47)
    )
    return (along > 0) & (along < 1) & (np.abs(longitude - middle) < width)


def _places(municipalities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    chance = np.random.default_rng(2)
    west, south, east, north = municipalities.bounds.to_numpy().T
    at = np.repeat(np.arange(len(municipalities)), PLACES_EACH)
    x = west[at] + (0.3 + 0.4 * chance.random(at.size)) * (east - west)[at]
    y = south[at] + (0.3 + 0.4 * chance.random(at.size)) * (north - south)[at]
    return gpd.GeoDataFrame(
        {
            "place_id": np.arange(at.size),
            "cell_id": "c",
            "municipality_code": municipalities["code"].to_numpy()[at],
            "population_total": np.round(chance.lognormal(7, 1, at.size)),
            "population_65_plus": 300.0,
            "suppressed_share": 0.0,
        },
        geometry=gpd.points_from_xy(x, y),
        crs="EPSG:6668",
    )


def _facilities(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    chosen = places.iloc[::4]
    kinds = np.array(["supermarket", "clinic", "elementary_school", "library", "post_office"])
    return gpd.GeoDataFrame(
        {
            "facility_id": np.arange(len(chosen)),
            "service": "shopping",
            "kind": kinds[np.arange(len(chosen)) % len(kinds)],
            "name": [f"架空施設{at}" for at in range(len(chosen))],
            "municipality_code": chosen["municipality_code"].to_numpy(),
            "capacity": np.nan,
            "capacity_unit": "",
            "source": "invented",
            "as_of": "2024",
        },
        geometry=chosen.geometry.to_numpy(),
        crs="EPSG:6668",
    )


def _stops(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    chosen = places.iloc[::5]
    name = [f"s{at}" for at in range(len(chosen))]
    return gpd.GeoDataFrame(
        {
            "stop_id": name, "group_id": name, "name": [f"架空停留所{at}" for at in range(len(chosen))], "mode": "bus",
            "operator": "架空交通", "departures_weekday": np.arange(len(chosen)) % 60 + 1.0, "source": "invented",
        },
        geometry=chosen.geometry.to_numpy(),
        crs="EPSG:6668",
    )  # fmt: skip


def _indicators(municipalities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Shares within limits for services, modes and groups: some have no value, as in any real country."""
    chance = np.random.default_rng(3)
    codes, names = municipalities["code"].to_numpy(), municipalities["name"].to_numpy()
    base, parts = chance.beta(2, 2, len(codes)), []
    for service in SERVICES:
        for limit in LIMITS_M:
            for mode in MODES:
                for group in GROUPS:
                    share = 100 * base ** (1000 / limit * {"straight": 0.8, "walk": 1.0, "drive": 0.4}[mode])
                    share = np.where(chance.random(len(codes)) < 0.05, np.nan, np.round(share, 3))
                    people = np.where(np.isnan(share), np.nan, 30_000.0)
                    parts.append(
                        pd.DataFrame(
                            {
                                "area_code": codes, "area_name": names, "indicator": f"{service}_within_{limit}m",
                                "group": group, "mode": mode, "value": share, "unit": "%", "numerator": share / 100 * people,
                                "denominator": people,
                                "reason": np.where(np.isnan(share), "架空の欠測 / invented gap", ""),
                                "official_value": np.nan, "official_source": "",
                            }
                        )
                    )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _whole(indicators: pd.DataFrame) -> pd.DataFrame:
    keys = ["indicator", "group", "mode", "unit"]
    rows = indicators.groupby(keys, observed=True)[["numerator", "denominator"]].sum().reset_index()
    rows["value"] = 100 * rows["numerator"] / rows["denominator"]
    return rows.assign(area_code="study_area", area_name="", reason="", official_value=np.nan, official_source="")
