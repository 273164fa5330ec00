"""Places of the Overpass API: read in every form it writes, and asked for at a server on this machine."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from urllib.parse import parse_qs

import geopandas as gpd
import osmnx
import pytest
import shapely

from geodata.archive import RawFile, file_sha256
from geodata.download_index import INDEX_NAME, read_index
from geodata.errors import BadRequest, DownloadError, UnreadableFile
from geodata.notes import Notes
from geodata.osm_tags import KIND_OF_TAG
from geodata.overpass_points import read_overpass
from geodata.overpass_query import Area, box_area, fetch_places, prefecture_area
from geodata.recognise import recognise_file

from .file_server import FileServer

SQUARE = [(139.0, 36.3), (139.001, 36.3), (139.001, 36.301), (139.0, 36.301), (139.0, 36.3)]
HEAD = {
    "version": 0.6,
    "generator": "Overpass API 0.7.62",
    "osm3s": {"timestamp_osm_base": "2026-11-01T00:00:00Z", "copyright": "ODbL"},
}


def node(number, lon, lat, **tags):
    return {"type": "node", "id": number, "lon": lon, "lat": lat, **({"tags": tags} if tags else {})}


def corners(first):
    return [node(first + at, lon, lat) for at, (lon, lat) in enumerate(SQUARE[:-1])]


def ring(first):
    return [first, first + 1, first + 2, first + 3, first]


def geometry(line=SQUARE):
    return [{"lat": lat, "lon": lon} for lon, lat in line]


def written(folder, elements, name="export.json", **more) -> RawFile:
    path = folder / name
    path.write_text(json.dumps({**HEAD, **more, "elements": elements}, ensure_ascii=False), encoding="utf-8")
    return RawFile(path, (), folder, path.stat().st_size)


def test_points_become_facilities_of_their_kinds(tmp_path):
    elements = [
        node(1, 139.1, 36.3, shop="supermarket", name="見本スーパー"),
        node(2, 139.2, 36.3, amenity="hospital", name="見本病院", beds="120"),
        node(3, 139.3, 36.3, shop="hairdresser"),
        node(4, 139.3, 36.4),
        node(5, 139.4, 36.3, shop="convenience", disused="yes"),
    ]
    notes = Notes()
    table = read_overpass(written(tmp_path, elements), notes=notes, as_of="2026-11-01")
    assert table["kind"].tolist() == ["supermarket", "hospital"]
    assert table["service"].tolist() == ["shopping", "medical"]
    assert table["name"].tolist() == ["見本スーパー", "見本病院"]
    assert table["capacity"].tolist()[1] == 120
    assert table["as_of"].tolist() == ["2026-11-01"] * 2
    assert (table.geometry.x[0], table.geometry.y[0]) == (139.1, 36.3)
    assert table.crs.to_epsg() == 6668
    assert not list(notes)


@pytest.mark.parametrize("form", ["body", "geom", "center"])
def test_areas_in_every_form(tmp_path, form):
    shop = {"shop": "supermarket", "name": "見本スーパー"}
    way = {"type": "way", "id": 9, "tags": shop}
    school = {"type": "relation", "id": 8, "tags": {"type": "multipolygon", "amenity": "library"}}
    if form == "body":
        elements = [
            *corners(1),
            {**way, "nodes": ring(1)},
            {"type": "way", "id": 10, "nodes": ring(1)},
            {**school, "members": [{"type": "way", "ref": 10, "role": "outer"}]},
        ]
    elif form == "geom":
        members = [{"type": "way", "ref": 10, "role": "outer", "geometry": geometry()}]
        elements = [{**way, "geometry": geometry()}, {**school, "members": members}]
    else:
        centre = {"lat": 36.3005, "lon": 139.0005}
        elements = [{**way, "center": centre}, {**school, "center": centre}]
    table = read_overpass(written(tmp_path, elements), notes=Notes())
    assert table["kind"].tolist() == ["supermarket", "library"]
    for point in table.geometry:
        assert point.distance(shapely.Point(139.0005, 36.3005)) < 1e-9


def test_a_shop_mapped_as_building_and_as_point_is_one(tmp_path):
    tags = {"shop": "supermarket", "name": "見本スーパー"}
    elements = [{"type": "way", "id": 9, "geometry": geometry(), "tags": tags}, node(1, 139.0002, 36.3002, **tags)]
    assert len(read_overpass(written(tmp_path, elements), notes=Notes())) == 1


def test_a_place_without_position_is_told(tmp_path):
    notes = Notes()
    elements = [{"type": "way", "id": 9, "nodes": [1, 2], "tags": {"shop": "supermarket"}}]
    assert read_overpass(written(tmp_path, elements), notes=notes).empty
    assert "1 facilities" in next(iter(notes)).en


def test_only_what_lies_in_the_box(tmp_path):
    elements = [node(1, 139.1, 36.3, shop="convenience"), node(2, 140.1, 36.3, shop="convenience")]
    table = read_overpass(written(tmp_path, elements), notes=Notes(), within=(139.0, 36.0, 139.5, 36.5))
    assert table.geometry.x.tolist() == [139.1]


@pytest.mark.parametrize("content", ['{"elements": [{"type": "no', '{"element": []}', '{"elements": 7}', "[]"])
def test_what_cannot_be_read_is_said(tmp_path, content):
    path = tmp_path / "export.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="Overpass"):
        read_overpass(RawFile(path, (), tmp_path, path.stat().st_size), notes=Notes())


def test_the_scan_tells_date_and_whether_there_are_places(tmp_path):
    places = written(tmp_path, [node(1, 139.1, 36.3, shop="supermarket")], "a.json")
    (entry,) = recognise_file(places.path, root=tmp_path)
    assert (entry.dataset, entry.edition, entry.details["rows"]) == ("overpass", "2026-11-01", 1)
    assert entry.known.purpose == "facilities"
    assert entry.licence == "ODbL 1.0"
    streets = written(tmp_path, [{"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "path"}}], "b.json")
    (entry,) = recognise_file(streets.path, root=tmp_path)
    assert (entry.dataset, entry.details["rows"]) == ("overpass", 0)
    assert "not used" in entry.coverage


@pytest.mark.realdata
def test_a_real_answer_with_streets_only(shared_data):
    path = shared_data / "kumamoto" / "kumamoto_chuo_walk_overpass_20230104.json"
    (entry,) = recognise_file(path, root=shared_data)
    assert entry.dataset == "overpass"
    table = read_overpass(entry.file, notes=Notes())
    assert len(table) <= entry.details["rows"]


# --- asking -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def overpass(monkeypatch):
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    server = FileServer()
    server.keep_to_this_machine(monkeypatch)
    yield server
    server.close()


def answer(server, elements, **more):
    server.answer_to_posts = json.dumps({**HEAD, **more, "elements": elements}).encode()


ELEMENTS = [
    node(1, 139.05, 36.35, shop="supermarket", name="見本スーパー"),
    *corners(10),
    {"type": "way", "id": 20, "nodes": ring(10), "tags": {"amenity": "hospital", "name": "見本病院"}},
    *[node(40 + at, lon + 0.01, lat) for at, (lon, lat) in enumerate(SQUARE[:-1])],
    {"type": "way", "id": 30, "nodes": ring(40)},
    {
        "type": "relation",
        "id": 50,
        "members": [{"type": "way", "ref": 30, "role": "outer"}],
        "tags": {"type": "multipolygon", "amenity": "library", "name": "見本図書館"},
    },
]
BOX = box_area("138.9,36.2,139.3,36.5")


def test_places_are_asked_for_and_read_again(overpass, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where osmnx would keep its cache
    answer(overpass, ELEMENTS)
    settings = {name: getattr(osmnx.settings, name) for name in ("overpass_url", "use_cache", "requests_kwargs")}
    resolver = socket.getaddrinfo
    path, count = fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    assert count == 3
    assert [request.path for request in overpass.requests] == []  # nothing but the query
    (query,) = {parse_qs(body)["data"][0] for body in overpass.posts}
    for key, value, _ in KIND_OF_TAG:
        assert f"['{key}'='{value}']" in query
    assert "36.200000 138.900000" in query or "36.200000 139.300000" in query
    # Nothing is left behind, in osmnx or in the folder.
    assert {name: getattr(osmnx.settings, name) for name in settings} == settings
    assert socket.getaddrinfo is resolver
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [INDEX_NAME, path.name]
    noted = read_index(tmp_path)[path.name]
    assert (noted.edition, noted.licence, noted.sha256) == ("2026-11-01", "ODbL 1.0", file_sha256(path))

    (entry,) = recognise_file(path, root=tmp_path)
    assert (entry.dataset, entry.edition, entry.details["rows"]) == ("overpass", "2026-11-01", 3)
    assert entry.details["box"] == [138.9, 36.2, 139.3, 36.5]
    assert "OpenStreetMap" in entry.known.ja
    table = read_overpass(entry.file, notes=Notes(), as_of=entry.edition).set_index("kind")
    assert table["name"].to_dict() == {"supermarket": "見本スーパー", "hospital": "見本病院", "library": "見本図書館"}
    assert table.geometry["hospital"].distance(shapely.Point(139.0005, 36.3005)) < 1e-6
    assert table.geometry["library"].distance(shapely.Point(139.0105, 36.3005)) < 1e-6
    # Read straight from the answer of Overpass, it is the same.
    direct = read_overpass(written(tmp_path, ELEMENTS), notes=Notes()).set_index("kind")
    for kind in table.index:
        assert direct.geometry[kind].distance(table.geometry[kind]) < 1e-9


def test_asking_again_replaces_the_older_answer(overpass, tmp_path):
    answer(overpass, ELEMENTS)
    first, _ = fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    answer(overpass, ELEMENTS[:1], osm3s={"timestamp_osm_base": "2026-12-01T00:00:00Z"})
    second, count = fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    assert (second, count) == (first, 1)
    (entry,) = recognise_file(second, root=tmp_path)
    assert (entry.edition, entry.details["rows"]) == ("2026-12-01", 1)


@pytest.mark.parametrize("status", [429, 504])
def test_a_server_that_stays_busy_is_not_asked_for_ever(overpass, tmp_path, monkeypatch, status):
    monkeypatch.setattr("osmnx._overpass.time.sleep", lambda _seconds: None)
    overpass.status_of_posts = status
    with pytest.raises(DownloadError, match=f"HTTP {status}"):
        fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    assert len(overpass.posts) == 5


def test_an_area_where_nothing_is_mapped(overpass, tmp_path):
    answer(overpass, [])
    path, count = fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    assert count == 0
    (entry,) = recognise_file(path, root=tmp_path)
    assert entry.details["rows"] == 0


def test_an_answer_that_was_cut_short_is_refused(overpass, tmp_path):
    answer(overpass, ELEMENTS, remark='runtime error: Query timed out in "query" at line 1 after 181 seconds.')
    with pytest.raises(DownloadError, match="timed out"):
        fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    assert not list(tmp_path.iterdir())


def test_a_page_instead_of_an_answer_is_refused(overpass, tmp_path):
    overpass.answer_to_posts = b"<html>" + b"maintenance " * 1000 + b"</html>"
    with pytest.raises(DownloadError, match="--overpass") as caught:
        fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")
    assert len(str(caught.value)) < 1000
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there(overpass, tmp_path):
    overpass.close()
    with pytest.raises(DownloadError, match="--overpass"):
        fetch_places(BOX, tmp_path, server=f"{overpass.address}/api")


def test_the_proxy_is_used(overpass, tmp_path):
    answer(overpass, ELEMENTS)
    _, count = fetch_places(BOX, tmp_path, server="http://127.0.0.1:1/api", proxy=overpass.address)
    assert count == 3


@pytest.mark.parametrize(
    "text", ["", "139,36", "a,b,c,d", "139.3,36.2,138.9,36.5", "2.2,48.8,2.4,48.9", "nan,36,139,37"]
)
def test_a_box_that_cannot_be(text):
    with pytest.raises(BadRequest, match="--box"):
        box_area(text)


def boundaries(folder: Path, shapes) -> None:
    columns = {
        "N03_001": ["群馬県"] * len(shapes),
        "N03_004": ["前橋市"] * len(shapes),
        "N03_007": ["10201"] * len(shapes),
    }
    folder.mkdir(exist_ok=True)
    gpd.GeoDataFrame(columns, geometry=shapes, crs=6668).to_file(folder / "N03-20240101_10.geojson")


def test_the_area_of_a_prefecture_is_its_boundaries_with_a_rim(overpass, tmp_path):
    boundaries(tmp_path, [shapely.box(139.0, 36.3, 139.2, 36.5), shapely.box(141.0, 36.3, 141.01, 36.31)])
    area = prefecture_area(["10"], tmp_path)
    assert len(area.shape.geoms) == 2  # an island far out does not make the sea between part of it
    assert area.shape.contains(shapely.box(139.0, 36.3, 139.2, 36.5).buffer(0.025))
    answer(overpass, ELEMENTS)
    path, count = fetch_places(area, tmp_path, server=f"{overpass.address}/api")
    assert count == 3
    assert len(overpass.posts) == 2
    (entry,) = recognise_file(path, root=tmp_path)
    assert entry.details["prefectures"] == ["10"]
    assert "群馬県" in entry.coverage


def test_a_prefecture_without_boundaries_says_what_to_do(tmp_path):
    with pytest.raises(BadRequest, match="--only boundaries"):
        prefecture_area(["10"], tmp_path)


def test_an_area_knows_its_box():
    assert Area(shapely.box(139.0, 36.0, 139.5, 36.5), (), "x").box == (139.0, 36.0, 139.5, 36.5)
