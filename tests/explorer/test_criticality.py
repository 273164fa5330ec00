"""Criticality equals the scenario that closes the facility, number by number, for towns at random and real ways to ask."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from explorer.criticality import CRITICAL_COLUMNS, closing_units, critical
from explorer.regions import Opened
from explorer.service_limits import BadLimit
from geodata.errors import UnknownCode
from tests.explorer.towns import CATEGORY, LIMITS, Town, towns

law = settings(max_examples=60)


def assert_equals_closing(opened: Opened, category: str, mode: str, limit: float, *, some: int | None = None) -> None:
    """Every facility (or the worst of them, and some at random) against the what-if answer without it: to the last bit."""
    table, live = critical(opened, category, mode, limit), opened.live()
    chosen = range(len(table))
    if some is not None and some < len(table):
        chosen = [*range(some), *np.random.default_rng(1).choice(np.arange(some, len(table)), some, replace=False)]
    conditions = opened.conditions
    total, elderly = (conditions.people.get(group) for group in ("total", "65_plus"))
    assert total is not None
    everybody = total
    listed = conditions.why_missing(category, mode) == ""
    total, elderly = (
        None if people is None else np.where(np.append(listed, False)[conditions.area_of_place], people, 0.0)
        for people in (total, elderly)
    )
    for row in table.iloc[list(chosen)].itertuples():
        effect = live.after(closed=[row.site_id], categories=[category], modes=[mode])
        lost = effect.newly_beyond(category, mode, limit)
        by_area = conditions.sum_over_areas(np.where(lost, everybody, 0.0))
        told = dict(row.municipalities)
        assert told == {
            code: people
            for code, people, is_listed in zip(effect.area_codes, by_area, listed, strict=True)
            if people > 0 and is_listed
        }
        assert row.people_lost_unlisted == pytest.approx(by_area[~listed].sum(), rel=1e-12, abs=1e-9)
        assert list(told.values()) == sorted(told.values(), reverse=True)
        assert row.people_lost == pytest.approx(by_area[listed].sum(), rel=1e-12, abs=1e-9)
        home = sum(people for code, people in told.items() if code == row.municipality_code)
        assert row.people_lost_elsewhere == pytest.approx(row.people_lost - home, rel=1e-12, abs=1e-9)
        if elderly is None:
            assert np.isnan(row.people_lost_65_plus)
        else:
            assert row.people_lost_65_plus == pytest.approx(elderly[lost].sum(), rel=1e-12, abs=1e-9)
        before, after = (
            np.where(np.isnan(each.distances[category, mode]), np.inf, each.distances[category, mode]).astype(
                np.float64
            )
            for each in (effect.before, effect.after)
        )
        assert row.people_farther == pytest.approx(total[after > before].sum(), rel=1e-12, abs=1e-9)
        assert row.people_stranded == pytest.approx(
            total[(after > before) & np.isinf(after)].sum(), rel=1e-12, abs=1e-9
        )
        added = np.subtract(after, before, out=np.zeros(len(after)), where=np.isfinite(after))
        assert row.extra_distance_people == pytest.approx((total * added).sum(), rel=1e-12, abs=1e-9)


# ---------------------------------------------------------------------------------------------------------------------
# Towns drawn at random


@law
@given(towns(), st.sampled_from(LIMITS), st.sampled_from(["total", "15_64"]))
def test_each_closure_is_a_plain_recomputation(town: Town, limit: float, group: str) -> None:
    table = critical(town, CATEGORY, "straight", limit, group=group).set_index("site_id")
    assert list(critical(town, CATEGORY, "straight", limit).columns) == list(CRITICAL_COLUMNS)
    assert sorted(table.index) == sorted(f"f{row}" for row in range(len(town.site_xy)))
    away = cdist(town.place_xy, town.site_xy)
    people, inside = town.people[group], town.area_of_place >= 0
    for row in range(len(town.site_xy)):
        before, after = away.min(axis=1), np.delete(away, row, axis=1).min(axis=1, initial=np.inf)
        lost = (before <= limit) & (after > limit) & inside
        found = table.loc[f"f{row}"]
        assert found["people_lost"] == pytest.approx(people[lost].sum())
        assert found["people_lost_65_plus"] == pytest.approx(town.people["65_plus"][lost].sum())
        elsewhere = lost & (town.area_of_place != town.area_of_site[row])
        assert found["people_lost_elsewhere"] == pytest.approx(people[elsewhere].sum())
        assert dict(found["municipalities"]) == pytest.approx(
            {
                code: people[lost & (town.area_of_place == area)].sum()
                for area, code in enumerate(town.codes)
                if people[lost & (town.area_of_place == area)].sum() > 0
            }
        )
        assert found["people_farther"] == pytest.approx(people[(after > before) & inside].sum())


@law
@given(towns(), st.sampled_from(LIMITS), st.data())
def test_who_lives_where_no_list_is_counts_apart(town: Town, limit: float, data: st.DataObject) -> None:
    """Their own facilities are unknown: they must not make a neighbour's look critical."""
    surveyed = np.array(data.draw(st.lists(st.booleans(), min_size=len(town.codes), max_size=len(town.codes))))
    full = critical(town, CATEGORY, "straight", limit).set_index("site_id")
    some = critical(replace(town, surveyed=surveyed), CATEGORY, "straight", limit).set_index("site_id").loc[full.index]
    for name, row in some.iterrows():
        by_code = dict(full.loc[name, "municipalities"])
        unlisted = {
            code: by_code.pop(code, 0.0) for code, is_listed in zip(town.codes, surveyed, strict=True) if not is_listed
        }
        assert dict(row["municipalities"]) == by_code
        assert row["people_lost"] == pytest.approx(sum(by_code.values()))
        assert row["people_lost_unlisted"] == pytest.approx(sum(unlisted.values()))
    assert (some["extra_distance_people"] <= full["extra_distance_people"] + 1e-9).all()
    assert not full["people_lost_unlisted"].any()


