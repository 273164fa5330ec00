"""Every kind of edit by form: the way without a mouse, and the only way to lines of buses, shares and speeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from explorer.maps.place_layer import category_name
from explorer.scenario_edits import (
    Close,
    Edit,
    LineDrop,
    LineThin,
    Move,
    Open,
    Restrict,
    Share,
    Speed,
    StopAdd,
    StopDrop,
    StreetClose,
)
from explorer.ui.blocks import note
from explorer.ui.what_if_bench import Desk, kind_name, names_of, site_label, sites_of
from explorer.ui.what_if_map import STOPS
from explorer.ui.what_if_panel import STREET_RADIUS_M, USUAL_DEPARTURES, kinds_to_open
from explorer.words import Language, either, word
from geodata.streets import ROAD_CLASSES
from layers.measures import STRAIGHT

_KINDS: Final[tuple[type[Edit], ...]] = (
    *(Close, Open, Move, Restrict, Share),
    *(StopDrop, StopAdd, LineDrop, LineThin, StreetClose, Speed),
)
MOST_OPTIONS: Final = 1000  # a longer list is asked for part of the name first
_ROADS: Final = {
    "motorway": "road_motorway", "trunk": "road_trunk", "primary": "road_primary", "secondary": "road_secondary",
    "tertiary": "road_tertiary", "unclassified": "road_unclassified", "residential": "road_residential",
    "service": "road_service",
}  # fmt: skip


def show_forms(desk: Desk) -> None:
    """Choose a kind of edit, say what it is about, add it to the list."""
    language = desk.language
    with st.expander(word("what_if_forms", language), key="what_if_forms_expander"):
        known = {kind.do: kind for kind in _offered(desk)}
        if st.session_state.get("what_if_do") not in known:
            st.session_state["what_if_do"] = next(iter(known))
        do = st.selectbox(
            word("what_if_do", language), list(known), key="what_if_do",
            format_func=lambda name: _capital(either((known[name].ja, known[name].en), language)),
        )  # fmt: skip
        edit = _FORMS[do](desk)
        st.button(
            word("what_if_add", language), key="what_if_add_button", type="primary", disabled=edit is None,
            on_click=_add, args=(desk, edit),
        )  # fmt: skip


def _offered(desk: Desk) -> list[type[Edit]]:
    """Kinds of edit that this workspace can work out: no streets, no stops and no lines leave some out."""
    has_stops, has_streets = "stop" in desk.study.services, bool(desk.study.profiles)
    without = set() if has_stops else {StopDrop, StopAdd, LineDrop, LineThin}
    without |= set() if has_streets else {StreetClose, Speed}
    return [kind for kind in _KINDS if kind not in without]


def _add(desk: Desk, edit: Edit | None) -> None:
    if edit is not None:
        desk.bench.draft.add(edit)


def _pick_site(desk: Desk, category: str) -> Mapping[Any, Any] | None:
    """One site of a service, searched by name, municipality or id."""
    language, names = desk.language, names_of(desk.study)
    sites = sites_of(desk.study, category)
    if len(sites) > MOST_OPTIONS:
        part = st.text_input(word("what_if_search", language), key="what_if_search").strip().casefold()
        named = sites["name"].str.casefold().str.contains(part, regex=False) | sites["site_id"].str.casefold().eq(part)
        sites = sites[named].head(MOST_OPTIONS) if part else sites.head(0)
    by_id = dict(zip(sites["site_id"].tolist(), sites.to_dict("records"), strict=True))
    if st.session_state.get("what_if_site") not in by_id:
        st.session_state["what_if_site"] = None
    site = st.selectbox(
        word("what_if_site", language), list(by_id), key="what_if_site", placeholder=word("what_if_site_hint", language),
        format_func=lambda key: site_label(by_id[key], names, language),
    )  # fmt: skip
    return None if site is None else by_id[site]


def _pick_point(desk: Desk) -> tuple[float, float]:
    """A position: typed, or the one picked on the map."""
    language = desk.language
    picked = st.session_state.get("what_if_picked") or {}
    places = desk.study.places
    west, east, south, north = (
        float(limit) for axis in places[:2] for limit in (pd.Series(axis).min(), pd.Series(axis).max())
    )
    start = (float(picked.get("lon", (west + east) / 2)), float(picked.get("lat", (south + north) / 2)))
    latitude, longitude = st.columns(2)
    for key, value in (("what_if_lat", start[1]), ("what_if_lon", start[0])):
        if key not in st.session_state or (picked and st.session_state.get("what_if_point_of") != picked):
            st.session_state[key] = value
    st.session_state["what_if_point_of"] = dict(picked)
    lat = latitude.number_input(
        word("what_if_latitude", language), 20.0, 46.0, key="what_if_lat", step=0.001, format="%.5f"
    )
    lon = longitude.number_input(
        word("what_if_longitude", language), 120.0, 155.0, key="what_if_lon", step=0.001, format="%.5f"
    )
    return round(float(lon), 5), round(float(lat), 5)


def _close(desk: Desk) -> Edit | None:
    row = _pick_site(desk, desk.view.question.category)
    if row is None:
        return None
    if str(row["kind"]) in STOPS:
        return StopDrop(str(row["site_id"]), str(row["name"]))
    return Close(str(row["site_id"]), str(row["name"]))


def _stop_drop(desk: Desk) -> Edit | None:
    row = _pick_site(desk, "stop")
    return None if row is None else StopDrop(str(row["site_id"]), str(row["name"]))


def _open(desk: Desk) -> Edit | None:
    language = desk.language
    kinds = [kind for kind in kinds_to_open(desk) if kind not in STOPS]
    if st.session_state.get("what_if_form_kind") not in kinds:
        st.session_state["what_if_form_kind"] = kinds[0]
    kind = st.selectbox(
        word("what_if_kind", language), kinds, key="what_if_form_kind",
        format_func=lambda name: kind_name(name, language),
    )  # fmt: skip
    name = st.text_input(word("what_if_site_name", language), key="what_if_form_name", max_chars=80)
    return Open(str(kind), _pick_point(desk), name.strip())


def _move(desk: Desk) -> Edit | None:
    row = _pick_site(desk, desk.view.question.category)
    at = _pick_point(desk)
    return None if row is None else Move(str(row["site_id"]), at, str(row["name"]))


def _restrict(desk: Desk) -> Edit | None:
    note(word("what_if_restrict_note", desk.language))
    return Restrict(_pick_service(desk))


def _share(desk: Desk) -> Edit | None:
    names = names_of(desk.study)
    note(word("what_if_share_note", desk.language))
    service = _pick_service(desk)
    codes = st.multiselect(
        word("what_if_share_with", desk.language), list(names), key="what_if_share_with",
        format_func=lambda code: names[code], placeholder=word("what_if_share_all", desk.language),
    )  # fmt: skip
    return Share(service, municipalities=tuple(codes))


def _pick_service(desk: Desk) -> str:
    services = desk.study.services
    if st.session_state.get("what_if_form_service") not in services:
        st.session_state["what_if_form_service"] = desk.view.question.category
    chosen: str = st.selectbox(
        word("what_if_service", desk.language), services, key="what_if_form_service",
        format_func=lambda name: category_name(name, desk.language),
    )  # fmt: skip
    return chosen


def _stop_add(desk: Desk) -> Edit | None:
    at = _pick_point(desk)
    st.session_state.setdefault("what_if_departures", USUAL_DEPARTURES)
    departures = st.number_input(
        word("what_if_departures", desk.language), 0.0, 2000.0, step=1.0, format="%.0f", key="what_if_departures"
    )
    return StopAdd(at, float(departures))


def _line_drop(desk: Desk) -> Edit | None:
    line = _pick_line(desk)
    return None if line is None else LineDrop(*line)


def _line_thin(desk: Desk) -> Edit | None:
    line = _pick_line(desk)
    factor = _pick_factor("what_if_line_factor", word("what_if_line_factor", desk.language))
    return None if line is None or factor == 1.0 else LineThin(line[0], factor, line[1])


def _pick_line(desk: Desk) -> tuple[str, str] | None:
    """A bus line and its name; a note where the workspace knows none."""
    language = desk.language
    known = desk.opened.scenario_ground.lines
    if known.table is None or known.table.empty:
        note(word("what_if_no_lines", language))
        return None
    table = known.lines
    rows: dict[str, Any] = dict(zip(table["line"].tolist(), table.to_dict("records"), strict=True))
    if st.session_state.get("what_if_line") not in rows:
        st.session_state["what_if_line"] = None
    chosen = st.selectbox(
        word("what_if_line", language), list(rows), key="what_if_line", placeholder=word("what_if_line_hint", language),
        format_func=lambda key: _line_label(rows[key], language),
    )  # fmt: skip
    return None if chosen is None else (str(chosen), str(rows[chosen]["name"] or ""))


def _line_label(row: dict[str, Any], language: Language) -> str:
    departures = float(row["departures"])
    often = f"{departures:.0f}" if math.isfinite(departures) else word("what_if_unknown", language)
    return word(
        "what_if_line_label", language, name=row["name"] or row["line"], operator=row["operator"] or row["feed"],
        stops=row["stops"], departures=often,
    )  # fmt: skip


def _street_close(desk: Desk) -> Edit | None:
    at = _pick_point(desk)
    st.session_state.setdefault("what_if_radius", STREET_RADIUS_M)
    radius = st.number_input(
        word("what_if_radius", desk.language), 10.0, 20_000.0, step=50.0, format="%.0f", key="what_if_radius"
    )
    return StreetClose(at=at, radius_m=float(radius))


def _speed(desk: Desk) -> Edit | None:
    language = desk.language
    roads = [name for name in _ROADS if name in ROAD_CLASSES]
    if st.session_state.get("what_if_road") not in roads:
        st.session_state["what_if_road"] = roads[0]
    road = st.selectbox(
        word("what_if_road", language), roads, key="what_if_road", format_func=lambda name: word(_ROADS[name], language)
    )
    factor = _pick_factor("what_if_speed_factor", word("what_if_speed_factor", language))
    if desk.view.question.mode == STRAIGHT:
        note(word("what_if_speed_note", language))
    return None if factor == 1.0 else Speed(str(road), factor)


def _pick_factor(key: str, label: str) -> float:
    st.session_state.setdefault(key, 0.5)
    return float(st.number_input(label, 0.05, 20.0, step=0.1, format="%.2f", key=key))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_FORMS: Final = {
    "close": _close, "open": _open, "move": _move, "restrict": _restrict, "share": _share, "stop_drop": _stop_drop,
    "stop_add": _stop_add, "line_drop": _line_drop, "line_thin": _line_thin, "street_close": _street_close, "speed": _speed,
}  # fmt: skip
