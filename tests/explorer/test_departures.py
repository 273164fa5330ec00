"""Departures within walking reach, from the raw files to the indicators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explorer.build import build
from geodata.projection import PlaneProjection
from geodata.workspace import PLACE_VALUES, Workspace, read_table
from layers.departures import FREQUENCY_CLASSES, SERVICE_HOURS, STATION_REACH_M, STOP_REACH_M
from layers.transport import is_station

CLASS_SHARES = [f"departures_{each.id}_share" for each in FREQUENCY_CLASSES]
STOP_SHARES = [f"bus_stops_{each.id}_share" for each in FREQUENCY_CLASSES]


def place_value(workspace: Workspace, name: str) -> np.ndarray:
    return np.load(workspace.file("departures", PLACE_VALUES) / f"{name}.npy")


def table_of(workspace: Workspace, indicators: list[str], mode: str, group: str = "total") -> pd.DataFrame:
    """Indicators by municipality."""
    table = workspace.table("indicators")
    rows = table[table["indicator"].isin(indicators) & (table["mode"] == mode) & (table["group"] == group)]
    return rows.pivot_table(index="area_code", columns="indicator", values="value", observed=True, dropna=False)


def by_brute_force(workspace: Workspace) -> np.ndarray:
    """Departures in a straight line: every place against every pole."""
    stops = read_table(workspace.file("stops", "stops.parquet"))
    places = read_table(workspace.file("places", "places.parquet"))
    plane = PlaneProjection(workspace.manifest["steps"]["people"]["facts"]["projection"], 0.0)
    here, there = (plane.to_plane(table.geometry.x, table.geometry.y) for table in (places, stops))
    station = is_station(stops["mode"]).to_numpy()
    limit = np.where(station, STATION_REACH_M, STOP_REACH_M)
    counted = station | (stops["mode"] == "bus").to_numpy()
    total = np.zeros(len(places))  # of what has a timetable
    for _, rows in stops[counted].groupby("group_id"):
        poles = rows.index.to_numpy()
        far = np.linalg.norm(here[:, np.newaxis] - there[poles], axis=2)
        total += np.where((far <= limit[poles]).any(axis=1), np.nan_to_num(rows["departures_weekday"].iloc[0]), 0.0)
    return total


@pytest.fixture(scope="module")
def tiny(tiny_workspace: Path) -> Workspace:
    return Workspace.open(tiny_workspace)


@pytest.fixture(scope="module")
def sample(sample_workspace: Path) -> Workspace:
    return Workspace.open(sample_workspace)


def test_places_reach_what_brute_force_finds(tiny: Workspace, sample: Workspace) -> None:
    for workspace in (tiny, sample):
        found = place_value(workspace, "departures_300m.straight")
        known = np.isfinite(found)
        assert known.any()
        assert (found[known] > 0).any()
        np.testing.assert_allclose(found[known], by_brute_force(workspace)[known])


def test_streets_never_reach_more_than_the_straight_line(tiny: Workspace, sample: Workspace) -> None:
    for workspace in (tiny, sample):
        straight, walk = (place_value(workspace, f"departures_300m.{mode}") for mode in ("straight", "walk"))
        assert (np.nan_to_num(walk) <= np.nan_to_num(straight)).all()
        assert (walk > 0).any()
        last = [place_value(workspace, f"last_departure.{mode}") for mode in ("straight", "walk")]
        assert (np.nan_to_num(last[1]) <= np.nan_to_num(last[0])).all()
        # A stop or station within its limit along streets is one that the distances of the build find too.
        near = (workspace.measure("stop", "walk") <= STOP_REACH_M - 0.01) & (walk >= 0)
        assert (walk[near] > 0).mean() > 0.99  # some stops are served on other days only


def test_times_of_the_tiny_feed(tiny: Workspace) -> None:
    """Twenty trips, two an hour from 7 to 16 o'clock, one each way; the last stop of a trip is no departure."""
    first, last = (place_value(tiny, f"{which}_departure.straight") for which in ("first", "last"))
    assert np.nanmin(first) == 7 * 60
    assert np.nanmax(last) == 16 * 60 + 30
    shares = table_of(tiny, ["last_departure_from_19h", "last_departure_from_21h"], "straight")
    assert (shares == 0).all(axis=None)


