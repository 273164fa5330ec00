"""Fibre and 5G at the level they are published for, and where the network could stand in for a way that is too far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Paragraph
from explorer.profile.regional_blocks import (
    ONE_PERSON,
    chapter_of,
    known,
    people_text,
    reason_text,
    short_mode,
    unknown,
    value_table,
)
from explorer.profile.study_answers import study_answers
from explorer.words import either, joined, number, value_text, word
from geodata.codes import PREFECTURES, PREFECTURES_EN
from layers.catalogue import GROUPS
from layers.substitution import CLASSES, NEEDS, Need

if TYPE_CHECKING:
    from explorer.profile.asked import Asked

FIBRE: Final = "fibre_household_coverage"
WITHOUT: Final = "fibre_households_without"
FIVE_G: Final = "5g_population_coverage"
OUTSIDE: Final = ("without_fibre", "without_5g", "without_fibre_and_5g")
_CLASS_WORDS: Final = {
    "both": "pr_class_both",
    "physical_only": "pr_class_near_only",
    "digital_only": "pr_class_fibre_only",
    "neither": "pr_class_neither",
    "unknown": "pr_class_unknown",
}
_OLD: Final = "75_plus"
assert set(_CLASS_WORDS) == set(CLASSES)


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on the digital infrastructure."""
    title = word("pr_digital", asked.language)
    published = [*_fibre(asked), *_five_g(asked), *_outside(asked)]
    blocks: list[Block] = [Paragraph(joined(published, asked.language))] if published else []
    matrix = _matrix(asked)
    if not blocks and not matrix:
        return chapter_of(title, [unknown(asked, title, asked.reason(FIBRE))])
    return chapter_of(title, [*blocks, *(matrix or [_no_matrix(asked)])])


def _fibre(asked: Asked) -> list[str]:
    language = asked.language
    if not known(asked, [FIBRE]):
        reason = reason_text(asked.reason(FIBRE), language)
        return [word("pr_fibre_unknown", language, name=asked.short_name, why=reason)]
    text = word("pr_fibre", language, name=asked.short_name, share=asked.text(FIBRE))
    if known(asked, [WITHOUT]):
        text += word("pr_fibre_without", language, households=asked.text(WITHOUT))
    return [text]


def _five_g(asked: Asked) -> list[str]:
    """Published for prefectures: told as theirs."""
    table = study_answers(asked.opened).table("digital")
    if table is None:
        return []
    texts = []
    for prefecture in sorted({code[:2] for code in asked.codes}):
        rows = table[(table["indicator"] == FIVE_G) & (table["area_code"].astype(str) == f"{prefecture}000")]
        if rows.empty:
            continue
        row = rows.sort_values("as_of").iloc[-1]
        name = either(
            (PREFECTURES.get(prefecture, prefecture), PREFECTURES_EN.get(prefecture, prefecture)), asked.language
        )
        share = value_text(float(row["value"]), "%", asked.language)
        texts.append(word("pr_five_g", asked.language, prefecture=name, share=share, day=str(row["as_of"])))
    if not texts and not known(asked, [FIBRE]):
        texts.append(word("pr_five_g_unknown", asked.language, why=reason_text(asked.reason(FIVE_G), asked.language)))
    return texts


def _outside(asked: Asked) -> list[str]:
    """Who lives outside the areas on the user's own map, where there is one."""
    words = {
        "without_fibre": "pr_outside_fibre",
        "without_5g": "pr_outside_five_g",
        "without_fibre_and_5g": "pr_outside_both",
    }
    parts = [
        word(
            words[name],
            asked.language,
            share=asked.text(name),
            people=people_text(_people(asked, name), asked.language),
        )
        for name in known(asked, OUTSIDE)
    ]
    listed = word("pr_comma", asked.language).join(parts)
    return [word("pr_outside", asked.language, parts=listed)] if parts else []


def _people(asked: Asked, indicator: str, group: str = "total", mode: str | None = None) -> float:
    row = asked.row(indicator, group, mode)
    return np.nan if row is None else row.numerator


def _needs(asked: Asked) -> list[Need]:
    """Needs of which somebody is in a class that is not unknown, and whose lists hold enough sites to say who is far."""
    there = [need for need in NEEDS if known(asked, [f"substitution_{need.id}_neither"])]
    return [need for need in there if asked.lists_lack(f"substitution_{need.id}_neither") is None]


def _matrix(asked: Asked) -> list[Block]:
    """People in each class of physical and digital access: one column for every need, and for those of 75 and over."""
    language = asked.language
    needs = _needs(asked)
    if not needs:
        return []
    columns = [(need, "total") for need in needs]
    columns += [(need, _OLD) for need in needs if np.isfinite(asked.value(f"substitution_{need.id}_neither", _OLD))]
    columns.sort(key=lambda column: needs.index(column[0]))
    classes = [each for each in CLASSES if each != "unknown" or _some_unknown(asked, needs)]
    heads = [word("pr_access_class", language)]
    for need, group in columns:
        theme = either((need.theme_ja, need.theme_en), language)
        heads.append(word("pr_need_share", language, need=theme, group=either(GROUPS[group], language)))
        heads += [word("pr_people_heads", language)] if group == "total" else []
    rows = []
    for name in classes:
        row = [Cell(word(_CLASS_WORDS[name], language))]
        for need, group in columns:
            indicator = f"substitution_{need.id}_{name}"
            row.append(asked.cell(indicator, group))
            row += [Cell(number(_people(asked, indicator, group), language))] if group == "total" else []
        rows.append(row)
    limits = [
        word("pr_need_limit", language, need=either((need.theme_ja, need.theme_en), language),
             site=either((need.site_ja, need.site_en), language), metres=need.metres)
        for need in needs
    ]  # fmt: skip
    by = short_mode(asked.mode(f"substitution_{needs[0].id}_neither"), language)
    note = word("pr_matrix_note", language, limits=word("pr_comma", language).join(limits), mode=by)
    caption = word("pr_matrix_caption", language, name=asked.short_name)
    return [*_neither(asked, needs), value_table(caption, heads, rows, note=note)]


def _some_unknown(asked: Asked, needs: list[Need]) -> bool:
    return any(_people(asked, f"substitution_{need.id}_unknown") >= ONE_PERSON for need in needs)


def _neither(asked: Asked, needs: list[Need]) -> list[Block]:
    """Where neither works, in a sentence per need."""
    language = asked.language
    texts = []
    for need in needs:
        theme = either((need.theme_ja, need.theme_en), language)
        people = _people(asked, f"substitution_{need.id}_neither")
        if people < ONE_PERSON:
            texts.append(word("pr_neither_nobody", language, need=theme))
            continue
        share = asked.text(f"substitution_{need.id}_neither")
        texts.append(word("pr_neither", language, need=theme, people=people_text(people, language), share=share))
    return [Paragraph(joined(texts, language))]


def _no_matrix(asked: Asked) -> Paragraph:
    names = [f"substitution_{need.id}_neither" for need in NEEDS]
    reasons = dict.fromkeys(asked.reason(name) for name in names)
    found = [reason_text(reason, asked.language) for reason in reasons if reason]
    if any(known(asked, [name]) and asked.lists_lack(name) is not None for name in names):
        found.append(word("pr_lists_lack", asked.language))
    return unknown(asked, word("pr_matrix_what", asked.language), word("pr_semicolon", asked.language).join(found))
