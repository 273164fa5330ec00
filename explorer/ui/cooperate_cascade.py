"""What if the weakest closes, and again: closures in turn at the people of one year. Run on a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.cooperate_choice import YEAR
from explorer.ui.cooperate_critical import site_name, town_text
from explorer.ui.cooperate_text import method_lines, names_of, reason_text
from explorer.words import Language, number, one_language, value_digits, word
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.cascades import CascadeResult
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

_ASKED: Final = "cooperate_cascade_asked"
_USUAL: Final = 2050  # the year that plans for regions look at
_RECEIVERS: Final = 3  # more would make the row unreadable; the file has all


def show_cascade(study: Study, question: Question, rows: pd.DataFrame) -> None:
    """The choice of a year, the button, and the closures in order.

    Parameters
    ----------
    rows
        Of :func:`explorer.viability.viability` for the region: they tell the threshold.
    """
    language = question.language
    blocks.title(word("co_cascade_title", language))
    if rows.empty:
        blocks.empty(word("co_no_sites_here", language))
        return
    if rows["n50"].isna().all():
        blocks.empty(word("co_cascade_no_threshold", language, why=reason_text(rows["reason"].iloc[0], language)))
        return
    years, projected = answers.cascade_years(study)
    if not projected:
        blocks.empty(word("co_cascade_no_projection", language, year=years[0]))
    options = [str(year) for year in years]
    if st.session_state.get(YEAR) not in options:
        st.session_state[YEAR] = str(_USUAL) if _USUAL in years else options[-1]
    left, right, _ = st.columns([0.22, 0.28, 0.5], gap="small", vertical_alignment="bottom")
    with left:
        year = int(st.selectbox(word("co_cascade_year", language), options, key=YEAR))
    wanted = (question.codes, question.service, question.mode, question.limit, year)
    with right:
        if st.button(word("co_cascade_run", language), key="cooperate_cascade_button", type="primary", width="stretch"):
            st.session_state[_ASKED] = wanted
    if st.session_state.get(_ASKED) != wanted:
        blocks.note(word("co_cascade_begin", language))
        return
    try:
        with st.spinner(word("co_working", language)):
            found = answers.cascade(study, *wanted)
    except Exception:
        st.session_state[_ASKED] = None  # so that the page does not ask again by itself
        raise
    _show(study, question, found, year)


def closure_frame(
    found: CascadeResult, names: dict[str, str], mode: str, language: Language, *, is_saved: bool = False
) -> pd.DataFrame:
    """Closures in order, with where their people move; all receiving facilities where it is saved."""
    rows, called = found.closures, _called(found, names, language)
    # What the engine counts in: metres, else seconds, which are shown as minutes.
    unit, factor = ("m", 1.0) if is_in_metres(mode) else ("分", 1 / 60)
    key = "co_cascade_column_farther_m" if is_in_metres(mode) else "co_cascade_column_farther_min"
    most = None if is_saved else _RECEIVERS
    columns: dict[str, Any] = {
        word("co_cascade_column_step", language): rows["step"],
        word("co_column_site", language): [site_name(row, language) for row in blocks.records(rows)],
        word("co_column_town", language): [town_text(row, language) for row in blocks.records(rows)],
        word("co_cascade_column_people", language): rows["people"].round(),
        word("co_cascade_column_moved", language): rows["people_moved"].round(),
        word(key, language): (rows["extra_distance_mean"] * factor).astype(float).round(value_digits(unit)),
        word("co_cascade_column_beyond", language): rows["people_newly_beyond"].round(),
        word("co_cascade_column_to", language): [_receivers(found, int(step), called, language, most) for step in rows["step"]],
    }  # fmt: skip
    if is_saved:
        columns[word("co_cascade_column_year", language)] = rows["year"]
        columns[word("co_column_id", language)] = rows["site_id"]
        columns[word("co_column_lon", language)] = rows["lon"].round(6)
        columns[word("co_column_lat", language)] = rows["lat"].round(6)
    return pd.DataFrame(columns).reset_index(drop=True)


def totals(found: CascadeResult, codes: tuple[str, ...]) -> dict[str, float]:
    """Closures, the region's facilities before and after, people who move (each time they do), people newly beyond reach."""
    inside = found.sites["municipality_code"].isin(codes)
    return {
        "closed": float(len(found.closures)),
        "before": float(inside.sum()),
        "left": float((inside & found.sites["is_open"]).sum()),
        "moved": float(found.closures["people_moved"].sum()),
        "beyond": float(found.closures["people_newly_beyond"].sum()),
    }


def _show(study: Study, question: Question, found: CascadeResult, year: int) -> None:
    language = question.language
    sums = {name: number(value, language) for name, value in totals(found, question.codes).items()}
    threshold = number(found.threshold, language)
    if found.closures.empty:
        blocks.finding(word("co_cascade_none", language, year=year, n50=threshold))
    else:
        blocks.finding(
            word("co_cascade_finding", language, year=year, n50=threshold, limit=question.limit_text, **sums)
        )
    remarks = [word("co_cascade_border", language, n=number(found.kept_open, language))] if found.kept_open else []
    lines = [
        word("co_cascade_method", language, year=year, n50=threshold, source=one_language(found.source_of_threshold, language)),
        *remarks, *method_lines(study, question),
    ]  # fmt: skip
    if not found.closures.empty:
        frame = closure_frame(found, names_of(study), question.mode, language)
        blocks.table(frame, key="cooperate_cascade_table", formats=_formats(frame))
        saved = closure_frame(found, names_of(study), question.mode, language, is_saved=True)
        blocks.download(saved, f"cascade_{question.service}_{year}", language, lines=lines)
    blocks.note(*lines[: 1 + len(remarks)])


def _called(found: CascadeResult, names: dict[str, str], language: Language) -> dict[str, str]:
    """Facility → its name with its municipality."""
    return {
        str(row["site_id"]): word(
            "co_cascade_site", language, name=site_name(row, language),
            town=names.get(str(row["municipality_code"]), str(row["municipality_name"] or row["municipality_code"])),
        )
        for row in blocks.records(found.sites)
    }  # fmt: skip


def _receivers(found: CascadeResult, step: int, called: dict[str, str], language: Language, most: int | None) -> str:
    """Where the people of one closure move, most first."""
    moves = found.moves[found.moves["step"] == step]
    sums = moves[moves["to_site_id"] != ""].groupby("to_site_id")["people"].sum().round(6)
    ordered = sums.iloc[np.lexsort((sums.index.to_numpy(str), -sums.to_numpy()))]
    ordered = ordered[ordered >= 0.5]
    shown = ordered.head(len(ordered) if most is None else most)
    texts = [f"{called[str(site)]} {number(people, language)}" for site, people in shown.items()]
    if len(ordered) > len(shown):
        texts.append(word("co_cascade_more", language, n=len(ordered) - len(shown)))
    return word("comma", language).join(texts)


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    whole = {str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])}
    return {name: "%,.0f" if (frame[name].dropna() % 1 == 0).all() else "%,.1f" for name in whole}
