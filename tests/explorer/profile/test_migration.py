"""Moves and commuting in a profile."""

from __future__ import annotations

import pytest

from explorer.commuters import Commuters
from explorer.profile import migration
from explorer.profile.asked import asked_about

from .chapters import column, rows, said, table


def test_moves_in_less_moves_out_are_the_balance(sample):
    for codes in (["48201"], ["48202", "48301"]):
        found = table(migration.chapter(asked_about(sample, codes, "en")), "Moves in and out")
        for row in rows(found):
            into, out, net = (int(text.replace(",", "").replace("−", "-").split()[0]) for text in row[1:4])
            assert into - out == net, row


@pytest.mark.parametrize(
    ("net", "ja", "en"),
    [
        (0.0, "全年齢では、転入と転出が同数です。", "All ages: as many moved in as out."),
        (1.0, "全年齢では、転入が転出より 1 人多くなっています。", "All ages: 1 person more moved in than out."),
        (
            -1200.0,
            "全年齢では、転出が転入より 1,200 人多くなっています。",
            "All ages: 1,200 people more moved out than in.",
        ),
    ],
)
def test_more_fewer_or_as_many(sample, monkeypatch, net, ja, en):
    for language, wanted in (("ja", ja), ("en", en)):
        asked = asked_about(sample, ["48201"], language)
        monkeypatch.setattr(type(asked), "value", lambda *_, **__: net)
        who = "全年齢" if language == "ja" else "All ages"
        assert migration._balance(asked, "net_migration_all", who).replace("人 多", "人多") == wanted


def test_partners_in_commuting_are_outside_the_area_and_most_people_first(sample):
    persons = Commuters.of(sample).persons
    for codes in (["48202"], ["48202", "48301"]):
        asked = asked_about(sample, codes, "ja")
        found = table(migration.chapter(asked), "通勤・通学の主な相手")
        out = persons[[a in codes and b not in codes for a, b in persons.index]].groupby(level=1).sum()
        first = out.sort_values(ascending=False)
        assert column(found, "行き先")[0].endswith(f"（{first.index[0]}）")
        assert rows(found)[0][2] == f"{first.iloc[0]:,.0f}"
        assert not any(f"（{code}）" in text for code in codes for text in column(found, "行き先"))


def test_a_place_whose_name_is_not_in_the_data_is_told_by_its_prefecture(sample):
    assert migration.place_name(asked_about(sample, ["48201"], "ja"), "13101") == "東京都内（13101）"
    assert migration.place_name(asked_about(sample, ["48201"], "en"), "13101") == "in Tokyo (13101)"
    assert migration.place_name(asked_about(sample, ["48201"], "ja"), "99999") == "99999"


def test_without_tables_there_are_two_sentences(tiny):
    blocks = migration.chapter(asked_about(tiny, ["10201"], "ja"))
    assert len(blocks) == 3
    assert said(blocks).count("分かりません。理由: ") == 2
