"""Sizes of town at which a service is found: known numbers come back, and where nothing can be said it is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from layers.service_thresholds import PUBLISHED, LogisticFit, NoFit, Thresholds, fit_presence, fitted_thresholds

INTERCEPT, SLOPE = -18.0, 2.2  # 50 % at exp(18 ÷ 2.2) = 3,577 people


def towns(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    people = np.exp(random.normal(8.4, 1.2, count))
    chance = 1 / (1 + np.exp(-(INTERCEPT + SLOPE * np.log(people))))
    return people, random.random(count) < chance


def test_known_numbers_come_back() -> None:
    fit = fit_presence(*towns(20_000))
    assert fit.slope == pytest.approx(SLOPE, rel=0.05)
    assert fit.intercept == pytest.approx(INTERCEPT, rel=0.05)
    assert fit.size_at(0.5) == pytest.approx(math.exp(18 / 2.2), rel=0.03)
    assert fit.size_at(0.8) == pytest.approx(math.exp((math.log(4) + 18) / 2.2), rel=0.03)


def test_the_standard_error_covers_the_truth_as_often_as_it_says() -> None:
    truth = 18 / 2.2
    hits = []
    for seed in range(200):
        fit = fit_presence(*towns(150, seed))
        hits.append(abs(math.log(fit.size_at(0.5)) - truth) <= 1.96 * fit.log_error_at(0.5))
    assert 0.90 <= np.mean(hits) <= 0.99


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_a_general_optimiser(seed: int) -> None:
    people, present = towns(60, seed)
    x = np.log(people)

    def loss(found: np.ndarray) -> float:
        score = found[0] + found[1] * (x - x.mean())
        return float(np.sum(np.logaddexp(0, score) - present * score))

    slow = minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 5000}).x
    fit = fit_presence(people, present)
    assert fit.slope == pytest.approx(slow[1], rel=1e-5)
    assert fit.intercept == pytest.approx(slow[0] - slow[1] * x.mean(), rel=1e-5)
    steps = np.eye(2) * 1e-3
    bend = [
        [loss(slow + a + b) - loss(slow + a - b) - loss(slow - a + b) + loss(slow - a - b) for a in steps]
        for b in steps
    ]
    inverse = np.linalg.inv(np.array(bend) / (4 * 1e-6))
    centre = np.array([[1.0, x.mean()], [0.0, 1.0]])  # the optimiser's sizes are counted from their mean
    np.testing.assert_allclose(centre @ fit.covariance @ centre.T, inverse, rtol=1e-3)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(20, 200), turned=st.integers(0, 5))
def test_n50_is_never_above_n80_and_the_order_of_towns_does_not_matter(seed: int, count: int, turned: int) -> None:
    people, present = towns(count, seed)
    present[:turned] = ~present[:turned]
    try:
        fit = fit_presence(people, present)
    except NoFit:
        return
    assert fit.size_at(0.5) <= fit.size_at(0.8)
    order = np.random.default_rng(seed).permutation(count)
    other = fit_presence(people[order], present[order])
    assert other.size_at(0.5) == pytest.approx(fit.size_at(0.5), rel=1e-6)
    assert other.log_error_at(0.8) == pytest.approx(fit.log_error_at(0.8), rel=1e-6)


def test_most_draws_of_that_law_are_fitted() -> None:
    """Else it would hold for nothing."""
    fitted = 0
    for seed in range(40):
        try:
            fit_presence(*towns(60, seed))
        except NoFit:
            continue
        fitted += 1
    assert fitted > 30


@pytest.mark.parametrize(
    ("people", "present", "words"),
    [
        (np.arange(1, 41) * 100.0, np.ones(40, bool), "nothing varies"),
        (np.arange(1, 41) * 100.0, np.zeros(40, bool), "nothing varies"),
        (np.arange(1, 11) * 100.0, np.arange(10) % 2 > 0, "Too few"),
        (np.arange(1, 41) * 100.0, np.arange(40) < 3, "Too few"),
        (np.empty(0), np.empty(0, bool), "Too few"),
        (np.arange(1, 41) * 100.0, np.arange(40) >= 20, "None up to 2,000 people and all from 2,100"),
        (np.arange(1, 41) * 100.0, np.arange(40) < 20, "does not grow"),
        (np.arange(1, 41) * 100.0, np.arange(40) % 2 > 0, "beyond chance"),
        (np.full(40, 500.0), np.arange(40) % 2 > 0, "clean cut"),
    ],
)
def test_refused_with_a_reason(people: np.ndarray, present: np.ndarray, words: str) -> None:
    with pytest.raises(NoFit, match=words):
        fit_presence(people, present)


def test_towns_without_people_are_left_out() -> None:
    people, present = towns(100)
    with_empty = fit_presence(np.append(people, [0.0, np.nan]), np.append(present, [True, True]))
    assert with_empty.count == 100
    assert with_empty.slope == fit_presence(people, present).slope


def test_a_fit_says_what_it_is_and_where_it_leaves_its_towns() -> None:
    people, present = towns(100)
    found = fitted_thresholds(people, present, "表", "table")
    assert found.how == "fitted"
    assert (found.count, found.present) == (100, int(present.sum()))
    assert "100 municipalities" in found.source
    assert "推定" in found.source
    assert found.reason == ""
    assert found.n80 == fit_presence(people, present).size_at(0.8)


def test_a_size_beyond_the_towns_is_not_told() -> None:
    people, present = towns(2000)
    small = people < 5_000  # N50 is 3,577, N80 6,717
    found = fitted_thresholds(people[small], present[small], "表", "table")
    assert found.n50 == pytest.approx(3577, rel=0.1)
    assert math.isnan(found.n80)
    assert math.isnan(found.log_error_80)
    assert "beyond the largest municipality" in found.reason
    assert found.how == "fitted"
    with pytest.raises(NoFit, match="outside the municipalities fitted on"):
        fitted_thresholds(people[people < 3_000], present[people < 3_000], "表", "table")
    with pytest.raises(NoFit, match="outside the municipalities fitted on"):
        fitted_thresholds(people[people > 5_000], present[people > 5_000], "表", "table")


def test_the_published_pair_and_the_curve_through_it() -> None:
    clinic = PUBLISHED["clinic"]
    assert (clinic.n50, clinic.n80, clinic.how) == (3500, 5500, "published")
    assert "2023-05-29" in clinic.source
    assert clinic.chance(3500) == pytest.approx(50)
    assert clinic.chance(5500) == pytest.approx(80)
    chances = [clinic.chance(people) for people in (0, 1, 1000, 4000, 12_000, 1e9)]
    assert chances == sorted(chances)
    assert chances[0] == 0
    assert chances[-1] == pytest.approx(100)
    assert math.isnan(clinic.chance(math.nan))
    assert math.isnan(Thresholds(math.nan, math.nan, "").chance(100))


def test_sizes_of_a_fit_by_hand() -> None:
    """ln N50 = −a ÷ b; its error for independent a and b is √(s² + (a ÷ b)²·t²) ÷ b."""
    fit = LogisticFit(-16.0, 2.0, np.diag([0.09, 0.01]), 50, 25)
    assert fit.size_at(0.5) == pytest.approx(math.exp(8))
    assert fit.log_error_at(0.5) == pytest.approx(math.sqrt(0.09 + 64 * 0.01) / 2)
