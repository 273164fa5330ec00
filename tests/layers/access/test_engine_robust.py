"""Many threads at one network, and input that cannot be: the same bytes, or a clear sentence before anything runs."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from geodata.streets import ROAD_CLASS_INDEX, Streets
from layers.access.attach import Attachment, attach
from layers.access.matrix import travel_times
from layers.access.nearest import nearest, nearest_own
from layers.access.network import StreetNetwork
from layers.access.path import path
from layers.access.profiles import DRIVE, WALK
from layers.access.ranked import k_nearest
from layers.access.topology import Topology

from .conftest import PLANE
from .oracle import LIMIT

NODES = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
SEGMENTS = [(0, 1), (1, 2), (1, 3), (3, 4), (4, 0)]


def town(side: int) -> Streets:
    """A grid of streets, every fifth one-way, some main roads among them."""
    at = np.arange(side * side, dtype=np.int32).reshape(side, side)
    tail = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    head = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    rng = np.random.default_rng(5)
    y, x = np.divmod(np.arange(side * side), side)
    count = tail.size
    return Streets(
        node_lon=(x + rng.uniform(0, 0.4, x.size)) / 1_113.2,
        node_lat=(y + rng.uniform(0, 0.4, x.size)) / 1_105.7,
        node_id=np.arange(x.size, dtype=np.int64),
        tail=tail,
        head=head,
        metres=np.zeros(count),
        road_class=np.where(np.arange(count) % 7, ROAD_CLASS_INDEX["residential"], ROAD_CLASS_INDEX["primary"]).astype(
            np.uint8
        ),
        flags=np.where(np.arange(count) % 5, 0b111111, 0b010111).astype(np.uint16),
        speed_kmh=np.zeros(count, dtype=np.float32),
        way_id=np.arange(count, dtype=np.int64),
    )


def test_eight_threads_get_what_one_gets():
    """Different questions of networks that nobody has asked before, edits among them."""
    streets = town(24)
    topology = Topology.of(streets)

    def fresh() -> StreetNetwork:
        return StreetNetwork.from_streets(streets, DRIVE, projection=PLANE, topology=topology)

    rng = np.random.default_rng(6)
    network = fresh()
    low, high = network.node_xy.min(axis=0), network.node_xy.max(axis=0)
    places, shops = (attach(network, rng.uniform(low, high, (count, 2)), limit_metres=LIMIT) for count in (400, 30))
    categories = {"a": shops, "b": shops.take(np.arange(10)), "c": places.take(np.arange(90))}
    area, own = np.arange(400) % 5, {name: np.arange(len(each)) % 5 for name, each in categories.items()}
    some, few = places.take(np.arange(70)), places.take(np.array([3]))
    rows = np.arange(0, network.segment_count, 9)
    questions = [
        lambda it: nearest(it, places, categories, with_metres=True).metres,
        lambda it: nearest(it, places, categories).facility,
        lambda it: k_nearest(it, places, shops, k=4).facility,
        lambda it: nearest_own(it, places, area, categories, own).seconds,
        lambda it: travel_times(it, some, places),
        lambda it: nearest(it.with_closed(rows), places, categories).seconds,
        lambda it: travel_times(it.with_speed_factor(rows, 0.5), some, shops),
        lambda it: path(it, few, shops.take(np.array([0]))).xy,
    ]
    alone = [question(fresh()).tobytes() for question in questions]
    assert len(set(alone)) == len(questions)
    shared = fresh()
    order = rng.permutation(np.tile(np.arange(len(questions)), 6))
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda nth: questions[nth](shared).tobytes(), order))
    assert together == [alone[nth] for nth in order]


def point(**changes) -> Attachment:
    """Two points on the first segment, with something else about them."""
    given = {
        "xy": np.zeros((2, 2)),
        "segment": np.array([0, 0], np.int32),
        "fraction": np.array([0.5, 0.25]),
        "snap_metres": np.array([0.0, 3.0]),
    }
    return Attachment(**{**given, **changes})


WRONG_POINTS = {
    "segment that does not exist": point(segment=np.array([0, 5], np.int32)),
    "segment before the first": point(segment=np.array([0, -2], np.int32)),
    "fraction not a number": point(fraction=np.array([0.5, np.nan])),
    "fraction below 0": point(fraction=np.array([0.5, -0.01])),
    "fraction above 1": point(fraction=np.array([0.5, 1.01])),
    "snap not a number": point(snap_metres=np.array([0.0, np.nan])),
    "snap negative": point(snap_metres=np.array([0.0, -1.0])),
    "snap infinite": point(snap_metres=np.array([0.0, np.inf])),
    "one fraction for two": point(fraction=np.array([0.5])),
    "three fractions for two": point(fraction=np.array([0.5, 0.5, 0.5])),
    "one snap for two": point(snap_metres=np.array([0.0])),
}


class TestPoints:
    """Ties that cannot be, whoever asks."""

    @pytest.mark.parametrize("case", WRONG_POINTS)
    def test_refused_by_every_question(self, make_network, case):
        network, good, bad = make_network(NODES, SEGMENTS), point(), WRONG_POINTS[case]
        area = np.zeros(2, np.int64)
        for places, facilities in ((good, bad), (bad, good)):
            for ask in (
                lambda p, f: nearest(network, p, {"it": f}, with_metres=True),
                lambda p, f: nearest_own(network, p, area, {"it": f}, {"it": area}),
                lambda p, f: k_nearest(network, p, f, k=1),
                lambda p, f: travel_times(network, p, f),
            ):
                with pytest.raises(ValueError, match="tied"):
                    ask(places, facilities)

    def test_a_street_that_no_mode_may_use(self, make_network):
        network = make_network(NODES, [(0, 1, 0), (1, 2)])
        with pytest.raises(ValueError, match="no mode may use"):
            travel_times(network, point(), point())

    def test_no_street_is_no_error(self, make_network):
        network = make_network(NODES, SEGMENTS)
        nowhere = point(segment=np.array([0, -1], np.int32), fraction=np.array([0.5, np.nan]))
        assert np.isnan(travel_times(network, nowhere, nowhere)[1]).all()
        assert nearest(network, nowhere, {"it": nowhere}).facility[:, 0].tolist() == [0, -1]

    @pytest.mark.parametrize("limit", [-1.0, np.nan])
    def test_limit(self, make_network, limit):
        network = make_network(NODES, SEGMENTS)
        with pytest.raises(ValueError, match="limit"):
            nearest(network, point(), {"it": point()}, limit_seconds=limit)


class TestNetworks:
    """Times, edits and topologies that cannot be."""

    @pytest.mark.parametrize("name", ["seconds_forward", "seconds_backward", "delay_forward", "delay_backward"])
    @pytest.mark.parametrize("value", [-1.0, np.nan])
    def test_times(self, make_network, name, value):
        """Also where the chain as a whole still takes a positive time."""
        network = make_network(NODES, SEGMENTS)
        times = np.full(5, 100.0)
        times[4] = value
        wrong = replace(network, **{name: times})
        for ask in (
            lambda: travel_times(wrong, point(), point()),
            lambda: nearest(wrong, point(), {"it": point()}),
            lambda: wrong.arcs,
            lambda: wrong.metric,
        ):
            with pytest.raises(ValueError, match="0 or more"):
                ask()

    @pytest.mark.parametrize("name", ["seconds_forward", "delay_backward", "is_open_forward"])
    def test_not_one_value_for_each_segment(self, make_network, name):
        network = make_network(NODES, SEGMENTS)
        wrong = replace(network, **{name: getattr(network, name)[:3]})
        with pytest.raises(ValueError, match=f"{name}: one .* for each of 5 segments"):
            travel_times(wrong, point(), point())

    def test_a_street_that_takes_a_week(self, make_network):
        network = make_network(NODES, SEGMENTS)
        with pytest.raises(ValueError, match="shorter than"):
            travel_times(network.with_speed_factor(np.array([1]), 1e-9), point(), point())

    @pytest.mark.parametrize("factor", [0.0, -1.0, np.nan, np.inf])
    def test_speed_factors(self, make_network, factor):
        with pytest.raises(ValueError, match="above 0"):
            make_network(NODES, SEGMENTS).with_speed_factor(np.array([1]), factor)

    @pytest.mark.parametrize("segments", [[5], [-1], [True, False], [0, 1, 99]], ids=str)
    def test_segments(self, make_network, segments):
        network = make_network(NODES, SEGMENTS)
        for edit in (network.with_closed, lambda rows: network.with_speed_factor(rows, 0.5)):
            with pytest.raises(ValueError, match=r"out of range|mask"):
                edit(np.array(segments))

    @pytest.mark.parametrize("nodes", [[5], [-1]])
    def test_nodes(self, make_network, nodes):
        with pytest.raises(ValueError, match="out of range"):
            make_network(NODES, SEGMENTS).at_nodes(np.array(nodes))

    def test_topology_of_other_streets(self):
        """Other in number; as many, but other ways; as many and the same ways, but closed to all modes."""
        streets = town(4)
        for other in (
            town(5),
            replace(streets, tail=streets.head[::-1].copy(), head=streets.tail[::-1].copy()),
            replace(streets, flags=np.where(np.arange(streets.segment_count) == 3, 0, streets.flags).astype(np.uint16)),
        ):
            with pytest.raises(ValueError, match="topology"):
                StreetNetwork.from_streets(streets, WALK, projection=PLANE, topology=Topology.of(other))
        again = StreetNetwork.from_streets(streets, WALK, projection=PLANE, topology=Topology.of(streets))
        assert again.metric.up.size

    def test_nothing_at_all(self, make_network):
        """A network without streets, and one without facilities, answer that nothing is reached."""
        for profile in (WALK, DRIVE):
            empty = make_network([], [], profile=profile)
            here = attach(empty, np.zeros((2, 2)), limit_metres=LIMIT)
            area = np.zeros(2, np.int64)
            assert np.isnan(nearest(empty, here, {"it": here}, with_metres=True).metres).all()
            assert np.isnan(nearest_own(empty, here, area, {"it": here}, {"it": area}).seconds).all()
            assert np.isnan(k_nearest(empty, here, here, k=3).seconds).all()
            assert np.isnan(travel_times(empty, here, here)).all()
            assert path(empty, here.take(area[:1]), here.take(area[:1])) is None
            network = make_network(NODES, SEGMENTS, profile=profile)
            nobody = point().take(np.empty(0, np.int64))
            found = nearest(network, point(), {"it": nobody}, with_metres=True)
            assert np.isinf(found.seconds).all()
            assert np.isinf(found.metres).all()
            assert nearest(network, point(), {}).seconds.shape == (2, 0)
            assert nearest(network, nobody, {"it": point()}, with_metres=True).seconds.shape == (0, 1)
