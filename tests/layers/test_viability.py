"""Catchments and closures in turn: cases by hand, and laws over distances drawn at random."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.viability import Cascade, Nearest, catchments, close_in_turn, first_below, is_newly_beyond, locations

law = settings(max_examples=80)
seeds = st.integers(0, 2**32 - 1)


def among(distance: np.ndarray) -> Callable[[np.ndarray], Nearest]:
    """Nearest of the open sites by a table of distances, (n_places, n_sites); infinity: no way."""

    def nearest(is_open: np.ndarray) -> Nearest:
        far = np.where(is_open, distance, np.inf)
        site = far.argmin(axis=1) if far.shape[1] else np.zeros(len(far), int)
        least = far[np.arange(len(far)), site] if far.shape[1] else np.full(len(far), np.inf)
        return Nearest(np.where(np.isfinite(least), site, -1), least)

    return nearest


def run(distance: np.ndarray, people: np.ndarray, **asked: object) -> Cascade:
    count = distance.shape[1]
    given = {
        "ids": [f"f{row}" for row in range(count)],
        "may_close": np.ones(count, bool),
        "threshold": None,
        "most": count,
    }
    nearest = among(distance)
    return close_in_turn(nearest(np.ones(count, bool)), nearest, people, **(given | asked))


# Three sites along a road at 0, 4 and 10 km; people at 0, 1, 4, 5, 9, 10 km.
PLACES, SITES = np.array([0.0, 1, 4, 5, 9, 10]), np.array([0.0, 4, 10])
DISTANCE = np.abs(PLACES[:, None] - SITES[None, :])
PEOPLE = np.array([[30.0, 20], [10, 10], [25, 15], [5, 5], [20, 12], [15, 10]])


def test_catchments_by_hand() -> None:
    found = catchments(DISTANCE.argmin(axis=1), PEOPLE, 3)
    np.testing.assert_array_equal(found.people, [[40, 30], [30, 20], [35, 22]])
    np.testing.assert_array_equal(found.unreached, [0, 0])


def test_closures_by_hand() -> None:
    """The middle one has the fewest: 25 at 4 km go to 0 km (4 < 6), 5 at 5 km too (the lower row of two alike)."""
    done = run(DISTANCE, PEOPLE[:, :1], threshold=36.0)
    assert [closure.site for closure in done.closures] == [1, 2]
    first, second = done.closures
    np.testing.assert_array_equal(first.places, [2, 3])
    np.testing.assert_array_equal(first.to, [0, 0])
    np.testing.assert_array_equal(first.after, [4, 5])
    np.testing.assert_array_equal(second.places, [4, 5])
    np.testing.assert_array_equal(second.to, [0, 0])
    assert done.is_stable
    np.testing.assert_array_equal(done.is_open, [True, False, False])
    np.testing.assert_array_equal(is_newly_beyond(second, 9.0), [False, True])
    assert run(DISTANCE, PEOPLE[:, :1], threshold=36.0, most=1).is_stable is False
    assert run(DISTANCE, PEOPLE[:, :1], threshold=30.0).closures == ()


def test_years_are_gone_through_in_order() -> None:
    """In the first year nobody is below 25; in the second the middle one is, and then nobody."""
    done = run(DISTANCE, PEOPLE, threshold=22.0)
    assert [(closure.column, closure.site) for closure in done.closures] == [(1, 1)]


def test_of_two_alike_the_lower_id_closes() -> None:
    distance, people = np.array([[1.0, 5], [5, 1]]), np.array([[10.0], [10.0]])
    assert run(distance, people, ids=["b", "a"], most=1).closures[0].site == 1
    assert run(distance, people, ids=["a", "b"], most=1).closures[0].site == 0


def test_unknown_people_close_nothing() -> None:
    people = PEOPLE[:, :1].copy()
    people[2] = np.nan
    done = run(DISTANCE, people, threshold=1000.0, most=3)
    assert 1 not in [closure.site for closure in done.closures]
    assert np.isnan(catchments(DISTANCE.argmin(axis=1), people, 3).people[1, 0])


def test_a_year_of_which_nothing_is_known_is_unknown_everywhere() -> None:
    """A site without any place has nobody where people are known, and not 0 where they are not."""
    people = np.array([[5.0, np.nan], [3.0, np.nan]])
    found = catchments(np.array([0, -1]), people, 2)
    np.testing.assert_array_equal(found.people, [[5, np.nan], [0, np.nan]])
    np.testing.assert_array_equal(found.unreached, [3, np.nan])
    assert catchments(np.empty(0, int), np.empty((0, 1)), 1).people.tolist() == [[0.0]]


def test_first_column_below() -> None:
    nan = np.nan
    people = np.array([[9, 7, 5], [9, 9, 9], [3, 9, 9], [nan, 9, 3], [9, nan, nan], [3, nan, nan], [5, 5, 5]], float)
    first, known = first_below(people, 5.0)
    assert first.tolist() == [-1, -1, 0, -1, -1, 0, -1]  # exactly the threshold is not below it
    assert known.tolist() == [True, True, True, False, False, True, True]


def test_locations_are_chains_of_neighbours() -> None:
    xy = np.array([[0.0, 0], [300, 0], [700, 0], [5000, 0]])
    assert locations(xy, 0).tolist() == [0, 1, 2, 3]
    found = locations(xy, 400)
    assert found[0] == found[1] == found[2] != found[3]
    assert len(set(locations(xy, 350))) == 3
    assert locations(np.empty((0, 2)), 100).size == 0


class World:
    """Places and sites at random, some pairs without a way."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.random = random
        places, sites, years = random.integers(1, 40), random.integers(1, 9), random.integers(1, 4)
        self.distance = random.random((places, sites)) * 100
        self.distance[random.random((places, sites)) < 0.1] = np.inf
        self.people = random.integers(0, 50, (places, years)).astype(float)
        self.threshold = float(random.integers(0, 300))
        self.may_close = random.random(sites) < 0.8
        self.done = run(self.distance, self.people, threshold=self.threshold, may_close=self.may_close)


