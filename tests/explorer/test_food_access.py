"""Food access through the real build: tables of the user, estimates, lists that hold too little."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.build import BuildReport, build
from explorer.car_rates import rates_of
from explorer.completeness_text import WHOLE, completeness_lines
from explorer.regions import Opened
from explorer.shop_completeness import published_shops
from explorer.words import Language
from geodata.workspace import FIGURES
from layers.completeness import COMPLETENESS_COLUMNS
from layers.food_access import OLDER, OLDER_OF_ALL, UNDIVIDED, YOUNGER

WEST, SOUTH = 139.0, 36.3
RATES = "code,group,rate,as_of,source\n10000,65_plus,80,2019,県の調査\n10201,65_plus,60,2024,市の調査\n"


@pytest.fixture
def built(tiny_workspace: Path, tmp_path: Path) -> Callable[..., tuple[Opened, BuildReport]]:
    """The tiny region with more files: name → text."""

    def run(files: dict[str, str]) -> tuple[Opened, BuildReport]:
        raw, out = tmp_path / "raw", tmp_path / "workspace"
        shutil.copytree(tiny_workspace.parent / "raw", raw, dirs_exist_ok=True)
        if not out.exists():
            shutil.copytree(tiny_workspace, out)
        for name, text in files.items():
            (raw / name).write_text(text, encoding="utf-8")
        report = build([raw], out)
        return explorer.open(out), report

    return run


def row(opened: Opened, indicator: str, code: str, group: str = "total", mode: str = "straight") -> pd.Series:
    table = opened.indicators()
    found = table[
        (table["indicator"] == indicator)
        & (table["area_code"] == code)
        & (table["group"] == group)
        & (table["mode"] == mode)
    ]
    assert len(found) == 1
    return found.iloc[0]


def ages(folder: Path) -> str:
    """The tiny region's grid with 40 of 100 people 65 and over in each square."""
    lines = (folder / "population_500m_2020.csv").read_text(encoding="utf-8").split()
    return "\n".join(["KEY_CODE,pop,pop_65_plus", *(f"{line},40" for line in lines[1:])]) + "\n"


def test_people_far_from_the_only_shop(tiny_workspace: Path):
    """One supermarket in 10201: far people are counted in both towns, and by area a circle is a circle."""
    opened = explorer.open(tiny_workspace)
    assert row(opened, "food_far_cells_2020", "10203").value == 100
    here = row(opened, "food_far_people_cells_2020", "10201")
    # 64 squares of 100 people; a circle of 500 m covers π·500² of squares of 561.4 × 462.3 m, all of it in this town
    assert 6400 - here.value == pytest.approx(100 * np.pi * 500**2 / (561.4 * 462.3), rel=0.01)
    by_count = row(opened, "food_far_people_counts_2020", "10201").value
    assert 5500 < by_count < 6400
    assert row(opened, "food_far_cells_2015", "10201").value == row(opened, "food_far_cells_2020", "10201").value
    beyond = row(opened, "supermarket_beyond_500m", "10201")
    assert beyond.value == pytest.approx(100 - row(opened, "supermarket_within_500m", "10201").value)
    assert row(opened, "food_hard_cells_2020", "10201", "65_plus").reason.startswith("この年齢区分の人口資料がない")


def test_region_is_the_sum_of_its_towns(tiny_workspace: Path):
    opened = explorer.open(tiny_workspace)
    region = opened.region(["10201", "10203"]).indicators()
    whole = region[region["area_code"] == "region"].set_index(["indicator", "mode", "group"])["value"]
    for name in ("food_far_people_cells_2020", "food_far_people_counts_2020", "food_shop_beyond_people_500m"):
        parts = [row(opened, name, code).value for code in ("10201", "10203")]
        assert whole[name, "straight", "total"] == pytest.approx(sum(parts))


def test_a_closed_shop_moves_the_places_and_leaves_the_squares(tiny_workspace: Path):
    live = explorer.open(tiny_workspace).live()
    table = explorer.open(tiny_workspace).workspace.table("facilities")
    (shop,) = table.loc[table["kind"] == "supermarket", "facility_id"]
    changed = live.after(closed=[str(shop)]).indicators
    changed = changed[changed["group"] == "total"]
    told = set(changed["indicator"])
    assert "food_far_cells_2020" not in told
    places = changed[(changed["indicator"] == "food_far_places_2020") & (changed["area_code"] == "10201")]
    assert set(places["mode"]) == {"straight", "walk"}
    assert (places["after"] == 100).all()
    assert (places["before"] < 100).all()


def testrates_of_the_town_and_of_the_prefecture(built, tiny_workspace: Path):
    population = ages(tiny_workspace.parent / "raw")
    opened, report = built({"car_use.csv": RATES, "population_500m_2020.csv": population})
    for code, stays in (("10201", 0.4), ("10203", 0.2)):
        far, hard = (row(opened, f"food_{name}_people_cells_2020", code, "65_plus").value for name in ("far", "hard"))
        assert hard == pytest.approx(stays * far, rel=1e-6)
        on_foot = [
            row(opened, f"food_{name}_people_places_2020", code, "65_plus", "walk").value for name in ("far", "hard")
        ]
        assert on_foot[1] == pytest.approx(stays * on_foot[0], rel=1e-6)
    (estimate,) = [note for note in report.warnings if "推計" in note.ja]
    assert "桐生市" in estimate.ja
    assert "前橋市" not in estimate.ja
    assert row(opened, "car_use_rate", "10201", "65_plus", "").value == 60
    neighbour = row(opened, "car_use_rate", "10203", "65_plus", "")
    assert np.isnan(neighbour.value)  # the prefecture's rate is not shown as the town's
    assert "80 %" in neighbour.reason
    (used,) = [source for source in opened.workspace.manifest["sources"] if source["kind"] == "car_use"]
    assert used["used"]
    region = opened.region(["10201", "10203"]).indicators()
    whole = region[(region["area_code"] == "region") & (region["group"] == "65_plus")].set_index(["indicator", "mode"])
    parts = [row(opened, "food_hard_people_cells_2020", code, "65_plus").value for code in ("10201", "10203")]
    assert whole.loc[("food_hard_people_cells_2020", "straight"), "value"] == pytest.approx(sum(parts))


