"""Shapefiles, GeoJSON, GeoPackage, GML, TopoJSON and GeoParquet, as Japanese publishers ship them, into one table.

Three things go wrong in practice and are settled here once: the text encoding of a DBF (cp932 without a word, as
e-Stat delivers it, or a ``.cpg`` that lies), the coordinate system (absent, contradicted by the coordinates, or the
old Tokyo datum) and geometries that are empty or invalid.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FieldError, GeometryError
from shapely.errors import ShapelyError

from geodata.archive import decode
from geodata.dbf import dbf_encoding
from geodata.errors import ExplorerError, MissingColumn, UnreadableFile, WrongCrs, is_disk_full
from geodata.tables import CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd
    import pyproj
    from numpy.typing import NDArray

    from geodata.archive import RawFile
    from geodata.notes import Notes

# Yonaguni 122.9 E, Minamitorishima 154.0 E, Okinotorishima 20.4 N, the northern tip of Etorofu 45.6 N.
JAPAN_LON: Final = (122.0, 154.5)
JAPAN_LAT: Final = (20.0, 46.0)
Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees

_GEOPARQUET: Final = frozenset({".parquet", ".geoparquet"})
_JSON: Final = frozenset({".geojson", ".json", ".topojson"})
_DBF_SAMPLE_BYTES: Final = 16 * 1024**2
_PYOGRIO_ERRORS: Final = (DataSourceError, DataLayerError, CRSError, FieldError, GeometryError)
# JGD2000, JGD2011 and WGS 84 differ by less than a metre or two for our purposes and are taken as one.
_SAME_DATUM: Final = ("jgd", "japanese geodetic datum", "wgs", "world geodetic system")


def read_vector(
    raw: RawFile,
    *,
    notes: Notes,
    required: Sequence[str] = (),
    layer: str | None = None,
    within: Bounds | None = None,
    columns: Callable[[str], object] | None = None,
) -> gpd.GeoDataFrame:
    """Read one vector file with the right encoding into JGD2011 degrees, without empty or invalid geometries.

    Parameters
    ----------
    raw
        Shapefile (the ``.shp``), GeoJSON, TopoJSON, GeoPackage, GML or GeoParquet.
    notes
        Receives what was assumed, repaired or dropped, with counts.
    required
        Columns that must be there; found without regard to letter case and renamed to the given spelling.
    layer
        Layer of a GeoPackage, TopoJSON or GML; the first one by default.
    within
        Only features whose bounds touch this box (west, south, east, north, degrees).
    columns
        Says of each column whether it is wanted; all by default. National layers have dozens that nobody needs.

    Returns
    -------
    GeoDataFrame
        EPSG:6668, RangeIndex, the columns of the file. Points whose latitude and longitude were exchanged are
        turned round (with a warning).

    Raises
    ------
    UnreadableFile
        Truncated, not what its name says, or parts are missing.
    MissingColumn
        A required column is not there.
    WrongCrs
        No coordinate system and none can be guessed, or one that contradicts the coordinates.
    """
    table = _open(raw, notes, layer, within, columns or _any_column)
    table = rename_required(table, required, raw)
    table = _without_empty(table, raw, notes)
    if table.empty:
        return table.set_crs(CRS, allow_override=True).reset_index(drop=True)
    table = _in_japanese_degrees(table, raw, notes)
    table = _repaired(table, raw, notes)
    if within is not None:
        west, south, east, north = within
        bounds = table.geometry.bounds.to_numpy()
        touches = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        table = table[touches]
    return table.reset_index(drop=True)


def in_japan(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which positions lie in the box around Japan (122–154.5 E, 20–46 N); NaN does not."""
    inside: NDArray[np.bool_] = (
        (lon >= JAPAN_LON[0]) & (lon <= JAPAN_LON[1]) & (lat >= JAPAN_LAT[0]) & (lat <= JAPAN_LAT[1])
    )
    return inside


def _any_column(_: str) -> bool:
    return True


