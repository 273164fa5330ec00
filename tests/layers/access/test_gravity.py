"""Decay functions, and supply weighted by them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.access.attach import attach
from layers.access.decay import (
    LUO_QI_SHARP,
    LUO_QI_SLOW,
    Exponential,
    Gaussian,
    InversePower,
    Linear,
    LogLogistic,
    Steps,
)
from layers.access.gravity import gravity, gravity_from_table
from layers.access.od_table import OdTable

DECAYS = [
    Exponential(0.1),
    Gaussian(30.0),
    InversePower(2.0),
    InversePower(0.5, least_minutes=5.0),
    Linear(30.0),
    LogLogistic(15.0, 4.0),
    LUO_QI_SLOW,
    LUO_QI_SHARP,
]


class TestDecay:
    """f(t)."""

    @pytest.mark.parametrize(
        ("decay", "minutes", "expected"),
        [
            (Exponential(0.05), [0, 20], [1, math.exp(-1)]),
            (Gaussian(20), [0, 10, 20, 20.001], [1, (math.exp(-1 / 8) - math.exp(-0.5)) / (1 - math.exp(-0.5)), 0, 0]),
            (InversePower(2), [0, 1, 2, 10], [1, 1, 0.25, 0.01]),
            (InversePower(1, least_minutes=5), [0, 5, 10], [1, 1, 0.5]),
            (Linear(40), [0, 10, 40, 41], [1, 0.75, 0, 0]),
            (LogLogistic(15, 2), [0, 15, 30, 45], [1, 0.5, 0.2, 0.1]),
            (LUO_QI_SLOW, [0, 10, 10.001, 20, 30, 30.001], [1, 1, 0.68, 0.68, 0.22, 0]),
            (Steps((0, 5), (1, 0.5)), [0, 1], [1, 0.5]),
        ],
    )
    def test_values(self, decay, minutes, expected):
        assert decay(minutes) == pytest.approx(expected, abs=1e-12)

    @settings(max_examples=200)
    @given(st.sampled_from(DECAYS), st.lists(st.floats(0, 500), min_size=2, max_size=9))
    def test_between_one_and_nothing_and_never_rising(self, decay, minutes):
        weights = decay(np.sort(minutes))
        assert ((weights >= 0) & (weights <= 1)).all()
        assert (np.diff(weights) <= 0).all()
        assert decay([0.0, math.inf]).tolist() == [1, 0]
        assert (decay([decay.limit_minutes * 1.001]) == 0).all()

    @pytest.mark.parametrize("decay", DECAYS)
    @pytest.mark.parametrize("wrong", [-1.0, math.nan])
    def test_times_that_are_none(self, decay, wrong):
        with pytest.raises(ValueError, match="0 minutes or more"):
            decay([1.0, wrong])

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: Exponential(0), "rate must be above 0"),
            (lambda: Gaussian(-1), "reach_minutes must be above 0"),
            (lambda: InversePower(math.inf), "power must be above 0"),
            (lambda: InversePower(1, least_minutes=0), "least_minutes must be above 0"),
            (lambda: Linear(math.nan), "reach_minutes must be above 0"),
            (lambda: LogLogistic(0, 1), "half_minutes must be above 0"),
            (lambda: LogLogistic(1, 0), "steepness must be above 0"),
            (lambda: Steps((), ()), "0 zones, 0 weights"),
            (lambda: Steps((1, 2), (1,)), "2 zones, 1 weights"),
            (lambda: Steps((2, 1), (1, 0.5)), "ascending minutes"),
            (lambda: Steps((1, 2), (0.5, 1)), "must not rise"),
        ],
    )
    def test_parameters_that_make_no_sense(self, make, message):
        with pytest.raises(ValueError, match=message):
            make()


class TestGravity:
    """A_i = Σ S f(t)."""

    nodes = ((0.0, 0.0), (800.0, 0.0), (1600.0, 0.0))

    def tie(self, network, *points):
        return attach(network, np.array(points, float).reshape(-1, 2), limit_metres=500)

    def test_by_hand(self, make_network):
        """From the west end 10 and 20 minutes on foot: 4 beds at a half and 100 at a quarter of their weight."""
        network = make_network(self.nodes, [(0, 1), (1, 2)])
        places = self.tie(network, (0, 0), (800, 0), (0, 9_000))
        clinics = self.tie(network, (800, 0), (1600, 0), (5_000, 5_000))
        decay = Exponential(math.log(2) / 10)
        found = gravity(network, places, clinics, supply=[4, 100, 1e6], decay=decay)
        assert found == pytest.approx([27, 54, math.nan], nan_ok=True)
        assert gravity(network, places, clinics, decay=decay)[:2] == pytest.approx([0.75, 1.5])
        near = gravity(network, places, clinics, supply=[4, 100, 1e6], decay=decay, limit_minutes=10)
        assert near[:2] == pytest.approx([2, 54])

    def test_direction_is_place_to_facility(self, make_network):
        network = make_network(self.nodes, [(0, 1, 1), (1, 2, 1)])
        ends = self.tie(network, (0, 0), (1600, 0))
        assert gravity(network, ends, ends, supply=[1, 10], decay=Steps((20,), (1,))).tolist() == [11, 10]

    def test_no_facility(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2)])
        assert gravity(network, self.tie(network, (0, 0)), self.tie(network), decay=Linear(9)).tolist() == [0]

    def test_numbers_that_do_not_fit(self, make_network):
        table = OdTable.of_matrix([[1.0, 2.0]])
        with pytest.raises(ValueError, match="supply: 2 numbers are needed, one for each row, not 1"):
            gravity_from_table(table, supply=[1], decay=Linear(9))
        with pytest.raises(ValueError, match="supply: numbers must be 0 or more"):
            gravity_from_table(table, supply=[1, math.nan], decay=Linear(9))
        with pytest.raises(ValueError, match="0 minutes or more"):
            gravity_from_table(table, decay=Linear(9), limit_minutes=-1)

    times = st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 7.5, 15.0, 40.0, math.inf]), min_size=3, max_size=3), max_size=5
    )

    @settings(max_examples=100)
    @given(times, st.lists(st.floats(0, 1e4), min_size=3, max_size=3), st.sampled_from(DECAYS))
    def test_table_is_the_formula(self, rows, supply, decay):
        minutes = np.array(rows).reshape(-1, 3)
        expected = decay(minutes) @ np.array(supply)
        found = gravity_from_table(OdTable.of_matrix(minutes), supply=supply, decay=decay)
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
        double = gravity_from_table(OdTable.of_matrix(minutes), supply=2 * np.array(supply), decay=decay)
        assert double == pytest.approx(2 * found, rel=1e-12)
