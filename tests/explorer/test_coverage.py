"""Where a list or a feed tells something: elsewhere the answer is "no data", never a low share."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from explorer.steps.stops import _homes
from geodata.facility_sources import coverage_box, covered_by
from geodata.tables import CRS

GUNMA = [f"10{number}" for number in range(201, 213)]
TOCHIGI = [f"09{number}" for number in range(201, 217)]
CODES = np.array([*TOCHIGI, *GUNMA], dtype=object)


def _stops(counts: dict[str, int], feed: str) -> tuple[pd.DataFrame, list[str]]:
    where = [code for code, count in counts.items() for _ in range(count)]
    groups = [f"gtfs:{feed}{number}" for number in range(len(where))]
    return pd.DataFrame({"source": feed, "group_id": groups}), where


def test_feed_that_only_calls_tells_nothing_of_a_city():
    """Sano's buses stop five times in Ashikaga, an airport coach once: Ashikaga's own buses are not in these feeds."""
    own, where_own = _stops({"09204": 232, "09202": 5}, "sano")
    coach, where_coach = _stops({"09202": 1, "10201": 3, "13101": 1}, "coach")
    stops, where = pd.concat([own, coach], ignore_index=True), np.array([*where_own, *where_coach], dtype=object)
    assert _homes(stops, where) == {"09204", "10201"}


def test_feed_of_a_village_and_of_several_towns_tell_of_them():
    village, where_village = _stops({"10444": 4, "10206": 6}, "village")
    shared, where_shared = _stops({"10207": 142, "10522": 15, "10521": 54}, "shared")
    stops = pd.concat([village, shared], ignore_index=True)
    where = np.array([*where_village, *where_shared], dtype=object)
    assert _homes(stops, where) == {"10444", "10206", "10207", "10522", "10521"}


def test_poles_of_one_stop_count_once():
    stops, where = _stops({"10201": 12}, "feed")
    stops["group_id"] = "gtfs:1"
    assert _homes(stops, np.array(where, dtype=object)) == set()


def _points(codes: list[str], lon: list[float], lat: list[float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"municipality_code": codes}, geometry=gpd.points_from_xy(lon, lat), crs=CRS)


def test_file_named_after_its_prefecture_covers_it_however_few_points_it_has():
    points = _points(["10201"], [139.0], [36.4])
    assert sorted(covered_by(points, CODES)) == ["10201"]
    assert sorted(covered_by(points, CODES, ["10"])) == GUNMA


@pytest.mark.parametrize("box", [(138.3, 35.9, 139.8, 37.2), (133.4, 33.9, 134.6, 34.6)])
def test_national_layer_cut_to_the_ring_is_still_national(box: tuple[float, float, float, float]):
    """What the readers keep of a national layer spans more than 400 km, so that it covers every municipality."""
    west, south, east, north = coverage_box(box)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(west, east, 500), rng.uniform(south, north, 500)
    codes = list(rng.choice(["", "10201"], 500))
    assert list(covered_by(_points(codes, lon, lat), CODES)) == list(CODES)
