"""Scenarios: the laws that hold whatever is changed, and that they are what a build from the changed data gives."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import explorer
from explorer.build import build
from explorer.live_effect import Effect
from explorer.regions import Opened
from explorer.scenario import compare_scenarios, run_scenario
from explorer.scenario_comparison import headline
from explorer.scenario_edits import (
    Close,
    Edit,
    LineAdd,
    LineDrop,
    LineThin,
    Move,
    Open,
    Restrict,
    Scenario,
    Share,
    Speed,
    StopAdd,
    StopDrop,
    StreetClose,
    StreetOpen,
)
from explorer.scenario_file import write_scenario
from explorer.scenario_stops import StopLines
from geodata.errors import ScenarioError, UnknownCode
from tests.explorer.builds import KEYS, assert_is, schools, without_stop

EAST, WEST = "10203", "10201"
few = settings(max_examples=15, suppress_health_check=list(HealthCheck))


def write_lines(raw: Path, trips: dict[str, list[list[int]]]) -> None:
    """A feed with several lines: route → the stops of each trip, in their order. Stops 8 and 9 lie north of the others."""
    where = {number: (36.305, 139.005 + number * 0.009) for number in range(8)} | {
        8: (36.325, 139.02),
        9: (36.328, 139.06),
    }
    numbered = [(route, order) for route, orders in trips.items() for order in orders]
    tables = {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na1,見本バス,http://example.com,Asia/Tokyo\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"s{number},停{number},{lat},{lon}\n" for number, (lat, lon) in where.items()),
        "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\n"
        + "".join(f"{route},a1,,{route}線,3\n" for route in trips),
        "trips.txt": "route_id,service_id,trip_id\n"
        + "".join(f"{route},平日,t{number}\n" for number, (route, _) in enumerate(numbered)),
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        + "".join(
            f"t{number},10:{place:02d}:00,10:{place:02d}:00,s{stop},{place}\n"
            for number, (_, order) in enumerate(numbered)
            for place, stop in enumerate(order)
        ),
        "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "平日,1,1,1,1,1,0,0,20240401,20250331\n",
    }
    with zipfile.ZipFile(raw / "feed.zip", "w") as archive:
        for name, text in tables.items():
            archive.writestr(name, text)


def both_ways(stops: Sequence[int], times: int) -> list[list[int]]:
    """Trips there and back."""
    return [list(stops), list(stops)[::-1]] * times


MAIN, NORTH, SHORT = both_ways(range(8), 10), both_ways([3, 4, 5, 8, 9], 8), both_ways([0, 1, 2], 4)
LINES = {"本": MAIN, "北": NORTH, "短": SHORT}


@pytest.fixture(scope="module")
def base(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny region with three bus lines: raw files and workspace."""
    folder = tmp_path_factory.mktemp("lines")
    shutil.copytree(tiny_workspace.parent / "raw", folder / "raw")
    shutil.copytree(tiny_workspace, folder / "workspace")
    write_lines(folder / "raw", LINES)
    build([folder / "raw"], folder / "workspace")
    return folder


@pytest.fixture(scope="module")
def opened(base: Path) -> Opened:
    return explorer.open(base / "workspace")


@pytest.fixture
def rebuilt(base: Path, tmp_path: Path) -> Callable[[Callable[[Path], None]], Opened]:
    """The region built anew from raw files that were changed."""

    def run(change: Callable[[Path], None]) -> Opened:
        shutil.copytree(base, tmp_path / "again")
        change(tmp_path / "again" / "raw")
        build([tmp_path / "again" / "raw"], tmp_path / "again" / "workspace")
        return explorer.open(tmp_path / "again" / "workspace")

    return run


def run(opened: Opened, *edits: Edit):
    return run_scenario(opened, Scenario("試し", "Trial", edits))


def ids(opened: Opened) -> dict[str, str]:
    table = opened.workspace.table("facilities")
    return dict(zip(table["name"], table["facility_id"], strict=True))


