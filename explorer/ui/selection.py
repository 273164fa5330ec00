"""What follows the user from page to page: region, municipality, indicator, mode, age group, year and scenario.

One selection per session. A page tells what the user chose (:func:`choose`, :func:`noticed`) and, at the start of its run,
takes over what was chosen elsewhere since it ran last (:func:`arrive`); what the page itself had is left alone otherwise.
The address bar holds the selection beside the page's own parameters (:func:`write_address`); an address that this session
has not written, be it a link or a step back through the history, is read (:func:`read_address`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from explorer.words import LANGUAGES
from geodata.codes import municipality_code, rolled_up

ADDRESS: Final = "address"  # who chose, where it came with an address
_CHOSEN: Final = "selection"
_STAMPS: Final = "selection_stamps"  # name of a field → (number of the change, page that made it)
_SEEN: Final = "selection_seen"  # page → number of the last change when it ran last
_PAGE: Final = "selection_page"  # the page that arrived last
_OPEN: Final = "selection_open"  # the page whose run has begun
_BEFORE: Final = "selection_before"  # page → what it showed when it ran last
_WRITTEN: Final = "selection_address"  # (the address that this session knows of, when it was written, on which page)
_HISTORY: Final = "selection_history"  # addresses that this session has written
_MOST_HISTORY: Final = 300
_UNREAD: Final = "selection_unread"
_LONGEST: Final = 2000  # characters of one parameter; nothing of ours is longer
_YEARS: Final = range(1900, 2201)
_NAME: Final = re.compile(r"[\w.\-]{1,120}")
# A click on its way while an address was being written brings the one before: that is no step back through the history.
_ON_ITS_WAY_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Selection:
    """What the user has chosen, on whichever page; empty (None for the year) where nothing was.

    Parameters
    ----------
    region
        Municipality codes, ascending.
    area
        Municipality code.
    indicator, mode, group
        As in the catalogue (:mod:`layers.catalogue`).
    scenario
        The text of :func:`explorer.ui.what_if_link.link_text`.
    """

    region: tuple[str, ...] = ()
    area: str = ""
    indicator: str = ""
    mode: str = ""
    group: str = ""
    year: int | None = None
    scenario: str = ""

    def parameters(self) -> dict[str, str]:
        """For an address; what was not chosen is left out."""
        found = {"region": ".".join(self.region), "year": "" if self.year is None else str(self.year)}
        found |= {name: getattr(self, name) for name in ("area", "indicator", "mode", "group", "scenario")}
        return {name: found[name] for name in NAMES if found[name]}


NAMES: Final = tuple(field.name for field in fields(Selection))
NOTHING: Final = Selection()


def current() -> Selection:
    """What is chosen now."""
    found: Selection = st.session_state.get(_CHOSEN, NOTHING)
    return found


def begin(page: str) -> None:
    """A run of a page begins; called by the navigation."""
    st.session_state[_OPEN] = page


def page_open() -> str:
    """The page whose run has begun, by its name in the address; empty outside the navigation."""
    return str(st.session_state.get(_OPEN, ""))


def choose(**changes: Any) -> None:
    """The user chose something on the page that is being drawn; what is as before costs nothing."""
    _choose(str(st.session_state.get(_PAGE, "")), changes)


def noticed(page: str, **values: Any) -> dict[str, Any]:
    """Take what differs from the page's last run for the user's choice.

    What a page begins with by itself is no choice, and leaves the other pages as they are.

    Returns
    -------
    dict
        What differs. Names that are no field of the selection are only looked at.
    """
    before: dict[str, dict[str, Any]] = st.session_state.setdefault(_BEFORE, {})
    known = before.get(page, {})
    changed = {name: value for name, value in values.items() if name in known and known[name] != value}
    _choose(page, {name: value for name, value in changed.items() if name in NAMES})
    before[page] = {**known, **values}
    return changed


def arrive(page: str, take: Callable[[Selection], None]) -> None:
    """At the start of a page's run, before its widgets: call `take` with what was chosen elsewhere since it ran last.

    Parameters
    ----------
    take
        Puts it into the state of the page's widgets. Everything that is not news is empty in what it is given: the whole
        selection is :func:`current`. It is not called where there is no news.
    """
    st.session_state[_PAGE] = page
    stamps: dict[str, tuple[int, str]] = st.session_state.setdefault(_STAMPS, {})
    seen: dict[str, int] = st.session_state.setdefault(_SEEN, {})
    last = seen.get(page, 0)
    news = {name: getattr(current(), name) for name, (at, by) in stamps.items() if at > last and by != page}
    seen[page] = _latest(stamps)
    if any(value not in ((), "", None) for value in news.values()):
        take(replace(NOTHING, **news))


def is_newer(first: str, second: str) -> bool:
    """Whether the first field was chosen after the second one."""
    stamps: dict[str, tuple[int, str]] = st.session_state.get(_STAMPS, {})
    return stamps.get(first, (0, ""))[0] > stamps.get(second, (0, ""))[0]


def read_address() -> dict[str, str]:
    """The parameters of an address that is not of this session's own writing; empty where there is no such news.

    To be called at the start of a page's run. Shared parameters go into the selection, ``lang`` into the language; the
    page takes its own from what is returned. What cannot be read is left out: a bad link opens the page as it is.
    """
    given = _news()
    if not given:
        return {}
    st.session_state[_WRITTEN] = (given, 0.0, st.session_state.get(_OPEN, ""))
    if given.get("lang") in LANGUAGES:
        st.session_state["language"] = given["lang"]
    # An address of our own says all that was chosen then: what it does not name was not.
    nothing = {name: getattr(NOTHING, name) for name in NAMES} if is_step_back(given) else {}
    found = from_address(given)
    _choose(ADDRESS, nothing | found)
    unread = [given[name] for name in NAMES if given.get(name) and name not in found]
    st.session_state[_UNREAD] = [*unread, *(str(found[name]) for name in ("area", "indicator") if found.get(name))]
    return given


def new_language() -> str:
    """The language that an address asks for which has not been read yet; empty where there is none."""
    wanted = _news().get("lang", "")
    return wanted if wanted in LANGUAGES else ""


def take_unread() -> list[str]:
    """What a new address said that cannot be read, and the area and indicator that the workspace may not have; once."""
    found: list[str] = st.session_state.pop(_UNREAD, [])
    return found


def is_step_back(given: Mapping[str, str]) -> bool:
    """Whether this session has written an address before: a page then shows what it did, and nothing beside it."""
    return dict(given) in st.session_state.get(_HISTORY, [])


def write_address(own: Mapping[str, str]) -> None:
    """Put the page's own parameters and the selection into the address bar, where that changes it.

    Parameters
    ----------
    own
        Parameters of the page; they go before shared ones of the same name, and an empty one leaves a shared one out.
    """
    language = {"lang": str(st.session_state["language"])} if st.session_state.get("language") in LANGUAGES else {}
    wanted = {name: text for name, text in {**language, **current().parameters(), **own}.items() if text}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
        st.session_state[_WRITTEN] = (wanted, time.monotonic(), st.session_state.get(_OPEN, ""))
        st.session_state[_HISTORY] = [*st.session_state.get(_HISTORY, []), wanted][-_MOST_HISTORY:]


def link_parameters(**changes: Any) -> dict[str, str]:
    """Parameters of a link to another page: language and selection, with changes; further names are that page's own."""
    shared = replace(current(), **{name: value for name, value in changes.items() if name in NAMES})
    own = {name: str(value) for name, value in changes.items() if name not in NAMES}
    language = {"lang": str(st.session_state["language"])} if st.session_state.get("language") in LANGUAGES else {}
    return {**language, **shared.parameters(), **own}


