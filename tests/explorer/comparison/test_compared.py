"""Comparisons of the invented sample: the same numbers as everywhere, ranks, errors, files and documents."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from explorer.comparison.areas import AreasError, areas_of
from explorer.comparison.compared import BadComparison, compare_areas, usual_of_theme
from explorer.comparison.document import comparison_document
from explorer.region_file import SavedRegion, write_region
from geodata.errors import UnknownCode

AREAS = "48201,48203,48301+48302"
IDS = ["population", "supermarket_within_800m", "ageing_65", "stop_minutes_median"]
WEIGHTS = {"supermarket_within_800m": 2.0, "stop_minutes_median": 1.0}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")


@pytest.fixture(scope="module")
def found(sample):
    return compare_areas(sample, AREAS, IDS, base="48203", weights=WEIGHTS)


@pytest.fixture(scope="module")
def table(found):
    return found.table()


# --- areas -------------------------------------------------------------------------------------------------------------


def test_areas_are_codes_regions_and_files(sample, tmp_path):
    file = write_region(
        [SavedRegion("北", "North", ["48201", "48202"]), SavedRegion("南", codes=["48203"])], tmp_path / "r.toml"
    )
    areas = areas_of(sample, f"48201、48301+48302,{file}")
    assert [(area.key, area.is_region) for area in areas] == [
        ("48201", False), ("48301+48302", True), ("48201+48202", True), ("48203", True),
    ]  # fmt: skip
    assert areas[2].names == ("北", "North")
    assert areas[2].label("en") == "North (region of 2)"
    assert areas[0].label("ja") == "見本中央市（48201）"


def test_an_area_named_twice_is_one(sample):
    assert len(areas_of(sample, "48201,48202,48201,48302+48301,48301+48302")) == 3


@pytest.mark.parametrize("asked", ["", "48201", "48201,48201"])
def test_fewer_than_two_areas_are_refused(sample, asked):
    with pytest.raises(AreasError, match="2〜60件"):
        areas_of(sample, asked)


def test_more_than_sixty_areas_are_refused(sample):
    codes = sample.municipalities["code"].tolist()
    pairs = [[one, two] for one in codes for two in codes if one < two]
    with pytest.raises(AreasError, match="60"):
        areas_of(sample, [*pairs, *([one, two, codes[0]] for one, two in pairs[20:])])


def test_unknown_municipalities_are_named(sample):
    with pytest.raises(UnknownCode, match="01100"):
        areas_of(sample, "48201,01100")


# --- values and ranks --------------------------------------------------------------------------------------------------


def test_values_are_those_of_the_indicator_table(sample, table):
    long = sample.indicators()
    for row in table.itertuples():
        codes = row.area_code.split("+")
        if len(codes) == 1:
            rows = long[(long["area_code"] == row.area_code)]
        else:
            rows = sample.indicator(row.indicator, mode=row.mode, group=row.group, region=codes)
            rows = rows[rows["area_code"] == "region"]
        keys = (rows["indicator"] == row.indicator) & (rows["group"] == row.group) & (rows["mode"] == row.mode)
        assert rows[keys]["value"].tolist() == [row.value]


def test_ranks_are_among_all_municipalities_and_regions_have_none(sample, found, table):
    people = table[table["indicator"] == "population"].set_index("area_code")
    assert people.loc["48201", ["rank", "rank_of", "rank_tied"]].tolist() == [1, 10, 1]
    assert people.loc["48301+48302", ["rank", "rank_of"]].isna().all()
    every = sample.rows().values(sample.municipalities["code"].tolist(), "population")
    assert people.loc["48203", "rank"] == 1 + (every > every["48203"]).sum()


def test_regions_alone_are_ranked_among_themselves(sample):
    found = compare_areas(sample, "48201+48202,48301+48302,48203+48321", ["population"])
    assert found.is_ranked_among_regions
    ranked = found.table().sort_values("value", ascending=False)
    assert ranked["rank"].tolist() == [1, 2, 3]
    assert set(ranked["rank_of"]) == {3}


def test_the_order_of_areas_changes_no_number(sample, table):
    turned = compare_areas(sample, "48302+48301,48203,48201", IDS, base="48203").table()
    keys = ["area_code", "indicator"]
    pd.testing.assert_frame_equal(
        table.sort_values(keys, ignore_index=True), turned.sort_values(keys, ignore_index=True)
    )


def test_a_region_of_one_municipality_equals_it(sample):
    found = compare_areas(sample, ["48201", ["48201"], "48202"], IDS, weights=WEIGHTS)
    for row in found.rows:
        assert row.value[0] == pytest.approx(row.value[1], rel=1e-12)
    assert found.composite.rank[0] == found.composite.rank[1]


def test_ranges_hold_the_values_and_say_what_they_are_made_of(found, table):
    known = table[table["range_low"].notna()]
    assert set(known["indicator"]) >= {"supermarket_within_800m"}
    assert (known["range_low"] <= known["value"]).all()
    assert (known["value"] <= known["range_high"]).all()
    assert (known["range_from"] != "").all()
    assert (table[table["range_low"].isna()]["range_from"] == "").all()


def test_the_range_of_a_municipality_is_that_of_its_confidence(sample, table):
    told = sample.confidence("supermarket_within_800m").set_index("code")
    rows = table[table["indicator"] == "supermarket_within_800m"].set_index("area_code")
    for code in ("48201", "48203"):
        ends = told.loc[code, ["value_low", "value_high", "other_value"]].astype(float)
        assert rows.loc[code, "range_low"] == ends.min()
        assert rows.loc[code, "range_high"] == ends.max()


def test_differences_are_from_the_base(table):
    for _, rows in table.groupby("indicator"):
        base = rows[rows["area_code"] == "48203"].iloc[0]
        assert base["certainty"] == "base"
        others = rows[rows["area_code"] != "48203"]
        np.testing.assert_allclose(others["difference"], others["value"] - base["value"])


def test_an_indicator_not_made_for_the_group_is_of_all_people(sample):
    table = compare_areas(
        sample, "48201,48202", ["ageing_65", "supermarket_within_800m"], group="75_plus", mode="drive"
    ).table()
    by_id = table.drop_duplicates("indicator").set_index("indicator")
    assert by_id.loc["ageing_65", ["group", "mode"]].tolist() == ["total", ""]
    assert by_id.loc["supermarket_within_800m", ["group", "mode"]].tolist() == ["75_plus", "walk"]
    assert (table["ages_merged_percent"].notna() == (table["group"] == "75_plus")).all()


@pytest.mark.parametrize(
    ("options", "error"),
    [({"mode": "teleport"}, UnknownCode), ({"group": "all"}, UnknownCode), ({"base": "48302"}, AreasError),
     ({"base": "nowhere"}, AreasError)],
)  # fmt: skip
def test_bad_options_are_refused_kindly(sample, options, error):
    with pytest.raises(error) as raised:
        compare_areas(sample, AREAS, IDS, **options)
    ja, _, en = str(raised.value).partition(" / ")
    assert re.search("[ぁ-ん一-龠]", ja)
    assert en


def test_unknown_indicators_are_refused_with_close_ones(sample):
    with pytest.raises(UnknownCode, match="supermarket_within_800m"):
        compare_areas(sample, AREAS, ["supermarket_within_80m"])
    with pytest.raises(BadComparison):
        compare_areas(sample, AREAS, [])


def test_a_theme_brings_indicators_with_values(sample):
    known = set(sample.indicators().dropna(subset=["value"])["indicator"].astype(str))
    for theme in ("main", "shopping", "future"):
        ids = usual_of_theme(sample, theme)
        assert ids
        assert set(ids) <= known
    with pytest.raises(UnknownCode, match="shopping"):
        usual_of_theme(sample, "shops")


# --- years -------------------------------------------------------------------------------------------------------------


def test_people_over_years_are_those_of_the_projection(sample, found):
    years = found.years_table()
    people = years[years["series"] == "population_future"]
    assert sorted(set(people["year"])) == [2020, *range(2025, 2071, 5)]
    rows = people[people["area_code"] == "48201"].set_index("year")["value"]
    assert rows[2050] == sample.rows().row("48201", "population_2050").value
    region = people[(people["area_code"] == "48301+48302") & (people["year"] == 2050)]["value"].item()
    assert region == pytest.approx(sum(sample.rows().row(code, "population_2050").value for code in ("48301", "48302")))
    first = people[(people["area_code"] == "48301+48302") & (people["year"] == 2020)]["value"].item()
    change = sample.indicator("population_change_2050", region=["48301", "48302"]).set_index("area_code")["value"][
        "region"
    ]
    assert region / first - 1 == pytest.approx(change / 100)


def test_other_series_say_that_their_present_is_of_another_source(found):
    ageing = next(row for row in found.years if row.series == "ageing_future")
    assert ageing.years == [2020, 2030, 2040, 2050, 2070]
    assert ageing.mixes_sources
    assert [point.is_projected for point in ageing.points] == [False, True, True, True, True]


def test_without_years_there_is_no_series(tiny):
    assert compare_areas(tiny, "10201,10203", ["population"]).years == ()


# --- command and documents ---------------------------------------------------------------------------------------------


def test_the_command_writes_the_same_table(sample_workspace, table, command, tmp_path):
    out = tmp_path / "found.json"
    ran = command(
        "compare", sample_workspace, "--areas", AREAS, "--indicators", ",".join(IDS), "--base", "48203", "--out", out
    )
    assert ran.code == 0, ran.err
    written = pd.DataFrame(json.loads(out.read_text(encoding="utf-8")))
    assert written["area_code"].tolist() == table["area_code"].tolist()
    np.testing.assert_allclose(written["value"].astype(float), table["value"])
    assert written["rank"].isna().tolist() == table["rank"].isna().tolist()


def test_the_command_writes_the_composite(sample_workspace, found, command):
    ran = command(
        "compare", sample_workspace, "--areas", AREAS, "--weights", "supermarket_within_800m=2,stop_minutes_median=1",
        "--table", "composite",
    )  # fmt: skip
    lines = ran.out.splitlines()
    assert lines[0].startswith("area_code,area_name,supermarket_within_800m,stop_minutes_median,composite,")
    assert len(lines) == 4
    assert float(lines[1].split(",")[4]) == pytest.approx(found.composite.value[0], rel=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--table", "map"], ["--table map"]), (["--lang", "fr"], ["--lang fr"]), (["--weights", "population"], ["--weights population"]),
     (["--weights", "population=1"], ["人口", "People"]), (["--theme", "x"], ["x"]), (["--indicators", "population", "--theme", "main"], ["--theme"]),
     (["--out", "x.xyz"], [".csv"]), (["--table", "composite"], ["--weights"])],
)  # fmt: skip
def test_the_command_refuses_kindly(sample_workspace, command, options, words):
    command("compare", sample_workspace, "--areas", AREAS, *options).error(*words)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_document_shows_the_values_of_the_table(found, table, language):
    document = comparison_document(found, language)
    assert document.banner  # the sample is invented
    assert document.name == f"comparison-48201-48203-48301_48302-{language}"
    values = table.set_index(["area_code", "indicator", "group", "mode"])["value"]
    shown = [cell for cell in document.cells() if cell.shown is not None and cell.shown.indicator in IDS]
    assert len(shown) >= 2 * len(table)  # side by side, and each indicator alone
    for cell in shown:
        expected = values[cell.shown.area_code, cell.shown.indicator, cell.shown.group, cell.shown.mode]
        assert cell.shown.value == expected
        digits = re.sub(r"[^\d.]", "", cell.text.split("（")[0].split(" (")[0])
        assert float(digits) == pytest.approx(expected, rel=0.02, abs=0.06)


def test_the_english_document_is_english(found):
    names = {*found.opened.municipalities["name"], "・"}
    document = comparison_document(found, "en")
    texts = [cell.text for cell in document.cells()] + [figure.caption for figure in document.figures()]
    texts += [getattr(block, "text", "") for block in document.blocks]
    for text in texts:
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")  # noqa: PLW2901
        assert not JAPANESE.search(text), text


def test_the_same_question_gives_the_same_bytes(sample, found):
    from explorer.documents.written import document_bytes

    again = compare_areas(sample, AREAS, IDS, base="48203", weights=WEIGHTS)
    first, second = (document_bytes(comparison_document(each, "ja"), "html") for each in (found, again))
    assert first == second
