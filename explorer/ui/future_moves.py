"""Moves of the young and of women, in and out, and by sex and age; small numbers are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from explorer.future_pictures import moves_picture
from explorer.future_tables import SEXES, ages_frame, band_name, moves_frame
from explorer.ui import blocks
from explorer.ui import future_answers as answers
from explorer.ui.future_ages import formats_of, short_heads
from explorer.ui.future_chart import NARROW, Frame, moves_html
from explorer.ui.future_files import save_row
from explorer.ui.future_lacking import MOVES, show_lacking
from explorer.words import Language, value_text, word

if TYPE_CHECKING:
    from explorer.future_people import PeopleToCome
    from explorer.ui.future_choice import Question
    from explorer.ui.study import Study

_OFFICIAL = "net_migration_official"
_WIDTHS: dict[Language, tuple[int, ...]] = {
    "ja": (128, 62, 62, 76, 82, 84),
    "en": (136, 56, 56, 58, 100, 104),
}  # pixels


def show(study: Study, people: PeopleToCome, question: Question) -> dict[str, str]:
    """The panel; it has no parameters of its own."""
    language = question.language
    moves, bands, year = answers.moves(study, question.codes)
    title = word("fu_moves_title", language, year=year) if year else word("fu_moves_title_undated", language)
    blocks.title(title)
    if moves["net"].isna().all():
        _official(study, people, question)
        show_lacking(study, MOVES, language, key="moves")
        return {}
    text = moves_finding(moves, question)
    if text:
        blocks.finding(text)
    frame = moves_frame(moves, language)
    sheets = {title: frame}
    left, right = st.columns([0.55, 0.45], gap="medium")
    with left:
        shown = short_heads(frame, language)
        widths = dict(zip(map(str, shown.columns), _WIDTHS[language], strict=False))
        blocks.table(shown, key="future_moves_table", formats=formats_of(shown), widths=widths)
        if moves["is_few"].any():
            st.caption(blocks.label(word("fu_few", language)))
    with right:
        if not bands.empty:
            blocks.title(word("fu_moves_chart", language))
            look = Frame(f"{word('fu_moves_chart', language)} — {question.area_name}", "人", language, width=NARROW)
            labels = (word(SEXES["women"], language), word(SEXES["men"], language))
            st.html(moves_html(chart_bands(bands, language), labels, look))
    if not bands.empty:
        by_age = ages_frame(bands, language)
        with st.expander(word("fu_sheet_ages", language)):
            blocks.table(by_age, key="future_moves_ages_table", formats=formats_of(by_age))
        sheets[word("fu_sheet_ages", language)] = by_age
    sources = answers.source_text(study, {"migration"}, language)
    lines = [word("fu_moves_note", language), word("fu_sources", language, text=" ／ ".join(sources))]
    heading = f"{title} — {question.area_name}"
    save_row(
        "future_moves", sheets, language, lines=[heading, *lines],
        facts=lambda: answers.provenance(study, ["net_migration_all"]),
        draw=lambda credit: moves_picture(moves, heading, language, credit=credit),
    )  # fmt: skip
    blocks.note(*lines)
    return {}


def moves_finding(moves: pd.DataFrame, question: Question) -> str:
    """Balance of the young by sex; empty where it is not known."""
    net = dict(zip(moves["group"], moves["net"], strict=True))
    women, men = float(net["women_15_29"]), float(net["men_15_29"])
    if not (np.isfinite(women) and np.isfinite(men)):
        return ""
    shown = [value_text(each, "人", question.language, sign=True) for each in (women, men)]
    return word("fu_moves_finding", question.language, area=question.area_name, women=shown[0], men=shown[1])


def chart_bands(bands: pd.DataFrame, language: Language) -> list[tuple[str, float, float]]:
    """Band of age, balance of women, balance of men, ascending by age."""
    found = bands.pivot_table(index=["age_from", "age_to"], columns="sex", values="net", aggfunc="first")
    found = found.reindex(columns=["women", "men"])
    return [
        (band_name(int(first), int(last), language), float(women), float(men))
        for (first, last), women, men in zip(found.index, found["women"], found["men"], strict=True)
    ]


def _official(study: Study, people: PeopleToCome, question: Question) -> None:
    """Where only the published rate is known: one sentence, or a row per municipality."""
    language = question.language
    rows = study.values(_OFFICIAL, "", "total").set_index("code")["value"]
    codes = list(question.codes or people.codes)
    known = rows.reindex(codes).dropna()
    if known.empty:
        return
    if len(codes) == 1:
        rate = value_text(float(known.iloc[0]), "%", language, sign=True)
        blocks.finding(word("fu_moves_official", language, rate=rate))
    else:
        blocks.finding(word("fu_moves_official_some", language, n=len(known)))
    names = dict(zip(people.codes, people.names, strict=True))
    frame = pd.DataFrame(
        {
            word("column_code", language): known.index.tolist(),
            word("column_name", language): [names[code] for code in known.index],
            word("fu_moves_official_column", language): known.to_numpy(float),
        }
    )
    if len(codes) > 1:
        blocks.table(frame, key="future_official_table", formats={word("fu_moves_official_column", language): "%,.2f"})
    sources = answers.source_text(study, {"official"}, language)
    lines = [word("fu_moves_official_note", language), word("fu_sources", language, text=" ／ ".join(sources))]
    save_row(
        "future_moves", {word("fu_sheet_towns", language): frame}, language, lines=[question.area_name, *lines],
        facts=lambda: answers.provenance(study, [_OFFICIAL]),
    )  # fmt: skip
    blocks.note(*lines)
