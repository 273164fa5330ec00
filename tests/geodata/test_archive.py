"""Zips as publishers and attackers make them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from geodata.archive import RawFile, decode, expand, list_files
from geodata.errors import UnreadableFile, UnsafeArchive


def make_zip(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_zip_in_a_zip_is_read(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"inner.zip": zipped({"folder/x.csv": b"a,b\n1,2\n"}), "y.txt": b"y"})
    files = {raw.name: raw for raw in expand(path)}
    assert set(files) == {"x.csv", "y.txt"}
    assert files["x.csv"].read_bytes() == b"a,b\n1,2\n"
    with files["x.csv"].on_disk() as place:
        assert place.read_bytes() == b"a,b\n1,2\n"
    assert files["x.csv"].label.endswith("a.zip › inner.zip › folder/x.csv")


def test_back_slash_paths_and_cp932_names(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("P04-20\\施設.csv".encode("cp932").decode("cp437"))
        archive.writestr(info, b"1")
    raw_bytes = path.read_bytes()
    (raw,) = expand(path)
    assert raw_bytes
    assert raw.name.endswith(".csv")
    assert raw.read_bytes() == b"1"


def test_the_parts_of_a_shapefile_come_together(tmp_path: Path) -> None:
    parts = {f"d/x{end}": end.encode() for end in (".shp", ".dbf", ".SHX", ".prj")}
    path = make_zip(tmp_path / "s.zip", parts)
    shape = next(raw for raw in expand(path) if raw.suffix == ".shp")
    with shape.on_disk() as place:
        assert {part.suffix.lower() for part in place.parent.iterdir()} == {".shp", ".dbf", ".shx", ".prj"}
    assert shape.sibling(".dbf").read_bytes() == b".dbf"
    assert shape.sibling(".cpg") is None


def test_a_feed_stays_whole(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "feed.zip", {"stops.txt": b"", "stop_times.txt": b""})
    assert [raw.members for raw in expand(path)] == [()]


def test_a_truncated_zip_is_named(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "t.zip", {"x.csv": b"abc" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UnreadableFile, match=r"t\.zip"):
        expand(path)


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "t.zip", {"x.csv": bytes(range(256)) * 40})
    content = bytearray(path.read_bytes())
    content[60:80] = b"\xff" * 20
    path.write_bytes(bytes(content))
    (raw,) = expand(path)
    with pytest.raises(UnreadableFile, match=r"x\.csv"):
        raw.read_bytes()


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bomb.zip", {"zeros.csv": b"\0" * (80 * 1024**2)})
    with pytest.raises(UnsafeArchive, match="bomb"):
        expand(path)


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a\\..\\..\\evil.csv", "C:\\evil.csv"])
def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "slip.zip", {name: b"1"})
    with pytest.raises(UnsafeArchive, match="outside"):
        expand(path)


def test_zips_nested_too_deep_are_refused(tmp_path: Path) -> None:
    content = zipped({"x.csv": b"1"})
    for _ in range(4):
        content = zipped({"inner.zip": content})
    path = tmp_path / "deep.zip"
    path.write_bytes(content)
    with pytest.raises(UnsafeArchive, match="nested"):
        expand(path)


def test_text_in_both_encodings() -> None:
    assert decode("緯度".encode("cp932"), "x") == "緯度"
    assert decode("\ufeff緯度".encode(), "x") == "緯度"
    assert decode("緯度".encode("utf-16"), "x") == "緯度"
    with pytest.raises(UnreadableFile, match="UTF-8"):
        decode(b"\x81\xff\xff\x00", "x")


def test_litter_is_not_listed(tmp_path: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "~$open.xlsx", "a.csv"):
        (tmp_path / name).write_bytes(b"1")
    assert [path.name for path in list_files(tmp_path)] == ["a.csv"]


def test_label_is_below_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "gunma"
    (folder / "gtfs").mkdir(parents=True)
    file = folder / "gtfs" / "1.zip"
    file.write_bytes(b"")
    assert RawFile(file, (), folder).label == "gunma/gtfs/1.zip"
