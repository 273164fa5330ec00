"""Tables of the page Future as an XLSX file: a sheet each, and one that says what they are and where they come from."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from explorer.words import Language, word

if TYPE_CHECKING:
    from explorer.provenance import Provenance

_FONT: Final = "游ゴシック"  # comes with Excel for Windows and Mac; LibreOffice falls back to another Japanese font
_WIDEST: Final = 60
_LONGEST_NAME: Final = 31  # of a sheet, in Excel
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\']")
_MOST_CHARACTERS: Final = 32_000  # Excel holds 32,767 in a cell


def workbook_bytes(
    sheets: Mapping[str, pd.DataFrame], lines: Sequence[str], facts: Provenance, language: Language
) -> bytes:
    """The file: numbers as numbers, text never a formula, no data an empty grey cell; the same question, the same bytes.

    Parameters
    ----------
    sheets
        Name of each sheet and its table.
    lines
        What the tables show, for the last sheet.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 10},
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": f"{word('app_title', language)} — {facts.title(language)}",
                "author": f"{word('app_title', language)} {facts.version}",
                "comments": facts.text(language)[:_MOST_CHARACTERS],
                "created": datetime.combine(facts.day, time()),
            }
        )
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#dde6ee", "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"num_format": "@", "valign": "top"}),
            "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "year": book.add_format({"num_format": "0", "valign": "top"}),
            "fine": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
            "missing": book.add_format({"bg_color": "#e3e5e8"}),
            "wrapped": book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
        }  # fmt: skip
        for name, frame in sheets.items():
            _table(book.add_worksheet(sheet_name(name)), frame, formats)
        about = book.add_worksheet(word("ex_sheet_about", language))
        rows = [("", line) for line in lines if line] + facts.rows(language)
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 110)
        for row, (name, text) in enumerate(rows):
            about.write_string(row, 0, name, formats["wrapped"])
            about.write_string(row, 1, text[:_MOST_CHARACTERS], formats["wrapped"])
    return out.getvalue()


def sheet_name(name: str) -> str:
    """A name that Excel accepts for a sheet."""
    return _NOT_IN_NAMES.sub(" ", name).strip()[:_LONGEST_NAME] or "1"


def _table(sheet: Any, frame: pd.DataFrame, formats: Mapping[str, Any]) -> None:
    for at, name in enumerate(map(str, frame.columns)):
        sheet.write_string(0, at, name, formats["head"])
        column = frame[frame.columns[at]]
        is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        style = formats[_style(column)] if is_number else formats["text"]
        texts = [name]
        for row, value in enumerate(column.tolist(), 1):
            if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
                sheet.write_blank(row, at, None, formats["missing"])
            elif is_number:
                sheet.write_number(row, at, float(value), style)
            else:
                text = str(value)[:_MOST_CHARACTERS]
                texts.append(text)
                if text:
                    sheet.write_string(row, at, text, style)
        sheet.set_column(at, at, min(max(map(_width, texts)) + 2, _WIDEST) if not is_number else 14)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _style(column: pd.Series) -> str:
    """Years without separators, whole numbers with them, others with one decimal."""
    known = column.dropna().astype(float)
    if pd.api.types.is_integer_dtype(column) and not known.empty and known.between(1900, 2200).all():
        return "year"
    return "whole" if (known % 1 == 0).all() else "fine"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)
