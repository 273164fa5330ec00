"""Any table of grid codes and people: ``KEY_CODE,pop``, ``code,population``, ``メッシュコード,人口``, of any level."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import mesh
from geodata.archive import RawFile, decode
from geodata.errors import MissingColumn, UnreadableFile
from geodata.estat_grid import listed
from geodata.population_labels import find_group_columns, normalise_label
from geodata.tables import CRS, population_column

if TYPE_CHECKING:
    from geodata.notes import Notes

_CODE_LABELS: Final = (
    *("key_code", "keycode", "mesh_code", "meshcode", "mesh_id", "meshid", "メッシュコード", "地域メッシュコード"),
    *("標準地域メッシュコード", "メッシュid", "cell_id", "mesh", "メッシュ", "code", "コード"),
)


def read_grid_csv(raw: RawFile, *, notes: Notes) -> gpd.GeoDataFrame:
    """Cells of a plain table with one column of grid codes and one of people, and age groups where columns name them.

    Levels may be mixed. Of a repeated code the first row is kept. A square that lies inside another listed square is
    left out, because its people are already counted there. Codes written as ``533945263.0`` are understood.

    Parameters
    ----------
    raw
        Comma, tab or semicolon separated text, UTF-8 or cp932, with one header row.
    notes
        Receives rows left out, by line.

    Returns
    -------
    GeoDataFrame
        One row per square, polygon in EPSG:6668, `municipality_code` missing, people as float64.

    Raises
    ------
    MissingColumn
        No column of codes or none of people.
    UnreadableFile
        The file is empty.
    """
    try:
        numbered = _numbered_rows(decode(raw.read_bytes(), raw.label), strict=True)
    except csv.Error as error:
        raise UnreadableFile(
            f"{raw.label}: CSV として読めません（引用符が閉じていない行があります: {error}）。 / "
            f"It is not valid CSV: a quotation mark is not closed ({error})."
        ) from error
    rows = [row for _, row in numbered]
    if not rows:
        raise UnreadableFile(f"{raw.label}: 空のファイルです。 / The file is empty.")
    found = find_grid_columns(rows[0])
    if found is None:
        raise MissingColumn(missing_columns(raw, rows[0]))
    code_column, columns = found
    width = len(rows[0])
    whole = [(row + [""] * width)[:width] for row in rows[1:]]  # a line cut off at the end of the file is short
    body = pd.DataFrame(whole, dtype=object, columns=range(width)).astype("str")
    codes, level = mesh.parse_known(_plain(body[code_column]).to_numpy(dtype=object))
    people = {group: _numbers(body, numbers) for group, numbers in columns.items()}
    lines = np.array([line for line, _ in numbered[1:]], dtype=int)
    keep = _usable(raw, lines, codes, level, people["total"], notes)
    return gpd.GeoDataFrame(
        {
            "cell_id": pd.Series(codes[keep]).astype("str"),
            "municipality_code": pd.array([pd.NA] * int(keep.sum()), dtype="str"),
            **{population_column(group): values[keep] for group, values in people.items()},
            "suppressed_share": 0.0,
        },
        geometry=mesh.polygons(codes[keep]),
        crs=CRS,
    )


def split_lines(text: str) -> list[list[str]]:
    """Rows of a separated text; the separator is the one that the first line has most of; blank lines are dropped."""
    return [row for _, row in _numbered_rows(text)]


def _numbered_rows(text: str, *, strict: bool = False) -> list[tuple[int, list[str]]]:
    first = text[: text.find("\n")] if "\n" in text else text
    reader = csv.reader(io.StringIO(text), delimiter=max(",\t;", key=first.count), strict=strict)
    return [(reader.line_num, row) for row in reader if any(value.strip() for value in row)]


def find_grid_columns(header: list[str]) -> tuple[int, dict[str, list[int]]] | None:
    """Column of the grid codes and columns of each age group, or None if the header is not that of such a table."""
    code = find_code_column(header)
    groups = find_group_columns(header)
    if code is None or "total" not in groups:
        return None
    return code, groups


def find_code_column(header: list[str]) -> int | None:
    """Column of the grid codes by its label, or None."""
    plain = [normalise_label(label) for label in header]
    return next((plain.index(label) for label in _CODE_LABELS if label in plain), None)


def _plain(text: pd.Series) -> pd.Series:
    """Full-width digits to ASCII, without blanks and thousands separators."""
    if not text.map(str.isascii).all():
        text = text.map(lambda value: unicodedata.normalize("NFKC", value))
    return text.str.strip().str.replace(",", "")


def _numbers(body: pd.DataFrame, columns: list[int]) -> npt.NDArray[np.float64]:
    total = np.zeros(len(body))
    for column in columns:
        total = total + pd.to_numeric(_plain(body[column]), errors="coerce").to_numpy(dtype=float)
    return total


def _usable(
    raw: RawFile,
    lines: npt.NDArray[np.int64],
    codes: npt.NDArray[np.int64],
    level: npt.NDArray[np.int64],
    total: npt.NDArray[np.float64],
    notes: Notes,
) -> npt.NDArray[np.bool_]:
    """Rows that are counted; the others are named by line."""
    keep = np.ones(len(codes), dtype=bool)
    is_repeated = pd.Series(codes).duplicated().to_numpy()
    for wrong, ja, en in (
        (level == 0, "メッシュコードではない行を除きました", "Rows without a grid code were left out"),
        (
            ~(np.isfinite(total) & (total >= 0)),
            "人口が数でない行または負の行を除きました",
            "Rows whose population is not a number or negative were left out",
        ),
        (is_repeated, "同じメッシュコードの 2 行目以降を除きました", "Repeated grid codes: the first row is kept"),
        (
            _inside_another(codes, level),
            "一覧にある大きなメッシュの中の小さなメッシュを除きました（人口の二重計上を避けるため）",
            "Squares inside another listed square were left out, their people being counted there",
        ),
    ):
        newly = wrong & keep
        if newly.any():
            wrong_lines = lines[newly].tolist()
            notes.warn(raw.label, f"{ja}（{listed(wrong_lines, '行')}）。", f"{en} ({listed(wrong_lines, 'line')}).")
        keep &= ~wrong
    return keep


def _inside_another(codes: npt.NDArray[np.int64], level: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(codes), dtype=bool)
    present = np.unique(level[level > 0])
    for finer in present[1:]:
        at_level = np.flatnonzero(level == finer)
        for coarser in present[present < finer]:
            parents = mesh.parents(codes[at_level], int(coarser))
            inside[at_level] |= np.isin(parents, codes[level == coarser])
    return inside


def missing_columns(raw: RawFile, header: list[str]) -> str:
    """Message for a table that lacks the column of codes or that of people."""
    found = ", ".join(label.strip() for label in header[:12] if label.strip())
    return (
        f"{raw.label}: メッシュコードの列（KEY_CODE, メッシュコード など）と人口の列（population, 人口 など）が必要です。"
        f"見つかった列: {found}。 / "
        f"A column of grid codes (KEY_CODE, code …) and one of people (population, pop …) are needed; found: {found}."
    )
