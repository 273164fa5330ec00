"""How many people own facilities reach, and how many more those of others: of a municipality all others, of a region its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Paragraph
from explorer.profile.regional_blocks import (
    ONE_PERSON,
    limit_text,
    people_text,
    percent_text,
    points,
    reason_text,
    service_text,
    unknown,
    value_table,
    within_sentence,
)
from explorer.profile.study_answers import study_answers
from explorer.words import either, joined, number, word
from layers.catalogue import GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from explorer.profile.asked import Asked

_AGES: Final = ("0_14", "65_plus")
TOTAL: Final = "total"


def coverage_blocks(asked: Asked) -> list[Block]:
    """A sentence on the largest gain, and a table by service."""
    rows = coverage_rows(asked)
    told = [row for row in rows if row["group"] == TOTAL and np.isfinite(row["own"])]
    if not rows:
        return []  # every list lacks too much: the chapter's first lines say so
    if not told:
        why = next((str(row["reason"]) for row in rows if row["reason"]), "")
        return [unknown(asked, word("pr_cover_what", asked.language), why)]
    blocks: list[Block] = [Paragraph(_finding(asked, told)), _table(asked, rows, told)]
    lacking = [row for row in rows if row["group"] == TOTAL and not np.isfinite(row["own"])]
    if lacking:
        blocks.append(_lacking(asked, lacking))
    return blocks


def coverage_rows(asked: Asked) -> list[dict[str, Any]]:
    """Rows of :func:`explorer.cooperation.gain_by_group` of the area, with what others' facilities add.

    Of a municipality ``other`` and ``other_people`` count all facilities, of a region those of its members.
    """
    answers = study_answers(asked.opened)
    table = answers.coverage(asked.codes)
    told = [each.category for each in answers.told(asked.codes)]
    table = table[(table["area_code"] == asked.area_code) & table["category"].isin(told)]
    whose = "pooled" if asked.is_region else "all"
    return [
        {str(key): value for key, value in row.items()}
        | {"other": row[whose], "other_people": row[f"{whose}_people"] - row["own_people"]}
        for row in _records(table)
    ]


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return list(table.to_dict("records"))


def _finding(asked: Asked, told: list[dict[str, Any]]) -> str:
    """Where others' facilities add most; ties are named together."""
    language = asked.language
    most = max(round(row["other_people"]) for row in told)
    if most < 1:
        key = "pr_cover_no_gain_region" if asked.is_region else "pr_cover_no_gain"
        return word(key, language, name=asked.short_name)
    first = [row for row in told if round(row["other_people"]) == most]
    names = word("pr_comma", language).join(_service(asked, row) for row in first)
    row = first[0]
    key = "pr_cover_gain_region" if asked.is_region else "pr_cover_gain"
    if len(first) > 1:
        return word("pr_cover_gain_tied", language, services=names, people=people_text(most, language))
    return word(
        key,
        language,
        name=asked.short_name,
        service=names,
        own=percent_text(row["own"], language),
        other=percent_text(row["other"], language),
        people=people_text(most, language),
    )


def _table(asked: Asked, rows: list[dict[str, Any]], told: list[dict[str, Any]]) -> Block:
    language = asked.language
    ages = [group for group in _AGES if any(row["group"] == group and np.isfinite(row["own"]) for row in rows)]
    other = "pr_cover_pooled" if asked.is_region else "pr_cover_all"
    heads = [word("pr_service_limit", language), word("pr_cover_own", language), word(other, language)]
    heads += [word("pr_cover_difference", language), word("pr_cover_people", language)]
    heads += [
        word("pr_cover_age", language, group=within_sentence(either(GROUPS[group], language), language))
        for group in ages
    ]
    heads += [word("pr_cover_every", language)] if asked.is_region else []
    lines = []
    for row in told:
        by_age = {each["group"]: each for each in rows if each["category"] == row["category"]}
        line = [_service(asked, row), percent_text(row["own"], language), percent_text(row["other"], language)]
        line += [points(row["other"] - row["own"], language), _people(asked, row)]
        line += [_people(asked, by_age[group]) for group in ages]
        line += [percent_text(row["all"], language)] if asked.is_region else []
        lines.append([Cell(text) for text in line])
    note = word("pr_cover_note_region" if asked.is_region else "pr_cover_note", language)
    remarks = dict.fromkeys(reason_text(row["remark"], language) for row in told if row["remark"])
    note = joined([note, *(word("pr_stop", language, text=each) for each in remarks)], language)
    return value_table(word("pr_cover_caption", language, name=asked.short_name), heads, lines, first=2.8, note=note)


def _people(asked: Asked, row: dict[str, Any]) -> str:
    people = row["other_people"]
    return number(0.0 if abs(people) < ONE_PERSON else people, asked.language)


def _service(asked: Asked, row: dict[str, Any]) -> str:
    language = asked.language
    limit = limit_text(row["mode"], row["limit"], language)
    return word("pr_service_within", language, service=service_text(row["category"], language), limit=limit)


def _lacking(asked: Asked, rows: list[dict[str, Any]]) -> Block:
    """Services of which nothing can be told here, by their reasons."""
    language = asked.language
    names = word("pr_comma", language).join(service_text(row["category"], language) for row in rows)
    reasons = dict.fromkeys(reason_text(row["reason"], language) for row in rows)
    return unknown(asked, names, word("pr_semicolon", language).join(reasons))
