"""Small bars in HTML: a row per municipality, parts of a whole side by side, a mark, and the numbers as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class BarRow:
    """One line.

    Parameters
    ----------
    code
        Of the municipality; empty for what is none.
    parts
        Colour and share (0 to 100) of each part, from the left.
    text
        Numbers, shown at the right.
    mark
        Share at which a thin line stands; None for none.
    """

    name: str
    code: str
    parts: tuple[tuple[str, float], ...]
    text: str
    mark: float | None = None
    is_whole: bool = False
    hint: str = ""


def bars_html(rows: Sequence[BarRow], key: Sequence[tuple[str, str]]) -> str:
    """Bars with their key; every text is escaped here.

    Parameters
    ----------
    key
        Colour and label of each part; an empty colour is the mark.
    """
    labels = "".join(f"<span><i{_fill(colour)}></i>{escape(label)}</span>" for colour, label in key)
    lines = "".join(_row(row) for row in rows)
    return f'<div class="bar-key">{labels}</div><div class="bars-scroll" tabindex="0"><div class="bars">{lines}</div></div>'


def _row(row: BarRow) -> str:
    parts = "".join(
        f'<i style="background:{escape(colour)};width:{min(max(share, 0.0), 100.0):.2f}%"></i>'
        for colour, share in row.parts
        if math.isfinite(share)  # what is not known has no bar
    )
    mark = f'<b style="left:calc({min(max(row.mark, 0.0), 100.0):.2f}% - 1px)"></b>' if row.mark is not None else ""
    named = f"{row.name} {row.code}".rstrip()
    hint = escape(row.hint or f"{named}: {row.text}")
    code = f"<small>{escape(row.code)}</small>" if row.code else ""
    return (
        f'<span class="bar-name{" whole" if row.is_whole else ""}" title="{escape(named)}">{escape(row.name)}{code}</span>'
        f'<span class="bar-track" role="img" aria-label="{hint}" title="{hint}">{parts}{mark}</span>'
        f'<span class="bar-text">{escape(row.text)}</span>'
    )


def _fill(colour: str) -> str:
    return f' style="background:{escape(colour)}"' if colour else ' class="line"'
