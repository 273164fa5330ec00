"""Where a list or a feed tells something: elsewhere the answer is "no data", never a low share."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from explorer.conditions import _surveyed
from explorer.steps.stops import _coverage
from geodata.facility_sources import covered_by
from geodata.study_area import ring_box
from geodata.tables import CRS
from geodata.workspace import Workspace

GUNMA = [f"10{number}" for number in range(201, 213)]
TOCHIGI = [f"09{number}" for number in range(201, 217)]
CODES = np.array([*TOCHIGI, *GUNMA], dtype=object)


def _surveyed_stops(tmp_path: Path, rows: list[tuple[str, str, float]], people: dict[str, float]) -> dict:
    for step, name, columns in (
        ("facilities", "facility_coverage", ["kind", "municipality_code", "source", "tells"]),
        ("stops", "stop_coverage", ["category", "municipality_code", "stops"]),
    ):
        (tmp_path / step).mkdir()
        table = pd.DataFrame(rows if step == "stops" else [], columns=columns)
        table.to_parquet(tmp_path / step / f"{name}.parquet")
    folders = {step: tmp_path / step for step in ("facilities", "stops")}
    return {name: list(where) for name, where in _surveyed(folders, pd.Series(people)).items()}


def test_feed_that_only_calls_tells_nothing_of_a_city(tmp_path: Path):
    """Sano's buses stop five times in Ashikaga, two coaches once: Ashikaga's own buses are not in these feeds."""
    rows = [("stop", "09202", 7.0), ("stop", "09204", 233.0), ("stop", "10361", 3.0), ("stop", "13101", 400.0)]
    people = {"09202": 149_452.0, "09204": 118_919.0, "10361": 1_900.0, "10384": 13_200.0}
    assert _surveyed_stops(tmp_path, rows, people) == {"stop": [False, True, True, False]}


def test_list_of_stops_tells_of_a_city_however_few_it_has(tmp_path: Path):
    rows = [("stop", "09202", 7.0), ("stop", "09202", float("nan")), ("stop30", "09202", 7.0)]
    found = _surveyed_stops(tmp_path, rows, {"09202": 149_452.0})
    assert found == {"stop": [True], "stop30": [False]}


def _stops(group_ids: list[str], lon: list[float]) -> gpd.GeoDataFrame:
    columns = {"group_id": group_ids, "mode": "bus", "source": "feed", "departures_weekday": 10.0}
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, [36.0] * len(lon)), crs=CRS)


def test_poles_of_one_stop_count_once_and_stops_outside_all_boundaries_not():
    towns = gpd.GeoDataFrame({"code": ["10201"]}, geometry=[shapely.box(139.0, 35.9, 139.1, 36.1)], crs=CRS)
    stops = _stops(["gtfs:1", "gtfs:1", "gtfs:2", "gtfs:3"], [139.01, 139.01, 139.02, 141.0])
    found = _coverage([stops], towns, {})
    assert found.to_dict("list") == {
        "category": ["stop", "stop30"],
        "municipality_code": ["10201", "10201"],
        "stops": [2.0, 2.0],
    }


def _points(codes: list[str], lon: list[float], lat: list[float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"municipality_code": codes}, geometry=gpd.points_from_xy(lon, lat), crs=CRS)


def test_file_named_after_its_prefecture_covers_it_however_few_points_it_has():
    points = _points(["10201"], [139.0], [36.4])
    assert sorted(covered_by(points, CODES)) == ["10201"]
    assert sorted(covered_by(points, CODES, ["10"])) == GUNMA


@pytest.mark.parametrize("box", [(138.3, 35.9, 139.8, 37.2), (133.4, 33.9, 134.6, 34.6)])
def test_national_layer_cut_to_the_ring_is_still_national(box: tuple[float, float, float, float]):
    """What the readers keep of a national layer spans more than 400 km, so that it covers every municipality."""
    west, south, east, north = ring_box(box)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(west, east, 500), rng.uniform(south, north, 500)
    codes = list(rng.choice(["", "10201"], 500))
    assert list(covered_by(_points(codes, lon, lat), CODES)) == list(CODES)


def test_list_of_a_prefecture_is_not_the_only_towns_that_a_village_knows():
    """Ueno's neighbours have one station between them; the list has 183 more, outside what is known there."""
    codes = ["10382", *[""] * 183]
    lon = [138.78, *np.linspace(138.6, 139.8, 183)]
    points = _points(codes, lon, [36.2] * 184)
    known = np.array(["10366", "10367", "10382", "10383"], dtype=object)
    assert sorted(covered_by(points, known)) == sorted(known)


def test_nothing_of_a_kind_within_the_halo_is_zero_where_a_source_covers_the_town(tiny_workspace: Path):
    """The feed has 20 departures a day at every stop: nobody lives near one with 30, and that is known."""
    workspace = Workspace.open(tiny_workspace)
    assert not workspace.has_measure("stop30", "straight")
    table = workspace.table("indicators")
    near = table[table["indicator"] == "stop30_within_300m"]
    assert near["value"].tolist() == [0.0] * len(near)
    assert (near["reason"].astype(str) == "").all()
