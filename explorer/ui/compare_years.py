"""Change over time: from the first year to the last, all years between, and the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from explorer.comparison import pictures, texts
from explorer.ui import blocks
from explorer.ui import compare_answers as answers
from explorer.words import either, value_digits, word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.years import YearRow
    from explorer.ui.compare_choice import Question
    from explorer.ui.study import Study
    from explorer.words import Language


def show(study: Study, question: Question, found: Comparison) -> Question:
    """One series at a time."""
    language = question.language
    series = {row.series: row for row in found.years}
    if not series:
        blocks.empty(word("cmp_no_years", language))
        return question
    if st.session_state.get("compare_series") not in series:
        st.session_state["compare_series"] = next(iter(series))
    chosen = str(
        st.selectbox(
            word("cmp_series", language), list(series), key="compare_series",
            format_func=lambda key: texts.series_name(series[key], language),
        )
    )  # fmt: skip
    row = series[chosen]
    frame = years_frame(found, row, language)
    digits = value_digits(row.unit, 100.0)
    form = "%,.0f" if digits == 0 else f"%,.{digits}f"
    blocks.table(frame, key="compare_years_table", formats=dict.fromkeys(frame.columns[2:], form))
    left, right = st.columns(2, gap="medium")
    with left:
        _slope(study, question, found, row)
    with right:
        _lines(study, question, found, row)
    blocks.note(*_notes(row, language))
    return question


def years_frame(found: Comparison, row: YearRow, language: Language) -> pd.DataFrame:
    """A row per area, a column per year."""
    frame = pd.DataFrame(
        {
            word("cmp_area", language): [area.name(language) for area in found.areas],
            word("column_code", language): [area.key for area in found.areas],
        }
    )
    for point in row.points:
        frame[word("cmp_year", language, year=point.year)] = point.value
    return frame


def _slope(study: Study, question: Question, found: Comparison, row: YearRow) -> None:
    language = question.language
    if len(found.areas) > pictures.MOST_SLOPES:
        blocks.empty(word("cmp_many_slopes", language, most=pictures.MOST_SLOPES))
        return
    blocks.title(word("cmp_slope_title", language, first=row.years[0], last=row.years[-1]))
    st.html(
        answers.picture_html(
            study, question, ("slope", row.series), lambda: pictures.slope_picture(found, row, language, width_mm=130)
        )
    )


def _lines(study: Study, question: Question, found: Comparison, row: YearRow) -> None:
    language = question.language
    if len(found.areas) > pictures.MOST_LINES or len(row.points) <= 2:
        return
    blocks.title(word("cmp_lines_title", language))
    st.html(
        answers.picture_html(
            study, question, ("lines", row.series), lambda: pictures.lines_picture(found, row, language, width_mm=130)
        )
    )


def _notes(row: YearRow, language: Language) -> list[str]:
    limits = either((row.indicator.limits_ja, row.indicator.limits_en), language)
    return [
        word("cmp_index_drawn", language, year=row.years[0]) if row.unit == "人" else "",
        word("cmp_mixed_sources", language) if row.mixes_sources else "",
        word("cmp_limits", language, text=limits) if limits else "",
    ]
