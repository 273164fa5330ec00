"""Files that are broken in every way that publishers, browsers and spreadsheets know, each through the real command.

What can be done without the file is done, with one warning that names it; what cannot is refused in one message, and
the workspace that was there before stays.
"""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BOUNDARIES = "N03-23_10_230101.geojson"
POPULATION = "population_500m_2020.csv"
STREETS = "streets.osm"
SCHOOLS = "P29-23_10.geojson"
FEED = "feed.zip"
LIST_HEADER = "名称,緯度,経度\n"
LIBRARY = LIST_HEADER + "中央図書館,36.31,139.02\n"


# --- files that are not what their name says --------------------------------------------------------------------------


@pytest.mark.parametrize("name", [BOUNDARIES, POPULATION])
def test_a_needed_file_of_0_bytes(region, name):
    (region.raw / name).write_bytes(b"")
    region.build().error(name, "0 バイト", "0 bytes")
    region.assert_untouched()


@pytest.mark.parametrize("name", [SCHOOLS, FEED])
def test_another_file_of_0_bytes(region, name):
    (region.raw / name).write_bytes(b"")
    region.build().warning(name, "0 バイト", "0 bytes")


def test_files_that_are_an_error_page_of_a_web_server(region):
    suffixes = ("csv", "geojson", "gpkg", "osm", "osm.pbf", "parquet", "shp", "tif", "xlsx", "zip", "bin")
    for suffix in suffixes:
        (region.raw / f"page.{suffix}").write_bytes(b"<html><body>404 Not Found</body></html>")
    ran = region.build()
    for suffix in suffixes:
        assert any(f"raw/page.{suffix}" in warning for warning in ran.warnings), suffix
    ran.warning("種類の分からないファイル 2 件", "raw/page.bin", "raw/page.csv")


def test_unknown_files(region):
    (region.raw / "写真.heic").write_bytes(b"\0\1\2\3" * 100)
    (region.raw / "メモ.xyz").write_text("買い物リスト", encoding="utf-8")
    region.build().warning("写真.heic", "メモ.xyz", "explorer scan")


def test_a_copy_under_a_name_that_says_nothing_does_not_hide_the_file(region):
    content = (region.raw / POPULATION).read_bytes()
    (region.raw / "a_copy.bak").write_bytes(content)  # comes first in the alphabet
    region.build().warning("a_copy.bak")


def test_boundaries_that_are_no_json(region):
    (region.raw / BOUNDARIES).write_text("これは GeoJSON ではありません", encoding="utf-8")
    region.build().error(BOUNDARIES, "GeoJSON の形式ではありません", "Not GeoJSON")
    region.assert_untouched()


