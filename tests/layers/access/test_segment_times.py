"""Seconds of segments: slopes and delays by hand, and laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.streets import BRIDGE, ROAD_CLASS_INDEX, TUNNEL, Streets
from geodata.terrain import read_elevations
from layers.access.profiles import CYCLE, DRIVE, DRIVE_WINTER, PROFILES, WALK, WALK_SLOPE
from layers.access.segment_times import segment_times, tobler_factor

FORWARD, BACKWARD, BOTH = 1 | 4 | 16, 2 | 8 | 32, 63


def make(segments, *, signals=(), elevation=None):
    """Streets from (tail, head, class, flags) rows; only lengths count, so all nodes lie on one spot."""
    count = 1 + max((max(row[:2]) for row in segments), default=-1)
    signal = np.zeros(count, dtype=bool)
    signal[list(signals)] = True
    columns = list(zip(*segments, strict=True)) or [()] * 4
    return Streets(
        node_lon=np.zeros(count),
        node_lat=np.zeros(count),
        node_id=np.arange(count),
        tail=np.array(columns[0], np.int32),
        head=np.array(columns[1], np.int32),
        metres=np.zeros(len(segments)),
        road_class=np.array([ROAD_CLASS_INDEX[name] for name in columns[2]], np.uint8),
        flags=np.array(columns[3], np.uint16),
        speed_kmh=np.zeros(len(segments), np.float32),
        way_id=np.arange(len(segments)),
        node_elevation=np.full(count, np.nan, np.float32) if elevation is None else np.array(elevation, np.float32),
        node_signal=signal,
    )


def cross(main="primary", side="residential", *, flags=BOTH, **known):
    """Node 0 with two arms of a main road (to 1 and 2) and two of a side road (to 3 and 4), 100 m each, drawn outwards."""
    rows = [(0, 1, main, flags), (0, 2, main, flags), (0, 3, side, flags), (0, 4, side, flags)]
    return make(rows, **known), np.full(4, 100.0)


def has_delay(times):
    return bool(times.delay_forward.any() or times.delay_backward.any())


def test_one_speed_both_ways_without_delays():
    streets, metres = cross(signals=[0])
    for profile in (WALK, CYCLE):
        times = segment_times(streets, profile, metres)
        assert times.seconds_forward.tolist() == times.seconds_backward.tolist()
        assert times.seconds_forward == pytest.approx(np.full(4, 6000 / profile.metres_per_minute))
        assert not has_delay(times)


def test_a_side_road_gives_way_to_the_main_road():
    streets, metres = cross()
    times = segment_times(streets, DRIVE, metres)
    assert times.delay_backward.tolist() == [0, 0, 8, 8]  # arriving at node 0, where the segments begin
    assert not times.delay_forward.any()


def test_signals_stop_everybody_and_replace_giving_way():
    streets, metres = cross(signals=[0])
    assert segment_times(streets, DRIVE, metres).delay_backward.tolist() == [15, 15, 15, 15]
    assert segment_times(streets, DRIVE_WINTER, metres).delay_backward.tolist() == [20, 20, 20, 20]


def test_main_roads_that_meet_where_signals_are_unknown():
    streets, metres = cross("primary", "tertiary")
    assert segment_times(streets, DRIVE, metres).delay_backward.tolist() == [10, 10, 10, 10]
    main = [(0, 1, "primary", BOTH), (0, 2, "primary", BOTH)]
    known = make([*main, *((tail, head, "tertiary", BOTH) for tail, head in ((0, 3), (0, 4), (1, 5)))], signals=[5])
    assert segment_times(known, DRIVE, np.full(5, 100.0)).delay_backward.tolist() == [0, 0, 8, 8, 0]


def test_a_carriageway_that_splits_is_no_crossing():
    rows = [(0, 1, "trunk", BOTH), (1, 2, "trunk", FORWARD), (3, 1, "trunk", FORWARD)]
    times = segment_times(make(rows), DRIVE, np.full(3, 100.0))
    assert not has_delay(times)
    joined = [(0, 1, "trunk", BOTH), (1, 2, "trunk", BOTH), (3, 1, "trunk", FORWARD)]
    assert segment_times(make(joined), DRIVE, np.full(3, 100.0)).delay_forward.tolist() == [10, 0, 10]


def test_the_same_class_does_not_give_way_and_a_road_that_ends_does_not_pass():
    streets, metres = cross("residential", "unclassified")
    assert not segment_times(streets, DRIVE, metres).delay_backward.any()
    ends = make([(0, 1, "primary", BOTH), (0, 2, "residential", BOTH), (0, 3, "residential", BOTH)])
    assert not segment_times(ends, DRIVE, np.full(3, 100.0)).delay_backward.any()


def test_motorways_and_their_links_merge():
    rows = [(0, 1, "trunk", BOTH), (0, 2, "trunk", BOTH), (3, 0, "motorway_link", FORWARD)]
    assert not segment_times(make(rows), DRIVE, np.full(3, 100.0)).delay_forward.any()


def test_arms_closed_to_the_mode_do_not_count():
    walkers = 1 | 2
    rows = [(0, 1, "primary", BOTH), (0, 2, "primary", BOTH), (3, 0, "residential", walkers)]
    times = segment_times(make(rows), DRIVE, np.full(3, 100.0))
    assert not has_delay(times)
    assert np.isfinite(np.concatenate(times)).all()


@pytest.mark.parametrize(("gap", "second"), [(30.0, 0), (41.0, 15)])
def test_signals_of_one_crossing_count_once(gap, second):
    """A line 0-1-2-3 with signals at 1 and 2: whoever passes both stops once if they are near each other."""
    rows = [(node, node + 1, "primary", BOTH) for node in range(3)]
    times = segment_times(make(rows, signals=[1, 2]), DRIVE, np.array([100, gap, 100]))
    assert times.delay_forward.tolist() == [15, second, 0]
    assert times.delay_backward.tolist() == [0, second, 15]


def test_a_bend_between_two_signals_does_not_hide_the_first():
    rows = [(0, 1, "primary", BOTH), (2, 1, "primary", BOTH), (2, 3, "primary", BOTH), (4, 3, "primary", BOTH)]
    times = segment_times(make(rows, signals=[1, 3]), DRIVE, np.array([100.0, 15, 15, 100]))
    assert times.delay_forward.tolist() == [15, 0, 0, 15]
    assert not times.delay_backward.any()


def test_slope_by_hand():
    """100 m with a rise of 10 m: exp(-3.5·(0.15-0.05)) uphill, exp(-3.5·(0.05-0.05)) down: as fast as on the flat."""
    streets = make([(0, 1, "residential", BOTH)], elevation=[0, 10])
    times = segment_times(streets, WALK_SLOPE, np.array([100.0]))
    assert times.seconds_forward[0] == pytest.approx(75 * np.exp(0.35))
    assert times.seconds_backward[0] == pytest.approx(75)
    assert times.seconds_forward[0] > times.seconds_backward[0]


def test_tobler():
    """Tobler's own numbers: 6 km/h at best, 5.04 km/h on the flat."""
    assert tobler_factor(np.array([-0.05]))[0] * 6 * np.exp(-3.5 * 0.05) == pytest.approx(6)
    assert 6 * np.exp(-3.5 * 0.05) == pytest.approx(5.04, abs=0.005)


