"""What each file of a raw folder is: recognised by its name and its content, wherever it lies.

Only heads of files are read (column names, the first rows, a header block), so that a folder of a prefecture is known
in seconds; a reader finds later whether the rest keeps what the head promises. Nothing is passed over in silence: a
file that cannot be recognised, or not read, is in the list with its reason.
"""

from __future__ import annotations

import io
import json
import re
import struct
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from geodata.archive import RawFile, decode, expand, is_gtfs_archive, list_files, open_zip, stored_name
from geodata.codes import PREFECTURES, municipality_code
from geodata.errors import ExplorerError, MissingColumn, NoSpace, SourceError, UnreadableFile, is_disk_full
from geodata.sources import DATASETS, Dataset
from geodata.workspace import is_workspace

HEAD_BYTES: Final = 256 * 1024
_KSJ_COLUMN: Final = re.compile(
    r"^(N03|P04|P14|P29|P05|P11|N02|A50|A55|A29|A09|A16|S12|N07|A38|L01|P02)[a-z]?_?\d", re.IGNORECASE
)
_KSJ_NAME: Final = re.compile(r"^([A-Z]\d{2}[a-z]?\d?)-(\d{2,8})", re.IGNORECASE)
_PREFECTURE_IN_NAME: Final = re.compile(r"_(\d{2})(?=[_.\-]|$)")
_DOCUMENTS: Final = frozenset(
    {".md", ".pdf", ".html", ".htm", ".doc", ".docx", ".rtf", ".yml", ".yaml", ".toml", ".log", ".ini", ".qml", ".sld"}
)
_SHAPE_PARTS: Final = frozenset(
    {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".shp.xml", ".gfs", ".xsd"}
)
_MEASURED_OFFICIALLY: Final = "cov_medical_pct"
_EMPTY: Final = "空のファイルです（0 バイト）。もう一度入手してください。 / The file is empty (0 bytes). Get it again."


@dataclass(frozen=True)
class Recognised:
    """One file of a raw folder and what it is.

    Parameters
    ----------
    file
        The file, plain or in a zip.
    dataset
        Key of :data:`geodata.sources.DATASETS`; None if unknown.
    edition
        Year or date as far as name or content tell, else ``""``.
    coverage
        What it covers in words (prefecture, grid squares, feed dates).
    details
        What the build needs to choose between sources: prefectures, level, groups, rows, kind of facility …
    problem
        Why the file cannot be used, in Japanese and English; ``""`` if nothing is wrong.
    """

    file: RawFile
    dataset: str | None
    edition: str = ""
    coverage: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def known(self) -> Dataset | None:
        """Catalogue entry of the data set."""
        return DATASETS.get(self.dataset) if self.dataset else None

    @property
    def licence(self) -> str:
        """Licence of this edition."""
        return self.known.licence_of(self.edition) if self.known else ""

    def as_dict(self) -> dict[str, Any]:
        """For the cache of recognised files (without the path, which may change)."""
        record = asdict(self)
        record["file"] = {"members": list(self.file.members), "size": self.file.size}
        return record

    @classmethod
    def from_dict(cls, record: dict[str, Any], path: Path, root: Path) -> Recognised:
        """Back from the cache."""
        file = record["file"]
        return cls(
            RawFile(path, tuple(file["members"]), root, file["size"]),
            **{key: value for key, value in record.items() if key != "file"},
        )


def recognise_file(path: Path, *, root: Path) -> list[Recognised]:
    """Everything in one file on disk: itself, or each member of a zip. Damaged and unsafe archives are reported."""
    whole = RawFile(path, (), root, path.stat().st_size)
    if whole.size == 0:
        return [Recognised(whole, None, problem=_EMPTY)]
    try:
        files = expand(path, root=root)
    except SourceError as error:
        return [Recognised(whole, None, problem=str(error))]
    if not files:
        return [Recognised(whole, None, problem="zip が空です。 / The zip is empty.")]
    return _without_repeats([_recognise_safely(raw) for raw in files])


def files_below(folders: list[Path]) -> list[tuple[Path, Path]]:
    """All files of the raw folders with the folder each belongs to.

    Raises
    ------
    SourceError
        A folder does not exist.
    """
    found: list[tuple[Path, Path]] = []
    for folder in folders:
        if not folder.exists():
            raise SourceError(
                f"{folder}: フォルダがありません。パスを確かめてください。 / No such folder. Check the path."
            )
        if is_workspace(folder):
            raise SourceError(
                f"{folder}: これはワークスペースです。元データのフォルダを指定してください。 / "
                "This is a workspace. Give the folder with the raw files."
            )
        found.extend((path, folder) for path in list_files(folder) if not _in_workspace(path, folder))
    return list(dict.fromkeys(found))


