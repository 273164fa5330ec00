"""Future: people to 2070 by age, on the map by year, what it means for services, zones and those who move.

Area and age group are in the sidebar. Everything right of it is a fragment: a change of the year or of the view redraws only that,
and the map frames stay.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import streamlit as st

from explorer.ui import future_answers as answers
from explorer.ui import future_controls as controls
from explorer.ui.controls import choose_language
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace, warn
from explorer.ui.future_choice import Question
from explorer.ui.future_style import FUTURE_STYLE
from explorer.ui.opening import open_study
from explorer.ui.study import Study
from explorer.ui.style import PAGE_STYLE
from explorer.words import Language, word
from geodata.errors import ExplorerError

_PANELS: Final = {
    "people": "explorer.ui.future_ages",
    "map": "explorer.ui.future_map",
    "services": "explorer.ui.future_reach",
    "zones": "explorer.ui.future_inside",
    "moves": "explorer.ui.future_moves",
}


def page() -> None:
    """The page: area and age group in the sidebar, view and year above the answer."""
    st.html(PAGE_STYLE + FUTURE_STYLE)
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    controls.take_link(study)
    with st.sidebar:
        language = choose_language()
        codes, name = controls.choose_area(study, language)
    show_head(study, language)
    with st.container():  # always there: what comes below keeps its place
        absent = controls.absent_codes()
        if absent:
            warn(word("fu_codes_absent", language, codes=" ".join(absent)))
    with guarded(language):
        with st.spinner(word("fu_working", language)):
            people = answers.people_of(study)
        with st.sidebar:
            group = controls.choose_group(people, language)
        _main(study, language, codes, name, group)
    with guarded(language):
        show_foot(study, language)


@st.fragment
def _main(study: Study, language: Language, codes: tuple[str, ...], name: str, group: str) -> None:
    if controls.sidebar_is_behind():
        st.rerun()  # the whole page, so that the sidebar shows what was chosen in here
    people = answers.people_of(study)
    with st.container(key="future_head"):
        left, right = st.columns([0.66, 0.34], vertical_alignment="bottom")
    with left:
        view = controls.choose_view(language)
    with right, st.container():
        year = controls.choose_year(people, language) if view != "moves" else controls.year_kept(people)
    question = Question(language, codes, name, view, year, group)
    panel: Any = import_module(_PANELS[view])
    own: dict[str, str] = {}
    with st.container(key=f"future_panel_{view}"), guarded(language):
        own = panel.show(study, people, question)
    controls.tell(question, own or {})
