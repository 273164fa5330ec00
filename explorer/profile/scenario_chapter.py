"""Scenario: what is changed, whom it concerns by municipality and age, and the indicators of the area before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Listing, Paragraph
from explorer.profile.regional_blocks import (
    ONE_PERSON,
    chapter_of,
    limit_text,
    mode_text,
    people_text,
    service_text,
    signed_text,
    value_table,
    within_sentence,
)
from explorer.regions import REGION
from explorer.words import either, joined, number, value_digits, value_text, word
from layers.catalogue import GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from explorer.profile.asked import Asked
    from explorer.scenario_edits import Edit
    from explorer.scenario_result import ScenarioResult

MOST_EDITS: Final = 8
MOST_TOWNS: Final = 8
MOST_INDICATORS: Final = 8
_NAMED: Final = 3
_INDEX: Final = "指数"  # Gini coefficients and the like: of use to compare areas, not to tell what a change does
_AGES: Final = ("0_14", "65_plus")
_COUNTS: Final = ("newly_beyond", "newly_within", "farther", "nearer")


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on the scenario; nothing where none is chosen."""
    result = asked.scenario
    if result is None:
        return ()
    language = asked.language
    title = word("pr_scenario", language, name=scenario_name(asked, result))
    return chapter_of(
        title,
        [*_edits(asked, result), *_people(asked, result), *_indicators(asked, result), *_only_a_build(asked, result)],
    )


def scenario_name(asked: Asked, result: ScenarioResult) -> str:
    """Its name in the language of the profile, where it has one."""
    scenario = result.scenario
    return scenario.name_en or scenario.name if asked.language == "en" else scenario.name


def _edits(asked: Asked, result: ScenarioResult) -> list[Block]:
    """What is changed, one line each."""
    language = asked.language
    edits = result.scenario.edits
    lead = Paragraph(word("pr_scenario_lead", language, n=number(len(edits), language)))
    where = result.places.drop_duplicates("edit").set_index("edit")
    points = [_edit(asked, edit, where, number_) for number_, edit in enumerate(edits[:MOST_EDITS], 1)]
    if len(edits) > MOST_EDITS:
        points.append(word("pr_scenario_more", language, n=number(len(edits) - MOST_EDITS, language)))
    notes = [Paragraph(either(note, language), role="note") for note in result.notes]
    return [lead, Listing(tuple(points)), *notes] if points else [lead, *notes]


def _edit(asked: Asked, edit: Edit, where: pd.DataFrame, at: int) -> str:
    language = asked.language
    action = either((edit.ja, edit.en), language)
    about, town = edit.about, ""
    if at in where.index:
        about, town = str(where.loc[at, "about"]) or about, str(where.loc[at, "municipality_name"] or "")
    if not about:
        return action
    site = word("pr_site_in", language, name=about, town=town) if town else about
    return word("pr_scenario_edit", language, action=action, site=site)


def _people(asked: Asked, result: ScenarioResult) -> list[Block]:
    """Who is newly beyond the limits or within them: here first, then the other municipalities."""
    language = asked.language
    mode = result.main_mode
    limits = [
        word("pr_service_within", language, service=service_text(category, language),
             limit=limit_text(way, result.limit(category, way), language))
        for category, way in result.measures if way == mode
    ]  # fmt: skip
    if not limits:
        return [Paragraph(word("pr_scenario_no_ways", language))]
    groups = [group for group in ("total", *_AGES) if group in result.effect.before.people]
    tables = {group: result.most_hurt(mode=mode, group=group).set_index("area_code") for group in groups}
    everybody = tables["total"]
    concerned = everybody[(everybody[list(_COUNTS)] >= ONE_PERSON).any(axis=1)]
    codes = [code for code in concerned.index if code in asked.codes]
    codes += [code for code in concerned.index if code not in asked.codes]
    how = word(
        "pr_scenario_how", language, mode=mode_text(mode, language), limits=word("pr_comma", language).join(limits)
    )
    if not codes:
        return [Paragraph(word("pr_scenario_nobody", language)), Paragraph(how, role="note")]
    heads = [word("pr_municipality", language), word("pr_newly_beyond", language)]
    heads += [
        word("pr_newly_beyond_age", language, group=within_sentence(either(GROUPS[group], language), language))
        for group in groups[1:]
    ]
    heads += [word("pr_newly_within", language), word("pr_farther", language), word("pr_nearer", language)]
    rows = []
    for code in codes[:MOST_TOWNS]:
        row = [asked.named(code), _count(tables["total"], code, "newly_beyond", asked)]
        row += [_count(tables[group], code, "newly_beyond", asked) for group in groups[1:]]
        row += [_count(tables["total"], code, name, asked) for name in _COUNTS[1:]]
        rows.append([Cell(text) for text in row])
    note = [how] + ([word("pr_scenario_towns_more", language, n=number(len(codes) - MOST_TOWNS, language))]
                    if len(codes) > MOST_TOWNS else [])  # fmt: skip
    caption = word("pr_scenario_people_caption", language)
    table = value_table(caption, heads, rows, note=joined(note, language))
    return [Paragraph(_finding(asked, everybody)), table]


