"""Own polygons of where fibre, 4G, 5G or Wi-Fi can be had: GeoJSON, KML, Shapefile, GeoPackage.

Which technology a polygon tells of stands in a column, or in the name of the file. A polygon with ``covered = 0`` says that
its area was looked at and has none: without one, a municipality that no polygon touches may have no coverage or may just
not be in the file, and stays unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.errors import MissingColumn
from geodata.vector import read_vector

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

TECHNOLOGIES: Final = ("fibre", "5g", "4g", "wifi")
_WORDS: Final = (
    # Not 光 alone: 日光市 and 観光 are no fibre.
    (
        "fibre",
        re.compile(
            r"光(?:回線|ブロード|サービス|通信|エリア|提供|カバー)|フレッツ光|^光$|ファイバ|ftt[hxb]|fib(?:re|er)|optic"
        ),
    ),
    ("5g", re.compile(r"(?<![0-9a-z])5g(?![a-z])|第5世代")),
    ("4g", re.compile(r"(?<![0-9a-z])4g(?![a-z])|(?<![a-z])lte(?![a-z])|第4世代")),
    ("wifi", re.compile(r"wi-?fi|無線lan")),
)
_KIND_COLUMNS: Final = (
    "technology", "tech", "kind", "type", "service", "class", "layer", "network", "generation",
    "技術", "種別", "種類", "区分", "方式", "通信方式", "サービス", "回線種別",
)  # fmt: skip
_COVERED_COLUMNS: Final = ("covered", "available", "提供", "提供可否", "カバー", "利用可否")
_NO: Final = frozenset(
    {"0", "0.0", "no", "false", "n", "×", "✕", "x", "なし", "無", "無し", "不可", "未提供", "提供なし", "圏外"}
)
LEAST_SHARE: Final = (
    0.01  # of a municipality's people within a file's polygons, from which on it tells of the municipality
)


def technology_of(text: str) -> str | None:
    """The technology that a word or a file name tells of; None where it tells of none, or of several.

    Examples
    --------
    >>> technology_of("光ファイバ提供エリア"), technology_of("area_5G_2025.geojson"), technology_of("au 4G LTE")
    ('fibre', '5g', '4g')
    >>> [technology_of(text) for text in ("45gram", "4g_and_5g.kml", "観光エリア.geojson")]
    [None, None, None]
    """
    plain = re.sub("観光|日光", "", unicodedata.normalize("NFKC", text).strip().lower())
    found = [name for name, pattern in _WORDS if pattern.search(plain)]
    return found[0] if len(found) == 1 else None


def sniff_coverage(raw: RawFile, fields: Iterable[str]) -> tuple[str, ...] | None:
    """The technologies that a file of polygons tells of, by a look at its columns and first rows; None if it is no such file."""
    names = [str(name) for name in fields]
    kind = _column(names, _KIND_COLUMNS)
    by_name = technology_of(raw.name)
    if kind is None and by_name is None:
        return None
    try:
        rows = _first_rows(raw)
    except Exception:  # noqa: BLE001 - a look only: whoever reads the file says what is wrong with it
        return None
    if rows is None or not rows.geom_type.isin(["Polygon", "MultiPolygon"]).any():
        return None
    by_row = {technology_of(str(text)) for text in rows[kind]} - {None} if kind in rows else set()
    found = tuple(name for name in TECHNOLOGIES if name in by_row) or ((by_name,) if by_name else ())
    return found or None


def read_coverage(
    raw: RawFile, *, notes: Notes, within: Bounds | None = None
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Read the polygons of one file.

    Parameters
    ----------
    raw
        GeoJSON, KML, Shapefile, GeoPackage or GeoParquet.
    within
        Only polygons that touch this box (west, south, east, north, degrees).

    Returns
    -------
    GeoDataFrame
        EPSG:6668: ``technology`` (one of :data:`TECHNOLOGIES`), ``covered`` (bool), ``geometry`` (polygons).
    tuple of str
        All technologies that the file tells of, those of polygons outside `within` too.

    Raises
    ------
    MissingColumn
        Neither a column nor the name of the file tells the technology.
    UnreadableFile, WrongCrs
        As :func:`geodata.vector.read_vector`.
    """
    import geopandas as gpd

    table = read_vector(raw, notes=notes)
    names = [str(name) for name in table.columns if name != table.geometry.name]
    kind = _column(names, _KIND_COLUMNS)
    by_name = technology_of(raw.name)
    technology = np.array([None] * len(table), dtype=object)
    if kind is not None:
        technology = np.array([technology_of(str(text)) for text in table[kind]], dtype=object)
    technology[technology == None] = by_name  # noqa: E711 - elementwise
    is_polygon = table.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy(bool)
    unknown = is_polygon & np.array([name is None for name in technology], dtype=bool)
    if not (is_polygon & ~unknown).any():
        found = ", ".join(names) or "—"
        raise MissingColumn(
            f"{raw.label}: 何のカバーエリアか分かりません（ある列: {found}）。列 technology に fibre・5g・4g・wifi のいずれかを入れるか、"
            f"ファイル名に 5g などを含めてください。 / It does not say whose coverage it is (columns: {found}). Expected: a column "
            "technology with fibre, 5g, 4g or wifi, or one of these in the file name."
        )
    _left_out(raw, notes, int((~is_polygon).sum()), "面でない", "are no polygons")
    _left_out(raw, notes, int(unknown.sum()), "何のエリアか分からない", "do not tell a technology")
    said = _column(names, _COVERED_COLUMNS)
    covered = ~table[said].map(_is_no).to_numpy(bool) if said is not None else np.ones(len(table), dtype=bool)
    keep = is_polygon & ~unknown
    found_all = tuple(name for name in TECHNOLOGIES if name in set(technology[keep]))
    frame = gpd.GeoDataFrame(
        {"technology": technology[keep], "covered": covered[keep]},
        geometry=table.geometry.to_numpy()[keep],
        crs=table.crs,
    )
    if within is not None:
        west, south, east, north = within
        frame = frame.cx[west:east, south:north].reset_index(drop=True)
    return frame, found_all


