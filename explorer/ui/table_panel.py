"""The table of all municipalities: the same values as the map, sortable, and the keyboard's way to a municipality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.ui.choice import Choice
from explorer.ui.ranking import ranks
from explorer.words import one_language, unit_word, value_digits, word

TABLE_HEIGHT = 330


def show_table(rows: pd.DataFrame, choice: Choice, *, on_select: Any) -> None:
    """Draw the table; a chosen row is in ``st.session_state["table"]``. Rows keep the order of the municipalities."""
    frame = table_frame(rows, choice)
    st.dataframe(
        frame,
        hide_index=True,
        height=min(TABLE_HEIGHT, 38 + 35 * len(frame)),
        key="table",
        on_select=on_select,
        selection_mode="single-row",
        column_config=_column_settings(frame, choice),
        placeholder="",
        alt=word("table_alt", choice.language),
    )


def table_frame(rows: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The table as shown and as saved: columns named in the chosen language, units in the heads, missing stays empty."""
    language, unit = choice.language, choice.indicator.unit
    shown = unit_word(unit, language)
    digits = value_digits(unit, float(np.nanmax(np.abs(rows["value"]))) if rows["value"].notna().any() else 0.0)
    columns: dict[str, Any] = {
        word("column_code", language): rows["code"],
        word("column_name", language): rows["name"],
        word("column_value", language, unit=shown): rows["value"].round(digits),
        word("column_rank", language): pd.Series(ranks(rows["value"], unit, choice.indicator.better)).astype("Int64"),
    }
    if unit == "%":
        columns[word("column_numerator", language)] = rows["numerator"].round()
        columns[word("column_denominator", language)] = rows["denominator"].round()
    if rows["official_value"].notna().any():
        columns[word("column_official", language, unit=shown)] = rows["official_value"].round(digits)
        columns[word("column_difference", language)] = (rows["value"] - rows["official_value"]).round(digits)
    if (rows["reason"] != "").any():
        columns[word("column_reason", language)] = [one_language(str(text), language) for text in rows["reason"]]
    return pd.DataFrame(columns)


def table_csv(rows: pd.DataFrame, choice: Choice) -> bytes:
    """The table as CSV that Excel opens with its characters right (UTF-8 with byte order mark).

    A name that starts like a formula is written with an apostrophe in front, so that a spreadsheet shows it as text.
    """
    frame = table_frame(rows, choice)
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = [_inert(str(text)) for text in frame[name]]
    return frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _inert(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _column_settings(frame: pd.DataFrame, choice: Choice) -> dict[str, Any]:
    numeric = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    whole = {word(key, choice.language) for key in ("column_rank", "column_numerator", "column_denominator")}
    digits = value_digits(choice.indicator.unit, 100.0)
    settings: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%,d" if name in whole or digits == 0 else f"%,.{digits}f")
        for name in numeric
    }
    settings[word("column_code", choice.language)] = st.column_config.TextColumn(width="small")
    return settings
