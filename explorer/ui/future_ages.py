"""People by age group from the base year to 2070: a chart with its tables, the change, the year with most people over 75."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.future_people import CAREFUL_FROM, OLDEST, PeopleToCome, changed, peak_year, share
from explorer.future_pictures import people_picture
from explorer.future_tables import group_name, people_frame, towns_frame
from explorer.people_by_year import TOTAL
from explorer.ui import blocks
from explorer.ui import future_answers as answers
from explorer.ui.future_chart import Curve, Frame, chart_html
from explorer.ui.future_controls import look_at
from explorer.ui.future_files import save_row
from explorer.ui.future_lacking import PROJECTION, show_lacking
from explorer.words import Language, joined, value_text, word

if TYPE_CHECKING:
    from explorer.ui.future_choice import Question
    from explorer.ui.study import Study

_INDEX: Final = "future_index"
_TOWNS: Final = "future_towns_table"
_AGES_WIDTHS: Final[dict[Language, tuple[int, ...]]] = {
    "ja": (104, 66, 66, 92, 78),
    "en": (128, 56, 56, 88, 104),
}  # pixels
ALL_YEARS: Final = 460  # pixels: all eleven years in sight


def show(study: Study, people: PeopleToCome, question: Question) -> dict[str, str]:
    """The panel; returns its own parameters of the address."""
    language = question.language
    blocks.title(word("fu_people_title", language, area=question.area_name))
    blocks.finding(finding(people, question))
    index = False
    left, right = st.columns([0.53, 0.47], gap="small")
    with left:
        if people.is_projected:
            index = _choose_index(people, language)
            st.html(_chart(people, question, index=index))
        else:
            known = word("fu_lacks_known", language, year=people.base)
            show_lacking(study, PROJECTION, language, known=known, key="people")
    with right:
        _ages(people, question)
    _years(people, question, index=index)
    _towns(study, people, question)
    lines = method_lines(study, people, question)
    _save(study, people, question, lines, index=index)
    blocks.note(*lines)
    return {"index": "1"} if index else {}


def finding(people: PeopleToCome, question: Question) -> str:
    """What the numbers say in a few sentences."""
    language, base = question.language, people.base
    everybody = people.series(question.codes, TOTAL)
    start, end = float(everybody[0]), people.value(question.codes, question.year)
    shown = {"area": question.area_name, "base": base, "start": value_text(start, "人", language)}
    if question.year == base:
        texts = [word("fu_people_same_year", language, **shown)]
    else:
        change = value_text(float(changed(end, start)), "%", language, sign=True)
        shown |= {"year": question.year, "end": value_text(end, "人", language), "change": change}
        texts = [word("fu_people_finding", language, **shown)]
        if question.codes:
            whole = people.series((), TOTAL)
            of_study = float(changed(people.value((), question.year), whole[0]))
            texts.append(word("fu_study_change", language, change=value_text(of_study, "%", language, sign=True)))
    return joined([*texts, *_peak(people, question)], language)


def method_lines(study: Study, people: PeopleToCome, question: Question) -> list[str]:
    """What the numbers are, what they are not, and where they come from."""
    language = question.language
    missing = [group for group in people.groups if group not in people.known_groups()]
    lines = [
        word("fu_definition" if people.is_projected else "fu_definition_now", language, base=people.base),
        word("fu_no_forecast", language, careful=CAREFUL_FROM) if people.is_projected else "",
        *(word("fu_group_base_only", language, group=group_name(each, language), year=people.base) for each in missing),
    ]
    sources = answers.source_text(study, {"population", "future_population"}, language)
    return [*filter(None, lines), word("fu_sources", language, text=" ／ ".join(sources))]


def future_from(people: PeopleToCome) -> int | None:
    """The first projected year; None without a projection."""
    return people.years[1] if people.is_projected and len(people.years) > 1 else None


def formats_of(frame: pd.DataFrame) -> dict[str, str]:
    """Number formats of a table: whole numbers, or one decimal where any has one; years without separators."""
    found = {}
    for name in map(str, frame.columns):
        if not pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_bool_dtype(frame[name]):
            continue
        known = frame[name].dropna().astype(float)
        is_year = pd.api.types.is_integer_dtype(frame[name]) and not known.empty and known.between(1900, 2200).all()
        found[name] = "%.0f" if is_year else "%,.0f" if (known % 1 == 0).all() and "%" not in name else "%,.1f"
    return found


def short_heads(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Heads without their unit, where the title above says it."""
    units = (word("fu_people_unit", language), word("fu_index_unit", language))
    return frame.rename(columns={name: _without(str(name), units) for name in frame.columns})


def _without(text: str, endings: tuple[str, ...]) -> str:
    return next((text.removesuffix(each) for each in endings if text.endswith(each)), text)


def mark_row(key: str, rows: list[str], wanted: str | None) -> None:
    """Mark a row of a table, whichever way it was chosen."""
    chosen = [rows.index(wanted)] if wanted in rows else []
    state = st.session_state.get(key)
    if state is None or list(state["selection"]["rows"]) != chosen:
        st.session_state[key] = {"selection": {"rows": chosen, "columns": [], "cells": []}}


