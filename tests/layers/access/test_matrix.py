"""Travel times between chosen points: by hand, against both oracles, and laws."""

import numpy as np
import pytest
from hypothesis import given

from layers.access.attach import attach
from layers.access.matrix import travel_times
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest
from layers.access.profiles import DRIVE, WALK
from layers.access.swept import Sweep

from .oracle import (
    LIMIT,
    law,
    networks,
    rounding,
    scenes,
    scipy_between,
    scipy_nearest,
    seconds_between,
    seconds_of,
    ways_between,
)

NODES = ((0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (100.0, 200.0))


def test_by_hand(make_network):
    """100 m are 75 s. The side street leads away from the main one, its end keeps who is there."""
    network = make_network(NODES, [(0, 1), (1, 2), (2, 3), (1, 4, 1)])
    both = attach(network, np.array([(20.0, 0.0), (100.0, 160.0), (60.0, 8.0), (9_000.0, 0.0)]), limit_metres=LIMIT)
    expected = [
        [0.0, 180.0, 36.0, np.nan],
        [np.inf, 0.0, np.inf, np.nan],
        [36.0, 156.0, 12.0, np.nan],
        [np.nan] * 4,
    ]
    assert np.array_equal(travel_times(network, both, both), expected, equal_nan=True)


def test_none_asked_for(make_network):
    network = make_network(NODES, [(0, 1)])
    here, nobody = (attach(network, np.zeros((count, 2)), limit_metres=LIMIT) for count in (2, 0))
    assert travel_times(network, here, nobody).shape == (2, 0)
    assert travel_times(network, nobody, here).shape == (0, 2)
    empty = make_network([], [])
    untied = attach(empty, np.zeros((2, 2)), limit_metres=LIMIT)
    assert np.isnan(travel_times(empty, untied, untied)).all()


@law
@given(scenes())
def test_equals_the_textbook_to_the_millisecond(scene):
    ms = ways_between(*scene).ms
    expected = seconds_of(ms, scene.places.is_attached)
    expected[:, ~scene.facilities.is_attached] = np.nan
    assert np.array_equal(travel_times(*scene), expected, equal_nan=True)


@law
@given(scenes())
def test_sweeps_from_either_side_agree(scene):
    network, places, facilities = scene
    leaving, arriving = network.leaving(places), network.arriving(facilities)
    to_many = Sweep.of(network, arriving, is_backward=False).times(leaving)
    from_many = Sweep.of(network, leaving, is_backward=True).times(arriving)
    assert np.array_equal(np.minimum(to_many.T, INFINITE_MS), np.minimum(from_many, INFINITE_MS))


@law
@given(scenes())
def test_equals_the_raw_streets(scene):
    """float64 over uncontracted segments: half a millisecond for each chain."""
    found, expected = travel_times(*scene), seconds_between(*scene)
    expected[:, ~scene.facilities.is_attached] = np.nan
    assert np.array_equal(np.isfinite(found), np.isfinite(expected))
    reached = np.isfinite(expected)
    assert np.abs(found[reached] - expected[reached]).max(initial=0.0) <= rounding(scene.network)


@law
@given(scenes())
def test_the_oracles_agree_with_each_other(scene):
    """scipy keeps arcs of no length and does not add up parallel ones, so that it may judge real networks."""
    ms = ways_between(*scene).ms
    assert np.array_equal(scipy_between(*scene), ms)
    if len(scene.facilities):
        least, row = scipy_nearest(*scene)
        assert np.array_equal(least, ms.min(axis=1))
        assert np.array_equal(row, np.where(least < INFINITE_MS, ms.argmin(axis=1), -1))


@law
@given(scenes())
def test_the_least_of_a_row_is_the_nearest(scene):
    times = travel_times(*scene)
    times = np.where(np.isnan(times), np.inf, times)
    least = np.where(scene.places.is_attached, times.min(axis=1, initial=np.inf), np.nan)
    assert np.array_equal(nearest(*scene[:2], {"it": scene.facilities}).seconds[:, 0], least, equal_nan=True)


@law
@given(networks(profiles=(WALK,)))
def test_no_one_way_streets_no_direction(network):
    """On foot on the flat, with every street open both ways, the way back takes as long as the way there."""
    network = network.with_closed(~(network.is_open_forward & network.is_open_backward))
    junctions = network.at_nodes(network.topology.graph.junction)
    times = travel_times(network, junctions, junctions)
    assert np.array_equal(times, times.T, equal_nan=True)


@law
@given(scenes(profiles=(DRIVE,)))
def test_triangle_inequality(scene):
    """By way of a junction nothing is quicker than straight there."""
    network = scene.network
    corners = network.at_nodes(network.topology.graph.junction)
    times = travel_times(network, corners, corners)
    assert not np.isnan(times).any() or not corners.is_attached.all()
    times = np.where(np.isnan(times), np.inf, times)
    assert (np.diag(times)[corners.is_attached] == 0).all()
    for via in np.flatnonzero(corners.is_attached):
        assert (times <= times[:, [via]] + times[[via], :] + 1e-9).all()


def test_more_origins_than_one_sweep_takes(make_network):
    """65 origins are two sweeps; each row is that of its own question."""
    network = make_network(NODES, [(0, 1), (1, 2), (2, 3), (1, 4, 1)], profile=WALK)
    rng = np.random.default_rng(1)
    xy = np.column_stack([rng.uniform(0, 300, 130), np.full(130, 5.0)])
    places, few = attach(network, xy, limit_metres=LIMIT), attach(network, xy[:7], limit_metres=LIMIT)
    together = travel_times(network, places, few)
    alone = np.vstack([travel_times(network, places.take(np.array([row])), few) for row in range(130)])
    assert np.array_equal(together, alone)
    assert together[:7].diagonal() == pytest.approx(np.full(7, 2 * 5 * 0.75))
