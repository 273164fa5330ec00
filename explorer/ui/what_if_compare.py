"""Two or three scenarios side by side: people beyond the limit, and the indicators of one municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.blocks import download, note, title
from explorer.ui.what_if_bench import Desk, answer_for, indicators_for, letter_name, names_of, show_error
from explorer.ui.what_if_results import stamp_lines
from explorer.ui.what_if_state import LETTERS
from explorer.ui.what_if_tables import people_side_by_side, side_by_side
from explorer.words import one_language, word
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    import pandas as pd


def show_comparison(desk: Desk) -> None:
    """The drafts of the session that have edits, beside each other; nothing while there is only one."""
    language, bench = desk.language, desk.bench
    filled = [row for row, draft in enumerate(bench.drafts) if draft.edits]
    if len(filled) < 2:  # one has nothing to stand beside
        return
    title(word("what_if_side_by_side", language))
    names = names_of(desk.study)
    people: dict[str, pd.DataFrame] = {}
    indicators: dict[str, pd.DataFrame] = {}
    stamps = []
    for row in filled:
        head = _head(desk, row)
        try:
            answer = answer_for(desk, row)
            table, _ = indicators_for(desk, row)
        except ExplorerError as error:
            show_error(f"{head}: {one_language(str(error), language)}")
            continue
        assert answer is not None
        people[head] = answer.by_municipality([names[code] for code in answer.effect.area_codes])
        indicators[head] = table
        stamps.append(f"{LETTERS[row]}: {one_language(desk.scenario(row).stamp(), language)}")
    if not people:
        return
    first, second = st.columns([0.42, 0.58])
    with first:
        shown = people_side_by_side(people, language)
        settings = {head: st.column_config.NumberColumn(format="%,.0f") for head in people}
        st.dataframe(
            shown, hide_index=True, height=min(340, 38 + 35 * len(shown)), key="what_if_both_table",
            column_config=settings,
        )  # fmt: skip
        note(word("what_if_both_note", language, title=desk.view.title))
        download(shown, "scenarios_people", language, lines=[*stamps, *stamp_lines(desk)[1:]], key="what_if_both")
    with second:
        hurt = [str(code) for table in people.values() for code in table["code"]]
        options = list(dict.fromkeys([*hurt, *names]))
        if st.session_state.get("what_if_both_area") not in options:
            st.session_state["what_if_both_area"] = options[0]
        code = st.selectbox(
            word("column_name", language), options, key="what_if_both_area", format_func=lambda key: names.get(key, key)
        )
        arguments = (indicators, str(code), desk.opened.catalogue, language)
        shows_all = bool(st.session_state.get("what_if_all_modes"))  # as in the table above
        both = side_by_side(*arguments, mode=None if shows_all else desk.view.question.mode)
        if both.empty:
            note(word("what_if_no_indicator", language))
            return
        st.dataframe(both, hide_index=True, height=min(340, 38 + 35 * len(both)), key="what_if_each_table")
        download(
            side_by_side(*arguments, as_text=False), f"scenarios_{code}", language, lines=[*stamps, *stamp_lines(desk)[1:]],
            key="what_if_each",
        )  # fmt: skip


def _head(desk: Desk, row: int) -> str:
    """Head of a column: the letter, and the name where there is one."""
    name = desk.bench.drafts[row].name
    return f"{LETTERS[row]} {name}" if name else letter_name(row, desk.language)
