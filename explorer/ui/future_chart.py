"""Charts of the page Future as pictures for the screen: lines over years, and moves by age; light and dark, with their text.

They are vector pictures written here, since one is drawn with every change of the year: matplotlib takes ten times as long. Files to
save are drawn by :mod:`explorer.future_pictures`. Nothing is told by colour alone: every line has a dash, a marker and its name.
"""

from __future__ import annotations

import base64
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from explorer.ui.style import DARK, FONTS, LIGHT
from explorer.words import Language, number, unit_word, value_text, word

WIDTH: Final = 640
NARROW: Final = 500  # for a chart that has half of the page
HEIGHT: Final = 330
_FONT: Final = 13.0
_LINE_HEIGHT: Final = 17.0
_TOP: Final = 34.0
_BOTTOM: Final = 30.0
_DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "4 2", "12 3")
# Okabe and Ito's colours, which survive colour blindness, 3:1 on white; lighter ones on the dark ground.
_SERIES: Final = {
    "light": ("#0072b2", "#c24e00", "#3a4450", "#8a5a00", "#007a5a", "#a03c78"),
    "dark": ("#6db8ef", "#ff9a57", "#d5dde6", "#f0c05a", "#4cd0a5", "#e79ac6"),
}
_MARKERS: Final = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-3.6-3.6h7.2v7.2h-7.2z", "M0-4.6L4.3 3.6h-8.6z", "M0-5L5 0 0 5-5 0z",
    "M0 4.6L4.3-3.6h-8.6z", "M-4-1.5h2.5v-2.5h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5z",
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """One line: values by year in the unit of the chart; NaN leaves a gap."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Frame:
    """What a chart has beside its lines.

    Parameters
    ----------
    title
        For those who cannot see it.
    mark
        The year that the page is about; None for none.
    projected_from, careful_from
        First year that is projected, and first year for which the publisher carries assumptions on; None for none.
    from_zero
        Amounts begin at zero; an index need not.
    width
        In the units of the letters: about pixels on a laptop.
    """

    title: str
    unit: str
    language: Language
    mark: int | None = None
    projected_from: int | None = None
    careful_from: int | None = None
    from_zero: bool = True
    width: int = WIDTH


def chart_html(years: Sequence[int], curves: Sequence[Curve], frame: Frame) -> str:
    """Lines over years as an ``<img>`` with a text that tells the same; every text is escaped here."""
    return _image(_svg(years, curves, frame), lines_text(years, curves, frame))


def lines_text(years: Sequence[int], curves: Sequence[Curve], frame: Frame) -> str:
    """What the chart shows in words: the first and the last value of each line."""
    parts = [frame.title]
    for curve in curves:
        known = [(year, value) for year, value in zip(years, curve.values, strict=True) if math.isfinite(value)]
        if known:
            (first, start), (last, end) = known[0], known[-1]
            parts.append(
                word(
                    "fu_alt_line", frame.language, label=curve.label, first=first, last=last,
                    start=value_text(start, frame.unit, frame.language), end=value_text(end, frame.unit, frame.language),
                )
            )  # fmt: skip
    return " ".join(parts)


def moves_html(bands: Sequence[tuple[str, float, float]], labels: tuple[str, str], frame: Frame) -> str:
    """Balance of moves of women and men by age: bars up from zero where more came, down where more left.

    Parameters
    ----------
    bands
        Name of the band of age, women, men; NaN where it is not known.
    labels
        Women, men.
    """
    told = [frame.title]
    for name, women, men in bands:
        texts = [
            f"{label} {value_text(value, '人', frame.language, sign=True)}"
            for label, value in zip(labels, (women, men), strict=True)
        ]
        told.append(f"{name}: {', '.join(texts)}.")
    return _image(_moves_svg(bands, labels, frame), " ".join(told))


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from at most `low` to at least `high`, evenly apart.

    Examples
    --------
    >>> round_ticks(0, 372)
    [0.0, 100.0, 200.0, 300.0, 400.0]
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if span / (power * each) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(at * step, 10) for at in range(first, max(last, first + 1) + 1)]


def text_width(text: str, size: float = _FONT) -> float:
    """About how wide a text is: full-width characters are square, others a little over half of that."""
    wide = sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.58 for each in text)
    return wide * size


def _image(svg: str, text: str) -> str:
    encoded = base64.b64encode(svg.encode()).decode()
    return f'<img class="future-chart" style="width:100%;height:auto;display:block" alt="{escape(text)}" src="data:image/svg+xml;base64,{encoded}">'


def _opening(width: int) -> str:
    style = "".join(
        f".s{at}{{stroke:{colour};fill:{colour}}}.p{at}{{stroke:{colour};fill:none}}"
        for at, colour in enumerate(_SERIES["light"])
    )
    dark = "".join(
        f".s{at}{{stroke:{colour};fill:{colour}}}.p{at}{{stroke:{colour};fill:none}}"
        for at, colour in enumerate(_SERIES["dark"])
    )

    def plain(colours: dict[str, str]) -> str:
        return (
            f"text{{fill:{colours['ink']}}}.f{{fill:{colours['faint']}}}.g{{stroke:{colours['line']}}}"
            f".z{{stroke:{colours['faint']}}}.b{{fill:{colours['soft']}}}.m{{stroke:{colours['ink']}}}.q{{fill:{colours['line']}}}"
        )

    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f"font-family='{FONTS}' font-size=\"{_FONT:g}\"><style>text{{stroke:none}}{plain(LIGHT)}{style}"
        f"@media (prefers-color-scheme:dark){{{plain(DARK)}{dark}}}</style>"
    )


def _svg(years: Sequence[int], curves: Sequence[Curve], frame: Frame) -> str:
    known = [value for curve in curves for value in curve.values if math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    ticks = round_ticks(min(low, 0.0) if frame.from_zero else low, high)
    labels = _ticks_text(ticks, frame.language)
    left = max(text_width(text) for text in labels) + 14
    ends = [_end(years, curve, frame) for curve in curves]
    right = frame.width - min(max((text_width(text) for _, text in ends), default=0.0) + 26, frame.width * 0.45)
    floor, ceiling = HEIGHT - _BOTTOM, _TOP

    def x(year: float) -> float:
        span = max(years[-1] - years[0], 1)
        return left + 8 + (year - years[0]) / span * (right - left - 16)

    def y(value: float) -> float:
        return floor - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (floor - ceiling)

    parts = [_opening(frame.width), _grounds(years, frame, x, left, right)]
    for tick, text in zip(ticks, labels, strict=True):
        kind = "z" if tick == 0 else "g"
        parts.append(f'<path class="{kind}" d="M{left:.1f} {y(tick):.1f}H{right:.1f}"/>')
        parts.append(
            f'<text class="f" x="{left - 6:.1f}" y="{y(tick) + 4.5:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    parts.append(f'<text class="f" x="2" y="14">{escape(unit_word(frame.unit, frame.language))}</text>')
    every = 1 if len(years) <= 7 else 2
    for at, year in enumerate(years):
        if at % every == 0 or year == frame.mark:
            parts.append(f'<text class="f" x="{x(year):.1f}" y="{HEIGHT - 9}" text-anchor="middle">{year}</text>')
    if frame.mark in years:
        parts.append(
            f'<path class="m" stroke-width="1.2" stroke-dasharray="3 3" d="M{x(frame.mark or 0):.1f} {ceiling - 4:.1f}V{floor:.1f}"/>'
        )
    for at, curve in enumerate(curves):
        parts.append(_curve(years, curve, at % len(_DASHES), x, y))
    wanted = [y(value) if math.isfinite(value) else floor for value, _ in ends]
    for at, (height, (_, text)) in enumerate(zip(_apart(wanted, ceiling, floor), ends, strict=True)):
        style = at % len(_MARKERS)
        parts.append(
            f'<path class="s{style}" transform="translate({right + 10:.1f} {height:.1f})" d="{_MARKERS[style]}"/>'
        )
        parts.append(f'<text x="{right + 19:.1f}" y="{height + 4.5:.1f}">{escape(text)}</text>')
    return "".join(parts) + "</svg>"


def _grounds(years: Sequence[int], frame: Frame, x: object, left: float, right: float) -> str:
    """The ground of the projected years, and of those for which assumptions are only carried on."""
    assert callable(x)
    parts = []
    for first, kind, text in (
        (frame.projected_from, "b", word("fu_projected", frame.language)),
        (frame.careful_from, "q", word("fu_careful", frame.language)),
    ):
        if first is None or first > years[-1]:
            continue
        before = max((year for year in years if year < first), default=first)
        start = max((x(first) + x(before)) / 2, left)
        parts.append(
            f'<rect class="{kind}" x="{start:.1f}" y="{_TOP - 16:.1f}" width="{max(right - start, 0):.1f}" '
            f'height="{HEIGHT - _BOTTOM - _TOP + 16:.1f}" opacity="{1 if kind == "b" else 0.55}"/>'
            f'<text class="f" x="{start + 5:.1f}" y="{_TOP - 4:.1f}" font-size="11">{escape(text)}</text>'
        )
    return "".join(parts)


def _curve(years: Sequence[int], curve: Curve, style: int, x: object, y: object) -> str:
    assert callable(x)
    assert callable(y)
    known = [(x(year), y(value)) for year, value in zip(years, curve.values, strict=True) if math.isfinite(value)]
    dash = f' stroke-dasharray="{_DASHES[style]}"' if _DASHES[style] else ""
    line = "M" + "L".join(f"{across:.1f} {up:.1f}" for across, up in known) if known else ""
    marks = "".join(
        f'<path class="s{style}" stroke-width="0" transform="translate({across:.1f} {up:.1f}) scale(.8)" d="{_MARKERS[style]}"/>'
        for across, up in known
    )
    return f'<path class="p{style}" stroke-width="2.2"{dash} d="{line}"/>{marks}' if line else ""


def _end(years: Sequence[int], curve: Curve, frame: Frame) -> tuple[float, str]:
    """Where a line ends, and what is written there: its name and its last value."""
    known = {year: value for year, value in zip(years, curve.values, strict=True) if math.isfinite(value)}
    if not known:
        return math.nan, f"{curve.label} {word('no_data', frame.language)}"
    last = known[max(known)]
    return last, f"{curve.label} {value_text(last, frame.unit, frame.language)}"


def _apart(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights of labels, as near to those wanted as the others let them, none on another."""
    from explorer.figures.scales import spread

    return spread(wanted, [_LINE_HEIGHT] * len(wanted), top - 12, bottom + 10)


