"""Zones and hazard areas through the whole build: a tiny region worked out by hand, and Chiba City."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import explorer
from explorer.build import Wanted, build
from geodata.mesh import code_at
from geodata.workspace import Workspace

WEST, SOUTH = 139.0, 36.3  # of the tiny region: two towns of 8 × 8 squares of 500 m, 100 people in each square
WIDTH, HEIGHT = 8 / 160, 8 / 240


def write_plan(raw: Path) -> Path:
    """The west half of the first town is its residential guidance area, a quarter the urban function one."""
    shapes = [shapely.box(WEST, SOUTH, WEST + WIDTH * share, SOUTH + HEIGHT) for share in (0.75, 0.5, 0.25)]
    path = raw / "A50-20_10201.geojson"
    gpd.GeoDataFrame(
        {"A50_003": "10201", "A50_005": 20200331, "A50_006": ["1", "2", "3"], "A50_007": ""},
        geometry=shapes,
        crs="EPSG:6668",
    ).to_file(path, driver="GeoJSON")
    return path


def write_flood(raw: Path) -> Path:
    """The north half of both towns, the northern quarter deep."""
    cuts = [(0.5, 0.75), (0.75, 1.0)]
    shapes = [shapely.box(WEST, SOUTH + HEIGHT * low, WEST + 2 * WIDTH, SOUTH + HEIGHT * high) for low, high in cuts]
    path = raw / "A31b-20-23_10_5439.geojson"
    gpd.GeoDataFrame({"A31b_201": [2, 3]}, geometry=shapes, crs="EPSG:6668").to_file(path, driver="GeoJSON")
    return path


def write_census_before(raw: Path) -> Path:
    """2015: 80 people in each square of the west half of the first town, 120 everywhere else."""
    lines = ["KEY_CODE,pop"]
    for row in range(8):
        for column in range(16):
            code = code_at([WEST + (column + 0.5) / 160], [SOUTH + (row + 0.5) / 240], 4)[0]
            lines.append(f"{code},{80 if column < 4 else 120 if column < 8 else 100}")
    path = raw / "population_500m_2015.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def of(table: pd.DataFrame, indicator: str, column: str = "value", mode: str = "") -> dict[str, object]:
    """The value of each town, all people."""
    rows = table[(table["indicator"] == indicator) & (table["group"] == "total") & (table["mode"] == mode)]
    return dict(zip(rows["area_code"].astype(str), rows[column], strict=True))


def test_a_plan_a_flood_and_a_census_before(region) -> None:
    for write in (write_plan, write_flood, write_census_before):
        write(region.raw)
    assert not any("A50" in line for line in region.build().warnings)
    table = region.indicators()
    share = of(table, "zone_residential_share")
    assert share["10201"] == pytest.approx(50.0, abs=1e-4)
    assert np.isnan(share["10203"])
    assert "A50" in of(table, "zone_residential_share", "reason")["10203"]
    assert of(table, "zone_function_share")["10201"] == pytest.approx(25.0, abs=1e-4)
    assert of(table, "zone_residential_share_before")["10201"] == pytest.approx(40.0, abs=1e-4)
    assert of(table, "zone_residential_share_change")["10201"] == pytest.approx(10.0, abs=1e-4)
    assert of(table, "zone_residential_area_share")["10201"] == pytest.approx(50.0, abs=0.01)
    hectares = of(table, "zone_residential_density", "denominator")["10201"]
    assert of(table, "zone_residential_density")["10201"] == pytest.approx(3200 / hectares, rel=1e-4)
    assert of(table, "zone_plan_exists") == {"10201": 1.0, "10203": 0.0}
    assert of(table, "hazard_flood_people") == {code: pytest.approx(50.0, abs=1e-4) for code in ("10201", "10203")}
    assert of(table, "hazard_flood_3m_people")["10203"] == pytest.approx(25.0, abs=1e-4)
    assert of(table, "hazard_flood_area_share")["10203"] == pytest.approx(50.0, abs=0.01)
    assert of(table, "zone_residential_hazard_flood_people")["10201"] == pytest.approx(50.0, abs=1e-4)
    assert of(table, "zone_residential_hazard_flood_3m_area_share")["10201"] == pytest.approx(25.0, abs=0.01)
    assert np.isnan(of(table, "hazard_landslide_people")["10201"])
    assert "no source of this hazard" in of(table, "hazard_landslide_people", "reason")["10201"]


def test_sources_are_told_apart_in_the_manifest(region) -> None:
    for write in (write_plan, write_flood, write_census_before):
        write(region.raw)
    region.build()
    manifest = Workspace.open(region.out).manifest
    used = {Path(source["file"]).name: source["used"] for source in manifest["sources"]}
    assert used["A50-20_10201.geojson"]
    assert used["A31b-20-23_10_5439.geojson"]
    assert used["population_500m_2015.csv"]
    assert used["population_500m_2020.csv"]
    assert any("2015年の人口を" in note["ja"] for note in manifest["notes"])
    assert not any("population_500m_2015" in note["file"] and "合算" in note["ja"] for note in manifest["notes"])
    zones = Workspace.open(region.out).table("zones")
    assert list(zones["kind"]) == ["plan", "residential", "urban_function"]
    assert set(zones["decided_on"]) == {"2020-03-31"}


def test_small_areas_and_squares_are_different_units(region) -> None:
    """A change between small areas and squares is partly one of method, and says so."""
    write_plan(region.raw)
    halves = [shapely.box(WEST + WIDTH * at / 2, SOUTH, WEST + WIDTH * (at + 1) / 2, SOUTH + HEIGHT) for at in (0, 1)]
    gpd.GeoDataFrame(
        {
            "KEY_CODE": ["102010010", "102010020"],
            "PREF": "10",
            "CITY": "201",
            "S_NAME": ["西", "東"],
            "HCODE": 8101,
            "JINKO": [2560, 3840],
            "SETAI": [1000, 1500],
        },
        geometry=halves,
        crs="EPSG:4612",
    ).to_file(region.raw / "h27ka10.shp", encoding="cp932")
    region.build()
    manifest = Workspace.open(region.out).manifest
    note = next(note for note in manifest["notes"] if "2015年の人口を" in note["ja"])
    assert "単位が違います" in note["ja"]
    assert "small areas" in note["en"]
    assert of(region.indicators(), "zone_residential_share_before")["10201"] == pytest.approx(40.0, abs=0.5)


def test_a_broken_plan_does_not_stop_the_build(region) -> None:
    broken = write_plan(region.raw)
    broken.write_text(broken.read_text(encoding="utf-8")[:700], encoding="utf-8")
    result = region.build()
    assert [line for line in result.warnings if "A50-20_10201" in line]
    assert set(of(region.indicators(), "zone_plan_exists", "value")) == {"10201", "10203"}
    assert np.isnan(of(region.indicators(), "zone_residential_share")["10201"])


def test_without_zones_and_hazards_nothing_is_written(tiny_workspace: Path) -> None:
    workspace = Workspace.open(tiny_workspace)
    assert not workspace.has_table("zones")
    assert not workspace.has_table("hazards")
    reasons = set(explorer.open(tiny_workspace).indicators().query("indicator == 'zone_residential_share'")["reason"])
    assert len(reasons) == 1
    assert "no zones" in str(reasons.pop())


# --- Chiba City -------------------------------------------------------------------------------------------------------

CHIBA = "12100"
# Published with the file: 居住誘導区域 100.67 km², 21 named hubs.
RESIDENTIAL_KM2, HUBS = 100.67, 21
# The border of the zone cuts squares with 592,548 people. Spread along streets, more of them live on the inner side than
# spread evenly over their square: measured +5.8 % (842,042 against 795,650).
MOST_DIFFERENCE = 0.065


@pytest.fixture(scope="module")
def chiba(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("chiba")
    names = (
        "a50-20_12100_merged_derived.geojson", "census2015_chome.parquet", "census2020_500m_south_kanto.csv",
        "n03_12_full.geojson", "roads.osm.pbf",
    )  # fmt: skip
    build([shared_data / "chiba" / name for name in names], folder / "out", Wanted(codes=(CHIBA,)))
    return folder / "out"


def square_of(code: str) -> shapely.Polygon:
    """The 500 m square of a nine-digit code, by the digits (JIS X 0410): 40′ × 1°, 5′ × 7.5′, 30″ × 45″, halved."""
    south = int(code[:2]) / 1.5 + int(code[4]) / 12 + int(code[6]) / 120 + (int(code[8]) - 1) // 2 / 240
    west = 100 + int(code[2:4]) + int(code[5]) / 8 + int(code[7]) / 80 + (int(code[8]) - 1) % 2 / 160
    return shapely.box(west, south, west + 1 / 160, south + 1 / 240)


def people_by_area(csv: Path, zone: shapely.Geometry) -> float:
    """People of 500 m squares inside a shape, each square's people spread evenly: nothing of the project is used."""
    cells = pd.read_csv(csv, dtype={"KEY_CODE": str})
    squares = np.array([square_of(code) for code in cells["KEY_CODE"]], dtype=object)
    shapely.prepare(zone)
    touching = shapely.intersects(zone, squares)
    squares, people = squares[touching], cells["pop"].to_numpy(float)[touching]
    # Within a square of 500 m degrees are as good as metres for a share of its area.
    return float((people * shapely.area(shapely.intersection(squares, zone)) / shapely.area(squares)).sum())


