"""Explore: one indicator on the map and in the table, or two side by side, with the card of the chosen municipality."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from explorer.ui import explore_guide, selection
from explorer.ui.card import Credits
from explorer.ui.choice import Choice, ReachChoice, Second
from explorer.ui.confidence_text import with_confidence
from explorer.ui.controls import choose, choose_language, read_link, take
from explorer.ui.engine import warming_of
from explorer.ui.explore_card import show_card
from explorer.ui.explore_places import index_of
from explorer.ui.explore_reach import (
    answer,
    bounds_of,
    choose_reach,
    is_warm,
    layer_of,
    legend_of,
    name_of,
    show_nearest,
    show_reach,
)
from explorer.ui.explore_search import AT, AT_NAME, FOCUS, GO_TO_POINT, go_to, pin, show_search
from explorer.ui.explore_style import EXPLORE_STYLE
from explorer.ui.explore_two import choose_second, view_of
from explorer.ui.explore_view import View, first_view
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace
from explorer.ui.map_panel import Extras, show_map
from explorer.ui.opening import open_study
from explorer.ui.save_panel import saved_map
from explorer.ui.study import Study
from explorer.ui.style import PAGE_STYLE
from explorer.ui.table_panel import show_table, table_csv
from explorer.words import word
from geodata.errors import ExplorerError

_PAGE = "explore"
_MAPS = ("map", "map2")


def page() -> None:
    """The page. Everything right of the sidebar is a fragment: a click redraws only that, and the map frame stays."""
    st.html(PAGE_STYLE + EXPLORE_STYLE)
    st.session_state["map_drawn"] = "map_drawn" in st.session_state  # from the second run on, whatever the map does
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    given = selection.read_address()
    read_link(study, given)
    selection.arrive(_PAGE, lambda news: take(study, news))
    explore_guide.begin(study, has_link=bool(set(given) - {"lang"}))
    choice = second = reach = None
    with st.sidebar:
        language = choose_language()
        if study.families:
            choice, second, reach = choose(study, language, extra=_more)
    show_head(study, language)
    if choice is None:
        st.info(word("no_indicators", language))
        show_foot(study, language)
        return
    _main(study, choice, second, reach)
    with guarded(language):
        show_foot(study, language)


def _more(study: Study, choice: Choice) -> tuple[Second | None, ReachChoice | None]:
    """The second map and the area around a point, in the sidebar between the layers and the look of the map."""
    second = None
    with guarded(choice.language), st.container(key="explore_second_box"):
        second = choose_second(study, choice)
    reach = None
    with guarded(choice.language), st.container(key="explore_reach_box"):
        reach = choose_reach(study, choice.language)
    return second, reach


@st.fragment
def _main(study: Study, choice: Choice, second: Second | None, reach: ReachChoice | None) -> None:
    language = choice.language
    first = first_view(study, choice)
    codes = first.rows["code"].tolist()
    if st.session_state.get("area") not in codes:
        st.session_state["area"] = None
    area = st.session_state["area"]
    reach = None if reach is None else replace(reach, at=st.session_state.get(AT))
    _sync_table(codes, area)
    above, hint = st.container(), None
    if second is not None:
        above, hint = above.columns(2, gap="small", vertical_alignment="center")
    with st.container(key="explore_main"):
        left, right = st.columns([0.64, 0.36] if second is None else 2, gap="small")
    other = None
    is_drawn = bool(st.session_state.get("map_drawn"))
    if second is not None and (is_drawn or not second.is_scenario):
        with right, guarded(language):
            other = view_of(study, first, second)
    extras = _extras(study, reach, choice)
    with left, guarded(language):
        _titled(first, is_titled=second is not None)
        clicked = partial(_clicked, study, codes, "map", reach)
        show_map(study, first, area, extras=replace(extras, sync=_PAGE if second else ""), on_click=clicked)
    if other is not None:
        with right, guarded(language):
            _titled(other, is_titled=True)
            clicked = partial(_clicked, study, codes, "map2", reach)
            show_map(study, other, area, key="map2", extras=replace(extras, sync=_PAGE), on_click=clicked)
    with right if second is None else above, guarded(language):
        show_search(study, language)
    beside, below = (right, left) if second is None else (left, right)
    reached = None
    has_point = reach is not None and reach.at is not None
    with beside if hint is None or has_point else hint, guarded(language):
        reached = show_reach(study, reach, language) if reach is not None else None
    with beside, guarded(language):
        explore_guide.show_guide(language)
        show_card(study, first, other, area)
    with below, guarded(language):
        if is_drawn:
            if reached is not None:
                show_nearest(reached, language)
            _table(study, first, other, codes, extras)
            _warm(study, choice, codes)
        else:  # the table's code is the heaviest part of the page: the map comes first, and reports when it is there
            st.caption(word("table_coming", language))
    _tell(choice, second, reach, area)


def _extras(study: Study, reach: ReachChoice | None, choice: Choice) -> Extras:
    at, language = st.session_state.get(AT), choice.language
    pinned = (float(at[0]), float(at[1]), str(st.session_state.get(AT_NAME) or "")) if at else None
    reached = None
    if reach is not None and reach.at is not None and is_warm(study):
        with suppress(Exception):  # whatever it is, the card asks again and says why; the map is there all the same
            reached = answer(study, reach)
    if reached is not None and st.session_state.pop(GO_TO_POINT, False):
        go_to(bounds_of(reached))
    focus = st.session_state.get(FOCUS)
    if reached is None:
        return Extras(pin=pinned, focus=focus)
    layer, legend = layer_of(reached, language), legend_of(reached, language)
    return Extras(layer, legend, (reached.point.lat, reached.point.lon, name_of(reached, language)), focus)


def _titled(view: View, *, is_titled: bool) -> None:
    """Heading of one of two maps; both are of one height, so that the maps stand side by side."""
    with st.container():
        if is_titled:
            title = escape(view.title)
            st.html(f'<h2 class="xp-map-title" title="{title}"><span>{title}</span></h2>')


def _table(study: Study, first: View, second: View | None, codes: list[str], extras: Extras) -> None:
    language = first.choice.language
    name = first.choice.indicator.id
    maps = [("download_map", first)] if second is None else [("xp_download_left", first), ("xp_download_right", second)]
    # The files are made when a button is pressed, not on every change.
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="explore_saving"):
        st.subheader(word("table", language), anchor=False, width="stretch")
        for text, view in maps:
            side = "" if second is None else f"-{text.rpartition('_')[2]}"
            st.download_button(
                word(text, language), partial(saved_map, study, view, extras), f"{view.choice.indicator.id}{side}.html", "text/html",
                on_click="ignore", help=word("download_map_help", language), key=f"{text}_download",
            )  # fmt: skip
        st.download_button(
            word("download_table", language), partial(table_csv, first, second), f"{name}.csv", "text/csv", on_click="ignore",
            key="explore_table_download",
        )  # fmt: skip
    show_table(first, second=second, on_select=lambda: _row_chosen(codes))
    st.caption(word("table_hint", language))


def _clicked(study: Study, codes: list[str], key: str, reach: ReachChoice | None) -> None:
    st.session_state["map_drawn"] = True
    clicked: Any = st.session_state.get(key)
    if not isinstance(clicked, dict) or "click" not in clicked:
        return
    if clicked.get("code") in codes:
        st.session_state["area"] = clicked["code"]
    if reach is not None and "lat" in clicked:
        pin(study, round(float(clicked["lat"]), 5), round(float(clicked["lon"]), 5))


def _row_chosen(codes: list[str]) -> None:
    chosen = st.session_state["table"]["selection"]["rows"]
    st.session_state["area"] = codes[chosen[0]] if chosen else None


def _sync_table(codes: list[str], area: str | None) -> None:
    """Mark the chosen municipality's row, whichever way it was chosen."""
    wanted = [codes.index(area)] if area is not None else []
    state = st.session_state.get("table")
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state["table"] = {"selection": {"rows": wanted, "columns": [], "cells": []}}


def _warm(study: Study, choice: Choice, codes: list[str]) -> None:
    """In the background, once the map is there: what the first click and the first search would wait for."""
    warming = warming_of(study.key)
    if codes:
        warming.start("explore_card", lambda: with_confidence(Credits("", []), study, choice, codes[0]))
    warming.start("explore_search", lambda: index_of(study))


def _tell(choice: Choice, second: Second | None, reach: ReachChoice | None, area: str | None) -> None:
    """To the other pages, and to the address bar."""
    selection.noticed(_PAGE, area=area or "", indicator=choice.indicator.id, mode=choice.mode, group=choice.group)
    at = st.session_state.get(AT)
    own = choice.parameters(area)
    own.setdefault("area", "")
    own |= second.parameters() if second is not None else {}
    own |= {"at": f"{at[0]:.5f},{at[1]:.5f}"} if at else {}
    own |= reach.parameters() if reach is not None else {}
    selection.write_address(own)
