"""The table of all municipalities: the same values as the map, sortable, and the keyboard's way to a municipality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.comparison.ranks import ranks
from explorer.ui.choice import Choice
from explorer.ui.explore_pair import pair_columns
from explorer.ui.explore_view import View
from explorer.words import one_language, unit_word, value_digits, word

TABLE_HEIGHT = 330


def show_table(view: View, *, second: View | None = None, on_select: Any) -> None:
    """Draw the table; a chosen row is in ``st.session_state["table"]``. Rows keep the order of the municipalities."""
    rows, choice = view.rows, view.choice
    frame = table_frame(view, second)
    st.dataframe(
        frame,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(frame)),
        key="table",
        on_select=on_select,
        selection_mode="single-row",
        column_config=_column_settings(frame, choice, _digits(rows["value"], choice.indicator.unit)),
        placeholder="",
        alt=word("table_alt", choice.language),
    )


def table_frame(view: View, second: View | None = None) -> pd.DataFrame:
    """The table as shown and as saved: columns named in the chosen language, units in the heads, missing stays empty.

    Parameters
    ----------
    second
        The second map: its values and, where both measure the same kind of thing, the difference stand beside the first one's.
    """
    rows, choice = view.rows, view.choice
    language, unit = choice.language, choice.indicator.unit
    shown = unit_word(unit, language)
    digits = _digits(rows["value"], unit)
    columns: dict[str, Any] = {
        word("column_code", language): rows["code"],
        word("column_name", language): rows["name"],
        word("column_value", language, unit=shown): rows["value"].round(digits),
        **({} if second is None else pair_columns(view, second, digits=digits)),
        word("column_rank", language): pd.Series(ranks(rows["value"], unit, choice.indicator.better)).astype("Int64"),
    }
    if unit == "%":
        numerator, denominator = _counted_heads(choice)
        columns[numerator] = rows["numerator"].round()
        columns[denominator] = rows["denominator"].round()
    if rows["official_value"].notna().any():
        columns[word("column_official", language, unit=shown)] = rows["official_value"].round(digits)
        columns[word("column_difference", language)] = (rows["value"] - rows["official_value"]).round(digits)
    if (rows["reason"] != "").any():
        columns[word("column_reason", language)] = [one_language(str(text), language) for text in rows["reason"]]
    return pd.DataFrame(columns)


def table_csv(view: View, second: View | None = None) -> bytes:
    """The table as CSV that Excel opens with its characters right (UTF-8 with byte order mark).

    A name that starts like a formula is written with an apostrophe in front, so that a spreadsheet shows it as text.
    """
    frame = table_frame(view, second)
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = [inert_text(str(text)) for text in frame[name]]
    text = frame.to_csv(index=False, lineterminator="\r\n")
    if second is not None:  # two columns of values: what each of them is stands below
        language = view.choice.language
        told = (word("xp_left", language), view.title), (word("xp_right", language), second.title)
        text += "\r\n" + "".join(f'"{side}: {title.replace(chr(34), chr(34) * 2)}"\r\n' for side, title in told)
    return text.encode("utf-8-sig")


def inert_text(text: str) -> str:
    """A text that a spreadsheet takes for text, even where it starts like a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _digits(values: pd.Series[float], unit: str) -> int:
    """Decimals of a column: those of its largest value, and for shares as many as any of them needs."""
    known = values[np.isfinite(values)]
    if known.empty:
        return value_digits(unit, 100.0)
    asked = known if unit in {"%", "ポイント"} else [float(np.abs(known).max())]
    return max(value_digits(unit, float(value)) for value in asked)


def _counted_heads(choice: Choice) -> tuple[str, str]:
    """Heads of the columns of what a share was made from: people, or whatever the indicator counts."""
    language, counted = choice.language, choice.indicator.counted
    if counted == "人":
        return word("column_numerator", language), word("column_denominator", language)
    unit = unit_word(counted, language)
    return word("column_counted", language, unit=unit), word("column_out_of", language, unit=unit)


def _column_settings(frame: pd.DataFrame, choice: Choice, digits: int) -> dict[str, Any]:
    numeric = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    whole = {word("column_rank", choice.language), *_counted_heads(choice)}
    settings: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%,.0f" if name in whole or digits == 0 else f"%,.{digits}f")
        for name in numeric
    }
    settings[word("column_code", choice.language)] = st.column_config.TextColumn(width="small")
    return settings
