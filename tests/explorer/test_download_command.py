"""``explorer download`` as its users run it, and what becomes of the shops it writes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile

import osmnx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.geodata.file_server import FileServer, Served
from tests.geodata.overture_files import place, written


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("geodata.download.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    running = FileServer()
    running.keep_to_this_machine(monkeypatch)
    yield running
    running.close()


def a_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "架空")
    return buffer.getvalue()


P04 = "/nlftp.mlit.go.jp/ksj/gml/data/P04/P04-20/P04-20_10_GML.zip"


def test_the_plan_names_every_address_and_fetches_nothing(command, server, tmp_path):
    ran = command("download", tmp_path / "raw", "--prefecture", "10", "--plan", "--mirror", server.address)
    assert ran.code == 0
    assert f"{server.address}{P04}" in ran.out
    for words in (
        "CC BY 4.0",
        "大きさ不明 / size unknown",
        "16.7 MB",
        "22.3 MB",
        "手で入手",
        "geofabrik",
        "of unknown size",
    ):
        assert words in ran.out
    assert server.requests == []
    assert not (tmp_path / "raw").exists()


def test_the_plan_names_the_publishers(command, tmp_path):
    ran = command("download", tmp_path / "raw", "--prefecture", "群馬県,9", "--only", "p04", "--plan")
    assert "https://nlftp.mlit.go.jp/ksj/gml/data/P04/P04-20/P04-20_10_GML.zip" in ran.out
    assert "https://nlftp.mlit.go.jp/ksj/gml/data/P04/P04-20/P04-20_09_GML.zip" in ran.out


def test_the_list_is_one_that_curl_reads(command, tmp_path):
    path = tmp_path / "urls.txt"
    command("download", tmp_path, "--prefecture", "10", "--only", "p04,p05", "--plan", "--save-list", path)
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == [
        'url = "https://nlftp.mlit.go.jp/ksj/gml/data/P04/P04-20/P04-20_10_GML.zip"',
        'output = "P04-20_10_GML.zip"',
        'url = "https://nlftp.mlit.go.jp/ksj/gml/data/P05/P05-22/P05-22_10_GML.zip"',
        'output = "P05-22_10_GML.zip"',
    ]


def test_files_are_fetched_and_a_second_run_keeps_them(command, server, tmp_path):
    server.files[P04] = Served(a_zip())
    arguments = ("download", tmp_path, "--prefecture", "10", "--only", "p04", "--yes", "--mirror", server.address)
    ran = command(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert "[1/1] P04-20_10_GML.zip: 取得しました / fetched" in ran.out
    assert (tmp_path / "P04-20_10_GML.zip").read_bytes() == a_zip()
    ran = command(*arguments)
    assert "すでにあります" in ran.out
    assert "1 of them are in the folder" in ran.out
    assert len(server.requests) == 1


def test_without_a_terminal_nothing_is_fetched_unasked(command, server, tmp_path):
    ran = command("download", tmp_path, "--prefecture", "10", "--only", "p04", "--mirror", server.address)
    ran.error("--yes")
    assert server.requests == []


@pytest.mark.parametrize(("typed", "asked"), [("n\n", 0), ("y\n", 1)])
def test_at_a_terminal_it_asks(command, server, tmp_path, monkeypatch, typed, asked):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    server.files[P04] = Served(a_zip())
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr("typer.confirm", lambda _text: typed.startswith("y"))
    ran = command("download", tmp_path, "--prefecture", "10", "--only", "p04", "--mirror", server.address)
    assert ran.code == 0
    assert len(server.requests) == asked


def test_one_that_fails_is_named_and_the_rest_is_there(command, server, tmp_path):
    server.files[P04] = Served(a_zip())
    server.files["/nlftp.mlit.go.jp/ksj/gml/data/P05/P05-22/P05-22_10_GML.zip"] = Served(b"<html>login</html>")
    ran = command(
        "download", tmp_path, "--prefecture", "10", "--only", "p04,p05,p29", "--yes", "--mirror", server.address
    )
    ran.error("取得できなかった", "only what is left")
    assert "P05-22_10_GML.zip: 取得できません / failed" in ran.out
    assert "ウェブページ" in ran.out
    assert "P29-23_10_GML.zip: 公表元にありません / not published" in ran.out
    assert (tmp_path / "P04-20_10_GML.zip").is_file()


def test_what_is_not_published_alone_is_no_failure(command, server, tmp_path):
    server.files[P04] = Served(a_zip())
    ran = command("download", tmp_path, "--prefecture", "10", "--only", "p04,p29", "--yes", "--mirror", server.address)
    assert ran.code == 0
    assert "1 not published" in ran.out


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is sent as a signal")
def test_ctrl_c_says_how_to_go_on_and_the_next_run_does(command, server, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.bin", os.urandom(4_000_000))
    server.files[P04] = Served(buffer.getvalue(), pauses=0.05)
    part = tmp_path / "P04-20_10_GML.zip.part"
    arguments = ("download", str(tmp_path), "--prefecture", "10", "--only", "p04", "--yes", "--mirror", server.address)
    program = [sys.executable, "-c", "from explorer.cli import main; main()", *arguments]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        until = time.monotonic() + 60
        while not (part.exists() and part.stat().st_size > 200_000) and time.monotonic() < until:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)[1].decode()
    assert running.returncode == 130
    assert "もう一度実行すると続きから" in said
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != ".") == [part.name, f"{part.name}.json"]
    came = part.stat().st_size
    server.files[P04].pauses = 0.0
    assert command(*arguments).code == 0
    assert server.requests[-1].headers["Range"] == f"bytes={came}-"
    assert (tmp_path / "P04-20_10_GML.zip").read_bytes() == buffer.getvalue()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), ("--prefecture",)),
        (("--prefecture", "99"), ("99",)),
        (("--prefecture", "10", "--only", "shopping"), ("--only", "boundaries")),
        (("--prefecture", "10", "--proxy", "proxy:8080"), ("--proxy", "http://")),
        (("--shops", "google", "--prefecture", "10"), ("--shops", "overpass")),
        (("--shops", "overpass"), ("--box",)),
        (("--shops", "overpass", "--box", "1,2"), ("--box 1,2",)),
    ],
)
def test_what_cannot_be_asked_for_is_said(command, tmp_path, options, words):
    command("download", tmp_path / "raw", *options, "--yes").error(*words)
    assert not (tmp_path / "raw").exists()


def test_a_workspace_is_no_folder_for_raw_files(command, region):
    command("download", region.out, "--prefecture", "10", "--plan").error("ワークスペース")


# --- shops ------------------------------------------------------------------------------------------------------------


def osm_node(number, lon, **tags):
    return {"type": "node", "id": number, "lon": lon, "lat": 36.31, "tags": tags}


def answer(server, *elements):
    head = {"generator": "Overpass API", "osm3s": {"timestamp_osm_base": "2026-11-01T00:00:00Z"}}
    server.answer_to_posts = json.dumps({**head, "elements": elements}, ensure_ascii=False).encode()


def facilities(region):
    import geopandas as gpd
    import pandas as pd

    from geodata.workspace import Workspace

    opened = Workspace.open(region.out)
    table = gpd.read_parquet(opened.file("facilities", "facilities.parquet"))
    coverage = pd.read_parquet(opened.file("facilities", "facility_coverage.parquet"))
    return table, coverage


def used(region, dataset):
    manifest = json.loads((region.out / "manifest.json").read_text(encoding="utf-8"))
    return [source for source in manifest["sources"] if source["kind"] == dataset]


def test_shops_are_only_planned_unless_confirmed(command, server, tmp_path):
    box = ("--box", "138.9,36.2,139.3,36.5", "--overpass", f"{server.address}/api")
    ran = command("download", tmp_path, "--shops", "overpass", *box, "--plan")
    assert ran.code == 0
    assert "ODbL 1.0" in ran.out
    command("download", tmp_path, "--shops", "overpass", *box).error("--yes")
    assert server.posts == []


def test_shops_of_a_prefecture_become_facilities(region, server):
    """The prefecture is taken from the boundaries in the folder; two libraries and a bank that no other list has."""
    answer(
        server,
        osm_node(1, 139.01, amenity="library", name="見本図書館"),
        osm_node(2, 139.06, amenity="library", name="東図書館"),
        osm_node(3, 139.02, shop="supermarket", name="新見本スーパー"),
    )
    ran = region.command(
        "download", region.raw, "--shops", "overpass", "--prefecture", "10", "--yes",
        "--overpass", f"{server.address}/api",
    )  # fmt: skip
    assert "3 places written" in ran.out
    assert "OpenStreetMap" in region.command("scan", region.raw).out
    assert region.build().code == 0
    table, coverage = facilities(region)
    assert sorted(table[table["kind"] == "library"]["name"]) == ["東図書館", "見本図書館"]
    # Beside the extract, which has one supermarket, the two are joined: both are OpenStreetMap.
    assert sorted(table[table["kind"] == "supermarket"]["name"]) == ["新見本スーパー", "見本スーパー"]
    assert set(coverage[coverage["kind"] == "library"]["municipality_code"]) == {"10201", "10203"}
    (source,) = used(region, "overpass")
    assert source["used"]
    assert source["edition"] == "2026-11-01"
    assert source["credit"] == "© OpenStreetMap contributors"
    assert source["licence"] == "ODbL 1.0"


def test_shops_of_a_box_say_nothing_of_towns_outside_it(region, server):
    # The rim of the second town is in the box, with a library: of the rest of that town nothing is known.
    answer(server, osm_node(1, 139.01, amenity="library"), osm_node(2, 139.051, amenity="library"))
    region.command(
        "download", region.raw, "--shops", "overpass", "--box", "138.95,36.25,139.052,36.4", "--yes",
        "--overpass", f"{server.address}/api",
    )  # fmt: skip
    assert region.build().code == 0
    coverage = facilities(region)[1]
    assert coverage[coverage["kind"] == "library"]["municipality_code"].tolist() == ["10201"]


def test_an_answer_of_overpass_dropped_into_the_folder_is_used(region):
    head = {"generator": "Overpass API", "osm3s": {"timestamp_osm_base": "2026-11-01T00:00:00Z"}}
    elements = [osm_node(1, 139.01, amenity="library", name="見本図書館")]
    (region.raw / "export.json").write_text(json.dumps({**head, "elements": elements}), encoding="utf-8")
    assert region.build().code == 0
    assert facilities(region)[0]["kind"].tolist().count("library") == 1
    (source,) = used(region, "overpass")
    assert source["used"]


def test_an_answer_of_overpass_that_is_cut_off(region):
    head = '{"generator": "Overpass API", "elements": [{"type": "node", "tags": {"shop": "supermarket"}'
    (region.raw / "export.json").write_text(head, encoding="utf-8")
    region.build().warning("export.json", "Overpass", "cut off")


def test_places_of_overture_stand_behind_openstreetmap(region):
    written(
        region.raw,
        [
            place("supermarket", lon=139.03, lat=36.31, name="別のスーパー"),
            place("library", lon=139.02, lat=36.31, name="見本図書館"),
            place("library", lon=139.02, lat=36.32, name="ない図書館", confidence=0.2),
        ],
    )
    assert region.build().code == 0
    table = facilities(region)[0]
    assert table[table["kind"] == "supermarket"]["name"].tolist() == ["見本スーパー"]  # of the extract only
    assert table[table["kind"] == "library"]["name"].tolist() == ["見本図書館"]
    (source,) = used(region, "overture")
    assert source["used"]
    assert "CDLA-Permissive-2.0" in source["licence"]
    notes = json.loads((region.out / "manifest.json").read_text(encoding="utf-8"))["notes"]
    assert any("1 of 3 facilities" in note["en"] for note in notes)


def test_places_of_overture_of_another_type(region):
    fields = ("id", "geometry", "bbox", "names", "categories", "confidence")
    table = pa.table({name: ["x"] for name in fields})
    pq.write_table(table, region.raw / "places.parquet")
    region.build().warning("places.parquet", "Overture")


def test_a_scan_with_streets_of_overpass_only_still_misses_facilities(command, tmp_path):
    elements = [{"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "path"}}]
    (tmp_path / "walk.json").write_text(json.dumps({"generator": "Overpass API", "elements": elements}))
    ran = command("scan", tmp_path)
    assert "施設なし" in ran.out
    assert "reach of shops" in ran.out
