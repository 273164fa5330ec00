"""Explore: one indicator on the map and in the table, with the card of the chosen municipality."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from explorer.maps.classes import Classes, make_classes
from explorer.ui.card import Credits, area_card, whole_card
from explorer.ui.choice import Choice
from explorer.ui.controls import choose, choose_language, read_link
from explorer.ui.foot import show_foot
from explorer.ui.map_panel import show_map
from explorer.ui.opening import open_study
from explorer.ui.profile_text import profile_text
from explorer.ui.save_panel import saved_map
from explorer.ui.study import Study
from explorer.ui.style import PAGE_STYLE
from explorer.ui.table_panel import show_table, table_csv
from explorer.words import Language, either, number, one_language, word
from geodata.errors import ExplorerError
from geodata.kinds import CATEGORIES, KINDS


def page() -> None:
    """The page. Everything right of the sidebar is a fragment: a click redraws only that, and the map frame stays."""
    st.html(PAGE_STYLE)
    st.session_state["map_drawn"] = "map_drawn" in st.session_state  # from the second run on, whatever the map does
    try:
        study = open_study()
    except ExplorerError as error:
        _without_workspace(error)
        return
    with st.sidebar:
        read_link(study)
        language = choose_language()
        choice = choose(study, language) if study.families else None
    _head(study, language)
    if choice is None:
        st.info(word("no_indicators", language))
        show_foot(study, language)
        return
    _main(study, choice)
    with _guarded(language):
        show_foot(study, language)


@st.fragment
def _main(study: Study, choice: Choice) -> None:
    rows = study.values(choice.indicator.id, choice.mode, choice.group)
    codes = rows["code"].tolist()
    area = st.session_state.get("area")
    area = area if area in codes else None
    classes = make_classes(rows["value"], choice.scheme, fixed=choice.indicator.classes, better=choice.indicator.better)
    _sync_table(codes, area)
    left, right = st.columns([0.64, 0.36], gap="small")
    with left, _guarded(choice.language):
        show_map(study, choice, rows, classes, area, on_click=lambda: _clicked(codes))
    with right, _guarded(choice.language):
        _find(rows, choice.language)
        st.html(_card(study, choice, rows, classes, area))
    with left, _guarded(choice.language):
        if st.session_state.get("map_drawn"):
            _table(study, rows, classes, choice, codes)
        else:  # the table's code is the heaviest part of the page: the map comes first, and reports when it is there
            st.caption(word("table_coming", choice.language))
    wanted = choice.parameters(area)
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _card(study: Study, choice: Choice, rows: pd.DataFrame, classes: Classes, area: str | None) -> str:
    data = _credits(study, choice)
    if area is None:
        return whole_card(rows, choice, classes, data)
    position = rows["code"].tolist().index(area)
    official = study.values(choice.indicator.id, "straight", "total")["official_value"]
    return area_card(rows, position, choice, classes, data, elsewhere=float(official.iloc[position]))


def _find(rows: pd.DataFrame, language: Language) -> None:
    names = dict(zip(rows["code"], rows["name"], strict=True))
    if st.session_state.get("area") not in names:
        st.session_state["area"] = None
    st.selectbox(
        word("find_area", language), list(names), key="area", label_visibility="collapsed",
        format_func=lambda code: word("name_and_code", language, name=names[code], code=code),
        placeholder=f"{word('find_area', language)} — {word('find_area_hint', language)}",
    )  # fmt: skip


def _table(study: Study, rows: pd.DataFrame, classes: Classes, choice: Choice, codes: list[str]) -> None:
    language = choice.language
    head, save_map, save_table = st.columns([0.4, 0.31, 0.29], vertical_alignment="center")
    head.subheader(word("table", language), anchor=False)
    # Both files are made when the button is pressed, not on every change.
    save_map.download_button(
        word("download_map", language), lambda: saved_map(study, choice, rows, classes), f"{choice.indicator.id}.html",
        "text/html", on_click="ignore", width="stretch", help=word("download_map_help", language),
    )  # fmt: skip
    save_table.download_button(
        word("download_table", language), lambda: table_csv(rows, choice), f"{choice.indicator.id}.csv", "text/csv",
        on_click="ignore", width="stretch",
    )  # fmt: skip
    show_table(rows, choice, on_select=lambda: _row_chosen(codes))
    st.caption(word("table_hint", language))


def _clicked(codes: list[str]) -> None:
    st.session_state["map_drawn"] = True
    clicked = st.session_state.get("map")
    if isinstance(clicked, dict) and clicked.get("code") in codes:
        st.session_state["area"] = clicked["code"]


def _row_chosen(codes: list[str]) -> None:
    chosen = st.session_state["table"]["selection"]["rows"]
    st.session_state["area"] = codes[chosen[0]] if chosen else None


def _sync_table(codes: list[str], area: str | None) -> None:
    """Mark the chosen municipality's row, whichever way it was chosen."""
    wanted = [codes.index(area)] if area is not None else []
    state = st.session_state.get("table")
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state["table"] = {"selection": {"rows": wanted, "columns": [], "cells": []}}


