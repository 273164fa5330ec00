"""The 85 KPIs and the goals of 2.0: the list, and of one of them what is published and what our own figures say."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.ui import blocks
from explorer.ui.frame import guarded
from explorer.ui.indicators_page_controls import INDICATORS, KPI_SHOWN, SHOWN, VIEW
from explorer.ui.indicators_page_facts import Catalogue, Entry, Fact, key_of
from explorer.ui.indicators_page_values import Asked, column_form
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, unit_word, value_text, word
from layers.kpi import CLASSES, LEVELS, NATION, Kpi, published_for, why_no_figure, why_too_fine

TABLE: Final = "indicators_kpi_list_table"
HEIGHT: Final = 520
OWN: Final = "indicators_kpi_own"
_VALUES_HEIGHT: Final = 390


def shown_of(catalogue: Catalogue, found: Sequence[Entry]) -> Entry:
    """The KPI or goal that is looked at."""
    entries = catalogue.entries
    key = str(st.session_state.get(KPI_SHOWN) or "")
    if key not in entries:
        key = key_of(found[0]) if found else next(iter(entries))
        st.session_state[KPI_SHOWN] = key
    return entries[key]


def show_list(catalogue: Catalogue, found: Sequence[Entry], shown: Entry, language: Language) -> None:
    """The list with the row of the one shown marked, and the button that saves all of them."""
    st.caption(
        word("ip_kpi_count", language, total=number(len(catalogue.entries), language), n=number(len(found), language))
    )
    with st.container():
        if found:
            _list_table(catalogue, found, shown, language)
        else:
            blocks.empty(word("ip_nothing", language))
    st.download_button(
        word("ip_kpi_save", language), lambda: blocks.csv_bytes(saved_frame(catalogue)), "kpi.csv", "text/csv",
        on_click="ignore", key="indicators_kpi_download", width="stretch",
    )  # fmt: skip


def show_one(
    study: Study, catalogue: Catalogue, found: Sequence[Entry], shown: Entry, area: str, language: Language
) -> None:
    """Everything about one of them."""
    keys = [key_of(entry) for entry in found]
    keys = keys if key_of(shown) in keys else [key_of(shown), *keys]
    st.selectbox(
        word("ip_kpi_show", language), keys, key=KPI_SHOWN,
        format_func=lambda key: title_of(catalogue.entries[key], language),
    )  # fmt: skip
    with st.container(), guarded(language):
        st.html(one_html(shown, area, language))
    with st.container(), guarded(language):
        _ours(study, catalogue, shown, language)
    blocks.note(word("ip_kpi_note", language))


def title_of(entry: Entry, language: Language) -> str:
    """Number and name."""
    name = either((entry.ja, entry.en), language)
    if isinstance(entry, Kpi):
        return word("ip_kpi_item", language, number=entry.number, name=name)
    return f"{word('ip_kpi_goal_number', language)} {name}"


def frame_of(catalogue: Catalogue, found: Sequence[Entry], language: Language) -> pd.DataFrame:
    """The list as it is shown."""
    return pd.DataFrame(
        {
            word("ip_kpi_number", language): [_number(entry, language) for entry in found],
            word("ip_kpi_name", language): [either((entry.ja, entry.en), language) for entry in found],
            word("ip_kpi_class", language): [_class(entry) for entry in found],
            word("ip_kpi_level", language): [either(LEVELS[level_of_entry(entry)], language) for entry in found],
            word("ip_kpi_ours", language): [len(catalogue.answering(entry)) for entry in found],
        }
    )


def saved_frame(catalogue: Catalogue) -> pd.DataFrame:
    """All KPIs and goals as ``explorer kpi`` writes them without an area."""
    from explorer.kpi_values import catalogue_table

    return catalogue_table(fact.indicator for fact in catalogue.facts.values())


def level_of_entry(entry: Entry) -> str:
    """Level of publication; the goals are the nation's."""
    return entry.level if isinstance(entry, Kpi) else "N"


