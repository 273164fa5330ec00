"""Which line stops where, and how often on an ordinary weekday: what is left of a stop when a line is dropped or thinned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geodata.gtfs import Feed

LINE_COLUMNS: Final = (
    "stop_id",
    "group_id",
    "feed",  # the first part of its stop ids
    "route_id",
    "route_name",  # short and long name
    "operator",
    "departures_weekday",  # of this line from the group of stops; missing = the feed has no calendar
)


def lines_of_stops(
    feeds: Sequence[Feed],
    active: Sequence[NDArray[np.bool_]],
    known: Sequence[bool],
    keys: Sequence[str],
    stop_ids: NDArray[np.object_],
    group_ids: NDArray[np.object_],
) -> pd.DataFrame:
    """Every line at every pole that it serves on whatever day.

    Parameters
    ----------
    feeds
        The feeds.
    active, known, keys
        Per feed: which of its trips run on its day, whether it has a calendar, how its stop ids begin.
    stop_ids, group_ids
        Of every stop of all feeds, one feed after the other.

    Returns
    -------
    DataFrame
        `LINE_COLUMNS`, a row per pole and line. The departures are those from the group of the pole, both directions, a trip
        that calls at several poles counted once: over the lines of a group they add up to its departures.
    """
    parts, first = [_empty()], 0
    for feed, runs_today, is_known, key in zip(feeds, active, known, keys, strict=True):
        count = len(feed.stops)
        here, groups = stop_ids[first : first + count], group_ids[first : first + count]
        first += count
        if not count:
            continue
        chosen = runs_today[feed.trip]
        trip = feed.trip[chosen]
        boardings = pd.DataFrame({"group_id": groups[feed.stop[chosen]], "trip": trip}).drop_duplicates()
        rows = boardings["trip"].to_numpy()
        boardings["route_id"] = feed.trips["route_id"].to_numpy(dtype=object)[rows]
        boardings["runs"] = feed.trips["runs"].to_numpy(dtype=float)[rows]
        runs = boardings.groupby(["group_id", "route_id"])["runs"].sum()
        stop = feed.calls["stop"].to_numpy()
        table = pd.DataFrame(
            {"stop_id": here[stop], "group_id": groups[stop], "feed": key, "route_id": feed.calls["route_id"]}
        )
        routes = feed.trips.drop_duplicates("route_id").set_index("route_id")
        table["route_name"] = table["route_id"].map(routes["route_name"])
        table["operator"] = table["route_id"].map(routes["agency"])
        departures = runs.reindex(pd.MultiIndex.from_frame(table[["group_id", "route_id"]])).fillna(0.0).to_numpy()
        table["departures_weekday"] = departures if is_known else np.nan
        parts.append(table[list(LINE_COLUMNS)])
    lines = pd.concat(parts, ignore_index=True)
    return lines.astype({column: "str" for column in LINE_COLUMNS if column != "departures_weekday"})


def _empty() -> pd.DataFrame:
    texts = {column: pd.Series(dtype="str") for column in LINE_COLUMNS}
    return pd.DataFrame({**texts, "departures_weekday": pd.Series(dtype=float)})
