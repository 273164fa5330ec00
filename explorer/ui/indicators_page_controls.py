"""The sidebar of the page Indicators and KPIs, and how what is chosen there is written into the address bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from explorer.ui.indicators_page_facts import GOAL, NONE, SOME, STRATEGY, Catalogue, Filters, KpiFilters
from explorer.ui.selection import Selection
from explorer.ui.study import Study
from explorer.words import Language, either, unit_word, word
from layers.catalogue import THEMES
from layers.kpi import CLASSES, LEVELS

INDICATORS: Final = "indicators"
KPI: Final = "kpi"
VIEWS: Final = {INDICATORS: "ip_view_indicators", KPI: "ip_view_kpis"}
VIEW: Final = "indicators_view"
SHOWN: Final = "indicators_shown"
MODE: Final = "indicators_mode"
GROUP: Final = "indicators_group"
AREA: Final = "indicators_area"
KPI_SHOWN: Final = "indicators_kpi_shown"
EVERY: Final = "indicators_every"
_QUERY: Final = "indicators_query"
_THEME: Final = "indicators_theme"
_UNIT: Final = "indicators_unit"
_LEVEL: Final = "indicators_level"
_VALUES: Final = "indicators_values"
_OFFICIAL: Final = "indicators_official"
_KPI_QUERY: Final = "indicators_kpi_query"
_KIND: Final = "indicators_kpi_kind"
_CLASS: Final = "indicators_kpi_class"
_KPI_LEVEL: Final = "indicators_kpi_level"
_ANSWERED: Final = "indicators_kpi_answered"
_LONGEST_QUERY: Final = 200
# Names in the address of what is a text, and of what is on or off.
_TEXTS: Final = {
    "view": VIEW, "q": _QUERY, "theme": _THEME, "unit": _UNIT, "level": _LEVEL, "values": _VALUES, "kpi": KPI_SHOWN,
    "kq": _KPI_QUERY, "kind": _KIND, "class": _CLASS, "published": _KPI_LEVEL,
}  # fmt: skip
_SWITCHES: Final = {"official": _OFFICIAL, "every": EVERY, "answered": _ANSWERED}


def read_link(given: Mapping[str, str]) -> None:
    """Take over the page's own parameters of an address; the widgets leave out what they do not offer."""
    if not given:
        return
    for name, key in _TEXTS.items():
        st.session_state[key] = given.get(name, "")[:_LONGEST_QUERY]
    for name, key in _SWITCHES.items():
        st.session_state[key] = given.get(name) == "1"
    if "view" not in given and "kpi" in given:
        st.session_state[VIEW] = KPI


def take(chosen: Selection) -> None:
    """What was chosen on another page."""
    news = {SHOWN: chosen.indicator, MODE: chosen.mode, GROUP: chosen.group, AREA: chosen.area}
    st.session_state.update({key: text for key, text in news.items() if text})
    if chosen.indicator:
        st.session_state[VIEW] = INDICATORS


def link() -> dict[str, str]:
    """The page's own parameters; what is at its default, or belongs to the other view, is left out."""
    state = st.session_state
    view = str(state.get(VIEW) or INDICATORS)
    of_kpis = {"kpi", "kq", "kind", "class", "published", "answered"}
    texts = {name: str(state.get(key) or "") for name, key in _TEXTS.items()}
    switches = {name: "1" if state.get(key) else "" for name, key in _SWITCHES.items()}
    own = {**texts, **switches, "view": view if view != INDICATORS else ""}
    return {name: text for name, text in own.items() if text and (name == "view" or (name in of_kpis) == (view == KPI))}