def _head(study: Study, language: Language) -> None:
    if study.is_sample:
        st.html(f'<div class="sample-banner" role="note">{escape(word("sample_banner", language))}</div>')
    summary = study.manifest.get("summary", {})
    year = study.manifest.get("population_year")
    line = word(
        "summary_line" if year else "summary_line_without_year", language,
        municipalities=number(len(study.municipalities), language), people=number(float(summary.get("people", float("nan"))), language),
        year=year, halo=f"{float(study.manifest.get('study_area', {}).get('halo_km', 0)):g}",
    )  # fmt: skip
    st.html(
        f'<div class="page-head"><h1>{escape(word("app_title", language))}</h1>'
        f'<span class="area-title">{escape(study.title(language))}</span>'
        f'<span class="area-summary">{escape(line)}</span></div>'
    )


def _credits(study: Study, choice: Choice) -> Credits:
    """Sources behind this indicator: boundaries and people always, streets, terrain and facilities where used."""
    kinds = CATEGORIES[choice.indicator.category].kinds if choice.indicator.category in CATEGORIES else ()
    frame = study.facilities.columns
    ids = set(frame.loc[frame["kind"].isin(list(kinds)), "source"].astype(str)) if kinds else set()
    if choice.indicator.category in {"station", "stop", "stop30"}:
        ids |= set(study.stops.columns["source"].astype(str))
    profile = study.profiles.get(choice.mode)
    wanted = {"population"} | ({"streets"} if profile else set())
    wanted |= {"terrain"} if profile and profile.uses_slope else set()
    used = [
        source
        for source in study.manifest.get("sources", [])
        if source.get("used", True) and (source["id"] in ids or source_purpose(source) in wanted)
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for source in used:
        groups.setdefault((str(source.get("kind", "")), str(source.get("licence", ""))), []).append(source)
    lines = [_source_line(group, choice.language) for group in groups.values()]
    year = study.manifest.get("population_year")
    speeds = profile_text(profile, choice.language, has_signals=study.has_signals) if profile else ""
    return Credits(str(year) if year else "", lines, _counted(study, choice), speeds)


def _counted(study: Study, choice: Choice) -> str:
    """Which facilities the lists hold and which kinds they do not: a share is only as complete as the lists."""
    language = choice.language
    present, missing = study.kinds_counted(choice.indicator.category)
    comma = word("comma", language)
    text = comma.join(f"{_kind_name(kind, language)} {number(count, language)}" for kind, count in present)
    if not missing:
        return text
    lacking = word("kinds_missing", language, kinds=comma.join(_kind_name(kind, language) for kind in missing))
    return word("separator", language).join(part for part in (text, lacking) if part)


def _kind_name(kind: str, language: Language) -> str:
    return either((KINDS[kind].ja, KINDS[kind].en), language)


def source_purpose(source: dict[str, Any]) -> str:
    """What a source of the manifest is for: population, streets and so on."""
    from geodata.sources import DATASETS

    known = DATASETS.get(str(source.get("kind", "")))
    return known.purpose if known else ""


def _source_line(group: list[dict[str, Any]], language: Language) -> str:
    """Files of one data set in one line: title, editions from and to, licence."""
    title = str(group[0].get(f"title_{language}", ""))
    if len(group) > 1:
        title = word("source_count", language, title=title, n=len(group))
    editions = sorted({str(source["edition"]) for source in group if source.get("edition")})
    span = (
        editions[0]
        if len(editions) == 1
        else word("span", language, start=editions[0], end=editions[-1])
        if editions
        else ""
    )
    licence = one_language(str(group[0].get("licence", "")), language)
    return " — ".join(part for part in (f"{title} {span}".strip(), licence) if part)


def _without_workspace(error: ExplorerError) -> None:
    """No workspace yet: both languages at once, as none has been chosen."""
    languages: tuple[Language, ...] = ("ja", "en")
    for language in languages:
        st.subheader(word("no_workspace_title", language), anchor=False)
        st.write(word("no_workspace", language))
    st.code("explorer build FOLDER --out WORKSPACE\nexplorer app WORKSPACE", language=None)
    st.caption(str(error))


@contextmanager
def _guarded(language: Language) -> Iterator[None]:
    """A panel that fails shows a plain message; the rest of the page lives."""
    try:
        yield
    except Exception:  # noqa: BLE001 - the boundary of a panel: whatever it is, the user can report it
        st.warning(word("panel_failed", language))
        with st.expander(word("detail", language)):
            st.code(traceback.format_exc(), language=None)
