"""Lines over years, such as people now and to 2070 by age."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.figures.alt import joined
from explorer.figures.lettering import shortened, width_mm
from explorer.figures.picture import Picture
from explorer.figures.scales import Scale, scale_for, spread
from explorer.figures.sheet import Dashes, Sheet
from explorer.figures.style import FAINT, GRID, MARKERS, SERIES, SMALL, ChartFrame
from explorer.words import unit_word, value_text, word

HEIGHT_MM: Final = 58.0
_DASHES: Final[tuple[Dashes, ...]] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_LABEL_MM: Final = 3.9
_HEAD_MM: Final = 6.0
_AXIS_MM: Final = 6.5


@dataclass(frozen=True)
class Line:
    """One series: values in the unit of the chart, by year. NaN leaves a gap, and so does a year that others have."""

    label: str
    years: Sequence[int]
    values: Sequence[float]


def lines(
    series: Sequence[Line],
    frame: ChartFrame,
    *,
    future_from: int | None = None,
    from_zero: bool = True,
    height_mm: float = HEIGHT_MM,
) -> Picture:
    """Series over years, each with a marker and a dash of its own and its name at its end.

    Parameters
    ----------
    future_from
        The first year that is projected; from there on the ground is shaded and says so.
    from_zero
        Amounts begin at zero; an index may not.
    """
    sheet = Sheet.for_chart(frame, height_mm)
    years = sorted({year for line in series for year in line.years})
    span = (years[0], years[-1]) if years else (0, 1)
    top, foot = sheet.top + _HEAD_MM, sheet.bottom - _AXIS_MM
    numbers = [value for line in series for value in line.values]
    up = scale_for(numbers, foot, top, unit=frame.unit, from_zero=from_zero, most_ticks=5)
    texts = [_end_text(line, frame) for line in series]
    right = min(max((width_mm(text, SMALL) for text in texts), default=0.0), frame.width_mm * 0.4)
    left = max(width_mm(label, SMALL) for label in up.labels(frame.language)) + 2.0
    across = Scale(span[0], max(span[1], span[0] + 1), left + 2, frame.width_mm - right - 5, ())
    _ground(sheet, up, across, years, frame, future_from)
    for index, line in enumerate(series):
        _line(sheet, up, across, _filled(line, years), index)
    _names(sheet, up, across, series, texts, right)
    return sheet.picture(_alt(series, frame, future_from), frame.credit)


def _filled(line: Line, years: Sequence[int]) -> list[tuple[int, float]]:
    by_year = dict(zip(line.years, line.values, strict=True))
    return [(year, by_year.get(year, math.nan)) for year in years]


def _ground(
    sheet: Sheet, up: Scale, across: Scale, years: Sequence[int], frame: ChartFrame, future_from: int | None
) -> None:
    left, right = across.start - 2, across.end + 2
    if future_from is not None and years and future_from <= years[-1]:
        edge = max(across.at(future_from) - 1.5, left)
        sheet.box(edge, up.end, right - edge, up.start - up.end, face="#f0f3f6", over=0.1)
        sheet.text(edge + 0.8, up.end - 1.8, word("fig_projected", frame.language), size=SMALL, colour=FAINT)
    for tick, label in zip(up.ticks, up.labels(frame.language), strict=True):
        height = up.at(tick)
        sheet.line([left, right], [height, height], colour=FAINT if tick == 0 else GRID, over=0.3)
        sheet.text(left - 1, height, label, size=SMALL, colour=FAINT, align="right")
    sheet.text(
        left - 1,
        sheet.top + 1.8,
        unit_word(frame.unit, frame.language),
        size=SMALL,
        colour=FAINT,
        align="right" if left > 12 else "left",
    )
    taken = -math.inf
    for year in years:
        at, half = across.at(year), width_mm(str(year), SMALL) / 2
        if at - half < taken + 1.5 and year != years[-1]:
            continue
        if year == years[-1] and at - half < taken + 1.5:
            continue
        sheet.text(at, up.start + 3.0, str(year), size=SMALL, colour=FAINT, align="center")
        sheet.line([at, at], [up.start, up.start + 0.9], colour=FAINT)
        taken = at + half


def _line(sheet: Sheet, up: Scale, across: Scale, points: Sequence[tuple[int, float]], index: int) -> None:
    colour = SERIES[index % len(SERIES)]
    x = [across.at(year) for year, _ in points]
    y = [up.at(value) if math.isfinite(value) else math.nan for _, value in points]
    sheet.line(x, y, colour=colour, width=1.4, dashes=_DASHES[index % len(_DASHES)], over=2 + index * 0.01)
    sheet.marks(x, y, marker=MARKERS[index % len(MARKERS)], size=4.5, face=colour, over=3 + index * 0.01)


def _names(sheet: Sheet, up: Scale, across: Scale, series: Sequence[Line], texts: Sequence[str], right: float) -> None:
    drawn = [(index, _last(line)) for index, line in enumerate(series)]
    ended = [(index, last) for index, last in drawn if last is not None]
    wanted = [up.at(last[1]) for _, last in ended]
    heights = spread(wanted, [_LABEL_MM] * len(ended), sheet.top, up.start + 3)
    for (index, last), height in zip(ended, heights, strict=True):
        colour = SERIES[index % len(SERIES)]
        sheet.line(
            [across.at(last[0]) + 1, across.end + 3.4], [up.at(last[1]), height], colour=colour, width=0.5, dashes=":"
        )
        sheet.text(across.end + 4, height, shortened(texts[index], right + 0.5, SMALL), size=SMALL)


def _last(line: Line) -> tuple[int, float] | None:
    known = [(year, value) for year, value in zip(line.years, line.values, strict=True) if math.isfinite(value)]
    return max(known) if known else None


def _end_text(line: Line, frame: ChartFrame) -> str:
    last = _last(line)
    return f"{line.label} {value_text(last[1], frame.unit, frame.language)}" if last else line.label


def _alt(series: Sequence[Line], frame: ChartFrame, future_from: int | None) -> str:
    language = frame.language
    parts = [word("fig_alt_lines", language, title=frame.title)]
    for line in series:
        known = sorted((y, v) for y, v in zip(line.years, line.values, strict=True) if math.isfinite(v))
        if not known:
            parts.append(word("fig_alt_line_missing", language, label=line.label))
            continue
        (first, start), (last, end) = known[0], known[-1]
        parts.append(
            word(
                "fig_alt_line", language, label=line.label, first=first, start=value_text(start, frame.unit, language),
                last=last, end=value_text(end, frame.unit, language),
            )
        )  # fmt: skip
    if future_from is not None:
        parts.append(word("fig_alt_projected", language, year=future_from))
    return joined(parts, language)
