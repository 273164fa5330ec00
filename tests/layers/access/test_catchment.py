"""Floating catchment areas: shares of supply, and that all of it is shared out."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.access.attach import attach
from layers.access.catchment import floating_catchment, floating_catchment_from_table
from layers.access.decay import LUO_QI_SHARP, LUO_QI_SLOW, Exponential, Gaussian, Linear, Steps
from layers.access.od_table import OdTable
from layers.access.pairs import pairs_within
from layers.access.profiles import DRIVE, WALK

LIMIT = 500.0


def tie(network, *points):
    return attach(network, np.array(points, float).reshape(-1, 2), limit_metres=LIMIT)


class TestByHand:
    """Three villages along a road, 10 minutes apart on foot; a doctor's house in the first and in the last."""

    nodes = ((0.0, 0.0), (800.0, 0.0), (1600.0, 0.0))
    people = (100, 50, 200)

    def ask(self, make_network, **rule):
        network = make_network(self.nodes, [(0, 1), (1, 2)])
        places = tie(network, *self.nodes, (0, 9_000))
        doctors = tie(network, self.nodes[0], self.nodes[2], (5_000, 5_000))
        return floating_catchment(network, places, [*self.people, 30], doctors, [3, 5, 2], **rule)

    def test_two_step(self, make_network):
        """Within 10 minutes 150 people share 3 doctors and 250 share 5."""
        found = self.ask(make_network, minutes=10)
        assert found.ratio == pytest.approx([0.02, 0.02, math.nan], nan_ok=True)
        assert found.demand.tolist() == [150, 250, 0]
        assert found.access == pytest.approx([0.02, 0.04, 0.02, math.nan], nan_ok=True)
        assert (found.supply_reached, found.supply_unreached, found.people_without_street) == (8, 2, 30)

    def test_enhanced(self, make_network):
        """Luo and Qi's zones: the middle village is in the first zone of both, the far one in the second."""
        found = self.ask(make_network, weights=LUO_QI_SLOW)
        first, last = 3 / (100 + 50 + 0.68 * 200), 5 / (200 + 50 + 0.68 * 100)
        expected = [first + 0.68 * last, first + last, 0.68 * first + last, math.nan]
        assert found.access == pytest.approx(expected, nan_ok=True)

    def test_gaussian(self, make_network):
        """Dai's decay with 20 minutes: nothing of the far village, 0.698 of the middle one."""
        found = self.ask(make_network, weights=Gaussian(20))
        share = (math.exp(-1 / 8) - math.exp(-0.5)) / (1 - math.exp(-0.5))
        first, last = 3 / (100 + 50 * share), 5 / (200 + 50 * share)
        assert found.access == pytest.approx([first, share * (first + last), last, math.nan], nan_ok=True)

    def test_the_smaller_limit_rules(self, make_network):
        """Zones up to 30 minutes in a catchment of 10 are the catchment of 10."""
        inner = self.ask(make_network, minutes=10, weights=LUO_QI_SLOW)
        assert inner.access[:3] == pytest.approx(self.ask(make_network, minutes=10).access[:3])

    def test_nobody_there(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2)])
        found = floating_catchment(network, tie(network, (0, 0)), [0], tie(network, (800, 0)), [4], minutes=30)
        assert found.access.tolist() == [0]
        assert np.isnan(found.ratio).all()
        assert found.supply_unreached == 4

    def test_no_facility(self, make_network):
        network = make_network(self.nodes, [(0, 1), (1, 2)])
        found = floating_catchment(network, tie(network, (0, 0)), [9], tie(network), [], minutes=30)
        assert found.access.tolist() == [0]
        assert (found.supply_reached, found.supply_unreached) == (0, 0)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"people": [1]}, "people: 2 numbers are needed, one for each row, not 1"),
            ({"people": [1, -1]}, "people: numbers must be 0 or more"),
            ({"supply": [1, 2]}, "supply: 1 numbers are needed"),
            ({"minutes": None}, "needs its size in minutes"),
            ({"minutes": None, "weights": Exponential(0.1)}, "needs its size in minutes"),
            ({"minutes": -5}, "minutes"),
        ],
    )
    def test_what_cannot_be_asked(self, change, message):
        given = {"people": [1, 2], "supply": [1], "minutes": 30} | change
        with pytest.raises(ValueError, match=message):
            floating_catchment_from_table(OdTable.of_matrix([[1.0], [2.0]]), **given)