def choose_filters(catalogue: Catalogue, language: Language) -> Filters:
    """What the list of indicators is narrowed down to."""
    query = _search(_QUERY, word("ip_search_hint", language), language)
    _title("ip_filters", language)
    entries = [fact.indicator for fact in catalogue.facts.values()]
    themes = list(dict.fromkeys(entry.theme for entry in entries))
    units = list(dict.fromkeys(entry.unit for entry in entries))
    levels = {
        "municipality": word("ip_level_municipality", language),
        "prefecture": word("ip_level_prefecture", language),
    }
    values = {SOME: word("ip_values_some", language), NONE: word("ip_values_none", language)}
    found = Filters(
        query,
        _one_of(_THEME, word("theme", language), themes, lambda key: either(THEMES[key], language), language),
        _one_of(_UNIT, word("ip_unit", language), units, lambda key: unit_word(key, language), language),
        _one_of(_LEVEL, word("ip_level", language), list(levels), levels.__getitem__, language),
        _one_of(_VALUES, word("ip_values", language), list(values), values.__getitem__, language),
        _switch(_OFFICIAL, word("ip_official_only", language)),
    )
    _switch(EVERY, word("ip_every_limit", language))
    _clear((_QUERY, _THEME, _UNIT, _LEVEL, _VALUES, _OFFICIAL), is_any=found != Filters(), language=language)
    return found


def choose_kpi_filters(language: Language) -> KpiFilters:
    """What the list of KPIs and goals is narrowed down to."""
    query = _search(_KPI_QUERY, word("ip_kpi_search_hint", language), language)
    _title("ip_filters", language)
    kinds = {STRATEGY: word("ip_kpi_strategy", language), GOAL: word("ip_kpi_goals", language)}
    found = KpiFilters(
        query,
        _one_of(_KIND, word("ip_kpi_kind", language), list(kinds), kinds.__getitem__, language),
        _one_of(
            _CLASS, word("ip_kpi_class", language), list(CLASSES),
            lambda key: word("ip_kpi_class_option", language, name=key, meaning=either(CLASSES[key], language)), language,
        ),
        _one_of(_KPI_LEVEL, word("ip_kpi_level", language), list(LEVELS), lambda key: either(LEVELS[key], language), language),
        _switch(_ANSWERED, word("ip_kpi_answered", language)),
    )  # fmt: skip
    _clear((_KPI_QUERY, _KIND, _CLASS, _KPI_LEVEL, _ANSWERED), is_any=found != KpiFilters(), language=language)
    return found


def choose_area(study: Study, language: Language) -> str:
    """The municipality that is marked in the picture and the table; ``""`` for none."""
    names = dict(zip(study.municipalities["code"].astype(str), study.municipalities["name"].astype(str), strict=True))
    if st.session_state.get(AREA) not in names:
        st.session_state[AREA] = None
    picked = st.selectbox(
        word("ip_area", language), list(names), key=AREA, placeholder=word("find_area_hint", language),
        format_func=lambda code: word("name_and_code", language, name=names[code], code=code),
    )  # fmt: skip
    return str(picked or "")


def _search(key: str, hint: str, language: Language) -> str:
    st.session_state[key] = str(st.session_state.get(key) or "")
    return str(
        st.text_input(
            word("ip_search", language), key=key, type="search", placeholder=hint, max_chars=_LONGEST_QUERY, live="100ms",
        )
        or ""
    )  # fmt: skip


def _one_of(key: str, title: str, options: Sequence[str], label: Callable[[str], str], language: Language) -> str:
    """One of several, or ``""`` for all of them."""
    offered = ["", *options]
    if st.session_state.get(key) not in offered:
        st.session_state[key] = ""
    picked = st.selectbox(
        title, offered, key=key, format_func=lambda each: label(each) if each else word("ip_any", language)
    )
    return str(picked or "")


def _switch(key: str, title: str) -> bool:
    st.session_state[key] = bool(st.session_state.get(key))
    return bool(st.toggle(title, key=key))


def _clear(keys: Sequence[str], *, is_any: bool, language: Language) -> None:
    st.button(
        word("ip_clear", language), key="indicators_clear_button", width="stretch", disabled=not is_any,
        on_click=_emptied, args=(tuple(keys),),
    )  # fmt: skip


def _emptied(keys: Sequence[str]) -> None:
    for key in keys:
        st.session_state[key] = False if isinstance(st.session_state.get(key), bool) else ""


def _title(key: str, language: Language) -> None:
    st.html(f'<h2 class="side-title">{escape(word(key, language))}</h2>')