def group(opened: Opened, name: str) -> str:
    return opened.workspace.table("stops").set_index("name").loc[name, "group_id"]


def assert_unchanged(effect: Effect) -> None:
    """Down to the last byte of every distance, and of every indicator."""
    for measure, values in effect.before.distances.items():
        assert np.asarray(effect.after.distances[measure]).tobytes() == np.asarray(values).tobytes(), measure
    table = effect.indicators
    pd.testing.assert_series_equal(table["after"], table["before"], check_names=False, rtol=0, atol=0)


def filled(effect: Effect, measure: tuple[str, str], *, after: bool) -> np.ndarray:
    values = (effect.after if after else effect.before).distances[measure]
    return np.where(np.isnan(values), np.inf, values)


# --- laws


def test_a_scenario_that_does_nothing_changes_nothing(opened) -> None:
    result = run(opened)
    assert result.measures == ()
    assert_unchanged(result.effect)
    assert result.before_after.empty
    assert result.most_hurt().empty
    assert result.newly_beyond.empty
    assert result.only_a_build == []
    for edit in (
        LineThin("feed:本", 1.0),
        Speed("trunk", 0.5),
        Share("elementary_school"),
        LineAdd(0.0, (group(opened, "停1"),)),
    ):
        assert_unchanged(run(opened, edit).effect)


def test_close_and_open_again_gives_the_same_bytes(opened) -> None:
    for row in opened.workspace.table("facilities").itertuples():
        edits = (Close(row.facility_id, row.name), Open(row.kind, (row.geometry.x, row.geometry.y)))
        assert_unchanged(run(opened, *edits).effect)
        assert_unchanged(run(opened, Move(row.facility_id, (row.geometry.x, row.geometry.y))).effect)


names = st.sampled_from(["第1小学校", "第2小学校", "第3小学校", "見本スーパー"])
kinds = st.sampled_from(["elementary_school", "supermarket", "library", "stop", "stop30"])
places = st.tuples(st.floats(139.003, 139.097), st.floats(36.303, 36.33))


@few
@given(st.sets(names, min_size=1), st.lists(st.tuples(kinds, places), max_size=2, unique=True))
def test_closing_never_raises_and_opening_never_lowers_access(opened, closing, opening) -> None:
    shut = tuple(Close(ids(opened)[name]) for name in sorted(closing))
    new = tuple(Open(kind, at) for kind, at in opening)
    for edits, sign in ((shut, 1), (new, -1)):
        effect = run(opened, *edits).effect
        for measure in effect.measures:
            if measure in effect.before.distances:
                change = sign * filled(effect, measure, after=True) >= sign * filled(effect, measure, after=False)
                assert change.all(), (edits, measure)
        shares = effect.indicators[effect.indicators["indicator"].astype(str).str.contains("_within_")]
        assert (sign * shares["change"].dropna() <= 0).all()


@few
@given(st.randoms(), st.sets(st.integers(0, 9), min_size=2, max_size=10))
def test_the_order_of_edits_does_not_matter(opened, random, chosen) -> None:
    known = ids(opened)
    every = [
        Close(known["第1小学校"]),
        Move(known["第2小学校"], (139.06, 36.31)),
        Open("elementary_school", (139.08, 36.32), id="new"),
        Restrict("elementary_school"),
        Share(sites=(known["第3小学校"],), municipalities=(EAST,)),
        LineThin("feed:北", 0.5),
        LineDrop("feed:短"),
        StopAdd((139.09, 36.325), 40.0),
        StreetClose(at=(139.03, 36.31), radius_m=100.0),
        StreetOpen((139.02, 36.31), (139.07, 36.33)),
    ]
    edits = [every[number] for number in sorted(chosen)]
    shuffled = list(edits)
    random.shuffle(shuffled)
    one, other = run(opened, *edits), run(opened, *shuffled)
    assert one.scenario.digest == other.scenario.digest
    assert set(one.measures) == set(other.measures)
    for measure in one.measures:
        np.testing.assert_array_equal(one.effect.after.distances[measure], other.effect.after.distances[measure])
    pd.testing.assert_frame_equal(one.effect.indicators, other.effect.indicators)
    pd.testing.assert_frame_equal(one.most_hurt(), other.most_hurt())


