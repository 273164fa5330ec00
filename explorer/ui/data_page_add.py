"""Data, add: files are looked at before anything is kept; those that are kept can be taken away and put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from explorer.own_data.added import Added, keep, list_added, list_removed, put_back, remove, why_fixed
from explorer.own_data.inputs import built_with
from explorer.own_data.limits import MOST_UPLOAD_MB
from explorer.ui import blocks
from explorer.ui.data_page_preview import show_upload
from explorer.ui.data_page_style import uploader_style
from explorer.ui.frame import warn
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, word
from geodata.errors import ExplorerError, SourceError
from geodata.kind_words import BUS_STOP, STATION
from geodata.kinds import KINDS
from geodata.sources import DATASETS

if TYPE_CHECKING:
    from explorer.own_data.findings import Upload

_FOUND: Final = "data_found_message"  # (what was asked, what was found): kept while the same files are chosen
_ROUND: Final = "data_round_message"  # another number makes the uploader empty
_TOLD: Final = "data_told_message"
_KIND: Final = "data_kind_upload"  # with the number of the file behind it


def show_add(study: Study, language: Language) -> None:
    """The uploader, what was found in each file, the button that keeps them; below it the files that are kept."""
    blocks.title(word("dp_add_title", language))
    why = why_fixed(study.workspace.path)
    with st.container():
        if why:
            warn(one_language(why, language))
    st.html(f'<p class="data-about">{escape(word("dp_add_intro", language))}</p>')
    st.html(uploader_style(language))
    key = f"data_files_{st.session_state.get(_ROUND, 0)}_upload"
    given = st.file_uploader(
        word("dp_upload", language, mb=MOST_UPLOAD_MB),
        key=key,
        accept_multiple_files=True,
        max_upload_size=MOST_UPLOAD_MB,
    )
    with st.container():
        _told(language)
    with st.container():
        if given:
            _preview(study, given, language, is_fixed=bool(why))
        else:
            st.session_state.pop(_FOUND, None)
            _how_to_begin(language)
    with st.container():
        _kept(study, language, is_fixed=bool(why))


def _how_to_begin(language: Language) -> None:
    lines = "".join(
        f"<li>{escape(word(each, language))}</li>"
        for each in ("dp_add_points", "dp_add_mesh", "dp_add_zones", "dp_add_tables")
    )
    st.html(f'<div class="card"><ul class="begin">{lines}</ul></div>')


def _told(language: Language) -> None:
    """What the last button did."""
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        is_error, text = told
        if is_error:
            warn(one_language(text, language))
        else:
            st.html(f'<div class="data-ok" role="status">{escape(word("dp_kept", language, names=text))}</div>')


def _preview(study: Study, given: Sequence[Any], language: Language, *, is_fixed: bool) -> None:
    kinds = {at: str(st.session_state.get(f"{_KIND}_{each.file_id}", "")) for at, each in enumerate(given)}
    with st.spinner(word("dp_looking", language)):
        uploads = _look(study, given, kinds)
    for upload, at in zip(uploads, _order(uploads, given), strict=True):
        asks = upload.asks_kind or bool(kinds[at])
        ask = partial(_choose_kind, f"{_KIND}_{given[at].file_id}", language) if asks else None
        show_upload(study, upload, language, key=f"data_{at}", ask=ask)
    usable = [upload for upload in uploads if upload.is_usable]
    label = (
        word("dp_keep_button", language, n=number(len(usable), language)) if usable else word("dp_keep_none", language)
    )
    st.button(
        label, key="data_keep_button", type="primary", disabled=is_fixed or not usable, on_click=_keep,
        args=(study, list(given), kinds, {upload.name for upload in usable}),
    )  # fmt: skip
    if usable and len(usable) < len(uploads):
        st.caption(word("dp_keep_rest", language, n=number(len(uploads) - len(usable), language)))


def _choose_kind(key: str, language: Language) -> None:
    names: Mapping[str, tuple[str, str]] = {
        **{kind.id: (kind.ja, kind.en) for kind in KINDS.values()},
        STATION: (word("station", "ja"), word("station", "en")),
        BUS_STOP: (word("stop", "ja"), word("stop", "en")),
    }
    st.selectbox(
        word("dp_kind_of_list", language), ["", *names], key=key,
        format_func=lambda kind: either(names[kind], language) if kind else word("dp_kind_choose", language),
        help=word("dp_kind_help", language),
    )  # fmt: skip


def _look(study: Study, given: Sequence[Any], kinds: Mapping[int, str]) -> list[Upload]:
    """What the files hold; looked at once for the same files and kinds."""
    from explorer.own_data.apart import check_apart
    from explorer.own_data.check import Place
    from explorer.own_data.staging import staged

    asked = (study.key, tuple((each.file_id, kinds[at]) for at, each in enumerate(given)))
    known = st.session_state.get(_FOUND)
    if known is not None and known[0] == asked:
        found: list[Upload] = known[1]
        return found
    names = dict(zip(study.municipalities["code"].astype(str), study.municipalities["name"].astype(str), strict=True))
    with staged() as stage:
        refused = _put(stage, given, kinds)
        uploads = check_apart(stage.folder, stage.given, Place.of(study.manifest, names)) if stage.given else []
    uploads += refused
    st.session_state[_FOUND] = (asked, uploads)
    return uploads


def _put(stage: Any, given: Sequence[Any], kinds: Mapping[int, str]) -> list[Upload]:
    """Put the files side by side; those that are too large are refused before anybody reads them."""
    from explorer.own_data.findings import Finding, Upload
    from explorer.own_data.names import safe_name

    refused = []
    for at, each in enumerate(given):
        try:
            stage.put(each.name, each.getvalue(), kinds[at])
        except SourceError as error:
            name = safe_name(each.name)
            refused.append(Upload(name, each.name, each.size, "", [Finding(name, refusal=str(error))]))
    return refused


def _order(uploads: Sequence[Upload], given: Sequence[Any]) -> list[int]:
    """Which of the given files each is, by the name under which it came; names that came twice in their order."""
    left = list(range(len(given)))
    order = []
    for upload in uploads:
        at = next((each for each in left if given[each].name == upload.given), left[0])
        left.remove(at)
        order.append(at)
    return order


def _keep(study: Study, given: Sequence[Any], kinds: Mapping[int, str], wanted: set[str]) -> None:
    """Keep the files that a build can use; the uploader is empty afterwards."""
    from explorer.own_data.staging import staged

    uploads: dict[str, Upload] = {each.name: each for each in st.session_state.get(_FOUND, ((), []))[1]}
    names = []
    try:
        with staged() as stage:
            _put(stage, given, kinds)
            for name in [each for each in stage.given if each in wanted and each in uploads]:
                kept = keep(study.workspace.path, uploads[name], stage.folder / name)
                names.append(kept)
    except ExplorerError as error:
        st.session_state[_TOLD] = (True, str(error))
        return
    st.session_state[_TOLD] = (False, ", ".join(names))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_FOUND, None)


def _kept(study: Study, language: Language, *, is_fixed: bool) -> None:
    path = study.workspace.path
    files, gone = list_added(path), list_removed(path)
    built = set(built_with(study.workspace))
    blocks.title(word("dp_kept_title", language, n=number(len(files), language)))
    if not files:
        blocks.empty(word("dp_kept_none", language))
    for at, each in enumerate(files):
        text, button = st.columns([0.82, 0.18], vertical_alignment="center")
        text.html(_line(each, language, is_built=each.sha256 in built))
        button.button(
            word("dp_remove", language), key=f"data_remove_{at}_button", width="stretch", disabled=is_fixed,
            on_click=_change, args=(remove, study, each.name), help=word("dp_remove_help", language),
        )  # fmt: skip
    if {each.sha256 for each in files} != built:
        st.html(f'<div class="card-hint">{escape(word("dp_rebuild_hint", language))}</div>')
        st.button(word("dp_to_rebuild", language), key="data_to_rebuild_button", on_click=_to_rebuild)
    if gone:
        with st.expander(word("dp_removed", language, n=number(len(gone), language)), expanded=True):
            for at, each in enumerate(gone):
                text, button = st.columns([0.82, 0.18], vertical_alignment="center")
                text.html(f'<span class="data-file">{escape(each.name)}</span>')
                button.button(
                    word("dp_put_back", language), key=f"data_back_{at}_button", width="stretch", disabled=is_fixed,
                    on_click=_change, args=(put_back, study, each.name),
                )  # fmt: skip


def _line(each: Added, language: Language, *, is_built: bool) -> str:
    what = [either((DATASETS[name].ja, DATASETS[name].en), language) for name in each.what if name in DATASETS]
    parts = [word("dp_state_built" if is_built else "dp_state_not_built", language), *what]
    if each.used is not None and each.rows is not None:
        parts.append(word("dp_rows_used", language, used=number(each.used, language), rows=number(each.rows, language)))
    if each.added_at:
        parts.append(word("dp_added_at", language, when=each.added_at[:10]))
    told = escape(word("separator", language).join(parts))
    return f'<span class="data-file">{escape(each.name)}</span> <span class="data-about">{told}</span>'


def _change(what: Any, study: Study, name: str) -> None:
    try:
        what(study.workspace.path, name)
    except ExplorerError as error:
        st.session_state[_TOLD] = (True, str(error))


def _to_rebuild() -> None:
    st.session_state["data_view"] = "rebuild"
