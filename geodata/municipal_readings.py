"""How municipalities are read aloud: 総務省「都道府県コード及び市区町村コード」, the workbook or the same saved as CSV.

Sheets have a row of headings (団体コード, 都道府県名（漢字）, 市区町村名（漢字）, 都道府県名（カナ）, 市区町村名（カナ）) and a row per
prefecture, municipality and ward; the readings are in katakana, in older editions of half width.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from geodata.archive import RawFile
from geodata.codes import municipality_code, rolled_up
from geodata.errors import MissingColumn, UnreadableFile
from geodata.notes import Notes
from geodata.table_rows import Row, rows_of

HEADING_ROWS: Final = 5
_CODE: Final = re.compile(r"(全国地方公共)?団体コード|市区?町村コード")
_READING: Final = re.compile(r"市区?町村名\(?(カナ|かな|フリガナ|ふりがな|読み)\)?")
_HIRAGANA: Final = {sign: sign - ord("ァ") + ord("ぁ") for sign in range(ord("ァ"), ord("ヶ") + 1)}
_KANA: Final = re.compile(r"[ぁ-ゖー・]+")


def columns_of(rows: Sequence[Row]) -> tuple[int, int] | None:
    """Places of the columns of codes and readings, looked for in the first rows; None where they are not there."""
    for _, cells in rows[:HEADING_ROWS]:
        heads = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)) for cell in cells]
        code = next((at for at, head in enumerate(heads) if _CODE.fullmatch(head)), None)
        reading = next((at for at, head in enumerate(heads) if _READING.fullmatch(head)), None)
        if code is not None and reading is not None:
            return code, reading
    return None


def looks_like_readings(raw: RawFile) -> bool:
    """Whether any sheet has both columns."""
    try:
        return any(columns_of(rows) for rows in rows_of(raw, limit=HEADING_ROWS))
    except UnreadableFile:
        return False


def read_readings(raw: RawFile, *, notes: Notes) -> dict[str, str]:
    """Readings in hiragana by municipality code; wards and prefectures, which have no row of their own here, left out.

    Raises
    ------
    UnreadableFile, MissingColumn
        It is not such a table.
    """
    found: dict[str, str] = {}
    has_columns = False
    for rows in rows_of(raw):
        columns = columns_of(rows)
        if columns is None:
            continue
        has_columns = True
        unreadable = []
        for line, cells in rows:
            code_text, text = (cells[at].strip() if at < len(cells) else "" for at in columns)
            code = municipality_code(code_text)
            reading = hiragana(text)
            if code is None or not reading or rolled_up(code) != code:
                continue  # headings, prefectures, rows of remarks, wards
            if not _KANA.fullmatch(reading):
                unreadable.append(line)
                continue
            found.setdefault(code, reading)
        if unreadable:
            shown = "、".join(map(str, unreadable[:10]))
            notes.warn(
                raw.label,
                f"{len(unreadable):,} 行の読みが仮名ではないため使いません（{shown} 行目）。仮名で書いてください。",
                f"Readings in {len(unreadable):,} rows are not kana and are not used (rows {shown}). Write kana.",
            )
            notes.unused_lines(raw.label, unreadable, "bad_row")
    if not has_columns:
        raise MissingColumn(
            f"{raw.label}: 列 団体コード と 市区町村名（カナ）が見つかりません。総務省の表をそのまま置いてください。 / "
            "No columns 団体コード and 市区町村名（カナ）. Add the table of the Ministry of Internal Affairs as it is."
        )
    return found


def hiragana(text: str) -> str:
    """Kana of any width as hiragana, without spaces.

    Examples
    --------
    >>> hiragana("ﾏｴﾊﾞｼｼ"), hiragana("ミナカミ マチ")
    ('まえばしし', 'みなかみまち')
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_HIRAGANA)
