"""Facilities within some minutes of each place."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.access.attach import attach
from layers.access.od_table import OdTable
from layers.access.opportunities import opportunities_from_table, opportunities_within
from layers.access.profiles import DRIVE, WALK

LIMIT = 500.0


def tie(network, *points):
    return attach(network, np.array(points, float).reshape(-1, 2), limit_metres=LIMIT)


class TestByHand:
    """A street of 1,200 m: 80 m are one minute. Shops at 0, 400 and 800 m, one clinic at 1,200 m."""

    nodes = ((0.0, 0.0), (400.0, 0.0), (800.0, 0.0), (1200.0, 0.0))
    streets = ((0, 1), (1, 2), (2, 3))

    def ask(self, make_network, *, minutes, weights=None, homes=((400, 0), (1200, 80), (0, 9_000))):
        network = make_network(self.nodes, list(self.streets))
        shops, clinics = tie(network, (0, 0), (400, 0), (800, 0)), tie(network, (1200, 0), (600, 9_000))
        return opportunities_within(
            network, tie(network, *homes), {"shop": shops, "clinic": clinics}, minutes=minutes, weights=weights
        )

    def test_counts(self, make_network):
        """From 400 m the neighbours are 5 minutes away, the clinic 10; 80 m beside the street add a minute."""
        found = self.ask(make_network, minutes=[4, 5, 10])
        assert found.categories == ("shop", "clinic")
        assert found.count[0].tolist() == [[1, 3, 3], [0, 0, 1]]
        assert found.count[1].tolist() == [[0, 0, 1], [1, 1, 1]]
        assert np.isnan(found.count[2]).all()

    def test_cut_offs_keep_their_order(self, make_network):
        found = self.ask(make_network, minutes=[10, 4, 5, 4])
        assert found.count[0].tolist() == [[3, 1, 3, 1], [1, 0, 0, 0]]
        assert found.of("shop", 5)[0] == 3

    def test_weights(self, make_network):
        """Beds instead of clinics; what has no street is in nobody's reach."""
        found = self.ask(make_network, minutes=[5, 10], weights={"clinic": [12.5, 1000]})
        assert found.count[0].tolist() == [[3, 3], [0, 12.5]]

    def test_more_facilities_than_places(self, make_network):
        found = self.ask(make_network, minutes=[5], homes=((400, 0),))
        assert found.count.tolist() == [[[3], [0]]]

    def test_nothing_asked_for(self, make_network):
        network = make_network(self.nodes, list(self.streets))
        home = tie(network, (400, 0))
        assert opportunities_within(network, home, {}, minutes=[5]).count.shape == (1, 0, 1)
        assert opportunities_within(network, home, {"shop": tie(network)}, minutes=[5]).count.tolist() == [[[0]]]
        assert opportunities_within(network, tie(network), {"shop": home}, minutes=[5]).count.shape == (0, 1, 1)

    @pytest.mark.parametrize(
        ("minutes", "weights", "message"),
        [
            ([], None, "At least one cut-off"),
            ([-1], None, "0 minutes or more"),
            ([math.nan], None, "0 minutes or more"),
            ([5], {"clinic": [1]}, "clinic: 2 facilities need as many weights, not 1"),
            ([5], {"clinic": [1, -1]}, "clinic: weights must be 0 or more"),
            ([5], {"bakery": [1]}, "not asked for: bakery"),
        ],
    )
    def test_what_cannot_be_asked(self, make_network, minutes, weights, message):
        with pytest.raises(ValueError, match=message):
            self.ask(make_network, minutes=minutes, weights=weights)