def covered_places(
    areas: gpd.GeoDataFrame,
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    municipality: NDArray[np.object_],
    people: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Whether each place lies in a polygon: 1 or 0, NaN in municipalities of which the polygons tell nothing.

    A place is a point that stands for about 100 m: it is inside or outside as a whole. The polygons tell of a municipality
    where an area is marked as not covered in it, or at least :data:`LEAST_SHARE` of its people live in covered ones; a
    neighbour's polygon that crosses the border by a few metres does not.

    Parameters
    ----------
    areas
        Polygons of one technology (:func:`read_coverage`).
    longitude, latitude, municipality, people
        (n_places,) of the places.

    Returns
    -------
    ndarray
        (n_places,) float32.
    """
    inside = _within(areas[areas["covered"]], longitude, latitude)
    denied = _within(areas[~areas["covered"]], longitude, latitude) & ~inside
    names, town = np.unique(municipality.astype(str), return_inverse=True)
    total = np.bincount(town, people, len(names))
    held = np.bincount(town, people * inside, len(names))
    told = (held >= LEAST_SHARE * total) & (held > 0)
    told |= np.bincount(town, people * denied, len(names)) > 0
    return np.where(told[town], inside, np.nan).astype(np.float32)


def _within(
    areas: gpd.GeoDataFrame, longitude: NDArray[np.float64], latitude: NDArray[np.float64]
) -> NDArray[np.bool_]:
    import shapely

    inside = np.zeros(len(longitude), dtype=bool)
    if len(areas):
        points = shapely.points(longitude, latitude)
        # Parts, not whole multipolygons: the tree then looks at the few that are near.
        tree = shapely.STRtree(shapely.get_parts(areas.geometry.to_numpy()))
        inside[np.unique(tree.query(points, predicate="intersects")[0])] = True
    return inside


def _first_rows(raw: RawFile) -> Any:
    import geopandas as gpd
    import pyogrio

    with raw.on_disk() as path:
        if path.suffix in {".parquet", ".geoparquet"}:
            return gpd.read_parquet(path).head(50)
        rows = pyogrio.read_dataframe(path, max_features=50)
    return rows if isinstance(rows, gpd.GeoDataFrame) else None


def _column(names: list[str], wanted: tuple[str, ...]) -> str | None:
    by_plain = {unicodedata.normalize("NFKC", name).strip().lower(): name for name in names}
    return next((by_plain[word] for word in wanted if word in by_plain), None)


def _is_no(value: object) -> bool:
    return unicodedata.normalize("NFKC", str(value)).strip().lower() in _NO


def _left_out(raw: RawFile, notes: Notes, count: int, ja: str, en: str) -> None:
    if count:
        notes.warn(raw.label, f"{ja} {count:,} 件を使いません。", f"{count:,} features {en}; they are not used.")
