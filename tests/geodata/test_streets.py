"""Street arrays: kept, measured, clipped, merged, and exchanged with osmnx."""

from dataclasses import fields

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geodata.archive import RawFile
from geodata.errors import WorkspaceError
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.streets import (
    BRIDGE,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    ROAD_CLASS_INDEX,
    WALK_BACKWARD,
    WALK_FORWARD,
    Streets,
    clip,
    geodesic_metres,
    measure,
    merge,
)

BOTH = WALK_FORWARD | WALK_BACKWARD | DRIVE_FORWARD | DRIVE_BACKWARD
STEP = 1e-3  # degrees; about 90 m east, 111 m north


def streets(
    nodes: dict[int, tuple[float, float]], segments: list[tuple[int, int] | tuple[int, int, int]], *, first_way: int = 1
) -> Streets:
    """Nodes by id at (steps east, steps north) of 139 E 36 N; segments as (id, id[, flags])."""
    number = {node: row for row, node in enumerate(nodes)}
    count = len(segments)
    return measure(
        Streets(
            node_lon=np.array([139 + STEP * x for x, _ in nodes.values()]),
            node_lat=np.array([36 + STEP * y for _, y in nodes.values()]),
            node_id=np.array(list(nodes), dtype=np.int64),
            tail=np.array([number[segment[0]] for segment in segments], dtype=np.int32),
            head=np.array([number[segment[1]] for segment in segments], dtype=np.int32),
            metres=np.zeros(count),
            road_class=np.full(count, ROAD_CLASS_INDEX["residential"], dtype=np.uint8),
            flags=np.array([segment[2] if len(segment) == 3 else BOTH for segment in segments], dtype=np.uint16),
            speed_kmh=np.zeros(count, dtype=np.float32),
            way_id=np.arange(first_way, first_way + count, dtype=np.int64),
        )
    )


def pieces(network: Streets) -> int:
    parent = list(range(network.node_count))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for tail, head in zip(network.tail.tolist(), network.head.tolist(), strict=True):
        parent[root(tail)] = root(head)
    return len({root(node) for node in range(network.node_count)})


def same(one: Streets, other: Streets) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
        for field in fields(Streets)
    )


def test_save_and_load(tmp_path):
    network = streets({1: (0, 0), 2: (1, 0)}, [(1, 2)])
    network.save(tmp_path / "streets")
    loaded = Streets.load(tmp_path / "streets")
    assert same(network, loaded)
    assert isinstance(loaded.tail, np.memmap)
    (tmp_path / "streets" / "head.npy").unlink()
    with pytest.raises(WorkspaceError, match="explorer build"):
        Streets.load(tmp_path / "streets")


def test_empty_network_saves_and_loads(tmp_path):
    Streets.empty().save(tmp_path)
    assert Streets.load(tmp_path).segment_count == 0


def test_arrays_must_fit():
    network = streets({1: (0, 0), 2: (1, 0)}, [(1, 2)])
    with pytest.raises(ValueError, match="differ in length"):
        Streets(**{field.name: getattr(network, field.name) for field in fields(Streets)} | {"way_id": np.arange(3)})


def test_signals_and_elevations_are_unknown_unless_given(tmp_path):
    network = streets({1: (0, 0), 2: (1, 0), 3: (2, 0)}, [(1, 2), (2, 3)])
    assert not network.has_signals
    assert not network.has_elevation
    network.node_signal[2], network.node_elevation[0] = True, 7.0
    network.save(tmp_path)
    back = Streets.load(tmp_path)
    assert back.has_signals
    assert back.has_elevation
    part = back.select(np.array([False, True]))
    assert part.node_signal.tolist() == [False, True]
    assert np.isnan(part.node_elevation).all()


@given(
    st.floats(122, 154),
    st.floats(20, 46),
    st.floats(-0.3, 0.3),
    st.floats(-0.3, 0.3),
)
def test_lengths_are_geodesic(lon, lat, east, north):
    expected = Geod(ellps="GRS80").inv(lon, lat, lon + east, lat + north)[2]
    measured = geodesic_metres(*(np.array([value]) for value in (lon, lat, lon + east, lat + north)))
    assert measured[0] == pytest.approx(expected, rel=2e-6, abs=1e-6)