@law
@given(towns(), st.sampled_from(LIMITS))
def test_ranks_follow_the_loss(town: Town, limit: float) -> None:
    table = critical(town, CATEGORY, "straight", limit)
    keys = list(zip(table["people_lost"], table["extra_distance_people"], strict=True))
    assert keys == sorted(keys, reverse=True)
    assert table["rank"].tolist() == [1 + sum(other > key for other in keys) for key in keys]


def test_two_at_one_spot_spare_each_other() -> None:
    """A clinic in the building of another: closing one of them hurts nobody, and the table says why."""
    town = Town(
        ["10201", "10202"],
        np.array([[0.0, 0], [300, 0]]),
        np.array([0, 1]),
        {"total": np.array([10.0, 20])},
        np.array([[100.0, 0], [100, 0], [900, 0]]),
        np.array([0, 0, 1]),
        np.full(3, np.nan),
    )
    table = critical(town, CATEGORY, "straight", 500).set_index("site_id")
    assert table["people_lost"].tolist() == [0, 0, 0]
    assert table["same_place"].to_dict() == {"f0": 1, "f1": 1, "f2": 0}
    alone = replace(town, site_xy=town.site_xy[1:], area_of_site=town.area_of_site[1:], capacity=town.capacity[1:])
    table = critical(alone, CATEGORY, "straight", 500).set_index("site_id")
    assert table.loc["f0", ["people_lost", "people_lost_elsewhere", "rank"]].tolist() == [30, 20, 1]
    assert table.loc["f0", "municipalities"] == [("10202", 20.0), ("10201", 10.0)]
    assert table.loc["f0", "extra_distance_people"] == 10 * 800 + 20 * 400
    assert np.isnan(table.loc["f0", "people_lost_65_plus"])
    only_second = critical(alone, CATEGORY, "straight", 500, codes=["10202"])
    assert only_second["site_id"].tolist() == ["f1"]
    assert only_second["rank"].tolist() == [1]


# ---------------------------------------------------------------------------------------------------------------------
# Workspaces: every way of travel that a workspace has


