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
from geodata.ookla import edition_of, is_ookla, network_of
from geodata.overture import describe_overture, is_overture
from geodata.recognise_tables import decode_head, recognise_points, recognise_population
from geodata.recognised import Recognised
from geodata.sources import DATASETS

_KSJ_COLUMN: Final = re.compile(
    r"^(N03|P04|P14|P29|P05|P11|N02|A50|A55|A29|A09|A16|A31b|A31|A33|A40|S12|N07|A38|L01|P02)[a-z]?_?\d", re.IGNORECASE
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
            return _overpass(raw, head)
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


def _overpass(raw: RawFile, head: str) -> Recognised:
    """An answer of the Overpass API: its date, and whether it holds places or only streets."""
    from geodata.overpass_points import describe_overpass

    edition, details = describe_overpass(raw, head)
    where = "・".join(PREFECTURES.get(code, code) for code in details.get("prefectures", ()))
    if not details["rows"]:
        where = "施設なし（使いません） / no places of interest, not used"
    return Recognised(raw, "overpass", edition, where, details)


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
        names = list(parquet.schema_arrow.names)
        if is_overture(names):
            return Recognised(raw, "overture", *describe_overture(raw, parquet))
        return recognise_fields(raw, names, parquet.metadata.num_rows)


def recognise_other_vector(raw: RawFile) -> Recognised:
    """GeoPackage, GML, KML or FlatGeobuf, as GDAL reads its head."""
    import pyogrio

    from geodata.zones_citygml import is_urf

    if raw.suffix == ".gml" and is_urf(decode_head(raw)[:8192]):
        return Recognised(raw, "plateau_urf", ksj_edition(raw.name))
    with raw.on_disk() as path:
        info = pyogrio.read_info(path)
    return recognise_fields(raw, list(info["fields"]), int(info["features"]))


def recognise_fields(raw: RawFile, fields: list[str], rows: int | None) -> Recognised:
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
    if "MESH_ID" in upper and any(name.startswith(("PTN_", "PT00_", "PT0_", "POP20")) for name in upper):
        dataset = "mesh_r6"
    if dataset == "n02" and not any("STATION" in part.upper() or part == "N02_005" for part in [raw.name, *fields]):
        dataset = "n02_lines"
    if dataset in DATASETS:
        return Recognised(
            raw, dataset, ksj_edition(raw.name), prefecture_text(raw.name), {**details, **prefecture_detail(raw)}
        )
    if found := _by_columns(raw, fields, details) or recognise_points(raw) or _coverage_areas(raw, details):
        return found
    if ksj:
        return Recognised(raw, "ksj", ksj_edition(raw.name), prefecture_text(raw.name), details)
    return Recognised(raw, None, details=details)


def _by_columns(raw: RawFile, fields: list[str], details: dict[str, Any]) -> Recognised | None:
    """Zones and tiles that come without a data set's name, by the columns only they have."""
    if (column := _zone_column(raw, fields)) is not None:
        return Recognised(raw, "own_zones", ksj_edition(raw.name), column, details)
    if {"AREATYPE", "AREACODE", "CITYCODE"} <= {name.upper() for name in fields}:
        return Recognised(raw, "a55", details=details)
    if "用途地域名" in fields:
        return Recognised(raw, "a29", details=details)
    if is_ookla(fields):
        return Recognised(raw, "ookla", edition_of(raw.name), network_of(raw.name), details)
    return None


def _coverage_areas(raw: RawFile, details: dict[str, Any]) -> Recognised | None:
    """Polygons of where fibre, 4G, 5G or Wi-Fi can be had."""
    from geodata.coverage_areas import sniff_coverage

    technologies = sniff_coverage(raw, details["fields"])
    if technologies is None:
        return None
    words = {"fibre": "光ファイバ", "5g": "5G", "4g": "4G", "wifi": "Wi-Fi"}
    where = "・".join(words[name] for name in technologies)
    return Recognised(raw, "coverage_areas", ksj_edition(raw.name), where, {**details, "technologies": technologies})


def _zone_column(raw: RawFile, fields: list[str]) -> str | None:
    """The column that names zones of location plans in polygons of whichever origin."""
    from geodata.zones import zone_column

    decisions = {"AREATYPE", "AREACODE", "CITYCODE"} <= {name.upper() for name in fields}
    return None if decisions or "用途地域名" in fields else zone_column(raw)


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
