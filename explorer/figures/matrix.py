"""A table of flows as a picture: who uses whose facilities, darker the more people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from explorer.figures.alt import joined
from explorer.figures.lettering import shortened, width_mm
from explorer.figures.picture import Picture
from explorer.figures.sheet import Sheet
from explorer.figures.style import FAINT, GRID, INK, SMALL, TINY, ChartFrame
from explorer.maps.colours import AMOUNT, NO_DATA, sampled
from explorer.words import number, value_digits, value_text, word

_SHADES: Final = 7
_ROW_MM: Final = 5.6
_DENSE_ROW_MM: Final = 3.9
_NUMBERED: Final = 13  # columns; beyond that the numbers no longer fit into the cells
_HEAD_MM: Final = 5.0


def flows_matrix(
    values: npt.ArrayLike,
    rows: Sequence[str],
    columns: Sequence[str],
    frame: ChartFrame,
    *,
    row_head: str = "",
    column_head: str = "",
) -> Picture:
    """Values in a table, shaded by the square root of their size so that small ones are still seen.

    Parameters
    ----------
    values
        (rows, columns), in the unit of the chart, not negative; NaN has no data and is crossed out, 0 is white.
    row_head, column_head
        What rows and columns are, such as where people live and whose facility they use.
    """
    table = np.asarray(values, dtype=float)
    if table.shape != (len(rows), len(columns)):
        raise ValueError(f"{table.shape} values for {len(rows)} rows and {len(columns)} columns")
    is_numbered = len(columns) <= _NUMBERED
    row_mm = _ROW_MM if is_numbered else _DENSE_ROW_MM
    size = SMALL if is_numbered else TINY
    named = max([width_mm(f"{row_head} ↓", SMALL), *(width_mm(name, size) for name in rows)])
    left = min(named, frame.width_mm * 0.25) + 2.2
    cell = min((frame.width_mm - left) / max(len(columns), 1), 24.0)
    upright = max((width_mm(name, size) for name in columns), default=0.0) > cell - 1
    heads = min(max((width_mm(name, size) for name in columns), default=0.0), 26.0) + 2 if upright else 5.0
    sheet = Sheet.for_chart(frame, _HEAD_MM + heads + row_mm * len(rows) + 7.0)
    top = sheet.top + _HEAD_MM + heads
    most = float(np.nanmax(table)) if np.isfinite(table).any() else 0.0
    _heads(sheet, columns, left, cell, top, size, heads if upright else 0.0)
    sheet.text(left, sheet.top + 2.2, f"{column_head} →" if column_head else "", size=SMALL, colour=FAINT)
    sheet.text(left - 1.5, top - 2.4, f"{row_head} ↓" if row_head else "", size=SMALL, colour=FAINT, align="right")
    for row, name in enumerate(rows):
        middle = top + (row + 0.5) * row_mm
        sheet.text(left - 1.5, middle, shortened(name, left - 1.5, size), size=size, align="right")
        for column in range(len(columns)):
            box = (left + column * cell, top + row * row_mm, cell, row_mm)
            _cell(sheet, float(table[row, column]), most, box, frame, is_numbered=is_numbered)
    _key(sheet, left, most, frame)
    return sheet.picture(_alt(table, rows, columns, frame), frame.credit)


def _cell(
    sheet: Sheet,
    value: float,
    most: float,
    box: tuple[float, float, float, float],
    frame: ChartFrame,
    *,
    is_numbered: bool,
) -> None:
    x, y, width, height = box
    if math.isnan(value):
        sheet.box(*box, face="white", edge=NO_DATA, line=0.4, hatch="xxxx")
        return
    shade = _shade(value, most)
    sheet.box(*box, face="white" if shade is None else _palette()[shade], edge=GRID, line=0.4)
    if is_numbered and value > 0:
        text = number(value, frame.language, digits=value_digits(frame.unit, value))
        size = SMALL if width_mm(text, SMALL) < width - 0.8 else TINY
        if width_mm(text, size) < width - 0.4:
            is_dark = shade is not None and shade >= _SHADES // 2
            sheet.text(
                x + width / 2, y + height / 2, text, size=size, colour="white" if is_dark else INK, align="center"
            )


def _palette() -> tuple[str, ...]:
    return sampled(AMOUNT[1:8], _SHADES)


def _shade(value: float, most: float) -> int | None:
    if value <= 0 or most <= 0:
        return None
    return min(_SHADES - 1, math.ceil(math.sqrt(value / most) * _SHADES) - 1)


def _heads(
    sheet: Sheet, columns: Sequence[str], left: float, cell: float, top: float, size: float, upright_mm: float
) -> None:
    for column, name in enumerate(columns):
        middle = left + (column + 0.5) * cell
        if upright_mm:
            sheet.text_upwards(middle, top - 1.0, shortened(name, upright_mm - 1, size), size=size)
        else:
            sheet.text(middle, top - 2.4, name, size=size, align="center")


def _key(sheet: Sheet, left: float, most: float, frame: ChartFrame) -> None:
    middle = sheet.bottom - 2.6
    for shade, colour in enumerate(_palette()):
        sheet.box(left + shade * 5, middle - 1.3, 5, 2.6, face=colour, edge=GRID)
    text = word("fig_up_to", frame.language, value=value_text(most, frame.unit, frame.language))
    sheet.text(left + _SHADES * 5 + 2, middle, text, size=SMALL, colour=FAINT)


def _alt(table: npt.NDArray[np.float64], rows: Sequence[str], columns: Sequence[str], frame: ChartFrame) -> str:
    language = frame.language
    parts = [word("fig_alt_matrix", language, title=frame.title, rows=len(rows), columns=len(columns))]
    if np.isfinite(table).any():
        row, column = np.unravel_index(int(np.nanargmax(table)), table.shape)
        value = value_text(float(table[row, column]), frame.unit, language)
        parts.append(word("fig_alt_largest", language, row=rows[int(row)], column=columns[int(column)], value=value))
    return joined(parts, language)
