"""Secondary medical areas out of an uploaded table: a rule of the sidebar that is there only once a file gives it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.engine import opened_of
from explorer.words import Language, one_language, word
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.region_file import SavedRegion
    from explorer.ui.study import Study

_GIVEN = "cooperate_medical_areas"
_UPLOAD = "cooperate_medical_upload"
_AREA = "cooperate_medical_area"


def areas_given(study: Study) -> list[SavedRegion]:
    """The areas of the file that was uploaded in this session for this workspace; none without."""
    key, areas = st.session_state.get(_GIVEN, ("", []))
    return list(areas) if key == study.key else []


def show_upload(study: Study, language: Language, tell: Callable[..., None]) -> None:
    """Where the table is given; `tell` says what is wrong with it."""
    st.file_uploader(
        word("co_medical_open", language), type=["csv", "xlsx"], key=_UPLOAD, on_change=_uploaded,
        args=(study, language, tell), help=word("co_medical_help", language),
    )  # fmt: skip


def choose_area(study: Study, language: Language) -> str:
    """Which of the areas, as the number of it."""
    areas = areas_given(study)
    options = [str(at) for at in range(len(areas))]
    if st.session_state.get(_AREA) not in options:
        st.session_state[_AREA] = options[0]

    def label(option: str) -> str:
        area = areas[int(option)]
        return word("co_medical_option", language, name=area.name, n=len(area.codes))

    return str(st.selectbox(word("co_medical_area", language), options, key=_AREA, format_func=label))


def _uploaded(study: Study, language: Language, tell: Callable[..., None]) -> None:
    given = st.session_state.get(_UPLOAD)
    if given is None:  # taken away again: so is the rule
        st.session_state[_GIVEN] = ("", [])
        return
    from explorer.medical_areas import medical_areas

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"medical{Path(given.name).suffix.lower()}"
        file.write_bytes(given.getvalue())
        try:
            areas = medical_areas(opened_of(study), file)
        except ExplorerError as error:
            st.session_state[_GIVEN] = ("", [])
            text = str(error).replace(str(file), given.name).replace(file.name, given.name)
            tell("co_message", text=one_language(text, language))
            return
    st.session_state[_GIVEN] = (study.key, areas)
    st.session_state["cooperate_rule"] = "medical"
