"""Rows of tables before anything is known of them: what is broken is named, whichever table it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from geodata.archive import RawFile
from geodata.errors import ExplorerError, UnreadableFile
from geodata.table_rows import rows_of


def raw(path: Path) -> RawFile:
    return RawFile(path, size=path.stat().st_size)


def test_rows_bear_the_line_they_begin_on_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('code;name\n10201;"前橋\n市"\n;\n10202;高崎市\n', encoding="cp932")
    assert rows_of(raw(file)) == [[(1, ["code", "name"]), (2, ["10201", "前橋\n市"]), (5, ["10202", "高崎市"])]]
    assert rows_of(raw(file), 1) == [[(1, ["code", "name"])]]


def test_a_quotation_mark_that_is_not_closed_is_named_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('code,name\n10201,"前橋市\n10202,高崎市\n', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="2 行目の引用符"):
        rows_of(raw(file))
    assert len(rows_of(raw(file), 10)[0]) == 2  # a look at the head refuses nothing


def test_every_sheet_that_has_rows(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["code", None, 1])
    book.create_sheet("empty")
    book.create_sheet("more").append(["x"])
    book.save(tmp_path / "a.xlsx")
    assert rows_of(raw(tmp_path / "a.xlsx")) == [[(1, ["code", "", "1"])], [(1, ["x"])]]


def test_a_workbook_that_would_unpack_to_too_much_is_refused(tmp_path: Path) -> None:
    book = io.BytesIO()
    Workbook().save(book)
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in whole.namelist():
            bomb.writestr(name, whole.read(name))
        with bomb.open("xl/media/nothing.bin", "w") as member:
            for _ in range(100):
                member.write(bytes(1024 * 1024))
    assert file.stat().st_size < 2 * 1024 * 1024
    with pytest.raises(ExplorerError, match=r"bomb\.xlsx"):
        rows_of(raw(file))


def test_what_is_no_workbook_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UnreadableFile, match="Excel"):
        rows_of(raw(file))
