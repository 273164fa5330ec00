"""Tables by municipality that a user has described: CSV, XLSX or e-Stat JSON → a value per area and indicator.

Codes may have five or six digits, or none where names are given; rows of prefectures and of the nation keep their level.
Wards of designated cities make their city only where adding them up means something. What cannot be used is told by line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.archive import RawFile, decode
from geodata.codes import PREFECTURES, WARD_TO_CITY, check_digit, municipality_code
from geodata.errors import MissingColumn, SourceError, UnreadableFile
from geodata.estat_api import AREA, rows_of_api
from geodata.notes import Notes
from geodata.table_description import Column, IndicatorDescription, TableDescription, heading
from geodata.table_rows import WORKBOOKS, Row, sheets_of, text_rows

if TYPE_CHECKING:
    import pandas as pd

VALUE_COLUMNS: Final = ("id", "area_code", "value", "numerator", "denominator", "reason")
NATION: Final = "00000"
_HEADER_ROWS: Final = 60  # the API's CSV has some thirty lines of metadata above its table
_SHOWN: Final = 8
_MISSING: Final = frozenset({"", "-", "‐", "−", "－", "―", "ー", "…", "...", "*", "**", "***", "X", "x", "na", "n/a", "NA", "N/A", "nan", "NaN", "null", "NULL", "データなし", "不詳", "秘匿", "該当なし"})  # fmt: skip
_WARDS_NOT_ADDED: Final = (
    "区ごとの値しかなく、足し合わせられない（市の値は公表されていない） / "
    "published for wards only, and they do not add up to the city"
)
Numbers = tuple[float, float, float]  # value, numerator, denominator; NaN where there is none


@dataclass(frozen=True)
class KnownAreas:
    """Names of the municipalities of the study area, for tables without codes: (name, prefecture, code)."""

    rows: Sequence[tuple[str, str, str]]

    def codes_of(self, name: str, prefecture: str) -> set[str]:
        """Codes that a name may mean; empty where it is none of these municipalities."""
        wanted, within = heading(name), heading(prefecture)
        found = set()
        for known, known_prefecture, code in self.rows:
            if within and within not in {known_prefecture, code[:2], str(int(code[:2]))}:
                continue
            rest = wanted.removeprefix(known_prefecture)
            if rest == known or (rest.endswith(known) and rest.removesuffix(known).endswith("郡")):
                found.add(code)
        return found


def area_code(text: str) -> str | None:
    """Code of a municipality, of a prefecture (``10000`` from 10, 10000 or 100005), or of the nation; None for none.

    Examples
    --------
    >>> area_code("102016"), area_code("10"), area_code("100005"), area_code("00000"), area_code("全国平均")
    ('10201', '10000', '10000', '00000', None)
    """
    code = municipality_code(text)
    if code is not None:
        return code
    digits = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    if not digits.isdigit():
        return None
    if set(digits) == {"0"}:
        return NATION
    if len(digits) <= 2:
        return f"{digits:0>2}000" if digits.zfill(2) in PREFECTURES else None
    if len(digits) == 4:
        digits = digits.zfill(5)
    if len(digits) == 6 and check_digit(digits[:5]) == digits[5]:
        digits = digits[:5]
    return digits if len(digits) == 5 and digits[2:] == "000" and digits[:2] in PREFECTURES else None


def read_municipal_table(
    description: TableDescription, raw: RawFile, *, known: KnownAreas, notes: Notes
) -> pd.DataFrame:
    """Values of the described indicators.

    Returns
    -------
    DataFrame
        Columns :data:`VALUE_COLUMNS`: wards made into cities, ``PP000`` for prefectures and ``00000`` for the nation;
        ``reason`` (``ja / en``) says why a value is missing where more is known than that the table has none.

    Raises
    ------
    MissingColumn
        A column of the description is not in the table; the message lists those that are.
    UnreadableFile
        The table is not what its name says.
    SourceError
        No row of it has a municipality.
    """
    import pandas as pd

    header, body, line_of = _table(description, raw)
    areas = _areas(description, raw, header, body, known, notes, line_of)
    if not any(areas):
        raise SourceError(
            f"{raw.label}: 市区町村と分かる行がありません（{len(body)} 行）。code・name の列を確かめてください。 / "
            f"None of {len(body)} rows has a municipality. Check the columns code and name."
        )
    parts = []
    for indicator in description.indicators:
        try:
            found = _values(description, indicator, raw, header, body, areas, notes, line_of)
        except SourceError as error:
            notes.warn_of(error, raw.label)
            continue
        rows = [(indicator.id, code, *numbers, reason) for code, (numbers, reason) in found.items()]
        parts.append(pd.DataFrame(rows, columns=list(VALUE_COLUMNS)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(VALUE_COLUMNS))


def _table(description: TableDescription, raw: RawFile) -> tuple[dict[Column, int], list[Row], str]:
    """Place of each column wanted, the rows below the header, and what a row is called."""
    sheets = _sheets(description, raw)
    wanted = _columns_wanted(description, raw)
    best: tuple[int, int, list[str]] = (-1, 0, [])
    for title, rows in sheets:
        if description.sheet and heading(title) != heading(description.sheet):
            continue
        for at, (line, cells) in enumerate(rows[:_HEADER_ROWS]):
            if description.header and line != description.header:
                continue
            names = [heading(cell) for cell in cells]
            there = sum(_place(names, column) is not None for column in wanted)
            best = max(best, (there, sum(bool(name) for name in names), cells), key=lambda each: each[:2])
            if there == len(wanted):
                places = {column: place for column in wanted if (place := _place(names, column)) is not None}
                return places, rows[at + 1 :], "件目" if raw.suffix == ".json" else "行目"
    raise _columns_missing(description, raw, wanted, best[2], [title for title, _ in sheets])


def _columns_missing(
    description: TableDescription, raw: RawFile, wanted: Iterable[Column], cells: Sequence[str], sheets: Sequence[str]
) -> MissingColumn:
    names = [heading(cell) for cell in cells]
    missing = "、".join(str(column) for column in wanted if _place(names, column) is None)
    there = "、".join(" ".join(cell.split()) for cell in cells if cell.strip())
    if description.sheet and heading(description.sheet) not in map(heading, sheets):
        return MissingColumn(
            f"{raw.label}: シート「{description.sheet}」がありません（ある: {'、'.join(sheets)}）。 / "
            f"There is no sheet {description.sheet!r} (found: {', '.join(sheets)})."
        )
    return MissingColumn(
        f"{raw.label}: 説明にある列 {missing or 'header の行'} が見つかりません。ある列: {there[:600]}。 / "
        f"The table has no column {missing or '(line of the header)'}. It has: {there[:600]}."
    )


def _columns_wanted(description: TableDescription, raw: RawFile) -> list[Column]:
    code = description.code or (AREA if raw.suffix == ".json" and description.name is None else None)
    areas = [column for column in (code, description.name, description.prefecture) if column is not None]
    return list(dict.fromkeys([*areas, *(name for each in description.indicators for name in each.columns)]))


def _place(names: Sequence[str], column: Column) -> int | None:
    if isinstance(column, int):
        return column - 1 if column <= len(names) else None
    return names.index(column) if column in names else None


def _sheets(description: TableDescription, raw: RawFile) -> list[tuple[str, list[Row]]]:
    if raw.suffix in WORKBOOKS:
        return [(sheet.title, sheet.rows) for sheet in sheets_of(raw)]
    text = _text(description, raw)
    if raw.suffix == ".json":
        return [("", rows_of_api(raw, text))]
    return [("", text_rows(raw, text))]


def _text(description: TableDescription, raw: RawFile) -> str:
    content = raw.read_bytes()
    if not description.encoding:
        return decode(content, raw.label)
    try:
        return content.decode(description.encoding).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableFile(
            f'{raw.label}: 説明の encoding = "{description.encoding}" では読めません（{error}）。 / '
            f"It cannot be read as {description.encoding} ({error})."
        ) from error  # fmt: skip


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _areas(
    description: TableDescription,
    raw: RawFile,
    header: Mapping[Column, int],
    body: Sequence[Row],
    known: KnownAreas,
    notes: Notes,
    line_of: str,
) -> list[str | None]:
    """Code of the area of each row; None where a row is of none. What is written and cannot be a code is told."""
    code_at = header.get(description.code if description.code is not None else AREA)
    name_at = header.get(description.name) if description.name is not None else None
    prefecture_at = header.get(description.prefecture) if description.prefecture is not None else None
    seen: dict[tuple[str, str, str], tuple[str | None, str]] = {}
    areas: list[str | None] = []
    wrong: list[tuple[int, str]] = []
    ambiguous: list[tuple[int, str]] = []
    for line, cells in body:
        key = (_cell(cells, code_at), _cell(cells, name_at), _cell(cells, prefecture_at))
        if key not in seen:
            seen[key] = _area(*key, known, has_code=code_at is not None)
        code, problem = seen[key]
        areas.append(code)
        if problem == "wrong":
            wrong.append((line, key[0]))
        elif problem == "ambiguous":
            ambiguous.append((line, key[1]))
    for what, rows in (("no_code", wrong), ("ambiguous", ambiguous)):
        notes.unused_lines(raw.label, [line for line, _ in rows], what, [text for _, text in rows])
    if wrong:
        notes.warn(
            raw.label,
            f"市区町村コードと読めない {len(wrong)} 行を使いません（{_lines_ja(wrong, line_of)}）。",
            f"{len(wrong)} rows have no code that can be read and are not used ({_lines_en(wrong)}).",
        )
    if ambiguous:
        notes.warn(
            raw.label,
            f"同じ名前の市区町村が複数あるため {len(ambiguous)} 行を使いません（{_lines_ja(ambiguous, line_of)}）。"
            "prefecture に都道府県の列を書いてください。",
            f"{len(ambiguous)} rows name a municipality that exists twice ({_lines_en(ambiguous)}). "
            "Name the column of the prefecture.",
        )
    return areas


def _area(code: str, name: str, prefecture: str, known: KnownAreas, *, has_code: bool) -> tuple[str | None, str]:
    if has_code:
        if code in _MISSING:
            # RESAS leaves the code of the municipality out in the rows of a prefecture.
            return (area_code(prefecture) if prefecture else None), ""
        found = area_code(code)
        return found, "" if found else "wrong"
    if name == "全国":
        return NATION, ""
    by_name = {prefecture_name: number for number, prefecture_name in PREFECTURES.items()}
    if heading(name) in by_name:
        return f"{by_name[heading(name)]}000", ""
    codes = known.codes_of(name, prefecture)
    return (codes.pop(), "") if len(codes) == 1 else (None, "ambiguous" if codes else "")


def _values(
    description: TableDescription,
    indicator: IndicatorDescription,
    raw: RawFile,
    header: Mapping[Column, int],
    body: Sequence[Row],
    areas: Sequence[str | None],
    notes: Notes,
    line_of: str,
) -> dict[str, tuple[Numbers, str]]:
    """Area → numbers and reason of one indicator."""
    chosen = _filtered(indicator, raw, header, body)
    marks = {*_MISSING, *description.missing}
    places = [None if name is None else header[name] for name in (indicator.column, indicator.numerator, indicator.denominator)]  # fmt: skip
    found: dict[str, list[tuple[int, Numbers]]] = {}
    wrong: list[tuple[int, str]] = []
    for row in chosen:
        area = areas[row]
        if area is None or (description.level == "prefecture" and not area.endswith("000")):
            continue
        line, cells = body[row]
        texts = [_cell(cells, place) for place in places]
        numbers = [_number(text, marks) for text in texts]
        wrong += [(line, text) for text, number in zip(texts, numbers, strict=True) if number is None]
        found.setdefault(area, []).append(
            (line, _made(indicator, [np.nan if each is None else each for each in numbers]))
        )
    notes.unused_lines(raw.label, [line for line, _ in wrong], "not_a_number", [text for _, text in wrong])
    if wrong:
        notes.warn(
            raw.label,
            f"「{indicator.ja}」: 数値でない {len(wrong)} か所を空欄として扱います（{_lines_ja(wrong, line_of)}）。"
            "欠測の印なら missing に書いてください。",
            f"“{indicator.en}”: {len(wrong)} cells are no numbers and count as missing ({_lines_en(wrong)}). "
            "Marks of missing values go into missing.",
        )
    single = _without_doubles(indicator, found, raw, notes)
    return _rolled_up(indicator, single, raw, notes)


def _filtered(
    indicator: IndicatorDescription, raw: RawFile, header: Mapping[Column, int], body: Sequence[Row]
) -> list[int]:
    rows = list(range(len(body)))
    for column, wanted in indicator.filter.items():
        texts = [heading(_cell(body[row][1], header[column])).removesuffix(".0") for row in rows]
        kept = [row for row, text in zip(rows, texts, strict=True) if text in wanted]
        if not kept:
            there = "、".join(list(dict.fromkeys(texts))[:_SHOWN])
            raise SourceError(
                f"{raw.label}: 「{indicator.ja}」: 列「{column}」に {'、'.join(wanted)} の行がありません（ある値: {there}）。 / "
                f"“{indicator.en}”: no row with {', '.join(wanted)} in column {column} (found: {there})."
            )
        rows = kept
    return rows


def _number(text: str, marks: Iterable[str]) -> float | None:
    """A number as Japanese tables write it (1,234 · △5.2 · 52.3% · full width); NaN where it is missing, None if neither."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").removesuffix("%")
    if text in marks or plain in marks:
        return np.nan
    if plain[:1] in {"△", "▲", "−", "‐"}:
        plain = f"-{plain[1:]}"
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _made(indicator: IndicatorDescription, numbers: Sequence[float]) -> Numbers:
    value, numerator, denominator = numbers
    if indicator.column is not None:
        value *= indicator.scale
    elif denominator > 0:
        value = indicator.per * numerator / denominator
    return value, numerator, denominator


