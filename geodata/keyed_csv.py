"""Small tables of the user's own, one row per municipality or prefecture, as CSV: read, checked, keyed by code."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING

from geodata.archive import RawFile, decode
from geodata.codes import PREFECTURES, municipality_code
from geodata.errors import MissingColumn, UnreadableFile
from geodata.notes import Notes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

_SHOWN_LINES = 10


def read_keyed_csv(raw: RawFile, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> pd.DataFrame:
    """The named columns as text without blanks around it, and ``line``; optional columns are empty where missing.

    Raises
    ------
    UnreadableFile
        It is not CSV, or has no row.
    MissingColumn
        A required column is not there.
    """
    import pandas as pd

    header, rows = _rows(raw)
    missing = [column for column in required if column not in header]
    if missing:
        raise MissingColumn(
            f"{raw.label}: 列 {'、'.join(missing)} がありません（ある列: {'、'.join(header[:10])}、"
            f"必要な列: {'、'.join(required)}）。見出しを直してください。 / "
            f"Column {', '.join(missing)} is missing (found: {', '.join(header[:10])}; "
            f"needed: {', '.join(required)}). Correct the header."
        )
    if not rows:
        raise UnreadableFile(
            f"{raw.label}: 見出しだけで、データの行がありません。 / Only a header, no rows of data. Fill in the table."
        )
    at = {name: header.index(name) for name in (*required, *optional) if name in header}
    found = {
        name: [cells[at[name]] if name in at and at[name] < len(cells) else "" for _, cells in rows]
        for name in (*required, *optional)
    }
    return pd.DataFrame({**found, "line": [line for line, _ in rows]})


def _rows(raw: RawFile) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header in lower case, and the rows that are not blank with the line at which each ends; all in NFKC, trimmed."""
    text = unicodedata.normalize("NFKC", decode(raw.read_bytes(), raw.label))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                rows.append((reader.line_num, trimmed))
    except csv.Error as error:
        line = reader.line_num
        raise UnreadableFile(
            f"{raw.label}: {line} 行目が CSV として読めません（{error}）。表計算ソフトで開き、CSV で保存し直してください。 / "
            f"Line {line} is not valid CSV ({error}). Open it in a spreadsheet and save it as CSV again."
        ) from error
    if not rows:
        raise UnreadableFile(
            f"{raw.label}: CSV の見出しも行もありません。もう一度入手してください。 / No header and no row. Get the file again."
        )
    return [name.lower().lstrip("\ufeff") for name in rows[0][1]], rows[1:]


def area_code(value: object) -> str | None:
    """Code of a municipality, ``PP000`` of a prefecture or ``00000`` of the nation; None where it is none of them."""
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text in {"00000", "000000"}:
        return "00000"
    digits = text.zfill(5) if len(text) == 4 else text
    if len(digits) == 5 and digits.isdigit() and digits.endswith("000"):
        return digits if digits[:2] in PREFECTURES else None
    return municipality_code(text)


def numbers_of(table: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """A column as numbers, thousands separators taken off; NaN where it is none."""
    import numpy as np
    import pandas as pd

    text = table[column].str.replace(",", "", regex=False)
    return np.asarray(pd.to_numeric(text, errors="coerce"), dtype=np.float64)


def without_bad(
    table: pd.DataFrame, bad: npt.NDArray[np.bool_], raw: RawFile, what: tuple[str, str], *, notes: Notes
) -> pd.DataFrame:
    """Leave rows out and say which lines and why."""
    if bad.any():
        notes.unused_lines(
            raw.label, table["line"][bad], "bad_row", [f"{what[0]}行 / a row {what[1]}"] * int(bad.sum())
        )
        lines = "、".join(str(line) for line in table["line"][bad].head(_SHOWN_LINES))
        more = " …" if int(bad.sum()) > _SHOWN_LINES else ""
        notes.warn(
            raw.label,
            f"{what[0]}行 {int(bad.sum())} 件を使いません（{lines}{more} 行目）。直してください。",
            f"{int(bad.sum())} rows {what[1]} are not used (lines {lines}{more}). Correct them.",
        )
    return table[~bad].reset_index(drop=True)
