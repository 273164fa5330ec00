"""Times between places and facilities within a limit: by hand, against scipy on the same numbers, and on the streets."""

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.projection import choose_projection
from layers.access import pairs as pairs_module
from layers.access.attach import Attachment, attach
from layers.access.ends import direct
from layers.access.ms import INFINITE_MS, LONGEST_MS
from layers.access.network import StreetNetwork
from layers.access.opportunities import opportunities_within
from layers.access.pairs import limit_in_ms, pairs_within
from layers.access.profiles import DRIVE, WALK

LIMIT = 500.0
METHODS = ["one by one", "swept"]


def matrix(network, places, facilities, *, limit_ms=LONGEST_MS, method="one by one", from_facilities=None, threads=1):
    """Milliseconds from every place (row) to every facility (column); INFINITE_MS beyond the limit."""
    found = np.full((len(places), len(facilities)), INFINITE_MS, np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "_WORTH_A_SWEEP", 0 if method == "swept" else math.inf)
        patch.setattr(pairs_module, "_SEARCH_NS", 10**6)
        blocks = list(
            pairs_within(
                network, places, facilities, limit_ms=limit_ms, from_facilities=from_facilities, threads=threads
            )
        )
    seen = Counter(pair for block in blocks for pair in zip(block.place, block.facility, strict=True))
    assert not seen or max(seen.values()) == 1
    for block in blocks:
        found[block.place, block.facility] = block.ms
    return found


def junction_oracle(
    network: StreetNetwork, places: Attachment, facilities: Attachment, limit_ms: int = LONGEST_MS
) -> np.ndarray:
    """The same by scipy: junctions, then places, then facilities as nodes; CSR by hand, so that nothing is added up."""
    arcs, leaving, arriving = network.arcs, network.leaving(places), network.arriving(facilities)
    junctions, k, f = arcs.start.size - 1, len(places), len(facilities)
    place, facility, ms = direct(network, leaving, arriving)
    rows = [
        (np.repeat(np.arange(junctions), np.diff(arcs.start)), arcs.head, arcs.out_ms),
        (np.repeat(junctions + np.arange(k), 2), leaving.junction.ravel(), leaving.ms.ravel()),
        (arriving.junction.ravel(), np.repeat(junctions + k + np.arange(f), 2), arriving.ms.ravel()),
        (junctions + place, junctions + k + facility, ms),
    ]
    tail, head, cost = (np.concatenate([row[i] for row in rows]).astype(np.int64) for i in range(3))
    is_open = cost < INFINITE_MS
    tail, head, cost = tail[is_open], head[is_open], cost[is_open]
    order = np.argsort(tail, kind="stable")
    start = np.zeros(junctions + k + f + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=junctions + k + f), out=start[1:])
    graph = csr_array(
        (cost[order].astype(np.float64), head[order].astype(np.int32), start), shape=(start.size - 1, start.size - 1)
    )
    times = dijkstra(graph, indices=junctions + np.arange(k), limit=limit_ms)[:, junctions + k :]
    return np.where(np.isfinite(times), times, INFINITE_MS).astype(np.int64)


def street_oracle(network: StreetNetwork, places: Attachment, facilities: Attachment) -> np.ndarray:
    """Seconds in float64 on the raw segments, from every place to every facility."""
    forward, backward = network.seconds_forward, network.seconds_backward
    ways = [
        (network.tail, network.head, np.where(network.is_open_forward, forward + network.delay_forward, np.inf)),
        (network.head, network.tail, np.where(network.is_open_backward, backward + network.delay_backward, np.inf)),
    ]
    n = network.node_count
    cost = np.full((n, n), np.inf)
    for tail, head, seconds in ways:
        np.minimum.at(cost, (tail, head), seconds)
    np.fill_diagonal(cost, 0.0)
    for via in range(n):
        cost = np.minimum(cost, cost[:, [via]] + cost[[via], :])
    found = np.full((len(places), len(facilities)), np.inf)
    for row in np.flatnonzero(places.is_attached):
        for column in np.flatnonzero(facilities.is_attached):
            found[row, column] = one_way(network, cost, spot(places, row), spot(facilities, column))
    return found


