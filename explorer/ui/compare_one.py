"""One indicator: bars on one scale, the distribution with these areas marked, and a table that can be sorted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.comparison import pictures, texts
from explorer.ui import blocks
from explorer.ui import compare_answers as answers
from explorer.words import either, number, unit_word, value_digits, word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.measured import Measured
    from explorer.ui.compare_choice import Question
    from explorer.ui.study import Study
    from explorer.words import Language


def show(study: Study, question: Question, found: Comparison) -> Question:
    """The indicator looked at alone."""
    language = question.language
    names = {row.indicator.id: texts.name_of(row, language) for row in found.rows}
    if st.session_state.get("compare_detail") not in names:
        st.session_state["compare_detail"] = next(iter(names))
    chosen = str(
        st.selectbox(word("indicator", language), list(names), key="compare_detail", format_func=lambda key: names[key])
    )
    at = list(names).index(chosen)
    row = found.rows[at]
    st.caption(texts.conditions_of(row, language))
    frame = frame_of(found, at, language)
    blocks.table(frame, key="compare_one_table", formats=_formats(frame, row))
    if np.isfinite(row.value).any():
        left, right = st.columns(2, gap="medium")
        with left:
            blocks.title(word("cmp_bars_title", language))
            st.html(
                answers.picture_html(
                    study, question, ("bars", chosen), lambda: pictures.bars_picture(found, row, language, width_mm=130)
                )
            )
        with right:
            blocks.title(word("cmp_strip_title", language))
            st.html(
                answers.picture_html(
                    study,
                    question,
                    ("strip", chosen),
                    lambda: pictures.strip_picture(found, row, language, width_mm=130),
                )
            )
    blocks.note(*lines_of(found, at, language))
    return replace(question, detail=chosen)


def frame_of(found: Comparison, number_: int, language: Language) -> pd.DataFrame:
    """The table of one indicator: value, range, rank, difference with its range and certainty, remarks."""
    from explorer.comparison.ranges import merged_ages

    row, difference = found.rows[number_], found.differences[number_]
    unit, of_difference = unit_word(row.indicator.unit, language), unit_word(difference.unit, language)
    columns: dict[str, Any] = {
        word("cmp_area", language): [area.name(language) for area in found.areas],
        word("column_code", language): [area.key for area in found.areas],
        word("column_value", language, unit=unit): row.value,
        word("cmp_rank_head", language): [texts.rank_of_area(rank, language) for rank in row.ranks],
        word("cmp_difference_unit", language, unit=of_difference): difference.value,
        word("cmp_certainty", language): [word(texts.SHORT_CERTAINTY[each], language) for each in difference.certainty],
        word("cmp_low", language): row.ranges.low,
        word("cmp_high", language): row.ranges.high,
        word("cmp_difference_low", language): difference.low,
        word("cmp_difference_high", language): difference.high,
    }
    merged = merged_ages(found.opened, found.areas, row.group)
    complete = [np.nan if each is None else each.percent for each in row.lists]
    remarks = [_remark(one, two, language) for one, two in zip(merged.tolist(), complete, strict=True)]
    reasons = [texts.reason_of(row, at, language) for at in range(len(found.areas))]
    shown = [reason or remark for reason, remark in zip(reasons, remarks, strict=True)]
    if any(shown):
        columns[word("column_reason", language)] = shown
    frame = pd.DataFrame(columns)
    return frame.drop(
        columns=[
            name for name in frame.columns if pd.api.types.is_float_dtype(frame[name]) and frame[name].isna().all()
        ]
    )


def lines_of(found: Comparison, number_: int, language: Language) -> list[str]:
    """What is counted, what the range is made of, how to read the table, what the number cannot say."""
    row = found.rows[number_]
    limits = either((row.indicator.limits_ja, row.indicator.limits_en), language)
    return [
        either((row.indicator.definition_ja, row.indicator.definition_en), language),
        texts.range_source(row, language),
        *texts.how_to_read(found, language),
        word("cmp_limits", language, text=limits) if limits else "",
    ]


def _remark(merged: float, complete: float, language: Language) -> str:
    parts = []
    if np.isfinite(merged) and merged > 0:
        parts.append(word("confidence_suppressed", language, share=number(merged, language, digits=1)))
    if np.isfinite(complete):
        parts.append(word("cmp_list_complete", language, share=number(complete, language)))
    return word("separator", language).join(parts)


def _formats(frame: pd.DataFrame, row: Measured) -> dict[str, str]:
    known = row.value[np.isfinite(row.value)]
    digits = value_digits(row.indicator.unit, float(np.abs(known).max()) if known.size else 0.0)
    form = "%,.0f" if digits == 0 else f"%,.{digits}f"
    return {str(name): form for name in frame.columns if pd.api.types.is_float_dtype(frame[name])}
