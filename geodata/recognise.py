"""What each file of a raw folder is: recognised by its name and its content, wherever it lies.

Only heads of files are read (column names, the first rows, a header block), so that a folder of a prefecture is known
in seconds; a reader finds later whether the rest keeps what the head promises. Nothing is passed over in silence: a
file that cannot be recognised, or not read, is in the list with its reason.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Final

from geodata.archive import RawFile, expand, list_files
from geodata.download_index import INDEX_NAME
from geodata.errors import ExplorerError, NoSpace, SourceError, UnreadableFile, is_disk_full
from geodata.ksj_names import KSJ_NAME
from geodata.recognise_tables import (
    recognise_feed,
    recognise_fibre_table,
    recognise_flows,
    recognise_points,
    recognise_readings,
    recognise_text,
)
from geodata.recognise_vector import (
    recognise_fields,
    recognise_json,
    recognise_other_vector,
    recognise_parquet,
    shapefile_fields,
)
from geodata.recognised import Recognised
from geodata.table_description import recognise_description
from geodata.workspace import is_workspace

_DOCUMENTS: Final = frozenset(
    {".md", ".pdf", ".html", ".htm", ".doc", ".docx", ".rtf", ".yml", ".yaml", ".toml", ".log", ".ini", ".qml", ".sld"}
)
_SHAPE_PARTS: Final = frozenset(
    {".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".shp.xml", ".gfs", ".xsd"}
)
_EMPTY: Final = "空のファイルです（0 バイト）。もう一度入手してください。 / The file is empty (0 bytes). Get it again."


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries doubt at a first look is told by the reader, if it matters
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
    if name.endswith((".part", ".part.json")) or name == INDEX_NAME:
        return _of_a_download(raw)
    if raw.suffix == ".zip":
        return recognise_feed(raw)
    if raw.suffix in _DOCUMENTS or raw.suffix in _SHAPE_PARTS or name.endswith(".shp.xml") or name.startswith("readme"):
        return recognise_description(raw) or Recognised(raw, "document")
    if raw.suffix == ".shp":
        return recognise_fields(raw, *shapefile_fields(raw))
    if raw.suffix in {".geojson", ".topojson", ".json"}:
        return recognise_json(raw)
    if raw.suffix in {".parquet", ".geoparquet"}:
        return recognise_parquet(raw)
    if raw.suffix in {".gpkg", ".gml", ".kml", ".fgb"}:
        return recognise_other_vector(raw)
    if raw.suffix in {".tif", ".tiff"}:
        return _raster(raw)
    if raw.suffix in {".csv", ".txt", ".tsv"}:
        return recognise_text(raw)
    if raw.suffix in {".xlsx", ".xlsm"}:
        return (
            recognise_readings(raw)
            or recognise_points(raw)
            or recognise_fibre_table(raw)
            or recognise_flows(raw)
            or Recognised(raw, None)
        )
    if raw.suffix == ".xml":
        return _xml(raw)
    return Recognised(raw, None)


def _of_a_download(raw: RawFile) -> Recognised:
    """What ``explorer download`` leaves beside the files: its index, and a file that has not come whole."""
    if raw.suffix == ".part":
        raise UnreadableFile(
            f"{raw.label}: 取得の途中です。explorer download をもう一度実行してください。 / "
            "Not yet whole. Run explorer download again."
        )
    return Recognised(raw, "document")


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


def _raster(raw: RawFile) -> Recognised:
    import rasterio

    with raw.on_disk() as path, rasterio.open(path) as raster:
        crs = str(raster.crs or "座標系なし / no CRS")
        return Recognised(raw, "dem", coverage=f"{raster.width}×{raster.height}, {crs}")


def _xml(raw: RawFile) -> Recognised:
    ksj = KSJ_NAME.match(raw.name) or raw.name.upper().startswith("KS-META")
    return Recognised(raw, "document" if ksj else None)


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
