"""The k nearest facilities: by hand, against both oracles, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.access.attach import attach
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest
from layers.access.ranked import k_nearest

from .oracle import LIMIT, law, rounding, scenes, seconds_between, ways_between

NODES = ((0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0))
how_many = st.integers(1, 8)


def sorted_ways(ms: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds and rows of the k nearest, by time and then by row, (p, k) each; INFINITE_MS and -1 after the last."""
    least, rows = np.full((len(ms), k), INFINITE_MS, np.int64), np.full((len(ms), k), -1)
    for place, times in enumerate(ms):
        ranked = sorted((int(time), row) for row, time in enumerate(times) if time < INFINITE_MS)[:k]
        for nth, (time, row) in enumerate(ranked):
            least[place, nth], rows[place, nth] = time, row
    return least, rows


def test_by_hand(make_network):
    """Homes at 50 m and 150 m; shops at 0 m, 100 m (two) and 300 m, and one that no street reaches."""
    network = make_network(NODES, [(0, 1), (1, 2), (2, 3)])
    homes = attach(network, np.array([(50.0, 0.0), (150.0, 0.0), (9_000.0, 0.0)]), limit_metres=LIMIT)
    shops = np.array([(300.0, 0.0), (100.0, 0.0), (0.0, 9_000.0), (0.0, 0.0), (100.0, 0.0)])
    found = k_nearest(network, homes, attach(network, shops, limit_metres=LIMIT), k=5)
    assert found.categories == ("1", "2", "3", "4", "5")
    assert found.facility.tolist() == [[1, 3, 4, 0, -1], [1, 4, 0, 3, -1], [-1] * 5]
    assert found.seconds[:2].tolist() == [[37.5, 37.5, 37.5, 187.5, np.inf], [37.5, 37.5, 112.5, 112.5, np.inf]]
    assert np.isnan(found.seconds[2]).all()


@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for(make_network, k):
    network = make_network(NODES, [(0, 1)])
    here = attach(network, np.zeros((1, 2)), limit_metres=LIMIT)
    with pytest.raises(ValueError, match="1 or more"):
        k_nearest(network, here, here, k=k)


def test_nothing_to_find(make_network):
    for network in (make_network([], []), make_network(NODES, [(0, 1)])):
        here, nobody = (attach(network, np.zeros((count, 2)), limit_metres=LIMIT) for count in (2, 0))
        found = k_nearest(network, here, nobody, k=2)
        assert np.isinf(found.seconds[here.is_attached]).all()
        assert np.isnan(found.seconds[~here.is_attached]).all()
        assert (found.facility == -1).all()
        assert k_nearest(network, nobody, here, k=2).seconds.shape == (0, 2)


@law
@given(scenes(), how_many)
def test_equals_the_textbook_to_the_millisecond(scene, k):
    """Times and rows; of equally near ones the lower row comes first."""
    network, places, facilities = scene
    found = k_nearest(network, places, facilities, k=k)
    ms, rows = sorted_ways(ways_between(*scene).ms, k)
    seconds = np.where(ms < INFINITE_MS, ms / 1000.0, np.inf)
    seconds[~places.is_attached] = np.nan
    assert np.array_equal(found.seconds, seconds, equal_nan=True)
    assert np.array_equal(found.facility, rows)


@law
@given(scenes(), how_many)
def test_equals_the_raw_streets(scene, k):
    """Within half a millisecond for each chain, and the facility named is really that far away."""
    network, places, facilities = scene
    found, raw = k_nearest(network, places, facilities, k=k), seconds_between(*scene)
    for row in np.flatnonzero(places.is_attached):
        expected = np.sort(raw[row][np.isfinite(raw[row])])[:k]
        seconds, facility = found.seconds[row, : expected.size], found.facility[row, : expected.size]
        assert np.isinf(found.seconds[row, expected.size :]).all()
        assert np.abs(seconds - expected).max(initial=0.0) <= rounding(network)
        assert np.abs(seconds - raw[row, facility]).max(initial=0.0) <= rounding(network)


@law
@given(scenes(), how_many)
def test_ascending_distinct_and_the_first_is_the_nearest(scene, k):
    """And one more asked for changes none of the others."""
    network, places, facilities = scene
    found, more = (k_nearest(network, places, facilities, k=count) for count in (k, k + 1))
    assert np.array_equal(found.seconds, more.seconds[:, :k], equal_nan=True)
    assert np.array_equal(found.facility, more.facility[:, :k])
    first = nearest(network, places, {"it": facilities})
    assert np.array_equal(found.seconds[:, :1], first.seconds, equal_nan=True)
    assert np.array_equal(found.facility[:, :1], first.facility)
    for seconds, rows in zip(found.seconds, found.facility, strict=True):
        reached = rows[rows >= 0].tolist()
        assert len(set(reached)) == len(reached)
        assert (rows[: len(reached)] >= 0).all()
        assert np.isnan(seconds).all() or (seconds[1:] >= seconds[:-1]).all()
