"""The distribution strip: one line per municipality along the value axis, this one marked."""

from __future__ import annotations

import base64
from html import escape

import numpy as np
import numpy.typing as npt

from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA, SELECTED
from explorer.ui.style import DARK, LIGHT
from explorer.words import Language, value_text, word

WIDTH = 360
HEIGHT = 56


def strip_html(values: npt.ArrayLike, chosen: float, classes: Classes, *, unit: str, language: Language) -> str:
    """The strip as an ``<img>`` with a text for those who cannot see it; empty where no municipality has a value."""
    numbers = np.asarray(values, dtype=float)
    known = np.sort(numbers[np.isfinite(numbers)])
    if known.size == 0:
        return ""
    low, high = _axis(known, unit)
    picture = _svg(known, chosen, classes, low, high, unit=unit, language=language)
    text = word(
        "distribution_alt", language, n=known.size, low=value_text(float(known[0]), unit, language),
        high=value_text(float(known[-1]), unit, language), value=value_text(chosen, unit, language),
    )  # fmt: skip
    encoded = base64.b64encode(picture.encode()).decode()
    return f'<img class="strip" alt="{escape(text)}" src="data:image/svg+xml;base64,{encoded}">'


def _axis(known: npt.NDArray[np.float64], unit: str) -> tuple[float, float]:
    if unit == "%" and known[0] >= 0 and known[-1] <= 100:  # a change may be below, a ratio above
        return 0.0, 100.0
    low = 0.0 if known[0] >= 0 else float(known[0])
    high = max(float(known[-1]), 0.0)
    return low, high if high > low else low + 1.0


def _svg(
    known: npt.NDArray[np.float64],
    chosen: float,
    classes: Classes,
    low: float,
    high: float,
    *,
    unit: str,
    language: Language,
) -> str:
    def at(value: float) -> float:
        return 6 + (WIDTH - 12) * (value - low) / (high - low)

    colours = [classes.colours[index] if index >= 0 else NO_DATA for index in classes.of(known)]
    lines = "".join(
        f'<path class="edge" d="M{at(value):.1f} 16V36" stroke-width="4.2"/>'
        f'<path d="M{at(value):.1f} 16V36" stroke="{colour}" stroke-width="3"/>'
        for value, colour in zip(known.tolist(), colours, strict=True)
    )
    mark = ""
    if np.isfinite(chosen):
        x = at(float(chosen))
        mark = (
            f'<path d="M{x:.1f} 11V41" stroke="{SELECTED}" stroke-width="3"/>'
            f'<path d="M{x - 5:.1f} 3h10l-5 8z" fill="{SELECTED}"/>'
        )
    style = 'font-family="Noto Sans JP, Noto Sans CJK JP, Meiryo, sans-serif" font-size="11"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<style>{_colours()}</style><path class="axis" d="M6 36H{WIDTH - 6}"/>{lines}{mark}'
        f'<text x="6" y="52" {style}>{escape(value_text(low, unit, language))}</text>'
        f'<text x="{WIDTH - 6}" y="52" text-anchor="end" {style}>{escape(value_text(high, unit, language))}</text></svg>'
    )


def _colours() -> str:
    """The picture follows light and dark by itself: the variables of the page do not reach into it."""
    light, dark = (
        f"text{{fill:{look['faint']}}}.axis{{stroke:{look['edge']}}}.edge{{stroke:{look['faint']}}}"
        for look in (LIGHT, DARK)
    )
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
