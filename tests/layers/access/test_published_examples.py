"""Results that other packages print, from the inputs they print: the same numbers through the tables of this project."""

import math

import numpy as np
import pandas as pd
import pytest

from layers.access.catchment import floating_catchment_from_table
from layers.access.decay import Exponential, InversePower, Linear, Steps
from layers.access.gravity import gravity_from_table
from layers.access.od_table import OdTable


def table(times: dict[tuple[object, object], float], places: list[object], facilities: list[object]) -> OdTable:
    rows = pd.DataFrame(
        [(*pair, minutes) for pair, minutes in times.items()], columns=["origin", "destination", "minutes"]
    )
    return OdTable.of_rows(rows, places, facilities)


class TestHospitalExample:
    """Three tracts with people and doctors, four states of the roads between them; 2SFCA with weights 1/t up to 61.

    Inputs and assertions: pysal/access, access/tests/test_hospital_example.py. The package compares with a sum written
    out in the test; here that sum is worked out by hand. D is the weighted demand at each tract.
    """

    @pytest.mark.parametrize(
        ("inbound", "outbound", "across", "demand"),
        [
            (40, 40, 80, (100 + 10 / 40, 50 + 10 / 40, 10 + 150 / 40)),
            (20, 40, 80, (100 + 10 / 40, 50 + 10 / 40, 10 + 150 / 20)),
            (40, 20, 80, (100 + 10 / 20, 50 + 10 / 20, 10 + 150 / 40)),
            (20, 20, 40, (100 + 50 / 40 + 10 / 20, 50 + 100 / 40 + 10 / 20, 10 + 150 / 20)),
        ],
    )
    def test_scenarios(self, inbound, outbound, across, demand):
        found = self.scenario(inbound, outbound, across)
        first, second, third = 15 / demand[0], 20 / demand[1], 100 / demand[2]
        aside = 1 / across if across <= 61 else 0.0
        assert found.demand == pytest.approx(demand)
        assert found.access == pytest.approx(
            [
                first + second * aside + third / inbound,
                second + first * aside + third / inbound,
                third + (first + second) / outbound,
            ]
        )

    def test_what_the_package_asserts(self):
        """A faster way into the city helps the suburbs and costs the centre; a faster way out does the opposite."""
        jam, into, out, both = (
            self.scenario(*roads).access for roads in ((40, 40, 80), (20, 40, 80), (40, 20, 80), (20, 20, 40))
        )
        assert (np.sign(into - jam) == [1, 1, -1]).all()
        assert (np.sign(out - jam) == [-1, -1, 1]).all()
        assert (np.sign(both - jam) == [1, 1, -1]).all()

    def scenario(self, inbound, outbound, across):
        times = {(1, 3): inbound, (2, 3): inbound, (3, 1): outbound, (3, 2): outbound, (1, 2): across, (2, 1): across}
        times |= {(tract, tract): 1 for tract in (1, 2, 3)}
        return floating_catchment_from_table(
            table(times, [1, 2, 3], [1, 2, 3]), [100, 50, 10], [15, 20, 100], minutes=61, weights=InversePower(1)
        )


def test_weights_of_pysal_access():
    """The values printed in the docstrings of pysal/access, access/weights.py, `step_fn` and `gravity`."""
    steps = Steps((20, 40, 60), (1, 0.68, 0.22))
    assert steps(range(0, 71, 10)).tolist() == [1, 1, 1, 0.68, 0.68, 0.22, 0.22, 0]
    # There the power is taken of t/20 and so is 400 at one minute; here it is 1 there.
    power = 400 * InversePower(2, least_minutes=1)([0, 1, 2, 20, 40, 60])
    assert np.round(power, 2).tolist() == [400, 400, 100, 1, 0.25, 0.11]


def test_weights_of_accessibility():
    """ipeaGIT/accessibility, tests/testthat/test-decay_exponential.R, -decay_power.R and -decay_linear.R."""
    assert Exponential(0.1)([0, 10, 20, 60]) == pytest.approx([1, 1 / math.e, math.e**-2, math.e**-6])
    assert InversePower(0.5)([0, 0.5, 1, 16, 64]) == pytest.approx([1, 1, 1, 0.25, 0.125])
    assert InversePower(0.25)([16, 256]) == pytest.approx([0.5, 0.25])
    assert np.round(Linear(30)([10, 60]), 4).tolist() == [0.6667, 0]


def test_spatial_availability():
    """The example of Soukhov and others (2023), from ipeaGIT/accessibility, tests/testthat/test-spatial_availability.R.

    Spatial availability is people × 2SFCA with the same decay; its jobs by place are printed there without decimals.
    The package's own 2SFCA is tested on data outside its repository text, so this is the example that can be typed.
    """
    people = [50_000, 150_000, 10_000]
    found = floating_catchment_from_table(
        OdTable.of_matrix([[15, 30, 100], [30, 15, 100], [100, 100, 15]]),
        people,
        [100_000, 100_000, 10_000],
        minutes=100,
        weights=Exponential(0.1),
    )
    assert np.round(found.access * people).tolist() == [66_833, 133_203, 9_963]
    assert found.supply_reached == 210_000


def test_exercise_solved_by_hand():
    """soukhova/Spatial-Availability-Measure, workshop/README.md, part 1: people × 2SFCA with weights 1/t up to 45.

    For part 2, with 5 minutes from a to A, it prints 82.7 and 67.3; its own formula gives 100 · (80/5) ÷ (80/5 + 120/20) =
    72.7, and 77.3.
    """
    for minutes, expected in ((15, [47.1, 102.9]), (5, [72.7, 77.3])):
        times = table({("a", "A"): minutes, ("b", "A"): 20, ("b", "B"): 15}, ["a", "b"], ["A", "B"])
        found = floating_catchment_from_table(times, [80, 120], [100, 50], minutes=45, weights=InversePower(1))
        assert np.round(found.access * [80, 120], 1).tolist() == expected
        # Its definition of accessibility, Σ O f(c), is the gravity measure.
        reach = gravity_from_table(times, supply=[100, 50], decay=InversePower(1), limit_minutes=45)
        assert reach == pytest.approx([100 / minutes, 100 / 20 + 50 / 15])


def test_everybody_reaches_everything():
    """egrueebler/fca, tests/testthat/test-spai_2sfca.R: populations 1 to 4, capacities 1 to 6, access 2.1 for all."""
    found = floating_catchment_from_table(
        OdTable.of_matrix(np.arange(1, 25).reshape(4, 6)), [1, 2, 3, 4], [1, 2, 3, 4, 5, 6], minutes=24
    )
    assert found.access == pytest.approx([2.1, 2.1, 2.1, 2.1])
