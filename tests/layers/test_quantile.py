"""Counting people over places: percentiles without sorting against sorting, sums against bincount, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.conditions import Conditions, share_near, share_of_people

MEASURE = ("clinic", "walk")


def conditions(area, people, distance, **changes: object) -> Conditions:
    area_count = max([*map(int, area), 0]) + 2  # the last area has no place at all
    base = Conditions(
        area_of_place=np.asarray(area, dtype=np.int64),
        area_km2=np.ones(area_count),
        people={name: np.asarray(values, dtype=float) for name, values in people.items()},
        distances={MEASURE: np.asarray(distance, dtype=np.float32)},
        surveyed={"clinic": np.ones(area_count, dtype=bool)},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def by_sorting(here: Conditions, group: str, share: float) -> list[float]:
    """Percentile per area: places sorted by distance, people added up until the share is reached."""
    found = []
    for area in range(here.area_count):
        rows = np.flatnonzero(here.area_of_place == area)
        distance = np.nan_to_num(here.distances[MEASURE][rows].astype(float), nan=np.inf, posinf=np.inf)
        order = np.argsort(distance, kind="stable")
        running = np.cumsum(here.people[group][rows][order])
        if not running.size or running[-1] <= 0:
            found.append(np.nan)
            continue
        found.append(distance[order][np.searchsorted(running, running[-1] * share)])
    return found


def test_half_and_nine_tenths_by_hand() -> None:
    """100 people at 30, 300 at 10, 500 at 20: half of 900 is reached at 20, nine tenths (810) at 30."""
    here = conditions([0, 0, 0], {"total": [100, 300, 500], "75_plus": [8, 0, 2]}, [30, 10, 20])
    far = here.how_far(*MEASURE, "total")
    assert (far.median[0], far.p90[0], far.reached[0]) == (20, 30, 900)
    assert far.mean[0] == pytest.approx((100 * 30 + 300 * 10 + 500 * 20) / 900)
    old = here.how_far(*MEASURE, "75_plus")
    assert (old.median[0], old.p90[0]) == (30, 30)
    assert np.isnan([far.median[1], far.p90[1], far.mean[1]]).all()  # an area without places


def test_an_exact_half_is_reached_at_the_nearer_place() -> None:
    here = conditions([0, 0], {"total": [50, 50]}, [700, 701])
    assert here.how_far(*MEASURE, "total").median[0] == 700
    # the same with people that no binary number holds exactly, and in many parts
    parts = conditions([0] * 20, {"total": [0.1] * 20}, [700.25] * 10 + [700.5] * 10)
    assert parts.how_far(*MEASURE, "total").median[0] == 700.25


@pytest.mark.parametrize("nothing", [np.inf, np.nan])
def test_people_without_access_are_infinitely_far(nothing: float) -> None:
    here = conditions([0, 0, 1], {"total": [60, 40, 5]}, [100, nothing, nothing])
    far = here.how_far(*MEASURE, "total")
    assert (far.median[0], far.p90[0], far.mean[0], far.reached[0]) == (100, np.inf, 100, 60)
    assert (far.median[1], far.p90[1], far.reached[1]) == (np.inf, np.inf, 0)


def test_zero_metres_and_places_of_no_area() -> None:
    here = conditions([0, -1, 0], {"total": [1, 1000, 1]}, [-0.0, 5.0, 0.0])
    far = here.how_far(*MEASURE, "total")
    assert (far.median[0], far.p90[0], far.reached[0]) == (0, 0, 2)


distances = st.one_of(
    st.sampled_from([0.0, 1e-45, 0.5, 799.9999, 800.0, 800.00006, 3e38, np.inf, np.nan]),
    st.floats(0, 5000, width=32),
    st.integers(0, 5).map(float),
)
places = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 9), st.integers(0, 2), distances), max_size=40)


@given(places)
def test_the_same_as_by_sorting(rows) -> None:
    area, total, old, metres = ([row[part] for row in rows] for part in range(4))
    here = conditions(area, {"total": total, "75_plus": old}, metres)
    for group in here.people:
        far = here.how_far(*MEASURE, group)
        np.testing.assert_array_equal(far.median, by_sorting(here, group, 0.5))
        np.testing.assert_array_equal(far.p90, by_sorting(here, group, 0.9))
        reachable = np.isfinite(here.distances[MEASURE])
        np.testing.assert_array_equal(far.reached, here.sum_over_areas(np.where(reachable, here.people[group], 0.0)))


@given(places, st.floats(0, 2000))
def test_people_near_and_beyond_are_the_bytes_that_a_mask_gives(rows, limit) -> None:
    area, total, old, metres = ([row[part] for row in rows] for part in range(4))
    here = conditions(area, {"total": np.array(total) / 7, "75_plus": np.array(old) / 3}, metres)
    reason = np.full(here.area_count, "")
    near = here.distances[MEASURE] <= limit
    for group in here.people:
        for beyond, mask in ((False, near), (True, ~near)):
            quick = share_near(here, {"clinic": limit}, "walk", group, reason, beyond=beyond)
            plain = share_of_people(here, mask, group, reason)
            np.testing.assert_array_equal(quick.numerator, plain.numerator)
            np.testing.assert_array_equal(quick.value, plain.value)


@given(places, st.data())
def test_replaced_distances_give_the_bytes_of_new_conditions(rows, data) -> None:
    area, total, old, metres = ([row[part] for row in rows] for part in range(4))
    people = {"total": np.array(total) / 7, "75_plus": np.array(old) / 3}
    here = conditions(area, people, metres)
    here.people_near({"clinic": 800.0}, "walk", "total")  # so that there is something to keep
    other = np.array(metres, np.float32)
    for place in data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=4)) if rows else ():
        other[place] = data.draw(distances)
    twice = here.replacing({MEASURE: np.full(len(rows), 7, np.float32)}).replacing({MEASURE: other})
    fresh = conditions(area, people, other)
    for group in people:
        for changed in (here.replacing({MEASURE: other}), twice):
            for one, two in zip(changed.how_far(*MEASURE, group), fresh.how_far(*MEASURE, group), strict=True):
                np.testing.assert_array_equal(one, two)
            for limit in (800.0, 0.5):
                near = changed.people_near({"clinic": limit}, "walk", group)
                np.testing.assert_array_equal(near, fresh.people_near({"clinic": limit}, "walk", group))


def test_what_did_not_change_is_not_counted_again() -> None:
    here = conditions([0, 0, 1], {"total": [1, 2, 3]}, [100, 200, 300])
    before = here.people_near({"clinic": 150.0}, "walk", "total")
    same = here.replacing({MEASURE: here.distances[MEASURE].copy(), ("stop", "walk"): np.zeros(3, np.float32)})
    assert np.shares_memory(same.people_near({"clinic": 150.0}, "walk", "total"), before)
    assert same.people_near({"clinic": 150.0, "stop": 0.0}, "walk", "total").tolist() == [3, 3, 0]


def test_answers_cannot_be_written_into() -> None:
    near = conditions([0], {"total": [1]}, [100]).people_near({"clinic": 150.0}, "walk", "total")
    with pytest.raises(ValueError, match="read-only"):
        near[0] = 5


def test_watched_conditions_tell_what_was_looked_at() -> None:
    watched, seen = conditions([0], {"total": [1]}, [100]).watched()
    watched.people_near({"clinic": 150.0}, "walk", "total")
    assert seen == {MEASURE}
    seen.clear()
    watched.how_far(*MEASURE, "total")
    assert ("stop", "walk") not in watched.distances
    assert seen == {MEASURE, ("stop", "walk")}
    assert len(watched.distances) == 1
    seen.clear()
    assert list(watched.distances) == [MEASURE]
    assert seen == {MEASURE}


def test_counting_ahead_changes_no_answer() -> None:
    here, other = (conditions([0, 0, 1], {"total": [1, 2, 3]}, [100, 200, 300]) for _ in range(2))
    here.count_ahead([MEASURE])
    for one, two in zip(here.how_far(*MEASURE, "total"), other.how_far(*MEASURE, "total"), strict=True):
        np.testing.assert_array_equal(one, two)
