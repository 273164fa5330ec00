"""The handbook set on cases worked out by hand, and the laws it obeys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.conditions import pooled
from layers import catalogue
from layers.conditions import AreaValues, Conditions
from layers.figures import SUM, Figures
from layers.handbook_services import BUNDLES, SERVICE_AREAS, area_figure, people_figure
from layers.indicators import Official, indicator_table

CATEGORIES = ("medical", "medical_rule", "home_care", "elderly_welfare", "commercial", "nursery", "park")
STOPS = ("station", "stop", "stop30")


def conditions(**changes: object) -> Conditions:
    """Town A: 100 people with all four services, 300 with all but a key stop. Town B: 50 with a shop only, 50 with nothing."""
    metres = {
        "medical": [500, 500, 2000, 9000],
        "medical_rule": [700, 800, 2000, 9000],
        "elderly_welfare": [100, 100, 900, 9000],
        "home_care": [400, 600, 900, 9000],
        "commercial": [300, 300, 300, 9000],
        "nursery": [100, 900, 900, 9000],
        "park": [100, 900, 900, 9000],
        "station": [3000, 3000, 3000, 9000],
        "stop": [250, 200, 1000, 9000],
        "stop30": [300, 301, 1000, 9000],
    }
    distances = {(name, "straight"): np.array(far, np.float32) for name, far in metres.items()}
    distances |= {(name, "walk"): 1.25 * np.array(far, np.float32) for name, far in metres.items()}
    base = Conditions(
        area_of_place=np.array([0, 0, 1, 1]),
        area_km2=np.array([2.0, 5.0]),
        people={
            "total": np.array([100.0, 300.0, 50.0, 50.0]),
            "0_4": np.array([4.0, 16.0, 0.0, 1.0]),
            "65_plus": np.array([10.0, 90.0, 50.0, 0.0]),
        },
        distances=distances,
        surveyed={name: np.array([True, True]) for name in metres},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def values(indicator: str, mode: str = "straight", group: str = "total", where: Conditions | None = None) -> AreaValues:
    return catalogue.compute(catalogue.get(indicator), where or conditions(), mode, group)


def test_all_daily_services_at_once() -> None:
    """The second place of A is 1 m too far from a key stop; its people lack one of four."""
    np.testing.assert_allclose(values("daily_services_800m").value, [25.0, 0.0])
    np.testing.assert_allclose(values("daily_services_800m").numerator, [100.0, 0.0])
    np.testing.assert_allclose(values("daily_services_any_transport_800m").value, [100.0, 0.0])
    np.testing.assert_allclose(values("daily_services_all_kinds_800m").value, [25.0, 0.0])
    # Along streets 1.25 times as far: 875 m to the clinic with medicine, 375 m to the stop.
    np.testing.assert_allclose(values("daily_services_all_kinds_any_transport_800m", "walk").value, [75.0, 0.0])
    np.testing.assert_allclose(values("daily_services_800m", "walk").value, [0.0, 0.0])


def test_it_is_no_mean_of_the_shares() -> None:
    parts = [values(f"{name}_within_800m").value for name in ("medical_rule", "home_care", "commercial")]
    assert values("daily_services_800m").value[0] < np.mean(parts, axis=0)[0]


def test_walking_area_of_the_elderly() -> None:
    """500 m: only the first place has care within 400 m, and its clinic is 700 m away."""
    assert values("daily_services_elderly_500m", group="65_plus").value.tolist() == [0.0, 0.0]
    near = conditions().distances | {("medical_rule", "straight"): np.array([500, 500, 9, 9], np.float32)}
    elderly = values("daily_services_elderly_500m", group="65_plus", where=conditions(distances=near))
    np.testing.assert_allclose(elderly.value, [10.0, 0.0])


def test_how_many_services_are_near() -> None:
    shares = [values(f"daily_services_{number}_of_4").value for number in range(5)]
    np.testing.assert_allclose(shares, [[0, 50], [0, 50], [0, 0], [75, 0], [25, 0]])
    np.testing.assert_allclose(shares[4], values("daily_services_800m").value)


def test_what_is_missing_is_named() -> None:
    """Town A has no subjects of its clinics, town B neither subjects nor timetables."""
    surveyed = dict(conditions().surveyed)
    surveyed |= {"medical_rule": np.array([False, False]), "stop30": np.array([True, False])}
    found = values("daily_services_800m", where=conditions(surveyed=surveyed))
    assert np.isnan(found.value).all()
    town_a, town_b = (reason.split(" / ") for reason in found.reason)
    assert town_a[0] == "足りないもの: 医療施設（内科・外科のある病院・診療所）（診療科目の資料がない）"
    assert "which subjects" in town_a[1]
    assert "timetable" not in town_a[1]
    assert "which subjects" in town_b[1]
    assert "timetable" in town_b[1]
    assert "運行本数の資料がない" in town_b[0]


def test_no_list_of_anything() -> None:
    empty = conditions(distances={}, surveyed={})
    for name in BUNDLES:
        assert all("missing: " in reason for reason in values(name, group="65_plus", where=empty).reason)
    for name in SERVICE_AREAS:
        assert set(values(f"{name}_straight_street_gap", "", where=empty).reason) <= {"no_source"}
        assert set(values(f"{name}_service_area_density", where=empty).reason) <= {"no_source"}


def test_clinics_without_subjects_are_not_clinics_without_medicine() -> None:
    surveyed = {
        name: where for name, where in conditions().surveyed.items() if name not in {"medical_rule", "home_care"}
    }
    known = conditions(surveyed=surveyed)
    assert set(values("medical_rule_within_800m", where=known).reason) == {"subjects_unknown"}
    assert set(values("home_care_within_800m", where=known).reason) == {"care_unknown"}
    assert set(values("medical_within_800m", where=known).reason) == {""}


def test_without_streets_only_straight_lines() -> None:
    dry = conditions(has_streets=False)
    assert set(values("daily_services_800m", "walk", where=dry).reason) == {"no_streets"}
    assert set(values("commercial_straight_street_gap", "", where=dry).reason) == {"no_streets"}
    assert set(values("daily_services_800m", where=dry).reason) == {""}


def test_what_streets_take() -> None:
    """Medical of the rule: all of A within 800 m straight, along streets only none (875 m, 1,000 m)."""
    lost = values("medical_rule_straight_street_gap", "")
    np.testing.assert_allclose(lost.value, [100.0, 0.0])
    lost = values("any_transport_straight_street_gap", "")
    np.testing.assert_allclose(lost.value, [25.0, 0.0])  # 250 m become 312.5 m, 200 m become 250 m
    np.testing.assert_allclose(lost.numerator, [100.0, 0.0])


def figures(people: list[float], hectares: list[float], service: str = "commercial") -> dict[str, Figures]:
    def figure(values: list[float]) -> Figures:
        nothing = np.full(len(values), np.nan)
        return Figures(np.array(values), nothing, nothing, np.full(len(values), ""), SUM)

    return {area_figure(service): figure(hectares), people_figure(service, "total"): figure(people)}


def test_mean_density_is_people_over_hectares_and_pools() -> None:
    dense = conditions(figures=figures([400.0, 50.0], [200.0, 100.0]))
    found = values("commercial_service_area_density", where=dense)
    np.testing.assert_allclose(found.value, [2.0, 0.5])
    np.testing.assert_allclose(found.value * found.denominator, found.numerator)
    region = values("commercial_service_area_density", where=pooled(dense, [0, 1]))
    np.testing.assert_allclose([region.value[0], region.numerator[0], region.denominator[0]], [1.5, 450.0, 300.0])


def test_density_where_nothing_is_near() -> None:
    found = values("commercial_service_area_density", where=conditions(figures=figures([400.0, 0.0], [200.0, 0.0])))
    assert found.value[0] == 2.0
    assert np.isnan(found.value[1])
    assert list(found.reason) == ["", "no_service_area"]
    assert set(values("commercial_service_area_density").reason) == {"no_service_area"}


def test_official_values_stand_beside_the_people_that_they_count() -> None:
    published = {"cov_nursery_0_4_pct": [60.0, 2.0], "cov_welfare_pct": [50.0, 40.0], "cov_park_pct": [80.0, 81.0]}
    import pandas as pd

    official = Official(
        {name: pd.Series(shares, index=["10201", "10203"]) for name, shares in published.items()},
        dict.fromkeys(published, "sheet"),
    )
    wanted = [catalogue.get(name) for name in ("nursery_within_800m", "home_care_within_800m", "park_within_800m")]
    table = indicator_table(conditions(), ["10201", "10203"], ["A", "B"], wanted=wanted, official=official)
    beside = table[table["official_value"].notna()]
    assert set(zip(beside["indicator"], beside["group"], beside["mode"], strict=True)) == {
        ("nursery_within_800m", "0_4", "straight"),
        ("home_care_within_800m", "total", "straight"),
        ("park_within_800m", "total", "straight"),
    }


def test_every_radius_has_a_source_and_every_reach_its_limits() -> None:
    checked = 0
    for indicator in catalogue.indicators().values():
        if indicator.id.endswith("m") and "_within_" in indicator.id and indicator.threshold_m is not None:
            assert indicator.presets[0].value == indicator.threshold_m, indicator.id
            assert len({preset.value for preset in indicator.presets}) == len(indicator.presets), indicator.id
            assert all(preset.ja and preset.en for preset in indicator.presets), indicator.id
            assert indicator.limits_ja, indicator.id
            assert indicator.limits_en, indicator.id
            assert indicator.needs, indicator.id
            checked += 1
    assert checked > 100


def test_radii_of_the_handbook_say_that_they_are_defaults() -> None:
    """They were not compared with the text of the handbook: whoever reads them must know."""
    for name in ("medical_rule_within_800m", "commercial_within_800m", "nursery_within_500m"):
        first = catalogue.get(name).presets[0]
        assert "既定値" in first.ja
        assert "default" in first.en


FAR = st.lists(st.floats(0, 3000, width=32), min_size=6, max_size=6)


@st.composite
def worlds(draw: st.DrawFn) -> Conditions:
    """Six places in two towns, any distances; streets are never shorter than straight lines."""
    distances, names = {}, (*CATEGORIES, *STOPS)
    for name in names:
        straight = np.array(draw(FAR), np.float32)
        distances[name, "straight"] = straight
        distances[name, "walk"] = straight + np.array(draw(FAR), np.float32)
    people = np.array(draw(st.lists(st.integers(0, 50), min_size=6, max_size=6)), float)
    return Conditions(
        area_of_place=np.array([0, 0, 0, 1, 1, 1]),
        area_km2=np.array([2.0, 5.0]),
        people={"total": people + 1, "65_plus": people / 2 + 1},
        distances=distances,
        surveyed={name: np.array([True, True]) for name in names},
    )


@given(worlds(), st.sampled_from(["straight", "walk"]))
def test_together_never_more_than_each(world: Conditions, mode: str) -> None:
    for bundle in ("daily_services_800m", "daily_services_all_kinds_any_transport_800m"):
        together = values(bundle, mode, where=world).numerator
        for name in BUNDLES[bundle].facilities:
            assert (together <= values(f"{name}_within_800m", mode, where=world).numerator + 1e-9).all()
        stop = BUNDLES[bundle].stop
        assert (together <= values(f"transport_station_800m_or_{stop}_300m", mode, where=world).numerator + 1e-9).all()


@given(worlds())
def test_streets_never_reach_farther_than_straight_lines(world: Conditions) -> None:
    for name in SERVICE_AREAS:
        assert (values(f"{name}_straight_street_gap", "", where=world).value >= 0).all()
    for name in BUNDLES:
        straight, walk = (values(name, mode, "65_plus", where=world).numerator for mode in ("straight", "walk"))
        assert (straight >= walk - 1e-9).all()


@given(worlds())
def test_counts_of_services_add_up(world: Conditions) -> None:
    shares = [values(f"daily_services_{number}_of_4", "walk", where=world).value for number in range(5)]
    np.testing.assert_allclose(np.sum(shares, axis=0), 100.0)


@given(worlds(), st.sampled_from(CATEGORIES + STOPS), FAR)
def test_one_facility_more_never_lowers_coverage(world: Conditions, name: str, new: list[float]) -> None:
    """A new site is as far as it is; the nearest is it or the one that was."""
    nearer = np.minimum(world.distances[name, "straight"], np.array(new, np.float32))
    after = replace(world, distances={**world.distances, (name, "straight"): nearer})
    for bundle in BUNDLES:
        assert (
            values(bundle, group="65_plus", where=after).numerator
            >= values(bundle, group="65_plus", where=world).numerator - 1e-9
        ).all()


@given(worlds())
def test_region_is_the_sum_of_its_towns(world: Conditions) -> None:
    region = pooled(world, [0, 1])
    for name, mode in (("daily_services_800m", "walk"), ("commercial_straight_street_gap", "")):
        towns, whole = values(name, mode, where=world), values(name, mode, where=region)
        assert whole.numerator[0] == pytest.approx(towns.numerator.sum())
        assert whole.value[0] == pytest.approx(100 * towns.numerator.sum() / towns.denominator.sum())
