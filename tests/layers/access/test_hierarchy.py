"""The hierarchy, against elimination and shortest ways as on paper; its times; on disk."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WorkspaceError
from geodata.streets import Streets
from layers.access.customisation import enter_chains, relax
from layers.access.graph import StreetGraph
from layers.access.hierarchy import Hierarchy
from layers.access.matrix import travel_times
from layers.access.metric import Metric
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest
from layers.access.part import Entries, Part
from layers.access.ranked import k_nearest
from layers.access.topology import Topology

from .oracle import law, networks, scenes


def upward(hierarchy: Hierarchy) -> list[set[int]]:
    return [set(hierarchy.head[a:b].tolist()) for a, b in zip(hierarchy.start, hierarchy.start[1:], strict=False)]


def eliminated(graph: StreetGraph, rank: np.ndarray) -> list[set[int]]:
    """Upward neighbours of each rank, by taking out one junction after another on paper."""
    neighbours: list[set[int]] = [set() for _ in range(graph.junction_count)]
    for tail, head in zip(rank[graph.tail].tolist(), rank[graph.head].tolist(), strict=True):
        if tail != head:
            neighbours[tail].add(head)
            neighbours[head].add(tail)
    found = []
    for here in range(graph.junction_count):
        above = {other for other in neighbours[here] if other > here}
        for other in above:
            neighbours[other] |= above - {other}
        found.append(above)
    return found


def ancestors(parent: np.ndarray, rank: int) -> list[int]:
    found = []
    while (rank := int(parent[rank])) >= 0:
        found.append(rank)
    return found


@law
@given(networks())
def test_shortcuts_are_those_of_elimination_on_paper(network):
    graph, hierarchy = network.topology.graph, network.topology.hierarchy
    assert sorted(hierarchy.rank.tolist()) == list(range(graph.junction_count))
    found = upward(hierarchy)
    assert found == eliminated(graph, hierarchy.rank)
    size = np.ones(graph.junction_count, np.int64)
    for rank, above in enumerate(found):
        arcs = hierarchy.head[hierarchy.start[rank] : hierarchy.start[rank + 1]]
        assert (np.diff(arcs) > 0).all()
        assert hierarchy.parent[rank] == (min(above) if above else -1)
        assert above <= set(ancestors(hierarchy.parent, rank))
        assert all(high in found[low] for low in above for high in above if low < high)
        if above:
            size[hierarchy.parent[rank]] += size[rank]
    # Every subtree has consecutive ranks, itself the last.
    for rank in range(graph.junction_count):
        below = [lower for lower in range(rank) if rank in ancestors(hierarchy.parent, lower)]
        assert below == list(range(rank - int(size[rank]) + 1, rank))


@law
@given(networks())
def test_every_chain_is_an_arc(network):
    graph, hierarchy = network.topology.graph, network.topology.hierarchy
    source = np.repeat(np.arange(graph.junction_count), np.diff(hierarchy.start))
    for chain in range(graph.chain_count):
        tail, head = hierarchy.rank[graph.tail[chain]], hierarchy.rank[graph.head[chain]]
        arc = hierarchy.arc_of_chain[chain]
        if tail == head:
            assert arc == -1
        else:
            assert (source[arc], hierarchy.head[arc]) == (min(tail, head), max(tail, head))
            assert hierarchy.climbs[chain] == (tail < head)


@law
@given(scenes())
def test_arcs_carry_the_quickest_way_over_lower_junctions(scene):
    """Floyd's algorithm in the order of the ranks: when it comes to a rank, all ways over lower ones are known."""
    network = scene.network
    graph, hierarchy, metric = network.topology.graph, network.topology.hierarchy, network.metric
    n = graph.junction_count
    quickest = np.full((n, n), INFINITE_MS, np.int64)
    forward, backward = network.chain_ms
    tail, head = hierarchy.rank[graph.tail], hierarchy.rank[graph.head]
    np.minimum.at(quickest, (tail, head), forward)
    np.minimum.at(quickest, (head, tail), backward)
    for rank in range(n):
        for arc in range(hierarchy.start[rank], hierarchy.start[rank + 1]):
            above = hierarchy.head[arc]
            assert metric.up[arc] == quickest[rank, above]
            assert metric.down[arc] == quickest[above, rank]
        quickest = np.minimum(quickest, np.minimum(quickest[:, [rank]] + quickest[[rank], :], INFINITE_MS))


