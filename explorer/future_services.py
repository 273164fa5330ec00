"""Who will have a service within reach in each year if no facility closes and none opens, and who will not.

Distances are those of today; only the people change. So the numbers of the base year are those of the indicators of reach, as far as
the projection starts with the people of the population source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from explorer.future_people import PeopleToCome
from explorer.people_by_year import PeopleByYear
from explorer.service_limits import check_category, check_limit, check_mode

if TYPE_CHECKING:
    from explorer.regions import Opened

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ReachByYear:
    """People of every municipality within reach of a service.

    Parameters
    ----------
    people
        All people.
    within
        (n_areas, n_years, n_groups), in the order of `people`; NaN where it is not known.
    reason
        (n_areas,) key or text of why nothing can be told, ``""`` where it can.
    """

    people: PeopleToCome
    within: Floats
    reason: npt.NDArray[np.str_]

    def told(self, codes: Sequence[str]) -> list[str]:
        """Those of some municipalities (all for none) that a list of the service covers."""
        rows = self.people.rows(codes)
        return [self.people.codes[row] for row in rows if self.reason[row] == ""]

    def series(self, codes: Sequence[str], group: str) -> Floats:
        """People within reach by year, (n_years,): of those municipalities together."""
        return np.asarray(self.within[self.people.rows(codes), :, self.people.groups.index(group)].sum(axis=0))

    def beyond(self, codes: Sequence[str], group: str) -> Floats:
        """People without any within reach by year, (n_years,)."""
        return np.maximum(self.people.series(codes, group) - self.series(codes, group), 0.0)


def reach_by_year(opened: Opened, people: PeopleToCome, category: str, mode: str, limit: float) -> ReachByYear:
    """People within a limit of the nearest facility of a service, with the facilities and streets of today.

    Parameters
    ----------
    limit
        In what the mode counts in (:meth:`explorer.services.Services.limit_of`): metres or seconds.

    Raises
    ------
    UnknownCode
        There is no such service, or the workspace does not have the mode.
    BadLimit
        The limit is no distance and no time.
    """
    check_category(category)
    check_mode(opened.services(), mode)
    check_limit(limit)
    conditions = opened.conditions
    reason = conditions.why_missing(category, mode)
    within = np.full(people.people.shape, np.nan)
    distance = conditions.distances.get((category, mode))
    if distance is None:
        return ReachByYear(people, within, np.where(reason == "", "no_source", reason))
    near = np.asarray(distance <= limit)  # where no street is near nobody walks: not reached
    by_year = PeopleByYear(opened)
    for at, year in enumerate(people.years):
        for column, group in enumerate(people.groups):
            if not np.isnan(people.people[:, at, column]).all():
                of_places = by_year.people(year, group)
                within[:, at, column] = conditions.sum_over_areas(np.where(near | np.isnan(of_places), of_places, 0.0))
    within[reason != ""] = np.nan
    within.flags.writeable = False
    return ReachByYear(people, within, reason)
