"""A radar of scores: an extra beside bars, which are easier to compare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from explorer.figures.alt import extremes, joined
from explorer.figures.lettering import lines_within, shortened, width_mm
from explorer.figures.picture import Picture
from explorer.figures.sheet import LEADING, Dashes, Sheet
from explorer.figures.style import FAINT, GRID, MARKERS, MM_PER_POINT, SERIES, SMALL, TINY, ChartFrame
from explorer.words import number, word

MOST_LINES: Final = 4  # more cannot be told apart
_DASHES: Final[tuple[Dashes, ...]] = ("-", "--", "-.", ":")
_KEY_MM: Final = 4.6


@dataclass(frozen=True)
class RadarLine:
    """One place: a value per axis, from 0 to the limit; NaN where there is none, and the line is broken there."""

    label: str
    values: Sequence[float]


def radar(axes: Sequence[str], series: Sequence[RadarLine], frame: ChartFrame, *, limit: float = 100.0) -> Picture:
    """Values around a centre, the first axis upwards, clockwise.

    Raises
    ------
    ValueError
        Fewer than three axes, or more lines than can be told apart.
    """
    if len(axes) < 3 or len(series) > MOST_LINES:
        raise ValueError(f"a radar has 3 or more axes and at most {MOST_LINES} lines: {len(axes)}, {len(series)}")
    side = min(frame.width_mm * 0.25, 24.0)
    radius = min((frame.width_mm - 2 * side) / 2, 38.0)
    sheet = Sheet.for_chart(frame, 2 * radius + 17 + _KEY_MM * len(series))
    centre = (frame.width_mm / 2, sheet.top + radius + 8)
    directions = [
        (math.sin(angle), -math.cos(angle)) for angle in (2 * math.pi * i / len(axes) for i in range(len(axes)))
    ]

    def at(axis: int, value: float) -> tuple[float, float]:
        share = value / limit * radius
        return centre[0] + directions[axis][0] * share, centre[1] + directions[axis][1] * share

    for ring in (0.25, 0.5, 0.75, 1.0):
        corners = [at(axis, ring * limit) for axis in [*range(len(axes)), 0]]
        sheet.line([x for x, _ in corners], [y for _, y in corners], colour=GRID, width=0.6)
    for axis, name in enumerate(axes):
        (x, y), (dx, dy) = at(axis, limit), directions[axis]
        sheet.line([centre[0], x], [centre[1], y], colour=GRID, width=0.6)
        _axis_name(sheet, name, x + dx * 2.5, y + dy * 3.5, dx)
    for index, line in enumerate(series):
        points = [
            at(axis, value) if math.isfinite(value) else (math.nan, math.nan) for axis, value in enumerate(line.values)
        ]
        closed = [*points, points[0]]
        across, down = [x for x, _ in closed], [y for _, y in closed]
        sheet.line(across, down, colour=SERIES[index], width=1.4, dashes=_DASHES[index], over=2)
        sheet.marks(across[:-1], down[:-1], marker=MARKERS[index], size=4.5, face=SERIES[index], over=3)
        _key(sheet, index, len(series), line.label)
    for ring in (0.5, 1.0):
        text = number(ring * limit, frame.language)
        sheet.text(centre[0] + 0.8, centre[1] - ring * radius + 1.6, text, size=TINY, colour=FAINT, halo=True)
    return sheet.picture(_alt(axes, series, frame), frame.credit)


def _axis_name(sheet: Sheet, name: str, x: float, y: float, sideways: float) -> None:
    align = "center" if abs(sideways) < 0.3 else "left" if sideways > 0 else "right"
    room = {"center": sheet.width * 0.7, "left": sheet.width - x, "right": x}[align]
    lines = lines_within(name, room, SMALL, most=2)
    step = SMALL * MM_PER_POINT * LEADING
    sheet.lines_of_text(x, y - len(lines) * step / 2, lines, size=SMALL, align=align)  # type: ignore[arg-type]


def _key(sheet: Sheet, index: int, count: int, label: str) -> None:
    text = shortened(label, sheet.width - 14, SMALL)
    start = (sheet.width - width_mm(text, SMALL) - 10) / 2
    middle = sheet.bottom - _KEY_MM * (count - index - 0.5)
    sheet.line([start, start + 8], [middle, middle], colour=SERIES[index], width=1.4, dashes=_DASHES[index])
    sheet.marks([start + 4], [middle], marker=MARKERS[index], size=4.5, face=SERIES[index])
    sheet.text(start + 10, middle, text, size=SMALL)


def _alt(axes: Sequence[str], series: Sequence[RadarLine], frame: ChartFrame) -> str:
    parts = [word("fig_alt_radar", frame.language, title=frame.title)]
    for line in series:
        said = extremes(list(axes), list(line.values), frame.unit, frame.language)
        parts.append(word("fig_alt_of", frame.language, label=line.label, text=said))
    return joined(parts, frame.language)
