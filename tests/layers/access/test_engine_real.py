"""The engine on real streets: every question against scipy on the same milliseconds, and against the raw segments."""

from dataclasses import replace

import numpy as np
import pytest

from geodata.streets import Streets
from layers.access.attach import Attachment
from layers.access.matrix import travel_times
from layers.access.metres import metres_of_ways
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest, nearest_own
from layers.access.network import StreetNetwork
from layers.access.path import path
from layers.access.profiles import DRIVE, WALK, WALK_SLOPE
from layers.access.ranked import k_nearest
from layers.access.topology import Topology

from .oracle import (
    beside_streets,
    lowest_row,
    raw_between_nodes,
    read_streets,
    scipy_between,
    scipy_nearest,
    seconds_of,
    ways_between,
)

pytestmark = pytest.mark.realdata

FILES = {
    "gunma": "gunma/roads.osm.pbf",
    "porto": "osm_small/porto.osm.pbf",
    "kumamoto walk": "kumamoto/kumamoto_chuo_walk_20230104.osm.pbf",
    "kumamoto drive": "kumamoto/kumamoto_chuo_drive_20230105.osm.pbf",
}
CASES = {
    "gunma on foot": ("gunma", WALK),
    "gunma by car": ("gunma", DRIVE),
    "porto by car": ("porto", DRIVE),
    "kumamoto on foot": ("kumamoto walk", WALK),
    "kumamoto up and down": ("kumamoto walk", WALK_SLOPE),
    "kumamoto by car": ("kumamoto drive", DRIVE),
}


def hilly(streets: Streets) -> Streets:
    """Heights made up: hills of 60 m, a kilometre apart."""
    waves = np.sin(streets.node_lon * 600.0) * np.cos(streets.node_lat * 700.0)
    return replace(streets, node_elevation=(100.0 + 30.0 * waves).astype(np.float32))


@pytest.fixture(scope="module")
def networks(shared_data) -> dict[str, StreetNetwork]:
    """One network for each case; modes of one extract share its topology."""
    read, found = {}, {}
    for name, file in FILES.items():
        streets, projection = read_streets(shared_data / file)
        read[name] = hilly(streets), projection, Topology.of(streets)
    for name, (file, profile) in CASES.items():
        streets, projection, topology = read[file]
        found[name] = StreetNetwork.from_streets(streets, profile, projection=projection, topology=topology)
    return found


@pytest.fixture(params=CASES)
def network(networks, request) -> StreetNetwork:
    return networks[request.param]


def in_reach(network: StreetNetwork, rng: np.random.Generator, count: int) -> Attachment:
    """Points beside streets, all of them tied."""
    found = beside_streets(network, rng, 2 * count)
    return found.take(np.flatnonzero(found.is_attached)[:count])


def test_nearest_of_all_junctions(network):
    """Three categories, from every junction of the network: times and rows."""
    rng = np.random.default_rng(1)
    places = network.at_nodes(network.topology.graph.junction)
    categories = {str(count): in_reach(network, rng, count) for count in (3, 60, 900)}
    # A facility twice on one spot: the lower row is named.
    categories["60"] = categories["60"].take(np.repeat(np.arange(30), 2))
    found = nearest(network, places, categories)
    for column, facilities in enumerate(categories.values()):
        ms, row = scipy_nearest(network, places, facilities)
        assert np.array_equal(found.seconds[:, column], seconds_of(ms, places.is_attached), equal_nan=True)
        assert np.array_equal(found.facility[:, column], row)
    named = found.facility[:, 1]
    assert (named[named >= 0] % 2 == 0).all()
    assert np.isfinite(found.seconds).mean() > 0.75


def test_every_question_from_fifty_places(network):
    """Times, the five nearest, the nearest, and the nearest of one's own area, all from one table by scipy."""
    rng = np.random.default_rng(2)
    places, facilities = in_reach(network, rng, 50), in_reach(network, rng, 80)
    # Neighbours on one street, for ways along it.
    facilities = Attachment(*(np.concatenate([getattr(facilities, n), getattr(places, n)[:10]]) for n in ORDER))
    facilities.fraction[-10:] = rng.permutation(facilities.fraction[-10:])
    ms = scipy_between(network, places, facilities)
    assert (ms < INFINITE_MS).mean() > 0.5
    seconds = seconds_of(ms, places.is_attached)
    assert np.array_equal(travel_times(network, places, facilities), seconds)

    first = nearest(network, places, {"it": facilities})
    assert np.array_equal(first.seconds[:, 0], seconds.min(axis=1))
    assert np.array_equal(first.facility[:, 0], lowest_row(ms))

    five = k_nearest(network, places, facilities, k=5)
    order = np.argsort(ms, axis=1, kind="stable")[:, :5]
    ranked = np.take_along_axis(ms, order, axis=1)
    assert np.array_equal(five.seconds, seconds_of(ranked, places.is_attached))
    assert np.array_equal(five.facility, np.where(ranked < INFINITE_MS, order, -1))

    place_area, facility_area = rng.integers(-1, 6, len(places)), rng.integers(-1, 7, len(facilities))
    own = nearest_own(network, places, place_area, {"it": facilities}, {"it": facility_area})
    foreign = (place_area[:, np.newaxis] != facility_area) | (place_area[:, np.newaxis] < 0)
    ms[foreign] = INFINITE_MS
    assert np.array_equal(own.seconds[:, 0], seconds_of(ms.min(axis=1), places.is_attached))
    assert np.array_equal(own.facility[:, 0], lowest_row(ms))


