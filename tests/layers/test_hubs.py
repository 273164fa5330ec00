"""Hub scores and candidates on cases worked out by hand, and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import Conditions
from layers.counting.neighbourhood import highest_and_sum
from layers.figures import Figures
from layers.hubs import APART_M, HUB_SERVICES, LEAST_SCORE, find_candidates, hub_scores, services_at_hand

UNKNOWN = np.nan


def candidates(xy, score, people=None, in_centre=UNKNOWN, ids=None):
    xy = np.asarray(xy, float)
    people = np.full(len(xy), 10.0) if people is None else np.asarray(people, float)
    ids = np.arange(len(xy)) if ids is None else ids
    centre = np.broadcast_to(np.asarray(in_centre, np.float32), len(xy))
    return find_candidates(xy, ids, np.asarray(score, float), people, in_centre=centre)


def test_the_score_counts_services_not_facilities() -> None:
    metres = {
        "stop": np.array([100, 501, 100], np.float32),
        "food_shop": np.array([500, 100, np.inf], np.float32),
        "community_centre": np.array([900, 10, 900], np.float32),
        "town_hall": np.array([400, 10, np.nan], np.float32),  # the same service as the community centre
    }
    at_hand = services_at_hand(metres, 3)
    assert list(at_hand) == ["stop", "food_shop", "community"]  # what no source lists is not there at all
    assert hub_scores(at_hand, 3).tolist() == [3.0, 2.0, 1.0]


def test_the_best_place_stands_for_all_within_two_kilometres() -> None:
    xy = [[0, 0], [1900, 0], [2100, 0], [9000, 0], [20000, 0]]
    assert candidates(xy, [5, 4, 4, 6, 3]).rows.tolist() == [
        3,
        0,
        2,
    ]  # 1,900 m from the better one; a score of 3 is none


def test_of_equal_scores_more_people_around_win_and_then_the_lower_id() -> None:
    assert candidates([[0, 0], [1000, 0]], [4, 4], [10, 20]).rows.tolist() == [1]
    assert candidates([[0, 0], [1000, 0]], [4, 4], [10, 10]).rows.tolist() == [0]
    assert candidates([[0, 0], [1000, 0]], [4, 4], [10, 10], ids=np.array([7, 3])).rows.tolist() == [1]


def test_the_slope_of_a_better_place_is_no_candidate() -> None:
    """A place beside the core of a town centre is not picked because the core is left out."""
    assert candidates([[0, 0], [400, 0]], [7, 5], in_centre=[1, 0]).rows.tolist() == []
    assert candidates([[0, 0], [600, 0]], [7, 5], in_centre=[1, 0]).rows.tolist() == [1]


def test_where_no_zone_is_known_density_tells_a_town_centre() -> None:
    crowd = 4000 * np.pi * 0.5**2
    assert candidates([[0, 0]], [7], [crowd + 1]).rows.tolist() == []
    assert candidates([[0, 0]], [7], [crowd - 1]).rows.tolist() == [0]
    assert candidates([[0, 0]], [7], [crowd + 1], in_centre=[0]).rows.tolist() == [0]  # the zone decides where known
    assert candidates([[0, 0]], [7], [1], in_centre=[1]).rows.tolist() == []


def test_where_too_little_is_listed_nothing_is_a_candidate() -> None:
    ids, score, people = np.arange(2), np.array([7.0, 7.0]), np.array([10.0, 10.0])
    found = find_candidates(
        np.array([[0.0, 0], [9000, 0]]), ids, score, people, in_centre=np.zeros(2), is_told=np.array([False, True])
    )
    assert found.rows.tolist() == [1]


def test_no_place_no_candidate() -> None:
    assert candidates(np.empty((0, 2)), []).rows.tolist() == []


POINTS = st.lists(
    st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000), st.integers(0, 7), st.integers(0, 50)),
    min_size=1,
    max_size=40,
)


@given(POINTS)
def test_neighbourhoods_equal_a_search_of_all_pairs(points) -> None:
    x, y, score, people = np.array(points, float).T
    xy = np.stack([x, y], axis=1)
    highest, total = highest_and_sum(xy, np.arange(len(x)), score, people, 500.0)
    near = np.hypot(x[:, None] - x, y[:, None] - y) <= 500.0
    assert highest.tolist() == [score[row].max() for row in near]
    assert total == pytest.approx([people[row].sum() for row in near])


@given(POINTS, st.randoms(use_true_random=False))
def test_candidates_do_not_depend_on_the_order_of_the_places(points, random) -> None:
    x, y, score, people = np.array(points, float).T
    xy, ids = np.stack([x, y], axis=1), np.arange(len(x))
    people = people / 3  # sums of thirds differ in their last bit when added in another order
    order = np.array(random.sample(range(len(x)), len(x)))
    first = candidates(xy, score, people).rows
    second = order[candidates(xy[order], score[order], people[order], ids=ids[order]).rows]
    assert first.tolist() == second.tolist()


@given(POINTS)
def test_candidates_are_apart_and_every_other_good_place_has_one_or_a_better_place_near(points) -> None:
    x, y, score, people = np.array(points, float).T
    xy = np.stack([x, y], axis=1)
    rows = candidates(xy, score, people / 100).rows
    assert (score[rows] >= LEAST_SCORE).all()
    far = np.hypot(x[rows][:, None] - x[rows], y[rows][:, None] - y[rows]) + np.diag(np.full(len(rows), np.inf))
    assert (far > APART_M).all()
    for place in np.flatnonzero(score >= LEAST_SCORE):
        metres = np.hypot(x - x[place], y - y[place])
        assert (metres[rows] <= APART_M).any() or (score[metres <= 500] > score[place]).any()


@given(
    st.lists(st.sampled_from([name for service in HUB_SERVICES for name in service.categories]), max_size=6),
    st.data(),
)
def test_another_facility_never_lowers_a_score(listed, data) -> None:
    far = st.lists(st.floats(0, 2000, width=32), min_size=5, max_size=5)
    metres = {name: np.array(data.draw(far), np.float32) for name in listed}
    before = hub_scores(services_at_hand(metres, 5), 5)
    name = data.draw(st.sampled_from([name for service in HUB_SERVICES for name in service.categories]))
    nearer = np.minimum(metres.get(name, np.full(5, np.inf, np.float32)), np.array(data.draw(far), np.float32))
    assert (hub_scores(services_at_hand({**metres, name: nearer}, 5), 5) >= before).all()


LISTED = ("stop", "food_shop", "medical", "fuel", "post_office", "town_hall")


def conditions(**changes):
    """Two towns of two places; the first place of each lies in its centre."""
    base = {
        "area_of_place": np.array([0, 0, 1, 1]),
        "area_km2": np.array([1.0, 1.0]),
        "people": {"total": np.array([100.0, 30.0, 50.0, 10.0])},
        "distances": {},
        "surveyed": {name: np.array([True, True]) for name in LISTED},
        "place_values": {
            "hub_score": np.array([7, 4, 4, 3], np.float32),
            "hub_outside": np.array([0, 1, 0, 1], np.float32),
            "hub_minutes": np.array([1, 20, 5, np.inf], np.float32),
        },
        "figures": {
            "hub_candidates": Figures(
                np.array([2.0, 0.0]), np.full(2, np.nan), np.full(2, np.nan), np.array(["", ""]), "sum", 1.0, "か所"
            )
        },
    }
    return Conditions(**{**base, **changes})


def value(name, group="total", **changes):
    indicator = catalogue.get(name)
    return catalogue.compute(indicator, conditions(**changes), indicator.modes[0], group)


def test_indicators_by_hand() -> None:
    assert value("hub_candidates").value.tolist() == [2, 0]
    assert value("hub_services_4_within_500m").value.tolist() == pytest.approx([100, 100 * 50 / 60])
    within = value("hub_within_20min_drive")
    assert within.value.tolist() == [100.0, 0.0]
    assert within.denominator.tolist() == [30, 10]  # those outside the centre only


def test_the_people_of_a_catchment_now_and_later() -> None:
    later = {
        **conditions().place_values,
        "people_2020_total": np.array([80, 20, 50, 10], np.float32),
        "people_2050_total": np.array([40, 10, 10, 99], np.float32),
    }
    found = value("hub_catchment_people_change_2050", place_values=later)
    assert found.value.tolist() == [-50.0, -80.0]  # the place that reaches none is in no catchment
    assert value("hub_catchment_people_change_2050").reason.tolist() == ["no_source", "no_source"]


def test_a_town_with_too_few_lists_has_a_reason_and_no_zero() -> None:
    surveyed = {**conditions().surveyed, "fuel": np.array([True, False])}
    for name in ("hub_candidates", "hub_services_4_within_500m", "hub_within_20min_drive"):
        found = value(name, surveyed=surveyed)
        assert np.isfinite(found.value).tolist() == [True, False]
        assert "fewer than 6 of the seven" in found.reason[1]
    assert set(value("hub_candidates", surveyed={}).reason) == {"no_source"}


def test_without_streets_there_is_no_catchment() -> None:
    values = {name: each for name, each in conditions().place_values.items() if name != "hub_minutes"}
    found = value("hub_within_20min_drive", place_values=values, has_streets=False)
    assert set(found.reason) == {"no_streets"}
    assert np.isnan(found.value).all()