def row_chosen(key: str, codes: list[str]) -> None:
    """A row of a table of municipalities was chosen."""
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(codes):
        look_at(codes[rows[0]])


def _choose_index(people: PeopleToCome, language: Language) -> bool:
    st.session_state.setdefault(_INDEX, False)
    return bool(
        st.segmented_control(
            word("fu_unit_shown", language), [False, True], key=_INDEX, required=True, label_visibility="collapsed",
            format_func=lambda each: word("fu_index", language, year=people.base) if each else word("fu_people", language),
        )
    )  # fmt: skip


def _chart(people: PeopleToCome, question: Question, *, index: bool) -> str:
    language = question.language
    curves = []
    for group in people.known_groups(question.codes):
        values = people.series(question.codes, group)
        curves.append(Curve(group_name(group, language), tuple(share(values, values[0]) if index else values)))
    if index and question.codes:
        whole = people.series((), TOTAL)
        curves.append(Curve(word("fu_study_line", language), tuple(share(whole, whole[0]))))
    title = word("fu_people_title", language, area=question.area_name)
    frame = Frame(
        title, "%" if index else "人", language, question.year, future_from(people), CAREFUL_FROM, from_zero=not index
    )
    return chart_html(people.years, curves, frame)


def _ages(people: PeopleToCome, question: Question) -> None:
    """Each age group in the base year and in the year chosen, beside the change of the whole study area."""
    language, base, year = question.language, people.base, question.year
    key = "fu_ages_title" if year != base else "fu_now_ages_title"
    blocks.title(word(key, language, base=base, year=year))
    frame = short_heads(ages_frame(people, question), language)
    widths = dict(zip(map(str, frame.columns), _AGES_WIDTHS[language], strict=False))
    blocks.table(frame, key="future_ages_table", formats=formats_of(frame), widths=widths)


def ages_frame(people: PeopleToCome, question: Question) -> pd.DataFrame:
    """A row per age group."""
    language, base, year = question.language, people.base, question.year
    rows = [group for group in people.groups if np.isfinite(people.series(question.codes, group)).any()]
    now = np.array([people.value(question.codes, base, group) for group in rows])
    frame = pd.DataFrame({word("fu_column_group", language): [group_name(group, language) for group in rows]})
    frame[word("fu_column_of_year", language, year=base)] = now.round()
    if year != base:
        later = np.array([people.value(question.codes, year, group) for group in rows])
        frame[word("fu_column_of_year", language, year=year)] = later.round()
        frame[word("fu_column_change", language, year=base)] = changed(later, now).round(1)
        if question.codes:
            whole = [changed(people.value((), year, group), people.value((), base, group)) for group in rows]
            frame[word("fu_column_study", language)] = np.array(whole, dtype=float).round(1)
    return frame


def _years(people: PeopleToCome, question: Question, *, index: bool) -> None:
    if not people.is_projected:
        return
    language = question.language
    blocks.title(word("fu_index_title", language, year=people.base) if index else word("fu_years_title", language))
    frame = short_heads(people_frame(people, question.codes, language, index=index), language)
    blocks.table(frame, key="future_years_table", formats=formats_of(frame), most_height=ALL_YEARS)


def _towns(study: Study, people: PeopleToCome, question: Question) -> None:
    language = question.language
    blocks.title(word("fu_towns_title", language, group=group_name(question.group, language)))
    codes = list(question.codes) if len(question.codes) > 1 else study.municipalities["code"].astype(str).tolist()
    mark_row(_TOWNS, codes, question.codes[0] if len(question.codes) == 1 else None)
    frame = short_heads(towns_frame(people, codes, question.group, question.year, language), language)
    blocks.table(frame, key=_TOWNS, formats=formats_of(frame), on_select=lambda: row_chosen(_TOWNS, codes))
    st.caption(word("fu_towns_hint", language))


def _save(study: Study, people: PeopleToCome, question: Question, lines: list[str], *, index: bool) -> None:
    language = question.language
    codes = list(question.codes) if len(question.codes) > 1 else []
    sheets = {
        word("fu_sheet_years", language): people_frame(people, question.codes, language, index=index),
        word("fu_sheet_towns", language): towns_frame(people, codes, question.group, question.year, language),
    }
    title = word("fu_people_title", language, area=question.area_name)
    save_row(
        "future_people", sheets, language, lines=[title, *lines],
        facts=lambda: answers.provenance(study, [f"population_{year}" for year in people.years[1:2]] or ["population"]),
        draw=(lambda credit: people_picture(people, question.codes, title, language, credit=credit, index=index))
        if people.is_projected else None,
    )  # fmt: skip


def _peak(people: PeopleToCome, question: Question) -> list[str]:
    """The year with most people over 75."""
    values = people.series(question.codes, OLDEST)
    year = peak_year(people.years, values)
    if year is None:
        return []
    key = {people.years[0]: "fu_peak_first", people.years[-1]: "fu_peak_last"}.get(year, "fu_peak")
    most = float(values[people.years.index(year)])
    return [word(key, question.language, year=year, people=value_text(most, "人", question.language))]
