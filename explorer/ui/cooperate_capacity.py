"""Beds, places, floor space per head: each member with its own, all pooled, and shared by everybody within reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
from explorer.words import Language, either, number, word
from layers import catalogue

if TYPE_CHECKING:
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

REGION: Final = "region"
SITES: Final = "sites"
OWN: Final = "#1d5fa8"
_UNITS: Final = {"beds": "co_unit_beds", "m2": "co_unit_m2", "persons": "co_unit_persons", SITES: "co_unit_sites"}


def drawing(study: Study, question: Question) -> Drawing:
    """Members by supply per 1,000 people, shared by all who reach it."""
    rows = _floating(study, question)
    language = question.language
    first = rows[rows["unit"] == rows["unit"].iloc[0]] if len(rows) else rows
    members = first[first["area_code"] != REGION]
    values = members["pooled_mean"].astype(float)
    unit = unit_text(str(first["unit"].iloc[0]) if len(first) else "", language)
    return classed(
        members["area_code"].tolist(), values.tolist(), make_classes(values, "quantile", fixed=(), better="high", count=4),
        unit="", heading=word("co_capacity_legend", language, unit=unit), hint=conditions_line(question), language=language,
    )  # fmt: skip


def side(study: Study, question: Question) -> None:
    """Supply per 1,000 people as bars, or why nobody knows."""
    language = question.language
    service = category_name(question.service, language)
    blocks.title(word("co_capacity_title", language, service=service))
    st.caption(word("separator", language).join([service, either(catalogue.GROUPS[question.group], language)]))
    rows = answers.capacity(study, question.codes, question.service, question.group)
    known = rows[rows["per_1000"].notna()]
    if known.empty:
        blocks.empty(reason_text(rows["reason"].iloc[0] if len(rows) else "", language) or word("no_data", language))
        blocks.note(word("co_capacity_instead", language))
        return
    for unit, part in known.groupby("unit", sort=False):
        _bars(part, str(unit), language)


def below(study: Study, question: Question) -> None:
    """Both tables and what they mean."""
    language = question.language
    lines = method_lines(study, question)
    with guarded(language):
        blocks.title(word("co_capacity_own_title", language))
        frame = own_frame(answers.capacity(study, question.codes, question.service, question.group), language)
        blocks.table(frame, key="cooperate_capacity_table", formats=_formats(frame, language))
        blocks.download(frame, f"capacity_{question.service}", language, lines=lines)
    with guarded(language):
        blocks.title(word("co_floating_title", language))
        frame = floating_frame(_floating(study, question), language)
        blocks.table(frame, key="cooperate_floating_table", formats=_formats(frame, language))
        blocks.download(frame, f"floating_{question.service}", language, lines=lines)
    blocks.note(word("co_capacity_method", language), word("co_floating_method", language), *lines)


def unit_text(unit: str, language: Language) -> str:
    """Unit of a capacity in words; one that no word is known for as it is written."""
    return word(_UNITS[unit], language) if unit in _UNITS else unit


def own_frame(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Capacity of each member and of the region, as shown and saved."""
    return _labelled(
        rows,
        {
            word("co_column_people", language): rows["people"].round(),
            word("co_column_sites", language): rows["sites"],
            word("co_column_sites_known", language): rows["sites_known"],
            word("co_column_capacity", language): rows["capacity"].round(1),
            word("co_column_per_1000", language): rows["per_1000"].round(2),
        },
        language,
    )


def floating_frame(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Supply shared by all within reach, as shown and saved."""
    columns = {word("co_column_people", language): rows["people"].round()}
    for how, head in {
        "alone": "co_column_alone",
        "pooled": "co_column_pooled_mean",
        "all": "co_column_all_mean",
    }.items():
        columns[word(head, language)] = rows[f"{how}_mean"].astype(float).round(2)
    columns[word("co_column_none_alone", language)] = rows["alone_none"].astype(float).round(1)
    columns[word("co_column_none_pooled", language)] = rows["pooled_none"].astype(float).round(1)
    return _labelled(rows, columns, language)


def _labelled(rows: pd.DataFrame, columns: dict[str, pd.Series], language: Language) -> pd.DataFrame:
    is_whole = rows["area_code"] == REGION
    said = rows["reason"].where(rows["reason"].astype(str) != "", rows["remark"])
    frame = pd.DataFrame(
        {
            word("column_code", language): rows["area_code"].where(~is_whole, ""),
            word("column_name", language): rows["area_name"].where(~is_whole, word("co_region", language)),
            word("co_column_unit", language): [unit_text(str(unit), language) for unit in rows["unit"]],
            **columns,
        }
    )
    remarks = [reason_text(text, language) for text in said]
    if any(remarks):
        frame[word("column_reason", language)] = remarks
    return frame.reset_index(drop=True)


def _floating(study: Study, question: Question) -> pd.DataFrame:
    """By capacity where any is known, else by number of facilities."""
    rows = answers.capacity(study, question.codes, question.service, question.group)
    supply = "capacity" if rows["capacity"].notna().any() else SITES
    return answers.floating(
        study, question.codes, question.service, question.mode, question.limit, question.group, supply
    )


def _bars(part: pd.DataFrame, unit: str, language: Language) -> None:
    most = max(float(part["per_1000"].max()), 1e-9)
    order = part.assign(whole=part["area_code"] != REGION).sort_values(["whole", "per_1000"], ascending=[True, False])
    whole = part.loc[part["area_code"] == REGION, "per_1000"]
    members = part[part["area_code"] != REGION].sort_values("per_1000")
    if len(whole) and len(members) > 1:
        low, high = members.iloc[0], members.iloc[-1]
        blocks.finding(
            word("co_capacity_finding", language, unit=unit_text(unit, language), whole=number(float(whole.iloc[0]), language, digits=1),
                 most=str(high["area_name"]), high=number(high["per_1000"], language, digits=1), least=str(low["area_name"]),
                 low=number(low["per_1000"], language, digits=1))
        )  # fmt: skip
    mark = 100 * float(whole.iloc[0]) / most if len(whole) else None
    rows = []
    for row in blocks.records(order):
        is_whole = row["area_code"] == REGION
        name, code = (word("co_region", language), "") if is_whole else (str(row["area_name"]), str(row["area_code"]))
        text = word("co_capacity_bar", language, value=number(row["per_1000"], language, digits=1),
                    total=number(row["capacity"], language), unit=unit_text(unit, language))  # fmt: skip
        rows.append(BarRow(name, code, ((OWN, 100 * row["per_1000"] / most),), text, mark, is_whole))
    key = [
        (OWN, word("co_capacity_key", language, unit=unit_text(unit, language))),
        ("", word("co_capacity_mark", language)),
    ]
    st.html(bars_html(rows, key))


def _formats(frame: pd.DataFrame, language: Language) -> dict[str, str]:
    whole = {
        word(key, language)
        for key in ("co_column_people", "co_column_sites", "co_column_sites_known", "co_column_capacity")
    }
    numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    return {name: "%,.0f" if name in whole else "%,.1f" if "%" in name else "%,.2f" for name in numeric}