@pytest.mark.parametrize("mode", ["straight", "walk", "cycle", "drive", "walk_elderly", "walk_winter", "drive_winter"])
@pytest.mark.parametrize("category", ["elementary_school", "stop", "supermarket"])
def test_tiny_region_facility_by_facility(tiny: Opened, category: str, mode: str) -> None:
    """The only shop among them: after it closes nobody has one."""
    limit = 800.0 if mode in {"straight", "walk"} else 300.0
    assert_equals_closing(tiny, category, mode, limit)
    table = critical(tiny, category, mode, limit)
    assert table["people_lost"].max() > 0
    assert (table["people_stranded"].max() > 0) == (category == "supermarket")


@pytest.mark.parametrize("mode", ["straight", "walk", "drive", "walk_slope"])
@pytest.mark.parametrize("category", ["hospital", "food_shop", "stop30"])
def test_sample_region(sample: Opened, category: str, mode: str) -> None:
    """Stops with several poles, two kinds of shop in one building, slopes, islands."""
    limit = 800.0 if mode in {"straight", "walk"} else 600.0
    assert_equals_closing(sample, category, mode, limit, some=4)
    assert critical(sample, category, mode, limit)["people_lost"].max() > 0


def test_a_stop_closes_with_all_its_poles(sample: Opened) -> None:
    units = closing_units(sample, "stop")
    stops = sample.workspace.table("stops")
    assert (units["sites"] > 1).any()
    assert units["sites"].sum() == len(sample.services().sites("stop"))
    assert set(units["site_id"]) <= set(stops["group_id"])
    assert units["site_id"].is_unique
    shops = closing_units(sample, "food_shop")
    assert (shops["sites"] == 1).all()
    assert (shops["same_place"] > 0).any()


def test_all_facilities_in_about_the_time_of_a_few_closures(sample: Opened) -> None:
    """No clock of a machine is trusted: many at once must take less than fifty, one after the other."""
    units = closing_units(sample, "clinic")
    assert len(units) > 300
    live = sample.live()
    live.after(closed=[units["site_id"][0]], categories=["clinic"], modes=["drive"])
    critical(sample, "clinic", "drive", 300)
    start = time.perf_counter()
    critical(sample, "clinic", "drive", 300)
    all_at_once = time.perf_counter() - start
    start = time.perf_counter()
    for name in units["site_id"][:50]:
        live.after(closed=[name], categories=["clinic"], modes=["drive"])
    assert all_at_once < time.perf_counter() - start


def test_what_cannot_be_asked_is_refused(tiny: Opened) -> None:
    for arguments, options, words in (
        (("hospital", "drive", 600), {}, "hospital"),
        (("stop", "boat", 600), {}, "boat"),
        (("stop", "drive", 600), {"group": "85_plus"}, "85_plus"),
        (("stop", "drive", 600), {"codes": ["48201"]}, "48201"),
    ):
        with pytest.raises(UnknownCode, match=words):
            critical(tiny, *arguments, **options)
    with pytest.raises(BadLimit, match="しきい値"):
        critical(tiny, "stop", "drive", float("nan"))


def test_command(tiny_workspace: Path, command: Callable[..., object], tmp_path: Path) -> None:
    asked = ("critical", tiny_workspace, "elementary_school", "--mode", "walk", "--metres", 800)
    ran = command(*asked, "--top", 2)
    assert ran.code == 0, ran.err
    table = pd.read_csv(io.StringIO(ran.out))
    assert table["rank"].tolist() == [1, 2]
    assert table["municipalities"].str.contains("前橋市").all()
    assert command(*asked, "--out", tmp_path / "all.json").code == 0
    lists = pd.read_json(tmp_path / "all.json")["municipalities"]
    assert len(lists) == 3
    assert str(lists[0][0][0]) == "10201"
    assert command(*asked, "--out", tmp_path / "all.parquet").code == 0
    assert pd.read_parquet(tmp_path / "all.parquet")["municipalities"].str.contains("前橋市").all()
    command(*asked, "--out", tmp_path / "all.xlsx").error(".csv")
    abroad = command(*asked, "--region", "10203")
    assert len(pd.read_csv(io.StringIO(abroad.out))) == 0  # all schools stand in the other town
