"""Catchments to 2070, towns alone and pooled, closures in turn: against slow recomputations, Live, and by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.people_by_year import PeopleByYear
from explorer.regions import Opened
from explorer.service_sites import land_border
from explorer.thresholds import read_thresholds
from explorer.viability import cascade, catchment_totals, pooled_thresholds, viability
from geodata.errors import ExplorerError, UnknownCode
from geodata.future_population import read_projection
from geodata.notes import Notes
from geodata.scan import scan
from layers.service_thresholds import Thresholds

from .conftest import CELLS, WEST, Region, write_population

YEARS = [2020, *range(2025, 2071, 5)]


@pytest.fixture(scope="module")
def opened(sample_workspace: Path) -> Opened:
    return explorer.open(sample_workspace)


@pytest.fixture
def tiny(tiny_workspace: Path) -> Opened:
    return explorer.open(tiny_workspace)


class TestPeople:
    def test_sums_by_municipality_are_those_of_the_projection(self, opened: Opened, sample_raw: Path) -> None:
        """The file itself, by the code of each square; single precision of the places and squares of two towns aside."""
        file = next(each.file for each in scan([sample_raw]).found if each.dataset == "mesh_r6")
        projection = read_projection(file, notes=Notes())
        people = PeopleByYear(opened)
        codes = opened.services().area_codes
        for year in (2020, 2050, 2070):
            raw = projection.people[year, "total"]
            owners = pd.Series(raw).groupby([owner[0] for owner in projection.owners]).sum().reindex(codes)
            own = opened.conditions.sum_over_areas(people.people(year))
            assert own.sum() == pytest.approx(raw.sum(), rel=1e-6)
            np.testing.assert_allclose(own, owners, rtol=1e-5)

    def test_sums_are_those_of_the_indicators(self, opened: Opened) -> None:
        table = opened.indicators()
        people = PeopleByYear(opened)
        for year in YEARS[1:]:
            shown = table[(table["indicator"] == f"population_{year}") & (table["group"] == "total")]
            shown = shown.set_index("area_code")["value"].reindex(opened.services().area_codes)
            np.testing.assert_allclose(opened.conditions.sum_over_areas(people.people(year)), shown, rtol=1e-6)

    def test_ages_of_every_year_add_up_to_all(self, opened: Opened) -> None:
        people = PeopleByYear(opened)
        for year in (2020, 2035, 2070):
            ages = sum(people.people(year, group) for group in ("0_14", "15_64", "65_plus"))
            np.testing.assert_allclose(ages, people.people(year), atol=1e-3)
        now = PeopleByYear(opened).people(2020, "65_plus").sum()
        assert now == pytest.approx(opened.conditions.people["65_plus"].sum(), rel=1e-3)

    def test_ages_of_now_follow_the_base_year_of_another_size(self, opened: Opened) -> None:
        """A projection that starts with a tenth more people has a tenth more old ones."""
        base = np.asarray(opened.conditions.people["total"], np.float32) * np.float32(1.1)
        other = _with_values(opened, people_2020_total=base)
        old = PeopleByYear(other).people(2020, "65_plus")
        np.testing.assert_allclose(old, opened.conditions.people["65_plus"] * 1.1, rtol=1e-5, atol=1e-9)

    def test_what_is_asked_for_must_be_there(self, opened: Opened, tiny: Opened) -> None:
        with pytest.raises(UnknownCode, match=r"2031.*There are: 2020, 2025"):
            PeopleByYear(opened).checked_years([2030, 2031])
        with pytest.raises(UnknownCode, match="no projection of population"):
            PeopleByYear(tiny).checked_years([2050])
        with pytest.raises(UnknownCode, match="women_20_39"):
            PeopleByYear(opened).checked_groups(["women_20_39"])


def _with_values(opened: Opened, **values: np.ndarray) -> Opened:
    """The same workspace with other numbers per place."""
    other = explorer.open(opened.workspace.path)
    there = dict(opened.conditions.place_values)
    other.__dict__["conditions"] = dataclasses.replace(opened.conditions, place_values=there | values)
    return other


class TestCatchments:
    @pytest.mark.parametrize("mode", ["straight", "walk", "drive"])
    @pytest.mark.parametrize("category", ["library", "clinic", "stop30"])
    def test_everybody_is_in_one_or_in_none(self, opened: Opened, category: str, mode: str) -> None:
        found = catchment_totals(opened, category, mode, groups=["total", "65_plus"])
        parts = found["inside"] + found["outside"] + found["unreached"]
        np.testing.assert_allclose(parts, found["people"], rtol=1e-9)
        assert len(found) == 2 * len(YEARS)
        table = viability(opened, category, mode)
        by_year = table[[f"people_{year}" for year in YEARS]].sum().to_numpy()
        whole = found[found["group"] == "total"]
        np.testing.assert_allclose(by_year, whole["inside"] + whole["outside"], rtol=1e-9)

    def test_the_same_as_place_by_place(self, opened: Opened) -> None:
        """Every site ranked for every place, and a loop."""
        services = opened.services()
        sites = services.sites("library")
        ranked = services.ranked("library", "drive", len(sites))
        people = opened.conditions.place_values["people_2050_total"]
        slow = dict.fromkeys(sites["site_id"], 0.0)
        for nearest, value in zip(ranked.site[:, 0], people, strict=True):
            if nearest >= 0:
                slow[sites["site_id"][nearest]] += float(value)
        found = viability(opened, "library", "drive").set_index("site_id")["people_2050"]
        assert found.to_dict() == pytest.approx(slow)

    def test_first_years_by_a_loop(self, opened: Opened) -> None:
        table = viability(opened, "elementary_school", "drive", threshold=4000.0, groups=["75_plus"])
        assert table["first_year_below"].notna().any()
        assert table["first_year_below"].isna().any()
        for row in table.to_dict("records"):
            below = [year for year in YEARS if row[f"people_{year}"] < 4000]
            if below:
                assert row["first_year_below"] == below[0]
                assert row["reason"] == ""
            else:
                assert pd.isna(row["first_year_below"])
                assert "not below it up to 2070" in row["reason"]
            assert row["people_2050_75_plus"] <= row["people_2050"] + 1e-6

    def test_a_published_threshold_is_named(self, opened: Opened) -> None:
        table = viability(opened, "clinic", "drive", years=[2020, 2050])
        assert set(table["n50"]) == {3500.0}
        assert set(table["n80"]) == {5500.0}
        assert table["source_of_threshold"].str.contains("2023-05-29").all()
        n50, n80 = (table[name].fillna(9999) for name in ("first_year_below", "first_year_below_n80"))
        assert (n80 <= n50).all()
        assert "people_2030" not in table

    def test_some_towns_only(self, opened: Opened) -> None:
        every = viability(opened, "clinic", "drive")
        two = viability(opened, "clinic", "drive", codes=["48321", "48203"])
        pd.testing.assert_frame_equal(two, viability(opened, "clinic", "drive", codes=["48203", "48321"]))
        wanted = every[every["municipality_code"].isin(["48203", "48321"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(two, wanted)

    def test_facilities_side_by_side_as_one(self, opened: Opened) -> None:
        alone, pooled = (viability(opened, "clinic", "drive", together=metres) for metres in (0.0, 500.0))
        assert alone["site_id"].tolist() == pooled["site_id"].tolist()
        assert (pooled["people_2050"] >= alone["people_2050"] - 1e-9).all()
        once = pooled.drop_duplicates("location")
        assert once["people_2050"].sum() == pytest.approx(alone["people_2050"].sum())
        assert once["facilities_together"].sum() == len(alone)
        assert (pooled["facilities_together"] > 1).any()
        lowest = pooled.groupby("location")["site_id"].min()
        assert lowest.index.tolist() == lowest.tolist()
        everything = viability(opened, "clinic", "drive", together=1e6)
        assert everything["people_2050"].to_numpy() == pytest.approx(alone["people_2050"].sum())
        with pytest.raises(ExplorerError, match="0 m or more"):
            viability(opened, "clinic", together=-1.0)

    def test_without_a_projection_there_is_now_and_a_reason(self, tiny: Opened) -> None:
        table = viability(tiny, "elementary_school", "straight", threshold=1.0)
        now = PeopleByYear(tiny).now
        assert table[f"people_{now}"].sum() == pytest.approx(tiny.conditions.people["total"].sum())
        assert table["people_2050"].isna().all()
        assert (table["people_reason"] == "将来推計人口の資料がない / no projection of population has been read").all()
        assert table["first_year_below"].isna().all()
        assert table["reason"].str.contains("no projection").all()
        below = viability(tiny, "elementary_school", "straight", threshold=1e6)
        assert (below["first_year_below"] == now).all()  # what is so today is known without one

    def test_a_town_that_the_projection_leaves_out_makes_its_catchments_unknown(self, opened: Opened) -> None:
        town = opened.conditions.area_of_place == opened.services().area_codes.index("48361")
        values = {
            name: np.where(town, np.nan, value).astype(np.float32)
            for name, value in opened.conditions.place_values.items()
            if name.startswith("people_2")
        }
        other = _with_values(opened, **values)
        table, whole = viability(other, "clinic", threshold=100.0), viability(opened, "clinic")
        unknown = table["people_2050"].isna()
        assert 0 < unknown.sum() < len(table)
        assert (table["people_reason"] != "").equals(unknown)
        assert table.loc[unknown, "reason"].str.contains("does not cover").all()
        np.testing.assert_allclose(table["people_2050"][~unknown], whole["people_2050"][~unknown])
        done = cascade(other, "clinic", below=None, years=[2050], steps=1)
        assert done.closures["people"][0] == pytest.approx(table["people_2050"].min())


class TestCascade:
    @pytest.mark.parametrize(
        ("category", "mode"), [("library", "drive"), ("hospital", "walk"), ("hospital", "straight")]
    )
    def test_the_same_as_a_plain_one(self, opened: Opened, category: str, mode: str) -> None:
        """All distances between places and sites, everything counted anew at each step."""
        services = opened.services()
        sites = services.sites(category)
        ranked = services.ranked(category, mode, len(sites))
        people = {year: PeopleByYear(opened).people(year) for year in YEARS}
        is_open = np.ones(len(sites), bool)
        slow = []
        for year in YEARS:
            while True:
                usable = (ranked.site >= 0) & is_open[ranked.site]
                first = usable.argmax(axis=1)
                site = np.where(usable.any(axis=1), ranked.site[np.arange(len(first)), first], -1)
                sums = {row: people[year][site == row].sum() for row in np.flatnonzero(is_open)}
                weakest = min(sums, key=lambda row: (round(sums[row], 6), sites["site_id"][row]), default=None)
                if weakest is None or sums[weakest] >= 30_000:
                    break
                slow.append((year, sites["site_id"][weakest], sums[weakest]))
                is_open[weakest] = False
        done = cascade(opened, category, mode, below=30_000.0)
        assert done.closures["site_id"].tolist() == [name for _, name, _ in slow]
        assert done.closures["year"].tolist() == [year for year, _, _ in slow]
        np.testing.assert_allclose(done.closures["people"], [count for _, _, count in slow])
        assert len(slow) > 3
        assert done.is_stable
        np.testing.assert_array_equal(done.sites["is_open"], is_open)

    def test_the_first_closure_is_that_of_live(self, opened: Opened) -> None:
        limit = 600.0
        done = cascade(opened, "clinic", "drive", years=[2020], below="n50", limit=limit, steps=3)
        live = opened.live()
        people = PeopleByYear(opened).people(2020)
        gone: list[str] = []
        for row in done.closures.to_dict("records"):
            before = live.after(closed=gone, categories=["clinic"], modes=["drive"]).after.distances["clinic", "drive"]
            gone.append(row["site_id"])
            after = live.after(closed=gone, categories=["clinic"], modes=["drive"]).after.distances["clinic", "drive"]
            beyond = (before <= limit) & ~(after <= limit)
            assert row["people_newly_beyond"] == pytest.approx(people[beyond].sum())
            assert row["people_without"] == pytest.approx(people[~(after <= limit)].sum())
        np.testing.assert_array_equal(done.result.nearest.distance, after)

    def test_moves_add_up_to_closures(self, opened: Opened) -> None:
        done = cascade(opened, "clinic", "drive", below="n50", limit=600.0)
        assert done.is_stable
        assert done.closures["site_id"].is_unique
        assert done.closures["year"].is_monotonic_increasing
        by_step = done.moves.groupby("step")[["people", "people_newly_beyond"]].sum()
        np.testing.assert_allclose(by_step["people"], done.closures["people"])
        np.testing.assert_allclose(by_step["people_newly_beyond"], done.closures["people_newly_beyond"])
        reached = done.moves[done.moves["to_site_id"] != ""].groupby("step")["people"].sum()
        reached = reached.reindex(done.closures["step"], fill_value=0.0)
        np.testing.assert_allclose(reached, done.closures["people_moved"])
        assert (done.closures["people_moved"] == 0).any()  # of an island
        closed_at = dict(zip(done.closures["site_id"], done.closures["step"], strict=True))
        later = done.moves["to_site_id"].map(closed_at).fillna(np.inf)
        assert (later > done.moves["step"]).all()  # nobody moves to what is closed already
        main = done.moves.groupby(["step", "to_site_id"])["people"].sum().reset_index()
        for row in done.closures.head(20).to_dict("records"):
            mine = main[(main["step"] == row["step"]) & (main["to_site_id"] != "")]
            assert row["to_people"] == pytest.approx(mine["people"].max())
        still_open = done.sites[done.sites["is_open"]]
        assert (still_open["people_after"] >= 3500).all()
        stranded = (done.result.nearest.site < 0) & (opened.services().nearest("clinic", "drive").site >= 0)
        gone = PeopleByYear(opened).people(2070)[stranded].sum()
        assert done.sites["people_after"].sum() + gone == pytest.approx(done.sites["people_before"].sum())
        assert done.sites.loc[~done.sites["is_open"], "people_after"].sum() == 0

    def test_only_chosen_towns_and_twice_the_same(self, opened: Opened) -> None:
        one, other = (
            cascade(opened, "clinic", "drive", codes=codes, years=[2050]).closures
            for codes in (["48341", "48361"], ["48361", "48341"])
        )
        pd.testing.assert_frame_equal(one, other)
        assert set(one["municipality_code"]) <= {"48341", "48361"}
        assert len(one)

    def test_the_smallest_whatever_its_size(self, opened: Opened) -> None:
        done = cascade(opened, "hospital", "drive", years=[2050], below=None, steps=2)
        assert len(done.closures) == 2
        assert not done.is_stable
        assert np.isnan(done.threshold)
        table = viability(opened, "hospital", "drive", years=[2050])
        assert done.closures["people"][0] == pytest.approx(table["people_2050"].min())

    def test_years_without_the_age_group_are_left_out(self, opened: Opened) -> None:
        """The projection has no 85 and over: only now can be gone through, and that is said by the years."""
        done = cascade(opened, "library", "drive", below=1_000.0, group="85_plus")
        assert set(done.closures["year"]) == {2020}
        old = viability(opened, "library", "drive", groups=["85_plus"])
        assert done.closures["people"][0] == pytest.approx(old["people_2020_85_plus"].min())
        assert old["people_2050_85_plus"].isna().all()
        assert old["people_reason"].str.contains("no such group").all()

    def test_even_the_last_one(self, opened: Opened) -> None:
        count = len(opened.services().sites("library"))
        done = cascade(opened, "library", "drive", years=[2050], below=1e9)
        assert len(done.closures) == count
        last = done.closures.iloc[-1]
        assert last["people_moved"] == 0
        assert last["people_newly_beyond"] == pytest.approx(last["people"])
        assert last["people_without"] == pytest.approx(PeopleByYear(opened).people(2050).sum())
        assert (done.result.nearest.site == -1).all()

    def test_nothing_closes(self, opened: Opened) -> None:
        done = cascade(opened, "library", "drive", below=0.5)
        assert done.closures.empty
        assert done.moves.empty
        assert done.is_stable
        assert "people_newly_beyond" in done.closures

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"below": "n90"}, "n50, n80 or a number"),
            ({"below": "n50"}, "has no threshold"),
            ({"below": None}, "give one of them"),
            ({"below": -1.0}, "above 0"),
            ({"below": 1.0, "steps": 0}, "1 step or more"),
            ({"below": 1.0, "years": [2051]}, "2051"),
            ({"below": 1.0, "group": "centenarians"}, "centenarians"),
            ({"below": 1.0, "codes": ["13101"]}, "13101"),
            (
                {"below": 1.0, "group": "85_plus", "years": [2020, 2050]},
                "2050, 85_plus: the projection has no such group",
            ),
            ({"below": 1.0, "mode": "teleport"}, "teleport"),
        ],
    )
    def test_refused(self, opened: Opened, asked: dict, words: str) -> None:
        with pytest.raises(ExplorerError, match=words):
            cascade(opened, "library", **asked)


class TestPooled:
    def test_two_towns_of_4000_pass_together_what_each_fails(self, region: Region) -> None:
        write_population(region.raw, people=62)  # 64 squares: 3,968 people a town
        region.build()
        table = pooled_thresholds(explorer.open(region.out), ["10203", "10201"], categories=["clinic"])
        now = table[table["year"] == table["year"].min()].set_index("area_code")
        assert now["people"].to_dict() == pytest.approx({"10201": 3968, "10203": 3968, "region": 7936})
        assert now["passes"].to_dict() == {"10201": "n50", "10203": "n50", "region": "n80"}
        assert now.loc["10201", "chance"] < 80 < now.loc["region", "chance"]
        later = table[table["year"] == 2050]
        assert later["people"].isna().all()
        assert (later["passes"] == "").all()
        assert later["reason"].str.contains("no projection").all()

    def test_three_towns_and_thresholds_of_ones_own(self, opened: Opened, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text('[library]\nn50 = 13000\nn80 = 20000\nsource = "町の調査"\n', encoding="utf-8")
        own = read_thresholds(path)
        codes = ["48321", "48322", "48361"]
        table = pooled_thresholds(opened, codes, categories=["library", "post_office"], thresholds=own)
        now = table[(table["year"] == 2020) & (table["category"] == "library")].set_index("area_code")
        assert now["passes"].to_dict() == {"48321": "none", "48322": "none", "48361": "none", "region": "n80"}
        assert now["source_of_threshold"].str.contains("町の調査").all()
        for _, part in table.groupby(["category", "year"]):
            members = part[part["area_code"] != "region"]["people"].sum()
            assert members == pytest.approx(part[part["area_code"] == "region"]["people"].iloc[0])
        without = table[table["category"] == "post_office"]
        assert without["n50"].isna().all()
        assert (without["passes"] == "").all()
        assert without["reason"].str.contains("nothing varies").all()
        pd.testing.assert_frame_equal(
            table,
            pooled_thresholds(opened, codes[::-1], categories=["library", "post_office"], thresholds=own),
        )

    def test_every_service_with_a_list_or_a_threshold(self, opened: Opened) -> None:
        mine = {"other_school": Thresholds(1.0, 2.0, "own", "", "")}
        table = pooled_thresholds(opened, ["48321"], years=[2030], thresholds=mine)
        assert {"clinic", "library", "other_school"} <= set(table["category"])
        assert set(table["year"]) == {2030}
        with pytest.raises(UnknownCode, match="none given"):
            pooled_thresholds(opened, [])


class TestBorder:
    def test_facilities_nearest_to_the_land_border_are_marked(self, region: Region) -> None:
        """The western town alone: its eastern side is a border, the others have nobody beyond."""
        region.build("--area", "10201")
        opened = explorer.open(region.out)
        assert len(opened.services().area_codes) == 1
        east = WEST + CELLS / 160
        border = land_border(opened)
        assert len(border)
        from geodata.projection import PlaneProjection

        lon, _ = PlaneProjection(opened.workspace.manifest["projection"], 0.0).to_degrees(border)
        assert (np.abs(lon - east) < 300 / 90_000).all()
        table = viability(opened, "elementary_school", "straight").set_index("name")
        assert table["at_border"].to_dict() == {"第1小学校": False, "第2小学校": False, "第3小学校": True}
        done = cascade(opened, "elementary_school", "straight", below=1e9)
        assert done.kept_open == 1
        assert "第3小学校" not in set(done.closures["name"])
        with_border = cascade(opened, "elementary_school", "straight", below=1e9, with_border=True)
        assert len(with_border.closures) == 3
        assert with_border.kept_open == 0

    def test_an_island_has_none(self, opened: Opened) -> None:
        assert not len(land_border(opened))
