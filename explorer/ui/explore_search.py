"""The search of the map: one field for municipalities, stations, facilities and positions; what is found, as a list of buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.kana import is_by_sound
from explorer.place_search import Found
from explorer.ui.blocks import label
from explorer.ui.explore_places import index_of, town_bounds, towns_of
from explorer.words import Language, either, number, word
from geodata.kinds import KINDS

if TYPE_CHECKING:
    from explorer.ui.study import Study

QUERY: Final = "explore_query"
AT: Final = "explore_at"  # latitude, longitude of the point chosen
AT_NAME: Final = "explore_at_name"
GO_TO_POINT: Final = "explore_go_to_point"  # whether a link has brought a point whose area the map is to show
FOCUS: Final = "explore_focus"  # what the map is to show: the frame's argument
_MOST: Final = 8
_AROUND_DEG: Final = 0.02  # about 2 km around a station or facility


def show_search(study: Study, language: Language) -> None:
    """Draw the field and, while something is typed, what it may mean; choosing puts it into the session."""
    query = st.text_input(
        word("xp_search", language), key=QUERY, type="search", live="200ms", label_visibility="collapsed", max_chars=80,
        placeholder=word("xp_search_hint", language), autocomplete="off",
    )  # fmt: skip
    if not (query or "").strip():
        return
    index = index_of(study)
    found = index.find(str(query), _MOST)
    with st.container(key="explore_found", gap="xxsmall"):
        if not found:
            st.caption(word("xp_nothing_found", language))
            if index.without_reading and is_by_sound(str(query)):
                st.caption(word("xp_no_readings", language, n=number(index.without_reading, language)))
        for place, each in enumerate(found):
            st.button(
                label(found_text(each, language)), key=f"explore_found_{place}_button", type="tertiary", width="stretch",
                on_click=choose_found, args=(study, each),
            )  # fmt: skip


def found_text(found: Found, language: Language) -> str:
    """An answer in one line: its name, what it is, and the municipality with its code."""
    town = (
        word("name_and_code", language, name=found.town, code=found.code)
        if found.code
        else word("xp_outside", language)
    )
    if found.kind == "municipality":
        return town
    if found.kind == "former":
        return word("xp_former", language, name=found.name, since=found.what, town=town)
    if found.kind == "position":
        return word("xp_position", language, name=found.name)
    kind = KINDS.get(found.what)
    what = (
        either((kind.ja, kind.en), language)
        if kind
        else word("station" if found.kind == "station" else "stop", language)
    )
    return word("xp_site", language, name=found.name, kind=what, town=town)


def choose_found(study: Study, found: Found) -> None:
    """Select a municipality, or pin a place and select the municipality around it; the map goes there."""
    st.session_state[QUERY] = ""
    if found.kind in {"municipality", "former"}:
        st.session_state["area"] = found.code
        go_to(town_bounds(study, found.code))
        return
    name = "" if found.kind == "position" else found.name
    pin(study, found.lat, found.lon, name)
    lat, lon = found.lat, found.lon
    go_to((lat - _AROUND_DEG, lon - _AROUND_DEG * 1.2, lat + _AROUND_DEG, lon + _AROUND_DEG * 1.2))


def pin(study: Study, lat: float, lon: float, name: str = "") -> None:
    """Put the pin on a point and select the municipality that it lies in, where that is one of the study area."""
    st.session_state[AT], st.session_state[AT_NAME] = (float(lat), float(lon)), name
    code = towns_of(study, [lon], [lat])[0]
    if code:
        st.session_state["area"] = code


def go_to(bounds: tuple[float, float, float, float] | None) -> None:
    """Let the map show a part of the area: south, west, north, east."""
    if bounds is not None:
        key = int((st.session_state.get(FOCUS) or {}).get("key", 0)) + 1
        st.session_state[FOCUS] = {"key": key, "bounds": list(bounds), "always": True}
