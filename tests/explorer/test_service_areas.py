"""Service areas through the real build: circles of 800 m, people inside them, and traits of facilities in what-if questions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import explorer
from explorer.build import build
from explorer.regions import Opened
from explorer.steps.service_areas import hectares_within
from geodata.projection import GEOD, PlaneProjection, choose_projection
from geodata.study_area import halo_box
from geodata.workspace import StepWriter
from layers.figures import FIGURE_COLUMNS, SUM

from .conftest import SOUTH, WEST, write_tiny

A_CIRCLE_HA = np.pi * 800.0**2 / 10_000


def _points(path: Path, rows: list[dict], places: list[tuple[float, float]]) -> None:
    features = [
        {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": list(place)}}
        for row, place in zip(rows, places, strict=True)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )


def write_clinics(folder: Path) -> None:
    """前橋市: one with medicine in the middle, one for eyes; 桐生市: an orthopaedic one."""
    subjects = ["内科　小児科", "眼科", "整形外科"]
    rows = [
        {"P04_001": 2, "P04_002": f"医院{number}", "P04_004": text, "P04_008": 0, "P04_010": 9}
        for number, text in enumerate(subjects)
    ]
    places = [(WEST + 0.025, SOUTH + 0.016), (WEST + 0.012, SOUTH + 0.012), (WEST + 0.08, SOUTH + 0.016)]
    _points(folder / "P04-20_10.geojson", rows, places)


def write_care(folder: Path) -> None:
    row = {"P14_001": "群馬県", "P14_002": "前橋市", "P14_003": "10201", "P14_004": ""}
    rows = [
        {**row, "P14_005": code[:2], "P14_006": code, "P14_007": f"{code}00", "P14_008": name}
        for code, name in (("0204", "デイサービス"), ("0201", "養護老人ホーム"))
    ]
    _points(folder / "P14-23_10.geojson", rows, [(WEST + 0.048, SOUTH + 0.016), (WEST + 0.02, SOUTH + 0.02)])


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Two towns with clinics and care; day care stands near the border between them."""
    folder = tmp_path_factory.mktemp("care")
    raw = write_tiny(folder / "raw")
    write_clinics(raw)
    write_care(raw)
    build([raw], folder / "workspace")
    return explorer.open(folder / "workspace")


def row(
    opened: Opened, indicator: str, code: str, mode: str = "straight", table: pd.DataFrame | None = None
) -> pd.Series:
    table = opened.indicators() if table is None else table
    chosen = table[
        (table["indicator"] == indicator)
        & (table["mode"] == mode)
        & (table["group"] == "total")
        & (table["area_code"] == code)
    ]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_a_lone_facility_has_the_area_of_a_circle(towns: Opened) -> None:
    assert row(towns, "medical_rule_service_area_density", "10201").denominator == pytest.approx(A_CIRCLE_HA, rel=1e-3)
    eyes = row(towns, "medical_rule_service_area_density", "10203")
    assert np.isnan(eyes.value)  # an orthopaedic clinic only
    assert "徒歩圏に施設がない" in eyes.reason


def test_circles_reach_over_the_border(towns: Opened) -> None:
    """Day care 180 m west of the border: the circle lies in both towns, and what it has in each adds up to it."""
    parts = [row(towns, "home_care_service_area_density", code).denominator for code in ("10201", "10203")]
    assert parts[0] > parts[1] > 0.3 * A_CIRCLE_HA
    assert sum(parts) == pytest.approx(A_CIRCLE_HA, rel=1e-3)


def test_density_times_area_is_the_people_of_the_coverage(towns: Opened) -> None:
    checked = 0
    for service in ("medical", "medical_rule", "home_care", "elderly_welfare", "commercial"):
        for code in ("10201", "10203"):
            dense = row(towns, f"{service}_service_area_density", code)
            covered = row(towns, f"{service}_within_800m", code)
            if np.isnan(dense.value):
                assert covered.numerator == 0
                continue
            assert dense.value * dense.denominator == pytest.approx(covered.numerator)
            checked += 1
    assert checked >= 7


def test_region_is_the_sum(towns: Opened) -> None:
    region = towns.region(["10201", "10203"]).indicators()
    whole = region[(region["indicator"] == "home_care_service_area_density") & (region["area_code"] == "region")]
    whole = whole[whole["group"] == "total"].iloc[0]
    parts = [row(towns, "home_care_service_area_density", code) for code in ("10201", "10203")]
    assert whole.numerator == pytest.approx(sum(part.numerator for part in parts))
    assert whole.denominator == pytest.approx(sum(part.denominator for part in parts))
    assert whole.value == pytest.approx(whole.numerator / whole.denominator)


def test_traits_decide_what_counts(towns: Opened) -> None:
    """The rule sees one clinic of three, one facility for the elderly of two."""
    facilities = towns.workspace.table("facilities").set_index("name")["traits"]
    assert facilities[["医院0", "医院1", "医院2"]].tolist() == ["medicine_or_surgery", *["-medicine_or_surgery"] * 2]
    assert facilities[["デイサービス", "養護老人ホーム"]].tolist() == ["care_at_home", "-care_at_home"]
    for code in ("10201", "10203"):
        rule, plain = (row(towns, f"{name}_within_800m", code) for name in ("medical_rule", "medical"))
        assert rule.numerator < plain.numerator
    told = row(towns, "daily_services_800m", "10201")
    assert "足りないもの: 鉄道駅" in told.reason  # the tiny region has no railway; all else is there
    assert "内科" not in told.reason


