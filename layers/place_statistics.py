"""Mean and median of a value per place over the people who live there.

Percentiles of distances are exact to the last bit (:mod:`layers.counting`); values that come in steps (departures, minutes of
the day) need no more than counting the people at each step.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from layers.conditions import Conditions
from layers.counting.questions import Floats

# Sums of the same people in another order differ in the last bits: an exact half must not move to the next step.
_TOLERANCE = 1e-12


def people_where(conditions: Conditions, chosen: npt.NDArray[np.bool_], group: str) -> Floats:
    """People of a group at some of the places, per area."""
    return conditions.sum_over_areas(np.where(chosen, conditions.people[group], 0.0))


def mean_over_people(conditions: Conditions, values: npt.NDArray[np.floating], group: str) -> Floats:
    """Σ P·value ÷ Σ P over the places with a finite value, per area; NaN where nobody lives at any."""
    known = np.isfinite(values)
    total = people_where(conditions, known, group)
    weighted = np.where(known, values, 0.0).astype(np.float64) * conditions.people[group]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = conditions.sum_over_areas(weighted) / total
    return mean


def median_over_people(
    conditions: Conditions, values: npt.NDArray[np.floating], group: str, *, step: float = 1.0
) -> Floats:
    """The smallest value that half of the people with one have, or less, per area.

    Parameters
    ----------
    conditions
        Places, areas and people.
    values
        (n_places,) not negative, in multiples of `step`; NaN: the people there do not count; infinity: more than all others.
    group
        Age group.
    step
        Distance between two values; the answer is exact to it.

    Returns
    -------
    array
        (n_areas,) infinity where the median person has infinity, NaN where nobody has a value.
    """
    counted = ~np.isnan(values) & (conditions.area_of_place >= 0)
    area, people = conditions.area_of_place[counted], conditions.people[group][counted]
    finite = np.isfinite(values[counted])
    numbers = np.zeros(finite.size, dtype=np.int64)
    numbers[finite] = np.rint(values[counted][finite] / step).astype(np.int64)
    width = int(numbers.max(initial=0)) + 2  # the last column is infinity
    numbers[~finite] = width - 1
    table = np.bincount(area * width + numbers, people, conditions.area_count * width).astype(np.float64)
    running = np.cumsum(table.reshape(conditions.area_count, width), axis=1)
    total = running[:, -1]
    reached = running >= 0.5 * total[:, np.newaxis] * (1 - _TOLERANCE)
    column = reached.argmax(axis=1)
    median = np.where(column == width - 1, np.inf, column * step)
    answer: Floats = np.where(total > 0, median, np.nan)
    return answer
