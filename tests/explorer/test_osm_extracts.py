"""OpenStreetMap extracts side by side: each facility once, and what an extract says of a municipality."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from explorer.build import build
from explorer.steps.facilities import _inside
from explorer.steps.streets import _each_once
from geodata.tables import CRS
from geodata.workspace import Workspace

WEST, SOUTH = 139.0, 36.3  # corner of the tiny region


def _facilities(rows: list[tuple[str, str, float]]) -> gpd.GeoDataFrame:
    kinds, ids, lon = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"kind": kinds, "osm_id": ids}, geometry=gpd.points_from_xy(lon, [36.0] * len(rows)), crs=CRS
    )


def test_same_number_for_different_facilities_in_two_extracts_keeps_both():
    found = _each_once(
        _facilities([("supermarket", "node/1", 139.0), ("clinic", "node/1", 139.4), ("supermarket", "node/1", 139.2)])
    )
    assert len(found) == 3


def test_same_facility_in_two_extracts_is_there_once():
    found = _each_once(
        _facilities(
            [
                ("supermarket", "node/1", 139.0),
                ("supermarket", "node/1", 139.0),  # the same extract twice
                ("supermarket", "node/900", 139.0),  # under another number
                ("supermarket", "node/1", 139.0002),  # moved by 20 m in the newer edition
                ("bank", "node/2", 139.0),  # in the same building
            ]
        )
    )
    assert found["kind"].tolist() == ["supermarket", "bank"]


def test_extract_covers_municipalities_nearly_all_of_whose_people_live_in_it():
    cells = gpd.GeoDataFrame(
        {
            "municipality_code": pd.array(["10201", "10201", None, None], dtype="str"),
            "population_total": [950.0, 50.0, 300.0, 700.0],
        },
        geometry=[shapely.box(x, 36.0, x + 0.01, 36.01) for x in (139.0, 139.3, 139.1, 139.25)],
        crs=CRS,
    )
    towns = gpd.GeoDataFrame({"code": ["10203"]}, geometry=[shapely.box(139.1, 35.9, 139.29, 36.1)], crs=CRS)
    assert list(_inside([(138.9, 35.9, 139.2, 36.1)], cells, towns)) == ["10201"]
    assert list(_inside([(138.9, 35.9, 139.2, 36.1), (139.2, 36.0, 139.28, 36.1)], cells, towns)) == ["10201", "10203"]
    assert list(_inside([], cells, towns)) == []


def _extract(folder: Path, name: str, lon: float, lat: float) -> None:
    (folder / name).write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">'
        f'<node id="1" version="1" lat="{lat}" lon="{lon}"><tag k="shop" v="supermarket"/></node>'
        f'<node id="2" version="1" lat="{lat}" lon="{lon + 0.01}"/><node id="3" version="1" lat="{lat}" lon="{lon + 0.02}"/>'
        '<way id="1" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way></osm>\n',
        encoding="utf-8",
    )


def test_extract_of_elsewhere_is_not_named_as_used(tiny_raw: Path, tmp_path: Path):
    _extract(tiny_raw, "a_hokkaido.osm", 141.35, 43.07)
    manifest = build([tiny_raw], tmp_path / "workspace").workspace.manifest
    used = {source["file"]: source["used"] for source in manifest["sources"] if source["kind"] == "osm"}
    assert used == {"raw/a_hokkaido.osm": False, "raw/streets.osm": True}


def test_shops_of_a_small_extract_tell_nothing_of_the_whole_town(tiny_raw: Path, tmp_path: Path):
    """Streets of both towns without shops, and an extract of a few streets with one: no share of people near a shop."""
    streets = (tiny_raw / "streets.osm").read_text(encoding="utf-8")
    (tiny_raw / "streets.osm").write_text(streets.replace('k="shop"', 'k="closed"'), encoding="utf-8")
    _extract(tiny_raw, "centre.osm", WEST + 0.02, SOUTH + 0.015)
    workspace = Workspace.open(build([tiny_raw], tmp_path / "workspace").workspace.path)
    table = workspace.table("indicators")
    shop = table[(table["indicator"] == "supermarket_within_800m") & (table["mode"] == "straight")]
    assert workspace.manifest["summary"]["facilities"]["supermarket"] == 1
    assert shop["value"].isna().all()
    assert (shop["reason"].astype(str) != "").all()
    assert np.isfinite(workspace.measure("supermarket", "straight")).all()
