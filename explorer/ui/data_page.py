"""Data: what is in the workspace, what is missing and where to get it, lists and zones of one's own, building it anew."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from explorer.source_notes import source_notes, used_records
from explorer.ui import blocks, selection
from explorer.ui.controls import choose_language
from explorer.ui.data_page_job import show_job
from explorer.ui.data_page_style import DATA_STYLE
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace
from explorer.ui.opening import open_study
from explorer.ui.study import Study
from explorer.ui.style import PAGE_STYLE
from explorer.words import Language, word
from geodata.errors import ExplorerError

VIEW: Final = "data_view"
VIEWS: Final = {
    "here": "dp_view_here",
    "missing": "dp_view_missing",
    "add": "dp_view_add",
    "rebuild": "dp_view_rebuild",
}


def page() -> None:
    """The page: one of four views, and above it the rebuild while one is under way."""
    st.html(PAGE_STYLE + DATA_STYLE)
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    given = selection.read_address()
    if given.get("view") in VIEWS:
        st.session_state[VIEW] = given["view"]
    selection.arrive("data", lambda _: None)
    with st.sidebar:
        language = choose_language()
        _about(study, language)
    show_head(study, language)
    view = blocks.view_buttons(VIEWS, key=VIEW, label=word("dp_views", language), language=language)
    with st.container(), guarded(language):
        show_job(study, language, is_whole=view == "rebuild")
    with st.container(), guarded(language):
        _show(view, study, language)
    with st.container(), guarded(language):
        if view == "here":
            _credit(study, language)  # remarks and sources are the view itself
        else:
            show_foot(study, language)
    selection.write_address({"view": view})


def _credit(study: Study, language: Language) -> None:
    lines = [note.credit_in(language) for note in source_notes(used_records(study.manifest))]
    shown = " ／ ".join(escape(line) for line in dict.fromkeys(lines) if line)
    told = f"{escape(word('sources', language))}: {shown} — {escape(word('made_with', language))}"
    st.html(f'<div class="credit-line">{told}</div>')


def _about(study: Study, language: Language) -> None:
    """The sidebar: what the four views are for."""
    st.html(f'<h2 class="side-title">{word("dp_about_title", language)}</h2>')
    for line in ("dp_about_here", "dp_about_missing", "dp_about_add", "dp_about_rebuild"):
        st.html(f'<p class="data-about">{word(line, language)}</p>')
    if study.is_sample:
        st.html(f'<p class="data-about">{word("dp_about_sample", language)}</p>')


def _show(view: str, study: Study, language: Language) -> None:
    if view == "missing":
        from explorer.ui.data_page_missing import show_missing

        show_missing(study, language)
    elif view == "add":
        from explorer.ui.data_page_add import show_add

        show_add(study, language)
    elif view == "rebuild":
        from explorer.ui.data_page_rebuild import show_rebuild

        show_rebuild(study, language)
    else:
        from explorer.ui.data_page_here import show_here

        show_here(study, language)