def spot(ties: Attachment, row: int) -> tuple[int, float, float]:
    return int(ties.segment[row]), float(ties.fraction[row]), float(ties.snap_metres[row])


def one_way(network: StreetNetwork, cost: np.ndarray, place: tuple, facility: tuple) -> float:
    """Seconds from a spot to a spot: over the ends of their segments, or along the one they share."""
    (segment, share, snap), (to_segment, to_share, to_snap) = place, facility
    leave, arrive = {}, {}
    on = [(network.is_open_forward, network.seconds_forward), (network.is_open_backward, network.seconds_backward)]
    (opens, seconds), (opens_back, seconds_back) = on
    for node, at_it, is_open, time in (
        (network.head[segment], share == 1, opens, (1 - share) * seconds[segment] + network.delay_forward[segment]),
        (
            network.tail[segment],
            share == 0,
            opens_back,
            share * seconds_back[segment] + network.delay_backward[segment],
        ),
    ):
        leave[int(node)] = min(leave.get(int(node), np.inf), 0.0 if at_it else time if is_open[segment] else np.inf)
    for node, at_it, is_open, time in (
        (network.tail[to_segment], to_share == 0, opens, to_share * seconds[to_segment]),
        (network.head[to_segment], to_share == 1, opens_back, (1 - to_share) * seconds_back[to_segment]),
    ):
        arrive[int(node)] = min(
            arrive.get(int(node), np.inf), 0.0 if at_it else time if is_open[to_segment] else np.inf
        )
    ways = [leave[a] + cost[a, b] + arrive[b] for a in leave for b in arrive]
    if segment == to_segment:
        ahead = to_share - share
        if ahead == 0:
            ways.append(0.0)
        elif ahead > 0 and opens[segment]:
            ways.append(ahead * seconds[segment])
        elif ahead < 0 and opens_back[segment]:
            ways.append(-ahead * seconds_back[segment])
    return min(ways) + float(network.profile.snap_seconds(np.array([snap + to_snap]))[0])


coordinate = st.integers(0, 6).map(lambda steps: steps * 50.0)
position = st.one_of(coordinate, st.floats(-40, 340, allow_nan=False))
points = st.lists(st.tuples(position, position), max_size=6).map(lambda rows: np.array(rows, float).reshape(-1, 2))
law = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def drawings(draw):
    """Up to ten nodes with one-ways, parallel and zero-length segments, loops, closed segments and islands."""
    nodes = draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=10))
    end = st.integers(0, len(nodes) - 1)
    rights = st.sampled_from([0, 1, 2, 3, 3])
    return nodes, draw(st.lists(st.tuples(end, end, rights), max_size=18))


