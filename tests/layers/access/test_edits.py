"""Streets that close, slow down and open again, facilities that come and go: what must follow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.access.attach import Attachment, attach
from layers.access.matrix import travel_times
from layers.access.nearest import nearest, nearest_own
from layers.access.network import StreetNetwork
from layers.access.profiles import DRIVE, WALK
from layers.access.ranked import k_nearest

from .oracle import LIMIT, law, rounding, scenes, seconds_between, seconds_of, some_segments, ways_between

NODES = ((0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 100.0))
factors = st.sampled_from([0.1, 0.5, 0.99, 1.0, 1.3, 4.0])


def answers(network: StreetNetwork, places: Attachment, facilities: Attachment) -> bytes:
    """Every question at once."""
    categories, area = {"it": facilities}, np.zeros(len(facilities), np.int64)
    any_, own = (
        nearest(network, places, categories, with_metres=True),
        nearest_own(network, places, np.zeros(len(places), np.int64), categories, {"it": area}),
    )
    ranked = k_nearest(network, places, facilities, k=2)
    arrays = [any_.seconds, any_.facility, any_.metres, own.seconds, own.facility, ranked.seconds, ranked.facility]
    return b"".join(array.tobytes() for array in [*arrays, travel_times(network, places, facilities)])


def test_a_bridge_is_cut(make_network):
    """The short street is 100 m, the way round 100 + 141 m. Who lives on the bridge stays where they are."""
    network = make_network(NODES, [(0, 1), (1, 2), (1, 3), (3, 2), (0, 3)])
    homes = attach(network, np.array([(20.0, 0.0), (150.0, 0.0)]), limit_metres=LIMIT)
    shop = attach(network, np.array([(200.0, 0.0)]), limit_metres=LIMIT)
    assert travel_times(network, homes, shop)[:, 0].tolist() == [135.0, 37.5]
    for segments in (np.array([1]), np.array([False, True, False, False, False])):
        cut = travel_times(network.with_closed(segments), homes, shop)[:, 0]
        assert cut == pytest.approx([(20 + 200 * 2**0.5) * 0.75, np.inf], abs=0.002)
    slowed = network.with_speed_factor(np.array([1]), 0.5)
    assert travel_times(slowed, homes, shop)[:, 0].tolist() == [210.0, 75.0]
    assert travel_times(slowed, shop, homes)[0].tolist() == [210.0, 75.0]


@law
@given(scenes(), st.data())
def test_closing_never_helps_and_reopening_gives_the_same_bytes(scene, data):
    network, places, facilities = scene
    before, bytes_before = travel_times(*scene), answers(*scene)
    shut = data.draw(some_segments(network, min_size=1))
    closed = network.with_closed(shut)
    after = travel_times(closed, places, facilities)
    assert np.array_equal(np.isnan(before), np.isnan(after))
    known = ~np.isnan(before)
    assert (after[known] >= before[known]).all()
    assert answers(*scene) == bytes_before
    # One after another, by number or by mask, closed is closed.
    mask = np.zeros(network.segment_count, dtype=bool)
    mask[shut] = True
    one_by_one = network
    for segment in shut:
        one_by_one = one_by_one.with_closed(np.array([segment]))
    assert answers(network.with_closed(mask), places, facilities) == answers(one_by_one, places, facilities)
    assert answers(closed, places, facilities) == answers(one_by_one, places, facilities)


@law
@given(scenes(), factors, st.data())
def test_slower_is_never_quicker_and_edits_are_exact(scene, factor, data):
    network, places, facilities = scene
    before = travel_times(*scene)
    rows = data.draw(some_segments(network, min_size=1))
    edited = network.with_speed_factor(rows, factor)
    after = travel_times(edited, places, facilities)
    known = np.isfinite(before)
    assert np.array_equal(np.isfinite(after), known)
    if factor <= 1:
        assert (after[known] >= before[known]).all()
    if factor >= 1:
        assert (after[known] <= before[known]).all()
    raw = seconds_between(edited, places, facilities)
    assert np.abs(after[known] - raw[known]).max(initial=0.0) <= rounding(network)
    expected = seconds_of(ways_between(edited, places, facilities).ms, places.is_attached)
    expected[:, ~facilities.is_attached] = np.nan
    assert np.array_equal(after, expected, equal_nan=True)


@law
@given(scenes(), st.data())
def test_another_facility_never_hurts_and_one_less_never_helps(scene, data):
    network, places, facilities = scene
    before = nearest(network, places, {"it": facilities})
    if not len(facilities):
        assert np.isinf(before.seconds[places.is_attached]).all()
        return
    gone = data.draw(st.integers(0, len(facilities) - 1))
    rest = np.delete(np.arange(len(facilities)), gone)
    fewer = nearest(network, places, {"it": facilities.take(rest)})
    known = places.is_attached
    assert (fewer.seconds[known] >= before.seconds[known]).all()
    # Who did not go there keeps what they had.
    others = before.facility[:, 0] != gone
    assert np.array_equal(fewer.seconds[others], before.seconds[others], equal_nan=True)
    kept = known & others & (before.facility[:, 0] >= 0)
    assert np.array_equal(rest[fewer.facility[kept, 0]], before.facility[kept, 0])


@law
@given(scenes(profiles=(WALK,)))
def test_streets_are_never_shorter_than_the_straight_line(scene):
    network, places, facilities = scene
    times = travel_times(*scene)
    straight = np.linalg.norm(places.xy[:, np.newaxis] - facilities.xy, axis=2)
    known = np.isfinite(times)
    assert (times[known] * (80.0 / 60.0) >= straight[known] - 80.0 / 60.0 * rounding(network)).all()


@pytest.mark.parametrize("profile", [WALK, DRIVE])
def test_all_streets_closed(make_network, profile):
    network = make_network(NODES, [(0, 1), (1, 2), (1, 3)], profile=profile)
    homes = attach(network, np.array([(20.0, 0.0), (100.0, 0.0)]), limit_metres=LIMIT)
    closed = network.with_closed(np.ones(3, dtype=bool))
    assert travel_times(closed, homes, homes).tolist() == [[0.0, np.inf], [np.inf, 0.0]]
    found = nearest(closed, homes, {"it": homes}, with_metres=True)
    assert (found.seconds.ravel().tolist(), found.metres.ravel().tolist()) == ([0.0, 0.0], [0.0, 0.0])