def test_json_that_is_cut_off(region):
    for name in (BOUNDARIES, SCHOOLS):
        content = (region.raw / name).read_bytes()
        (region.raw / name).write_bytes(content[: len(content) * 2 // 3])
    region.build().error(BOUNDARIES, "途中で切れています", "cut off")
    region.assert_untouched()


@pytest.mark.parametrize("rest", ["54", ",5,6,7"])
def test_a_table_whose_last_line_is_cut_off(region, rest):
    with (region.raw / POPULATION).open("a", encoding="utf-8") as stream:
        stream.write("\n,\n" + rest)  # blank lines are no rows, but lines
    region.build().warning(POPULATION, "行 132", "line 132")


@pytest.mark.parametrize("rows", [10, 20_000])
def test_a_quotation_mark_that_is_not_closed(region, rows):
    lines = (region.raw / POPULATION).read_text(encoding="utf-8").splitlines()
    lines[9] = '"' + lines[9]
    (region.raw / POPULATION).write_text("\n".join(lines + ["5438,1"] * rows), encoding="utf-8")
    region.build().error(POPULATION, "引用符", "quotation mark")
    region.assert_untouched()


def test_a_quotation_mark_in_a_list_that_is_not_closed(region):
    lines = ["中央図書館,36.31,139.02", '"西図書館,36.31,139.03', *["東図書館,36.31,139.04"] * 5]
    (region.raw / "library.csv").write_text(LIST_HEADER + "\n".join(lines), encoding="utf-8")
    region.build().warning("library.csv", "3 行目", "line 3", "not closed")


def test_a_geopackage_with_a_damaged_head(region):
    import geopandas as gpd

    file = region.raw / "P29-22_10.gpkg"
    gpd.read_file(region.raw / SCHOOLS).to_file(file)
    content = bytearray(file.read_bytes())
    content[68:72] = b"XXXX"  # the mark of a GeoPackage: GDAL only doubts it
    content[100:110] = bytes(10)
    file.write_bytes(content)
    region.build().warning(file.name)


# --- archives ---------------------------------------------------------------------------------------------------------


def test_a_zip_that_is_cut_off(region):
    _cut(region.raw / FEED)
    region.build().warning(FEED, "途中で切れています", "Download it again")


def test_a_zip_of_boundaries_that_is_cut_off(region):
    archive = region.raw / "N03-20230101_10_GML.zip"
    _zip(archive, {BOUNDARIES: (region.raw / BOUNDARIES).read_bytes()})
    (region.raw / BOUNDARIES).unlink()
    assert not region.build().warnings[2:]  # whole, it serves as well as the plain file
    manifest = (region.out / "manifest.json").read_bytes()
    _cut(archive)
    region.build().error(archive.name, "途中で切れています", "Download it again")
    assert (region.out / "manifest.json").read_bytes() == manifest


def test_a_zip_with_damaged_bytes(region):
    content = bytearray((region.raw / FEED).read_bytes())
    for position in range(40, 2000, 97):
        content[position] ^= 0xFF
    (region.raw / FEED).write_bytes(content)
    region.build().warning(FEED)


def test_a_zip_in_a_compression_that_python_cannot_read(region):
    content = bytearray((region.raw / FEED).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] = 9  # Deflate64, as Windows packs large folders
            at = content.find(mark, at + 4)
    (region.raw / FEED).write_bytes(content)
    _zip(region.raw / "lists.zip", {"library.csv": LIBRARY.encode()})
    content = bytearray((region.raw / "lists.zip").read_bytes())
    content[8] = content[content.find(b"PK\x01\x02") + 10] = 9
    (region.raw / "lists.zip").write_bytes(content)
    ran = region.build()
    ran.warning(FEED)
    ran.warning("lists.zip", "圧縮方式", "Unpack it first")


def test_a_zip_with_a_password(region):
    content = bytearray((region.raw / FEED).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag that a member is encrypted
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    (region.raw / FEED).write_bytes(content)
    region.build().warning(FEED, "パスワード", "password")


def test_a_zip_bomb(region):
    _zip(region.raw / "bomb.zip", {"zeros.csv": bytes(65 * 1024**2)})
    region.build().warning("bomb.zip", "zeros.csv", "圧縮爆弾", "zip bomb")


def test_a_zip_bomb_that_lies_about_its_size(region):
    size = 65 * 1024**2
    _zip(region.raw / "bomb.zip", {"library.csv": LIBRARY.encode() + b" " * size})
    content = (region.raw / "bomb.zip").read_bytes()
    stated = struct.pack("<I", size + len(LIBRARY.encode()))
    (region.raw / "bomb.zip").write_bytes(content.replace(stated, struct.pack("<I", 1000)))
    region.build().warning("bomb.zip", "library.csv", "壊れている", "damaged")


def test_zips_in_zips_in_zips(region):
    inner = LIBRARY.encode()
    for depth in range(6):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(f"{depth}.zip" if depth else "library.csv", inner)
        inner = stream.getvalue()
    (region.raw / "nested.zip").write_bytes(inner)
    region.build().warning("nested.zip", "入れ子", "nested")


@pytest.mark.parametrize("name", ["../evil.csv", "..\\evil.csv", "/etc/evil.csv", "C:\\evil.csv"])
def test_a_path_out_of_the_zip(region, name):
    _zip(region.raw / "evil.zip", {name: LIBRARY.encode(), "library.csv": LIBRARY.encode()})
    region.build().warning("evil.zip", "evil.csv", "外を指しています", "points outside")
    assert not list(region.raw.parent.rglob("evil.csv"))


# --- text in other encodings ------------------------------------------------------------------------------------------


def _without_libraries(table):
    """Values of what a list of libraries has no part in."""
    other = table["indicator"].str.startswith(("population", "elementary_school", "supermarket", "stop"))
    return table.loc[other, ["indicator", "mode", "group", "area_code", "value"]].reset_index(drop=True)


@pytest.mark.parametrize("encoding", ["utf-16", "cp932", "utf-8-sig"])
def test_text_in_encodings_of_spreadsheets_is_read(region, encoding):
    before = region.indicators()
    text = (region.raw / POPULATION).read_text(encoding="utf-8").replace("KEY_CODE,pop", "メッシュコード,人口")
    (region.raw / POPULATION).write_bytes(text.encode(encoding))
    (region.raw / "library.csv").write_bytes(LIBRARY.encode(encoding))
    assert not [warning for warning in region.build().warnings if "csv" in warning]
    after = region.indicators()
    assert _without_libraries(after).equals(_without_libraries(before))


def test_text_in_no_encoding(region):
    lines = (region.raw / POPULATION).read_bytes().split(b"\n")
    lines[50] = b"\x81\xff\xfe,5"
    (region.raw / POPULATION).write_bytes(b"\n".join(lines))
    region.build().error(POPULATION, "51 行目", "line 51", "UTF-8")
    region.assert_untouched()


def test_a_list_in_no_encoding(region):
    (region.raw / "library.csv").write_bytes(LIBRARY.encode() + b"\x81\xff\xfe,36.3,139\n")
    region.build().warning("library.csv", "3 行目", "line 3", "UTF-8")


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["N03_001", "N03_004", "N03_007"])
def test_boundaries_without_a_column(region, column):
    _change(region.raw / BOUNDARIES, lambda feature: feature["properties"].pop(column))
    region.build().error(BOUNDARIES, column)
    region.assert_untouched()


def test_population_without_people(region):
    _replace(region.raw / POPULATION, "KEY_CODE,pop", "KEY_CODE,households_x")
    region.build().error(POPULATION, "人口の列", "households_x", "people")
    region.assert_untouched()


def test_a_grid_table_of_estat_without_people(region):
    lines = (region.raw / POPULATION).read_text(encoding="utf-8").splitlines()[1:]
    table = ["KEY_CODE,T001141001", ",　世帯総数", *lines]
    (region.raw / "tblT001141H5438.txt").write_text("\n".join(table), encoding="cp932")
    region.build().warning("tblT001141H5438.txt", "人口の列", "people")


def test_schools_without_their_kind(region):
    _change(region.raw / SCHOOLS, lambda feature: feature["properties"].pop("P29_003"))
    region.build().warning(SCHOOLS, "P29_003", "列", "Column")


def test_a_list_without_coordinates(region):
    (region.raw / "library.csv").write_text("名称,住所\n図書館,群馬県前橋市\n", encoding="utf-8")
    region.build().warning("library.csv", "住所だけ", "addresses only")


# --- coordinates ------------------------------------------------------------------------------------------------------


def _as_shapefile(region: Any, projection: str | None) -> str:
    import geopandas as gpd

    table = gpd.read_file(region.raw / BOUNDARIES)
    (region.raw / BOUNDARIES).unlink()
    name = "N03-23_10_230101.shp"
    table.to_file(region.raw / name, encoding="utf-8")
    sidecar = (region.raw / name).with_suffix(".prj")
    if projection is None:
        sidecar.unlink()
    else:
        sidecar.write_text(projection, encoding="ascii")
    return name


def test_a_coordinate_system_that_contradicts_the_values(region):
    import pyproj

    name = _as_shapefile(region, pyproj.CRS.from_epsg(6677).to_wkt("WKT1_ESRI"))  # metres from Tokyo
    region.build().error(name, "座標系", "JGD2011 / Japan Plane Rectangular CS IX".partition(" / ")[0], ".prj")
    region.assert_untouched()


def test_no_coordinate_system(region):
    before = region.indicators()
    name = _as_shapefile(region, None)
    assert not [warning for warning in region.build().warnings if name in warning]
    notes = json.loads((region.out / "manifest.json").read_text(encoding="utf-8"))["notes"]
    assert any(name in note["file"] and "JGD2011" in note["ja"] for note in notes)
    assert region.indicators()["value"].equals(before["value"])


def test_boundaries_with_coordinates_exchanged(region):
    def exchange(feature: dict[str, Any]) -> None:
        rings = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[[lat, lon] for lon, lat in ring] for ring in rings]

    _change(region.raw / BOUNDARIES, exchange)
    region.build().error(BOUNDARIES, "緯度と経度が入れ替わっています", "exchanged")
    region.assert_untouched()


def test_points_with_coordinates_exchanged(region):
    before = region.indicators()
    _change(region.raw / SCHOOLS, lambda feature: feature["geometry"]["coordinates"].reverse())
    (region.raw / "library.csv").write_text(LIST_HEADER + "中央図書館,139.02,36.31\n", encoding="utf-8")
    ran = region.build()
    ran.warning(SCHOOLS, "入れ替わっていた 3 点", "exchanged")
    ran.warning("library.csv", "2 行目", "line 2", "exchanged")
    after = region.indicators()
    assert _without_libraries(after).equals(_without_libraries(before))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("沖の図書館,36.25,139.02", ("道路から1km以上", "沖の図書館", "in the sea")),
        ("遠い図書館,33.0,142.0", ("周囲の外", "beyond the study area")),
        ("零の図書館,0,0", ("日本の外", "2 行目", "line 2")),
        ("数でない図書館,不明,-", ("数値でない", "2 行目", "line 2")),
        ("限りない図書館,nan,inf", ("数値でない", "2 行目", "line 2")),
    ],
)
def test_a_facility_that_cannot_be_there(region, row, words):
    (region.raw / "library.csv").write_text(LIST_HEADER + row + "\n", encoding="utf-8")
    region.build().warning("library.csv", *words)


