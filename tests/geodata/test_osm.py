"""OSM files: small ones written out by hand, then real ones."""

import gzip
import math
import zipfile
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely

from geodata import osm
from geodata.archive import RawFile
from geodata.errors import NoSpace, UnreadableFile
from geodata.kinds import KINDS
from geodata.notes import Notes
from geodata.osm import OsmExtract, read_osm
from geodata.osm_roads import read_maxspeed, read_road
from geodata.osm_tags import KIND_OF_TAG, POINT_KEYS, read_kind, read_name
from geodata.streets import (
    BRIDGE,
    CYCLE_BACKWARD,
    CYCLE_FORWARD,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    ROAD_CLASSES,
    TUNNEL,
    WALK_BACKWARD,
    WALK_FORWARD,
)

WALK = WALK_FORWARD | WALK_BACKWARD
DRIVE = DRIVE_FORWARD | DRIVE_BACKWARD
CYCLE = CYCLE_FORWARD | CYCLE_BACKWARD


def node(number: int, lon: float, lat: float, **tags: str) -> str:
    return f'<node id="{number}" lon="{lon}" lat="{lat}" version="1">{tag_lines(tags)}</node>'


def way(number: int, refs: list[int], **tags: str) -> str:
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" version="1">{nodes}{tag_lines(tags)}</way>'


def tag_lines(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())


