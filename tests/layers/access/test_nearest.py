"""The nearest facility along streets: small cases by hand, then laws against a textbook search."""

import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.projection import choose_projection
from layers.access.attach import Attachment, attach
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest
from layers.access.network import StreetNetwork
from layers.access.profiles import DRIVE, WALK
from layers.access.straight import nearest_straight

from .oracle import (
    LIMIT,
    drawings,
    law,
    lowest_row,
    points,
    position,
    read_streets,
    scenes,
    seconds_between,
    seconds_of,
    ties,
    ways_between,
)

MS = 0.01  # a few milliseconds, in metres on foot


class Found(NamedTuple):
    """Metres on foot, else seconds, to the nearest facility, and its row."""

    cost: np.ndarray
    facility: np.ndarray


def nearest_facility(
    network: StreetNetwork, places: Attachment, facilities: Attachment, *, limit: float | None = None
) -> Found:
    """One category, in metres on foot, as signs in the street count."""
    unit = network.profile.metres_per_minute / 60.0 or 1.0
    limit_seconds = None if limit is None else limit / unit
    found = nearest(network, places, {"it": facilities}, limit_seconds=limit_seconds)
    return Found(found.seconds[:, 0] * unit, found.facility[:, 0])


def tie(network: StreetNetwork, *points: tuple[float, float]) -> Attachment:
    return attach(network, np.array(points, dtype=np.float64).reshape(-1, 2), limit_metres=LIMIT)


class TestByHand:
    """A street of 100 m, 100 m and 100 m, west to east; doors 10 m beside it."""

    nodes = ((0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0))

    def test_along_the_street(self, make_network):
        network = make_network(self.nodes, [(0, 1), (2, 1), (2, 3)])
        found = nearest_facility(network, tie(network, (30, 10)), tie(network, (250, -20)))
        assert found.cost == pytest.approx([10 + 220 + 20])
        assert found.facility.tolist() == [0]

    def test_on_the_same_segment(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3)])
        found = nearest_facility(network, tie(network, (30, 10), (80, 0), (60, 5)), tie(network, (60, 5), (299, 0)))
        assert found.cost == pytest.approx([45, 25, 10])
        assert found.facility.tolist() == [0, 0, 0]

    def test_one_way_street(self, make_network):
        """A one-way ring of four blocks: past the facility one has to go all the way round."""
        ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
        network = make_network(ring, [(0, 1, 1), (1, 2, 1), (3, 2, 2), (3, 0, 1)])
        facility = tie(network, (50, 0))
        found = nearest_facility(network, tie(network, (40, 0), (60, 0), (100, 50), (50, 100)), facility)
        assert found.cost == pytest.approx([10, 390, 300, 200])

    def test_direction_is_place_to_facility(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2, 1), (2, 3)])
        assert nearest_facility(network, tie(network, (50, 0)), tie(network, (250, 0))).cost.tolist() == [200]
        back = nearest_facility(network, tie(network, (250, 0)), tie(network, (50, 0)))
        assert back.cost.tolist() == [math.inf]
        assert back.facility.tolist() == [-1]

    def test_facility_on_a_node_of_a_one_way_street(self, make_network):
        """It stands on the crossing, so it is reached from the side street too."""
        network = make_network([*self.nodes, (100.0, 100.0)], [(0, 1, 1), (1, 4), (1, 2, 1)])
        found = nearest_facility(network, tie(network, (100, 60)), tie(network, (100, 0)))
        assert found.cost.tolist() == [60]

    def test_two_facilities_on_one_node(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2)])
        found = nearest_facility(network, tie(network, (0, 0)), tie(network, (100, 0), (100, 0)))
        assert found.cost.tolist() == [100]
        assert found.facility.tolist() == [0]

    def test_parallel_streets_are_not_added_up(self, make_network):
        network = make_network([*self.nodes, (50.0, 100.0)], [(0, 1), (0, 1), (1, 0), (0, 4), (4, 1)])
        found = nearest_facility(network, tie(network, (0, 0)), tie(network, (100, 0)))
        assert found.cost.tolist() == [100]

    def test_zero_length_street_is_passed(self, make_network):
        network = make_network([(0.0, 0.0), (100.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [(0, 1), (1, 2), (2, 3)])
        found = nearest_facility(network, tie(network, (0, 0)), tie(network, (200, 0)))
        assert found.cost.tolist() == [200]

    def test_nothing_to_find(self, make_network):
        network = make_network(self.nodes, [(0, 1)])
        found = nearest_facility(network, tie(network, (0, 0), (9_000, 0)), tie(network))
        assert found.cost[0] == math.inf
        assert math.isnan(found.cost[1])
        assert found.facility.tolist() == [-1, -1]

    def test_facility_without_a_street(self, make_network):
        network = make_network(self.nodes, [(0, 1)])
        found = nearest_facility(network, tie(network, (0, 0)), tie(network, (0, 9_000), (100, 0)))
        assert found.facility.tolist() == [1]

    def test_island(self, make_network):
        network = make_network([*self.nodes, (0.0, 900.0), (100.0, 900.0)], [(0, 1), (4, 5)])
        found = nearest_facility(network, tie(network, (50, 0), (50, 900)), tie(network, (0, 0)))
        assert found.cost.tolist() == [50, math.inf]

    def test_limit(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3)])
        places = tie(network, (0, 0), (200, 0), (250, 60))
        found = nearest_facility(network, places, tie(network, (300, 0)), limit=100)
        assert found.cost.tolist() == [math.inf, 100, math.inf]
        assert found.facility.tolist() == [-1, 0, -1]

    def test_driving_counts_seconds_and_walks_to_the_car(self, make_network):
        """200 m at 20 km/h are 36 s; 40 m on foot at 80 m a minute are 30 s."""
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3)], profile=DRIVE)
        found = nearest_facility(network, tie(network, (50, 40)), tie(network, (250, 0)))
        assert found.cost == pytest.approx([66])

    def test_network_without_streets(self, make_network):
        network = make_network([], [])
        found = nearest_facility(network, tie(network, (0, 0)), tie(network, (0, 0)))
        assert np.isnan(found.cost).all()