def _open(
    raw: RawFile, notes: Notes, layer: str | None, within: Bounds | None, wanted: Callable[[str], object]
) -> gpd.GeoDataFrame:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            table = _read(raw, layer, within, wanted)
        except (*_PYOGRIO_ERRORS, ShapelyError, OSError, ValueError, KeyError) as error:
            if isinstance(error, ExplorerError) or is_disk_full(error):
                raise
            raise UnreadableFile(
                f"{raw.label}: 読み込めません（{error}）。壊れているか途中で切れています。もう一度ダウンロードしてください。 / "
                f"Cannot be read ({error}). It is damaged or cut off; download it again."
            ) from error
    messages = {str(item.message) for item in caught if issubclass(item.category, RuntimeWarning)}
    for message in sorted(messages)[:3]:
        notes.warn(raw.label, f"読み込み中の警告: {message}", f"Warning while reading: {message}")
    if not isinstance(table, gpd.GeoDataFrame):
        raise UnreadableFile(
            f"{raw.label}: 図形がありません（属性だけの表です）。 / It holds no geometries, only a table of attributes."
        )
    return table


def _read(
    raw: RawFile, layer: str | None, within: Bounds | None, wanted: Callable[[str], object]
) -> gpd.GeoDataFrame | pd.DataFrame:
    if raw.suffix in _GEOPARQUET:
        with raw.on_disk() as path:
            table = gpd.read_parquet(path)
            return table[[name for name in table if name == table.geometry.name or wanted(name)]]
    if raw.suffix == ".shp":
        with raw.on_disk() as path:
            return _read_shapefile(raw, path, within, wanted)
    with _as_utf8(raw) if raw.suffix in _JSON else raw.on_disk() as path:
        fields = pyogrio.read_info(path, layer=layer or 0)["fields"] if wanted is not _any_column else None
        kept = None if fields is None else [str(field) for field in fields if wanted(str(field))]
        return pyogrio.read_dataframe(path, layer=layer or 0, columns=kept, on_invalid="ignore")


def _read_shapefile(
    raw: RawFile, path: Path, within: Bounds | None, wanted: Callable[[str], object]
) -> gpd.GeoDataFrame | pd.DataFrame:
    missing = [part for part in (".shx", ".dbf") if raw.sibling(part) is None]
    if missing:
        names = "・".join(missing)
        raise UnreadableFile(
            f"{raw.label}: シェープファイルの {names} がありません。元の zip のまま置いてください。 / "
            f"The shapefile lacks its {', '.join(missing)}. Put the original zip into the folder."
        )
    _check_length(raw, path)
    dbf, cpg = raw.sibling(".dbf"), raw.sibling(".cpg")
    declared = cpg.read_bytes(64).decode("ascii", "ignore") if cpg else None
    encoding = dbf_encoding(dbf.read_bytes(_DBF_SAMPLE_BYTES) if dbf else b"", declared)
    info = pyogrio.read_info(path, encoding=encoding, force_total_bounds=True)
    kept = [str(field) for field in info["fields"] if wanted(str(field))]
    box = None
    if within is not None and _looks_like_japan(info["total_bounds"]):
        # Only where the file says degrees and means it; everything else is clipped after reading.
        west, south, east, north = within
        box = (west - 0.01, south - 0.01, east + 0.01, north + 0.01)  # 1 km covers the shift of the Tokyo datum
    # A ring that is not closed becomes a missing geometry, which is counted: one of them must not cost the whole file.
    return pyogrio.read_dataframe(path, encoding=encoding, bbox=box, columns=kept, on_invalid="ignore")


def _check_length(raw: RawFile, path: Path) -> None:
    """Compare the lengths that the headers state with the files; GDAL reads a cut file without a word."""
    for part in path.parent.glob(path.stem + ".*"):
        with part.open("rb") as stream:
            head = stream.read(100)
        if part.suffix.lower() == ".shp":
            stated = 2 * int.from_bytes(head[24:28], "big") if len(head) == 100 else 100
        elif part.suffix.lower() == ".dbf":
            records, header, width = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
            stated = header + records * width if len(head) >= 32 else 32
        else:
            continue
        size = part.stat().st_size
        if size < stated:
            raise UnreadableFile(
                f"{raw.label}: {part.suffix} が途中で切れています（{stated:,} バイトのはずが {size:,} バイト）。もう一度入手してください。 / "
                f"Its {part.suffix} is cut off ({size:,} of {stated:,} bytes). Get the file again."
            )


