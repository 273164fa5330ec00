"""Right of the map: what was picked and what can be done to it, and the list of edits."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from explorer.maps.place_layer import category_name
from explorer.scenario_edits import Close, Edit, LineAdd, Move, Open, StopAdd, StopDrop, StreetClose, StreetOpen
from explorer.ui.engine import warming_of
from explorer.ui.what_if_answer import served_by
from explorer.ui.what_if_bench import Desk, kind_name, letter_name, names_of, sites_of
from explorer.ui.what_if_map import STOPS
from explorer.ui.what_if_state import LETTERS, Bench, Draft
from explorer.words import Language, either, number, word
from geodata.kinds import CATEGORIES, KINDS
from layers import catalogue

if TYPE_CHECKING:
    from explorer.ui.what_if_answer import Answer

USUAL_DEPARTURES: Final = 20.0
STREET_RADIUS_M: Final = 100.0


def show_picked(desk: Desk) -> None:
    """The facility or the position that was clicked, with what can be done to it."""
    language = desk.language
    moving = st.session_state.get("what_if_moving")
    if moving:
        text = word("what_if_moving_hint", language, name=moving["name"] or moving["site"])
        st.html(f'<div class="card card-hint" role="status">{escape(text)}</div>')
        st.button(word("what_if_cancel", language), key="what_if_cancel_button", on_click=_forget)
        return
    picked = st.session_state.get("what_if_picked")
    if not picked:
        st.html(f'<div class="card"><div class="card-hint">{escape(word("what_if_click_hint", language))}</div></div>')
        return
    row = _site(desk, picked.get("site"))
    if row is None:
        _show_position(desk, picked)
    else:
        _show_site(desk, row)


def _site(desk: Desk, site: str | None) -> pd.Series | None:
    """The site with an id, of the service looked at or of the stops shown beside it."""
    if not site:
        return None
    for category in dict.fromkeys((desk.view.question.category, "stop")):
        if category in desk.study.services:
            table = sites_of(desk.study, category)
            found = table.index[table["site_id"] == site]
            if found.size:
                row: pd.Series = table.iloc[int(found[0])]
                return row
    return None


def _show_site(desk: Desk, row: pd.Series) -> None:
    language = desk.language
    site, name = str(row["site_id"]), str(row["name"])
    names = names_of(desk.study)
    code = str(row["municipality_code"])
    kind = kind_name(str(row["kind"]), language)
    where = names.get(code) or word("what_if_outside", language, code=code or "—")
    lines = [
        f'<div class="card-name">{escape(name or kind)}<span class="card-code">{escape(site)}</span></div>',
        f'<div class="card-small">{escape(word("separator", language).join([kind, where]))}</div>',
        f'<div class="what-if-line">{escape(_served(desk, row))}</div>',
    ]
    st.html(f'<section class="card" aria-live="polite">{"".join(lines)}</section>')
    is_stop = str(row["kind"]) in STOPS
    done = {edit.site: edit for edit in desk.bench.draft.edits if isinstance(edit, (Close, Move))}
    close, move, leave = st.columns(3)
    gone = StopDrop(_pole_or_stop(desk, site), name) if is_stop else Close(site, name)
    is_closed = gone in desk.bench.draft.edits
    close.button(
        word("what_if_drop_stop" if is_stop else "what_if_close", language), key="what_if_close_button", type="primary",
        width="stretch", disabled=is_closed, on_click=_add, args=(desk.bench.draft, gone),
    )  # fmt: skip
    if not is_stop:
        move.button(
            word("what_if_move", language), key="what_if_move_button", width="stretch",
            disabled=isinstance(done.get(site), Move), on_click=_start_moving, args=(site, name),
        )  # fmt: skip
    leave.button(word("what_if_leave", language), key="what_if_leave_button", width="stretch", on_click=_forget)


def _served(desk: Desk, row: pd.Series) -> str:
    """People for whom the site is the nearest, as things are."""
    language, question = desk.language, desk.view.question
    sites = sites_of(desk.study, question.category)
    found = sites.index[sites["site_id"] == row["site_id"]]
    if not found.size:
        return ""
    if not warming_of(desk.study.key).is_done((question.category, question.mode)):
        return word("what_if_counting", language)
    nearest = desk.opened.services().nearest(question.category, question.mode).site
    people = desk.opened.services().people
    count = float(served_by(nearest, people["total"], len(sites))[found[0]])
    mode = either(catalogue.MODES[question.mode], language)
    text = word("what_if_nearest_for", language, people=number(count, language), mode=mode)
    if "65_plus" not in people:
        return text
    old = float(served_by(nearest, people["65_plus"], len(sites))[found[0]])
    return text + word("what_if_of_whom_old", language, people=number(old, language))


def _pole_or_stop(desk: Desk, site: str) -> str:
    """All poles of a stop: a bus that leaves from across the road would be no change."""
    sites = desk.opened.live().sites
    groups: dict[Any, Any] = dict(zip(sites.ids.tolist(), sites.group_ids.tolist(), strict=True))
    return str(groups.get(site) or site)


def _show_position(desk: Desk, picked: dict[str, Any]) -> None:
    """An empty place on the map: open something here, or close the streets around it."""
    language, draft = desk.language, desk.bench.draft
    at = (float(picked["lon"]), float(picked["lat"]))
    title = word("what_if_here", language, lat=f"{at[1]:.4f}", lon=f"{at[0]:.4f}")
    st.html(f'<section class="card"><div class="card-indicator">{escape(title)}</div></section>')
    kinds = kinds_to_open(desk)
    if st.session_state.get("what_if_kind") not in kinds:
        st.session_state["what_if_kind"] = kinds[0]
    kind = st.selectbox(
        word("what_if_kind", language), kinds, key="what_if_kind", format_func=lambda name: kind_name(name, language)
    )
    new = StopAdd(at, USUAL_DEPARTURES) if kind in STOPS else Open(kind, at)
    open_here, street, leave = st.columns([0.36, 0.4, 0.24])
    open_here.button(
        word("what_if_open", language), key="what_if_open_button", type="primary", width="stretch", on_click=_add,
        args=(draft, new),
    )  # fmt: skip
    street.button(
        word("what_if_close_streets", language), key="what_if_street_button", width="stretch",
        help=word("what_if_close_streets_help", language, metres=f"{STREET_RADIUS_M:g}"),
        on_click=_add, args=(draft, StreetClose(at=at, radius_m=STREET_RADIUS_M)), disabled=not desk.study.profiles,
    )  # fmt: skip
    leave.button(word("what_if_leave", language), key="what_if_leave_button", width="stretch", on_click=_forget)


def kinds_to_open(desk: Desk) -> list[str]:
    """Kinds that can open, those of the service looked at first."""
    category = desk.view.question.category
    first = list(CATEGORIES[category].kinds) if category in CATEGORIES else ["stop"] if category in STOPS else []
    stop = ["stop"] if "stop" in desk.study.services else []
    return list(dict.fromkeys([*first, *KINDS, *stop]))


def show_edits(desk: Desk, answer: Answer | None) -> None:
    """The edits of the draft, each with a way out, undo and redo, and the drafts beside each other."""
    language, bench = desk.language, desk.bench
    draft = bench.draft
    _show_drafts(desk)
    if not draft.edits:
        st.html(f'<div class="card-small">{escape(word("what_if_no_edits", language))}</div>')
    for row, edit in enumerate(draft.edits):
        text, away = st.columns([0.86, 0.14], vertical_alignment="center")
        text.html(edit_html(edit, language, where=_where(answer, row)))
        away.button(
            "✕", key=f"what_if_remove_{draft.key}_{row}_button", on_click=draft.remove, args=(row,),
            help=word("what_if_remove", language), width="stretch",
        )  # fmt: skip
    back, forth, zoom = st.columns(3)
    back.button(
        word("what_if_undo", language), key="what_if_undo_button", on_click=draft.undo, disabled=not draft.past,
        width="stretch",
    )  # fmt: skip
    forth.button(
        word("what_if_redo", language), key="what_if_redo_button", on_click=draft.redo, disabled=not draft.future,
        width="stretch",
    )  # fmt: skip
    zoom.button(
        word("what_if_zoom", language),
        key="what_if_zoom_button",
        on_click=_zoom,
        args=(desk,),
        disabled=not draft.edits,
        width="stretch",
    )


def _show_drafts(desk: Desk) -> None:
    language, bench = desk.language, desk.bench
    head, pick, more = st.columns([0.3, 0.34, 0.36], vertical_alignment="center")
    head.html(f'<h3 class="block-title">{escape(letter_name(bench.current, language))}</h3>')
    numbers = list(range(len(bench.drafts)))
    if len(numbers) > 1:
        key = f"what_if_draft_{len(numbers)}_{bench.current}_button"
        pick.segmented_control(
            word("what_if_drafts", language), numbers, key=key, default=bench.current, required=True,
            format_func=lambda row: LETTERS[row], label_visibility="collapsed", on_change=_choose, args=(desk, key),
        )  # fmt: skip
    with more.popover(word("what_if_more", language), width="stretch"):
        draft = bench.draft
        name_key = f"what_if_name_{draft.key}"
        st.session_state.setdefault(name_key, draft.name)
        st.text_input(
            word("what_if_name", language), key=name_key, max_chars=80, placeholder=letter_name(bench.current, language),
            on_change=_rename, args=(draft, name_key),
        )  # fmt: skip
        st.button(
            word("what_if_copy", language), key="what_if_copy_button", on_click=_copy, args=(bench,),
            disabled=bench.is_full or not draft.edits, width="stretch",
        )  # fmt: skip
        st.button(
            word("what_if_new", language), key="what_if_new_button", on_click=_start, args=(bench,),
            disabled=bench.is_full or not draft.edits, width="stretch",
        )  # fmt: skip
        st.button(word("what_if_drop", language), key="what_if_drop_button", on_click=bench.drop, width="stretch")


def _where(answer: Answer | None, row: int) -> str:
    """Municipality that an edit is in: many shops have one name."""
    if answer is None:
        return ""
    places = answer.result.places
    names = places.loc[places["edit"] == row + 1, "municipality_name"].astype(str)
    return "→".join(dict.fromkeys(name for name in names if name))


def edit_html(edit: Edit, language: Language, *, where: str = "") -> str:
    """An edit in one line; names are escaped."""
    look, sign = "other", "•"
    if isinstance(edit, (Close, StopDrop)):
        look, sign = "closed", "×"
    elif isinstance(edit, (Open, StopAdd, LineAdd, StreetOpen)):
        look, sign = "opened", "+"
    elif isinstance(edit, Move):
        look, sign = "moved", "→"
    return (
        f'<div class="what-if-edit"><span class="sign {look}" aria-hidden="true">{sign}</span>'
        f'{escape(edit_text(edit, language))} <span class="where">{escape(where)}</span></div>'
    )


def edit_text(edit: Edit, language: Language) -> str:
    """What is done to what, in words."""
    about = edit.about
    if isinstance(edit, Open) and not edit.name:
        about = kind_name(edit.kind, language)
    elif getattr(edit, "service", ""):
        about = category_name(str(getattr(edit, "service", "")), language)
    factor = getattr(edit, "factor", None)
    if factor is not None:
        about = word("what_if_times", language, about=about, factor=f"{factor:g}")
    radius = getattr(edit, "radius_m", None)
    if radius is not None:
        about = word("what_if_radius_text", language, metres=f"{radius:g}")
    doing = either((edit.ja, edit.en), language)
    return word("what_if_edit_text", language, doing=doing[:1].upper() + doing[1:], about=about) if about else doing


def _add(draft: Draft, edit: Edit) -> None:
    draft.add(edit)
    st.session_state["what_if_picked"] = None


def _start_moving(site: str, name: str) -> None:
    st.session_state["what_if_moving"] = {"site": site, "name": name}


def _forget() -> None:
    st.session_state["what_if_moving"] = None
    st.session_state["what_if_picked"] = None


def _copy(bench: Bench) -> None:
    bench.copy()


def _start(bench: Bench) -> None:
    bench.start(Draft())


def _zoom(desk: Desk) -> None:
    times = int(st.session_state.get("what_if_zoomed", ("", 0))[1])
    st.session_state["what_if_zoomed"] = (desk.scenario().digest, times + 1)


def _choose(desk: Desk, key: str) -> None:
    desk.bench.current = int(st.session_state[key])


def _rename(draft: Draft, key: str) -> None:
    draft.name = str(st.session_state[key]).strip()
