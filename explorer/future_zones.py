"""People inside and outside the zones of location plans (居住誘導区域・都市機能誘導区域) in every year, with the zones of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.future_people import PeopleToCome
from explorer.people_by_year import PeopleByYear
from layers.conditions import from_figures
from layers.zones_and_places import FUNCTION, RESIDENTIAL, in_zone

if TYPE_CHECKING:
    from explorer.regions import Opened

Floats = npt.NDArray[np.float64]
ZONES: Final = (RESIDENTIAL, FUNCTION)


@dataclass(frozen=True, eq=False)
class ZoneByYear:
    """One kind of zone.

    Parameters
    ----------
    inside
        (n_areas, n_years, n_groups) people in the zone; NaN where the zone, or the people, are not known.
    hectares
        (n_areas,) of the zone.
    reason
        (n_areas,) why nothing can be told, ``""`` where it can.
    """

    zone: str
    people: PeopleToCome
    inside: Floats
    hectares: Floats
    reason: npt.NDArray[np.str_]

    def told(self, codes: Sequence[str]) -> list[str]:
        """Those of some municipalities (all for none) whose zones are known."""
        return [self.people.codes[row] for row in self.people.rows(codes) if self.reason[row] == ""]

    def series(self, codes: Sequence[str], group: str) -> Floats:
        """People in the zone by year, (n_years,)."""
        return np.asarray(self.inside[self.people.rows(codes), :, self.people.groups.index(group)].sum(axis=0))

    def density(self, codes: Sequence[str], group: str) -> Floats:
        """People per hectare of the zone by year, (n_years,)."""
        area = float(self.hectares[self.people.rows(codes)].sum())
        return self.series(codes, group) / (area if area > 0 else np.nan)


def zones_by_year(opened: Opened, people: PeopleToCome) -> dict[str, ZoneByYear]:
    """People in each kind of zone, per municipality, year and age group."""
    conditions, by_year = opened.conditions, PeopleByYear(opened)
    found = {}
    for zone in ZONES:
        inside, reason = in_zone(conditions, zone)
        sums = np.full(people.people.shape, np.nan)
        for at, year in enumerate(people.years):
            for column, group in enumerate(people.groups):
                if (reason == "").any() and not np.isnan(people.people[:, at, column]).all():
                    sums[:, at, column] = conditions.sum_over_areas(inside * by_year.people(year, group))
        sums[reason != ""] = np.nan
        sums.flags.writeable = False
        hectares = 100.0 * from_figures(conditions, f"{zone}_km2", missing="no_zones").value
        found[zone] = ZoneByYear(zone, people, sums, hectares, np.asarray(reason))
    return found
