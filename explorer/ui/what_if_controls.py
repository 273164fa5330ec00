"""The sidebar of the what-if page: which service, how far is too far, and in which mode."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Final, TypeVar

import streamlit as st

from explorer.maps.place_layer import category_name
from explorer.ui.choice import BASE_MAPS
from explorer.ui.controls import TILE_HOSTS
from explorer.ui.study import Study
from explorer.ui.what_if_answer import Question, limits_for, modes_to_choose, usual_limit
from explorer.ui.what_if_map import View
from explorer.words import Language, either, number, word
from layers import catalogue
from layers.measures import STRAIGHT, is_in_metres

if TYPE_CHECKING:
    from explorer.ui.selection import Selection

_Option = TypeVar("_Option")
SHOWS: Final = {"now": "what_if_shows_now", "stops": "what_if_shows_stops"}  # parameter `shows` of the address
_FIRST: Final = ("clinic", "elementary_school", "supermarket")  # what a council talks about first


def choose_question(study: Study, language: Language) -> View:
    """Draw the controls and return what is looked at."""
    _title("what_if_question", language)
    services = study.services
    category = _pick("what_if_category", services, _usual_service(study))
    st.selectbox(
        word("what_if_service", language), services, key="what_if_category",
        format_func=lambda name: category_name(name, language),
    )  # fmt: skip
    modes = modes_to_choose([mode for mode in (STRAIGHT, *study.profiles) if study.has_measure(category, mode)])
    mode = _pick("what_if_mode", modes, modes[0])
    st.selectbox(
        word("mode", language),
        modes,
        key="what_if_mode",
        format_func=lambda key: either(catalogue.MODES[key], language),
    )
    limits = limits_for(mode)
    limit = _pick("what_if_limit", limits, usual_limit(mode))
    st.selectbox(
        word("what_if_limit", language), limits, key="what_if_limit",
        format_func=lambda value: limit_text(mode, value, language), help=word("what_if_limit_help", language),
    )  # fmt: skip
    _title("map_settings", language)
    st.session_state.setdefault("what_if_shows_now", True)
    shows_now = st.toggle(word("what_if_show_now", language), key="what_if_shows_now")
    shows_stops = False
    if "stop" in services and category not in {"station", "stop", "stop30"}:
        st.session_state.setdefault("what_if_shows_stops", False)
        shows_stops = st.toggle(word("show_stops", language), key="what_if_shows_stops")
    # The same key as on the other pages: who has gone online there has decided it for this one too.
    base_map = _pick("base_map", list(BASE_MAPS), "none")
    st.selectbox(
        word("base_map", language), BASE_MAPS, key="base_map", format_func=lambda key: word(f"base_{key}", language)
    )
    if base_map != "none":
        st.caption(word("base_online_note", language, host=TILE_HOSTS[base_map]))
    title = word(
        "what_if_title", language, service=category_name(category, language),
        mode=either(catalogue.MODES[mode], language), limit=limit_text(mode, limit, language),
    )  # fmt: skip
    return View(language, Question(category, mode, limit), title, bool(shows_now), bool(shows_stops), base_map)


def limit_text(mode: str, limit: float, language: Language) -> str:
    """A limit with its unit."""
    if is_in_metres(mode):
        return f"{number(limit, language)} m"
    return word("what_if_minutes", language, minutes=number(limit / 60, language))


def read_question(study: Study, given: Mapping[str, str]) -> None:
    """Service, mode, limit and what the map shows, out of a new address; what cannot be read is left out."""
    if given.get("service") in study.services:
        st.session_state["what_if_category"] = given["service"]
        st.session_state["what_if_mode"] = given.get("mode", "")
        try:
            st.session_state["what_if_limit"] = float(given.get("limit", ""))
        except ValueError:
            st.session_state["what_if_limit"] = 0.0
    if given.get("shows"):
        st.session_state.update({key: name in given["shows"].split(".") for name, key in SHOWS.items()})


def follow(study: Study, news: Selection) -> None:
    """The service of an indicator and the mode that were chosen on another page, where this page has them."""
    indicator = catalogue.indicators().get(news.indicator)
    if indicator is not None and indicator.category in study.services:
        st.session_state["what_if_category"] = indicator.category
    category = st.session_state.get("what_if_category") or _usual_service(study)  # when the page is seen first
    if news.mode and category and study.has_measure(category, news.mode):
        st.session_state["what_if_mode"] = news.mode


def _usual_service(study: Study) -> str:
    """What the page asks about first; empty where no facility is known."""
    services = study.services
    return next((name for name in _FIRST if name in services), services[0] if services else "")


def _pick(key: str, options: list[_Option], default: _Option) -> _Option:
    """Keep what was chosen where it is still on offer."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default if default in options else options[0]
    chosen: _Option = st.session_state[key]
    return chosen


def _title(text: str, language: Language) -> None:
    st.html(f'<h2 class="side-title">{escape(word(text, language))}</h2>')
