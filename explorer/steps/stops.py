"""Step: stations and bus stops of all sources, grouped, with departures on an ordinary weekday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.errors import ExplorerError
from geodata.facility_sources import covered_by, named_prefectures
from geodata.municipalities import municipality_of
from geodata.notes import Notes
from geodata.recognised import Recognised
from geodata.stations import read_bus_stops, read_station_list, read_stations
from geodata.stops import GTFS_GROUP, merge_stops, read_timetables
from geodata.study_area import ring_box
from geodata.workspace import StepWriter, read_table
from layers.transport import KEY_DEPARTURES, is_station

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Box = tuple[float, float, float, float]


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    people: Path,
    box: Box,
    day: date | None,
    today: date,
) -> None:
    """Write ``stops``, ``feeds``, ``stop_lines``, ``bus_lines`` and ``stop_coverage``; facts: groups of stops in the study area."""
    import pandas as pd

    municipalities = read_table(people / "municipalities.parquet")
    tables = _read(sources, writer, ring_box(box), day, today)
    stops = merge_stops([_inside(table, box) for table in tables])
    where = municipality_of(stops.geometry.x, stops.geometry.y, municipalities)
    writer.table(stops, "stops")
    named = {identity: named_prefectures(source) for identity, source in sources}
    coverage = _coverage(tables, read_table(people / "ring.parquet"), named)
    writer.table(coverage[coverage["municipality_code"].isin(municipalities["code"])], "stop_coverage")
    inside = stops[pd.Series(where).isin(municipalities["code"][municipalities["in_study_area"]]).to_numpy()]
    station = is_station(inside["mode"])
    departures = inside["departures_weekday"].astype(float)
    groups = inside["group_id"]
    writer.facts |= {
        "stations": int(groups[station].nunique()),
        "stops": int(groups[~station].nunique()),
        "stops30": int(groups[~station & (departures >= KEY_DEPARTURES)].nunique()),
        "frequency_unknown": int(groups[~station & departures.isna()].nunique()),
        "used": sorted(set(stops["source"].dropna())),
    }


def _read(
    sources: Sequence[tuple[str, Recognised]], writer: StepWriter, within: Box, day: date | None, today: date
) -> list[gpd.GeoDataFrame]:
    """Tables of all sources, the best first: timetables, then N02 and P11, then lists where N02 is missing."""
    by_label = {source.file.label: identity for identity, source in sources}
    feeds = [source.file for _, source in sources if source.dataset == "gtfs"]
    tables: list[gpd.GeoDataFrame] = []
    if feeds:
        stops, days, lines, routes = read_timetables(feeds, notes=writer.notes, day=day, today=today)
        near = _inside(stops, within)
        writer.table(lines[lines["stop_id"].isin(near["stop_id"])].reset_index(drop=True), "stop_lines")
        writer.table(_near(routes, within), "bus_lines")
        tables.append(stops.assign(source=stops["source"].map(by_label)))
        writer.table(_as_text(days), "feeds")
        writer.facts["feeds"] = _as_text(days).to_dict("records")
    has_n02 = any(source.dataset == "n02" for _, source in sources)
    for identity, source in sources:
        table = _read_one(source, within, writer.notes, lists_wanted=not has_n02)
        if table is not None:
            tables.append(_told_apart(table, tables, identity).assign(source=identity))
    return tables


def _told_apart(table: gpd.GeoDataFrame, before: Sequence[gpd.GeoDataFrame], identity: str) -> gpd.GeoDataFrame:
    """The same stops, with ids that no earlier table has.

    Ids begin with the name of their file, and two prefectures deliver theirs under one name: who closes a station by its id
    would close another one far away with it.
    """
    columns = ["stop_id", "group_id"]
    known = {name for earlier in before for column in columns for name in earlier[column]}
    if known.isdisjoint(table["stop_id"]) and known.isdisjoint(table["group_id"]):
        return table
    return table.assign(**{column: f"{identity}:" + table[column] for column in columns})


def _read_one(source: Recognised, within: Box, notes: Notes, *, lists_wanted: bool) -> gpd.GeoDataFrame | None:
    kinds = source.details.get("kinds", ())
    try:
        if source.dataset == "n02":
            return read_stations(source.file, notes=notes, within=within)
        if source.dataset == "p11":
            return read_bus_stops(source.file, notes=notes, within=within)
        if source.dataset == "points" and ("bus_stop" in kinds or ("station" in kinds and lists_wanted)):
            return read_station_list(source.file, notes=notes)
    except ExplorerError as error:
        notes.warn_of(error, source.file.label)
    return None


def _inside(stops: gpd.GeoDataFrame, box: Box) -> gpd.GeoDataFrame:
    x, y = stops.geometry.x, stops.geometry.y
    return stops[(x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])].reset_index(drop=True)


def _near(routes: gpd.GeoDataFrame, box: Box) -> gpd.GeoDataFrame:
    """The lines that touch a box, each whole."""
    import shapely

    return routes[shapely.intersects(shapely.box(*box), routes.geometry.to_numpy())].reset_index(drop=True)


def _as_text(days: pd.DataFrame) -> pd.DataFrame:
    """Dates as text, so that the manifest can hold them."""
    texts = days.copy()
    for column in texts.columns:
        if texts[column].map(lambda value: isinstance(value, date)).any():
            texts[column] = [value.isoformat() if isinstance(value, date) else None for value in texts[column]]
    return texts


def _coverage(
    tables: Sequence[gpd.GeoDataFrame], ring: gpd.GeoDataFrame, named: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """For station, stop and stop30 the municipalities that a source tells something about.

    Lists (N02, P11, the user's own) are complete where :func:`geodata.facility_sources.covered_by` says: ``stops`` is
    missing. A feed is complete for its own lines only: ``stops`` is the number of its stops in the municipality, for
    :mod:`explorer.conditions` to hold against the people there.
    """
    import pandas as pd

    codes = ring["code"].to_numpy(dtype=object)
    rows: list[tuple[str, str, float]] = []
    for table in tables:
        where = municipality_of(table.geometry.x, table.geometry.y, ring)
        station = is_station(table["mode"]).to_numpy()
        if table["group_id"].str.startswith(GTFS_GROUP).any():
            timed = table["departures_weekday"].notna().to_numpy()
            for category, members in (("stop", ~station), ("stop30", ~station & timed)):
                counts = table["group_id"][members].groupby(where[members]).nunique()
                rows += [(category, str(code), float(count)) for code, count in counts.items()]
        elif len(table):
            listed = table.assign(municipality_code=where)
            covered = covered_by(listed, codes, named.get(str(table["source"].iloc[0]), ()))
            present = [category for category, members in (("station", station), ("stop", ~station)) if members.any()]
            rows += [(category, str(code), float("nan")) for category in present for code in covered]
    found = pd.DataFrame(rows, columns=["category", "municipality_code", "stops"])
    return found[found["municipality_code"] != ""].reset_index(drop=True)
