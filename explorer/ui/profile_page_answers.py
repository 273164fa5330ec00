"""Profiles as the page shows them: made once for a question, kept for as long as the workspace stays the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from explorer.scenario_edits import Scenario
from explorer.ui.drawing_lock import DRAWING
from explorer.ui.engine import opened_of
from explorer.ui.study import Study
from explorer.words import Language, word

if TYPE_CHECKING:
    from explorer.documents.blocks import Document
    from explorer.scenario_result import ScenarioResult

_BY_KEY: Final[dict[Any, Any]] = {Study: lambda study: study.key, Scenario: repr}
Made = Callable[[], bytes]  # makes a file when it is wanted
_CONTENTS: Final = "profile-contents"


@dataclass(frozen=True)
class Asked:
    """What the page is asked for: codes ascending, since a region is the same in whatever order it was put together."""

    codes: tuple[str, ...]
    language: Language
    scenario: Scenario | None = None


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs=_BY_KEY)
def document_of(study: Study, codes: tuple[str, ...], language: Language, scenario: Scenario | None) -> Document:
    """The profile as blocks.

    Raises
    ------
    ExplorerError
        The scenario cannot be worked out in this workspace.
    """
    from explorer.profile.document import profile_document

    result = _result_of(study, scenario) if scenario is not None else None
    with DRAWING:
        return profile_document(opened_of(study), list(codes), language, scenario=result)


@st.cache_data(max_entries=12, show_spinner=False, hash_funcs=_BY_KEY)
def fragment_of(study: Study, codes: tuple[str, ...], language: Language, scenario: Scenario | None) -> str:
    """The profile as markup for the page: its chapters to jump to, and the document without the banner that the page has."""
    from explorer.documents.html import html_of

    document = replace(document_of(study, codes, language, scenario), banner="")
    with DRAWING:
        article = html_of(document, standalone=False).decode("utf-8")
    return _contents(document) + article


@st.cache_data(max_entries=12, show_spinner=False, hash_funcs=_BY_KEY)
def file_of(
    study: Study, codes: tuple[str, ...], language: Language, scenario: Scenario | None, form: str
) -> bytes:  # fmt: skip
    """The profile as a file."""
    from explorer.documents.written import document_bytes

    document = document_of(study, codes, language, scenario)
    with DRAWING:
        return document_bytes(document, form)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_KEY)
def _result_of(study: Study, scenario: Scenario) -> ScenarioResult:
    from explorer.scenario import run_scenario

    return run_scenario(opened_of(study), scenario)


def _contents(document: Document) -> str:
    """Links to the chapters."""
    from explorer.documents.blocks import Heading
    from explorer.documents.placed import placed

    links = "".join(
        f'<a href="#{escape(document.name)}-{part.anchor}">{escape(part.block.text)}</a>'
        for part in placed(document)
        if isinstance(part.block, Heading) and part.level == 1
    )
    label = escape(word("pp_contents", document.language))
    return f'<nav class="{_CONTENTS}" aria-label="{label}">{links}</nav>' if links else ""
