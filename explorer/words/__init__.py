"""Words on the screen in Japanese and English, and numbers as each language writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final, Literal

from explorer.words.table import UNITS, WORDS

Language = Literal["ja", "en"]
LANGUAGES: Final[dict[Language, str]] = {"ja": "日本語", "en": "English"}

_DIGITS: Final = {"ポイント": 2, "指数": 3, "倍": 2, "時": 2}
_DATE: Final = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_COUNTED: Final = {
    "人", "世帯", "か所", "種類", "市区町村", "市町村", "団体", "都道府県", "圏域", "地域", "都市", "領域", "機関", "公園", "件",
}  # fmt: skip
_BETWEEN_LANGUAGES: Final = re.compile(r"\s*/ ")
_BOTH_IN_BRACKETS: Final = re.compile(r"^([^（]*)（([^（）]*) / ([^（）]*)）$")

__all__ = [
    "LANGUAGES",
    "Language",
    "date_text",
    "either",
    "joined",
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


def joined(parts: Iterable[str], language: Language) -> str:
    """Whole sentences one after the other: with a blank between them in English.

    Examples
    --------
    >>> joined(["人口は1,230人です。", "35番目です。"], "ja")
    '人口は1,230人です。35番目です。'
    """
    return ("" if language == "ja" else " ").join(parts)


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


def date_text(text: str, language: Language) -> str:
    """A day or month of the calendar (ISO 8601) as the language writes it; a year, and what is no date, as it is.

    Examples
    --------
    >>> date_text("2025-03-01", "ja"), date_text("2025-03-01", "en"), date_text("2025-03", "ja"), date_text("2025", "en")
    ('2025年3月1日', '1 March 2025', '2025年3月', '2025')
    """
    found = _DATE.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return text
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 0)
    if language == "ja":
        return f"{year}年{month}月" + (f"{day}日" if day else "")
    return f"{day} {_MONTHS[month - 1]} {year}".removeprefix("0 ")


def value_digits(unit: str, value: float = 0.0) -> int:
    """Decimals shown for a unit: shares, minutes and points one, people none, densities none from 100 up."""
    if unit in _COUNTED:
        return 0
    if unit == "人/km²":
        return 0 if abs(value) >= 100 else 1
    if unit == "%" and 99.9 <= value < 100:
        return 2  # 99.97 % of the households is not all of them
    if unit == "ポイント" and abs(value) < 1:
        return 2
    return _DIGITS.get(unit, 1)


def value_text(value: float, unit: str, language: Language, *, sign: bool = False) -> str:
    """A value with its unit: ``72.3 %``, ``1,234 人``, ``12.0 min``; "no data" has no unit.

    Examples
    --------
    >>> value_text(1234.4, "人", "ja"), value_text(5.25, "分", "en"), value_text(18.75, "時", "en")
    ('1,234 人', '5.2 min', '18:45')
    """
    shown = number(value, language, digits=value_digits(unit, value), sign=sign)
    if value is None or not math.isfinite(value):
        return shown
    if unit == "時" and not sign:
        return _clock(value)
    return f"{shown} {unit_word(unit, language)}"


def _clock(hours: float) -> str:
    """Hours after midnight as a timetable writes them; past midnight of the service day 25:10."""
    minutes = round(hours * 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
