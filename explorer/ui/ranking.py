"""Rank of a municipality among all that have a value, and the value of the study area as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.maps.colours import Better
from explorer.words import value_digits


@dataclass(frozen=True)
class Rank:
    """``place`` of ``count`` municipalities; ``tied`` of them share it, itself included."""

    place: int
    count: int
    tied: int
    from_high: bool


def ranks(values: npt.ArrayLike, unit: str, better: Better) -> npt.NDArray[np.float64]:
    """Rank of each value, 1 = best (highest where neither end is good); equal as shown means equal in rank.

    Missing values have no rank (NaN) and are not counted.
    """
    shown = pd.Series(_as_shown(values, unit))
    return np.asarray(shown.rank(method="min", ascending=better == "low"), dtype=np.float64)


def rank_of(values: npt.ArrayLike, position: int, unit: str, better: Better) -> Rank | None:
    """Rank of one municipality, or None where it has no value."""
    placed = ranks(values, unit, better)
    if np.isnan(placed[position]):
        return None
    known = placed[~np.isnan(placed)]
    return Rank(int(placed[position]), known.size, int((known == placed[position]).sum()), better != "low")


def whole_value(rows: pd.DataFrame, unit: str) -> tuple[float, float, float]:
    """Value, numerator and denominator of all municipalities together; NaN where sums do not make the value.

    Shares and densities are the sum of numerators over the sum of denominators, never a mean of municipal values.
    Minutes are statistics over people and cannot be put together from municipal values: NaN.
    """
    known = rows[np.isfinite(rows["value"])]
    numerator = float(known["numerator"].sum()) if len(known) else np.nan
    denominator = float(known["denominator"].sum()) if len(known) else np.nan
    if unit == "人":
        return float(known["value"].sum()) if len(known) else np.nan, numerator, np.nan
    if unit not in {"%", "人/km²"} or not denominator > 0:
        return np.nan, numerator, denominator
    return numerator / denominator * (100.0 if unit == "%" else 1.0), numerator, denominator


def _as_shown(values: npt.ArrayLike, unit: str) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, dtype=float)
    return np.array(
        [round(number, value_digits(unit, number)) if np.isfinite(number) else np.nan for number in numbers]
    )
