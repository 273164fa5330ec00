"""One indicator: what it means, its values here with ranks and official values, what it is made from, where to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.maps.classes import make_classes
from explorer.ui import blocks
from explorer.ui import indicators_page_about as about
from explorer.ui.frame import guarded
from explorer.ui.indicators_page_controls import AREA, GROUP, MODE
from explorer.ui.indicators_page_facts import Catalogue, Fact
from explorer.ui.indicators_page_values import Asked, frame_of, lines_of, official_line, why_missing
from explorer.ui.navigation import page_link
from explorer.ui.strip import strip_html
from explorer.ui.study import Study
from explorer.words import Language, either, number, value_text, word
from layers import catalogue as entries

TABLE: Final = "indicators_values_table"
HEIGHT: Final = 390
_USUAL_MODE: Final = "walk"


def show(study: Study, catalogue: Catalogue, fact: Fact, area: str, language: Language) -> Asked | None:
    """What it means and its values; returns what is asked, None where the workspace has no rows of it."""
    asked = None
    head = st.container()
    with st.container(), guarded(language):
        if fact.is_computed:
            asked = _choose(study, fact, area, language)
    with head, guarded(language):
        st.html(_head_html(study, fact, asked, language))
    with st.container(), guarded(language):
        _ways_on(fact, asked, language)
    with st.container(), guarded(language):
        if asked is not None:
            _values(study, catalogue, asked)
        else:
            blocks.empty(word("ip_not_computed", language))
    return asked


def show_about(study: Study, fact: Fact, language: Language) -> None:
    """Below list and values, over the whole width: the catalogue's entry, the data it needs, methods, sources."""
    indicator = fact.indicator
    left, right = st.columns(2, gap="medium")
    with left:
        _part(word("ip_about_title", language), language, lambda: about.about_html(indicator, language))
    with right:
        _part(word("ip_methods_title", language), language, lambda: about.methods_html(study, indicator, language))
        _part(word("ip_inputs_title", language), language, lambda: about.inputs_html(study, indicator, language))
    _part(word("ip_sources_title", language), language, lambda: about.used_html(study, indicator, language))


def _part(title: str, language: Language, markup: Callable[[], str]) -> None:
    with guarded(language):
        blocks.title(title)
        st.html(markup())


def _choose(study: Study, fact: Fact, area: str, language: Language) -> Asked:
    """Mode and age group, of those that the workspace has."""
    indicator = fact.indicator
    modes = study.modes(indicator.id)
    usual = "straight" if fact.has_official and "straight" in modes else _USUAL_MODE
    left, right = st.columns(2)
    with left:
        mode = _one_of(MODE, word("mode", language), modes, entries.MODES, usual, language) if modes != [""] else ""
    with right:
        group = _one_of(
            GROUP, word("group", language), study.groups(indicator.id, mode), entries.GROUPS, "total", language
        )
    return Asked(indicator, mode, group, area, language)


def _one_of(
    key: str, title: str, options: Sequence[str], names: dict[str, tuple[str, str]], usual: str, language: Language
) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual if usual in options else options[0]
    return str(st.selectbox(title, options, key=key, format_func=lambda each: either(names[each], language)))


def _head_html(study: Study, fact: Fact, asked: Asked | None, language: Language) -> str:
    indicator = fact.indicator
    theme = either(entries.THEMES[indicator.theme], language)
    numbers = _in_numbers(study, asked) if asked is not None else []
    parts = [
        f'<div class="card-small">{escape(theme)}</div>',
        f'<h2 class="ip-name">{escape(either((indicator.ja, indicator.en), language))}</h2>',
        f"<p>{escape(either((indicator.definition_ja, indicator.definition_en), language))}</p>",
        f"<p>{escape(about.meaning(indicator, language))}</p>",
        *(f'<p class="ip-number">{escape(sentence)}</p>' for sentence in numbers),
    ]
    return f'<section class="card ip-head" aria-live="polite">{"".join(parts)}</section>'


def _in_numbers(study: Study, asked: Asked) -> list[str]:
    """The value of the whole study area, and that of the municipality that is marked."""
    language, unit = asked.language, asked.indicator.unit
    whole = float(study.whole(asked.indicator.id, asked.mode, asked.group)["value"])
    found = []
    if np.isfinite(whole):
        text = value_text(whole, unit, language)
        found.append(word("ip_whole", language, value=text, condition=asked.condition))
    rows = study.values(asked.indicator.id, asked.mode, asked.group)
    marked = rows[rows["code"] == asked.area]
    if len(marked):
        name = word("name_and_code", language, name=str(marked["name"].iloc[0]), code=asked.area)
        text = value_text(float(marked["value"].iloc[0]), unit, language)
        found.append(word("ip_marked", language, area=name, value=text, condition=asked.condition))
    return found


def _ways_on(fact: Fact, asked: Asked | None, language: Language) -> None:
    """On to the map and the comparison, with the indicator, mode and age group chosen here."""
    chosen: dict[str, Any] = {"indicator": fact.indicator.id}
    if asked is not None:
        chosen |= {"mode": asked.mode, "group": asked.group}
    left, right = st.columns(2)
    with left:
        page_link("explore", f"→ {word('ip_on_map', language)}", **chosen)
    with right:
        page_link("compare", f"→ {word('ip_compare', language)}", **chosen)


def _values(study: Study, catalogue: Catalogue, asked: Asked) -> None:
    language, indicator = asked.language, asked.indicator
    rows = study.values(indicator.id, asked.mode, asked.group)
    blocks.title(word("ip_values_title", language))
    known = int(np.isfinite(rows["value"].to_numpy(float)).sum())
    lines = [word("ip_known_in", language, n=number(known, language), of=number(catalogue.of, language))]
    st.html("".join(f'<div class="ip-line">{escape(line)}</div>' for line in (*lines, *why_missing(rows, language))))
    if not known:
        return
    marked = rows.loc[rows["code"] == asked.area, "value"]
    classes = make_classes(rows["value"], "fixed", fixed=indicator.classes, better=indicator.better)
    value = float(marked.iloc[0]) if len(marked) else float("nan")
    strip = strip_html(rows["value"], value, classes, unit=indicator.unit, language=language)
    st.html(f'<div class="card-small">{escape(word("distribution", language))}</div>{strip}')
    _table(asked, rows)
    blocks.note(*lines_of(asked, rows), official_line(study, asked, rows))
    blocks.download(
        frame_of(asked, rows), f"indicator-{indicator.id}", language, key="indicators_values",
        lines=[*lines_of(asked, rows), *about.credits_of(study, indicator, language)],
    )  # fmt: skip


def _table(asked: Asked, rows: pd.DataFrame) -> None:
    """The table of all municipalities; a chosen row is the municipality that is marked."""
    codes = rows["code"].tolist()
    wanted = [codes.index(asked.area)] if asked.area in codes else []
    state = st.session_state.get(TABLE)
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state[TABLE] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    frame = frame_of(asked, rows)
    numbers = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    st.dataframe(
        frame, hide_index=True, height=min(HEIGHT, 38 + 35 * len(frame)), key=TABLE, placeholder="",
        column_config={name: st.column_config.NumberColumn(format=asked.form_of(name, rows)) for name in numbers},
        on_select=lambda: _row_chosen(codes), selection_mode="single-row", alt=word("ip_values_alt", asked.language),
    )  # fmt: skip


def _row_chosen(codes: Sequence[str]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    st.session_state[AREA] = codes[rows[0]] if rows and rows[0] < len(codes) else None
