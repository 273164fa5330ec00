"""Files of the user's own are looked at as a build would read them; whatever is given, nothing happens but a message."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from explorer.own_data import limits
from explorer.own_data.added import keep, list_added, list_removed, put_back, remove, why_fixed
from explorer.own_data.apart import check_apart
from explorer.own_data.check import Place, check_files
from explorer.own_data.findings import Finding, Upload
from explorer.own_data.names import free_name, name_of_kind, safe_name
from explorer.own_data.report import lines_to_correct, problem_table
from explorer.own_data.staging import staged
from geodata.errors import NoSpace, UnsafeArchive, WorkspaceError
from geodata.kind_words import BUS_STOP, STATION, kind_of_file
from geodata.kinds import KINDS

PLACE = Place((138.8, 36.1, 139.3, 36.5), {"10201": "前橋市", "10203": "桐生市"})
SCRIPT = "<script>window.hacked=1</script>"
HEADER = "名称,緯度,経度,種別\n"
GOOD = "店,36.31,139.01,スーパー\n"


def look(*files: tuple[str, bytes | str | Path], kind: str = "") -> list[Upload]:
    given = [(name, content.encode() if isinstance(content, str) else content) for name, content in files]
    with staged(given, kind) as stage:
        return check_files(stage.folder, stage.given, PLACE)


def look_at(name: str, content: bytes | str, kind: str = "") -> Finding:
    findings = look((name, content), kind=kind)[0].findings
    assert len(findings) == 1
    return findings[0]


def speaks(message: str, *words: str) -> None:
    ja, _, en = message.partition(" / ")
    assert re.search("[ぁ-んァ-ヶ一-龠]{3}", ja), message
    assert re.search("[A-Za-z]{2,} [a-z]{2,}", en), message
    assert all(word in message for word in words), message
    assert "Traceback" not in message


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(rows: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def collection(*features: tuple[dict, dict]) -> str:
    made = [{"type": "Feature", "properties": each, "geometry": shape} for each, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False)


def square(west: float, south: float, side: float = 0.01) -> dict:
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("cp932", "Shift_JIS (cp932)"), ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("utf-16", "UTF-16")],
)
def test_a_list_in_any_usual_encoding_is_read_and_told_by_line(encoding, told):
    text = (
        HEADER
        + GOOD
        + "座標なし,,139.01,スーパー\n逆,139.02,36.32,スーパー\n遠い,35.0,135.0,スーパー\n外国,10,10,スーパー\n"
    )
    text += "閉店した店（閉店）,36.31,139.02,スーパー\n店,36.31,139.01,スーパー\n何か,36.31,139.03,\n"
    finding = look_at("店.csv", text.encode(encoding))
    assert (finding.dataset, finding.encoding, finding.refusal) == ("points", told, "")
    told_lines = {(each.line, each.what) for each in finding.problems}
    assert told_lines == {
        (3, "no_coordinates"), (4, "swapped"), (5, "outside_area"), (6, "outside_japan"), (7, "closed"), (8, "repeated"),
        (9, "unknown_kind"),
    }  # fmt: skip
    assert (finding.rows, finding.used, finding.unknown_kind) == (8, 2, 1)
    assert finding.left_out == 6
    assert finding.kinds == {"supermarket": 2}
    assert ("name", "名称") in finding.columns


@pytest.mark.parametrize("is_workbook", [False, True])
def test_bad_lines_are_told_with_what_stands_there_and_can_be_corrected_and_added_as_they_are(is_workbook):
    rows: list[list[object]] = [
        ["一覧", "", "", "", ""],
        ["名称", "緯度", "経度", "種別", "行"],
        ["良い店", 36.31, 139.01, "スーパー", "1"],
        ["A / B 店", "", 139.02, "スーパー", "2"],
        ["遠い店", 363.1, 139.03, "スーパー", "3"],
    ]
    text = "\n".join(",".join(map(str, row)) for row in rows)
    upload = look(("店.xlsx", workbook(rows)) if is_workbook else ("店.csv", text.encode("cp932")))[0]
    shown = problem_table([upload], "ja")
    assert shown["行"].tolist() == [4, 5]
    assert shown["そこにある値"].tolist() == ["A / B 店 (–, 139.02)", "遠い店 (363.1, 139.03)"]
    table = lines_to_correct([upload], "ja")
    assert table["名称"].tolist() == ["A / B 店", "遠い店"]
    assert table["行_2"].tolist() == ["2", "3"]  # the file has a heading that the report has, too
    from explorer.ui.blocks import csv_bytes

    saved = csv_bytes(table).decode("utf-8-sig")
    again = look_at("直した店.csv", saved.replace(",,139.02", ",36.32,139.02").replace("363.1", "36.31"))
    assert (again.used, again.kinds) == (2, {"supermarket": 2})


def test_tabs_workbooks_and_grid_codes_are_read():
    tabs = look_at("店.tsv", (HEADER + GOOD).replace(",", "\t"))
    book = look_at("店.xlsx", workbook([["名称", "緯度", "経度", "種別"], ["店", 36.31, 139.01, "スーパー"]]))
    squares = look_at(
        "図書館.csv", "名称,メッシュコード\n中央,54393074\n分館,5439307412\n粗い,5439\n違う,99999999\n空,\n"
    )
    assert (tabs.used, book.used, squares.used) == (1, 1, 2)
    assert squares.kinds == {"library": 2}
    assert [each.line for each in squares.problems if each.what == "bad_mesh"] == [4, 5, 6]
    longitude, latitude, *_ = squares.points[0]
    assert (longitude, latitude) == pytest.approx((139.05625, 36.3125))  # 36° + 3·5′ + 7·30″ + 15″
    assert any("メッシュの中心" in note.ja for note in squares.notes)


def test_a_list_without_kinds_asks_for_one_and_takes_it_by_its_name():
    text = "名称,緯度,経度\n一,36.31,139.01\n二,36.32,139.02\n"
    asking = look(("一覧.csv", text))[0]
    assert asking.asks_kind
    assert not asking.is_usable
    told = look(("一覧.csv", text), kind="library")[0]
    assert (told.name, told.given) == ("図書館_一覧.csv", "一覧.csv")
    assert told.is_usable
    assert told.findings[0].kinds == {"library": 2}


@pytest.mark.parametrize("kind", [*KINDS, STATION, BUS_STOP])
@pytest.mark.parametrize("name", ["一覧.csv", "病院.csv", "スーパー銀行.xlsx"])
def test_every_kind_can_be_told_by_a_name(kind, name):
    assert kind_of_file(name_of_kind(name, kind)) == kind


def test_zones_and_areas_are_read_with_what_is_wrong_by_feature():
    zones = collection(
        ({"区域": "居住誘導区域"}, square(139.01, 36.31)),
        ({"区域": "居住誘導区域"}, {"type": "Point", "coordinates": [139.0, 36.3]}),
        ({"区域": "ほか"}, square(139.01, 36.31)),
        ({"区域": "都市機能誘導区域"}, square(135.0, 35.0)),
    )
    finding = look_at("区域.geojson", zones)
    assert finding.dataset == "own_zones"
    assert finding.kinds == {"residential": 1}
    assert {(each.line, each.what) for each in finding.problems} == {(2, "not_an_area"), (3, "unnamed_zone")}
    assert finding.columns == [("zone", "区域")]
    assert finding.shapes
    area = look_at("5G.geojson", collection(({"technology": "5g"}, square(139.01, 36.31))))
    assert (area.dataset, area.kinds) == ("coverage_areas", {"5g": 1})


def test_a_table_by_municipality_needs_its_description_beside_it():
    toml = (
        'title_ja = "満足度"\npublisher = "市"\nlicence = "CC BY 4.0"\nyear = 2024\ncode = "コード"\n'
        '[[indicator]]\nid = "satisfaction"\nja = "満足度"\nunit = "点"\ncolumn = "点"\n'
    )
    table = "コード,点\n10201,7.1\n10203,七点\n99999,1\nabc,1\n"
    alone = look(("満足度.toml", toml))[0]
    assert not alone.is_usable
    both = {each.name: each for each in look(("満足度.toml", toml), ("満足度.csv", table))}
    found = both["満足度.csv"].findings[0]
    assert found.dataset == "municipal_values"
    assert {each.what for each in found.problems} == {"not_a_number", "no_code"}
    assert both["満足度.toml"].is_usable


def test_kml_and_a_zipped_shapefile_are_read(tmp_path):
    import geopandas as gpd
    import shapely

    kml = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>居住誘導区域</name>'
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>139.01,36.31 139.02,36.31 139.02,36.32 139.01,36.31"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    assert look_at("区域.kml", kml).kinds == {"residential": 1}
    frame = gpd.GeoDataFrame(
        {"kuiki": ["居住誘導区域"]}, geometry=[shapely.box(139.01, 36.31, 139.02, 36.32)], crs="EPSG:6668"
    )
    frame.to_file(tmp_path / "kuiki.shp", encoding="cp932")
    parts = {path.name: path.read_bytes() for path in tmp_path.glob("kuiki.*")}
    found = [each for each in look(("区域.zip", zipped(parts)))[0].findings if each.dataset == "own_zones"]
    assert found[0].kinds == {"residential": 1}
    assert found[0].head[1][0] == "居住誘導区域"


# Hostile files: each does nothing but give a message.


def test_markup_and_formulas_stay_text():
    finding = look_at(
        f"{SCRIPT}.csv", f"名称,緯度,経度,種別,{SCRIPT}\n{SCRIPT},36.31,139.01,スーパー,1\n=1+1,,,スーパー,=cmd()\n"
    )
    assert finding.used == 1
    assert finding.points[0][3] == SCRIPT
    upload = look(("店.csv", HEADER + '"=HYPERLINK(""http://x"")（閉店）",36.31,139.01,スーパー\n'))[0]
    from explorer.ui.blocks import csv_bytes

    text = csv_bytes(problem_table([upload], "ja")).decode("utf-8-sig")
    assert "=HYPERLINK" in text
    assert not re.search(r'(^|,)"?=', text, re.MULTILINE)


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path, monkeypatch):
    large = tmp_path / "large.csv"
    large.touch()
    os.truncate(large, 1_000_000_000)
    monkeypatch.setattr(shutil, "copyfile", lambda *_: pytest.fail("it was read"))
    with pytest.raises(UnsafeArchive, match="100 MB") as refused, staged([("large.csv", large)]):
        pass
    speaks(str(refused.value), "1,000 MB")
    folder = tmp_path / "folder"
    folder.mkdir()
    large.rename(folder / "large.csv")
    speaks(check_files(folder, {}, PLACE)[0].findings[0].refusal, "1,000 MB")


def link_in_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("passwd.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def nested(depth: int) -> bytes:
    content = zipped({"店.csv": (HEADER + GOOD).encode()})
    for _ in range(depth):
        content = zipped({"inner.zip": content})
    return content


LAUGHS = "".join(f'<!ENTITY l{at} "&l{at - 1};&l{at - 1};&l{at - 1};&l{at - 1};">' for at in range(1, 12))
KML = f'<?xml version="1.0"?>{{}}<kml><Document><name>{SCRIPT}</name></Document></kml>'
BOMB_SHEET = {
    "[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"\0" * 70_000_000,
}  # fmt: skip
HOSTILE: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "zip bomb": ("b.zip", lambda: zipped({"店.csv": b"0" * 70_000_000}), ("70 MB", "200 倍")),
    "many members": ("m.zip", lambda: zipped({f"{at}.txt": b"" for at in range(limits.MOST_MEMBERS + 1)}), ("5,001",)),
    "path out of the zip": ("p.zip", lambda: zipped({"../../outside.csv": GOOD.encode()}), ("outside.csv",)),
    "absolute path": ("a.zip", lambda: zipped({"/etc/cron.d/x.csv": GOOD.encode()}), ("cron.d",)),
    "link in the zip": ("l.zip", link_in_zip, ("passwd.csv",)),
    "zips in zips": ("n.zip", lambda: nested(4), ("3",)),
    "damaged zip": ("d.zip", lambda: zipped({"店.csv": GOOD.encode() * 50})[:-40], ()),
    "empty zip": ("e.zip", lambda: zipped({}), ()),
    "program": ("x.exe", lambda: b"MZ" + bytes(200), ()),
    "picture as a table": ("図.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, ()),
    "table as a workbook": ("店.xlsx", (HEADER + GOOD).encode, ()),
    "old workbook": ("店.xls", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), ()),
    "workbook bomb": ("店.xlsx", lambda: zipped(BOMB_SHEET), ("70 MB",)),
    "entities in a workbook": (
        "店.xlsx",
        lambda: zipped({"xl/sharedStrings.xml": f"<!DOCTYPE x [{LAUGHS}]><sst>&l11;</sst>".encode()}),
        ("DOCTYPE",),
    ),
    "empty": ("店.csv", lambda: b"", ()),
    "header only": ("店.csv", HEADER.encode, ("見出しだけ",)),
    "EUC-JP": ("店.csv", lambda: (HEADER + GOOD).encode("euc_jp"), ("EUC-JP",)),
    "ISO-2022-JP": ("店.csv", lambda: (HEADER + GOOD).encode("iso2022_jp"), ("ISO-2022-JP",)),
    "zero bytes": ("店.csv", lambda: (HEADER + GOOD).encode() + b"\0" * 50, ()),
    "neither encoding": ("店.csv", lambda: HEADER.encode() + b"\xff\xfe\x81\x20\xf0\xf1,1,2\n", ()),
    "addresses only": ("店.csv", "名称,住所\n店,前橋市1\n".encode, ("緯度",)),
    "open quotation mark": ("店.csv", (HEADER + '"店,36.31,139.01,スーパー\n' + GOOD * 3).encode, ()),
    "entities": ("区.kml", lambda: KML.format(f'<!DOCTYPE k [<!ENTITY l0 "ha">{LAUGHS}]>').encode(), ("DOCTYPE",)),
    "outside entity": ("区.kml", lambda: KML.format('<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]>').encode(), ("DOCTYPE",)),
    "entities in UTF-16": ("区.kml", lambda: KML.format("<!doctype k>").encode("utf-16"), ("DOCTYPE",)),
    "entities in a zipped kml": ("区.zip", lambda: zipped({"区.kml": KML.format("<!DOCTYPE k>").encode()}), ("DOCTYPE",)),
    "broken JSON": ("区.geojson", lambda: b'{"type":"FeatureCollection","features":[{"type":', ()),
    "deep JSON": ("区.geojson", lambda: b'{"type":"FeatureCollection","features":' + b"[" * 100_000, ()),
    "nonsense coordinates": (
        "店.geojson", lambda: collection(({"名称": "a"}, {"type": "Point", "coordinates": [1e9, -1e9]})).encode(), (),
    ),
    "swapped zone": (
        "区.geojson",
        lambda: collection(
            ({"区域": "居住誘導区域"}, {"type": "Polygon", "coordinates": [[[36.3, 139.0], [36.4, 139.0], [36.4, 139.1], [36.3, 139.0]]]})
        ).encode(),
        ("緯度と経度が入れ替わっています",),
    ),
    "alone without its parts": ("区.shp", lambda: bytes(200), ()),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_gives_a_message_and_nothing_else(case, tmp_path, monkeypatch):
    name, make, words = HOSTILE[case]
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it went to the network"))
    monkeypatch.chdir(tmp_path)
    upload = look((name, make()))[0]
    assert not upload.is_usable
    for finding in upload.findings:
        speaks(finding.refusal)
    told = " ".join(finding.refusal for finding in upload.findings)
    assert all(word in told for word in words), told
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_with_links_to_others_is_read_without_following_them(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it went to the network"))
    book = workbook(
        [
            ["名称", "緯度", "経度", "種別"],
            ["店", 36.31, 139.01, "スーパー"],
            ['=WEBSERVICE("http://x.example")', 36.3, 139.02, "スーパー"],
        ]
    )
    members = {
        info.filename: zipfile.ZipFile(io.BytesIO(book)).read(info)
        for info in zipfile.ZipFile(io.BytesIO(book)).infolist()
    }
    members["xl/externalLinks/externalLink1.xml"] = (
        b'<externalLink xmlns:r="r"><externalBook r:id="rId1"/></externalLink>'
    )
    members["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        b'<Relationships><Relationship Id="rId1" Type="t" Target="http://x.example/a.xlsx" TargetMode="External"/></Relationships>'
    )
    assert look_at("店.xlsx", zipped(members)).used == 2


def test_a_link_in_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(HEADER + GOOD, encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "店.csv").symlink_to(secret)
    upload = check_files(folder, {}, PLACE)[0]
    assert not upload.is_usable


def test_fifty_thousand_rows_are_read_and_every_bad_one_counted():
    rows = [f"店{at},{36.2 + at % 700 / 4000:.5f},{138.9 + at % 997 / 4000:.5f},スーパー" for at in range(50_000)]
    rows[100::1000] = ["だめ,x,y,スーパー"] * len(rows[100::1000])
    finding = look_at("店.csv", HEADER + "\n".join(rows) + "\n")
    assert finding.rows == 50_000
    assert finding.counts["no_coordinates"] == 50
    assert len(finding.points) <= 3000


def test_the_look_in_another_process_is_the_same_and_its_end_is_a_message(tmp_path, monkeypatch):
    with staged([("店.csv", (HEADER + GOOD + "だめ,,1,スーパー\n").encode())]) as stage:
        here = check_files(stage.folder, stage.given, PLACE)
        assert check_apart(stage.folder, stage.given, PLACE) == here
        late = check_apart(stage.folder, stage.given, PLACE, seconds=0.01)
        speaks(late[0].findings[0].refusal)
        monkeypatch.setattr("explorer.own_data.apart.sys.executable", "/bin/false")
        speaks(check_apart(stage.folder, stage.given, PLACE)[0].findings[0].refusal)


# Names and keeping.


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\a\\店.csv", "店.csv"), (f"{SCRIPT}.csv", "script_.csv"), ("NUL.csv", "_NUL.csv"),
        (".hidden.csv", "hidden.csv"), ("a\u202egpj.csv", "agpj.csv"), ("", "file"), ("~$店.xlsx", "店.xlsx"),
        ("長" * 300 + ".geojson", "長" * 72 + ".geojson"),
    ],
)  # fmt: skip
def test_names_are_made_safe(given, safe):
    assert safe_name(given) == safe


def test_a_name_that_is_taken_gets_a_number():
    assert free_name("店.csv", ["店.CSV", "店_2.csv"]) == "店_3.csv"


def kept(workspace: Path, name: str, content: str) -> str:
    with staged([(name, content.encode())]) as stage:
        upload = check_files(stage.folder, stage.given, PLACE)[0]
        return keep(workspace, upload, stage.folder / upload.name)


def test_files_are_kept_taken_away_and_put_back_and_never_overwritten(tmp_path):
    first = kept(tmp_path, "店.csv", HEADER + GOOD)
    second = kept(tmp_path, "店.csv", HEADER + GOOD * 1 + "次,36.32,139.02,スーパー\n")
    assert (first, second) == ("店.csv", "店_2.csv")
    assert [(each.name, each.given, each.used) for each in list_added(tmp_path)] == [
        ("店.csv", "店.csv", 1),
        ("店_2.csv", "店.csv", 2),
    ]
    with pytest.raises(WorkspaceError) as again:
        kept(tmp_path, "別名.csv", HEADER + GOOD)
    speaks(str(again.value), "店.csv")
    remove(tmp_path, first)
    assert [each.name for each in list_removed(tmp_path)] == ["店.csv"]
    third = kept(tmp_path, "店.csv", HEADER + "三,36.33,139.03,スーパー\n")
    assert third == "店.csv"
    assert put_back(tmp_path, first) == "店_3.csv"
    assert {each.name for each in list_added(tmp_path)} == {"店.csv", "店_2.csv", "店_3.csv"}
    for what in (remove, put_back):
        for name in ("../manifest.json", ".index.json", "no.csv"):
            with pytest.raises(WorkspaceError):
                what(tmp_path, name)


def test_a_file_put_there_by_hand_is_listed_and_a_damaged_index_harms_nothing(tmp_path):
    kept(tmp_path, "店.csv", HEADER + GOOD)
    (tmp_path / "added" / "手.csv").write_text(HEADER, encoding="utf-8")
    (tmp_path / "added" / ".index.json").write_text("{half", encoding="utf-8")
    assert [each.name for each in list_added(tmp_path)] == ["店.csv", "手.csv"]


def test_a_workspace_that_must_not_change_says_so(tmp_path, monkeypatch):
    assert why_fixed(tmp_path) == ""
    monkeypatch.setenv("EXPLORER_FIXED", "1")
    speaks(why_fixed(tmp_path))
    monkeypatch.delenv("EXPLORER_FIXED")
    monkeypatch.setattr("explorer.own_data.added.os.access", lambda *_: False)
    speaks(why_fixed(tmp_path))
    with pytest.raises(WorkspaceError):
        kept(tmp_path, "店.csv", HEADER + GOOD)
    assert not (tmp_path / "added").exists()


def no_space(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_a_message_and_what_was_kept_stays(tmp_path, monkeypatch):
    kept(tmp_path, "店.csv", HEADER + GOOD)
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", no_space)
        with pytest.raises(NoSpace) as told, staged([("b.csv", b"1")]):
            pass
    speaks(str(told.value))
    with monkeypatch.context() as full:
        full.setattr(shutil, "copyfile", no_space)
        with pytest.raises(NoSpace) as told, staged([("b.csv", tmp_path / "added" / "店.csv")]):
            pass
    speaks(str(told.value))
    with monkeypatch.context() as full:
        full.setattr(Path, "replace", no_space)
        with pytest.raises(WorkspaceError) as refused:
            remove(tmp_path, "店.csv")
    speaks(str(refused.value))
    assert [each.name for each in list_added(tmp_path)] == ["店.csv"]


# Commands.


def test_the_commands_check_and_add_say_the_same(tmp_path, tiny_workspace, command):
    workspace = tmp_path / "workspace"
    shutil.copytree(tiny_workspace, workspace)
    file, bad = tmp_path / "店.csv", tmp_path / "bad.csv"
    file.write_text(HEADER + GOOD + "だめ,,1,スーパー\n", encoding="cp932")
    ran = command("check", file, "--workspace", workspace, "--out", bad)
    assert ran.code == 0, ran.err
    assert "1 / 2" in ran.out
    assert "緯度・経度がない" in bad.read_text(encoding="utf-8-sig")
    ran = command("add", workspace, file)
    assert ran.code == 0, ran.err
    assert [each.name for each in list_added(workspace)] == ["店.csv"]
    command("add", workspace, file).error("追加済み")
    command("check", tmp_path / "no.csv").error("no.csv")
    command("check", file, "--kind", "castle").error("castle")
