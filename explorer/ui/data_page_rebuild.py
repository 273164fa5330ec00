"""Data, build anew: from which folders, with which added files, and the button that begins it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from explorer.own_data.added import differs_from_build, list_added, why_fixed
from explorer.own_data.inputs import Inputs, inputs_of
from explorer.own_data.rebuild import job_of, start
from explorer.ui import blocks
from explorer.ui.frame import warn
from explorer.ui.study import Study
from explorer.words import Language, number, one_language, word
from geodata.errors import ExplorerError

FOLDER: Final = "data_folder"


def show_rebuild(study: Study, language: Language) -> None:
    """What a build would read, and the button."""
    path = study.workspace.path
    inputs = inputs_of(study.workspace)
    blocks.title(word("dp_rebuild_title", language))
    st.html(_facts(study, inputs, language))
    why = why_fixed(path)
    if why:
        warn(one_language(why, language))
        return
    folders = _choose_folder(inputs, language)
    job = job_of(path)
    is_busy = job is not None and job.is_under_way
    can = bool(folders or (inputs.folders and not inputs.missing))
    st.button(
        word("dp_rebuild_button", language), key="data_rebuild_button", type="primary", disabled=is_busy or not can,
        on_click=_begin, args=(path, folders),
    )  # fmt: skip
    error = st.session_state.pop("data_begin_message", "")
    with st.container():
        if error:
            warn(one_language(error, language))
    blocks.note(word("dp_rebuild_note", language), word("dp_rebuild_command", language))


def _facts(study: Study, inputs: Inputs, language: Language) -> str:
    added = list_added(study.workspace.path)
    changed = differs_from_build(study.workspace)
    missing = set(inputs.missing)
    folders = "<br>".join(
        f"<code>{escape(str(folder))}</code>{escape(word('dp_folder_gone', language)) if folder in missing else ''}"
        for folder in inputs.folders
    )
    rows = [
        (word("dp_workspace", language), f"<code>{escape(str(study.workspace.path))}</code>"),
        (word("dp_raw_folders", language), folders or escape(word("dp_folders_unknown", language))),
        (word("dp_added_files", language), escape(word("dp_n_files", language, n=number(len(added), language)))),
        (
            word("dp_state", language),
            escape(word("dp_state_changed" if changed else "dp_state_same", language)),
        ),
    ]
    return (
        '<dl class="data-facts">' + "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in rows) + "</dl>"
    )


def _choose_folder(inputs: Inputs, language: Language) -> tuple[Path, ...]:
    """Another raw folder: asked for at once where that of the build is not known or gone, else folded away."""
    must = not inputs.folders or bool(inputs.missing)
    if must:
        warn(word("dp_folder_needed_gone" if inputs.folders else "dp_folder_needed", language))
    with st.container() if must else st.expander(word("dp_folder_other", language)):
        given = st.text_input(
            word("dp_folder", language), key=FOLDER, placeholder=word("dp_folder_hint", language), max_chars=1000,
            help=word("dp_folder_help", language),
        )  # fmt: skip
    folders = [Path(text).expanduser() for part in given.split(";") if (text := part.strip().strip('"'))]
    for folder in folders:
        if not folder.is_dir():
            warn(word("dp_folder_not_found", language, folder=str(folder)))
            return ()
    return tuple(folders)


def _begin(path: Path, folders: tuple[Path, ...]) -> None:
    try:
        start(path, folders)
    except ExplorerError as error:
        st.session_state["data_begin_message"] = str(error)
