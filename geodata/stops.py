"""Stops with their departures on an ordinary weekday, from any number of GTFS feeds, stop lists and station lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import compress
from typing import TYPE_CHECKING, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import SourceError
from geodata.gtfs import Feed, read_feed
from geodata.gtfs_calendar import ServiceDays, ordinary_weekday, service_days
from geodata.gtfs_departures import departures_by_group
from geodata.gtfs_editions import Validity, without_copies, without_old_editions
from geodata.gtfs_lines import lines_of_stops
from geodata.gtfs_routes import route_lines
from geodata.stop_groups import STOP_REACH_M, group_stops, joined, near_pairs, normalised_name, normalised_station
from geodata.tables import CRS, STOP_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geodata.archive import RawFile
    from geodata.notes import Notes

GTFS_GROUP: Final = "gtfs:"  # how the ids of groups of timetable stops begin
SAME_STOP_M: Final = 300.0  # a P11 point and a GTFS stop of one name within this distance are the same stop
FEED_COLUMNS: Final = (
    "file",
    "agency",
    "first_date",  # ISO dates, missing for a feed without calendar
    "last_date",
    "day",  # the chosen ordinary weekday
    "trips",  # on that day
    "stops",
    "expired",
)


class Timetables(NamedTuple):
    """What the feeds tell: stops (`STOP_COLUMNS`), feeds (`FEED_COLUMNS`), lines by stop (`LINE_COLUMNS`), and where they run."""

    stops: gpd.GeoDataFrame
    feeds: pd.DataFrame
    lines: pd.DataFrame
    routes: gpd.GeoDataFrame


def read_stops_gtfs(
    raws: Sequence[RawFile], *, notes: Notes, day: date | None = None, today: date | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The stops and the feeds of :func:`read_timetables`."""
    return read_timetables(raws, notes=notes, day=day, today=today)[:2]


def read_timetables(
    raws: Sequence[RawFile], *, notes: Notes, day: date | None = None, today: date | None = None
) -> Timetables:
    """Read many feeds at once and count the departures of each group of stops.

    Departures are boardings on the feed's chosen day, both directions together; a trip counts once per group, its
    last stop is not a departure, and frequency-based trips count as often as they run. Every feed has its own day
    (see :mod:`geodata.gtfs_calendar`), so that feeds whose validities do not overlap can be used side by side.

    Parameters
    ----------
    raws
        One zip per feed. Of copies and of several editions of one feed, one is used and the others are named.
    notes
        Receives feeds that cannot be read (the others are used), expired feeds with their dates, feeds without a
        calendar, and what was wrong in each.
    day
        A wanted day. Feeds valid on it use exactly this day, the others their own ordinary weekday nearest to it.
        By default every feed takes its ordinary weekday nearest to today or, if no feed is valid today, nearest to
        the last day on which most feeds are.
    today
        The current day if not given.

    Returns
    -------
    stops : GeoDataFrame
        `STOP_COLUMNS`, one row per pole; `source` is the label of the file. `departures_weekday` is that of the
        group and is missing if every feed that serves the group has no calendar. The first and the last departure are
        missing where no bus leaves on the day, or where the feed gives no times.
    feeds : DataFrame
        `FEED_COLUMNS`, one row per feed.
    lines : DataFrame
        :data:`geodata.gtfs_lines.LINE_COLUMNS`, one row per pole and line.
    routes : GeoDataFrame
        :data:`geodata.gtfs_routes.ROUTE_COLUMNS`, one row per bus line.
    """
    today = today or datetime.now().astimezone().date()
    feeds = without_copies([feed for raw in raws if (feed := _read(raw, notes)) is not None], notes)
    calendars = [service_days(feed.calendar, feed.exceptions, around=day or today) for feed in feeds]
    validities = [_validity(feed, days) for feed, days in zip(feeds, calendars, strict=True)]
    near = day or _common_day(validities, today)
    used = without_old_editions(feeds, validities, notes, near=near)
    feeds, calendars = list(compress(feeds, used)), list(compress(calendars, used))
    timetables = [
        _timetable(feed, days, notes, wanted=day, near=near, today=today)
        for feed, days in zip(feeds, calendars, strict=True)
    ]
    _note_expired(timetables, notes)
    keys = _keys(feeds)
    stops, parents = _stack(feeds, keys)
    rows = pd.DataFrame([timetable.row for timetable in timetables], columns=list(FEED_COLUMNS))
    if len(stops) == 0:
        nothing = lines_of_stops([], [], [], [], *[np.empty(0, dtype=object)] * 2)
        return Timetables(empty_stops(), rows, nothing, route_lines([], [], [], []))
    groups = group_stops(stops, parents=parents)
    known = np.repeat([timetable.known for timetable in timetables], [len(feed.stops) for feed in feeds])
    departures = departures_by_group(feeds, [timetable.active for timetable in timetables], groups.to_numpy())
    frequency_known = groups.map(pd.Series(known).groupby(groups.to_numpy()).any()).to_numpy(dtype=bool)
    stops["departures_weekday"] = groups.map(departures["departures"]).fillna(0.0).where(frequency_known)
    for column in ("first", "last"):
        stops[f"{column}_departure"] = groups.map(departures[column]).astype(float)
    stops["group_id"] = GTFS_GROUP + groups.astype("str")
    ids = (stops[name].to_numpy(dtype=object) for name in ("stop_id", "group_id"))
    active, has_calendar = [item.active for item in timetables], [item.known for item in timetables]
    lines = lines_of_stops(feeds, active, has_calendar, keys, *ids)
    return Timetables(stops[list(STOP_COLUMNS)], rows, lines, route_lines(feeds, active, has_calendar, keys))


