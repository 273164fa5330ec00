"""Text for those who cannot see a chart: how many, least, most, without data. Made from the numbers alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

from explorer.words import Language, number, value_text, word


def extremes(labels: Sequence[str], values: Sequence[float], unit: str, language: Language) -> str:
    """A sentence on the least and the most of some values, and one on those without data, where there are any."""
    known = [(value, label) for value, label in zip(values, labels, strict=True) if math.isfinite(value)]
    missing = sum(1 for value in values if math.isnan(value))
    parts = []
    if known:
        (low, least), (high, most) = min(known), max(known)
        same = value_text(low, unit, language) == value_text(high, unit, language)
        if same:
            parts.append(word("fig_alt_same", language, value=value_text(low, unit, language)))
        else:
            parts.append(
                word(
                    "fig_alt_extremes", language, least=least, low=value_text(low, unit, language), most=most,
                    high=value_text(high, unit, language),
                )
            )  # fmt: skip
    if missing:
        parts.append(word("fig_alt_missing", language, n=number(missing, language)))
    return joined(parts, language)


def joined(parts: Sequence[str], language: Language) -> str:
    """Sentences one after the other."""
    return ("" if language == "ja" else " ").join(part for part in parts if part)
