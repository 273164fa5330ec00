"""What is within reach of a point: as scipy finds it on the same streets, never less with more time, or why there is no answer."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import numpy as np
import pytest

from explorer.reach_point import ReachEngine
from explorer.travel import Travel
from geodata.errors import ExplorerError
from geodata.kinds import KINDS
from geodata.workspace import Workspace
from layers.access.ms import INFINITE_MS
from tests.layers.access.oracle import scipy_between

MINUTES = (1, 5, 10, 15, 40)


@pytest.fixture(scope="module")
def engine(tiny_workspace: Path) -> ReachEngine:
    return ReachEngine(Workspace.open(tiny_workspace))


@pytest.fixture(scope="module")
def inside(engine: ReachEngine) -> list[tuple[float, float]]:
    """Latitude and longitude of some inhabited places."""
    places = engine.workspace.table("places")
    chosen = places[places["population_total"] > 0].iloc[:: max(1, len(places) // 5)][:4]
    return [(round(float(point.y), 6), round(float(point.x), 6)) for point in chosen.geometry]


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_people_and_nearest_facilities_are_those_that_scipy_finds(engine, inside, mode):
    travel = Travel.open(engine.workspace.path, mode)
    people = engine.workspace.table("places")["population_total"].to_numpy(float)
    sites = [engine.workspace.table(name) for name in ("facilities", "stops")]
    lon, lat = (np.concatenate([getattr(table.geometry, axis) for table in sites]) for axis in "xy")
    kinds = [*sites[0]["kind"].astype(str), *sites[1]["mode"].map({"rail": "station"}).fillna("stop").astype(str)]
    for at in inside:
        reached = engine.ask(*at, mode, MINUTES)
        ties = travel.ties([at[1]], [at[0]])
        ms = scipy_between(travel.network, ties, travel.places)[0]
        assert [band.people["total"] for band in reached.bands] == pytest.approx(
            [people[ms <= cut * 60_000].sum() for cut in MINUTES]
        )
        to_sites = scipy_between(travel.network, ties, travel.ties(lon, lat))[0]
        for site in reached.nearest:
            least = min(each for each, kind in zip(to_sites, kinds, strict=True) if kind == site.kind)
            assert site.minutes == pytest.approx(np.inf if least == INFINITE_MS else least / 60_000)
    assert {site.kind for site in reached.nearest} == set(kinds)


def test_more_time_never_reaches_less(engine, inside):
    for at in inside:
        bands = engine.ask(*at, "walk", (40, 1, 5, 5, 10, 15)).bands
        assert [band.minutes for band in bands] == [1, 5, 10, 15, 40]  # shortest first, each once
        for shorter, longer in itertools.pairwise(bands):
            assert longer.area_km2 >= shorter.area_km2 > 0
            assert all(longer.people[group] >= shorter.people[group] for group in longer.people)


def test_the_car_reaches_no_fewer_people_than_the_feet(engine, inside):
    for at in inside:
        walk, drive = (engine.ask(*at, mode, (15,)).bands[0].people["total"] for mode in ("walk", "drive"))
        assert drive >= walk


@pytest.mark.parametrize(("lat", "lon"), [(0.0, 0.0), (36.0, 150.0), (89.0, 139.0)])
def test_a_point_outside_says_so_in_both_languages(engine, lat, lon):
    with pytest.raises(ExplorerError, match=r"。 / .+\.$"):
        engine.ask(lat, lon, "walk", (10,))


def test_a_mode_that_is_not_there_is_told(engine, inside):
    with pytest.raises(ExplorerError, match="teleport"):
        engine.ask(*inside[0], "teleport", (10,))


def test_an_answer_names_the_point_the_way_to_the_street_and_kinds_that_have_a_list(engine, inside):
    reached = engine.ask(*inside[0], "walk", (10,))
    assert (reached.point.lat, reached.point.lon) == pytest.approx(inside[0], abs=1e-6)
    assert 0 <= reached.snap_metres < 1000
    assert {site.kind for site in reached.nearest} <= {*KINDS, "station", "stop"}
    assert reached.shapes["minutes"].tolist() == [10]


def test_many_may_ask_at_once(tiny_workspace, inside):
    engine = ReachEngine(Workspace.open(tiny_workspace))
    answers: list[float] = []
    threads = [
        threading.Thread(target=lambda: answers.append(engine.ask(*inside[0], "walk", (10,)).bands[0].people["total"]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert len(answers) == 4


def test_a_workspace_without_streets_offers_no_mode(tmp_path):
    from tests.explorer.app.conftest import make_workspace

    assert ReachEngine(Workspace.open(make_workspace(tmp_path / "workspace"))).modes == []
