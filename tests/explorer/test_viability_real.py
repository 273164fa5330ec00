"""Real schools of 桐生・みどり against one plain search of scipy per closure; thresholds of libraries on real lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import explorer
from benchmarks.thresholds import fitted_on_osm
from explorer.build import Wanted, build
from explorer.regions import Opened
from explorer.viability import cascade, catchment_totals, viability
from layers.access.ms import INFINITE_MS
from layers.access.profiles import PROFILES
from layers.service_thresholds import NoFit
from tests.layers.access.oracle import scipy_nearest

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.fixture(scope="module")
def kiryu(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Opened:
    """Both cities and the schools 5 km around, of the files that are needed only."""
    folder = tmp_path_factory.mktemp("kiryu")
    raw = folder / "raw"
    raw.mkdir()
    for name in ("n03_10_full.geojson", "census2015_chome.parquet", "P29-23_10.geojson", "roads.osm.pbf"):
        (raw / name).symlink_to(shared_data / "gunma" / name)
    build([raw], folder / "workspace", Wanted("", ("10203", "10212"), 5.0), profiles=[PROFILES["drive"]])
    return explorer.open(folder / "workspace")


def nearest_by_scipy(opened: Opened, mode: str, is_open: np.ndarray) -> np.ndarray:
    """Row of the nearest open school of every place, -1 for none."""
    services = opened.services()
    rows = services._sites.members["elementary_school"][is_open]
    if not rows.size:
        return np.full(len(services.area_of_place), -1)
    places, sites = services._places, services._points.take(rows)
    if mode == "straight":
        return np.flatnonzero(is_open)[cdist(places.xy, sites.xy).argmin(axis=1)]
    profile = services._profiles[mode]
    ms, found = scipy_nearest(services._network(mode), places.ties(profile), sites.ties(profile))
    return np.where(ms < INFINITE_MS, np.flatnonzero(is_open)[np.maximum(found, 0)], -1)


@pytest.mark.parametrize("mode", ["drive", "straight"])
def test_schools_close_as_plainly_worked_out(kiryu: Opened, mode: str) -> None:
    services = kiryu.services()
    sites = services.sites("elementary_school")
    inside = sites["area"].to_numpy() >= 0
    people = kiryu.conditions.people["total"]
    is_open = np.ones(len(sites), bool)
    site = nearest_by_scipy(kiryu, mode, is_open)
    first = np.bincount(site[site >= 0], people[site >= 0], len(sites))
    slow = []
    while True:
        sums = np.bincount(site[site >= 0], people[site >= 0], len(sites))
        left = [row for row in np.flatnonzero(is_open & inside) if sums[row] < 4_500]
        if not left:
            break
        weakest = min(left, key=lambda row: (round(sums[row], 6), sites["site_id"][row]))
        slow.append((sites["site_id"][weakest], sums[weakest]))
        is_open[weakest] = False
        site = nearest_by_scipy(kiryu, mode, is_open)
    done = cascade(kiryu, "elementary_school", mode, below=4_500.0, with_border=True)
    assert done.closures["site_id"].tolist() == [name for name, _ in slow]
    np.testing.assert_allclose(done.closures["people"], [count for _, count in slow])
    assert len(slow) >= 5
    table = viability(kiryu, "elementary_school", mode)
    now = next(name for name in table if name.startswith("people_20"))
    np.testing.assert_allclose(table[now], first)
    assert table["people_2050"].isna().all()
    assert table["people_reason"].str.contains("no projection").all()
    everybody = catchment_totals(kiryu, "elementary_school", mode).iloc[0]
    assert everybody["people"] == pytest.approx(people.sum())
    assert everybody["unreached"] == pytest.approx(
        people[nearest_by_scipy(kiryu, mode, np.ones(len(sites), bool)) < 0].sum()
    )
    # Outside the two cities neighbours use these schools too, so those along the border are told apart.
    assert 0 < table["at_border"][inside].sum() < inside.sum()
    assert table["at_border"][~inside].all()


def test_libraries_of_2014_in_all_japan_are_fitted_and_the_neighbours_of_the_sizes_agree(shared_data: Path) -> None:
    """Of the towns with N50 people half have one, whatever the curve does elsewhere; the list is known to be incomplete."""
    found, people, present = fitted_on_osm(shared_data / "japan", "library")
    assert found.count > 1700
    for size, share in ((found.n50, 0.5), (found.n80, 0.8)):
        near = (people > 0.78 * size) & (people < 1.28 * size)
        assert near.sum() > 50
        assert present[near].mean() == pytest.approx(share, abs=0.12)
    assert "2014" in found.source


def test_a_list_without_variation_is_refused(shared_data: Path) -> None:
    _, people, present = fitted_on_osm(shared_data / "japan", "library")
    from layers.service_thresholds import fit_presence

    with pytest.raises(NoFit, match="nothing varies"):
        fit_presence(people, np.ones_like(present))