def one_html(entry: Entry, area: str, language: Language) -> str:
    """Class, level, target, what is published and of whom, publisher and page."""
    lines = _kpi_lines(entry, area, language) if isinstance(entry, Kpi) else [
        (word("ip_kpi_target", language), escape(either((entry.target_ja, entry.target_en), language))),
        (word("ip_kpi_level", language), escape(either(LEVELS["N"], language))),
        (word("ip_kpi_source", language), escape(entry.source)),
    ]  # fmt: skip
    rows = "".join(f"<dt>{escape(head)}</dt><dd>{markup}</dd>" for head, markup in lines if markup)
    other = either((entry.en, entry.ja), language)
    note = "" if isinstance(entry, Kpi) else f"<p>{escape(word('ip_kpi_goal_note', language))}</p>"
    # The other language's name helps those who read the original documents.
    shown = f'<div class="card-small" lang="{"en" if language == "ja" else "ja"}">{escape(other)}</div>'
    return (
        f'<section class="card ip-head" aria-live="polite"><h2 class="ip-name">{escape(title_of(entry, language))}</h2>'
        f"{shown if language == 'ja' else ''}{note}<dl>{rows}</dl></section>"
    )


def _kpi_lines(kpi: Kpi, area: str, language: Language) -> list[tuple[str, str]]:
    classes = "<br>".join(
        escape(word("ip_kpi_class_option", language, name=name, meaning=either(CLASSES[name], language)))
        for name in kpi.classes
    )
    proxy = (
        word("ip_kpi_class_option", language, name=kpi.proxy, meaning=either(CLASSES[kpi.proxy], language))
        if kpi.proxy in CLASSES
        else ""
    )
    return [
        (word("ip_kpi_class", language), classes),
        (word("ip_kpi_level", language), escape(either(LEVELS[kpi.level], language))),
        (word("ip_unit", language), escape(unit_word(kpi.unit, language))),
        (word("ip_kpi_latest", language), _published(kpi, area, language)),
        (word("ip_kpi_target", language), escape(either((kpi.target_ja, kpi.target_en), language))),
        (word("ip_kpi_dataset", language), escape(kpi.dataset)),
        (word("ip_kpi_publisher", language), escape(either((kpi.publisher, kpi.publisher_en), language))),
        (word("ip_kpi_page", language), _page(kpi.url)),
        (word("ip_kpi_proxy", language), escape(proxy)),
        (word("ip_kpi_remark", language), escape(either((kpi.remark_ja, kpi.remark_en), language))),
    ]


def _published(kpi: Kpi, area: str, language: Language) -> str:
    """The published value with its owner: of the municipality, else of what it lies in, never as the municipality's own."""
    shown = published_for(kpi, area or NATION)
    if shown is None:
        return escape(word("ip_kpi_latest_none", language))
    each = shown.published
    text = word(
        "ip_kpi_of_area", language, value=value_text(each.value, kpi.unit, language), as_of=each.as_of, source=each.source,
        owner=either((shown.of_ja, shown.of_en), language),
    )  # fmt: skip
    note = either((each.note_ja, each.note_en), language)
    return escape(text) + (f'<div class="card-small">{escape(note)}</div>' if note else "")


def _page(url: str) -> str:
    """The publisher's address, as a link that only a click opens."""
    shown = escape(url)
    return f'<a href="{shown}" target="_blank" rel="noreferrer">{shown}</a>' if url.startswith("https://") else shown


