"""What a layer computes from: places with their people, distances to services, and which area each place belongs to.

An *area* is a municipality or a whole region; the same functions serve both, since every place belongs to exactly one
area and people are only ever added up over places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AreaValues:
    """An indicator's result for each area.

    Parameters
    ----------
    value
        (n_areas,) in the indicator's unit; NaN where there is none.
    numerator, denominator
        (n_areas,) people (or km²) that the value was made from; NaN where that makes no sense.
    reason
        (n_areas,) why the value is missing, ``""`` where it is not: a key of :data:`REASONS`.
    """

    value: Floats
    numerator: Floats
    denominator: Floats
    reason: npt.NDArray[np.str_]


REASONS: dict[str, tuple[str, str]] = {
    "no_people": ("人口がない", "nobody lives here"),
    "no_source": ("資料がない（施設・停留所の一覧が取り込まれていない）", "no source has been read for this service"),
    "not_surveyed": ("この市区町村を含む一覧がない", "no list covers this municipality"),
    "no_streets": ("道路データがない", "no street data"),
    "no_group": ("この年齢区分の人口資料がない", "the population source has no such age group"),
    "unreachable": ("半数以上の人が到達できない", "half of the people or more cannot reach any"),
    "unreachable_for_tenth": ("1割以上の人が到達できない", "a tenth of the people or more cannot reach any"),
    "unreachable_for_all": ("到達できる人がいない", "nobody can reach any"),
    "frequency_unknown": ("運行本数の資料がない", "no timetable: the number of departures is unknown"),
}

_LOCATED_AS = {"stop30": "stop"}  # where a list says where stops are and no timetable how often buses come


@dataclass(frozen=True)
class Conditions:
    """Places of a study area, ready to be counted.

    Parameters
    ----------
    area_of_place
        (n_places,) index of the area that each place belongs to; -1 = not counted.
    area_km2
        (n_areas,) land area.
    people
        Age group → (n_places,) people.
    distances
        ``(category, mode)`` → (n_places,) metres, or seconds by car; inf = unreachable, NaN = no street near.
    surveyed
        Category → (n_areas,) whether a list covers the area; a category that is missing has no source at all.
    has_streets
        Whether street distances could be computed.
    """

    area_of_place: npt.NDArray[np.int64]
    area_km2: Floats
    people: Mapping[str, Floats]
    distances: Mapping[tuple[str, str], npt.NDArray[np.float32]]
    surveyed: Mapping[str, npt.NDArray[np.bool_]]
    has_streets: bool = True
    _totals: dict[str, Floats] = field(default_factory=dict, compare=False, repr=False)
    _orders: dict[tuple[str, str], npt.NDArray[np.int64]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def area_count(self) -> int:
        """Number of areas."""
        return len(self.area_km2)

    def sum_over_areas(self, values: Floats) -> Floats:
        """Sum of a value per place over each area, (n_areas,)."""
        counted = self.area_of_place >= 0
        if not counted.all():
            return np.bincount(self.area_of_place[counted], values[counted], self.area_count).astype(np.float64)
        return np.bincount(self.area_of_place, values, self.area_count).astype(np.float64)

    def total(self, group: str) -> Floats:
        """People of an age group per area, (n_areas,)."""
        if group not in self._totals:
            self._totals[group] = self.sum_over_areas(self.people[group])
        return self._totals[group]

    def nearest_first(self, category: str, mode: str) -> npt.NDArray[np.int64]:
        """Places that count, by area and then by distance; worked out once for all age groups and percentiles."""
        if (category, mode) not in self._orders:
            distance = self.distances[category, mode]
            order = np.lexsort((np.where(np.isnan(distance), np.inf, distance), self.area_of_place))
            self._orders[category, mode] = order[self.area_of_place[order] >= 0]
        return self._orders[category, mode]

    def why_missing(self, category: str, mode: str) -> npt.NDArray[np.str_]:
        """Reason per area why a distance to this category cannot be told, ``""`` where it can."""
        surveyed = self.surveyed.get(category)
        located = self.surveyed.get(_LOCATED_AS.get(category, ""), np.zeros(self.area_count, dtype=bool))
        if surveyed is None:
            return np.where(located, "frequency_unknown", "no_source")
        if mode != "straight" and not self.has_streets:
            return np.full(self.area_count, "no_streets")
        return np.where(surveyed, "", np.where(located, "frequency_unknown", "not_surveyed"))


def share_of_people(
    conditions: Conditions, reached: npt.NDArray[np.bool_], group: str, reason: npt.NDArray[np.str_]
) -> AreaValues:
    """Percentage of an age group that lives at places for which `reached` holds.

    A place without a street near counts as not reached: nobody walks from it within the distance.
    """
    people = conditions.people.get(group)
    if people is None:
        return nothing(np.full(conditions.area_count, "no_group"))
    total = conditions.total(group)
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    numerator = np.where(reason == "", conditions.sum_over_areas(np.where(reached, people, 0.0)), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / total
    return AreaValues(value, numerator, np.where(reason == "", total, np.nan), reason)


def nothing(reason: npt.NDArray[np.str_]) -> AreaValues:
    """No value in any area, each with its reason."""
    empty = np.full(len(reason), np.nan)
    return AreaValues(empty, empty.copy(), empty.copy(), reason)
