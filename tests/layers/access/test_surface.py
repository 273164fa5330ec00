"""Kernels of the time surface: pieces of street reached, and the least time to points off the street."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.access.surface import Chains, Segments, Starts, burn, reached_pieces

WALK = 0.75  # seconds per metre off the street
NONE = Starts(np.empty(0, np.int32), np.empty(0), np.empty(0))


def one_chain(seconds, back=None, *, open_on=None, open_back=None, delay=None, delay_back=None, off=None, turned=None):
    """Links of 100 m along the x axis from junction 0 to junction 1; values by link, on and back."""
    count = len(seconds)
    turned = np.zeros(count, bool) if turned is None else np.array(turned)
    on = np.array(seconds, float)
    back = on if back is None else np.array(back, float)
    yes, zero = np.ones(count, bool), np.zeros(count)
    values = {
        "seconds": (on, back),
        "delay": (zero if delay is None else np.array(delay, float), zero if delay_back is None else delay_back),
        "open": (yes if open_on is None else np.array(open_on), yes if open_back is None else np.array(open_back)),
    }
    # A segment drawn against its chain has everything the other way round.
    by_segment = {name: (np.where(turned, b, a), np.where(turned, a, b)) for name, (a, b) in values.items()}
    left, right = np.arange(count, dtype=np.int32), np.arange(1, count + 1, dtype=np.int32)
    chains = Chains(
        np.zeros(1, np.int32),
        np.ones(1, np.int32),
        np.array([0, count], np.int32),
        np.arange(count, dtype=np.int32),
        turned,
    )
    off = yes if off is None else np.array(off)
    segments = Segments(
        np.column_stack([np.arange(count + 1) * 100.0, np.zeros(count + 1)]),
        np.where(turned, right, left),
        np.where(turned, left, right),
        *by_segment["seconds"],
        *by_segment["delay"],
        *by_segment["open"],
        off,
        np.concatenate([off, [False]]) | np.concatenate([[False], off]),
    )
    return chains, segments


def reach(case, at_tail, at_head, limit, *, outward=True, starts=NONE):
    """Pieces as (x, seconds, x, seconds)."""
    chains, segments = case
    junctions = np.array([at_tail, at_head], float)
    pieces = reached_pieces(chains, segments, starts, np.zeros(starts.link.size, np.int32), junctions, limit, outward)
    assert not pieces[:, [1, 4]].any()
    return [tuple(row) for row in pieces[:, [0, 2, 3, 5]].tolist()]


@pytest.mark.parametrize("turned", [[False, False], [True, False], [True, True]])
def test_a_street_is_cut_where_the_time_is_up(turned):
    case = one_chain([10, 20], turned=turned)
    assert reach(case, 5, np.inf, 20) == [(0, 5, 100, 15), (100, 15, 125, 20)]
    assert reach(case, np.inf, 5, 20) == [(200, 5, 125, 20)]


def test_from_both_ends_each_stretch_belongs_to_who_is_first():
    case = one_chain([10, 10, 10])
    # From the head (x = 300) 10 s to x = 200 and 20 s to x = 100; from the tail 15 s to x = 100, 25 s to x = 200.
    assert sorted(reach(case, 5, 0, 100)) == [
        (0, 5, 100, 15),
        (100, 15, 200, 25),
        (200, 10, 100, 20),
        (300, 0, 200, 10),
    ]


def test_a_closed_link_ends_the_way():
    case = one_chain([10, 10, 10], open_on=[True, False, True])
    assert reach(case, 0, np.inf, 100) == [(0, 0, 100, 10)]
    assert reach(case, np.inf, 0, 100)[-1] == (100, 20, 0, 30)


def test_towards_the_start_one_way_streets_turn_round():
    case = one_chain([10, 10], open_back=[False, False])
    assert reach(case, 0, np.inf, 100) == [(0, 0, 100, 10), (100, 10, 200, 20)]
    assert reach(case, 0, np.inf, 100, outward=False) == []
    assert reach(case, np.inf, 0, 100, outward=False) == [(200, 0, 100, 10), (100, 10, 0, 20)]


def test_delays_are_lost_by_who_travels_to_the_node():
    case = one_chain([10, 10], delay=[3, 4])
    assert reach(case, 0, np.inf, 100) == [(0, 0, 100, 10), (100, 13, 200, 23)]
    # Towards the head, from x=150: 5 s, then 4 s at the head.
    assert reach(case, np.inf, 0, 100, outward=False) == [(200, 4, 100, 14), (100, 17, 0, 27)]


def test_nobody_steps_off_a_bridge_but_it_carries_the_way_on():
    case = one_chain([10, 10, 10], off=[True, False, True])
    # At its end, where the street goes on, they do.
    assert reach(case, 0, np.inf, 100) == [(0, 0, 100, 10), (200, 20, 200, 20), (200, 20, 300, 30)]
    assert reach(one_chain([10, 10], off=[False, False]), 0, np.inf, 100) == []


def test_from_a_point_on_a_link_both_ways():
    starts = Starts(np.array([1], np.int32), np.array([0.25]), np.array([7.0]))
    case = one_chain([10, 8, 10], back=[10, 16, 10])
    expected = [(125, 7, 200, 13), (200, 13, 270, 20), (125, 7, 100, 11), (100, 11, 10, 20)]
    np.testing.assert_allclose(reach(case, np.inf, np.inf, 20, starts=starts), expected)


def test_a_point_on_a_node_ignores_whether_its_own_link_is_open():
    starts = Starts(np.array([1], np.int32), np.array([1.0]), np.array([0.0]))
    case = one_chain([10, 10, 10], open_on=[True, False, True], open_back=[False, False, False])
    assert reach(case, np.inf, np.inf, 100, starts=starts) == [(200, 0, 300, 10)]


@settings(max_examples=200)
@given(
    on=st.lists(st.floats(0, 50), min_size=1, max_size=5),
    at_tail=st.one_of(st.floats(0, 100), st.just(np.inf)),
    at_head=st.one_of(st.floats(0, 100), st.just(np.inf)),
    limit=st.floats(1, 150),
    data=st.data(),
)
def test_every_point_of_a_chain_has_the_time_of_the_better_end(on, at_tail, at_head, limit, data):
    back = data.draw(st.lists(st.floats(0, 50), min_size=len(on), max_size=len(on)))
    pieces = reach(one_chain(on, back), at_tail, at_head, limit)
    x = np.linspace(0, 100 * len(on), 50)
    by_node = np.arange(len(on) + 1) * 100.0
    expected = np.minimum(
        at_tail + np.interp(x, by_node, np.concatenate([[0], np.cumsum(on)])),
        at_head + np.interp(x, by_node, np.concatenate([np.cumsum(back[::-1])[::-1], [0]])),
    )
    found = np.full(x.size, np.inf)
    for x0, begin, x1, end in pieces:
        low, high = min(x0, x1), max(x0, x1)
        within = (x >= low - 1e-9) & (x <= high + 1e-9)
        share = np.clip((x[within] - x0) / (x1 - x0), 0, 1) if x1 != x0 else 0.0
        found[within] = np.minimum(found[within], begin + share * (end - begin))
    reached = expected <= limit - 1e-6
    np.testing.assert_allclose(found[reached], expected[reached], atol=1e-6)
    assert not np.isfinite(found[expected > limit + 1e-6]).any()


def grid_of(pieces, reach_m=100.0, cell=10.0, half=20):
    """Seconds, distance, and the centres of the cells around the origin."""
    seconds, square = burn(np.array(pieces, float), -half * cell, -half * cell, cell, 2 * half, 2 * half, reach_m, WALK)
    centre = (np.arange(2 * half) - half + 0.5) * cell
    x, y = np.meshgrid(centre, centre)
    return seconds, np.sqrt(square), x, y


def test_around_a_point_time_is_distance():
    seconds, metres, x, y = grid_of([(0, 0, 60, 0, 0, 60)])
    away = np.hypot(x, y)
    inside = away <= 100
    np.testing.assert_allclose(seconds[inside], 60 + WALK * away[inside])
    np.testing.assert_allclose(metres[inside], away[inside])
    assert np.isinf(seconds[~inside]).all()
    assert np.isinf(metres[~inside]).all()


def test_row_0_is_the_southernmost():
    seconds, *_ = grid_of([(0, -150, 0, 0, -150, 0)])
    assert np.isfinite(seconds[:5]).any()
    assert np.isinf(seconds[-5:]).all()


@settings(max_examples=100)
@given(
    ends=st.tuples(*[st.floats(-150, 150)] * 4),
    begin=st.floats(0, 100),
    slowness=st.floats(0, 1.5),
    reach_m=st.floats(15, 120),
)
def test_the_way_off_a_street_is_the_best_of_all_ways(ends, begin, slowness, reach_m):
    x0, y0, x1, y1 = ends
    length = np.hypot(x1 - x0, y1 - y0)
    seconds, metres, x, y = grid_of([(x0, y0, begin, x1, y1, begin + slowness * length)], reach_m)
    share = np.linspace(0, 1, 601)[:, None, None]
    away = np.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))
    step = length / 600
    tried = (begin + share * slowness * length + WALK * away).min(axis=0, where=away < reach_m - 1e-9, initial=np.inf)
    sure = np.isfinite(tried)
    assert (seconds[sure] <= tried[sure] + 1e-6).all()
    # The trial leaves the street only at its steps, which at the rim of the reach may cost it one more.
    inner = away.min(axis=0) < reach_m - step - 1e-6
    assert (tried[inner] - seconds[inner] <= 2 * step * (WALK + slowness) + 1e-6).all()
    np.testing.assert_allclose(metres[sure], away.min(axis=0)[sure], atol=step + 1e-6)


def test_no_pieces_no_times():
    seconds, square = burn(np.empty((0, 6)), 0.0, 0.0, 10.0, 3, 4, 100.0, WALK)
    assert seconds.shape == square.shape == (3, 4)
    assert np.isinf(seconds).all()
