"""The legend: own HTML with a swatch, a label and a count per class. No colour-map library, so nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA, UNREACHABLE
from explorer.words import Language, number, unit_word, word


@dataclass(frozen=True)
class LegendRow:
    """One line: colour, label, and how many areas or people (text, may be empty)."""

    colour: str
    label: str
    count: str = ""
    is_point: bool = False


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
    between = [word("class_between", language, low=low, high=high, unit=shown) for low, high in pairwise(limits)]
    return [first, *between, last]


def legend_html(title: str, rows: Sequence[LegendRow], *, note: str = "") -> str:
    """The legend as a block of HTML; every text is escaped here."""
    lines = "".join(
        f'<div class="legend-row"><span class="legend-swatch{" legend-point" if row.is_point else ""}" '
        f'style="background:{escape(row.colour)}"></span><span class="legend-label">{escape(row.label)}</span>'
        f'<span class="legend-count">{escape(row.count)}</span></div>'
        for row in rows
    )
    foot = f'<div class="legend-note">{escape(note)}</div>' if note else ""
    return f'<div class="legend-block"><div class="legend-title">{escape(title)}</div>{lines}{foot}</div>'


def _digits(limits: Sequence[float]) -> int:
    return max((len(f"{limit:.4f}".rstrip("0").split(".")[1]) for limit in limits), default=0)
