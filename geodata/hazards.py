"""Hazard areas of 国土数値情報: floods (A31, A31a, A31b), landslides (A33) and tsunamis (A40), as polygons with what they mean.

========  =============  =====================================================================================
data set  column         values
========  =============  =====================================================================================
A31b, a   A31b_201       depth at the largest flood assumed: 1 < 0.5 m, 2 < 3 m, 3 < 5 m, 4 < 10 m, 5 < 20 m, 6
A31b      A31b_101       the same at the flood planned for; read where the file has no A31b_201
A31b      A31b_301, 401  hours under water, where houses may be torn away: within the flooded area, not read
A31       A31_001        depth, editions until 2012: 11–15 (15 from 5 m), 21–27 (24 from 2 m, 25 from 3 m)
A33       A33_002        1 警戒区域, 2 特別警戒区域, 3 and 4 the same before they are designated
A40       A40_003        depth in words: 「0.3m以上 ～ 1m未満」
========  =============  =====================================================================================

The code lists are from general knowledge of the data sets [K] and are stated wherever a number rests on them. A polygon
whose value is unknown still counts as an area of its hazard, and is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.codes import PREFECTURES
from geodata.tables import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import numpy.typing as npt

    from geodata.notes import Notes
    from geodata.recognised import Recognised

Box = tuple[float, float, float, float]

# Hazard → its names, and the data sets that tell of it. An area of depth 3 m or more is also one of flooding.
HAZARDS: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "flood": ("洪水浸水想定区域", "expected flooding", ("a31b", "a31")),
    "flood_3m": ("洪水浸水想定区域（浸水深3m以上）", "expected flooding of 3 m or more", ("a31b", "a31")),
    "landslide": ("土砂災害警戒区域", "landslide warning areas", ("a33",)),
    "landslide_special": ("土砂災害特別警戒区域", "special landslide warning areas", ("a33",)),
    "tsunami": ("津波浸水想定", "expected tsunami flooding", ("a40",)),
}
DATASETS: Final = ("a31b", "a31", "a33", "a40")
_DEPTH_COLUMNS: Final = ("a31b_201", "a31a_205", "a31_201", "a31b_101", "a31a_105", "a31_101", "a31_001")
_OTHER_FLOOD: Final = re.compile(r"a31[ab]?_[34]0\d", re.IGNORECASE)
_RANKS: Final = {"1": False, "2": False, "3": True, "4": True, "5": True, "6": True}
# 14 is 2–5 m: whether it is 3 m or more is not known, so it does not count as that.
_OLD_RANKS: Final = {
    **dict.fromkeys(("11", "12", "13", "14", "21", "22", "23", "24"), False),
    **dict.fromkeys(("15", "25", "26", "27"), True),
}
_LANDSLIDES: Final = {"1": False, "2": True, "3": False, "4": True}


@dataclass(frozen=True)
class HazardFile:
    """What one file tells.

    Parameters
    ----------
    polygons
        (n,) shapes in EPSG:6668 of the file's hazard.
    severe
        (n,) those of the worse class: 3 m or more under water, 特別警戒区域. All False for tsunamis.
    hazards
        The hazard and its worse class, keys of :data:`HAZARDS`.
    meshes
        Primary grid squares that the file covers by its name, else empty.
    prefectures
        Prefectures that it covers, by name or column, else empty.
    """

    polygons: npt.NDArray[np.object_]
    severe: npt.NDArray[np.bool_]
    hazards: tuple[str, ...]
    meshes: tuple[str, ...]
    prefectures: tuple[str, ...]


def read_hazards(source: Recognised, *, within: Box, notes: Notes) -> HazardFile | None:
    """Read the hazard areas of one file that touch a box.

    Parameters
    ----------
    source
        A file of one of :data:`DATASETS`.
    within
        West, south, east, north in degrees.
    notes
        Receives values and columns whose meaning is not known.

    Returns
    -------
    HazardFile or None
        None where the file tells of something else within the flooded area (hours, torn-away houses).

    Raises
    ------
    SourceError
        The file cannot be read.
    """
    from geodata.vector import read_vector

    fields = [str(name) for name in source.details.get("fields", ())]
    dataset = str(source.dataset)
    column = _value_column(dataset, fields)
    if column is None and any(_OTHER_FLOOD.fullmatch(name) for name in fields):
        return None
    table = read_vector(source.file, notes=notes, within=within, columns=lambda name: name.lower()[:4] in _KEPT)
    table = table[table.geometry.geom_type.isin(("Polygon", "MultiPolygon", "GeometryCollection"))]
    severe = np.zeros(len(table), dtype=bool)
    if column is None:
        if dataset != "a40":
            found = ", ".join(fields) or "なし"
            notes.warn(
                source.file.label,
                f"区分の列がありません（ある列: {found}）。すべて「{HAZARDS[_hazards_of(dataset)[0]][0]}」として数え、"
                "深さ・特別警戒の別は分かりません。",
                f"No column of classes (found: {found}): all polygons count as {HAZARDS[_hazards_of(dataset)[0]][1]}, "
                "their class is unknown.",
            )
    elif dataset != "a40":
        severe = _severe(table[column], dataset, column, source, notes)
    return HazardFile(
        table.geometry.to_numpy(),
        severe,
        _hazards_of(dataset) if column is not None else _hazards_of(dataset)[:1],
        _meshes(source),
        _prefectures(source, table),
    )


_KEPT: Final = frozenset({"a31b", "a31a", "a31_", "a33_", "a40_"})


def primary_mesh(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Number of the primary grid square (JIS X 0410) of each position: 5439 for 139–140° E, 36–36.67° N."""
    lon, lat = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
    numbers: npt.NDArray[np.int64] = (np.floor(lat * 1.5) * 100 + np.floor(lon) - 100).astype(np.int64)
    return numbers


