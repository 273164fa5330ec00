"""Where the lines of a timetable run: along their shapes (shapes.txt) where the feed draws them, else from stop to stop.

A straight line from stop to stop is not the road that a bus takes, so which of the two it is stays with every line. Over more than
10 km (express coaches) it says nothing of where the bus runs, and is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.streets import geodesic_metres
from geodata.tables import CRS
from geodata.vector import in_japan

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geodata.gtfs import Feed

ROUTE_COLUMNS: Final = (
    "feed",  # the first part of its stop ids
    "route_id",
    "route_name",
    "operator",
    "departures_weekday",  # trips of the line that day, both directions; missing = the feed has no calendar
    "is_shape",  # True along shapes.txt, False straight from stop to stop
    "geometry",
)
SHAPE_COLUMNS: Final = ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
LONGEST_HOP_M: Final = 10_000.0
_FINEST_DEG: Final = 2e-5  # about 2 m: what a timetable's drawing has beyond that is noise
_NO_POINTS: Final = pd.DataFrame({"shape_id": pd.Series(dtype="str"), "lon": [], "lat": []}).astype(
    {"lon": float, "lat": float}
)


def shape_points(table: pd.DataFrame | None) -> pd.DataFrame:
    """Points of shapes.txt in order: ``shape_id``, ``lon``, ``lat``; none where it is absent, empty or lacks a column.

    A broken drawing costs nobody the timetable: points that are no numbers, or not in Japan, are passed over.
    """
    if table is None or table.empty or not set(SHAPE_COLUMNS) <= set(table):
        return _NO_POINTS
    lat, lon, order = (
        pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=float)
        for name in ("shape_pt_lat", "shape_pt_lon", "shape_pt_sequence")
    )
    points = pd.DataFrame({"shape_id": table["shape_id"], "lon": lon, "lat": lat, "order": order})
    kept: pd.DataFrame = points[np.isfinite(order) & in_japan(lon, lat)].sort_values(
        ["shape_id", "order"], kind="stable"
    )
    return kept[["shape_id", "lon", "lat"]].reset_index(drop=True)


def hops_of_trips(
    trip: NDArray[np.int64], stop: NDArray[np.int64], route: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> pd.DataFrame:
    """Each pair of stops that follow one another on a line, once whatever the direction.

    Parameters
    ----------
    trip, stop
        Every call of every trip, in the order of the trips and of their stops.
    route, wanted
        Per trip: number of its line, and whether its hops are asked for.

    Returns
    -------
    DataFrame
        ``route`` (number), ``start``, ``end`` (stops).
    """
    follows = (trip[1:] == trip[:-1]) & wanted[trip[1:]] & (stop[1:] != stop[:-1])
    first, second = stop[:-1][follows], stop[1:][follows]
    found = pd.DataFrame(
        {"route": route[trip[1:][follows]], "start": np.minimum(first, second), "end": np.maximum(first, second)}
    )
    return found.drop_duplicates(ignore_index=True)


def route_lines(
    feeds: Sequence[Feed], active: Sequence[NDArray[np.bool_]], known: Sequence[bool], keys: Sequence[str]
) -> gpd.GeoDataFrame:
    """Every bus line of the feeds as lines on the map.

    Parameters
    ----------
    feeds
        The feeds.
    active, known, keys
        Per feed: which of its trips run on its day, whether it has a calendar, how its stop ids begin.

    Returns
    -------
    GeoDataFrame
        `ROUTE_COLUMNS`, EPSG:6668, a row per line; two for a line of which only some trips are drawn.
    """
    import geopandas as gpd

    parts = [
        described
        for feed, runs_today, is_known, key in zip(feeds, active, known, keys, strict=True)
        for drawn in (_drawn(feed), _straight(feed))
        if (described := _described(drawn, feed, runs_today, key, is_known=is_known)) is not None
    ]
    columns = {name: pd.Series(dtype="str") for name in ROUTE_COLUMNS[:4]}
    columns |= {"departures_weekday": pd.Series(dtype=float), "is_shape": pd.Series(dtype=bool)}
    if not parts:
        return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=CRS), crs=CRS)
    found = pd.concat(parts, ignore_index=True)
    texts = dict.fromkeys(ROUTE_COLUMNS[:4], "str")
    return gpd.GeoDataFrame(found.astype(texts), geometry="geometry", crs=CRS)[list(ROUTE_COLUMNS)]


def _drawn(feed: Feed) -> pd.DataFrame:
    """Lines along their shapes: ``route_id``, ``geometry``, ``is_shape``."""
    points = feed.shape_points
    if points.empty or "shape_id" not in feed.trips:
        return _lines(np.empty(0, dtype=object), np.empty((0, 2, 2)), is_shape=True)
    used = feed.trips[["route_id", "shape_id"]].drop_duplicates()
    number = points["shape_id"].to_numpy(dtype=object)
    at = points[["lon", "lat"]].to_numpy()
    follows = np.flatnonzero((number[1:] == number[:-1]) & (at[1:] != at[:-1]).any(axis=1))
    pieces = pd.DataFrame({"shape_id": number[follows], "row": follows}).merge(used, on="shape_id")
    rows = pieces["row"].to_numpy(dtype=int)
    return _lines(pieces["route_id"].to_numpy(dtype=object), np.stack([at[rows], at[rows + 1]], axis=1), is_shape=True)


def _straight(feed: Feed) -> pd.DataFrame:
    """Lines from stop to stop, of the trips that no shape draws."""
    at = feed.stops[["lon", "lat"]].to_numpy(dtype=float)
    start, end = feed.hops["start"].to_numpy(dtype=int), feed.hops["end"].to_numpy(dtype=int)
    short = geodesic_metres(at[start, 0], at[start, 1], at[end, 0], at[end, 1]) <= LONGEST_HOP_M
    ends = np.stack([at[start], at[end]], axis=1)[short]
    return _lines(feed.hops["route_id"].to_numpy(dtype=object)[short], ends, is_shape=False)


def _lines(route: NDArray[np.object_], ends: NDArray[np.float64], *, is_shape: bool) -> pd.DataFrame:
    """Pieces of each route joined to lines; a piece that several trips or shapes share is drawn once."""
    import shapely

    if not len(route):
        return pd.DataFrame({"route_id": [], "geometry": [], "is_shape": []})
    rounded = np.round(ends, 5)
    turned = (rounded[:, 0] > rounded[:, 1])[:, 0]
    rounded[turned] = rounded[turned, ::-1]
    pieces = pd.DataFrame(rounded.reshape(-1, 4)).assign(route_id=route).drop_duplicates()
    number, names = pd.factorize(pieces["route_id"], sort=True)
    order = np.argsort(number, kind="stable")
    lines = shapely.linestrings(pieces[[0, 1, 2, 3]].to_numpy()[order].reshape(-1, 2, 2))
    merged = shapely.line_merge(shapely.multilinestrings(np.asarray(lines), indices=number[order]))
    simple = shapely.simplify(merged, _FINEST_DEG)
    return pd.DataFrame({"route_id": np.asarray(names, dtype=object), "geometry": simple, "is_shape": is_shape})


def _described(
    lines: pd.DataFrame, feed: Feed, runs_today: NDArray[np.bool_], key: str, *, is_known: bool
) -> pd.DataFrame | None:
    """The lines of buses with name, operator and trips a day; None where there are none."""
    routes = feed.trips.drop_duplicates("route_id").set_index("route_id")
    buses = lines[lines["route_id"].map(routes["mode"]).eq("bus").to_numpy(dtype=bool)]
    if buses.empty:
        return None
    trips = feed.trips.assign(runs=feed.trips["runs"].to_numpy(dtype=float) * runs_today)
    runs = trips.groupby("route_id")["runs"].sum()
    names = buses["route_id"]
    return buses.assign(
        feed=key,
        route_name=names.map(routes["route_name"]).to_numpy(dtype=object),
        operator=names.map(routes["agency"]).to_numpy(dtype=object),
        departures_weekday=names.map(runs).to_numpy(dtype=float) if is_known else np.nan,
    )
