"""Where people go when one site closes: all closures at once against one after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.closures import closures_along_streets, closures_straight
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest
from layers.access.profiles import WALK
from layers.access.straight import nearest_straight
from layers.cooperation import Closures
from tests.layers.access.oracle import law, scenes, seconds_of, ways_between

seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def as_table(closures: Closures, shape: tuple[int, int], before: np.ndarray) -> np.ndarray:
    """Distance of every place (row) after each closure (column); what is not named stays as it is."""
    after = np.repeat(before.astype(np.float32)[:, np.newaxis], shape[1], axis=1)
    np.testing.assert_array_equal(closures.before, before.astype(np.float32)[closures.place])
    assert (closures.after != closures.before).all()
    assert (np.diff(closures.place) >= 0).all()
    after[closures.place, closures.unit] = closures.after
    return after


def units_for(rng: np.random.Generator, count: int) -> tuple[np.ndarray, int]:
    """Units of some sites, each with one at least: alone, in groups, all together."""
    unit = rng.integers(0, rng.integers(1, 8), count)
    return np.unique(unit, return_inverse=True)[1], len(np.unique(unit))


@law
@given(seeds)
def test_straight_lines(rng: np.random.Generator) -> None:
    """Points on a coarse grid, so that many are equally far and several stand on one spot."""
    places = rng.integers(0, 5, (rng.integers(1, 20), 2)).astype(float) * 100
    sites = rng.integers(0, 5, (rng.integers(0, 30), 2)).astype(float) * 100
    unit, count = units_for(rng, len(sites))
    before = nearest_straight(places, sites).metres
    found = as_table(closures_straight(places, sites, unit), (len(places), count), before)
    for closed in range(count):
        after = nearest_straight(places, sites[unit != closed]).metres
        np.testing.assert_array_equal(found[:, closed], after.astype(np.float32))


@law
@given(scenes(), seeds)
def test_seconds_along_streets_equal_the_textbook(scene, rng: np.random.Generator) -> None:
    network, places, facilities = scene
    unit, count = units_for(rng, len(facilities))
    ms = ways_between(network, places, facilities).ms

    def least(rows: np.ndarray) -> np.ndarray:
        return seconds_of(ms[:, rows].min(axis=1, initial=INFINITE_MS), places.is_attached)

    closures = closures_along_streets(network, places, facilities, unit)
    found = as_table(closures, (len(places), count), least(np.ones(len(facilities), bool)))
    for closed in range(count):
        np.testing.assert_array_equal(found[:, closed], least(unit != closed).astype(np.float32))


@law
@given(scenes(profiles=(WALK,)), seeds)
def test_metres_on_foot_equal_a_build_without_the_site(scene, rng: np.random.Generator) -> None:
    """Straight lines are drawn apart from the streets here, so that the floor under the ways matters everywhere."""
    network, places, facilities = scene
    unit, count = units_for(rng, len(facilities))
    here, there = (rng.integers(0, 6, (len(points), 2)).astype(float) * 60 for points in (places, facilities))

    def build(rows: np.ndarray) -> np.ndarray:
        metres = nearest(network, places, {"": facilities.take(np.flatnonzero(rows))}, with_metres=True).metres
        assert metres is not None
        return np.maximum(metres[:, 0], nearest_straight(here, there[rows]).metres)

    closures = closures_along_streets(network, places, facilities, unit, straight=(here, there))
    before = build(np.ones(len(facilities), bool))
    found = as_table(closures, (len(places), count), before)
    for closed in range(count):
        after = build(unit != closed)
        # Who has no street at all has none after either.
        np.testing.assert_array_equal(found[:, closed], after.astype(np.float32))
