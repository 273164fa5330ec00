"""What a map shows, and the legend that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy.typing as npt

from explorer.figures.alt import joined
from explorer.figures.map_furniture import Key, LegendBlock
from explorer.figures.map_layers import Arrow, PointLayer, ZoneLayer
from explorer.figures.style import TEXT_WIDTH_MM
from explorer.maps.classes import Classes
from explorer.maps.legend import LegendRow
from explorer.words import Language, number, word


@dataclass(frozen=True)
class MapDrawing:
    """What one map shows.

    Parameters
    ----------
    language
        Of all text.
    title
        Above the map; empty for none (in a document the caption says it).
    codes
        Municipalities that the map is about and that fill it; none takes all of the study area. Others are pale.
    fills
        ``#rrggbb`` by municipality code; :data:`explorer.maps.colours.NO_DATA` is hatched as well.
    legend
        Rows for `fills` (:func:`explorer.maps.legend.class_rows`), with `legend_title` above and `note` below.
    places
        A value per place of the workspace and its classes; `place_rows` is their legend, with `place_title` above. Drawn in
        the municipalities that the map is about; colours of these fade beneath.
    points, zones, arrows
        Layers with legend rows of their own.
    arrow_label
        For the legend: what arrows mean.
    subject
        What the map shows, for those who cannot see it, where there is no title; `told` is a sentence on its numbers.
    width_mm, height_mm
        On paper; without a height the map is as high as its ground.
    credit
        Source line below the map; also in the file's metadata.
    shows_names, shows_roads
        Whether municipalities are named and main roads drawn.
    """

    language: Language
    title: str = ""
    codes: tuple[str, ...] = ()
    fills: Mapping[str, str] | None = None
    legend: tuple[LegendRow, ...] = ()
    legend_title: str = ""
    note: str = ""
    places: tuple[npt.ArrayLike, Classes] | None = None
    place_rows: tuple[LegendRow, ...] = ()
    place_title: str = ""
    points: tuple[PointLayer, ...] = ()
    zones: tuple[ZoneLayer, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    arrow_label: str = ""
    subject: str = ""
    told: str = ""
    width_mm: float = TEXT_WIDTH_MM
    height_mm: float | None = None
    credit: str = ""
    shows_names: bool = True
    shows_roads: bool = True


def legend_blocks(drawing: MapDrawing, counts: Sequence[int] | None, *, has_roads: bool) -> list[LegendBlock]:
    """Blocks of the legend.

    Parameters
    ----------
    counts
        How many points of each layer the map shows; None where several maps have this legend.
    has_roads
        Whether roads are drawn.
    """
    language = drawing.language
    blocks = []
    if drawing.legend:
        blocks.append(LegendBlock(drawing.legend_title, _keys(drawing.legend), drawing.note))
    if drawing.places is not None:
        blocks.append(
            LegendBlock(
                drawing.place_title,
                _keys(drawing.place_rows),
                word("legend_nobody" if drawing.fills else "fig_nobody", language),
            )
        )
    others = [
        Key(layer.label, colour=layer.face, hatch=layer.hatch, edge=layer.edge, opacity=layer.opacity)
        for layer in drawing.zones
    ]
    if drawing.arrows and drawing.arrow_label:
        others.append(Key(drawing.arrow_label, kind="arrow"))
    if others:
        blocks.append(LegendBlock("", tuple(others)))
    if drawing.points:
        texts = [""] * len(drawing.points) if counts is None else [number(count, language) for count in counts]
        points = tuple(
            Key(layer.label, text, layer.colour, marker=layer.marker, kind="point")
            for layer, text in zip(drawing.points, texts, strict=True)
        )
        blocks.append(LegendBlock("", points, "" if counts is None else word("fig_points_shown", language)))
    if blocks and has_roads:
        blocks.append(LegendBlock("", (), word("fig_roads", language)))
    if drawing.note and not drawing.legend:
        blocks.append(LegendBlock("", (), drawing.note))
    return blocks


def _keys(rows: Sequence[LegendRow]) -> tuple[Key, ...]:
    return tuple(
        Key(row.label, row.count, row.colour, marker="o", kind="point" if row.is_point else "area") for row in rows
    )


def alt_text(drawing: MapDrawing, blocks: Sequence[LegendBlock]) -> str:
    """For those who cannot see the map."""
    language = drawing.language
    parts = (
        [word("fig_alt_map", language, title=drawing.title or drawing.subject)]
        if drawing.title or drawing.subject
        else []
    )
    parts.append(drawing.told)
    counted = [f"{row.label} {row.count}" for block in blocks for row in block.rows if row.count]
    if counted:
        parts.append(word("fig_alt_legend", language, rows=word("comma", language).join(counted)))
    return joined(parts, language)