def document(*parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6" generator="test">{"".join(parts)}</osm>'


def read(folder: Path, *parts: str, notes: Notes | None = None, **options) -> OsmExtract:
    path = folder / "small.osm"
    path.write_text(document(*parts), encoding="utf-8")
    return read_osm(RawFile(path), notes=Notes() if notes is None else notes, **options)


CROSSING = (
    node(1, 139.0, 36.0),
    node(2, 139.002, 36.0),
    node(3, 139.001, 35.999),
    node(4, 139.001, 36.001),
    node(5, 139.001, 36.0),
    node(6, 139.001, 36.0),
)


def test_segments_follow_way_nodes(tmp_path):
    streets = read(tmp_path, *CROSSING, way(10, [1, 5, 2], highway="residential", maxspeed="30")).streets
    assert streets.node_id.tolist() == [1, 2, 5]
    assert streets.tail.tolist() == [0, 2]
    assert streets.head.tolist() == [2, 1]
    assert [ROAD_CLASSES[index] for index in streets.road_class] == ["residential"] * 2
    assert streets.flags.tolist() == [WALK | DRIVE | CYCLE] * 2
    assert streets.speed_kmh.tolist() == [30, 30]
    assert streets.way_id.tolist() == [10, 10]
    # 0.001° of longitude at 36° N on GRS 80: (π/180) · 6378137 · cos 36° / √(1 − e² sin² 36°) · 0.001 = 90.163 m.
    assert streets.metres == pytest.approx([90.163, 90.163], abs=0.001)


def test_traffic_signals(tmp_path):
    """At a junction, where people cross, and one that is also a facility; a plain crossing has none."""
    streets = read(
        tmp_path,
        node(1, 139.0, 36.0, highway="traffic_signals"),
        node(2, 139.001, 36.0, highway="crossing", crossing="traffic_signals"),
        node(3, 139.002, 36.0, highway="crossing", crossing="zebra"),
        node(4, 139.003, 36.0, highway="crossing", crossing__signals="yes", amenity="post_box"),
        node(5, 139.004, 36.0),
        node(6, 139.005, 36.0, highway="traffic_signals"),
        way(10, [1, 2, 3, 4, 5], highway="residential"),
    ).streets
    assert streets.node_id.tolist() == [1, 2, 3, 4, 5]
    assert streets.node_signal.tolist() == [True, True, False, True, False]
    assert streets.has_signals
    assert not read(tmp_path, *CROSSING, way(10, [1, 5, 2], highway="residential")).streets.has_signals


def test_bridge_is_not_joined_to_the_road_below(tmp_path):
    """Nodes 5 and 6 lie at the same place: 6 is on the bridge."""
    streets = read(
        tmp_path,
        *CROSSING,
        way(10, [1, 5, 2], highway="primary"),
        way(11, [3, 6, 4], highway="primary", bridge="yes"),
        way(12, [3, 4], highway="path", tunnel="culvert"),
    ).streets
    assert streets.node_count == 6
    degree = np.bincount(np.concatenate([streets.tail, streets.head]))
    assert degree.tolist() == [1, 1, 2, 2, 2, 2]
    assert ((streets.flags & BRIDGE) != 0).tolist() == [False, False, True, True, False]
    assert ((streets.flags & TUNNEL) != 0).tolist() == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("tags", "walk", "drive", "cycle"),
    [
        ({"highway": "residential"}, WALK, DRIVE, CYCLE),
        ({"highway": "residential", "oneway": "yes"}, WALK, DRIVE_FORWARD, CYCLE_FORWARD),
        ({"highway": "residential", "oneway": "1"}, WALK, DRIVE_FORWARD, CYCLE_FORWARD),
        ({"highway": "residential", "oneway": "-1"}, WALK, DRIVE_BACKWARD, CYCLE_BACKWARD),
        ({"highway": "residential", "oneway": "reverse"}, WALK, DRIVE_BACKWARD, CYCLE_BACKWARD),
        ({"highway": "residential", "oneway": "reversible"}, WALK, DRIVE, CYCLE),
        ({"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, WALK, DRIVE_FORWARD, CYCLE),
        ({"highway": "residential", "oneway": "yes", "cycleway": "opposite"}, WALK, DRIVE_FORWARD, CYCLE),
        ({"highway": "residential", "oneway:foot": "yes"}, WALK_FORWARD, DRIVE, CYCLE),
        ({"highway": "tertiary", "junction": "roundabout"}, WALK, DRIVE_FORWARD, CYCLE_FORWARD),
        ({"highway": "tertiary", "junction": "roundabout", "oneway": "no"}, WALK, DRIVE, CYCLE),
        ({"highway": "motorway"}, 0, DRIVE_FORWARD, 0),
        ({"highway": "motorway", "oneway": "no"}, 0, DRIVE, 0),
        ({"highway": "motorway_link"}, 0, DRIVE, 0),
        ({"highway": "trunk", "motorroad": "yes"}, 0, DRIVE, 0),
        ({"highway": "trunk", "foot": "no"}, 0, DRIVE, CYCLE),
        ({"highway": "service", "access": "private"}, 0, 0, 0),
        ({"highway": "service", "access": "private", "foot": "yes"}, WALK, 0, 0),
        ({"highway": "service", "access": "customers"}, WALK, DRIVE, CYCLE),
        ({"highway": "unclassified", "motor_vehicle": "no"}, WALK, 0, CYCLE),
        ({"highway": "unclassified", "vehicle": "no", "bicycle": "yes"}, WALK, 0, CYCLE),
        ({"highway": "footway"}, WALK, 0, 0),
        ({"highway": "footway", "bicycle": "yes"}, WALK, 0, CYCLE),
        ({"highway": "footway", "access": "yes"}, WALK, 0, 0),
        ({"highway": "pedestrian", "motor_vehicle": "destination"}, WALK, DRIVE, 0),
        ({"highway": "steps"}, WALK, 0, 0),
        ({"highway": "steps", "conveying": "backward"}, WALK_BACKWARD, 0, 0),
        ({"highway": "path"}, WALK, 0, CYCLE),
        ({"highway": "cycleway"}, WALK, 0, CYCLE),
        ({"highway": "track"}, WALK, 0, CYCLE),
    ],
)
def test_rights_of_way(tags, walk, drive, cycle):
    road = read_road(tags)
    assert (road.flags if road else 0) == walk | drive | cycle


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "construction"},
        {"highway": "proposed"},
        {"highway": "abandoned"},
        {"highway": "bus_stop"},
        {"highway": "platform"},
        {"highway": "pedestrian", "area": "yes"},
        {"route": "ferry"},
    ],
)
def test_what_is_no_street(tags):
    assert read_road(tags) is None


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("60;40", 40),
        ("JP:urban", 60),
        ("JP:motorway", 100),
        ("none", 0),
        ("", 0),
        ("walk", 0),
    ],
)
def test_maxspeed(text, kmh):
    assert read_maxspeed(text) == pytest.approx(kmh)