ORDER = ("xy", "segment", "fraction", "snap_metres")


def test_within_a_second_of_the_raw_streets(network):
    """float64 over all segments, uncontracted; and on foot on the flat no farther from there than from here."""
    rng = np.random.default_rng(3)
    nodes = rng.choice(np.flatnonzero(network.at_nodes(np.arange(network.node_count)).is_attached), 12, replace=False)
    points = network.at_nodes(nodes)
    found, expected = travel_times(network, points, points), raw_between_nodes(network, nodes)
    reached = np.isfinite(expected)
    assert np.array_equal(np.isfinite(found), reached)
    assert reached.mean() > 0.5
    assert np.abs(found[reached] - expected[reached]).max() < 1.0
    if network.profile.is_uniform:
        straight = np.linalg.norm(points.xy[:, np.newaxis] - points.xy, axis=2)
        speed = network.profile.metres_per_minute / 60.0
        assert (found[reached] * speed >= straight[reached] - speed).all()


def test_there_and_back_on_foot(networks):
    """Where every street may be walked both ways, the table is symmetric, to the last digit."""
    network = networks["gunma on foot"]
    both = network.is_open_forward & network.is_open_backward
    network = network.with_closed(~both)
    junctions = network.topology.graph.junction
    points = network.at_nodes(np.random.default_rng(4).choice(junctions, 150))
    times = travel_times(network, points, points)
    assert np.array_equal(times, times.T, equal_nan=True)
    assert np.isfinite(times).mean() > 0.5
    # By way of any third junction nothing is quicker.
    times = np.where(np.isnan(times), np.inf, times)
    for via in range(0, 150, 10):
        assert (times <= times[:, [via]] + times[[via], :] + 1e-6).all()


@pytest.mark.parametrize("name", ["kumamoto by car", "kumamoto up and down"])
def test_lengths_equal_a_search_in_time_and_length(networks, name):
    network = networks[name]
    rng = np.random.default_rng(5)
    places, facilities = in_reach(network, rng, 8), in_reach(network, rng, 25)
    found = nearest(network, places, {"it": facilities}, with_metres=True)
    ms, metres = ways_between(network, places, facilities)
    least = ms.min(axis=1)
    expected = np.where(ms == least[:, np.newaxis], metres, np.inf).min(axis=1)
    assert (least < INFINITE_MS).all()
    # Half a decimetre for each of some hundred chains.
    assert found.metres[:, 0] == pytest.approx(expected, abs=5.0)
    for row in range(8):
        place, facility = places.take(np.array([row])), facilities.take(found.facility[row])
        way = path(network, place, facility)
        assert way.seconds == found.seconds[row, 0]
        line = np.linalg.norm(np.diff(way.xy, axis=0), axis=1).sum()
        assert line == pytest.approx(way.metres, abs=5.0)


def test_metres_at_one_speed_whichever_way_they_are_found(networks):
    """On foot on the flat, lengths carried beside the times agree with the times to 0.1 %."""
    network = networks["gunma on foot"]
    rng = np.random.default_rng(6)
    places, facilities = in_reach(network, rng, 2000), in_reach(network, rng, 50)
    found = nearest(network, places, {"it": facilities}, with_metres=True)
    carried = replace(network, profile=replace(WALK, uses_slope=True))
    metres = metres_of_ways(carried, places, [facilities], found.seconds)
    reached = np.isfinite(found.seconds)
    assert metres[reached] == pytest.approx(found.metres[reached], rel=1e-3, abs=2.0)


@pytest.mark.parametrize("name", ["kumamoto by car", "gunma by car"])
def test_streets_closed_and_slowed(networks, name):
    """Two hundred streets shut and as many slowed: scipy's answer again, nowhere quicker; opened, the same bytes."""
    network = networks[name]
    rng = np.random.default_rng(7)
    places, facilities = in_reach(network, rng, 40), in_reach(network, rng, 40)
    before = travel_times(network, places, facilities)
    shut, slowed = (rng.choice(network.segment_count, network.segment_count // 20) for _ in range(2))
    edited = network.with_closed(shut).with_speed_factor(slowed, 0.6)
    after = travel_times(edited, places, facilities)
    assert np.array_equal(after, seconds_of(scipy_between(edited, places, facilities), places.is_attached))
    assert (after >= before).all()
    assert (after > before).mean() > 0.5
    assert travel_times(network, places, facilities).tobytes() == before.tobytes()
