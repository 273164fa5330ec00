"""Tables of car use and of published numbers of shops that a user fills in, and what can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.archive import RawFile
from geodata.car_use import read_car_use
from geodata.errors import BadRow, MissingColumn, SourceError, UnreadableFile
from geodata.keyed_csv import area_code
from geodata.notes import Notes
from geodata.recognise import recognise_file
from geodata.shop_counts import read_shop_counts

RATES = "code,group,rate,as_of,source\n10000,65_74,86,2019,調査\n10201,75_plus,54.5,2019,調査\n"
SHOPS = 'code,kind,count\n102016,スーパー,"1,012"\n10203,convenience,0\n'


def raw(folder: Path, content: str | bytes, name: str = "car_use.csv") -> RawFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return RawFile(path, (), folder, path.stat().st_size)


def test_rates_of_car_use(tmp_path: Path):
    notes = Notes()
    table = read_car_use(raw(tmp_path, RATES), notes=notes)
    assert table.values.tolist() == [
        ["10000", "65_74", 86.0, "2019", "調査"],
        ["10201", "75_plus", 54.5, "2019", "調査"],
    ]
    assert not len(notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-16"])
def test_whatever_encoding_a_spreadsheet_writes(tmp_path: Path, encoding: str):
    table = read_car_use(raw(tmp_path, RATES.replace("\n", "\r\n").encode(encoding)), notes=Notes())
    assert table["source"].tolist() == ["調査", "調査"]
    assert table["rate"].tolist() == [86.0, 54.5]


def test_full_width_headings_and_figures_blank_lines_and_one_cell_more(tmp_path: Path):
    text = "ＣＯＤＥ,Group ,rate\n\n１０２０１,65_plus,７０\n10203,65_plus,60,また\n"
    table = read_car_use(raw(tmp_path, text), notes=Notes())
    assert table[["area_code", "rate"]].values.tolist() == [["10201", 70.0], ["10203", 60.0]]
    assert table["source"].tolist() == ["", ""]


def test_rows_that_cannot_be_are_named_and_the_rest_goes_on(tmp_path: Path):
    notes = Notes()
    text = "code,group,rate\n10201,65_plus,70\nmaebashi,65_plus,1\n00000,65_plus,80\n10201,60_plus,70\n10203,65_plus,120\n10203,65_plus,\n"
    table = read_car_use(raw(tmp_path, text), notes=notes)
    assert table["area_code"].tolist() == ["10201"]
    said = [note.ja for note in notes]
    assert len(said) == 3
    assert "3、4 行目" in said[0]
    assert "5 行目" in said[1]
    assert "6、7 行目" in said[2]


def test_the_last_row_of_an_area_and_age_counts(tmp_path: Path):
    table = read_car_use(raw(tmp_path, "code,group,rate\n10201,65_plus,70\n10201,65_plus,60\n"), notes=Notes())
    assert table["rate"].tolist() == [60.0]


@pytest.mark.parametrize(
    ("content", "error", "word"),
    [
        ("code,group,rate\n10201,65_plus,0.7\n10203,65_plus,0.8\n", BadRow, "百分率"),
        ("code,age,rate\n10201,65_plus,70\n", MissingColumn, "group"),
        ("code,group,rate\n", UnreadableFile, "見出しだけ"),
        ("code,group,rate\n,,\n", UnreadableFile, "見出しだけ"),
        ('code,group,rate\n10201,65_plus,"70\n', UnreadableFile, "CSV"),
        ("", UnreadableFile, "CSV"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, content: str, error: type[SourceError], word: str):
    with pytest.raises(error) as refused:
        read_car_use(raw(tmp_path, content), notes=Notes())
    message = str(refused.value)
    assert "car_use.csv" in message
    assert word in message
    assert " / " in message


def test_published_numbers_of_shops(tmp_path: Path):
    table = read_shop_counts(raw(tmp_path, SHOPS, "shop_counts.csv"), notes=Notes())
    assert table[["municipality_code", "kind", "count"]].values.tolist() == [
        ["10201", "supermarket", 1012.0],
        ["10203", "convenience", 0.0],
    ]


def test_rows_of_shops_that_cannot_be(tmp_path: Path):
    notes = Notes()
    text = "code,kind,count\n10000,supermarket,5\n10201,映画館,5\n10201,drugstore,多数\n10201,drugstore,-1\n10201,supermarket,5\n"
    table = read_shop_counts(raw(tmp_path, text, "shop_counts.csv"), notes=notes)
    assert table[["municipality_code", "kind", "count"]].values.tolist() == [["10201", "supermarket", 5.0]]
    assert [note.level for note in notes] == ["warning"] * 3
    assert "4、5 行目" in notes.items[2].ja


@pytest.mark.parametrize(
    ("name", "content", "dataset"),
    [
        ("anything.csv", RATES, "car_use"),
        ("anything.csv", SHOPS, "shop_counts"),
        ("car_use_10.csv", "市区町村,率\n10201,70\n", "car_use"),  # by name: the reader says which columns it needs
        ("車の利用率.csv", RATES.encode("cp932"), "car_use"),
        ("shops.csv", "code,kind,name\n10201,スーパー,見本\n", None),
    ],
)
def test_they_are_recognised(tmp_path: Path, name: str, content: str | bytes, dataset: str | None):
    file = raw(tmp_path, content, name)
    (found,) = recognise_file(file.path, root=tmp_path)
    assert found.dataset == dataset
    assert not found.problem


@pytest.mark.parametrize(
    ("text", "code"),
    [("10000", "10000"), ("1000", "01000"), ("00000", "00000"), ("10201", "10201"), ("99000", None), ("x", None)],
)
def test_codes_of_prefectures(text: str, code: str | None):
    assert area_code(text) == code