class TestByHand:
    """A street of 300 m, west to east, at 80 m a minute: 75 s for 100 m."""

    nodes = ((0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (100.0, 200.0))

    def tie(self, network, *points):
        return attach(network, np.array(points, float).reshape(-1, 2), limit_metres=LIMIT)

    @pytest.mark.parametrize("from_facilities", [True, False])
    @pytest.mark.parametrize("method", METHODS)
    def test_one_way_side_street(self, make_network, method, from_facilities):
        """Into the side street only: back from its end there is no way."""
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3), (1, 4, 1)])
        both = self.tie(network, (20, 0), (100, 160), (60, 8))
        found = matrix(network, both, both, method=method, from_facilities=from_facilities)
        assert found.tolist() == [
            [0, 180_000, 36_000],
            [INFINITE_MS, 0, INFINITE_MS],
            [36_000, 156_000, 12_000],
        ]

    @pytest.mark.parametrize("method", METHODS)
    def test_the_limit_itself_is_within(self, make_network, method):
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3), (1, 4)])
        places, facilities = self.tie(network, (0, 0)), self.tie(network, (300, 0), (100, 100))
        assert matrix(network, places, facilities, limit_ms=225_000, method=method).tolist() == [[225_000, 150_000]]
        assert matrix(network, places, facilities, limit_ms=224_999, method=method).tolist() == [[INFINITE_MS, 150_000]]

    @pytest.mark.parametrize("method", METHODS)
    def test_nobody_anywhere(self, make_network, method):
        network = make_network(self.nodes, [(0, 1)])
        here, nowhere, far = self.tie(network, (50, 0)), self.tie(network), self.tie(network, (9_000, 0))
        for places, facilities in ((here, nowhere), (nowhere, here), (here, far), (far, here)):
            assert (matrix(network, places, facilities, method=method) == INFINITE_MS).all()
        empty = make_network([], [])
        assert (matrix(empty, self.tie(empty, (0, 0)), self.tie(empty, (0, 0)), method=method) == INFINITE_MS).all()

    def test_blocks_hold_all_pairs_of_a_facility(self, make_network):
        """Seventeen facilities are more than one sweep, and the order of threads does not show."""
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3), (1, 4)])
        facilities = self.tie(network, *((17.0 * i, 0.0) for i in range(17)))
        places = self.tie(network, *((10.0 * i, 5.0) for i in range(30)))
        once = matrix(network, places, facilities)
        for method in METHODS:
            for from_facilities in (True, False):
                for threads in (1, 3):
                    again = matrix(
                        network, places, facilities, method=method, from_facilities=from_facilities, threads=threads
                    )
                    assert np.array_equal(once, again)
        assert (once < INFINITE_MS).all()

    def test_several_sessions_at_once(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2), (2, 3), (1, 4)])
        places = self.tie(network, *((10.0 * i, 5.0) for i in range(30)))
        ends = [self.tie(network, (12.0 * i, 0.0), (100, 9.0 * i)) for i in range(8)]
        alone = [opportunities_within(network, places, {"it": end}, minutes=[1, 2, 3], threads=2).count for end in ends]

        def session(number: int) -> np.ndarray:
            return opportunities_within(network, places, {"it": ends[number]}, minutes=[1, 2, 3], threads=2).count

        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(session, list(range(8)) * 5))
        assert all(np.array_equal(count, alone[number % 8]) for number, count in enumerate(together))

    def test_limits(self):
        assert limit_in_ms(1.5) == 90_000
        assert limit_in_ms(math.inf) == LONGEST_MS
        for wrong in (-1.0, math.nan):
            with pytest.raises(ValueError, match="0 minutes or more"):
                limit_in_ms(wrong)


class TestLaws:
    """Whatever is drawn."""

    @law
    @given(
        drawings(), st.sampled_from([WALK, DRIVE]), points, points, st.sampled_from(METHODS), st.booleans(), st.data()
    )
    def test_equals_scipy_on_the_same_numbers(
        self, make_network, drawing, profile, homes, shops, method, from_facilities, data
    ):
        network = make_network(*drawing, profile=profile)
        places, facilities = (attach(network, xy, limit_metres=LIMIT) for xy in (homes, shops))
        expected = junction_oracle(network, places, facilities)
        known = expected[expected < INFINITE_MS]
        limit = data.draw(st.sampled_from([LONGEST_MS, 0, 60_000, *known.tolist()]))
        found = matrix(network, places, facilities, limit_ms=limit, method=method, from_facilities=from_facilities)
        assert np.array_equal(found, np.where(expected <= limit, expected, INFINITE_MS))

    @law
    @given(drawings(), st.sampled_from([WALK, DRIVE]), points, points)
    def test_within_a_second_of_the_streets(self, make_network, drawing, profile, homes, shops):
        network = make_network(*drawing, profile=profile)
        places, facilities = (attach(network, xy, limit_metres=LIMIT) for xy in (homes, shops))
        found = matrix(network, places, facilities)
        expected = street_oracle(network, places, facilities)
        assert np.array_equal(found == INFINITE_MS, np.isinf(expected))
        reached = found < INFINITE_MS
        assert found[reached] / 1000 == pytest.approx(expected[reached], abs=0.05)