def test_boundaries_without_shapes(region):
    _change(region.raw / BOUNDARIES, lambda feature: feature.update(geometry=None))
    region.build().error(BOUNDARIES, "図形", "shape")
    region.assert_untouched()


def test_a_boundary_that_is_not_closed(region):
    _change(region.raw / BOUNDARIES, lambda feature: feature["geometry"]["coordinates"][0].pop(), only=0)
    region.build().warning(BOUNDARIES, "1 件を除きました", "empty geometry")
    assert set(region.indicators()["area_code"]) == {"10203"}


def test_boundaries_that_are_points(region):
    point = {"type": "Point", "coordinates": [139.02, 36.31]}
    _change(region.raw / BOUNDARIES, lambda feature: feature.update(geometry=point))
    region.build().error(BOUNDARIES, "点・線", "points or lines")
    region.assert_untouched()


@pytest.mark.parametrize("code", ["99999", "10999", "１０", "前橋"])
def test_a_boundary_with_a_code_that_does_not_exist(region, code):
    _change(region.raw / BOUNDARIES, lambda feature: feature["properties"].update(N03_007=code), only=0)
    region.build().warning(BOUNDARIES, code, "前橋市", "municipality code")
    assert set(region.indicators()["area_code"]) == {"10203"}


# --- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", "NaN", "-5", "*", "inf", "百"])
def test_people_that_cannot_be(region, value):
    lines = (region.raw / POPULATION).read_text(encoding="utf-8").splitlines()
    lines[9] = lines[9].split(",")[0] + f",{value}"
    (region.raw / POPULATION).write_text("\n".join(lines), encoding="utf-8")
    region.build().warning(POPULATION, "数でない行または負の行", "行 10", "line 10")


