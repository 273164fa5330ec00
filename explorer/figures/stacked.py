"""Shares of a whole as stacked bars, such as people by how often their stop is served."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from explorer.figures.alt import joined
from explorer.figures.lettering import shortened, width_mm
from explorer.figures.picture import Picture
from explorer.figures.sheet import Sheet
from explorer.figures.style import BASE, FAINT, GRID, INK, SMALL, ChartFrame
from explorer.maps.colours import AMOUNT, NO_DATA, YELLOW_TO_BLUE, Better, rgb, sampled
from explorer.words import number, value_text, word

_ROW_MM: Final = 6.2
_BAR_MM: Final = 4.4
_LEGEND_MM: Final = 4.4
_AXIS_MM: Final = 5.5
_GAP_MM: Final = 1.8
_UNKNOWN_HATCH: Final = "xxxxx"


@dataclass(frozen=True)
class Part:
    """One class of the whole; `is_unknown` for people or stops of whom it is not known."""

    label: str
    colour: str = ""
    hatch: str = ""
    is_unknown: bool = False


@dataclass(frozen=True)
class StackedRow:
    """One bar: amounts of each part, in the unit of the chart. NaN in any part means that the whole is not known."""

    label: str
    values: Sequence[float]


def part_looks(parts: Sequence[Part], better: Better = None) -> list[Part]:
    """The parts with colours and hatches where none are given: from light to dark along a palette, unknown crossed.

    Parameters
    ----------
    better
        ``low``: the last part is the bad end; ``high``: the good one; None: a palette without judgement.
    """
    known = [index for index, part in enumerate(parts) if not part.is_unknown]
    palette = AMOUNT[1:8] if better is None else YELLOW_TO_BLUE[1:8]
    colours = list(sampled(palette, len(known)))
    if better == "low":
        colours.reverse()
    looks = dict(zip(known, colours, strict=True))
    done = []
    for index, part in enumerate(parts):
        colour = part.colour or (NO_DATA if part.is_unknown else looks[index])
        hatch = part.hatch or (_UNKNOWN_HATCH if part.is_unknown else "")
        done.append(replace(part, colour=colour, hatch=hatch))
    return done


def stacked(rows: Sequence[StackedRow], parts: Sequence[Part], frame: ChartFrame, *, better: Better = None) -> Picture:
    """Bars of equal length, divided by the share of each part; the whole stands at the right in the unit of the chart."""
    looks = part_looks(parts, better)
    keys = _key_rows(looks, frame.width_mm)
    sheet = Sheet.for_chart(frame, len(keys) * _LEGEND_MM + 1.5 + len(rows) * _ROW_MM + _AXIS_MM)
    _key(sheet, keys)
    top = sheet.top + len(keys) * _LEGEND_MM + 1.5
    wholes = [value_text(math.fsum(row.values), frame.unit, frame.language) for row in rows]
    start = min(max((width_mm(row.label) for row in rows), default=0.0), frame.width_mm * 0.36) + _GAP_MM + 0.5
    end = frame.width_mm - max((width_mm(text, SMALL) for text in wholes), default=0.0) - _GAP_MM
    foot = top + len(rows) * _ROW_MM
    for share in (0, 25, 50, 75, 100):
        at = start + (end - start) * share / 100
        sheet.line([at, at], [top, foot + 0.8], colour=GRID, over=0.2)
        sheet.text(at, foot + 2.8, f"{share} %", size=SMALL, colour=FAINT, align="center")
    for index, row in enumerate(rows):
        middle = top + (index + 0.5) * _ROW_MM
        sheet.text(start - _GAP_MM, middle, shortened(row.label, start - _GAP_MM, BASE), align="right")
        sheet.text(frame.width_mm, middle, wholes[index], size=SMALL, align="right")
        _bar(sheet, row, looks, start, end, middle, frame)
    return sheet.picture(_alt(rows, parts, frame), frame.credit)


def _bar(
    sheet: Sheet, row: StackedRow, looks: Sequence[Part], start: float, end: float, middle: float, frame: ChartFrame
) -> None:
    whole = math.fsum(row.values)
    if not math.isfinite(whole) or whole <= 0:
        text = word("no_data" if math.isnan(whole) else "fig_none", frame.language)
        sheet.text(start + _GAP_MM, middle, text, size=SMALL, colour=FAINT)
        return
    at = start
    for value, look in zip(row.values, looks, strict=True):
        length = (end - start) * value / whole
        if length <= 0:
            continue
        sheet.box(at, middle - _BAR_MM / 2, length, _BAR_MM, face=look.colour, edge="white", line=0.8, hatch=look.hatch)
        sheet.box(at, middle - _BAR_MM / 2, length, _BAR_MM, face="none", edge=INK, line=0.3, over=1.2)
        text = number(100 * value / whole, frame.language, digits=0)
        if width_mm(text, SMALL) + 1.2 < length:
            is_dark = _lightness(look.colour) < 0.5
            sheet.text(
                at + length / 2,
                middle,
                text,
                size=SMALL,
                colour="white" if is_dark else INK,
                align="center",
                halo=bool(look.hatch),
            )
        at += length


def _lightness(colour: str) -> float:
    red, green, blue = rgb(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _key_rows(looks: Sequence[Part], width: float) -> list[list[tuple[float, Part]]]:
    """Rows of the key: where each part stands, as many in a row as fit."""
    rows: list[list[tuple[float, Part]]] = [[]]
    at = 0.0
    for look in looks:
        need = 6.0 + width_mm(look.label, SMALL) + 4.0
        if rows[-1] and at + need - 4.0 > width:
            rows.append([])
            at = 0.0
        rows[-1].append((at, look))
        at += need
    return [row for row in rows if row]


def _key(sheet: Sheet, rows: Sequence[Sequence[tuple[float, Part]]]) -> None:
    for row, members in enumerate(rows):
        middle = sheet.top + (row + 0.5) * _LEGEND_MM
        for at, look in members:
            sheet.box(at, middle - 1.4, 4.6, 2.8, face=look.colour, edge="white", hatch=look.hatch)
            sheet.box(at, middle - 1.4, 4.6, 2.8, face="none", edge=INK, line=0.4, over=1.2)
            sheet.text(at + 6.0, middle, shortened(look.label, sheet.width - at - 6, SMALL), size=SMALL)


def _alt(rows: Sequence[StackedRow], parts: Sequence[Part], frame: ChartFrame) -> str:
    language = frame.language
    said = [word("fig_alt_stacked", language, title=frame.title)]
    for row in rows[:3]:  # the first rows are the places that the page is about
        whole = math.fsum(row.values)
        if not math.isfinite(whole) or whole <= 0:
            said.append(word("fig_alt_line_missing", language, label=row.label))
            continue
        shares = [
            f"{part.label} {value_text(100 * value / whole, '%', language)}"
            for part, value in zip(parts, row.values, strict=True)
        ]
        said.append(word("fig_alt_parts", language, label=row.label, parts=word("comma", language).join(shares)))
    return joined(said, language)
