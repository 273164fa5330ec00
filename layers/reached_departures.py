"""What can be boarded within walking reach of each place: departures added up over stops, each stop once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, eq=False)
class StopTimes:
    """Poles and stations, and what leaves the group that each belongs to.

    Parameters
    ----------
    group
        (s,) number of the group.
    limit_m
        (s,) how far people walk to it.
    departures
        (s,) of the group on the day, both directions; NaN: unknown.
    first, last
        (s,) minutes after midnight of the service day; NaN: unknown, or none.
    """

    group: Ints
    limit_m: Floats
    departures: Floats
    first: Floats
    last: Floats

    @classmethod
    def of(cls, stops: pd.DataFrame, limit_m: npt.ArrayLike) -> StopTimes:
        """From a table with :data:`geodata.tables.STOP_COLUMNS`."""
        import pandas as pd

        columns = ("departures_weekday", "first_departure", "last_departure")
        departures, first, last = (stops[name].to_numpy(dtype=float) for name in columns)
        group = pd.factorize(stops["group_id"])[0].astype(np.int64)
        limits = np.asarray(limit_m, dtype=float)
        # A minute begun is not over: a bus at 19:00:30 leaves at 19:00.
        return cls(
            group, limits, departures, np.floor(first / _SECONDS_PER_MINUTE), np.floor(last / _SECONDS_PER_MINUTE)
        )


@dataclass(frozen=True, eq=False)
class Reach:
    """Pairs of a place and a stop within its walking limit: (p,) row of the place, (p,) row of the stop."""

    place: Ints
    stop: Ints

    @classmethod
    def straight(cls, places_xy: Floats, stops_xy: Floats, limit_m: Floats) -> Reach:
        """Pairs within the limit of each stop in a straight line; (n, 2) and (s, 2) metres in one plane."""
        from scipy.spatial import cKDTree

        tree = cKDTree(places_xy)
        near = tree.query_ball_point(stops_xy, limit_m, workers=-1)
        counts = np.array([len(rows) for rows in near], dtype=np.int64)
        place = np.concatenate([np.empty(0, np.int64), *(np.asarray(rows, dtype=np.int64) for rows in near)])
        return cls(place, np.repeat(np.arange(len(stops_xy)), counts))

    @classmethod
    def joined(cls, parts: Sequence[Reach]) -> Reach:
        """Several sets of pairs as one."""
        return cls(np.concatenate([part.place for part in parts]), np.concatenate([part.stop for part in parts]))

    @staticmethod
    def none() -> Reach:
        """No pair."""
        return Reach(np.empty(0, np.int64), np.empty(0, np.int64))

    def within(self, other: Reach, stop_count: int) -> Reach:
        """The pairs that the other holds too."""
        kept = np.isin(self.place * stop_count + self.stop, other.place * stop_count + other.stop)
        return Reach(self.place[kept], self.stop[kept])

    def by_group(self, times: StopTimes) -> Reach:
        """Pairs of place and group instead, each once; `stop` is then any stop of the group."""
        count = int(times.group.max(initial=-1)) + 1
        _, first = np.unique(self.place * count + times.group[self.stop], return_index=True)
        return Reach(self.place[first], self.stop[first])


def reached_departures(
    times: StopTimes, reach: Reach, listed: npt.NDArray[np.bool_]
) -> dict[str, npt.NDArray[np.float32]]:
    """Departures, first and last, of the stops in reach of each place.

    Parameters
    ----------
    times
        The stops.
    reach
        Which stops are in reach of which place.
    listed
        (n_places,) whether the stops around the place are known: with none in reach it has 0 departures, elsewhere NaN.

    Returns
    -------
    dict
        ``departures_300m``: a day, from stops with a timetable; NaN where there are none but unknown ones, or no list.
        ``departures_more``: 1 where a stop or station without a timetable is in reach too, else 0. ``first_departure``
        and ``last_departure``: minutes after midnight of the service day, NaN where nothing is known to leave.
    """
    pairs = reach.by_group(times)
    count = len(listed)
    departures, first, last = (values[pairs.stop] for values in (times.departures, times.first, times.last))
    is_known = ~np.isnan(departures)
    total = np.bincount(pairs.place[is_known], departures[is_known], count).astype(np.float64)
    known = np.bincount(pairs.place[is_known], minlength=count) > 0
    more = np.bincount(pairs.place[~is_known], minlength=count) > 0
    unsure = (total == 0) & (more | (~listed & ~known))
    return {
        "departures_300m": np.where(unsure, np.nan, total).astype(np.float32),
        "departures_more": more.astype(np.float32),
        "first_departure": _extreme(np.fmin, np.inf, pairs.place, first, count),
        "last_departure": _extreme(np.fmax, -np.inf, pairs.place, last, count),
    }


def _extreme(better: np.ufunc, start: float, place: Ints, values: Floats, count: int) -> npt.NDArray[np.float32]:
    best = np.full(count, start)
    better.at(best, place, values)
    return np.where(np.isfinite(best), best, np.nan).astype(np.float32)
