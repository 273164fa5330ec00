"""All indicators at once: a row per area, in each cell the value, the rank, the difference and how certain it is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from explorer.comparison import texts
from explorer.ui import blocks
from explorer.words import unit_word, word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.measured import Measured
    from explorer.ui.compare_choice import Question
    from explorer.ui.study import Study
    from explorer.words import Language

SIGNS: Final = {"apart": "●", "same_direction": "◐", "overlap": "○", "no_range": "–", "lists_lack": "△"}


def show(study: Study, question: Question, found: Comparison) -> Question:
    """The table with its key, and how to read it."""
    del study
    language = question.language
    st.html(table_html(found, language) + key_html(language))
    blocks.note(*texts.how_to_read(found, language))
    return question


def table_html(found: Comparison, language: Language) -> str:
    """The table as markup; every text is escaped here."""
    heads = "".join(_head(row, language) for row in found.rows)
    body = "".join(_line(found, at, language) for at in range(len(found.areas)))
    median = "".join(f"<td>{escape(texts.bare(row.median, row.indicator.unit, language))}</td>" for row in found.rows)
    label = escape(word("cmp_table_alt", language))
    return (
        f'<div class="compare-scroll" tabindex="0" role="region" aria-label="{label}"><table class="compare">'
        f'<thead><tr><th scope="col">{escape(word("cmp_area", language))}</th>{heads}</tr></thead>'
        f'<tbody>{body}<tr class="whole"><th scope="row">{escape(word("cmp_study_median", language))}</th>{median}</tr></tbody>'
        "</table></div>"
    )


def key_html(language: Language) -> str:
    """What the signs of certainty mean."""
    parts = "".join(
        f"<span>{sign} {escape(word(texts.CERTAINTY[name], language))}</span>" for name, sign in SIGNS.items()
    )
    return f'<div class="compare-key"><span>{escape(word("cmp_cell_key", language))}</span>{parts}</div>'


def _head(row: Measured, language: Language) -> str:
    unit = unit_word(row.indicator.unit, language)
    conditions = word("separator", language).join([unit, texts.conditions_of(row, language)])
    name = escape(texts.name_of(row, language))
    return f'<th scope="col" title="{name}"><span>{name}</span><small>{escape(conditions)}</small></th>'


def _line(found: Comparison, at: int, language: Language) -> str:
    area = found.areas[at]
    small = word("cmp_region_of", language, n=len(area.codes)) if area.is_region else area.key
    cells = "".join(_cell(found, number_, at, language) for number_ in range(len(found.rows)))
    is_base = ' class="base"' if at == found.base else ""
    return f'<tr{is_base}><th scope="row">{escape(area.name(language))}<small>{escape(small)}</small></th>{cells}</tr>'


def _cell(found: Comparison, number_: int, at: int, language: Language) -> str:
    row, difference = found.rows[number_], found.differences[number_]
    if np.isnan(row.value[at]):
        reason = escape(texts.reason_of(row, at, language))
        return f'<td class="none">{escape(word("no_data", language))}<small>{reason}</small></td>'
    certainty = difference.certainty[at]
    rank = texts.rank_of_area(row.ranks[at], language)
    lines = f"<small>{escape(rank)}</small>" if rank else ""
    if certainty == "base":
        lines += f"<small>{escape(word('cmp_base', language))}</small>"
    elif certainty:
        means = word(texts.CERTAINTY[certainty], language)
        text = texts.bare(float(difference.value[at]), difference.unit, language, sign=True)
        lines += f'<small title="{escape(means)}">{escape(text)} {SIGNS[certainty]}</small>'
    return f"<td>{escape(texts.bare(float(row.value[at]), row.indicator.unit, language))}{lines}</td>"