# --- as a build


def test_a_closure_is_a_build_without_the_facility(opened, rebuilt) -> None:
    result = run(opened, Close(ids(opened)["第2小学校"], "第2小学校"))
    assert_is(result.effect, opened, rebuilt(lambda raw: schools(raw, lambda features: [features[0], features[2]])))
    assert (result.changed["verdict"] == "worse").any()
    assert result.places["municipality_code"].tolist() == [WEST]


def test_a_dropped_line_is_a_build_from_a_feed_without_it(opened, rebuilt) -> None:
    without = rebuilt(lambda raw: write_lines(raw, {"本": MAIN, "短": SHORT}))
    result = run(opened, LineDrop("feed:北"))
    assert_is(result.effect, opened, without)
    assert {category for category, _ in result.measures} == {"stop", "stop30"}  # two stops are gone, others are rarer
    assert result.notes[0][0].startswith("路線の廃止で、どの便も停まらなくなる乗り場 2 か所")
    assert {"stop_within_300m", "stop30_within_300m"} <= set(result.changed["indicator"])
    by_departures = {name for name in result.changed["indicator"].astype(str) if name.startswith("departures_")}
    assert by_departures, "how often buses come within reach is told too"
    assert not by_departures & set(result.effect.as_built)
    assert set(result.places["municipality_code"]) == {WEST, EAST}  # it serves both


def test_a_thinned_line_is_a_build_from_a_feed_with_fewer_trips(opened, rebuilt) -> None:
    fewer = rebuilt(lambda raw: write_lines(raw, LINES | {"北": NORTH[:8]}))
    result = run(opened, LineThin("feed:北", 0.5))
    assert_is(result.effect, opened, fewer)
    assert {category for category, _ in result.measures} == {"stop30"}
    assert result.changed["indicator"].astype(str).str.startswith("departures_").any()
    after = opened.scenario_ground.lines.after({("feed", "北"): 0.5}, {}).departures
    rows = fewer.workspace.table("stops").drop_duplicates("group_id").set_index("name")["departures_weekday"]
    assert {name: after[group(opened, name)] for name in ("停3", "停8")} == {
        name: rows[name] for name in ("停3", "停8")
    }


def test_more_buses_and_a_new_line_are_a_build_from_a_feed_with_them(opened, rebuilt) -> None:
    result = run(opened, LineThin("feed:短", 2.0), LineAdd(6.0, tuple(group(opened, f"停{n}") for n in (6, 1))))
    more = rebuilt(lambda raw: write_lines(raw, LINES | {"短": SHORT * 2, "新": [[6, 1, 0]] * 6}))
    assert_is(result.effect, opened, more)
    assert {category for category, _ in result.measures} == {"stop30"}
    assert (result.most_hurt("stop30")["newly_beyond"] == 0).all()
    assert result.most_hurt("stop30")["newly_within"].sum() > 0


def test_a_dropped_stop_is_a_build_without_it(opened, rebuilt) -> None:
    result = run(opened, StopDrop(group(opened, "停4"), "停4"))
    assert_is(result.effect, opened, rebuilt(lambda raw: without_stop(raw, "s4")))
    with_buses = run(opened, StopAdd((139.02, 36.32), 30.0)).measures
    assert {category for category, _ in with_buses} == {"stop", "stop30"}
    as_the_line = run(opened, StopAdd((139.02, 36.32), line="feed:北")).measures
    assert {category for category, _ in as_the_line} == {"stop"}  # 16 a day are no 30


# --- who may use what


def test_restricted_to_ones_own_is_the_nearest_of_ones_own(opened) -> None:
    service = "elementary_school"
    effect = run(opened, Restrict(service)).effect
    for mode in opened.services().modes:
        own = opened.services().nearest_own(service, mode).distance
        np.testing.assert_array_equal(effect.after.distances[service, mode], own, err_msg=mode)
        assert (filled(effect, (service, mode), after=True) >= filled(effect, (service, mode), after=False)).all()
    assert (run(opened, Restrict(service)).most_hurt()["area_code"] == EAST).all()  # all schools are in the west


