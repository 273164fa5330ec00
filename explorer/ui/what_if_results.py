"""Below the map: people by municipality and age, and every indicator before and after."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from explorer.ui.blocks import download, note, title
from explorer.ui.what_if_answer import changed_indicators
from explorer.ui.what_if_bench import Desk, indicators_for, names_of
from explorer.ui.what_if_tables import (
    MOST_ROWS,
    file_stem,
    indicator_file,
    indicator_frame,
    people_frame,
)
from explorer.words import either, number, one_language, word

if TYPE_CHECKING:
    from explorer.ui.what_if_answer import Answer
    from layers.catalogue import Indicator

ALL = ""
TABLE_HEIGHT = 340


def stamp_lines(desk: Desk) -> list[str]:
    """What every download says below its table: scenario, question, workspace."""
    language = desk.language
    return [
        one_language(desk.scenario().stamp(), language),
        desk.view.title,
        word("what_if_stamp", language, area=desk.study.title(language), build=desk.study.key[:8]),
    ]


def show_people(desk: Desk, answer: Answer | None) -> None:
    """Who is newly beyond the limit or within it, by municipality and age, most hurt first."""
    if answer is None or not answer.touches:
        return
    language = desk.language
    title(word("what_if_who", language))
    names = names_of(desk.study)
    table = answer.by_municipality([names[code] for code in answer.effect.area_codes])
    shown = people_frame(table, language)
    settings = {
        name: st.column_config.NumberColumn(format="%,.0f")
        for name in shown.columns
        if pd.api.types.is_numeric_dtype(shown[name])
    }
    st.dataframe(
        shown, hide_index=True, height=min(TABLE_HEIGHT, 38 + 35 * len(shown)), key="what_if_people_table",
        column_config=settings, placeholder="",
    )  # fmt: skip
    has_ages = len(answer.effect.before.people) > 1
    note(word("what_if_who_note", language), "" if has_ages else word("what_if_no_ages", language))
    download(
        people_frame(table, language, shortened=False), f"{file_stem(desk.scenario())}_people", language,
        lines=stamp_lines(desk), key="what_if_people",
    )  # fmt: skip


def show_indicators(desk: Desk, answer: Answer | None) -> None:
    """Each indicator that the scenario changes, before and after, largest change first."""
    if answer is None:
        return
    language = desk.language
    title(word("what_if_indicators", language))
    table, only_build = indicators_for(desk)
    catalogue = desk.opened.catalogue
    changed = changed_indicators(table, catalogue)
    names = names_of(desk.study)
    area, everything = st.columns([0.4, 0.6], vertical_alignment="bottom")
    touched = list(dict.fromkeys(changed["area_code"].astype(str)))
    options = [ALL, *sorted(touched)]
    if st.session_state.get("what_if_area") not in options:
        st.session_state["what_if_area"] = ALL
    code = area.selectbox(
        word("column_name", language), options, key="what_if_area",
        format_func=lambda key: names.get(key, key) if key else word("what_if_every_area", language, n=len(touched)),
    )  # fmt: skip
    st.session_state.setdefault("what_if_all_modes", False)
    shows_all = everything.toggle(word("what_if_all_modes", language), key="what_if_all_modes")
    rows = changed if code == ALL else changed[changed["area_code"].astype(str) == code]
    if not shows_all:
        wanted = rows["mode"].isin([desk.view.question.mode, ""]) & (rows["group"] == "total")
        rows = rows[wanted]
    if rows.empty:
        st.html(f'<div class="card-reason">{escape(word("what_if_no_indicator", language))}</div>')
    else:
        shown = indicator_frame(rows, names, catalogue, language, with_modes=shows_all)
        st.dataframe(
            shown, hide_index=True, height=min(TABLE_HEIGHT, 38 + 35 * len(shown)), key="what_if_indicator_table",
            placeholder="",
        )  # fmt: skip
    more = ""
    if len(rows) > MOST_ROWS:
        more = word("what_if_more_rows", language, shown=number(MOST_ROWS, language), rows=number(len(rows), language))
    note(word("what_if_size_note", language, n=number(len(changed), language)), more)
    download(
        indicator_file(changed, names, catalogue, language), f"{file_stem(desk.scenario())}_indicators", language,
        lines=stamp_lines(desk), key="what_if_indicators",
    )  # fmt: skip
    _only_a_build(desk, only_build)


def _only_a_build(desk: Desk, indicators: list[Indicator]) -> None:
    """What this page cannot tell, by name."""
    language = desk.language
    if not indicators:
        return
    with st.expander(word("what_if_only_build", language, n=len(indicators))):
        st.html(f"<p class='what-if-line'>{escape(word('what_if_only_build_why', language))}</p>")
        names = "".join(
            f"<li>{escape(either((indicator.ja, indicator.en), language))}</li>" for indicator in indicators
        )
        st.html(f'<ul class="what-if-list">{names}</ul>')