@contextmanager
def _as_utf8(raw: RawFile) -> Iterator[Path]:
    """Put the file on disk in UTF-8; GeoJSON must be UTF-8, but Shift_JIS ones are published all the same."""
    content = raw.read_bytes()
    try:
        content.decode("utf-8")
        if not raw.members:
            yield raw.path
            return
    except UnicodeDecodeError:
        content = decode(content, raw.label).encode()
    with TemporaryDirectory(prefix="explorer-") as folder:
        path = Path(folder) / raw.name
        path.write_bytes(content)
        yield path


def _looks_like_japan(bounds: Sequence[float] | None) -> bool:
    if bounds is None or not np.all(np.isfinite(bounds)):
        return False
    west, south, east, north = bounds
    return bool(JAPAN_LON[0] <= west <= east <= JAPAN_LON[1] and JAPAN_LAT[0] <= south <= north <= JAPAN_LAT[1])


def rename_required(table: gpd.GeoDataFrame, required: Sequence[str], raw: RawFile) -> gpd.GeoDataFrame:
    """Check that the required columns are there, in any letter case, and give them the required spelling."""
    by_lower = {str(column).lower(): column for column in table.columns}
    missing = [column for column in required if column.lower() not in by_lower]
    if missing:
        if table.empty:
            raise UnreadableFile(
                f"{raw.label}: 地物が 1 件もありません。もう一度入手してください。 / It holds no features. Get it again."
            )
        found = ", ".join(str(column) for column in table.columns if column != table.geometry.name)
        raise MissingColumn(
            f"{raw.label}: 列 {', '.join(missing)} がありません（ある列: {found}）。データの種類と年度を確かめてください。 / "
            f"Column {', '.join(missing)} is missing (found: {found}). Check which dataset and edition this is."
        )
    renames = {by_lower[column.lower()]: column for column in required}
    return table.rename(columns={old: new for old, new in renames.items() if old != new})


