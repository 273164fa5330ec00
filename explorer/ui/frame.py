"""What every page has around its own panels: the head, a plain message where there is nothing to show, guarded panels."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from explorer import __version__
from explorer.ui import selection
from explorer.ui.study import Study
from explorer.words import LANGUAGES, Language, number, one_language, word
from geodata.errors import ExplorerError

_ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST_TOLD: Final = 60  # characters of a broken link that are shown
_TITLES: Final = {
    "explore": "nav_explore", "compare": "nav_compare", "cooperate": "nav_cooperate", "what-if": "nav_what_if",
    "future": "nav_future", "profile": "nav_profile", "indicators": "nav_indicators", "data": "nav_data",
    "guide": "nav_guide",
}  # fmt: skip


def show_head(study: Study, language: Language) -> None:
    """One line: title, study area, what it is made of, and that it is invented where it is."""
    summary = study.manifest.get("summary", {})
    year = study.manifest.get("population_year")
    line = word(
        "summary_line" if year else "summary_line_without_year", language,
        municipalities=number(len(study.municipalities), language), people=number(float(summary.get("people", float("nan"))), language),
        year=year, halo=f"{float(study.manifest.get('study_area', {}).get('halo_km', 0)):g}",
    )  # fmt: skip
    page = selection.page_open()
    here = f'<span class="unseen">{escape(page_title(page, language))}</span>' if page else ""
    sample = f'<span class="sample-banner" role="note">{escape(word("se_sample", language))}</span>'
    st.html(
        f'<div class="page-head"><h1>{escape(word("app_title", language))}{here}</h1>'
        f'<span class="area-title">{escape(study.title(language))}</span>'
        f'<span class="area-summary" title="{escape(line)}">{escape(line)}</span>{sample if study.is_sample else ""}</div>'
    )
    with st.container():  # always there: what comes below keeps its place
        _tell_of_link(study, language)
    if page:
        st.set_page_config(page_title=word("se_title", language, page=page_title(page, language)))


def _tell_of_link(study: Study, language: Language) -> None:
    """A link that says what is not here opens the page with what is, and a plain word about the rest."""
    known = {
        *study.municipalities["code"].astype(str),
        *(each.id for family in study.families for each in family.members),
    }
    absent = [text[:_LONGEST_TOLD] for text in selection.take_unread() if text not in known]
    if absent:
        warn(word("se_link_partly", language, names=word("comma", language).join(absent)))


def page_title(page: str, language: Language) -> str:
    """What a page is called in the navigation."""
    return word(_TITLES[page], language) if page in _TITLES else ""


def show_without_workspace(error: ExplorerError) -> None:
    """No workspace yet: both languages at once, as none has been chosen."""
    languages: tuple[Language, ...] = ("ja", "en")
    for language in languages:
        st.subheader(word("no_workspace_title", language), anchor=False)
        st.write(word("no_workspace", language))
    st.code("explorer build FOLDER --out WORKSPACE\nexplorer app WORKSPACE", language=None)
    st.caption(str(error))


def warn(text: str) -> None:
    """A warning whose text may hold names from data: nothing in it is taken for markup."""
    st.html(f'<div class="warning-box" role="alert">{escape(text)}</div>')


@contextmanager
def guarded(language: Language) -> Iterator[None]:
    """A panel that fails shows a plain message; the rest of the page lives.

    What a user can mend (a code, a file, a limit) is told in the words of the error; anything else can be reported.
    """
    try:
        yield
    except ExplorerError as error:
        warn(one_language(str(error), language))
    except Exception as error:  # noqa: BLE001 - the boundary of a panel: whatever it is, the user can report it
        warn(word("panel_failed", language))
        show_detail(error, language)


def show_detail(error: BaseException, language: Language) -> None:
    """What to send with a report, folded, with a button that copies it."""
    with st.expander(word("detail", language)):
        st.caption(word("se_detail_how", language))
        st.code(detail_of(error), language=None, wrap_lines=True)


def detail_of(error: BaseException) -> str:
    """Page, versions and what happened, in both languages: whoever it is sent to may read either.

    Paths are those within the program; what the workspace holds is not told.
    """
    from platform import platform, python_version

    page = selection.page_open()
    titles = " / ".join(page_title(page, language) for language in LANGUAGES) or "?"
    heads = [
        f"{_both('app_title')} {__version__}",
        f"{_both('se_detail_page')}: {titles} ({page or '?'})",
        f"{_both('se_detail_with')}: Python {python_version()}, Streamlit {st.__version__}, {platform()}",
        f"{_both('se_detail_what')}:",
    ]
    told = "".join(traceback.format_exception(error)).replace(f"{_ROOT}{os.sep}", "")
    return "\n".join([*heads, told])


def _both(key: str) -> str:
    return " / ".join(word(key, language) for language in LANGUAGES)
