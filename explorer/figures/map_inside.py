"""What lies inside the frame of a map: all layers, names, scale bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from explorer.figures.ground import Ground
from explorer.figures.map_drawing import MapDrawing
from explorer.figures.map_furniture import Busy, draw_frame, draw_scale_and_north
from explorer.figures.map_layers import (
    ShownPoints,
    draw_arrows,
    draw_land,
    draw_outlines,
    draw_places,
    draw_points,
    draw_roads,
    draw_zones,
)
from explorer.figures.map_names import Box, Names, name_areas, name_arrows, name_points
from explorer.figures.map_view import View

if TYPE_CHECKING:
    from explorer.regions import Opened


@dataclass(frozen=True)
class Extras:
    """What is drawn beside the layers: an arrow to the north, roads, names of those meant and of those around."""

    north: bool
    roads: bool
    names: bool
    other_names: bool


def draw_inside(view: View, ground: Ground, opened: Opened, drawing: MapDrawing, extras: Extras) -> list[int]:
    """Everything inside the frame; returns how many points of each layer it shows."""
    chosen = ground.rows(drawing.codes)
    is_part = bool(drawing.codes) and len(chosen) < int(ground.is_inside.sum())
    has_places = drawing.places is not None
    draw_land(view, ground, chosen, drawing.fills or {}, has_places=has_places)
    if drawing.places is not None:
        draw_places(view, ground, opened, drawing.codes, drawing.places)
    if extras.roads:
        draw_roads(view, ground)
    draw_zones(view, ground, drawing.zones)
    draw_outlines(view, ground, chosen, is_part=is_part, has_places=has_places)
    flows = draw_arrows(view, _ends(opened, ground, drawing), drawing.arrows)
    points = draw_points(view, ground, drawing.points)
    busy = _busy(view, ground, chosen, points)
    names = Names(view, [draw_scale_and_north(view, ground.north_at(*view.centre), with_north=extras.north, busy=busy)])
    name_arrows(names, flows)
    names.keep_clear(points.at)
    if extras.names:
        name_areas(names, view, ground, chosen, (drawing.fills or {}).keys(), with_others=extras.other_names)
    name_points(names, points.names)
    draw_frame(view)
    return points.counts


def _busy(view: View, ground: Ground, chosen: npt.NDArray[np.intp], points: ShownPoints) -> Busy:
    """How much a box on the sheet would hide: square millimetres of what the map is about, and points."""
    import shapely

    shapes = ground.shapes(view.metres_per_mm * 4)[chosen]
    west, _, _, north = view.bounds
    scale = view.metres_per_mm

    def hidden(box: Box) -> float:
        left, top, right, foot = box
        corners = (
            west + (left - view.left) * scale, north - (foot - view.top) * scale,
            west + (right - view.left) * scale, north - (top - view.top) * scale,
        )  # fmt: skip
        area = float(shapely.area(shapely.clip_by_rect(shapes, *corners)).sum()) / scale**2
        x, y = points.at[:, 0], points.at[:, 1]
        return area + 5.0 * int(((x > left) & (x < right) & (y > top) & (y < foot)).sum())

    return hidden


def _ends(opened: Opened, ground: Ground, drawing: MapDrawing) -> dict[str, tuple[float, float]]:
    """Where arrows begin and end: where the people of a municipality live."""
    if not drawing.arrows:
        return {}
    table = opened.centres
    known = table[np.isfinite(table["lon"]) & np.isfinite(table["lat"])]
    xy = ground.plane.to_plane(known["lon"], known["lat"])
    return {str(code): (float(x), float(y)) for code, (x, y) in zip(known["code"], xy, strict=True)}
