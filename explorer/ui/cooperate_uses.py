"""Who uses whose facilities: flows on the map, where each member's people go, the whole matrix as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.maps.flows import LABELLED, Flow, flow_arguments
from explorer.maps.legend import LegendRow, legend_html
from explorer.maps.place_layer import category_name
from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.bars import BarRow, bars_html
from explorer.ui.cooperate_map import FLOW, FLOW_OUT, Drawing
from explorer.ui.cooperate_text import conditions_line, method_lines, names_of, reason_text
from explorer.ui.frame import guarded
from explorer.words import Language, number, value_text, word

if TYPE_CHECKING:
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

OUTSIDE: Final = "outside"
NONE: Final = "none"
REGION: Final = "region"
OWN: Final = "#1d5fa8"
OTHERS: Final = "#f59e0b"
BEYOND: Final = "#8b5cf6"
NOTHING: Final = "#9aa5b1"
_MOST_FLOWS: Final = 60  # thinner ones are hair on the map; the table has them all


def drawing(study: Study, question: Question) -> Drawing:
    """The flows between municipalities; the pointer on a member tells how many of its people use another's."""
    language = question.language
    parts = _parts(_rows(study, question))
    labels = {
        code: word("co_uses_label", language, share=value_text(away, "%", language))
        for code, away in zip(parts["code"], parts["away"], strict=True)
    }
    named = answers.uses_by_name(study, question.codes, question.service, question.mode, question.group)
    flows = _flows(study, named, set(question.codes), language)
    if not flows:
        return Drawing(labels=labels)
    most = max(flow.people for flow in flows)
    lines = [LegendRow(FLOW, word("co_flow_row", language, people=number(most, language)))]
    if any(flow.colour == FLOW_OUT for flow in flows):
        lines.append(LegendRow(FLOW_OUT, word("co_flow_row_out", language)))
    legend = legend_html(word("co_flow_legend", language), lines, note=word("co_flow_note", language, n=LABELLED))
    return Drawing(labels=labels, legend=legend, flows=flow_arguments(flows))


def side(study: Study, question: Question) -> None:
    """Where the region's people go, in a sentence and in bars."""
    language, service = question.language, category_name(question.service, question.language)
    rows = _rows(study, question)
    parts = _parts(rows)
    blocks.title(word("co_uses_title", language, service=service))
    st.caption(conditions_line(question, has_limit=False))
    people = parts["people"].sum()
    if not people > 0:
        blocks.empty(
            reason_text(rows["reason"].iloc[0] if "reason" in rows and len(rows) else "", language)
            or word("co_nobody", language)
        )
        return
    shares = {
        name: 100 * parts[name].sum() / people
        for name in ("own_people", "others_people", "outside_people", "none_people")
    }
    texts = {name: value_text(share, "%", language) for name, share in shares.items()}
    blocks.finding(word("co_uses_finding", language, own=texts["own_people"], others=texts["others_people"],
                        outside=texts["outside_people"], none=texts["none_people"]))  # fmt: skip
    bars = [_bar(row, language) for row in blocks.records(parts.sort_values("away", ascending=False))]
    key = [(OWN, word("co_uses_own", language)), (OTHERS, word("co_uses_others", language)),
           (BEYOND, word("co_uses_outside", language)), (NOTHING, word("co_uses_none", language))]  # fmt: skip
    st.html(bars_html(bars, key))
    st.caption(word("co_uses_bar_note", language))


def below(study: Study, question: Question) -> None:
    """The matrix, what each member would lose at a closed border, and what the numbers mean."""
    language = question.language
    lines = method_lines(study, question, has_limit=False)
    with guarded(language):
        rows = _rows(study, question)
        blocks.title(word("co_matrix_title", language))
        frame = matrix_frame(rows, names_of(study), language)
        blocks.table(frame, key="cooperate_matrix_table", formats=_formats(frame, word("co_column_people", language)))
        blocks.download(long_frame(rows, names_of(study), language), f"uses_{question.service}", language, lines=lines)
    with guarded(language):
        _borders(study, question, lines)
    blocks.note(word("co_uses_method", language), *lines)


def matrix_frame(rows: pd.DataFrame, names: dict[str, str], language: Language) -> pd.DataFrame:
    """A row per municipality whose people go, a column per municipality where to; per cent of the people of the row."""
    targets = rows.groupby("to_code")["people"].sum()
    inside = sorted(
        (str(code) for code in targets.index if code not in {OUTSIDE, NONE}), key=lambda code: -targets[code]
    )
    wide = rows.pivot_table(index="from_code", columns="to_code", values="share", aggfunc="first", dropna=False)
    people = rows.groupby("from_code")["people"].sum(min_count=1)
    named = dict(zip(rows["from_code"], rows["from_name"], strict=True))
    named |= dict(zip(rows["to_code"], rows["to_name"], strict=True))
    columns: dict[str, pd.Series] = {
        word("column_code", language): pd.Series(wide.index, index=wide.index).astype(str),
        word("co_column_from", language): pd.Series({code: str(named[code]) for code in wide.index}),
        word("co_column_people", language): people.round(),
    }
    for code in [*inside, OUTSIDE, NONE]:
        head = _target(code, names.get(code, str(named.get(code, code))), language)
        if code in inside:
            head = word("name_and_code", language, name=head, code=code)
        columns[head] = wide[code].round(1) if code in wide.columns else pd.Series(np.nan, index=wide.index)
    said = (
        rows.drop_duplicates("from_code").set_index("from_code")["reason"].map(lambda text: reason_text(text, language))
    )
    if (said != "").any():
        columns[word("column_reason", language)] = said
    return pd.DataFrame(columns).reset_index(drop=True)