def test_moved_clinic_keeps_its_subjects(towns: Opened) -> None:
    table = towns.workspace.table("facilities").set_index("name")
    place = (WEST + 0.075, SOUTH + 0.02)
    moved = towns.live().after(moved={table.loc["医院0", "facility_id"]: place}, modes=["straight"])
    assert ("medical_rule", "straight") in moved.measures
    reopened = towns.live().after(
        closed=[table.loc["医院0", "facility_id"]], opened=[("clinic:medicine_or_surgery", *place)], modes=["straight"]
    )
    for measure in moved.measures:
        np.testing.assert_array_equal(moved.after.distances[measure], reopened.after.distances[measure])


def test_new_clinic_of_unknown_subjects_counts_in_the_plain_one_only(towns: Opened) -> None:
    effect = towns.live().after(opened=[("clinic", WEST + 0.09, SOUTH + 0.03)])
    touched = {category for category, _ in effect.measures}
    assert touched == {"clinic", "medical"}
    both = towns.live().after(opened=[("clinic:medicine_or_surgery", WEST + 0.09, SOUTH + 0.03)])
    assert {category for category, _ in both.measures} == {"clinic", "medical", "medical_rule"}
    for measure in both.measures:
        assert (both.after.distances[measure] <= towns.conditions.distances[measure]).all()


def test_own_list_tells_no_subjects(tmp_path: Path) -> None:
    """The town's own list stands before P04, and does not say what its clinics treat: unknown, not none."""
    raw = write_tiny(tmp_path / "raw")
    write_clinics(raw)
    lines = ["名称,種別,緯度,経度", *(f"町医院{i},診療所,{SOUTH + 0.01},{WEST + 0.01 * i}" for i in range(1, 5))]
    (raw / "診療所一覧.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    build([raw], tmp_path / "workspace")
    opened = explorer.open(tmp_path / "workspace")
    assert "診療科目の資料がない" in row(opened, "medical_rule_within_800m", "10201").reason
    assert row(opened, "medical_within_800m", "10201").value > 0
    assert row(opened, "medical_rule_within_800m", "10203").reason == ""


def test_no_facilities_write_nothing(tmp_path: Path, tiny_workspace: Path) -> None:
    """The tiny region has neither clinics nor care: their areas are no figures, and have their reason."""
    opened = explorer.open(tiny_workspace)
    names = pd.read_parquet(opened.workspace.file("service_areas", "figures.parquet"))
    assert list(names.columns) == list(FIGURE_COLUMNS)
    assert set(names["how"]) == {SUM}
    assert not any("medical" in name for name in names["name"])
    assert "資料がない" in row(opened, "medical_service_area_density", "10201").reason
    assert StepWriter(tmp_path).facts == {}


STUDY_AREAS = {26.2: 127.7, 36.4: 139.1, 43.1: 141.4}  # 那覇, 前橋, 札幌


@pytest.mark.parametrize(("south", "west"), STUDY_AREAS.items())
def test_800_m_of_the_step_are_800_m_of_the_geodesic(south: float, west: float) -> None:
    """A circle that the step draws in the plane of a study area there, held against the geodesic polygon."""
    shape = shapely.box(west, south, west + 0.6, south + 0.5)
    frame = pytest.importorskip("geopandas").GeoDataFrame(geometry=[shape], crs="EPSG:6668")
    plane = choose_projection(halo_box(frame, 20.0))
    assert isinstance(plane, PlaneProjection)
    land = shapely.transform(shapely.segmentize(shape, 0.01), lambda lonlat: plane.to_plane(lonlat[:, 0], lonlat[:, 1]))
    for lon, lat in ((west + 0.02, south + 0.02), (west + 0.3, south + 0.25), (west + 0.58, south + 0.48)):
        site = plane.to_plane([lon], [lat])
        hectares = hectares_within({"shop": (site, 800.0)}, np.array([land], dtype=object))[0]
        azimuth = np.arange(0.0, 360.0, 1.0)
        ring_lon, ring_lat, _ = GEOD.fwd(
            *(np.full_like(azimuth, value) for value in (lon, lat)), azimuth, np.full_like(azimuth, 800.0)
        )
        square_metres, _ = GEOD.polygon_area_perimeter(ring_lon, ring_lat)
        assert hectares == pytest.approx(abs(square_metres) / 10_000, rel=2e-3)  # twice 0.1 %: an area
        metres = np.hypot(*(plane.to_plane(ring_lon, ring_lat) - site).T)
        np.testing.assert_allclose(metres, 800.0, rtol=1e-3)


def test_overlapping_circles_count_once_and_only_inside() -> None:
    land = np.array([shapely.box(-5000, -5000, 5000, 5000), shapely.box(5000, -5000, 9000, 5000)], dtype=object)
    one = hectares_within({"a": (np.array([[0.0, 0.0]]), 800.0)}, land)
    np.testing.assert_allclose(one, [A_CIRCLE_HA, 0.0], rtol=1e-9)
    twice = hectares_within(
        {"a": (np.array([[0.0, 0.0], [0.0, 0.0]]), 800.0), "b": (np.array([[10.0, 0.0]]), 300.0)}, land
    )
    np.testing.assert_allclose(twice, one)
    apart = hectares_within({"a": (np.array([[0.0, 0.0], [3000.0, 0.0]]), 800.0)}, land)
    np.testing.assert_allclose(apart, 2 * one)
    half = hectares_within({"a": (np.array([[5000.0, 0.0]]), 800.0)}, land)
    np.testing.assert_allclose(half, [A_CIRCLE_HA / 2] * 2, rtol=1e-9)
    lens = hectares_within({"a": (np.array([[0.0, 0.0], [800.0, 0.0]]), 800.0)}, land)[0]
    # Two circles of radius r, r apart: 2πr² less the lens (2π/3 − √3/2) r².
    exact = (2 * np.pi - (2 * np.pi / 3 - np.sqrt(3) / 2)) * 64.0
    assert lens == pytest.approx(exact, rel=1e-3)
