"""The KPI catalogue: 85 of them, none shown finer than it is published."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import catalogue
from layers.kpi import (
    CLASSES,
    GOALS,
    KPIS,
    LEVELS,
    by_number,
    indicators_of,
    level_of,
    published_for,
    why_no_figure,
    why_too_fine,
)
from layers.kpi_table import FINENESS, Published


def test_there_are_eighty_five_in_the_order_of_the_deck() -> None:
    assert [kpi.number for kpi in KPIS] == list(range(1, 86))
    assert by_number(69).ja == "地域運営組織が運営する「小さな拠点」の形成数"
    for number in (0, 86):
        with pytest.raises(KeyError):
            by_number(number)


def test_every_entry_is_complete() -> None:
    for kpi in KPIS:
        assert kpi.ja
        assert kpi.en
        assert not re.search(r"[ぁ-ヿ一-鿿]", kpi.en)
        assert kpi.unit
        assert kpi.classes
        assert set(kpi.classes) <= CLASSES.keys()
        assert kpi.level in LEVELS
        assert kpi.url.startswith("https://")
        assert bool(kpi.target_ja) == bool(kpi.target_en)
        assert bool(kpi.remark_ja) == bool(kpi.remark_en)
        for text in (why_no_figure(kpi), why_too_fine(kpi, "S") or "- / -"):
            assert len(text.split(" / ")) == 2, text


def test_the_twins_say_so() -> None:
    assert by_number(33).ja == by_number(75).ja
    assert "75" in by_number(33).remark_ja
    assert "33" in by_number(75).remark_ja
    assert "79" in by_number(23).remark_ja
    assert "23" in by_number(79).remark_ja


def test_the_candidates_of_this_software_are_answered_or_have_a_reason() -> None:
    every = list(catalogue.indicators().values())
    assert {each.id for each in indicators_of(by_number(69), every)} >= {"hub_candidates", "hub_within_20min_drive"}
    assert {each.id for each in indicators_of(by_number(24), every)} == {"employment_rate_65_69"}
    assert {each.id for each in indicators_of(by_number(57), every)} == {"employment_rate_women_25_44"}
    for number in (37, 38):
        assert not indicators_of(by_number(number), every)
        assert "not computed yet" in why_no_figure(by_number(number))


def test_numbers_of_kpis_in_the_catalogue_exist() -> None:
    for indicator in catalogue.indicators().values():
        assert all(1 <= number <= 85 for number in indicator.kpi), indicator.id


def test_indicators_beside_the_goals_exist() -> None:
    assert {name for goal in GOALS for name in goal.indicators} <= catalogue.indicators().keys()
    assert len({goal.id for goal in GOALS}) == len(GOALS)
    assert all(goal.source for goal in GOALS)


def test_a_value_finer_than_the_kpi_cannot_even_be_written_down() -> None:
    town = Published(97.0, "M", "10201", "2024", "somebody")
    with pytest.raises(ValueError, match="finer than P"):
        replace(by_number(26), latest=(town,))
    assert replace(by_number(25), latest=(town,)).latest == (town,)


def coverage():
    """5G: published for a prefecture and for the nation."""
    return replace(
        by_number(26),
        latest=(Published(98.1, "N", "00000", "2024", "s"), Published(96.4, "P", "10000", "2024", "s")),
    )


def test_a_town_gets_its_prefectures_value_as_the_prefectures_only() -> None:
    shown = published_for(coverage(), "10201")
    assert shown is not None
    assert (shown.published.value, shown.is_own) == (96.4, False)
    assert shown.of_ja == "群馬県の値（この地域の値ではない）"
    assert "Gunma" in shown.of_en
    elsewhere = published_for(coverage(), "16201")
    assert elsewhere is not None
    assert (elsewhere.published.value, elsewhere.is_own) == (98.1, False)
    prefecture = published_for(coverage(), "10000")
    assert prefecture is not None
    assert prefecture.is_own
    region = published_for(coverage(), "region")
    assert region is not None
    assert (region.published.area_code, region.is_own) == ("00000", False)
    assert published_for(by_number(2), "10201") is None


@given(st.sampled_from(KPIS), st.sampled_from(["10201", "10000", "00000", "region", "48201"]))
def test_what_is_shown_as_an_areas_own_was_published_for_that_area(kpi, area: str) -> None:
    shown = published_for(kpi, area)
    if shown is not None:
        assert shown.is_own == (shown.published.area_code == area)
        assert FINENESS[shown.published.level] <= FINENESS[kpi.level]
        assert shown.is_own or "ではない" in shown.of_ja


def test_own_figures_are_not_finer_than_what_is_published_unless_we_compute_them() -> None:
    assert "prefecture" in why_too_fine(by_number(26), "M")
    assert why_too_fine(by_number(26), "P") == ""
    assert why_too_fine(by_number(25), "M") == ""  # published by municipality
    assert why_too_fine(by_number(21), "M") == ""  # class b
    assert why_too_fine(by_number(45), "M") == ""  # a proxy of class b
    assert why_too_fine(by_number(39), "M") != ""


@pytest.mark.parametrize(("code", "level"), [("00000", "N"), ("10000", "P"), ("10201", "M"), ("region", "R")])
def test_level_of_an_area(code: str, level: str) -> None:
    assert level_of(code) == level