def test_wait_is_half_the_interval_and_the_walk_is_the_shortest(tiny: Workspace) -> None:
    """All inner stops of the tiny feed have 20 departures a day, the ends have ten."""
    minutes = place_value(tiny, "transport_access_minutes")
    nearest = tiny.measure("stop", "walk") / 80
    least, most = nearest + 60 * SERVICE_HOURS / 20, nearest + 60 * SERVICE_HOURS / 10
    assert (minutes >= least - 0.1).all()
    assert (minutes <= most + 0.1).all()
    assert np.isclose(minutes, least, atol=0.1).any()


def test_classes_of_people_and_of_stops_add_up(sample: Workspace) -> None:
    for mode in ("straight", "walk"):
        shares = table_of(sample, CLASS_SHARES, mode)
        assert len(shares) == 10
        known = shares.dropna()
        assert len(known) > 5
        np.testing.assert_allclose(known.sum(axis=1), 100)
    stops = table_of(sample, STOP_SHARES, "").dropna()
    assert len(stops) > 5
    np.testing.assert_allclose(stops.sum(axis=1), 100)


def test_every_stop_of_the_study_area_is_in_one_class(sample: Workspace) -> None:
    names = [name.replace("_share", "_count") for name in STOP_SHARES]
    counts = table_of(sample, names, "")
    stops = read_table(sample.file("stops", "stops.parquet"))
    bus = stops[stops["mode"] == "bus"].drop_duplicates("group_id")
    towns = read_table(sample.file("people", "municipalities.parquet"))
    inside = bus.geometry.within(towns[towns["in_study_area"]].union_all())
    assert counts.sum().sum() == inside.sum()


def test_frequency_unknown_is_never_none(tiny_raw: Path, tmp_path: Path, rewrite_feed) -> None:
    """The same stops without a calendar: who lives near one is told, how often a bus comes is not."""
    rewrite_feed(tiny_raw, calendar=False)
    workspace = build([tiny_raw], tmp_path / "ws").workspace
    table = workspace.table("indicators")
    mine = table[table["indicator"].astype(str).str.startswith(("departures_", "last_departure", "first_departure"))]
    told = mine[mine["value"].notna()]
    assert set(told["indicator"].astype(str)) == {"departures_none_share", "departures_unknown_share"}
    rest = mine[mine["value"].isna()]
    assert set(rest["reason"].astype(str).str.partition(" / ")[0]) == {"運行本数の資料がない"}
    shares = table_of(workspace, CLASS_SHARES, "straight")
    both = shares["departures_none_share"] + shares["departures_unknown_share"]
    np.testing.assert_allclose(both, 100)
    assert (shares["departures_unknown_share"] > 0).all()
    assert (table_of(workspace, STOP_SHARES, "")["bus_stops_unknown_share"] == 100).all()


def test_more_trips_never_lower_what_people_reach(
    tiny: Workspace, tiny_raw: Path, tmp_path: Path, rewrite_feed
) -> None:
    rewrite_feed(tiny_raw, trips=32)
    more = build([tiny_raw], tmp_path / "ws").workspace
    for mode in ("straight", "walk"):
        before, after = (place_value(each, f"departures_300m.{mode}") for each in (tiny, more))
        assert (after >= before).all()
        assert (after > before).any()
    before, after = (place_value(each, "transport_access_minutes") for each in (tiny, more))
    assert (after <= before + 0.05).all()
    assert (after < before).any()


def test_without_streets_only_the_straight_line_is_told(tiny_raw: Path, tmp_path: Path) -> None:
    (tiny_raw / "streets.osm").unlink()
    workspace = build([tiny_raw], tmp_path / "ws").workspace
    assert table_of(workspace, CLASS_SHARES, "straight").notna().all(axis=None)
    table = workspace.table("indicators")
    walked = table[
        (table["mode"] == "walk") & table["indicator"].isin([*CLASS_SHARES, "transport_access_minutes_mean"])
    ]
    assert walked["value"].isna().all()
    assert set(walked["reason"].astype(str).str.partition(" / ")[0]) == {"道路データがない"}
