"""Three sites for 桐生・みどり from the real data kit: against every set of three schools, from times made another way."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.build import Wanted, build
from explorer.regions import Opened
from explorer.siting import best_sites, price_of_not_cooperating
from explorer.travel import Travel
from layers.access.matrix import travel_times

pytestmark = [pytest.mark.realdata, pytest.mark.slow]

CODES = ["10203", "10212"]
SCHOOLS = ("elementary_school", "junior_high_school", "high_school")
MINUTES, LONGEST = 15.0, 120.0


@pytest.fixture(scope="module")
def kiryu(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Opened:
    out = tmp_path_factory.mktemp("siting") / "kiryu"
    build([shared_data / "gunma", shared_data / "japan"], out, Wanted("", tuple(CODES), 3.0))
    return explorer.open(out)


@pytest.fixture(scope="module")
def by_matrix(kiryu: Opened) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """People, minutes by car to every school (places × schools), and the schools: one table of times, no search that ends."""
    tables = [kiryu.services().sites(kind) for kind in SCHOOLS]
    schools = pd.concat(tables).sort_values("site_id").drop_duplicates(["lon", "lat"])
    schools = schools[schools["municipality_code"].isin(CODES)].reset_index(drop=True)
    travel = Travel.open(kiryu.workspace.path, "drive")
    minutes = travel_times(travel.network, travel.places, travel.ties(schools["lon"], schools["lat"])) / 60.0
    people = kiryu.conditions.people["total"]
    counted = (people > 0) & ~np.isnan(minutes).any(
        axis=1
    )  # with a street near; without a way (inf) they count as far away
    return people[counted], minutes[counted], schools


def worth_of_threes(gain: np.ndarray, people: np.ndarray) -> dict[tuple[int, int, int], float]:
    """Σ people × the largest gain, of every three candidates."""
    found = {}
    for pair in itertools.combinations(range(gain.shape[1]), 2):
        best = gain[:, list(pair)].max(axis=1, keepdims=True)
        rest = range(pair[1] + 1, gain.shape[1])
        values = (people[:, None] * np.maximum(gain[:, pair[1] + 1 :], best)).sum(axis=0)
        found |= {(*pair, third): float(value) for third, value in zip(rest, values, strict=True)}
    return found


def test_the_three_schools_that_cover_most_people(kiryu: Opened, by_matrix: tuple) -> None:
    people, minutes, schools = by_matrix
    values = worth_of_threes((minutes <= MINUTES).astype(float), people)
    found = best_sites(kiryu, CODES, None, k=3, mode="drive", limit=MINUTES * 60, existing=False)
    assert found.candidate_count == len(schools) > 40
    assert found.method == "exact"
    assert found.covered_people == pytest.approx(max(values.values()), rel=1e-9)
    chosen = tuple(sorted(schools.index[schools["site_id"].isin(found.sites["site_id"])]))
    assert values[chosen] == pytest.approx(max(values.values()), rel=1e-9)
    near_best = sum(value > 0.999 * max(values.values()) for value in values.values())
    assert near_best < 0.02 * len(values)  # not a question to which any three schools are an answer


def test_the_three_schools_with_the_shortest_ways(kiryu: Opened, by_matrix: tuple) -> None:
    people, minutes, _ = by_matrix
    values = worth_of_threes(LONGEST - np.minimum(minutes, LONGEST), people)
    found = best_sites(kiryu, CODES, None, k=3, mode="drive", objective="travel", existing=False)
    assert found.method == "exact"
    assert found.travel == pytest.approx(LONGEST * people.sum() - max(values.values()), rel=1e-6)


def test_together_covers_more_than_each_town_alone(kiryu: Opened) -> None:
    price = price_of_not_cooperating(kiryu, CODES, None, k=3, mode="drive", limit=MINUTES * 60, existing=False)
    region = price.table.iloc[-1]
    assert price.is_proven
    assert list(price.table["sites_alone"]) == [2, 1, 3]
    assert region["covered_alone"] <= region["covered_alone_open"] < region["covered_together"] <= region["people"]
    assert price.people_lost > 500
