"""What a profile is about: its values are those of the table, its places those worked out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from explorer.profile.asked import asked_about
from geodata.errors import UnknownCode

if TYPE_CHECKING:
    from explorer.regions import Opened


def test_a_value_is_that_of_the_table(tiny: Opened) -> None:
    table = tiny.indicators()
    asked = asked_about(tiny, "10201", "ja")
    wanted = ("elementary_school_within_800m", "total", "walk")
    rows = table[(table["indicator"] == wanted[0]) & (table["group"] == wanted[1]) & (table["mode"] == wanted[2])]
    value = float(rows[rows["area_code"] == "10201"]["value"].iloc[0])
    assert asked.value(wanted[0]) == value
    cell = asked.cell(wanted[0])
    assert cell.shown is not None
    assert (cell.shown.indicator, cell.shown.group, cell.shown.mode) == wanted
    assert (cell.shown.area_code, cell.shown.value) == ("10201", value)
    assert asked.study_values(wanted[0]).to_dict() == dict(zip(rows["area_code"], rows["value"], strict=True))


def test_no_data_says_so_and_why(tiny: Opened) -> None:
    asked = asked_about(tiny, "10201", "ja")
    english = asked_about(tiny, "10201", "en")
    assert asked.cell("hospital_within_800m").text == "データなし"
    assert math.isnan(asked.value("hospital_within_800m"))
    assert "資料がない" in asked.reason("hospital_within_800m")
    assert english.reason("hospital_within_800m") == "no source has been read for this service"
    assert asked.reason("population") == ""


def test_what_the_workspace_does_not_know_is_no_data_too(tiny: Opened) -> None:
    asked = asked_about(tiny, "10201", "en")
    assert asked.cell("population", "75_plus").text == "No data"
    assert asked.cell("population", "75_plus").shown is None
    assert asked.reason("population", "75_plus") == "this workspace has no values for this age group"
    assert asked.reason("of_nobody") == "not an indicator of this workspace"
    assert asked.rank_note("of_nobody") == ""


def test_the_mode_of_a_group_without_values_is_the_same(tiny: Opened) -> None:
    asked = asked_about(tiny, "10201", "ja")
    assert asked.mode("elementary_school_within_800m", "75_plus") == "walk"


def test_places_by_hand(tiny: Opened) -> None:
    """Two towns of 6,400 people each: they share the first place. The schools are in the first town only."""
    asked = asked_about(tiny, "10201", "ja")
    assert asked.rank_note("population") == "2 市区町村中 1 位（値の大きい順、同じ順位が 2 市区町村）"
    assert asked.rank_short("population") == "1/2（同2） ↑"
    other = asked_about(tiny, "10203", "en")
    assert other.rank_note("elementary_school_within_800m") == "Rank 2 of 2 (highest value first)"
    assert other.rank_short("elementary_school_minutes_median") == "2/2 ↓"


def test_a_region_is_pooled_and_has_the_range_of_its_members(tiny: Opened) -> None:
    asked = asked_about(tiny, ["10203", "10201"], "ja")
    pooled = tiny.region(["10201", "10203"]).pooled_table()
    row = pooled[(pooled["indicator"] == "elementary_school_within_800m") & (pooled["mode"] == "walk")]
    assert asked.area_code == "region"
    assert asked.value("elementary_school_within_800m") == float(row["value"].iloc[0])
    assert asked.value("population") == pytest.approx(12_800.0)
    assert asked.rank("population") is None
    assert asked.rank_note("population") == "構成市町村ではいずれも 6,400 人"
    assert asked.name == "前橋市・桐生市"
    assert asked_about(tiny, ["10203"], "en").name == "桐生市 (10203)"


def test_an_unknown_code_is_refused(tiny: Opened) -> None:
    with pytest.raises(UnknownCode):
        asked_about(tiny, "99999", "ja")
