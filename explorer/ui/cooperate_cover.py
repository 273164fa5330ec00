"""What a region gains when its members may use each other's facilities: coverage alone, pooled and with all facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.maps.classes import make_classes
from explorer.maps.place_layer import category_name
from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.bars import BarRow, bars_html
from explorer.ui.cooperate_map import Drawing, classed
from explorer.ui.cooperate_text import conditions_line, method_lines, reason_text
from explorer.ui.frame import guarded
from explorer.words import LANGUAGES, either, number, value_text, word
from layers import catalogue

if TYPE_CHECKING:
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

REGION: Final = "region"
OWN: Final = "#1d5fa8"
GAINED: Final = "#f59e0b"
GAIN_CLASSES: Final = (0.1, 1.0, 5.0, 20.0)


def drawing(study: Study, question: Question) -> Drawing:
    """Members in the colour of their gain."""
    rows = _rows(study, question)
    members = rows[rows["area_code"] != REGION]
    language = question.language
    return classed(
        members["area_code"].tolist(), members["gain"].tolist(),
        make_classes(members["gain"], "fixed", fixed=GAIN_CLASSES, better=None), unit="ポイント",
        heading=word("co_cover_legend", language, service=category_name(question.service, language)),
        hint=conditions_line(question), language=language,
    )  # fmt: skip


def side(study: Study, question: Question) -> None:
    """The finding in a sentence, and a bar per member."""
    rows, language = _rows(study, question), question.language
    whole = rows[rows["area_code"] == REGION].iloc[0]
    service = category_name(question.service, language)
    blocks.title(word("co_cover_title", language, service=service))
    st.caption(conditions_line(question))
    if np.isnan(whole["gain"]):
        blocks.empty(reason_text(whole.get("reason"), language))
    elif len(question.codes) == 1:
        blocks.empty(word("co_one_member", language))
    else:
        blocks.finding(
            word(
                "co_cover_finding",
                language,
                own=value_text(whole["own"], "%", language),
                pooled=value_text(whole["pooled"], "%", language),
                gain=number(whole["gain"], language, digits=1, sign=True),
                people=number(whole["gain_people"], language),
            )
        )
    bars = [_bar(row, question) for row in blocks.records(_ordered(rows))]
    key = [(OWN, word("co_own", language)), (GAINED, word("co_gained", language)), ("", word("co_all", language))]
    st.html(bars_html(bars, key))


def below(study: Study, question: Question) -> None:
    """The table with its download, the gain by age, and what the numbers mean."""
    language = question.language
    frame = _table(_rows(study, question), question)
    with guarded(language):
        blocks.title(word("co_cover_table", language))
        blocks.table(frame, key="cooperate_cover_table", formats=_formats(frame))
        blocks.download(frame, f"pooled_{question.service}", language, lines=method_lines(study, question))
    with guarded(language):
        _by_age(study, question)
    blocks.note(word("co_cover_method", language), *method_lines(study, question))


def _by_age(study: Study, question: Question) -> None:
    language = question.language
    blocks.title(word("co_cover_ages", language))
    if len(study.people_groups) < 2:
        blocks.empty(word("co_no_ages", language))
        return
    rows = answers.gain_by_group(study, question.codes, question.service, question.mode, question.limit)
    rows = rows[rows["area_code"] == REGION] if "area_code" in rows else rows
    frame = pd.DataFrame(
        {
            word("group", language): [either(catalogue.GROUPS[str(group)], language) for group in rows["group"]],
            word("co_column_people", language): rows["people"].round(),
            word("co_column_own", language): rows["own"].round(1),
            word("co_column_pooled", language): rows["pooled"].round(1),
            word("co_column_gain", language): rows["gain"].round(2),
            word("co_column_gain_people", language): rows["gain_people"].round(),
        }
    )
    blocks.table(frame, key="cooperate_ages_table", formats=_formats(frame))
    blocks.download(frame, f"gain_by_age_{question.service}", language, lines=method_lines(study, question))


def _rows(study: Study, question: Question) -> pd.DataFrame:
    rows = answers.pooled(study, question.codes, question.service, question.mode, question.limit, question.group)
    return rows[rows["category"] == question.service]


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """The region first, then its members, most gain first."""
    whole = rows["area_code"] == REGION
    members = rows[~whole].sort_values(["gain", "area_code"], ascending=[False, True])
    return pd.concat([rows[whole], members])


def _bar(row: dict[str, Any], question: Question) -> BarRow:
    language = question.language
    is_whole = row["area_code"] == REGION
    own, pooled, every = (float(row[name]) for name in ("own", "pooled", "all"))
    name, code = (word("co_region", language), "") if is_whole else (str(row["area_name"]), str(row["area_code"]))
    if np.isnan(pooled):
        return BarRow(
            name, code, (), word("no_data", language), None, is_whole, reason_text(row.get("reason"), language)
        )
    text = word(
        "co_cover_bar", language, own=number(own, language, digits=1), pooled=number(pooled, language, digits=1)
    )
    hint = word("co_cover_hint", language, name=name, own=number(own, language, digits=1),
                pooled=number(pooled, language, digits=1), every=number(every, language, digits=1))  # fmt: skip
    mark = None if np.isnan(every) else every
    return BarRow(name, code, ((OWN, own), (GAINED, pooled - own)), text, mark, is_whole, hint)


def _table(rows: pd.DataFrame, question: Question) -> pd.DataFrame:
    language = question.language
    ordered = _ordered(rows)
    is_whole = ordered["area_code"] == REGION
    columns = {
        word("column_code", language): ordered["area_code"].where(~is_whole, ""),
        word("column_name", language): ordered["area_name"].where(~is_whole, word("co_region", language)),
        word("co_column_people", language): ordered["people"].round(),
        word("co_column_own", language): ordered["own"].round(1),
        word("co_column_pooled", language): ordered["pooled"].round(1),
        word("co_column_all", language): ordered["all"].round(1),
        word("co_column_gain", language): ordered["gain"].round(2),
        word("co_column_gain_people", language): ordered["gain_people"].round(),
    }
    reasons = [reason_text(text, language) for text in ordered["reason"]] if "reason" in ordered else []
    if any(reasons):
        columns[word("column_reason", language)] = pd.Series(reasons, index=ordered.index)
    return pd.DataFrame(columns).reset_index(drop=True)


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    gains = {word("co_column_gain", language) for language in LANGUAGES}
    numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    return {name: "%,.2f" if name in gains else "%,.1f" if "%" in name else "%,.0f" for name in numeric}
