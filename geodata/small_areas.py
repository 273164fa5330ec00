"""Census small areas (国勢調査 小地域境界): polygons with people, as e-Stat ships them for each prefecture.

A shapefile inside ``A002005212015DDSWC10.zip`` (cp932, without ``.cpg``) or a GeoParquet with the same columns. Up to
2015 the municipality is ``KEN`` + ``CITY``, from 2020 ``PREF`` + ``CITY``; never the first digits of ``KEY_CODE``, which
is only ``"10"`` for land without a small area. One town is one to many records (exclaves are ``KIGO_E`` E1, E2 …), each
with its own people: records of one ``KEY_CODE`` are joined and their people added.

Source: e-Stat 統計GIS「境界データ」定義書 (A002005212015, A002005212020).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import MissingColumn, UnreadableFile
from geodata.vector import read_vector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geodata.archive import RawFile
    from geodata.notes import Notes

_WATER: Final = "8154"  # 水面調査区
_PREFECTURE_COLUMNS: Final = ("KEN", "PREF")  # up to 2015, from 2020
_NEEDED: Final = ("CITY", "KEY_CODE", "JINKO")
_ERA_YEARS: Final = {"h12": 2000, "h17": 2005, "h22": 2010, "h27": 2015, "r2": 2020, "r7": 2025}


def has_small_area_columns(columns: Iterable[str]) -> bool:
    """Whether a table is one of census small areas, by its column names."""
    names = set(columns)
    return set(_NEEDED) <= names and any(column in names for column in _PREFECTURE_COLUMNS)


def small_area_year(raw: RawFile, columns: Iterable[str]) -> int | None:
    """Census year from the names of the file, its archive and its columns (``h27ka10``, ``A002005212015DDSWC10``)."""
    text = " ".join([raw.path.name, *raw.members, *columns]).lower()
    era = re.search(r"(?<![a-z0-9])(h12|h17|h22|h27|r2|r7)ka\d", text)
    if era:
        return _ERA_YEARS[era.group(1)]
    year = re.search(r"(?:00200521|census)(20\d\d)", text)
    return int(year.group(1)) if year else None


def read_small_areas(raw: RawFile, *, notes: Notes) -> gpd.GeoDataFrame:
    """Cells of a file of census small areas: one row per small area, with its municipality and its people.

    Water survey districts (HCODE 8154) without people are left out; with people (boats, rafts) they stay.

    Parameters
    ----------
    raw
        Shapefile (inside its zip) or GeoParquet.
    notes
        Receives records without a count, or with one that cannot be, by KEY_CODE.

    Returns
    -------
    GeoDataFrame
        `cell_id` is the KEY_CODE, with the municipality before it where it would not be unique; people as float64;
        EPSG:6668. Areas with 0 people are kept.

    Raises
    ------
    MissingColumn
        The columns above are not there.
    UnreadableFile
        The file holds no record.
    """
    records = read_vector(raw, notes=notes, required=_NEEDED)
    prefecture = next((column for column in _PREFECTURE_COLUMNS if column in records.columns), None)
    if prefecture is None:
        raise MissingColumn(_missing(raw, [str(column) for column in records.columns]))
    if records.empty:
        raise UnreadableFile(f"{raw.label}: 記録が 1 件もありません。 / The file has no records.")
    people = pd.to_numeric(records["JINKO"], errors="coerce")
    municipality = _code(records[prefecture], 2) + _code(records["CITY"], 3)
    key = records["KEY_CODE"].astype("str").str.strip()
    cells = gpd.GeoDataFrame(
        {
            "cell_id": key.where(_begins_with(key, municipality), municipality + "-" + key),
            "municipality_code": municipality,
            "population_total": people.astype("float64"),
            "suppressed_share": 0.0,
        },
        geometry=shapely.force_2d(records.geometry.to_numpy()),
        crs=records.crs,
    )
    keep = _usable(raw, cells, notes) & ~_is_empty_water(records, people)
    return _joined(cells[keep])


def _code(values: pd.Series, digits: int) -> pd.Series:
    """Codes as text with their leading zeros, whether the file holds text, whole numbers or floats."""
    text = values.astype("str").str.strip().str.replace(r"\.0$", "", regex=True)
    return text.str.zfill(digits)


def _begins_with(text: pd.Series, beginning: pd.Series) -> np.ndarray:
    return np.array([a.startswith(b) for a, b in zip(text, beginning, strict=True)], dtype=bool)


def _is_empty_water(records: gpd.GeoDataFrame, people: pd.Series) -> pd.Series:
    if "HCODE" not in records.columns:
        return pd.Series(data=False, index=records.index)
    return (_code(records["HCODE"], 4) == _WATER) & (people == 0)


def _usable(raw: RawFile, cells: gpd.GeoDataFrame, notes: Notes) -> pd.Series:
    """Which records have a count that can be and a municipality; the others are named by their KEY_CODE."""
    people = cells["population_total"]
    is_count = np.isfinite(people) & (people >= 0)
    has_code = cells["municipality_code"].str.fullmatch(r"\d{5}")
    for wrong, ja, en in (
        (~is_count, "人口が欠けているか負の記録", "records whose population is missing or negative"),
        (is_count & ~has_code, "市区町村コードが読めない記録", "records without a municipality code"),
    ):
        if wrong.any():
            ids = cells.loc[wrong, "cell_id"].tolist()
            lost = float(people[wrong & (people > 0)].sum())
            notes.warn(
                raw.label,
                f"{ja} {len(ids):,} 件を除きました（KEY_CODE {', '.join(ids[:8])}、{lost:,.0f} 人）。",
                f"{len(ids):,} {en} were left out (KEY_CODE {', '.join(ids[:8])}; {lost:,.0f} people).",
            )
    usable: pd.Series = is_count & has_code
    return usable


def _joined(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make records of one small area one: outlines united, people added; in order of municipality and id."""
    is_repeated = cells["cell_id"].duplicated(keep=False)
    joined = cells[is_repeated].dissolve(
        by=["municipality_code", "cell_id"],
        aggfunc={"population_total": "sum", "suppressed_share": "first"},
        as_index=False,
    )
    columns = ["cell_id", "municipality_code", "population_total", "suppressed_share", "geometry"]
    together = pd.concat([cells.loc[~is_repeated, columns], joined[columns]])
    return gpd.GeoDataFrame(together, crs=cells.crs).sort_values(by=["municipality_code", "cell_id"], ignore_index=True)


def _missing(raw: RawFile, found: list[str]) -> str:
    return (
        f"{raw.label}: 国勢調査 小地域の列（KEN または PREF, CITY, KEY_CODE, JINKO）がそろっていません。"
        f"見つかった列: {', '.join(found[:12])}。 / "
        f"Columns of census small areas (KEN or PREF, CITY, KEY_CODE, JINKO) are missing; found: {', '.join(found[:12])}."
    )