def _without_doubles(
    indicator: IndicatorDescription, found: Mapping[str, list[tuple[int, Numbers]]], raw: RawFile, notes: Notes
) -> dict[str, Numbers]:
    """One row per area. Rows that repeat each other count once; areas whose rows differ have no value."""
    single = {area: rows[0][1] for area, rows in found.items()}
    double = {
        area: [line for line, _ in rows]
        for area, rows in found.items()
        if any(not np.array_equal(numbers, rows[0][1], equal_nan=True) for _, numbers in rows[1:])
    }
    if double:
        shown = "、".join(
            f"{area}（{', '.join(map(str, lines[:4]))}）" for area, lines in list(double.items())[:_SHOWN]
        )
        notes.warn(
            raw.label,
            f"「{indicator.ja}」: 同じコードの違う値が複数の行にある {len(double)} 地域を使いません: コード（行）{shown}。"
            "filter で行を絞ってください。",
            f"“{indicator.en}”: {len(double)} areas have several rows with different values and are not used: {shown}. "
            "Narrow the rows with filter.",
        )
    return {area: numbers for area, numbers in single.items() if area not in double}


def _rolled_up(
    indicator: IndicatorDescription, single: Mapping[str, Numbers], raw: RawFile, notes: Notes
) -> dict[str, tuple[Numbers, str]]:
    """Cities from their wards, where the city has no row of its own and the numbers add up."""
    result = {area: (numbers, "") for area, numbers in single.items() if area not in WARD_TO_CITY}
    wards: dict[str, list[Numbers]] = {}
    for area, numbers in single.items():
        if area in WARD_TO_CITY and WARD_TO_CITY[area] not in result:
            wards.setdefault(WARD_TO_CITY[area], []).append(numbers)
    for city, parts in wards.items():
        value, numerator, denominator = np.array(parts).sum(axis=0)  # a ward without a number leaves the city without
        if indicator.how == "none":
            result[city] = (np.nan, np.nan, np.nan), _WARDS_NOT_ADDED
            continue
        if indicator.how == "ratio":
            value = indicator.per * numerator / denominator if denominator > 0 else np.nan
        result[city] = (float(value), float(numerator), float(denominator)), ""
        notes.info(
            raw.label,
            f"「{indicator.ja}」: {city} は {len(parts)} 区の行を合わせた値です。",
            f"“{indicator.en}”: {city} is made of {len(parts)} wards.",
        )
    return result


def _lines_ja(rows: Sequence[tuple[int, str]], line_of: str) -> str:
    return _lines(rows) + line_of if len(rows) <= _SHOWN else f"{_lines(rows)} {line_of}など"


def _lines_en(rows: Sequence[tuple[int, str]]) -> str:
    return f"line {_lines(rows)}" + (" …" if len(rows) > _SHOWN else "")


def _lines(rows: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"{line}「{text[:20]}」" for line, text in rows[:_SHOWN])
