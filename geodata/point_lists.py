"""Lists of facilities and stations as municipalities publish them: CSV, XLSX or GeoJSON, headers in two languages.

A row whose position cannot be used is reported by its line and left out; the rest is kept. Only the columns that
:class:`geodata.point_headers.Columns` names are taken, so that names of persons and telephone numbers, which such
lists often hold, never leave the file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.archive import decode
from geodata.errors import MissingColumn, UnreadableFile
from geodata.kind_words import kind_of, kind_of_file
from geodata.kinds import KINDS
from geodata.ksj import with_points
from geodata.medical_subjects import is_medicine_or_surgery
from geodata.point_headers import Columns, find_columns
from geodata.table_rows import SNIFF_BYTES, WORKBOOKS, Row, sheets_of, text_rows, whole_lines
from geodata.tables import CRS
from geodata.vector import in_japan, read_vector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geodata.archive import RawFile
    from geodata.notes import Notes

SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".geojson", ".json"})
HOSPITAL_BEDS: Final = 20  # 医療法 第1条の5: 20 beds or more make a hospital, 19 or fewer a clinic
LARGE_FLOOR_M2: Final = 1500  # 都市構造の評価に関するハンドブック, 商業施設 (default)
_HEADER_ROWS: Final = 10  # titles and remarks above the header
_SHOWN_LINES: Final = 10
_COARSEST_MESH: Final = 3  # 1 km: in a coarser square nobody could say who can walk to the place
_KSJ_COLUMN: Final = re.compile(r"[A-Z]\d{2}[a-z]?_\d{3}")
_CLOSED: Final = re.compile(r"休止中|休業中|休院中|閉院|閉店|廃止|廃院|廃業")


@dataclass(frozen=True)
class PointList:
    """What a look at the head of a list tells: which kinds it may hold, how many rows, and whether it has positions."""

    kinds: tuple[str, ...]  # kinds of facility, or "station" / "bus_stop"; empty where nothing tells
    rows: int
    has_coordinates: bool
    columns: Columns = field(default_factory=Columns)


def sniff_point_list(raw: RawFile) -> PointList | None:
    """Tell cheaply whether a file is a list of points; None if it is not.

    Reads the header and the first rows only (a workbook is opened in streaming mode); `rows` is an estimate for CSV.
    """
    if raw.suffix not in SUFFIXES:
        return None
    if raw.suffix in {".geojson", ".json"}:
        return _sniff_geojson(raw)
    try:
        if raw.suffix in WORKBOOKS:
            sheet = next((sheet for sheet in _sheets(raw, limit=200) if sheet.columns.is_point_list), None)
        else:
            sheet = _sheet_of_text(raw, raw.read_bytes(SNIFF_BYTES), head_only=True)
    except UnreadableFile:
        if raw.suffix in WORKBOOKS:
            raise  # a text may be anything, a workbook that cannot be opened is one that someone wanted read
        return None
    if sheet is None or not sheet.columns.is_point_list:
        return None
    file_kind = kind_of_file(raw.name)
    rows = sheet.total_rows
    if raw.suffix not in WORKBOOKS and raw.size > SNIFF_BYTES:
        rows = int(len(sheet.rows) * raw.size / SNIFF_BYTES)
    found = _kinds_of_rows(sheet)[1]
    kinds = tuple(dict.fromkeys([*([file_kind] if file_kind else []), *found]))
    return PointList(kinds, rows, sheet.columns.has_coordinates, sheet.columns)


def read_points(raw: RawFile, *, notes: Notes, kind: str | None = None) -> gpd.GeoDataFrame:
    """Read a list of facilities.

    Parameters
    ----------
    raw
        CSV or TSV (UTF-8 or cp932), XLSX, or GeoJSON and other vector files.
    notes
        Receives the lines that were left out, and why.
    kind
        The kind of all rows, if known; otherwise a kind column decides, else the file name.

    Returns
    -------
    GeoDataFrame
        service, kind, name, capacity, capacity_unit, as_of, geometry (EPSG:6668), and line and operator (for
        stations). `kind` is missing where nothing tells it; `service` is empty for stations and unknown kinds. A
        list that has addresses only gives no rows and a warning. With ``notes.lines`` also ``line_number``.

    Notes
    -----
    Lists of medical institutions: 歯科 by its own column, or dental subjects only, is a dentist; else 20 beds or
    more are a hospital (医療法 第1条の5), the rest clinics.

    Raises
    ------
    MissingColumn
        Neither coordinates nor addresses are among the columns.
    UnreadableFile
        The file cannot be read.
    """
    if raw.suffix in {".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}:
        table = _read_rows(raw, notes)
    elif raw.suffix == ".xls":
        raise UnreadableFile(
            f"{raw.label}: 古い Excel 形式 (.xls) は読めません。.xlsx か CSV で保存し直してください。 / "
            "The old Excel format (.xls) cannot be read. Save it as .xlsx or CSV."
        )
    else:
        table = _read_features(raw, notes)
    return _with_kinds(_without_closed(table, raw, notes), raw, notes, kind)


@dataclass
class _Sheet:
    title: str
    columns: Columns
    rows: list[Row]
    total_rows: int


def _read_rows(raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    sheets = list(_sheets(raw)) if raw.suffix in WORKBOOKS else [_sheet_of_text(raw, raw.read_bytes())]
    usable = [sheet for sheet in sheets if sheet.columns.has_coordinates]
    if usable and not any(sheet.rows for sheet in usable):
        notes.warn(
            raw.label,
            "見出しだけで、データの行がありません。もう一度入手してください。",
            "Only a header, no rows of data. Get the file again.",
        )
    if usable:
        return pd.concat([_points_of(sheet, raw, notes) for sheet in usable], ignore_index=True)
    with_addresses = [sheet for sheet in sheets if sheet.columns.address is not None]
    if not with_addresses:
        raise MissingColumn(
            f"{raw.label}: 緯度・経度の列（緯度/経度、lat/lon など）が見つかりません。 / "
            "No columns of latitude and longitude (緯度/経度, lat/lon …) were found."
        )
    count = sum(sheet.total_rows for sheet in with_addresses)
    for sheet in with_addresses:
        notes.unused_lines(
            raw.label, [line for line, _ in sheet.rows], "no_position", _cells(sheet, sheet.columns.address)
        )
    notes.warn(
        raw.label,
        f"住所だけで座標がありません（{count:,} 件）。緯度・経度を付けるまで（ジオコーディング）使いません。",
        f"Addresses only, no coordinates ({count:,} rows): needs geocoding; not used.",
    )
    return _point_table(_Sheet("", Columns(), [], 0), np.empty(0), np.empty(0))


def _sheet_of_text(raw: RawFile, content: bytes, *, head_only: bool = False) -> _Sheet:
    if head_only and raw.size > SNIFF_BYTES:
        content = whole_lines(content)
    return _sheet("", text_rows(raw, decode(content, raw.label), is_head=head_only))


def _sheets(raw: RawFile, limit: int | None = None) -> Iterator[_Sheet]:
    for sheet in sheets_of(raw, limit):
        found = _sheet(sheet.title, sheet.rows)
        if limit:
            found.total_rows = max(found.total_rows, sheet.extent - (sheet.rows[0][0] if sheet.rows else 0))
        yield found


def _sheet(title: str, rows: list[Row]) -> _Sheet:
    """Find the header among the first rows; what stands above it are titles and remarks."""
    best, best_at = Columns(), -1
    for at, (_, cells) in enumerate(rows[:_HEADER_ROWS]):
        columns = find_columns(cells)
        if columns.has_coordinates or (columns.is_point_list and not best.is_point_list):
            best, best_at = columns, at
            if columns.has_coordinates:
                break
    body = [row for row in rows[best_at + 1 :] if any(cell.strip() for cell in row[1])]
    return _Sheet(title, best, body, len(body))


def _points_of(sheet: _Sheet, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    latitude, longitude = _coordinates(sheet)
    blank = np.isnan(latitude) | np.isnan(longitude)
    swapped = in_japan(latitude, longitude)  # called with exchanged arguments
    latitude, longitude = np.where(swapped, longitude, latitude), np.where(swapped, latitude, longitude)
    outside = ~blank & ~in_japan(longitude, latitude)
    lines = np.array([line for line, _ in sheet.rows], dtype=int)
    place = f"{raw.label}「{sheet.title}」" if sheet.title and raw.suffix.startswith(".xls") else raw.label
    no_position = "bad_mesh" if _is_by_mesh(sheet.columns) else "no_coordinates"
    for what, which in ((no_position, blank), ("outside_japan", outside), ("swapped", swapped)):
        notes.unused_lines(place, lines[which], what, _as_given(sheet, which) if notes.lines is not None else ())
    _report(notes, place, lines[blank], len(lines), ("座標がないか数値でない", "have no coordinates, or no numbers"))
    _report(notes, place, lines[outside], len(lines), ("座標が日本の外にある", "lie outside Japan"))
    if no_position == "bad_mesh":
        notes.info(
            place,
            "位置はメッシュの中心とみなしました（500mメッシュなら最大で約360m、1kmメッシュなら約730mずれます）。",
            "Each place is taken to be in the middle of its grid square (up to about 360 m off in squares of 500 m, 730 m in "
            "squares of 1 km).",
        )
    if swapped.any():
        shown_ja, shown_en = _shown(lines[swapped])
        notes.warn(
            place,
            f"緯度と経度が入れ替わっていた {int(swapped.sum()):,} 件を直しました（{shown_ja}）。",
            f"Latitude and longitude were exchanged in {int(swapped.sum()):,} rows; turned round ({shown_en}).",
        )
    keep = ~(blank | outside)
    kept = _Sheet(sheet.title, sheet.columns, [row for row, use in zip(sheet.rows, keep, strict=True) if use], 0)
    return _point_table(kept, longitude[keep], latitude[keep])


def _as_given(sheet: _Sheet, which: NDArray[np.bool_]) -> list[str]:
    """Name and position of some rows as they stand in the list; an empty cell is a dash."""
    columns = sheet.columns
    has_two = columns.latitude is not None and columns.longitude is not None
    places = (
        [columns.latitude, columns.longitude] if has_two else [columns.mesh if columns.both is None else columns.both]
    )
    cells = [_cells(sheet, place) for place in places]
    names = _cells(sheet, columns.name)
    return [
        f"{names[row].strip()} ({', '.join(column[row].strip() or '–' for column in cells)})".strip()
        for row in np.flatnonzero(which)
    ]


def _coordinates(sheet: _Sheet) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    columns = sheet.columns
    if _is_by_mesh(columns):
        return _centres(_cells(sheet, columns.mesh))
    if columns.latitude is not None and columns.longitude is not None:
        latitude = [_number(cell) for cell in _cells(sheet, columns.latitude)]
        longitude = [_number(cell) for cell in _cells(sheet, columns.longitude)]
        return np.array(latitude, dtype=float), np.array(longitude, dtype=float)
    pairs = [_pair(cell) for cell in _cells(sheet, columns.both)]
    both = np.array(pairs, dtype=float).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _is_by_mesh(columns: Columns) -> bool:
    """Whether grid codes are all that tells where the places are."""
    has_degrees = columns.both is not None or (columns.latitude is not None and columns.longitude is not None)
    return columns.mesh is not None and not has_degrees


def _centres(cells: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Latitude and longitude of the middle of grid squares of 1 km or finer; NaN for any other text."""
    from geodata.mesh import centres, levels

    codes = np.array([re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", cell)) for cell in cells], dtype=object)
    latitude, longitude = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    fine = levels(codes) >= _COARSEST_MESH
    if fine.any():
        longitude[fine], latitude[fine] = centres(codes[fine])
    return latitude, longitude


def _cells(sheet: _Sheet, column: int | None) -> list[str]:
    if column is None:
        return [""] * len(sheet.rows)
    return [cells[column] if column < len(cells) else "" for _, cells in sheet.rows]


def _number(cell: str) -> float:
    """Read a coordinate in degrees: decimal (full-width digits allowed) or degrees, minutes, seconds; NaN if neither."""
    text = unicodedata.normalize("NFKC", cell).strip().strip("NESW北緯東経°度 ")
    try:
        return float(text.replace("，", "."))
    except ValueError:
        parts = re.fullmatch(r"(\d+)\D+(\d+)\D+(\d+(?:\.\d+)?)\D*", text)
        if parts is None:
            return float("nan")
        degrees, minutes, seconds = (float(part) for part in parts.groups())
        return degrees + minutes / 60 + seconds / 3600


def _square_metres(cell: str) -> float:
    """An area in m², with or without its unit and thousands separators (``1,600㎡``); NaN where it is none."""
    text = re.sub(r"(m2|平方メートル|平米)$", "", unicodedata.normalize("NFKC", cell).strip().replace(",", ""))
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _pair(cell: str) -> tuple[float, float]:
    parts = [part for part in re.split(r"[,、/\s]+", unicodedata.normalize("NFKC", cell).strip("()[] ")) if part]
    if len(parts) != 2:
        return float("nan"), float("nan")
    return _number(parts[0]), _number(parts[1])


def _report(notes: Notes, place: str, lines: NDArray[np.int_], total: int, what: tuple[str, str]) -> None:
    if len(lines) == 0:
        return
    shown_ja, shown_en = _shown(lines)
    notes.warn(
        place,
        f"{what[0]} {len(lines):,} 件を除きました（全 {total:,} 件。{shown_ja}）。",
        f"{len(lines):,} of {total:,} rows {what[1]} and were left out ({shown_en}).",
    )


def _shown(lines: NDArray[np.int_]) -> tuple[str, str]:
    numbers = ", ".join(str(line) for line in lines[:_SHOWN_LINES])
    more = " …" if len(lines) > _SHOWN_LINES else ""
    return f"{numbers}{more} 行目", f"line {numbers}{more}"


def _point_table(sheet: _Sheet, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> gpd.GeoDataFrame:
    columns = sheet.columns
    number_text = [unicodedata.normalize("NFKC", cell).replace(",", "") for cell in _cells(sheet, columns.capacity)]
    frame = pd.DataFrame(
        {
            "name": pd.Series(_cells(sheet, columns.name), dtype="str").str.strip(),
            "capacity": pd.to_numeric(pd.Series(number_text, dtype="str"), errors="coerce").astype(float),
            "capacity_unit": columns.capacity_unit,
            "line": pd.Series(_cells(sheet, columns.line), dtype="str").str.strip(),
            "operator": pd.Series(_cells(sheet, columns.operator), dtype="str").str.strip(),
            "kind_text": pd.Series(_kinds_of_rows(sheet)[0], dtype="str"),
            "subjects": pd.Series(_cells(sheet, columns.subjects), dtype="str"),
            "floor_m2": np.array([_square_metres(cell) for cell in _cells(sheet, columns.floor)], dtype=float),
            "line_number": np.array([line for line, _ in sheet.rows], dtype=int),
        }
    ).astype({"capacity_unit": "str"})
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(longitude, latitude), crs=CRS)


def _kinds_of_rows(sheet: _Sheet) -> tuple[list[str], tuple[str, ...]]:
    """Texts of the first column that names known kinds in at least a fifth of its rows, and the kinds it names."""
    for column in sheet.columns.kinds:
        texts = _cells(sheet, column)
        found = [kind for kind in map(kind_of, texts) if kind is not None]
        if found and len(found) >= len(texts) / 5:
            return texts, tuple(dict.fromkeys(found))
    return [""] * len(sheet.rows), ()


def _read_features(raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    table = with_points(read_vector(raw, notes=notes))
    attributes = table.drop(columns=table.geometry.name)
    columns = find_columns(list(attributes.columns))
    texts = attributes.astype("string").fillna("")
    rows = [(line, list(values)) for line, values in enumerate(texts.itertuples(index=False, name=None), start=1)]
    sheet = _Sheet("", columns, rows, len(rows))
    return _point_table(sheet, table.geometry.x.to_numpy(), table.geometry.y.to_numpy())


def _without_closed(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    closed = table["name"].str.contains(_CLOSED)
    if closed.any():
        notes.unused_lines(raw.label, table["line_number"][closed], "closed", table["name"][closed])
        notes.info(
            raw.label,
            f"名称に休止・廃止とある {int(closed.sum()):,} 件を除きました。",
            f"{int(closed.sum()):,} rows whose name says that they are closed were left out.",
        )
    return table[~closed].reset_index(drop=True)


def _with_kinds(table: gpd.GeoDataFrame, raw: RawFile, notes: Notes, kind: str | None) -> gpd.GeoDataFrame:
    file_kind = kind or kind_of_file(raw.name)
    by_row = table["kind_text"].map(lambda text: kind_of(text) if text else None).astype(object)
    if kind is not None:
        by_row = pd.Series(kind, index=table.index, dtype=object)
    kinds = by_row.where(by_row.notna(), file_kind).astype(object)
    if len(kinds) and kinds.isin({"hospital", "clinic"}).mean() > 0.5 and kind is None:
        kinds = _medical_kinds(kinds, table)
    wholesale = table["name"].str.contains("卸売") & (kinds == "marketplace")
    kinds = kinds.mask(wholesale, None)
    unknown = int(kinds.isna().sum())
    if unknown:
        rows = table[kinds.isna()]
        notes.unused_lines(
            raw.label,
            rows["line_number"],
            "unknown_kind",
            rows["kind_text"].where(rows["kind_text"] != "", rows["name"]),
        )
        notes.warn(
            raw.label,
            f"施設の種別が分からない {unknown:,} 件は使いません（種別の列を加えるか、ファイル名を library.csv のようにしてください）。",
            f"The kind of {unknown:,} rows is not known; they are not used "
            "(add a kind column, or name the file like library.csv).",
        )
    table = table.assign(
        kind=kinds.astype("str"),
        service=kinds.map({item.id: item.service for item in KINDS.values()}).fillna("").astype("str"),
        as_of=_date_in(raw.name),
        capacity_unit=table["capacity_unit"].where(table["capacity"].notna(), ""),
    ).astype({"as_of": "str"})
    table = table.assign(traits=_traits(table)).astype({"traits": "str"})
    columns = [
        "service",
        "kind",
        "name",
        "capacity",
        "capacity_unit",
        "traits",
        "as_of",
        "line",
        "operator",
        "geometry",
    ]
    return table[[*columns, "line_number"] if notes.lines is not None else columns]


def _traits(table: gpd.GeoDataFrame) -> list[str]:
    """What subjects of examination and floor space say of each row; blank where they are."""
    medical = table["kind"].isin(["hospital", "clinic"]) & (table["subjects"].str.strip() != "")
    shop = (table["service"] == "shopping") & table["floor_m2"].notna()
    has = np.where(
        medical, [is_medicine_or_surgery(text) for text in table["subjects"]], table["floor_m2"] >= LARGE_FLOOR_M2
    )
    word = np.where(medical, "medicine_or_surgery", "large_floor")
    return [
        "" if not told else name if yes else f"-{name}"
        for told, name, yes in zip(medical | shop, word, has, strict=True)
    ]


def _medical_kinds(kinds: pd.Series, table: gpd.GeoDataFrame) -> pd.Series:
    subjects = table["subjects"].str.strip()
    parts = subjects.str.split(r"[、,，・／/\s]+", regex=True)
    dental_only = parts.map(lambda words: bool(words and words[0]) and all("歯" in word or not word for word in words))
    by_beds = pd.Series(np.where(table["capacity"] >= HOSPITAL_BEDS, "hospital", "clinic"), index=kinds.index)
    has_beds = table["capacity"].notna() & (table["capacity_unit"] == "beds")
    said_nothing = table["kind_text"].str.strip() == ""
    medical = kinds.isin({"hospital", "clinic"})
    result = kinds.mask(medical & (has_beds | said_nothing), by_beds)
    return result.mask(medical & dental_only & ~(has_beds & (by_beds == "hospital")), "dentist")


def _date_in(name: str) -> str:
    """Date of a list from its file name: 20260731 → 2026-07-31, 202602 → 2026-02, osm2014 → 2014; else empty."""
    for pattern, form in (
        (r"(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])(?!\d)", "{}-{}-{}"),
        (r"(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])(?!\d)", "{}-{}"),
        (r"(?<!\d)((?:19|20)\d\d)(?!\d)", "{}"),
    ):
        found = re.search(pattern, name)
        if found:
            return form.format(*found.groups())
    return ""


def _sniff_geojson(raw: RawFile) -> PointList | None:
    head = raw.read_bytes(SNIFF_BYTES).decode("utf-8", "ignore")
    if '"FeatureCollection"' not in head or not re.search(r'"type"\s*:\s*"(Multi)?Point"', head):
        return None
    keys = _property_names(head)
    if any(_KSJ_COLUMN.match(key) for key in keys):
        return None  # 国土数値情報 has readers of its own
    kind = kind_of_file(raw.name)
    rows = len(re.findall(rb'"type"\s*:\s*"Feature"', raw.read_bytes()))
    return PointList((kind,) if kind else (), rows, has_coordinates=True, columns=find_columns(keys))


def _property_names(head: str) -> list[Any]:
    features = head[max(head.find('"features"'), 0) :]  # what stands before may be the properties of a "crs"
    found = re.search(r'"properties"\s*:\s*\{(.*?)\}', features, re.DOTALL)
    return re.findall(r'"([^"]+)"\s*:', found.group(1)) if found else []
