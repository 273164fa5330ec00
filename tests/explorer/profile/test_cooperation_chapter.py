"""Cooperation in a profile: equal to the functions of cooperation, uses, criticality and viability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from explorer.cooperation import border_dependence, pooled_services, uses
from explorer.criticality import critical
from explorer.profile import cooperation_chapter, cooperation_sites
from explorer.profile.asked import asked_about
from explorer.profile.cooperation_cover import coverage_rows
from explorer.profile.cooperation_uses import shares_matrix, use_of
from explorer.profile.study_answers import StudyAnswers, study_answers
from explorer.viability import viability

from .chapters import column, rows, said, table, tables


@pytest.mark.parametrize("codes", [["48202"], ["48202", "48301", "48321"]])
def test_coverage_is_that_of_pooled_services(sample, codes):
    asked = asked_about(sample, codes, "ja")
    told = [row for row in coverage_rows(asked) if row["group"] == "total"]
    assert len(told) == 6
    for row in told:
        direct = pooled_services(sample, codes, categories=[row["category"]], mode=row["mode"], limit=row["limit"])
        wanted = direct[direct["area_code"] == asked.area_code].iloc[0]
        for name in ("own", "all", "own_people", "all_people"):
            assert row[name] == wanted[name], (row["category"], name)
        whose = "pooled" if len(codes) > 1 else "all"
        assert row["other"] == wanted[whose]
        assert row["other_people"] == wanted[f"{whose}_people"] - wanted["own_people"]


@pytest.mark.parametrize("codes", [["48202"], ["48202", "48301", "48321"]])
def test_border_dependence_is_that_of_the_region(sample, codes):
    asked = asked_about(sample, codes, "en")
    for question in study_answers(sample).shared():
        use = use_of(asked, question.category)
        table_ = border_dependence(sample, codes, categories=[question.category], mode=question.mode)
        wanted = table_[table_["area_code"] == asked.area_code].iloc[0]
        np.testing.assert_allclose(use.elsewhere, wanted["outside_people"])
        np.testing.assert_allclose(100 * use.members / use.people, wanted["members"])
        np.testing.assert_allclose(100 * use.none / use.people, wanted["none"], atol=1e-9)
        assert use.own + use.members + use.outside + use.none == pytest.approx(use.people)


def test_the_matrix_of_a_region_is_that_of_uses(sample):
    codes = ["48202", "48301", "48321"]
    shares, columns = shares_matrix(asked_about(sample, codes, "ja"), "high_school")
    direct = uses(sample, codes, "high_school", study_answers(sample).mode)
    wide = direct.pivot_table(index="from_code", columns="to_code", values="share", observed=False)
    np.testing.assert_allclose(shares, wide.loc[codes, columns].to_numpy(float))
    np.testing.assert_allclose(shares.sum(axis=1), 100.0, atol=1.0)


def test_critical_facilities_are_told_by_the_people_here(sample):
    asked = asked_about(sample, ["48202"], "ja")
    answers = study_answers(sample)
    found = table(cooperation_chapter.chapter(asked), "要の施設")
    question = answers.critical_questions(asked.codes)[0]
    direct = critical(sample, question.category, question.mode, question.limit)
    people = [dict(lost).get("48202", 0.0) for lost in direct["municipalities"]]
    wanted = sorted((each for each in people if each >= 9.5), reverse=True)[: cooperation_sites.MOST_SITES]
    assert column(found, "この地域（人）")[: len(wanted)] == [f"{each:,.0f}" for each in wanted]


def test_equal_facilities_share_a_rank_and_a_handful_is_left_out():
    lost = [[("a", 20.0)], [("a", 20.2), ("b", 5.0)], [("a", 9.0)], [("b", 500.0)], [("a", 10.0)], []]
    sites = pd.DataFrame({"site_id": list("uvwxyz"), "rank": range(6), "municipalities": pd.Series(lost, dtype=object)})
    felt = cooperation_sites.felt_here(sites, ("a",))
    assert list(felt["site_id"]) == ["v", "u", "y"]
    assert list(felt["rank_here"]) == [1, 1, 3]
    assert cooperation_sites.felt_here(sites.iloc[:0], ("a",)).empty


def test_catchments_below_the_threshold_are_those_of_viability(sample):
    asked = asked_about(sample, ["48201"], "ja")
    found = table(cooperation_chapter.chapter(asked), "商圏の人口")
    direct = viability(sample, "clinic", study_answers(sample).mode, codes=["48201"], together=500.0)
    places = direct.drop_duplicates("location")
    row = dict(zip([each.head for each in found.columns], rows(found)[0], strict=True))
    assert row["場所の数"] == f"{len(places)}"
    for year in (2020, 2030, 2050, 2070):
        assert row[f"{year}年に下回る"] == f"{(places[f'people_{year}'] < 3500).sum()}"


def test_three_schools_in_one_town_and_none_in_the_other(tiny):
    one, other = (asked_about(tiny, [code], "ja") for code in ("10201", "10203"))
    schools = table(cooperation_chapter.chapter(other), "施設が基準以内")
    assert rows(schools)[0][:3] == ["小学校（15 分以内）", "0.0 %", rows(schools)[0][2]]
    assert float(rows(schools)[0][2].split()[0]) > 0
    where = table(cooperation_chapter.chapter(other), "最寄りの施設がある市区町村")
    assert rows(where)[0][1:3] == ["0.0 %", "100.0 %"]
    assert rows(where)[0][-1] == "前橋市（10201） 100.0 %"
    text = said(cooperation_chapter.chapter(one))
    assert "前橋市では、表のどのサービスも、最寄りの施設が自市区町村の外にある人はいません。" in text
    assert "ほかの市区町村の施設も使って基準以内の人が同じです" in text


def test_both_towns_as_a_region_share_schools(tiny):
    asked = asked_about(tiny, ["10201", "10203"], "en")
    blocks = cooperation_chapter.chapter(asked)
    shared = table(blocks, "Share of people")
    own, pooled = (float(text.split()[0]) for text in rows(shared)[0][1:3])
    assert own < pooled
    assert rows(table(blocks, "Where the nearest"))[0][1:4] == ["50.0 %", "50.0 %", "0.0 %"]


def test_lists_that_lack_most_shops_are_left_out_and_said(tiny):
    asked = asked_about(tiny, ["10201"], "en")
    answers = study_answers(tiny)
    low = answers.low_lists(asked.codes)
    blocks = cooperation_chapter.chapter(asked)
    for question in answers.shared():
        is_told = any(question in answers.told(asked.codes) for _ in tables(blocks))
        assert is_told == (question.category not in low)
    if "food_shop" in low:
        assert "Any food shop: the lists hold" in said(blocks)


def test_where_every_list_lacks_too_much_nothing_is_told_but_that(tiny_workspace, monkeypatch):
    import explorer

    opened = explorer.open(tiny_workspace)  # of its own: answers are kept with it
    everything = dict.fromkeys(opened.services().categories, 3.0)
    monkeypatch.setattr(StudyAnswers, "low_lists", lambda *_: everything)
    for codes in (["10201"], ["10201", "10203"]):
        blocks = cooperation_chapter.chapter(asked_about(opened, codes, "ja"))
        assert not tables(blocks)
        assert "小学校は、一覧に見込まれる数の約 3 %しか載っていない" in said(blocks)
