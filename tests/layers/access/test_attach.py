"""Ties of points to streets: the nearest point on the nearest street that serves doors."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.streets import BRIDGE, TUNNEL
from layers.access.attach import attach
from layers.access.network import FIRST_CHOICE, NOT_USABLE
from layers.access.profiles import DRIVE, WALK

SQUARE = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]


def grid(size: int, *, step: float = 10.0, west: float = 0.0, first: int = 0):
    """Nodes and segments of a square grid of streets."""
    nodes = [(west + step * x, step * y) for x in range(size) for y in range(size)]
    segments = [
        (first + x * size + y, first + other)
        for x in range(size)
        for y in range(size)
        for other in ((x + 1) * size + y, x * size + y + 1)
        if (other % size or x * size + y + 1 != other) and other < size * size
    ]
    return nodes, segments


def test_foot_of_the_perpendicular_and_ends(make_network):
    network = make_network(SQUARE, [(0, 1), (2, 1)])
    tied = attach(network, np.array([[30.0, 10.0], [-30.0, -40.0], [130.0, 80.0]]), limit_metres=100)
    assert tied.segment.tolist() == [0, 0, 1]
    assert tied.fraction == pytest.approx([0.3, 0.0, 0.2])
    assert tied.snap_metres == pytest.approx([10, 50, 30])


def test_limit_includes_its_end(make_network):
    network = make_network(SQUARE, [(0, 1)])
    tied = attach(network, np.array([[50.0, 100.0], [50.0, 100.01], [np.nan, 0.0]]), limit_metres=100)
    assert tied.segment.tolist() == [0, -1, -1]
    assert tied.is_attached.tolist() == [True, False, False]
    assert math.isnan(tied.snap_metres[1])
    assert math.isnan(tied.fraction[1])


def test_no_limit(make_network):
    network = make_network(SQUARE, [(0, 1)])
    tied = attach(network, np.array([[1e6, 0.0], [50.0, -1e5]]), limit_metres=math.inf)
    assert tied.snap_metres == pytest.approx([1e6 - 100, 1e5])


@pytest.mark.parametrize("limit", [-1, math.nan])
def test_senseless_limits_are_refused(make_network, limit):
    with pytest.raises(ValueError, match="limit_metres"):
        attach(make_network(SQUARE, [(0, 1)]), np.zeros((1, 2)), limit_metres=limit)


def test_of_equally_near_streets_the_first(make_network):
    network = make_network(SQUARE, [(1, 2), (0, 1), (1, 0)])
    tied = attach(network, np.array([[100.0, 0.0], [50.0, 10.0], [120.0, -20.0]]), limit_metres=100)
    assert tied.segment.tolist() == [0, 1, 0]


def test_closed_streets_are_never_taken(make_network):
    network = make_network(SQUARE, [(0, 1, 0), (3, 2)])
    assert network.door_choice.tolist() == [NOT_USABLE, FIRST_CHOICE]
    assert attach(network, np.array([[50.0, 1.0]]), limit_metres=1000).segment.tolist() == [1]


@pytest.mark.parametrize("flag", [BRIDGE, TUNNEL])
def test_bridges_and_tunnels_only_as_a_last_resort(make_network, flag):
    network = make_network(SQUARE, [(0, 1), (3, 2)], extra_flags=(flag,))
    place = np.array([[50.0, 1.0]])
    assert attach(network, place, limit_metres=1000).segment.tolist() == [1]
    assert attach(network, place, limit_metres=50).segment.tolist() == [0]


def test_nobody_steps_onto_an_expressway(make_network):
    network = make_network(SQUARE, [(0, 1)], profile=DRIVE, road_class="motorway")
    assert (network.door_choice != FIRST_CHOICE).all()


def test_a_scrap_beside_a_large_network_is_passed_over(make_network):
    nodes, segments = grid(40)
    scrap = [(395.0, 0.5), (397.0, 0.5), (2000.0, 0.0), (2010.0, 0.0)]
    first = len(nodes)
    network = make_network([*nodes, *scrap], [*segments, (first, first + 1), (first + 2, first + 3)])
    tied = attach(network, np.array([[396.0, 1.0], [2005.0, 5.0]]), limit_metres=100)
    assert tied.segment[0] < len(segments)
    # Far from everything else the scrap is what there is: an island with one street.
    assert tied.segment[1] == len(segments) + 1


def test_a_true_island_stays(make_network):
    nodes, segments = grid(40)
    island, streets = grid(8, west=500.0, first=len(nodes))  # 64 nodes
    network = make_network([*nodes, *island], [*segments, *streets])
    tied = attach(network, np.array([[505.0, 5.0]]), limit_metres=1000)
    assert tied.segment[0] >= len(segments)


def test_one_way_street_that_leads_nowhere(make_network):
    """Half of it was cut off with the extract: whoever drives in cannot get out."""
    nodes, segments = grid(40)
    first = len(nodes)
    spur = [(395.0 + step, 5.0) for step in range(3)]
    links = [(39 * 40, first, 1), (first, first + 1, 1), (first + 1, first + 2, 1)]
    driving = make_network([*nodes, *spur], [*segments, *links], profile=DRIVE)
    assert attach(driving, np.array([[396.0, 5.2]]), limit_metres=100).segment[0] < len(segments)


def test_network_without_streets(make_network):
    network = make_network([], [])
    assert attach(network, np.zeros((2, 2)), limit_metres=1000).segment.tolist() == [-1, -1]
    assert len(attach(make_network(SQUARE, [(0, 1)]), np.empty((0, 2)), limit_metres=1)) == 0


coordinate = st.floats(-700, 700, allow_nan=False)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=15),
    st.lists(st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)), min_size=1, max_size=8),
    st.sampled_from([50.0, 400.0, math.inf]),
)
def test_equals_looking_at_every_street(make_network, nodes, links, points, limit):
    segments = [(tail % len(nodes), head % len(nodes)) for tail, head in links]
    network = make_network(nodes, segments)
    tied = attach(network, np.array(points), limit_metres=limit)
    for row, (x, y) in enumerate(points):
        distances = [distance_to(x, y, nodes[tail], nodes[head]) for tail, head in segments]
        nearest = min(distances)
        if tied.segment[row] < 0:
            assert nearest > limit * (1 - 1e-12)
            continue
        assert nearest <= limit * (1 + 1e-12)
        assert tied.snap_metres[row] == pytest.approx(nearest, rel=1e-9, abs=1e-9)
        tail, head = (np.array(nodes[end]) for end in segments[tied.segment[row]])
        foot = tail + tied.fraction[row] * (head - tail)
        assert math.hypot(*(foot - (x, y))) == pytest.approx(nearest, rel=1e-9, abs=1e-6)


def distance_to(x: float, y: float, tail: tuple[float, float], head: tuple[float, float]) -> float:
    along, across = head[0] - tail[0], head[1] - tail[1]
    square = along**2 + across**2
    share = ((x - tail[0]) * along + (y - tail[1]) * across) / square if square else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.hypot(x - tail[0] - share * along, y - tail[1] - share * across)


def test_profiles_open_different_streets(make_network):
    assert make_network(SQUARE, [(0, 1, 1)], profile=WALK).is_open_backward.tolist() == [False]
    assert make_network(SQUARE, [(0, 1, 2)], profile=DRIVE).is_open_forward.tolist() == [False]