def _count(table: pd.DataFrame, code: str, name: str, asked: Asked) -> str:
    people = float(table[name].get(code, 0.0))
    return number(people if people >= ONE_PERSON else 0.0, asked.language)


def _finding(asked: Asked, table: pd.DataFrame) -> str:
    """People here and elsewhere who are newly beyond, and those newly within."""
    language = asked.language
    is_here = table.index.isin(asked.codes)
    sums: dict[str, Any] = {
        f"{name}_{where}": people_text(float(table.loc[mask, column].sum()), language)
        for name, column in (("beyond", "newly_beyond"), ("within", "newly_within"))
        for where, mask in (("here", is_here), ("elsewhere", ~is_here))
    }
    return word("pr_scenario_finding", language, name=asked.short_name, **sums)


def _indicators(asked: Asked, result: ScenarioResult) -> list[Block]:
    """Indicators of the area that change, by how much of their value."""
    language = asked.language
    changed = changed_here(asked, result)
    if not changed:
        return [Paragraph(word("pr_scenario_no_indicator", language, name=asked.short_name))]
    rows = []
    for name, mode, after in changed[:MOST_INDICATORS]:
        entry, before = asked.indicator(name), asked.value(name, mode=mode)
        by = word("pr_separator_mode", language, mode=mode_text(mode, language)) if mode else ""
        change = after - before
        unit = "ポイント" if entry.unit == "%" else entry.unit
        told = word("pr_dash", language) if np.isnan(change) else signed_text(change, unit, language)
        cells = [Cell(asked.label(name) + by), asked.cell(name, mode=mode)]
        rows.append([*cells, Cell(value_text(after, entry.unit, language)), Cell(told)])
    heads = [word("pr_indicator", language), word("pr_before", language), word("pr_after", language)]
    heads += [word("pr_change", language)]
    more = len(changed) - MOST_INDICATORS
    note = word("pr_scenario_rows_more", language, n=number(more, language)) if more > 0 else ""
    caption = word("pr_scenario_indicators_caption", language, name=asked.short_name)
    return [value_table(caption, heads, rows, first=4.2, numbers={3: 1.7}, note=note)]


def changed_here(asked: Asked, result: ScenarioResult) -> list[tuple[str, str, float]]:
    """Indicator, mode and value after of what changes for everybody here, largest change relative to its value first.

    Only changes that can be seen in the digits shown count. Of several means of travel the scenario's main one is told.
    """
    table = result.before_after
    modes = {result.main_mode, ""}
    rows = table[(table["group"].astype(str) == "total") & table["mode"].astype(str).isin(modes)]
    if asked.is_region:
        pairs = _pooled_after(asked, result, rows)
    else:
        here = rows[rows["area_code"].astype(str) == asked.area_code]
        pairs = [
            (str(name), str(mode), float(after))
            for name, mode, after in here[["indicator", "mode", "after"]].to_numpy()
        ]
    sized = []
    for order, (name, mode, after) in enumerate(pairs):
        before = asked.value(name, mode=mode)
        unit = asked.indicator(name).unit
        if unit != _INDEX and asked.lists_lack(name) is None and _shown(before, unit) != _shown(after, unit):
            sized.append((-_size(before, after), order, (name, mode, after)))
    return [pair for _, _, pair in sorted(sized)]


def _pooled_after(asked: Asked, result: ScenarioResult, rows: pd.DataFrame) -> list[tuple[str, str, float]]:
    """The indicators of the region after the scenario, its people pooled."""
    from explorer.conditions import pooled
    from layers.indicators import indicator_table

    members = [asked.study_codes.index(code) for code in asked.codes]
    inside = rows[rows["area_code"].astype(str).isin(asked.codes)]
    ids = dict.fromkeys(inside["indicator"].astype(str))
    table = indicator_table(
        pooled(result.effect.after, members),
        [REGION],
        [asked.short_name],
        wanted=[asked.indicator(name) for name in ids],
        modes={result.main_mode, ""},
        groups={"total"},
    )
    return [
        (str(name), str(mode), float(value)) for name, mode, value in table[["indicator", "mode", "value"]].to_numpy()
    ]


def _shown(value: float, unit: str) -> float | None:
    return round(value, value_digits(unit, value)) if np.isfinite(value) else None


def _size(before: float, after: float) -> float:
    """Change relative to the larger of both; what appears or is gone comes first."""
    if not np.isfinite(before) or not np.isfinite(after):
        return np.inf
    return abs(after - before) / max(abs(before), abs(after), 1e-12)


def _only_a_build(asked: Asked, result: ScenarioResult) -> list[Block]:
    language = asked.language
    found = [asked.label(entry.id) for entry in result.only_a_build]
    if not found:
        return []
    names = word("pr_comma", language).join(found[:_NAMED])
    key = "pr_only_a_build_more" if len(found) > _NAMED else "pr_only_a_build"
    return [Paragraph(word(key, language, names=names, n=number(len(found), language)), role="note")]
