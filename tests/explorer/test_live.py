"""What-if answers against whole builds from the changed data: the same numbers, to the last bit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import explorer
from explorer.build import build
from explorer.build_run import Wanted
from explorer.live import Live
from explorer.live_effect import Effect
from explorer.regions import Opened
from geodata.errors import UnknownCode
from layers import catalogue
from layers.access.nearest import nearest
from layers.indicators import indicator_table
from tests.explorer.builds import assert_is, assert_same, by_key, schools, without_stop


@pytest.fixture(scope="module")
def opened(tiny_workspace: Path) -> Opened:
    return explorer.open(tiny_workspace)


@pytest.fixture(scope="module")
def live(opened: Opened) -> Live:
    return opened.live()


@pytest.fixture
def rebuilt(tiny_workspace: Path, tmp_path: Path) -> Callable[[Callable[[Path], None]], Opened]:
    """The tiny region built anew from raw files that were changed."""

    def run(change: Callable[[Path], None]) -> Opened:
        raw, out = tmp_path / "raw", tmp_path / "workspace"
        shutil.copytree(tiny_workspace.parent / "raw", raw)
        shutil.copytree(tiny_workspace, out)
        change(raw)
        build([raw], out)
        return explorer.open(out)

    return run


def id_of(opened: Opened, name: str) -> str:
    table = opened.workspace.table("facilities")
    (found,) = table.loc[table["name"] == name, "facility_id"]
    return str(found)


def test_a_closed_school_is_a_build_without_it(opened, live, rebuilt) -> None:
    without = rebuilt(lambda raw: schools(raw, lambda features: [features[0], features[2]]))
    effect = live.after(closed=[id_of(opened, "第2小学校")])
    assert_is(effect, opened, without)
    assert (effect.indicators["change"] != 0).any()
    # and the build without it, with the school opened there, is the one with it
    school = opened.workspace.table("facilities").set_index("name").loc["第2小学校"]
    back = without.live().after(opened=[("elementary_school", school.geometry.x, school.geometry.y)])
    assert_is(back, without, opened)


def test_a_moved_school_is_a_build_with_it_there(opened, live, rebuilt) -> None:
    def move(features: list[dict]) -> list[dict]:
        features[2]["geometry"]["coordinates"] = [139.0713, 36.3107]
        return features

    moved = rebuilt(lambda raw: schools(raw, move))
    assert_is(live.after(moved={id_of(opened, "第3小学校"): (139.0713, 36.3107)}), opened, moved)


def test_a_closed_stop_is_a_build_without_it(opened, live, rebuilt) -> None:
    stops = opened.workspace.table("stops").set_index("name")
    effect = live.after(closed=[stops.loc["停3", "group_id"]])
    assert_is(effect, opened, rebuilt(lambda raw: without_stop(raw, "s3")))
    # What the build measured on the map is named as such, what follows from distances is answered.
    assert "any_transport_service_area_density" in effect.as_built
    assert not {"stop_within_300m", "population", "stop_minutes_median"} & set(effect.as_built)
    assert {category for category, _ in effect.measures} == {"stop"}  # 20 trips a day: no stop30 here
    assert "transport_void_subsidy" in set(effect.indicators["indicator"])
    by_pole = live.after(closed=[stops.loc["停3", "stop_id"]])
    pd.testing.assert_frame_equal(by_pole.indicators, effect.indicators)


def test_the_only_shop_closes_and_nobody_reaches_one(opened, live) -> None:
    effect = live.after(closed=[id_of(opened, "見本スーパー")])
    for category in ("supermarket", "food_shop", "commercial"):
        for mode in ("straight", "walk", "drive"):
            assert np.isposinf(effect.after.distances[category, mode]).all()
    table = effect.indicators
    near = table[(table["indicator"] == "supermarket_within_800m") & (table["area_code"] == "10201")]
    assert (near["after"] == 0).all()
    assert (near["change"] == -near["before"]).all()


def test_closing_and_reopening_gives_the_same_bytes(opened, live) -> None:
    table = opened.workspace.table("facilities").set_index("facility_id")
    for name, row in table.iterrows():
        effect = live.after(closed=[name], opened=[(row["kind"], row.geometry.x, row.geometry.y)])
        for measure, values in opened.conditions.distances.items():
            assert np.asarray(effect.after.distances[measure]).tobytes() == np.asarray(values).tobytes()
        same = effect.indicators
        assert_same(same["after"], same["before"])


@pytest.mark.parametrize("where", [(139.012, 36.31), (139.001, 36.333), (139.0991, 36.3005), (139.06, 36.32)])
def test_a_new_shop_never_lowers_access(live, where) -> None:
    effect = live.after(opened=[("supermarket", *where)])
    table = effect.indicators.dropna(subset=["before", "after"])
    minutes = table["indicator"].astype(str).str.contains("minutes_(?:median|p90)")
    shares = table["indicator"].astype(str).str.contains("_within_")
    assert (table["change"][minutes] <= 0).all()
    assert (table["change"][shares] >= 0).all()
    assert (effect.indicators["before"].notna() <= effect.indicators["after"].notna()).all()
    for measure in effect.measures:
        assert (effect.after.distances[measure] <= effect.before.distances[measure]).all()
    assert not effect.people["farther"].any()
    assert not effect.beyond["newly_beyond"].any()


def test_people_and_places_beyond_a_threshold_add_up_to_the_indicator(opened, live) -> None:
    effect = live.after(closed=[id_of(opened, "第1小学校"), id_of(opened, "第2小学校")])
    beyond = effect.beyond.set_index(["category", "mode", "limit", "group", "area_code"])
    row = beyond.loc[("elementary_school", "walk", 800.0, "total", "10201")]
    share = effect.indicators.set_index(["indicator", "mode", "group", "area_code"])
    change = share.loc[("elementary_school_within_800m", "walk", "total", "10201"), "change"]
    assert row["newly_beyond"] == pytest.approx(-change / 100 * 6400)
    assert row["newly_beyond"] > 0
    assert row["newly_within"] == 0
    where = effect.newly_beyond("elementary_school", "walk", 800.0)
    assert where.sum() == beyond.loc[("elementary_school", "walk", 800.0, "total")]["places_beyond"].sum()
    assert not effect.newly_within("elementary_school", "walk", 800.0).any()
    people = effect.people.set_index(["category", "mode", "group", "area_code"])
    assert people.loc[("elementary_school", "walk", "total", "10201"), "farther"] >= row["newly_beyond"]


def test_nothing_changed_touches_nothing(live) -> None:
    effect = live.after()
    assert effect.measures == ()
    assert effect.indicators.empty
    some = live.after(opened=[("supermarket", 139.012, 36.31)])
    for empty, filled in ((effect.people, some.people), (effect.beyond, some.beyond)):
        assert empty.empty
        assert not filled.empty
        assert list(empty.columns) == list(filled.columns)


def test_a_cut_street_never_shortens_a_way(live) -> None:
    west_to_east = shapely.LineString([(139.02, 36.30), (139.02, 36.34)])  # across all streets between two columns
    cut = live.streets.touching(west_to_east)
    assert 10 <= cut.size <= 20
    effect = live.after(closed_streets=west_to_east)
    assert {mode for _, mode in effect.measures} == set(effect.before.profiles)  # the straight line crosses
    for measure in effect.measures:
        assert (effect.after.distances[measure] >= effect.before.distances[measure] - 1e-3).all()
    # Whom the cut parts from the only shop, in the west
    east = effect.newly_beyond("supermarket", "walk", 1e9)
    assert 0 < east.sum() < east.size
    by_number = live.after(closed_streets=cut, categories=["supermarket"], modes=["walk"])
    assert by_number.measures == (("supermarket", "walk"),)
    np.testing.assert_array_equal(
        by_number.after.distances["supermarket", "walk"], effect.after.distances["supermarket", "walk"]
    )


def test_a_cut_street_gives_what_asking_the_cut_network_anew_gives(opened, live) -> None:
    shop, school = id_of(opened, "見本スーパー"), id_of(opened, "第2小学校")
    new = ("clinic", 139.0301, 36.3103)
    for box in ((139.011, 36.309, 139.013, 36.311), (139.02, 36.30, 139.022, 36.34), (139.0, 36.3, 139.2, 36.4)):
        cut = shapely.box(*box)
        for question in ({}, {"closed": [school], "opened": [new]}, {"moved": {shop: (139.0205, 36.3105)}}):
            effect = live.after(closed_streets=cut, **question)
            change = live._change(
                question.get("closed", ()), question.get("opened", []), question.get("moved", {}), cut, {}
            )
            for mode, way in live._ways.along.items():
                names = list(change.sites.members)
                straight = {name: effect.after.distances[name, "straight"] for name in names}
                anew = way._anew(way._edited(change), names, change, straight)
                for name in names:
                    np.testing.assert_array_equal(
                        effect.after.distances[name, mode], anew[name], err_msg=f"{name} {mode}"
                    )


def test_streets_cut_and_a_school_closed_at_once(opened, live) -> None:
    cut = live.streets.touching(shapely.box(139.0, 36.305, 139.01, 36.309))
    school = id_of(opened, "第2小学校")
    both = live.after(closed=[school], closed_streets=cut, opened=[("library", 139.03, 36.31)])
    alone = live.after(closed_streets=cut)
    measure = ("elementary_school", "drive")
    assert (both.after.distances[measure] >= alone.after.distances[measure]).all()
    assert np.isfinite(both.after.distances["library", "walk"]).any()
    assert (both.after.distances["library", "walk"] >= both.after.distances["library", "straight"]).all()


def test_slower_roads_touch_cars_only(live) -> None:
    effect = live.after(speed_factor={"residential": 0.5})
    modes = {mode for _, mode in effect.measures}
    assert "drive" in modes
    assert not modes & {"straight", "walk", "cycle"}
    before, after = (each.distances["supermarket", "drive"] for each in (effect.before, effect.after))
    assert (after > before).all()
    assert (after <= 2 * before + 1e-3).all()  # the way to the street is walked


def test_several_sessions_ask_at_once(opened) -> None:
    """Each gets what it would get alone, also while nothing is ready yet."""
    ids = opened.workspace.table("facilities")["facility_id"].tolist() * 3
    fresh = Live(opened)
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda name: fresh.after(closed=[name]).indicators, ids))
    for name, table in zip(ids, together, strict=True):
        pd.testing.assert_frame_equal(table, opened.live().after(closed=[name]).indicators)


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        ({"closed": ["f999999"]}, UnknownCode, ["f999999", "facility_id"]),
        ({"moved": {"nowhere": (139.0, 36.3)}}, UnknownCode, ["nowhere"]),
        ({"opened": [("casino", 139.0, 36.3)]}, UnknownCode, ["casino", "supermarket"]),
        ({"opened": [("library", 36.3, 139.0)]}, ValueError, ["36.3", "経度", "longitude"]),
        ({"opened": [("library", float("nan"), 36.3)]}, ValueError, ["nan"]),
        ({"speed_factor": {"highway": 0.5}}, UnknownCode, ["highway", "trunk"]),
        ({"speed_factor": {"residential": 0.0}}, ValueError, ["above 0"]),
        ({"closed_streets": [10**6]}, ValueError, ["1000000"]),
        ({"modes": ["fly"]}, UnknownCode, ["fly", "walk"]),
        ({"categories": ["casino"]}, UnknownCode, ["casino", "elementary_school"]),
    ],
)
def test_what_does_not_exist_is_named(live, question, error, words) -> None:
    with pytest.raises(error) as caught:
        live.after(**question)
    for word in words:
        assert word in str(caught.value)


@pytest.fixture(scope="module")
def towns(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Tomioka, Shimonita, Nanmoku and Kanra."""
    wanted = Wanted(codes=("10210", "10382", "10383", "10384"), halo_km=5)
    report = build([shared_data / "gunma"], tmp_path_factory.mktemp("towns") / "workspace", wanted)
    return explorer.open(report.workspace.path)


