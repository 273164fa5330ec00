"""Departures within reach and their indicators: by hand, and what must hold always."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import REASONS, Conditions
from layers.departures import FREQUENCY_CLASSES, INDICATORS, STATION_REACH_M, STOP_REACH_M
from layers.figures import SUM, Figures
from layers.place_statistics import mean_over_people, median_over_people
from layers.reached_departures import Reach, StopTimes, reached_departures

NAN = float("nan")
KNOWN = np.array([True, True])
CLASS_IDS = [f"departures_{each.id}_share" for each in FREQUENCY_CLASSES]
COUNTS = st.lists(st.sampled_from([NAN, 0.0, 3.0, 12.0, 45.0, 200.0]), min_size=6, max_size=6)
MORE = st.lists(st.booleans(), min_size=6, max_size=6)


def times(*rows: tuple[int, float, float, float, float]) -> StopTimes:
    """Rows of group, limit in metres, departures, first and last in minutes."""
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return StopTimes(table[:, 0].astype(np.int64), *table[:, 1:].T)


def conditions(departures: list[float], more: list[bool] | None = None, last: list[float] | None = None) -> Conditions:
    """Places with 10, 20 … people, the first half in town A, the others in town B."""
    count = len(departures)
    values = {
        "departures_300m.straight": np.array(departures, np.float32),
        "departures_more.straight": np.array(more or [False] * count, np.float32),
        "first_departure.straight": np.array(last or [NAN] * count, np.float32),
        "last_departure.straight": np.array(last or [NAN] * count, np.float32),
    }
    return Conditions(
        area_of_place=np.repeat([0, 1], [count // 2, count - count // 2]),
        area_km2=np.array([2.0, 5.0]),
        people={"total": 10.0 * np.arange(1, count + 1)},
        distances={},
        surveyed=dict.fromkeys(("stop", "stop30", "station"), KNOWN),
        place_values=values,
    )


def computed(here: Conditions, indicator: str, mode: str = "straight"):
    return catalogue.compute(catalogue.get(indicator), here, mode, "total")


# --- what each place reaches ------------------------------------------------------------------------------------------


def test_poles_of_one_stop_count_once_and_stations_reach_farther() -> None:
    """Places at 0, 700 and 2,000 m; stop 0 with two poles and stop 1 at 100 m, a station at 0 m."""
    stops = times(
        (0, STOP_REACH_M, 20, 400, 1100),
        (0, STOP_REACH_M, 20, 400, 1100),
        (1, STOP_REACH_M, 5, 500, 1500),
        (2, STATION_REACH_M, 60, 300, 1400),
    )
    places = np.array([[0.0, 0], [700, 0], [2000, 0]])
    where = np.array([[100.0, 0], [110, 0], [-100, 0], [0, 0]])
    found = reached_departures(stops, Reach.straight(places, where, stops.limit_m), np.ones(3, bool))
    np.testing.assert_array_equal(found["departures_300m"], [85, 60, 0])
    np.testing.assert_array_equal(found["first_departure"], [300, 300, NAN])
    np.testing.assert_array_equal(found["last_departure"], [1500, 1400, NAN])
    np.testing.assert_array_equal(found["departures_more"], [0, 0, 0])


@pytest.mark.parametrize(
    ("stops", "listed", "departures", "more"),
    [
        ([(0, 300, NAN, NAN, NAN)], True, NAN, 1),  # only a stop without a timetable
        ([(0, 300, 0, NAN, NAN)], True, 0, 0),  # a timetable, and nothing leaves on the day
        ([(0, 300, 0, NAN, NAN), (1, 300, NAN, NAN, NAN)], True, NAN, 1),
        ([(0, 300, 7, 400, 900), (1, 800, NAN, NAN, NAN)], True, 7, 1),  # at least seven
        ([(0, 300, 0, NAN, NAN)], False, 0, 0),
    ],
)
def test_what_is_unknown_is_never_zero(stops: list, listed: bool, departures: float, more: float) -> None:  # noqa: FBT001
    rows = times(*stops)
    reach = Reach(np.zeros(len(stops), np.int64), np.arange(len(stops)))
    found = reached_departures(rows, reach, np.array([listed]))
    np.testing.assert_array_equal(found["departures_300m"], [departures])
    assert found["departures_more"] == [more]


def test_none_in_reach_is_zero_only_where_a_list_knows_the_stops() -> None:
    found = reached_departures(times((0, 300, 9, 400, 900)), Reach.none(), np.array([True, False]))
    np.testing.assert_array_equal(found["departures_300m"], [0, NAN])


def test_stop_times_come_in_whole_minutes() -> None:
    table = pd.DataFrame(
        {
            "group_id": ["a", "a", "b"],
            "departures_weekday": [2.0, 2.0, NAN],
            "first_departure": [7 * 3600 + 59, 7 * 3600 + 59, NAN],
            "last_departure": [25 * 3600.0, 25 * 3600.0, NAN],
        }
    )
    found = StopTimes.of(table, [300, 300, 300])
    assert found.group.tolist() == [0, 0, 1]
    np.testing.assert_array_equal(found.first, [420, 420, NAN])
    np.testing.assert_array_equal(found.last, [1500, 1500, NAN])


@st.composite
def _scenes(draw: st.DrawFn):
    points = st.tuples(st.floats(0, 1500), st.floats(0, 1500))
    places = np.array(draw(st.lists(points, min_size=1, max_size=12)))
    where = np.array(draw(st.lists(points, min_size=2, max_size=10)))
    count = len(where)
    departures = draw(st.lists(st.sampled_from([NAN, 0, 2, 31, 80]), min_size=count, max_size=count))
    groups = draw(st.lists(st.integers(0, 20), min_size=count, max_size=count, unique=True))
    limits = draw(st.lists(st.sampled_from([300, 800]), min_size=count, max_size=count))
    # A stop with departures has times: from 6:00, the more the later.
    rows = [
        (group, limit, runs, 360 - runs if runs else NAN, 1000 + runs if runs else NAN)
        for group, limit, runs in zip(groups, limits, departures, strict=True)
    ]
    return places, where, rows


@given(_scenes())
def test_each_place_adds_up_what_one_would_by_hand(scene) -> None:
    places, where, rows = scene
    stops = times(*rows)
    found = reached_departures(stops, Reach.straight(places, where, stops.limit_m), np.ones(len(places), bool))
    for place, xy in enumerate(places):
        near = [row for row, at in zip(rows, where, strict=True) if np.linalg.norm(xy - at) <= row[1]]
        known = [row[2] for row in near if not np.isnan(row[2])]
        expected = NAN if sum(known) == 0 and len(known) < len(near) else sum(known)
        np.testing.assert_equal(float(found["departures_300m"][place]), float(expected))
        latest = [row[4] for row in near if row[2] > 0]
        np.testing.assert_equal(float(found["last_departure"][place]), float(max(latest, default=NAN)))


@given(_scenes(), st.integers(1, 100))
def test_more_departures_or_one_stop_more_never_lower_what_is_reached(scene, extra: int) -> None:
    places, where, rows = scene
    listed = np.ones(len(places), bool)

    def reached(rows: list, where: np.ndarray) -> dict:
        stops = times(*rows)
        return reached_departures(stops, Reach.straight(places, where, stops.limit_m), listed)

    fewer = reached(rows[:-1], where[:-1])["departures_300m"]
    more = reached([*rows[:-1], (99, rows[-1][1], extra, 400, 900)], where)["departures_300m"]
    assert (np.nan_to_num(more) >= np.nan_to_num(fewer)).all()
    busier = [(group, limit, runs + extra, first, last) for group, limit, runs, first, last in rows]
    before, after = reached(rows, where), reached(busier, where)
    assert (np.nan_to_num(after["departures_300m"]) >= np.nan_to_num(before["departures_300m"])).all()
    assert (np.isnan(after["departures_300m"]) <= np.isnan(before["departures_300m"])).all()


# --- people -----------------------------------------------------------------------------------------------------------


def test_mean_and_median_over_people() -> None:
    """Town A: 10 people with 4 departures, 20 with 40, 30 unknown. Town B: 40, 50 and 60 people with 0, 8 and 100."""
    here = conditions([4, 40, NAN, 0, 8, 100])
    mean, median = computed(here, "departures_mean"), computed(here, "departures_median")
    np.testing.assert_allclose(mean.value, [(10 * 4 + 20 * 40) / 30, (50 * 8 + 60 * 100) / 150])
    np.testing.assert_allclose(median.value, [40, 8])
    np.testing.assert_allclose(mean.numerator, [30, 150])
    np.testing.assert_allclose(mean.denominator, [60, 150])


def test_classes_by_hand() -> None:
    here = conditions([NAN, 0, 9, 10, 59, 60])
    shares = {name: computed(here, name).value.tolist() for name in CLASS_IDS}
    assert shares["departures_unknown_share"] == pytest.approx([100 * 10 / 60, 0])
    assert shares["departures_none_share"] == pytest.approx([100 * 20 / 60, 0])
    assert shares["departures_1_9_share"] == pytest.approx([100 * 30 / 60, 0])
    assert shares["departures_10_29_share"] == pytest.approx([0, 100 * 40 / 150])
    assert shares["departures_30_59_share"] == pytest.approx([0, 100 * 50 / 150])
    assert shares["departures_60_plus_share"] == pytest.approx([0, 100 * 60 / 150])
    assert computed(here, "departures_30_plus_share").value.tolist() == pytest.approx([0, 100 * 110 / 150])


def test_station_without_a_timetable_leaves_the_class_open_unless_it_is_the_highest() -> None:
    here = conditions([12, 45, 70, 12], [True, True, True, False])
    assert computed(here, "departures_unknown_share").value.tolist() == pytest.approx([100, 0])
    assert computed(here, "departures_60_plus_share").value.tolist() == pytest.approx([0, 100 * 30 / 70])
    assert computed(here, "departures_30_plus_share").value.tolist() == pytest.approx([100 * 20 / 30, 100 * 30 / 70])


@given(COUNTS, MORE)
def test_classes_add_up_to_everybody(departures: list[float], more: list[bool]) -> None:
    here = conditions(departures, more)
    np.testing.assert_allclose(sum(computed(here, name).value for name in CLASS_IDS), 100)


@given(COUNTS, MORE, st.sampled_from([*CLASS_IDS, "departures_30_plus_share", "last_departure_from_19h"]))
def test_towns_add_up_to_the_region(departures: list[float], more: list[bool], name: str) -> None:
    here = conditions(departures, more, [1200.0 if runs > 0 else NAN for runs in departures])
    region = replace(
        here,
        area_of_place=np.zeros(6, np.int64),
        area_km2=np.array([7.0]),
        surveyed=dict.fromkeys(here.surveyed, np.array([True])),
    )
    towns = np.nan_to_num(computed(here, name).numerator).sum()
    np.testing.assert_allclose(np.nan_to_num(computed(region, name).numerator)[0], towns, rtol=1e-12)


def test_evening_is_told_only_of_people_for_whom_it_is_known() -> None:
    """A bus at 20:00; one at 18:00; one at 18:00 beside a station without timetable; nothing; an unknown stop."""
    here = conditions([5, 5, 5, 0, NAN, 3], [False, False, True, False, True, False], [1200, 1080, 1080, NAN, NAN, NAN])
    found = computed(here, "last_departure_from_19h")
    np.testing.assert_allclose(found.value, [100 * 10 / 30, 0])
    np.testing.assert_allclose(found.denominator, [30, 40])  # the last place has departures whose times are unknown
    assert computed(here, "last_departure_from_21h").value.tolist() == [0, 0]


def test_times_of_day_are_hours() -> None:
    found = computed(conditions([5, 5, 5, 0], last=[1125, 1510, 400, NAN]), "last_departure_median")
    np.testing.assert_allclose(found.value, [1510 / 60, 400 / 60])
    np.testing.assert_allclose(found.numerator, [30, 30])


def test_minutes_until_one_leaves() -> None:
    values = {"transport_access_minutes": np.array([12.3, 40.0, np.inf, NAN], np.float32)}
    here = replace(conditions([1, 1, 1, 1]), place_values=values)
    median = computed(here, "transport_access_minutes_median", "walk")
    np.testing.assert_allclose(median.value, [40.0, NAN])
    assert median.reason.tolist() == ["", "unreachable"]
    mean = computed(here, "transport_access_minutes_mean", "walk")
    np.testing.assert_allclose(mean.value, [(12.3 * 10 + 40 * 20) / 30, NAN], rtol=1e-6)
    assert mean.reason.tolist() == ["", "unreachable_for_all"]


# --- stops ------------------------------------------------------------------------------------------------------------


def stop_figures(**counts: list[float]) -> dict[str, Figures]:
    empty = np.full(2, NAN)
    return {
        name: Figures(np.array(values, float), empty, empty, np.array(["", ""]), SUM) for name, values in counts.items()
    }


def test_stops_by_frequency() -> None:
    figures = stop_figures(bus_stops=[8, 0], bus_stops_60_plus=[2, 0], bus_stops_unknown=[6, 0])
    here = replace(conditions([1, 1]), figures=figures)
    assert computed(here, "bus_stops_60_plus_count", "").value.tolist() == [2, 0]
    share = computed(here, "bus_stops_unknown_share", "")
    np.testing.assert_allclose(share.value, [75, NAN])
    assert (share.numerator[0], share.denominator[0]) == (6, 8)
    assert "停留所がない" in share.reason[1]
    region = {name: figure.pooled([0, 1]) for name, figure in figures.items()}
    pooled = replace(here, area_km2=np.array([7.0]), figures=region, surveyed={"stop": np.array([True])})
    assert computed(pooled, "bus_stops_60_plus_share", "").value.tolist() == [25]


@pytest.mark.parametrize("indicator", [each.id for each in INDICATORS])
def test_without_sources_there_is_a_reason_and_no_number(indicator: str) -> None:
    entry = catalogue.get(indicator)
    nothing_known = replace(conditions([1, 1]), place_values={}, figures={}, surveyed={})
    stops_only = replace(conditions([NAN, NAN], [True, True]), figures={}, surveyed={"stop": KNOWN})
    found = catalogue.compute(entry, nothing_known, entry.modes[0], "total")
    assert np.isnan(found.value).all()
    assert set(found.reason) == {"no_source"}
    listed = catalogue.compute(entry, stops_only, entry.modes[0], "total")
    if indicator == "departures_unknown_share":
        assert listed.value.tolist() == [100, 100]
    elif indicator == "departures_none_share":
        assert listed.value.tolist() == [0, 0]  # everybody has a stop, nobody knows how often a bus comes
    else:
        assert np.isnan(listed.value).all()
        assert set(listed.reason) <= {"frequency_unknown", "no_source"}
    assert set(listed.reason) <= {"", *REASONS}


# --- statistics -------------------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.integers(0, 300) | st.sampled_from([NAN, np.inf]), st.integers(0, 9), st.integers(-1, 1)),
        min_size=1,
        max_size=30,
    )
)
def test_median_is_the_one_that_sorting_finds(rows: list) -> None:
    values, people, areas = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    here = replace(conditions([1, 1]), area_of_place=areas.astype(np.int64), people={"total": people})
    found = median_over_people(here, values, "total")
    mean = mean_over_people(here, values, "total")
    for area in range(2):
        mine = (areas == area) & ~np.isnan(values)
        everybody = np.sort(np.repeat(values[mine], people[mine].astype(int)))
        expected = everybody[(len(everybody) - 1) // 2] if len(everybody) else NAN
        np.testing.assert_equal(found[area], expected)
        finite = everybody[np.isfinite(everybody)]
        np.testing.assert_allclose(mean[area], finite.mean() if len(finite) else NAN)
