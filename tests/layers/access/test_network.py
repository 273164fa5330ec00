"""Networks per mode: arcs and costs."""

import numpy as np
import pytest
from pyproj import Geod

from geodata.projection import choose_projection
from layers.access.network import StreetNetwork, project
from layers.access.profiles import WALK

NODES = [(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)]


def arc_list(arcs):
    return [
        (node, int(arcs.target[at]), float(arcs.cost[at]))
        for node in range(arcs.start.size - 1)
        for at in range(arcs.start[node], arcs.start[node + 1])
    ]


def test_arcs_keep_parallel_streets_and_directions(make_network):
    network = make_network(NODES, [(0, 1), (0, 1), (1, 2, 1), (2, 0, 0)])
    assert arc_list(network.arcs) == [(0, 1, 100), (0, 1, 100), (1, 2, 50), (1, 0, 100), (1, 0, 100)]
    assert arc_list(network.reversed_arcs) == [(0, 1, 100), (0, 1, 100), (1, 0, 100), (1, 0, 100), (2, 1, 50)]


def test_two_way_networks_need_no_second_copy(make_network):
    network = make_network(NODES, [(0, 1), (1, 2)])
    assert network.reversed_arcs is network.arcs


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
