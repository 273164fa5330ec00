"""Small maps of the study area side by side, all on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.comparison import pictures, texts
from explorer.ui import blocks
from explorer.ui import compare_answers as answers
from explorer.words import word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.ui.compare_choice import Question
    from explorer.ui.study import Study


def show(study: Study, question: Question, found: Comparison) -> Question:
    """The maps, or why there are none."""
    language = question.language
    rows = pictures.mapped(found)
    if not rows:
        blocks.empty(word("cmp_no_maps", language))
        return question
    st.html(answers.picture_html(study, question, ("maps",), lambda: pictures.maps_picture(found, language)))
    shown = {row.indicator.id for row in rows}
    left_out = [texts.name_of(row, language) for row in found.rows if row.indicator.id not in shown]
    names = word("comma", language).join(left_out)
    blocks.note(
        word("cmp_maps_note", language), word("cmp_maps_left_out", language, names=names) if left_out else "",
    )  # fmt: skip
    return question
