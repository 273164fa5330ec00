from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from explorer.export.geojson import ring_order, write_geojson
from explorer.export.selection import selection
from tests.explorer.export.conftest import CODES, HOSTILE
from tests.explorer.export.shared import wide_values


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_it_is_geojson_as_rfc_7946_has_it(tiny, tmp_path):
    write_geojson(selection(tiny, region=["10201", "10203"], theme="school"), tmp_path / "out.geojson")
    found = read(tmp_path / "out.geojson")
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert [feature["id"] for feature in found["features"]] == ["10201", "10203", "region"]
    whole = shapely.unary_union([shape(feature["geometry"]) for feature in found["features"]])
    np.testing.assert_allclose(found["bbox"], whole.bounds)
    for feature in found["features"]:
        assert feature["type"] == "Feature"
        drawn = shape(feature["geometry"])
        assert drawn.is_valid
        np.testing.assert_allclose(feature["bbox"], drawn.bounds)
        for part in getattr(drawn, "geoms", [drawn]):
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)
        west, south = shapely.get_coordinates(drawn).min(axis=0)
        assert 122 < west < 154
        assert 20 < south < 46


def test_values_are_those_of_explorer_indicators_in_full(tiny, tmp_path):
    chosen = selection(tiny)
    write_geojson(chosen, tmp_path / "out.geojson")
    rows = {feature["id"]: feature["properties"] for feature in read(tmp_path / "out.geojson")["features"]}
    for name, values in wide_values(chosen).items():
        for code, properties in rows.items():
            value = values[code]
            assert properties[name] == (None if np.isnan(value) else value)
            assert (name in properties["reasons"]) == bool(np.isnan(value))


def test_coordinates_have_seven_digits_and_holes_turn_the_other_way(tmp_path):
    outer = [(139.0, 36.0), (139.0, 36.1), (139.1, 36.123456789), (139.1, 36.0), (139.0, 36.0)]
    hole = [(139.02, 36.02), (139.05, 36.02), (139.05, 36.05), (139.02, 36.02)]
    (found,) = ring_order(gpd.GeoSeries([shapely.Polygon(outer, [hole])], crs="EPSG:6668"))
    assert found.exterior.is_ccw
    assert not found.interiors[0].is_ccw
    assert (139.1, 36.1234568) in list(found.exterior.coords)


def test_a_ring_that_rounding_would_break_stays_valid():
    thin = shapely.Polygon(
        [(139, 36), (139.1, 36.00000002), (139.2, 36), (139.2, 36.1), (139.1, 36.00000003), (139, 36.1)]
    )
    assert thin.is_valid
    (found,) = ring_order(gpd.GeoSeries([thin], crs="EPSG:6668"))
    assert found.is_valid
    coordinates = shapely.get_coordinates(found)
    np.testing.assert_array_equal(coordinates, np.round(coordinates, 7))
    assert abs(found.area - thin.area) < 1e-6


def test_hostile_names_and_codes_survive(hostile, tmp_path):
    write_geojson(selection(hostile, indicators=["population"]), tmp_path / "out.geojson")
    rows = [feature["properties"] for feature in read(tmp_path / "out.geojson")["features"]]
    assert [row["area_code"] for row in rows] == list(CODES)
    assert [row["area_name"] for row in rows] == list(HOSTILE)
    read_back = gpd.read_file(tmp_path / "out.geojson")
    assert read_back["area_code"].tolist() == list(CODES)
    assert read_back.crs.to_epsg() == 4326


def test_it_tells_sources_version_and_what_the_columns_mean(tiny, tmp_path):
    write_geojson(selection(tiny, indicators=["elementary_school_within_800m"]), tmp_path / "out.geojson")
    told = read(tmp_path / "out.geojson")["metadata"]
    assert {source["id"] for source in told["sources"]} == {"n03", "grid_csv", "p29", "osm"}
    assert told["software"]["version"]
    assert told["scenario"] is None
    assert told["columns"]["elementary_school_within_800m"]["unit"] == "%"
    assert "JGD2011" in told["coordinates"]["ja"]


def test_the_same_question_gives_the_same_bytes(tiny, tmp_path):
    for name in ("a.geojson", "b.geojson"):
        write_geojson(selection(tiny), tmp_path / name)
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()
