"""Networks per mode: arcs and costs."""

import numpy as np
import pytest
from pyproj import Geod

from geodata.projection import choose_projection
from geodata.streets import CYCLE_FORWARD, DRIVE_FORWARD, ROAD_CLASS_INDEX, WALK_BACKWARD, WALK_FORWARD, Streets
from layers.access.ms import INFINITE_MS
from layers.access.network import StreetNetwork, project
from layers.access.profiles import CYCLE, DRIVE, WALK, WALK_ELDERLY

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
    network = StreetNetwork.from_streets(Streets.empty(), WALK, projection="EPSG:6677")
    assert network.node_count == network.segment_count == 0


def test_another_mode_of_the_same_streets_is_what_it_is_alone():
    """Whatever is shared with the network it was made from, nothing of that network's mode remains."""
    classes = ["residential", "motorway", "footway", "primary"]
    streets = Streets(
        node_lon=np.array([139.0, 139.001, 139.002, 139.001, 139.003]),
        node_lat=np.array([36.4, 36.4, 36.4, 36.401, 36.4]),
        node_id=np.arange(5),
        tail=np.array([0, 1, 1, 2], np.int32),
        head=np.array([1, 2, 3, 4], np.int32),
        metres=np.zeros(4),
        road_class=np.array([ROAD_CLASS_INDEX[name] for name in classes], np.uint8),
        flags=np.array([WALK_FORWARD | WALK_BACKWARD | DRIVE_FORWARD | CYCLE_FORWARD, DRIVE_FORWARD, 3, 63], np.uint16),
        speed_kmh=np.zeros(4, np.float32),
        way_id=np.arange(4),
        node_elevation=np.full(5, np.nan, np.float32),
        node_signal=np.array([False, True, False, False, False]),
    )
    walk = StreetNetwork.from_streets(streets, WALK, projection="EPSG:6677")
    for profile in (WALK_ELDERLY, CYCLE, DRIVE):
        alone = StreetNetwork.from_streets(streets, profile, projection="EPSG:6677", topology=walk.topology)
        made = walk.for_mode(streets, profile)
        assert made.profile is profile
        assert (made.metric.up == alone.metric.up).all()
        assert (made.metric.down == alone.metric.down).all()
        for field in ("is_open_forward", "is_open_backward", "door_choice", "seconds_forward", "delay_backward"):
            assert (getattr(made, field) == getattr(alone, field)).all()


def test_an_edited_network_does_not_stand_for_another_mode(make_network):
    network = make_network(NODES, [(0, 1), (1, 2)])
    for edited in (network.with_closed(np.array([0])), network.with_speed_factor(np.array([0]), 0.5)):
        with pytest.raises(ValueError, match="edited network"):
            edited.for_mode(Streets.empty(), DRIVE)
