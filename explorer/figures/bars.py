"""Horizontal bars: several places on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.figures.alt import extremes, joined
from explorer.figures.lettering import shortened, width_mm
from explorer.figures.picture import Picture
from explorer.figures.scales import Scale, scale_for
from explorer.figures.sheet import Sheet
from explorer.figures.style import BASE, FAINT, GRID, INK, MARKED, PLAIN, SMALL, ChartFrame
from explorer.words import unit_word, value_text, word

ROW_MM: Final = 5.4
DENSE_ROW_MM: Final = 4.3  # from MANY rows on
MANY: Final = 20
_BAR: Final = 0.62  # of the height of a row
_GAP_MM: Final = 1.8
_EDGE_MM: Final = 0.5  # left free at the edges: letters reach a little beyond their measure
_AXIS_MM: Final = 7.5
_WIDEST_LABEL: Final = 0.42  # of the width of the picture


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    label
        Name of the place.
    value
        In the unit of the chart; NaN where there is no data, inf where nothing can be reached.
    low, high
        Range of uncertainty, drawn as a whisker; NaN for none.
    is_marked
        The place that the page is about.
    is_whole
        The pooled region or the study area: hatched, as it is no municipality.
    """

    label: str
    value: float
    low: float = math.nan
    high: float = math.nan
    is_marked: bool = False
    is_whole: bool = False


def bars(items: Sequence[Bar], frame: ChartFrame, *, reference: tuple[float, str] | None = None) -> Picture:
    """Bars from zero with their values, in the order given.

    Parameters
    ----------
    items
        One bar per row. One without data has the words "no data" in its row, never a bar of zero.
    reference
        Value and name of a line across all bars, such as the whole study area.
    """
    row_mm = ROW_MM if len(items) < MANY else DENSE_ROW_MM
    has_line = reference is not None and math.isfinite(reference[0])
    head_mm = 4.5 if has_line else 0.5
    sheet = Sheet.for_chart(frame, head_mm + row_mm * max(len(items), 1) + _AXIS_MM)
    top = sheet.top + head_mm
    scale = _scale(sheet, items, frame, reference[0] if reference else math.nan)
    _axis(sheet, scale, top, frame)
    for row, item in enumerate(items):
        _bar(sheet, scale, item, top + (row + 0.5) * row_mm, row_mm * _BAR, frame, has_line=has_line)
    if reference is not None and has_line:
        _reference(sheet, scale, reference, top, frame)
    return sheet.picture(_alt(items, frame, reference), frame.credit)


def _scale(sheet: Sheet, items: Sequence[Bar], frame: ChartFrame, reference: float) -> Scale:
    most = frame.width_mm * _WIDEST_LABEL
    labels = max((min(width_mm(item.label), most) for item in items), default=0.0)
    texts = max((width_mm(_value(item, frame)) for item in items), default=0.0)
    start, end = labels + _GAP_MM + _EDGE_MM, frame.width_mm - texts - 2 * _GAP_MM
    values = [number for item in items for number in (item.value, item.low, item.high)] + [reference]
    return scale_for(values, start, max(end, start + 10), unit=frame.unit, most_ticks=5 if sheet.width > 100 else 4)


def _axis(sheet: Sheet, scale: Scale, top: float, frame: ChartFrame) -> None:
    foot = sheet.bottom - _AXIS_MM
    for tick, label in zip(scale.ticks, scale.labels(frame.language), strict=True):
        at = scale.at(tick)
        sheet.line([at, at], [top, foot], colour=FAINT if tick == 0 else GRID, width=0.6, over=0.5)
        sheet.text(at, foot + 2.2, label, size=SMALL, colour=FAINT, align="center")
    unit = word("fig_unit", frame.language, unit=unit_word(frame.unit, frame.language))
    sheet.text(sheet.width, foot + 5.6, unit, size=SMALL, colour=FAINT, align="right")


def _bar(
    sheet: Sheet, scale: Scale, item: Bar, middle: float, height: float, frame: ChartFrame, *, has_line: bool
) -> None:
    most = scale.start - _GAP_MM
    sheet.text(most, middle, shortened(item.label, most - _EDGE_MM, BASE), align="right")
    if item.is_marked:
        sheet.shape([(most + 0.4, middle - 0.9), (most + 1.5, middle), (most + 0.4, middle + 0.9)], face=INK)
    if not math.isfinite(item.value):
        sheet.text(scale.at(max(scale.low, 0.0)) + _GAP_MM, middle, _value(item, frame), colour=FAINT, size=SMALL)
        return
    zero, end = scale.at(0.0), scale.at(item.value)
    colour = MARKED if item.is_marked else PLAIN
    sheet.box(
        min(zero, end), middle - height / 2, abs(end - zero), height, face="white" if item.is_whole else colour,
        edge=INK if item.is_whole or item.is_marked else "none", hatch="//////" if item.is_whole else "",
    )  # fmt: skip
    reach = max(zero, end)
    if math.isfinite(item.low) and math.isfinite(item.high):
        low, high = scale.at(item.low), scale.at(item.high)
        for x, y in (([low, high], [middle, middle]), *(([at, at], [middle - 1, middle + 1]) for at in (low, high))):
            sheet.line(x, y, colour="white", width=2.2, over=2.0)
        for x, y in (([low, high], [middle, middle]), *(([at, at], [middle - 1, middle + 1]) for at in (low, high))):
            sheet.line(x, y, width=0.9, over=2.1)
        reach = max(reach, high)
    sheet.text(reach + 1.0, middle, _value(item, frame), halo=has_line)


def _reference(sheet: Sheet, scale: Scale, reference: tuple[float, str], top: float, frame: ChartFrame) -> None:
    value, name = reference
    at = scale.at(value)
    sheet.line([at, at], [top - 1.0, sheet.bottom - _AXIS_MM], width=1.0, dashes="--", over=3.0)
    shown = value_text(value, frame.unit, frame.language)
    room = sheet.width - width_mm(f" {shown}", SMALL) - 2 * _EDGE_MM
    text = f"{shortened(name, room, SMALL)} {shown}"
    half = width_mm(text, SMALL) / 2 + _EDGE_MM
    sheet.text(min(max(at, half), sheet.width - half), top - 2.8, text, size=SMALL, align="center")


def _value(item: Bar, frame: ChartFrame) -> str:
    return value_text(item.value, frame.unit, frame.language)


def _alt(items: Sequence[Bar], frame: ChartFrame, reference: tuple[float, str] | None) -> str:
    language = frame.language
    parts = [
        word("fig_alt_bars", language, title=frame.title),
        extremes([item.label for item in items], [item.value for item in items], frame.unit, language),
    ]
    if reference is not None and math.isfinite(reference[0]):
        shown = value_text(reference[0], frame.unit, language)
        parts.append(word("fig_alt_reference", language, name=reference[1], value=shown))
    return joined(parts, language)