def test_a_bad_table_is_named_and_the_build_goes_on(built):
    opened, report = built(
        {"car_use.csv": "市,率\n10201,70\n", "shop_counts.csv": "code,kind,count\n10201,スーパー,8\n"}
    )
    (said,) = [note for note in report.warnings if "car_use.csv" in note.file]
    assert "group" in said.ja
    (source,) = [source for source in opened.workspace.manifest["sources"] if source["kind"] == "car_use"]
    assert not source["used"]
    assert source["reason_ja"]
    assert row(opened, "shop_list_completeness_supermarket", "10201", "total", "").value == pytest.approx(12.5)


def test_lists_against_published_numbers(built):
    opened, report = built(
        {"shop_counts.csv": "code,kind,count,source\n10201,スーパー,8,経済センサス\n10203,supermarket,0,\n"}
    )
    table = opened.workspace.table("completeness").set_index(["municipality_code", "kind"])
    assert tuple(table.columns) == tuple(name for name in COMPLETENESS_COLUMNS if name not in table.index.names)
    here = table.loc[("10201", "supermarket")]
    assert (here["listed"], here["yardstick"], here["basis"], here["share"], here["is_low"]) == (
        1,
        8,
        "published",
        12.5,
        True,
    )
    assert here["source"] == "経済センサス"
    assert table.loc[("10201", "convenience"), "basis"] == "national_rate"
    assert any("スーパー" in note.ja and "公表数" in note.ja for note in report.warnings)
    none = row(opened, "shop_list_completeness_supermarket", "10203", "total", "")
    assert np.isnan(none.value)  # none of none
    assert none.reason


def test_own_rates_come_first_then_the_prefectures():
    split = {YOUNGER: 0.9, OLDER_OF_ALL: 0.5, OLDER: 0.5}
    prefecture = {("10000", "65_74"): 0.9, ("10000", "75_plus"): 0.5}
    assert rates_of("10201", prefecture) == (split, True)
    own = {**prefecture, ("10201", "65_plus"): 0.6}
    assert rates_of("10201", own) == ({YOUNGER: 0.6, OLDER_OF_ALL: 0.6, UNDIVIDED: 0.6, OLDER: 0.5}, True)
    assert rates_of("10203", {("10201", "65_plus"): 0.6}) == ({}, False)
    both = {("10201", "65_74"): 0.8, ("10201", "75_plus"): 0.4, ("10000", "65_plus"): 0.7}
    assert rates_of("10201", both) == ({YOUNGER: 0.8, OLDER_OF_ALL: 0.4, OLDER: 0.4}, False)


def completeness(rows: list[tuple[str, str, int, float, str, bool]]) -> pd.DataFrame:
    columns = ["municipality_code", "kind", "listed", "yardstick", "basis", "is_surveyed"]
    return pd.DataFrame(rows, columns=columns).assign(source="", as_of="", share=0.0, is_low=False)


@pytest.mark.parametrize(("language", "here"), [("ja", "この市区町村"), ("en", "this municipality")])
def test_the_line_on_the_card(language: Language, here: str):
    table = completeness(
        [
            ("10201", "supermarket", 0, 60.0, "national_rate", False),
            ("10201", "convenience", 3, 140.0, "national_rate", True),
            ("10202", "supermarket", 8, 10.0, "published", True),
            ("10203", "supermarket", 0, 10.0, "published", False),
        ]
    )
    lines = completeness_lines(table, "food_shop", language)
    assert set(lines) == {"10201", "10202", WHOLE}  # no list covers 10203: it has no value either
    assert lines["10201"].is_low
    assert here in lines["10201"].text
    assert "2 %" in lines["10201"].text  # 3 of 200: the supermarkets that no list holds are missing too
    assert not lines["10202"].is_low
    assert "80 %" in lines["10202"].text
    assert lines[WHOLE].is_low
    assert completeness_lines(table, "hospital", language) == {}
    assert completeness_lines(table, None, language) == {}
    assert completeness_lines(table.iloc[:0], "food_shop", language) == {}


def test_a_described_table_of_municipalities_is_a_yardstick_and_the_own_list_wins(tmp_path: Path):
    rows = [
        ("municipal_shops_published_supermarket", "10201", 90.0),
        ("municipal_shops_published_supermarket", "10203", 30.0),
        ("municipal_shops_published_drugstore", "10201", np.nan),
        ("municipal_libraries", "10201", 7.0),
    ]
    table = pd.DataFrame(rows, columns=["name", "area_code", "value"]).assign(source="s1", as_of="2021")
    table.to_parquet(tmp_path / FIGURES)
    own = pd.DataFrame(
        [("10203", "supermarket", 33.0, "名鑑", "2024", "s2")],
        columns=["municipality_code", "kind", "count", "source", "as_of", "source_id"],
    )
    found = published_shops(own, tmp_path)
    assert found == {
        ("10201", "supermarket"): (90.0, "", "2021", "s1"),
        ("10203", "supermarket"): (33.0, "名鑑", "2024", "s2"),
    }
    assert published_shops(None, tmp_path / "nothing") == {}
