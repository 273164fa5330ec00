"""People of every place, now and in the years of the projection, so that all years are of one series.

*Now* is the base year of the projection (将来推計人口, 2020 in the edition of 2024): the people whom it starts with, not those of
the population source, which differ by what the census could not place. So no change appears that is only a difference between two
sources, and the sum over a municipality is that of the projection in every year. Ages of the base year, which the projection does not
hold, are those of the population source at each place, as shares of all its people. Without a projection *now* is the year of the
population source, and there are no other years.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geodata.errors import UnknownCode
from geodata.tables import AGE_GROUPS
from layers.future import NO_AGES, NO_SOURCE, NO_YEAR, NOT_COVERED, YEARS

if TYPE_CHECKING:
    from explorer.regions import Opened

Floats = npt.NDArray[np.float64]
TOTAL = "total"


@dataclass(frozen=True)
class PeopleByYear:
    """People of the places of a workspace by year and age group."""

    opened: Opened

    @cached_property
    def projected(self) -> list[int]:
        """Years of the projection, its base year first; empty without one."""
        found = (re.fullmatch(r"people_(\d{4})_total", name) for name in self.opened.conditions.place_values)
        return sorted(int(match.group(1)) for match in found if match)

    @cached_property
    def now(self) -> int:
        """The base year of the projection, else the year of the population source."""
        return self.projected[0] if self.projected else int(self.opened.workspace.manifest["population_year"] or 0)

    @property
    def known(self) -> list[int]:
        """Years with people."""
        return self.projected or [self.now]

    @property
    def shown(self) -> list[int]:
        """The known years and, without a projection, those that one would have."""
        return self.projected or [self.now, *(year for year in YEARS if year > self.now)]

    @cached_property
    def groups(self) -> list[str]:
        """Age groups of which some year has people, in the order they are shown."""
        names = self.opened.conditions.place_values
        projected = {name.split("_", 2)[2] for name in names if re.fullmatch(r"people_\d{4}_.+", name)}
        return [group for group in AGE_GROUPS if group in projected | set(self.opened.conditions.people)]

    def people(self, year: int, group: str = TOTAL) -> Floats:
        """People per place, (n_places,); NaN where they are not known (:meth:`why_missing` says why)."""
        conditions = self.opened.conditions
        counted = conditions.area_of_place >= 0
        values = conditions.place_values.get(f"people_{year}_{group}")
        if values is not None:
            return np.where(counted, np.asarray(values, dtype=np.float64), 0.0)
        if year != self.now or group not in conditions.people:
            return np.full(len(counted), np.nan)
        today = np.asarray(conditions.people[group], dtype=np.float64)
        if self.projected:
            everybody = np.asarray(conditions.people[TOTAL], dtype=np.float64)
            share = np.divide(today, everybody, out=np.zeros_like(today), where=everybody > 0)
            today = share * self.people(year)
        return np.where(counted, today, 0.0)

    def columns(self, years: list[int], group: str = TOTAL) -> Floats:
        """(n_places, n_years)."""
        return np.stack([self.people(year, group) for year in years], axis=1)

    def why_missing(self, year: int, group: str = TOTAL) -> str:
        """Why people of a year and group are not known where they are not, both languages."""
        if year != self.now and not self.projected:
            return NO_SOURCE
        if year not in self.known:
            return NO_YEAR
        projected = f"people_{year}_{group}" in self.opened.conditions.place_values
        if not projected and (year != self.now or group not in self.opened.conditions.people):
            return NO_AGES
        return NOT_COVERED

    def checked_years(self, years: list[int] | None) -> list[int]:
        """The years asked for, in the order of time; all known ones for None.

        Raises
        ------
        UnknownCode
            A year that is not known; without a projection every year but the present one.
        """
        if years is None:
            return self.known
        unknown = sorted(set(years) - set(self.known))
        if unknown or not years:
            ja, _, en = (NO_YEAR if self.projected else NO_SOURCE).partition(" / ")
            there = ", ".join(map(str, self.known))
            raise UnknownCode(
                f"{'、'.join(map(str, unknown)) or '(なし)'}年: {ja}。ある年: {there} / "
                f"{', '.join(map(str, unknown)) or '(none)'}: {en}. There are: {there}."
            )
        return sorted(set(years))

    def checked_groups(self, groups: list[str]) -> list[str]:
        """The age groups asked for.

        Raises
        ------
        UnknownCode
            A group of which no year has people.
        """
        unknown = [group for group in groups if group not in self.groups]
        if unknown:
            raise UnknownCode(
                f"年齢区分 {'、'.join(unknown)} の人口はこのワークスペースにありません。あるもの: {'、'.join(self.groups)} / "
                f"No such age group here: {', '.join(unknown)}; there are: {', '.join(self.groups)}."
            )
        return list(dict.fromkeys(groups))
