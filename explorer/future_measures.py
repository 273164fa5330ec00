"""What a map of people to come can show of one year: numbers of people, density, ageing, change; per municipality and per place.

Classes are the same for every year, so that two maps stand on one scale: fixed ones for shares and changes, for amounts round limits
out of all years together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.future_people import changed, share
from explorer.maps.classes import Classes, make_classes
from explorer.people_by_year import TOTAL, PeopleByYear

if TYPE_CHECKING:
    from explorer.future_people import PeopleToCome
    from explorer.maps.colours import Better

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """One thing to show.

    Parameters
    ----------
    id
        Name in addresses.
    unit
        As in the catalogue.
    group
        The age group that it is about; ``""`` where the user chooses one.
    limits
        Inner limits of its classes; none where they follow from the values.
    better
        Which end is good, for the colours.
    """

    id: str
    unit: str
    group: str = ""
    limits: tuple[float, ...] = ()
    better: Better = None

    def group_or(self, chosen: str) -> str:
        """The age group that it is about."""
        return self.group or chosen


PEOPLE, DENSITY, AGEING, OLDEST, CHANGE = "people", "density", "ageing", "ageing_75", "change"
# Limits of the catalogue: ageing_2050, ageing_75_2050 and population_change_2050.
MEASURES: Final[dict[str, Measure]] = {
    each.id: each
    for each in (
        Measure(PEOPLE, "人"),
        Measure(DENSITY, "人/km²"),
        Measure(AGEING, "%", "65_plus", (20.0, 30.0, 40.0, 50.0)),
        Measure(OLDEST, "%", "75_plus", (10.0, 20.0, 30.0, 40.0)),
        Measure(CHANGE, "%", "", (-50.0, -30.0, -15.0, 0.0), "high"),
    )
}
_AT_A_PLACE: Final = (1.0, 5.0, 20.0, 50.0)  # people at a place of about 100 m, as layers/future.py draws them
_AT_A_PLACE_OF_AN_AGE: Final = (1.0, 2.0, 5.0, 20.0)


def measures_of(people: PeopleToCome) -> list[str]:
    """What can be shown: shares only with ages, changes only with a projection."""
    return [
        each.id
        for each in MEASURES.values()
        if (not each.group or each.group in people.groups) and (each.id != CHANGE or people.is_projected)
    ]


def area_values(people: PeopleToCome, measure: Measure, group: str, year: int) -> Floats:
    """The value of every municipality, (n_areas,)."""
    asked = people.of_areas(year, measure.group_or(group))
    if measure.id == DENSITY:
        return np.asarray(asked / np.where(people.area_km2 > 0, people.area_km2, np.nan))
    if measure.id == CHANGE:
        return changed(asked, people.of_areas(people.base, group))
    return share(asked, people.of_areas(year)) if measure.group else asked


def area_classes(people: PeopleToCome, measure: Measure, group: str) -> Classes:
    """Classes of the municipalities, the same in every year."""
    limits = measure.limits
    if not limits:
        every = np.concatenate([area_values(people, measure, group, year) for year in people.years])
        limits = round_limits(every)
    return make_classes((), "fixed", fixed=limits, better=measure.better)


def place_values(by_year: PeopleByYear, measure: Measure, group: str, year: int) -> Floats:
    """The value of every place, (n_places,): people (also for density), shares or changes in percent."""
    asked = by_year.people(year, measure.group_or(group))
    if measure.id == CHANGE:
        return changed(asked, by_year.people(by_year.now, group))
    return share(asked, by_year.people(year)) if measure.group else asked


def place_classes(measure: Measure, group: str) -> Classes:
    """Classes of the places."""
    limits = measure.limits or (_AT_A_PLACE if group == TOTAL else _AT_A_PLACE_OF_AN_AGE)
    return make_classes((), "fixed", fixed=limits, better=measure.better)


def round_limits(values: Floats, count: int = 5) -> tuple[float, ...]:
    """Inner limits 1, 2 or 5 times a power of ten, near the values that cut the others into parts of one size.

    Examples
    --------
    >>> round_limits(np.array([90.0, 400.0, 1900.0, 6000.0, 80000.0]))
    (500.0, 2000.0, 5000.0)
    """
    known = values[np.isfinite(values) & (values > 0)]
    if known.size < 2:
        return ()
    wanted = np.quantile(known, np.arange(1, count) / count)
    found = sorted({_round(float(each)) for each in wanted})
    return tuple(limit for limit in found if known.min() < limit <= known.max())


def _round(value: float) -> float:
    """The nearest of 1, 2, 5 times a power of ten, by ratio."""
    power = 10.0 ** math.floor(math.log10(value))
    return min((power * step for step in (1.0, 2.0, 5.0, 10.0)), key=lambda each: abs(math.log(each / value)))
