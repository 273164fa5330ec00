"""国土数値情報 (KSJ): code tables of the point data sets, and reading a KSJ file of any edition.

Sources: the attribute tables and code lists of the download pages, nlftp.mlit.go.jp/ksj/gml/datalist and
/ksj/gml/codelist (MedClassCd, PubOfficeCd, SchoolClassCd, ClosedSchoolCode, PubFacMiclassCd_wf,
welfareInstitution_welfareFacilityMiddleClassificationCode), and the product specification P14 2.1.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import shapely

from geodata.vector import Bounds, read_vector, rename_required

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import pandas as pd

    from geodata.archive import RawFile
    from geodata.notes import Notes

# MedClassCd
MEDICAL_KINDS: Final = {"1": "hospital", "2": "clinic", "3": "dentist"}
# PubOfficeCd: 1 本庁, 2 支所・出張所・連絡所, 3 上記以外の行政サービス施設, 4 公立公民館, 5 集会施設
OFFICE_KINDS: Final = {
    "1": "town_hall",
    "2": "branch_office",
    "3": "other_government",
    "4": "community_centre",
    "5": "community_centre",
}
# SchoolClassCd (editions 2021 and 2023) and its predecessor (2013), which had 16008–16010 for 盲・ろう・養護学校.
# A 中等教育学校 is a junior high and a high school, a 義務教育学校 an elementary and a junior high school
# (学校教育法 第1条, 第49条の2, 第63条): each counts as both.
SCHOOL_KINDS: Final = {
    "16001": ("elementary_school",),
    "16002": ("junior_high_school",),
    "16003": ("junior_high_school", "high_school"),
    "16004": ("high_school",),
    "16005": ("higher_education",),
    "16006": ("higher_education",),
    "16007": ("higher_education",),
    "16008": ("special_needs_school",),
    "16009": ("special_needs_school",),
    "16010": ("special_needs_school",),
    "16011": ("kindergarten",),
    "16012": ("special_needs_school",),
    "16013": ("nursery",),  # 認定こども園
    "16014": ("elementary_school", "junior_high_school"),
    "16015": ("other_school",),  # 各種学校
    "16016": ("other_school",),  # 専修学校
}
# ClosedSchoolCode: 0 調査なし (all kindergartens and colleges), 1 開校中, 2 休校中; 9 occurs and is not explained.
CLOSED_SCHOOL: Final = "2"
# Editions 2021 and 2023: 大分類, with exceptions by 中分類.
WELFARE_MAJOR_KINDS: Final = {
    "01": "other_welfare",  # 保護施設
    "02": "elderly_welfare",  # 老人福祉施設
    "03": "disability_welfare",  # 障害者支援施設等
    "04": "disability_welfare",  # 身体障害者社会参加支援施設
    "05": "child_welfare",  # 児童福祉施設等
    "06": "other_welfare",  # 母子・父子福祉施設
    "99": "other_welfare",  # その他の社会福祉施設等
}
WELFARE_MIDDLE_KINDS: Final = {
    "0504": "nursery",  # 保育所等
    "0505": "nursery",  # 地域型保育事業所
    "0506": "nursery",  # 認可外保育施設
    "9903": "disability_welfare",  # 盲人ホーム
    "9907": "elderly_welfare",  # 有料老人ホーム
    "9908": "elderly_welfare",  # 老人憩の家
    "9910": "elderly_welfare",  # 介護保険等の施設
    "9911": "disability_welfare",  # 障害者サービス施設
    "9912": "child_welfare",  # 児童福祉サービス施設
}
# 福祉施設 of the handbook are those that people go to by day, or that come to them (通所系・訪問系・小規模多機能). By the code
# lists of 2021/2023: 0204 老人デイサービスセンター, and of 9910 介護保険等の施設 the 小分類 991007 その他の介護サービス施設, under
# which 訪問介護, 通所介護 and 小規模多機能型居宅介護 stand; 991001 to 991006 are nursing homes. Group homes cannot be told apart
# from the rest of 991007 but by their names.
CARE_AT_HOME_MIDDLE: Final = ("0204",)
CARE_AT_HOME_MINOR: Final = ("991007",)
CARE_UNTOLD_MIDDLE: Final = ("9910",)  # without the 小分類 it may be either
RESIDENTIAL_WORDS: Final = ("グループホーム", "共同生活")
# Editions 2011 and 2015: the 中分類 of the public facilities (PubFacMiclassCd_wf), 大分類 19 throughout.
WELFARE_OLD_KINDS: Final = {
    "19001": "elderly_welfare",  # 老人福祉施設
    "19002": "elderly_welfare",  # 老人憩の家
    "19003": "elderly_welfare",  # 老人休養ホーム
    "19004": "elderly_welfare",  # 有料老人ホーム
    "19005": "other_welfare",  # 保護施設
    "19006": "other_welfare",  # 婦人保護施設
    "19007": "disability_welfare",  # 身体障害者更生援護施設
    "19008": "child_welfare",  # 児童福祉施設
    "19009": "disability_welfare",  # 知的障害者援護施設
    "19010": "disability_welfare",  # 精神障害者社会復帰施設
    "19011": "other_welfare",  # 母子福祉施設
    "19012": "other_welfare",  # その他の社会福祉施設
    "19013": "nursery",  # 保育所
    "19014": "nursery",  # へき地保育所
    "19015": "nursery",  # 認可外保育施設
    "19016": "nursery",  # 認定保育施設
    "19017": "nursery",  # 事業所内保育施設
    "19018": "nursery",  # 小規模保育事業
    "19019": "nursery",  # 認可保育所
    "19020": "child_welfare",  # 保育所訪問支援
    "19021": "nursery",  # 認定こども園
    "19022": "nursery",  # 幼保連携型認定こども園
}

_EDITION = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{2}[a-z]?\d?-(\d{2})(?!\d)")


def read_ksj(
    raw: RawFile,
    *,
    notes: Notes,
    required: Sequence[str],
    within: Bounds | None = None,
    columns: Callable[[str], object] | None = None,
) -> gpd.GeoDataFrame:
    """Read a KSJ layer with one point per feature (representative point of areas, middle of lines).

    The ``_ja`` endings of the same data as delivered by 不動産情報ライブラリ are taken off.
    """
    table = read_vector(raw, notes=notes, within=within, columns=columns)
    present = set(table.columns)
    renames = {
        column: column.removesuffix("_ja")
        for column in table.columns
        if re.fullmatch(r"[A-Z]\d{2}_\d{3}_ja", str(column)) and column.removesuffix("_ja") not in present
    }
    table = table.rename(columns=renames)
    return with_points(rename_required(table, required, raw))


def with_points(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Replace lines by their middle and areas by a point inside them."""
    geometries = table.geometry.to_numpy()
    kinds = shapely.get_type_id(geometries)
    if (kinds == 0).all():
        return table
    points = geometries.copy()
    lines = kinds == 1
    points[lines] = shapely.line_interpolate_point(geometries[lines], 0.5, normalized=True)
    other = (kinds != 0) & ~lines
    points[other] = shapely.point_on_surface(geometries[other])
    return table.set_geometry(points, crs=table.crs)


def code_text(values: pd.Series, width: int = 1) -> pd.Series:
    """Codes as text of at least `width` digits, whatever type the file gave them (1, 1.0, "０１" …); missing stays."""
    texts = values.astype("string").map(lambda text: unicodedata.normalize("NFKC", text).strip(), na_action="ignore")
    texts = texts.str.replace(r"\.0+$", "", regex=True)
    return texts.str.zfill(width).where(texts.notna() & (texts != ""))


def clean_text(values: pd.Series) -> pd.Series:
    """Names without surrounding blanks (full-width ones too); blank becomes missing."""
    texts = values.astype("string").str.strip().str.replace(r"[\s　]+", " ", regex=True)
    return texts.where(texts != "")


def edition_year(raw: RawFile) -> int | None:
    """Year of the edition from the KSJ file name (``P29-23_10.geojson`` → 2023), searched inwards to outwards."""
    for name in (*reversed(raw.members), raw.path.name, raw.path.parent.name):
        found = _EDITION.search(name.replace("\\", "/").rsplit("/", 1)[-1]) or _EDITION.search(name)
        if found:
            year = int(found.group(1))
            return 2000 + year if year < 70 else 1900 + year
    return None
