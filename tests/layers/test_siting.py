"""Choosing k sites: small cases by hand, the laws, and the optimum by trying every set."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.siting import Gains, choose
from layers.siting_bound import upper_bound
from layers.siting_exact import not_beaten, sets_of, solved
from layers.siting_greedy import greedy, improved, in_order

law = settings(max_examples=150)
CLOSE = 1e-6  # of the largest value: what counts as proven


class Case(NamedTuple):
    """People of places, what each candidate gives each place, and how many sites."""

    weight: np.ndarray
    table: np.ndarray  # (places, candidates)
    k: int

    @property
    def gains(self) -> Gains:
        place, candidate = np.nonzero(self.table)
        return Gains.of_pairs(self.weight, self.table.shape[1], candidate, place, self.table[place, candidate])

    def value(self, chosen: tuple[int, ...] | list[int]) -> float:
        return float(self.weight @ self.table[:, list(chosen)].max(axis=1, initial=0.0))

    @property
    def optimum(self) -> float:
        count = self.table.shape[1]
        return max(self.value(each) for each in itertools.combinations(range(count), min(self.k, count)))

    @property
    def rounding(self) -> float:
        return CLOSE * self.value(range(self.table.shape[1])) + 1e-12


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Small towns: covering (0 or 1) or shorter ways, whole and broken numbers, places nobody reaches, empty candidates."""
    places, candidates = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    gain = st.sampled_from([0.0, 1.0]) if draw(st.booleans()) else st.one_of(st.just(0.0), st.floats(0.0, 30.0))
    people = st.one_of(st.integers(0, 3).map(float), st.floats(0.0, 100.0))
    table = [[draw(gain) for _ in range(candidates)] for _ in range(places)]
    return Case(np.array([draw(people) for _ in range(places)]), np.array(table), draw(st.integers(1, 5)))


# ---------------------------------------------------------------------------------------------------------------------
# By hand


def test_greedy_takes_the_middle_and_the_best_two_leave_it_out() -> None:
    """Four hamlets of 2, 3, 3 and 2 people: a site between the large ones covers 6, but the outer two cover all 10."""
    table = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=float)
    case = Case(np.array([2.0, 3.0, 3.0, 2.0]), table, 2)
    gains = case.gains
    assert greedy(gains, 2) == [1, 0]
    assert gains.value([1, 0]) == 8.0
    assert sorted(improved(gains, [1, 0])) == [0, 2]
    choice = choose(gains, 2)
    assert (choice.rows, choice.value, choice.method, choice.gap) == ((0, 2), 10.0, "exact", 0.0)


def test_of_equal_candidates_the_first_is_taken() -> None:
    case = Case(np.array([5.0]), np.ones((1, 4)), 1)
    assert choose(case.gains, 1).rows == (0,)
    assert not_beaten(case.gains).tolist() == [0]


def test_no_more_sites_than_do_any_good() -> None:
    """Two candidates reach everybody that can be reached: the third site would serve nobody."""
    case = Case(np.array([1.0, 2.0, 4.0]), np.array([[1, 0, 1], [0, 1, 1], [0, 0, 0]], dtype=float), 3)
    choice = choose(case.gains, 3)
    assert (choice.rows, choice.value, choice.proof) == ((2,), 3.0, "all")


def test_nobody_to_serve_is_an_empty_choice() -> None:
    choice = choose(Case(np.zeros(3), np.ones((3, 2)), 1).gains, 1)
    assert (choice.rows, choice.value, choice.gap) == ((), 0.0, 0.0)


def test_ways_of_two_lengths_are_two_questions() -> None:
    """A place saves 5 minutes by the first site and 3 by the second: 2 × people hang on the first, 3 × people on either."""
    sets = sets_of(Case(np.array([10.0]), np.array([[5.0, 3.0]]), 1).gains)
    by_members = {}
    for row, weight in enumerate(sets.weight.tolist()):
        members = set(sets.candidate[sets.of == row].tolist())
        if sets.parent[row] >= 0:
            members |= set(sets.candidate[sets.of == sets.parent[row]].tolist())
        by_members[frozenset(members)] = weight
    assert by_members == {frozenset({0}): 20.0, frozenset({0, 1}): 30.0}


def test_places_with_the_same_candidates_are_one_question() -> None:
    table = np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1]], dtype=float)
    sets = sets_of(Case(np.array([1.0, 2.0, 4.0]), table, 1).gains)
    assert sorted(sets.weight.tolist()) == [3.0, 4.0]


# ---------------------------------------------------------------------------------------------------------------------
# Laws


@law
@given(cases())
def test_the_choice_is_the_best_of_all_sets(case: Case) -> None:
    choice = choose(case.gains, case.k)
    assert choice.method == "exact"
    assert choice.value == pytest.approx(case.optimum, abs=case.rounding)
    assert choice.value == pytest.approx(case.value(choice.rows), rel=1e-12)
    assert len(choice.rows) <= case.k
    assert len(set(choice.rows)) == len(choice.rows)


