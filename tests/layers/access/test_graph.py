"""Junctions and chains: by hand, and laws about every street being in exactly one place."""

import itertools
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given

from geodata.streets import Streets
from layers.access.graph import StreetGraph
from layers.access.hilbert import hilbert_order

from .oracle import law, networks

NODES = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (100.0, 100.0), (900.0, 900.0), (950.0, 900.0)]


def chains(graph: StreetGraph) -> list[tuple[int, int, list[int]]]:
    """Street nodes at both ends, the lower first, and the segments in between."""
    found = []
    for chain, (first, end) in enumerate(itertools.pairwise(graph.link_start)):
        ends = int(graph.junction[graph.tail[chain]]), int(graph.junction[graph.head[chain]])
        segments = graph.link_segment[first:end].tolist()
        found.append((*ends, segments) if ends[0] <= ends[1] else (*ends[::-1], segments[::-1]))
    return sorted(found)


def walked(network, chain: int) -> list[int]:
    """Street nodes along a chain, from its tail to its head."""
    graph = network.topology.graph
    links = range(graph.link_start[chain], graph.link_start[chain + 1])
    nodes = [int(graph.junction[graph.tail[chain]])]
    for link in links:
        segment = graph.link_segment[link]
        ends = (int(network.tail[segment]), int(network.head[segment]))
        here, there = ends[::-1] if graph.link_reversed[link] else ends
        assert here == nodes[-1]
        nodes.append(there)
    return nodes


def test_bends_are_passed(make_network):
    """A street of three segments from a dead end to a crossing, drawn in all directions, and two that end there."""
    network = make_network(NODES, [(0, 1), (2, 1), (2, 3), (3, 4), (3, 5), (5, 6, 0)])
    graph = network.topology.graph
    assert sorted(graph.junction.tolist()) == [0, 3, 4, 5]
    assert chains(graph) == [(0, 3, [0, 1, 2]), (3, 4, [3]), (3, 5, [4])]
    assert graph.link_of_segment[5] == -1


def test_a_ring_keeps_its_lowest_node(make_network):
    network = make_network(NODES, [(4, 2), (2, 3), (3, 4)])
    graph = network.topology.graph
    assert graph.junction.tolist() == [2]
    assert (graph.tail.tolist(), graph.head.tolist(), graph.arc_head.size) == ([0], [0], 0)
    assert sorted(graph.link_segment.tolist()) == [0, 1, 2]


def test_what_any_mode_may_use_is_in_the_graph(make_network):
    """A path closed to walkers stays: the graph serves all modes. Here the rights of one segment are the cars' only."""
    network = make_network(NODES, [(0, 1), (1, 2, 0), (2, 3)], extra_flags=(0, 4))
    assert network.topology.graph.link_of_segment.min() >= 0
    assert not network.is_open_forward[1]
    assert chains(network.topology.graph) == [(0, 3, [0, 1, 2])]


def test_a_segment_that_leads_nowhere():
    streets = Streets.empty()
    wrong = {field.name: getattr(streets, field.name) for field in fields(streets)}
    for name, dtype in (("tail", np.int32), ("head", np.int32), ("flags", np.uint16)):
        wrong[name] = np.array([1], dtype)
    for name in ("metres", "road_class", "speed_kmh", "way_id"):
        wrong[name] = np.zeros(1, wrong[name].dtype)
    with pytest.raises(ValueError, match="not among the 0 nodes"):
        StreetGraph.of(Streets(**wrong))


@law
@given(networks())
def test_every_usable_street_is_in_exactly_one_chain(network):
    graph = network.topology.graph
    usable = np.flatnonzero(graph.link_of_segment >= 0)
    # Whatever the mode may use, the graph has; of a drawn network all modes may use the same.
    assert np.array_equal(usable, np.flatnonzero(network.is_open_forward | network.is_open_backward))
    assert np.array_equal(np.sort(graph.link_segment), usable)
    assert np.array_equal(graph.link_segment[graph.link_of_segment[usable]], usable)
    assert np.array_equal(graph.chain_of_link, np.repeat(np.arange(graph.chain_count), np.diff(graph.link_start)))
    assert (np.diff(graph.link_start) > 0).all()


