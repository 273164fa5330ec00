"""Bytes of files that come out the same every time: zips with a fixed date, shapefiles, GeoJSON, CSV."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyogrio

CRS: Final = "EPSG:6668"  # JGD2011, as the current editions of the official data sets
_STAMP: Final = (2026, 4, 1, 0, 0, 0)
_DBF_DATE: Final = "2026-04-01"
DISCLAIMER: Final = (
    "架空の見本: このデータはソフトウェアの試用のために作られたもので、実在の場所・人・施設・団体とは関係ありません。\r\n"
    "Invented sample: made for trying out software; it describes no real place, person, facility or body.\r\n"
)


def pack(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip; member names are stored exactly as given, back-slashes included."""
    path.write_bytes(packed(members))
    return path


def packed(members: Mapping[str, bytes]) -> bytes:
    """Bytes of a zip of the given members, in their order."""
    with tempfile.SpooledTemporaryFile(max_size=1 << 28) as sink:
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as archive:
            for name, content in members.items():
                entry = zipfile.ZipInfo(name, _STAMP)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
        sink.seek(0)
        return sink.read()


def shapefile(
    frame: gpd.GeoDataFrame, stem: str, *, encoding: str = "CP932", with_cpg: bool = False
) -> dict[str, bytes]:
    """Parts of a shapefile by file name, as KSJ ships it: Shift-JIS attribute table, mostly without .cpg."""
    with tempfile.TemporaryDirectory(prefix="sample-") as folder:
        path = Path(folder) / f"{stem}.shp"
        pyogrio.write_dataframe(
            frame, path, driver="ESRI Shapefile", encoding=encoding,
            layer_options={"DBF_DATE_LAST_UPDATE": _DBF_DATE},
        )  # fmt: skip
        parts = {part.name: part.read_bytes() for part in sorted(Path(folder).iterdir())}
    if not with_cpg:
        parts.pop(f"{stem}.cpg", None)
    return parts


def geojson(frame: gpd.GeoDataFrame, name: str, *, decimals: int = 9) -> bytes:
    """GeoJSON with the `crs` member that KSJ writes (EPSG:6668)."""
    with tempfile.TemporaryDirectory(prefix="sample-") as folder:
        path = Path(folder) / f"{name}.geojson"
        pyogrio.write_dataframe(
            frame, path, driver="GeoJSON", layer_options={"COORDINATE_PRECISION": decimals, "WRITE_NAME": True}
        )
        return path.read_bytes()


def csv(frame: pd.DataFrame, *, encoding: str = "utf-8", bom: bool = False) -> bytes:
    """CSV with CRLF line ends; missing values are empty."""
    text = frame.to_csv(index=False, lineterminator="\r\n")
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode(encoding)


def metadata(title: str) -> bytes:
    """The small KS-META file that lies beside KSJ data, saying that this one is invented."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n'
        f"<metadata><title>{title}(架空の見本 / invented sample)</title>"
        f"<abstract>{DISCLAIMER.strip()}</abstract><publisher>生活条件エクスプローラー 見本地域</publisher></metadata>\r\n"
    ).encode()