RULES = [
    {"minutes": 15},
    {"weights": LUO_QI_SLOW},
    {"weights": LUO_QI_SHARP, "minutes": 12},
    {"weights": Gaussian(20)},
    {"weights": Linear(16)},
    {"weights": Exponential(0.2), "minutes": 25},
    {"weights": Steps((0, 15), (1, 0.5))},
]
coordinate = st.integers(0, 12).map(lambda steps: steps * 100.0)
points = st.lists(st.tuples(coordinate, coordinate), max_size=7).map(lambda rows: np.array(rows, float).reshape(-1, 2))
law = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def drawings(draw):
    nodes = draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=10))
    end = st.integers(0, len(nodes) - 1)
    return nodes, draw(st.lists(st.tuples(end, end, st.sampled_from([1, 2, 3, 3])), max_size=18))


class TestLaws:
    """Whatever is drawn."""

    @law
    @given(drawings(), st.sampled_from([WALK, DRIVE]), points, points, st.sampled_from(RULES), st.data())
    def test_all_that_is_reached_is_shared_out(self, make_network, drawing, profile, homes, shops, rule, data):
        network = make_network(*drawing, profile=profile)
        places, facilities = (attach(network, xy, limit_metres=200.0) for xy in (homes, shops))
        people = data.draw(st.lists(st.integers(0, 999), min_size=len(homes), max_size=len(homes)))
        supply = data.draw(st.lists(st.floats(0, 99), min_size=len(shops), max_size=len(shops)))
        found = floating_catchment(network, places, people, facilities, supply, **rule)
        assert np.array_equal(np.isnan(found.access), ~places.is_attached)
        assert float(np.nansum(found.access * people)) == pytest.approx(found.supply_reached, rel=1e-9, abs=1e-9)
        assert found.supply_reached + found.supply_unreached == pytest.approx(sum(supply))
        # A second opinion: the formula on the matrix of times, by the other way in.
        minutes = np.full((len(places), len(facilities)), np.inf)
        for block in pairs_within(network, places, facilities, limit_ms=10**8, from_facilities=False):
            minutes[block.place, block.facility] = block.ms / 60_000
        tied = places.is_attached
        same = floating_catchment_from_table(OdTable.of_matrix(minutes), np.where(tied, people, 0), supply, **rule)
        assert found.access[tied] == pytest.approx(same.access[tied])
        assert found.ratio == pytest.approx(same.ratio, nan_ok=True)

    @law
    @given(st.integers(0, 6), st.integers(0, 5), st.sampled_from(RULES), st.data())
    def test_formula(self, k, f, rule, data):
        time = st.sampled_from([0.0, 5.0, 10.0, 12.5, 15.0, 20.0, 30.0, math.inf])
        minutes = np.array(data.draw(st.lists(time, min_size=k * f, max_size=k * f))).reshape(k, f)
        people = np.array(data.draw(st.lists(st.integers(0, 99), min_size=k, max_size=k)), float)
        supply = np.array(data.draw(st.lists(st.integers(0, 99), min_size=f, max_size=f)), float)
        found = floating_catchment_from_table(OdTable.of_matrix(minutes), people, supply, **rule)
        decay = rule.get("weights", Steps((15,), (1,)))
        weight = np.where(minutes <= rule.get("minutes", math.inf), decay(minutes), 0.0)
        demand = people @ weight
        ratio = np.divide(supply, demand, out=np.zeros(f), where=demand > 0)
        assert found.demand == pytest.approx(demand)
        assert found.access == pytest.approx(weight @ ratio)
        assert found.access @ people == pytest.approx(found.supply_reached)

    @law
    @given(st.data())
    def test_more_supply_never_hurts_and_more_people_never_help(self, data):
        time = st.sampled_from([0.0, 5.0, 15.0, 20.0, math.inf])
        minutes = np.array(data.draw(st.lists(time, min_size=12, max_size=12))).reshape(4, 3)
        people, supply = np.array([10.0, 5.0, 1.0, 7.0]), np.array([2.0, 3.0, 4.0])
        rule = data.draw(st.sampled_from(RULES))
        before = floating_catchment_from_table(OdTable.of_matrix(minutes), people, supply, **rule).access
        richer = floating_catchment_from_table(
            OdTable.of_matrix(minutes), people, supply + np.array([0, 1, 0]), **rule
        ).access
        fuller = floating_catchment_from_table(
            OdTable.of_matrix(minutes), people + np.array([0, 4, 0, 0]), supply, **rule
        ).access
        assert (richer >= before - 1e-12).all()
        assert (fuller <= before + 1e-12).all()