@law
@given(networks())
def test_chains_run_from_junction_to_junction_through_bends(network):
    graph = network.topology.graph
    usable = graph.link_of_segment >= 0
    degree = Counter(np.concatenate([network.tail[usable], network.head[usable]]).tolist())
    junctions = set(graph.junction.tolist())
    assert len(junctions) == graph.junction_count
    assert {node for node, arms in degree.items() if arms != 2} <= junctions <= set(degree)
    assert (graph.tail <= graph.head).all()
    bends = Counter()
    for chain in range(graph.chain_count):
        nodes = walked(network, chain)
        assert nodes[-1] == graph.junction[graph.head[chain]]
        bends.update(nodes[1:-1])
    assert set(bends) == set(degree) - junctions
    assert set(bends.values()) <= {1}
    # A junction where two segments meet is the lowest node of a ring, on which nothing else lies.
    for chain in range(graph.chain_count):
        nodes = walked(network, chain)
        if degree[nodes[0]] == 2:
            assert nodes[0] == nodes[-1] == min(nodes)


@law
@given(networks())
def test_lengths_and_times_of_chains_are_those_of_their_streets(network):
    graph, links = network.topology.graph, network.links
    metres, before, whole = network.link_metres
    usable = graph.link_of_segment >= 0
    assert whole.sum() == pytest.approx(network.metres[usable].sum())
    for chain in range(graph.chain_count):
        first, end = graph.link_start[chain], graph.link_start[chain + 1]
        on, back = 0.0, 0.0
        for link in range(first, end):
            segment, turned = graph.link_segment[link], graph.link_reversed[link]
            ahead = network.seconds_forward[segment] + network.delay_forward[segment]
            behind = network.seconds_backward[segment] + network.delay_backward[segment]
            ahead = ahead if network.is_open_forward[segment] else np.inf
            behind = behind if network.is_open_backward[segment] else np.inf
            assert metres[link] == network.metres[segment]
            assert before[link] == pytest.approx(metres[first:link].sum())
            assert links.reach_on[link] == pytest.approx(on)
            assert links.rest_back[link] == pytest.approx(back)
            on, back = (on + behind, back + ahead) if turned else (on + ahead, back + behind)
            assert links.reach_back[link] == pytest.approx((links.back + links.delay_back)[link + 1 : end].sum())
            assert links.rest_on[link] == pytest.approx((links.on + links.delay_on)[link + 1 : end].sum())
        for ms, seconds in zip(network.chain_ms, (on, back), strict=True):
            assert ms[chain] == (round(seconds * 1000) if seconds < np.inf else 2**30 - 1)


@law
@given(networks())
def test_arcs_are_both_directions_of_every_chain_but_loops(network):
    graph = network.topology.graph
    source = np.repeat(np.arange(graph.junction_count), np.diff(graph.arc_start))
    found = Counter(
        zip(source.tolist(), graph.arc_head.tolist(), graph.arc_chain.tolist(), graph.arc_is_back.tolist(), strict=True)
    )
    expected = Counter()
    for chain, (tail, head) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True)):
        if tail != head:
            expected.update([(tail, head, chain, False), (head, tail, chain, True)])
    assert found == expected


def test_hilbert_order_of_points_that_hardly_differ():
    """Found by hypothesis: over an extent of 2e-309 the scale was infinite."""
    assert sorted(hilbert_order(np.array([[0.0, 0.0], [0.0, 2.225073858507203e-309]]))) == [0, 1]


def test_hilbert_order_of_four_quarters():
    """Up, right, down: the curve through four squares; each point is beside the one before."""
    corners = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    order = hilbert_order(corners)
    steps = np.abs(np.diff(corners[order], axis=0)).sum(axis=1)
    assert steps.tolist() == [1, 1, 1]
    grid = np.array([(x, y) for x in range(16) for y in range(16)], dtype=float)
    order = hilbert_order(grid)
    assert sorted(order.tolist()) == list(range(256))
    assert np.abs(np.diff(grid[order], axis=0)).sum(axis=1).max() == 1
