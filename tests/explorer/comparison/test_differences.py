"""Differences from a base and how certain they are, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.comparison.measured import difference_unit
from explorer.completeness_text import Share
from tests.explorer.comparison.by_hand import measured

NAN = float("nan")


def test_ranges_that_do_not_meet_are_apart():
    row = measured("a", [50, 70, 30], low=[45, 60, 20], high=[55, 80, 44])
    found = row.differences(0)
    assert found.value.tolist() == [0, 20, -20]
    assert found.low[1:].tolist() == [60 - 55, 20 - 55]
    assert found.high[1:].tolist() == [80 - 45, 44 - 45]
    assert found.certainty == ("base", "apart", "apart")
    assert found.unit == "ポイント"


def test_ranges_that_overlap_are_not_certain():
    # Under every choice the second is higher; the third is lower with the smaller limit and higher with the larger.
    row = measured("a", [50, 54, 51], low=[45, 49, 44], high=[55, 60, 58])
    assert row.differences(0).certainty == ("base", "same_direction", "overlap")


def test_a_difference_too_small_to_be_shown_is_none():
    row = measured("a", [50, 50.02], low=[45, 45.02], high=[55, 55.02])
    assert row.differences(0).certainty == ("base", "overlap")
    row = measured("a", [50, 50.02], low=[50, 50.02], high=[50, 50.02])
    assert row.differences(0).certainty == ("base", "overlap")


def test_where_no_range_is_known_that_is_said():
    found = measured("a", [50, 70]).differences(0)
    assert found.certainty == ("base", "no_range")
    assert np.isnan(found.low).all()
    assert np.isnan(found.high).all()


def test_where_one_side_has_no_range_there_is_none():
    row = measured("a", [50, 70, 90], low=[NAN, 60, 80], high=[NAN, 80, 95])
    assert row.differences(1).certainty == ("no_range", "base", "same_direction")


def test_a_missing_value_has_no_difference():
    row = measured("a", [50, NAN, 70], low=[45, NAN, 60], high=[55, NAN, 80])
    assert row.differences(0).certainty == ("base", "", "apart")
    assert row.differences(1).certainty == ("", "", "")
    assert np.isnan(row.differences(1).value).all()


def test_the_median_of_the_study_area_is_a_base_with_a_range():
    row = measured("a", [10, 50, 90], low=[5, 45, 85], high=[15, 55, 95])
    found = row.differences(None)
    assert row.median == 50
    assert found.value.tolist() == [-40, 0, 40]
    assert found.low.tolist() == [5 - 55, 45 - 55, 85 - 55]
    assert found.certainty == ("apart", "overlap", "apart")


def test_the_median_has_no_range_where_a_municipality_has_none():
    row = measured("a", [10, 50, 90], low=[5, NAN, 85], high=[15, NAN, 95])
    assert row.differences(None).certainty == ("no_range", "no_range", "no_range")


def test_missing_municipalities_do_not_take_the_range_of_the_median_away():
    row = measured("a", [10, NAN, 90, 50], low=[5, NAN, 85, 45], high=[15, NAN, 95, 55])
    assert row.differences(None).certainty == ("apart", "", "apart", "overlap")


def test_lists_that_lack_most_shops_make_every_difference_uncertain():
    row = measured("a", [50, 70, 90], low=[45, 65, 85], high=[55, 75, 95])
    low, enough = Share(3.0, is_published=False, is_low=True), Share(95.0, is_published=False, is_low=False)
    assert replace(row, whole_list=low).differences(0).certainty == ("base", "lists_lack", "lists_lack")
    of_one = replace(row, lists=(enough, low, enough), whole_list=enough)
    assert of_one.differences(0).certainty == ("base", "lists_lack", "apart")
    assert of_one.differences(1).certainty == ("lists_lack", "base", "lists_lack")


@pytest.mark.parametrize(
    ("unit", "expected"), [("%", ("ポイント", 1.0)), ("時", ("分", 60.0)), ("人", ("人", 1.0)), ("分", ("分", 1.0))]
)
def test_units_of_differences(unit, expected):
    assert difference_unit(unit) == expected


def test_times_of_day_differ_in_minutes():
    found = measured("a", [18.5, 20.0], unit="時").differences(0)
    assert found.value.tolist() == [0, 90]
    assert found.unit == "分"