def test_clip_keeps_streets_that_cross_the_edge():
    network = streets({1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0)}, [(1, 2), (2, 3), (3, 4)])
    clipped = clip(network, shapely.box(138.9, 35.9, 139.0005, 36.1))
    assert clipped.node_id.tolist() == [1, 2]
    assert clip(network, shapely.box(0, 0, 1, 1)).segment_count == 0
    assert clip(Streets.empty(), shapely.box(0, 0, 1, 1)).segment_count == 0


class TestMerge:
    """Two extracts, one network."""

    def test_nothing_and_one(self):
        assert merge([]).segment_count == 0
        network = streets({1: (0, 0), 2: (1, 0)}, [(1, 2)])
        assert same(merge([Streets.empty(), network]), network)

    def test_the_same_file_twice(self):
        network = streets({1: (0, 0), 2: (1, 0), 3: (1, 1)}, [(1, 2), (2, 3), (1, 2, WALK_FORWARD)])
        assert same(merge([network, network]), network)

    def test_what_either_knows_of_a_node_is_kept(self):
        west = streets({1: (0, 0), 2: (1, 0)}, [(1, 2)])
        east = streets({8: (1, 0), 9: (2, 0)}, [(8, 9)], first_way=5)
        east.node_signal[:], east.node_elevation[:] = [True, False], [40, 50]
        merged = merge([west, east])
        assert merged.node_signal.tolist() == [False, True, False]
        np.testing.assert_array_equal(merged.node_elevation, [np.nan, 40, 50])
        assert not west.has_signals

    def test_other_ids_are_joined_by_place(self):
        """A west–east street, cut in two files that share its middle part."""
        west = streets({1: (0, 0), 2: (1, 0), 3: (2, 0)}, [(1, 2), (2, 3)])
        east = streets({901: (1, 0), 902: (2, 0), 903: (3, 0)}, [(902, 901), (902, 903)])
        for merged in (merge([west, east]), merge([east, west])):
            assert merged.node_count == 4
            assert merged.segment_count == 3
            assert pieces(merged) == 1
            assert merged.total_metres() == pytest.approx(west.total_metres() * 1.5)

    def test_equal_ids_of_different_places_are_not_the_same(self):
        here = streets({1: (0, 0), 2: (1, 0)}, [(1, 2)])
        there = streets({1: (50, 0), 2: (51, 0)}, [(1, 2)])
        merged = merge([here, there])
        assert merged.node_count == 4
        assert pieces(merged) == 2

    def test_true_ids_are_joined_by_id_only(self):
        """Node 5 of the second extract lies exactly on node 3 of the first, but is on a bridge."""
        first = streets({1: (0, 0), 3: (1, 0), 2: (2, 0)}, [(1, 3), (3, 2)])
        second = streets(
            {1: (0, 0), 3: (1, 0), 4: (1, -1), 5: (1, 0), 6: (1, 1)},
            [(1, 3), (4, 5, BOTH | BRIDGE), (5, 6, BOTH | BRIDGE)],
        )
        merged = merge([first, second])
        assert merged.node_count == 6
        assert merged.segment_count == 4
        assert pieces(merged) == 2

    def test_bridges_stay_above_the_ground(self):
        """Both files hold the ground crossing node and the bridge node at one place, under other ids and order."""
        nodes = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, -1), 5: (1, 0), 6: (1, 1)}
        segments = [(1, 2), (2, 3), (4, 5, BOTH | BRIDGE), (5, 6, BOTH | BRIDGE)]
        first = streets(nodes, segments)
        second = streets({700 - node: place for node, place in reversed(nodes.items())}, [
            (700 - a, 700 - b, *rest) for a, b, *rest in reversed(segments)
        ])  # fmt: skip
        merged = merge([first, second])
        assert same(merged, first)
        assert pieces(merged) == 2

    def test_a_bridge_only_one_file_has_is_not_joined_below(self):
        ground = streets({1: (0, 0), 2: (1, 0), 3: (2, 0)}, [(1, 2), (2, 3)])
        bridge = streets({804: (1, -1), 805: (1, 0), 806: (1, 1)}, [(804, 805, 255), (805, 806, 255)])
        bridge.flags[:] = BOTH | BRIDGE
        merged = merge([ground, bridge])
        assert merged.segment_count == 4
        assert pieces(merged) == 2

    def test_one_line_cut_at_other_points(self):
        """The second file has the same street with another node on it, and a side street hanging there."""
        plain = streets({1: (0, 0), 2: (2, 0)}, [(1, 2)])
        cut = streets(
            {901: (0, 0), 902: (0.7, 0.005), 903: (2, 0), 904: (0.7, 1)}, [(901, 902), (902, 903), (902, 904)]
        )
        for order in ([plain, cut], [cut, plain]):
            merged = merge(order)
            assert pieces(merged) == 1
            assert merged.total_metres() == pytest.approx(cut.total_metres(), abs=2)
            degree = np.bincount(np.concatenate([merged.tail, merged.head]))
            assert sorted(degree.tolist()) == [1, 1, 1, 3]

    def test_loose_end_near_a_node_goes_to_the_node(self):
        plain = streets({1: (0, 0), 2: (1, 0), 3: (2, 0)}, [(1, 2), (2, 3)])
        shifted = streets({901: (0, 0), 902: (1.01, 0.01), 904: (1, 1)}, [(901, 902), (902, 904)])
        merged = merge([plain, shifted])
        assert merged.node_count == 4
        assert merged.segment_count == 3
        assert pieces(merged) == 1

    def test_a_stub_that_the_other_file_continues(self):
        """The first file's street ends at its edge, in the middle of a segment of the second."""
        clipped = streets({1: (0, 0), 2: (1, 0), 3: (1.4, 0)}, [(1, 2), (2, 3)])
        whole = streets({901: (1, 0), 902: (2, 0)}, [(901, 902)])
        for order in ([clipped, whole], [whole, clipped]):
            merged = merge(order)
            assert merged.total_metres() == pytest.approx(clipped.total_metres() / 1.4 * 2, abs=2)
            assert pieces(merged) == 1

    def test_neighbouring_streets_stay(self):
        """Parallel streets 11 m apart, streets that cross, and a pavement along a road are all different."""
        first = streets({1: (0, 0), 2: (2, 0)}, [(1, 2)])
        parallel = streets({901: (0, 0.1), 902: (2, 0.1)}, [(901, 902)])
        crossing = streets({911: (1, -1), 912: (1, 1)}, [(911, 912)])
        pavement = streets({921: (0, 0.01), 922: (2, 0.01)}, [(921, 922, WALK_FORWARD | WALK_BACKWARD)])
        merged = merge([first, parallel, crossing, pavement])
        assert merged.segment_count == 4
        assert pieces(merged) == 4

    @given(st.integers(0, 2**32 - 1))
    def test_halves_of_a_grid_make_the_grid(self, seed):
        """However two overlapping parts of a grid of streets are numbered, the grid comes out."""
        rng = np.random.default_rng(seed)
        size = 7
        places = {10 + x * size + y: (float(x), float(y)) for x in range(size) for y in range(size)}
        lines = [(a, b) for a in places for b in places if places[b] in {
            (places[a][0] + 1, places[a][1]), (places[a][0], places[a][1] + 1)
        }]  # fmt: skip
        whole = streets(places, lines)
        cut = rng.integers(2, 5)
        west = clip(whole, shapely.box(138.9, 35.9, 139 + STEP * (cut + 0.5), 36.1))
        east = clip(whole, shapely.box(139 + STEP * (cut - 1.5), 35.9, 139.1, 36.1))
        shuffle = rng.permutation(east.node_count).astype(np.int32)
        renumbered = Streets(
            **{field.name: getattr(east, field.name) for field in fields(Streets)}
            | {
                "node_lon": east.node_lon[np.argsort(shuffle)],
                "node_lat": east.node_lat[np.argsort(shuffle)],
                "node_id": rng.permutation(east.node_count).astype(np.int64) + 5000,
                "tail": shuffle[east.tail],
                "head": shuffle[east.head],
            }
        )
        merged = merge([west, renumbered])
        assert merged.node_count == whole.node_count
        assert merged.segment_count == whole.segment_count
        assert merged.total_metres() == pytest.approx(whole.total_metres())
        assert pieces(merged) == 1


