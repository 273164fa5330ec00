"""Population sources: what a file is, and its people as cells (census small areas or standard grid squares).

A cell is the smallest area a publisher gives people for. Three kinds of file are read; all give the same table
(:data:`geodata.tables.CELL_COLUMNS` and one column per age group), in EPSG:6668:

- :func:`read_small_areas` — census small areas (小地域): boundaries with people, by municipality;
- :func:`read_estat_grid` — e-Stat grid text (地域メッシュ統計): people by age, with suppressed squares;
- :func:`read_grid_csv` — any table of grid codes and people.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from geodata import mesh
from geodata.archive import RawFile, decode
from geodata.errors import MissingColumn, UnreadableFile
from geodata.estat_grid import TABLE_YEARS, read_estat_grid
from geodata.grid_csv import find_code_column, find_grid_columns, missing_columns, read_grid_csv, split_lines
from geodata.population_labels import find_group_columns
from geodata.small_areas import has_small_area_columns, read_small_areas, small_area_year

__all__ = ["PopulationSource", "read_estat_grid", "read_grid_csv", "read_small_areas", "sniff_population"]

PopulationFormat = Literal["small_areas", "estat_grid", "grid_csv"]
_HEAD_BYTES: Final = 64 * 1024
_TEXT_SUFFIXES: Final = (".txt", ".csv", ".tsv")


@dataclass(frozen=True)
class PopulationSource:
    """What a population file holds, as far as its head tells.

    Parameters
    ----------
    format
        Which reader takes it.
    year
        Census year, or None where neither name nor content says it.
    levels
        Grid levels 1–6 (3 = 1 km, 4 = 500 m …) seen in the head; empty for small areas.
    groups
        Age groups it has, in the order of :data:`geodata.tables.AGE_GROUPS`.
    row_count
        Records, where the file says so without being read.
    prefecture_codes
        Prefectures of the first records of small areas, else empty.
    primary_meshes
        First four digits of the grid codes seen in the head (all codes of one e-Stat file share them).
    """

    format: PopulationFormat
    year: int | None = None
    levels: tuple[int, ...] = ()
    groups: tuple[str, ...] = ("total",)
    row_count: int | None = None
    prefecture_codes: tuple[str, ...] = ()
    primary_meshes: tuple[str, ...] = ()


def sniff_population(raw: RawFile) -> PopulationSource | None:
    """Tell what a file holds if it is a population source, else None; heads are read, and the codes of grids.

    A shapefile is told by its ``.dbf`` (give the ``.shp``), a GeoParquet by its schema, text by its first lines.

    Raises
    ------
    MissingColumn
        A table of grid codes without a column of people.
    """
    if raw.suffix == ".shp":
        return _sniff_shapefile(raw)
    if raw.suffix in (".parquet", ".geoparquet"):
        return _sniff_parquet(raw)
    if raw.suffix in _TEXT_SUFFIXES:
        return _sniff_text(raw)
    return None


def _sniff_shapefile(raw: RawFile) -> PopulationSource | None:
    table = raw.sibling(".dbf")
    if table is None:
        return None
    try:
        columns, count, first = _dbf_head(table.read_bytes(_HEAD_BYTES))
    except (struct.error, IndexError, ValueError):
        return None
    if not has_small_area_columns(columns):
        return None
    prefecture = first.get("KEN") or first.get("PREF") or ""
    return PopulationSource(
        "small_areas",
        year=small_area_year(raw, columns),
        row_count=count,
        prefecture_codes=(prefecture.zfill(2),) if prefecture.isdigit() else (),
    )


def _sniff_parquet(raw: RawFile) -> PopulationSource | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with raw.on_disk() as path:
        try:
            file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError):
            return None
        with file:
            columns = file.schema_arrow.names
            if "geometry" not in columns or not has_small_area_columns(columns):
                return None
            column = "KEN" if "KEN" in columns else "PREF"
            prefectures = file.read([column]).column(0).unique().to_pylist()
            return PopulationSource(
                "small_areas",
                year=small_area_year(raw, columns),
                row_count=file.metadata.num_rows,
                prefecture_codes=tuple(sorted(str(code).zfill(2) for code in prefectures if code is not None)),
            )


def _sniff_text(raw: RawFile) -> PopulationSource | None:
    head = raw.read_bytes(_HEAD_BYTES)
    cut = head.rfind(b"\n") + 1 if len(head) == _HEAD_BYTES else len(head)
    try:
        rows = split_lines(decode(head[:cut], raw.label))
    except UnreadableFile:
        return None
    if len(rows) < 2:
        return None
    if rows[0][0].strip() == "KEY_CODE" and not rows[1][0].strip():
        groups = tuple(find_group_columns(rows[1]))
        year = TABLE_YEARS.get(_table_id(rows[0]))
        if "total" not in groups:
            raise MissingColumn(missing_columns(raw, rows[1]))
        return _grid_source("estat_grid", year, groups, [row[0] for row in rows[2:]], _primary_meshes(raw, 0))
    found = find_grid_columns(rows[0])
    if found is None:
        column = find_code_column(rows[0])
        codes = [row[column] for row in rows[1:] if len(row) > column] if column is not None else []
        if _grid_source("grid_csv", None, (), codes) is not None:
            raise MissingColumn(missing_columns(raw, rows[0]))
        return None
    code_column, groups_found = found
    codes = [row[code_column] for row in rows[1:] if len(row) > code_column]
    return _grid_source("grid_csv", _year_in(raw.name), tuple(groups_found), codes, _primary_meshes(raw, code_column))


def _grid_source(
    kind: PopulationFormat, year: int | None, groups: tuple[str, ...], codes: list[str], primary: Sequence[str] = ()
) -> PopulationSource | None:
    levels = mesh.levels(np.asarray(codes, dtype=object)) if codes else np.zeros(0, dtype=np.int64)
    valid = levels > 0
    if kind == "grid_csv" and valid.sum() * 2 <= len(codes):  # a table of something else that has a column `code`
        return None
    return PopulationSource(kind, year, tuple(np.unique(levels[valid]).tolist()), groups, None, (), tuple(primary))


def _primary_meshes(raw: RawFile, column: int) -> list[str]:
    """Primary meshes of all rows: a grid of several regions names only the first of them in its head."""
    before = rb"(?:[^,;\t\r\n]*[,;\t]){%d}" % column
    return sorted({code.decode() for code in re.findall(rb"(?m)^" + before + rb'["\s]*(\d{4})\d', raw.read_bytes())})


def _table_id(header: list[str]) -> str:
    return next((name.strip()[:7] for name in header if re.match(r"T\d{9}", name.strip())), "")


def _year_in(name: str) -> int | None:
    found = re.search(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)", name)
    return int(found.group(1)) if found else None


def _dbf_head(content: bytes) -> tuple[list[str], int, dict[str, str]]:
    """Column names, record count and first record (text, cp932) of a dBase table."""
    count, header_size = struct.unpack("<IH", content[4:10])
    fields: list[tuple[str, int]] = []
    position = 32
    while content[position] != 0x0D:
        name = content[position : position + 11].split(b"\0")[0].decode("ascii", "replace")
        fields.append((name, content[position + 16]))
        position += 32
    first: dict[str, str] = {}
    offset = header_size + 1  # one byte of deletion mark
    for name, width in fields:
        first[name] = content[offset : offset + width].decode("cp932", "replace").strip(" \0")
        offset += width
    return [name for name, _ in fields], count, first
