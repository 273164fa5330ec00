"""Data, what is here: sources with licences and counts, remarks, quality, and which themes have values where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from explorer.own_data.gaps import coverage, totals
from explorer.own_data.quality import FAR_M, feed_table, people_quality
from explorer.own_indicators import own_indicators
from explorer.source_notes import files_text, source_notes, used_records
from explorer.ui import blocks
from explorer.ui.foot import notes_html
from explorer.ui.study import Study
from explorer.words import Language, either, number, word
from geodata.kinds import KINDS
from layers import catalogue

if TYPE_CHECKING:
    from explorer.source_notes import SourceNote

_CODE = 70
_NAME = 120


def show_here(study: Study, language: Language) -> None:
    """All panels, one after the other; one that fails leaves the others."""
    from explorer.ui.frame import guarded

    for panel in (_sources, _remarks, _unused, _coverage, _completeness, _people, _timetables):
        with st.container(), guarded(language):
            panel(study, language)


def _sources(study: Study, language: Language) -> None:
    records = used_records(study.manifest)
    notes = source_notes(records)
    warnings = sum(note.get("level") == "warning" for note in study.manifest.get("notes", []))
    blocks.finding(
        word(
            "dp_here_finding", language, sets=number(len(notes), language), files=number(len(records), language),
            warnings=number(warnings, language),
        )
    )  # fmt: skip
    blocks.title(word("dp_sources", language))
    rows = _source_rows(study, notes, language)
    st.html(html_table(rows, numbers=(word("dp_count", language),)))
    blocks.download(rows, "sources", language, key="data_sources")


def _source_rows(study: Study, notes: Sequence[SourceNote], language: Language) -> pd.DataFrame:
    counts = _counts(study)
    ids: dict[tuple[str, str], list[str]] = {}
    for record in used_records(study.manifest):
        ids.setdefault((str(record.get("kind", "")), str(record.get("file", ""))), []).append(str(record["id"]))
    rows = []
    for note in notes:
        total = sum(counts[each] for file in note.files for each in ids.get((note.id, file), ()))
        rows.append(
            {
                word("source_title", language): either(note.titles, language),
                word("source_publisher", language): note.publisher_in(language),
                word("source_edition", language): note.edition(language),
                word("source_licence", language): note.licence_in(language),
                word("source_credit", language): note.credit_in(language),
                word("dp_count", language): number(total, language) if total else "—",
                word("source_files", language): files_text(note.files),
            }
        )
    return pd.DataFrame(rows)


def _counts(study: Study) -> Counter[str]:
    """Id of a source → facilities and stops that it gave."""
    counts: Counter[str] = Counter()
    for points in (study.facilities, study.stops):
        found = points.columns["source"].astype(str).value_counts()
        counts.update({str(source): int(count) for source, count in found.items()})
    return counts


def _remarks(study: Study, language: Language) -> None:
    notes: list[Mapping[str, Any]] = study.manifest.get("notes", [])
    blocks.title(word("notes", language, n=number(len(notes), language)))
    if not notes:
        blocks.empty(word("notes_none", language))
        return
    wanted = st.text_input(
        word("dp_search", language), key="data_search", placeholder=word("dp_search_hint", language), max_chars=100
    )
    found = [note for note in notes if wanted.casefold() in f"{note['file']} {note['ja']} {note['en']}".casefold()]
    if wanted:
        st.caption(word("dp_search_found", language, n=number(len(found), language)))
    st.html(notes_html([dict(note) for note in found], language))
    ordered = sorted(notes, key=lambda note: note.get("level") != "warning")
    table = pd.DataFrame(
        {
            word("dp_level", language): [
                word("level_warning" if note["level"] == "warning" else "level_info", language) for note in ordered
            ],
            word("dp_file", language): [str(note["file"]) for note in ordered],
            word("dp_remark", language): [str(note[language]) for note in ordered],
        }
    )
    blocks.download(table, "remarks", language, key="data_remarks")


def _unused(study: Study, language: Language) -> None:
    unused = [record for record in study.manifest.get("sources", []) if not record.get("used", True)]
    with st.expander(word("sources_unused", language, n=number(len(unused), language))):
        if not unused:
            blocks.empty(word("dp_unused_none", language))
            return
        table = pd.DataFrame(
            {
                word("dp_file", language): [str(record.get("file", "")) for record in unused],
                word("source_title", language): [str(record.get(f"title_{language}", "")) for record in unused],
                word("source_edition", language): [str(record.get("edition", "")) for record in unused],
                word("source_reason", language): [str(record.get(f"reason_{language}", "")) for record in unused],
            }
        )
        st.html(html_table(table))
        blocks.download(table, "files-not-used", language, key="data_unused")


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def _covered(study: Study) -> pd.DataFrame:
    return coverage(study.workspace.table("indicators"), tuple(own_indicators(study.workspace)))


def _coverage(study: Study, language: Language) -> None:
    blocks.title(word("dp_coverage", language))
    entries = catalogue.indicators(tuple(own_indicators(study.workspace))).values()
    count = totals(entries)
    found = _covered(study)
    names = dict(zip(study.municipalities["code"].astype(str), study.municipalities["name"].astype(str), strict=True))
    table = _named(pd.Index(list(names)), names, language)
    for theme, of in count.items():
        heading = word("dp_theme_of", language, theme=either(catalogue.THEMES[theme], language), n=number(of, language))
        table[heading] = found[theme].reindex(list(names)).fillna(0).astype(int).to_numpy()
    blocks.table(
        table,
        key="data_coverage_table",
        widths={word("column_code", language): _CODE, word("column_name", language): _NAME},
    )
    blocks.note(word("dp_coverage_note", language))
    blocks.download(table, "coverage", language, key="data_coverage")


def _completeness(study: Study, language: Language) -> None:
    with st.expander(word("dp_completeness", language)):
        table = study.completeness
        listed = table[table["is_surveyed"].astype(bool)] if len(table) else table
        if listed.empty:
            blocks.empty(word("dp_completeness_none", language))
            return
        names = dict(
            zip(study.municipalities["code"].astype(str), study.municipalities["name"].astype(str), strict=True)
        )
        codes = listed["municipality_code"].astype(str)
        shown = _named(pd.Index(codes), names, language)
        percent = word("dp_share_percent", language)
        shown[word("dp_kind", language)] = [
            either((KINDS[str(kind)].ja, KINDS[str(kind)].en), language) for kind in listed["kind"]
        ]
        shown[word("dp_listed", language)] = listed["listed"].to_numpy()
        shown[word("dp_yardstick", language)] = listed["yardstick"].astype(float).round(1).to_numpy()
        shown[percent] = listed["share"].astype(float).round(1).to_numpy()
        shown[word("dp_basis", language)] = [
            word("dp_basis_published" if basis == "published" else "dp_basis_national", language)
            for basis in listed["basis"]
        ]
        shown[word("dp_low", language)] = [word("dp_low_yes", language) if low else "" for low in listed["is_low"]]
        shown = shown.sort_values([percent, word("column_code", language)], ignore_index=True)
        blocks.table(shown, key="data_completeness_table", formats={percent: "%,.1f"})
        blocks.note(word("dp_completeness_note", language))
        blocks.download(shown, "completeness", language, key="data_completeness")


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def _quality(study: Study) -> pd.DataFrame:
    return people_quality(study.workspace)


def _people(study: Study, language: Language) -> None:
    with st.expander(word("dp_people", language)):
        found = _quality(study)
        names = dict(
            zip(study.municipalities["code"].astype(str), study.municipalities["name"].astype(str), strict=True)
        )
        found = found[found.index.isin(list(names))]
        table = _named(found.index, names, language)
        formats = {}
        for column, digits in (
            ("people", 0), ("suppressed_percent", 1), ("snap_mean_m", 0), ("snap_p95_m", 0), ("far_percent", 2),
        ):  # fmt: skip
            heading = _heading(column, language)
            table[heading] = found[column].round(digits).to_numpy()
            formats[heading] = f"%,.{digits}f"
        blocks.table(table, key="data_people_table", formats=formats)
        blocks.note(word("dp_people_note", language))
        blocks.download(table, "quality", language, key="data_people")


def _heading(column: str, language: Language) -> str:
    if column == "far_percent":
        return word("dp_far", language, metres=f"{FAR_M:.0f}")
    keys = {
        "people": "dp_people_count", "suppressed_percent": "dp_suppressed", "snap_mean_m": "dp_snap_mean",
        "snap_p95_m": "dp_snap_p95",
    }  # fmt: skip
    return word(keys[column], language)


def _timetables(study: Study, language: Language) -> None:
    feeds = feed_table(study.manifest)
    expired = int(feeds["expired"].astype(bool).sum()) if len(feeds) else 0
    with st.expander(word("dp_feeds", language, n=number(len(feeds), language), expired=number(expired, language))):
        if feeds.empty:
            blocks.empty(word("dp_feeds_none", language))
            return
        feeds = feeds.sort_values(["expired", "last_date"], ascending=[False, True], ignore_index=True)
        table = pd.DataFrame(
            {
                word("dp_agency", language): feeds["agency"].astype(str),
                word("dp_first_day", language): feeds["first_date"].astype(str),
                word("dp_last_day", language): feeds["last_date"].astype(str),
                word("dp_expired", language): [
                    word("dp_expired_yes", language) if gone else "" for gone in feeds["expired"].astype(bool)
                ],
                word("dp_counted_day", language): feeds["day"].astype(str),
                word("dp_trips", language): feeds["trips"],
                word("dp_stops", language): feeds["stops"],
                word("dp_file", language): feeds["file"].astype(str),
            }
        )
        blocks.table(table, key="data_feeds_table", formats={word("dp_trips", language): "%,.0f"})
        blocks.note(word("dp_feeds_note", language))
        blocks.download(table, "timetables", language, key="data_feeds")


def _named(codes: pd.Index[Any], names: Mapping[str, str], language: Language) -> pd.DataFrame:
    return pd.DataFrame(
        {
            word("column_code", language): list(codes),
            word("column_name", language): [names.get(str(code), "") for code in codes],
        }
    )


def html_table(frame: pd.DataFrame, *, numbers: Sequence[str] = ()) -> str:
    """A table whose texts are read as a whole; everything in it is text."""
    head = "".join(f'<th scope="col"{_class(name in numbers)}>{escape(str(name))}</th>' for name in frame.columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td{_class(name in numbers)}>{escape(str(row[name]))}</td>" for name in frame.columns)
        + "</tr>"
        for row in blocks.records(frame)
    )
    return (
        f'<div class="data-scroll" tabindex="0"><table class="source-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _class(is_number: bool) -> str:  # noqa: FBT001 - said by its name
    return ' class="number"' if is_number else ""
