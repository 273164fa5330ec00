"""Guide 使い方: the user guide inside the app, each chapter with a link to the page that it is about."""

from __future__ import annotations

from typing import Final

import streamlit as st

from explorer.guide.contents import Chapter, Picture, chapters, file_of, introduction, linked, running
from explorer.ui import selection
from explorer.ui.controls import choose_language
from explorer.ui.frame import guarded, show_head
from explorer.ui.navigation import page_link
from explorer.ui.opening import open_study
from explorer.ui.style import PAGE_STYLE
from explorer.words import Language, word
from geodata.errors import ExplorerError

NAME: Final = "guide"
CHAPTER: Final = "guide_chapter"
_STYLE: Final = """<style>
.st-key-guide_text { max-width: 56rem; }
.st-key-guide_text [data-testid="stMarkdownContainer"] { line-height: 1.75; }
.st-key-guide_text [data-testid="stImage"] img { border: 1px solid var(--line); border-radius: 4px; }
.st-key-guide_text h2 { font-size: 1.6rem; }
.st-key-guide_text h3 { font-size: 1.15rem; }
.st-key-guide_text table { font-size: .9rem; }
</style>"""


def page() -> None:
    """The page: chapters in the sidebar, one of them at the right. It needs no workspace."""
    st.html(PAGE_STYLE + _STYLE)
    given = selection.read_address()
    if given.get("chapter"):
        st.session_state[CHAPTER] = given["chapter"]
    selection.arrive(NAME, lambda _: None)
    with st.sidebar:
        language = choose_language()
        chapter = _choose(language)
        st.caption(word("gd_offline", language))
        st.download_button(
            word("gd_save", language), lambda: file_of(language).read_bytes(), f"guide_{language}.md", "text/markdown",
            on_click="ignore", key="guide_download", width="stretch",
        )  # fmt: skip
    try:
        show_head(open_study(), language)
    except ExplorerError:
        st.html(f"<h1>{word('app_title', language)}</h1>")
    with st.container(key="guide_text"), guarded(language):
        _show(chapter, language)
    selection.write_address({"chapter": chapter.key})


def _choose(language: Language) -> Chapter:
    by_key = {chapter.key: chapter for chapter in _every(language)}
    if st.session_state.get(CHAPTER) not in by_key:
        st.session_state[CHAPTER] = next(iter(by_key))
    picked = st.radio(
        word("gd_chapters", language), list(by_key), key=CHAPTER, format_func=lambda key: by_key[key].title
    )
    return by_key[str(picked)]


def _every(language: Language) -> list[Chapter]:
    return [*chapters(language), running(language)]


def _show(chapter: Chapter, language: Language) -> None:
    every = _every(language)
    at = every.index(chapter)
    if at == 0:
        st.markdown(introduction(language))
    st.header(chapter.title, anchor=False)
    if chapter.page:
        page_link(chapter.page, f"→ {word('gd_open', language)}", **dict(chapter.parameters))
    for part in chapter.parts:
        if isinstance(part, Picture):
            _picture(part, language)
        else:
            st.markdown(linked(part, language))
    left, right = st.columns(2)
    if at > 0:
        _turn(word("gd_before", language, title=every[at - 1].title), every[at - 1].key, left, "before")
    if at + 1 < len(every):
        _turn(word("gd_next", language, title=every[at + 1].title), every[at + 1].key, right, "next")


def _picture(picture: Picture, language: Language) -> None:
    if picture.file.is_file():
        st.image(str(picture.file), caption=picture.alt, alt=picture.alt, width="stretch")
    else:
        st.caption(f"{picture.alt} {word('gd_no_picture', language)}")


def _turn(label: str, key: str, column: st.delta_generator.DeltaGenerator, name: str) -> None:
    column.button(label, key=f"guide_{name}_button", width="stretch", on_click=_opened, args=(key,))


def _opened(key: str) -> None:
    st.session_state[CHAPTER] = key