class TestOsmnx:
    """Graphs in and out."""

    def test_round_trip(self):
        network = streets(
            {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1)},
            [(1, 2), (2, 1, DRIVE_FORWARD), (3, 2, WALK_FORWARD | WALK_BACKWARD | DRIVE_BACKWARD), (3, 3), (3, 4, 1)],
        )
        network.flags[4] |= BRIDGE
        network.speed_kmh[0] = 30
        network.node_signal[2] = True
        network.node_elevation[1] = 12.5
        assert same(Streets.from_osmnx(network.to_osmnx()), network)

    def test_convention(self):
        network = streets({11: (0, 0), 12: (1, 0), 13: (2, 0)}, [(11, 12), (12, 13, BOTH & ~DRIVE_FORWARD)])
        graph = network.to_osmnx()
        assert graph.graph["crs"] == "epsg:4326"
        assert graph.nodes[0] == {"x": 139.0, "y": 36.0, "osmid": 11}
        assert sorted((u, v, d["oneway"], d["reversed"]) for u, v, d in graph.edges(data=True)) == [
            (0, 1, False, False),
            (1, 0, False, True),
            (2, 1, True, True),
        ]
        assert graph.edges[0, 1, 0]["length"] == network.metres[0]
        assert graph.edges[0, 1, 0]["highway"] == "residential"

    def test_osmnx_accepts_the_graph(self):
        osmnx = pytest.importorskip("osmnx")
        network = streets({11: (0, 0), 12: (1, 0), 13: (2, 0)}, [(11, 12), (12, 13)])
        undirected = osmnx.convert.to_undirected(network.to_osmnx())
        assert sum(length for *_, length in undirected.edges(data="length")) == pytest.approx(network.total_metres())
        simplified = osmnx.simplification.simplify_graph(network.to_osmnx())
        back = Streets.from_osmnx(simplified)
        assert back.segment_count == 2
        assert back.total_metres() == pytest.approx(network.total_metres())

    def test_projected_graphs_are_refused(self):
        graph = streets({11: (0, 0), 12: (1, 0)}, [(11, 12)]).to_osmnx()
        graph.graph["crs"] = "epsg:6677"
        with pytest.raises(ValueError, match="projected"):
            Streets.from_osmnx(graph)

    @pytest.mark.realdata
    @pytest.mark.slow  # osmnx takes its time
    @pytest.mark.parametrize("simplify", [False, True])
    def test_kumamoto_by_osmnx(self, shared_data, tmp_path, simplify):
        import osmium
        import osmnx

        source = shared_data / "kumamoto" / "kumamoto_chuo_drive_20230105.osm.pbf"
        with osmium.SimpleWriter(tmp_path / "k.osm") as writer:
            for item in osmium.FileProcessor(source):
                writer.add(item)
        graph = osmnx.graph_from_xml(tmp_path / "k.osm", simplify=simplify, retain_all=True)
        theirs = sum(length for *_, length in osmnx.convert.to_undirected(graph).edges(data="length"))
        taken = Streets.from_osmnx(graph)
        assert taken.total_metres() == pytest.approx(theirs, rel=1e-9)
        # The direct reading leaves out areas and bus stops drawn as ways, and measures on the ellipsoid.
        direct = read_osm(RawFile(source), notes=Notes()).streets
        assert direct.total_metres() == pytest.approx(theirs, rel=0.003)
        assert same(Streets.from_osmnx(direct.to_osmnx()), direct)