def test_sharing_opens_what_is_restricted(opened) -> None:
    service, known = "elementary_school", ids(opened)
    shared = run(opened, Restrict(service), Share(sites=(known["第3小学校"],), municipalities=(EAST,))).effect
    areas = opened.services().area_codes
    sites = opened.services().sites(service)
    usable = np.array([[code == WEST or site == known["第3小学校"] for site in sites["site_id"]] for code in areas])
    for mode in opened.services().modes:
        expected = opened.services().nearest_usable(service, mode, usable).distance
        np.testing.assert_array_equal(shared.after.distances[service, mode], expected, err_msg=mode)
    everybody = Share(sites=tuple(known[f"第{number}小学校"] for number in (1, 2, 3)))
    assert_unchanged(run(opened, Restrict(service), everybody).effect)
    assert_unchanged(run(opened, Restrict(service), Share(service, municipalities=(EAST, WEST))).effect)


def test_a_restricted_site_is_restricted_in_every_service_it_counts_in(opened) -> None:
    result = run(opened, Restrict(sites=(ids(opened)["見本スーパー"],)))
    assert {category for category, _ in result.measures} == {"supermarket", "food_shop", "commercial"}
    areas = np.array(result.effect.area_codes)[result.effect.before.area_of_place]
    for measure in result.measures:
        assert np.isposinf(filled(result.effect, measure, after=True)[areas == EAST]).all()
        before, after = (filled(result.effect, measure, after=each)[areas == WEST] for each in (False, True))
        np.testing.assert_array_equal(before, after)


def test_what_opens_and_moves_is_of_where_it_stands(opened) -> None:
    service, known = "elementary_school", ids(opened)
    edits = (Open("elementary_school", (139.08, 36.32), id="東"), Move(known["第1小学校"], (139.07, 36.31)))
    result = run(opened, *edits, Restrict(service))
    east = np.array(result.effect.area_codes)[result.effect.before.area_of_place] == EAST
    only = run(opened, Close(known["第2小学校"]), Close(known["第3小学校"]), *edits).effect
    for mode in opened.services().modes:
        np.testing.assert_array_equal(
            result.effect.after.distances[service, mode][east], only.after.distances[service, mode][east]
        )
    named = run(opened, edits[0], Restrict(sites=("東",))).effect
    west = np.array(named.area_codes)[named.before.area_of_place] == WEST
    for measure in named.measures:
        np.testing.assert_array_equal(named.after.distances[measure][west], named.before.distances[measure][west])


def test_restricted_along_streets_that_are_cut(opened) -> None:
    cut = StreetClose(along=((139.03, 36.3), (139.03, 36.34)))
    both, alone = run(opened, cut, Restrict("elementary_school")).effect, run(opened, cut).effect
    west = np.array(both.area_codes)[both.before.area_of_place] == WEST  # all schools are theirs
    for mode in opened.services().modes:
        measure = ("elementary_school", mode)
        np.testing.assert_array_equal(both.after.distances[measure][west], alone.after.distances[measure][west])


# --- tables


