"""Recognise vector files by the names of their columns, without opening the shapes."""

from __future__ import annotations

import json
import re
import struct
from typing import Any, Final

from geodata.archive import RawFile, decode
from geodata.codes import PREFECTURES, municipality_code
from geodata.errors import MissingColumn, SourceError, UnreadableFile
from geodata.ksj_names import KSJ_NAME, ksj_edition, prefecture_detail, prefecture_text
from geodata.recognise_tables import decode_head, recognise_points, recognise_population
from geodata.recognised import Recognised
from geodata.sources import DATASETS

_KSJ_COLUMN: Final = re.compile(
    r"^(N03|P04|P14|P29|P05|P11|N02|A50|A55|A29|A09|A16|S12|N07|A38|L01|P02)[a-z]?_?\d", re.IGNORECASE
)


def shapefile_fields(raw: RawFile) -> tuple[list[str], int | None]:
    """Column names and record count from the head of the .dbf, without opening the shapes."""
    dbf = raw.sibling(".dbf")
    if dbf is None:
        raise SourceError(
            f"{raw.label}: 同じ名前の .dbf がありません。zip のまま、または全部のファイルを置いてください。 / "
            "The .dbf of the same name is missing. Put the whole zip, or all its files, into the folder."
        )
    head = dbf.read_bytes(64 * 1024)
    count, header_length = struct.unpack_from("<IH", head, 4)
    fields = []
    for start in range(32, min(header_length, len(head)) - 1, 32):
        if head[start] == 0x0D:
            break
        name = head[start : start + 11].split(b"\0")[0]
        fields.append(decode(name, raw.label))
    return fields, count


def recognise_json(raw: RawFile) -> Recognised:
    """GeoJSON, TopoJSON, or another JSON by its keys."""
    head = decode_head(raw)
    if (
        re.search(r'"type"\s*:\s*"(FeatureCollection|Topology|Feature)"', head[:4096]) is None
        and '"features"' not in head
    ):
        if '"elements"' in head and ('"overpass' in head.lower() or '"generator"' in head):
            return Recognised(raw, "overpass")
        if '"lat"' in head and '"lng"' in head:
            return Recognised(raw, "towns")
        if '"pref_code"' in head or '"code"' in head:
            return Recognised(raw, "codes")
        if raw.suffix != ".json":
            raise UnreadableFile(
                f"{raw.label}: GeoJSON の形式ではありません。もう一度ダウンロードしてください。 / "
                "Not GeoJSON, whatever its name says. Download it again."
            )
        return Recognised(raw, None)
    # TopoJSON puts its arcs first: the properties may come only after megabytes of numbers.
    text = decode(raw.read_bytes(), raw.label) if '"Topology"' in head[:4096] else head
    found = _first_properties(text)
    if found is None and len(text) < raw.size:  # a coast of a quarter of a megabyte may stand before the first names
        found = _first_properties(decode(raw.read_bytes(), raw.label))
    return recognise_fields(raw, list(found or {}), None)


def _first_properties(text: str) -> dict[str, Any] | None:
    # The `crs` member of official files has "properties" too; those of the first feature come after "features".
    body = max(text.find('"features"'), 0)
    first = re.compile(r'"properties"\s*:\s*(\{[^{}]*\})').search(text, body)
    properties: dict[str, Any] | None = json.loads(first.group(1)) if first else None
    return properties


def recognise_parquet(raw: RawFile) -> Recognised:
    """A GeoParquet by its schema."""
    import pyarrow.parquet as pq

    with raw.on_disk() as path:
        parquet = pq.ParquetFile(path)
        return recognise_fields(raw, list(parquet.schema_arrow.names), parquet.metadata.num_rows)


def recognise_other_vector(raw: RawFile) -> Recognised:
    """GeoPackage, GML, KML or FlatGeobuf, as GDAL reads its head."""
    import pyogrio

    with raw.on_disk() as path:
        info = pyogrio.read_info(path)
    return recognise_fields(raw, list(info["fields"]), int(info["features"]))


