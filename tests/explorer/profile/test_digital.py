"""Fibre, 5G and substitution in a profile."""

from __future__ import annotations

import pytest

from explorer.profile import digital
from explorer.profile.asked import asked_about

from .chapters import column, rows, said, table


@pytest.mark.parametrize("codes", [["48201"], ["48202", "48301"]])
def test_the_figure_of_a_prefecture_is_named_as_the_prefectures(sample, codes):
    text = said(digital.chapter(asked_about(sample, codes, "ja")))
    assert "全体で 96.4 %（2025-03-31）です。この地域の値ではありません。" in text


def test_classes_add_up_to_everybody(sample):
    asked = asked_about(sample, ["48341"], "en")
    found = table(digital.chapter(asked), "People of")
    people = [int(text.replace(",", "")) for text in column(found, "People")]
    assert abs(sum(people) - asked.value("population")) <= len(people)
    assert [row[0] for row in rows(found)][-1] == "far, and no fibre"


def test_nobody_without_both_is_a_sentence(sample):
    asked = asked_about(sample, ["48201"], "ja")
    text = said(digital.chapter(asked))
    people = round(asked.row("substitution_shopping_neither").numerator)
    assert f"買物では、施設が遠く光ファイバも使えない人が {people} 人" in text


def test_what_is_not_known_is_said_with_its_reason(tiny):
    text = said(digital.chapter(asked_about(tiny, ["10201"], "ja")))
    assert "光ファイバの世帯カバー率は分かりません。理由: " in text
    assert "0 %" not in text
