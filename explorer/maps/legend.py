"""The legend: own HTML with a swatch or symbol, a label and a count per class. No colour-map library, so nothing is fetched.

Symbols, lines and hatches are small SVG pictures of what the map draws. Every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA, UNREACHABLE
from explorer.maps.overlay import AreaLook, LineLook, Look, Overlay
from explorer.maps.symbols import Symbol
from explorer.words import Language, either, number, unit_word, word

_LARGEST_PX: Final = (
    6.0  # radius of the largest symbol of the map: it fills the box of the legend, others are as much smaller
)


@dataclass(frozen=True)
class LegendRow:
    """One line: colour, label, and how many areas or people (text, may be empty); a look of the map in place of the colour."""

    colour: str
    label: str
    count: str = ""
    is_point: bool = False
    look: Look | None = None


@dataclass(frozen=True)
class LegendBlock:
    """What belongs to one layer: its title, its rows and a remark."""

    title: str
    rows: tuple[LegendRow, ...]
    note: str = ""


def class_rows(
    classes: Classes, counts: Sequence[int], missing: int, *, unit: str, language: Language
) -> list[LegendRow]:
    """Rows of a choropleth, best end first for the reader's eye, with "no data" last."""
    labels = class_labels(classes, unit, language)
    rows = [
        LegendRow(colour, label, word("legend_count", language, n=number(count, language)))
        for colour, label, count in zip(classes.colours, labels, counts, strict=True)
    ]
    if classes.closed == "left":
        rows.reverse()
    if missing:
        count = word("legend_count", language, n=number(missing, language))
        rows.append(LegendRow(NO_DATA, word("no_data", language), count))
    return rows


def place_rows(classes: Classes, *, unit: str, language: Language, has_unreachable: bool) -> list[LegendRow]:
    """Rows of a place raster: distance or time classes, "cannot be reached", "no result"."""
    rows = [
        LegendRow(colour, label)
        for colour, label in zip(classes.colours, class_labels(classes, unit, language), strict=True)
    ]
    if has_unreachable:
        rows.append(LegendRow(UNREACHABLE, word("unreachable", language)))
    return rows


def class_labels(classes: Classes, unit: str, language: Language) -> list[str]:
    """Label of each class, lowest first: ``20〜40 %``, ``80 % 以上``, ``up to 5 min``."""
    limits = [number(limit, language, digits=_digits(classes.limits)) for limit in classes.limits]
    shown = unit_word(unit, language)
    if not limits:
        return [word("class_all", language)]
    within = "class_at_most" if unit == "%" else "class_within"
    below = within if classes.closed == "right" else "class_below"
    above = "class_over" if classes.closed == "right" else "class_from"
    first = word(below, language, limit=limits[0], unit=shown)
    last = word(above, language, limit=limits[-1], unit=shown)
    span = "class_between_signed" if classes.limits[0] < 0 else "class_between"  # a dash beside a minus sign is misread
    between = [word(span, language, low=low, high=high, unit=shown) for low, high in pairwise(limits)]
    return [first, *between, last]


def overlay_block(overlay: Overlay, language: Language) -> LegendBlock:
    """The block of something laid over the map: a row for each of its kinds, with how many there are."""
    rows = [
        LegendRow("", either(kind.names, language), number(kind.count, language) if kind.count else "", look=kind.look)
        for kind in overlay.choices()
    ]
    return LegendBlock(either(overlay.names, language), tuple(rows), either(overlay.note or ("", ""), language))


def legend_blocks_html(blocks: Sequence[LegendBlock]) -> str:
    """Blocks one below the other."""
    return "".join(legend_html(block.title, block.rows, note=block.note) for block in blocks)


def legend_html(title: str, rows: Sequence[LegendRow], *, note: str = "") -> str:
    """The legend as a block of HTML; every text is escaped here."""
    lines = "".join(
        f'<div class="legend-row">{_sign(row)}<span class="legend-label">{escape(row.label)}</span>'
        f'<span class="legend-count">{escape(row.count)}</span></div>'
        for row in rows
    )
    foot = f'<div class="legend-note">{escape(note)}</div>' if note else ""
    return f'<div class="legend-block"><div class="legend-title">{escape(title)}</div>{lines}{foot}</div>'


def _sign(row: LegendRow) -> str:
    if row.look is not None:
        return sign_svg(row.look)
    is_point = " legend-point" if row.is_point else ""
    return f'<span class="legend-swatch{is_point}" style="background:{escape(row.colour)}"></span>'


def sign_svg(look: Look) -> str:
    """A symbol, a piece of line or of a hatched area as it is drawn on the map; decoration for the label beside it."""
    if isinstance(look, Symbol):
        scale = round(min(look.radius / _LARGEST_PX, 1.0), 2)
        return (
            f'<svg class="legend-symbol" viewBox="-1.2 -1.2 2.4 2.4" width="16" height="16" aria-hidden="true">'
            f'<path transform="scale({scale})" d="{look.path}" fill="{look.colour}"/></svg>'
        )
    inside, kind, width, height = (
        (_line_svg(look), "legend-line", 28, 12)
        if isinstance(look, LineLook)
        else (_area_svg(look), "legend-hatch", 22, 14)
    )
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
        f"{inside}</svg>"
    )


def _line_svg(look: LineLook) -> str:
    drawn = f'<line x1="0" y1="6" x2="28" y2="6" stroke="{look.colour}" stroke-width="{look.width:g}"'
    dashes = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    below = f'<line x1="0" y1="6" x2="28" y2="6" stroke="{look.casing}" stroke-width="{look.width + 1.6:g}"/>'
    return f"{below if look.casing else ''}{drawn}{dashes}/>"


def _area_svg(look: AreaLook) -> str:
    box = (
        f'<rect x="0.8" y="0.8" width="20.4" height="12.4" fill="{look.fill or "none"}" stroke="{look.edge}" '
        f'stroke-width="{look.width:g}"/>'
    )
    rising = "M1 9L9 1M1 13L13 1M7 13L19 1M13 13L21 5"
    falling = "M1 5L9 13M3 1L15 13M9 1L21 13M15 1L21 7"
    level = "M1 4H21M1 10H21"
    strokes = {"diagonal": rising, "falling": falling, "level": level, "cross": rising + falling}.get(look.hatch, "")
    drawn = f'<path d="{strokes}" stroke="{look.edge}" stroke-width="0.9" fill="none"/>' if strokes else ""
    if look.hatch == "dots":
        drawn = "".join(
            f'<circle cx="{x}" cy="{y}" r="1" fill="{look.edge}"/>'
            for y, first in ((4, 4), (10, 7))
            for x in range(first, 20, 6)
        )
    return box + drawn


def _digits(limits: Sequence[float]) -> int:
    return max((len(f"{limit:.4f}".rstrip("0").split(".")[1]) for limit in limits), default=0)