def test_the_people_add_up(opened) -> None:
    result = run(opened, Close(ids(opened)["第3小学校"]), Close(ids(opened)["見本スーパー"]))
    service, mode = "elementary_school", "walk"
    table = result.beyond(service, mode, 800.0)
    total = table[table["group"] == "total"]
    lost, won = total["newly_beyond"], total["newly_within"]
    np.testing.assert_allclose(total["beyond_after"] - total["beyond_before"], lost - won, atol=1e-9)
    np.testing.assert_allclose(total["people"], 6400.0)
    share = result.before_after.set_index(KEYS).loc[(WEST, f"{service}_within_800m", "total", mode)]
    west = total.set_index("area_code").loc[WEST]
    assert share["before"] == pytest.approx(100 * (1 - west["beyond_before"] / west["people"]))
    assert share["after"] == pytest.approx(100 * (1 - west["beyond_after"] / west["people"]))
    assert share["verdict"] == "worse"
    hurt = result.most_hurt(service, mode, 800.0).set_index("area_code")
    assert hurt.loc[WEST, "newly_beyond"] == pytest.approx(west["newly_beyond"])
    places = result.hurt_places(service, mode, 800.0)
    assert places["people"].sum() == pytest.approx(lost.sum() + won.sum())
    assert len(places) == hurt["places"].sum()
    assert (places["before"] <= 800).all()
    assert (places["after"] > 800).all()
    assert headline(result, service, mode, 800.0)["newly_beyond"] == pytest.approx(lost.sum())
    beyond = result.newly_beyond
    row = beyond[(beyond["category"] == service) & (beyond["mode"] == mode) & (beyond["limit"] == 800)]
    assert row[row["group"] == "total"]["newly_beyond"].sum() == pytest.approx(lost.sum())
    # Who loses the school and the shop counts once.
    each = [result.most_hurt(name, mode)["newly_beyond"].sum() for name in (service, "supermarket")]
    assert max(each) <= result.most_hurt(None, mode)["newly_beyond"].sum() <= sum(each)


def test_neighbours_are_told_from_those_who_decide(opened) -> None:
    school = Open("elementary_school", (139.049, 36.31))
    hurt = run(opened, school).most_hurt().set_index("area_code")
    assert not hurt.loc[WEST, "elsewhere"]
    assert hurt.loc[EAST, "elsewhere"]
    assert hurt.loc[EAST, "nearer"] > 0


def test_the_only_shop_closes_and_nobody_reaches_one(opened) -> None:
    result = run(opened, Close(ids(opened)["見本スーパー"]))
    hurt = result.most_hurt("supermarket", "walk", 1e9).set_index("area_code")
    assert hurt["newly_beyond"].tolist() == pytest.approx([6400.0, 6400.0])
    assert np.isposinf(hurt["extra"]).all()
    assert "gone" in set(result.changed["verdict"])  # no median of a way that does not exist


def test_what_only_a_build_tells_is_named(opened) -> None:
    stops = {indicator.id for indicator in run(opened, LineDrop("feed:北")).only_a_build}
    shops = {indicator.id for indicator in run(opened, Close(ids(opened)["見本スーパー"])).only_a_build}
    assert "bus_stops_10_29_count" in stops
    assert "departures_median" not in stops  # told at once
    assert not any(name.startswith("departures") for name in shops)
    assert "commercial_service_area_density" in shops
    assert "population" not in stops | shops


def test_fewer_buses_where_nobody_had_many(opened, rebuilt) -> None:
    """No stop changes its class, and how often buses come changes all the same."""
    from explorer.commands.scenario import summary

    result = run(opened, LineThin("feed:短", 0.5))
    assert result.measures == ()
    assert_is(result.effect, opened, rebuilt(lambda raw: write_lines(raw, LINES | {"短": SHORT[:4]})))
    assert {"departures_mean", "transport_access_minutes_mean"} <= set(result.changed["indicator"])
    assert "bus_stops_10_29_count" in {indicator.id for indicator in result.only_a_build}
    told = summary(result)
    assert "何も変わりません" not in told
    assert "変わる指標" in told


def test_scenarios_side_by_side(opened) -> None:
    known = ids(opened)
    two = [
        Scenario("二つ", edits=(Close(known["第1小学校"]), Close(known["第2小学校"]))),
        Scenario("一つ", edits=(Close(known["第2小学校"]),)),
        Scenario("一つ", edits=()),
    ]
    found = compare_scenarios(opened, two)
    assert found.labels == ["二つ", "一つ (2)", "一つ (3)"]
    table = found.indicators
    single = found.results[1].before_after.astype(dict.fromkeys(KEYS, str)).set_index(KEYS)["after"]
    merged = table.set_index(KEYS)
    pd.testing.assert_series_equal(merged["一つ (2)"], single.reindex(merged.index), check_names=False)
    pd.testing.assert_series_equal(merged["一つ (3)"], merged["before"], check_names=False)
    hurt = found.most_hurt("elementary_school").set_index("area_code")
    assert (hurt["二つ"] >= hurt["一つ (2)"]).all()
    assert (hurt["一つ (3)"] == 0).all()
    assert set(found.summary["scenario"]) == {"二つ", "一つ (2)"}  # the third touches nothing


