"""Cooperate: what a region of several municipalities has together, who uses whose services, what they should look at.

Only the chosen question is worked out, and only for a region; every answer is kept for as long as the workspace stays.
"""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import Any, Final

import streamlit as st

from explorer.ui import blocks, selection
from explorer.ui import cooperate_answers as answers
from explorer.ui.controls import choose_language
from explorer.ui.cooperate_choice import OF_VIEW, PEER_SPOT, YEAR, Question
from explorer.ui.cooperate_controls import (
    MESSAGE,
    choose_question,
    choose_region,
    choose_view,
    read_link,
    tell_choice,
    toggle,
)
from explorer.ui.cooperate_critical import SITE
from explorer.ui.cooperate_map import MAP_KEY, Drawing, show_region_map
from explorer.ui.cooperate_text import names_of
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace, warn
from explorer.ui.opening import open_study
from explorer.ui.study import Study
from explorer.ui.style import PAGE_STYLE
from explorer.words import Language, number, word
from geodata.errors import ExplorerError

_VIEWS: Final = {
    "cover": "explorer.ui.cooperate_cover",
    "uses": "explorer.ui.cooperate_uses",
    "capacity": "explorer.ui.cooperate_capacity",
    "critical": "explorer.ui.cooperate_critical",
    "sites": "explorer.ui.cooperate_sites",
    "future": "explorer.ui.cooperate_future",
    "near": "explorer.ui.cooperate_near",
}


def page() -> None:
    """The page: the region and the question in the sidebar, the map with the answer beside it, tables below."""
    st.html(PAGE_STYLE)
    st.session_state["cooperate_drawn"] = "cooperate_drawn" in st.session_state  # from the second run on
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    read_link(study)
    with st.sidebar:
        language = choose_language()
        codes = choose_region(study, language)
    show_head(study, language)
    view = choose_view(language)
    with st.sidebar:
        question = choose_question(study, language, codes, view)
    with st.container():  # always there: what comes below keeps its place, and the map its frame
        _message(language)
    _main(study, language, codes, question)
    tell_choice(codes, question)
    if question is not None:
        selection.write_address(_own_parameters(question))
    with guarded(language):
        show_foot(study, language)


def _own_parameters(question: Question) -> dict[str, str]:
    """For the address: the question, what its view lets choose, and whether the facilities are shown."""
    found = {name: str(st.session_state.get(key) or "") for name, key in OF_VIEW.get(question.view, {}).items()}
    if question.view == "future":
        found["year"] = str(st.session_state.get(YEAR) or "")
    shows = "" if st.session_state.get("cooperate_shows_sites", True) else "off"
    return {"region": "", **question.parameters(), **found, "points": shows}


def _main(study: Study, language: Language, codes: tuple[str, ...], question: Question | None) -> None:
    left, right = st.columns([0.58, 0.42], gap="small")
    is_drawn = bool(st.session_state["cooperate_drawn"])
    if is_drawn and question is not None:
        answers.warm(study, question)
    part: Any = import_module(_VIEWS[question.view]) if is_drawn and question is not None and codes else None
    drawing = Drawing()
    with right, guarded(language):
        if part is not None:
            assert question is not None
            with st.spinner(word("co_working", language)):
                part.side(study, question)
                drawing = part.drawing(study, question)  # from the same answers; where they fail, the map stays plain
        elif codes and question is not None:  # the map comes first; it reports when it is there, and the answer follows
            blocks.note(word("co_working", language))
        else:
            _how_to_begin(study, language)
    with left, guarded(language):
        shows = bool(st.session_state.get("cooperate_shows_sites", True))
        look = int(st.session_state.get("cooperate_look", 0))
        show_region_map(
            study, language, codes, question, drawing, is_answered=part is not None, shows_sites=shows, look=look,
            on_click=_clicked,
        )  # fmt: skip
    if part is not None:
        with guarded(language):
            part.below(study, question)


def _clicked() -> None:
    clicked = st.session_state.get(MAP_KEY)
    if not isinstance(clicked, dict):
        return
    if "code" in clicked:
        toggle(str(clicked["code"]))
    elif "site" in clicked and not str(clicked["site"]).startswith(PEER_SPOT):
        st.session_state[SITE] = str(clicked["site"])


def _how_to_begin(study: Study, language: Language) -> None:
    """No region yet: how to get one, with the municipality looked at on the other page as a start."""
    blocks.title(word("co_begin_title", language))
    steps = "".join(
        f"<li>{escape(word(key, language))}</li>" for key in ("co_begin_map", "co_begin_list", "co_begin_other")
    )
    st.html(f'<div class="card"><ol class="begin">{steps}</ol></div>')
    names = names_of(study)
    area = st.session_state.get("area")
    if area in names:
        st.button(
            blocks.label(word("co_begin_with", language, name=names[area])),
            key="cooperate_begin_button",
            on_click=toggle,
            args=(area,),
        )
    st.caption(word("co_begin_questions", language, n=number(len(_VIEWS), language)))


def _message(language: Language) -> None:
    told = st.session_state.pop(MESSAGE, None)
    if told is not None:
        key, values = told
        warn(word(key, language, **values))
