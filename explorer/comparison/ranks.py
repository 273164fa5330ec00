"""Rank of a municipality among all that have a value."""

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
    return every_rank(values, unit, better)[position]


def every_rank(values: npt.ArrayLike, unit: str, better: Better) -> list[Rank | None]:
    """Rank of each municipality, None where it has no value."""
    placed = ranks(values, unit, better)
    places, sharing = np.unique(placed[~np.isnan(placed)], return_counts=True)
    tied = dict(zip(places.tolist(), sharing.tolist(), strict=True))
    count = int(sharing.sum())
    return [
        None if np.isnan(place) else Rank(int(place), count, tied[place], better != "low") for place in placed.tolist()
    ]


def _as_shown(values: npt.ArrayLike, unit: str) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, dtype=float)
    return np.array(
        [round(number, value_digits(unit, number)) if np.isfinite(number) else np.nan for number in numbers]
    )
