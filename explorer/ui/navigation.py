"""The pages of the app and the way between them: titles in the language chosen, choices that outlive a change of page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import streamlit as st

from explorer.ui import selection
from explorer.ui.page_script import show_page_script
from explorer.words import LANGUAGES, Language, word


@dataclass(frozen=True)
class Entry:
    """One page: its address, the word it is called by, the module whose ``page()`` draws it (imported when it is opened)."""

    name: str
    title: str
    module: str


# In the order of the navigation. A page whose module is not there is left out.
ENTRIES: Final = (
    Entry("explore", "nav_explore", "explorer.ui.explore"),
    Entry("compare", "nav_compare", "explorer.ui.compare"),
    Entry("cooperate", "nav_cooperate", "explorer.ui.cooperate"),
    Entry("what-if", "nav_what_if", "explorer.ui.what_if"),
    Entry("future", "nav_future", "explorer.ui.future"),
    Entry("profile", "nav_profile", "explorer.ui.profile_page"),
    Entry("indicators", "nav_indicators", "explorer.ui.indicators_page"),
    Entry("data", "nav_data", "explorer.ui.data_page"),
    Entry("guide", "nav_guide", "explorer.ui.guide_page"),
)
# Streamlit forgets what a widget held as soon as a page without it is drawn; what is named here stays.
KEPT: Final = (
    *("language", "theme", "family", "indicator", "mode", "group", "area"),
    *("shows_places", "shows_facilities", "shows_stops", "scheme", "opacity", "base_map"),
)
# Keys of the pages that are plain choices.
KEPT_PREFIXES: Final = (
    *("explore_", "compare_", "cooperate_", "what_if_", "future_", "profile_", "indicators_", "data_", "guide_"),
)
_STORE: Final = "kept_choices"
_FIRST: Final = "start"
NEVER_KEPT: Final = (
    "_button",
    "_upload",
    "_table",
    "_map",
    "_download",
    "_message",
)  # their state cannot be set, or means a click


def pages() -> list[Any]:
    """The pages for ``st.navigation``, in the language of the session or of the address."""
    language = session_language()
    found = [_page(entry, language, is_first=entry is ENTRIES[0]) for entry in ENTRIES if _is_there(entry)]
    # The first page's address is that of the app; its name is one too, for links that were written with it.
    name = ENTRIES[0].name
    found.append(st.Page(_to_first(found[0]), title=found[0].title, url_path=name, visibility="hidden"))
    return found


def page_link(page: str, label: str, **changes: Any) -> None:
    """A link to another page of the app, which opens without a new session and takes the selection along.

    Parameters
    ----------
    page
        Name in the address, such as ``profile``; nothing is shown where the workspace's app has no such page.
    changes
        Fields of the selection that differ there (``area="10201"``), and parameters of that page's own.
    """
    entry = next(entry for entry in ENTRIES if entry.name == page)
    if _is_there(entry):
        target = _page(entry, session_language(), is_first=entry is ENTRIES[0])
        st.page_link(target, label=label, query_params=selection.link_parameters(**changes))


def session_language() -> Language:
    """The language of a new address, else the one chosen, else that of the address, else Japanese."""
    chosen = selection.new_language() or st.session_state.get("language") or st.query_params.get("lang")
    return "en" if chosen == "en" and chosen in LANGUAGES else "ja"


@contextmanager
def kept_choices() -> Iterator[None]:
    """Carry the choices of all pages over a change of page; every run goes within.

    A store beside the widgets' own state is needed: a rerun of one fragment forgets even what was set by hand for a widget
    of another page. It is written after the run too, as an address or another page may have set a choice meanwhile.
    """
    store: dict[str, Any] = st.session_state.setdefault(_STORE, {})
    _remember(store)
    for key, value in store.items():
        st.session_state[key] = value
    try:
        yield
    finally:
        _remember(store)


def _remember(store: dict[str, Any]) -> None:
    for key in map(str, st.session_state):
        if key in KEPT or (key.startswith(KEPT_PREFIXES) and not key.endswith(NEVER_KEPT)):
            store[key] = st.session_state[key]


def _is_there(entry: Entry) -> bool:
    return find_spec(entry.module) is not None


def _page(entry: Entry, language: Language, *, is_first: bool) -> Any:
    # The first page is at the address of the app itself; Streamlit wants a name for it that no other page has.
    name = _FIRST if is_first else entry.name
    return st.Page(_opener(entry, language), title=word(entry.title, language), url_path=name, default=is_first)


def _to_first(first: Any) -> Callable[[], None]:
    """Lead to the address of the app itself: the navigation marks no page that it does not list."""

    def run() -> None:
        st.switch_page(first, query_params=st.query_params.to_dict())

    return run


def _opener(entry: Entry, language: Language) -> Callable[[], None]:
    def run() -> None:
        selection.begin(entry.name)
        # Only now is it known which page an address leads to, and so whether it is a new one: the navigation, written
        # before, may be in the other language.
        if session_language() != language:
            st.rerun()
        show_page_script(language)
        import_module(entry.module).page()

    return run
