"""Pieces that panels are made of: a heading, a finding, a table with its download, a definition with its sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from explorer.ui.table_panel import inert_text
from explorer.words import Language, word

TABLE_HEIGHT = 400


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries by name of column."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def label(text: str) -> str:
    """A text as a label of a button: signs that Streamlit would take for markup are shown as they are."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:$])", r"\\\1", text)


def title(text: str) -> None:
    """Heading of a block."""
    st.html(f'<h3 class="block-title">{escape(text)}</h3>')


def note(*sentences: str) -> None:
    """Definition, method and sources below a block, in small letters."""
    shown = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)
    st.html(f'<div class="block-note">{shown}</div>')


def finding(text: str) -> None:
    """What a block says in one sentence; text, not markup."""
    st.html(f'<div class="block-finding">{escape(text)}</div>')


def empty(text: str) -> None:
    """Why there is nothing to show."""
    st.html(f'<div class="card-reason">{escape(text)}</div>')


def table(
    frame: pd.DataFrame, *, key: str, formats: dict[str, str] | None = None, widths: dict[str, int] | None = None,
    on_select: Any = None, most_height: int = TABLE_HEIGHT,
) -> None:  # fmt: skip
    """A table; a chosen row is in ``st.session_state[key]`` where `on_select` is given; `widths` in pixels."""
    numbers, wide = formats or {}, widths or {}
    settings: dict[str, Any] = {
        name: st.column_config.NumberColumn(format=numbers[name], width=wide.get(name))
        if name in numbers
        else st.column_config.Column(width=wide.get(name))
        for name in {*numbers, *wide}
    }
    extra: dict[str, Any] = {"on_select": on_select, "selection_mode": "single-row"} if on_select else {}
    st.dataframe(
        frame, hide_index=True, height=min(most_height, 38 + 35 * max(1, len(frame))), key=key, column_config=settings,
        placeholder="", **extra,
    )  # fmt: skip


def download(frame: pd.DataFrame, name: str, language: Language, *, lines: Sequence[str] = (), key: str = "") -> None:
    """Button that saves a table as CSV; the file is made when the button is pressed."""
    st.download_button(
        word("download_table", language), lambda: csv_bytes(frame, lines), f"{name}.csv", "text/csv", on_click="ignore",
        key=f"{key or name}_download",
    )  # fmt: skip


def csv_bytes(frame: pd.DataFrame, lines: Sequence[str] = ()) -> bytes:
    """A table as CSV that Excel opens with its characters right; `lines` say below the table what it shows.

    A text that starts like a formula is written with an apostrophe in front, so that a spreadsheet shows it as text.
    """
    shown = frame.copy()
    for name in shown.columns:
        if not pd.api.types.is_numeric_dtype(shown[name]):
            shown[name] = [inert_text("" if pd.isna(text) else str(text)) for text in shown[name]]
    shown.columns = [inert_text(str(name)) for name in shown.columns]
    text = shown.to_csv(index=False, lineterminator="\r\n")
    told = "".join(f'"{inert_text(line).replace(chr(34), chr(34) * 2)}"\r\n' for line in lines)
    return (text + ("\r\n" + told if told else "")).encode("utf-8-sig")


def view_buttons(views: Mapping[str, str], *, key: str, label: str, language: Language) -> str:
    """The views of a page as a row of buttons, the first one chosen to begin with.

    Parameters
    ----------
    views
        Name of each view and the key of its word.
    key
        Where the choice is kept.
    label
        What the row is, for those who cannot see it.
    """
    first = next(iter(views))
    if st.session_state.get(key) not in views:
        st.session_state[key] = first
    picked = st.segmented_control(
        label, list(views), key=key, required=True, label_visibility="collapsed",
        format_func=lambda view: word(views[view], language),
    )  # fmt: skip
    return str(picked or first)