def test_steep_slopes_are_cut_off_and_zero_lengths_are_flat():
    streets = make([(0, 1, "steps", BOTH), (1, 0, "steps", BOTH)], elevation=[0, 1000])
    times = segment_times(streets, WALK_SLOPE, np.array([10.0, 0.0]))
    assert times.seconds_forward[0] == pytest.approx(7.5 / tobler_factor(np.array([0.4]))[0])
    assert times.seconds_forward[1] == times.seconds_backward[1] == 0


def test_bridges_tunnels_and_unknown_elevations_are_flat():
    rows = [(0, 1, "residential", BOTH | BRIDGE), (0, 1, "residential", BOTH | TUNNEL), (1, 2, "residential", BOTH)]
    metres = np.full(3, 100.0)
    times = segment_times(make(rows, elevation=[0, 30, np.nan]), WALK_SLOPE, metres)
    flat = segment_times(make(rows), WALK, metres)
    np.testing.assert_array_equal(times, flat)


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(PROFILES.values())))
def test_laws(seed, profile):
    """Finite, never negative; a flat region is walked as without slopes; no delay exceeds the longest of the profile."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    classes = rng.choice(list(ROAD_CLASS_INDEX), count)
    ends = rng.integers(0, 12, (2, count))
    rows = list(zip(*ends.tolist(), classes, rng.integers(0, 256, count).tolist(), strict=True))
    streets = make(rows, elevation=np.full(ends.max() + 1, 123.4))
    if rng.random() < 0.5:
        streets.node_signal[rng.integers(0, streets.node_count, 3)] = True
    metres = rng.choice([0.0, 5.0, 30.0, 200.0], count)
    times = segment_times(streets, profile, metres)
    assert all(part.shape == (count,) and part.dtype == np.float64 for part in times)
    assert np.isfinite(np.concatenate(times)).all()
    assert (np.concatenate(times) >= 0).all()
    longest = max(profile.signal_seconds, profile.give_way_seconds, profile.crossing_seconds)
    assert max(times.delay_forward.max(), times.delay_backward.max()) <= longest
    without = segment_times(streets, replace(profile, uses_slope=False), metres)
    np.testing.assert_array_equal(times, without)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_lengths_and_speeds_that_cannot_be(wrong):
    streets = make([(0, 1, "residential", BOTH)])
    with pytest.raises(ValueError, match="metres must be 0 or more: segment 0"):
        segment_times(streets, WALK, np.array([wrong]))
    streets.speed_kmh[0] = wrong
    with pytest.raises(ValueError, match="speed_kmh"):
        segment_times(streets, WALK, np.array([1.0]))
    with pytest.raises(ValueError, match="shape"):
        segment_times(streets, WALK, np.zeros(2))


def test_no_streets():
    assert all(part.shape == (0,) for part in segment_times(Streets.empty(), DRIVE, np.empty(0)))


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("road_class", "kmh"), [("trunk", 40), ("primary", 35), ("secondary", 35), ("tertiary", 30), ("unclassified", 25)]
)
def test_mean_speeds_with_stops(gunma, road_class, kmh):
    """Over all roads of a class in Gunma the speeds between stops and the delays come to the means they were set by."""
    streets, times = gunma
    here = streets.road_class == ROAD_CLASS_INDEX[road_class]
    forward, backward = here & ((streets.flags & DRIVE.forward) != 0), here & ((streets.flags & DRIVE.backward) != 0)
    metres = streets.metres[forward].sum() + streets.metres[backward].sum()
    seconds = (times.seconds_forward + times.delay_forward)[forward].sum()
    seconds += (times.seconds_backward + times.delay_backward)[backward].sum()
    assert metres * 3.6 / seconds == pytest.approx(kmh, rel=0.03)


@pytest.fixture(scope="module")
def gunma(shared_data):
    streets = read_osm(RawFile(shared_data / "gunma" / "roads.osm.pbf"), notes=Notes()).streets
    assert not streets.has_signals
    return streets, segment_times(streets, DRIVE, streets.metres)


@pytest.mark.realdata
def test_a_city_whose_signals_and_hills_are_known(shared_data):
    """Porto Alegre: stop lines, crossings for walkers and both carriageways of one junction are one stop, not five."""
    folder = shared_data / "peers" / "porto_alegre"
    streets = read_osm(RawFile(folder / "poa_osm.pbf"), notes=Notes()).streets
    assert streets.node_signal.sum() > 1000
    times = segment_times(streets, DRIVE, streets.metres)
    arriving = streets.node_signal[streets.head] & ((streets.flags & DRIVE.forward) != 0)
    assert set(np.unique(times.delay_forward[arriving])) == {0.0, DRIVE.signal_seconds}
    assert 0.05 < (times.delay_forward[arriving] == 0).mean() < 0.5
    elevation = read_elevations(
        [RawFile(folder / "poa_elevation.tif")], streets.node_lon, streets.node_lat, notes=Notes()
    )
    hilly = replace(streets, node_elevation=elevation.metres)
    up = segment_times(hilly, WALK_SLOPE, streets.metres)
    pace = streets.metres[streets.metres > 5] * 60 / up.seconds_forward[streets.metres > 5]
    assert 70 < np.median(pace) < 82
    assert 80 * np.exp(-3.5 * 0.4) - 1e-9 <= pace.min() < pace.max() <= 80 * np.exp(3.5 * 0.05) + 1e-9
