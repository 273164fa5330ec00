"""Facilities in the shapes of 国土数値情報: P04 medical, P14 welfare, P29 schools, P05 offices.

Each archive is packed another way, as real ones are: plain with GeoJSON beside (P04), Shift-JIS without .cpg in a
folder (P14), back-slash paths (P29), a zip within the zip (P05).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.sample.region import PREFECTURE_CODE, PREFECTURE_NAME, Region, generator, latitude, longitude
from geodata.sample.writing import CRS, geojson, metadata, pack, packed, shapefile

_MEDICAL: Final = {"hospital": 1, "clinic": 2, "dentist": 3}
_DEPARTMENTS: Final = (
    ("内科", "内科　消化器内科"),
    ("整形", "整形外科　リハビリテーション科"),
    ("小児", "小児科　アレルギー科"),
    ("眼科", "眼科"),
)
# A large hospital lists more than one column of 127 characters holds, so that its list goes on in the next one.
_LARGE_HOSPITAL: Final = (
    "皮膚科　泌尿器科　眼科　耳鼻いんこう科　放射線診断科　放射線治療科　病理診断科　臨床検査科　救急科　緩和ケア科　麻酔科　精神科　小児科　"
    "産婦人科　リハビリテーション科　リウマチ科　アレルギー科　形成外科　整形外科　脳神経外科　呼吸器外科　心臓血管外科　歯科口腔外科　"
    "循環器内科　呼吸器内科　消化器内科　腎臓内科　糖尿病・代謝内科　血液内科　外科　内科"
)
_COLUMN_CHARACTERS: Final = 127
# 大分類, 中分類, 小分類 of the 2021/2023 edition.
_WELFARE: Final = {
    "elderly_day_care": ("02", "0204", "020400"),  # 老人デイサービスセンター
    "elderly_home": ("99", "9910", "991001"),  # 特別養護老人ホーム
    "disability_welfare": ("03", "0301", "030100"),
    "nursery": ("05", "0504", "050401"),
    "child_centre": ("05", "0513", "051301"),  # 児童館
}
# Code, and the letter that opens a school code.
_SCHOOLS: Final = {
    "kindergarten": ("16011", "A1"),
    "elementary_school": ("16001", "B1"),
    "junior_high_school": ("16002", "C1"),
    "high_school": ("16004", "D1"),
    "special_needs_school": ("16012", "E1"),
    "higher_education": ("16007", "F1"),
}
_OFFICES: Final = {"town_hall": "1", "branch_office": "2", "community_centre": "4"}


def write_facility_sets(folder: Path, region: Region, facilities: pd.DataFrame) -> list[Path]:
    """Write P04-20, P14-23, P29-23 and P05-22."""
    return [
        _write_medical(folder, facilities),
        _write_welfare(folder, region, facilities),
        _write_schools(folder, region, facilities),
        _write_offices(folder, region, facilities),
    ]


def points(table: pd.DataFrame) -> np.ndarray:
    """Point geometries in degrees from the planar columns x and y."""
    lonlat = np.column_stack([longitude(table["x"].to_numpy()), latitude(table["y"].to_numpy())])
    return np.asarray(shapely.points(np.round(lonlat, 8)))


def _of(facilities: pd.DataFrame, kinds: dict[str, object]) -> pd.DataFrame:
    return facilities[facilities["kind"].isin(list(kinds))].reset_index(drop=True)


def _codes(region: Region, table: pd.DataFrame) -> list[str]:
    return [region.specs[index].code for index in table["municipality"]]


def _departments(kind: str, name: str, beds: int) -> str:
    if kind == "dentist":
        return "歯科"
    if kind == "hospital":
        if beds >= 320:
            return _LARGE_HOSPITAL
        return (
            "内科　外科　整形外科　小児科　眼科" if beds >= 180 else "精神科　心療内科" if beds == 99 else "内科　外科"
        )
    return next((departments for mark, departments in _DEPARTMENTS if mark in name), "内科　外科")


def _write_medical(folder: Path, facilities: pd.DataFrame) -> Path:
    table = _of(facilities, dict(_MEDICAL))
    hospital = table["kind"] == "hospital"
    kinds = zip(table["kind"], table["name"], table["beds"], strict=True)
    subjects = [_departments(*kind) for kind in kinds]
    first, second = (
        [text[start : start + _COLUMN_CHARACTERS] or None for text in subjects] for start in (0, _COLUMN_CHARACTERS)
    )
    frame = gpd.GeoDataFrame(
        {
            "P04_001": table["kind"].map(_MEDICAL).astype("int32"),
            "P04_002": table["name"],
            "P04_003": table["address"],
            "P04_004": first,
            "P04_005": second,
            "P04_006": None,
            "P04_007": np.where(hospital, 4, np.where(table["beds"] > 0, 4, 5)).astype("int32"),
            "P04_008": table["beds"].astype("int32"),
            "P04_009": np.where(hospital & (table["beds"] >= 120), 1, 9).astype("int32"),
            "P04_010": np.where(hospital & (table["beds"] >= 450), 1, np.where(hospital & (table["beds"] >= 320), 2, 9)).astype("int32"),
        },
        geometry=points(table),
        crs=CRS,
    ).astype({"P04_005": object, "P04_006": object})  # fmt: skip
    stem = f"P04-20_{PREFECTURE_CODE}"
    members = {
        **shapefile(frame, stem),
        f"{stem}.geojson": geojson(frame, stem),
        f"KS-META-{stem}.xml": metadata("国土数値情報 医療機関データ形式"),
    }
    return pack(folder / f"{stem}_GML.zip", members)


def _write_welfare(folder: Path, region: Region, facilities: pd.DataFrame) -> Path:
    table = _of(facilities, dict(_WELFARE))
    classes = [_WELFARE[kind] for kind in table["kind"]]
    classes = [
        ("05", "0504", "050402") if "こども園" in name else code
        for code, name in zip(classes, table["name"], strict=True)
    ]
    frame = gpd.GeoDataFrame(
        {
            "P14_001": PREFECTURE_NAME,
            "P14_002": [region.specs[index].county + region.specs[index].name for index in table["municipality"]],
            "P14_003": _codes(region, table),
            "P14_004": table["address"].str.removeprefix(PREFECTURE_NAME),
            "P14_005": [code[0] for code in classes],
            "P14_006": [code[1] for code in classes],
            "P14_007": [code[2] for code in classes],
            "P14_008": table["name"],
            "P14_009": generator(95).choice([3, 5], len(table), p=[0.25, 0.75]).astype("int32"),
            "P14_010": np.ones(len(table), dtype="int32"),
        },
        geometry=points(table),
        crs=CRS,
    )
    stem = f"P14-23_{PREFECTURE_CODE}"
    parts = {f"{stem}_GML/{name}": content for name, content in shapefile(frame, stem).items()}
    parts[f"{stem}_GML/KS-META-{stem}.xml"] = metadata("国土数値情報 福祉施設データ形式")
    return pack(folder / f"{stem}_GML.zip", parts)


def _write_schools(folder: Path, region: Region, facilities: pd.DataFrame) -> Path:
    table = _of(facilities, dict(_SCHOOLS))
    codes = _codes(region, table)
    letters = [_SCHOOLS[kind][1] for kind in table["kind"]]
    frame = gpd.GeoDataFrame(
        {
            "P29_001": codes,
            "P29_002": [f"{letter}{PREFECTURE_CODE}2{row:08d}" for row, letter in enumerate(letters)],
            "P29_003": [_SCHOOLS[kind][0] for kind in table["kind"]],
            "P29_004": table["name"],
            "P29_005": table["address"],
            "P29_006": np.where(table["name"].str.contains("学園|幼稚園|大学"), "4", np.where(table["name"].str.contains("県立"), "2", "3")),
            "P29_007": ["1" if row == len(table) // 2 else "0" for row in range(len(table))],
            "P29_008": "00",
            "P29_009": None,
        },
        geometry=points(table),
        crs=CRS,
    ).astype({"P29_009": object})  # fmt: skip
    stem = f"P29-23_{PREFECTURE_CODE}"
    parts = {f"{stem}_GML\\{name}": content for name, content in shapefile(frame, stem).items()}
    parts[f"{stem}_GML\\{stem}.geojson"] = geojson(frame, stem)
    return pack(folder / f"{stem}_GML.zip", parts)


def _write_offices(folder: Path, region: Region, facilities: pd.DataFrame) -> Path:
    table = _of(facilities, dict(_OFFICES))
    gathering = table["name"].str.contains("集会所")
    frame = gpd.GeoDataFrame(
        {
            "P05_001": _codes(region, table),
            "P05_002": np.where(gathering, "5", table["kind"].map(_OFFICES)),
            "P05_003": table["name"],
            "P05_004": table["address"].str.removeprefix(PREFECTURE_NAME),
        },
        geometry=points(table),
        crs=CRS,
    )
    stem = f"P05-22_{PREFECTURE_CODE}"
    inner = packed({f"{stem}_SHP/{name}": content for name, content in shapefile(frame, stem).items()})
    return pack(
        folder / f"{stem}_GML.zip",
        {f"{stem}_SHP.zip": inner, f"KS-META-{stem}.xml": metadata("国土数値情報 市町村役場等データ形式")},
    )
