"""The foot of the page: remarks on the data, sources with their licences, credit lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import streamlit as st

from explorer.source_notes import SourceNote, files_text, source_notes, used_records
from explorer.ui.study import Study
from explorer.words import Language, either, word

_LONG: Final = 400  # characters of a remark that is shown whole
_SHOWN: Final = 160


def show_foot(study: Study, language: Language) -> None:
    """Remarks and sources, folded; the credit lines always in sight."""
    notes = study.manifest.get("notes", [])
    with st.expander(word("notes", language, n=len(notes))):
        st.html(notes_html(notes, language))
    with st.expander(word("sources", language)):
        st.html(sources_html(study.manifest.get("sources", []), language))
    lines = [note.credit_in(language) for note in source_notes(used_records(study.manifest))]
    shown = " ／ ".join(escape(line) for line in dict.fromkeys(lines) if line)
    st.html(
        f'<div class="credit-line">{escape(word("sources", language))}: {shown} — {escape(word("made_with", language))}</div>'
    )


def notes_html(notes: Sequence[dict[str, Any]], language: Language) -> str:
    """Remarks of the build, warnings first."""
    if not notes:
        return escape(word("notes_none", language))
    ordered = sorted(notes, key=lambda note: note.get("level") != "warning")
    rows = "".join(
        f'<div class="note-row"><span class="note-level {escape(str(note["level"]))}">'
        f"{escape(word('level_warning' if note['level'] == 'warning' else 'level_info', language))}</span>"
        f'<span class="note-file">{escape(str(note["file"]))}</span>{_told(str(note[language]))}</div>'
        for note in ordered
    )
    return f'<div class="note-list" tabindex="0">{rows}</div>'  # focusable, so that the keyboard can scroll it


def _told(text: str) -> str:
    """A remark; one that lists dozens of files is folded behind its beginning, so that the others are seen."""
    if len(text) <= _LONG:
        return escape(text)
    return f"<details><summary>{escape(text[:_SHOWN])}…</summary>{escape(text)}</details>"


def sources_html(sources: Sequence[dict[str, Any]], language: Language) -> str:
    """Table of the data sets used, one row each, and below it the files that were not used, each with the reason."""
    unused = [source for source in sources if not source.get("used", True)]
    rows = [_source_row(note, language) for note in source_notes(used_records({"sources": sources}))]
    heads = ("source_title", "source_publisher", "source_edition", "source_licence", "source_credit", "source_files")
    table = _table([word(head, language) for head in heads], rows)
    if not unused:
        return table
    by_reason: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for source in unused:
        by_reason.setdefault((str(source.get("kind", "")), str(source.get(f"reason_{language}", ""))), []).append(
            source
        )
    reasons = [
        [escape(files_text([str(source.get("file", "")) for source in group])), escape(reason)]
        for (_, reason), group in by_reason.items()
    ]
    title = escape(word("sources_unused", language, n=len(unused)))
    return f"{table}<p>{title}</p>{_table([word('source_files', language), word('source_reason', language)], reasons)}"


def _source_row(note: SourceNote, language: Language) -> list[str]:
    title = escape(either(note.titles, language))
    # A link only to the web: an address of any other kind could run something.
    is_web = note.url.startswith("https://")
    linked = f'<a href="{escape(note.url)}" target="_blank" rel="noreferrer">{title}</a>' if is_web else title
    texts = [
        note.publisher_in(language), note.edition(language), note.licence_in(language), note.credit_in(language),
        files_text(note.files),
    ]  # fmt: skip
    return [linked, *map(escape, texts)]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table; cells are HTML already."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="source-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
