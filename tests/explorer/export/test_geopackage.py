from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from explorer.export.geopackage import write_geopackage
from explorer.export.layer_styles import app_classes, styled_columns
from explorer.export.selection import selection
from explorer.maps.classes import make_classes
from explorer.maps.colours import NO_DATA, rgb
from explorer.maps.legend import class_labels
from tests.explorer.export.conftest import CODES, HOSTILE
from tests.explorer.export.shared import by_keys, wide_values


@pytest.fixture(scope="module")
def chosen(sample):
    return selection(sample)


@pytest.fixture(scope="module")
def package(chosen, tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "out.gpkg"
    write_geopackage(chosen, path)
    return path


def rows(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def styles(path):
    found = rows(path, "SELECT f_table_name, f_geometry_column, styleName, styleQML, useAsDefault FROM layer_styles")
    return [(*row[:3], ET.fromstring(row[3].split("\n", 1)[1]), row[4]) for row in found]


def test_layers_are_there_each_in_jgd2011(package):
    layers = dict(pyogrio.list_layers(package))
    assert {"municipalities", "facilities", "stops", "zones", "hazards"} <= {each for each in layers if layers[each]}
    assert {"indicators", "definitions", "sources"} <= {each for each in layers if not layers[each]}
    assert all(pyogrio.read_info(package, layer=name)["crs"] == "EPSG:6668" for name in layers if layers[name])
    assert rows(package, "PRAGMA integrity_check") == [("ok",)]
    assert rows(package, "SELECT DISTINCT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'") == [
        ("attributes",)
    ]


def test_values_are_those_of_explorer_indicators_to_the_bit(package, chosen, sample):
    found = gpd.read_file(package, layer="municipalities").set_index("area_code")
    for name, values in wide_values(chosen).items():
        np.testing.assert_array_equal(found[name].to_numpy(float), values.loc[found.index])
    assert [json.loads(text) for text in found["reasons"]] == chosen.reasons
    long, given = by_keys(pyogrio.read_dataframe(package, layer="indicators")), by_keys(sample.indicators())
    assert long.index.equals(given.index)
    for name in ("value", "numerator", "denominator", "official_value"):
        np.testing.assert_array_equal(long[name].to_numpy(float), given[name].to_numpy(float))
    for name in ("reason", "unit", "area_name"):
        assert long[name].fillna("").tolist() == given[name].astype(str).tolist()


def test_shapes_and_points_are_those_of_the_workspace(package, sample):
    towns = gpd.read_file(package, layer="municipalities")
    assert towns.geometry.geom_equals(sample.municipalities.geometry).all()
    facilities = gpd.read_file(package, layer="facilities")
    assert len(facilities) == len(sample.workspace.table("facilities"))
    assert facilities["in_area"].any()
    assert (facilities.loc[facilities["kind"] == "hospital", "kind_ja"] == "病院").all()


def test_every_style_belongs_to_a_layer_and_each_layer_with_shapes_has_one_default(package):
    geometry = dict(rows(package, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    found = styles(package)
    assert {layer for layer, *_ in found} == set(geometry)
    for layer, column, name, _, _ in found:
        assert geometry[layer] == column
        assert name
    for layer in geometry:
        assert sum(default for each, *_, default in found if each == layer) == 1
    names = [(layer, name) for layer, _, name, *_ in found]
    assert len(set(names)) == len(names)


def test_limits_and_colours_are_those_of_the_app(package, chosen, sample):
    drawn = {
        qml.find("renderer-v2").get("attr").split('"')[1]: qml
        for layer, _, _, qml, _ in styles(package)
        if layer == "municipalities"
    }
    columns = styled_columns(chosen)
    assert len(columns) >= 12
    assert set(drawn) == {column.indicator.id for column in columns}
    values = wide_values(chosen)
    for column in columns:
        indicator = column.indicator
        given = values[indicator.id]
        classes = make_classes(given.to_numpy(float), "fixed", fixed=indicator.classes, better=indicator.better)
        assert classes == app_classes(chosen, column)
        renderer = drawn[indicator.id].find("renderer-v2")
        assert renderer.get("type") == "graduatedSymbol"
        ranges = [(float(each.get("lower")), float(each.get("upper")), each) for each in renderer.find("ranges")]
        symbols = {each.get("name"): each for each in renderer.find("symbols")}
        *real, missing = ranges
        assert colour_of(symbols, missing[2]) == rgb(NO_DATA)
        lowest_first = sorted(real, key=lambda each: each[:2])
        assert lowest_first == (real if classes.closed == "right" else real[::-1])
        assert tuple(upper for _, upper, _ in lowest_first[:-1]) == classes.limits
        assert all(upper == lower for (_, upper, _), (lower, _, _) in pairwise(lowest_first))
        assert [colour_of(symbols, each) for _, _, each in lowest_first] == [rgb(colour) for colour in classes.colours]
        assert [each.get("label") for _, _, each in lowest_first] == class_labels(classes, indicator.unit, "ja")
        for value in [*given.dropna(), *classes.limits]:  # QGIS takes the first range that holds a value
            first = next(each for low, high, each in real if low <= value <= high)
            assert colour_of(symbols, first) == rgb(classes.colours[classes.of([value])[0]])


def colour_of(symbols, item):
    layer = symbols[item.get("symbol")].find("layer")
    options = {each.get("name"): each.get("value") for each in layer.find("Option")}
    return tuple(map(int, options["color"].split(",")))[:3]


def test_styles_have_the_parts_that_qgis_reads(package):
    for layer, _, _, qml, _ in styles(package):
        assert qml.tag == "qgis"
        renderer = qml.find("renderer-v2")
        assert renderer.get("type") in {"graduatedSymbol", "categorizedSymbol", "singleSymbol"}
        symbols = {symbol.get("name"): symbol for symbol in renderer.find("symbols")}
        kind = "marker" if layer in {"facilities", "stops", "places"} else "fill"
        for symbol in symbols.values():
            assert symbol.get("type") == kind
            assert symbol.find("layer").get("class") in {"SimpleFill", "SimpleMarker"}
            assert symbol.find("layer/Option").get("type") == "Map"
        for item in [*(renderer.find("ranges") or []), *(renderer.find("categories") or [])]:
            assert item.get("symbol") in symbols


def test_kinds_of_facility_differ_in_shape_within_a_service(package, sample):
    from geodata.kinds import KINDS

    (qml,) = [qml for layer, _, _, qml, _ in styles(package) if layer == "facilities"]
    renderer = qml.find("renderer-v2")
    symbols = {symbol.get("name"): symbol for symbol in renderer.find("symbols")}
    looks = {}
    for category in renderer.find("categories"):
        options = {each.get("name"): each.get("value") for each in symbols[category.get("symbol")].find("layer/Option")}
        looks[category.get("value")] = options["name"], options["color"]
    kinds = set(sample.workspace.table("facilities")["kind"].astype(str))
    assert kinds == set(looks) - {""}
    by_service: dict[str, list[str]] = {}
    for kind in kinds:
        by_service.setdefault(KINDS[kind].service, []).append(looks[kind][0])
    assert all(len(set(shapes)) == len(shapes) for shapes in by_service.values())
    assert len(set(looks.values())) == len(looks)


def test_a_region_places_and_a_scenario_have_their_layers(sample, tmp_path):
    from explorer.scenario_edits import Close, Scenario

    shops = sample.workspace.table("facilities").query("kind == 'supermarket' and municipality_code == '48341'")
    result = sample.scenario(Scenario("閉店", edits=tuple(map(Close, shops["facility_id"]))))
    asked = selection(
        sample, region=["48341", "48321"], indicators=["supermarket_within_800m"], mode="walk", scenario=result, language="en"
    )  # fmt: skip
    write_geopackage(asked, tmp_path / "out.gpkg", places=True)
    region = gpd.read_file(tmp_path / "out.gpkg", layer="region")
    assert region["area_code"].tolist() == ["region"]
    assert region["supermarket_within_800m"].tolist() == asked.wide["supermarket_within_800m"].tolist()[-1:]
    places = gpd.read_file(tmp_path / "out.gpkg", layer="places")
    table = sample.workspace.table("places")
    inside = table["municipality_code"].isin(["48341", "48321"])
    assert places["population_total"].sum() == pytest.approx(table.loc[inside, "population_total"].sum())
    metres = np.asarray(sample.workspace.measure("supermarket", "walk"), dtype=float)[inside]
    np.testing.assert_array_equal(places["supermarket_walk_m"], np.where(np.isfinite(metres), metres, np.nan))
    towns = gpd.read_file(tmp_path / "out.gpkg", layer="municipalities").set_index("area_code")
    assert towns.loc["48341", "supermarket_within_800m_after"] == 0
    names = [name for layer, _, name, *_ in styles(tmp_path / "out.gpkg") if layer == "municipalities"]
    assert names[1] == f"{names[0]} (after the scenario)"
    (said,) = rows(tmp_path / "out.gpkg", "SELECT title_ja FROM sources WHERE item LIKE '%Scenario'")
    assert "閉店" in said[0]


def test_hostile_names_are_only_text(hostile, tmp_path):
    write_geopackage(selection(hostile, theme="school"), tmp_path / "out.gpkg")
    towns = gpd.read_file(tmp_path / "out.gpkg", layer="municipalities")
    assert towns["area_code"].tolist() == list(CODES)
    assert towns["area_name"].tolist() == list(HOSTILE)
    assert gpd.read_file(tmp_path / "out.gpkg", layer="facilities")["name"].tolist()[:3] == ["-2+3", "@x", '"]]><b>']
    assert styles(tmp_path / "out.gpkg")


def test_sources_are_told_in_a_table_and_in_the_metadata(package, chosen):
    told = json.loads(pyogrio.read_info(package, layer="municipalities")["dataset_metadata"]["EXPLORER"])
    assert told == json.loads(json.dumps(chosen.everything.as_dict()))
    table = pyogrio.read_dataframe(package, layer="sources")
    assert (table["item"] == "出典 / Source").sum() == len(chosen.everything.sources)
    assert "架空の見本" in table["title_ja"].iloc[1]


def test_the_same_question_gives_the_same_bytes(tiny, tmp_path):
    for name in ("a.gpkg", "b.gpkg"):
        write_geopackage(selection(tiny, theme="school"), tmp_path / name)
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a.gpkg", "b.gpkg"}
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None