@pytest.fixture(scope="module")
def border(shared_data) -> dict[str, Streets]:
    names = ("gunma", "tochigi", "ryomo")
    found = {name: read_osm(RawFile(shared_data / name / "roads.osm.pbf"), notes=Notes()).streets for name in names}
    return found | {"merged": merge([found["gunma"], found["tochigi"]])}


def tiles(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Number of the vector tile (zoom 13) that each point lies in."""
    size = 2**13
    column = np.floor((lon + 180) / 360 * size)
    row = np.floor((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * size)
    return (column * size + row).astype(np.int64)


def metres_by_tile(network: Streets) -> dict[int, float]:
    lon = (network.node_lon[network.tail] + network.node_lon[network.head]) / 2
    lat = (network.node_lat[network.tail] + network.node_lat[network.head]) / 2
    number, row = np.unique(tiles(lon, lat), return_inverse=True)
    return dict(zip(number.tolist(), np.bincount(row, weights=network.metres).tolist(), strict=True))


@pytest.mark.realdata
@pytest.mark.slow  # three files of half a million nodes
class TestGunmaAndTochigi:
    """Two extracts that overlap along the border under different ids; a third one is the reference."""

    def test_one_network(self, border):
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        merged = border["merged"]
        # 975,345 nodes when every equal place is joined; ids rule inside each file, and lines cut differently are tied.
        assert merged.node_count == pytest.approx(975_345, abs=600)
        links = coo_array(
            (np.ones(merged.segment_count, np.int8), (merged.tail, merged.head)), shape=(merged.node_count,) * 2
        )
        _, label = connected_components(links, directed=False)
        assert np.bincount(label).max() / merged.node_count == pytest.approx(0.9920, abs=0.0002)

    def test_no_street_twice(self, border):
        gunma, tochigi, merged, ryomo = (
            metres_by_tile(border[name]) for name in ("gunma", "tochigi", "merged", "ryomo")
        )
        # Tiles that both prefecture files hold whole, as does the reference.
        shared = [
            tile for tile in gunma
            if tile in tochigi and tile in ryomo and abs(gunma[tile] / ryomo[tile] - 1) < 0.1
            and abs(tochigi[tile] / ryomo[tile] - 1) < 0.1
        ]  # fmt: skip
        assert len(shared) > 60
        total, reference = (sum(table[tile] for tile in shared) for table in (merged, ryomo))
        assert total == pytest.approx(reference, rel=0.002)
        assert sum(gunma[tile] + tochigi[tile] for tile in shared) == pytest.approx(2 * reference, rel=0.02)

    def test_order_does_not_matter(self, border):
        swapped = merge([border["tochigi"], border["gunma"]])
        assert swapped.total_metres() == pytest.approx(border["merged"].total_metres(), rel=1e-5)

    @pytest.mark.parametrize(
        ("start", "goal", "km"),
        [
            ("kiryu", "ashikaga", 15.05),
            ("kiryu", "ota", 15.68),
            ("ashikaga", "ota", 9.19),
            ("ashikaga", "tatebayashi", 12.98),
            ("ashikaga", "sano", 12.34),
            ("sano", "tatebayashi", 9.94),
        ],
    )
    def test_drives_across_the_border(self, border, start, goal, km):
        """Driving distances between station nodes, as published with the data; the same in the reference network."""
        there, reference = (drive_metres(border[name], STATIONS[start], STATIONS[goal]) for name in ("merged", "ryomo"))
        assert there == pytest.approx(reference, abs=1)
        assert there / 1000 == pytest.approx(km, rel=0.002)


STATIONS = {
    "kiryu": (139.33315, 36.41114),
    "ashikaga": (139.45555, 36.3321),
    "ota": (139.37883, 36.2942),
    "tatebayashi": (139.52787, 36.24638),
    "sano": (139.58002, 36.31686),
}


def drive_metres(network: Streets, start: tuple[float, float], goal: tuple[float, float]) -> float:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes = [
        int(np.argmin(np.hypot((network.node_lon - lon) * np.cos(np.radians(lat)), network.node_lat - lat)))
        for lon, lat in (start, goal)
    ]
    forward, backward = (network.flags & DRIVE_FORWARD) != 0, (network.flags & DRIVE_BACKWARD) != 0
    source = np.concatenate([network.tail[forward], network.head[backward]])
    target = np.concatenate([network.head[forward], network.tail[backward]])
    metres = np.concatenate([network.metres[forward], network.metres[backward]])
    order = np.argsort(source, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=network.node_count))]).astype(np.int32)
    graph = csr_array((metres[order], target[order], first), shape=(network.node_count,) * 2)
    return float(dijkstra(graph, indices=nodes[0], limit=60_000)[nodes[1]])
