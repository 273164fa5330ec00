"""Hazard areas: what the classes of each data set mean, and what happens to classes nobody knows."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.hazards import primary_mesh, read_hazards
from geodata.notes import Notes
from geodata.recognise import recognise_file

WEST, SOUTH = 139.0, 36.3
BOX = (138.9, 36.2, 139.2, 36.5)


def hazard_file(folder: Path, stem: str, **columns: list[object]) -> Path:
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(WEST + 0.01 * at, SOUTH, WEST + 0.01 * (at + 1), SOUTH + 0.01) for at in range(count)]
    path = folder / f"{stem}.shp"
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:6668").to_file(path, encoding="cp932")
    return path


def read(path: Path, notes: Notes | None = None):
    entry = next(entry for entry in recognise_file(path, root=path.parent) if entry.dataset != "document")
    return read_hazards(entry, within=BOX, notes=notes if notes is not None else Notes())


def test_depths_of_the_largest_flood(tmp_path: Path) -> None:
    """Ranks of A31b_201: 1 under 0.5 m, 2 under 3 m, 3 under 5 m, 4, 5, 6."""
    file = read(hazard_file(tmp_path, "A31b-20-23_10_5439", A31b_101=[6] * 6, A31b_201=[1, 2, 3, 4, 5, 6]))
    assert file.severe.tolist() == [False, False, True, True, True, True]
    assert file.hazards == ("flood", "flood_3m")
    assert file.meshes == ("5439",)


def test_old_floods_have_other_codes(tmp_path: Path) -> None:
    file = read(hazard_file(tmp_path, "A31-12_10", A31_001=[11, 14, 15, 24, 25]))
    assert file.severe.tolist() == [False, False, True, False, True]


def test_hours_under_water_are_not_depths(tmp_path: Path) -> None:
    assert read(hazard_file(tmp_path, "A31b-30-23_10_5439", A31b_301=[1, 2])) is None


def test_warning_and_special_areas(tmp_path: Path) -> None:
    file = read(hazard_file(tmp_path, "A33-23_10Polygon", A33_001=[1] * 4, A33_002=[1, 2, 3, 4], A33_003=["10"] * 4))
    assert file.severe.tolist() == [False, True, False, True]
    assert file.hazards == ("landslide", "landslide_special")
    assert file.prefectures == ("10",)


def test_tsunamis(tmp_path: Path) -> None:
    file = read(hazard_file(tmp_path, "A40-16_10", A40_002=["10"], A40_003=["0.3m以上 ～ 1m未満"]))
    assert file.hazards == ("tsunami",)
    assert file.prefectures == ("10",)


def test_unknown_classes_and_columns_still_count_as_areas_and_are_named(tmp_path: Path) -> None:
    notes = Notes()
    file = read(hazard_file(tmp_path, "A33-23_10", A33_001=[1, 1], A33_002=[2, 7]), notes)
    assert file.severe.tolist() == [True, False]
    assert len(file.polygons) == 2
    assert any("7: 1" in note.ja for note in notes)
    notes = Notes()
    file = read(hazard_file(tmp_path, "A33-24_10", A33_010=[1, 1]), notes)
    assert file.hazards == ("landslide",)  # whether they are special ones is not known: no value, not "none of them"
    assert len(file.polygons) == 2
    assert any("A33_010" in note.ja for note in notes if note.level == "warning")


def test_primary_squares() -> None:
    np.testing.assert_array_equal(primary_mesh([139.745433, 141.35], [35.658581, 43.06]), [5339, 6441])


@pytest.mark.parametrize("name", ["A31b-23_10_5439_SHP.zip", "A31b-20-23_10_5439.geojson"])
def test_files_far_away_are_read_as_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / Path(name).with_suffix(".geojson")
    gpd.GeoDataFrame({"A31b_201": [3]}, geometry=[shapely.box(130.0, 33.0, 130.1, 33.1)], crs="EPSG:6668").to_file(path)
    file = read(path)
    assert len(file.polygons) == 0
    assert file.meshes == ("5439",)