def test_repeated_grid_codes_count_once(region):
    before = region.indicators()
    with (region.raw / POPULATION).open("a", encoding="utf-8") as stream:
        stream.write((region.raw / POPULATION).read_text(encoding="utf-8").splitlines()[5] + "\n")
    region.build().warning(POPULATION, "2 行目以降を除きました", "行 130", "line 130")
    assert region.indicators()["value"].equals(before["value"])


def test_people_of_nobody(region):
    _replace(region.raw / POPULATION, ",100\n", ",NaN\n")
    region.build().error(POPULATION, "数でない", "not a number")
    region.assert_untouched()


# --- streets ----------------------------------------------------------------------------------------------------------


def _only_straight_lines(region: Any) -> None:
    table = region.indicators()
    # How many live where nothing can be said is a number too: all of them.
    unknown = table["indicator"].astype(str).str.endswith("_unknown")
    on_streets = table[table["mode"].isin(["walk", "drive"]) & ~unknown]
    assert on_streets["value"].isna().all()
    assert (on_streets["reason"] != "").all()
    to_school = table[table["indicator"].str.startswith("elementary_school_")]
    assert set(to_school[to_school["mode"] == "straight"]["reason"]) == {""}
    assert to_school[to_school["mode"] == "straight"]["value"].notna().all()
    for mode in ("walk", "drive"):
        assert to_school[to_school["mode"] == mode]["reason"].str.contains("no street data").all()


