"""Layers of a map: land, roads, classes, places, zones, outlines, flows, points; drawn from below to above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from explorer.figures.ground import Ground, roads_within
from explorer.figures.map_view import View
from explorer.figures.style import INK, MARKED
from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA, OUTLINE, SURROUNDING
from explorer.maps.points import FACILITY_COLOUR
from explorer.maps.raster import PlanePicture, paint_places

if TYPE_CHECKING:
    import geopandas as gpd

    from explorer.regions import Opened

BEYOND: Final = "#e6ebef"  # sea, and land of which there are no shapes
PLAIN_LAND: Final = "#ffffff"  # municipalities that are meant but have no class
NO_DATA_HATCH: Final = "////"
LAND_UNDER_PLACES: Final = "#dfe4e8"  # darker than the palest class, so that this is seen on it
_NO_DATA_LINES: Final = "#8b9299"
_OTHER_BORDER: Final = "#b4bec8"
_ROADS: Final = (("#a9b2ba", 0.9), ("#c3cad0", 0.5))  # colour and width (points) of main and lesser ones
_THIN_FROM: Final = 400.0  # metres to the millimetre: at smaller scales towns would be all road
_MOST_PIXELS: Final = 1300  # of the picture of places, per side: 190 dpi over the width of a page
_WIDEST_PT: Final = 4.5
_THINNEST_PT: Final = 0.8


@dataclass(frozen=True)
class PointLayer:
    """Points of one kind.

    Parameters
    ----------
    lon, lat
        Degrees.
    label
        For the legend.
    marker
        Of matplotlib; layers on one map should differ in it, not only in colour.
    size
        Points of type.
    names
        One per point, drawn where there is room; empty for none.
    """

    lon: npt.ArrayLike
    lat: npt.ArrayLike
    label: str
    marker: str = "o"
    colour: str = FACILITY_COLOUR
    size: float = 3.5
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ZoneLayer:
    """Polygons of one kind, in degrees unless they say otherwise; hatches keep them apart in grey."""

    shapes: gpd.GeoSeries
    label: str
    face: str = "none"
    edge: str = MARKED
    hatch: str = "////"
    opacity: float = 0.45


@dataclass(frozen=True)
class Arrow:
    """People of one municipality who use what lies in another; `people` decides the width, `text` stands beside it."""

    start: str
    end: str
    people: float
    text: str = ""


@dataclass(frozen=True)
class ShownPoints:
    """What a map shows of its points: how many of each layer, where they lie on the sheet (mm), and their names there."""

    counts: list[int]
    at: npt.NDArray[np.float64]
    names: list[tuple[float, float, str]]


def draw_land(
    view: View, ground: Ground, chosen: npt.NDArray[np.intp], fills: Mapping[str, str], *, has_places: bool
) -> None:
    """Municipalities as areas: those with a class in its colour, others pale. Under a picture of places colours fade."""
    shapes = _seen(view, ground.shapes(view.metres_per_mm))
    meant = set(chosen.tolist())
    plain = LAND_UNDER_PLACES if has_places else PLAIN_LAND
    by_look: dict[tuple[str, float], list[int]] = {}
    for row in np.flatnonzero(_is_there(shapes)).tolist():
        code = ground.codes[row]
        colour = fills.get(code, plain if row in meant else SURROUNDING)
        by_look.setdefault((colour, 0.25 if has_places and code in fills else 1.0), []).append(row)
    view.sheet.box(view.left, view.top, view.width, view.height, face=BEYOND, over=1.0)
    for (colour, opacity), rows in by_look.items():
        hatch = NO_DATA_HATCH if colour == NO_DATA else ""
        border = (_OTHER_BORDER, 0.5) if colour == SURROUNDING else (OUTLINE, 0.6)
        edge, line = ("none", 0.0) if has_places or hatch else border
        _area(
            view,
            shapes[rows],
            colour,
            edge=edge,
            line=line,
            opacity=opacity,
            over=1.0 if colour == SURROUNDING else 1.1,
        )
        if hatch:
            _area(view, shapes[rows], "none", hatch=hatch, over=1.2)


def draw_roads(view: View, ground: Ground) -> None:
    """Main roads, to know where one is."""
    from matplotlib.collections import LineCollection

    thin = 1.0 if view.metres_per_mm < _THIN_FROM else 0.6
    for lines, (colour, width) in reversed(list(zip(ground.roads(view.metres_per_mm), _ROADS, strict=False))):
        seen = roads_within(lines, view.bounds)
        if seen:
            view.add(LineCollection(seen, colors=colour, linewidths=width * thin, capstyle="round", zorder=2.0))


def draw_places(
    view: View, ground: Ground, opened: Opened, codes: tuple[str, ...], places: tuple[npt.ArrayLike, Classes]
) -> PlanePicture | None:
    """The value of every place as a picture, of all or of those in some municipalities; nothing where nobody lives."""
    values, classes = np.asarray(places[0], dtype=float), places[1]
    conditions = opened.conditions
    shown = view.shows(ground.places) & (conditions.people["total"] > 0)
    if codes:
        rows = np.flatnonzero(opened.municipalities["code"].isin(list(codes)))
        shown &= np.isin(conditions.area_of_place, rows)
    picture = paint_places(ground.places[shown], values[shown], classes, most_pixels=_MOST_PIXELS)
    if picture is not None:
        west, south, east, north = picture.bounds
        image = view.axes.imshow(
            picture.pixels, extent=(west, east, south, north), interpolation="none", zorder=1.6, aspect="auto"
        )
        image.set_clip_path(view.axes.patch)
        west, south, east, north = view.bounds  # imshow moves them
        view.axes.set_xlim(west, east)
        view.axes.set_ylim(south, north)
    return picture


def draw_zones(view: View, ground: Ground, zones: tuple[ZoneLayer, ...]) -> None:
    """Polygons with hatches."""
    import shapely

    for layer in zones:
        if not len(layer.shapes):
            continue
        degrees = layer.shapes if layer.shapes.crs is None else layer.shapes.to_crs("EPSG:6668")
        shapes = degrees.to_numpy()
        shapes = shapes[_is_there(shapes)]
        plane = shapely.transform(shapes, lambda at: ground.plane.to_plane(at[:, 0], at[:, 1]))
        plane = _seen(view, shapely.simplify(plane, 0.1 * view.metres_per_mm))
        plane = plane[_is_there(plane)]
        if layer.face != "none":
            _area(view, plane, layer.face, opacity=layer.opacity, over=2.2)
        _area(view, plane, "none", hatch=layer.hatch, edge=layer.edge, line=0.8, over=2.3)


def draw_outlines(view: View, ground: Ground, chosen: npt.NDArray[np.intp], *, is_part: bool, has_places: bool) -> None:
    """Borders on top: all over a picture of places; the municipalities meant, where others are shown beside them."""
    shapes = _seen(view, ground.shapes(view.metres_per_mm))
    there = _is_there(shapes)
    meant = np.zeros(len(shapes), dtype=bool)
    meant[chosen] = True
    if has_places:
        _area(view, shapes[there & ~meant], "none", edge=_OTHER_BORDER, line=0.5, over=2.4)
    if has_places or is_part:
        _area(view, shapes[there & meant], "none", edge=OUTLINE, line=1.2 if is_part else 0.6, over=2.6)


def draw_points(view: View, ground: Ground, layers: tuple[PointLayer, ...]) -> ShownPoints:
    """Points, each layer with its mark."""
    from matplotlib.lines import Line2D

    counts: list[int] = []
    names: list[tuple[float, float, str]] = []
    places: list[tuple[float, float]] = []
    for layer in layers:
        lon, lat = (np.asarray(axis, dtype=float) for axis in (layer.lon, layer.lat))
        known = np.isfinite(lon) & np.isfinite(lat)
        xy = np.full((lon.size, 2), np.inf)
        if known.any():
            xy[known] = ground.plane.to_plane(lon[known], lat[known])
        seen = np.flatnonzero(view.shows(xy))
        counts.append(len(seen))
        if not len(seen):
            continue
        view.add(
            Line2D(
                xy[seen, 0], xy[seen, 1], linestyle="none", marker=layer.marker, markersize=layer.size,
                markerfacecolor=layer.colour, markeredgecolor="white", markeredgewidth=0.4, zorder=4.0,
            )
        )  # fmt: skip
        on_sheet = [view.on_sheet(*xy[row]) for row in seen.tolist()]
        places += on_sheet
        if layer.names:
            names += [(*at, layer.names[row]) for at, row in zip(on_sheet, seen.tolist(), strict=True)]
    return ShownPoints(counts, np.array(places).reshape(-1, 2), names)


def draw_arrows(
    view: View, ends: Mapping[str, tuple[float, float]], arrows: tuple[Arrow, ...]
) -> list[tuple[float, float, str]]:
    """Flows as bent arrows, so that the two ways lie side by side; returns their texts with a place on the sheet."""
    from matplotlib.patches import FancyArrowPatch

    known = [arrow for arrow in arrows if arrow.start in ends and arrow.end in ends and arrow.people > 0]
    most = max((arrow.people for arrow in known), default=1.0)
    texts = []
    for order, arrow in enumerate(sorted(known, key=lambda each: -each.people)):
        start, end = np.array(ends[arrow.start]), np.array(ends[arrow.end])
        width = max(_THINNEST_PT, _WIDEST_PT * arrow.people / most)
        view.add(
            FancyArrowPatch(
                tuple(start), tuple(end), connectionstyle="arc3,rad=0.18", facecolor=INK, edgecolor="white", linewidth=0.5,
                arrowstyle=f"simple,head_length={width + 3.5:.2f},head_width={width + 3.5:.2f},tail_width={width:.2f}",
                mutation_scale=1.0, shrinkA=2.0, shrinkB=2.0, zorder=3.0 + order * 1e-3,
            )
        )  # fmt: skip
        if arrow.text:
            across = end - start
            at = (start + end) / 2 + 0.08 * np.array([across[1], -across[0]])
            texts.append((*view.on_sheet(float(at[0]), float(at[1])), arrow.text))
    return texts


def _seen(view: View, shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Shapes cut to a little more than the view: what lies outside makes files large; empty where nothing is seen."""
    import shapely

    west, south, east, north = view.bounds
    margin = (east - west) * 0.03
    box = (west - margin, south - margin, east + margin, north + margin)
    bounds = shapely.bounds(shapes)
    beside = (bounds[:, 2] < box[0]) | (bounds[:, 0] > box[2]) | (bounds[:, 3] < box[1]) | (bounds[:, 1] > box[3])
    inside = (bounds[:, 0] >= box[0]) & (bounds[:, 2] <= box[2]) & (bounds[:, 1] >= box[1]) & (bounds[:, 3] <= box[3])
    seen = np.array(shapes, dtype=object)
    seen[beside | np.isnan(bounds[:, 0])] = None
    cut = ~beside & ~inside & ~np.isnan(bounds[:, 0])
    seen[cut] = shapely.clip_by_rect(seen[cut], *box)
    return seen


