"""Networks per mode: arcs and costs."""

import numpy as np
import pytest
from pyproj import Geod

from geodata.projection import choose_projection
from layers.access.ms import INFINITE_MS
from layers.access.network import StreetNetwork, project
from layers.access.profiles import WALK

NODES = [(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)]


def arc_list(network, times):
    """Arcs by the street nodes at their ends; closed ones left out."""
    node, arcs = network.topology.graph.junction, network.arcs
    found = [
        (int(node[junction]), int(node[arcs.head[at]]), int(getattr(arcs, times)[at]))
        for junction in range(node.size)
        for at in range(arcs.start[junction], arcs.start[junction + 1])
    ]
    return sorted(arc for arc in found if arc[2] < INFINITE_MS)


def test_arcs_keep_parallel_streets_and_directions(make_network):
    """100 m are 75 s; nodes 0 and 2 have dead ends, so that they are junctions."""
    network = make_network(
        [*NODES, (100.0, 90.0), (-40.0, 0.0)], [(0, 1), (0, 1), (1, 2, 1), (2, 3), (2, 0, 0), (0, 4)]
    )
    both = [(0, 1, 75_000), (0, 1, 75_000), (0, 4, 30_000), (1, 0, 75_000), (1, 0, 75_000)]
    assert arc_list(network, "out_ms") == [*both, (1, 3, 67_500), (4, 0, 30_000)]
    assert arc_list(network, "in_ms") == [*both, (3, 1, 67_500), (4, 0, 30_000)]


def test_lengths_are_planar_and_nearly_geodesic():
    west, south, east, north = 138.4, 36.0, 139.7, 37.0
    projection = choose_projection((west, south, east, north)).crs
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(west, east, 200), rng.uniform(south, north, 200)
    xy, there = project(lon, lat, projection), project(lon + 0.001, lat + 0.001, projection)
    planar = np.hypot(*(there - xy).T)
    geodesic = Geod(ellps="GRS80").inv(lon, lat, lon + 0.001, lat + 0.001)[2]
    assert planar == pytest.approx(geodesic, rel=0.001)


def test_empty_streets():
    from geodata.streets import Streets

    network = StreetNetwork.from_streets(Streets.empty(), WALK, projection="EPSG:6677")
    assert network.node_count == network.segment_count == 0