def test_streets_by_shape_number_and_circle(opened) -> None:
    line = ((139.02, 36.30), (139.02, 36.34))
    along = run(opened, StreetClose(along=line)).effect
    live = opened.live()
    import shapely

    numbers = tuple(live.streets.touching(shapely.LineString(line)).tolist())
    by_number = run(opened, StreetClose(streets=numbers)).effect
    assert along.measures == by_number.measures
    for measure in along.measures:
        np.testing.assert_array_equal(along.after.distances[measure], by_number.after.distances[measure])
    small, large = (live.streets.circle((139.03, 36.31), radius) for radius in (50.0, 500.0))
    assert large.contains(small)
    x, y = live._plane.to_plane(*shapely.get_coordinates(large).T).T
    (east, north) = live._plane.to_plane([139.03], [36.31])[0]
    np.testing.assert_allclose(np.hypot(x - east, y - north), 500.0, atol=1e-3)
    near, far = (set(live.streets.touching(shape).tolist()) for shape in (small, large))
    assert near < far


def node(column: int, row: int) -> tuple[float, float]:
    """Where streets of the tiny region cross."""
    return round(139.0 + column / 320 + 1e-4, 7), round(36.3 + row / 480 + 1e-4, 7)


def test_a_new_street_is_a_build_with_a_bridge_there(opened, rebuilt) -> None:
    ends = [(2, 3), (29, 14)], [(20, 2), (30, 6)]

    def bridges(raw: Path) -> None:
        """From crossing to crossing; a bridge, so that nobody's door is on it."""
        text = (raw / "streets.osm").read_text(encoding="utf-8")
        ways = "".join(
            f'<way id="{9000 + number}" version="1">'
            + "".join(f'<nd ref="{row * 33 + column + 1}"/>' for column, row in pair)
            + '<tag k="highway" v="residential"/><tag k="bridge" v="yes"/></way>'
            for number, pair in enumerate(ends)
        )
        (raw / "streets.osm").write_text(text.replace("</osm>", f"{ways}</osm>"), encoding="utf-8")

    new = [StreetOpen(node(*start), node(*end)) for start, end in ends]
    result = run(opened, *new)
    built = rebuilt(bridges)
    assert result.notes
    shorter = 0
    for measure, values in built.conditions.distances.items():
        told, before = result.effect.after.distances[measure], opened.conditions.distances[measure]
        # The length of the bridge is that in the plane, and times along whole chains are rounded to milliseconds.
        np.testing.assert_allclose(told, values, rtol=1e-5, atol=0.1, err_msg=str(measure))
        shorter += int((np.nan_to_num(before) - np.nan_to_num(told) > 10).sum())
        assert (np.nan_to_num(told) <= np.nan_to_num(before)).all()
    assert shorter > 100
    assert {mode for _, mode in result.measures} == set(opened.services().modes) - {"straight"}