@law
@given(scenes(), st.randoms(use_true_random=False))
def test_answers_do_not_depend_on_the_order(scene, random):
    """A hierarchy in any order, however bad, gives the same bytes."""
    network, places, facilities = scene
    graph = network.topology.graph
    order = np.arange(graph.junction_count, dtype=np.int32)
    random.shuffle(order)
    other = replace(network, topology=Topology(graph, Hierarchy.of(graph, order)))
    assert upward(other.topology.hierarchy) == eliminated(graph, other.topology.hierarchy.rank)
    assert travel_times(network, places, facilities).tobytes() == travel_times(other, places, facilities).tobytes()
    one, two = (nearest(each, places, {"it": facilities}, with_metres=True) for each in (network, other))
    assert one.seconds.tobytes() == two.seconds.tobytes()
    assert one.facility.tobytes() == two.facility.tobytes()
    assert np.array_equal(one.metres, two.metres, equal_nan=True)
    one, two = (k_nearest(each, places, facilities, k=3) for each in (network, other))
    assert one.facility.tobytes() == two.facility.tobytes()


@law
@given(scenes())
def test_a_part_is_the_whole_above_some_junctions(scene):
    network = scene.network
    hierarchy, metric = network.topology.hierarchy, network.metric
    junctions = network.leaving(scene.places).junction[scene.places.is_attached]
    part, whole = Part.above(hierarchy, metric, junctions), Part.whole(hierarchy, metric)
    kept = set()
    for rank in hierarchy.rank[junctions].ravel().tolist():
        kept |= {rank, *ancestors(hierarchy.parent, rank)}
    ranks = sorted(kept)
    assert [int(rank) for rank in hierarchy.rank[part.slot >= 0]] == [
        rank for rank in hierarchy.rank.tolist() if rank in kept
    ]
    for slot, rank in enumerate(ranks):
        assert part.parent[slot] == (ranks.index(whole.parent[rank]) if whole.parent[rank] >= 0 else -1)
        ours, theirs = (slice(each.start[at], each.start[at + 1]) for each, at in ((part, slot), (whole, rank)))
        assert [ranks[head] for head in part.head[ours]] == whole.head[theirs].tolist()
        assert np.array_equal(part.up[ours], whole.up[theirs])
        assert np.array_equal(part.down[ours], whole.down[theirs])


@pytest.mark.parametrize(
    "drawing", [([], []), ([(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)], [(0, 1), (1, 2, 1), (2, 2)])]
)
def test_saved_and_loaded(make_network, tmp_path, drawing):
    """Every array again, mapped from the disk and read-only; a network of them gives the same answers."""
    network = make_network(*drawing)
    network.topology.save(tmp_path / "topology")
    loaded = Topology.load(tmp_path / "topology")
    for part in ("graph", "hierarchy"):
        for field in fields(getattr(loaded, part)):
            ours, theirs = (getattr(getattr(each, part), field.name) for each in (network.topology, loaded))
            assert np.array_equal(ours, theirs)
            assert ours.dtype == theirs.dtype
            assert isinstance(theirs, np.memmap)
            assert not theirs.flags.writeable
    other = replace(network, topology=loaded)
    everywhere = network.at_nodes(np.arange(network.node_count))
    for answer in (
        lambda which: travel_times(which, everywhere, everywhere),
        lambda which: nearest(which, everywhere, {"it": everywhere}, with_metres=True).seconds,
        lambda which: k_nearest(which, everywhere, everywhere, k=2).seconds,
    ):
        assert np.array_equal(answer(network), answer(other), equal_nan=True)


@pytest.mark.parametrize("damage", ["absent", "cut", "not an array"])
def test_damaged_on_disk(make_network, tmp_path, damage):
    make_network([(0.0, 0.0), (100.0, 0.0)], [(0, 1)]).topology.save(tmp_path)
    file = tmp_path / "hierarchy_head.npy"
    if damage == "absent":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-2] if damage == "cut" else b"no array at all")
    with pytest.raises(WorkspaceError, match="explorer build"):
        Topology.load(tmp_path)


