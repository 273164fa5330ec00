"""What every map has beside its ground: scale bar, north arrow, legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from explorer.figures.lettering import lines_within, width_mm
from explorer.figures.map_layers import NO_DATA_HATCH, PLAIN_LAND
from explorer.figures.map_names import Box
from explorer.figures.map_view import View
from explorer.figures.sheet import LEADING, Sheet
from explorer.figures.style import FAINT, INK, MM_PER_POINT, SMALL, TINY
from explorer.maps.colours import NO_DATA
from explorer.words import number

_SWATCH_MM: Final = (5.0, 3.2)
_LABEL_AT_MM: Final = 6.8
_BLOCK_GAP_MM: Final = 2.6
_ARROW_MM: Final = 8.2  # height of the box of scale bar and north arrow
_BAR_MM: Final = 5.0  # of that of the bar alone
_BAR_SHARE: Final = 0.26  # the most that the scale bar takes of the width of the frame


Busy = Callable[[Box], float]


def _idle(_: Box) -> float:
    return 0.0


@dataclass(frozen=True)
class Key:
    """One row of the legend."""

    label: str
    count: str = ""
    colour: str = PLAIN_LAND
    hatch: str = ""
    edge: str = INK
    marker: str = ""
    kind: Literal["area", "point", "arrow"] = "area"
    opacity: float = 1.0


@dataclass(frozen=True)
class LegendBlock:
    """A part of the legend with its title and a note below."""

    title: str
    rows: tuple[Key, ...]
    note: str = ""

    def height(self, width: float) -> float:
        """Millimetres on a column of some width."""
        return self._lay(None, 0.0, 0.0, width)

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw it with its upper left corner at (x, top)."""
        self._lay(sheet, x, top, width)

    def _lay(self, sheet: Sheet | None, x: float, top: float, width: float) -> float:
        at = top
        for line in lines_within(self.title, width, SMALL) if self.title else ():
            at = _line(sheet, x, at, line, SMALL, INK)
        at += 0.6 if self.title else 0.0
        counts = max((width_mm(row.count, SMALL) for row in self.rows), default=0.0)
        for row in self.rows:
            lines = lines_within(row.label, width - _LABEL_AT_MM - (counts + 1.5 if counts else 0.0), SMALL)
            if sheet is not None:
                _swatch(sheet, x, at + _row_mm(SMALL) / 2, row)
                sheet.text(x + width, at + _row_mm(SMALL) / 2, row.count, size=SMALL, align="right")
            for line in lines:
                at = _line(sheet, x + _LABEL_AT_MM, at, line, SMALL, INK)
            at += 0.5
        for line in lines_within(self.note, width, TINY) if self.note else ():
            at = _line(sheet, x, at, line, TINY, FAINT)
        return at - top


def legend_height(blocks: Sequence[LegendBlock], width: float) -> float:
    """Height of blocks below each other."""
    return sum(block.height(width) + _BLOCK_GAP_MM for block in blocks)


def draw_legend(sheet: Sheet, blocks: Sequence[LegendBlock], x: float, top: float, width: float) -> None:
    """Draw blocks below each other."""
    for block in blocks:
        block.draw(sheet, x, top, width)
        top += block.height(width) + _BLOCK_GAP_MM


def in_columns(blocks: Sequence[LegendBlock], columns: int, width: float) -> list[list[LegendBlock]]:
    """Blocks in their order, divided into columns of about the same height."""
    heights = [block.height(width) + _BLOCK_GAP_MM for block in blocks]
    goal = sum(heights) / columns
    divided: list[list[LegendBlock]] = [[]]
    filled = 0.0
    for block, height in zip(blocks, heights, strict=True):
        if divided[-1] and len(divided) < columns and filled + height / 2 > goal:
            divided.append([])
            filled = 0.0
        divided[-1].append(block)
        filled += height
    return divided


def draw_frame(view: View) -> None:
    """The line around the map."""
    view.sheet.box(view.left, view.top, view.width, view.height, face="none", edge=FAINT, line=0.6, over=4.5)


