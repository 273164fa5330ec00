"""A composite with weights of the user's own: sliders, points, ranks and how far the ranks depend on the weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.comparison import pictures, texts
from explorer.comparison.composite import can_weigh
from explorer.ui import blocks
from explorer.ui import compare_answers as answers
from explorer.ui.compare_choice import MOST_WEIGHT, USUAL_WEIGHT, weight_key
from explorer.words import either, one_language, word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.composite import Composite
    from explorer.ui.compare_choice import Question
    from explorer.ui.study import Study
    from explorer.words import Language


def show(study: Study, question: Question, found: Comparison) -> Question:
    """Sliders first, then the composite."""
    language = question.language
    weighable = [row for row in found.rows if can_weigh(row.indicator) and np.isfinite(row.towns).any()]
    if not weighable:
        blocks.empty(word("cmp_nothing_to_weigh", language))
        return question
    columns = st.columns(3, gap="medium")
    for position, row in enumerate(weighable):
        key = weight_key(row.indicator.id)
        st.session_state.setdefault(key, USUAL_WEIGHT)
        columns[position % 3].slider(
            blocks.label(texts.name_of(row, language)), 0.0, MOST_WEIGHT, step=0.5, key=key, format="%.1f",
        )  # fmt: skip
    left_out = [texts.name_of(row, language) for row in found.rows if row not in weighable]
    if left_out:
        st.caption(word("cmp_not_weighed", language, names=word("comma", language).join(map(blocks.label, left_out))))
    weights = weights_of(found)
    weighed = found.with_weights(weights)
    assert weighed.composite is not None
    _answer(study, question, weighed, weighed.composite, weights)
    changed = tuple((name, weight) for name, weight in weights.items() if weight != USUAL_WEIGHT)
    return replace(question, weights=changed)


def weights_of(found: Comparison) -> dict[str, float]:
    """Weights as the sliders stand."""
    return {
        row.indicator.id: float(st.session_state.get(weight_key(row.indicator.id), USUAL_WEIGHT))
        for row in found.rows
        if can_weigh(row.indicator) and np.isfinite(row.towns).any()
    }


def composite_frame(found: Comparison, composite: Composite, language: Language) -> pd.DataFrame:
    """A row per area, best first: points, range, rank with its range, and the parts."""
    order = np.argsort(np.where(np.isfinite(composite.rank), composite.rank, np.inf), kind="stable").tolist()
    columns: dict[str, Any] = {
        word("cmp_area", language): [found.areas[at].name(language) for at in order],
        word("column_code", language): [found.areas[at].key for at in order],
        word("cmp_composite_rank", language): [texts.rank_range(composite, at, language) for at in order],
        word("cmp_composite", language): composite.value[order],
        word("cmp_low", language): composite.low[order],
        word("cmp_high", language): composite.high[order],
    }
    if any(composite.reason):
        columns[word("column_reason", language)] = [one_language(composite.reason[at], language) for at in order]
    for number_, each in enumerate(composite.indicators):
        columns[either((each.ja, each.en), language)] = composite.parts[number_][order]
    return pd.DataFrame(columns)


def _answer(
    study: Study, question: Question, found: Comparison, composite: Composite, weights: dict[str, float]
) -> None:
    language = question.language
    if not np.isfinite(composite.value).any():
        blocks.empty(word("cmp_no_composite", language))
    frame = composite_frame(found, composite, language)
    numbers = [str(name) for name in frame.columns if pd.api.types.is_float_dtype(frame[name])]
    blocks.table(frame, key="compare_composite_table", formats=dict.fromkeys(numbers, "%.1f"))
    what = tuple(f"{name}={weight:g}" for name, weight in weights.items())
    left, right = st.columns(2, gap="medium")
    with left:
        if np.isfinite(composite.value).any():
            blocks.title(word("cmp_composite", language))
            st.html(
                answers.picture_html(
                    study,
                    question,
                    ("composite", *what),
                    lambda: pictures.composite_picture(found, composite, language, width_mm=130),
                )
            )
    with right:
        if pictures.can_draw_radar(found, composite):
            blocks.title(word("cmp_radar_title", language))
            st.html(
                answers.picture_html(
                    study,
                    question,
                    ("radar", *what),
                    lambda: pictures.radar_picture(found, composite, language, width_mm=130),
                )
            )
    blocks.note(
        word("cmp_composite_of", language, text=texts.weights_text(composite, language)),
        *texts.how_composite(composite, language),
        texts.lacking_lists([row for row in found.rows if row.indicator in composite.indicators], language),
    )
