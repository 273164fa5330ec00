"""Data, what is missing: what each absent input would bring, where it is to be had, and how to put it in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from explorer.own_data.gaps import (
    AGES,
    OTHER,
    Gap,
    by_hand,
    find_gaps,
    is_downloadable,
    prefectures_of,
    reasons_of,
)
from explorer.own_data.inputs import inputs_of
from explorer.own_indicators import own_indicators
from explorer.source_notes import publisher_name
from explorer.ui import blocks
from explorer.ui.data_page_here import html_table
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, word
from geodata.codes import SAMPLE_PREFECTURE
from geodata.kinds import CATEGORIES
from geodata.sources import DATASETS
from layers import catalogue

if TYPE_CHECKING:
    from geodata.download_plan import Plan

_FORMATS: Final[dict[str, str]] = {
    "osm": "dp_format_osm", "gtfs": "dp_format_gtfs", "dem": "dp_format_dem", "points": "dp_format_points",
    "estat_grid": "dp_format_estat", "small_areas": "dp_format_estat", "official_coverage": "dp_format_table",
    "digital": "dp_format_table", "migration": "dp_format_table", "commuting": "dp_format_table",
    "municipal_values": "dp_format_municipal", "car_use": "dp_format_table", "coverage_areas": "dp_format_areas",
    "ookla": "dp_format_ookla",
}  # fmt: skip
_MOST_THEMES: Final = 5


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def _gaps(study: Study) -> list[Gap]:
    table = study.workspace.table("indicators")
    known = set(table.loc[table["value"].notna(), "indicator"].astype(str))
    return find_gaps(study.manifest, known, reasons_of(table), tuple(own_indicators(study.workspace)))


def show_missing(study: Study, language: Language) -> None:
    """A finding, how to put files in, then one card per input, and the indicators that no file would bring."""
    gaps = _gaps(study)
    inputs = [gap for gap in gaps if not gap.id.startswith(OTHER)]
    others = [gap for gap in gaps if gap.id.startswith(OTHER)]
    alone = sum(gap.count for gap in inputs)
    if inputs:
        blocks.finding(
            word("dp_missing_finding", language, n=number(len(inputs), language), indicators=number(alone, language))
        )
    else:
        blocks.finding(word("dp_missing_nothing", language))
    _how(study, language)
    for gap in inputs:
        st.html(_card(gap, language))
    _others(others, language)
    table = _table(inputs, language)
    if len(table):
        blocks.download(table, "missing", language, key="data_missing")
    _plan(study, inputs, language)


def _how(study: Study, language: Language) -> None:
    folders = inputs_of(study.workspace).folders
    where = word("comma", language).join(str(folder) for folder in folders) if folders else ""
    steps = [
        word("dp_how_get", language),
        word("dp_how_put", language, folder=where) if where else word("dp_how_put_unknown", language),
        word("dp_how_rebuild", language),
    ]
    lines = "".join(f"<li>{escape(step)}</li>" for step in steps)
    st.html(f'<div class="card"><ol class="begin">{lines}</ol></div>')


def title_of(gap: Gap, language: Language) -> str:
    """What is absent, in words."""
    if gap.id == AGES:
        return word("dp_gap_ages", language)
    own = either(gap.title, language)
    return word("dp_gap_lists", language, kinds=own) if gap.kinds else own


def _brings(gap: Gap, language: Language) -> str:
    themes = [
        word("dp_theme_count", language, theme=either(catalogue.THEMES[theme], language), n=number(count, language))
        for theme, count in gap.brings.most_common(_MOST_THEMES)
    ]
    parts = []
    if themes:
        listed = word("comma", language).join(themes)
        parts.append(word("dp_brings", language, n=number(gap.count, language), themes=listed))
    if gap.with_others:
        parts.append(word("dp_brings_with_others", language, n=number(gap.with_others, language)))
    if gap.improves:
        names = [either((CATEGORIES[each].ja, CATEGORIES[each].en), language) for each in gap.improves]
        parts.append(word("dp_improves", language, names=word("comma", language).join(names)))
    return "".join(parts) if language == "ja" else " ".join(parts)


def _card(gap: Gap, language: Language) -> str:
    brings = _brings(gap, language) or word("dp_brings_nothing_counted", language)
    # A list of facilities is wanted once: from the official data set, else from one of the others.
    shown, others = (gap.datasets[:1], gap.datasets[1:]) if gap.kinds else (gap.datasets, ())
    sets = "".join(_dataset(dataset, language) for dataset in shown)
    if others:
        names = [either((DATASETS[each].ja, DATASETS[each].en), language) for each in others]
        sets += f"<p>{escape(word('dp_or', language, names=word('comma', language).join(names)))}</p>"
    return f'<div class="data-gap"><h4>{escape(title_of(gap, language))}</h4><p>{escape(brings)}</p>{sets}</div>'


def _dataset(dataset: str, language: Language) -> str:
    known = DATASETS[dataset]
    page, ja, en = by_hand(dataset)
    rows = [
        (word("source_publisher", language), escape(publisher_name(known.publisher, language))),
        (word("dp_format", language), escape(word(_FORMATS.get(dataset, "dp_format_ksj"), language))),
        (word("source_licence", language), escape(one_language(known.licence, language))),
    ]
    if page or known.url:
        rows.append((word("dp_where", language), f"<code>{escape(page or known.url)}</code>"))
    if ja:
        rows.append((word("dp_by_hand", language), escape(ja if language == "ja" else en)))
    if is_downloadable(dataset):
        rows.append((word("dp_fetch", language), f"<code>explorer download … --only {escape(dataset)}</code>"))
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in rows)
    return f'<div class="set">{escape(either((known.ja, known.en), language))}</div><dl>{facts}</dl>'


def _others(gaps: Sequence[Gap], language: Language) -> None:
    if not gaps:
        return
    count = number(sum(gap.count for gap in gaps), language)
    with st.expander(word("dp_others", language, n=count)):
        table = pd.DataFrame(
            {
                word("dp_reason", language): [one_language(gap.reason, language) or "—" for gap in gaps],
                word("dp_indicators", language): [_brings_short(gap, language) for gap in gaps],
            }
        )
        st.html(html_table(table))


def _brings_short(gap: Gap, language: Language) -> str:
    return word("comma", language).join(
        word("dp_theme_count", language, theme=either(catalogue.THEMES[theme], language), n=number(count, language))
        for theme, count in gap.brings.most_common()
    )


def _table(gaps: Sequence[Gap], language: Language) -> pd.DataFrame:
    rows = [
        {
            word("dp_absent", language): title_of(gap, language),
            word("dp_indicators", language): gap.count,
            word("dp_indicators_with_others", language): gap.with_others,
            word("dp_themes", language): _brings_short(gap, language),
            word("source_title", language): either((DATASETS[each].ja, DATASETS[each].en), language),
            word("source_publisher", language): publisher_name(DATASETS[each].publisher, language),
            word("dp_format", language): word(_FORMATS.get(each, "dp_format_ksj"), language),
            word("dp_where", language): by_hand(each)[0] or DATASETS[each].url,
        }
        for gap in gaps
        for each in gap.datasets
    ]
    return pd.DataFrame(rows)


def _plan(study: Study, gaps: Sequence[Gap], language: Language) -> None:
    """What ``explorer download`` would fetch; this page itself fetches nothing."""
    from geodata.download_plan import make_plan

    wanted = list(dict.fromkeys(each for gap in gaps for each in gap.datasets if is_downloadable(each)))
    prefectures = prefectures_of(study.manifest)
    if SAMPLE_PREFECTURE in prefectures:
        blocks.note(word("dp_plan_sample", language))
        return
    if not wanted or not prefectures:
        return
    planned = make_plan(prefectures, wanted)
    with st.expander(word("dp_plan", language, n=number(len(planned.items), language))):
        st.html(f'<p class="data-about">{escape(word("dp_plan_note", language))}</p>')
        st.code(
            f"explorer download RAW_FOLDER --prefecture {','.join(prefectures)} --only {','.join(wanted)}",
            language=None,
        )
        table = _plan_table(planned, language)
        st.html(html_table(table))
        blocks.download(table, "download-plan", language, key="data_plan")


def _plan_table(planned: Plan, language: Language) -> pd.DataFrame:
    return pd.DataFrame(
        {
            word("source_title", language): [
                either((item.known.ja, item.known.en), language) for item in planned.items
            ],
            word("source_edition", language): [item.edition for item in planned.items],
            word("dp_file", language): [item.name for item in planned.items],
            word("dp_size_mb", language): [
                number(item.size / 1e6, language, digits=1) if item.size else "—" for item in planned.items
            ],
            word("source_licence", language): [one_language(item.licence, language) for item in planned.items],
            word("dp_where", language): [item.url for item in planned.items],
        }
    )
