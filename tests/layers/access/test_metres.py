"""Lengths of the quickest ways, and the ways themselves: what one passes adds up."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from layers.access.attach import Attachment, attach
from layers.access.matrix import travel_times
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest
from layers.access.network import StreetNetwork
from layers.access.path import Path, path
from layers.access.profiles import DRIVE, WALK, WALK_SLOPE

from .oracle import LIMIT, law, rounding, scenes, spot, ways_between


def length_rounding(network: StreetNetwork) -> float:
    """Metres: half a decimetre for each chain passed, and for both ends."""
    return 0.05 * (network.topology.graph.junction_count + 4)


def test_of_equally_quick_ways_the_shortest(make_network):
    """Two streets between the same crossings take 36 s by car: 200 m at 20 km/h, and 400 m at twice the speed."""
    nodes = [(0.0, 0.0), (200.0, 0.0), (0.0, 100.0), (200.0, 100.0), (-50.0, 0.0), (250.0, 0.0)]
    network = make_network(nodes, [(0, 2), (2, 3), (3, 1), (0, 1), (4, 0), (1, 5)], profile=DRIVE)
    network = network.with_speed_factor(np.array([0, 1, 2]), 2.0)
    places = attach(network, np.array([(-50.0, 0.0), (250.0, 20.0)]), limit_metres=LIMIT)
    shop = {"shop": attach(network, np.array([(250.0, 0.0)]), limit_metres=LIMIT)}
    found = nearest(network, places, shop, with_metres=True)
    assert found.seconds[:, 0].tolist() == [54.0, 15.0]
    assert found.metres[:, 0].tolist() == [300.0, 20.0]
    quicker = nearest(network.with_speed_factor(np.array([0, 1, 2]), 1.01), places, shop, with_metres=True)
    assert quicker.metres[:, 0].tolist() == [500.0, 20.0]


def test_no_streets_no_metres(make_network):
    for profile in (WALK, DRIVE):
        network = make_network([], [], profile=profile)
        here = attach(network, np.zeros((2, 2)), limit_metres=LIMIT)
        found = nearest(network, here, {"it": here, "none": here.take(np.empty(0, np.int64))}, with_metres=True)
        assert np.isnan(found.metres).all()


@law
@given(scenes(profiles=(DRIVE, WALK_SLOPE)))
def test_equals_a_search_in_time_and_length(scene):
    network, places, facilities = scene
    found = nearest(network, places, {"it": facilities}, with_metres=True)
    ms, metres = ways_between(*scene)
    for place in range(len(places)):
        if not places.is_attached[place]:
            assert np.isnan(found.metres[place, 0])
            continue
        least = ms[place].min(initial=INFINITE_MS)
        if least == INFINITE_MS:
            assert found.metres[place, 0] == np.inf
            continue
        expected = metres[place, ms[place] == least].min()
        assert found.metres[place, 0] == pytest.approx(expected, abs=length_rounding(network))
    without = nearest(network, places, {"it": facilities})
    assert without.metres is None
    assert without.seconds.tobytes() == found.seconds.tobytes()
    assert without.facility.tobytes() == found.facility.tobytes()


@law
@given(scenes(profiles=(WALK,)))
def test_at_one_speed_metres_are_time(scene):
    """On foot on the flat, the length follows from the time; measured the long way round it is the same."""
    network, places, facilities = scene
    found = nearest(network, places, {"it": facilities}, with_metres=True)
    assert np.array_equal(found.metres, found.seconds * (80.0 / 60.0), equal_nan=True)
    # A profile that only claims not to be uniform.
    measured = replace(network, profile=replace(WALK, uses_slope=True))
    again = nearest(measured, places, {"it": facilities}, with_metres=True)
    reached = np.isfinite(found.metres)
    assert np.abs(again.metres[reached] - found.metres[reached]).max(initial=0.0) <= length_rounding(network)


def test_beyond_the_limit_there_is_no_length(make_network):
    network = make_network([(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [(0, 1), (1, 2)], profile=DRIVE)
    places = attach(network, np.array([(100.0, 0.0), (0.0, 0.0)]), limit_metres=LIMIT)
    shop = {"shop": attach(network, np.array([(200.0, 0.0)]), limit_metres=LIMIT)}
    found = nearest(network, places, shop, limit_seconds=20.0, with_metres=True)
    assert found.metres[:, 0].tolist() == [100.0, np.inf]


def added_up(network: StreetNetwork, way: Path, origin: Attachment, destination: Attachment) -> tuple[float, float]:
    """Seconds and metres on the streets of a way, piece by piece; fails where it jumps or goes against a one-way."""
    here = spot(network, int(origin.segment[0]), float(origin.fraction[0]))
    goal = spot(network, int(destination.segment[0]), float(destination.fraction[0]))
    seconds = metres = 0.0
    for nth, (segment, is_backward) in enumerate(zip(way.segments.tolist(), way.is_backward.tolist(), strict=True)):
        assert (network.is_open_backward if is_backward else network.is_open_forward)[segment]
        near, far = (network.head, network.tail) if is_backward else (network.tail, network.head)
        share = float(is_backward)
        if isinstance(here, tuple):
            assert (nth, segment) == (0, here[0])
            share = here[1]
        else:
            assert near[segment] == here
        is_last = nth == way.segments.size - 1
        to_share, here = (goal[1], goal) if is_last and isinstance(goal, tuple) else (1.0 - is_backward, far[segment])
        assert not isinstance(here, tuple) or here[0] == segment
        assert to_share <= share if is_backward else to_share >= share
        whole = (network.seconds_backward if is_backward else network.seconds_forward)[segment]
        lost = (network.delay_backward if is_backward else network.delay_forward)[segment]
        seconds += abs(to_share - share) * whole + (0.0 if isinstance(here, tuple) else lost)
        metres += abs(to_share - share) * network.metres[segment]
    assert here == goal
    return seconds, metres


@law
@given(scenes())
def test_a_way_is_connected_and_adds_up(scene):
    network, places, facilities = scene
    times = travel_times(*scene)
    for row in range(min(len(places), 3)):
        for column in range(min(len(facilities), 3)):
            origin, destination = places.take(np.array([row])), facilities.take(np.array([column]))
            way = path(network, origin, destination)
            if not np.isfinite(times[row, column]):
                assert way is None
                continue
            assert way.seconds == times[row, column]
            seconds, metres = added_up(network, way, origin, destination)
            snap = float(origin.snap_metres[0] + destination.snap_metres[0])
            on_foot = float(network.profile.snap_seconds(np.array([snap]))[0])
            assert way.seconds == pytest.approx(seconds + on_foot, abs=rounding(network))
            assert way.metres == pytest.approx(metres + snap, abs=length_rounding(network))
            line = np.linalg.norm(np.diff(way.xy, axis=0), axis=1).sum()
            assert line == pytest.approx(metres + snap, abs=1e-6)
            assert np.array_equal(way.xy[[0, -1]], np.vstack([origin.xy, destination.xy]))
            # Of one facility alone the length is that of the way.
            alone = nearest(network, origin, {"it": destination}, with_metres=True)
            assert alone.metres[0, 0] == pytest.approx(way.metres, abs=length_rounding(network))
