"""Moves and commuting out of figures: rates, small numbers, balances that pool, and what cannot be pooled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import AreaValues, Conditions
from layers.figures import FIGURE_COLUMNS, figures_by_name, pooled_figures

CODES = ("10201", "10203")


def table(numbers: dict[str, tuple[float, float]], **more: object) -> pd.DataFrame:
    """Figures of the two towns: name → their values."""
    empty = {"numerator": np.nan, "denominator": np.nan, "how": "sum", "unit": "人", "as_of": "2024", "source": "s"}
    rows = [
        {**empty, "name": name, "area_code": code, "value": value, "note_ja": "", "note_en": "", **more}
        for name, both in numbers.items()
        for code, value in zip(CODES, both, strict=True)
        if np.isfinite(value)
    ]
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))


def conditions(*tables: pd.DataFrame, pooled: bool = False, people: dict[str, list[float]] | None = None) -> Conditions:
    found = {}
    for each in tables:
        found |= figures_by_name(each, CODES)
    given = Conditions(
        area_of_place=np.array([0, 1]),
        area_km2=np.array([2.0, 5.0]),
        people={name: np.array(values) for name, values in (people or {"total": [10_000.0, 500.0]}).items()},
        distances={},
        surveyed={},
        figures=found,
    )
    if not pooled:
        return given
    return replace(
        given, area_of_place=np.zeros(2, np.int64), area_km2=np.array([7.0]), figures=pooled_figures(found, [0, 1])
    )


def values(indicator: str, given: Conditions) -> AreaValues:
    return catalogue.compute(catalogue.get(indicator), given, "", "total")


WOMEN = {
    "moves_in_women_15_29_all": (60.0, 2.0),
    "moves_out_women_15_29_all": (100.0, 5.0),
    "moves_living_women_15_29_all": (800.0, 20.0),
}


def test_rate_per_thousand_and_none_of_a_handful() -> None:
    given = conditions(table(WOMEN))
    np.testing.assert_allclose(values("net_migration_women_15_29", given).value, [-40, -3])  # the number is shown
    rate = values("net_migration_rate_women_15_29", given)
    assert rate.value[0] == -50
    assert np.isnan(rate.value[1])  # 7 movers
    assert "fewer than 10 movers" in rate.reason[1]
    region = values("net_migration_rate_women_15_29", conditions(table(WOMEN), pooled=True))
    np.testing.assert_allclose(region.value, [1000 * -43 / 820])


def test_ten_movers_are_enough() -> None:
    ten = {**WOMEN, "moves_in_women_15_29_all": (60.0, 5.0)}
    np.testing.assert_allclose(values("net_migration_rate_women_15_29", conditions(table(ten))).value, [-50, 0])


def test_balance_alone_is_used_where_only_it_is_published() -> None:
    only = {"moves_net_women_15_29_all": (-40.0, -3.0), "moves_living_women_15_29_all": (800.0, 20.0)}
    given = conditions(table(only))
    np.testing.assert_allclose(values("net_migration_women_15_29", given).value, [-40, -3])
    rate = values("net_migration_rate_women_15_29", given)
    assert rate.value[0] == -50
    assert "fewer than 10" in rate.reason[1]


def test_people_of_the_population_source_stand_in_where_it_has_the_group() -> None:
    moves = {"moves_in_women_20_39_all": (60.0, 20.0), "moves_out_women_20_39_all": (70.0, 30.0)}
    given = conditions(table(moves), people={"total": [1e4, 500], "women_20_39": [1000, 40]})
    np.testing.assert_allclose(values("net_migration_rate_women_20_39", given).value, [-10, -250])
    unknown = values("net_migration_rate_women_20_39", conditions(table(moves)))
    assert "people of this sex and age" in unknown.reason[0]
    everyone = {"moves_in_all_all": (60.0, 20.0), "moves_out_all_all": (70.0, 30.0)}
    np.testing.assert_allclose(values("net_migration_rate_all", conditions(table(everyone))).value, [-1, -20])


def test_moves_with_the_tokyo_area() -> None:
    moves = {"moves_in_15_29_tokyo_area": (20.0, 1.0), "moves_out_15_29_tokyo_area": (50.0, np.nan)}
    given = conditions(table(moves))
    np.testing.assert_allclose(values("tokyo_from_15_29", given).value, [20, 1])
    assert values("tokyo_to_15_29", given).reason[1] == "not_published"
    net = values("tokyo_net_15_29", given)
    assert net.value[0] == -30
    assert np.isnan(net.value[1])
    assert net.reason[1] == "not_published"
    assert "this sex and age" in values("tokyo_to_women_15_29", given).reason[0]


def test_womens_share_of_the_loss() -> None:
    men = {"moves_in_men_15_29_all": (60.0, 2.0), "moves_out_men_15_29_all": (80.0, 4.0)}
    found = values("women_share_of_loss_15_29", conditions(table(WOMEN | men)))
    assert found.value[0] == pytest.approx(100 * 40 / 60)
    assert "fewer than 10" in found.reason[1]  # five people
    gain = {**men, "moves_in_men_15_29_all": (90.0, 20.0)}
    assert "no net loss" in values("women_share_of_loss_15_29", conditions(table(WOMEN | gain))).reason[0]


def test_without_any_source() -> None:
    empty = conditions()
    assert "no table of migration" in values("net_migration_all", empty).reason[0]
    assert "no table of published values" in values("net_migration_official", empty).reason[0]
    assert "no table of commuting" in values("day_night_ratio", empty).reason[0]


def test_published_rate_is_shown_and_not_pooled() -> None:
    given = table({"net_migration_official": (0.5, -1.2)}, how="none", unit="%")
    np.testing.assert_allclose(values("net_migration_official", conditions(given)).value, [0.5, -1.2])
    assert values("net_migration_official", conditions(given, pooled=True)).reason[0] == "not_poolable"


def test_day_and_night_pool_and_self_containment_does_not() -> None:
    day = table({"day_night_ratio": (110.0, 50.0)}, how="ratio", unit="%")
    day["numerator"], day["denominator"] = [1100.0, 250.0], [1000.0, 500.0]
    np.testing.assert_allclose(values("day_night_ratio", conditions(day, pooled=True)).value, [90])
    own = table({"self_containment": (80.0, 20.0)}, how="none", unit="%")
    own["numerator"], own["denominator"] = [80.0, 20.0], [100.0, 100.0]
    np.testing.assert_allclose(values("self_containment", conditions(own)).value, [80, 20])
    assert values("self_containment", conditions(own, pooled=True)).reason[0] == "not_poolable"


moves = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda both: (float(both[0]), float(both[1])))


@settings(max_examples=50)
@given(moves, moves, moves)
def test_balance_of_a_region_is_the_sum_of_its_members(into, out, people) -> None:
    told = table({"moves_in_15_29_all": into, "moves_out_15_29_all": out, "moves_living_15_29_all": people})
    members = values("net_migration_15_29", conditions(told))
    region = values("net_migration_15_29", conditions(told, pooled=True))
    assert members.value.sum() == region.value[0]
    rate = values("net_migration_rate_15_29", conditions(told))
    few = np.array(into) + np.array(out) < 10
    assert (np.isfinite(rate.value) == (~few & (np.array(people) > 0))).all()
    assert ((rate.reason == "") == np.isfinite(rate.value)).all()
