"""KPIs of the national strategy of which the workspace has a figure of its own, with the goal as published and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell
from explorer.profile.regional_blocks import chapter_of, short_mode, unknown, value_table, within_sentence
from explorer.words import either, joined, number, unit_word, word
from explorer.words.table import UNITS
from layers.kpi import GOALS, KPIS, LEVELS, Goal, Kpi, indicators_of, level_of, published_for, why_too_fine

if TYPE_CHECKING:
    from explorer.profile.asked import Asked
    from explorer.words import Language
    from layers.catalogue import Indicator

_ENTRIES: Final[tuple[Kpi | Goal, ...]] = (*KPIS, *(goal for goal in GOALS if goal.target_ja))
_TOWNS: Final = "市町村"
_OF_THE_STRATEGY: Final = "（デジタル田園都市国家構想総合戦略）"  # the note below the table says so once
# Where several indicators answer a KPI, the one that comes nearest to it; others are in the chapter of their theme.
_NEAREST: Final = {
    8: "tokyo_net_all",
    21: "zone_residential_share_change",
    25: "fibre_household_coverage",
    45: "tokyo_from_all",
    67: "zone_plan_exists",
    69: "hub_candidates",
}


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on KPIs."""
    language = asked.language
    title = word("pr_kpis", language)
    rows = [row for entry in _ENTRIES if (row := _row(asked, entry)) is not None]
    if not rows:
        return chapter_of(title, [unknown(asked, word("pr_kpis_what", language), word("pr_kpis_why", language))])
    heads = [word("pr_kpi_number", language), word("pr_kpi_name", language), word("pr_kpi_goal", language)]
    heads += [word("pr_kpi_value", language), word("pr_kpi_difference", language)]
    texts = {1: 3.3, 2: 2.4, 4: 4.2}
    note = word("pr_kpi_note", language, n=len(KPIS))
    table = value_table(word("pr_kpi_caption", language, name=asked.short_name), heads, rows, first=0.6, texts=texts, numbers={3: 1.7},
                        note=note)  # fmt: skip
    return chapter_of(title, [table])


def _row(asked: Asked, entry: Kpi | Goal) -> list[Cell] | None:
    """Number, name, goal, our value and what differs; None where there is no value of our own."""
    indicator = answering(asked, entry)
    if indicator is None:
        return None
    language = asked.language
    numbered = isinstance(entry, Kpi)
    mark = str(entry.number) if isinstance(entry, Kpi) else word("pr_kpi_goal_mark", language)
    difference = (
        _kpi_difference(asked, entry, indicator)
        if isinstance(entry, Kpi)
        else word("pr_goal_difference", language, indicator=_named(asked, indicator))
    )
    value = asked.cell(
        indicator.id, mode=indicator.modes[0], sign=indicator.unit == "ポイント" or _is_balance(indicator)
    )
    goal = _goal(asked, entry) if numbered else either((entry.target_ja, entry.target_en), language)
    name = either((entry.ja, entry.en), language)
    return [Cell(mark), Cell(name), Cell(goal or word("pr_kpi_no_goal", language)), value, Cell(difference)]


def answering(asked: Asked, entry: Kpi | Goal) -> Indicator | None:
    """The indicator that stands beside a KPI here: it has a value, and may be shown for an area of this size."""
    if isinstance(entry, Kpi):
        if why_too_fine(entry, level_of(asked.area_code)):
            return None
        candidates = indicators_of(entry, asked.opened.catalogue.values())
        first = _NEAREST.get(entry.number, "")
        candidates.sort(key=lambda indicator: indicator.id != first)
    else:
        catalogue = asked.opened.catalogue
        candidates = [catalogue[name] for name in entry.indicators if name in catalogue]
    there = (each for each in candidates if np.isfinite(asked.value(each.id, mode=each.modes[0])))
    return next((each for each in there if asked.lists_lack(each.id) is None), None)


def _goal(asked: Asked, kpi: Kpi | Goal) -> str:
    """The target where one is set; else the latest value published, with whose it is."""
    assert isinstance(kpi, Kpi)
    language = asked.language
    target = either((kpi.target_ja, kpi.target_en), language).replace(_OF_THE_STRATEGY, "")
    shown = published_for(kpi, asked.area_code)
    if shown is None:
        return target
    whose = either((shown.of_ja, shown.of_en), language)
    text = word("pr_kpi_published", language, value=_published(shown.published.value, kpi.unit, language), whose=whose,
                day=shown.published.as_of)  # fmt: skip
    return word("pr_comma", language).join(each for each in (target, text) if each)


def _kpi_difference(asked: Asked, kpi: Kpi, indicator: Indicator) -> str:
    language = asked.language
    named = _named(asked, indicator)
    parts = []
    if kpi.unit != indicator.unit:
        counts = _unit(kpi.unit, language)
        key = "pr_kpi_other_unit" if counts else "pr_kpi_unlike"
        parts.append(word(key, language, indicator=named, unit=counts))
    elif kpi.level == "M":
        parts.append(word("pr_kpi_same", language, indicator=named))
    else:
        level = either(LEVELS[kpi.level], language)
        parts.append(word("pr_kpi_other_level", language, indicator=named, level=level))
    remark = either((kpi.remark_ja, kpi.remark_en), language)
    remark = remark[:1].upper() + remark[1:]
    return joined([*parts, *([word("pr_stop", language, text=remark)] if remark else [])], language)


def _unit(unit: str, language: Language) -> str:
    """What a KPI counts, in words; empty where no word is known."""
    if unit == _TOWNS:
        return word("pr_unit_towns", language)
    return unit_word(unit, language) if unit in UNITS else ""


def _published(value: float, unit: str, language: Language) -> str:
    text = number(value, language, digits=0 if float(value).is_integer() else 1)
    return f"{text} {_unit(unit, language)}".strip()


def _named(asked: Asked, indicator: Indicator) -> str:
    """Its name and, where distance counts, how that is measured."""
    name, mode = either((indicator.ja, indicator.en), asked.language), indicator.modes[0]
    if not mode:
        return name
    by = within_sentence(short_mode(mode, asked.language), asked.language)
    return word("pr_with_mode", asked.language, indicator=name, mode=by)


def _is_balance(indicator: Indicator) -> bool:
    return indicator.family in {"net_migration", "tokyo_net", "net_migration_rate"}
