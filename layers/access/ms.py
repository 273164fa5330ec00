"""Whole milliseconds: the unit of time inside the engine.

Whole numbers add up the same in every order, so that every method gives the same answer to the last digit. An int32
spans 24 days; the largest number is kept for "cannot be reached" at a size that two of them still add up without
overflow. Outside the engine times are float64 seconds and "cannot be reached" is infinity.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

INFINITE_MS: Final = 2**30 - 1
LONGEST_MS: Final = 2**29  # six days: nothing on one street takes longer, and what does is a mistake in the input


def to_ms(seconds: npt.ArrayLike, *, what: str = "travel times") -> npt.NDArray[np.int32]:
    """Seconds (infinity: closed) to whole milliseconds, rounded to the nearest.

    Raises
    ------
    ValueError
        A time is negative, not a number, or finite and longer than six days.
    """
    given = np.asarray(seconds, dtype=np.float64)
    finite = np.isfinite(given)
    if np.isnan(given).any() or (given < 0).any():
        raise ValueError(f"{what} must be 0 or more, found {given[~(given >= 0)].flat[0]} seconds.")
    ms = np.where(finite, np.rint(given * 1000.0), INFINITE_MS)
    if (ms[finite] >= LONGEST_MS).any():
        raise ValueError(f"{what} must be shorter than {LONGEST_MS // 1000:,} seconds, found {given[finite].max():,}.")
    return ms.astype(np.int32)


def to_seconds(ms: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Milliseconds to seconds; INFINITE_MS and more become infinity."""
    return np.where(ms >= INFINITE_MS, np.inf, ms / 1000.0)