def _ticks_text(ticks: Sequence[float], language: Language) -> list[str]:
    step = ticks[1] - ticks[0]
    digits = 0 if step >= 1 else max(0, -math.floor(math.log10(step)))
    return [number(tick, language, digits=digits) for tick in ticks]


def _moves_svg(bands: Sequence[tuple[str, float, float]], labels: tuple[str, str], frame: Frame) -> str:
    known = [value for _, *values in bands for value in values if math.isfinite(value)]
    ticks = round_ticks(min([0.0, *known]), max([0.0, *known]))
    texts = _ticks_text(ticks, frame.language)
    left, right = max(text_width(text) for text in texts) + 14, frame.width - 8.0
    floor, ceiling = HEIGHT - _BOTTOM - 4, _TOP + 6

    def y(value: float) -> float:
        return floor - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (floor - ceiling)

    parts = [
        _opening(frame.width),
        f'<text class="f" x="2" y="14">{escape(unit_word(frame.unit, frame.language))}</text>',
    ]
    start = max(left, text_width(unit_word(frame.unit, frame.language)) + 18)
    for at, label in enumerate(labels):
        parts.append(
            f'<rect class="s{at}" x="{start:.1f}" y="6" width="12" height="12" stroke-width="0"{_hatched(at)}/>'
        )
        parts.append(f'<text x="{start + 17:.1f}" y="16">{escape(label)}</text>')
        start += text_width(label) + 40
    for tick, text in zip(ticks, texts, strict=True):
        kind = "z" if tick == 0 else "g"
        parts.append(f'<path class="{kind}" d="M{left:.1f} {y(tick):.1f}H{right:.1f}"/>')
        parts.append(
            f'<text class="f" x="{left - 6:.1f}" y="{y(tick) + 4.5:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    room = (right - left) / max(len(bands), 1)
    bar = room * 0.36
    for row, (name, *values) in enumerate(bands):
        middle = left + (row + 0.5) * room
        for at, value in enumerate(values):
            if math.isfinite(value):
                top, height = min(y(value), y(0)), abs(y(value) - y(0))
                parts.append(
                    f'<rect class="s{at}" stroke-width="0" x="{middle - bar + at * bar:.1f}" y="{top:.1f}" '
                    f'width="{bar - 1:.1f}" height="{max(height, 0.6):.1f}"{_hatched(at)}/>'
                )
        if row % 2 == 0 or room > 60:
            parts.append(
                f'<text class="f" x="{middle:.1f}" y="{HEIGHT - 10}" text-anchor="middle" font-size="11">{escape(name)}</text>'
            )
    return "".join(parts) + "</svg>"


def _hatched(series: int) -> str:
    """The second of two is lighter, so that the two stay apart in grey."""
    return ' fill-opacity="0.55"' if series else ""
