"""People of every municipality by year and age group, from the base year of the projection to 2070, as one table.

The numbers are those of :class:`explorer.people_by_year.PeopleByYear`, added up per municipality once: a region is the sum of its
members to the last digit, and the years of the projection are those of the indicators ``population_2025`` … ``population_2070``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.people_by_year import TOTAL, PeopleByYear

if TYPE_CHECKING:
    from explorer.regions import Opened

Floats = npt.NDArray[np.float64]
OLDEST: Final = "75_plus"  # whose year of most people plans for care ask for
CAREFUL_FROM: Final = 2055  # from here on the publisher carries the assumptions of 2050 on


@dataclass(frozen=True, eq=False)
class PeopleToCome:
    """People of the municipalities of a study area.

    Parameters
    ----------
    codes, names
        Of the municipalities, (n_areas,).
    years
        Ascending; the first is the base year. Without a projection there is only the year of the population source.
    groups
        Age groups of which some year has people.
    people
        (n_areas, n_years, n_groups); NaN where they are not known.
    area_km2
        (n_areas,).
    is_projected
        Whether there is a projection.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    years: tuple[int, ...]
    groups: tuple[str, ...]
    people: Floats
    area_km2: Floats
    is_projected: bool

    @property
    def base(self) -> int:
        """The year that changes are measured from."""
        return self.years[0]

    def rows(self, codes: Sequence[str]) -> npt.NDArray[np.intp]:
        """Rows of some municipalities; all of them for none."""
        if not codes:
            return np.arange(len(self.codes))
        known = {code: row for row, code in enumerate(self.codes)}
        return np.array([known[code] for code in codes], dtype=np.intp)

    def of_areas(self, year: int, group: str = TOTAL) -> Floats:
        """People per municipality, (n_areas,)."""
        return self.people[:, self.years.index(year), self.groups.index(group)]

    def series(self, codes: Sequence[str], group: str = TOTAL) -> Floats:
        """People of some municipalities together (all for none) by year, (n_years,); NaN where any of them is not known."""
        if group not in self.groups:
            return np.full(len(self.years), np.nan)
        return np.asarray(self.people[self.rows(codes), :, self.groups.index(group)].sum(axis=0))

    def value(self, codes: Sequence[str], year: int, group: str = TOTAL) -> float:
        """People of some municipalities together in one year."""
        return float(self.series(codes, group)[self.years.index(year)])

    def known_groups(self, codes: Sequence[str] = ()) -> list[str]:
        """Age groups of which these municipalities have people in more than one year, or in the only one."""
        least = 2 if len(self.years) > 1 else 1
        return [group for group in self.groups if np.isfinite(self.series(codes, group)).sum() >= least]


def people_to_come(opened: Opened) -> PeopleToCome:
    """Add up the people of every place per municipality, year and age group."""
    by_year = PeopleByYear(opened)
    conditions = opened.conditions
    table = opened.municipalities
    years, groups = tuple(by_year.known), tuple(by_year.groups)
    people = np.full((conditions.area_count, len(years), len(groups)), np.nan)
    for at, year in enumerate(years):
        for column, group in enumerate(groups):
            of_places = by_year.people(year, group)
            if not np.isnan(of_places).all():  # else nobody knows anything, and an empty sum would be 0
                people[:, at, column] = conditions.sum_over_areas(of_places)
    people.flags.writeable = False
    return PeopleToCome(
        tuple(table["code"].astype(str)), tuple(table["name"].astype(str)), years, groups, people,
        table["area_km2"].to_numpy(float), bool(by_year.projected),
    )  # fmt: skip


def changed(values: npt.ArrayLike, base: npt.ArrayLike) -> Floats:
    """Change in percent of a base; NaN where the base is nobody or not known.

    Examples
    --------
    >>> changed([80.0, 5.0], [100.0, 0.0]).tolist()
    [-20.0, nan]
    """
    numbers, start = np.asarray(values, dtype=float), np.asarray(base, dtype=float)
    start = np.where(start > 0, start, np.nan)
    return np.asarray(100.0 * (numbers / start - 1.0))


def share(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """Percent of a whole; NaN where the whole is nobody or not known."""
    return changed(part, whole) + 100.0


def peak_year(years: Sequence[int], people: npt.ArrayLike) -> int | None:
    """The first year with the most people, the first and the last of the series included; None where any year is not known.

    Examples
    --------
    >>> peak_year([2020, 2030, 2040], [10.0, 30.0, 20.0])
    2030
    """
    numbers = np.asarray(people, dtype=float)
    if len(years) < 2 or not np.isfinite(numbers).all():
        return None
    return years[int(np.argmax(np.round(numbers, 3)))]
