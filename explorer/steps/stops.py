"""Step: stations and bus stops of all sources, grouped, with departures on an ordinary weekday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.errors import ExplorerError
from geodata.facility_sources import coverage_box, covered_by, named_prefectures
from geodata.municipalities import municipality_of
from geodata.notes import Notes
from geodata.recognise import Recognised
from geodata.stations import read_bus_stops, read_station_list, read_stations
from geodata.stops import GTFS_GROUP, merge_stops, read_stops_gtfs
from geodata.workspace import StepWriter, read_table
from layers.transport import KEY_DEPARTURES, is_station

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

Box = tuple[float, float, float, float]

# A feed tells of a municipality where it has ten stops, or at least three that are a fifth of all it has.
HOME_STOPS = 10
HOME_SHARE, HOME_SHARE_STOPS = 0.2, 3


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    people: Path,
    box: Box,
    day: date | None,
    today: date,
) -> None:
    """Write ``stops``, ``feeds`` and ``stop_coverage``; facts: groups of stops in the study area."""
    import pandas as pd

    municipalities = read_table(people / "municipalities.parquet")
    tables = _read(sources, writer, coverage_box(box), day, today)
    stops = merge_stops([_inside(table, box) for table in tables])
    where = municipality_of(stops.geometry.x, stops.geometry.y, municipalities)
    writer.table(stops, "stops")
    named = {identity: named_prefectures(source) for identity, source in sources}
    writer.table(_coverage(tables, municipalities, named), "stop_coverage")
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
        stops, days = read_stops_gtfs(feeds, notes=writer.notes, day=day, today=today)
        tables.append(stops.assign(source=stops["source"].map(by_label)))
        writer.table(_as_text(days), "feeds")
        writer.facts["feeds"] = _as_text(days).to_dict("records")
    has_n02 = any(source.dataset == "n02" for _, source in sources)
    for identity, source in sources:
        table = _read_one(source, within, writer.notes, lists_wanted=not has_n02)
        if table is not None:
            tables.append(table.assign(source=identity))
    return tables


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


def _as_text(days: pd.DataFrame) -> pd.DataFrame:
    """Dates as text, so that the manifest can hold them."""
    texts = days.copy()
    for column in texts.columns:
        if texts[column].map(lambda value: isinstance(value, date)).any():
            texts[column] = [value.isoformat() if isinstance(value, date) else None for value in texts[column]]
    return texts


def _coverage(
    tables: Sequence[gpd.GeoDataFrame], municipalities: gpd.GeoDataFrame, named: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """For station, stop and stop30 the municipalities that a source tells about.

    Lists (N02, P11, the user's own) cover what :func:`geodata.facility_sources.covered_by` says. A feed tells only of
    the municipalities it is at home in (:func:`_homes`): elsewhere there may be no bus or no data.
    """
    import pandas as pd

    codes = municipalities["code"].to_numpy(dtype=object)
    told: dict[str, set[str]] = {"station": set(), "stop": set(), "stop30": set()}
    for table in tables:
        where = municipality_of(table.geometry.x, table.geometry.y, municipalities)
        station = is_station(table["mode"]).to_numpy()
        timed = table["departures_weekday"].notna().to_numpy()
        is_list = not table["group_id"].str.startswith(GTFS_GROUP).any()
        if is_list and len(table):
            listed = table.assign(municipality_code=where)
            covered = set(covered_by(listed, codes, named.get(str(table["source"].iloc[0]), ())))
            told["station"] |= covered if station.any() else set()
            told["stop"] |= covered if (~station).any() else set()
        told["stop"] |= set() if is_list else _homes(table[~station], where[~station])
        told["stop30"] |= _homes(table[~station & timed], where[~station & timed])
    rows = [(category, code) for category, found in told.items() for code in sorted(found - {""})]
    return pd.DataFrame(rows, columns=["category", "municipality_code"])


def _homes(stops: gpd.GeoDataFrame, where: npt.NDArray[np.object_]) -> set[str]:
    """Municipalities in which a feed does more than call: an airport coach that stops once tells nothing of a city."""
    import pandas as pd

    found = pd.DataFrame({"feed": stops["source"].to_numpy(), "code": where, "group": stops["group_id"].to_numpy()})
    found = found.drop_duplicates()
    here = found.groupby(["feed", "code"]).size()
    share = here / found.groupby("feed")["group"].nunique().reindex(here.index.get_level_values("feed")).to_numpy()
    at_home = (here >= HOME_STOPS) | ((here >= HOME_SHARE_STOPS) & (share >= HOME_SHARE))
    return set(here.index.get_level_values("code")[at_home])
