"""Compare: municipalities and regions side by side, with their ranks, differences, change over time and a composite."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import Any, Final

import streamlit as st

from explorer.comparison.areas import FEWEST, MOST
from explorer.ui import blocks, selection
from explorer.ui import compare_answers as answers
from explorer.ui.compare_choice import AUTO, Question
from explorer.ui.compare_controls import (
    MESSAGE,
    begin_buttons,
    choose_areas,
    choose_indicators,
    choose_question,
    choose_view,
    read_link,
    tell_choice,
)
from explorer.ui.compare_style import COMPARE_STYLE
from explorer.ui.controls import choose_language
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace, warn
from explorer.ui.opening import open_study
from explorer.ui.study import Study
from explorer.ui.style import PAGE_STYLE
from explorer.words import Language, number, word
from geodata.errors import ExplorerError

_VIEWS: Final = {
    "values": "explorer.ui.compare_values",
    "one": "explorer.ui.compare_one",
    "maps": "explorer.ui.compare_maps",
    "years": "explorer.ui.compare_years",
    "composite": "explorer.ui.compare_composite",
}
_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
}


def page() -> None:
    """The page: areas and indicators in the sidebar, the chosen view, files to save."""
    st.html(PAGE_STYLE + COMPARE_STYLE)
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    read_link(study)
    with st.sidebar:
        language = choose_language()
        codes, regions = choose_areas(study, language)
        indicators = choose_indicators(study, language)
    show_head(study, language)
    view = choose_view(language)
    with st.sidebar:
        question = choose_question(study, language, codes, regions, indicators, view)
    with st.container():  # always there: what comes below keeps its place
        _message(language)
    with st.container():
        question = _main(study, question)
    tell_choice(question)
    series = str(st.session_state.get("compare_series") or "") if question.view == "years" else ""
    mode = "" if question.mode == AUTO else question.mode
    selection.write_address({**question.parameters(), "mode": mode, "group": question.group, "series": series})
    with guarded(language):
        show_foot(study, language)


def _main(study: Study, question: Question) -> Question:
    """The chosen view, or how to come to one; returns what was asked with what the view itself lets choose."""
    language = question.language
    if question.area_count < FEWEST:
        _how_to_begin(study, question)
    elif question.area_count > MOST:
        warn(word("cmp_too_many", language, n=number(question.area_count, language), most=number(MOST, language)))
    elif not question.indicators:
        blocks.empty(word("cmp_no_indicator", language))
    else:
        with guarded(language), st.spinner(word("cmp_working", language)):
            part: Any = import_module(_VIEWS[question.view])
            found = answers.comparison_of(study, question)
            question = part.show(study, question, found)
            _downloads(study, question)
    return question


def _downloads(study: Study, question: Question) -> None:
    """A file is made when its button is pressed, not before."""
    language = question.language
    blocks.title(word("cmp_files", language))
    labels = {"pdf": "cmp_save_pdf", "docx": "cmp_save_word", "html": "cmp_save_html"}
    columns = st.columns([0.2, 0.2, 0.2, 0.2, 0.2], vertical_alignment="center")
    columns[0].download_button(
        word("download_table", language), lambda: answers.csv_of(study, question), "comparison.csv", "text/csv",
        on_click="ignore", key="compare_csv_download", width="stretch",
    )  # fmt: skip
    for column, (form, label) in zip(columns[1:], labels.items(), strict=False):
        column.download_button(
            word(label, language), _maker(study, question, form), f"comparison.{form}", _TYPES[form], on_click="ignore",
            key=f"compare_{form}_download", width="stretch",
        )  # fmt: skip
    columns[-1].caption(word("cmp_save_note", language))


def _maker(study: Study, question: Question, form: str) -> Any:
    from explorer.ui.compare_composite import weights_of

    found = answers.comparison_of(study, question)
    weights = tuple(weights_of(found).items()) if question.view == "composite" else ()
    return lambda: answers.file_of(study, question, weights, form)


def _how_to_begin(study: Study, question: Question) -> None:
    """Fewer than two areas: how to choose some."""
    language = question.language
    blocks.title(word("cmp_begin_title" if question.area_count == 0 else "cmp_begin_one", language))
    steps = ("cmp_begin_towns", "cmp_begin_regions", "cmp_begin_indicators")
    shown = "".join(f"<li>{escape(word(key, language))}</li>" for key in steps)
    st.html(f'<div class="card"><ol class="begin">{shown}</ol></div>')
    begin_buttons(study, language)


def _message(language: Language) -> None:
    told = st.session_state.pop(MESSAGE, None)
    if told is not None:
        key, values = told
        warn(word(key, language, **values))
