"""Classes of a choropleth: fixed policy thresholds by default; quantiles, equal steps or natural breaks by choice.

Fixed classes are the default because only they let two maps be compared. Limits worked out from the values are rounded
before anything is sorted into them, so that the legend says exactly what was drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from explorer.maps.colours import Better, class_colours

Scheme = Literal["fixed", "quantile", "equal", "natural"]
SCHEMES: Final[tuple[Scheme, ...]] = ("fixed", "quantile", "equal", "natural")
DEFAULT_COUNT: Final = 5
NO_CLASS: Final = -1


@dataclass(frozen=True)
class Classes:
    """Inner limits and colours, lowest class first.

    Parameters
    ----------
    limits
        Ascending inner limits, in the unit of the values; one fewer than the colours.
    colours
        ``#rrggbb`` per class.
    closed
        Which class a value on a limit belongs to: ``left`` the upper ("80 % or more"), ``right`` the lower ("up to
        10 minutes", as in every rule that says *within*).
    """

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    closed: Literal["left", "right"] = "left"

    def of(self, values: npt.ArrayLike) -> npt.NDArray[np.int16]:
        """Class number of each value, 0 for the lowest; -1 where the value is missing."""
        numbers = np.asarray(values, dtype=float)
        side: Literal["left", "right"] = "right" if self.closed == "left" else "left"
        found = np.searchsorted(np.asarray(self.limits, dtype=float), numbers, side=side).astype(np.int16)
        found[np.isnan(numbers)] = NO_CLASS
        return found

    def counts(self, values: npt.ArrayLike) -> tuple[list[int], int]:
        """How many values fall into each class, and how many are missing."""
        found = self.of(values)
        counted = np.bincount(found[found >= 0], minlength=len(self.colours))
        return [int(count) for count in counted], int((found < 0).sum())


def make_classes(
    values: npt.ArrayLike, scheme: Scheme, *, fixed: tuple[float, ...], better: Better, count: int = DEFAULT_COUNT
) -> Classes:
    """Classes for the values of one indicator.

    Parameters
    ----------
    values
        One per municipality, NaN where there is none.
    scheme
        How limits are found. ``natural`` is Fisher and Jenks's exact optimum.
    fixed
        Inner limits of the ``fixed`` scheme, from the catalogue.
    better
        Which end is good for the people; sets the colours, and ``low`` (times, distances) closes classes at the top.
    count
        Number of classes of the other schemes; fewer come out where fewer distinct values exist.
    """
    limits = fixed if scheme == "fixed" and fixed else _limits(np.asarray(values, dtype=float), scheme, count)
    colours = class_colours(len(limits) + 1, better)
    return Classes(tuple(limits), colours, "right" if better == "low" else "left")


def _limits(values: npt.NDArray[np.float64], scheme: Scheme, count: int) -> tuple[float, ...]:
    known = values[np.isfinite(values)]
    distinct = np.unique(known)
    count = min(count, distinct.size)
    if count < 2:
        return ()
    # Distinct values only where repeats would leave a class empty (many municipalities at 0 or 100 %).
    sample = known if distinct.size == known.size else distinct
    rounded = {rounded_limit(float(limit), float(np.ptp(known))) for limit in _breaks(sample, scheme, count)}
    return tuple(sorted(limit for limit in rounded if distinct[0] < limit <= distinct[-1]))


def _breaks(sample: npt.NDArray[np.float64], scheme: Scheme, count: int) -> npt.NDArray[np.float64]:
    """Inner limits before rounding. Where the catalogue names none for an indicator, its fixed classes are quantiles."""
    if scheme == "natural":
        import mapclassify  # compiles for 3 s at import: only for who asks for natural breaks

        return np.asarray(mapclassify.FisherJenks(sample, k=count).bins[:-1], dtype=np.float64)
    if scheme == "equal":
        return np.linspace(sample.min(), sample.max(), count + 1)[1:-1]
    return np.percentile(sample, np.linspace(0, 100, count + 1)[1:-1])


def rounded_limit(limit: float, spread: float) -> float:
    """A limit with as many digits as a legend can bear: about a hundredth of the spread of the values."""
    if spread <= 0:
        return limit
    digits = 2 - math.ceil(math.log10(spread))
    return round(limit, digits) if digits > 0 else float(round(limit, digits))
