"""Layers on cases worked out by hand: four places, two towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import REASONS, Conditions
from layers.indicators import Official, affected, blocks_of, change_table, indicator_table, recomputed


def conditions(**changes: object) -> Conditions:
    """Town A: 100 people at 300 m and 300 at 900 m from a shop. Town B: 50 at 700 m, 50 who cannot reach it."""
    base = Conditions(
        area_of_place=np.array([0, 0, 1, 1]),
        area_km2=np.array([2.0, 5.0]),
        people={"total": np.array([100.0, 300.0, 50.0, 50.0]), "65_plus": np.array([10.0, 90.0, 50.0, 0.0])},
        distances={
            ("supermarket", "straight"): np.array([300, 900, 700, 5000], np.float32),
            ("supermarket", "walk"): np.array([400, 1200, 900, np.inf], np.float32),
            ("supermarket", "drive"): np.array([60, 120, 90, np.inf], np.float32),
            ("station", "straight"): np.array([900, 2000, 400, 9000], np.float32),
            ("stop", "straight"): np.array([200, 450, 1000, 9000], np.float32),
        },
        surveyed={name: np.array([True, True]) for name in ("supermarket", "station", "stop")},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def values(indicator: str, mode: str = "straight", group: str = "total", **changes: object):
    return catalogue.compute(catalogue.get(indicator), conditions(**changes), mode, group)


def test_share_within_a_distance() -> None:
    near = values("supermarket_within_800m")
    np.testing.assert_allclose(near.value, [25.0, 50.0])
    np.testing.assert_allclose(near.numerator, [100, 50])
    np.testing.assert_allclose(near.denominator, [400, 100])
    np.testing.assert_allclose(values("supermarket_within_800m", group="65_plus").value, [10.0, 100.0])
    np.testing.assert_allclose(values("supermarket_within_500m", "walk").value, [25.0, 0.0])


def test_minutes_over_people() -> None:
    np.testing.assert_allclose(values("supermarket_minutes_median", "walk").value, [15.0, 11.25])
    ninety = values("supermarket_minutes_p90", "walk")
    assert ninety.value[0] == 15.0
    assert np.isnan(ninety.value[1])
    assert list(ninety.reason) == ["", "unreachable_for_tenth"]
    mean = values("supermarket_minutes_mean", "drive")
    np.testing.assert_allclose(mean.value, [(100 * 1 + 300 * 2) / 400, 1.5])
    np.testing.assert_allclose(mean.numerator, [400, 50])  # how many can reach one
    np.testing.assert_allclose(mean.denominator, [400, 100])


def test_transport_voids_by_their_own_radii() -> None:
    np.testing.assert_allclose(values("transport_void_subsidy").value, [0.0, 50.0])
    np.testing.assert_allclose(values("transport_void_handbook_urban").value, [75.0, 50.0])
    np.testing.assert_allclose(values("transport_void_handbook_rural").value, [0.0, 50.0])
    np.testing.assert_allclose(values("transport_station_800m_or_stop_300m").value, [25.0, 50.0])


def test_density_and_people() -> None:
    np.testing.assert_allclose(values("population", "").value, [400, 100])
    np.testing.assert_allclose(values("population_density", "").value, [200.0, 20.0])


@pytest.mark.parametrize(
    ("changes", "indicator", "mode", "group", "reason"),
    [
        ({}, "hospital_within_800m", "straight", "total", "no_source"),
        ({}, "supermarket_within_800m", "straight", "85_plus", "no_group"),
        (
            {"surveyed": {"supermarket": np.array([False, False])}},
            "supermarket_within_800m",
            "walk",
            "total",
            "not_surveyed",
        ),
        ({"has_streets": False}, "supermarket_within_800m", "walk", "total", "no_streets"),
        (
            {"surveyed": {"stop": np.array([True, True])}},
            "stop30_within_300m",
            "straight",
            "total",
            "frequency_unknown",
        ),
        (
            {"surveyed": {"stop": np.array([True, True]), "stop30": np.array([False, False])}},
            "stop30_within_300m",
            "straight",
            "total",
            "frequency_unknown",
        ),
        ({"people": {"total": np.zeros(4)}}, "supermarket_within_800m", "straight", "total", "no_people"),
        ({"surveyed": {"station": np.array([True, True])}}, "transport_void_subsidy", "straight", "total", "no_source"),
    ],
)
def test_a_missing_value_has_its_reason_and_is_never_zero(changes, indicator, mode, group, reason) -> None:
    found = values(indicator, mode, group, **changes)
    assert np.isnan(found.value).all()
    assert set(found.reason) == {reason}
    assert reason in REASONS


def test_no_facility_in_a_surveyed_town_is_zero_percent_not_an_error() -> None:
    far = {("supermarket", "straight"): np.full(4, np.inf, np.float32)}
    np.testing.assert_allclose(values("supermarket_within_800m", distances=far).value, [0.0, 0.0])


def test_the_long_table_has_every_mode_and_group_and_the_official_value() -> None:
    import pandas as pd

    official = Official({"cov_medical_pct": pd.Series({"10201": 88.0})}, {"cov_medical_pct": "国土交通省"})
    distances = {("medical", "straight"): np.array([300, 900, 700, 5000], np.float32)}
    here = conditions(distances=distances, surveyed={"medical": np.array([True, True])})
    table = indicator_table(
        here, ["10201", "10203"], ["前橋市", "桐生市"], wanted=[catalogue.get("medical_within_800m")], official=official
    )
    assert len(table) == 2 * 2 * 2
    row = table[(table["area_code"] == "10201") & (table["mode"] == "straight") & (table["group"] == "total")].iloc[0]
    assert (row["value"], row["official_value"], row["official_source"]) == (25.0, 88.0, "国土交通省")
    others = table[(table["area_code"] == "10203") | (table["mode"] == "walk") | (table["group"] == "65_plus")]
    assert others["official_value"].isna().all()


def test_only_what_was_made_from_changed_distances_is_affected() -> None:
    """A bus stop closes: shares and minutes of stops and the voids, which nobody declares to read stops."""
    here = conditions()
    blocks = blocks_of(here, [i for i in catalogue.indicators().values() if i.theme in ("transport", "shopping")])
    moved = {("stop", "straight"): np.array([200, 900, 1000, 9000], np.float32)}
    touched = affected(blocks, moved)
    families = {block.indicator.family for block in touched}
    assert families >= {"stop_within", "transport_stop"}
    assert {"transport_void_subsidy", "transport_void_ksj_manual"} <= {block.indicator.id for block in touched}
    assert not families & {"supermarket_within", "station_within", "stop30_within"}
    # The gap between straight line and street is of no one mode.
    modeless = {block.indicator.id for block in touched if not block.mode}
    assert modeless == {"any_transport_straight_street_gap"}
    assert {block.mode for block in touched if block.mode} == {"straight"}
    after = recomputed(touched, here.replacing(moved))
    table = change_table(touched, after, ["10201", "10203"])
    near = table[(table["indicator"] == "stop_within_500m") & (table["group"] == "total")].set_index("area_code")
    assert near.loc["10201", ["before", "after", "change"]].tolist() == [100.0, 25.0, -75.0]
    assert near.loc["10203", "change"] == 0.0
    # what is not affected comes out the same when everything is computed anew
    again = recomputed(blocks, conditions(distances={**here.distances, **moved}))
    unaffected = [number for number, block in enumerate(blocks) if block not in touched]
    for number in unaffected:
        np.testing.assert_array_equal(again[number].values.value, blocks[number].values.value)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 100), st.floats(0, 3000)), min_size=1, max_size=30),
    st.integers(1, 2999),
)
def test_laws_of_the_share(places, limit) -> None:
    """Numerators add up over areas, and a nearer shop never lowers a share."""
    area, people, metres = (np.array(part, float) for part in zip(*places, strict=True))
    here = conditions(
        area_of_place=area.astype(int),
        area_km2=np.ones(3),
        people={"total": people},
        distances={("supermarket", "straight"): metres.astype(np.float32)},
        surveyed={"supermarket": np.ones(3, bool)},
    )
    nearer = replace(
        here,
        distances={("supermarket", "straight"): np.minimum(metres, limit).astype(np.float32)},
    )
    for metre in (500, 800, 1000):
        indicator = catalogue.get(f"supermarket_within_{metre}m")
        before = catalogue.compute(indicator, here, "straight", "total")
        after = catalogue.compute(indicator, nearer, "straight", "total")
        # float32 as the arrays are kept; the sum over areas is the sum over places
        assert np.nansum(before.numerator) == pytest.approx(people[metres.astype(np.float32) <= metre].sum())
        assert (np.nan_to_num(after.value) >= np.nan_to_num(before.value) - 1e-9).all()


def test_every_entry_of_the_catalogue_is_complete() -> None:
    for indicator in catalogue.indicators().values():
        for text in (indicator.ja, indicator.en, indicator.definition_ja, indicator.definition_en, indicator.formula):
            assert text.strip(), indicator.id
        assert indicator.theme in catalogue.THEMES
        assert set(indicator.modes) <= set(catalogue.MODES)
        assert list(indicator.classes) == sorted(indicator.classes)
        assert indicator.rule_ja
        assert indicator.rule_en
