"""Real schools, streets and buses of 桐生・みどり: scenarios against plain recomputation with scipy and csv."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import explorer
from explorer.build import Wanted, build
from explorer.regions import Opened
from explorer.scenario import run_scenario
from explorer.scenario_edits import Close, LineDrop, LineThin, Restrict, Scenario
from layers.access.ms import INFINITE_MS
from layers.access.profiles import PROFILES
from tests.layers.access.oracle import scipy_nearest

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
SERVICE = "elementary_school"
FEED = "gtfs.1025.kiryushi_com"
DAY = date(2019, 9, 12)


@pytest.fixture(scope="module")
def kiryu(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Opened:
    """Both cities and 5 km around, of the files that are needed only."""
    folder = tmp_path_factory.mktemp("kiryu")
    raw = folder / "raw"
    raw.mkdir()
    files = (
        "n03_10_full.geojson",
        "census2015_chome.parquet",
        "P29-23_10.geojson",
        "roads.osm.pbf",
        f"gtfs/{FEED}.zip",
    )
    for name in files:
        (raw / Path(name).name).symlink_to(shared_data / "gunma" / name)
    wanted = Wanted("", ("10203", "10212"), 5.0)
    build([raw], folder / "workspace", wanted, day=DAY, profiles=[PROFILES["walk"], PROFILES["drive"]])
    return explorer.open(folder / "workspace")


def filled(distance: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(distance), np.inf, distance)


def plainly(opened: Opened, mode: str, is_open: np.ndarray) -> np.ndarray:
    """Metres or seconds from every place to the nearest of some schools, worked out by scipy."""
    services = opened.services()
    places, sites = services._places, services._points.take(services._sites.members[SERVICE][is_open])
    if not is_open.any():
        return np.full(len(places.xy), np.inf)
    straight = np.concatenate([cdist(part, sites.xy).min(axis=1) for part in np.array_split(places.xy, 20)])
    if mode == "straight":
        return straight
    profile = services._profiles[mode]
    ms, _ = scipy_nearest(services._network(mode), places.ties(profile), sites.ties(profile))
    seconds = np.where(ms < INFINITE_MS, ms / 1000.0, np.inf)
    return np.maximum(seconds * profile.metres_per_minute / 60.0, straight) if mode == "walk" else seconds


@pytest.mark.parametrize(("mode", "limit"), [("straight", 1000.0), ("walk", 1000.0), ("drive", 300.0)])
def test_a_closed_school_as_plainly_worked_out(kiryu: Opened, mode: str, limit: float) -> None:
    sites = kiryu.services().sites(SERVICE)
    conditions = kiryu.conditions
    people, area = conditions.people["total"], conditions.area_of_place
    before = plainly(kiryu, mode, np.ones(len(sites), bool))
    lost_across_the_border = 0.0
    for row in np.flatnonzero(sites["area"] >= 0)[::6]:
        after = plainly(kiryu, mode, np.arange(len(sites)) != row)
        edit = Close(sites["site_id"][row], sites["name"][row])
        result = run_scenario(kiryu, Scenario("閉校", edits=(edit,)), modes=[mode])
        told = filled(result.effect.after.distances[SERVICE, mode])
        np.testing.assert_allclose(told, after, rtol=1e-6)
        table = result.beyond(SERVICE, mode, limit)
        total = table[table["group"] == "total"].set_index("area_code")
        newly = (before <= limit) & (after > limit)
        for number, code in enumerate(result.effect.area_codes):
            expected = people[newly & (area == number)].sum()
            assert total.loc[code, "newly_beyond"] == pytest.approx(expected, abs=1e-6)
            farther = people[(after > before * (1 + 1e-6)) & (area == number)].sum()
            if number != sites["area"][row]:
                lost_across_the_border += farther
            hurt = result.most_hurt(SERVICE, mode, limit).set_index("area_code")
            found = float(hurt["farther"].get(code, 0.0))
            assert found == pytest.approx(farther, rel=1e-6)
    assert lost_across_the_border > 0  # neighbours are hurt too


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_schools_for_ones_own_people_as_plainly_worked_out(kiryu: Opened, mode: str) -> None:
    sites = kiryu.services().sites(SERVICE)
    effect = run_scenario(kiryu, Scenario("学区", edits=(Restrict(SERVICE),)), modes=[mode]).effect
    told = filled(effect.after.distances[SERVICE, mode])
    for number in range(len(effect.area_codes)):
        here = kiryu.conditions.area_of_place == number
        own = plainly(kiryu, mode, (sites["area"] == number).to_numpy())
        np.testing.assert_allclose(told[here], own[here], rtol=1e-6)


def departures_of(path: Path, factor: dict[str, float]) -> tuple[dict[frozenset[str], float], set[str]]:
    """Trips of the day by the set of poles they board at (as pairs of pole and trip), read with csv alone."""
    with zipfile.ZipFile(path) as archive:
        tables = {
            name: list(csv.DictReader(io.StringIO(archive.read(f"{name}.txt").decode("utf-8-sig"))))
            for name in ("trips", "stop_times", "calendar", "calendar_dates")
            if f"{name}.txt" in archive.namelist()
        }
    today = f"{DAY:%Y%m%d}"
    weekday = f"{DAY:%A}".lower()
    running = {
        row["service_id"]
        for row in tables["calendar"]
        if row[weekday] == "1" and row["start_date"] <= today <= row["end_date"]
    }
    for row in tables.get("calendar_dates", []):
        if row["date"] == today:
            (running.add if row["exception_type"] == "1" else running.discard)(row["service_id"])
    route = {row["trip_id"]: row["route_id"] for row in tables["trips"]}
    runs = {row["trip_id"] for row in tables["trips"] if row["service_id"] in running}
    order = defaultdict(list)
    for row in tables["stop_times"]:
        order[row["trip_id"]].append((int(row["stop_sequence"]), row["stop_id"], row.get("pickup_type", "")))
    boards: dict[str, dict[str, float]] = defaultdict(dict)
    served = set()
    for trip, calls in order.items():
        if factor.get(route[trip], 1.0) > 0:
            served |= {stop for _, stop, _ in calls}
        for _, stop, pickup in sorted(calls)[:-1]:
            if trip in runs and pickup.strip() != "1":
                boards[stop][trip] = factor.get(route[trip], 1.0)
    return boards, served


def test_bus_lines_as_counted_with_csv(kiryu: Opened, shared_data: Path) -> None:
    path = shared_data / "gunma" / "gtfs" / f"{FEED}.zip"
    lines = kiryu.scenario_ground.lines
    busiest = lines.lines.sort_values(["departures", "line"], ascending=[False, True])["line"].tolist()[:3]
    stops = kiryu.workspace.table("stops")
    poles = stops.groupby("group_id")["stop_id"].agg(list)
    for line, factor in ((busiest[0], 0.5), (busiest[1], 0.0), (busiest[2], 3.0)):
        route = line.partition(":")[2]
        boards, served = departures_of(path, {route: factor})
        found = lines.after({(FEED, route): factor}, {})
        assert found.departures
        for group, told in found.departures.items():
            trips = {trip: times for pole in poles[group] for trip, times in boards[pole.partition(":")[2]].items()}
            if poles[group] and not set(poles[group]) <= set(found.unserved):
                assert told == pytest.approx(sum(trips.values())), (line, group)
        lost = {pole for pole in stops["stop_id"] if pole.partition(":")[2] not in served}
        assert set(found.unserved) == lost
        edit = LineDrop(line) if factor == 0 else LineThin(line, factor)
        result = run_scenario(kiryu, Scenario("バス", edits=(edit,)))
        # Bus stops after the change, by hand: those left, and of them those with 30 departures or more.
        now = stops.assign(after=stops["group_id"].map(found.departures).fillna(stops["departures_weekday"]))
        left = now[~now["stop_id"].isin(lost)]
        services = kiryu.services()
        for category, rows in (("stop", left), ("stop30", left[left["after"] >= 30])):
            xy = services._plane.to_plane(rows.geometry.x, rows.geometry.y)
            told = result.effect.after.distances.get((category, "straight"))
            if told is None:
                assert rows.empty
                continue
            expected = cdist(services._places.xy, xy).min(axis=1) if len(xy) else np.full(told.size, np.inf)
            np.testing.assert_allclose(told, expected, rtol=1e-6, err_msg=f"{line} {category}")