class TestRefused:
    """Before a kernel runs."""

    drawing = ([(0.0, 0.0), (100.0, 0.0), (100.0, 50.0), (0.0, 80.0)], [(0, 1), (1, 2), (1, 3)])

    @pytest.mark.parametrize("order", [[0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4], [-1, 0, 1, 2], [0, 1, 2, 3, 4]])
    def test_an_order_that_is_none(self, make_network, order):
        graph = make_network(*self.drawing).topology.graph
        assert graph.junction_count == 4
        with pytest.raises(ValueError, match="order"):
            Hierarchy.of(graph, np.array(order, dtype=np.int32))

    @pytest.mark.parametrize(
        "times", [[1, 2], [1, 2, -3], [1, 2, INFINITE_MS + 1], [1.0, 2.0, np.nan], [[1, 2, 3]]], ids=str
    )
    def test_times_that_cannot_be(self, make_network, times):
        hierarchy = make_network(*self.drawing).topology.hierarchy
        good, wrong = np.ones(3, np.int32), np.array(times)
        for forward, backward in ((good, wrong), (wrong, good)):
            with pytest.raises(ValueError, match=r"forward|backward"):
                Metric.of(hierarchy, forward, backward, infinite=INFINITE_MS)


def a_town(side: int, seed: int) -> Topology:
    """A grid of streets with gaps: its middle separators meet dozens of junctions, as those of cities do."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side, dtype=np.int32).reshape(side, side)
    tail = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    head = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    kept = rng.random(tail.size) < 0.9
    tail, head = tail[kept], head[kept]
    y, x = np.divmod(np.arange(side * side), side)
    streets = replace(
        Streets.empty(),
        node_lon=139 + x / 1000,
        node_lat=36 + y / 1000,
        node_id=np.arange(side * side),
        node_elevation=np.full(side * side, np.nan, np.float32),
        node_signal=np.zeros(side * side, bool),
        tail=tail,
        head=head,
        metres=np.ones(tail.size),
        road_class=np.zeros(tail.size, np.uint8),
        flags=np.full(tail.size, 63, np.uint16),
        speed_kmh=np.zeros(tail.size, np.float32),
        way_id=np.arange(tail.size),
    )
    return Topology.of(streets)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_branches_customised_beside_each_other_are_those_one_after_another(monkeypatch, threads):
    topology = a_town(40, seed=threads)
    hierarchy = topology.hierarchy
    ms = np.random.default_rng(7).integers(0, 100_000, (2, topology.graph.chain_count), dtype=np.int32)
    given = enter_chains(hierarchy.arc_count, hierarchy.arc_of_chain, hierarchy.climbs, *ms, np.int32(INFINITE_MS))
    arrays = (hierarchy.start, hierarchy.triangle_start, hierarchy.triangles)
    relax(0, hierarchy.junction_count, *arrays, *given)
    monkeypatch.setattr("layers.access.hierarchy._WORTH_DIVIDING", 0)
    monkeypatch.setattr("layers.access.metric.available_cores", lambda: threads)
    found = Metric.of(hierarchy, *ms, infinite=INFINITE_MS)
    assert len(hierarchy.branches) > 8
    assert np.array_equal(found.up, given[0])
    assert np.array_equal(found.down, given[1])


@pytest.mark.parametrize("lanes", [1, 3, 16])
def test_a_sweep_over_ranks_with_many_arcs_equals_scipy(lanes):
    """Arcs are taken four at a time, which small networks hardly have."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    topology = a_town(30, seed=1)
    graph, hierarchy = topology.graph, topology.hierarchy
    assert np.diff(hierarchy.start).max() > 12
    rng = np.random.default_rng(2)
    forward, backward = rng.integers(1, 100_000, (2, graph.chain_count), dtype=np.int32)
    part = Part.whole(hierarchy, Metric.of(hierarchy, forward, backward, infinite=INFINITE_MS))
    goals = rng.integers(0, graph.junction_count, lanes).astype(np.int32)
    table = part.sweep_back(Entries(goals, np.zeros(lanes, np.int64), np.arange(lanes)), lanes=lanes)[hierarchy.rank]
    out = np.where(graph.arc_is_back, backward[graph.arc_chain], forward[graph.arc_chain])
    towards = csr_array((out.astype(float), graph.arc_head, graph.arc_start)).T
    assert np.array_equal(table.T, np.minimum(dijkstra(towards, indices=goals), INFINITE_MS))