class TestStraight:
    """The straight line."""

    def test_nearest(self):
        found = nearest_straight(np.array([[0.0, 0.0], [9.0, 0.0], [np.nan, 0.0]]), np.array([[3.0, 4.0], [9.0, 1.0]]))
        assert found.metres[:2].tolist() == [5, 1]
        assert found.facility.tolist() == [0, 1, -1]
        assert math.isnan(found.metres[2])

    def test_nothing_to_find(self):
        found = nearest_straight(np.zeros((2, 2)), np.empty((0, 2)))
        assert found.metres.tolist() == [math.inf, math.inf]
        assert found.facility.tolist() == [-1, -1]
        beyond = nearest_straight(np.zeros((1, 2)), np.array([[np.nan, 1.0], [0.0, 2.0]]))
        assert beyond.facility.tolist() == [1]


profiles = st.sampled_from([WALK, DRIVE])


class TestLaws:
    """Whatever is drawn."""

    @law
    @given(drawings(), profiles, points, points)
    def test_equals_the_textbook(self, make_network, drawing, profile, homes, shops):
        network = make_network(*drawing, profile=profile)
        places, facilities = (attach(network, xy, limit_metres=LIMIT) for xy in (homes, shops))
        found = nearest_facility(network, places, facilities)
        every = seconds_between(network, places, facilities)
        unit = network.profile.metres_per_minute / 60.0 or 1.0
        for row in range(len(places)):
            if places.segment[row] < 0:
                assert math.isnan(found.cost[row])
                assert found.facility[row] == -1
                continue
            expected = min(every[row], default=math.inf)
            expected *= unit
            assert found.cost[row] == pytest.approx(expected, abs=MS)
            assert (found.facility[row] == -1) == math.isinf(expected)
            if found.facility[row] >= 0:
                assert every[row, found.facility[row]] * unit == pytest.approx(expected, abs=MS)

    @law
    @given(scenes(), st.data())
    def test_equals_the_textbook_to_the_millisecond(self, scene, data):
        """Of several categories, one of them empty: times, and the facility with the lowest row among equals."""
        network, places, facilities = scene
        nobody = facilities.take(np.empty(0, np.int64))
        categories = {"a": facilities, "none": nobody, "b": data.draw(ties(network)), "a again": facilities}
        found = nearest(network, places, categories)
        assert found.categories == tuple(categories)
        for column, each in enumerate(categories.values()):
            ms = ways_between(network, places, each).ms
            expected = seconds_of(ms.min(axis=1, initial=INFINITE_MS), places.is_attached)
            assert np.array_equal(found.seconds[:, column], expected, equal_nan=True)
            assert np.array_equal(found.facility[:, column], lowest_row(ms))

    @law
    @given(drawings(), points, points)
    def test_never_shorter_than_the_straight_line(self, make_network, drawing, homes, shops):
        network = make_network(*drawing)
        found = nearest_facility(
            network, attach(network, homes, limit_metres=LIMIT), attach(network, shops, limit_metres=LIMIT)
        )
        straight = nearest_straight(homes, shops)
        known = ~np.isnan(found.cost)
        assert (found.cost[known] >= straight.metres[known] - MS).all()

    @law
    @given(drawings(), profiles, points, points, st.tuples(position, position))
    def test_another_facility_never_hurts(self, make_network, drawing, profile, homes, shops, new):
        network = make_network(*drawing, profile=profile)
        places = attach(network, homes, limit_metres=LIMIT)
        before = nearest_facility(network, places, attach(network, shops, limit_metres=LIMIT))
        more = attach(network, np.vstack([shops, new]), limit_metres=LIMIT)
        after = nearest_facility(network, places, more)
        known = places.is_attached
        assert (after.cost[known] <= before.cost[known]).all()

    @law
    @given(drawings(), profiles, points, points)
    def test_a_limit_cuts_and_changes_nothing_else(self, make_network, drawing, profile, homes, shops):
        network = make_network(*drawing, profile=profile)
        places, facilities = (attach(network, xy, limit_metres=LIMIT) for xy in (homes, shops))
        free = nearest_facility(network, places, facilities)
        limited = nearest_facility(network, places, facilities, limit=150.0)
        near = free.cost <= 150.0
        assert np.array_equal(limited.cost[near], free.cost[near])
        assert np.array_equal(limited.facility[near], free.facility[near])
        far = places.is_attached & ~near
        assert np.isinf(limited.cost[far]).all()