def link_to(page: str, **changes: Any) -> str:
    """The address of another page with the selection, relative to that of any page of the app.

    Parameters
    ----------
    page
        As in its address: ``explore``, ``compare``, …
    """
    return f"{page}?{urlencode(link_parameters(**changes))}"


def from_address(given: Mapping[str, str]) -> dict[str, Any]:
    """Shared parameters of an address as fields of the selection. Whether a workspace has them is for its pages to say."""
    found: dict[str, Any] = {}
    codes = {rolled_up(code) for part in given.get("region", "").split(".") if (code := municipality_code(part))}
    if codes:
        found["region"] = tuple(sorted(codes))
    if code := municipality_code(given.get("area", "")):
        found["area"] = rolled_up(code)
    found |= {name: given[name] for name in ("indicator", "mode", "group") if _NAME.fullmatch(given.get(name, ""))}
    year = given.get("year", "")
    if year.isascii() and year.isdigit() and len(year) == len("2020") and int(year) in _YEARS:
        found["year"] = int(year)
    if given.get("edits"):  # as links of earlier versions say it
        parts = [f"build~{given.get('build', '')}", *([f"name~{given['scenario']}"] if given.get("scenario") else [])]
        found["scenario"] = "!".join([*parts, given["edits"]])
    elif given.get("scenario"):
        found["scenario"] = given["scenario"]
    return found


def _news() -> dict[str, str]:
    """Parameters of an address that this session has neither written nor read; empty where it knows the address."""
    given = {name: text[:_LONGEST] for name, text in st.query_params.to_dict().items()}
    written, since, page = st.session_state.get(_WRITTEN, ({}, 0.0, ""))
    is_on_its_way = page == st.session_state.get(_OPEN, "") and time.monotonic() - since < _ON_ITS_WAY_SECONDS
    return {} if given == written or is_on_its_way else given


def _choose(page: str, changes: Mapping[str, Any]) -> None:
    before = current()
    after = replace(before, **{**changes, **({"region": tuple(changes["region"])} if "region" in changes else {})})
    stamps: dict[str, tuple[int, str]] = st.session_state.setdefault(_STAMPS, {})
    at = _latest(stamps) + 1
    for name in changes:
        if getattr(before, name) != getattr(after, name):
            stamps[name] = (at, page)
    st.session_state[_CHOSEN] = after


def _latest(stamps: Mapping[str, tuple[int, str]]) -> int:
    return max((at for at, _ in stamps.values()), default=0)