def _ours(study: Study, catalogue: Catalogue, entry: Entry, language: Language) -> None:
    """Our own figures of the indicators that answer it, unless they would be finer than what is published."""
    blocks.title(word("ip_kpi_ours_title", language))
    facts = [fact for fact in catalogue.answering(entry) if fact.is_computed]
    if not facts:
        reason = why_no_figure(entry) if isinstance(entry, Kpi) else ""
        blocks.empty(one_language(reason, language) or word("ip_not_computed", language))
        return
    too_fine = why_too_fine(entry, "M") if isinstance(entry, Kpi) else ""
    if too_fine:
        blocks.empty(one_language(too_fine, language))
        return
    fact = _one_of(facts, language)
    asked = _asked(study, fact, language)
    rows = study.values(fact.indicator.id, asked.mode, asked.group)
    st.caption(asked.condition)
    frame = own_frame(study, asked, rows)
    st.dataframe(
        frame, hide_index=True, height=min(_VALUES_HEIGHT, 38 + 35 * len(frame)), key="indicators_kpi_values_table",
        placeholder="", alt=word("ip_values_alt", language),
        column_config={asked.value_head: st.column_config.NumberColumn(format=column_form(rows, fact.indicator.unit))},
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        lines = [title_of(entry, language), either((fact.indicator.ja, fact.indicator.en), language), asked.condition]
        blocks.download(
            frame, f"kpi-{key_of(entry)}-{fact.indicator.id}", language, lines=lines, key="indicators_kpi_own"
        )
    right.button(
        word("ip_kpi_look", language), key="indicators_kpi_look_button", width="stretch", on_click=_look,
        args=(fact.indicator.id,),
    )  # fmt: skip


def own_frame(study: Study, asked: Asked, rows: pd.DataFrame) -> pd.DataFrame:
    """Our values of all municipalities, and below them that of the whole study area."""
    language, indicator = asked.language, asked.indicator
    whole = study.whole(indicator.id, asked.mode, asked.group)
    value, reason = float(whole["value"]), str(whole["reason"])
    columns: dict[str, Any] = {
        word("column_code", language): [*rows["code"], ""],
        word("column_name", language): [*rows["name"], word("ip_kpi_whole", language)],
        asked.value_head: [*rows["value"], value],
    }
    reasons = [one_language(str(text), language) for text in (*rows["reason"], reason)]
    if not np.isfinite(value) and not reason:
        reasons[-1] = word("reason_unknown", language)
    if any(reasons):
        columns[word("column_reason", language)] = reasons
    return pd.DataFrame(columns)


def _one_of(facts: Sequence[Fact], language: Language) -> Fact:
    by_id = {fact.indicator.id: fact for fact in sorted(facts, key=lambda fact: not fact.municipalities)}
    if st.session_state.get(OWN) not in by_id:
        st.session_state[OWN] = next(iter(by_id))
    picked = st.selectbox(
        word("ip_kpi_ours", language), list(by_id), key=OWN,
        format_func=lambda name: either((by_id[name].indicator.ja, by_id[name].indicator.en), language),
    )  # fmt: skip
    return by_id[str(picked)]


def _asked(study: Study, fact: Fact, language: Language) -> Asked:
    mode = study.modes(fact.indicator.id)[0]
    groups = study.groups(fact.indicator.id, mode)
    return Asked(fact.indicator, mode, "total" if "total" in groups else groups[0], "", language)


def _look(indicator: str) -> None:
    st.session_state.update({VIEW: INDICATORS, SHOWN: indicator})


def _list_table(catalogue: Catalogue, found: Sequence[Entry], shown: Entry, language: Language) -> None:
    wanted = [at for at, entry in enumerate(found) if entry is shown]
    state = st.session_state.get(TABLE)
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state[TABLE] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    widths = {"ip_kpi_number": 56, "ip_kpi_name": 220, "ip_kpi_class": 60, "ip_kpi_level": 80}
    st.dataframe(
        frame_of(catalogue, found, language), hide_index=True, height=min(HEIGHT, 38 + 35 * len(found)), key=TABLE,
        column_config={word(key, language): st.column_config.Column(width=wide) for key, wide in widths.items()},
        on_select=lambda: _row_chosen(found), selection_mode="single-row", placeholder="",
        alt=word("ip_kpi_alt", language),
    )  # fmt: skip


def _row_chosen(found: Sequence[Entry]) -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows and rows[0] < len(found):
        st.session_state[KPI_SHOWN] = key_of(found[rows[0]])


def _number(entry: Entry, language: Language) -> str:
    return str(entry.number) if isinstance(entry, Kpi) else word("ip_kpi_goal_number", language)


def _class(entry: Entry) -> str:
    return "+".join(entry.classes) if isinstance(entry, Kpi) else ""
