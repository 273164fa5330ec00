"""Times of a feed: seconds since midnight of the service day, gaps filled, headways spread over their hours.

A service day does not end at midnight: 25:10:00 is ten past one the next morning, and stays the last bus of the day it
belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def seconds_of(times: pd.Series) -> NDArray[np.float64]:
    """Seconds since midnight of the service day; NaN where the text is no time.

    Examples
    --------
    >>> seconds_of(pd.Series(["7:05:00", "25:10:00", ""])).tolist()
    [25500.0, 90600.0, nan]
    """
    codes, texts = pd.factorize(times, use_na_sentinel=False)  # a timetable repeats its few thousand times
    parts = pd.Series(texts, dtype="str").str.strip().str.extract(r"^(\d+):(\d{1,2}):(\d{1,2})$").astype(float)
    values: NDArray[np.float64] = (parts[0] * 3600 + parts[1] * 60 + parts[2]).to_numpy(dtype=float)
    return values[codes]


def departure_seconds(times: pd.DataFrame, rows: NDArray[np.intp], trip: NDArray[np.intp]) -> NDArray[np.float64]:
    """Departure of some rows of stop_times.txt, which stand trip after trip in the order of their stops.

    Where only the arrival is given it is taken. Stops between two timed ones may have neither (GTFS: the times of stops
    that are no time points are estimated): they are spread evenly by the number of stops. NaN where nothing tells.
    """
    seconds = np.full(len(times), np.nan)
    for column in ("arrival_time", "departure_time"):
        if column in times:
            given = seconds_of(times[column])
            seconds = np.where(np.isnan(given), seconds, given)
    return _filled(seconds[rows], trip)


def _filled(seconds: NDArray[np.float64], trip: NDArray[np.intp]) -> NDArray[np.float64]:
    known = ~np.isnan(seconds)
    if known.all() or not known.any():
        return seconds
    row = np.arange(len(seconds))
    before = np.maximum.accumulate(np.where(known, row, -1))
    after = np.minimum.accumulate(np.where(known, row, len(row))[::-1])[::-1]
    gap = ~known & (before >= 0) & (after < len(row))
    gap[gap] &= (trip[before[gap]] == trip[gap]) & (trip[after[gap]] == trip[gap])
    low, high = before[gap], after[gap]
    filled = seconds.copy()
    filled[gap] = seconds[low] + (seconds[high] - seconds[low]) * (row[gap] - low) / (high - low)
    return filled


def headway_runs(
    trips: pd.DataFrame, frequencies: pd.DataFrame | None, start: NDArray[np.float64]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """How often each trip runs, and how much later than written it runs first and last.

    Parameters
    ----------
    trips
        With the column trip_id.
    frequencies
        frequencies.txt as text, if the feed has it: each row runs from its start, end excluded.
    start
        Seconds at which each trip leaves its first stop in stop_times.txt.

    Returns
    -------
    runs, first, last
        Runs (1 for a trip without headways) and two shifts in seconds (0 for such a trip).
    """
    once, none = pd.Series(1.0, index=trips.index), pd.Series(0.0, index=trips.index)
    if frequencies is None or frequencies.empty:
        return once, none, none
    begin, end = seconds_of(frequencies["start_time"]), seconds_of(frequencies["end_time"])
    headway = pd.to_numeric(frequencies["headway_secs"], errors="coerce").astype(float)
    runs = np.ceil((end - begin) / headway.where(headway > 0))
    rows = pd.DataFrame(
        {"trip_id": frequencies["trip_id"], "runs": runs, "first": begin, "last": begin + (runs - 1) * headway}
    )
    by_trip = rows[rows["runs"] > 0].groupby("trip_id").agg({"runs": "sum", "first": "min", "last": "max"})
    found = by_trip.reindex(trips["trip_id"]).set_axis(trips.index)
    repeated = found["runs"].notna()
    return (
        found["runs"].fillna(1.0),
        (found["first"] - start).where(repeated, 0.0),
        (found["last"] - start).where(repeated, 0.0),
    )