def test_no_streets(region):
    (region.raw / STREETS).unlink()
    ran = region.build()
    ran.warning("道路データがありません", "直線距離だけ", "no street data", ".osm.pbf")
    assert "道路データなし / no streets" in ran.out
    _only_straight_lines(region)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_pbf_that_is_cut_off(region, share):
    import osmium

    whole = region.raw / "streets.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for thing in osmium.FileProcessor(str(region.raw / STREETS)):
            writer.add(thing)
    (region.raw / STREETS).unlink()
    whole.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
    region.build().warning("streets.osm.pbf", "途中で切れています", "cut off")
    _only_straight_lines(region)


def test_osm_xml_with_a_position_that_is_no_number(region):
    _replace(region.raw / STREETS, 'lat="36.3001000"', 'lat="36.30.01"')
    region.build().warning(STREETS, "'.01'", "damaged")


def test_osm_xml_that_is_cut_off(region):
    _cut(region.raw / STREETS)
    region.build().warning(STREETS, "途中で切れています", "cut off")
    _only_straight_lines(region)


# --- timetables -------------------------------------------------------------------------------------------------------


def _feed(region: Any, name: str, change: Callable[[str], str | None]) -> None:
    with zipfile.ZipFile(region.raw / FEED) as archive:
        tables = {member: archive.read(member) for member in archive.namelist()}
    text = change(tables.pop(name).decode())
    _zip(region.raw / FEED, tables | ({name: text.encode()} if text is not None else {}))


def test_a_feed_without_calendar(region):
    _feed(region, "calendar.txt", lambda _: None)
    region.build().warning(FEED, "calendar.txt", "本数は不明", "unknown")
    table = region.indicators()
    assert table[table["indicator"].str.startswith("stop_") & (table["mode"] == "straight")]["value"].notna().any()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("stops.txt", lambda text: text.replace("stop_lat", "ido"), ("stops.txt", "stop_lat", "missing")),
        ("stops.txt", lambda text: text.replace("36.305", "北緯"), ("座標がない", "without a position")),
        ("stops.txt", lambda text: text.replace("36.305", "6.305"), ("日本の外", "without a position")),
        ("stops.txt", lambda _: None, ("stops.txt", "がありません", "without its stops.txt")),
        ("trips.txt", lambda _: None, ("trips.txt", "がありません", "missing")),
        ("stop_times.txt", lambda text: text.replace("stop_sequence", "narabi"), ("stop_times.txt", "stop_sequence")),
        ("stop_times.txt", lambda text: text.replace(",1\n", ",x\n"), ("stop_sequence", "行 2, 10", "line 2, 10")),
        ("stop_times.txt", lambda text: text.replace("t0,", "t0\nt0,", 1), ("行 2）", "line 2)")),
        ("stop_times.txt", lambda text: text.replace(",s3,", ",zzz,"), ("便か停留所", "stop that does not exist")),
        ("stop_times.txt", lambda text: text.replace("t0,", '"t0,', 1), ("CSV として読めません", "not valid CSV")),
        ("stop_times.txt", lambda text: text.split("\n")[0] + "\n", ("使える停留所", "no stop that can be used")),
        ("stop_times.txt", lambda _: "", ("stop_times.txt", "列", "missing")),
        ("calendar.txt", lambda text: text.replace("20240401", "20241399"), ("本数は不明", "unknown")),
    ],
)
def test_a_broken_feed(region, name, change, words):
    _feed(region, name, change)
    ran = region.build()
    ran.warning(FEED, *words)


