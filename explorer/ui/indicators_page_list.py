"""The list of indicators: by theme and kind, with how many municipalities have a value; a row, or a name typed, chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from explorer.ui import blocks
from explorer.ui.indicators_page_controls import EVERY, SHOWN
from explorer.ui.indicators_page_facts import Catalogue, Fact, by_family, usual
from explorer.words import Language, either, number, one_language, unit_word, word
from layers.catalogue import THEMES

TABLE: Final = "indicators_list_table"
HEIGHT: Final = 500
_WIDTHS: Final = {"theme": 92, "indicator": 210, "ip_column_values": 64}
START: Final = "supermarket_within_800m"  # daily shopping, the headline of the basic concept


def shown_of(catalogue: Catalogue, found: Sequence[Fact]) -> Fact:
    """The indicator that is looked at: the one chosen, be it among those found or not, else the usual first one."""
    chosen = catalogue.facts.get(str(st.session_state.get(SHOWN) or ""))
    if chosen is None:
        first = catalogue.facts[START] if START in catalogue.facts else usual(list(catalogue.facts.values()))
        chosen = first if first.municipalities or not found else usual(found)
        st.session_state[SHOWN] = chosen.indicator.id
    return chosen


def show(catalogue: Catalogue, found: Sequence[Fact], shown: Fact, language: Language) -> None:
    """Draw the list with the row of the indicator shown marked, and the buttons that save it."""
    groups = [(fact,) for fact in found] if st.session_state.get(EVERY) else by_family(found)
    st.caption(count_text(catalogue, found, language))
    with st.container():
        if groups:
            _table(catalogue, groups, shown, language)
        else:
            blocks.empty(word("ip_nothing", language))
    if len(found) < len(catalogue.facts):
        _save(catalogue, found, "ip_save_found", "indicators-found", language)
    _save(catalogue, list(catalogue.facts.values()), "ip_save_catalogue", "indicators", language)


def choose_by_name(catalogue: Catalogue, found: Sequence[Fact], shown: Fact, language: Language) -> None:
    """The way by keyboard: one list of all names found, which the browser narrows down while one types."""
    ids = [fact.indicator.id for fact in found]
    if shown.indicator.id not in ids:
        ids = [shown.indicator.id, *ids]
    facts = catalogue.facts
    st.selectbox(
        word("ip_show", language), ids, key=SHOWN,
        format_func=lambda name: either((facts[name].indicator.ja, facts[name].indicator.en), language),
    )  # fmt: skip


def count_text(catalogue: Catalogue, found: Sequence[Fact], language: Language) -> str:
    """How many are found, of how many."""
    families = number(len({fact.indicator.family for fact in found}), language)
    if len(found) == len(catalogue.facts):
        return word("ip_count", language, n=number(len(found), language), families=families)
    total = number(len(catalogue.facts), language)
    return word("ip_count_of", language, total=total, n=number(len(found), language), families=families)


def frame_of(catalogue: Catalogue, groups: Sequence[Sequence[Fact]], language: Language) -> pd.DataFrame:
    """The list as it is shown: a row for each group of indicators that differ only in their limit or variant."""
    columns: dict[str, Any] = {
        word("theme", language): [either(THEMES[group[0].indicator.theme], language) for group in groups],
        word("indicator", language): [_name(catalogue, group, language) for group in groups],
        word("ip_column_values", language): [_values(catalogue, group, language) for group in groups],
        word("ip_unit", language): [unit_word(group[0].indicator.unit, language) for group in groups],
    }
    if any(len(group) > 1 for group in groups):
        columns[word("ip_column_variants", language)] = [len(group) for group in groups]
    columns[word("ip_column_why_none", language)] = [_why_none(group, language) for group in groups]
    return pd.DataFrame(columns)


def saved_frame(catalogue: Catalogue, found: Sequence[Fact]) -> pd.DataFrame:
    """The catalogue entries with where there are values, in both languages: what ``explorer catalogue`` writes, and that."""
    from explorer.catalogue_page import catalogue_table

    frame = catalogue_table(fact.indicator for fact in found)
    frame["municipalities_with_values"] = [fact.municipalities for fact in found]
    frame["municipalities"] = catalogue.of
    frame["reason_ja"] = [one_language(fact.reason, "ja") if fact.reason else "" for fact in found]
    frame["reason_en"] = [one_language(fact.reason, "en") if fact.reason else "" for fact in found]
    return frame


def _table(catalogue: Catalogue, groups: Sequence[Sequence[Fact]], shown: Fact, language: Language) -> None:
    wanted = [at for at, group in enumerate(groups) if shown in group][:1]
    state = st.session_state.get(TABLE)
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state[TABLE] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    frame = frame_of(catalogue, groups, language)
    st.dataframe(
        frame, hide_index=True, height=min(HEIGHT, 38 + 35 * len(frame)), key=TABLE, placeholder="",
        column_config={word(key, language): st.column_config.Column(width=wide) for key, wide in _WIDTHS.items()},
        on_select=lambda: _row_chosen(groups, shown), selection_mode="single-row", alt=word("ip_list_alt", language),
    )  # fmt: skip


def _row_chosen(groups: Sequence[Sequence[Fact]], shown: Fact) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows and rows[0] < len(groups) and shown not in groups[rows[0]]:
        st.session_state[SHOWN] = usual(groups[rows[0]]).indicator.id


def _save(catalogue: Catalogue, found: Sequence[Fact], label: str, name: str, language: Language) -> None:
    st.download_button(
        word(label, language), lambda: blocks.csv_bytes(saved_frame(catalogue, found)), f"{name}.csv", "text/csv",
        on_click="ignore", key=f"{name}_download", width="stretch",
    )  # fmt: skip


def _name(catalogue: Catalogue, group: Sequence[Fact], language: Language) -> str:
    indicator = group[0].indicator
    if len(group) == 1:
        return either((indicator.ja, indicator.en), language)
    return catalogue.family_of[indicator.id].name(language)


def _values(catalogue: Catalogue, group: Sequence[Fact], language: Language) -> str:
    most = max(fact.municipalities for fact in group)
    return f"{number(most, language)}/{number(catalogue.of, language)}"


def _why_none(group: Sequence[Fact], language: Language) -> str:
    if any(fact.municipalities for fact in group):
        return ""
    fact = group[0]
    if not fact.is_computed:
        return word("ip_not_computed", language)
    return one_language(fact.reason, language) or word("reason_unknown", language)
