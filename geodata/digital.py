"""Published figures of fibre and 5G: who can use them, by municipality, prefecture or nation, as the publisher gives them.

Two layouts are read. The long one has a row per number (``code,name,as_of,indicator,value,unit,source,method_note``); the
wide one has a row per municipality with households, covered households and their rate under headings in Japanese or
English (:mod:`geodata.digital_headings`), in a CSV or a workbook, below titles or not.

総務省「ブロードバンド基盤整備率調査」 changed its method for the end of fiscal year 2023 (2024-03): numbers before and after
are never put into one series here; each edition is a figure of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.codes import PREFECTURES, check_digit, municipality_code
from geodata.digital_headings import Headings, date_of, find_headings, found_and_expected, number_of
from geodata.errors import MissingColumn
from geodata.notes import Notes
from geodata.table_rows import Row, rows_of

if TYPE_CHECKING:
    from geodata.archive import RawFile

FIBRE: Final = "fibre_household_coverage"
FIVE_G: Final = "5g_population_coverage"
HOUSEHOLDS: Final = "households"
COVERED: Final = "fibre_households_covered"
NOT_COVERED: Final = "fibre_households_not_covered"
NATION: Final = "00000"
DIGITAL_COLUMNS: Final = (
    "area_code",  # municipality, PP000 for a prefecture, 00000 for the nation
    "level",  # municipality, prefecture, nation: never finer than published
    "indicator",
    "value",
    "unit",
    "as_of",
    "method_note",
    "source",
    "file",  # id of the source in the manifest
)
_LONG: Final = ("code", "as_of", "indicator", "value")


def area_code(raw: object) -> str | None:
    """Municipality, prefecture (``10000``) or nation (``00000``) of a code with or without check digit; None if neither.

    Examples
    --------
    >>> area_code("102016"), area_code("100005"), area_code("10"), area_code(0), area_code("10006")
    ('10201', '10000', '10000', '00000', '01000')
    >>> area_code("99999") is None
    True
    """
    text = str(raw).strip().removesuffix(".0")
    if len(text) == 5 and text.endswith("000") and text[:2] in PREFECTURES:
        return text  # before 32000 is taken for 032000, a town of another prefecture that lost its zero
    town = municipality_code(raw)
    if town is not None:
        return town
    if not text.isdigit() or len(text) > 6:
        return None
    if int(text) == 0:
        return NATION
    if len(text) <= 2:
        text = text.zfill(2) + "000"
    for code in (text.zfill(5), *([text.zfill(6)[:5]] if check_digit(text.zfill(6)[:5]) == text[-1] else [])):
        if len(code) == 5 and code.endswith("000") and code[:2] in PREFECTURES:
            return code
    return None


def level_of(code: str) -> str:
    """Which level a code stands for."""
    return "nation" if code == NATION else "prefecture" if code.endswith("000") else "municipality"


def read_digital(raw: RawFile, *, notes: Notes, names: Mapping[str, str], file: str = "") -> pd.DataFrame:
    """Read one table of fibre or 5G figures.

    Parameters
    ----------
    raw
        CSV or workbook.
    names
        Name of a municipality, alone or with its prefecture before it → code, for tables without codes.
    file
        Id of the source in the manifest.

    Returns
    -------
    DataFrame
        Columns :data:`DIGITAL_COLUMNS`; rows that hold no number, or one that cannot be, are left out with a note.

    Raises
    ------
    MissingColumn
        No known layout; the message names what was found and what is expected.
    UnreadableFile
        Neither CSV nor workbook, or a wrong encoding.
    """
    sheets = rows_of(raw)
    for rows in sheets:
        header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
        if set(_LONG) <= set(header):
            return _long(raw, rows, header, notes, file)
    for rows in sheets:
        headings = find_headings([cells for _, cells in rows])
        if headings is not None:
            return _wide(raw, rows, headings, notes, names, file)
    raise MissingColumn(found_and_expected(raw.label, [cells for _, cells in sheets[0]] if sheets else []))


def _long(raw: RawFile, rows: Sequence[Row], header: Sequence[str], notes: Notes, file: str) -> pd.DataFrame:
    kept, without_code, wrong = [], [], []
    for line, cells in rows[1:]:
        cell = dict(zip(header, cells, strict=False))
        code, value = area_code(cell["code"]), number_of(cell.get("value", ""))
        unit = cell.get("unit", "").strip()
        if code is None:
            without_code.append(line)
        elif not np.isfinite(value) or value < 0 or (unit == "%" and value > 100):
            wrong.append(line)
        else:
            texts = [cell.get(name, "").strip() for name in ("method_note", "source")]
            as_of = date_of(cell.get("as_of", ""))
            kept.append((code, level_of(code), cell["indicator"].strip(), value, unit, as_of, *texts, file))
    _report(raw, notes, without_code, wrong)
    return pd.DataFrame(kept, columns=list(DIGITAL_COLUMNS))


def _wide(
    raw: RawFile, rows: Sequence[Row], headings: Headings, notes: Notes, names: Mapping[str, str], file: str
) -> pd.DataFrame:
    dated = headings.date or date_of(raw.name)
    if not dated and headings.as_of is None:
        notes.warn(
            raw.label,
            "いつの値か分かりません。列 as_of を加えるか、ファイル名に 2024-03-31 のような日付を入れてください。",
            "It does not say of when its values are. Add a column as_of, or a date such as 2024-03-31 to the file name.",
        )
    body = rows[headings.row + 1 :]
    rates = np.array([number_of(headings.cell(cells, "rate")) for _, cells in body], dtype=float)
    is_fraction = bool(np.isfinite(rates).any() and np.nanmax(rates) <= 1.0)
    if is_fraction:  # a percentage cell of a workbook; nobody publishes a list of towns with less than 1 % each
        notes.info(
            raw.label, "整備率を割合（0〜1）とみて100倍しました。", "Rates are fractions (0 to 1): taken times 100."
        )
    kept: list[tuple[object, ...]] = []
    without_code, wrong = [], []
    for (line, cells), given in zip(body, rates, strict=True):
        code = _code_of_row(headings, cells, names)
        if code is None:
            without_code.append(line)
            continue
        counts = {name: number_of(headings.cell(cells, name)) for name in ("households", "covered", "uncovered")}
        rate, covered = _made_whole(given * 100 if is_fraction else given, counts)
        total = counts["households"]
        if not 0 <= rate <= 100 or covered > total:
            wrong.append(line)
            continue
        as_of = date_of(headings.cell(cells, "as_of")) or dated
        note = headings.cell(cells, "method").strip()
        numbers = ((FIBRE, rate, "%"), (HOUSEHOLDS, total, "世帯"), (COVERED, covered, "世帯"))
        kept += [
            (code, level_of(code), name, number, unit, as_of, note, raw.name, file)
            for name, number, unit in numbers
            if np.isfinite(number)
        ]
    _report(raw, notes, without_code, wrong)
    return pd.DataFrame(kept, columns=list(DIGITAL_COLUMNS))


def _code_of_row(headings: Headings, cells: Sequence[str], names: Mapping[str, str]) -> str | None:
    code = area_code(headings.cell(cells, "code")) if headings.code is not None else None
    if code is not None:
        return code
    prefecture, name = (re.sub(r"\s", "", headings.cell(cells, part)) for part in ("prefecture", "name"))
    for text in (prefecture + name, name if not prefecture else ""):
        if text in names:
            return names[text]
        if text in {"全国", "全国計", "全国平均"}:
            return NATION
        by_name = {name: code for code, name in PREFECTURES.items()}
        if text in by_name:
            return f"{by_name[text]}000"
    return None


def _made_whole(rate: float, counts: Mapping[str, float]) -> tuple[float, float]:
    """Rate in percent and covered households, each from the others where the table leaves it out."""
    total, covered = counts["households"], counts["covered"]
    if not np.isfinite(covered):
        covered = total - counts["uncovered"]
    if not np.isfinite(covered):
        covered = total * rate / 100  # to within the rounding of the published rate
    if not np.isfinite(rate) and total > 0:
        rate = 100 * covered / total
    return rate, covered


def _report(raw: RawFile, notes: Notes, without_code: Sequence[int], wrong: Sequence[int]) -> None:
    notes.unused_lines(raw.label, without_code, "no_code")
    notes.unused_lines(raw.label, wrong, "not_a_number")
    for lines, ja, en in (
        (without_code, "市区町村・都道府県と読めない", "name no municipality or prefecture of the study area"),
        (wrong, "値がないか、ありえない値（負、100%超、世帯数より多い）の", "have no value, or one that cannot be"),
    ):
        if lines:
            shown = ", ".join(map(str, lines[:10])) + (" …" if len(lines) > 10 else "")
            notes.warn(
                raw.label,
                f"{ja} {len(lines):,} 行を使いません（{shown} 行目）。",
                f"{len(lines):,} rows {en}; they are not used (line {shown}).",
            )


def without_repeats(table: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """One number per area, indicator and date; where tables contradict each other the first is kept, and it is said."""
    key = ["area_code", "indicator", "as_of"]
    different = table.drop_duplicates([*key, "value"])
    twice = different[different.duplicated(key)]
    if len(twice):
        shown = "、".join(sorted({f"{row.area_code} {row.indicator} {row.as_of}" for row in twice.itertuples()})[:5])
        notes.warn(
            "",
            f"光ファイバ・5G の同じ値が {len(twice):,} か所で食い違います。先に読んだ方を使います（{shown}）。",
            f"{len(twice):,} fibre or 5G numbers are given twice with different values; the first is used ({shown}).",
        )
    return table.drop_duplicates(key, ignore_index=True)