def test_a_new_street_with_other_edits(opened) -> None:
    known = ids(opened)
    bridge = StreetOpen(node(2, 3), node(29, 14))
    alone, closed = run(opened, bridge).effect, run(opened, bridge, Close(known["第2小学校"])).effect
    service = "elementary_school"
    for mode in ("walk", "drive"):
        assert (filled(closed, (service, mode), after=True) >= filled(alone, (service, mode), after=True)).all()
    # Whoever may use all schools is where they were without the restriction.
    restricted = run(opened, bridge, Restrict(service)).effect
    west = np.array(alone.area_codes)[alone.before.area_of_place] == WEST
    for mode in ("walk", "drive"):
        told, expected = (each.after.distances[service, mode][west] for each in (restricted, alone))
        np.testing.assert_array_equal(told, expected)
        assert np.isposinf(filled(restricted, (service, mode), after=True)[~west]).all()
    walk = run_scenario(opened, Scenario("", edits=(bridge, Restrict(service))), modes=["walk"]).effect
    np.testing.assert_array_equal(walk.after.distances[service, "walk"], restricted.after.distances[service, "walk"])
    # A street where there is one already shortens nobody's way.
    assert_unchanged(run(opened, StreetOpen(node(4, 4), node(5, 4))).effect)


def test_lines_of_a_workspace(opened) -> None:
    lines = opened.scenario_ground.lines
    table = lines.lines.set_index("line")
    assert table["departures"].to_dict() == {"feed:本": 20, "feed:北": 16, "feed:短": 8}
    assert table["stops"].to_dict() == {"feed:本": 8, "feed:北": 5, "feed:短": 3}
    assert lines.routes("feed:北線") == lines.routes("feed:北") == [("feed", "北")]
    assert lines.positions([("feed", "短")])["name"].tolist() == ["停0", "停1", "停2"]
    old = StopLines(None, opened.workspace.table("stops"))
    with pytest.raises(UnknownCode, match="explorer build"):
        old.routes("feed:北")


# --- what cannot be


def contradictions(opened: Opened) -> list[tuple[tuple[Edit, ...], list[str]]]:
    school, at, stop = ids(opened)["第1小学校"], (139.03, 36.31), group(opened, "停4")
    pole = opened.workspace.table("stops").set_index("name").loc["停4", "stop_id"]
    new = Open("library", at)
    return [
        ((Close(school), Close(school)), ["2番目", "edit 1", school]),
        ((Close(school), Move(school, at)), ["2番目", "close", "move"]),
        ((Move(school, at), Close(school)), ["2番目", "move"]),
        ((StopDrop(stop), Close(pole)), ["2番目", pole]),
        ((new, new), ["2番目", "library"]),
        ((Speed("trunk", 0.5), Speed("trunk", 0.6)), ["2番目", "trunk"]),
        ((LineDrop("feed:北"), LineThin("feed:北線", 0.5)), ["2番目", "line_drop", "line_thin"]),
        ((Restrict("elementary_school"), Share("elementary_school")), ["2番目", "restrict", "share"]),
        ((Restrict("elementary_school"), Restrict("elementary_school")), ["2番目"]),
        ((Close(school), Restrict(sites=(school,))), ["2番目", school]),
        ((Open("library", at, id="a"), Open("nursery", at, id="a")), ["2番目", "id", "a"]),
    ]