def long_frame(rows: pd.DataFrame, names: dict[str, str], language: Language) -> pd.DataFrame:
    """The matrix as a list, as it is saved: one row per pair, with people."""
    return pd.DataFrame(
        {
            word("co_column_from_code", language): rows["from_code"],
            word("co_column_from", language): rows["from_name"],
            word("co_column_to_code", language): rows["to_code"].where(~rows["to_code"].isin([OUTSIDE, NONE]), ""),
            word("co_column_to", language): [
                _target(str(code), str(names.get(code, name)), language)
                for code, name in zip(rows["to_code"], rows["to_name"], strict=True)
            ],
            word("co_column_people", language): rows["people"].round(1),
            word("co_column_share", language): rows["share"].round(2),
        }
    )


def _rows(study: Study, question: Question) -> pd.DataFrame:
    return answers.uses(study, question.codes, question.service, question.mode, question.group)


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Per member: people, and those who use their own, other members', outside facilities and none; ``away`` in %."""
    to = rows["to_code"].astype(str)
    kind = np.select(
        [to == rows["from_code"].astype(str), to == OUTSIDE, to == NONE], ["own", "outside", "none"], "others"
    )
    sums = rows.assign(kind=kind).pivot_table(
        index=["from_code", "from_name"], columns="kind", values="people", aggfunc="sum"
    )
    sums = sums.reindex(columns=["own", "others", "outside", "none"]).fillna(0.0)
    found = sums.add_suffix("_people").reset_index().rename(columns={"from_code": "code", "from_name": "name"})
    found["people"] = sums.sum(axis=1).to_numpy()
    reached = found["others_people"] + found["outside_people"]
    found["away"] = 100 * reached / found["people"].where(found["people"] > 0)
    return found


def _bar(row: dict[str, Any], language: Language) -> BarRow:
    people = float(row["people"])
    numbers = [float(row[name]) for name in ("own_people", "others_people", "outside_people", "none_people")]
    shares = [100 * number_ / people if people > 0 else 0.0 for number_ in numbers]
    parts = tuple(zip((OWN, OTHERS, BEYOND, NOTHING), shares, strict=True))
    return BarRow(str(row["name"]), str(row["code"]), parts, value_text(float(row["away"]), "%", language))


def _flows(study: Study, rows: pd.DataFrame, members: set[str], language: Language) -> list[Flow]:
    """Flows between municipalities that are on the map, at least one person each, the largest first."""
    centres = study.centres[["lon", "lat"]].dropna()
    where = {str(code): (float(lon), float(lat)) for code, lon, lat in centres.itertuples()}
    names = names_of(study)
    between = rows[rows["from_code"].isin(where) & rows["to_code"].isin(where) & (rows["from_code"] != rows["to_code"])]
    largest = between[between["people"] >= 1].nlargest(_MOST_FLOWS, "people")
    return [_flow(row, where, names, members, language) for row in blocks.records(largest)]


def _flow(
    row: dict[str, Any],
    where: dict[str, tuple[float, float]],
    names: dict[str, str],
    members: set[str],
    language: Language,
) -> Flow:
    start, end = str(row["from_code"]), str(row["to_code"])
    people, share = number(row["people"], language), number(row["share"], language, digits=1)
    text = word("co_flow_text", language, start=names[start], end=names[end])
    count = word("co_flow_people", language, people=people, share=share)
    label = word("co_flow_label", language, start=names[start], end=names[end], people=people)
    return Flow(
        where[start], where[end], float(row["people"]), (text, count), label, FLOW if end in members else FLOW_OUT
    )


def _target(code: str, name: str, language: Language) -> str:
    return word({OUTSIDE: "co_uses_outside", NONE: "co_uses_none"}[code], language) if code in {OUTSIDE, NONE} else name


def _formats(frame: pd.DataFrame, people: str) -> dict[str, str]:
    return {
        str(name): "%,.0f" if name == people else "%,.1f"
        for name in frame.columns
        if pd.api.types.is_numeric_dtype(frame[name])
    }


def _borders(study: Study, question: Question, lines: list[str]) -> None:
    language = question.language
    blocks.title(word("co_border_title", language))
    rows = answers.border_dependence(study, question.codes, question.service, question.mode, question.group)
    is_whole = rows["area_code"] == REGION
    ordered = pd.concat([rows[is_whole], rows[~is_whole].sort_values("outside", ascending=False)])
    is_whole = ordered["area_code"] == REGION
    frame = pd.DataFrame(
        {
            word("column_code", language): ordered["area_code"].where(~is_whole, ""),
            word("column_name", language): ordered["area_name"].where(~is_whole, word("co_region", language)),
            word("co_column_people", language): ordered["people"].round(),
            word("co_column_outside_own", language): ordered["outside"].round(1),
            word("co_column_to_members", language): ordered["members"].round(1),
            word("co_column_to_outside", language): ordered["outside_region"].round(1),
            word("co_column_to_none", language): ordered["none"].round(1),
            word("co_column_outside_people", language): ordered["outside_people"].round(),
        }
    )
    said = ordered["reason"].where(ordered["reason"].astype(str) != "", ordered["remark"])
    remarks = [reason_text(text, language) for text in said]
    if any(remarks):
        frame[word("column_reason", language)] = remarks
    whole = {word("co_column_people", language), word("co_column_outside_people", language)}
    numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    frame = frame.reset_index(drop=True)
    blocks.table(
        frame, key="cooperate_border_table", formats={name: "%,.0f" if name in whole else "%,.1f" for name in numeric}
    )
    blocks.download(frame, f"border_{question.service}", language, lines=lines)