@pytest.mark.realdata
def test_gunma_streets_and_straight_lines(shared_data):
    streets, projection = read_streets(shared_data / "gunma" / "roads.osm.pbf")
    network = StreetNetwork.from_streets(streets, WALK, projection=projection)
    rng = np.random.default_rng(3)
    near = network.node_xy[rng.integers(0, network.node_count, 20_000)] + rng.normal(0, 50, (20_000, 2))
    places, facilities = attach(network, near, limit_metres=1000), attach(network, near[:300], limit_metres=1000)
    found = nearest_facility(network, places, facilities)
    straight = nearest_straight(near, near[:300])
    known = places.is_attached
    assert known.mean() > 0.999
    assert (found.cost[known] >= straight.metres[known] - MS).all()
    assert np.isfinite(found.cost[known]).mean() > 0.99
    # Published with the data: walking ÷ straight line of random pairs, median 1.238.
    ratios = []
    for one in range(1, 9):
        along = nearest_facility(network, places, facilities.take(np.array([one]))).cost
        ratios.append(along / np.maximum(nearest_straight(near, near[[one]]).metres, 1.0))
    assert np.nanmedian(np.array(ratios)) == pytest.approx(1.238, abs=0.1)


@pytest.mark.realdata
def test_islands_of_kagawa(shared_data):
    """Shodoshima (11,321 nodes) has streets of its own, and no way to the main island."""
    streets = read_osm(RawFile(shared_data / "kagawa" / "roads.osm.pbf"), notes=Notes()).streets
    bounds = (streets.node_lon.min(), streets.node_lat.min(), streets.node_lon.max(), streets.node_lat.max())
    projection = choose_projection(bounds)
    network = StreetNetwork.from_streets(streets, DRIVE, projection=projection.crs)
    takamatsu, tonosho = projection.to_plane([134.0466, 134.1868], [34.3428, 34.4857])
    places = attach(network, np.array([takamatsu, tonosho]), limit_metres=1000)
    assert places.is_attached.all()
    assert np.isinf(nearest_facility(network, places.take(np.array([1])), places.take(np.array([0]))).cost).all()