@pytest.mark.parametrize("number", range(11))
def test_contradictory_edits_are_refused(opened, number) -> None:
    edits, words = contradictions(opened)[number]
    for order in (edits, edits[::-1]):
        with pytest.raises(ScenarioError) as caught:
            run_scenario(opened, Scenario("x", edits=order, source="plan.toml"))
        assert str(caught.value).startswith("plan.toml: "), caught.value
    with pytest.raises(ScenarioError) as caught:
        run_scenario(opened, Scenario("x", edits=edits, source="plan.toml"))
    for word in words:
        assert word.lower() in str(caught.value).lower()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Close("f999999"), ["f999999"]),
        (Close("f999999", "第1小学校"), ["f999999", "第1小学校", "f0"]),
        (Close("f000000", "町立病院"), ["f000000", "町立病院"]),
        (Move("f999999", (139.0, 36.3)), ["f999999"]),
        (Open("casino", (139.03, 36.31)), ["casino", "supermarket"]),
        (Open("library", (139.03, 35.0)), ["35.0", "municipality"]),
        (Open("library", (36.31, 139.03)), ["経度"]),
        (Restrict("casino"), ["casino", "elementary_school"]),
        (Restrict("stop"), ["stop", "誰でも"]),
        (Restrict(sites=("gtfs:0",)), ["gtfs:0", "誰でも"]),
        (Share("elementary_school", municipalities=("99999",)), ["99999"]),
        (StopDrop("f000000"), ["f000000", "バス停"]),
        (StopAdd((139.03, 36.31), line="feed:無"), ["feed:無"]),
        (LineDrop("feed:無"), ["feed:無", "feed:本"]),
        (LineAdd(10.0, ("f000000",)), ["f000000"]),
        (StreetClose(streets=(10**7,)), ["10000000"]),
        (StreetClose(along=((140.5, 38.0), (140.6, 38.0))), ["道路"]),
        (StreetClose(area=((139.0, 36.3), (139.1, 36.4), (139.1, 36.3), (139.0, 36.4))), ["交差"]),
        (StreetOpen((139.03, 36.31), (140.5, 38.0)), ["終点", "道路"]),
        (StreetOpen((139.03, 36.31), (139.04, 36.31), "highway"), ["highway", "trunk"]),
        (Speed("highway", 0.5), ["highway", "trunk"]),
    ],
)
def test_what_does_not_exist_is_named_with_file_and_edit(opened, edit, words) -> None:
    known = Close(ids(opened)["第2小学校"])
    with pytest.raises(ScenarioError) as caught:
        run_scenario(opened, Scenario("x", edits=(known, edit), source="plan.toml"))
    message = str(caught.value)
    assert message.startswith("plan.toml: 2番目の変更: "), message
    assert " / Edit 2: " in message, message
    for word in words:
        assert word in message


# --- the command


def test_the_command_tells_and_writes(command, base, opened, tmp_path) -> None:
    known = ids(opened)
    one = Scenario("閉校", "Closure", (Close(known["第3小学校"]),), "会議用")
    two = Scenario("減便", edits=(LineThin("feed:北", 0.5),))
    for name, scenario in (("a.toml", one), ("b.toml", two)):
        write_scenario(scenario, tmp_path / name)
    ran = command("scenario", base / "workspace", tmp_path / "a.toml", tmp_path / "b.toml", "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    for words in (
        one.stamp(),
        "会議用",
        "第3小学校（前橋市）",
        "小学校 / Elementary school",
        "並べて",
        "(2) 減便",
        "作り直し",
    ):
        assert words in ran.out, words
    file = tmp_path / "out" / "1_閉校" / "newly_beyond.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(file)
    assert set(table["scenario"]) == {one.tag}
    assert len(table) == len(run_scenario(opened, one).newly_beyond)
    assert (tmp_path / "out" / "comparison_indicators.csv").is_file()
    again = command("scenario", base / "workspace", tmp_path / "out" / "2_減便" / "scenario.toml", "--mode", "drive")
    assert again.code == 0
    assert two.stamp() in again.out
    alone = command(
        "scenario", base / "workspace", tmp_path / "a.toml", "--service", "elementary_school", "--limit", 300
    )
    assert "300 m" in alone.out


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ('[[edit]]\ndo = "close"\nsite = "f999999"\n', [], ["plan.toml", "1番目の変更", "f999999"]),
        ('[[edit]]\ndo = "explode"\n', [], ["plan.toml", "explode"]),
        ("name = ", [], ["plan.toml", "TOML"]),
        ("", ["--mode", "fly"], ["fly"]),
        ("", ["--service", "casino"], ["casino"]),
        ("", ["--limit", "-5"], ["--limit"]),
    ],
)
def test_the_command_refuses_with_one_message(command, base, tmp_path, text, options, words) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    command("scenario", base / "workspace", file, *options).error(*words)
    assert command("scenario", base / "workspace", tmp_path / "none.toml").error("none.toml")


def test_a_file_is_run_from_python(opened, tmp_path) -> None:
    write_scenario(Scenario("x", edits=(LineDrop("feed:北"),)), tmp_path / "x.toml")
    assert (
        opened.scenario(tmp_path / "x.toml").measures
        == opened.scenario(Scenario("x", edits=(LineDrop("feed:北"),))).measures
    )