def read_network(path, profile) -> StreetNetwork:
    streets = read_osm(RawFile(path), notes=Notes()).streets
    bounds = (streets.node_lon.min(), streets.node_lat.min(), streets.node_lon.max(), streets.node_lat.max())
    return StreetNetwork.from_streets(streets, profile, projection=choose_projection(bounds).crs)


def beside_streets(network, rng, count) -> Attachment:
    nodes = rng.integers(0, network.node_count, count)
    return attach(network, network.node_xy[nodes] + rng.normal(0, 30, (count, 2)), limit_metres=LIMIT)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "profile", "minutes"),
    [("kumamoto_chuo_walk_20230104.osm.pbf", WALK, 30), ("kumamoto_chuo_drive_20230105.osm.pbf", DRIVE, 10)],
)
def test_true_streets(shared_data, file, profile, minutes):
    """Both methods from both sides are scipy's answer to the millisecond, and that of the raw streets to the second."""
    network = read_network(shared_data / "kumamoto" / file, profile)
    rng = np.random.default_rng(7)
    places, facilities = beside_streets(network, rng, 200), beside_streets(network, rng, 60)
    limit = limit_in_ms(minutes)
    expected = junction_oracle(network, places, facilities, limit)
    assert 0.01 < (expected < INFINITE_MS).mean() < 1.0
    for method in METHODS:
        for from_facilities in (True, False):
            found = matrix(
                network, places, facilities, limit_ms=limit, method=method, from_facilities=from_facilities, threads=2
            )
            assert np.array_equal(found, expected)
    nodes = rng.choice(np.flatnonzero(network.at_nodes(np.arange(network.node_count)).is_attached), 100, replace=False)
    found = matrix(network, network.at_nodes(nodes), network.at_nodes(nodes))
    seconds = raw_seconds(network, nodes)[:, nodes]
    assert np.array_equal(found == INFINITE_MS, np.isinf(seconds))
    assert found[found < INFINITE_MS] / 1000 == pytest.approx(seconds[found < INFINITE_MS], abs=1.0)


def raw_seconds(network: StreetNetwork, nodes: np.ndarray) -> np.ndarray:
    """float64 seconds between street nodes, by scipy on the segments as they are."""
    forward, backward = network.is_open_forward, network.is_open_backward
    tail = np.concatenate([network.tail[forward], network.head[backward]])
    head = np.concatenate([network.head[forward], network.tail[backward]])
    there, back = network.seconds_forward + network.delay_forward, network.seconds_backward + network.delay_backward
    cost = np.concatenate([there[forward], back[backward]])
    order = np.argsort(tail, kind="stable")
    start = np.zeros(network.node_count + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=network.node_count), out=start[1:])
    graph = csr_array((cost[order], head[order], start), shape=(network.node_count, network.node_count))
    return dijkstra(graph, indices=nodes)


@pytest.mark.realdata
def test_counts_in_gunma_equal_scipy(shared_data):
    """Walks of 15 and 30 minutes from 300 places to three kinds of facilities."""
    network = read_network(shared_data / "gunma" / "roads.osm.pbf", WALK)
    rng = np.random.default_rng(8)
    # Where others are within reach: 20 km around Maebashi and Takasaki.
    near = np.flatnonzero(np.hypot(*(network.node_xy - np.median(network.node_xy, axis=0)).T) < 20_000)
    points = network.node_xy[rng.choice(near, 1500)] + rng.normal(0, 30, (1500, 2))
    places = attach(network, points[:300], limit_metres=LIMIT)
    rows = {"few": slice(300, 320), "some": slice(320, 600), "many": slice(600, 1500)}
    categories = {name: attach(network, points[some], limit_metres=LIMIT) for name, some in rows.items()}
    found = opportunities_within(network, places, categories, minutes=[15, 30])
    for name, facilities in categories.items():
        expected = junction_oracle(network, places, facilities, limit_in_ms(30))
        for minutes in (15, 30):
            count = np.where(places.is_attached, (expected <= limit_in_ms(minutes)).sum(axis=1), np.nan)
            assert np.array_equal(found.of(name, minutes), count, equal_nan=True)
    assert np.nanmean(found.of("many", 30)) > 3