def test_large_and_negative_ids(tmp_path):
    large = read(
        tmp_path,
        node(2**31 + 5, 139.0, 36.0),
        node(12_000_000_000, 139.001, 36.0),
        way(2**33, [2**31 + 5, 12_000_000_000], highway="residential"),
    ).streets
    assert large.node_id.tolist() == [2**31 + 5, 12_000_000_000]
    assert large.way_id.tolist() == [2**33]
    drawn = read(
        tmp_path,
        node(-1, 139.0, 36.0),
        node(-2, 139.001, 36.0),
        node(-3, 139.001, 36.001),
        way(-10, [-1, -2], highway="residential", name="a b,c=d"),
        way(-11, [-1, -2, -3, -1], shop="supermarket"),
    )
    assert drawn.streets.segment_count == 1
    assert drawn.streets.metres[0] == pytest.approx(90.163, abs=0.001)
    assert drawn.points.osm_id.tolist() == ["way/-11"]


def test_missing_nodes_cut_the_way(tmp_path):
    notes = Notes()
    streets = read(
        tmp_path,
        node(1, 139.0, 36.0),
        node(2, 139.001, 36.0),
        node(4, 139.003, 36.0),
        node(5, 139.004, 36.0),
        way(10, [1, 2, 3, 4, 5], highway="residential"),
        notes=notes,
    ).streets
    assert streets.segment_count == 2
    assert [note.level for note in notes] == ["warning"]
    assert "1 nodes" in next(iter(notes)).en
    assert "small.osm" in next(iter(notes)).file


def test_repeated_nodes_make_no_loop(tmp_path):
    streets = read(tmp_path, *CROSSING, way(10, [1, 1, 5, 5, 2], highway="residential")).streets
    assert streets.segment_count == 2


def test_zero_length_segments_keep_their_junction(tmp_path):
    streets = read(tmp_path, *CROSSING, way(10, [1, 5, 6, 2], highway="residential")).streets
    assert streets.metres[1] == 0
    assert streets.segment_count == 3


def test_no_streets_is_a_note(tmp_path):
    notes = Notes()
    extract = read(tmp_path, node(1, 139.0, 36.0, shop="supermarket"), notes=notes)
    assert extract.streets.segment_count == 0
    assert len(extract.points) == 1
    assert [note.level for note in notes] == ["warning"]


@pytest.mark.parametrize("content", [b"", b"not osm at all", b"PK\x03\x04"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"roads\.osm\.pbf"):
        read_osm(RawFile(path), notes=Notes())


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_cut_off_files_are_refused(tmp_path, share):
    path = tmp_path / "cut.osm"
    whole = document(*CROSSING, way(10, [1, 5, 2], highway="residential"))
    path.write_text(whole[: int(len(whole) * share)], encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"cut\.osm"):
        read_osm(RawFile(path), notes=Notes())


def test_formats_are_told_by_content(tmp_path):
    whole = document(*CROSSING, way(10, [1, 5, 2], highway="residential"))
    plain, packed, binary = tmp_path / "a.osm", tmp_path / "misnamed.xml", tmp_path / "a.osm.pbf"
    plain.write_text(whole, encoding="utf-8")
    packed.write_bytes(gzip.compress(whole.encode()))
    with osmium.SimpleWriter(binary) as writer:
        for item in osmium.FileProcessor(plain):
            writer.add(item)
    extracts = [read_osm(RawFile(path), notes=Notes()) for path in (plain, packed, binary)]
    assert [extract.streets.segment_count for extract in extracts] == [2, 2, 2]


def test_cut_off_pbf_is_refused(tmp_path):
    path = tmp_path / "small.osm.pbf"
    with osmium.SimpleWriter(path) as writer:
        for number in range(1, 5000):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(139 + number * 1e-4, 36.0), version=1))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=list(range(1, 5000)), tags={"highway": "path"}, version=1))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFile, match="small"):
        read_osm(RawFile(path), notes=Notes())


