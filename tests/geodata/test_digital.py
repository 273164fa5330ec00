"""Tables of fibre and 5G: two layouts, codes and dates in every spelling, editions apart, nothing finer than published."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.archive import RawFile
from geodata.digital import DIGITAL_COLUMNS, FIBRE, area_code, read_digital, without_repeats
from geodata.digital_figures import BREAK_NOTE, OLD_METHOD, digital_figures
from geodata.digital_headings import date_of, find_headings, number_of
from geodata.errors import MissingColumn, UnreadableFile
from geodata.notes import Notes
from geodata.recognise import recognise_file
from layers.figures import FIGURE_COLUMNS, figures_by_name

LONG = "code,name,as_of,indicator,value,unit,source,method_note\n"
NAMES = {"前橋市": "10201", "群馬県前橋市": "10201", "桐生市": "10203", "群馬県桐生市": "10203"}


def raw_of(folder: Path, name: str, content: str | bytes) -> RawFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return RawFile(path, (), folder, path.stat().st_size)


def read(folder: Path, name: str, content: str | bytes) -> tuple[pd.DataFrame, Notes]:
    notes = Notes()
    return read_digital(raw_of(folder, name, content), notes=notes, names=NAMES, file="id"), notes


def recognised(folder: Path, name: str, content: str | bytes):
    raw = raw_of(folder, name, content)
    return recognise_file(raw.path, root=folder)[0]


def workbook(*rows: list[object]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def test_codes_of_five_and_six_digits_of_prefectures_and_of_the_nation(tmp_path: Path) -> None:
    text = LONG + "".join(
        f"{code},x,2024-03-31,{FIBRE},99,%,s,n\n" for code in ("102016", "10203", "100005", "32000", "00000", "1100")
    )
    table, notes = read(tmp_path, "digital.csv", text)
    assert table["area_code"].tolist() == ["10201", "10203", "10000", "32000", "00000", "01100"]
    assert table["level"].tolist() == ["municipality"] * 2 + ["prefecture"] * 2 + ["nation", "municipality"]
    assert list(table.columns) == list(DIGITAL_COLUMNS)
    assert not len(notes)


@pytest.mark.parametrize("wrong", ["99999", "abc", "", "48000000", "10901"])
def test_what_is_no_area_has_no_code(wrong: str) -> None:
    assert area_code(wrong) is None


def test_rows_that_cannot_be_are_left_out_by_line(tmp_path: Path) -> None:
    text = LONG + (
        f"10201,a,2024-03-31,{FIBRE},120,%,s,n\n99999,b,2024-03-31,{FIBRE},90,%,s,n\n"
        f"10203,c,2024-03-31,{FIBRE},-,%,s,n\n00000,d,2023-03-31,fibre_households_not_covered,100000,households,s,n\n"
    )
    table, notes = read(tmp_path, "digital.csv", text)
    assert table["area_code"].tolist() == ["00000"]  # a number of households may exceed 100
    said = " ".join(note.en for note in notes)
    assert "line 3" in said
    assert "line 2, 4" in said


def test_a_table_of_households_under_titles_in_japanese(tmp_path: Path) -> None:
    text = (
        "光ファイバの整備状況（令和５年度末）,,,,\n,,,,\n都道府県名,市区町村名,世帯数,光ファイバ整備世帯数,光ファイバ 整備率（％）\n"
        '群馬県,前橋市,"150,000","149,700",99.80\n群馬県,桐生市,"48,000","47,520",99.00\n群馬県,無い町,10,9,90\n'
    )  # fmt: skip
    table, notes = read(tmp_path, "整備率.csv", text.encode("cp932"))
    values = table.set_index(["area_code", "indicator"])["value"]
    assert values["10201", FIBRE] == 99.8
    assert values["10201", "households"] == 150_000
    assert values["10203", "fibre_households_covered"] == 47_520
    assert set(table["as_of"]) == {"2024-03-31"}
    assert "1 rows name no municipality" in " ".join(note.en for note in notes)


def test_a_workbook_of_fractions_and_a_table_of_missing_households(tmp_path: Path) -> None:
    content = workbook(
        ["光ファイバ 2024年3月末"],
        ["団体コード", "団体名", "整備率"],
        ["102016", "前橋市", 0.998],
        ["102032", "桐生市", 0.99],
    )
    table, notes = read(tmp_path, "rates.xlsx", content)
    assert table["value"].tolist() == pytest.approx([99.8, 99.0])
    assert any("fractions" in note.en for note in notes)
    table, _ = read(tmp_path, "fibre_2024-03-31.csv", "市町村コード,世帯数,未整備世帯数\n10201,1000,5\n")
    assert table.set_index("indicator")["value"].to_dict() == {
        FIBRE: 99.5, "households": 1000, "fibre_households_covered": 995,
    }  # fmt: skip
    assert set(table["as_of"]) == {"2024-03-31"}


def test_contracts_and_other_networks_are_no_fibre_coverage(tmp_path: Path) -> None:
    headings = ["市区町村名", "世帯数", "光ファイバ普及率", "5G整備率", "光ファイバ整備率"]
    found = find_headings([headings])
    assert found is not None
    assert found.rate == 4
    assert find_headings([headings[:4]]) is None or find_headings([headings[:4]]).rate is None
    assert find_headings([["市区町村名", "整備率(ADSL)", "整備率(CATV)"]]) is None  # which of two it is, nobody says


def test_an_unknown_layout_is_named_with_what_was_found_and_expected(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match=r"found: 番号、割合.*Expected: code"):
        read(tmp_path, "光ファイバ整備状況.csv", "番号,割合\n1,2\n")
    entry = recognised(tmp_path, "光ファイバ整備状況.csv", "番号,割合\n1,2\n")
    assert entry.dataset is None
    assert "番号、割合" in entry.problem


@pytest.mark.parametrize(
    ("name", "content"), [("光ファイバ.xlsx", b"no workbook"), ("fibre_coverage.csv", b"\x81\xff\xfe\x00")]
)
def test_a_damaged_file_is_unreadable(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path, name, content)


def test_fibre_tables_are_recognised_and_tables_about_sights_are_not(tmp_path: Path) -> None:
    fibre = "市区町村コード,市区町村名,世帯数,光ファイバ整備率\n10201,前橋市,100,99\n"
    assert recognised(tmp_path, "a.csv", fibre).dataset == "digital"
    assert (
        recognised(tmp_path, "b.csv", "code,name,households,covered,rate,as_of\n10201,x,1,1,100,2024-03-31\n").dataset
        == "digital"
    )
    book = workbook(["光ファイバ"], ["団体コード", "整備率"], ["10201", 99])
    assert recognised(tmp_path, "c.xlsx", book).dataset == "digital"
    sewage = "市区町村コード,市区町村名,世帯数,下水道整備率\n09206,日光市,100,80\n10201,観光,1,1\n"
    assert recognised(tmp_path, "d.csv", sewage).dataset != "digital"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-31", "2024-03-31"), ("令和5年度末", "2024-03-31"), ("令和６年３月末", "2024-03-31"), ("R6.3", "2024-03-31"),
        ("2023年度", "2024-03-31"), ("2024/2", "2024-02-29"), ("平成30年度", "2019-03-31"), ("令和元年度", "2020-03-31"),
        ("1234567", ""), ("光ファイバ", ""),
    ],
)  # fmt: skip
def test_dates_as_tables_write_them(text: str, date: str) -> None:
    assert date_of(text) == date


def test_numbers_as_tables_write_them() -> None:
    assert number_of("９９．８％") == 99.8
    assert np.isnan([number_of(text) for text in ("-", "…", "x", "", "***")]).all()


def tidy(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    from geodata.digital import level_of

    return pd.DataFrame(
        [(code, level_of(code), name, value, "%", date, "note", "s", "id") for code, name, value, date in rows],
        columns=list(DIGITAL_COLUMNS),
    )


def test_editions_on_either_side_of_the_break_are_figures_of_their_own() -> None:
    table = tidy(
        ("10201", FIBRE, 99.0, "2023-03-31"), ("10203", FIBRE, 98.0, "2023-03-31"),
        ("10201", FIBRE, 97.0, "2024-03-31"), ("10000", FIBRE, 98.5, "2023-03-31"),
    )  # fmt: skip
    figures = digital_figures(table, ["10201", "10203"])
    assert tuple(figures.columns) == FIGURE_COLUMNS
    found = figures_by_name(figures, ["10201", "10203"])
    np.testing.assert_array_equal(
        found[FIBRE].value, [97.0, np.nan]
    )  # 桐生's old number does not stand in for a new one
    assert "98.5 %、2023-03-31" in found[FIBRE].reason[1]
    np.testing.assert_array_equal(found[f"{FIBRE}@2023-03-31"].value, [99.0, 98.0])
    assert BREAK_NOTE[0] in found[FIBRE].note_ja
    assert OLD_METHOD[1] in found[f"{FIBRE}@2023-03-31"].note_en
    assert OLD_METHOD[1] not in found[FIBRE].note_en


def test_a_prefecture_never_becomes_a_town() -> None:
    table = tidy(
        ("10000", "5g_population_coverage", 97.0, "2025-03-31"), ("00000", "5g_population_coverage", 98.4, "2025-03-31")
    )
    found = figures_by_name(digital_figures(table, ["10201"]), ["10201", "09201"])["5g_population_coverage"]
    assert np.isnan(found.value).all()
    assert "都道府県の値: 97 %、2025-03-31" in found.reason[0]
    assert "全国の値: 98.4 %" in found.reason[1]


def test_households_make_ratios_that_pool(tmp_path: Path) -> None:
    table, _ = read(
        tmp_path,
        "fibre.csv",
        "code,name,households,covered,rate,as_of\n10201,a,1000,990,99,2024-03-31\n10203,b,100,50,50,2024-03-31\n",
    )
    found = figures_by_name(digital_figures(table, ["10201", "10203"]), ["10201", "10203"])
    assert found[FIBRE].pooled([0, 1]).value[0] == pytest.approx(100 * 1040 / 1100)
    np.testing.assert_allclose(found["fibre_households_without"].value, [10, 50])
    assert found["fibre_households_without"].pooled([0, 1]).value[0] == 60
    shares = figures_by_name(
        digital_figures(tidy(("10201", FIBRE, 99.0, ""), ("10203", FIBRE, 90.0, "")), ["10201", "10203"]),
        ["10201", "10203"],
    )
    assert shares[FIBRE].pooled([0, 1]).reason[0] == "not_poolable"  # shares alone say nothing of the whole


def test_contradicting_tables_are_told_and_equal_ones_are_not() -> None:
    notes = Notes()
    table = tidy(("10201", FIBRE, 99.0, "2024-03-31"), ("10201", FIBRE, 99.0, "2024-03-31"))
    assert len(without_repeats(table, notes)) == 1
    assert not len(notes)
    table = tidy(("10201", FIBRE, 99.0, "2024-03-31"), ("10201", FIBRE, 95.0, "2024-03-31"))
    assert without_repeats(table, notes)["value"].tolist() == [99.0]
    assert "10201" in next(iter(notes)).ja


@pytest.mark.realdata
def test_published_figures_of_the_data_kit(shared_data: Path) -> None:
    path = shared_data / "japan" / "digital_published.csv"
    notes = Notes()
    table = read_digital(RawFile(path, (), path.parent, path.stat().st_size), notes=notes, names={})
    assert len(table) == 30
    assert not len(notes)
    assert set(table["level"]) == {"nation", "prefecture"}
    codes = ["10201", "32201", "16201"]
    found = figures_by_name(digital_figures(table, codes), codes)
    assert all(np.isnan(figure.value).all() for figure in found.values())
    five_g = found["5g_population_coverage"].reason
    assert "98.4" in five_g[0]
    assert "88.4 %、2025-03-31" in five_g[1]
    assert "99.2 %、2024-03-31" in five_g[2]  # Toyama's newest, with its own date
    assert "99.84 %、2023-03-31" in found[FIBRE].reason[0]
    assert not any("target" in name for name in found)