@law
@given(seeds)
def test_everybody_is_in_one_catchment_or_in_none(seed: int) -> None:
    world = World(seed)
    for nearest in (among(world.distance)(np.ones(world.distance.shape[1], bool)), world.done.nearest):
        found = catchments(nearest.site, world.people, world.distance.shape[1])
        np.testing.assert_allclose(found.people.sum(axis=0) + found.unreached, world.people.sum(axis=0), rtol=1e-12)


@law
@given(seeds)
def test_each_closure_moves_its_own_people_only_and_nobody_is_lost(seed: int) -> None:
    world = World(seed)
    count = world.distance.shape[1]
    nearest = among(world.distance)
    is_open = np.ones(count, bool)
    site = nearest(is_open).site
    for closure in world.done.closures:
        assert is_open[closure.site]  # never twice, and nothing opens
        assert world.may_close[closure.site]
        sizes = catchments(site, world.people, count).people[:, closure.column]
        assert sizes[closure.site] < world.threshold
        assert sizes[closure.site] == sizes[is_open & world.may_close].min()
        np.testing.assert_array_equal(closure.places, np.flatnonzero(site == closure.site))
        is_open[closure.site] = False
        after = nearest(is_open).site
        stay = np.setdiff1d(np.arange(len(site)), closure.places)
        np.testing.assert_array_equal(after[stay], site[stay])
        np.testing.assert_array_equal(after[closure.places], closure.to)
        assert (closure.after >= closure.before).all()
        assert is_open[closure.to[closure.to >= 0]].all()
        own = world.people[closure.places, closure.column].sum()
        assert own == pytest.approx(sizes[closure.site])
        before, now = (catchments(each, world.people, count) for each in (site, after))
        gained = now.people[is_open].sum(axis=0) - before.people[is_open].sum(axis=0)
        lost = now.unreached - before.unreached
        np.testing.assert_allclose(gained + lost, before.people[closure.site])
        site = after
    np.testing.assert_array_equal(is_open, world.done.is_open)
    np.testing.assert_array_equal(site, world.done.nearest.site)
    last = catchments(site, world.people, count).people[:, -1]
    assert world.done.is_stable
    assert not (last[is_open & world.may_close] < world.threshold).any()


@law
@given(seeds)
def test_neither_the_order_of_sites_nor_of_places_matters(seed: int) -> None:
    world = World(seed)
    places, sites = (world.random.permutation(size) for size in world.distance.shape)
    names = np.array([f"f{row}" for row in range(len(sites))])
    other = run(
        world.distance[places][:, sites],
        world.people[places],
        threshold=world.threshold,
        may_close=world.may_close[sites],
        ids=names[sites].tolist(),
    )
    assert [names[sites][each.site] for each in other.closures] == [names[each.site] for each in world.done.closures]
    for mine, theirs in zip(world.done.closures, other.closures, strict=True):
        assert sorted(places[theirs.places]) == mine.places.tolist()
        assert mine.column == theirs.column


@law
@given(seeds)
def test_fewer_steps_are_the_beginning_of_more(seed: int) -> None:
    world = World(seed)
    for most in range(len(world.done.closures)):
        part = run(world.distance, world.people, threshold=world.threshold, may_close=world.may_close, most=most)
        assert [each.site for each in part.closures] == [each.site for each in world.done.closures[:most]]
        assert not part.is_stable


def test_the_random_worlds_do_close_something() -> None:
    closures = [len(World(seed).done.closures) for seed in range(60)]
    assert sum(count >= 2 for count in closures) > 20