class TestTable:
    """Times made elsewhere."""

    matrix = np.array([[5.0, 10.0, np.inf], [np.nan, 0.0, 20.0]])

    def test_matrix(self):
        found = opportunities_from_table(
            OdTable.of_matrix(self.matrix),
            {"all": [0, 1, 2], "last": [2], "twice": [1, 1]},
            minutes=[5, 10, 60],
            weights={"last": [4]},
        )
        assert found.count.tolist() == [[[1, 2, 2], [0, 0, 0], [0, 2, 2]], [[1, 1, 2], [0, 0, 4], [2, 2, 2]]]

    def test_rows(self):
        rows = pd.DataFrame(
            {
                "origin": ["b", "a", "b", "a", "a"],
                "destination": [3, 2, 2, 1, 3],
                "minutes": [20.0, 10.0, 0.0, 5.0, math.inf],
            }
        )
        table = OdTable.of_rows(rows, ["a", "b"], [1, 2, 3])
        same = OdTable.of_matrix(self.matrix)
        assert (table.place_count, table.facility_count) == (2, 3)
        for name in ("place", "facility", "ms"):
            assert getattr(table.pairs, name).tolist() == getattr(same.pairs, name).tolist()

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"origin": ["a", "z"]}, "origin: z is not among the 2"),
            ({"destination": [1, 9]}, "destination: 9 is not among the 2"),
            ({"origin": ["a", "a"], "destination": [1, 1]}, "The pair a → 1 stands twice"),
            ({"minutes": [1.0, -1.0]}, "must be 0 or more"),
        ],
    )
    def test_rows_that_cannot_be_read(self, change, message):
        rows = pd.DataFrame({"origin": ["a", "b"], "destination": [1, 2], "minutes": [1.0, 2.0]} | change)
        with pytest.raises(ValueError, match=message):
            OdTable.of_rows(rows, ["a", "b"], [1, 2])

    def test_tables_that_are_none(self):
        with pytest.raises(ValueError, match="no column minutes; it has origin, destination, time"):
            OdTable.of_rows(pd.DataFrame(columns=["origin", "destination", "time"]), [], [])
        with pytest.raises(ValueError, match="origin: the identifier a stands twice"):
            OdTable.of_rows(pd.DataFrame(columns=["origin", "destination", "minutes"]), ["a", "a"], [])
        with pytest.raises(ValueError, match="not an array of 1 dimensions"):
            OdTable.of_matrix([1.0, 2.0])
        with pytest.raises(ValueError, match="Facility 3 is out of range"):
            opportunities_from_table(OdTable.of_matrix(self.matrix), {"all": [3]}, minutes=[5])


coordinate = st.integers(0, 12).map(lambda steps: steps * 50.0)
position = st.one_of(coordinate, st.floats(-40, 640, allow_nan=False))
points = st.lists(st.tuples(position, position), max_size=6).map(lambda rows: np.array(rows, float).reshape(-1, 2))
law = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def drawings(draw):
    nodes = draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=10))
    end = st.integers(0, len(nodes) - 1)
    return nodes, draw(st.lists(st.tuples(end, end, st.sampled_from([0, 1, 2, 3, 3])), max_size=18))


class TestLaws:
    """Whatever is drawn."""

    @law
    @given(drawings(), st.sampled_from([WALK, DRIVE]), points, points, st.tuples(position, position))
    def test_more_facilities_and_more_time_never_lower(self, make_network, drawing, profile, homes, shops, new):
        network = make_network(*drawing, profile=profile)
        places = attach(network, homes, limit_metres=LIMIT)
        few = attach(network, shops, limit_metres=LIMIT)
        more = attach(network, np.vstack([shops, new]), limit_metres=LIMIT)
        found = opportunities_within(network, places, {"few": few, "more": more}, minutes=[0, 1, 3, 9, math.inf])
        known = found.count[places.is_attached]
        assert (known[:, 1] >= known[:, 0]).all()
        assert (np.diff(known, axis=2) >= 0).all()
        assert (known <= few.is_attached.sum() + 1).all()
        assert np.isnan(found.count[~places.is_attached]).all()

    @law
    @given(drawings(), points, points, st.data())
    def test_weights_add_up(self, make_network, drawing, homes, shops, data):
        network = make_network(*drawing)
        places, facilities = (attach(network, xy, limit_metres=LIMIT) for xy in (homes, shops))
        beds = data.draw(st.lists(st.integers(0, 500), min_size=len(shops), max_size=len(shops)))
        found = opportunities_within(
            network,
            places,
            {"one": facilities, "beds": facilities, "triple": facilities, "more": facilities},
            minutes=[2, 6],
            weights={"beds": beds, "triple": 3 * np.array(beds), "more": np.array(beds) + 1},
        )
        one, bed, triple, more = np.moveaxis(found.count[places.is_attached], 1, 0)
        assert np.array_equal(triple, 3 * bed)
        assert np.array_equal(more, bed + one)
