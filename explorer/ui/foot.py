"""The foot of the page: remarks on the data, sources with their licences, credit lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from explorer.ui.study import Study
from explorer.words import Language, one_language, word


def show_foot(study: Study, language: Language) -> None:
    """Remarks and sources, folded; the credit lines always in sight."""
    notes = study.manifest.get("notes", [])
    with st.expander(word("notes", language, n=len(notes))):
        st.html(notes_html(notes, language))
    with st.expander(word("sources", language)):
        st.html(sources_html(study.manifest.get("sources", []), language))
    lines = [str(source.get("credit", "")) for source in study.manifest.get("sources", []) if source.get("used", True)]
    shown = " ／ ".join(escape(line) for line in dict.fromkeys(lines) if line)
    st.html(
        f'<div class="credit-line">{escape(word("sources", language))}: {shown} — {escape(word("made_with", language))}</div>'
    )


def notes_html(notes: Sequence[dict[str, Any]], language: Language) -> str:
    """Remarks of the build, warnings first."""
    if not notes:
        return escape(word("notes_none", language))
    ordered = sorted(notes, key=lambda note: note.get("level") != "warning")
    return "".join(
        f'<div class="note-row"><span class="note-level {escape(str(note["level"]))}">'
        f"{escape(word('level_warning' if note['level'] == 'warning' else 'level_info', language))}</span>"
        f'<span class="note-file">{escape(str(note["file"]))}</span>{escape(str(note[language]))}</div>'
        for note in ordered
    )


def sources_html(sources: Sequence[dict[str, Any]], language: Language) -> str:
    """Table of the sources used, and below it the files that were not, each with the reason."""
    used = [source for source in sources if source.get("used", True)]
    unused = [source for source in sources if not source.get("used", True)]
    heads = ("source_title", "source_publisher", "source_edition", "source_licence", "source_files")
    head = "".join(f"<th>{escape(word(key, language))}</th>" for key in heads)
    body = "".join(_source_row(source, language) for source in used)
    table = f'<table class="source-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    if not unused:
        return table
    lines = "".join(
        f"<tr><td>{escape(_files(source))}</td><td>{escape(one_language(str(source.get('reason', '')), language))}</td></tr>"
        for source in unused
    )
    title = escape(word("sources_unused", language, n=len(unused)))
    reason = f"<th>{escape(word('source_files', language))}</th><th>{escape(word('source_reason', language))}</th>"
    return f'{table}<p>{title}</p><table class="source-table"><thead><tr>{reason}</tr></thead><tbody>{lines}</tbody></table>'


def _source_row(source: dict[str, Any], language: Language) -> str:
    title = escape(str(source.get(f"title_{language}", source.get("id", ""))))
    url = str(source.get("url", ""))
    # A link only to the web: an address of any other kind could run something.
    linked = (
        f'<a href="{escape(url)}" target="_blank" rel="noreferrer">{title}</a>' if url.startswith("https://") else title
    )
    cells = [
        linked,
        escape(str(source.get("publisher", ""))),
        escape(str(source.get("edition", ""))),
        escape(one_language(str(source.get("licence", "")), language)),
        escape(_files(source)),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _files(source: dict[str, Any], most: int = 6) -> str:
    files = [str(file) for file in source.get("files", [])]
    more = f" … (+{len(files) - most})" if len(files) > most else ""
    return ", ".join(files[:most]) + more