def _without_empty(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    geometries = table.geometry.to_numpy()
    hollow = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    count = int(hollow.sum())
    if count:
        notes.unused_lines(raw.label, table.index[hollow] + 1, "empty_shape")
        notes.warn(
            raw.label,
            f"図形が空の {count:,} 件を除きました（全 {len(table):,} 件）。",
            f"{count:,} of {len(table):,} features have an empty geometry and were left out.",
        )
    return table[~hollow]


def _in_japanese_degrees(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    """Check the coordinate system against the coordinates, then bring everything to EPSG:6668."""
    declared = table.crs
    table = _unswapped(table, raw, notes)
    bounds = table.geometry.bounds.to_numpy()
    degrees = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    japan = in_japan(bounds[:, 0], bounds[:, 1]) & in_japan(bounds[:, 2], bounds[:, 3])
    if declared is None:
        if japan.mean() < 0.5:
            raise WrongCrs(_no_crs_message(raw, bounds))
        notes.info(
            raw.label,
            "座標系の記載がないため、値から JGD2011 の経緯度とみなしました。",
            "No coordinate system is stated; the values are longitude and latitude, JGD2011 is assumed.",
        )
    elif declared.is_projected:
        if japan.mean() > 0.5:
            raise WrongCrs(_contradiction_message(raw, declared, bounds))
        return table.to_crs(CRS)
    elif degrees.mean() < 0.5:
        raise WrongCrs(_contradiction_message(raw, declared, bounds))
    keep = japan if japan.mean() > 0.5 else degrees
    table = _only(table, keep, raw, notes)
    if declared is None or _is_modern_datum(declared):
        return table.set_crs(CRS, allow_override=True)
    notes.info(
        raw.label,
        f"座標系 {declared.name} を JGD2011 に変換しました。",
        f"Converted from {declared.name} to JGD2011.",
    )
    return table.to_crs(CRS)


def _unswapped(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    geometries = table.geometry.to_numpy()
    if not (shapely.get_type_id(geometries) == 0).all():
        bounds = table.geometry.bounds.to_numpy()
        if in_japan(bounds[:, 1], bounds[:, 0]).mean() > 0.5:
            raise WrongCrs(
                f"{raw.label}: 緯度と経度が入れ替わっています（x={bounds[0, 0]:.4f}, y={bounds[0, 1]:.4f}）。"
                "GIS で X=経度、Y=緯度に直して保存してください。 / Latitude and longitude are exchanged "
                f"(x={bounds[0, 0]:.4f}, y={bounds[0, 1]:.4f}). Save it again with X = longitude, Y = latitude."
            )
        return table
    x, y = shapely.get_x(geometries), shapely.get_y(geometries)
    swapped = in_japan(y, x)  # latitudes of Japan never exceed 46 and its longitudes always 122: no doubt possible
    if not swapped.any() or (table.crs is not None and table.crs.is_projected):
        return table
    notes.unused_lines(raw.label, table.index[swapped] + 1, "swapped")
    notes.warn(
        raw.label,
        f"緯度と経度が入れ替わっていた {int(swapped.sum()):,} 点を直しました。",
        f"Latitude and longitude were exchanged for {int(swapped.sum()):,} points; they were turned round.",
    )
    points = shapely.points(np.where(swapped, y, x), np.where(swapped, x, y))
    return table.set_geometry(gpd.GeoSeries(points, index=table.index, crs=table.crs))


def _only(table: gpd.GeoDataFrame, keep: NDArray[np.bool_], raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    dropped = int((~keep).sum())
    if dropped:
        notes.unused_lines(raw.label, table.index[~keep] + 1, "outside_japan")
        notes.warn(
            raw.label,
            f"座標が日本の外にある {dropped:,} 件を除きました（全 {len(table):,} 件）。",
            f"{dropped:,} of {len(table):,} features have coordinates outside Japan and were left out.",
        )
    return table[keep]


def _is_modern_datum(declared: pyproj.CRS) -> bool:
    if declared.to_epsg() in {4326, 4612, 6668, 6697, 4979}:
        return True
    datum = f"{declared.name} {declared.datum.name if declared.datum else ''}".lower().replace("_", " ")
    return any(word in datum for word in _SAME_DATUM)


def _no_crs_message(raw: RawFile, bounds: NDArray[np.float64]) -> str:
    at = f"x={bounds[0, 0]:.1f}, y={bounds[0, 1]:.1f}"
    return (
        f"{raw.label}: 座標系の記載がなく、値（{at}）は日本の経緯度ではありません。座標系を示す .prj を添えるか、"
        "GIS で JGD2011 の経緯度 (EPSG:6668) に変換してください。 / "
        f"No coordinate system is stated and the values ({at}) are not longitudes and latitudes in Japan. "
        "Add the .prj file, or convert to JGD2011 longitude/latitude (EPSG:6668) in a GIS."
    )


def _contradiction_message(raw: RawFile, declared: pyproj.CRS, bounds: NDArray[np.float64]) -> str:
    at = f"x={bounds[0, 0]:.4f}, y={bounds[0, 1]:.4f}"
    return (
        f"{raw.label}: 座標系の記載（{declared.name}）と座標の値（{at}）が合いません。正しい .prj（または crs）に直してください。 / "
        f"The stated coordinate system ({declared.name}) contradicts the coordinates ({at}). Correct the .prj (or crs)."
    )


def _repaired(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    geometries = table.geometry.to_numpy()
    broken = ~shapely.is_valid(geometries)
    count = int(broken.sum())
    if count == 0:
        return table
    repaired = geometries.copy()
    repaired[broken] = shapely.make_valid(geometries[broken], method="structure", keep_collapsed=False)
    notes.info(
        raw.label,
        f"図形の乱れ（自己交差など）のある {count:,} 件を修復しました。",
        f"{count:,} invalid geometries (self-intersections and the like) were repaired.",
    )
    table = table.set_geometry(gpd.GeoSeries(repaired, index=table.index, crs=table.crs))
    return _without_empty(table, raw, notes)