def recognise_fields(raw: RawFile, fields: list[str], rows: int | None) -> Recognised:  # noqa: C901 - one line per data set
    """A vector file by its column names, and by its own name where those do not tell."""
    upper = {name.upper() for name in fields}
    codes = [match.group(1).upper() for name in fields if (match := _KSJ_COLUMN.match(name))]
    ksj = KSJ_NAME.match(raw.name)
    details: dict[str, Any] = {"rows": rows, "fields": fields[:60]}
    if {"N03_007", "N03_001"} <= upper:
        return _boundaries(raw, details)
    if "N03_001" in upper and "N03_004" not in upper:
        return Recognised(raw, "prefectures", edition=ksj_edition(raw.name), details=details)
    if population := recognise_population(raw, rows):
        return population
    dataset = codes[0].lower() if codes else (ksj.group(1).lower() if ksj else "")
    if dataset == "n03":
        missing = "・".join(sorted({"N03_001", "N03_004", "N03_007"} - upper))
        raise MissingColumn(
            f"{raw.label}: 列 {missing} がないか、地物がありません。国土数値情報 N03 を元のまま置いてください。 / "
            f"Column {missing} is missing, or the file is empty. Put the N03 file into the folder as it was published."
        )
    if "MESH_ID" in upper and any(name.startswith(("PTN_", "PT00_", "POP20")) for name in upper):
        dataset = "mesh_r6"
    if dataset == "n02" and not any("STATION" in part.upper() or part == "N02_005" for part in [raw.name, *fields]):
        return Recognised(raw, "document", coverage="路線（駅ではない） / lines, not stations", details=details)
    if dataset in DATASETS:
        return Recognised(
            raw, dataset, ksj_edition(raw.name), prefecture_text(raw.name), {**details, **prefecture_detail(raw)}
        )
    if {"AREATYPE", "AREACODE", "CITYCODE"} <= upper:
        return Recognised(raw, "a55", details=details)
    if "用途地域名" in fields:
        return Recognised(raw, "a29", details=details)
    if found := recognise_points(raw):
        return found
    if ksj:
        return Recognised(raw, "ksj", ksj_edition(raw.name), prefecture_text(raw.name), details)
    return Recognised(raw, None, details=details)


def _boundaries(raw: RawFile, details: dict[str, Any]) -> Recognised:
    """N03: which prefectures, and how fine it is (bytes per municipality), found from all codes in the file."""
    if raw.suffix in {".geojson", ".json", ".topojson"}:
        values = re.findall(rb'"N03_007"\s*:\s*"(\d{5})"', raw.read_bytes())
        found = [value.decode() for value in values]
    else:
        import pyogrio

        with raw.on_disk() as path:
            if path.suffix == ".parquet":
                import pandas as pd

                found = pd.read_parquet(path, columns=["N03_007"])["N03_007"].dropna().astype(str).tolist()
            else:
                found = (
                    pyogrio.read_dataframe(path, columns=["N03_007"], read_geometry=False)["N03_007"]
                    .dropna()
                    .astype(str)
                    .tolist()
                )
    codes = sorted({code for value in found if (code := municipality_code(value))})
    prefectures = sorted({code[:2] for code in codes})
    if not codes:
        raise SourceError(
            f"{raw.label}: N03_007 に市区町村コードがありません。行政区域データか確かめてください。 / "
            "Column N03_007 holds no municipality code. Check that this is the N03 data set."
        )
    names = "・".join(PREFECTURES[prefecture] for prefecture in prefectures[:3]) + (
        " ほか" if len(prefectures) > 3 else ""
    )
    return Recognised(
        raw,
        "n03",
        ksj_edition(raw.name),
        f"{names}（{len(codes)} コード）",
        {
            **details,
            "codes_by_prefecture": {code: sum(value[:2] == code for value in codes) for code in prefectures},
            "bytes_per_code": raw.size // len(codes),
        },
    )
