"""The values of one indicator as a table: rank n of N with ties, official value beside ours, the gap, reasons. No streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from explorer.comparison.ranks import Rank, every_rank
from explorer.ui.study import Study
from explorer.words import (
    Language,
    either,
    number,
    one_language,
    unit_word,
    value_digits,
    word,
)
from layers import catalogue
from layers.catalogue import Indicator


@dataclass(frozen=True)
class Asked:
    """An indicator in one mode for one age group, and the municipality that is marked (``""`` for none)."""

    indicator: Indicator
    mode: str
    group: str
    area: str
    language: Language

    @property
    def condition(self) -> str:
        """Mode and age group in words."""
        mode = [either(catalogue.MODES[self.mode], self.language)] if self.mode else []
        group = either(catalogue.GROUPS[self.group], self.language)
        return word("separator", self.language).join([*mode, group])

    @property
    def value_head(self) -> str:
        """Head of the column of values, with the unit."""
        return word("column_value", self.language, unit=unit_word(self.indicator.unit, self.language))

    def form_of(self, column: str, rows: pd.DataFrame) -> str:
        """Number format of a column of the table on the screen."""
        whole = {word("column_numerator", self.language), word("column_denominator", self.language)}
        return "%,.0f" if column in whole else column_form(rows, self.indicator.unit)


def column_form(rows: pd.DataFrame, unit: str) -> str:
    """Number format of a column of values."""
    return f"%,.{_digits(rows['value'], unit)}f"


def frame_of(asked: Asked, rows: pd.DataFrame) -> pd.DataFrame:
    """The table as shown and as saved: in the order of the codes, missing values empty with their reason.

    Parameters
    ----------
    rows
        As :meth:`explorer.ui.study.Study.values` gives them.
    """
    language, unit = asked.language, asked.indicator.unit
    digits = _digits(rows["value"], unit)
    ranked = every_rank(rows["value"], unit, asked.indicator.better)
    columns: dict[str, Any] = {
        word("column_code", language): rows["code"],
        word("column_name", language): rows["name"],
        asked.value_head: rows["value"].round(digits),
        word("ip_rank", language): [_rank_text(rank, language) for rank in ranked],
    }
    if rows["official_value"].notna().any():
        columns[word("column_official", language, unit=unit_word(unit, language))] = rows["official_value"].round(
            digits
        )
        columns[word("column_difference", language)] = (rows["value"] - rows["official_value"]).round(digits)
    if _is_share_of_people(asked.indicator, rows):
        columns[word("column_numerator", language)] = rows["numerator"].round()
        columns[word("column_denominator", language)] = rows["denominator"].round()
    if (rows["reason"] != "").any():
        columns[word("column_reason", language)] = [one_language(str(text), language) for text in rows["reason"]]
    return pd.DataFrame(columns)


def why_missing(rows: pd.DataFrame, language: Language) -> list[str]:
    """A sentence for each reason why municipalities have no value, the most frequent first."""
    lacking = rows.loc[~np.isfinite(rows["value"].to_numpy(float)), "reason"].astype(str)
    return [
        word(
            "ip_unknown_why", language, n=number(int(count), language),
            reason=one_language(str(reason), language) or word("reason_unknown", language),
        )
        for reason, count in lacking.value_counts().items()
    ]  # fmt: skip


def lines_of(asked: Asked, rows: pd.DataFrame) -> list[str]:
    """What a reader of the table must know: the indicator, its condition, how the ranks run, what it cannot say."""
    language, indicator = asked.language, asked.indicator
    name = either((indicator.ja, indicator.en), language)
    order = word("rank_from_low" if indicator.better == "low" else "rank_from_high", language)
    limits = either((indicator.limits_ja, indicator.limits_en), language)
    lines = [
        word("separator", language).join((name, asked.condition)),
        word("ip_rank_note", language, order=order),
        limits,
    ]
    return [line for line in lines if line] if len(rows) else []


def official_line(study: Study, asked: Asked, rows: pd.DataFrame) -> str:
    """How far the values are from the official ones, or where there are such values; ``""`` where nobody publishes any."""
    language, indicator = asked.language, asked.indicator
    gaps = (rows["value"] - rows["official_value"]).abs().dropna()
    if len(gaps):
        digits = value_digits(indicator.unit, float(gaps.max()))
        points = word("points_unit", language) if indicator.unit == "%" else unit_word(indicator.unit, language)
        source = next(text for text in rows["official_source"].astype(str) if text)
        return word(
            "ip_official_note", language, source=one_language(source, language),
            gap=f"{number(float(gaps.median()), language, digits=digits)} {points}", n=number(len(gaps), language),
        )  # fmt: skip
    for mode in study.modes(indicator.id):
        group = indicator.official_group
        if study.values(indicator.id, mode, group)["official_value"].notna().any():
            names = either(catalogue.MODES[mode], language), either(catalogue.GROUPS[group], language)
            return word("ip_official_mode", language, mode=names[0], group=names[1])
    return ""


def _is_share_of_people(indicator: Indicator, rows: pd.DataFrame) -> bool:
    """A rate of change is no share, and bus stops are no people."""
    known = rows[np.isfinite(rows["value"]) & np.isfinite(rows["denominator"])]
    is_share = np.isclose(known["value"] * known["denominator"], 100 * known["numerator"], rtol=1e-6)
    return indicator.unit == "%" and indicator.counted == "人" and len(known) > 0 and bool(is_share.all())


def _rank_text(rank: Rank | None, language: Language) -> str:
    if rank is None:
        return ""
    key = "ip_rank_cell_tied" if rank.tied > 1 else "ip_rank_cell"
    numbers = {"n": rank.count, "rank": rank.place, **({"tied": rank.tied} if rank.tied > 1 else {})}
    return word(key, language, **numbers)


def _digits(values: pd.Series[float], unit: str) -> int:
    """Decimals of a column: those of its largest value, and for shares as many as any of them needs."""
    known = values[np.isfinite(values)]
    if known.empty:
        return value_digits(unit, 100.0)
    asked = known if unit in {"%", "ポイント"} else [float(np.abs(known).max())]
    return max(value_digits(unit, float(value)) for value in asked)
