"""What holds for all chapters of the regional half: one language, no empty table, values of the table of indicators."""

from __future__ import annotations

import pickle

import pytest
from pandas.testing import assert_frame_equal

from explorer.profile import (
    compact_city,
    cooperation_chapter,
    digital,
    kpis,
    migration,
    scenario_chapter,
    transport,
)
from explorer.profile.asked import asked_about
from explorer.profile.study_answers import StudyAnswers, study_answers

from .chapters import assert_readable, assert_shown

CHAPTERS = (transport, digital, compact_city, migration, cooperation_chapter, kpis)
SMALLEST = "48401"  # an island
AREAS = {"city": ["48201"], "island": [SMALLEST], "region": ["48202", "48301"], "many": [f"48{n}" for n in
         (201, 202, 203, 301, 302, 321, 322, 341, 361, 401)]}  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("area", list(AREAS))
def test_chapters_of_the_sample_are_readable_and_show_values_of_the_table(sample, area, language):
    asked = asked_about(sample, AREAS[area], language)
    for module in CHAPTERS:
        blocks = module.chapter(asked)
        assert_readable(blocks, sample, language)
        assert_shown(blocks, asked)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("codes", [["10201"], ["10203"], ["10201", "10203"]])
def test_a_workspace_with_almost_no_data_says_what_is_not_known(tiny, codes, language):
    asked = asked_about(tiny, codes, language)
    for module in CHAPTERS:
        blocks = module.chapter(asked)
        assert_readable(blocks, tiny, language)
        assert_shown(blocks, asked)
    for module in (digital, compact_city, migration):
        assert len(module.chapter(asked)) <= 3, module.__name__


def test_without_a_scenario_there_is_no_chapter_on_it(tiny):
    assert scenario_chapter.chapter(asked_about(tiny, ["10201"], "ja")) == ()


def test_answers_are_kept_with_the_workspace_and_can_be_handed_to_another_process(tiny):
    answers = study_answers(tiny)
    assert study_answers(tiny) is answers
    before = {code: answers.coverage([code]) for code in ("10201", "10203")}
    tables = pickle.loads(pickle.dumps(answers.prepare().tables))
    assert set(tables) >= {("stops",), ("coverage",)}
    other = StudyAnswers(tiny, tables)
    for code, alone in before.items():
        rows = other.coverage([code])
        rows = rows[rows["area_code"] == code].drop(columns=["pooled", "pooled_people", "gain", "gain_people"])
        assert_frame_equal(
            rows.reset_index(drop=True), alone[alone["area_code"] == code][rows.columns].reset_index(drop=True)
        )
    for question in other.critical_questions():
        assert other.critical(question).equals(answers.critical(question))
        assert other.critical(question) is tables["critical", question.category, question.mode, str(question.limit)]
