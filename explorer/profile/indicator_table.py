"""A compact table of some indicators: value, people behind it, where it stands, official value; what has none is named below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.documents.blocks import Block, Cell, Column, Paragraph, Shown, Table
from explorer.words import either, joined, number, one_language, unit_word, value_text, word
from layers.catalogue import GROUPS, MODES
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    from explorer.profile.asked import Asked
    from explorer.rows import Row


@dataclass(frozen=True)
class Wanted:
    """An indicator to show; `mode` None is that of streets on foot where it is known so, else its first."""

    indicator: str
    group: str = "total"
    mode: str | None = None


def known(asked: Asked, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those that have a value for the area, in the same order."""
    return [each for each in wanted if np.isfinite(asked.value(each.indicator, each.group, each.mode))]


def label(asked: Asked, wanted: Wanted) -> str:
    """Name of the indicator with mode and age group, where they are not walking and everybody."""
    mode = asked.mode(wanted.indicator, wanted.group) if wanted.mode is None else wanted.mode
    aside = [either(MODES[mode], asked.language)] if mode not in {"", "walk"} else []
    aside += [either(GROUPS[wanted.group], asked.language)] if wanted.group != "total" else []
    name = asked.label(wanted.indicator)
    return (
        word("pf_aside", asked.language, name=name, aside=word("comma", asked.language).join(aside)) if aside else name
    )


def indicator_blocks(
    asked: Asked, caption: str, wanted: Sequence[Wanted], *, subject: str = "", explains_ranks: bool = True
) -> tuple[Block, ...]:
    """A table of the indicators that have a value here, and in a sentence why the others have none.

    Parameters
    ----------
    wanted
        Those that neither catalogue nor workspace know are left out.
    subject
        What the sentence names where nothing at all has a value; the caption where it is empty.
    explains_ranks
        Whether the note below says how ranks are written; once in a chapter is enough.
    """
    asked_for = [each for each in wanted if asked.knows(each.indicator)]
    shown = known(asked, asked_for)
    if not shown:
        return (Paragraph(nothing_known(asked, subject or caption, asked_for)),)
    blocks: list[Block] = [indicator_table(asked, caption, shown, explains_ranks=explains_ranks)]
    missing = [each for each in asked_for if each not in shown]
    if missing:
        blocks.append(Paragraph(missing_text(asked, missing), "note"))
    return tuple(blocks)


def indicator_table(asked: Asked, caption: str, wanted: Sequence[Wanted], *, explains_ranks: bool = True) -> Table:
    """Value, people behind it, and where it stands; the official value where any of them has one."""
    language = asked.language
    officials = [official_row(asked, each) for each in wanted]
    has_official = any(row is not None for row in officials)
    behind = [_behind(asked, each) for each in wanted]
    stands = [asked.rank_short(each.indicator, each.group, each.mode) for each in wanted]
    columns = [Column(word("pf_column_indicator", language), width=4.2)]
    columns.append(Column(word("pf_column_value", language), "right", 1.3))
    if any(behind):
        columns.append(Column(word("pf_column_behind", language), "right", 2.1))
    if any(stands):
        head = "pf_column_members" if asked.is_region else "pf_column_rank"
        columns.append(Column(word(head, language), "right", 1.6))
    if has_official:
        columns.append(Column(word("pf_column_straight", language), "right", 1.3))
        columns.append(Column(word("pf_column_official", language), "right", 1.3))
    rows = []
    for each, people, place, official in zip(wanted, behind, stands, officials, strict=True):
        row = [Cell(label(asked, each)), asked.cell(each.indicator, each.group, each.mode)]
        row += [Cell(people)] if any(behind) else []
        row += [Cell(place)] if any(stands) else []
        rows.append(tuple(row + (_official_cells(asked, official) if has_official else [])))
    return Table(caption, tuple(columns), tuple(rows), _note(asked, officials, has_rank=any(stands) and explains_ranks))


def missing_text(asked: Asked, missing: Sequence[Wanted]) -> str:
    """Which indicators have no value here, by reason."""
    language = asked.language
    by_reason: dict[str, list[str]] = {}
    for each in missing:
        why = asked.reason(each.indicator, each.group, each.mode)
        by_reason.setdefault(why, []).append(label(asked, each))
    parts = [
        word("pf_missing_part", language, names=word("comma", language).join(dict.fromkeys(names)), reason=reason)
        for reason, names in by_reason.items()
    ]
    return word("pf_missing", language, parts=word("pf_missing_between", language).join(parts))


def nothing_known(asked: Asked, subject: str, wanted: Sequence[Wanted]) -> str:
    """A sentence for a subject none of whose indicators has a value here: what is not known, and why."""
    everybody = [each for each in wanted if each.group == "total"] or wanted
    reasons = [asked.reason(each.indicator, each.group, each.mode) for each in everybody]
    why = word("pf_reasons_between", asked.language).join(dict.fromkeys(reason for reason in reasons if reason))
    if not why:
        why = word("pf_not_in_workspace", asked.language)
    return word("pf_nothing_known", asked.language, name=asked.short_name, subject=subject, reason=why)


def _behind(asked: Asked, wanted: Wanted) -> str:
    """``1,234 / 5,678``: numerator and denominator of a share, where the value is their quotient."""
    row = asked.row(wanted.indicator, wanted.group, wanted.mode)
    if row is None or row.indicator.unit != "%" or not _is_share(row):
        return ""
    unit = row.indicator.counted
    digits = 1 if unit == "km²" else 0
    part, whole = (number(each, asked.language, digits=digits) for each in (row.numerator, row.denominator))
    counted = "" if unit == "人" else f" {unit_word(unit, asked.language)}"
    return f"{part} / {whole}{counted}"


def _is_share(row: Row) -> bool:
    ends = row.value * row.denominator, 100 * row.numerator
    return all(map(math.isfinite, ends)) and math.isclose(*ends, rel_tol=1e-6, abs_tol=1e-9)


def official_row(asked: Asked, wanted: Wanted) -> Row | None:
    """The row beside which the published value stands: in a straight line (or without distance), of the people it counts."""
    if not asked.indicator(wanted.indicator).official:
        return None
    entry = asked.indicator(wanted.indicator)
    mode = STRAIGHT if STRAIGHT in entry.modes else ""
    row = asked.row(wanted.indicator, entry.official_group, mode)
    return row if row is not None and math.isfinite(row.official_value) else None


def _official_cells(asked: Asked, row: Row | None) -> list[Cell]:
    if row is None:
        return [Cell(""), Cell("")]
    unit, language = row.indicator.unit, asked.language
    shown = Shown(row.indicator.id, row.area_code, row.group, row.mode, row.value)
    return [
        Cell(value_text(row.value, unit, language), shown),
        Cell(value_text(row.official_value, unit, language)),
    ]


def _note(asked: Asked, officials: Sequence[Row | None], *, has_rank: bool) -> str:
    language = asked.language
    parts = []
    if has_rank and not asked.is_region:
        parts.append(word("pf_rank_how", language))
    published = [row for row in officials if row is not None]
    if published:
        sources = dict.fromkeys(one_language(row.official_source, language) for row in published)
        named = word("pf_reasons_between", language).join(source for source in sources if source)
        parts.append(word("pf_official_how", language, sources=named or "—"))
    return joined(parts, language)