def test_full_disk_is_named_as_such(tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("Write failed: No space left on device")

    monkeypatch.setattr(osm, "write_opl", fail)
    with pytest.raises(NoSpace, match=r"small\.osm"):
        read(tmp_path, *CROSSING, way(10, [1, 2], highway="path"))


def test_inside_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("道路/a.osm", document(*CROSSING, way(10, [1, 5, 2], highway="residential")))
    raw = RawFile(tmp_path / "a.zip", ("道路/a.osm",))
    assert read_osm(raw, notes=Notes()).streets.segment_count == 2


def test_within_keeps_segments_with_an_end_inside(tmp_path):
    parts = (*CROSSING, way(10, [1, 5, 2], highway="residential"), way(11, [3, 4], highway="path"))
    west = shapely.box(138.999, 35.9999, 139.0005, 36.0001)
    assert read(tmp_path, *parts, within=west).streets.node_id.tolist() == [1, 5]
    diamond = shapely.Point(139.0, 36.0).buffer(0.0011, quad_segs=1)
    assert read(tmp_path, *parts, within=diamond).streets.segment_count == 2
    shop = node(20, 139.0021, 36.0, shop="supermarket")
    assert len(read(tmp_path, *parts, shop, within=west).points) == 0


def test_untagged_motorways_of_a_file_without_oneway_no(tmp_path):
    """Conversions that drop oneway=no leave two-way motorways untagged; a lone motorway is one-way as the wiki says."""
    ends = (node(1, 139.0, 36.0), node(2, 139.001, 36.0))
    tagged = [way(100 + number, [1, 2], highway="motorway", oneway="yes") for number in range(25)]
    untagged = way(10, [1, 2], highway="motorway")
    notes = Notes()
    flags = read(tmp_path, *ends, untagged, *tagged, notes=notes).streets.flags
    assert flags[0] == DRIVE
    assert set(flags[1:].tolist()) == {DRIVE_FORWARD}
    assert [note.level for note in notes] == ["info"]
    says_no = way(11, [1, 2], highway="residential", oneway="no")
    assert read(tmp_path, *ends, untagged, says_no, *tagged).streets.flags[0] == DRIVE_FORWARD


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"shop": "supermarket"}, "supermarket"),
        ({"shop": "bakery;convenience"}, "convenience"),
        ({"shop": "chemist"}, "drugstore"),
        ({"disused:shop": "supermarket"}, None),
        ({"shop": "supermarket", "disused": "yes"}, None),
        ({"amenity": "parking"}, None),
        ({"amenity": "school", "name": "高崎市立中央小学校"}, "elementary_school"),
        ({"amenity": "school", "name": "群馬県立前橋高等学校"}, "high_school"),
        ({"amenity": "school", "isced:level": "2"}, "junior_high_school"),
        ({"amenity": "school"}, "other_school"),
        ({"amenity": "kindergarten", "name": "ひかり保育園"}, "nursery"),
        ({"amenity": "kindergarten"}, "kindergarten"),
        ({"amenity": "social_facility", "social_facility:for": "senior"}, "elderly_welfare"),
        ({"amenity": "townhall", "name": "高松市役所 山田支所"}, "branch_office"),
        ({"healthcare": "doctor"}, "clinic"),
    ],
)
def test_kinds(tags, kind):
    assert read_kind(tags) == kind


def test_all_kinds_are_known():
    assert {kind for *_, kind in KIND_OF_TAG} <= set(KINDS)
    assert {key for key, *_ in KIND_OF_TAG} == set(POINT_KEYS)


def test_names():
    assert read_name({"name": "フレッセイ", "branch": "片貝店"}) == "フレッセイ 片貝店"
    assert read_name({"brand": "セブン-イレブン"}) == "セブン-イレブン"
    assert read_name({"name": "フレッセイ片貝店", "branch": "片貝店"}) == "フレッセイ片貝店"
    assert read_name({}) == ""


GROUNDS = (
    node(1, 139.000, 36.000),
    node(2, 139.002, 36.000),
    node(3, 139.002, 36.002),
    node(4, 139.000, 36.002),
)


def test_areas_become_points(tmp_path):
    points = read(tmp_path, *GROUNDS, way(10, [1, 2, 3, 4, 1], amenity="hospital", name="中央病院", beds="120")).points
    assert points.kind.tolist() == ["hospital"]
    assert points.capacity.tolist() == [120]
    assert points.osm_id.tolist() == ["way/10"]
    assert points.crs.to_epsg() == 6668
    assert points.geometry[0].coords[0] == pytest.approx((139.001, 36.001))


def test_multipolygons_and_incomplete_relations(tmp_path):
    members = '<member type="way" ref="10" role="outer"/><member type="way" ref="11" role="outer"/>'
    tags = '<tag k="type" v="multipolygon"/><tag k="amenity" v="school"/>'
    lost = '<relation id="31" version="1"><member type="way" ref="99" role="outer"/>' + tags + "</relation>"
    notes = Notes()
    points = read(
        tmp_path,
        *GROUNDS,
        way(10, [1, 2, 3]),
        way(11, [3, 4, 1]),
        f'<relation id="30" version="1">{members}{tags}</relation>',
        lost,
        notes=notes,
    ).points
    assert points.osm_id.tolist() == ["relation/30"]
    assert points.geometry[0].coords[0] == pytest.approx((139.001, 36.001))
    assert any("1 facilities" in note.en for note in notes)


