"""Moves of the young and of women, moves between here and the Tokyo area, and who commutes where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Paragraph
from explorer.profile.regional_blocks import (
    chapter_of,
    known,
    people_text,
    percent_text,
    reason_text,
    unknown,
    value_table,
)
from explorer.profile.study_answers import study_answers
from explorer.words import either, joined, number, word
from geodata.codes import PREFECTURES, PREFECTURES_EN
from geodata.errors import MissingSource

if TYPE_CHECKING:
    import pandas as pd

    from explorer.commuters import Commuters
    from explorer.profile.asked import Asked

# Groups of the indicators net_migration_…, most general first.
GROUPS: Final = {
    "all": "pr_moves_all",
    "15_29": "pr_moves_young",
    "men_15_29": "pr_moves_young_men",
    "women_15_29": "pr_moves_young_women",
    "women_20_39": "pr_moves_women",
}
MOST_PARTNERS: Final = 3
_OFFICIAL: Final = "net_migration_official"
_WOMEN_SHARE: Final = "women_share_of_loss_15_29"


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on migration and commuting."""
    return chapter_of(word("pr_migration", asked.language), [*_moves(asked), *_commuting(asked)])


def _moves(asked: Asked) -> list[Block]:
    language = asked.language
    groups = [group for group in GROUPS if known(asked, [f"net_migration_{group}"])]
    if not groups:
        official = _official(asked)
        if official:
            return [Paragraph(official)]
        return [unknown(asked, word("pr_moves_what", language), asked.reason("net_migration_all"))]
    return [Paragraph(_sentences(asked)), *_table(asked, groups)]


def _official(asked: Asked) -> str:
    """Where only the published rate is known."""
    if not known(asked, [_OFFICIAL]):
        return ""
    why = reason_text(asked.reason("net_migration_15_29"), asked.language)
    rate = asked.text(_OFFICIAL, sign=True)
    return word("pr_moves_official", asked.language, name=asked.short_name, rate=rate, why=why)


def _sentences(asked: Asked) -> str:
    language = asked.language
    texts = []
    if known(asked, ["net_migration_all"]):
        texts.append(_balance(asked, "net_migration_all", word("pr_moves_everybody", language)))
    if known(asked, ["net_migration_15_29"]):
        texts.append(_balance(asked, "net_migration_15_29", word("pr_moves_young", language)))
    if known(asked, [_WOMEN_SHARE]):
        texts.append(word("pr_moves_women_share", language, share=asked.text(_WOMEN_SHARE)))
    if known(asked, ["tokyo_net_15_29"]):
        texts.append(_balance(asked, "tokyo_net_15_29", word("pr_moves_young_tokyo", language)))
    return joined(texts, language)


def _balance(asked: Asked, indicator: str, who: str) -> str:
    """More came, more left, or as many."""
    net = round(asked.value(indicator))
    people = people_text(abs(net), asked.language)
    if net == 0:
        return word("pr_moves_even", asked.language, who=who)
    return word("pr_moves_more_in" if net > 0 else "pr_moves_more_out", asked.language, who=who, people=people)


def _table(asked: Asked, groups: list[str]) -> list[Block]:
    language = asked.language
    flows = {group: _in_and_out(asked, group) for group in groups}
    has_flows = any(np.isfinite(flow).all() for flow in flows.values())
    has_rate = bool(known(asked, [f"net_migration_rate_{group}" for group in groups]))
    has_tokyo = bool(known(asked, [f"tokyo_net_{group}" for group in groups]))
    heads = [word("pr_moves_group", language)]
    heads += [word("pr_moves_in", language), word("pr_moves_out", language)] if has_flows else []
    heads += [word("pr_moves_net", language)]
    heads += [word("pr_moves_rate", language)] if has_rate else []
    heads += [word("pr_moves_tokyo", language)] if has_tokyo else []
    rows = []
    for group in groups:
        row = [Cell(word(GROUPS[group], language))]
        row += [Cell(number(value, language)) for value in flows[group]] if has_flows else []
        row += [asked.cell(f"net_migration_{group}", sign=True)]
        row += [asked.cell(f"net_migration_rate_{group}", sign=True)] if has_rate else []
        row += [_if_defined(asked, f"tokyo_net_{group}")] if has_tokyo else []
        rows.append(row)
    note = word("pr_moves_note_region" if asked.is_region else "pr_moves_note", language)
    day = _as_of(asked)
    caption = (
        word("pr_moves_caption", language, name=asked.short_name, day=day)
        if day
        else word("pr_moves_caption_undated", language, name=asked.short_name)
    )
    wide = {heads.index(word("pr_moves_rate", language)): 1.7} if has_rate else {}
    return [value_table(caption, heads, rows, first=1.5, numbers=wide, note=note)]


