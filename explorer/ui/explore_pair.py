"""Two maps in one table and one card: both values, and their difference where they measure the same kind of thing."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from explorer.ui.explore_view import View, are_alike
from explorer.words import Language, number, unit_word, value_digits, value_text, word


def difference(first: View, second: View) -> pd.Series[float] | None:
    """Second minus first per municipality, missing where either is; None where they measure different things."""
    if not are_alike(first.choice, second.choice):
        return None
    return second.rows["value"] - first.rows["value"]


def pair_html(first: View, second: View, position: int) -> str:
    """Both values of one municipality as a small table for the card; every text is escaped."""
    language = first.choice.language
    lines = [
        (word("xp_left", language), first.title, float(first.rows["value"].iloc[position]), first.choice.indicator.unit),
        (word("xp_right", language), second.title, float(second.rows["value"].iloc[position]), second.choice.indicator.unit),
    ]  # fmt: skip
    rows = "".join(
        f'<tr><th scope="row">{escape(side)}</th><td class="xp-what">{escape(title)}</td><td>{escape(value_text(value, unit, language))}</td></tr>'
        for side, title, value, unit in lines
    )
    change = difference(first, second)
    if change is not None:
        text = change_text(float(change.iloc[position]), first.choice.indicator.unit, language)
        rows += f'<tr><th scope="row" colspan="2">{escape(word("xp_difference", language))}</th><td>{escape(text)}</td></tr>'
    else:
        rows += f'<tr><td colspan="3" class="card-small">{escape(word("xp_no_difference", language))}</td></tr>'
    return f'<table class="xp-pair">{rows}</table>'


def change_text(value: float, unit: str, language: Language) -> str:
    """A difference with its sign and unit: of shares in percentage points."""
    if not np.isfinite(value):
        return word("no_data", language)
    shown = word("points_unit", language) if unit == "%" else unit_word(unit, language)
    return f"{number(value, language, digits=value_digits(unit, value), sign=True)} {shown}"


def pair_columns(first: View, second: View, *, digits: int) -> dict[str, Any]:
    """Columns of the table for the second map and the difference, by their heads."""
    language, unit = first.choice.language, second.choice.indicator.unit
    own = [value_digits(unit, float(value)) for value in second.rows["value"] if np.isfinite(value)]
    columns: dict[str, Any] = {
        word("xp_column_second", language, unit=unit_word(unit, language)): second.rows["value"].round(
            max(own, default=digits)
        )
    }
    change = difference(first, second)
    if change is not None:
        columns[word("xp_column_difference", language)] = change.round(max([digits, *own]))
    return columns