def draw_scale_and_north(view: View, north: float, *, with_north: bool = True, busy: Busy = _idle) -> Box:
    """A bar of a round number of kilometres and an arrow to true north, in the corner that hides least; their box.

    Parameters
    ----------
    north
        Direction of true north, degrees clockwise from upwards.
    busy
        How much of what the map is about a box on the sheet would cover.
    """
    sheet = view.sheet
    kilometres = bar_kilometres(view)
    length = kilometres * 1000 / view.metres_per_mm
    text = f"{number(kilometres, sheet.language, digits=max(0, -math.floor(math.log10(kilometres))))} km"
    arrow = 5.0 if with_north else 1.0
    box = _corner(view, arrow + length + width_mm(text, TINY) + 2.4, _ARROW_MM if with_north else _BAR_MM, busy)
    left, foot = box[0], box[3] - 1.0
    sheet.box(left, box[1], box[2] - left, box[3] - box[1], face="white", alpha=0.85, over=4.0)
    if with_north:
        _north(sheet, left + 2.3, (box[1] + box[3]) / 2, north)
    start = left + arrow
    sheet.box(start, foot - 1.1, length / 2, 1.1, face=INK, edge=INK, line=0.5, over=4.2)
    sheet.box(start + length / 2, foot - 1.1, length / 2, 1.1, face="white", edge=INK, line=0.5, over=4.2)
    sheet.text(start, foot - 2.5, "0", size=TINY)
    sheet.text(start + length + 1.0, foot - 0.6, text, size=TINY)
    return box


def _corner(view: View, width: float, height: float, busy: Busy) -> Box:
    left, right = view.left + 1.0, view.left + view.width - 1.0 - width
    top, foot = view.top + 1.0, view.top + view.height - 1.0 - height
    corners = [(x, y, x + width, y + height) for y in (foot, top) for x in (left, right)]
    return min(corners, key=lambda box: round(busy(box), 3))  # the first of equals: lower left


def bar_kilometres(view: View) -> float:
    """The longest of 1, 2 and 5 times a power of ten that is short enough for the bar."""
    most = view.width * _BAR_SHARE * view.metres_per_mm / 1000
    power = 10.0 ** math.floor(math.log10(most))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= most)


def _north(sheet: Sheet, x: float, y: float, degrees: float) -> None:
    turn = math.radians(degrees)

    def at(right: float, up: float) -> tuple[float, float]:
        return x + right * math.cos(turn) + up * math.sin(turn), y - up * math.cos(turn) + right * math.sin(turn)

    sheet.shape([at(0, 1.4), at(-1.3, -3.2), at(0, -2.2)], face=INK, edge=INK, over=4.2)
    sheet.shape([at(0, 1.4), at(1.3, -3.2), at(0, -2.2)], face="white", edge=INK, over=4.2)
    sheet.text(*at(0, 2.6), "N", size=TINY, align="center")


def _swatch(sheet: Sheet, x: float, middle: float, row: Key) -> None:
    width, height = _SWATCH_MM
    if row.kind == "point":
        sheet.marks([x + width / 2], [middle], marker=row.marker or "o", size=5.0, face=row.colour)
    elif row.kind == "arrow":
        sheet.line([x, x + width - 1.5], [middle, middle], width=2.0)
        sheet.shape([(x + width - 1.8, middle - 1.1), (x + width, middle), (x + width - 1.8, middle + 1.1)], face=INK)
    else:
        hatch = row.hatch or (NO_DATA_HATCH if row.colour == NO_DATA else "")
        top = middle - height / 2
        if row.colour != "none":
            sheet.box(x, top, width, height, face=row.colour, alpha=row.opacity)
        if hatch:
            sheet.box(
                x, top, width, height, face="none", edge=row.edge if row.hatch else "#8b9299", hatch=hatch, over=1.1
            )
        sheet.box(x, top, width, height, face="none", edge=row.edge, line=0.5, over=1.2)


def _line(sheet: Sheet | None, x: float, top: float, text: str, size: float, colour: str) -> float:
    if sheet is not None:
        sheet.text(x, top + _row_mm(size) / 2, text, size=size, colour=colour)
    return top + _row_mm(size)


def _row_mm(size: float) -> float:
    return size * MM_PER_POINT * LEADING