def _in_workspace(path: Path, folder: Path) -> bool:
    parents = path.relative_to(folder).parents if folder.is_dir() else ()
    return any(is_workspace(folder / parent) for parent in parents)


def _recognise_safely(raw: RawFile) -> Recognised:
    try:
        if raw.size == 0:
            return Recognised(raw, None, problem=_EMPTY)
        return _recognise(raw)
    except NoSpace:
        raise
    except ExplorerError as error:
        return Recognised(raw, None, problem=str(error))
    except Exception as error:
        # A file of any kind may lie in the folder: whatever a parser throws is reported, and the others go on.
        if is_disk_full(error):
            raise
        return Recognised(
            raw,
            None,
            problem=f"{raw.label}: 読めません（{error}）。もう一度入手してください。 / Cannot be read ({error}). Get the file again.",
        )


def _recognise(raw: RawFile) -> Recognised:  # noqa: C901 - one line per kind of file reads better than a table
    name = raw.name.lower()
    if name.endswith((".pbf", ".osm", ".osm.gz", ".osm.bz2")):
        return _osm(raw)
    if raw.suffix == ".zip":
        return _gtfs(raw)
    if raw.suffix in _DOCUMENTS or raw.suffix in _SHAPE_PARTS or name.endswith(".shp.xml") or name.startswith("readme"):
        return Recognised(raw, "document")
    if raw.suffix == ".shp":
        return _vector(raw, *_shapefile_fields(raw))
    if raw.suffix in {".geojson", ".topojson", ".json"}:
        return _json(raw)
    if raw.suffix in {".parquet", ".geoparquet"}:
        return _parquet(raw)
    if raw.suffix in {".gpkg", ".gml", ".kml", ".fgb"}:
        return _other_vector(raw)
    if raw.suffix in {".tif", ".tiff"}:
        return _raster(raw)
    if raw.suffix in {".csv", ".txt", ".tsv"}:
        return _text(raw)
    if raw.suffix in {".xlsx", ".xlsm"}:
        return _points(raw) or Recognised(raw, None)
    if raw.suffix == ".xml":
        return _xml(raw)
    return Recognised(raw, None)


# --- OpenStreetMap, GTFS, rasters -------------------------------------------------------------------------------------


def _osm(raw: RawFile) -> Recognised:
    head = raw.read_bytes(4096)
    name = raw.name.lower()
    if name.endswith(".pbf"):
        if b"OSMHeader" not in head[:64]:
            raise SourceError(
                f"{raw.label}: .pbf の形式ではありません。もう一度ダウンロードしてください。 / "
                "Not an OSM PBF file. Download it again."
            )
        box = _pbf_box(raw)
        return Recognised(raw, "osm", coverage=_box_text(box), details={"box": box} if box else {})
    if name.endswith(".osm") and b"<osm" not in head:
        raise SourceError(f"{raw.label}: OSM の XML ではありません。 / Not OSM XML.")
    return Recognised(raw, "osm")


def _pbf_box(raw: RawFile) -> list[float] | None:
    import osmium

    with raw.on_disk() as path:
        reader = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)
        try:
            box = reader.header().box()
        finally:
            reader.close()
    if not box.valid():
        return None
    return [box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat]


def _box_text(box: list[float] | None) -> str:
    return f"{box[0]:.2f}–{box[2]:.2f}°E, {box[1]:.2f}–{box[3]:.2f}°N" if box else ""


def _gtfs(raw: RawFile) -> Recognised:
    with open_zip(raw) as archive:
        names = {stored_name(info).rsplit("/", 1)[-1].lower(): info for info in archive.infolist()}
        if not is_gtfs_archive(list(names)):
            return Recognised(raw, None)
        dates: list[str] = []
        for member, columns in (("calendar.txt", ("start_date", "end_date")), ("calendar_dates.txt", ("date",))):
            if member in names:
                dates += _column_values(decode(archive.read(names[member]), raw.label), columns)
        agency = (
            _column_values(decode(archive.read(names["agency.txt"]), raw.label), ("agency_name",))
            if "agency.txt" in names
            else []
        )
    days = sorted(date for date in dates if re.fullmatch(r"\d{8}", date))
    period = f"{_iso(days[0])} – {_iso(days[-1])}" if days else "暦なし / no calendar"
    return Recognised(
        raw,
        "gtfs",
        edition=_iso(days[0]) if days else "",
        coverage=f"{'・'.join(dict.fromkeys(agency))} {period}".strip(),
        details={"agencies": sorted(set(agency)), "first": days[0] if days else "", "last": days[-1] if days else ""},
    )


def _column_values(text: str, columns: tuple[str, ...]) -> list[str]:
    import csv

    rows = csv.DictReader(io.StringIO(text))
    return [value.strip() for row in rows for key in columns if (value := row.get(key) or "").strip()]


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}"


