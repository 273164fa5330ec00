"""What if: close, open or move facilities, thin out buses, shut streets, and see at once who is hurt, neighbours included."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from explorer.scenario_edits import Move
from explorer.ui import selection
from explorer.ui.controls import choose_language
from explorer.ui.engine import opened_of, warming_of
from explorer.ui.foot import show_foot
from explorer.ui.frame import guarded, show_head, show_without_workspace
from explorer.ui.opening import open_study
from explorer.ui.style import PAGE_STYLE
from explorer.ui.what_if_bench import Desk, answer_for, bench_of, message, names_of, sites_of
from explorer.ui.what_if_compare import show_comparison
from explorer.ui.what_if_controls import SHOWS, choose_question, follow, read_question
from explorer.ui.what_if_files import show_files
from explorer.ui.what_if_forms import show_forms
from explorer.ui.what_if_headline import show_headline
from explorer.ui.what_if_link import link_text, take_up
from explorer.ui.what_if_map import View, change_bounds, show_what_if_map
from explorer.ui.what_if_panel import show_edits, show_picked
from explorer.ui.what_if_results import show_indicators, show_people
from explorer.ui.what_if_style import WHAT_IF_STYLE
from explorer.words import word
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.ui.selection import Selection
    from explorer.ui.study import Study
    from explorer.ui.what_if_answer import Answer

PAGE: Final = "what-if"
MAP_KEY: Final = "what_if_map"
_LOOKED_AT: Final = "what_if_looked_at"  # the municipality that was chosen on another page
_LET_OUT_SECONDS: Final = 0.03  # for the thread that sends: the answer is out before the tables below are worked out


def page() -> None:
    """The page. Everything right of the sidebar is a fragment: a click redraws only that, and the map frame stays."""
    st.html(PAGE_STYLE + WHAT_IF_STYLE)
    try:
        study = open_study()
    except ExplorerError as error:
        show_without_workspace(error)
        return
    with st.sidebar:
        given = selection.read_address()
        _arrive(study, given)
        language = choose_language()
        has_services = bool(study.services)
        view = choose_question(study, language) if has_services else None
    show_head(study, language)
    if view is None:
        st.info(word("what_if_no_services", language))
        show_foot(study, language)
        return
    _main(study, view)
    _warm(study, view)  # after the map, which it would only hold up
    with guarded(language):
        show_foot(study, language)


@st.fragment
def _main(study: Study, view: View) -> None:
    language = view.language
    desk = Desk(study, opened_of(study), view, bench_of())
    answer: Answer | None = None
    left, right = st.columns([0.62, 0.38], gap="small")
    with right:
        waiting, picked, edits, headline = (st.container() for _ in range(4))
    with left:
        message()
    error = ""
    started = time.perf_counter()
    with headline, guarded(language):
        try:
            answer = answer_for(desk)
        except ExplorerError as wrong:
            error = str(wrong)
        show_headline(desk, answer, error, time.perf_counter() - started)
    with left, guarded(language):
        _map(desk, answer)
    with picked, guarded(language):
        show_picked(desk)
    with edits, guarded(language):
        show_edits(desk, answer)
    with waiting, guarded(language):
        _waiting(study.key, view)
    if answer is not None:
        time.sleep(_LET_OUT_SECONDS)
    # Each in a container of its own: what comes and goes above a form must not move it, since the browser would put it
    # up anew and lose the file that it is just sending.
    forms, people, indicators, comparison, files = (st.container() for _ in range(5))
    with forms, guarded(language):
        show_forms(desk)
    with people, guarded(language):
        show_people(desk, answer)
    with indicators, guarded(language):
        show_indicators(desk, answer)
    with comparison, guarded(language):
        show_comparison(desk)
    with files, guarded(language):
        show_files(desk)
    with guarded(language):
        _write_link(study, view)


def _map(desk: Desk, answer: Answer | None) -> None:
    view = desk.view
    edits = desk.bench.draft.edits
    picked = st.session_state.get("what_if_picked")
    show_what_if_map(
        desk.study, view, sites_of(desk.study, view.question.category),
        sites_of(desk.study, "stop") if view.shows_stops else None,
        edits, answer,
        chosen=(picked["lon"], picked["lat"]) if picked else None,
        focus=_focus(desk, answer), key=MAP_KEY, on_click=_clicked,
    )  # fmt: skip


def _focus(desk: Desk, answer: Answer | None) -> dict[str, Any] | None:
    """Where the map goes to: the changes, when they are others than before; without any the municipality chosen elsewhere."""
    bounds = change_bounds(desk.study, answer) if answer is not None else None
    if bounds is None:
        return _area_focus(desk.study, str(st.session_state.get(_LOOKED_AT, "")))
    digest, times = st.session_state.get("what_if_zoomed", ("", 0))
    is_asked = digest == desk.scenario().digest
    key = f"{desk.scenario().digest}-{desk.view.question}-{times if is_asked else ''}"
    return {"key": key, "bounds": bounds, "always": is_asked}


def _area_focus(study: Study, code: str) -> dict[str, Any] | None:
    if code not in study.centres.index:
        return None
    box = study.centres.loc[[code], ["south", "west", "north", "east"]].to_numpy(float)[0].tolist()
    return {"key": f"area-{code}", "bounds": box, "always": True} if all(map(math.isfinite, box)) else None


def _clicked() -> None:
    """What the map reports: a site under the pointer, or a position."""
    clicked = st.session_state.get(MAP_KEY)
    if not isinstance(clicked, dict) or "lat" not in clicked:
        return
    at = (round(float(clicked["lon"]), 5), round(float(clicked["lat"]), 5))
    moving = st.session_state.pop("what_if_moving", None)
    if moving:
        bench_of().draft.add(Move(moving["site"], at, moving["name"]))
        st.session_state["what_if_picked"] = None
        return
    st.session_state["what_if_picked"] = {"site": clicked.get("site"), "lon": at[0], "lat": at[1]}


def _warm(study: Study, view: View) -> None:
    """Networks, ties and the present nearest sites, in the background: the first answer is as quick as the others."""
    opened, warming = opened_of(study), warming_of(study.key)
    question = view.question

    def first_answer() -> None:
        services = opened.services()
        services.nearest(question.category, question.mode)
        sites = services.sites(question.category)
        if len(sites):
            closed = [str(sites["site_id"].iloc[0])]
            opened.live().after(closed=closed, categories=[question.category])
            opened.live().after(closed=closed)

    warming.start("prepare", lambda: opened.live().prepare())
    warming.start((question.category, question.mode), first_answer)


def _waiting(study_key: str, view: View) -> None:
    """A note while the background work runs, which goes by itself."""
    warming = warming_of(study_key)
    work = (view.question.category, view.question.mode)
    if warming.is_done(work):
        return

    @st.fragment(run_every=1.0)
    def note() -> None:
        if warming.is_done(work):
            st.rerun()
        st.html(f'<div class="what-if-waiting" role="status">{word("what_if_preparing", view.language)}</div>')

    note()


def _arrive(study: Study, given: dict[str, str]) -> None:
    """Take over what a new address says and what was chosen on the other pages since this one was seen."""
    read_question(study, given)
    selection.arrive(PAGE, lambda news: _take_over(study, news, has_question="service" in given))
    draft = bench_of().draft
    if selection.is_step_back(given) and not given.get("scenario") and draft.edits:
        draft.go_to("")


def _take_over(study: Study, news: Selection, *, has_question: bool) -> None:
    if not has_question:
        follow(study, news)
    if news.area:
        st.session_state["what_if_area"] = st.session_state[_LOOKED_AT] = news.area
    if news.scenario and take_up(study, bench_of(), news.scenario) is None:
        st.session_state["what_if_message"] = word(
            "what_if_bad_link", "en" if st.session_state.get("language") == "en" else "ja"
        )


def _write_link(study: Study, view: View) -> None:
    question = view.question
    changed = selection.noticed(
        PAGE,
        mode=question.mode,
        scenario=link_text(study, bench_of().draft),
        row=st.session_state.get("what_if_area"),
    )
    if changed.get("row") in names_of(study):  # not where it says "all"
        selection.choose(area=changed["row"])
    shown = [name for name, key in SHOWS.items() if st.session_state.get(key)]
    selection.write_address(
        {
            "service": question.category,
            "mode": question.mode,
            "limit": f"{question.limit:g}",
            "shows": ".".join(shown) or "nothing",
            "scenario": link_text(study, bench_of().draft),
        }
    )
