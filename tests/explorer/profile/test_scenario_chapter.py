"""A scenario in a profile: whom it concerns and which indicators change, as the scenario's own tables say."""

from __future__ import annotations

import pytest

from explorer.profile import scenario_chapter
from explorer.profile.asked import asked_about
from explorer.scenario_edits import Close, Scenario

from .chapters import assert_readable, assert_shown, column, rows, said, table, tables


@pytest.fixture(scope="module")
def closed(tiny):
    """One of the three schools of the tiny region closes."""
    facilities = tiny.workspace.table("facilities")
    school = facilities[facilities["kind"] == "elementary_school"].iloc[0]
    return tiny.scenario(Scenario("廃校", "Close a school", (Close(str(school["facility_id"])),)))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("codes", [["10201"], ["10203"], ["10201", "10203"]])
def test_the_chapter_is_readable(tiny, closed, codes, language):
    asked = asked_about(tiny, codes, language, scenario=closed)
    blocks = scenario_chapter.chapter(asked)
    assert_readable(blocks, tiny, language)
    assert_shown(blocks, asked)


def test_it_is_named_in_the_language_of_the_profile(tiny, closed):
    heads = {
        language: scenario_chapter.chapter(asked_about(tiny, ["10201"], language, scenario=closed))[0].text
        for language in ("ja", "en")
    }
    assert heads == {"ja": "シナリオ「廃校」", "en": "Scenario: Close a school"}


def test_people_are_those_of_the_scenario(tiny, closed):
    blocks = scenario_chapter.chapter(asked_about(tiny, ["10201"], "ja", scenario=closed))
    direct = closed.most_hurt().set_index("area_code")
    found = table(blocks, "変更で影響を受ける人")
    assert column(found, "市区町村")[0] == "前橋市（10201）"
    assert column(found, "新たに基準の外（人）")[0] == f"{direct.loc['10201', 'newly_beyond']:,.0f}"
    assert column(found, "遠くなる（人）")[0] == f"{direct.loc['10201', 'farther']:,.0f}"
    school = closed.places["about"].iloc[0]
    assert blocks[2].points == (f"閉める: {school}（前橋市）",)
    assert f"前橋市で {direct.loc['10201', 'newly_beyond']:,.0f} 人" in said(blocks)


def test_indicators_before_and_after_are_those_of_the_scenario(tiny, closed):
    asked = asked_about(tiny, ["10201"], "en", scenario=closed)
    told = closed.before_after
    changed = scenario_chapter.changed_here(asked, closed)
    assert changed
    for name, mode, after in changed:
        row = told[
            (told["area_code"] == "10201") & (told["indicator"] == name) & (told["mode"] == mode) & (told["group"] == "total")
        ]  # fmt: skip
        assert row["after"].item() == after
        assert row["before"].item() == asked.value(name, mode=mode)


def test_a_region_is_pooled_after_the_scenario(tiny, closed):
    asked = asked_about(tiny, ["10201", "10203"], "en", scenario=closed)
    after = {(name, mode): value for name, mode, value in scenario_chapter.changed_here(asked, closed)}
    members = {
        code: closed.before_after.query("area_code == @code and indicator == 'elementary_school_within_800m' "
                                        "and mode == 'walk' and group == 'total'")["after"].item()
        for code in ("10201", "10203")
    }  # fmt: skip
    people = {code: asked.row_of(code, "population").value for code in members}
    pooled = sum(members[code] * people[code] for code in members) / sum(people.values())
    assert after["elementary_school_within_800m", "walk"] == pytest.approx(pooled)


def test_a_scenario_that_changes_nothing_here_is_two_sentences(tiny):
    nothing = tiny.scenario(Scenario("なし", "Nothing", ()))
    blocks = scenario_chapter.chapter(asked_about(tiny, ["10201"], "ja", scenario=nothing))
    assert not tables(blocks)
    assert "変わるサービスはありません" in said(blocks)
    assert not rows_of(blocks)


def rows_of(blocks):
    return [row for each in tables(blocks).values() for row in rows(each)]
