"""On which days a timetable runs, and which of them is an ordinary weekday.

Rule: an ordinary weekday is a Tuesday, Wednesday or Thursday with the number of trips that is most common among such
days within 60 days of the wanted day. Holidays are too few to be the most common, so no table of Japanese holidays is
needed; among the days of that kind, those that calendar_dates.txt does not treat apart come first, then the one
nearest to the wanted day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR_DAYS: Final = 60  # a timetable season
_REACH_DAYS: Final = 3660  # feeds that say "until 2099" are looked at for ten years before and after the wanted day
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINARY: Final = (1, 2, 3)  # Tuesday to Thursday


@dataclass(frozen=True)
class ServiceDays:
    """Which service runs on which day.

    Parameters
    ----------
    services
        Identifiers, in the order of the rows of `active`.
    start
        Day of the first column of `active`.
    active
        Boolean, one row per service, one column per day.
    apart
        Boolean per day: calendar_dates.txt changes the weekly pattern on it. All False where there is no weekly
        pattern to change (feeds with calendar_dates.txt only).
    """

    services: pd.Index
    start: date
    active: NDArray[np.bool_]
    apart: NDArray[np.bool_]

    def day(self, position: int) -> date:
        """Day of a column."""
        return self.start + timedelta(days=int(position))

    def position(self, day: date) -> int:
        """Column of a day; it may lie outside."""
        return (day - self.start).days

    @property
    def span(self) -> tuple[date, date] | None:
        """First and last day on which anything runs, None if nothing ever does."""
        running = np.flatnonzero(self.active.any(axis=0))
        return (self.day(running[0]), self.day(running[-1])) if len(running) else None


def service_days(calendar: pd.DataFrame | None, exceptions: pd.DataFrame | None, *, around: date) -> ServiceDays | None:
    """Spread calendar.txt and calendar_dates.txt over days; None if neither says anything.

    Rows with dates that are none are ignored (the caller has counted them in `read_feed`).
    """
    weekly = _weekly(calendar)
    changes = _changes(exceptions)
    edges = [*weekly["start"], *weekly["end"], *changes["day"]]
    if not edges:
        return None
    first = max(min(edges), pd.Timestamp(around) - pd.Timedelta(days=_REACH_DAYS))
    last = min(max(edges), pd.Timestamp(around) + pd.Timedelta(days=_REACH_DAYS))
    if first > last:  # wholly outside the reach: a feed of another decade
        first, last = min(edges), min(max(edges), min(edges) + pd.Timedelta(days=_REACH_DAYS))
    services = pd.Index(pd.unique(pd.concat([weekly["service_id"], changes["service_id"]])))
    count = (last - first).days + 1
    active = np.zeros((len(services), count), dtype=bool)
    weekday = (first.weekday() + np.arange(count)) % 7
    for row, start, end, flags in zip(
        services.get_indexer(weekly["service_id"]),
        (weekly["start"] - first).dt.days.to_numpy(),
        (weekly["end"] - first).dt.days.to_numpy(),
        weekly[list(_WEEKDAYS)].to_numpy(dtype=bool),
        strict=True,
    ):
        window = slice(max(int(start), 0), max(int(end) + 1, 0))
        active[row, window] |= flags[weekday[window]]
    apart = np.zeros(count, dtype=bool)
    columns = (changes["day"] - first).dt.days.to_numpy()
    inside = (columns >= 0) & (columns < count)
    rows = services.get_indexer(changes["service_id"])[inside]
    active[rows, columns[inside]] = changes["added"].to_numpy(dtype=bool)[inside]
    if len(weekly):
        apart[columns[inside]] = True
    return ServiceDays(services, first.date(), active, apart)


def ordinary_weekday(
    days: ServiceDays, trips: NDArray[np.float64], *, wanted: date, within: tuple[date, date] | None = None
) -> date | None:
    """Choose the ordinary weekday of one feed, as near as possible to the wanted day (rule: see the module).

    Parameters
    ----------
    days
        Which service runs on which day.
    trips
        Number of trips of each service (frequency-based trips count as often as they run).
    wanted
        The day to be near to; outside the feed's validity its first or last day takes its place.
    within
        First and last day to choose from; by default those on which anything runs.

    Returns
    -------
    date or None
        None if the feed runs on no day at all. A feed that never runs from Tuesday to Thursday gives another
        weekday, one that runs at weekends only a day of the weekend.
    """
    per_day = trips @ days.active
    validity = within or days.span
    if validity is None:
        return None
    first, last = days.position(validity[0]), days.position(validity[1])
    per_day[: max(first, 0)] = 0
    per_day[max(last + 1, 0) :] = 0
    if not (per_day > 0).any():
        return None
    target = min(max(days.position(wanted), first), last)
    weekday = (days.start.weekday() + np.arange(len(per_day))) % 7
    middle, runs = np.isin(weekday, _ORDINARY), per_day > 0
    for eligible in (runs & middle, runs & (weekday < 5), runs):
        candidates = np.flatnonzero(eligible)
        if len(candidates):
            break
    distance = np.abs(candidates - target)
    near = candidates[distance <= int(distance.min()) + NEAR_DAYS]
    counts, times = np.unique(per_day[near], return_counts=True)
    usual = counts[times == times.max()].max()
    typical = near[per_day[near] == usual]
    plain = typical[~days.apart[typical]]
    typical = plain if len(plain) else typical
    return days.day(typical[np.argmin(np.abs(typical - target))])


def _weekly(calendar: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["service_id", "start", "end", *_WEEKDAYS]
    if calendar is None or calendar.empty:
        empty = pd.DataFrame({column: pd.Series(dtype="object") for column in columns})
        return empty.astype({"start": "datetime64[s]", "end": "datetime64[s]"})
    frame = pd.DataFrame({"service_id": calendar["service_id"]})
    frame["start"], frame["end"] = _dates(calendar["start_date"]), _dates(calendar["end_date"])
    for name in _WEEKDAYS:
        frame[name] = calendar[name].str.strip() == "1" if name in calendar else False
    return frame[frame["start"].notna() & frame["end"].notna() & (frame["start"] <= frame["end"])]


def _changes(exceptions: pd.DataFrame | None) -> pd.DataFrame:
    if exceptions is None or exceptions.empty:
        empty = pd.DataFrame({column: pd.Series(dtype="object") for column in ("service_id", "day", "added")})
        return empty.astype({"day": "datetime64[s]"})
    kind = exceptions["exception_type"].str.strip()
    frame = pd.DataFrame(
        {"service_id": exceptions["service_id"], "day": _dates(exceptions["date"]), "added": kind == "1"}
    )
    return frame[frame["day"].notna() & kind.isin(["1", "2"])]


def _dates(texts: pd.Series) -> pd.Series:
    plain = texts.str.strip().str.replace(r"[-/]", "", regex=True)  # 2019-05-15 is met though GTFS wants 20190515
    return pd.to_datetime(plain, format="%Y%m%d", errors="coerce").astype("datetime64[s]")
