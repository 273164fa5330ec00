"""Profile: the document about a municipality or region, on screen and as a file to hand in."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from explorer.profile.names import document_name
from explorer.ui import blocks, selection
from explorer.ui import profile_page_answers as answers
from explorer.ui.controls import choose_language
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace
from explorer.ui.opening import open_study
from explorer.ui.profile_page_controls import choose, link_of, read_link, tell_choice
from explorer.ui.study import Study
from explorer.ui.style import LINE, PAGE_STYLE
from explorer.ui.what_if_bench import message
from explorer.ui.what_if_style import WHAT_IF_STYLE
from explorer.words import Language, word
from geodata.errors import ExplorerError

_TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
}
_STYLE: Final = f"""<style>
.profile-contents {{ display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; border-bottom: 1px solid {LINE}; padding: .1rem 0 .5rem; font-size: .88rem; }}
.profile-contents a {{ color: var(--accent); }}
/* The document is on white paper, on a dark screen too: text keeps off its edge. */
.stApp .rce-document {{ box-sizing: content-box; padding: 1rem 1.4rem; border: 1px solid {LINE}; border-radius: 4px; }}
.stApp .rce-document dl.rce-facts {{ margin: .8em 0; padding: 0; }}
</style>"""


def page() -> None:
    """The page: the area in the sidebar, three files to save, and the document."""
    st.html(PAGE_STYLE + WHAT_IF_STYLE + _STYLE)
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    read_link(study)
    with st.sidebar:
        language = choose_language()
        asked = choose(study, language)
    show_head(study, language)
    with st.container():
        message()
    tell_choice(study, asked)
    selection.write_address(link_of(asked))
    if asked.codes:
        with guarded(language), st.spinner(word("pp_making", language)):
            markup = answers.fragment_of(study, asked.codes, language, asked.scenario)
            _downloads(study, asked)
            st.html(markup)
    else:
        _how_to_begin(language)
    with guarded(language):
        show_foot(study, language)


def _downloads(study: Study, asked: answers.Asked) -> None:
    """A file is made when its button is pressed, not before."""
    language = asked.language
    digest = asked.scenario.digest if asked.scenario is not None else ""
    name = document_name(asked.codes, language, digest)
    labels = {"pdf": "pp_save_pdf", "docx": "pp_save_word", "html": "pp_save_html"}
    columns = st.columns([0.2, 0.2, 0.2, 0.4], vertical_alignment="center")
    for column, (form, label) in zip(columns, labels.items(), strict=False):
        column.download_button(
            word(label, language), _maker(study, asked, form), f"{name}.{form}", _TYPES[form], on_click="ignore",
            key=f"profile_{form}_download", width="stretch",
        )  # fmt: skip
    columns[-1].caption(word("pp_save_note", language))


def _maker(study: Study, asked: answers.Asked, form: str) -> answers.Made:
    return lambda: answers.file_of(study, asked.codes, asked.language, asked.scenario, form)


def _how_to_begin(language: Language) -> None:
    blocks.title(word("pp_begin_title", language))
    lines = "".join(f"<li>{escape(word(key, language))}</li>" for key in ("pp_begin_one", "pp_begin_region"))
    st.html(f'<div class="card"><ul class="begin">{lines}</ul></div>')
