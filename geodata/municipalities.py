"""Municipality boundaries from 国土数値情報 N03, in both column generations, one row per municipality.

Until 2023 ``N03_003`` holds the county or the designated city and ``N03_004`` the municipality or ward; from 2024
``N03_004`` is the municipality and ``N03_005`` the ward. One municipality is many features (islands, exclaves), and
wards are rolled up to their designated city.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geodata.archive import RawFile
from geodata.codes import (
    DESIGNATED_CITIES,
    NORTHERN_TERRITORIES,
    PREFECTURES,
    municipality_code,
    municipality_kind,
    rolled_up,
)
from geodata.errors import UnreadableFile
from geodata.notes import Notes
from geodata.tables import CRS, MUNICIPALITY_COLUMNS

if TYPE_CHECKING:
    import geopandas as gpd

# Cylindrical equal area on the ellipsoid: areas come out exact wherever the prefecture lies.
_EQUAL_AREA = "+proj=cea +lon_0=138 +lat_ts=36 +ellps=GRS80 +units=m +no_defs"


def read_boundaries(raw: RawFile, *, notes: Notes, prefectures: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Read N03 boundaries, of some prefectures or of all in the file.

    Parameters
    ----------
    raw
        Shapefile, GeoJSON, TopoJSON or GeoPackage with N03 columns.
    notes
        Receives shapes left out, with their codes.
    prefectures
        Two-digit codes to keep; None keeps all.

    Returns
    -------
    GeoDataFrame
        Columns of :data:`geodata.tables.MUNICIPALITY_COLUMNS` but ``in_study_area``; one row per municipality, wards
        rolled up, in the order of the codes, JGD2011.

    Raises
    ------
    UnreadableFile
        No shape of a municipality is left.
    """
    from geodata.vector import read_vector

    table = read_vector(raw, notes=notes, required=("N03_001", "N03_004", "N03_007"))
    table = _only_areas(table, raw, notes)
    codes = [municipality_code(value) for value in table["N03_007"]]
    known = np.array([code is not None and code not in NORTHERN_TERRITORIES for code in codes], dtype=bool)
    _warn_of_impossible(table, codes, raw, notes)
    if (~known).any():
        notes.info(
            raw.label,
            f"市区町村コードのない図形（所属未定地など）{int((~known).sum())} 件は使いません。",
            f"{int((~known).sum())} shapes without a usable municipality code (undetermined areas) are not used.",
        )
    table = table.assign(code=np.array([rolled_up(code) if code else "" for code in codes], dtype=object))[known]
    if prefectures is not None:
        wanted = set(prefectures)
        table = table[[code[:2] in wanted for code in table["code"]]]
    if table.empty:
        raise UnreadableFile(
            f"{raw.label}: 市区町村の図形が 1 件もありません。国土数値情報 N03 を元のまま置いてください。 / "
            "It holds no shape of a municipality. Put the N03 file into the folder as it was published."
        )
    return _one_row_each(table)


def _only_areas(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    """Leave out points and lines: an area of nothing would be shown as a municipality without people."""
    is_area = table.geom_type.isin(("Polygon", "MultiPolygon", "GeometryCollection")).to_numpy(dtype=bool)
    if not is_area.all():
        count = int((~is_area).sum())
        notes.warn(
            raw.label,
            f"面でない図形（点・線）{count:,} 件は境界ではないので使いません。",
            f"{count:,} shapes that are points or lines are no boundaries; they are not used.",
        )
    return table[is_area]


def _warn_of_impossible(table: gpd.GeoDataFrame, codes: Sequence[str | None], raw: RawFile, notes: Notes) -> None:
    """Name the codes that no municipality can have; blank and ``13000`` are how N03 writes undetermined areas."""
    written = table["N03_007"].astype("str").fillna("").str.strip()
    strange = [
        f"{text}（{name}）"
        for text, name, code in zip(written, table["N03_004"], codes, strict=True)
        if code is None and text.strip("0") and not text.endswith("000")
    ]
    if strange:
        shown = "、".join(dict.fromkeys(strange[:5]))
        notes.warn(
            raw.label,
            f"N03_007 が市区町村コードではない図形 {len(strange):,} 件は使いません: {shown}。コードを確かめてください。",
            f"N03_007 of {len(strange):,} shapes is no municipality code; they are not used: {shown}. Check the codes.",
        )


def _one_row_each(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    rows = []
    for code, pieces in table.groupby("code", sort=True):
        merged = shapely.union_all(pieces.geometry.to_numpy()) if len(pieces) > 1 else pieces.geometry.iloc[0]
        # N03_004 is the municipality in both generations, but for wards, whose city has its name from the table.
        named = pieces["N03_004"].dropna()
        name = DESIGNATED_CITIES.get(str(code)) or str(named.iloc[0] if len(named) else code)
        rows.append((str(code), name, merged))
    frame = gpd.GeoDataFrame(
        {"code": [row[0] for row in rows], "name": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs=CRS,
    )
    frame["reading"] = ""
    frame["prefecture_code"] = frame["code"].str[:2]
    frame["prefecture_name"] = frame["prefecture_code"].map(PREFECTURES)
    frame["kind"] = [municipality_kind(code) for code in frame["code"]]
    frame["area_km2"] = frame.geometry.to_crs(_EQUAL_AREA).area.to_numpy() / 1e6
    return frame[[column for column in MUNICIPALITY_COLUMNS if column != "in_study_area"]]


def municipality_of(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, municipalities: gpd.GeoDataFrame
) -> npt.NDArray[np.object_]:
    """Code of the municipality that each point (degrees) lies in, ``""`` outside all; the lowest code on a border."""
    import pandas as pd
    import shapely

    lon, lat = np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
    # The points in the tree, not the areas: what is asked with is prepared, and then it is forty times as quick.
    points = shapely.STRtree(np.asarray(shapely.points(np.column_stack([lon, lat]))))
    area_index, point_index = points.query(municipalities.geometry.to_numpy(), predicate="intersects")
    codes = municipalities["code"].to_numpy(dtype=object)
    result = pd.Series("", index=range(len(lon)), dtype=object).to_numpy(copy=True)
    order = np.lexsort((codes[area_index].astype(str), point_index))[::-1]
    result[point_index[order]] = codes[area_index[order]]
    return result


def concatenate(parts: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Boundaries of several sources in one table, by code."""
    import geopandas as gpd
    import pandas as pd

    whole = pd.concat(parts, ignore_index=True).sort_values("code", ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=CRS)
