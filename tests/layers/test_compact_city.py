"""Compact city and hazards on cases worked out by hand: five places, two towns with zones and one without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.conditions import pooled
from layers import catalogue, compact_city, hazards
from layers.conditions import REASONS, Conditions
from layers.figures import RATIO, SUM, Figures

NONE = np.nan


def figure(values: list[float], how: str = SUM, parts: tuple[list[float], list[float]] | None = None) -> Figures:
    value = np.array(values)
    numerator, denominator = (np.array(part) for part in parts) if parts else (np.full(3, NONE), np.full(3, NONE))
    reason = np.where(np.isfinite(value), "", "not_published")
    return Figures(value, numerator, denominator, reason, how, 100.0 if how == RATIO else 1.0)


def conditions(**changes: object) -> Conditions:
    """Town A: 300 people of 400 in its zone. Town B: 100 of 200. Town C has 50 people and no plan in the sources."""
    base = Conditions(
        area_of_place=np.array([0, 0, 1, 1, 2]),
        area_km2=np.array([10.0, 20.0, 30.0]),
        people={
            "total": np.array([300.0, 100.0, 100.0, 100.0, 50.0]),
            "65_plus": np.array([60.0, 40.0, 0.0, 10.0, 50.0]),
        },
        distances={("commercial", "straight"): np.array([300, 500, 900, 100, 100], np.float32)},
        surveyed={"commercial": np.array([True, True, True])},
        place_values={
            "zone_residential": np.array([1, 0, 1, 0, NONE], np.float32),
            "zone_function": np.array([0, 0, 1, 0, NONE], np.float32),
            "hazard_flood": np.array([1, 0, 0, 1, 1], np.float32),
            "people_2050_total": np.array([200, 0, 50, 50, 20], np.float32),
        },
        figures={
            "zone_residential_km2": figure([2.0, 4.0, NONE]),
            "zone_residential_area_share": figure([20.0, 20.0, NONE], RATIO, ([2.0, 4.0, NONE], [10.0, 20.0, NONE])),
            "zone_residential_share_before": figure(
                [80.0, 40.0, NONE], RATIO, ([400.0, 80.0, NONE], [500.0, 200.0, NONE])
            ),
            "zone_residential_facilities_shopping": figure(
                [50.0, NONE, NONE], RATIO, ([1, NONE, NONE], [2, NONE, NONE])
            ),
            "zone_plan_exists": figure([1.0, 1.0, 0.0]),
        },
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def values(indicator: str, mode: str = "", group: str = "total", where: Conditions | None = None):
    return catalogue.compute(catalogue.get(indicator), where or conditions(), mode, group)


def test_share_of_the_people_in_the_zone() -> None:
    share = values("zone_residential_share")
    np.testing.assert_allclose(share.value, [75.0, 50.0, NONE])
    np.testing.assert_allclose(share.numerator, [300, 100, NONE])
    assert list(share.reason) == ["", "", "no_zones"]
    np.testing.assert_allclose(values("zone_residential_share", group="65_plus").value, [60.0, 0.0, NONE])
    np.testing.assert_allclose(values("zone_function_share").value, [0.0, 50.0, NONE])


def test_density_is_per_hectare() -> None:
    density = values("zone_residential_density")
    np.testing.assert_allclose(density.value, [300 / 200, 100 / 400, NONE])
    np.testing.assert_allclose(density.denominator, [200, 400, NONE])


def test_change_since_the_census_before_is_in_points() -> None:
    np.testing.assert_allclose(values("zone_residential_share_change").value, [-5.0, 10.0, NONE])
    np.testing.assert_allclose(values("zone_residential_share_before").value, [80.0, 40.0, NONE])
    assert list(values("zone_residential_share_change", group="65_plus").reason) == [
        "no_earlier_census",
        "no_earlier_census",
        "no_zones",
    ]


def test_future_people_in_the_zone_of_today() -> None:
    np.testing.assert_allclose(values("zone_residential_share_2050").value, [100.0, 50.0, NONE])
    np.testing.assert_allclose(values("zone_residential_density_2050").value, [1.0, 50 / 400, NONE])
    assert list(values("zone_residential_share_2040").reason) == ["no_future", "no_future", "no_zones"]
    unknown = conditions()
    people = {"people_2050_total": np.array([200, NONE, 50, 50, 20], np.float32)}
    partly = replace(unknown, place_values={**unknown.place_values, **people})
    assert list(values("zone_residential_share_2050", where=partly).reason) == ["no_future", "", "no_zones"]


def test_facilities_and_walking_areas_inside_the_zone() -> None:
    inside = values("zone_residential_facilities_shopping")
    np.testing.assert_allclose(inside.value, [50.0, NONE, NONE])
    assert list(inside.reason) == ["", "no_facility_listed", "no_zones"]
    near = values("zone_residential_commercial_800m", "straight")
    np.testing.assert_allclose(near.value, [100.0, 0.0, NONE])
    nobody = values("zone_residential_commercial_800m", "straight", "65_plus")
    assert list(nobody.reason) == ["", "nobody_in_zone", "no_zones"]
    closer = catalogue.at_threshold(catalogue.get("zone_residential_commercial_800m"), 200)
    np.testing.assert_allclose(catalogue.compute(closer, conditions(), "straight", "total").value[:2], [0.0, 0.0])


def test_people_in_a_hazard_area_and_in_both() -> None:
    np.testing.assert_allclose(values("hazard_flood_people").value, [75.0, 50.0, 100.0])
    np.testing.assert_allclose(values("zone_residential_hazard_flood_people").value, [100.0, 0.0, NONE])
    assert set(values("hazard_tsunami_people").reason) == {"no_hazard_source"}
    assert set(values("hazard_tsunami_area_share").reason) == {"no_hazard_source"}


def test_a_hazard_that_is_unknown_for_more_than_a_twentieth_has_no_value() -> None:
    here = conditions()
    flood = np.array([1, NONE, 0, 1, 1], np.float32)
    found = values(
        "hazard_flood_people", where=replace(here, place_values={**here.place_values, "hazard_flood": flood})
    )
    assert list(found.reason) == ["no_hazard_source", "", ""]


def test_plans_are_counted() -> None:
    assert list(values("zone_plan_exists").value) == [1.0, 1.0, 0.0]
    assert values("zone_plan_exists", where=pooled(conditions(), [0, 1, 2])).value == [2.0]


def test_a_region_pools_its_members_where_all_have_zones() -> None:
    both = pooled(conditions(), [0, 1])
    share = values("zone_residential_share", where=both)
    np.testing.assert_allclose(share.value, [100 * 400 / 600])
    np.testing.assert_allclose(values("zone_residential_density", where=both).value, [400 / 600])
    np.testing.assert_allclose(values("zone_residential_area_share", where=both).value, [20.0])
    before = 100 * 480 / 700
    np.testing.assert_allclose(values("zone_residential_share_change", where=both).value, [100 * 400 / 600 - before])
    with_c = pooled(conditions(), [0, 1, 2])
    for name in ("zone_residential_share", "zone_residential_density", "zone_residential_area_share"):
        assert list(values(name, where=with_c).reason) == ["some_without_zones"], name


ALL = [*compact_city.INDICATORS, *hazards.INDICATORS]


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_without_any_source_there_is_a_reason_and_never_a_number(indicator: catalogue.Indicator) -> None:
    nothing = conditions(place_values={}, figures={}, distances={}, surveyed={})
    for group in nothing.people if indicator.groups is None else indicator.groups:
        for mode in indicator.modes:
            found = catalogue.compute(indicator, nothing, mode, group)
            assert np.isnan(found.value).all()
            assert set(found.reason) <= set(REASONS)


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 500), st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_laws(rows: list[tuple[int, float, bool, bool]]) -> None:
    """Shares lie in 0…100, nested zones are ordered, inside and outside are everybody, members add up to the region."""
    area, people, residential, in_function = (np.array(column) for column in zip(*rows, strict=True))
    inside, hub = residential.astype(np.float32), (residential & in_function).astype(np.float32)
    here = Conditions(
        area_of_place=area.astype(np.int64),
        area_km2=np.ones(3),
        people={"total": people.astype(float)},
        distances={},
        surveyed={},
        place_values={"zone_residential": inside, "zone_function": hub, "hazard_flood": in_function.astype(np.float32)},
    )
    share, core = (values(name, where=here) for name in ("zone_residential_share", "zone_function_share"))
    known = share.reason == ""
    assert ((share.value[known] >= 0) & (share.value[known] <= 100 + 1e-9)).all()
    assert (core.value[known] <= share.value[known] + 1e-9).all()
    outside = replace(here, place_values={"zone_residential": 1 - inside})
    rest = values("zone_residential_share", where=outside)
    np.testing.assert_allclose((share.numerator + rest.numerator)[known], here.total("total")[known], atol=1e-6)
    both = values("zone_residential_hazard_flood_people", where=here)
    flooded = values("hazard_flood_people", where=here)
    counted = both.reason == ""
    assert (both.numerator[counted] <= np.minimum(share.numerator, flooded.numerator)[counted] + 1e-9).all()
    region = values("zone_residential_share", where=pooled(here, [0, 1, 2]))
    if region.reason[0] == "":
        np.testing.assert_allclose(region.numerator[0], np.nansum(share.numerator), atol=1e-6)
