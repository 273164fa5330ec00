"""The step of the base map: main roads joined, railways of N02 before those of OpenStreetMap, nothing where nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from explorer.steps.base_map import main_roads, run
from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.recognise import recognise_file
from geodata.streets import ROAD_CLASS_INDEX, Streets
from geodata.workspace import StepWriter

BOX = (139.0, 36.0, 139.2, 36.2)
OSM = """<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">
<node id="1" lat="36.01" lon="139.01"/><node id="2" lat="36.02" lon="139.02"/><node id="3" lat="36.03" lon="139.03"/>
<node id="4" lat="36.05" lon="139.05"/><node id="5" lat="36.05" lon="139.06"/><node id="6" lat="36.06" lon="139.06"/>
<node id="7" lat="36.06" lon="139.05"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="trunk"/></way>
<way id="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="trunk"/></way>
<way id="3"><nd ref="3"/><nd ref="4"/><tag k="highway" v="residential"/></way>
<way id="4"><nd ref="1"/><nd ref="4"/><tag k="railway" v="rail"/><tag k="name" v="見本線"/><tag k="operator" v="見本鉄道"/></way>
<way id="5"><nd ref="1"/><nd ref="5"/><tag k="railway" v="rail"/><tag k="service" v="yard"/></way>
<way id="6"><nd ref="4"/><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="4"/><tag k="natural" v="water"/><tag k="name" v="見本湖"/></way>
<way id="7"><nd ref="2"/><nd ref="6"/><tag k="waterway" v="river"/></way>
<way id="8"><nd ref="4"/><nd ref="5"/><nd ref="6"/></way>
<way id="9"><nd ref="6"/><nd ref="7"/><nd ref="4"/></way>
<way id="10"><nd ref="2"/><nd ref="3"/><tag k="railway" v="rail"/><tag k="name" v="見本新幹線"/></way>
<way id="11"><nd ref="1"/><nd ref="7"/><tag k="natural" v="coastline"/></way>
<relation id="1"><member type="way" ref="8" role="outer"/><member type="way" ref="9" role="outer"/>
<tag k="type" v="multipolygon"/><tag k="natural" v="water"/><tag k="name" v="組の湖"/></relation>
</osm>"""


def extract(folder: Path, text: str = OSM):
    path = folder / "small.osm"
    path.write_text(text, encoding="utf-8")
    return read_osm(RawFile(path), notes=Notes(), within=shapely.box(*BOX))


def streets_folder(folder: Path, *, with_ground: bool = True) -> Path:
    found = extract(folder)
    found.streets.save(folder / "made" / "streets")
    if with_ground:
        found.ground.assign(source="osm").to_parquet(folder / "made" / "osm_ground.parquet")
    return folder / "made"


def made(folder: Path, streets: Path, sources=()) -> StepWriter:
    out = folder / "out"
    out.mkdir()
    writer = StepWriter(out)
    run(writer, streets=streets, sources=list(sources), box=BOX)
    return writer


def sections(folder: Path, **changes: object) -> list:
    at = changes.pop("at", [[139.05, 36.05], [139.1, 36.1]])
    properties = {"N02_001": "12", "N02_002": "4", "N02_003": "県営線", "N02_004": "県鉄道", **changes}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": at}}
    path = folder / "N02-23_RailroadSection.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return [("n02", entry) for entry in recognise_file(path, root=folder)]


def test_what_an_osm_file_says_of_the_ground(tmp_path):
    ground = extract(tmp_path).ground
    assert sorted(zip(ground["kind"], ground["name"], strict=True)) == [
        ("coast", ""), ("rail", "見本線"), ("river", ""), ("shinkansen", "見本新幹線"), ("water", "組の湖"), ("water", "見本湖"),
    ]  # fmt: skip
    lakes = ground[ground["kind"] == "water"]
    assert lakes.geometry.geom_type.eq("Polygon").all()
    assert shapely.area(lakes.geometry.to_numpy()) == pytest.approx([1e-4, 1e-4])
    assert ground.crs.to_epsg() == 6668


def test_nodes_drawn_by_hand_have_places_too(tmp_path):
    text = OSM
    for number in range(1, 8):
        text = text.replace(f'node id="{number}"', f'node id="-{number}"').replace(
            f'nd ref="{number}"', f'nd ref="-{number}"'
        )
    ground = extract(tmp_path, text).ground
    assert len(ground) == 6 or set(ground["kind"]) == {"rail", "river", "shinkansen", "coast", "water"}


def test_pieces_of_a_road_become_one_line_and_small_streets_are_left_out(tmp_path):
    lines, kinds = main_roads(extract(tmp_path).streets)
    assert kinds == ["trunk"]
    assert shapely.get_num_coordinates(lines).tolist() == [3]


def test_ramps_go_with_their_road():
    count = 4
    streets = Streets(
        node_lon=np.linspace(139, 139.1, count + 1), node_lat=np.full(count + 1, 36.0), node_id=np.arange(count + 1),
        tail=np.arange(count, dtype=np.int32), head=np.arange(1, count + 1, dtype=np.int32), metres=np.ones(count),
        road_class=np.array([ROAD_CLASS_INDEX[name] for name in ("motorway", "motorway_link", "primary", "track")], np.uint8),
        flags=np.ones(count, np.uint16), speed_kmh=np.zeros(count, np.float32), way_id=np.arange(count),
    )  # fmt: skip
    assert main_roads(streets)[1] == ["motorway", "primary"]
    assert main_roads(Streets.empty())[1] == []


def test_railways_are_those_of_n02_where_it_reaches_here(tmp_path):
    writer = made(tmp_path, streets_folder(tmp_path), sections(tmp_path))
    assert writer.facts["used"] == ["n02"]
    rail = json.loads((writer.folder / "rail.json").read_text())
    assert [(line["n"], line["p"]) for line in rail["lines"]] == [("県営線", [[36.05, 139.05], [36.1, 139.1]])]
    assert writer.facts["drawn"]["rail"] == {"rail": 1}


def test_railways_are_those_of_openstreetmap_where_n02_lies_elsewhere(tmp_path):
    writer = made(tmp_path, streets_folder(tmp_path), sections(tmp_path, at=[[135.0, 35.0], [135.1, 35.0]]))
    assert writer.facts["used"] == []
    assert list(writer.facts["unused"]) == ["n02"]
    assert {line["n"] for line in json.loads((writer.folder / "rail.json").read_text())["lines"]} == {
        "見本線",
        "見本新幹線",
    }
    assert writer.facts["drawn"] == {
        "roads": {"trunk": 1},
        "rail": {"rail": 1, "shinkansen": 1},
        "streams": {"coast": 1, "river": 1},
        "water": {"water": 2},
    }


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "rail"),
        ({"N02_001": "11", "N02_002": "1"}, "shinkansen"),
        ({"N02_001": "21"}, "tram"),
        ({"N02_001": 12.0}, "rail"),
    ],
)
def test_classes_of_n02(tmp_path, changes, kind):
    writer = made(tmp_path, streets_folder(tmp_path), sections(tmp_path, **changes))
    assert writer.facts["drawn"]["rail"] == {kind: 1}


def test_n02_without_its_columns_is_told_and_osm_used(tmp_path):
    sources = sections(tmp_path)
    path = tmp_path / "N02-23_RailroadSection.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace("N02_003", "N02_0X3"), encoding="utf-8")
    writer = made(tmp_path, streets_folder(tmp_path), sources)
    assert any("N02_003" in note.en for note in writer.notes)
    assert writer.facts["drawn"]["rail"] == {"rail": 1, "shinkansen": 1}


def test_nothing_is_drawn_where_nothing_is(tmp_path):
    folder = tmp_path / "made"
    Streets.empty().save(folder / "streets")
    writer = made(tmp_path, folder)
    assert writer.facts["drawn"] == {}
    assert not list(writer.folder.glob("*.json"))