def merge_stops(tables: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put stops of several sources together, best source first, so that no stop is there twice.

    A stop of a later table is left out if an earlier table has one of the same mode and name within 300 m. The rest
    is grouped anew within its own table only: groups of earlier tables stay as they are.
    """
    kept: list[gpd.GeoDataFrame] = []
    for table in tables:
        if len(table) == 0:
            continue
        fresh = table if not kept else table[~_known_before(kept, table)]
        kept.append(fresh)
    if not kept:
        return empty_stops()
    merged = pd.concat(kept, ignore_index=True)
    return gpd.GeoDataFrame(merged, geometry="geometry", crs=CRS)[list(STOP_COLUMNS)]


def group_points(stops: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per group: the pole nearest to the middle of the group, operators joined."""
    lon, lat = stops.geometry.x, stops.geometry.y
    middle = pd.DataFrame({"lon": lon, "lat": lat}).groupby(stops["group_id"]).transform("mean")
    off = np.hypot((lon - middle["lon"]) * np.cos(np.radians(lat)), lat - middle["lat"])
    order = off.sort_values(kind="stable").index
    nearest = stops.loc[order].drop_duplicates("group_id").sort_index()
    operators = stops.groupby("group_id")["operator"].agg(joined)
    return nearest.assign(operator=nearest["group_id"].map(operators)).reset_index(drop=True)


def empty_stops() -> gpd.GeoDataFrame:
    """Return a table of stops without rows."""
    texts = {column: pd.Series(dtype="str") for column in STOP_COLUMNS if column != "geometry"}
    texts |= {column: pd.Series(dtype=float) for column in ("departures_weekday", "first_departure", "last_departure")}
    return gpd.GeoDataFrame(texts, geometry=gpd.GeoSeries([], crs=CRS), crs=CRS)[list(STOP_COLUMNS)]


def _read(raw: RawFile, notes: Notes) -> Feed | None:
    """Read a feed; one that cannot be read is named and does not stop the others."""
    try:
        return read_feed(raw, notes=notes)
    except SourceError as error:
        notes.warn_of(error, raw.label)
        return None


@dataclass(frozen=True)
class _Timetable:
    """What one feed does on its chosen day: which trips run, and its row of the feeds table."""

    row: dict[str, object]
    active: NDArray[np.bool_]
    known: bool  # False where the feed has no calendar


def _timetable(
    feed: Feed, days: ServiceDays | None, notes: Notes, *, wanted: date | None, near: date, today: date
) -> _Timetable:
    row: dict[str, object] = {"file": feed.label, "agency": "・".join(feed.agencies), "stops": len(feed.stops)}
    active = np.zeros(len(feed.trips), dtype=bool)
    validity = _validity(feed, days)
    if days is None or validity is None:
        notes.warn(
            feed.label,
            "運行日（calendar.txt・calendar_dates.txt）がないため、本数は不明として停留所だけを使います。",
            "No service days (calendar.txt, calendar_dates.txt): its stops are used, their frequency is unknown.",
        )
        return _Timetable(row | {"trips": np.nan, "expired": False}, active, known=False)
    service = days.services.get_indexer(pd.Index(feed.trips["service_id"]))
    _note_unknown_services(feed, service, notes)
    runs = feed.trips["runs"].to_numpy(dtype=float)
    chosen = wanted if wanted is not None and validity[0] <= wanted <= validity[1] else None
    if chosen is None:
        per_service = np.bincount(service[service >= 0], runs[service >= 0], len(days.services)).astype(float)
        chosen = ordinary_weekday(days, per_service, wanted=near, within=validity)
    position = days.position(chosen) if chosen is not None else -1
    if 0 <= position < days.active.shape[1]:
        active[service >= 0] = days.active[service[service >= 0], position]
    row |= {
        "first_date": validity[0].isoformat(),
        "last_date": validity[1].isoformat(),
        "day": chosen.isoformat() if chosen is not None else None,
        "trips": float(runs[active].sum()),
        "expired": validity[1] < today,
    }
    if chosen is None:
        notes.warn(feed.label, "どの日にも走る便がありません。", "No trip runs on any day.")
    elif not row["trips"]:
        notes.warn(feed.label, f"{row['day']} に走る便がありません。", f"No trip runs on {row['day']}.")
    return _Timetable(row, active, known=True)


def _validity(feed: Feed, days: ServiceDays | None) -> Validity:
    """First and last day on which anything runs, within what feed_info.txt declares unless that leaves nothing."""
    span = days.span if days is not None else None
    if span is None:
        return None
    first, last = span
    declared_first, declared_last = feed.declared
    if declared_first is not None:
        first = max(first, declared_first.date())
    if declared_last is not None:
        last = min(last, declared_last.date())
    return (first, last) if first <= last else span


def _common_day(validities: Sequence[Validity], today: date) -> date:
    """Today if any feed is valid today, else the last day on which most feeds are: one season for all of them."""
    known = [validity for validity in validities if validity is not None]
    if not known or any(first <= today <= last for first, last in known):
        return today
    return max((last for _, last in known), key=lambda day: (sum(first <= day <= last for first, last in known), day))


def _note_expired(timetables: Sequence[_Timetable], notes: Notes) -> None:
    """Name every feed whose validity is over, with its dates, in one note: there may be dozens."""
    rows = [timetable.row for timetable in timetables if timetable.row["expired"]]
    if not rows:
        return
    named = "、".join(f"{row['file']}（{row['first_date']}～{row['last_date']}、使う日 {row['day']}）" for row in rows)
    dates = ", ".join(f"{row['file']} ({row['first_date']} to {row['last_date']}, day {row['day']})" for row in rows)
    notes.warn(
        "",
        f"有効期間の過ぎた時刻表 {len(rows)} 件は、期間内の平日の便を使います（日は --day で選べます）: {named}。",
        f"{len(rows)} timetables are past their validity; an ordinary weekday inside it is used (--day chooses): {dates}.",
    )


def _note_unknown_services(feed: Feed, service: NDArray[np.intp], notes: Notes) -> None:
    unknown = int((service < 0).sum())
    if unknown:
        notes.warn(
            feed.label,
            f"trips.txt: 運行日の分からない service_id の {unknown:,} 便は数えません。",
            f"trips.txt: {unknown:,} trips have a service_id that no calendar knows; they are not counted.",
        )


def _keys(feeds: Sequence[Feed]) -> list[str]:
    """How the stop ids of each feed begin: the name of its file, made unique."""
    keys: list[str] = []
    for feed in feeds:
        key = feed.raw.name.rsplit(".", 1)[0]
        while key in keys:
            key += "+"
        keys.append(key)
    return keys


def _stack(feeds: Sequence[Feed], keys: Sequence[str]) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """All stops below each other with unique identifiers, and their parent stations."""
    parts, parents = [], []
    for feed, key in zip(feeds, keys, strict=True):
        mode, operator = _modes_and_operators(feed)
        parts.append(
            pd.DataFrame(
                {
                    "stop_id": key + ":" + feed.stops["stop_id"],
                    "name": feed.stops["name"],
                    "mode": mode,
                    "operator": operator,
                    "source": feed.label,
                    "lon": feed.stops["lon"],
                    "lat": feed.stops["lat"],
                }
            )
        )
        parents.append((key + ":" + feed.stops["parent"]).where(feed.stops["parent"] != "", ""))
    if not parts:
        return empty_stops(), pd.Series(dtype="str")
    table = pd.concat(parts, ignore_index=True)
    points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
    texts = dict.fromkeys(("stop_id", "name", "mode", "operator", "source"), "str")
    return gpd.GeoDataFrame(table.astype(texts), geometry=points, crs=CRS), pd.concat(parents, ignore_index=True)


def _modes_and_operators(feed: Feed) -> tuple[pd.Series, pd.Series]:
    """Mode of each stop (that of most of its boardings) and the operators that board there."""
    index = feed.stops.index
    first = feed.agencies[0] if feed.agencies else ""
    modes, agencies = feed.trips["mode"], feed.trips["agency"]
    mode = pd.Series(modes.iloc[0] if len(modes) else "bus", index=index)
    operator = pd.Series(first, index=index)
    if len(modes.unique()) > 1:
        counts = pd.crosstab(feed.stop, modes.to_numpy()[feed.trip])
        mode = counts.idxmax(axis=1).reindex(index).fillna(mode)
    if len(agencies.unique()) > 1:
        pairs = pd.DataFrame({"stop": feed.stop, "agency": agencies.to_numpy()[feed.trip]}).drop_duplicates()
        operator = pairs.groupby("stop")["agency"].agg(joined).reindex(index).fillna(first)
    return mode, operator


def _known_before(kept: Sequence[gpd.GeoDataFrame], table: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Which stops of a table an earlier table has already."""
    before = pd.concat([frame[["name", "mode", "geometry"]] for frame in kept], ignore_index=True)
    both = pd.concat([before, table[["name", "mode", "geometry"]]], ignore_index=True)
    rail = both["mode"].isin(["rail", "tram"])  # a list of stations does not say which of them are tram stops
    names = both["name"].map(normalised_station).where(rail, both["name"].map(normalised_name))
    points = both["geometry"].to_numpy()
    keys = (both["mode"].mask(rail, "rail") + "|" + names).mask(
        both["name"] == "", "#" + both.index.astype(str).to_series()
    )
    pairs = near_pairs(shapely.get_x(points), shapely.get_y(points), keys, reach_m=SAME_STOP_M)
    across = pairs[(pairs.min(axis=1) < len(before)) & (pairs.max(axis=1) >= len(before))]
    known = np.zeros(len(table), dtype=bool)
    known[across.max(axis=1) - len(before)] = True
    return known


__all__ = [
    "FEED_COLUMNS",
    "GTFS_GROUP",
    "SAME_STOP_M",
    "STOP_REACH_M",
    "empty_stops",
    "group_points",
    "group_stops",
    "merge_stops",
    "read_stops_gtfs",
]
