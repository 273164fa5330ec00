"""The foot of the page: remarks on the data, sources with their licences, credit lines."""

from __future__ import annotations

from collections import Counter
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
    used = [source for source in study.manifest.get("sources", []) if source.get("used", True)]
    lines = [one_language(str(source.get("credit", "")), language) for source in used]
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
        f'<span class="note-file">{escape(str(note["file"]))}</span>{escape(str(note[language]))}</div>'
        for note in ordered
    )
    return f'<div class="note-list" tabindex="0">{rows}</div>'  # focusable, so that the keyboard can scroll it


def sources_html(sources: Sequence[dict[str, Any]], language: Language) -> str:
    """Table of the data sets used, one row each, and below it the files that were not used, each with the reason."""
    used = [source for source in sources if source.get("used", True)]
    unused = [source for source in sources if not source.get("used", True)]
    rows = [_source_row(group, language) for group in _by_dataset(used)]
    heads = ("source_title", "source_publisher", "source_edition", "source_licence", "source_credit", "source_files")
    table = _table([word(head, language) for head in heads], rows)
    if not unused:
        return table
    by_reason: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for source in unused:
        by_reason.setdefault((str(source.get("kind", "")), str(source.get(f"reason_{language}", ""))), []).append(
            source
        )
    reasons = [[escape(_files(group)), escape(reason)] for (_, reason), group in by_reason.items()]
    title = escape(word("sources_unused", language, n=len(unused)))
    return f"{table}<p>{title}</p>{_table([word('source_files', language), word('source_reason', language)], reasons)}"


def _by_dataset(sources: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Files of one data set and edition together: 38 timetables are one row, not 38."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for source in sources:
        key = (str(source.get("kind", "")), str(source.get("edition", "")), str(source.get("licence", "")))
        groups.setdefault(key, []).append(source)
    return list(groups.values())


def _source_row(group: Sequence[dict[str, Any]], language: Language) -> list[str]:
    source = group[0]
    title = escape(str(source.get(f"title_{language}", source.get("id", ""))))
    url = str(source.get("url", ""))
    # A link only to the web: an address of any other kind could run something.
    is_web = url.startswith("https://")
    linked = f'<a href="{escape(url)}" target="_blank" rel="noreferrer">{title}</a>' if is_web else title
    texts = [one_language(str(source.get(key, "")), language) for key in ("publisher", "edition", "licence", "credit")]
    return [linked, *map(escape, texts), escape(_files(group))]


def _files(group: Sequence[dict[str, Any]], most: int = 4) -> str:
    """File names, a zip once with the number of its members that are meant; the first few where there are many."""
    counts = Counter(str(source.get("file", "")).split(" › ", maxsplit=1)[0] for source in group)
    names = [f"{name} ({count})" if count > 1 else name for name, count in counts.items()]
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table; cells are HTML already."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="source-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
