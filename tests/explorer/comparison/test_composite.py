"""The composite by hand, its laws, and its ranges against every corner of the box of weights."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.comparison.composite import BadWeights, composite
from geodata.errors import UnknownCode
from tests.explorer.comparison.by_hand import measured

SCORES = st.integers(0, 20).map(lambda whole: 5.0 * whole)
# From 0 to 100 the ends of twenty-one evenly spread municipalities are 5 and 95.
EVEN = [5.0 * step for step in range(21)]


@st.composite
def tables(draw: st.DrawFn, most_areas: int = 5) -> tuple[list[list[float]], list[float]]:
    """Values of each indicator over the areas, and a weight for each."""
    indicators, areas = draw(st.integers(1, 4)), draw(st.integers(2, most_areas))
    values = [[draw(SCORES) for _ in range(areas)] for _ in range(indicators)]
    return values, [draw(st.sampled_from([0.5, 1.0, 2.0, 3.0])) for _ in range(indicators)]


def rows_of(values: list[list[float]]) -> list:
    return [measured(f"i{number}", line, EVEN) for number, line in enumerate(values)]


def weights_of(weights: list[float]) -> dict[str, float]:
    return {f"i{number}": weight for number, weight in enumerate(weights)}


def corners(weights: list[float], variation: float = 0.2) -> list[np.ndarray]:
    factors = itertools.product((1 - variation, 1 + variation), repeat=len(weights))
    return [np.array(weights) * np.array(each) for each in factors]


def ranks_under(weights: np.ndarray, parts: np.ndarray) -> np.ndarray:
    whole = weights @ parts / weights.sum()
    return 1 + (whole[np.newaxis, :] > whole[:, np.newaxis] + 1e-9).sum(axis=1)


def test_by_hand():
    near = measured("near", [5, 50, 95], EVEN)  # parts 0, 50, 100
    far = measured("far", [5, 95, 95], EVEN, better="low")  # parts 100, 0, 0
    found = composite([near, far], {"near": 3, "far": 1})
    assert found.parts.tolist() == [[0, 50, 100], [100, 0, 0]]
    assert found.weights.tolist() == [0.75, 0.25]
    assert found.value.tolist() == [25, 37.5, 75]
    assert found.rank.tolist() == [3, 2, 1]
    assert found.ends.tolist() == [[5, 95], [95, 5]]


def test_equals_share_a_rank_and_the_next_is_left_out():
    found = composite([measured("a", [50, 50, 20, 95], EVEN)], {"a": 1})
    assert found.rank.tolist() == [2, 2, 4, 1]
    assert found.best.tolist() == found.worst.tolist() == [2, 2, 4, 1]


def test_points_are_held_within_0_and_100():
    found = composite([measured("a", [0, 100], EVEN)], {"a": 1})
    assert found.value.tolist() == [0, 100]


def test_points_do_not_depend_on_what_is_compared():
    few = composite([measured("a", [30, 60], EVEN)], {"a": 1})
    more = composite([measured("a", [30, 60, 0, 100], EVEN)], {"a": 1})
    assert more.value[:2].tolist() == few.value.tolist()


def test_where_the_two_percentiles_are_equal_the_ends_are_lowest_and_highest():
    found = composite([measured("a", [10, 5, 0], [*[5.0] * 30, 0.0, 10.0])], {"a": 1})
    assert found.ends.tolist() == [[0, 10]]
    assert found.value.tolist() == [100, 50, 0]


def test_a_missing_part_leaves_no_composite_and_is_named():
    rows = [measured("a", [10, np.nan, 90], EVEN), measured("b", [10, 20, 90], EVEN)]
    found = composite(rows, {"a": 1, "b": 1})
    assert np.isnan(found.value[1])
    assert np.isnan([found.low[1], found.high[1], found.rank[1], found.best[1], found.worst[1]]).all()
    assert found.reason[1] == "値のない指標がある: 指標a / no value of: Indicator a"
    assert found.rank[[0, 2]].tolist() == [2, 1]
    assert found.reason[0] == found.reason[2] == ""


def test_what_is_the_same_everywhere_is_left_out_and_told():
    rows = [measured("a", [10, 90], EVEN), measured("b", [7, 7], [7.0] * 21)]
    found = composite(rows, {"a": 1, "b": 5})
    assert [each.id for each in found.indicators] == ["a"]
    assert [each.id for each in found.left_out] == ["b"]
    assert found.weights.tolist() == [1]


@pytest.mark.parametrize(
    ("weights", "words"),
    [({"a": -1}, ("0以上", "0 or more")), ({"a": float("nan")}, ("0以上", "0 or more")), ({"a": True}, ("0以上", "0 or more")),
     ({"a": 0}, ("すべて0", "All weights")), ({}, ("すべて0", "All weights")), ({"neither": 1}, ("指標neither", "Indicator neither"))],
)  # fmt: skip
def test_weights_that_cannot_be_are_refused_kindly(weights, words):
    rows = [measured("a", [10, 90], EVEN), measured("neither", [1, 2], EVEN, better=None)]
    with pytest.raises(BadWeights) as error:
        composite(rows, weights)
    for each in words:
        assert each in str(error.value)


def test_an_indicator_that_is_not_compared_has_no_weight():
    with pytest.raises(UnknownCode, match="other"):
        composite([measured("a", [10, 90], EVEN)], {"other": 1})


@pytest.mark.parametrize("variation", [-0.1, 1.0, float("nan")])
def test_a_variation_is_a_share_below_1(variation):
    with pytest.raises(BadWeights, match="variation"):
        composite([measured("a", [10, 90], EVEN)], {"a": 1}, variation)


def test_nothing_that_tells_apart_is_refused():
    with pytest.raises(BadWeights, match="nothing to make a score of"):
        composite([measured("a", [7, 7], [7.0] * 5)], {"a": 1})


@given(tables())
@settings(max_examples=150, deadline=None)
def test_value_and_its_range_are_those_of_all_corners(case):
    values, weights = case
    found = composite(rows_of(values), weights_of(weights))
    wholes = np.array([corner @ found.parts / corner.sum() for corner in corners(weights)])
    np.testing.assert_allclose(found.low, wholes.min(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.high, wholes.max(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.value, np.array(weights) @ found.parts / sum(weights), atol=1e-9)


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_ranks_never_leave_their_range(case, random):
    values, weights = case
    found = composite(rows_of(values), weights_of(weights))
    inside = [np.array([weight * random.uniform(0.8, 1.2) for weight in weights]) for _ in range(5)]
    for corner in [*corners(weights), *inside]:
        ranks = ranks_under(corner, found.parts)
        assert (found.best <= ranks).all()
        assert (ranks <= found.worst).all()


@given(tables(most_areas=2))
@settings(max_examples=150, deadline=None)
def test_of_two_areas_the_range_of_ranks_is_exactly_that_of_the_corners(case):
    values, weights = case
    found = composite(rows_of(values), weights_of(weights))
    tried = np.array([ranks_under(corner, found.parts) for corner in corners(weights)])
    assert found.best.tolist() == tried.min(axis=0).tolist()
    assert found.worst.tolist() == tried.max(axis=0).tolist()


@given(tables(), st.sampled_from([0.25, 3.0, 1000.0]))
@settings(max_examples=60, deadline=None)
def test_scaling_all_weights_changes_nothing(case, factor):
    values, weights = case
    first = composite(rows_of(values), weights_of(weights))
    second = composite(rows_of(values), weights_of([factor * weight for weight in weights]))
    np.testing.assert_allclose(first.value, second.value, atol=1e-9)
    for name in ("rank", "best", "worst"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_areas_does_not_matter(case, random):
    values, weights = case
    order = list(range(len(values[0])))
    random.shuffle(order)
    first = composite(rows_of(values), weights_of(weights))
    second = composite(rows_of([[line[at] for at in order] for line in values]), weights_of(weights))
    for name in ("value", "low", "high", "rank", "best", "worst"):
        np.testing.assert_allclose(getattr(first, name)[order], getattr(second, name), atol=1e-9)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_identical_areas_tie(case):
    values, weights = case
    found = composite(rows_of([[*line, line[0]] for line in values]), weights_of(weights))
    assert found.value[0] == found.value[-1]
    assert found.rank[0] == found.rank[-1]
    assert found.best[0] == found.best[-1]
    assert found.worst[0] == found.worst[-1]
