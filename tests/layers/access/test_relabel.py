"""Labels kept up as facilities open and close, against sweeps over the whole network."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.access.attach import attach
from layers.access.ends import Ends
from layers.access.nearest import nearest_cells
from layers.access.profiles import DRIVE, WALK
from layers.access.relabel import PlacesByChain, cells_of, labels_of, relabelled
from layers.access.sweeps import NOWHERE, SHIFT

SIDE = 5


def fresh(network, places, facilities, rows):
    """What a question about the whole network answers: labels of the junctions, cells of the places."""
    cells = nearest_cells(network, places, [facilities.take(rows)], rows=[rows])[:, 0]
    return labels_of(network, [facilities.take(rows)], [rows])[0], np.minimum(cells, NOWHERE)


def test_the_next_nearest_by_hand(make_network):
    """Three junctions in a row, 100 m apart (75 s on foot), each with a dead end; facilities at the two outer ones."""
    nodes = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (0.0, 50.0), (100.0, 50.0), (200.0, 50.0), (-90.0, 0), (290.0, 0)]
    network = make_network(nodes, [(0, 1), (1, 2), (0, 3), (1, 4), (2, 5), (0, 6), (2, 7)])
    ends = network.arriving(network.at_nodes(np.array([0, 2])))
    rows = np.array([7, 9])
    (label,) = labels_of(network, [ends], [rows])
    junction = network.topology.graph.junction.tolist()
    at = [junction.index(node) for node in (0, 1, 2)]
    assert [divmod(int(cell), 1 << SHIFT) for cell in label[at]] == [(0, 7), (75_000, 7), (0, 9)]
    is_closed = np.zeros(10, dtype=bool)
    is_closed[7] = True
    after, changed = relabelled(network, label, is_closed=is_closed, arriving=ends.take(np.array([1])), rows=rows[1:])
    assert [divmod(int(cell), 1 << SHIFT) for cell in after[at]] == [(150_000, 9), (75_000, 9), (0, 9)]
    assert changed[at].tolist() == [True, True, False]
    back, _ = relabelled(network, after, is_closed=np.zeros(10, dtype=bool), arriving=ends, rows=rows)
    np.testing.assert_array_equal(back, label)


@st.composite
def towns(draw):
    """A grid of streets with gaps and one-way streets, doors anywhere, facilities of which some close and some open."""
    nodes = [(100.0 * (i % SIDE), 100.0 * (i // SIDE)) for i in range(SIDE * SIDE)]
    pairs = [(i, i + 1) for i in range(len(nodes)) if i % SIDE < SIDE - 1]
    pairs += [(i, i + SIDE) for i in range(len(nodes) - SIDE)]
    rights = draw(st.lists(st.sampled_from([3, 3, 3, 1, 2, 0]), min_size=len(pairs), max_size=len(pairs)))
    spot = st.tuples(st.integers(-20, 420).map(float), st.integers(-20, 420).map(float))
    places = draw(st.lists(spot, min_size=1, max_size=25))
    sites = draw(st.lists(spot, min_size=1, max_size=8))
    state = st.sampled_from(["stays", "stays", "closes", "opens"])
    states = draw(st.lists(state, min_size=len(sites), max_size=len(sites)))
    segments = [(*pair, right) for pair, right in zip(pairs, rights, strict=True)]
    return nodes, segments, places, sites, np.array(states)


@given(towns(), st.sampled_from([WALK, DRIVE]), st.sets(st.integers(0, 39), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_closing_opening_and_cutting_gives_what_a_sweep_gives(make_network, town, profile, cut_segments):
    nodes, segments, places_xy, sites_xy, states = town
    network = make_network(nodes, segments, profile=profile)
    edited = network.with_closed(np.array(sorted(cut_segments), dtype=int))
    graph = network.topology.graph
    links = graph.link_of_segment[sorted(cut_segments)]
    cut = np.unique(graph.chain_of_link[links[links >= 0]])
    doors, shops = (attach(network, np.array(xy), limit_metres=200.0) for xy in (places_xy, sites_xy))
    before, after = np.flatnonzero(states != "opens"), np.flatnonzero(states != "closes")
    label, cells = fresh(network, network.leaving(doors), network.arriving(shops), before)
    kept = label.copy()
    sites, places = edited.arriving(shops), edited.leaving(doors)
    expected_label, expected = fresh(edited, places, sites, after)

    on_cut = before[np.isin(chains_of(network, network.arriving(shops))[before], cut)]
    found, changed = relabelled(
        network,
        label,
        is_closed=states == "closes",
        arriving=sites.take(after),
        rows=after,
        cut=cut,
        on_cut=(network.arriving(shops).take(on_cut), on_cut),
    )
    np.testing.assert_array_equal(found, expected_label)
    np.testing.assert_array_equal(label, kept)
    assert not ((found != label) & ~changed).any()

    touched = chains_of(network, sites)[states != "stays"]
    by_chain = PlacesByChain.of(network, places)
    rows = by_chain.concerned(network, changed, np.concatenate([touched[touched >= 0], cut]))
    assert len(set(rows.tolist())) == len(rows)
    assert set(by_chain.on(cut).tolist()) <= set(rows.tolist())
    cells[rows] = cells_of(edited, found, places.take(rows), sites.take(after), after)
    np.testing.assert_array_equal(cells, expected)


def chains_of(network, ends):
    return np.where(ends.link >= 0, network.topology.graph.chain_of_link[np.maximum(ends.link, 0)], -1)


def test_without_facilities_nothing_is_reached(make_network):
    network = make_network([(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], [(0, 1), (1, 2)])
    ends = network.arriving(network.at_nodes(np.array([0, 2])))
    rows = np.array([0, 1])
    (label,) = labels_of(network, [ends], [rows])
    none = Ends.joined([])
    after, _ = relabelled(network, label, is_closed=np.ones(2, dtype=bool), arriving=none, rows=rows[:0])
    assert (after == NOWHERE).all()
    assert (cells_of(network, after, ends, none, rows[:0]) == NOWHERE).all()