@pytest.mark.realdata
@pytest.mark.slow
def test_chiba_city(chiba: Path, shared_data: Path) -> None:
    table = explorer.open(chiba).indicators()
    zones = Workspace.open(chiba).table("zones")
    residential = zones[zones["kind"] == "residential"]
    assert residential["area_km2"].sum() == pytest.approx(RESIDENTIAL_KM2, rel=0.001)
    assert len(zones[(zones["kind"] == "urban_function") & (zones["name"] != "")]) == HUBS
    assert of(table, "zone_function_hubs")[CHIBA] == HUBS
    inside = of(table, "zone_residential_share", "numerator")[CHIBA]
    raw = gpd.read_file(shared_data / "chiba" / "a50-20_12100_merged_derived.geojson")
    zone = shapely.union_all(raw.geometry[raw["A50_006"].astype(int) == 2].to_numpy())
    places = gpd.read_parquet(next((chiba / "steps").glob("places-*")) / "places.parquet").set_crs(
        4326, allow_override=True
    )
    joined = places.sjoin(gpd.GeoDataFrame(geometry=[zone], crs=4326), predicate="within")
    assert inside == pytest.approx(joined["population_total"].sum(), rel=1e-6)
    evenly = people_by_area(shared_data / "chiba" / "census2020_500m_south_kanto.csv", zone)
    assert evenly < inside < (1 + MOST_DIFFERENCE) * evenly
    assert of(table, "zone_residential_share", "denominator")[CHIBA] == pytest.approx(974_951, rel=0.005)  # census 2020
    assert 80 < of(table, "zone_residential_density")[CHIBA] < 90
    before = of(table, "zone_residential_share_before")[CHIBA]
    assert of(table, "zone_residential_share_change")[CHIBA] == pytest.approx(
        of(table, "zone_residential_share")[CHIBA] - before
    )
    assert of(table, "zone_residential_share_before", "denominator")[CHIBA] == pytest.approx(971_882, abs=1)  # 2015


@pytest.mark.realdata
@pytest.mark.slow
def test_the_six_ward_files_of_chiba_give_the_same(chiba: Path, shared_data: Path) -> None:
    """Extracts that overlap hold the same hub several times: 59 rows, 24 features."""
    from geodata.notes import Notes
    from geodata.recognise import recognise_file
    from geodata.workspace import read_table
    from geodata.zone_choice import find_zones

    archive = shared_data / "chiba" / "a50-20_ward_files.zip"
    with zipfile.ZipFile(archive) as wards:
        rows = sum(len(gpd.read_file(io.BytesIO(wards.read(name)))) for name in wards.namelist())
    assert rows == 59
    sources = [(entry.file.name, entry) for entry in recognise_file(archive, root=archive.parent)]
    people = next((chiba / "steps").glob("people-*"))
    municipalities = read_table(people / "municipalities.parquet")
    wards_zones = find_zones(sources, municipalities[municipalities["code"] == CHIBA], notes=Notes()).table
    merged = Workspace.open(chiba).table("zones")
    assert len(wards_zones) == len(merged) == 2 + HUBS
    np.testing.assert_allclose(wards_zones["area_km2"], merged["area_km2"], rtol=1e-9)
