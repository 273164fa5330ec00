"""Scenarios as files: saved as TOML, read from TOML. A file that cannot be read changes nothing."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from explorer.ui.blocks import title
from explorer.ui.what_if_bench import Desk, show_error
from explorer.ui.what_if_state import LETTERS, Draft
from explorer.ui.what_if_tables import file_stem
from explorer.words import one_language, word
from geodata.errors import ExplorerError, ScenarioError

MOST_BYTES: Final = 1_000_000


def show_files(desk: Desk) -> None:
    """Save the draft that is worked on; read another."""
    from explorer.scenario_file import scenario_text

    language, draft = desk.language, desk.bench.draft
    title(word("what_if_files", language))
    save, load = st.columns([0.4, 0.6])
    scenario = desk.scenario()
    with save:
        st.download_button(
            word("what_if_save", language), lambda: scenario_text(scenario).encode(), f"{file_stem(scenario)}.toml",
            "application/toml", on_click="ignore", key="what_if_save_download", disabled=not draft.edits, width="stretch",
        )  # fmt: skip
        st.html(f'<div class="what-if-small">{escape(word("what_if_save_note", language))}</div>')
    with load:
        given = st.file_uploader(word("what_if_load", language), type=["toml"], key="what_if_upload", max_upload_size=1)
        if given is None:
            st.session_state.pop("what_if_loaded", None)
        elif st.session_state.get("what_if_loaded", ("", ""))[0] != given.file_id:
            try:
                error = take_over(desk, given.name, given.getvalue())
            except ExplorerError as wrong:
                error = one_language(str(wrong), language)
            st.session_state["what_if_loaded"] = (given.file_id, error)
            if not error:
                st.rerun(scope="fragment")
        error = st.session_state.get("what_if_loaded", ("", ""))[1]
        if error:
            show_error(word("what_if_not_loaded", language, error=error))


def take_over(desk: Desk, name: str, content: bytes) -> str:
    """Take over a file; what is wrong with it where that cannot be.

    Raises
    ------
    ExplorerError
        It is no scenario, or not one of this workspace.
    """
    from explorer.scenario import question_of
    from explorer.scenario_file import scenario_from

    language = desk.language
    if not name.lower().endswith(".toml") or len(content) > MOST_BYTES:
        return word("what_if_wrong_type", language)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{name}: UTF-8 ではありません。UTF-8 で保存し直してください。 / {name}: not UTF-8. Save it as UTF-8."
        raise ScenarioError(message) from error
    scenario = scenario_from(text, source=name)
    question_of(desk.opened, scenario)
    draft = Draft(scenario.name[:80], scenario.name_en[:80], scenario.note, scenario.edits)
    if not desk.bench.start(draft):
        return word("what_if_full", language, n=len(LETTERS))
    return ""