@pytest.mark.realdata
@pytest.mark.slow
class TestTownsOfGunma:
    """Real streets and stops: each answer against one that asks for everything anew."""

    def test_closed_and_opened_as_if_asked_anew(self, towns: Opened) -> None:
        live = towns.live()
        table = towns.workspace.table("facilities")
        here = table[table["municipality_code"].isin(live.area_codes)]
        for kind, rows in here.groupby(here["kind"].astype(str)):
            name, twice = rows["facility_id"].iloc[0], rows["facility_id"].iloc[-2:].tolist()
            place = rows.geometry.iloc[0]
            self.assert_anew(live, live.after(closed=[name]), kind, without=[name])
            new = (kind, place.x + 0.004, place.y - 0.003)
            self.assert_anew(live, live.after(closed=twice, opened=[new]), kind, without=twice, new=new)

    def assert_anew(self, live: Live, effect: Effect, kind: str, *, without: list[str], new=None) -> None:
        sites = live._sites
        rows = np.setdiff1d(sites.members[kind], sites.rows(without))
        xy = live._sites_xy[rows]
        if new:
            xy = np.concatenate([xy, live._plane.to_plane([new[1]], [new[2]])])
        for mode, way in live._ways.along.items():
            network = live._networks.of(way.profile)
            found = nearest(network, way._doors.places, {kind: way._doors.of(xy)}, with_metres=mode == "walk")
            far = found.seconds[:, 0] if found.metres is None else found.metres[:, 0]
            expected = far.astype(np.float32)
            if mode == "walk":
                expected = np.maximum(expected, effect.after.distances[kind, "straight"])
            np.testing.assert_array_equal(effect.after.distances[kind, mode], expected, err_msg=f"{kind} {mode}")

    def test_indicators_as_if_counted_anew(self, towns: Opened) -> None:
        from dataclasses import replace

        live = towns.live()
        stops = towns.workspace.table("stops")
        for group in stops["group_id"].drop_duplicates().iloc[::97]:
            effect = live.after(closed=[group])
            fresh = replace(live.conditions, distances=dict(effect.after.distances))
            wanted = catalogue.indicators().values()
            anew = by_key(indicator_table(fresh, live.area_codes, live.area_codes, wanted=wanted), "value")
            told = by_key(effect.indicators, "after")
            assert_same(told, anew.loc[told.index])
            others = anew.index.difference(told.index)
            assert_same(anew.loc[others], by_key(towns.indicators(), "value").loc[others])