def _hazards_of(dataset: str) -> tuple[str, ...]:
    return tuple(hazard for hazard, (_, _, datasets) in HAZARDS.items() if dataset in datasets)


def _value_column(dataset: str, fields: Iterable[str]) -> str | None:
    lowered = {name.lower(): name for name in fields}
    wanted = {"a33": ("a33_002",), "a40": ("a40_003",)}.get(dataset, _DEPTH_COLUMNS)
    return next((lowered[name] for name in wanted if name in lowered), None)


def _severe(
    values: Iterable[object], dataset: str, column: str, source: Recognised, notes: Notes
) -> npt.NDArray[np.bool_]:
    meaning = _LANDSLIDES if dataset == "a33" else (_OLD_RANKS if column.lower() == "a31_001" else _RANKS)
    plain = [unicodedata.normalize("NFKC", str(value)).strip().removesuffix(".0").lstrip("0") for value in values]
    strange = Counter(value for value in plain if value not in meaning)
    if strange:
        found = "、".join(f"{value or '空欄'}: {count}" for value, count in strange.most_common(5))
        notes.warn(
            source.file.label,
            f"{column} が想定外の {strange.total()} 件（{found}）は、区域として数え、深さ・特別警戒には数えません。",
            f"{strange.total()} polygons with an unknown {column} ({found}) count as areas, not as the worse class.",
        )
    return np.array([meaning.get(value, False) for value in plain], dtype=bool)


def _meshes(source: Recognised) -> tuple[str, ...]:
    if source.dataset not in {"a31b", "a31"}:
        return ()
    for name in (source.file.name, *source.file.members[::-1], source.file.path.name):
        found = re.search(r"A31b?-[\d\-_]*?_(\d{4})(?!\d)", name, re.IGNORECASE)
        if found:
            return (found.group(1),)
    return ()


def _prefectures(source: Recognised, table: gpd.GeoDataFrame) -> tuple[str, ...]:
    named = {str(code) for code in source.details.get("prefectures", ())}
    for column in ("A33_003", "A40_002"):
        if column in table:
            named |= {str(code).removesuffix(".0").zfill(2) for code in table[column].dropna().unique()}
    return tuple(sorted(named & set(PREFECTURES)))


def empty_hazards() -> gpd.GeoDataFrame:
    """No hazard area, with the columns of :data:`geodata.tables.HAZARD_COLUMNS`."""
    import geopandas as gpd

    return gpd.GeoDataFrame({"municipality_code": [], "hazard": [], "area_km2": []}, geometry=[], crs=CRS)
