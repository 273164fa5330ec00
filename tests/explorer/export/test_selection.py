from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from explorer.export.scenario_values import ONLY_A_BUILD, SCENARIO_COLUMNS
from explorer.export.selection import selection
from explorer.scenario_edits import Close, Scenario
from geodata.errors import UnknownCode
from tests.explorer.export.shared import by_keys, wide_values


def test_without_a_choice_it_is_the_table_of_explorer_indicators(tiny):
    chosen = selection(tiny)
    assert_frame_equal(chosen.long, tiny.indicators())
    assert not chosen.is_chosen


def test_a_region_has_its_members_and_itself_as_explorer_indicators_has_them(tiny):
    region = tiny.region(["10203", "10201"])
    expected = pd.concat([region.member_table(), region.pooled_table()], ignore_index=True)
    chosen = selection(tiny, region=region)
    assert_frame_equal(by_keys(chosen.long), by_keys(expected))
    assert chosen.area_codes == ["10201", "10203", "region"]
    assert chosen.wide["area_km2"].iloc[-1] == pytest.approx(chosen.wide["area_km2"].iloc[:2].sum())
    areas = [shape.area for shape in chosen.shapes]
    assert areas[-1] == pytest.approx(sum(areas[:-1]))


def test_a_part_of_the_pooled_region_is_that_of_the_whole(tiny):
    options = {"indicators": ["elementary_school_within_800m"], "mode": "walk", "group": "total"}
    part = selection(tiny, region=["10201", "10203"], **options).long
    whole = by_keys(selection(tiny, region=["10201", "10203"]).long)
    assert len(part) == 3
    assert set(part["mode"].astype(str)) == {"walk"}
    found = by_keys(part)
    assert_frame_equal(found.astype(object), whole.loc[found.index].astype(object), check_dtype=False)


def test_the_wide_table_takes_its_values_from_the_long_one(tiny):
    chosen = selection(tiny)
    for name, values in wide_values(chosen).items():
        np.testing.assert_array_equal(chosen.wide.set_index("area_code")[name], values.reindex(chosen.codes))
    columns = {column.indicator.id: column for column in chosen.columns}
    assert columns["elementary_school_within_800m"].mode == "walk"
    assert columns["population"].mode == ""


def test_every_empty_value_has_its_reason(tiny):
    chosen = selection(tiny)
    for row, reasons in enumerate(chosen.reasons):
        empty = {name for name in chosen.wide.columns[4:] if np.isnan(chosen.wide[name].iloc[row])}
        assert empty == set(reasons)
        assert empty  # this region has no hospitals, no projection …


def test_a_theme_takes_its_indicators_only(tiny):
    chosen = selection(tiny, theme="school")
    assert {column.indicator.theme for column in chosen.columns} == {"school"}
    assert set(chosen.long["indicator"].astype(str)) == {column.indicator.id for column in chosen.columns}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"indicators": ["elementary_school_within_801m"]}, "elementary_school_within_800m"),
        ({"theme": "shop"}, "shopping"),
        ({"group": "old"}, "65_plus"),
        ({"mode": "fly"}, "drive"),
        ({"region": ["99999"]}, "99999"),
        ({"indicators": ["population_density"], "group": "85_plus"}, "no values for this combination"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(tiny, options, said):
    with pytest.raises(UnknownCode, match=said) as caught:
        _ = selection(tiny, **options).long
    assert " / " in str(caught.value)


def test_after_a_scenario_equals_the_scenario_itself(tiny):
    school = tiny.workspace.table("facilities").query("kind == 'elementary_school'")["facility_id"].iloc[0]
    result = tiny.scenario(Scenario("校", edits=(Close(school),)))
    chosen = selection(tiny, scenario=result)
    assert list(chosen.long.columns[-len(SCENARIO_COLUMNS) :]) == list(SCENARIO_COLUMNS)
    after, touched = by_keys(chosen.long), by_keys(result.before_after)
    assert (result.changed["verdict"] != "same").any()
    rows = after.loc[touched.index]
    known = rows["reason_after"].astype(str) != ONLY_A_BUILD
    np.testing.assert_array_equal(rows.loc[known, "value_after"], touched.loc[known, "after"])
    np.testing.assert_array_equal(rows.loc[known, "value"], touched.loc[known, "before"])
    rest = after.drop(touched.index)
    rest = rest[rest["reason_after"].astype(str) != ONLY_A_BUILD]
    np.testing.assert_array_equal(rest["value_after"], rest["value"])
    assert set(after["scenario"].astype(str)) == {result.scenario.tag}
    assert {f"{name}_after" for name in ("population", "elementary_school_within_800m")} <= set(chosen.wide.columns)


def test_the_region_after_a_scenario_is_pooled_too(tiny):
    school = tiny.workspace.table("facilities").query("kind == 'elementary_school'")["facility_id"].iloc[0]
    result = tiny.scenario(Scenario("校", edits=(Close(school),)))
    chosen = selection(
        tiny, region=["10201", "10203"], indicators=["elementary_school_within_800m"], scenario=result, mode="walk", group="total"
    )  # fmt: skip
    table = chosen.long.set_index(chosen.long["area_code"].astype(str))
    assert table["numerator_after"].loc["region"] == pytest.approx(
        table["numerator_after"].loc[["10201", "10203"]].sum()
    )
    assert table["change"].loc["region"] < 0