def _raster(raw: RawFile) -> Recognised:
    import rasterio

    with raw.on_disk() as path, rasterio.open(path) as raster:
        crs = str(raster.crs or "座標系なし / no CRS")
        return Recognised(raw, "dem", coverage=f"{raster.width}×{raster.height}, {crs}")


# --- vector files -----------------------------------------------------------------------------------------------------


def _shapefile_fields(raw: RawFile) -> tuple[list[str], int | None]:
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


def _json(raw: RawFile) -> Recognised:
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
    return _vector(raw, list(found or {}), None)


def _first_properties(text: str) -> dict[str, Any] | None:
    # The `crs` member of official files has "properties" too; those of the first feature come after "features".
    body = max(text.find('"features"'), 0)
    first = re.compile(r'"properties"\s*:\s*(\{[^{}]*\})').search(text, body)
    properties: dict[str, Any] | None = json.loads(first.group(1)) if first else None
    return properties


def decode_head(raw: RawFile) -> str:
    """The first part of a text file, cut at a whole character."""
    content = raw.read_bytes(HEAD_BYTES)
    for trim in range(4):
        try:
            return decode(content[: len(content) - trim], raw.label)
        except SourceError:
            continue
    return decode(content, raw.label)


def _parquet(raw: RawFile) -> Recognised:
    import pyarrow.parquet as pq

    with raw.on_disk() as path:
        parquet = pq.ParquetFile(path)
        return _vector(raw, list(parquet.schema_arrow.names), parquet.metadata.num_rows)


def _other_vector(raw: RawFile) -> Recognised:
    import pyogrio

    with raw.on_disk() as path:
        info = pyogrio.read_info(path)
    return _vector(raw, list(info["fields"]), int(info["features"]))


def _vector(raw: RawFile, fields: list[str], rows: int | None) -> Recognised:  # noqa: C901 - one line per data set
    upper = {name.upper() for name in fields}
    codes = [match.group(1).upper() for name in fields if (match := _KSJ_COLUMN.match(name))]
    ksj = _KSJ_NAME.match(raw.name)
    details: dict[str, Any] = {"rows": rows, "fields": fields[:60]}
    if {"N03_007", "N03_001"} <= upper:
        return _boundaries(raw, details)
    if "N03_001" in upper and "N03_004" not in upper:
        return Recognised(raw, "prefectures", edition=_ksj_edition(raw.name), details=details)
    if population := _population(raw, rows):
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
            raw, dataset, _ksj_edition(raw.name), _prefecture_text(raw.name), {**details, **_prefecture_detail(raw)}
        )
    if {"AREATYPE", "AREACODE", "CITYCODE"} <= upper:
        return Recognised(raw, "a55", details=details)
    if "用途地域名" in fields:
        return Recognised(raw, "a29", details=details)
    if found := _points(raw):
        return found
    if ksj:
        return Recognised(raw, "ksj", _ksj_edition(raw.name), _prefecture_text(raw.name), details)
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
        _ksj_edition(raw.name),
        f"{names}（{len(codes)} コード）",
        {
            **details,
            "codes_by_prefecture": {code: sum(value[:2] == code for value in codes) for code in prefectures},
            "bytes_per_code": raw.size // len(codes),
        },
    )


def _population(raw: RawFile, rows: int | None) -> Recognised | None:
    from geodata.population import sniff_population

    source = sniff_population(raw)
    if source is None:
        return None
    where = [PREFECTURES.get(code, code) for code in source.prefecture_codes]
    where = where or [f"1次メッシュ {'・'.join(source.primary_meshes[:6])}"]
    table = re.match(r"tbl(T\d{6})", raw.name, re.IGNORECASE)
    groups = "・".join(source.groups)
    return Recognised(
        raw,
        source.format,
        str(source.year or ""),
        f"{'・'.join(where[:4])}（{groups}）",
        {
            "rows": rows if rows is not None else source.row_count,
            "year": source.year,
            "levels": list(source.levels),
            "groups": list(source.groups),
            "prefectures": list(source.prefecture_codes),
            "table": table.group(1).upper() if table else "",
        },
    )


def _ksj_edition(name: str) -> str:
    """``2024-01-01`` from N03-20240101, ``2023`` from P29-23; ``""`` where the name says nothing."""
    match = re.search(r"[A-Za-z]\d{2}[a-z]?\d?-(\d{8}|\d{2})(?:_(\d{6}))?(?!\d)", name)
    if match is None:
        year = re.search(r"(?<!\d)(20[0-4]\d)(?!\d)", name)
        return year.group(1) if year else ""
    digits = match.group(1)
    if len(digits) == 8:
        return _iso(digits)
    return f"20{digits}"


def _prefecture_detail(raw: RawFile) -> dict[str, Any]:
    code = _prefecture_in(raw.name)
    return {"prefectures": [code]} if code else {}


