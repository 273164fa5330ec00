"""Change over time: what is known of several years, for municipalities and regions.

Years come from the projection of population and from two censuses (people in the residential guidance area, KPI 21). The people start
at the base year of the projection, so that all years are of one series; the other series start with the present value, which
is of the population source, and say so. Indicators that exist for one year only have no series.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import GROUPS
from layers.future import NOT_COVERED

if TYPE_CHECKING:
    from explorer.comparison.areas import Area
    from explorer.regions import Opened
    from layers.catalogue import Indicator

Floats = npt.NDArray[np.float64]
PEOPLE: Final = "population_future"
PRESENT: Final = "present"  # the year of the population source
EARLIER: Final = "earlier"  # that of the census before
_YEAR: Final = re.compile(r"_(20\d\d)$")
# Family with years → indicators of earlier years that are the same thing, with which year theirs is.
STARTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    PEOPLE: (),
    "ageing_future": (("ageing_65", PRESENT),),
    "ageing_75_future": (("ageing_75", PRESENT),),
    "women_20_39_future": (("women_20_39", PRESENT),),
    "population_change_future": (),
    "zone_residential_share_future": (("zone_residential_share_before", EARLIER), ("zone_residential_share", PRESENT)),
    "zone_residential_density_future": (("zone_residential_density", PRESENT),),
    "squares_below_10": (),
    "squares_empty": (),
}
# Indicators that lead to a series without being part of it.
_LEADS: Final = {"population": PEOPLE, "zone_residential_share_change": "zone_residential_share_future"}


@dataclass(frozen=True, eq=False)
class YearPoint:
    """One year: (n_areas,) values with their reasons; `indicator` is ``""`` for the base year of the projection."""

    year: int
    indicator: str
    value: Floats
    reason: tuple[str, ...]
    is_projected: bool


@dataclass(frozen=True, eq=False)
class YearRow:
    """A series over years.

    Parameters
    ----------
    series
        Family of the indicators.
    indicator
        The one of the last year: its name, unit and limits are those of the series.
    """

    series: str
    indicator: Indicator
    group: str
    unit: str
    points: tuple[YearPoint, ...]

    @property
    def years(self) -> list[int]:
        """In the order of time."""
        return [point.year for point in self.points]

    @property
    def values(self) -> Floats:
        """(n_years, n_areas)."""
        return np.array([point.value for point in self.points])

    @property
    def mixes_sources(self) -> bool:
        """Whether some years are of the census and others of the projection."""
        return len({point.is_projected for point in self.points}) > 1


def year_rows(
    opened: Opened, areas: Sequence[Area], indicators: Sequence[Indicator], group: str
) -> tuple[YearRow, ...]:
    """The series of some indicators, and always the people; only those with values in two years or more."""
    wanted = [PEOPLE, *(name for each in indicators if (name := series_of(each)))]
    rows = [_row(opened, areas, name, group) for name in dict.fromkeys(wanted)]
    return tuple(row for row in rows if row is not None)


def series_of(indicator: Indicator) -> str:
    """The series that an indicator belongs to; ``""`` where it exists for one year only."""
    if indicator.family in STARTS:
        return indicator.family
    if indicator.id in _LEADS:
        return _LEADS[indicator.id]
    return next((name for name, starts in STARTS.items() if indicator.id in {each for each, _ in starts}), "")


def _row(opened: Opened, areas: Sequence[Area], series: str, group: str) -> YearRow | None:
    members = [each for each in opened.catalogue.values() if each.family == series]
    dated = [(year, each) for each in members if (year := _year_of(each.id)) is not None]
    if not dated:
        return None
    groups = dated[-1][1].groups or tuple(GROUPS)
    group = group if group in groups else "total"
    points = _first(opened, areas, series, group)
    points += [_point(opened, areas, each, group, year, is_projected=True) for year, each in dated]
    known = [point for point in points if np.isfinite(point.value).any()]
    if len(known) < 2:
        return None
    return YearRow(series, dated[-1][1], group, dated[-1][1].unit, tuple(sorted(known, key=lambda point: point.year)))


def _first(opened: Opened, areas: Sequence[Area], series: str, group: str) -> list[YearPoint]:
    if series == PEOPLE:
        return _base_year(opened, areas, group)
    found = []
    for name, when in STARTS[series]:
        year = _known_year(opened, when)
        if year and name in opened.catalogue:
            found.append(_point(opened, areas, opened.catalogue[name], group, year, is_projected=False))
    return found


def _point(
    opened: Opened, areas: Sequence[Area], indicator: Indicator, group: str, year: int, *, is_projected: bool
) -> YearPoint:
    from explorer.comparison.measured import values_of

    mode = indicator.modes[0]
    found = values_of(opened, areas, indicator, mode, group)
    return YearPoint(
        year, indicator.id, np.array([row[0] for row in found]), tuple(row[3] for row in found), is_projected
    )


def _base_year(opened: Opened, areas: Sequence[Area], group: str) -> list[YearPoint]:
    """The people with whom the projection starts."""
    from explorer.people_by_year import PeopleByYear

    if "future" not in opened.workspace.manifest["steps"]:
        return []
    people = PeopleByYear(opened)
    if not people.projected or f"people_{people.now}_{group}" not in opened.conditions.place_values:
        return []
    towns = opened.conditions.sum_over_areas(people.people(people.now, group))
    index = {code: row for row, code in enumerate(opened.municipalities["code"].astype(str))}
    value = np.array([sum(float(towns[index[code]]) for code in area.codes) for area in areas])
    reason = tuple("" if np.isfinite(each) else NOT_COVERED for each in value)
    return [YearPoint(people.now, "", value, reason, is_projected=True)]


def _known_year(opened: Opened, when: str) -> int:
    if when == PRESENT:
        return int(opened.workspace.manifest.get("population_year") or 0)
    steps = opened.workspace.manifest.get("steps", {})
    return int(steps.get("zones", {}).get("facts", {}).get("earlier_year") or 0)


def _year_of(indicator_id: str) -> int | None:
    found = _YEAR.search(indicator_id)
    return int(found.group(1)) if found else None
