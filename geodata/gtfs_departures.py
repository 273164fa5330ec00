"""Departures of groups of stops on one day, over any number of feeds: how many, the first and the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geodata.gtfs import Feed


def departures_by_group(
    feeds: Sequence[Feed], active: Sequence[NDArray[np.bool_]], groups: NDArray[np.int64]
) -> pd.DataFrame:
    """Count the departures of each group; a trip that calls at several of its poles counts once.

    Parameters
    ----------
    feeds
        The feeds.
    active
        Per feed, which of its trips run on its day.
    groups
        Group number of every stop of all feeds, one feed after the other.

    Returns
    -------
    DataFrame
        Index: group number, only groups with a departure. Columns: departures (both directions together), first and last
        (seconds since midnight of the service day, NaN where no departure of the group has a time).
    """
    parts, first_stop, first_trip = [], 0, 0
    for feed, runs_today in zip(feeds, active, strict=True):
        chosen = runs_today[feed.trip]
        trip, seconds = feed.trip[chosen], feed.seconds[chosen]
        parts.append(
            pd.DataFrame(
                {
                    "group": groups[first_stop + feed.stop[chosen]],
                    "trip": first_trip + trip.astype(np.int64),
                    "runs": feed.trips["runs"].to_numpy(dtype=float)[trip],
                    "first": seconds + feed.trips["first_shift"].to_numpy(dtype=float)[trip],
                    "last": seconds + feed.trips["last_shift"].to_numpy(dtype=float)[trip],
                }
            )
        )
        first_stop += len(feed.stops)
        first_trip += len(feed.trips)
    if not parts:
        return pd.DataFrame({column: pd.Series(dtype=float) for column in ("departures", "first", "last")})
    boardings = pd.concat(parts, ignore_index=True)
    once = boardings.drop_duplicates(["group", "trip"])
    found = boardings.groupby("group").agg({"first": "min", "last": "max"})
    return found.assign(departures=once.groupby("group")["runs"].sum())
