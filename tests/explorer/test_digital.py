"""Fibre, 5G, coverage areas, speed tests and substitution through the real build of the tiny region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import explorer
from geodata.ookla import ZOOM, quadkeys
from geodata.workspace import Workspace
from layers.substitution import CLASSES
from tests.explorer.conftest import CELLS, SOUTH, WEST, Ran, Region

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = "code,name,as_of,indicator,value,unit,source,method_note\n"
PUBLISHED = HEAD + (
    "10201,前橋市,2024-03-31,fibre_household_coverage,99.5,%,s,n\n"
    "10201,前橋市,2023-03-31,fibre_household_coverage,99.9,%,s,n\n"
    "10000,群馬県,2024-03-31,fibre_household_coverage,98.7,%,s,n\n"
    "10000,群馬県,2025-03-31,5g_population_coverage,97.3,%,s,n\n"
    "00000,全国,2025-03-31,5g_population_coverage,98.4,%,s,n\n"
    "00000,全国,2026-03-31,5g_population_coverage_target,97,%,s,n\n"
)
TOWN = CELLS / 160  # width of a town in degrees


def write_areas(folder: Path) -> Path:
    """Fibre in the west half of 前橋市 (and of 桐生市 nothing is said); 5G in the west half of 桐生市, none in 前橋市."""
    west = shapely.box(WEST, SOUTH, WEST + TOWN / 2, SOUTH + 1)
    shapes = [west, shapely.box(WEST + TOWN, SOUTH, WEST + 1.5 * TOWN, SOUTH + 1), west]
    frame = gpd.GeoDataFrame(
        {"technology": ["fibre", "5g", "5g"], "covered": [1, 1, 0]}, geometry=shapes, crs="EPSG:6668"
    )
    path = folder / "own_areas.geojson"
    frame.to_file(path, engine="pyogrio")
    return path


def write_speeds(folder: Path) -> Path:
    """Every tile of 前橋市 has tests of 20 Mbps; those of 桐生市 have too few."""
    lon, lat = (
        grid.ravel()
        for grid in np.meshgrid(np.arange(WEST, WEST + 2 * TOWN, 0.002), np.arange(SOUTH, SOUTH + 0.04, 0.002))
    )
    keys = quadkeys(lon, lat)
    table = pd.DataFrame({"key": keys, "lon": lon}).groupby("key", as_index=False).max()
    text = [np.base_repr(key, 4).zfill(ZOOM) for key in table["key"]]
    tests = np.where(table["lon"] < WEST + TOWN + 0.004, 9, 2)
    path = folder / "2025-01-01_performance_fixed_tiles.parquet"
    pd.DataFrame({"quadkey": text, "tile": "", "avg_d_kbps": 20_000, "tests": tests}).to_parquet(path)
    return path


@pytest.fixture(scope="module")
def workspace(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    from explorer.build import build

    folder = tmp_path_factory.mktemp("digital")
    write_areas(folder)
    write_speeds(folder)
    (folder / "digital.csv").write_text(PUBLISHED, encoding="utf-8")
    (folder / "光ファイバ整備状況.csv").write_text("番号,割合\n1,2\n", encoding="utf-8")
    return build([tiny_workspace.parent / "raw", folder], folder / "workspace").workspace


def row(workspace: Workspace, indicator: str, code: str, mode: str = "", group: str = "total") -> pd.Series:
    table = workspace.table("indicators")
    keys = table[["indicator", "area_code", "mode", "group"]].astype(str)
    found = table[(keys == [indicator, code, mode, group]).all(axis=1)]
    assert len(found) == 1, (indicator, code, mode, group)
    return found.iloc[0]


def test_a_town_has_its_own_number_and_its_neighbour_the_reason(workspace: Workspace) -> None:
    assert row(workspace, "fibre_household_coverage", "10201").value == 99.5
    missing = row(workspace, "fibre_household_coverage", "10203")
    assert np.isnan(missing.value)
    assert "都道府県の値: 98.7 %、2024-03-31" in missing.reason
    for code in ("10201", "10203"):
        five_g = row(workspace, "5g_population_coverage", code)
        assert np.isnan(five_g.value)
        assert "都道府県の値: 97.3 %、2025-03-31" in five_g.reason


def test_no_number_of_a_prefecture_is_a_number_of_a_town(workspace: Workspace) -> None:
    table = workspace.table("indicators")
    ours = table[table["indicator"].astype(str).str.contains("fibre|5g")]
    assert not np.isin(ours["value"].round(3), [98.7, 97.3, 98.4, 97.0]).any()


def test_the_table_keeps_every_number_at_its_level(workspace: Workspace) -> None:
    table = workspace.table("digital")
    levels = table.set_index(["area_code", "indicator", "as_of"])["level"]
    assert levels["10000", "5g_population_coverage", "2025-03-31"] == "prefecture"
    assert levels["00000", "5g_population_coverage_target", "2026-03-31"] == "nation"
    assert len(table) == 6


def test_people_outside_areas_are_those_outside_the_polygons(workspace: Workspace) -> None:
    places = workspace.table("places")
    town = places[places["municipality_code"] == "10201"]
    outside = town.geometry.x > WEST + TOWN / 2
    found = row(workspace, "without_fibre", "10201")
    assert found.numerator == pytest.approx(town["population_total"][outside].sum())
    assert 40 < found.value < 60
    assert row(workspace, "without_5g", "10201").value == 100  # a polygon says that there is none
    assert "10203" not in set(places["municipality_code"][places.geometry.x < WEST + TOWN])
    unknown = row(workspace, "without_fibre", "10203")
    assert np.isnan(unknown.value)
    assert "資料に含まれない" in unknown.reason
    assert np.isnan(row(workspace, "without_fibre_and_5g", "10203").value)


def test_speed_tests_of_the_user(workspace: Workspace) -> None:
    assert row(workspace, "ookla_below_30mbps", "10201").value == 100
    assert row(workspace, "ookla_down_median", "10201").value == pytest.approx(20)
    assert "測定が5回以上" in row(workspace, "ookla_down_median", "10203").reason
    used = {source["kind"]: source for source in workspace.manifest["sources"] if source["used"]}
    assert "CC BY-NC-SA 4.0" in used["ookla"]["licence"]
    assert {"digital", "coverage_areas"} <= used.keys()


def test_substitution_adds_up_to_the_people_and_agrees_with_the_map(workspace: Workspace) -> None:
    places = workspace.table("places")
    people = places["population_total"].to_numpy()
    for mode in ("straight", "walk"):
        rows = {name: row(workspace, f"substitution_shopping_{name}", "10201", mode) for name in CLASSES}
        assert sum(each.numerator for each in rows.values()) == pytest.approx(rows["both"].denominator)
        assert sum(each.value for each in rows.values()) == pytest.approx(100)
        file = workspace.file("digital", f"place_values/substitution_shopping.{mode}.npy")
        drawn = np.load(file)
        inside = (places["municipality_code"] == "10201").to_numpy()
        for code, name in enumerate(("both", "physical_only", "digital_only", "neither")):
            assert people[inside & (drawn == code)].sum() == pytest.approx(rows[name].numerator), name
        assert np.isin(drawn[~inside], (4, 5)).all()  # 桐生市: fibre not known
    assert row(workspace, "substitution_shopping_unknown", "10203", "walk").value == 100


def test_a_table_in_another_layout_is_named_and_the_rest_goes_on(workspace: Workspace) -> None:
    notes = [note for note in workspace.manifest["notes"] if "光ファイバ整備状況" in note["file"]]
    assert any("番号、割合" in note["ja"] and "households" in note["en"] for note in notes)


def test_what_if_shops_follow(workspace: Workspace) -> None:
    live = explorer.open(workspace.path).live()
    shop = workspace.table("facilities").query("kind == 'supermarket'")["facility_id"].iloc[0]
    change = live.after(closed=[shop]).indicators
    ours = change[(change["indicator"] == "substitution_shopping_digital_only") & (change["area_code"] == "10201")]
    assert (ours.loc[ours["mode"] == "straight", "after"] > ours.loc[ours["mode"] == "straight", "before"]).all()
    assert len(ours)


def test_a_broken_source_costs_no_other(region: Region) -> None:
    (region.raw / "digital.csv").write_text(PUBLISHED, encoding="utf-8")
    (region.raw / "fibre_2024.xlsx").write_bytes(b"PK no workbook")
    (region.raw / "5g_area.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Fea')
    result = region.build()
    result.warning("fibre_2024.xlsx")
    result.warning("5g_area.geojson")
    table = region.indicators()
    found = table[(table["indicator"] == "fibre_household_coverage") & (table["area_code"] == "10201")]
    assert found["value"].tolist() == [99.5]


def test_without_any_source_every_entry_has_its_reason(tiny_workspace: Path) -> None:
    table = Workspace.open(tiny_workspace).table("indicators")
    ours = table[table["indicator"].astype(str).str.contains("fibre|5g|4g|ookla|substitution")]
    known = ours["indicator"].astype(str).str.endswith("_unknown")
    assert ours["value"][~known].isna().all()
    assert (ours["reason"].astype(str)[~known] != "").all()
    assert not Workspace.open(tiny_workspace).has_table("digital")


def test_the_command_shows_what_was_found(command: Callable[..., Ran], workspace: Workspace) -> None:
    shown = command("scan", workspace.path.parent / "digital.csv", workspace.path.parent / "own_areas.geojson")
    assert "光ファイバ・5G 整備率の表" in shown.out
    assert "提供エリア" in shown.out
