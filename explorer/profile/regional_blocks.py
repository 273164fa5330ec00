"""Small things that the chapters of the regional half of a profile share: people as text, tables, what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Column, Heading, Paragraph, Table
from explorer.service_limits import service_name
from explorer.words import either, number, one_language, value_text, word
from layers.catalogue import MODES
from layers.measures import SECONDS_PER_MINUTE, is_in_metres

if TYPE_CHECKING:
    from explorer.profile.asked import Asked
    from explorer.words import Language

ONE_PERSON: Final = 0.5  # fewer are nobody: people are spread over places in fractions


def known(asked: Asked, indicators: Iterable[str], mode: str | None = None) -> list[str]:
    """Those of some indicators that have a value."""
    return [name for name in indicators if np.isfinite(asked.value(name, mode=mode))]


def people_text(value: float, language: Language) -> str:
    """``1,234 人``, ``1,234 people``."""
    if language == "en" and number(value, language) == "1":
        return word("pr_one_person", language)
    return value_text(value, "人", language)


def counted_text(asked: Asked, indicator: str, group: str = "total", mode: str | None = None) -> str:
    """People counted in a share: ``1,234 人``; empty where the table does not tell."""
    row = asked.row(indicator, group, mode)
    return "" if row is None or not np.isfinite(row.numerator) else people_text(row.numerator, asked.language)


def counted_number(asked: Asked, indicator: str) -> str:
    """The same for a column whose head says that it counts people: ``1,234``."""
    row = asked.row(indicator)
    return number(np.nan if row is None else row.numerator, asked.language)


def share_and_people(asked: Asked, indicator: str, group: str = "total", mode: str | None = None) -> str:
    """``58.3 %（216,218 人）``."""
    share, people = asked.text(indicator, group, mode), counted_text(asked, indicator, group, mode)
    return word("pr_share_people", asked.language, share=share, people=people) if people else share


def percent_text(value: float, language: Language) -> str:
    """A share that is no indicator of the table, with its sign."""
    return value_text(value, "%", language)


def points(value: float, language: Language) -> str:
    """A difference of shares for a column whose head says that it counts points."""
    return number(value, language, digits=2 if abs(value) < 1 else 1, sign=True).removeprefix("±")


def signed_text(value: float, unit: str, language: Language) -> str:
    """A difference with its sign and unit; 0 has none."""
    text = value_text(value, unit, language, sign=True)
    return text.removeprefix("±")


def credit(asked: Asked) -> str:
    """Source line of pictures."""
    from explorer.provenance import provenance_of

    return provenance_of(asked.opened, scenario=asked.scenario).credit_line(asked.language)


def mode_text(mode: str, language: Language) -> str:
    """A means of travel in words."""
    return either(MODES[mode], language)


def short_mode(mode: str, language: Language) -> str:
    """``道のり``, ``直線``: in a few letters, for heads of columns; other means in their full words."""
    if mode == "walk":
        return word("pr_by_walk", language)
    return word("pr_by_straight", language) if mode == "straight" else mode_text(mode, language)


def within_sentence(name: str, language: Language) -> str:
    """A name as it stands after other words: English names of the catalogue begin with a capital."""
    return name[:1].lower() + name[1:] if language == "en" else name


def service_text(category: str, language: Language) -> str:
    """Name of a service."""
    return either(service_name(category), language)


def limit_text(mode: str, limit: float, language: Language) -> str:
    """``15 分以内``, ``within 800 m``."""
    if is_in_metres(mode):
        return word("pr_within_metres", language, metres=number(limit, language))
    return word("pr_within_minutes", language, minutes=number(limit / SECONDS_PER_MINUTE, language))


def reason_text(reason: str, language: Language) -> str:
    """A reason in one language, without a full stop of its own."""
    return one_language(reason, language).strip().rstrip("。.")


def unknown(asked: Asked, what: str, reason: str) -> Paragraph:
    """One sentence instead of an empty table: what is not known, and why."""
    return Paragraph(
        word("pr_unknown", asked.language, what=what, why=reason_text(reason, asked.language)), role="note"
    )


def chapter_of(title: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """A chapter with its heading."""
    return (Heading(title), *blocks)


def value_table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    first: float = 2.2,
    texts: Mapping[int, float] | None = None,
    numbers: Mapping[int, float] | None = None,
    note: str = "",
) -> Table:
    """A table of numbers: the first column names the rows, numbers stand to the right.

    Parameters
    ----------
    first
        Width of the first column relative to those of numbers.
    texts
        Columns of words instead of numbers, by position, with their width.
    numbers
        Columns of numbers that are wider or narrower than the others, by position.
    """
    words, wide = {0: first} | dict(texts or {}), dict(numbers or {})
    columns = (
        Column(head, width=words[at]) if at in words else Column(head, align="right", width=wide.get(at, 1.0))
        for at, head in enumerate(heads)
    )
    return Table(caption, tuple(columns), tuple(tuple(row) for row in rows), note)
