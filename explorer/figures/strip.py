"""The distribution over all municipalities: one dot each on an axis, the chosen ones with their names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.figures.alt import extremes, joined
from explorer.figures.lettering import width_mm
from explorer.figures.picture import Picture
from explorer.figures.scales import Scale, scale_for, spread
from explorer.figures.sheet import Sheet
from explorer.figures.style import FAINT, INK, MARKED, MARKERS, PLAIN, SMALL, ChartFrame
from explorer.maps.colours import Better
from explorer.words import Language, number, unit_word, value_text, word

_DOT_MM: Final = 1.7
_MOST_HIGH: Final = 8  # dots on top of each other; beyond that they move closer
_LABEL_MM: Final = 3.9
_AXIS_MM: Final = 8.0
_NOTE_MM: Final = 3.8
_MARK_MM: Final = 2.4
_SIDE_MM: Final = 4.0


@dataclass(frozen=True)
class Marked:
    """A place that is named on the strip; it need not be one of the municipalities (a pooled region)."""

    label: str
    value: float


def strip(values: Sequence[float], marked: Sequence[Marked], frame: ChartFrame, *, better: Better = None) -> Picture:
    """All municipalities as dots; those whose dots would cover each other stand on top of each other, so ties are seen.

    Parameters
    ----------
    values
        Of all municipalities, in the unit of the chart; NaN has no dot and is counted below the axis.
    marked
        Those with a name: drawn as larger marks of their own shape on the axis, above the dots.
    better
        Which end is good for the people; said at that end.
    """
    known = sorted(value for value in values if math.isfinite(value))
    named = [each for each in marked if math.isfinite(each.value)]
    inner = frame.width_mm - 2 * _SIDE_MM
    texts = [f"{each.label} {value_text(each.value, frame.unit, frame.language)}" for each in named]
    room = [width_mm(text, SMALL) + 2.0 for text in texts]
    rows = _rows(room, inner)
    scale = scale_for(
        [*known, *(each.value for each in named)], _SIDE_MM, frame.width_mm - _SIDE_MM, unit=frame.unit, from_zero=False
    )
    piles = _piles(known, scale)
    tallest = max((len(pile) for pile in piles.values()), default=1)
    step = _DOT_MM if tallest <= _MOST_HIGH else _DOT_MM * _MOST_HIGH / tallest
    dots_mm = step * (tallest - 1) + _DOT_MM + 1.5
    levels = _levels(named, scale)
    stack_mm = max(levels, default=0) * _MARK_MM
    missing = sum(1 for value in values if math.isnan(value))
    foot_mm = _AXIS_MM + (len(_notes(frame, missing, better)) - 1) * _NOTE_MM
    sheet = Sheet.for_chart(frame, rows * _LABEL_MM + 3.5 + stack_mm + dots_mm + foot_mm)
    base = sheet.bottom - foot_mm
    _axis(sheet, scale, base, frame, missing=missing, better=better)
    x = [at for at, pile in piles.items() for _ in pile]
    y = [base - _DOT_MM / 2 - 0.4 - height * step for pile in piles.values() for height in range(len(pile))]
    sheet.marks(x, y, size=_DOT_MM / 0.3528, face=PLAIN, edge="#5f7488", line=0.4)
    _names(sheet, scale, named, texts, room, rows, base - dots_mm - 0.6, levels)
    return sheet.picture(_alt(values, named, frame), frame.credit)


def _piles(known: Sequence[float], scale: Scale) -> dict[float, list[float]]:
    """Values whose dots would overlap, by the position of their pile (mm)."""
    piles: dict[float, list[float]] = {}
    for value in known:
        slot = round(scale.at(value) / _DOT_MM) * _DOT_MM
        piles.setdefault(slot, []).append(value)
    # A pile stands where its values are, not at its slot: ties are exact.
    return {sum(scale.at(value) for value in pile) / len(pile): pile for pile in piles.values()}


def _levels(named: Sequence[Marked], scale: Scale) -> list[int]:
    """How high each mark stands above the dots, so that places with the same value are all seen."""
    levels: list[int] = []
    for index, each in enumerate(named):
        near = {
            levels[other]
            for other in range(index)
            if abs(scale.at(named[other].value) - scale.at(each.value)) < _MARK_MM
        }
        levels.append(next(level for level in range(len(named)) if level not in near))
    return levels


def _rows(room: Sequence[float], inner: float) -> int:
    return max(1, math.ceil(sum(room) / inner)) if room else 0


def _axis(sheet: Sheet, scale: Scale, base: float, frame: ChartFrame, *, missing: int, better: Better) -> None:
    sheet.line([scale.start - 2, scale.end + 2], [base, base], colour=FAINT, width=0.7)
    for tick, label in zip(scale.ticks, scale.labels(frame.language), strict=True):
        at = scale.at(tick)
        sheet.line([at, at], [base, base + 0.9], colour=FAINT, width=0.7)
        half = width_mm(label, SMALL) / 2
        middle = min(max(at, half), sheet.width - half)  # a long number at the end would be cut off
        sheet.text(middle, base + 2.6, label, size=SMALL, colour=FAINT, align="center")
    for row, (left, right) in enumerate(_notes(frame, missing, better)):
        sheet.text(0, base + 6.2 + row * _NOTE_MM, left, size=SMALL, colour=FAINT)
        sheet.text(sheet.width, base + 6.2 + row * _NOTE_MM, right, size=SMALL, colour=FAINT, align="right")


def _notes(frame: ChartFrame, missing: int, better: Better) -> list[tuple[str, str]]:
    """Rows of text below the axis, each with a left and a right part."""
    language = frame.language
    unit = word("fig_unit", language, unit=unit_word(frame.unit, language))
    said = [word("fig_dot_is_area", language)]
    if missing:
        said.append(word("fig_missing_areas", language, n=number(missing, language)))
    left = word("separator", language).join([unit, *said])
    right = "" if better is None else word("fig_better_right" if better == "high" else "fig_better_left", language)
    if width_mm(left, SMALL) + width_mm(right, SMALL) + 3 <= frame.width_mm:
        return [(left, right)]
    return [(unit, right), (word("separator", language).join(said), "")]


def _names(
    sheet: Sheet,
    scale: Scale,
    named: Sequence[Marked],
    texts: Sequence[str],
    room: Sequence[float],
    rows: int,
    lowest: float,
    levels: Sequence[int],
) -> None:
    order = sorted(range(len(named)), key=lambda index: named[index].value)
    for row in range(rows):
        members = order[row::rows]
        wanted = [scale.at(named[index].value) for index in members]
        middles = spread(wanted, [room[index] for index in members], 0.0, sheet.width)
        height = sheet.top + (row + 0.5) * _LABEL_MM
        for index, middle in zip(members, middles, strict=True):
            at = scale.at(named[index].value)
            mark = lowest - levels[index] * _MARK_MM
            sheet.line([middle, at, at], [height + 1.7, mark, lowest], colour=FAINT, width=0.5)
            sheet.marks([at], [mark], marker=MARKERS[index % len(MARKERS)], size=5.5, face=MARKED, edge=INK, over=4)
            sheet.text(middle, height, texts[index], size=SMALL, align="center", halo=True)


def _alt(values: Sequence[float], named: Sequence[Marked], frame: ChartFrame) -> str:
    language: Language = frame.language
    known = [value for value in values if math.isfinite(value)]
    parts = [word("fig_alt_strip", language, title=frame.title, n=number(len(known), language))]
    if known:
        low, high = (value_text(value, frame.unit, language) for value in (min(known), max(known)))
        parts.append(word("fig_alt_range", language, low=low, high=high))
    if named:
        parts.append(extremes([each.label for each in named], [each.value for each in named], frame.unit, language))
    return joined(parts, language)
