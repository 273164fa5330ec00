"""Will it last: the people of each facility's catchment now and in years to come, and when they become too few."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from explorer.maps.legend import LegendRow, legend_html
from explorer.maps.place_layer import category_name
from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.cooperate_cascade import show_cascade
from explorer.ui.cooperate_critical import site_name, town_text
from explorer.ui.cooperate_map import Dots, Drawing
from explorer.ui.cooperate_text import conditions_line, method_lines, reason_text
from explorer.ui.frame import guarded
from explorer.words import Language, number, word

if TYPE_CHECKING:
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

_YEAR: Final = re.compile(r"^people_(\d{4})$")
# Sooner is darker; who stays above is blue. Distinct in grey print too.
_NOW: Final = "#7f1d1d"
_SOON: Final = "#dc2626"
_LATER: Final = "#f59e0b"
_STAYS: Final = "#1d5fa8"
_UNKNOWN: Final = "#8a939c"
_SOON_UNTIL: Final = 2040


def drawing(study: Study, question: Question) -> Drawing:
    """Facilities coloured by the first year in which their people are too few."""
    language = question.language
    rows = _rows(study, question)
    if rows.empty:
        return Drawing()
    now = years_of(rows)[0]
    looks = [_look(row, now) for row in blocks.records(rows)]
    words = _looks(now, language)
    texts = [_said(row, language) for row in blocks.records(rows)]
    dots = Dots(
        "future", rows["lon"].tolist(), rows["lat"].tolist(), looks, texts,
        {key: {"colour": colour, "radius": 7.0, "label": label} for key, (colour, label) in words.items()},
    )  # fmt: skip
    present = [key for key in words if key in looks]
    legend = legend_html(
        word("co_future_legend", language, service=category_name(question.service, language)),
        [LegendRow(words[key][0], words[key][1], number(looks.count(key), language), is_point=True) for key in present],
        note=conditions_line(question, has_limit=False),
    )
    return Drawing(legend=legend, dots=dots)


def side(study: Study, question: Question) -> None:
    """How many facilities fall below the threshold and when, and the threshold with its source."""
    language = question.language
    service = category_name(question.service, language)
    blocks.title(word("co_future_title", language, service=service))
    st.caption(conditions_line(question, has_limit=False))
    rows = _rows(study, question)
    if rows.empty:
        blocks.empty(word("co_no_sites_here", language))
        return
    years = years_of(rows)
    if rows["n50"].isna().all() or len(years) < 2 or rows[f"people_{years[-1]}"].isna().all():
        why = rows["people_reason"].iloc[0] or rows["reason"].iloc[0]
        blocks.empty(reason_text(why, language))
    else:
        first = places_of(rows)["first_year_below"]
        already = int((first == years[0]).sum())
        later = int(((first > years[0]) & first.notna()).sum())
        blocks.finding(word("co_future_finding", language, places=number(len(first), language), sites=number(len(rows), language), n50=number(rows["n50"].iloc[0], language),
                            already=number(already, language), later=number(later, language), year=years[-1], now=years[0]))  # fmt: skip
    if rows["n50"].notna().any():
        blocks.note(
            word("co_future_threshold", language, n50=number(rows["n50"].iloc[0], language), n80=number(rows["n80"].iloc[0], language),
                 source=reason_text(rows["source_of_threshold"].iloc[0], language))
        )  # fmt: skip
    _totals(rows, years, language)


def below(study: Study, question: Question) -> None:
    """Every facility with the people of its catchment by year, and what would close in turn."""
    language = question.language
    rows = _rows(study, question)
    lines = method_lines(study, question, has_limit=False)
    if not rows.empty:
        with guarded(language):
            blocks.title(word("co_future_table", language))
            frame = viability_frame(rows, language)
            years = set(_year_heads(rows, language))
            formats = {
                name: "%,.0f" if name in years else "%.0f"
                for name in map(str, frame.columns)
                if pd.api.types.is_numeric_dtype(frame[name])
            }
            blocks.table(frame, key="cooperate_future_table", formats=formats)
            blocks.download(frame, f"viability_{question.service}", language, lines=lines)
    blocks.note(word("co_future_method", language, metres=f"{answers.TOGETHER_M:g}"), *lines)
    with guarded(language):
        show_cascade(study, question, rows)


def viability_frame(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The table as shown and saved: the facility that falls below first on top."""
    now = years_of(rows)[-1]
    ordered = rows.sort_values(["first_year_below", f"people_{now}", "site_id"], na_position="last")
    columns: dict[str, Any] = {
        word("co_column_site", language): [site_name(row, language) for row in blocks.records(ordered)],
        word("co_column_town", language): [town_text(row, language) for row in blocks.records(ordered)],
        word("co_column_first_year", language): ordered["first_year_below"].astype("Int64"),
        word("co_column_together", language, metres=f"{answers.TOGETHER_M:g}"): ordered["facilities_together"],
    }
    for year, head in zip(years_of(rows), _year_heads(rows, language), strict=True):
        columns[head] = ordered[f"people_{year}"].round()
    said = [
        word("separator", language).join(
            filter(
                None,
                [
                    word("co_future_border", language) if row["at_border"] else "",
                    reason_text(row["people_reason"] or row["reason"], language),
                ],
            )
        )
        for row in blocks.records(ordered)
    ]
    if any(said):
        columns[word("column_reason", language)] = pd.Series(said, index=ordered.index)
    return pd.DataFrame(columns).reset_index(drop=True)