def _if_defined(asked: Asked, indicator: str) -> Cell:
    """A dash where the catalogue has no such indicator at all: that is no missing value."""
    return asked.cell(indicator, sign=True) if asked.knows(indicator) else Cell(word("pr_dash", asked.language))


def _in_and_out(asked: Asked, group: str) -> tuple[float, float]:
    """People who moved in and out, of the same figures as the balance; NaN where only that is published."""
    opened = asked.opened
    if asked.is_region:
        conditions, at = opened.pooled_conditions(asked.codes), 0
    else:
        conditions, at = opened.conditions, asked.study_codes.index(asked.area_code)
    found = [conditions.figures.get(f"moves_{way}_{group}_all") for way in ("in", "out")]
    into, out = (np.nan if figure is None else float(figure.value[at]) for figure in found)
    return into, out


def _as_of(asked: Asked) -> str:
    """The latest year that the moves are of."""
    table = study_answers(asked.opened).table("migration")
    if table is None:
        return ""
    days = table.loc[table["direction"] != "living", "as_of"].dropna().astype(str)
    return max(days, default="")[:4]


def _commuting(asked: Asked) -> list[Block]:
    from explorer.commuters import Commuters

    language = asked.language
    try:
        flows = Commuters.of(asked.opened)
    except MissingSource:
        return [unknown(asked, word("pr_commuting_what", language), asked.reason("day_night_ratio"))]
    texts = [_stays(asked, flows)]
    if known(asked, ["day_night_ratio"]):
        texts.append(word("pr_day_night", language, ratio=asked.text("day_night_ratio")))
    text = joined((each for each in texts if each), language)
    return [*([Paragraph(text)] if text else []), *_partners(asked, flows)]


def _stays(asked: Asked, flows: Commuters) -> str:
    """Share of commuters who stay; of a region those who stay within it."""
    if not asked.is_region:
        if not known(asked, ["self_containment"]):
            return ""
        return word("pr_stays", asked.language, name=asked.short_name, share=asked.text("self_containment"))
    share, _ = flows.self_containment(asked.codes)
    if not np.isfinite(share):
        return ""
    return word("pr_stays_region", asked.language, share=percent_text(share, asked.language))


def _partners(asked: Asked, flows: Commuters) -> list[Block]:
    """Most common places to go to and to come from, outside the area itself."""
    language = asked.language
    listed = sorted(set(asked.codes) & flows.origins)
    lives = flows.persons.index.get_level_values(0).isin(asked.codes)
    works = flows.persons.index.get_level_values(1).isin(asked.codes)
    everybody = float(flows.persons[lives].sum())
    there = flows.persons[lives & ~works].groupby(level=1).sum()
    here = flows.persons[works & ~lives].groupby(level=0).sum()
    going, coming = _largest(there), _largest(here)
    if not listed or (not len(going) and not len(coming)):
        return []
    rows = []
    for at in range(max(len(going), len(coming))):
        row = [Cell(number(at + 1, language))]
        row += _partner(asked, going, at, everybody)
        row += _partner(asked, coming, at)
        rows.append(row)
    heads = [
        *(word("pr_order", language), word("pr_go_to", language), word("pr_people_heads", language)),
        *(word("pr_of_commuters", language), word("pr_come_from", language), word("pr_people_heads", language)),
    ]
    caption = word("pr_commuting_caption", language, name=asked.short_name)
    note = word("pr_commuting_note", language)
    return [value_table(caption, heads, rows, first=0.4, texts={1: 1.8, 4: 1.8}, note=note)]


def _largest(persons: pd.Series) -> pd.Series:
    """Most people first; equal ones by code."""
    some = persons[persons > 0]
    return some.sort_index().sort_values(ascending=False, kind="stable").head(MOST_PARTNERS)


def _partner(asked: Asked, partners: pd.Series, at: int, everybody: float | None = None) -> list[Cell]:
    """Name, people and, of those who go, the share of all commuters; empty past the last."""
    language = asked.language
    count = 2 if everybody is None else 3
    if at >= len(partners):
        return [Cell("")] * count
    people = float(partners.iloc[at])
    cells = [Cell(place_name(asked, str(partners.index[at]))), Cell(number(people, language))]
    if everybody is not None:
        cells.append(Cell(percent_text(100 * people / everybody, language)))
    return cells


def place_name(asked: Asked, code: str) -> str:
    """Name and code of a municipality anywhere; by its prefecture where this workspace does not know its name."""
    names = study_answers(asked.opened).names
    if code in names:
        return word("name_and_code", asked.language, name=names[code], code=code)
    prefecture = either((PREFECTURES.get(code[:2], ""), PREFECTURES_EN.get(code[:2], "")), asked.language)
    if not prefecture:
        return code
    return word(
        "name_and_code", asked.language, name=word("pr_in_prefecture", asked.language, name=prefecture), code=code
    )
