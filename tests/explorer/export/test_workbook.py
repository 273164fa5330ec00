from __future__ import annotations

import math
import re
import zipfile

import numpy as np
import openpyxl
import pytest

from explorer.export.selection import selection
from explorer.export.workbook import write_workbook
from explorer.scenario_edits import Close, Scenario
from explorer.words import one_language
from layers.catalogue import GROUPS, MODES
from tests.explorer.export.conftest import CODES, HOSTILE
from tests.explorer.export.shared import by_keys, wide_values

DIGITS = 1e-15  # XLSX holds sixteen significant digits of a number


@pytest.fixture(scope="module")
def book(tiny, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "out.xlsx"
    write_workbook(selection(tiny), path)
    return openpyxl.load_workbook(path)


def test_it_has_values_definitions_sources_and_says_what_it_is(book):
    assert book.sheetnames == ["値", "値（全件）", "定義", "出典", "このファイルについて"]
    said = {row[0].value: row[1].value for row in book["このファイルについて"].iter_rows(min_row=3)}
    assert said["作成したソフトウェア"].startswith("地域の生活条件エクスプローラー ")
    assert said["シナリオ"] == "なし（現状）"
    assert "0ではない" in said["空のセル"]
    assert book.properties.created.date().isoformat() == "2025-03-27"  # of the newest source, not today


def test_the_sheet_with_everything_equals_explorer_indicators(book, tiny):
    group = {ja: key for key, (ja, _) in GROUPS.items()}
    mode = {ja: key for key, (ja, _) in MODES.items()} | {None: ""}
    given = by_keys(tiny.indicators())
    rows = list(book["値（全件）"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(given)
    keys = [(row[0], row[2], group[row[4]], mode[row[5]]) for row in rows]
    expected = given.loc[keys]
    for at, name in ((6, "value"), (8, "numerator"), (9, "denominator"), (11, "official_value")):
        found = np.array([math.nan if row[at] is None else row[at] for row in rows], dtype=float)
        np.testing.assert_allclose(found, expected[name].to_numpy(float), rtol=DIGITS)
    assert [row[10] or "" for row in rows] == [one_language(text, "ja") for text in expected["reason"].astype(str)]


def test_the_sheet_by_municipality_equals_explorer_indicators(book, tiny):
    sheet = book["値"]
    ids = [cell.value for cell in sheet[4]]
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows] == ["10201", "10203"]
    values = wide_values(selection(tiny))
    assert set(ids[3:-1]) == set(values)
    for at, name in enumerate(ids[3:-1], 3):
        found = [math.nan if row[at] is None else row[at] for row in rows]
        np.testing.assert_allclose(found, values[name].loc[["10201", "10203"]], rtol=DIGITS)
    assert "資料がない" in rows[0][-1]


def test_numbers_are_numbers_with_a_fitting_format(book):
    sheet = book["値"]
    at = {cell.value: cell.column for cell in sheet[4]}
    people, share = sheet.cell(5, at["population"]), sheet.cell(5, at["elementary_school_within_800m"])
    assert (people.data_type, people.number_format) == ("n", "#,##0")
    assert (share.data_type, share.number_format) == ("n", "#,##0.0")
    assert sheet.cell(5, 1).data_type == "s"
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref.startswith("A4:")


def test_no_cell_is_a_formula_or_a_link(hostile, tmp_path):
    write_workbook(selection(hostile, theme="school"), tmp_path / "out.xlsx")
    read = openpyxl.load_workbook(tmp_path / "out.xlsx")
    kinds = {cell.data_type for sheet in read for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    names = [read["値"].cell(row, 2) for row in (5, 6)]
    assert [cell.value for cell in names] == list(HOSTILE)
    assert names[0].quotePrefix
    assert [read["値"].cell(row, 1).value for row in (5, 6)] == list(CODES)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >]|<hyperlink", archive.read(name)), name


def test_a_scenario_stands_beside_the_values(tiny, tmp_path):
    school = tiny.workspace.table("facilities").query("kind == 'elementary_school'")["facility_id"].iloc[0]
    result = tiny.scenario(Scenario("閉校", "School closes", edits=(Close(school),)))
    chosen = selection(tiny, indicators=["elementary_school_within_800m"], scenario=result, language="en")
    write_workbook(chosen, tmp_path / "out.xlsx")
    read = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = read["Values"]
    assert "閉校 [" in sheet["A1"].value
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, min_col=4, max_col=5)]
    np.testing.assert_allclose(found, chosen.wide.iloc[:, 4:6], rtol=DIGITS)
    assert [cell.value for cell in sheet[2]][4].endswith("(after the scenario)")
    assert read["All values"].max_column == 19
    said = {row[0].value: row[1].value for row in read["About this file"].iter_rows(min_row=3)}
    assert "School closes" in said["Scenario"]


def test_the_same_question_gives_the_same_bytes(tiny, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(selection(tiny, theme="school"), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
