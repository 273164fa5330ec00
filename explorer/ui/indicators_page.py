"""Indicators and KPIs 指標: everything that is computed with its definition and values, and the KPIs of the government."""

from __future__ import annotations

from typing import Final

import streamlit as st

from explorer.ui import blocks, indicators_page_kpi, indicators_page_list, indicators_page_one, selection
from explorer.ui import indicators_page_controls as controls
from explorer.ui.controls import choose_language
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace
from explorer.ui.indicators_page_facts import Catalogue
from explorer.ui.opening import open_study
from explorer.ui.study import Study
from explorer.ui.style import FAINT, PAGE_STYLE
from explorer.words import Language, word
from geodata.errors import ExplorerError

NAME: Final = "indicators"
_STYLE: Final = f"""<style>
.stApp h2.ip-name {{ font-size: 1.15rem; line-height: 1.4; font-weight: 700; margin: .1rem 0 .3rem; padding: 0; }}
.ip-head p {{ margin: .2rem 0; font-size: .9rem; line-height: 1.6; }}
.ip-head p.ip-number {{ font-weight: 600; }}
.stApp .ip-about dl, .stApp .ip-head dl {{ grid-template-columns: minmax(6.5em, 9.5em) 1fr; gap: .35rem .9rem; }}
.ip-absent {{ color: {FAINT}; font-weight: 600; }}
.ip-address {{ overflow-wrap: anywhere; }}
.ip-line {{ font-size: .9rem; line-height: 1.6; }}
.source-table a, .ip-head a {{ color: var(--accent); overflow-wrap: anywhere; }}
</style>"""


def page() -> None:
    """The page: search and filters in the sidebar, the list on the left, the one chosen on the right."""
    st.html(PAGE_STYLE + _STYLE)
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    controls.read_link(selection.read_address())
    selection.arrive(NAME, controls.take)
    with st.sidebar:
        language = choose_language()
    show_head(study, language)
    if not study.families:
        st.info(word("no_indicators", language))
    else:
        with guarded(language):
            _views(study, catalogue_of(study), language)
    with guarded(language):
        show_foot(study, language)


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def catalogue_of(study: Study) -> Catalogue:
    """The catalogue with what a workspace knows of it; one for all sessions."""
    return Catalogue(study)


def _views(study: Study, catalogue: Catalogue, language: Language) -> None:
    view = blocks.view_buttons(controls.VIEWS, key=controls.VIEW, label=word("ip_view", language), language=language)
    with st.sidebar:
        if view == controls.KPI:
            kpi_filters = controls.choose_kpi_filters(language)
        else:
            filters = controls.choose_filters(catalogue, language)
        area = controls.choose_area(study, language)
    left, right = st.columns([0.42, 0.58], gap="medium")
    if view == controls.KPI:
        found_kpis = catalogue.found_kpis(kpi_filters)
        entry = indicators_page_kpi.shown_of(catalogue, found_kpis)
        with left, guarded(language):
            indicators_page_kpi.show_list(catalogue, found_kpis, entry, language)
        with right, guarded(language):
            indicators_page_kpi.show_one(study, catalogue, found_kpis, entry, area, language)
        selection.noticed(NAME, area=area)
    else:
        found = catalogue.found(filters)
        fact = indicators_page_list.shown_of(catalogue, found)
        with left, guarded(language):
            indicators_page_list.show(catalogue, found, fact, language)
        with right, guarded(language):
            indicators_page_list.choose_by_name(catalogue, found, fact, language)
            asked = indicators_page_one.show(study, catalogue, fact, area, language)
            measured = {"mode": asked.mode, "group": asked.group} if asked is not None else {}
            selection.noticed(NAME, area=area, indicator=fact.indicator.id, **measured)
        indicators_page_one.show_about(study, fact, language)
    selection.write_address(controls.link())
