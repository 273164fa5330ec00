"""Areas reached within some minutes."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.streets import BRIDGE
from layers.access.attach import attach
from layers.access.isochrone import Surface, area_within, isochrones, time_surface
from layers.access.matrix import travel_times
from layers.access.network import StreetNetwork, project
from layers.access.profiles import CYCLE, DRIVE, WALK

PLANE = "+proj=tmerc +lat_0=0 +lon_0=130.7 +k=1 +ellps=GRS80 +units=m +no_defs"  # of Kumamoto
CROSS = [(0, 0), (1000, 0), (0, 1000), (-1000, 0), (0, -1000)]
ARMS = [(0, 1), (0, 2), (0, 3), (0, 4)]


def plane(frame, network):
    """The areas in the plane of the network, with their validity checked."""
    assert frame.crs.to_epsg() == 6668
    assert frame.geometry.is_valid.all()
    assert (frame.geom_type == "MultiPolygon").all()
    return frame.to_crs(network.projection)


def areas(network, xy, minutes, **options):
    """Shape by minutes, in the plane of the network."""
    frame = isochrones(network, attach(network, np.array(xy, float), limit_metres=500), minutes=minutes, **options)
    return dict(zip(frame["minutes"], plane(frame, network).geometry, strict=True))


def assert_within(inner, outer):
    """To within rounding of degrees."""
    assert inner.difference(outer.buffer(0.01)).area < 1e-6


def test_on_foot_without_a_limit_off_the_street_it_is_a_disc(make_network):
    network = make_network(CROSS, ARMS)
    found = areas(network, [(0, 0)], [2.5, 5], off_street_metres=500)
    assert found[2.5].area == pytest.approx(np.pi * 200**2, rel=0.01)
    assert found[5].area == pytest.approx(np.pi * 400**2, rel=0.01)


def test_by_car_a_cross_of_streets_reaches_four_points_of_a_star(make_network):
    network = make_network(CROSS, ARMS, profile=DRIVE)
    along, across, seconds = network.seconds_forward[0] / 1000, 0.75, 120.0
    aslant = np.sqrt(across**2 - along**2)
    # Two long diamonds, |x|·along + |y|·aslant ≤ t and the same turned, less what they share.
    star = 4 * seconds**2 * (1 / (along * aslant) - 1 / (aslant * (aslant + along)))
    found = areas(network, [(0, 0)], [seconds / 60], off_street_metres=250)
    assert found[2].area == pytest.approx(star, rel=0.01)
    west, south, east, north = found[2].bounds
    # A point is lost where it is narrower than a cell.
    np.testing.assert_allclose([-west, -south, east, north], seconds / along, atol=25)


def test_off_the_street_the_area_ends_at_the_distance_asked_for(make_network):
    network = make_network([(0, 0), (2000, 0)], [(0, 1)], profile=DRIVE)
    found = areas(network, [(1000, 0)], [4], off_street_metres=60)[4]
    middle = found.intersection(shapely.box(800, -500, 1200, 500))
    assert middle.bounds[1::2] == pytest.approx((-60, 60), abs=0.1)


def test_longest_first_with_area_mode_and_method(make_network):
    network = make_network(CROSS, ARMS)
    ties = attach(network, np.array([(0.0, 0), (600.0, 0)]), limit_metres=500)
    found = isochrones(network, ties, minutes=[5, 10, 5])
    assert found.columns.tolist() == ["origin", "minutes", "mode", "area_km2", "reason", "geometry"]
    assert found["origin"].tolist() == [0, 0, 1, 1]
    assert found["minutes"].tolist() == [10, 5, 10, 5]
    assert set(found["mode"]) == {"walk"}
    np.testing.assert_allclose(found["area_km2"], plane(found, network).area / 1e6, rtol=1e-6)
    assert "徒歩" in found.attrs["method"]["ja"]
    assert "100 m" in found.attrs["method"]["en"]


def test_an_origin_without_a_street_has_an_empty_area_and_a_reason(make_network):
    network = make_network(CROSS, ARMS)
    ties = attach(network, np.array([(0.0, 0), (700.0, 700.0)]), limit_metres=500)
    found = isochrones(network, ties, minutes=[5])
    assert found["reason"].tolist() == ["", "no_street"]
    assert found.geometry.is_empty.tolist() == [False, True]
    assert found["area_km2"].isna().tolist() == [False, True]
    alone = isochrones(network, ties.take(np.array([1])), minutes=[5], merged=True)
    assert alone["reason"].tolist() == ["no_street"]
    assert time_surface(network, ties.take(np.array([1])), minutes=5).minutes.shape == (0, 0)


def test_without_streets_nothing_is_reached(make_network):
    network = make_network([], [])
    found = isochrones(network, attach(network, np.zeros((1, 2)), limit_metres=500), minutes=[5])
    assert found["reason"].tolist() == ["no_street"]


def test_without_origins_no_rows(make_network):
    network = make_network(CROSS, ARMS)
    found = isochrones(network, attach(network, np.empty((0, 2)), limit_metres=5), minutes=[5])
    assert isinstance(found, gpd.GeoDataFrame)
    assert len(found) == 0


def test_one_way_streets_lead_out_but_not_back(make_network):
    network = make_network([(0, 0), (400, 0)], [(0, 1, 1)], profile=CYCLE)
    out = areas(network, [(200, 0)], [1], off_street_metres=20)[1]
    back = areas(network, [(200, 0)], [1], off_street_metres=20, direction="to")[1]
    assert out.bounds[::2] == pytest.approx((180, 420), abs=10)
    assert back.bounds[::2] == pytest.approx((-20, 220), abs=10)


def test_nobody_steps_off_a_bridge(make_network):
    nodes = [(0, 0), (200, 0), (600, 0), (800, 0)]
    network = make_network(nodes, [(1, 2), (0, 1), (2, 3)], extra_flags=(BRIDGE,))
    found = areas(network, [(100, 0)], [15], off_street_metres=50)[15]
    assert len(found.geoms) == 2
    assert not found.contains(shapely.Point(400, 0))
    assert found.contains(shapely.Point(700, 0))


def test_where_only_a_bridge_was_found_its_own_ground_counts(make_network):
    network = make_network([(0, 0), (400, 0)], [(0, 1)], extra_flags=(BRIDGE,))
    assert areas(network, [(200, 0)], [5])[5].contains(shapely.Point(0, 0))


def test_one_who_found_only_a_bridge_does_not_open_bridges_to_others(make_network):
    nodes = [(0, 0), (200, 0), (600, 0), (800, 0), (3000, 0), (3400, 0)]
    bridges = (BRIDGE, BRIDGE)
    network = make_network(nodes, [(1, 2), (4, 5), (0, 1), (2, 3)], extra_flags=bridges)
    found = areas(network, [(100, 0), (3200, 0)], [15], off_street_metres=50, merged=True)[15]
    assert found.contains(shapely.Point(3100, 0))
    assert not found.contains(shapely.Point(400, 0))


def test_merged_is_what_any_of_them_reaches(make_network):
    network = make_network(CROSS, ARMS)
    origins = [(-600, 0), (100, 0), (0, 900)]
    own = [areas(network, [origin], [5], cell_metres=10)[5] for origin in origins]
    merged = areas(network, origins, [5], cell_metres=10, merged=True)[5]
    for area in own:
        assert_within(area, merged)
    assert merged.area <= sum(area.area for area in own)
    assert merged.area == pytest.approx(shapely.union_all(own).area, rel=0.01)


def test_small_holes_are_filled_with_what_lies_in_them():
    seconds = np.full((30, 30), 50.0)
    seconds[[0, -1], :] = seconds[:, [0, -1]] = np.inf
    seconds[10:19, 10:19] = 900.0
    seconds[13:16, 13:16] = 50.0
    surface = Surface(seconds, np.zeros((30, 30)), 0.0, 0.0, 10.0, "", 600.0, 100.0, 0.75)
    open_hole = area_within(surface, 5, least_hole_hectares=0)
    assert [len(part.interiors) for part in open_hole.geoms] in ([1, 0], [0, 1])
    filled = area_within(surface, 5, least_hole_hectares=1)
    assert filled.is_valid
    assert [len(part.interiors) for part in filled.geoms] == [0]


def test_minutes_on_the_grid(make_network):
    network = make_network(CROSS, ARMS)
    ties = attach(network, np.zeros((1, 2)), limit_metres=500)
    surface = time_surface(network, ties, minutes=5, cell_metres=25, off_street_metres=100)
    minutes = surface.minutes
    row, column = (int((400 - 30 - corner) // 25) for corner in (surface.south + 370, surface.west))
    assert minutes.dtype == np.float32
    assert minutes[row, column] == pytest.approx(370 / 80, abs=0.3)
    assert np.nanmax(minutes) <= 5
    assert np.isnan(minutes[[0, -1], :]).all()
    assert np.isnan(minutes[:, [0, -1]]).all()
    assert surface.crs == network.projection


@pytest.mark.parametrize("wrong", [{"minutes": []}, {"minutes": [0]}, {"minutes": [5, np.inf]}, {"minutes": [np.nan]}])
def test_minutes_that_are_none_are_refused(make_network, wrong):
    network = make_network(CROSS, ARMS)
    with pytest.raises(ValueError, match="minutes"):
        isochrones(network, attach(network, np.zeros((1, 2)), limit_metres=500), **wrong)


@pytest.mark.parametrize("wrong", [{"off_street_metres": -1}, {"cell_metres": 0}, {"direction": "back"}])
def test_options_that_cannot_be_are_refused(make_network, wrong):
    network = make_network(CROSS, ARMS)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        isochrones(network, attach(network, np.zeros((1, 2)), limit_metres=500), minutes=[5], **wrong)


@st.composite
def towns(draw):
    """A crooked net of streets, some of them missing, one-way or bridges; and an origin."""
    size = draw(st.integers(2, 4))
    number = st.integers(-60, 60)
    nodes = [(150 * x + draw(number), 150 * y + draw(number)) for y in range(size) for x in range(size)]
    pairs = [(i, i + 1) for i in range(size * size) if (i + 1) % size]
    pairs += [(i, i + size) for i in range(size * (size - 1))]
    rights = st.sampled_from([3, 3, 3, 3, 1, 2, 0])
    streets = [(a, b, draw(rights)) for a, b in pairs]
    if not any(street[2] for street in streets):
        streets[0] = (0, 1, 3)
    flags = tuple(draw(st.sampled_from([0, 0, 0, 0, BRIDGE])) for _ in streets)
    origin = (draw(st.floats(0, 150 * size)), draw(st.floats(0, 150 * size)))
    return nodes, streets, flags, origin


@settings(max_examples=40)
@given(town=towns(), profile=st.sampled_from([WALK, CYCLE, DRIVE]), outward=st.booleans(), seed=st.integers(0, 99))
def test_laws(make_network, town, profile, outward, seed):
    nodes, streets, flags, origin = town
    network = make_network(nodes, streets, profile=profile, extra_flags=flags)
    ties = attach(network, np.array([origin]), limit_metres=2000)
    direction = "from" if outward else "to"
    frame = isochrones(network, ties, minutes=[1, 2, 4], direction=direction, cell_metres=10)
    found = dict(zip(frame["minutes"], plane(frame, network).geometry, strict=True))
    assert_within(found[1], found[2])
    assert_within(found[2], found[4])
    # Whoever is reached in less than the time, by a cell's diagonal on foot, lives inside.
    xy = np.random.default_rng(seed).uniform(-100, 150 * len(nodes) ** 0.5 + 100, (200, 2))
    places = attach(network, xy, limit_metres=100 - 2**0.5 * 10)
    times = travel_times(network, ties, places)[0] if outward else travel_times(network, places, ties)[:, 0]
    on_doorsteps = network.door_choice[places.segment] == 2
    for cut, area in found.items():
        inside = shapely.contains_xy(area.buffer(0.01), *xy.T)
        must = on_doorsteps & (times <= cut * 60 - 2**0.5 * 10 * 0.75)
        assert inside[must].all()
        # Nothing lies farther than the fastest way could lead.
        ends = shapely.get_coordinates(area)
        fastest = max(80 / 60, (network.metres / network.seconds_forward).max())
        assert np.hypot(*(ends - origin).T).max() <= fastest * cut * 60 + 15


@settings(max_examples=25)
@given(town=towns(), profile=st.sampled_from([WALK, CYCLE]))
def test_another_street_takes_nothing_away(make_network, town, profile):
    nodes, streets, _, _ = town
    # From a street of its own, so that the origin stays tied to where it was.
    nodes, streets = [*nodes, (-300, 0)], [*streets, (0, len(nodes))]
    closed = next((i for i, street in enumerate(streets) if street[2:] != ()), 0)
    without = make_network(nodes, [(*s[:2], 0) if i == closed else s for i, s in enumerate(streets)], profile=profile)
    with_it = make_network(nodes, [(*s[:2], 3) if i == closed else s for i, s in enumerate(streets)], profile=profile)
    ties = attach(without, np.array([(-300.0, 0.0)]), limit_metres=10)
    shapes = []
    for network in (without, replace(with_it, door_choice=np.maximum(without.door_choice, with_it.door_choice))):
        frame = isochrones(network, ties, minutes=[3], cell_metres=10)
        shapes.append(plane(frame, network).geometry.iloc[0])
    assert_within(*shapes)


@pytest.mark.realdata
@pytest.mark.parametrize(("profile", "file"), [(WALK, "walk_20230104"), (DRIVE, "drive_20230105")])
def test_laws_in_the_middle_of_kumamoto(shared_data, profile, file):
    raw = RawFile(shared_data / "kumamoto" / f"kumamoto_chuo_{file}.osm.pbf")
    streets = read_osm(raw, notes=Notes()).streets
    network = StreetNetwork.from_streets(streets, profile, projection=PLANE)
    castle, reach = np.array([(130.7058, 32.8032)]), 100 - 2**0.5 * 20
    ties = attach(network, project(*castle.T, PLANE), limit_metres=500)
    around = castle + np.random.default_rng(1).uniform(-0.02, 0.02, (3000, 2))
    places = attach(network, project(*around.T, PLANE), limit_metres=reach)
    on_doorsteps = places.is_attached & (network.door_choice[places.segment] == 2)
    for direction in ("from", "to"):
        frame = isochrones(network, ties, minutes=[3, 6, 9], direction=direction, cell_metres=20)
        found = dict(zip(frame["minutes"], plane(frame, network).geometry, strict=True))
        assert_within(found[3], found[6])
        assert_within(found[6], found[9])
        there = travel_times(network, ties, places)[0]
        times = there if direction == "from" else travel_times(network, places, ties)[:, 0]
        for minutes, area in found.items():
            must = on_doorsteps & (times <= minutes * 60 - 2**0.5 * 20 * 0.75)
            assert must.sum() > (20 if minutes == 9 else 0)
            assert shapely.contains_xy(area.buffer(0.01), *places.xy[must].T).all()
