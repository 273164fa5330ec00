"""Rows of a table with their lines, from a CSV or any sheet of a workbook, before anything is known of its columns."""

from __future__ import annotations

import csv
import io
import warnings
from typing import TYPE_CHECKING, NamedTuple

from geodata.archive import decode, open_zip
from geodata.errors import UnreadableFile, is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geodata.archive import RawFile

Row = tuple[int, list[str]]  # line in the file (or row of the sheet) and its cells
WORKBOOKS = (".xlsx", ".xlsm")
SNIFF_BYTES = 64 * 1024


class SheetRows(NamedTuple):
    """Rows of one sheet; `extent` is how many the sheet says it has, 0 where it does not say."""

    title: str
    rows: list[Row]
    extent: int


def rows_of(raw: RawFile, limit: int | None = None) -> list[list[Row]]:
    """Rows of each sheet that has any; a CSV is one sheet. Empty rows are left out.

    Parameters
    ----------
    raw
        CSV or TSV in UTF-8 or cp932, or XLSX.
    limit
        Only the first rows of each sheet.

    Raises
    ------
    UnreadableFile
        The file is not what its name says, or a workbook that would unpack to too much.
    """
    if raw.suffix in WORKBOOKS:
        sheets = [sheet.rows for sheet in sheets_of(raw, limit)]
    else:
        content = raw.read_bytes(SNIFF_BYTES if limit else None)
        if limit and raw.size > SNIFF_BYTES:
            content = whole_lines(content)
        sheets = [text_rows(raw, decode(content, raw.label), limit)]
    return [kept for rows in sheets if (kept := [row for row in rows if any(cell.strip() for cell in row[1])])]


def whole_lines(content: bytes) -> bytes:
    """The head of a file without its last line, which may be broken in the middle of a character."""
    return content[: content.rfind(b"\n") + 1] or content


def text_rows(raw: RawFile, text: str, limit: int | None = None, *, is_head: bool = False) -> list[Row]:
    """Rows of a CSV, TSV or semicolon-separated text, with the lines on which they begin.

    Raises
    ------
    UnreadableFile
        It is no CSV; or, unless it is only the head of a file, a quotation mark is not closed and swallows the lines below.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=text[:4096].count))
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
            if limit and len(rows) >= limit:
                return rows
    except csv.Error as error:
        raise UnreadableFile(
            f"{raw.label}: {line} 行目が CSV として読めません（{error}）。 / Line {line} is not valid CSV ({error})."
        ) from error
    if rows and not limit and not is_head and reader.line_num > rows[-1][0] and text.count('"') % 2:
        raise UnreadableFile(
            f'{raw.label}: {rows[-1][0]} 行目の引用符（"）が閉じておらず、以降の行が読めません。直してください。 / '
            f"The quotation mark in line {rows[-1][0]} is not closed and swallows the lines below. Correct it."
        )
    return rows


def sheets_of(raw: RawFile, limit: int | None = None) -> Iterator[SheetRows]:
    """Rows of each sheet of a workbook, or its first rows, sheet by sheet.

    Raises
    ------
    UnreadableFile
        It is no workbook, is protected by a password, or would unpack to too much.
    """
    from openpyxl import load_workbook

    _check_workbook(raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and validation rules that do not matter here
        try:
            workbook = load_workbook(io.BytesIO(raw.read_bytes()), read_only=True, data_only=True)
            for sheet in workbook.worksheets:
                extent = sheet.max_row or 0
                sheet.reset_dimensions()  # some programs write a wrong extent, which cuts the sheet off
                rows = [
                    (line, ["" if cell is None else str(cell) for cell in cells])
                    for line, cells in enumerate(sheet.iter_rows(values_only=True, max_row=limit), start=1)
                ]
                yield SheetRows(sheet.title, rows, extent)
        except Exception as error:  # a damaged sheet makes openpyxl raise whatever its parsers meet
            if is_disk_full(error):
                raise
            raise UnreadableFile(
                f"{raw.label}: Excel ファイルとして読めません（{error}）。.xlsx で保存し直してください。 / "
                f"Cannot be read as an Excel file ({error}). Save it again as .xlsx."
            ) from error


def _check_workbook(raw: RawFile) -> None:
    """Refuse what is no workbook, or would unpack to too much."""
    try:
        open_zip(raw).close()
    except UnreadableFile as error:
        raise UnreadableFile(
            f"{raw.label}: Excel ファイルとして開けません（壊れている、パスワード付き、または古い形式）。"
            "パスワードなしの .xlsx で保存し直してください。 / "
            "It cannot be opened as an Excel file (damaged, protected by a password, or of the old format). "
            "Save it again as .xlsx without a password."
        ) from error
