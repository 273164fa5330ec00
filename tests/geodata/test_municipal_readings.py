"""Readings of municipalities from the table of 総務省, as a workbook of two sheets or as text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.archive import RawFile
from geodata.errors import MissingColumn
from geodata.municipal_readings import hiragana, read_readings
from geodata.notes import Notes
from geodata.recognise import recognise_file

HEADINGS = [
    "団体コード",
    "都道府県名\n（漢字）",
    "市区町村名\n（漢字）",
    "都道府県名\n（カナ）",
    "市区町村名\n（カナ）",
]
NOW = [
    ["100005", "群馬県", None, "ｸﾞﾝﾏｹﾝ", None],
    ["102016", "群馬県", "前橋市", "ｸﾞﾝﾏｹﾝ", "ﾏｴﾊﾞｼｼ"],
    ["103837", "群馬県", "南牧村", "ｸﾞﾝﾏｹﾝ", "ﾅﾝﾓｸﾑﾗ"],
    ["141003", "神奈川県", "横浜市", "カナガワケン", "ヨコハマシ"],
]
WARDS = [["141003", "神奈川県", "横浜市", None, "ﾖｺﾊﾏｼ"], ["141011", "神奈川県", "横浜市鶴見区", None, "ﾖｺﾊﾏｼﾂﾙﾐｸ"]]


def workbook(path: Path) -> Path:
    with pd.ExcelWriter(path) as writer:
        for name, rows in (("R6.1.1現在の団体", NOW), ("R6.1.1政令指定都市", WARDS)):
            pd.DataFrame(rows, columns=HEADINGS).to_excel(writer, sheet_name=name, index=False)
    return path


def text(path: Path, rows: list[list[str | None]], encoding: str = "utf-8-sig") -> Path:
    pd.DataFrame(rows, columns=[head.replace("\n", "") for head in HEADINGS]).to_csv(
        path, index=False, encoding=encoding
    )
    return path


def one(path: Path) -> RawFile:
    return RawFile(path, (), path.parent, path.stat().st_size)


def dataset_of(path: Path) -> str | None:
    return recognise_file(path, root=path.parent)[0].dataset


def test_kana_of_any_width_becomes_hiragana():
    assert hiragana("ｶﾞﾂﾏ ﾏﾁ") == "がつままち"
    assert hiragana("ヴェルニーマチ") == "ゔぇるにーまち"


def test_the_workbook_as_published(tmp_path):
    raw = one(workbook(tmp_path / "000925835.xlsx"))
    assert dataset_of(raw.path) == "readings"
    notes = Notes()
    assert read_readings(raw, notes=notes) == {"10201": "まえばしし", "10383": "なんもくむら", "14100": "よこはまし"}
    assert not notes.items


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_saved_as_text(tmp_path, encoding):
    raw = one(text(tmp_path / "codes.csv", NOW, encoding))
    assert dataset_of(raw.path) == "readings"
    assert read_readings(raw, notes=Notes())["10201"] == "まえばしし"


def test_what_is_no_kana_is_told_by_its_row(tmp_path):
    raw = one(text(tmp_path / "codes.csv", [*NOW, ["102024", "群馬県", "高崎市", "", "<b>たかさき</b>"]]))
    notes = Notes()
    assert "10202" not in read_readings(raw, notes=notes)
    assert "6 行目" in notes.items[0].ja


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("団体コード,人口\n102016,1\n", encoding="utf-8")
    with pytest.raises(MissingColumn, match="市区町村名（カナ）"):
        read_readings(one(path), notes=Notes())
    assert dataset_of(path) == "codes"
