"""Right of the map: what the edits do, in four numbers and a few sentences."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.ui.what_if_bench import Desk, names_of, show_error
from explorer.words import Language, either, number, one_language, word
from geodata.tables import AGE_GROUPS
from layers import catalogue
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.ui.what_if_answer import Answer

MOST_NEIGHBOURS: Final = 4


def show_headline(desk: Desk, answer: Answer | None, error: str, seconds: float) -> None:
    """What the edits do to the service looked at, in four numbers and a sentence about the neighbours."""
    language = desk.language
    if error:
        show_error(one_language(error, language))
        return
    if answer is None:
        return
    parts = [f'<div class="card-indicator">{escape(desk.view.title)}</div>']
    if answer.touches:
        parts += [_numbers(answer, language), _neighbours(desk, answer), _ages(answer, language)]
    else:
        parts.append(f'<div class="card-reason">{escape(_untouched(desk, answer))}</div>')
    notes = "".join(
        f'<div class="what-if-line warn">{escape(either(note, language))}</div>' for note in answer.result.notes
    )
    took = word("what_if_took", language, seconds=f"{seconds:.2f}")
    parts.append(f'{notes}<div class="what-if-small">{escape(took)}</div>')
    st.html(f'<section class="card" aria-live="polite">{"".join(parts)}</section>')


def _numbers(answer: Answer, language: Language) -> str:
    extra, lost = answer.added()
    longer = ""
    if math.isfinite(extra):
        longer = word("what_if_on_average", language, extra=_amount(extra, answer.question.mode, language))
    if lost >= 1:
        longer += word("what_if_reach_nothing", language, people=number(lost, language))
    shown = [
        ("beyond", answer.beyond, word("what_if_beyond", language), ""),
        ("farther", answer.farther, word("what_if_farther_all", language), longer),
        ("within", answer.within, word("what_if_within", language), ""),
        ("nearer", answer.nearer, word("what_if_nearer_all", language), ""),
    ]
    cells = "".join(
        f'<div class="what-if-number {look}"><b>{escape(word("what_if_people", language, people=number(answer.people(mask), language)))}</b>'
        f"<span>{escape(text)}{escape(more)}</span></div>"
        for look, mask, text, more in shown
        if look in {"beyond", "farther"} or mask.any()
    )
    return f'<div class="what-if-numbers">{cells}</div>'


def _amount(extra: float, mode: str, language: Language) -> str:
    if is_in_metres(mode):
        return f"+{number(extra, language)} m"
    return "+" + word("what_if_minutes", language, minutes=number(extra / 60, language, digits=1))


def _ages(answer: Answer, language: Language) -> str:
    """Of those newly beyond, how many of each age."""
    people = answer.effect.before.people
    if answer.people(answer.beyond) < 1 or len(people) == 1:
        return ""
    comma = word("comma", language)
    shown = comma.join(
        word(
            "what_if_age", language, group=either(catalogue.GROUPS[group], language),
            people=number(answer.people(answer.beyond, group), language),
        )
        for group in AGE_GROUPS
        if group in people and group not in {"total", "85_plus", "0_4"}
    )  # fmt: skip
    return f'<div class="what-if-line">{escape(word("what_if_ages", language, ages=shown))}</div>'


def _neighbours(desk: Desk, answer: Answer) -> str:
    """Whom it hurts outside the municipalities where something is changed."""
    language = desk.language
    here = set(answer.result.places["municipality_code"].astype(str))
    if not here or not answer.farther.any():
        return ""
    names = names_of(desk.study)
    table = answer.by_municipality([names[code] for code in answer.effect.area_codes])
    others = table[~table["code"].astype(str).isin(here)]
    lines = []
    for column, text in (("beyond_total", "what_if_neighbours"), ("farther", "what_if_neighbours_farther")):
        rows = others[others[column].round() > 0].sort_values(column, ascending=False, kind="stable")
        if rows.empty:
            continue
        named = word("comma", language).join(
            word("what_if_neighbour", language, name=name, people=number(float(people), language))
            for name, people in zip(rows["name"][:MOST_NEIGHBOURS], rows[column], strict=False)
        )
        more = len(rows) - MOST_NEIGHBOURS
        named += word("what_if_and_more", language, n=more) if more > 0 else ""
        lines.append(word(text, language, total=number(float(rows[column].sum()), language), named=named))
    if not lines:
        return f'<div class="what-if-line">{escape(word("what_if_no_neighbours", language))}</div>'
    return "".join(f'<div class="what-if-line warn">{escape(line)}</div>' for line in lines)


def _untouched(desk: Desk, answer: Answer) -> str:
    """Why nothing is to be seen: another service, or nobody goes there."""
    if (answer.question.category, answer.question.mode) in answer.result.measures:
        return word("what_if_nobody", desk.language)
    return word("what_if_untouched", desk.language, title=desk.view.title)
