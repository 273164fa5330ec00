"""Words on the screen in Japanese and English, and numbers as each language writes them."""

from __future__ import annotations

import math
import re
from typing import Final, Literal

from explorer.words.table import UNITS, WORDS

Language = Literal["ja", "en"]
LANGUAGES: Final[dict[Language, str]] = {"ja": "日本語", "en": "English"}

_BETWEEN_LANGUAGES: Final = re.compile(r"\s*/ ")
_BOTH_IN_BRACKETS: Final = re.compile(r"^([^（]*)（([^（）]*) / ([^（）]*)）$")

__all__ = [
    "LANGUAGES",
    "Language",
    "either",
    "number",
    "one_language",
    "unit_word",
    "value_digits",
    "value_text",
    "word",
]


def word(key: str, language: Language, **values: object) -> str:
    """A word or sentence of the table, with ``{name}`` places filled in.

    Raises
    ------
    KeyError
        The table has no such key.

    Examples
    --------
    >>> word("no_data", "ja"), word("no_data", "en")
    ('データなし', 'No data')
    """
    pair = WORDS[key]
    text = pair[0] if language == "ja" else pair[1]
    return text.format(**values) if values else text


def either(pair: tuple[str, str], language: Language) -> str:
    """Japanese or English of a pair, as the catalogue holds them."""
    return pair[0] if language == "ja" else pair[1]


def one_language(text: str, language: Language) -> str:
    """One half of a bilingual message ``日本語。 / English.``; the whole text where it has no two halves.

    Examples
    --------
    >>> one_language("駅がありません。 / There is no station.", "en")
    'There is no station.'
    >>> one_language("CC BY 4.0（一部制限あり / with restrictions）", "en")
    'CC BY 4.0 (with restrictions)'
    """
    inside = _BOTH_IN_BRACKETS.match(text)
    if inside:
        start, japanese, english = inside.groups()
        return f"{start}（{japanese}）" if language == "ja" else f"{start} ({english})"
    halves = _BETWEEN_LANGUAGES.split(text, maxsplit=1)
    return halves[0] if language == "ja" else halves[-1]


def unit_word(unit: str, language: Language) -> str:
    """A unit of the catalogue (``分``, ``人/km²``) in a language."""
    pair = UNITS.get(unit)
    return unit if pair is None else either(pair, language)


def number(value: float, language: Language, *, digits: int = 0, sign: bool = False) -> str:
    """A number with thousands separators (both languages write 1,234.5); a true minus sign; no data as a word."""
    if value is None or math.isnan(value):
        return word("no_data", language)
    if math.isinf(value):
        return word("unreachable", language)
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    if float(text.replace(",", "")) == 0:  # "-0.0" and "+0.0" say more than is known
        text = f"{'±' if sign else ''}{0:.{digits}f}"
    return text.replace("-", "−")


def value_digits(unit: str, value: float = 0.0) -> int:
    """Decimals shown for a unit: shares and minutes one, people none, densities none from 100 up."""
    if unit == "人":
        return 0
    if unit == "人/km²":
        return 0 if abs(value) >= 100 else 1
    return 1


def value_text(value: float, unit: str, language: Language, *, sign: bool = False) -> str:
    """A value with its unit: ``72.3 %``, ``1,234 人``, ``12.0 min``; "no data" has no unit.

    Examples
    --------
    >>> value_text(1234.4, "人", "ja"), value_text(5.25, "分", "en")
    ('1,234 人', '5.2 min')
    """
    shown = number(value, language, digits=value_digits(unit, value), sign=sign)
    if value is None or not math.isfinite(value):
        return shown
    return f"{shown} {unit_word(unit, language)}"
