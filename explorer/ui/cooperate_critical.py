"""The facilities whose closure alone would hurt most: a list and numbered places on the map, and whom each would hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from explorer.maps.legend import LegendRow, legend_html
from explorer.maps.place_layer import category_name
from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.cooperate_map import Drawing
from explorer.ui.cooperate_text import conditions_line, method_lines, names_of
from explorer.ui.frame import guarded
from explorer.words import Language, either, number, word
from geodata.kinds import KINDS

if TYPE_CHECKING:
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

SITE: Final = "cooperate_site"
_TABLE: Final = "cooperate_critical_table"
SPOT: Final = "#b91c1c"
_WIDTHS: Final = (42, 100, 86, 170)  # pixels: rank, people of the region, people of elsewhere, name
MARKED: Final = 20  # more numbers would cover each other


def drawing(study: Study, question: Question) -> Drawing:
    """The first facilities of the list, numbered; members by how many of their people the chosen one serves alone."""
    language = question.language
    rows = ranking(study, question)
    chosen = _chosen(rows)
    spots = [_spot(row, question, is_chosen=row["site_id"] == chosen) for row in blocks.records(rows.head(MARKED))]
    if chosen and chosen not in set(rows["site_id"].head(MARKED)):
        spots += [_spot(row, question, is_chosen=True) for row in blocks.records(rows[rows["site_id"] == chosen])]
    legend = legend_html(
        word("co_critical_legend", language, service=category_name(question.service, language)),
        [LegendRow(SPOT, word("co_critical_row", language, n=min(MARKED, len(rows))), is_point=True)],
        note=conditions_line(question),
    )
    labels = {}
    if chosen:
        lost = dict(rows.loc[rows["site_id"] == chosen, "municipalities"].iloc[0])
        labels = {
            code: word("co_critical_label", language, people=number(people, language)) for code, people in lost.items()
        }
    return Drawing(labels=labels, legend=legend, spots=spots)


def side(study: Study, question: Question) -> None:
    """The list; a chosen row is marked on the map, a chosen place on the map in the list."""
    language = question.language
    blocks.title(word("co_critical_title", language, service=category_name(question.service, language)))
    st.caption(conditions_line(question))
    rows = ranking(study, question)
    if rows.empty:
        blocks.empty(word("co_critical_empty", language))
        return
    first = rows.iloc[0]
    if first["people_region"] >= 1:
        counts = {name: number(first[f"people_{name}"], language) for name in ("region", "lost", "lost_elsewhere")}
        name, town = site_name(first, language), town_text(first, language)
        blocks.finding(word("co_critical_finding", language, name=name, town=town, **counts))
    else:
        blocks.finding(word("co_critical_none", language))
    frame = list_frame(rows, language).drop(columns=word("co_column_town", language))  # on the map and below
    _sync(rows)
    widths = dict(zip(frame.columns, _WIDTHS, strict=True))
    blocks.table(frame, key=_TABLE, formats=_formats(frame), widths=widths, on_select=lambda: _row_chosen(rows))
    st.caption(word("co_critical_hint", language))


def below(study: Study, question: Question) -> None:
    """Whom the chosen facility would hurt, the whole list as a file, and what the numbers mean."""
    language = question.language
    rows = ranking(study, question)
    lines = method_lines(study, question)
    with guarded(language):
        chosen = _chosen(rows)
        if chosen:
            _hurt(study, rows[rows["site_id"] == chosen].iloc[0], question)
    if not rows.empty:
        blocks.download(
            whole_frame(rows, names_of(study), language), f"critical_{question.service}", language, lines=lines
        )
    blocks.note(word("co_critical_method", language), *lines)


def ranking(study: Study, question: Question) -> pd.DataFrame:
    """Facilities that stand in the region or that its people would miss, by how many of its people (``people_region``)."""
    rows = answers.critical(study, question.service, question.mode, question.limit, question.group)
    members = set(question.codes)
    region = [sum(people for code, people in lost if code in members) for lost in rows["municipalities"]]
    rows = rows.assign(people_region=region)
    wanted = rows["municipality_code"].isin(members) | (rows["people_region"] > 0)
    rows = rows[wanted].sort_values(["people_region", "rank"], ascending=[False, True], ignore_index=True)
    return rows.assign(rank=rows["people_region"].round(6).rank(method="min", ascending=False).astype(int))


def site_name(row: Any, language: Language) -> str:
    """Name of a facility; its kind where it has none."""
    name = str(row["name"] or "")
    kind = KINDS.get(str(row["kind"]))
    return name or (either((kind.ja, kind.en), language) if kind else word("facility", language))


def town_text(row: Any, language: Language) -> str:
    """Where a facility stands: name and code of the municipality; what is known of the two."""
    name, code = (str(row[column] or "") for column in ("municipality_name", "municipality_code"))
    return word("name_and_code", language, name=name, code=code) if name and code else name or code


def list_frame(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The list as shown beside the map."""
    return pd.DataFrame(
        {
            word("column_rank", language): rows["rank"],
            word("co_column_lost_region", language): rows["people_region"].round(),
            word("co_column_lost_elsewhere", language): rows["people_lost_elsewhere"].round(),
            word("co_column_site", language): [site_name(row, language) for row in blocks.records(rows)],
            word("co_column_town", language): [town_text(row, language) for row in blocks.records(rows)],
        }
    )