@law
@given(cases())
@example(Case(np.array([0.0, 5e-324]), np.array([[0.0, 0.0], [0.0, 1.0]]), 1))
@example(Case(np.array([0.0, 2.3e-308]), np.array([[0.0, 0.0], [0.0, 1.0]]), 1))
def test_the_solver_alone_finds_the_best_of_all_sets(case: Case) -> None:
    """HiGHS among all candidates, without a bound that leaves any out: an independent way to the same number."""
    gains = case.gains
    found = solved(gains, case.k, np.arange(gains.count), 30.0)
    if found is None:
        assert case.optimum < np.finfo(float).tiny
        return
    assert found.bound == pytest.approx(case.optimum, abs=10 * case.rounding)
    assert gains.value(found.rows) == pytest.approx(case.optimum, abs=10 * case.rounding)


@law
@given(cases())
def test_greedy_is_at_least_what_its_theorem_says(case: Case) -> None:
    assert case.gains.value(greedy(case.gains, case.k)) >= (1 - 1 / math.e) * case.optimum - case.rounding


@law
@given(cases(), st.data())
def test_swap_never_lowers(case: Case, data: st.DataObject) -> None:
    gains = case.gains
    count = min(case.k, gains.count)
    start = data.draw(st.permutations(range(gains.count)))[:count]
    after = improved(gains, start)
    assert gains.value(after) >= gains.value(start) * (1 - 1e-12)
    assert len(set(after)) == len(after) == count


ALMOST_NOBODY = Case(np.array([0.0, 0.0, 0.0, 2.2e-313, 1.0]), np.outer([0, 0, 0, 0, 1.0], [0, 0, 0, 1.0]), 1)


@law
@given(cases())
@example(ALMOST_NOBODY)
def test_exact_is_at_least_greedy_with_swap_and_the_bound_above_both(case: Case) -> None:
    gains = case.gains
    near = choose(gains, case.k, seconds=0.0)
    exact = choose(gains, case.k)
    assert near.value <= exact.value + case.rounding
    assert exact.value <= near.bound + case.rounding
    assert near.gap >= 0.0
    if case.k < gains.count:
        assert upper_bound(gains, case.k, [0]).value >= case.optimum - case.rounding


@law
@given(cases())
def test_more_sites_never_give_less(case: Case) -> None:
    values = [choose(case.gains, k).value for k in range(1, 6)]
    assert all(more >= fewer - case.rounding for fewer, more in itertools.pairwise(values))


@law
@given(cases(), st.integers(0, 6), st.sampled_from([0.0, 30.0]))
def test_a_known_choice_is_never_undercut(case: Case, seed: int, seconds: float) -> None:
    """What towns choose alone is one choice of the region: together is never less."""
    gains = case.gains
    start = np.random.default_rng(seed).permutation(gains.count)[: case.k].tolist()
    assert choose(gains, case.k, seconds=seconds, starts=[start]).value >= gains.value(start) - case.rounding


@law
@given(cases(), st.integers(0, 100))
def test_the_order_of_pairs_makes_no_difference(case: Case, seed: int) -> None:
    place, candidate = np.nonzero(case.table)
    order = np.random.default_rng(seed).permutation(len(place))
    mixed = Gains.of_pairs(
        case.weight, case.table.shape[1], candidate[order], place[order], case.table[place, candidate][order]
    )
    one, other = choose(case.gains, case.k), choose(mixed, case.k)
    assert (one.rows, one.value) == (other.rows, other.value)


@law
@given(cases())
def test_no_better_choice_holds_a_candidate_that_the_bound_leaves_out(case: Case) -> None:
    gains, count = case.gains, case.table.shape[1]
    if case.k >= count:
        return
    known = greedy(gains, case.k)
    bound = upper_bound(gains, case.k, known)
    left = set(bound.candidates_left(case.k, gains.value(known)).tolist())
    for each in itertools.combinations(range(count), case.k):
        if case.value(each) > gains.value(known) + case.rounding:
            assert set(each) <= left


@law
@given(cases())
def test_what_is_beaten_everywhere_is_not_missed(case: Case) -> None:
    gains = case.gains
    kept = not_beaten(gains)
    part = gains.part(kept, np.ones(len(case.weight), dtype=bool))
    assert choose(part, case.k).value == pytest.approx(case.optimum, abs=case.rounding)


@law
@given(cases())
def test_the_sites_are_told_in_the_order_of_what_they_add(case: Case) -> None:
    gains = case.gains
    rows = list(choose(gains, case.k).rows)
    added = np.diff([gains.value(rows[:count]) for count in range(len(rows) + 1)])
    assert (added > 0).all()
    assert all(later <= sooner + case.rounding for sooner, later in itertools.pairwise(added))
    assert in_order(gains, rows[::-1]) == rows


def test_greedy_meets_a_case_where_it_is_not_the_best() -> None:
    """So that the laws above cannot pass by greedy being exact anyway."""
    rng = np.random.default_rng(1)
    short = 0
    for _ in range(200):
        case = Case(rng.random(10), (rng.random((10, 7)) < 0.3).astype(float), 3)
        short += case.gains.value(greedy(case.gains, 3)) < case.optimum - case.rounding
    assert short >= 10
