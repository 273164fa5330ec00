"""Whether two engines gave the same answer, and in how few words that can be said."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.access.case import UNREACHED


class Agreement(NamedTuple):
    """Comparison of two arrays of whole milliseconds or of counts.

    Parameters
    ----------
    compared
        How many values were compared.
    different
        How many differ by more than the tolerance, or are reached in one answer only.
    largest
        Largest difference among values reached in both.
    tolerance
        What was allowed.
    """

    compared: int
    different: int
    largest: int
    tolerance: int

    @property
    def is_equal(self) -> bool:
        """Whether something was compared and nothing differs."""
        return self.compared > 0 and self.different == 0

    def __str__(self) -> str:
        """A cell of the table."""
        if self.is_equal:
            return f"{self.compared:,} values equal" + (f" (± {self.tolerance})" if self.tolerance else "")
        return f"DIFFER in {self.different:,} of {self.compared:,}, by up to {self.largest:,}"


def compare(ours: npt.ArrayLike, theirs: npt.ArrayLike, *, tolerance: int = 0) -> Agreement:
    """Compare two answers of the same shape; UNREACHED equals only itself."""
    one, other = np.asarray(ours).astype(np.int64), np.asarray(theirs).astype(np.int64)
    if one.shape != other.shape:
        raise ValueError(f"Answers of different shapes: {one.shape} and {other.shape}.")
    both = (one != UNREACHED) & (other != UNREACHED)
    gap = np.where(both, np.abs(one - other), 0)
    wrong = (gap > tolerance) | ((one == UNREACHED) != (other == UNREACHED))
    return Agreement(one.size, int(wrong.sum()), int(gap.max(initial=0)), tolerance)


def whole_ms(seconds: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Seconds to whole milliseconds; infinite and NaN (no street) to UNREACHED."""
    array = np.asarray(seconds, np.float64)
    reached = np.isfinite(array)
    return np.where(reached, np.rint(np.where(reached, array, 0) * 1000), UNREACHED).astype(np.int32)
