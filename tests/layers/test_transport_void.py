"""公共交通空白 under every definition: cases by hand, and what must hold for all places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import REASONS, Conditions
from layers.transport_void import VOIDS

KNOWN = np.array([True, True])
METRES = st.lists(st.floats(0, 3000, width=32) | st.just(float("inf")), min_size=6, max_size=6)


def conditions(
    station: list[float], stop: list[float], stop30: list[float] | None = None, **changes: object
) -> Conditions:
    """Places with 10, 20 … people; the first half in town A, the others in town B."""
    count = len(station)
    metres = {"station": station, "stop": stop, "stop30": stop30 or stop}
    base = Conditions(
        area_of_place=np.repeat([0, 1], [count // 2, count - count // 2]),
        area_km2=np.array([2.0, 5.0]),
        people={"total": 10.0 * np.arange(1, count + 1)},
        distances={
            (name, mode): np.array(far, np.float32) for name, far in metres.items() for mode in ("straight", "walk")
        },
        surveyed=dict.fromkeys(("station", "stop", "stop30"), KNOWN),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def value(here: Conditions, indicator: str, mode: str = "straight") -> np.ndarray:
    return catalogue.compute(catalogue.get(indicator), here, mode, "total").value


def test_each_definition_by_its_own_radii() -> None:
    """Town A: 10 people at a station, 20 at 750 m from one with a stop at 400 m. Town B: 30 at 900 and 600, 40 with nothing."""
    here = conditions([100, 750, 900, 5000], [5000, 400, 600, 5000])
    expected = {
        "subsidy": [0, 100 * 40 / 70],
        "handbook_urban": [100 * 20 / 30, 100],
        "handbook_rural": [0, 100 * 40 / 70],
        "ksj_manual": [0, 100 * 40 / 70],
        "toyama": [100 * 20 / 30, 100],
        "press": [100 * 20 / 30, 100],
    }
    for name, shares in expected.items():
        np.testing.assert_allclose(value(here, f"transport_void_{name}"), shares)
    np.testing.assert_allclose(value(here, "transport_void_press_people"), [20, 70])
    np.testing.assert_allclose(value(here, "transport_void_subsidy_people"), [0, 40])


def test_stop_with_few_buses_ends_the_void_but_not_that_of_key_stops() -> None:
    here = conditions([5000] * 4, [100] * 4, [100, 5000, 5000, 5000])
    np.testing.assert_allclose(value(here, "transport_void_handbook_urban"), [0, 0])
    np.testing.assert_allclose(value(here, "transport_void_key_urban"), [100 * 20 / 30, 100])


def test_the_three_classes_of_the_manual_by_hand() -> None:
    here = conditions([100, 1200, 1200, 1200], [100, 400, 600, 500])
    np.testing.assert_allclose(value(here, "transport_convenient_ksj"), [100 * 10 / 30, 0])
    np.testing.assert_allclose(value(here, "transport_inconvenient_ksj"), [100 * 20 / 30, 100 * 40 / 70])
    np.testing.assert_allclose(value(here, "transport_void_ksj_manual"), [0, 100 * 30 / 70])


@given(METRES, METRES)
def test_the_three_classes_add_up_to_100(station: list[float], stop: list[float]) -> None:
    here = conditions(station, stop)
    names = ("transport_convenient_ksj", "transport_inconvenient_ksj", "transport_void_ksj_manual")
    np.testing.assert_allclose(sum(value(here, name) for name in names), 100)


@given(METRES, METRES, st.floats(0, 500, width=32), st.sampled_from(list(VOIDS)))
def test_void_along_streets_is_never_smaller(station: list[float], stop: list[float], detour: float, void: str) -> None:
    here = conditions(station, stop)
    longer = {
        (name, mode): far + np.float32(detour if mode == "walk" else 0) for (name, mode), far in here.distances.items()
    }
    here = conditions(station, stop, distances=longer)
    assert (value(here, void, "walk") >= value(here, void) - 1e-9).all()


@given(METRES, METRES, METRES, st.sampled_from(list(VOIDS)))
def test_new_stop_never_widens_the_void(station: list[float], stop: list[float], new: list[float], void: str) -> None:
    nearer = [min(one, other) for one, other in zip(stop, new, strict=True)]
    before, after = conditions(station, stop), conditions(station, nearer)
    assert (value(after, void + "_people") <= value(before, void + "_people") + 1e-9).all()


@given(METRES, METRES, st.sampled_from(list(VOIDS)))
def test_people_of_the_towns_are_those_of_the_region(station: list[float], stop: list[float], void: str) -> None:
    here = conditions(station, stop)
    region = replace(
        here,
        area_of_place=np.zeros(6, np.int64),
        area_km2=np.array([7.0]),
        surveyed=dict.fromkeys(("station", "stop", "stop30"), np.array([True])),
    )
    np.testing.assert_allclose(value(region, void + "_people")[0], value(here, void + "_people").sum(), rtol=1e-12)


@pytest.mark.parametrize(
    ("surveyed", "void", "reason"),
    [
        ({"station": KNOWN, "stop": KNOWN}, "transport_void_key_rural_people", "frequency_unknown"),
        ({"stop": KNOWN, "stop30": KNOWN}, "transport_void_toyama_people", "no_source"),
        ({"station": KNOWN, "stop": ~KNOWN}, "transport_inconvenient_ksj", "not_surveyed"),
    ],
)
def test_missing_list_is_a_reason_and_never_a_void_of_zero(surveyed: dict, void: str, reason: str) -> None:
    found = catalogue.compute(
        catalogue.get(void), conditions([100] * 4, [100] * 4, surveyed=surveyed), "straight", "total"
    )
    assert np.isnan(found.value).all()
    assert np.isnan(found.numerator).all()
    assert set(found.reason) == {reason}
    assert reason in REASONS


def test_every_definition_names_its_source_and_what_it_cannot_say() -> None:
    for void in VOIDS:
        for indicator in (catalogue.get(void), catalogue.get(void + "_people")):
            assert indicator.rule_ja
            assert indicator.limits_ja
            assert indicator.limits_en
            assert indicator.needs == ("stations", "stops")
    assert "港" in catalogue.get("transport_void_subsidy").limits_ja
