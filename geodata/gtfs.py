"""One GTFS or GTFS-JP feed: read what departures need, count what is wrong in it.

Only six tables and few of their columns are read. Numbers that a planner may doubt are noted with the file: stops
without a position, rows given twice, services that no calendar knows.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.archive import decode, open_zip, stored_name
from geodata.errors import MissingColumn, UnreadableFile
from geodata.estat_grid import listed
from geodata.gtfs_routes import hops_of_trips, shape_points
from geodata.gtfs_times import departure_seconds, headway_runs
from geodata.vector import in_japan

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geodata.archive import RawFile
    from geodata.notes import Notes

# GTFS reference, routes.txt route_type; below, the hundreds of the extended types.
_MODES: Final = {
    0: "tram",
    1: "rail",
    2: "rail",
    3: "bus",
    4: "ferry",
    5: "tram",
    6: "ropeway",
    7: "rail",  # funicular, 鋼索鉄道
    11: "bus",
    12: "rail",
    715: "demand",
}
_EXTENDED_MODES: Final = {1: "rail", 2: "bus", 4: "rail", 7: "bus", 8: "bus", 9: "tram", 10: "ferry", 12: "ferry"}
_EXTENDED_MODES_MORE: Final = {13: "ropeway", 14: "rail", 15: "demand"}
_NO_PICKUP: Final = "1"


@dataclass(frozen=True)
class Feed:
    """What departures need of one feed; positions refer to the rows of `stops` and `trips`.

    Parameters
    ----------
    raw
        The zip.
    agencies
        Names of the operators.
    stops
        stop_id, name, lat, lon (degrees, missing positions taken from the parent station), parent (stop_id or "").
        Only places where people board (location_type 0).
    trips
        route_id, route_name, service_id, shape_id (where the feed has it), agency (name), mode, runs (1, or the departures
        that frequencies.txt gives), and first_shift and last_shift: seconds by which the first and the last of these runs
        are later than written.
    trip, stop
        One entry per boarding: trip and stop; the last stop of a trip and stops without pick-up are not among them.
    seconds
        Per boarding: departure as written, seconds since midnight of the service day; NaN where unknown.
    served
        Per stop: whether any trip of the feed stops there, on whatever day.
    calls
        route_id and stop (row of `stops`): which route stops where on any day, the last stop of a trip too; each pair once.
    hops
        route_id, start and end (rows of `stops`): stops that follow one another on trips without a shape, each pair once.
    shape_points
        shape_id, lon, lat: the points of shapes.txt in order.
    calendar, exceptions
        calendar.txt and calendar_dates.txt as text, None where the feed has none.
    declared
        First and last day by feed_info.txt, None where not stated.
    """

    raw: RawFile
    agencies: tuple[str, ...]
    stops: pd.DataFrame
    trips: pd.DataFrame
    trip: NDArray[np.int32]
    stop: NDArray[np.int32]
    seconds: NDArray[np.float64]
    served: NDArray[np.bool_]
    calls: pd.DataFrame
    hops: pd.DataFrame
    shape_points: pd.DataFrame
    calendar: pd.DataFrame | None
    exceptions: pd.DataFrame | None
    declared: tuple[pd.Timestamp | None, pd.Timestamp | None]
    fingerprint: tuple[int, ...]

    @property
    def label(self) -> str:
        """How messages name the feed."""
        return self.raw.label


def read_feed(raw: RawFile, *, notes: Notes) -> Feed:
    """Read one feed.

    Parameters
    ----------
    raw
        The zip of the feed; its tables may lie in one folder inside.
    notes
        Receives what was left out, with counts.

    Raises
    ------
    UnreadableFile
        Not a zip, truncated, or without stops.txt, trips.txt or stop_times.txt.
    MissingColumn
        A column that GTFS prescribes is not there.
    """
    with open_zip(raw) as archive:
        members = _members(archive, raw)
        stops = _stops(
            _table(archive, members, "stops", raw, ("stop_id", "stop_name", "stop_lat", "stop_lon")), raw, notes
        )
        routes = _optional(archive, members, "routes", raw, ("route_id",))
        agency = _optional(archive, members, "agency", raw, ("agency_name",))
        trips = _trips(_table(archive, members, "trips", raw, ("trip_id", "service_id", "route_id")), routes, agency)
        times = _table(archive, members, "stop_times", raw, ("trip_id", "stop_id", "stop_sequence"))
        frequencies = _optional(
            archive, members, "frequencies", raw, ("trip_id", "start_time", "end_time", "headway_secs")
        )
        calendar = _optional(archive, members, "calendar", raw, ("service_id", "start_date", "end_date"))
        exceptions = _optional(archive, members, "calendar_dates", raw, ("service_id", "date", "exception_type"))
        info = _optional(archive, members, "feed_info", raw, ())
        points = shape_points(_drawings(archive, members, raw))
        crcs = [members[name].CRC for name in ("stops", "trips", "stop_times") if name in members]
    shape = trips["shape_id"] if "shape_id" in trips else pd.Series("", index=trips.index)
    is_drawn = shape.isin(points["shape_id"]).to_numpy(dtype=bool)
    trip, stop, seconds, calls, hops, start = _boardings(times, trips, stops, raw, notes, is_drawn)
    served = np.zeros(len(stops), dtype=bool)
    served[calls["stop"]] = True
    trips["runs"], trips["first_shift"], trips["last_shift"] = headway_runs(trips, frequencies, start)
    kept = _with_position(stops, served, raw, notes)
    moved = np.cumsum(kept) - 1
    boards = kept[stop]
    return Feed(
        raw=raw,
        agencies=_agency_names(agency),
        stops=stops[kept].reset_index(drop=True),
        trips=trips,
        trip=trip[boards],
        stop=moved[stop[boards]].astype(np.int32),
        seconds=seconds[boards],
        served=served[kept],
        calls=_moved_calls(calls, kept, moved),
        hops=_moved_hops(hops, kept, moved),
        shape_points=points,
        calendar=calendar if calendar is not None and len(calendar) else None,
        exceptions=exceptions if exceptions is not None and len(exceptions) else None,
        declared=_declared(info),
        fingerprint=tuple(crcs),
    )


def _members(archive: zipfile.ZipFile, raw: RawFile) -> dict[str, zipfile.ZipInfo]:
    """Tables by name; if several folders hold tables, those beside stop_times.txt."""
    infos = {stored_name(info).replace("\\", "/"): info for info in archive.infolist() if not info.is_dir()}
    beside = next((name for name in infos if name.lower().rsplit("/", 1)[-1] == "stop_times.txt"), None)
    if beside is None:
        raise UnreadableFile(_no_table("stop_times", raw))
    folder = beside[: -len("stop_times.txt")]
    return {
        name[len(folder) :].lower().removesuffix(".txt"): info
        for name, info in infos.items()
        if name.startswith(folder) and "/" not in name[len(folder) :] and name.lower().endswith(".txt")
    }


def _optional(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str, raw: RawFile, required: Sequence[str]
) -> pd.DataFrame | None:
    return _table(archive, members, name, raw, required) if name in members else None


def _drawings(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], raw: RawFile) -> pd.DataFrame | None:
    """shapes.txt where it can be read: it only draws, so that a broken one costs nobody the timetable."""
    try:
        return _optional(archive, members, "shapes", raw, ())
    except UnreadableFile:
        return None


def _table(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str, raw: RawFile, required: Sequence[str]
) -> pd.DataFrame:
    if name not in members:
        raise UnreadableFile(_no_table(name, raw))
    try:
        content = archive.read(members[name])
    except Exception as error:  # zipfile raises zlib.error, BadZipFile, RuntimeError (encrypted) and EOFError
        raise UnreadableFile(
            f"{raw.label} › {name}.txt: 読み込めません（{error}）。もう一度入手してください。 / "
            f"Cannot be read ({error}). Get the file again."
        ) from error
    table = _parse(content, f"{raw.label} › {name}.txt")
    missing = [column for column in required if column not in table]
    if missing:
        raise MissingColumn(
            f"{raw.label} › {name}.txt: 列 {', '.join(missing)} がありません（ある列: {', '.join(map(str, table))}）。 / "
            f"Column {', '.join(missing)} is missing (found: {', '.join(map(str, table))})."
        )
    return table


def _parse(content: bytes, label: str) -> pd.DataFrame:
    if not content.strip(b"\xef\xbb\xbf\r\n \t"):
        return pd.DataFrame()
    wanted = _COLUMNS[label.rsplit("› ", 1)[-1].removesuffix(".txt")]
    try:
        content.decode("utf-8")
        stream, encoding = content, "utf-8-sig"
    except UnicodeDecodeError:
        stream, encoding = decode(content, label).encode(), "utf-8"
    try:
        table = pd.read_csv(
            io.BytesIO(stream),
            dtype="str",
            encoding=encoding,
            keep_default_na=False,
            na_values=[],
            skipinitialspace=True,
            index_col=False,
            usecols=lambda column: _plain(column) in wanted,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise UnreadableFile(
            f"{label}: CSV として読めません（{error}）。もう一度入手してください。 / "
            f"It is not valid CSV ({error}). Get the file again."
        ) from error
    return table.rename(columns=_plain)


# Columns that are read of each table; the rest is skipped while parsing.
_COLUMNS: Final = {
    "stops": {"stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"},
    "routes": {"route_id", "agency_id", "route_type", "route_short_name", "route_long_name"},
    "agency": {"agency_id", "agency_name"},
    "trips": {"trip_id", "service_id", "route_id", "shape_id"},
    "shapes": {"shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"},
    "stop_times": {"trip_id", "stop_id", "stop_sequence", "pickup_type", "arrival_time", "departure_time"},
    "frequencies": {"trip_id", "start_time", "end_time", "headway_secs"},
    "calendar": {"service_id", "start_date", "end_date"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"},
    "calendar_dates": {"service_id", "date", "exception_type"},
    "feed_info": {"feed_start_date", "feed_end_date"},
}


def _plain(column: str) -> str:
    return column.strip().strip("\ufeff\"'").lower()


def _stops(table: pd.DataFrame, raw: RawFile, notes: Notes) -> pd.DataFrame:
    table = _once(table, ["stop_id"], "stops.txt", raw, notes)
    place = pd.DataFrame(
        {
            "stop_id": table["stop_id"],
            "name": table["stop_name"].str.strip(),
            "lat": pd.to_numeric(table["stop_lat"], errors="coerce").astype(float),
            "lon": pd.to_numeric(table["stop_lon"], errors="coerce").astype(float),
            "parent": table["parent_station"].str.strip() if "parent_station" in table else "",
            "location_type": table["location_type"].str.strip() if "location_type" in table else "",
        }
    ).reset_index(drop=True)
    swapped = in_japan(place["lat"].to_numpy(), place["lon"].to_numpy())  # exchanged on purpose: see vector
    if swapped.any():
        notes.warn(
            raw.label,
            f"stops.txt: 緯度と経度が入れ替わっていた {int(swapped.sum()):,} か所を直しました。",
            f"stops.txt: latitude and longitude of {int(swapped.sum()):,} stops were exchanged; turned round.",
        )
        place.loc[swapped, ["lat", "lon"]] = place.loc[swapped, ["lon", "lat"]].to_numpy()
    place.loc[(place["lat"] == 0) & (place["lon"] == 0), ["lat", "lon"]] = np.nan
    parent = place.set_index("stop_id")[["lat", "lon"]].reindex(place["parent"])
    for column in ("lat", "lon"):
        place[column] = place[column].where(place[column].notna(), parent[column].to_numpy())
    return place


def _trips(table: pd.DataFrame, routes: pd.DataFrame | None, agency: pd.DataFrame | None) -> pd.DataFrame:
    trips = table.drop_duplicates("trip_id").reset_index(drop=True)
    names = _agency_names(agency)
    trips["mode"], trips["agency"], trips["route_name"] = "bus", "・".join(names[:1]), ""
    if routes is None or routes.empty:
        return trips
    by_route = routes.drop_duplicates("route_id").set_index("route_id")
    if "route_type" in by_route:
        kinds = {text: _mode(text) for text in by_route["route_type"].unique()}
        trips["mode"] = trips["route_id"].map(by_route["route_type"].map(kinds)).fillna("bus")
    trips["route_name"] = trips["route_id"].map(_route_names(by_route)).fillna("")
    if agency is not None and len(names) > 1 and "agency_id" in by_route and "agency_id" in agency:
        by_agency = agency.drop_duplicates("agency_id").set_index("agency_id")["agency_name"].str.strip()
        trips["agency"] = trips["route_id"].map(by_route["agency_id"].map(by_agency)).fillna(names[0])
    return trips


def _route_names(routes: pd.DataFrame) -> pd.Series:
    """Short and long name of each route, joined where they differ."""
    parts = [
        routes[column].str.strip() if column in routes else pd.Series("", index=routes.index, dtype="str")
        for column in ("route_short_name", "route_long_name")
    ]
    short, long = parts
    return (short + " ").where((short != "") & (long != "") & (short != long), "") + long.where(long != "", short)


def _mode(text: str) -> str:
    try:
        number = int(text)
    except ValueError:
        return "bus"
    return _MODES.get(number) or (_EXTENDED_MODES | _EXTENDED_MODES_MORE).get(number // 100, "bus")


def _boardings(
    times: pd.DataFrame,
    trips: pd.DataFrame,
    stops: pd.DataFrame,
    raw: RawFile,
    notes: Notes,
    is_drawn: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], pd.DataFrame, pd.DataFrame, NDArray[np.float64]]:
    """Pairs of trip and stop at which people can board and when, which route stops where, its hops, when each trip starts."""
    trip = pd.Index(trips["trip_id"]).get_indexer(times["trip_id"])
    stop = pd.Index(stops["stop_id"]).get_indexer(times["stop_id"])
    order = pd.to_numeric(times["stop_sequence"], errors="coerce").to_numpy(dtype=float)
    usable = (trip >= 0) & (stop >= 0) & ~np.isnan(order)
    if not usable.all():
        lines = (np.flatnonzero(~usable) + 2).tolist()
        notes.warn(
            raw.label,
            f"stop_times.txt: 便か停留所が trips.txt・stops.txt にない、または stop_sequence が数でない {len(lines):,} 行を"
            f"除きました（{listed(lines, '行')}）。",
            f"stop_times.txt: {len(lines):,} rows name a trip or stop that does not exist, or have no number as "
            f"stop_sequence; left out ({listed(lines, 'line')}).",
        )
    rows = np.flatnonzero(usable)
    rows = rows[np.lexsort((order[rows], trip[rows]))]
    trip, stop, order = trip[rows], stop[rows], order[rows]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (trip[1:] != trip[:-1]) | (order[1:] != order[:-1])
    if not first.all():
        notes.warn(
            raw.label,
            f"stop_times.txt: 重複した {int((~first).sum()):,} 行を除きました。",
            f"stop_times.txt: {int((~first).sum()):,} rows given twice were left out.",
        )
    rows, trip, stop = rows[first], trip[first], stop[first]
    seconds = departure_seconds(times, rows, trip)
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = trip[1:] != trip[:-1]
    start = np.full(len(trips), np.nan)
    start[trip[begins]] = seconds[begins]
    boards = np.ones(len(rows), dtype=bool)
    boards[:-1] = trip[1:] == trip[:-1]
    boards[-1:] = False
    if "pickup_type" in times:
        boards &= (times["pickup_type"].str.strip() != _NO_PICKUP).to_numpy()[rows]
    route, routes = pd.factorize(trips["route_id"])
    route_of_call, stop_of_call = np.divmod(np.unique(route[trip].astype(np.int64) * len(stops) + stop), len(stops))
    names = np.asarray(routes, dtype=object)
    calls = pd.DataFrame({"route_id": names[route_of_call], "stop": stop_of_call})
    hops = hops_of_trips(trip, stop, route, ~is_drawn)
    hops = hops.assign(route_id=names[hops["route"]])[["route_id", "start", "end"]]
    return trip[boards].astype(np.int32), stop[boards].astype(np.int32), seconds[boards], calls, hops, start


def _moved_calls(calls: pd.DataFrame, kept: NDArray[np.bool_], moved: NDArray[np.int64]) -> pd.DataFrame:
    """The calls at stops that are kept, by their new rows."""
    left = calls[kept[calls["stop"]]].reset_index(drop=True)
    return left.assign(stop=moved[left["stop"]])


def _moved_hops(hops: pd.DataFrame, kept: NDArray[np.bool_], moved: NDArray[np.int64]) -> pd.DataFrame:
    """The hops between stops that are kept, by their new rows."""
    left = hops[kept[hops["start"]] & kept[hops["end"]]].reset_index(drop=True)
    return left.assign(start=moved[left["start"]], end=moved[left["end"]])


def _with_position(stops: pd.DataFrame, served: NDArray[np.bool_], raw: RawFile, notes: Notes) -> NDArray[np.bool_]:
    """Which rows of stops.txt are places where people board and whose position is known."""
    boardable = stops["location_type"].isin(["", "0"]).to_numpy() | served
    lat, lon = stops["lat"].to_numpy(), stops["lon"].to_numpy()
    positioned = in_japan(lon, lat)
    lost = boardable & ~positioned
    if lost.any():
        names = "、".join(stops.loc[lost, "name"].head(5))
        notes.warn(
            raw.label,
            f"stops.txt: 座標がないか日本の外にある停留所 {int(lost.sum()):,} か所を除きました（{names}）。",
            f"stops.txt: {int(lost.sum()):,} stops without a position in Japan were left out ({names}).",
        )
    idle = boardable & positioned & ~served
    if idle.any():
        notes.info(
            raw.label,
            f"stops.txt: どの便も停まらない {int(idle.sum()):,} か所を除きました。",
            f"stops.txt: {int(idle.sum()):,} stops at which no trip ever stops were left out.",
        )
    kept: NDArray[np.bool_] = boardable & positioned & served
    if not kept.any():
        notes.warn(
            raw.label,
            "使える停留所が 1 つもありません。stops.txt と stop_times.txt の中身を確かめてください。",
            "It has no stop that can be used. Check what stops.txt and stop_times.txt hold.",
        )
    return kept


def _once(table: pd.DataFrame, key: list[str], name: str, raw: RawFile, notes: Notes) -> pd.DataFrame:
    repeated = table.duplicated(key)
    if repeated.any():
        notes.warn(
            raw.label,
            f"{name}: 重複した {int(repeated.sum()):,} 行を除きました。",
            f"{name}: {int(repeated.sum()):,} rows given twice were left out.",
        )
    return table[~repeated]


def _agency_names(agency: pd.DataFrame | None) -> tuple[str, ...]:
    if agency is None or agency.empty:
        return ()
    return tuple(dict.fromkeys(name for name in agency["agency_name"].str.strip() if name))


def _declared(info: pd.DataFrame | None) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    if info is None or info.empty:
        return None, None
    found: list[pd.Timestamp | None] = []
    for column in ("feed_start_date", "feed_end_date"):
        text = str(info[column].iloc[0]).strip() if column in info else ""
        found.append(pd.Timestamp(text) if re.fullmatch(r"(19|20)\d{6}", text) else None)
    return found[0], found[1]


def _no_table(name: str, raw: RawFile) -> str:
    return (
        f"{raw.label}: GTFS に必要な {name}.txt がありません。zip の中身を確かめてください。 / "
        f"The GTFS table {name}.txt is missing. Check what the zip holds."
    )
