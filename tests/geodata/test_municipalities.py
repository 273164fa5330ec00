"""Boundaries of both column generations, wards, islands, undetermined land."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geodata.archive import RawFile
from geodata.municipalities import municipality_of, read_boundaries
from geodata.notes import Notes
from geodata.projection import GEOD


def square(west: float, south: float, size: float = 0.1) -> dict:
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def write(folder: Path, rows: list[tuple[dict, dict]]) -> RawFile:
    features = [{"type": "Feature", "properties": row, "geometry": shape} for row, shape in rows]
    path = folder / "N03-24_12_240101.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )
    return RawFile(path, (), folder, path.stat().st_size)


def old(county: str | None, name: str | None, code: str | None) -> dict:
    return {"N03_001": "千葉県", "N03_002": None, "N03_003": county, "N03_004": name, "N03_007": code}


def new(name: str, ward: str | None, code: str) -> dict:
    return {"N03_001": "千葉県", "N03_002": None, "N03_003": None, "N03_004": name, "N03_005": ward, "N03_007": code}


@pytest.mark.parametrize(
    "rows",
    [
        [old("千葉市", "中央区", "12101"), old("千葉市", "緑区", "12105"), old("印旛郡", "酒々井町", "12322")],
        [new("千葉市", "中央区", "12101"), new("千葉市", "緑区", "12105"), new("酒々井町", None, "12322")],
    ],
    ids=["until 2023", "from 2024"],
)
def test_wards_become_their_city_in_both_generations(tmp_path: Path, rows: list[dict]) -> None:
    shapes = [square(140.0, 35.5), square(140.1, 35.5), square(140.2, 35.5)]
    table = read_boundaries(write(tmp_path, list(zip(rows, shapes, strict=True))), notes=Notes())
    assert table["code"].tolist() == ["12100", "12322"]
    assert table["name"].tolist() == ["千葉市", "酒々井町"]
    assert table["kind"].tolist() == ["designated_city", "town_or_village"]
    expected, _ = GEOD.geometry_area_perimeter(table.geometry.iloc[0])
    assert table["area_km2"].iloc[0] == pytest.approx(abs(expected) / 1e6, rel=1e-4)


def test_islands_are_one_municipality_and_undetermined_land_is_counted(tmp_path: Path) -> None:
    rows = [
        (old(None, "銚子市", "12202"), square(140.8, 35.7)),
        (old(None, "銚子市", "12202"), square(141.0, 35.7, 0.01)),
        (old(None, "所属未定地", None), square(141.1, 35.7, 0.01)),
        (old(None, "色丹村", "01695"), square(146.7, 43.8)),
    ]
    notes = Notes()
    table = read_boundaries(write(tmp_path, rows), notes=notes)
    assert table["code"].tolist() == ["12202"]
    assert len(table.geometry.iloc[0].geoms) == 2
    assert any("2 shapes" in note.en for note in notes)


def test_only_the_prefectures_asked_for(tmp_path: Path) -> None:
    rows = [(old(None, "銚子市", "12202"), square(140.8, 35.7)), (old(None, "前橋市", "10201"), square(139.0, 36.3))]
    assert read_boundaries(write(tmp_path, rows), notes=Notes(), prefectures=["10"])["code"].tolist() == ["10201"]


def test_which_municipality_a_point_lies_in(tmp_path: Path) -> None:
    rows = [(old(None, "甲", "12202"), square(140.0, 35.5)), (old(None, "乙", "12203"), square(140.1, 35.5))]
    table = read_boundaries(write(tmp_path, rows), notes=Notes())
    found = municipality_of([140.05, 140.1, 140.15, 139.0], [35.55, 35.55, 35.55, 35.55], table)
    assert found.tolist() == ["12202", "12202", "12203", ""]  # on a border the lower code