def whole_frame(rows: pd.DataFrame, names: dict[str, str], language: Language) -> pd.DataFrame:
    """The list as it is saved, with whom each facility would hurt."""
    frame = list_frame(rows, language)
    frame[word("co_column_lost", language)] = rows["people_lost"].round()
    if rows["people_lost_65_plus"].notna().any():
        frame[word("co_column_lost_65", language)] = rows["people_lost_65_plus"].round()
    frame[word("co_column_id", language)] = rows["site_id"]
    frame[word("co_column_whose", language)] = [
        word("comma", language).join(
            f"{names.get(code, code)} {number(people, language)}" for code, people in lost if people >= 1
        )
        for lost in rows["municipalities"]
    ]
    frame[word("co_column_lon", language)], frame[word("co_column_lat", language)] = (
        rows["lon"].round(6),
        rows["lat"].round(6),
    )
    return frame


def _hurt(study: Study, row: pd.Series, question: Question) -> None:
    """People of every municipality who would lose reach if the chosen facility closed, and what the others have farther."""
    language = question.language
    names = names_of(study)
    blocks.title(word("co_hurt_title", language, name=site_name(row, language), town=town_text(row, language)))
    lost = [(code, people) for code, people in row["municipalities"] if people >= 0.5]
    if lost:
        frame = pd.DataFrame(
            {
                word("column_code", language): [code for code, _ in lost],
                word("column_name", language): [names.get(code, code) for code, _ in lost],
                word("co_column_lost", language): [round(people) for _, people in lost],
                word("co_column_member", language): [
                    word("co_yes" if code in question.codes else "co_no", language) for code, _ in lost
                ],
            }
        )
        blocks.table(frame, key="cooperate_hurt_table", formats=_formats(frame))
    else:
        blocks.empty(word("co_hurt_nobody", language))
    elderly = number(row["people_lost_65_plus"], language)
    st.caption(word("co_hurt_more", language, elderly=elderly, farther=number(row["people_farther"], language),
                    stranded=number(row["people_stranded"], language), limit=question.limit_text))  # fmt: skip
    if row["same_place"] > 0:
        st.caption(word("co_same_place", language, n=number(row["same_place"], language)))


def _spot(row: dict[str, Any], question: Question, *, is_chosen: bool) -> dict[str, Any]:
    language = question.language
    people = word("co_critical_label", language, people=number(row["people_region"], language))
    lines = [f"{row['rank']}. {site_name(row, language)}", str(row["municipality_name"]), people]
    return {
        "id": str(row["site_id"]), "lat": round(float(row["lat"]), 6), "lon": round(float(row["lon"]), 6),
        "sign": str(row["rank"]), "lines": lines, "colour": SPOT, "chosen": is_chosen, "order": int(row["rank"]),
    }  # fmt: skip


def _chosen(rows: pd.DataFrame) -> str | None:
    """The facility chosen on the map or in the list; the first of the list where none is."""
    chosen = st.session_state.get(SITE)
    if chosen in set(rows["site_id"]):
        return str(chosen)
    return str(rows["site_id"].iloc[0]) if len(rows) else None


def _row_chosen(rows: pd.DataFrame) -> None:
    picked = st.session_state[_TABLE]["selection"]["rows"]
    st.session_state[SITE] = str(rows["site_id"].iloc[picked[0]]) if picked and picked[0] < len(rows) else None


def _sync(rows: pd.DataFrame) -> None:
    """Mark the chosen facility's row, whichever way it was chosen."""
    chosen = _chosen(rows)
    wanted = [rows["site_id"].tolist().index(chosen)] if chosen else []
    state = st.session_state.get(_TABLE)
    if state is None or list(state["selection"]["rows"]) != wanted:
        st.session_state[_TABLE] = {"selection": {"rows": wanted, "columns": [], "cells": []}}


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): "%,.0f" for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])}