def test_a_site_mapped_twice_counts_once(tmp_path):
    grounds = way(10, [1, 2, 3, 4, 1], amenity="school", name="中央小学校")
    inside = node(20, 139.0005, 36.0015, amenity="school", name="中央小学校")
    nameless = node(21, 139.0015, 36.0005, amenity="school", isced__level="1")
    other = node(22, 139.001, 36.001, amenity="library", name="中央小学校")
    points = read(tmp_path, *GROUNDS, grounds, inside, nameless, other).points
    assert sorted(points.osm_id) == ["node/22", "way/10"]
    near = [node(number, 139.0, 36 + 0.0004 * number, shop="convenience", name="店") for number in (1, 2, 3, 9)]
    assert read(tmp_path, *near).points.osm_id.tolist() == ["node/1", "node/9"]
    unnamed = [node(number, 139.0, 36 + 0.0001 * number, shop="convenience") for number in (1, 2)]
    assert len(read(tmp_path, *unnamed).points) == 2


def test_point_columns_of_an_empty_table(tmp_path):
    points = read(tmp_path, *CROSSING, way(10, [1, 2], highway="path")).points
    assert points.columns.tolist() == ["kind", "name", "capacity", "osm_id", "geometry"]
    assert len(points) == 0


@pytest.mark.realdata
def test_gunma(shared_data):
    notes = Notes()
    streets = read_osm(RawFile(shared_data / "gunma" / "roads.osm.pbf"), notes=notes).streets
    assert streets.node_count == 565_847
    assert streets.segment_count == 664_537
    assert streets.total_metres() / 1000 == pytest.approx(41_042, rel=2e-4)
    assert [note.level for note in notes] == ["info"]  # its untagged motorways


@pytest.mark.realdata
def test_true_ids_of_kumamoto(shared_data):
    source = shared_data / "kumamoto" / "kumamoto_chuo_walk_20230104.osm.pbf"
    streets = read_osm(RawFile(source), notes=Notes()).streets
    assert streets.node_id.max() > 2**31
    located = {}
    for item in osmium.FileProcessor(source, osmium.osm.NODE):
        located[item.id] = (item.location.lon, item.location.lat)
    expected = np.array([located[number] for number in streets.node_id.tolist()])
    assert np.array_equal(np.column_stack([streets.node_lon, streets.node_lat]), expected)


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name",
    [
        "nagoya_sakae_2018.osm",
        "kobe_harbor_2024.osm",
        "kyoto_station_2017.osm",
        "sapporo_hokudai_2026.osm",
        "tsukuba_aist_2012.osm",
        "tsukuba_center_2012.osm",
        "liechtenstein.osm.pbf",
        "andorra.osm.pbf",
    ],
)
def test_small_extracts(shared_data, name):
    extract = read_osm(RawFile(shared_data / "osm_small" / name), notes=Notes())
    assert extract.streets.total_metres() > 10_000
    assert len(extract.points) > 0
    assert extract.points.geometry.is_valid.all()
    assert not extract.points.osm_id.duplicated().any()
    assert math.isfinite(extract.streets.total_metres())


def test_parks_are_areas_with_a_point_inside(tmp_path):
    """Ways and multipolygons drawn as parks, and a node; grounds that only their owners may enter are none."""
    members = '<member type="way" ref="11" role="outer"/><member type="way" ref="12" role="outer"/>'
    tags = '<tag k="type" v="multipolygon"/><tag k="leisure" v="park"/><tag k="name" v="大公園"/>'
    points = read(
        tmp_path,
        *GROUNDS,
        node(20, 139.01, 36.01, leisure="park", name="小公園"),
        way(10, [1, 2, 3, 4, 1], leisure="park", name="団地の庭", access="private"),
        way(11, [1, 2, 3]),
        way(12, [3, 4, 1]),
        f'<relation id="30" version="1">{members}{tags}</relation>',
    ).points
    assert points.kind.tolist() == ["park", "park"]
    assert sorted(points.name) == ["大公園", "小公園"]
    assert points.set_index("name").geometry["大公園"].coords[0] == pytest.approx((139.001, 36.001))
