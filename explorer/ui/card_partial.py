"""The study area where only some municipalities have a value: how many, and those together where that says something true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from layers.catalogue import Indicator

_ADDED_UP: Final = frozenset({"人", "か所", "世帯"})  # numbers of something: those of several municipalities add up


@dataclass(frozen=True)
class Partial:
    """How many municipalities have a value, of how many, and what they have together (NaN where that cannot be said)."""

    known: int
    count: int
    value: float
    numerator: float
    denominator: float


def partial_of(rows: pd.DataFrame, indicator: Indicator) -> Partial | None:
    """What can be said of the municipalities that have a value; None where none has, or where all have.

    Shares of people (or whatever is counted) are pooled from their numerators and denominators, numbers are added up.
    Medians, times and scores of several municipalities are no sums: of them only the count of municipalities is told.

    Parameters
    ----------
    rows
        As :meth:`explorer.ui.study.Study.values`.
    """
    has_value = np.isfinite(rows["value"].to_numpy(float))
    known = rows[has_value]
    if known.empty or len(known) == len(rows):
        return None
    value = numerator = denominator = np.nan
    if indicator.unit == "%" and _is_share(known):
        numerator, denominator = float(known["numerator"].sum()), float(known["denominator"].sum())
        value = 100 * numerator / denominator if denominator > 0 else np.nan
    elif indicator.unit in _ADDED_UP:
        value = float(known["value"].sum())
    return Partial(len(known), len(rows), value, numerator, denominator)


def _is_share(known: pd.DataFrame) -> bool:
    numerator, denominator = known["numerator"].to_numpy(float), known["denominator"].to_numpy(float)
    if not (np.isfinite(numerator).all() and np.isfinite(denominator).all()):
        return False
    return bool(np.allclose(known["value"].to_numpy(float) * denominator, 100 * numerator, rtol=1e-6, atol=1e-6))
