"""The nearest facility of one's own area: against both oracles, and never nearer than any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.access.attach import attach
from layers.access.ms import INFINITE_MS
from layers.access.nearest import nearest, nearest_own

from .oracle import LIMIT, law, lowest_row, rounding, scenes, seconds_between, seconds_of, ties, ways_between

NODES = ((0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0))


@st.composite
def areas_of(draw, count):
    """Numbers of municipalities; -1 and -2 are none, which is nobody's own."""
    rows = draw(st.lists(st.sampled_from([-2, -1, 0, 0, 1, 7]), min_size=count, max_size=count))
    return np.array(rows, dtype=np.int64)


def test_by_hand(make_network):
    """The shop next door is over the border. The way to one's own leads past it."""
    network = make_network(NODES, [(0, 1), (1, 2), (2, 3)])
    homes = attach(network, np.array([(150.0, 0.0), (150.0, 0.0), (150.0, 0.0)]), limit_metres=LIMIT)
    shops = {"shop": attach(network, np.array([(300.0, 0.0), (100.0, 0.0), (200.0, 0.0)]), limit_metres=LIMIT)}
    found = nearest_own(network, homes, np.array([10, 20, -1]), shops, {"shop": np.array([10, 20, -1])})
    assert found.seconds[:, 0].tolist() == [112.5, 37.5, np.inf]
    assert found.facility[:, 0].tolist() == [0, 1, -1]


@law
@given(scenes(), st.data())
def test_equals_the_textbook_to_the_millisecond(scene, data):
    """Two categories at once, in times and in rows."""
    network, places, facilities = scene
    categories = {"a": facilities, "b": data.draw(ties(network))}
    place_area = data.draw(areas_of(len(places)))
    facility_areas = {name: data.draw(areas_of(len(each))) for name, each in categories.items()}
    found = nearest_own(network, places, place_area, categories, facility_areas)
    assert found.categories == ("a", "b")
    for column, (name, each) in enumerate(categories.items()):
        ms, raw = ways_between(network, places, each).ms, seconds_between(network, places, each)
        foreign = (place_area[:, np.newaxis] != facility_areas[name]) | (place_area[:, np.newaxis] < 0)
        ms[foreign], raw[foreign] = INFINITE_MS, np.inf
        least = seconds_of(ms.min(axis=1, initial=INFINITE_MS), places.is_attached)
        assert np.array_equal(found.seconds[:, column], least, equal_nan=True)
        assert np.array_equal(found.facility[:, column], lowest_row(ms))
        reached = np.flatnonzero(np.isfinite(least))
        raw = np.where(np.isnan(raw), np.inf, raw)
        assert np.isinf(raw[np.isinf(least)]).all()
        assert np.abs(least[reached] - raw[reached].min(axis=1, initial=np.inf)).max(initial=0.0) <= rounding(network)


@law
@given(scenes(), st.data())
def test_own_is_never_nearer_than_any_and_one_area_is_all(scene, data):
    network, places, facilities = scene
    place_area, facility_area = data.draw(areas_of(len(places))), data.draw(areas_of(len(facilities)))
    own = nearest_own(network, places, place_area, {"it": facilities}, {"it": facility_area})
    pooled = nearest(network, places, {"it": facilities})
    known = places.is_attached
    assert (own.seconds[known] >= pooled.seconds[known]).all()
    together = nearest_own(
        network,
        places,
        np.zeros(len(places), np.int64),
        {"it": facilities},
        {"it": np.zeros(len(facilities), np.int64)},
    )
    assert np.array_equal(together.seconds, pooled.seconds, equal_nan=True)
    assert np.array_equal(together.facility, pooled.facility)


def test_areas_that_do_not_fit(make_network):
    network = make_network(NODES, [(0, 1)])
    here = attach(network, np.zeros((2, 2)), limit_metres=LIMIT)
    two, three = np.zeros(2, np.int64), np.zeros(3, np.int64)
    with pytest.raises(ValueError, match="2 places and 3 areas"):
        nearest_own(network, here, three, {"shop": here}, {"shop": two})
    with pytest.raises(ValueError, match="shop: there are 2 facilities and 3 areas"):
        nearest_own(network, here, two, {"shop": here}, {"shop": three})
    with pytest.raises(ValueError, match="shop: there are 2 facilities and no areas"):
        nearest_own(network, here, two, {"shop": here}, {"school": two})