def _is_there(shapes: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    import shapely

    there: npt.NDArray[np.bool_] = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return there


def _area(
    view: View,
    shapes: npt.NDArray[Any],
    face: str,
    *,
    edge: str = "none",
    line: float = 0.0,
    hatch: str = "",
    opacity: float = 1.0,
    over: float,
) -> None:
    """Several polygons as one artist."""
    from matplotlib.patches import PathPatch

    path = _outline(shapes)
    if path is None:
        return
    patch = PathPatch(
        path, facecolor=face, edgecolor=edge, linewidth=line, alpha=opacity if opacity < 1 else None, zorder=over,
        hatch=hatch or None, hatch_linewidth=0.4, joinstyle="round",
    )  # fmt: skip
    if hatch and edge == "none":
        patch.set_hatchcolor(_NO_DATA_LINES)
    view.add(patch)


def _outline(shapes: npt.NDArray[Any]) -> Any:
    """All rings of some polygons as one path, holes running the other way round; None where there is no polygon."""
    import shapely
    from matplotlib.path import Path

    parts = shapely.get_parts(shapes)
    parts = parts[shapely.get_type_id(parts) == 3]  # polygons: cutting may leave lines and points at corners
    rings = shapely.get_rings(shapely.orient_polygons(parts))
    if not len(rings):
        return None
    at, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(at), Path.LINETO, dtype=np.uint8)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    codes[first] = Path.MOVETO
    codes[np.append(first[1:], len(at)) - 1] = Path.CLOSEPOLY
    return Path(at, codes)