def _prefecture_in(name: str) -> str | None:
    for code in _PREFECTURE_IN_NAME.findall(Path(name).stem):
        if code in PREFECTURES:
            return str(code)
    return None


def _prefecture_text(name: str) -> str:
    code = _prefecture_in(name)
    return PREFECTURES[code] if code else ""


# --- tables -----------------------------------------------------------------------------------------------------------


def _text(raw: RawFile) -> Recognised:
    head = unicodedata.normalize("NFKC", decode_head(raw))
    header = (
        [cell.strip().strip('"').lstrip("﻿") for cell in re.split(r"[,\t]", head.splitlines()[0])]
        if head.strip()
        else []
    )
    lowered = {cell.lower() for cell in header}
    if _MEASURED_OFFICIALLY in lowered and "code" in lowered:
        return Recognised(raw, "official_coverage", coverage=_row_text(head))
    if {"JCODE", "ALL"} <= set(header):
        return Recognised(raw, "census_municipality", edition=_first_year(head))
    if {"code", "indicator", "value", "as_of"} <= lowered:
        return Recognised(raw, "digital", coverage=_row_text(head))
    if {"stop_id", "stop_lat"} <= lowered or {"trip_id", "stop_sequence"} <= lowered:
        raise SourceError(_loose_gtfs(raw))
    return _population(raw, None) or _code_table(raw, lowered) or _points(raw) or _plain_text(raw)


def _loose_gtfs(raw: RawFile) -> str:
    if raw.members:
        return (
            f"{raw.label}: この zip は GTFS ですが、stops.txt か stop_times.txt がありません。もう一度入手してください。 / "
            "This zip is a GTFS feed without its stops.txt or stop_times.txt. Get it again."
        )
    return f"{raw.label}: GTFS を展開したファイルです。zip のまま置いてください。 / An unpacked GTFS file. Put the zip itself."


def _plain_text(raw: RawFile) -> Recognised:
    return Recognised(raw, "document" if raw.suffix == ".txt" else None)


def _code_table(raw: RawFile, header: set[str]) -> Recognised | None:
    markers = {"lgcode", "code_dantai", "団体コード", "code_muni"}
    return Recognised(raw, "codes") if header & markers else None


def _row_text(head: str) -> str:
    return f"{max(len(head.splitlines()) - 1, 0):,} 行"


def _first_year(head: str) -> str:
    match = re.search(r"(20\d\d)年", head)
    return match.group(1) if match else ""


def _points(raw: RawFile) -> Recognised | None:
    """A list with coordinates (facilities, stations, stops), or one with addresses only."""
    from geodata.point_lists import sniff_point_list

    listing = sniff_point_list(raw)
    if listing is None:
        return None
    return Recognised(
        raw,
        "points" if listing.has_coordinates else "addresses",
        edition=_ksj_edition(raw.name),
        coverage=f"{'・'.join(listing.kinds) or '種別不明 / kind unknown'}",
        details={"rows": listing.rows, "kinds": list(listing.kinds)},
    )


def _xml(raw: RawFile) -> Recognised:
    ksj = _KSJ_NAME.match(raw.name) or raw.name.upper().startswith("KS-META")
    return Recognised(raw, "document" if ksj else None)


# --- the same thing several times -------------------------------------------------------------------------------------


def _without_repeats(found: list[Recognised]) -> list[Recognised]:
    """Inside one zip a KSJ data set comes as GML, shapefile and GeoJSON, in UTF-8 and Shift-JIS: keep the best of each."""
    best: dict[tuple[str, str], Recognised] = {}
    for entry in filter(_comes_in_formats, found):
        key = _layer_key(entry)
        if key not in best or _format_rank(entry) < _format_rank(best[key]):
            best[key] = entry
    return [_as_repeat(entry, best.get(_layer_key(entry), entry)) for entry in found]


def _comes_in_formats(entry: Recognised) -> bool:
    known = entry.known
    return known is not None and known.purpose != "other" and known.id not in {"gtfs", "osm", "points"}


def _layer_key(entry: Recognised) -> tuple[str, str]:
    stem = Path(entry.file.name).stem.lower().replace("utf8", "")
    return entry.dataset or "", re.sub(r"[^a-z0-9]", "", stem)


def _as_repeat(entry: Recognised, best: Recognised) -> Recognised:
    if entry is best or not _comes_in_formats(entry):
        return entry
    return Recognised(entry.file, "document", entry.edition, f"{best.file.name} と同じ内容 / same as", entry.details)


def _format_rank(entry: Recognised) -> tuple[int, int]:
    formats = {".parquet": 0, ".geojson": 1, ".gpkg": 2, ".shp": 3, ".gml": 4}
    shift_jis = "shift" in "/".join(entry.file.members).lower()
    return int(shift_jis), formats.get(entry.file.suffix, 5)
