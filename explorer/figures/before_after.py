"""Two values per place: a slope chart over time, a dumbbell for before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.figures.alt import joined
from explorer.figures.lettering import shortened, width_mm
from explorer.figures.picture import Picture
from explorer.figures.scales import Scale, scale_for, spread
from explorer.figures.sheet import Sheet
from explorer.figures.style import FAINT, GRID, INK, MARKED, PLAIN, SMALL, ChartFrame
from explorer.maps.colours import Better
from explorer.words import number, unit_word, value_digits, value_text, word

_SLOPE_LABEL_MM: Final = 3.8
_ROW_MM: Final = 5.8
_AXIS_MM: Final = 7.0
_KEY_MM: Final = 5.5
_GAP_MM: Final = 1.8


@dataclass(frozen=True)
class BeforeAfter:
    """A place with two values in the unit of the chart; NaN where there is no data."""

    label: str
    before: float
    after: float
    is_marked: bool = False

    @property
    def is_known(self) -> bool:
        """Whether both values are numbers."""
        return math.isfinite(self.before) and math.isfinite(self.after)


def slope(rows: Sequence[BeforeAfter], ends: tuple[str, str], frame: ChartFrame, *, from_zero: bool = False) -> Picture:
    """One line per place from its value at one end to that at the other, with names and values at both ends.

    Parameters
    ----------
    ends
        What the two ends are, such as two years.
    """
    known = [row for row in rows if row.is_known]
    missing = [row.label for row in rows if not row.is_known]
    body = max(34.0, _SLOPE_LABEL_MM * len(known) * 1.1) + 6.0 + (6.5 if missing else 0.5)
    sheet = Sheet.for_chart(frame, body)
    top, foot = sheet.top + 7.0, sheet.bottom - (9.0 if missing else 2.5)
    texts = _ends(known, frame)
    most = frame.width_mm * 0.36
    left, right = (min(max((width_mm(text, SMALL) for text in side), default=0.0), most) for side in texts)
    both = [value for row in known for value in (row.before, row.after)]
    low, high = min([*both, 0.0] if from_zero else both, default=0.0), max(both, default=1.0)
    scale = Scale(low, high if high > low else low + 1, foot, top, ())  # both ends say their values: no ticks
    x = (left + 4.4, frame.width_mm - right - 4.4)
    for side, (at, head) in enumerate(zip(x, ends, strict=True)):
        sheet.line([at, at], [top - 1, foot + 1], colour=FAINT)
        sheet.text(at, sheet.top + 2.2, head, align="center")
        values = [row.after if side else row.before for row in known]
        heights = spread([scale.at(v) for v in values], [_SLOPE_LABEL_MM] * len(known), top - 3, foot + 3)
        out = 1.0 if side else -1.0
        for row, value, height, text in zip(known, values, heights, texts[side], strict=True):
            sheet.line([at + out * 0.8, at + out * 3.2], [scale.at(value), height], colour=GRID, width=0.5)
            sheet.text(
                at + out * 3.6, height, shortened(text, most, SMALL), size=SMALL, align="left" if side else "right",
                colour=INK if row.is_marked or not _any_marked(known) else FAINT,
            )  # fmt: skip
    for row in known:
        colour = MARKED if row.is_marked else PLAIN
        heights = [scale.at(row.before), scale.at(row.after)]
        over = 3.0 if row.is_marked else 2.0
        sheet.line(x, heights, colour=colour, width=1.8 if row.is_marked else 0.9, over=over)
        sheet.marks(x, heights, size=4.5, face=colour, marker="s" if row.is_marked else "o", over=over)
    if missing:
        text = word("fig_no_data_for", frame.language, names=word("comma", frame.language).join(missing))
        sheet.text(0, sheet.bottom - 2.2, shortened(text, frame.width_mm, SMALL), size=SMALL, colour=FAINT)
    return sheet.picture(_alt(rows, ends, frame), frame.credit)


def dumbbell(
    rows: Sequence[BeforeAfter], ends: tuple[str, str], frame: ChartFrame, *, better: Better = None
) -> Picture:
    """Before and after on one scale, one row per place, with the difference at the right.

    Parameters
    ----------
    ends
        What is before (a ring) and after (a square).
    better
        Which end of the scale is good for the people; said below the axis.
    """
    sheet = Sheet.for_chart(frame, _KEY_MM + _ROW_MM * max(len(rows), 1) + _AXIS_MM)
    top = sheet.top + _KEY_MM
    texts = [_difference(row, frame) for row in rows]
    start = min(max((width_mm(row.label) for row in rows), default=0.0), frame.width_mm * 0.4) + 2 * _GAP_MM + 0.5
    end = frame.width_mm - max((width_mm(text) for text in texts), default=0.0) - 2 * _GAP_MM
    values = [value for row in rows for value in (row.before, row.after)]
    scale = scale_for(values, start + 2, max(end - 2, start + 12), unit=frame.unit, from_zero=False, most_ticks=5)
    _dumbbell_ground(sheet, scale, top, ends, frame, better)
    for index, (row, text) in enumerate(zip(rows, texts, strict=True)):
        middle = top + (index + 0.5) * _ROW_MM
        sheet.text(start - 2 * _GAP_MM, middle, shortened(row.label, start - 2 * _GAP_MM), align="right")
        sheet.text(frame.width_mm, middle, text, align="right", colour=INK if row.is_known else FAINT)
        _dumbbell_row(sheet, scale, row, middle)
    return sheet.picture(_alt(rows, ends, frame), frame.credit)


def _dumbbell_ground(
    sheet: Sheet, scale: Scale, top: float, ends: tuple[str, str], frame: ChartFrame, better: Better
) -> None:
    middle = sheet.top + 2.0
    sheet.marks([1.5], [middle], size=5, face="white", edge=INK, line=1.0)
    sheet.text(4, middle, ends[0], size=SMALL)
    second = 4 + width_mm(ends[0], SMALL) + 6
    sheet.marks([second], [middle], marker="s", size=4.6, face=MARKED, edge=INK)
    sheet.text(second + 2.5, middle, ends[1], size=SMALL)
    foot = sheet.bottom - _AXIS_MM
    for tick, label in zip(scale.ticks, scale.labels(frame.language), strict=True):
        at = scale.at(tick)
        sheet.line([at, at], [top, foot + 0.6], colour=GRID, over=0.3)
        sheet.text(at, foot + 2.4, label, size=SMALL, colour=FAINT, align="center")
    foot_text = [unit_word(frame.unit, frame.language)]
    if better is not None:
        foot_text.append(word("fig_better_right" if better == "high" else "fig_better_left", frame.language))
    sheet.text(
        scale.end,
        foot + 5.5,
        word("separator", frame.language).join(foot_text),
        size=SMALL,
        colour=FAINT,
        align="right",
    )


def _dumbbell_row(sheet: Sheet, scale: Scale, row: BeforeAfter, middle: float) -> None:
    if row.is_known:
        ends = [scale.at(row.before), scale.at(row.after)]
        sheet.line(ends, [middle, middle], colour=MARKED, width=2.0, over=1.5)
    if math.isfinite(row.before):
        sheet.marks([scale.at(row.before)], [middle], size=5, face="white", edge=INK, line=1.0, over=2.5)
    if math.isfinite(row.after):
        sheet.marks([scale.at(row.after)], [middle], marker="s", size=4.6, face=MARKED, edge=INK, over=2.4)


def _ends(known: Sequence[BeforeAfter], frame: ChartFrame) -> tuple[list[str], list[str]]:
    language = frame.language
    before = [f"{row.label} {value_text(row.before, frame.unit, language)}" for row in known]
    after = [f"{value_text(row.after, frame.unit, language)} {row.label}" for row in known]
    return before, after


def _any_marked(rows: Sequence[BeforeAfter]) -> bool:
    return any(row.is_marked for row in rows)


def _difference(row: BeforeAfter, frame: ChartFrame) -> str:
    if not row.is_known:
        return word("no_data", frame.language)
    # Two shares differ by percentage points, not by per cent.
    unit = "ポイント" if frame.unit == "%" else frame.unit
    change = row.after - row.before
    shown = number(change, frame.language, digits=value_digits(unit, change), sign=True)
    return f"{shown} {unit_word(unit, frame.language)}"


def _alt(rows: Sequence[BeforeAfter], ends: tuple[str, str], frame: ChartFrame) -> str:
    language = frame.language
    parts = [word("fig_alt_change", language, title=frame.title, before=ends[0], after=ends[1])]
    marked = [row for row in rows if row.is_marked] or list(rows)
    for row in marked[:5]:
        shown = [value_text(value, frame.unit, language) for value in (row.before, row.after)]
        parts.append(word("fig_alt_change_of", language, label=row.label, before=shown[0], after=shown[1]))
    return joined(parts, language)
