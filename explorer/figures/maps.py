"""Maps for paper: one, or several on one scale with one legend. Title, legend, scale bar, north arrow and source always.

Everything is drawn in the plane of the workspace, in which metres are metres, so that the scale bar is true and pictures
of places lie exactly on the shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from explorer.figures.alt import joined
from explorer.figures.ground import ground_of
from explorer.figures.lettering import lines_within
from explorer.figures.map_drawing import MapDrawing, alt_text, legend_blocks
from explorer.figures.map_furniture import LegendBlock, draw_legend, in_columns, legend_height
from explorer.figures.map_inside import Extras, draw_inside
from explorer.figures.map_layers import Arrow, PointLayer, ZoneLayer
from explorer.figures.map_view import Bounds, View, middle, natural_height, scale_to_fit
from explorer.figures.picture import Picture
from explorer.figures.sheet import LEADING, Sheet
from explorer.figures.style import BASE, FAINT, MM_PER_POINT, TINY, TITLE
from explorer.words import word

if TYPE_CHECKING:
    from explorer.regions import Opened

__all__ = ["Arrow", "MapDrawing", "PointLayer", "ZoneLayer", "draw_map", "small_multiples"]

_BESIDE_FROM_MM: Final = 120.0  # maps as wide as this have the legend at their side, others below
_LEGEND_MM: Final = 48.0
_GAP_MM: Final = 3.0
_EDGE_MM: Final = 0.2  # half of the line around the map
_CREDIT_LINES: Final = 3  # of narrow maps, which stand in documents that list their sources
_FEW: Final = 12  # municipalities that can be named on one of several small maps
_ROADS_FROM_MM: Final = 75.0  # frames narrower than this would be all road
_LEAST_FRAME_MM: Final = 30.0
_LOWEST, _HIGHEST = 0.55, 1.15  # height of a frame relative to its width


def draw_map(opened: Opened, drawing: MapDrawing) -> Picture:
    """One map."""
    ground = ground_of(opened)
    bounds = ground.bounds(drawing.codes)
    rough = scale_to_fit(bounds, drawing.width_mm, drawing.width_mm)
    has_roads = drawing.shows_roads and ground.has_roads_in(bounds, rough)
    # The legend says how many points the map shows, which is known once it is drawn: it is as high either way.
    blocks = legend_blocks(drawing, [0] * len(drawing.points), has_roads=has_roads)
    is_beside = drawing.width_mm >= _BESIDE_FROM_MM and bool(blocks)
    legend_width = _LEGEND_MM if is_beside else (drawing.width_mm - _GAP_MM) / 2
    frame_width = drawing.width_mm - (_LEGEND_MM + _GAP_MM if is_beside else 0.0)
    below_mm = 0.0 if is_beside else _tallest(in_columns(blocks, 2, legend_width), legend_width)
    head, foot = _head(drawing), _foot(drawing)
    head_mm, foot_mm = _height(head, TITLE), _height(foot, TINY)
    frame_height = _frame_height(drawing, bounds, frame_width, head_mm + foot_mm + below_mm)
    if is_beside:
        frame_height = max(frame_height, legend_height(blocks, legend_width))
    sheet = Sheet(drawing.width_mm, head_mm + frame_height + below_mm + foot_mm, drawing.language)
    sheet.lines_of_text(0, 0, head, size=TITLE)
    scale = scale_to_fit(bounds, frame_width, frame_height)
    view = _view(sheet, 0.0, head_mm, (frame_width, frame_height), bounds, scale)
    extras = Extras(north=True, roads=has_roads, names=drawing.shows_names, other_names=drawing.shows_names)
    counts = draw_inside(view, ground, opened, drawing, extras)
    blocks = legend_blocks(drawing, counts, has_roads=has_roads)
    if is_beside:
        draw_legend(sheet, blocks, frame_width + _GAP_MM, head_mm, legend_width)
    else:
        _legend_below(sheet, in_columns(blocks, 2, legend_width), head_mm + frame_height + 1.5, legend_width)
    sheet.lines_of_text(0, sheet.height - foot_mm + 1.0, foot, size=TINY, colour=FAINT)
    return sheet.picture(alt_text(drawing, blocks), drawing.credit)


def small_multiples(opened: Opened, drawings: Sequence[MapDrawing], columns: int = 3) -> Picture:
    """Several maps on one scale, each with its title above, with the legend and the source line of the first.

    Parameters
    ----------
    drawings
        At least one; width and language are those of the first. Only municipalities that a map is about are named, and
        only where they are few; there are no roads on small ones.
    columns
        In a row.
    """
    first, ground = drawings[0], ground_of(opened)
    columns = min(columns, len(drawings))
    cell = (first.width_mm - _GAP_MM * (columns - 1)) / columns
    bounds = [ground.bounds(drawing.codes) for drawing in drawings]
    frame_height = max(natural_height(each, cell, least=_LOWEST, most=_HIGHEST) for each in bounds)
    scale = max(scale_to_fit(each, cell, frame_height) for each in bounds)
    titles = [lines_within(drawing.title or drawing.subject, cell, BASE, most=2) for drawing in drawings]
    title_mm = max(len(lines) for lines in titles) * BASE * MM_PER_POINT * LEADING + 0.8
    rows, row_mm = -(-len(drawings) // columns), title_mm + frame_height + _GAP_MM
    has_roads = first.shows_roads and cell >= _ROADS_FROM_MM and ground.has_roads_in(_around(bounds), scale)
    legend_columns = 3 if first.width_mm >= _BESIDE_FROM_MM else 2
    legend_width = (first.width_mm - _GAP_MM * (legend_columns - 1)) / legend_columns
    below = in_columns(legend_blocks(first, None, has_roads=has_roads), legend_columns, legend_width)
    foot = _foot(first)
    below_mm, foot_mm = _tallest(below, legend_width), _height(foot, TINY)
    sheet = Sheet(first.width_mm, rows * row_mm + below_mm + foot_mm, first.language)
    for index, drawing in enumerate(drawings):
        left, top = (index % columns) * (cell + _GAP_MM), (index // columns) * row_mm
        sheet.lines_of_text(left, top, titles[index], size=BASE)
        view = _view(sheet, left, top + title_mm, (cell, frame_height), bounds[index], scale)
        named = drawing.shows_names and len(ground.rows(drawing.codes)) <= _FEW
        extras = Extras(north=index == 0, roads=has_roads, names=named, other_names=False)
        draw_inside(view, ground, opened, drawing, extras)
    _legend_below(sheet, below, rows * row_mm, legend_width)
    sheet.lines_of_text(0, sheet.height - foot_mm + 1.0, foot, size=TINY, colour=FAINT)
    listed = word("comma", first.language).join(drawing.title or drawing.subject for drawing in drawings)
    alt = word("fig_alt_maps", first.language, n=len(drawings), titles=listed)
    return sheet.picture(joined([alt, *(drawing.told for drawing in drawings)], first.language), first.credit)


def _view(
    sheet: Sheet, left: float, top: float, size: tuple[float, float], bounds: Bounds, metres_per_mm: float
) -> View:
    width, height = size
    return View(
        sheet,
        left + _EDGE_MM,
        top + _EDGE_MM,
        width - 2 * _EDGE_MM,
        height - 2 * _EDGE_MM,
        middle(bounds),
        metres_per_mm,
    )


def _around(several: Sequence[Bounds]) -> Bounds:
    west, south, east, north = zip(*several, strict=True)
    return min(west), min(south), max(east), max(north)


def _legend_below(sheet: Sheet, columns: Sequence[Sequence[LegendBlock]], top: float, width: float) -> None:
    for column, blocks in enumerate(columns):
        draw_legend(sheet, blocks, column * (width + _GAP_MM), top, width)


def _tallest(columns: Sequence[Sequence[LegendBlock]], width: float) -> float:
    return max((legend_height(column, width) for column in columns), default=0.0)


def _frame_height(drawing: MapDrawing, bounds: Bounds, width: float, around: float) -> float:
    if drawing.height_mm is not None:
        return max(drawing.height_mm - around, _LEAST_FRAME_MM)
    return natural_height(bounds, width, least=_LOWEST, most=_HIGHEST)


def _head(drawing: MapDrawing) -> list[str]:
    return lines_within(drawing.title, drawing.width_mm, TITLE) if drawing.title else []


def _foot(drawing: MapDrawing) -> list[str]:
    most = _CREDIT_LINES if drawing.width_mm < _BESIDE_FROM_MM else 99
    return lines_within(drawing.credit, drawing.width_mm, TINY, most=most) if drawing.credit else []


def _height(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * MM_PER_POINT * LEADING + 1.5 if lines else 0.0
