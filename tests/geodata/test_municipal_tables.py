"""Tables by municipality with their descriptions, in each layout, and what is said when they cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.codes import check_digit
from geodata.errors import ExplorerError, MissingColumn, SourceError, UnreadableFile
from geodata.municipal_tables import KnownAreas, area_code, read_municipal_table
from geodata.notes import Notes
from geodata.scan import scan
from geodata.table_description import read_description

HEAD = """
title_ja = "調査"
publisher = "県"
licence = "CC BY 4.0"
year = 2020
"""
SCORE = """
[[indicator]]
id = "score"
column = "点数"
ja = "点数"
unit = "点"
how = "{how}"
"""
KNOWN = KnownAreas(
    [
        ("前橋市", "群馬県", "10201"),
        ("高崎市", "群馬県", "10202"),
        ("榛東村", "群馬県", "10344"),
        ("府中市", "東京都", "13206"),
        ("府中市", "広島県", "34208"),
    ]
)


class Read:
    """What came of a table: values by indicator and area, and the notes."""

    def __init__(self, folder: Path, toml: str, table: str | bytes, name: str = "t.csv") -> None:
        path = folder / "t.toml"
        path.write_text(toml, encoding="utf-8")
        data = folder / name
        data.write_bytes(table.encode() if isinstance(table, str) else table)
        self.notes = Notes()
        description = read_description(RawFile(path, (), folder, path.stat().st_size))
        raw = RawFile(data, (), folder, data.stat().st_size)
        self.table = read_municipal_table(description, raw, known=KNOWN, notes=self.notes)

    def values(self, name: str = "score") -> dict[str, float]:
        rows = self.table[self.table["id"] == name]
        return dict(zip(rows["area_code"], rows["value"], strict=True))

    def warning(self, *words: str) -> str:
        found = [note for note in self.notes if note.level == "warning"]
        assert len(found) == 1, found
        for text in (found[0].ja, found[0].en):
            assert any(word in text for word in words), text
        return found[0].ja


def simple(how: str = "none", more: str = "") -> str:
    return HEAD + 'code = "コード"\n' + more + SCORE.format(how=how)


def test_codes_of_five_and_six_digits_prefecture_and_nation(tmp_path: Path) -> None:
    rows = "コード,名,点数\n10201,前橋市,1.5\n102024,高崎市,2\n100005,群馬県,3\n00000,全国,4\n1100,札幌市,5\n"
    read = Read(tmp_path, simple(), rows)
    assert read.values() == {"10201": 1.5, "10202": 2.0, "10000": 3.0, "00000": 4.0, "01100": 5.0}
    assert not len(read.notes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10", "10000"), ("1", "01000"), ("10000", "10000"), ("100005", "10000"), ("010006", "01000"), ("1000", "01000"),
        ("0", "00000"), ("000000", "00000"), ("１０２０１", "10201"), ("102016", "10201"), ("10201.0", "10201"),
        ("100006", None), ("48", "48000"), ("49", None), ("99999", None), ("合計", None), ("", None),
    ],
)  # fmt: skip
def test_codes_of_areas(text: str, code: str | None) -> None:
    assert area_code(text) == code


@given(st.integers(0, 999999))
def test_any_number_is_an_area_of_the_right_form_or_none(number: int) -> None:
    code = area_code(str(number))
    if code is not None:
        assert len(code) == 5
        assert code == "00000" or 1 <= int(code[:2]) <= 48


def test_numbers_as_japanese_tables_write_them(tmp_path: Path) -> None:
    rows = 'コード,点数\n10201,"1,234.5"\n10202,△5.2\n10203,５２．３％\n10204,…\n10205,***\n10206, - \n10207,0\n'
    read = Read(tmp_path, simple(), rows)
    values = read.values()
    assert [values[f"1020{number}"] for number in (1, 2, 3, 7)] == [1234.5, -5.2, 52.3, 0.0]
    assert np.isnan([values[f"1020{number}"] for number in (4, 5, 6)]).all()
    assert not len(read.notes)


def test_a_cell_that_is_no_number_is_told_by_its_line_and_its_own_marks_can_be_named(tmp_path: Path) -> None:
    rows = "コード,点数\n10201,1\n10202,調査中\n"
    assert "3「調査中」行目" in Read(tmp_path, simple(), rows).warning("調査中")
    read = Read(tmp_path, simple(more='missing = ["調査中"]\n'), rows)
    assert not len(read.notes)
    assert np.isnan(read.values()["10202"])


def test_rows_that_are_no_municipality_are_told_by_line(tmp_path: Path) -> None:
    rows = "コード,点数\n10201,1\n県央,2\n99999,3\n,4\n"
    read = Read(tmp_path, simple(), rows)
    assert read.values() == {"10201": 1.0}
    told = read.warning("2")
    assert "3「県央」" in told
    assert "4「99999」" in told  # the row without any code is a total and no fault


def test_a_table_without_any_municipality_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="None of 1 rows"):
        Read(tmp_path, simple(), "コード,点数\n県央,2\n")


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn) as error:
        Read(tmp_path, simple(), "title\nコード,得点,年\n10201,1,2\n")
    for word in ("点数", "コード、得点、年", "has no column"):
        assert word in str(error.value)


def test_the_header_is_found_below_titles_and_its_blanks_do_not_matter(tmp_path: Path) -> None:
    rows = '調査結果,,\n2020年,,\n市区町村,コ ー ド,"点\n数"\n前橋市,10201,7\n'
    assert Read(tmp_path, simple(), rows).values() == {"10201": 7.0}
    by_number = HEAD + "code = 2\nheader = 3\n" + SCORE.format(how="none").replace('"点数"\nja', "3\nja")
    assert Read(tmp_path, by_number, rows).values() == {"10201": 7.0}


def test_names_instead_of_codes(tmp_path: Path) -> None:
    toml = HEAD + 'name = "市町村"\n' + SCORE.format(how="none")
    rows = "市町村,点数\n前橋市,1\n北群馬郡榛東村,2\n群馬県高崎市,3\n群馬県,4\nよその市,5\n全国,6\n"
    read = Read(tmp_path, toml, rows)
    assert read.values() == {"10201": 1, "10344": 2, "10202": 3, "10000": 4, "00000": 6}
    assert not len(read.notes)  # a table of all Japan names many that are not here


def test_a_name_that_exists_twice_needs_its_prefecture(tmp_path: Path) -> None:
    toml = HEAD + 'name = "市町村"\n{}' + SCORE.format(how="none")
    rows = "県,市町村,点数\n東京都,府中市,1\n広島県,府中市,2\n群馬県,前橋市,3\n"
    read = Read(tmp_path, toml.format(""), rows)
    assert read.values() == {"10201": 3}
    read.warning("府中市")
    assert Read(tmp_path, toml.format('prefecture = "県"\n'), rows).values() == {"13206": 1, "34208": 2, "10201": 3}


def test_rows_of_one_code_that_differ_are_not_used_and_named(tmp_path: Path) -> None:
    read = Read(tmp_path, simple(), "コード,点数\n10201,1\n10202,2\n10202,3\n10203,4\n10203,4\n")
    assert read.values() == {"10201": 1.0, "10203": 4.0}  # a row printed twice is no contradiction
    assert "10202（3, 4）" in read.warning("10202")


WARDS = "コード,点数,人\n12101,10,100\n12102,30,300\n"


def test_wards_make_their_city_only_where_adding_up_means_something(tmp_path: Path) -> None:
    assert Read(tmp_path, simple("sum"), WARDS).values() == {"12100": 40.0}
    table = Read(tmp_path, simple("none"), WARDS).table.iloc[0]
    assert table["area_code"] == "12100"
    assert np.isnan(table["value"])
    assert "wards only" in table["reason"]
    ratio = simple("ratio").replace('column = "点数"', 'numerator = "点数"\ndenominator = "人"').replace('"点"', '"%"')
    read = Read(tmp_path, ratio, WARDS)
    assert read.values() == {"12100": 10.0}
    assert read.table.iloc[0][["numerator", "denominator"]].tolist() == [40, 400]


def test_a_city_with_a_row_of_its_own_is_not_added_up(tmp_path: Path) -> None:
    assert Read(tmp_path, simple("sum"), WARDS + "12100,41,400\n").values() == {"12100": 41.0}


def test_a_ward_without_a_number_leaves_the_city_without(tmp_path: Path) -> None:
    assert np.isnan(Read(tmp_path, simple("sum"), WARDS + "12103,X,1\n").values()["12100"])


def test_fractions_and_rates_per_thousand(tmp_path: Path) -> None:
    toml = simple() + (
        '[[indicator]]\nid = "share"\nja = "率"\nunit = "%"\ncolumn = "点数"\nscale = 100\n'
        '[[indicator]]\nid = "rate"\nja = "率"\nunit = "‰"\nhow = "ratio"\nper = 1000\nnumerator = "点数"\n'
        'denominator = "人"\n'
    )
    read = Read(tmp_path, toml, "コード,点数,人\n10201,0.5,200\n10202,1,0\n")
    assert read.values("share") == {"10201": 50.0, "10202": 100.0}
    assert read.values("rate")["10201"] == 2.5
    assert np.isnan(read.values("rate")["10202"])  # nobody: no rate, and not 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    assert Read(tmp_path, simple(), "コード,点数\n10201,1\n".encode(encoding)).values() == {"10201": 1.0}


def test_an_encoding_may_be_named_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    content = "コード,点数\n10201,1\n".encode("euc_jp")
    assert Read(tmp_path, simple(more='encoding = "euc_jp"\n'), content).values() == {"10201": 1.0}
    with pytest.raises(UnreadableFile, match="ascii"):
        Read(tmp_path, simple(more='encoding = "ascii"\n'), content)


def test_a_workbook_with_the_sheet_that_is_named(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "表紙"
    for year, score in (("2019", 1), ("2020", 2)):
        sheet = book.create_sheet(year)
        sheet.append(["調査結果"])
        sheet.append(["コード", "点数"])
        sheet.append([10201, score])
    book.save(tmp_path / "t.xlsx")
    content = (tmp_path / "t.xlsx").read_bytes()
    assert Read(tmp_path, simple(), content, "t.xlsx").values() == {"10201": 1.0}  # the first that has the columns
    assert Read(tmp_path, simple(more='sheet = "2020"\n'), content, "t.xlsx").values() == {"10201": 2.0}
    with pytest.raises(MissingColumn, match="表紙、2019、2020"):
        Read(tmp_path, simple(more='sheet = "2021"\n'), content, "t.xlsx")
    with pytest.raises(UnreadableFile, match="Excel"):
        Read(tmp_path, simple(), content[:300], "t.xlsx")


RESAS = (
    "集計年,都道府県コード,都道府県名,市区町村コード,市区町村名,値\n"
    "2015,10,群馬県,10201,前橋市,1\n2020,10,群馬県,-,-,30\n2020,10,群馬県,10201,前橋市,10\n2020,10,群馬県,10202,高崎市,20\n"
)


def test_a_long_table_like_those_of_resas(tmp_path: Path) -> None:
    toml = (
        HEAD + 'code = "市区町村コード"\nprefecture = "都道府県コード"\nfilter = { "集計年" = 2020 }\n'
        '[[indicator]]\nid = "score"\ncolumn = "値"\nja = "額"\nunit = "円"\nhow = "sum"\n'
    )
    read = Read(tmp_path, toml, RESAS.encode("cp932"))
    assert read.values() == {"10000": 30.0, "10201": 10.0, "10202": 20.0}
    assert not len(read.notes)


def test_a_filter_that_leaves_nothing_says_what_there_is_and_the_others_go_on(tmp_path: Path) -> None:
    toml = (
        HEAD + 'code = "市区町村コード"\n'
        '[[indicator]]\nid = "gone"\ncolumn = "値"\nja = "額"\nfilter = { "集計年" = "1999" }\n'
        '[[indicator]]\nid = "score"\ncolumn = "値"\nja = "額"\nfilter = { "集計年" = ["2015"] }\n'
    )
    read = Read(tmp_path, toml, RESAS)
    assert read.values() == {"10201": 1.0}
    assert "2015、2020" in read.warning("1999")


def answer(**changes: object) -> str:
    """An answer of getStatsData of the e-Stat API."""
    values = [
        {"@tab": "020", "@cat01": sex, "@area": area, "@time": "2020000000", "@unit": "人", "$": value}
        for sex, area, value in (("0020", "10201", "170"), ("0010", "10201", "330"), ("0020", "10202", "-"))
    ]
    classes = [
        {
            "@id": "cat01",
            "@name": "男女別",
            "CLASS": [{"@code": "0010", "@name": "総数"}, {"@code": "0020", "@name": "女"}],
        },
        {"@id": "time", "@name": "時間軸", "CLASS": {"@code": "2020000000", "@name": "2020年"}},
    ]
    data = {"CLASS_INF": {"CLASS_OBJ": classes}, "DATA_INF": {"VALUE": values}}
    content = {"RESULT": {"STATUS": 0, "ERROR_MSG": "正常に終了しました。"}, "STATISTICAL_DATA": data}
    return json.dumps({"GET_STATS_DATA": {**content, **changes}}, ensure_ascii=False)


@pytest.mark.parametrize("wanted", ['"@cat01" = "0020"', '"男女別" = "女"', '"男女別" = "女", "時間軸" = "2020年"'])
def test_an_answer_of_the_estat_api(tmp_path: Path, wanted: str) -> None:
    toml = HEAD + f'file = "t.json"\n[[indicator]]\nid = "score"\ncolumn = "$"\nja = "女"\nfilter = {{ {wanted} }}\n'
    values = Read(tmp_path, toml, answer(), "t.json").values()
    assert values["10201"] == 170.0
    assert np.isnan(values["10202"])


def test_an_error_of_the_estat_api_is_passed_on(tmp_path: Path) -> None:
    toml = HEAD + 'file = "t.json"\n[[indicator]]\nid = "score"\ncolumn = "$"\nja = "女"\n'
    refused = answer(RESULT={"STATUS": 100, "ERROR_MSG": "認証に失敗しました。"}, STATISTICAL_DATA=None)
    with pytest.raises(MissingColumn, match="認証に失敗しました"):
        Read(tmp_path, toml, refused, "t.json")
    with pytest.raises(UnreadableFile, match="JSON"):
        Read(tmp_path, toml, answer()[:200], "t.json")


def test_the_csv_of_the_estat_api_with_its_metadata_above(tmp_path: Path) -> None:
    head = "".join(f'"{name}","x"\n' for name in ("RESULT", "STATUS", "ERROR_MSG", "DATE", "TOTAL_NUMBER", "VALUE"))
    rows = '"tab_code","cat01_code","area_code","value"\n"020","0020","10201","170"\n"020","0010","10201","330"\n'
    toml = (
        HEAD + 'code = "area_code"\n[[indicator]]\nid = "score"\ncolumn = "value"\nja = "女"\n'
        'filter = { cat01_code = "0020" }\n'
    )
    assert Read(tmp_path, toml, head + rows).values() == {"10201": 170.0}


def test_a_table_of_prefectures_gives_no_value_to_a_municipality(tmp_path: Path) -> None:
    read = Read(tmp_path, simple(more='level = "prefecture"\n'), "コード,点数\n10,5\n10201,7\n")
    assert read.values() == {"10000": 5.0}


@pytest.mark.parametrize(
    ("toml", "kind", "words"),
    [
        (simple().replace('licence = "CC BY 4.0"\n', ""), MissingColumn, ("licence",)),
        (simple().replace("year = 2020\n", ""), MissingColumn, ("year",)),
        (simple().replace('code = "コード"\n', ""), MissingColumn, ("code",)),
        (simple("ratio"), MissingColumn, ("numerator", "denominator")),
        (simple("mean"), SourceError, ("how", '"ratio" | "sum" | "none"')),
        (simple(more='filtre = { "年" = "2020" }\n'), SourceError, ("filtre", "filter")),
        (simple() + 'colour = "red"\n', SourceError, ("colour", "score")),
        (simple() + SCORE.format(how="sum"), SourceError, ("score", "twice")),
        (simple().replace('id = "score"', 'id = "点"'), SourceError, ("点", "lower-case")),
        (simple().replace('ja = "点数"', 'ja = ""'), MissingColumn, ("score", "ja")),
        (simple(more='file = "../secret.csv"\n'), SourceError, ("../secret.csv",)),
        (simple(more='url = "javascript:alert(1)"\n'), SourceError, ("url",)),
        (simple(more='encoding = "klingon"\n'), SourceError, ("encoding",)),
        (simple(more="header = -1\n"), SourceError, ("header",)),
        (simple() + "classes = [1, nan]\n", SourceError, ("classes",)),
        (simple(more="filter = 3\n"), SourceError, ("filter",)),
        (simple(more='title_ja = "二度"\n'), UnreadableFile, ("TOML",)),
        (simple() + "classes = [1,\n", UnreadableFile, ("TOML",)),
    ],
)
def test_a_description_that_cannot_be_is_refused_in_both_languages(
    tmp_path: Path, toml: str, kind: type[ExplorerError], words: tuple[str, ...]
) -> None:
    with pytest.raises(kind) as error:
        Read(tmp_path, toml, "コード,点数\n10201,1\n")
    message = str(error.value)
    assert message.startswith(f"{tmp_path.name}/t.toml: ")
    assert " / " in message
    for word in words:
        assert word in message


def test_texts_of_a_description_are_one_line_without_control_characters(tmp_path: Path) -> None:
    toml = simple().replace('ja = "点数"', 'ja = "点\\u0007\\n数 <b>"')
    path = tmp_path / "t.toml"
    path.write_text(toml, encoding="utf-8")
    assert read_description(RawFile(path, (), tmp_path)).indicators[0].ja == "点 数 <b>"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def kinds(folder: Path) -> dict[str, str | None]:
    return {entry.file.name: "problem" if entry.problem else entry.dataset for entry in scan([folder]).found}


def test_the_scan_ties_a_table_to_its_description(tmp_path: Path) -> None:
    write(tmp_path, a__toml=simple(), a__csv="コード,点数\n10201,1\n", other__toml="speed = 3\n", b__csv="甲,乙\n1,2\n")
    assert kinds(tmp_path) == {
        "a.toml": "municipal_table", "a.csv": "municipal_values", "other.toml": "document", "b.csv": None,
    }  # fmt: skip
    table = next(entry for entry in scan([tmp_path]).found if entry.dataset == "municipal_values")
    assert table.licence == "CC BY 4.0"


def test_a_description_without_its_table_or_with_two_is_a_problem_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, a__toml=simple())
    assert kinds(tmp_path) == {"a.toml": "problem"}
    write(tmp_path, a__csv="コード,点数\n10201,1\n", a__tsv="コード\t点数\n10201\t2\n")
    assert kinds(tmp_path)["a.toml"] == "problem"
    write(tmp_path, a__toml=simple(more='file = "a.tsv"\n'))
    assert kinds(tmp_path) == {"a.toml": "municipal_table", "a.tsv": "municipal_values", "a.csv": None}


def test_a_described_table_that_serves_something_else_too_goes_on_serving_it(tmp_path: Path) -> None:
    write(tmp_path, a__toml=simple().replace("コード", "code"), a__csv="code,cov_medical_pct,点数\n10201,1,2\n")
    found = [entry.dataset for entry in scan([tmp_path]).found]
    assert sorted(map(str, found)) == ["municipal_table", "municipal_values", "official_coverage"]


def test_a_described_table_of_the_content_of_another_file_is_found(tmp_path: Path) -> None:
    write(tmp_path, a__csv="コード,点数\n10201,1\n", b__csv="コード,点数\n10201,1\n", b__toml=simple())
    assert kinds(tmp_path)["b.csv"] == "municipal_values"


def test_description_and_table_in_one_zip(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("data/a.toml", simple())
        archive.writestr("data/a.csv", "コード,点数\n10201,1\n")
        archive.writestr("a.csv", "コード,点数\n10201,2\n")
    found = scan([tmp_path]).found
    assert [entry.file.members[-1] for entry in found if entry.dataset == "municipal_values"] == ["data/a.csv"]


@given(
    st.dictionaries(st.integers(201, 220), st.integers(0, 10**6), min_size=1),
    st.sampled_from([5, 6]),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_and_the_length_of_codes_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, numbers: dict[int, int], digits: int, random
) -> None:
    folder = tmp_path_factory.mktemp("t")
    codes = {f"10{number}": value for number, value in numbers.items()}
    rows = [f"{code}{check_digit(code) if digits == 6 else ''},{value}" for code, value in codes.items()]
    random.shuffle(rows)
    assert Read(folder, simple(), "コード,点数\n" + "\n".join(rows) + "\n").values() == codes
