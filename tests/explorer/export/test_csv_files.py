from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from explorer.export.csv_files import write_csv
from explorer.export.definitions import dictionary_table
from explorer.export.selection import selection
from explorer.tables import write_table
from tests.explorer.export.conftest import CODES, HOSTILE


def test_the_table_is_that_of_explorer_indicators_to_the_byte(tiny, tmp_path):
    files = write_csv(selection(tiny), tmp_path / "out.csv")
    write_table(tiny.indicators(), tmp_path / "indicators.csv")
    assert files[0].read_bytes() == (tmp_path / "indicators.csv").read_bytes()
    assert [file.name for file in files] == ["out.csv", "out_dictionary.csv", "out_sources.csv"]
    for file in files:
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))


def test_values_have_ten_digits_and_missing_ones_are_empty(tiny, tmp_path):
    write_csv(selection(tiny), tmp_path / "out.csv")
    read = pd.read_csv(tmp_path / "out.csv", dtype={"area_code": str}, keep_default_na=False, na_values={"value": ""})
    given = tiny.indicators()
    assert read["area_code"].tolist() == given["area_code"].astype(str).tolist()
    pd.testing.assert_series_equal(read["value"], given["value"], rtol=1e-9)
    assert read["reason"].tolist() == given["reason"].astype(str).tolist()


def test_names_that_start_like_formulas_are_inert_and_codes_keep_their_zero(hostile, tmp_path):
    write_csv(selection(hostile, indicators=["population"]), tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["area_code"] for row in rows] == list(CODES)
    assert [row["area_name"] for row in rows] == ["'" + HOSTILE[0], HOSTILE[1]]
    assert float(rows[0]["value"]) > 0


def test_a_negative_number_stays_a_number(tmp_path):
    table = pd.DataFrame({"name": ["-2+3", "+1", "=1", "@x"], "value": [-2.5, 1.0, -0.25, 0.0]})
    write_table(table, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == ["'-2+3", "'+1", "'=1", "'@x"]
    assert [float(row[1]) for row in rows[1:]] == [-2.5, 1.0, -0.25, 0.0]


def test_the_dictionary_explains_every_column_code_and_indicator(tiny, tmp_path):
    chosen = selection(tiny)
    write_csv(chosen, tmp_path / "out.csv")
    book = pd.read_csv(tmp_path / "out_dictionary.csv", dtype=str, keep_default_na=False)
    ids = {item: set(rows["id"]) for item, rows in book.groupby("item")}
    assert ids["column"] == set(chosen.long.columns)
    assert ids["indicator"] == set(chosen.long["indicator"].astype(str))
    assert set(chosen.long["mode"].astype(str)) <= ids["mode"]
    assert set(chosen.long["group"].astype(str)) <= ids["group"]
    for name in ("definition_ja", "definition_en"):
        assert (book.loc[book["item"].isin(["column", "indicator"]), name] != "").all()
    school = book.set_index("id").loc["elementary_school_within_800m"]
    entry = tiny.catalogue["elementary_school_within_800m"]
    assert (school["formula"], school["unit"], school["threshold_m"]) == (entry.formula, "%", "800")
    assert school["needs_ja"] == "施設"


def test_scenario_columns_are_explained_too(tiny):
    table = dictionary_table([tiny.catalogue["population"]], ["value_after", "reason_after", "change", "scenario"])
    assert (table.loc[table["item"] == "column", "definition_en"] != "").all()


def test_the_sources_carry_dates_licences_method_scenario_and_version(tiny, tmp_path):
    write_csv(selection(tiny), tmp_path / "out.csv")
    table = pd.read_csv(tmp_path / "out_sources.csv", dtype=str, keep_default_na=False)
    said = dict(zip(table["item"], table["title_en"], strict=True))
    assert said["作成したソフトウェア / Made with"].startswith("Regional Conditions Explorer ")
    assert said["シナリオ / Scenario"] == "none (as it is)"
    sources = table[table["item"] == "出典 / Source"]
    used = {each["kind"] for each in tiny.workspace.manifest["sources"] if each["used"]}
    assert len(sources) == len(used)
    assert (sources["licence"] != "").all()


@pytest.mark.parametrize("name", ["out.csv", "out_dictionary.csv", "out_sources.csv"])
def test_the_same_question_gives_the_same_bytes(tiny, tmp_path, name):
    for folder in ("a", "b"):
        write_csv(selection(tiny, theme="school"), tmp_path / folder / "out.csv")
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
