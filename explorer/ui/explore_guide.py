"""What to do first, told on the sample to who comes without a link; it can be closed and called again."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from explorer.ui import navigation
from explorer.ui.study import Study
from explorer.words import Language, word

STATE: Final = "explore_guide_open"
_PAGES: Final = (
    ("what-if", "nav_what_if"),
    ("compare", "nav_compare"),
    ("profile", "nav_profile"),
    ("data", "nav_data"),
    ("guide", "nav_guide"),
)


def begin(study: Study, *, has_link: bool) -> None:
    """Once a session: open on the sample, unless the visitor was sent to something in particular."""
    st.session_state.setdefault(STATE, study.is_sample and not has_link)


def show_guide(language: Language) -> None:
    """Four steps and where they lead; nothing while it is closed."""
    if not st.session_state.get(STATE):
        return
    steps = "".join(f"<li>{escape(text)}</li>" for text in (
        word("xp_guide_1", language), word("xp_guide_2", language), word("xp_guide_3", language), word("xp_guide_4", language),
    ))  # fmt: skip
    with st.container(border=True, key="explore_guide_box", gap="xxsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.html(f'<b class="xp-guide-title">{escape(word("xp_guide", language))}</b>', width="content")
            st.button(
                word("xp_guide_close", language), key="explore_guide_close_button", type="tertiary", on_click=_close
            )
        st.html(f'<div class="xp-guide"><ol>{steps}</ol></div>')
        with st.container(horizontal=True, gap="small", key="explore_guide_links"):
            for page, text in _PAGES:
                navigation.page_link(page, word(text, language))


def show_again(language: Language) -> None:
    """A small button that opens the steps while they are closed."""
    if not st.session_state.get(STATE):
        st.button(word("xp_guide_again", language), key="explore_guide_again_button", type="tertiary", on_click=_open)


def _open() -> None:
    st.session_state[STATE] = True


def _close() -> None:
    st.session_state[STATE] = False
