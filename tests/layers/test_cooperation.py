"""Cooperation in arrays: cases worked out by hand, and the floating catchment against the one of the access engine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.access.catchment import floating_catchment_from_table
from layers.access.od_table import OdTable
from layers.cooperation import (
    Catchments,
    Closures,
    covered_people,
    loss_of,
    people_where,
    shared_supply,
    use_matrix,
    weighted_median,
)

law = settings(max_examples=100)
INF = np.inf


def test_coverage_by_hand() -> None:
    """Two towns; one place of nobody; a place without a street (NaN) is beyond every limit."""
    area, people = np.array([0, 0, 1, 1, -1]), np.array([10.0, 20, 30, 40, 99])
    found = covered_people(
        area,
        people,
        2,
        own=np.array([INF, 900, 100, np.nan, 0]),
        pooled=np.array([800, 900, 100, np.nan, 0]),
        every=np.array([800, 500, 100, np.nan, 0]),
        limit=800.0,
    )
    assert found.own.tolist() == [0, 30]
    assert found.pooled.tolist() == [10, 30]
    assert found.open.tolist() == [30, 30]


def test_nobody_is_counted_in_people_not_in_integers() -> None:
    assert people_where(np.array([0]), np.array([1.0]), 2, np.array([False])).dtype == np.float64


def test_use_matrix_by_hand() -> None:
    area, to = np.array([0, 0, 1, -1]), np.array([0, 2, 1, 1])
    assert use_matrix(area, to, np.array([1.0, 2, 3, 4]), (2, 3)).tolist() == [[1, 0, 2], [0, 3, 0]]


@pytest.mark.parametrize(
    ("values", "weights", "median"),
    [([3, 1, 2], [1, 1, 1], 2), ([1, 9], [3, 1], 1), ([1, 9], [1, 3], 9), ([5], [0], None), ([], [], None)],
)
def test_weighted_median(values: list[float], weights: list[float], median: float | None) -> None:
    found = weighted_median(np.array(values, float), np.array(weights, float))
    assert np.isnan(found) if median is None else found == median


def test_loss_by_hand() -> None:
    """Unit 0 serves three places: one has another near, one far, one none. Unit 1 serves one of another town."""
    closures = Closures(
        place=np.array([0, 1, 2, 3, 4]),
        unit=np.array([0, 0, 0, 1, 1]),
        before=np.array([100, 100, 900, 800, 100], np.float32),
        after=np.array([700, 900, INF, 801, INF], np.float32),
    )
    loss = loss_of(closures, np.array([1.0, 2, 4, 8, 16]), np.array([0, 0, 0, 1, -1]), (3, 2), 800.0)
    assert loss.people.tolist() == [[2, 0], [0, 8], [0, 0]]
    assert loss.farther.tolist() == [7, 8, 0]
    assert loss.stranded.tolist() == [4, 0, 0]
    assert loss.added.tolist() == [1 * 600 + 2 * 800, 8, 0]


def test_shared_supply_by_hand() -> None:
    """A hospital of 10 beds in town 0 with 10 people; town 1 with 40 people reaches it too, and has none."""
    given_ = Catchments(
        people=np.array([10.0, 40, 50]),
        supply=np.array([10.0]),
        area_of_place=np.array([0, 1, 2]),
        area_of_site=np.array([0]),
        is_member=np.array([True, True, False]),
    )
    found = shared_supply([(np.array([0, 1, 2]), np.array([0, 0, 0]))], given_)
    assert found.alone.tolist() == [1.0, 0, 0]
    assert found.pooled.tolist() == [0.2, 0.2, 0]
    assert found.open.tolist() == [0.1, 0.1, 0.1]


@st.composite
def catchments(draw: st.DrawFn) -> tuple[Catchments, np.ndarray]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places, sites, areas = draw(st.integers(1, 12)), draw(st.integers(0, 6)), draw(st.integers(1, 4))
    return Catchments(
        people=rng.integers(0, 5, places).astype(float),
        supply=rng.integers(0, 4, sites).astype(float),
        area_of_place=rng.integers(-1, areas, places),
        area_of_site=rng.integers(-1, areas, sites),
        is_member=rng.random(areas) < 0.6,
    ), rng.integers(1, 60, (places, sites)).astype(float)


@law
@given(catchments(), st.sampled_from([5.0, 20.0, 60.0]), st.integers(1, 3))
def test_shared_supply_is_the_catchment_of_the_engine(
    case: tuple[Catchments, np.ndarray], limit: float, block: int
) -> None:
    """Each of the three ways to share, against the engine asked about just these places and sites."""
    town, minutes = case

    def blocks():
        for first in range(0, len(town.supply), block):
            place, site = np.nonzero(minutes[:, first : first + block] <= limit)
            yield place, site + first

    found = shared_supply(blocks(), town)

    def engine(places: np.ndarray, sites: np.ndarray) -> np.ndarray:
        access = np.zeros(len(town.people))
        table = OdTable.of_matrix(minutes[np.ix_(places, sites)])
        asked = floating_catchment_from_table(table, town.people[places], town.supply[sites], minutes=limit)
        access[places] = asked.access
        shared = (town.people[places] * access[places]).sum()
        assert shared == pytest.approx(asked.supply_reached)  # what is shared out is all there is
        return access

    everywhere = np.ones(len(town.people), bool), np.ones(len(town.supply), bool)
    np.testing.assert_allclose(found.open, engine(*everywhere), atol=1e-12)
    members = np.flatnonzero(town.is_member)
    inside = np.isin(town.area_of_place, members), np.isin(town.area_of_site, members)
    np.testing.assert_allclose(found.pooled, engine(*inside), atol=1e-12)
    alone = sum(engine(town.area_of_place == area, town.area_of_site == area) for area in range(len(town.is_member)))
    np.testing.assert_allclose(found.alone, alone, atol=1e-12)