def test_official_values_that_are_no_table(region):
    (region.raw / "official_coverage_r6.csv").write_text(
        "code,name,cov_medical_pct\n10201,前橋市,50\n10203,桐生市,40,3,3,3\n", encoding="utf-8"
    )
    region.build().warning("official_coverage_r6.csv", "line 3", "CSV")


# --- workbooks and names ----------------------------------------------------------------------------------------------


def test_an_empty_workbook(region):
    import openpyxl

    openpyxl.Workbook().save(region.raw / "library.xlsx")
    region.build().warning("library.xlsx")


def test_a_workbook_with_a_header_only(region):
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["名称", "緯度", "経度"])
    workbook.save(region.raw / "library.xlsx")
    region.build().warning("library.xlsx", "データの行がありません", "no rows")


def test_damaged_workbooks(region):
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["名称", "緯度", "経度"])
    workbook.active.append(["図書館", 36.31, 139.02])
    workbook.save(region.raw / "cut.xlsx")
    with zipfile.ZipFile(region.raw / "cut.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:90]
    _zip(region.raw / "inner.xlsx", members)
    _cut(region.raw / "cut.xlsx")
    ran = region.build()
    ran.warning("cut.xlsx", "Excel", "パスワード", "password")
    ran.warning("inner.xlsx", "Excel", "Save it again")


def test_names_that_break_things(region):
    names = ("図書館 [bold](1) 📚 {x} %s.csv", "library '\"&<script>alert(1)</script>.csv")
    for number, name in enumerate(names):
        rows = f"第{number}図書館,36.31,139.02\nい,0,0\n"
        (region.raw / name.replace("/", "／")).write_text(LIST_HEADER + rows, encoding="utf-8")
    ran = region.build()
    for name in names:
        ran.warning(name.replace("/", "／"), "3 行目", "line 3")
    scanned = region.command("scan", region.raw)
    assert scanned.code == 0
    assert names[0] in scanned.out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no names that are not Unicode")
def test_names_in_shift_jis_on_a_system_in_utf_8(region):
    folder = os.fsencode(region.raw) + b"/" + "資料".encode("cp932")
    try:
        Path(os.fsdecode(folder)).mkdir()
    except OSError:
        pytest.skip("this file system has no names that are not UTF-8")
    file = Path(os.fsdecode(folder + b"/library_" + "図書館".encode("cp932") + b".csv"))
    file.write_text(LIST_HEADER + "あ,36.31,139.02\nい,0,0\n", encoding="utf-8")
    region.build().warning("library_図書館.csv", "3 行目")
    assert region.command("scan", region.raw).code == 0
    table = region.indicators()
    assert table.loc[table["indicator"].str.startswith("library"), "value"].notna().any()


def test_names_of_places_that_programs_would_run(region, tmp_path):
    _change(
        region.raw / BOUNDARIES,
        lambda feature: feature["properties"].update(N03_004="=cmd|' /C calc'!A0<script>alert(1)</script>"),
        only=0,
    )
    _replace(region.raw / STREETS, "見本スーパー", "=HYPERLINK(1)&lt;script&gt;")
    assert region.build().code == 0
    assert region.command("indicators", region.out, "--out", tmp_path / "table.csv").code == 0
    rows = (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any(",'=cmd|' /C calc'!A0" in row or ",\"'=cmd|' /C calc'!A0" in row for row in rows)
    assert not any(cell.startswith(("=", '"=', "@", "+")) for row in rows for cell in row.split(","))


# --- helpers ----------------------------------------------------------------------------------------------------------


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _change(path: Path, change: Callable[[dict[str, Any]], object], only: int | None = None) -> None:
    """Change every feature of a GeoJSON, or only one."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    features = collection["features"] if only is None else [collection["features"][only]]
    for feature in features:
        change(feature)
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
