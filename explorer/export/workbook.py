"""XLSX for officers: a sheet with a row per municipality, one with everything, definitions, sources, and how to read them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from explorer.export.definitions import definition_rows, reasons_text, source_rows
from explorer.export.scenario_values import SCENARIO_COLUMNS
from explorer.words import Language, either, one_language, unit_word, value_digits, word
from explorer.written import beside
from layers.catalogue import GROUPS, MODES

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from explorer.export.selection import Selection

_FONT: Final = "游ゴシック"  # comes with Excel for Windows and Mac; LibreOffice falls back to another Japanese font
_HEAD: Final = "#dde6ee"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_MOST_CHARACTERS: Final = 32_000  # Excel holds 32,767 in a cell
_WIDEST: Final = 60
_FROZEN: Final = 2  # code and name stay in sight


@dataclass(frozen=True)
class _Formats:
    """Cell formats, each made once: numbers by their decimals, text, heads."""

    book: Workbook

    @cached_property
    def text(self) -> Format:
        return self.book.add_format({"num_format": "@", "valign": "top"})

    @cached_property
    def wrapped(self) -> Format:
        return self.book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})

    @cached_property
    def inert(self) -> Format:
        """Text that starts like a formula: stays text when somebody edits the cell."""
        return self.book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})

    @cached_property
    def title(self) -> Format:
        return self.book.add_format({"bold": True, "font_size": 12})

    @cached_property
    def head(self) -> Format:
        return self.book.add_format(
            {"bold": True, "bg_color": _HEAD, "text_wrap": True, "valign": "top", "bottom": 1, "num_format": "@"}
        )

    @cached_property
    def aside(self) -> Format:
        return self.book.add_format(
            {"font_color": "#4a5560", "bg_color": _HEAD, "text_wrap": True, "valign": "top", "num_format": "@"}
        )

    @cached_property
    def missing(self) -> Format:
        """An empty cell that is not 0."""
        return self.book.add_format({"bg_color": "#e3e5e8"})

    @cached_property
    def _numbers(self) -> dict[int, Format]:
        return {}

    def number(self, unit: str, value: float = 0.0, *, bold: bool = False) -> Format:
        """Thousands separated, with the decimals that the screen shows."""
        digits = value_digits(unit, value) + 100 * bold
        if digits not in self._numbers:
            decimals = digits % 100
            shown = "#,##0" + ("." + "0" * decimals if decimals else "")
            self._numbers[digits] = self.book.add_format({"num_format": shown, "valign": "top", "bold": bold})
        return self._numbers[digits]


def write_workbook(chosen: Selection, path: Path) -> list[Path]:
    """Write an XLSX file: numbers as numbers, codes and names as text, never a formula; the same question, the same bytes.

    Returns
    -------
    list of Path
        The file.
    """
    import xlsxwriter

    language, facts = chosen.language, chosen.provenance
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 10},
    }
    with beside(path) as unfinished, xlsxwriter.Workbook(str(unfinished), options) as book:
        book.set_properties(
            {
                "title": f"{word('app_title', language)} — {facts.title(language)}",
                "subject": facts.scenario,
                "author": f"{word('app_title', language)} {facts.version}",
                "comments": facts.text(language)[:_MOST_CHARACTERS],
                "created": datetime.combine(facts.day, time()),
            }
        )
        formats = _Formats(book)
        _values(book.add_worksheet(word("ex_sheet_values", language)), chosen, formats)
        _everything(book.add_worksheet(word("ex_sheet_all", language)), chosen, formats)
        shown = [column.indicator for column in chosen.columns]
        _plain(book.add_worksheet(word("ex_sheet_definitions", language)), definition_rows(shown, language), formats)
        _plain(book.add_worksheet(word("ex_sheet_sources", language)), source_rows(facts, language), formats)
        _about(book.add_worksheet(word("ex_sheet_about", language)), chosen, formats)
    return [path]


def _values(sheet: Worksheet, chosen: Selection, formats: _Formats) -> None:
    """A row per area: title, heads in three rows (name, unit and conditions, id), then numbers."""
    language, wide = chosen.language, chosen.wide
    banner = [f"{word('app_title', language)} — {chosen.provenance.title(language)}"]
    banner += [word("ex_sample", language)] if chosen.provenance.is_sample else []
    banner += [word("ex_scenario_short", language, scenario=chosen.provenance.scenario)] if chosen.scenario else []
    _text(sheet, 0, 0, word("separator", language).join(banner), formats, formats.title)
    areas = [name for name in wide.columns[:4] if name != "area_km2"]
    heads = [(word("column_code", language), "", "area_code"), (word("column_name", language), "", "area_name")]
    heads += [(word("ex_prefecture", language), "", "prefecture_name")]
    for column in chosen.columns:
        name = either((column.indicator.ja, column.indicator.en), language)
        parts = [unit_word(column.indicator.unit, language)]
        parts += [either(MODES[column.mode], language)] if column.mode else []
        aside = word("separator", language).join([*parts, either(GROUPS[column.group], language)])
        heads.append((name, aside, column.indicator.id))
        if chosen.scenario:
            heads.append((word("ex_after", language, name=name), aside, f"{column.indicator.id}_after"))
    heads.append((word("ex_missing", language), "", "reasons"))
    for at, texts in enumerate(heads):
        for row, (text, style) in enumerate(zip(texts, (formats.head, formats.aside, formats.aside), strict=True), 1):
            _text(sheet, row, at, text, formats, style)
    units = {column.indicator.id: column.indicator.unit for column in chosen.columns}
    for at, (_, _, key) in enumerate(heads[:-1]):
        for row, value in enumerate(wide[key].tolist(), 4):
            if key in areas:
                _text(sheet, row, at, str(value), formats)
            else:
                _number(sheet, row, at, value, units[key.removesuffix("_after")], formats)
    for row, reasons in enumerate(chosen.reasons, 4):
        _text(sheet, row, len(heads) - 1, reasons_text(reasons, language), formats)
    last = 3 + len(wide)
    sheet.autofilter(3, 0, last, len(heads) - 1)
    sheet.freeze_panes(4, _FROZEN)
    sheet.set_row(1, 56)
    sheet.set_row(2, 42)
    sheet.set_column(0, 0, 9)
    sheet.set_column(1, 2, 14)
    sheet.set_column(3, len(heads) - 2, 15)
    sheet.set_column(len(heads) - 1, len(heads) - 1, _WIDEST)
    _printed(sheet, rows=(1, 3))


def _everything(sheet: Worksheet, chosen: Selection, formats: _Formats) -> None:
    """The long table: a row per area, indicator, age group and mode."""
    language, long = chosen.language, chosen.long
    catalogue = chosen.opened.catalogue
    heads = [
        word("column_code", language), word("column_name", language), word("ex_id", language), word("ex_name", language),
        word("ex_group", language), word("ex_mode", language), word("ex_value", language), word("ex_unit", language),
        word("ex_numerator", language), word("ex_denominator", language), word("ex_reason", language),
        word("ex_official", language), word("ex_official_source", language),
    ]  # fmt: skip
    names = {each: either((catalogue[each].ja, catalogue[each].en), language) for each in _different(long["indicator"])}
    texts: dict[int, list[str]] = {
        0: _worded(long["area_code"], {}),
        1: _worded(long["area_name"], {}),
        2: _worded(long["indicator"], {}),
        3: _worded(long["indicator"], names),
        4: _worded(long["group"], {key: either(pair, language) for key, pair in GROUPS.items()}),
        5: _worded(long["mode"], {key: either(pair, language) if key else "" for key, pair in MODES.items()}),
        7: _worded(long["unit"], {unit: unit_word(unit, language) for unit in _different(long["unit"])}),
        10: _worded(long["reason"], _one_language(long["reason"], language)),
        12: _worded(long["official_source"], _one_language(long["official_source"], language)),
    }
    counted = [catalogue[name].counted for name in long["indicator"].astype(str)]
    units = long["unit"].astype(str).tolist()
    numbers: dict[int, tuple[list[float], list[str]]] = {
        6: (long["value"].tolist(), units),
        8: (long["numerator"].tolist(), counted),
        9: (long["denominator"].tolist(), counted),
        11: (long["official_value"].tolist(), units),
    }
    if chosen.scenario:
        heads += [_scenario_head(name, language) for name in SCENARIO_COLUMNS]
        for at, name in enumerate(SCENARIO_COLUMNS, 13):
            if name in {"reason_after", "scenario"}:
                texts[at] = _worded(long[name], _one_language(long[name], language))
            else:
                numbers[at] = long[name].tolist(), units if name in {"value_after", "change"} else counted
    for at, head in enumerate(heads):
        _text(sheet, 0, at, head, formats, formats.head)
    for row in range(len(long)):  # row by row, as the file is written
        for at in range(len(heads)):
            if at in texts:
                if texts[at][row]:
                    _text(sheet, row + 1, at, texts[at][row], formats)
            else:
                values, shown = numbers[at]
                _number(sheet, row + 1, at, values[row], shown[row], formats, marks=at == 6)
    sheet.autofilter(0, 0, len(long), len(heads) - 1)
    sheet.freeze_panes(1, _FROZEN)
    for at, wide in enumerate((9, 14, 32, 44, 12, 16, 12, 10, 14, 14, 50, 12, 30)):
        sheet.set_column(at, at, wide)
    _printed(sheet, rows=(0, 0))


def _about(sheet: Worksheet, chosen: Selection, formats: _Formats) -> None:
    """What the file is, where it comes from, how to read it."""
    language, facts = chosen.language, chosen.provenance
    _text(sheet, 0, 0, f"{word('app_title', language)} — {facts.title(language)}", formats, formats.title)
    rows = facts.rows(language)
    rows += [
        (word("ex_sheet_values", language), word("ex_about_values", language)),
        (word("ex_sheet_all", language), word("ex_about_all", language)),
        (word("ex_empty_cells", language), word("ex_about_empty", language)),
        (word("ex_precision", language), word("ex_about_precision", language)),
    ]
    for row, (name, value) in enumerate(rows, 2):
        _text(sheet, row, 0, name, formats, formats.head)
        _text(sheet, row, 1, value, formats, formats.wrapped)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 110)
    _printed(sheet)


def _plain(sheet: Worksheet, table: tuple[Sequence[str], Sequence[Sequence[str | int]]], formats: _Formats) -> None:
    """A table of text, and whole numbers, with frozen heads."""
    heads, rows = table
    for at, head in enumerate(heads):
        _text(sheet, 0, at, head, formats, formats.head)
        for row, line in enumerate(rows, 1):
            cell = line[at]
            if isinstance(cell, int):
                sheet.write_number(row, at, cell, formats.number("人"))
            else:
                _text(sheet, row, at, cell, formats, formats.wrapped)
        longest = max((_width(part) for line in rows for part in str(line[at]).split("\n")), default=0)
        sheet.set_column(at, at, min(max(longest, _width(head)) + 2, _WIDEST))
    sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    sheet.freeze_panes(1, 1)
    _printed(sheet, rows=(0, 0))


def _text(sheet: Worksheet, row: int, at: int, text: str, formats: _Formats, style: Format | None = None) -> None:
    if not text:
        if style is not None:
            sheet.write_blank(row, at, None, style)
        return
    if style is None:
        style = formats.inert if text.startswith(_FORMULA_STARTS) else formats.text
    sheet.write_string(row, at, text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]} …", style)


def _number(
    sheet: Worksheet, row: int, at: int, value: float, unit: str, formats: _Formats, *, marks: bool = True
) -> None:
    """A number as it is, shown with the decimals of its unit; nothing where there is none, shaded if it `marks` that."""
    if math.isfinite(value):
        sheet.write_number(row, at, value, formats.number(unit, value))
    elif marks:
        sheet.write_blank(row, at, None, formats.missing)


def _worded(column: Any, names: dict[str, str]) -> list[str]:
    return [names.get(text, text) for text in column.astype(object).fillna("").astype(str)]


def _different(column: Any) -> list[str]:
    return sorted(set(column.astype(object).fillna("").astype(str)))


def _one_language(column: Any, language: Language) -> dict[str, str]:
    return {text: one_language(text, language) for text in _different(column)}


def _scenario_head(name: str, language: Language) -> str:
    heads = {
        "value_after": word("ex_after", language, name=word("ex_value", language)),
        "numerator_after": word("ex_after", language, name=word("ex_numerator", language)),
        "denominator_after": word("ex_after", language, name=word("ex_denominator", language)),
        "reason_after": word("ex_after", language, name=word("ex_reason", language)),
        "change": word("ex_change", language),
        "scenario": word("ex_scenario", language),
    }
    return heads[name]


def _printed(sheet: Worksheet, rows: Iterable[int] | None = None) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(0 if rows == (1, 3) else 1, 0)
    if rows is not None:
        sheet.repeat_rows(*rows)


def _width(text: str) -> int:
    """Columns that a text takes: full-width characters two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
