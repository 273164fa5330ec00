"""Regions as text files: what is written is read back, the same region gives the same bytes, and what is wrong is named."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import explorer
from explorer.region_file import (
    RegionError,
    SavedRegion,
    codes_of_option,
    read_region,
    read_regions,
    regions_text,
    write_region,
)
from geodata.errors import UnknownCode

RYOMO = SavedRegion(
    "両毛",
    "Ryomo",
    ["10203", "09202", "10212"],
    note="県境をまたぐ",
    as_of="2026-11-23",
    names={"09202": "足利市", "10203": "桐生市", "10212": "みどり市"},
)
codes = st.lists(st.sampled_from(["10201", "10203", "09202", "01100", "47201", "13101"]), min_size=1, unique=True)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _file(folder: Path, text: str, name: str = "region.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_reads_like_a_list_of_towns(tmp_path: Path) -> None:
    lines = write_region(RYOMO, tmp_path / "ryomo.toml").read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("[[region]]") :] == [
        "[[region]]",
        'name = "両毛"',
        'name_en = "Ryomo"',
        'as_of = "2026-11-23"',
        'note = "県境をまたぐ"',
        "codes = [",
        '    "09202",  # 足利市',
        '    "10203",  # 桐生市',
        '    "10212",  # みどり市',
        "]",
    ]


def test_written_and_read_it_is_the_same_and_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_region(RYOMO, tmp_path / "a.toml")
    again = read_region(first)
    assert again == RYOMO
    assert again.names == RYOMO.names
    assert write_region(again, tmp_path / "b.toml").read_bytes() == first.read_bytes()
    assert b"\r" not in first.read_bytes()


@given(codes, anything, anything, anything, st.randoms())
def test_any_text_survives_and_the_order_of_codes_makes_no_difference(members, name, note, town, random) -> None:
    region = SavedRegion(name, "en", members, note, names=dict.fromkeys(members, town))
    shuffled = list(members)
    random.shuffle(shuffled)
    text = regions_text([region])
    assert regions_text([replace(region, codes=shuffled)]) == text
    (table,) = tomllib.loads(text)["region"]
    assert table["codes"] == sorted(members)
    assert (table["name"], table.get("note", "")) == (name, note)


def test_files_put_one_after_another_are_a_file_of_several(tmp_path: Path) -> None:
    other = SavedRegion("前橋・高崎", codes=["10202", "10201"])
    for number, region in enumerate((RYOMO, other)):
        write_region(region, tmp_path / f"{number}.toml")
    both = (tmp_path / "0.toml").read_bytes() + (tmp_path / "1.toml").read_bytes()
    whole = tmp_path / "folder" / "both.toml"
    whole.parent.mkdir()
    whole.write_bytes(both)
    assert read_regions(whole) == [RYOMO, other]
    assert read_regions(tmp_path) == [RYOMO, other]  # a folder, by file name
    with pytest.raises(RegionError, match="2 regions"):
        read_region(whole)


def test_short_files_and_those_of_other_editors_are_read(tmp_path: Path) -> None:
    short = _file(tmp_path, 'name = "二市"\ncodes = ["10201", 10203]\nas_of = 2026-11-23\n')
    assert read_region(short) == SavedRegion("二市", codes=["10201", "10203"], as_of="2026-11-23")
    windows = tmp_path / "windows.toml"
    windows.write_bytes(b"\xef\xbb\xbf" + short.read_bytes().replace(b"\n", b"\r\n"))
    assert read_region(windows) == read_region(short)


def test_wards_count_as_their_city_once_and_check_digits_are_taken_off(tmp_path: Path) -> None:
    path = _file(tmp_path, 'name = "札幌ほか"\ncodes = ["01101", "01102", "01100", "102032"]')
    assert read_region(path).codes == ["01100", "10203"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["圏域がありません", "codes"]),
        ("name = '空'\ncodes = []", ["空", "市区町村が1つもありません", "no municipality"]),
        ("name = '名だけ'", ["codes がありません", "no codes"]),
        ("codes = ['10201']", ["name がありません", "no name"]),
        ("name = 'a'\ncodes = [\n '10201',\n '1o203',\n]", ["1o203", "five digits"]),
        ("name = 'a'\ncodes = [\n '10201',\n '10299999',\n]", ["4 行目", "10299999"]),
        ("name = 'a'\ncodes = ['10000']", ["10000", "not a municipality code"]),
        ("name = 'a'\ncodes = [true]", ["True", "not a municipality code"]),
        (
            "name = 'a'\ncodes = [\n '10203', # 桐生市\n '10201',\n '10203',\n]",
            ["10203桐生市", "2回以上", "3、5 行目", "more than once"],
        ),
        ("name = 'a'\ncodes = [09202]", ["TOML", "引用符", "quotes"]),
        ("name = 'a'\ncodes = '10201'", ["codes"]),
        ("name = 'a'\ncode = ['10201']\ncodes = ['10203']", ["code", "Unknown entries"]),
        ("region = 'text'", ["圏域がありません", "no region"]),
        ("region = [1]", ["圏域がありません"]),
        ("title = 'x'\n[[region]]\nname = 'a'\ncodes = ['10201']", ["title", "Unknown entries"]),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_the_file(tmp_path: Path, text: str, words: list[str]) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(RegionError) as caught:
        read_region(path)
    for word in [str(path), " / ", *words]:
        assert word in str(caught.value)


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match="no such file"):
        read_region(tmp_path / "none.toml")
    (tmp_path / "old.toml").write_bytes('name = "両毛"'.encode("cp932"))
    with pytest.raises(RegionError, match="UTF-8"):
        read_region(tmp_path / "old.toml")
    (tmp_path / "old.toml").unlink()
    with pytest.raises(RegionError, match="holds no file of regions"):
        read_regions(tmp_path)
    with pytest.raises(RegionError, match=r"\.toml"):
        write_region(RYOMO, tmp_path / "ryomo.csv")
    with pytest.raises(RegionError, match="no region to write"):
        write_region([], tmp_path / "ryomo.toml")
    with pytest.raises(RegionError, match="no municipality"):
        SavedRegion("空")


def test_a_workspace_takes_codes_a_region_or_its_file(tiny_workspace: Path, tmp_path: Path) -> None:
    opened = explorer.open(tiny_workspace)
    saved = SavedRegion("二市", "Two", ["10203", "10201"])
    path = write_region(saved, tmp_path / "two.toml")
    for asked in (saved, path, str(path)):
        region = opened.region(asked)
        assert (region.codes, region.name) == (["10201", "10203"], "二市")
    assert opened.region("10203,10201").codes == ["10203", "10201"]
    assert opened.region(["10201", "10203"]).name == "前橋市・桐生市"


def test_a_region_is_the_sum_of_its_members_in_any_order(tiny_workspace: Path) -> None:
    opened = explorer.open(tiny_workspace)
    tables = [opened.region(order).pooled_table() for order in (["10201", "10203"], ["10203", "10201"])]
    people = opened.indicators()
    people = people[(people["indicator"] == "population") & (people["group"] == "total")]
    for table in tables:
        pooled = table[(table["indicator"] == "population") & (table["group"] == "total")]
        assert pooled["value"].item() == pytest.approx(people["value"].sum(), rel=1e-12)
    values = [table["value"].to_numpy(float) for table in tables]
    assert values[0] == pytest.approx(values[1], rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["10303"], ["10303（富士見村）", "2009-05-05", "10201 前橋市", "write 10201"]),
        (["09367", "10201"], ["岩舟町", "2014-04-05", "栃木市"]),
        (["10202"], ["10202", "explorer build"]),
        ([], ["(なし)", "none given"]),
        ("10201,99999", ["99999", "five digits"]),
    ],
)
def test_codes_of_other_editions_and_other_places_are_named(tiny_workspace: Path, asked, words: list[str]) -> None:
    with pytest.raises(UnknownCode) as caught:
        explorer.open(tiny_workspace).region(asked)
    for word in words:
        assert word in str(caught.value)


def test_a_file_with_a_code_of_another_edition_is_named_too(tiny_workspace: Path, tmp_path: Path) -> None:
    path = _file(tmp_path, 'name = "旧"\ncodes = [\n  "10303",  # 富士見村\n  "10203",\n]')
    with pytest.raises(UnknownCode, match="10303富士見村") as caught:
        explorer.open(tiny_workspace).region(path)
    assert str(path) in str(caught.value)
    assert "10201 前橋市" in str(caught.value)


def test_the_option_takes_codes_or_a_file(tmp_path: Path) -> None:
    path = write_region(RYOMO, tmp_path / "ryomo.toml")
    assert codes_of_option("") == []
    assert codes_of_option("10203、10201") == ["10203", "10201"]
    assert codes_of_option(str(path)) == ["09202", "10203", "10212"]
    with pytest.raises(RegionError):
        codes_of_option(str(tmp_path / "none.toml"))