def places_of(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per place: facilities side by side have the same people, which count once."""
    return rows.drop_duplicates("location")


def years_of(rows: pd.DataFrame) -> list[int]:
    """Years of which the table has people, ascending."""
    return sorted(int(found.group(1)) for name in rows.columns if (found := _YEAR.match(str(name))))


def _year_heads(rows: pd.DataFrame, language: Language) -> list[str]:
    return [word("co_column_year", language, year=year) for year in years_of(rows)]


def _rows(study: Study, question: Question) -> pd.DataFrame:
    return answers.viability(study, question.service, question.mode, question.codes)


def _totals(rows: pd.DataFrame, years: list[int], language: Language) -> None:
    """People of all catchments together, year by year, as a small table."""
    rows = places_of(rows)
    sums = rows[[f"people_{year}" for year in years]].sum(min_count=1)
    years = [year for year in years if pd.notna(sums[f"people_{year}"])]
    sums = sums.dropna()
    frame = pd.DataFrame(
        {
            word("co_column_of_year", language): [str(year) for year in years],
            word("co_column_catchments", language): sums.round().to_numpy(),
            word("co_column_below", language): [int((rows["first_year_below"] <= year).sum()) for year in years],
        }
    )
    if rows["n50"].isna().all():
        frame = frame.drop(columns=word("co_column_below", language))
    formats = {str(name): "%,.0f" for name in frame.columns[1:]}
    blocks.table(frame, key="cooperate_totals_table", formats=formats)


def _look(row: dict[str, Any], now: int) -> str:
    first = row["first_year_below"]
    if pd.isna(row["n50"]) or pd.isna(row[f"people_{now}"]):
        return "unknown"
    if pd.isna(first):
        last = max(int(found.group(1)) for name in row if (found := _YEAR.match(name)))
        return "unknown" if pd.isna(row[f"people_{last}"]) else "stays"
    return "now" if int(first) <= now else "soon" if int(first) <= _SOON_UNTIL else "later"


def _looks(now: int, language: Language) -> dict[str, tuple[str, str]]:
    return {
        "now": (_NOW, word("co_future_now", language, year=now)),
        "soon": (_SOON, word("co_future_soon", language, year=_SOON_UNTIL)),
        "later": (_LATER, word("co_future_later", language, year=_SOON_UNTIL)),
        "stays": (_STAYS, word("co_future_stays", language)),
        "unknown": (_UNKNOWN, word("co_future_unknown", language)),
    }


def _said(row: dict[str, Any], language: Language) -> str:
    years = sorted(int(found.group(1)) for name in row if (found := _YEAR.match(name)))
    people = number(row[f"people_{years[0]}"], language)
    last = number(row[f"people_{years[-1]}"], language)
    return word("co_future_tip", language, name=site_name(row, language), town=town_text(row, language), people=people,
                year=years[0], last=last, end=years[-1])  # fmt: skip
