"""First chapter: who lives here, what is expected, how many have services at hand, and how that compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Column, Fact, Facts, Heading, Paragraph, Table
from explorer.profile.asked import without_unit
from explorer.profile.indicator_table import Wanted, missing_text
from explorer.profile.similar import Similar, similar_to
from explorer.profile.source_hints import source_hints
from explorer.words import joined, number, unit_word, word

if TYPE_CHECKING:
    from explorer.profile.asked import Asked

_MOST_FACTS: Final = 8
_MOST_COLUMNS: Final = 7  # of numbers in a table of municipalities
_UNITS_IN_HEADS: Final = ("人", "人/km²")


@dataclass(frozen=True)
class _KeyFact:
    """An indicator with a short name: a key of the words."""

    indicator: str
    label: str
    sign: bool = False


PEOPLE: Final = (
    _KeyFact("population", "pf_fact_population"),
    _KeyFact("population_density", "pf_fact_density"),
    _KeyFact("ageing_65", "pf_fact_65"),
    _KeyFact("ageing_75", "pf_fact_75"),
    _KeyFact("population_change_2050", "pf_fact_2050", sign=True),
)
COVERAGE: Final = (
    _KeyFact("food_shop_within_800m", "pf_fact_food"),
    _KeyFact("medical_within_800m", "pf_fact_medical"),
    _KeyFact("transport_station_800m_or_stop_300m", "pf_fact_transport"),
    _KeyFact("nursery_within_800m", "pf_fact_nursery"),
    _KeyFact("elementary_school_within_800m", "pf_fact_school"),
)


def chapter(asked: Asked) -> tuple[Block, ...]:
    """Lead sentences, key facts with their places, and the similar municipalities or the members of the region."""
    similar = similar_to(asked)
    shown = _shown(asked)
    blocks: list[Block] = [Paragraph(lead(asked), "lead")]
    if shown:
        facts = tuple(_fact(asked, each, similar) for each in shown)
        blocks += [Facts(facts), Paragraph(_sources(asked, shown), "note")]
    missing = [Wanted(each.indicator) for each in PEOPLE if asked.knows(each.indicator) and not _has(asked, each)]
    if missing:
        blocks.append(Paragraph(missing_text(asked, missing), "note"))
    if asked.is_region:
        blocks += [Heading(word("pf_members", asked.language), 2), _members(asked)]
    elif similar.codes:
        blocks += [Heading(word("pf_similar", asked.language), 2), _similar_table(asked, similar)]
    return (Heading(word("pf_key_facts", asked.language)), *blocks)


def lead(asked: Asked) -> str:
    """Two or three sentences: people and area, where that stands, what is projected."""
    language = asked.language
    year = asked.opened.workspace.manifest.get("population_year")
    if not np.isfinite(asked.value("population")):
        first = word("pf_lead_unknown", language, name=asked.name, reason=asked.reason("population"))
    else:
        key = "pf_lead" if year else "pf_lead_without_year"
        shown = {"people": asked.text("population"), "area": number(_area_km2(asked), language, digits=1), "year": year}
        first = word(key, language, name=asked.name, **shown)
    parts = [first]
    rank = asked.rank("population")
    if rank is not None and rank.count > 1:
        key = "pf_lead_rank_tied" if rank.tied > 1 else "pf_lead_rank"
        parts.append(word(key, language, n=rank.count, rank=rank.place, tied=rank.tied))
    parts += _change_sentence(asked)
    return joined(parts, language)


def _change_sentence(asked: Asked) -> list[str]:
    change = asked.value("population_change_2050")
    if not np.isfinite(change):
        return []
    shown = {"people": asked.text("population_2050"), "change": asked.text("population_change_2050", sign=True)}
    return [word("pf_lead_2050", asked.language, **shown)]


def _area_km2(asked: Asked) -> float:
    table = asked.opened.municipalities.set_index("code")
    return float(table.loc[list(asked.codes), "area_km2"].sum())


def _shown(asked: Asked) -> list[_KeyFact]:
    """Facts with a value, services only where the lists behind them are not known to lack many."""
    there = [each for each in PEOPLE if _has(asked, each)]
    there += [each for each in COVERAGE if _has(asked, each) and not asked.lists_lack(each.indicator)]
    return there[:_MOST_FACTS]


def _has(asked: Asked, fact: _KeyFact) -> bool:
    return asked.knows(fact.indicator) and bool(np.isfinite(asked.value(fact.indicator)))


def _fact(asked: Asked, fact: _KeyFact, similar: Similar) -> Fact:
    note = asked.rank_note(fact.indicator) if asked.is_region else _places(asked, fact, similar)
    return Fact(_label(asked, fact), asked.cell(fact.indicator, sign=fact.sign), note)


def _places(asked: Asked, fact: _KeyFact, similar: Similar) -> str:
    """Place among all, and among the similar ones, in a few words."""
    short = asked.rank_short(fact.indicator)
    rank = similar.rank(asked, fact.indicator)
    if not short or rank is None:
        return short
    return word("pf_fact_places", asked.language, all=short, n=rank.count, rank=rank.place)


def _label(asked: Asked, fact: _KeyFact) -> str:
    year = asked.opened.workspace.manifest.get("population_year")
    if fact.label == "pf_fact_population" and year:
        return word("pf_fact_population_year", asked.language, year=year)
    return word(fact.label, asked.language)


def _sources(asked: Asked, shown: list[_KeyFact]) -> str:
    language = asked.language
    named = source_hints(asked, [(_label(asked, each), each.indicator) for each in shown])
    parts = [word("pf_facts_sources", language, sources=named)]
    if not asked.is_region and len(asked.study_codes) > 1:
        parts.insert(0, word("pf_facts_ranks", language, n=len(asked.study_codes)))
    return joined(parts, language)


def _columns(asked: Asked, first: str, facts: list[_KeyFact]) -> tuple[Column, ...]:
    heads = [Column(_head(asked, each), "right") for each in facts]
    return (Column(word(first, asked.language), width=2.0), *heads)


def _compared(asked: Asked, codes: list[str], facts: tuple[_KeyFact, ...]) -> list[_KeyFact]:
    """Facts of which some of these municipalities have a value."""
    return [
        each
        for each in facts
        if asked.knows(each.indicator) and asked.study_values(each.indicator)[codes].notna().any()
    ]


def _row(asked: Asked, code: str, facts: list[_KeyFact]) -> tuple[Cell, ...]:
    cells = [_bare(asked, each, asked.cell_of(code, each.indicator, sign=each.sign)) for each in facts]
    return (Cell(asked.named(code)), *cells)


def _bare(asked: Asked, fact: _KeyFact, cell: Cell) -> Cell:
    """People and densities without their unit, which the head says: columns are narrow."""
    unit = asked.indicator(fact.indicator).unit
    return without_unit(cell, unit, asked.language) if unit in _UNITS_IN_HEADS else cell


def _head(asked: Asked, fact: _KeyFact) -> str:
    unit = asked.indicator(fact.indicator).unit
    if unit not in _UNITS_IN_HEADS:
        return _label(asked, fact)
    return word("pf_with_unit", asked.language, label=_label(asked, fact), unit=unit_word(unit, asked.language))


def _similar_table(asked: Asked, similar: Similar) -> Table:
    codes = [asked.area_code, *similar.codes[:5]]
    coverage = [each for each in _compared(asked, codes, COVERAGE) if not asked.lists_lack(each.indicator)]
    facts = (_compared(asked, codes, PEOPLE) + coverage)[:_MOST_COLUMNS]
    rows = tuple(_row(asked, code, facts) for code in codes)
    language = asked.language
    used = word("comma", language).join(asked.label(each) for each in similar.used)
    note = word("pf_similar_how", language, n=len(similar.codes), used=used)
    return Table(word("pf_similar_table", language), _columns(asked, "pf_column_town", facts), rows, note)


def _members(asked: Asked) -> Table:
    codes = list(asked.codes)
    coverage = [each for each in _compared(asked, codes, COVERAGE) if not asked.lists_lack(each.indicator)]
    facts = (_compared(asked, codes, PEOPLE) + coverage)[:_MOST_COLUMNS]
    rows = [_row(asked, code, facts) for code in codes]
    whole = [_bare(asked, each, asked.cell(each.indicator, sign=each.sign)) for each in facts]
    rows.append((Cell(word("pf_whole_region", asked.language)), *whole))
    note = word("pf_members_how", asked.language)
    return Table(word("pf_members_table", asked.language), _columns(asked, "pf_column_town", facts), tuple(rows), note)
