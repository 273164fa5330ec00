"""Step: departures within walking reach of every place, the first and the last of the day, and stops by frequency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.networks import open_networks
from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
from explorer.stop_coverage import surveyed_stops
from geodata.municipalities import municipality_of
from geodata.projection import PlaneProjection
from geodata.recognised import Recognised
from geodata.workspace import StepWriter, read_table
from layers.access.attach import Attachment, attach
from layers.access.network import StreetNetwork
from layers.access.profiles import WALK, Profile
from layers.departures import FREQUENCY_CLASSES, SERVICE_HOURS, STATION_REACH_M, STOP_REACH_M
from layers.figures import FIGURE_COLUMNS, SUM
from layers.reached_departures import Reach, StopTimes, reached_departures
from layers.transport import is_station

if TYPE_CHECKING:
    import pandas as pd

_MINUTES_STEP: Final = 0.1


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
    profiles: Sequence[Profile],
) -> None:
    """Write place values ``departures_300m``, ``departures_more``, ``first_departure``, ``last_departure`` for each mode.

    Also ``transport_access_minutes``, and as figures the number of bus stops by class of frequency.
    """
    del sources, box
    stops = read_table(folders["stops"] / "stops.parquet")
    if stops.empty:
        return
    _write_stop_counts(writer, stops, folders, codes)
    station = is_station(stops["mode"]).to_numpy()
    counted = station | (stops["mode"] == "bus").to_numpy()
    if not counted.any():
        return  # nothing but ships and the like
    times = StopTimes.of(stops[counted], np.where(station[counted], STATION_REACH_M, STOP_REACH_M))
    places_xy = np.load(folders["snapping"] / "xy.npy")
    sites_xy = PlaneProjection(projection, 0.0).to_plane(stops.geometry.x, stops.geometry.y)[counted]
    listed = listed_places(folders)
    reach = Reach.straight(places_xy, sites_xy, times.limit_m)
    _write(writer, "straight", reached_departures(times, reach, listed))
    networks = open_networks(folders["streets"], folders["network"], projection)
    walk = next((profile for profile in profiles if profile.id == WALK.id), None)
    if networks.topology is None or walk is None:
        return
    places, network = load_ties(folders["snapping"], walk), networks.of(walk)
    sites = attach(network, sites_xy, limit_metres=SNAP_LIMIT_M)
    _write(writer, "walk", reached_departures(times, walked(network, places, sites, times, reach), listed))
    writer.place_values(access_minutes(network, places, sites, times.departures), "transport_access_minutes")


def walked(network: StreetNetwork, places: Attachment, sites: Attachment, times: StopTimes, straight: Reach) -> Reach:
    """Pairs within the limits along streets. Those that a straight line does not join are rounding, and left out."""
    from layers.access.pairs import limit_in_ms, pairs_within

    found = [straight.none()]
    for limit in np.unique(times.limit_m):
        rows = np.flatnonzero(times.limit_m == limit)
        milliseconds = limit_in_ms(float(limit) / network.profile.metres_per_minute)
        for block in pairs_within(network, places, sites.take(rows), limit_ms=milliseconds):
            found += [Reach(block.place.astype(np.int64), rows[block.facility])]
    return Reach.joined(found).within(straight, len(sites))


def access_minutes(
    network: StreetNetwork, places: Attachment, sites: Attachment, departures: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """Least sum of the walk to a stop and half the interval between its departures in one direction, in minutes.

    T = min over stops of t + 60·H ÷ (2n) with H hours of service and n departures in one direction, half of those in both
    (after 国総研「アクセシビリティ指標活用の手引き（案）」, formula unverified). The wait is walked: a stop with a wait of w
    minutes is as good as one without, w minutes farther from the street.

    Parameters
    ----------
    network, places
        Streets on foot, and where the places step onto them.
    sites
        Where the stops stand.
    departures
        Departures a day of each stop, both directions; NaN or 0: the stop is of no use.
    """
    from layers.access.nearest import nearest

    runs = np.flatnonzero(departures > 0)
    if runs.size == 0:
        return np.where(places.is_attached, np.inf, np.nan).astype(np.float32)
    wait = 60.0 * SERVICE_HOURS / departures[runs]
    chosen = sites.take(runs)
    later = Attachment(
        chosen.xy, chosen.segment, chosen.fraction, chosen.snap_metres + wait * network.profile.snap_metres_per_minute
    )
    seconds = nearest(network, places, {"transport": later}).seconds[:, 0]
    return (np.round(seconds / 60.0 / _MINUTES_STEP) * _MINUTES_STEP).astype(np.float32)


def listed_places(folders: Mapping[str, Path]) -> npt.NDArray[np.bool_]:
    """Per place, whether stops are known in its municipality: only there "none in reach" means none."""
    import pandas as pd

    columns = ["municipality_code", "population_total"]
    places = pd.read_parquet(folders["places"] / "places.parquet", columns=columns)
    people = places.groupby("municipality_code")["population_total"].sum()
    stops = surveyed_stops(folders["stops"], people).get("stop", np.zeros(len(people), dtype=bool))
    listed = pd.Series(stops, index=people.index)
    return places["municipality_code"].map(listed).to_numpy(dtype=bool)


def _write(writer: StepWriter, mode: str, values: Mapping[str, npt.NDArray[np.float32]]) -> None:
    for name, array in values.items():
        writer.place_values(array, f"{name}.{mode}")


def _write_stop_counts(
    writer: StepWriter, stops: pd.DataFrame, folders: Mapping[str, Path], codes: Sequence[str]
) -> None:
    import pandas as pd

    municipalities = read_table(folders["people"] / "municipalities.parquet")
    groups = stops[(stops["mode"] == "bus").to_numpy()].drop_duplicates("group_id")  # a stop is where its first pole is
    where = pd.Series(municipality_of(groups.geometry.x, groups.geometry.y, municipalities))
    departures = groups["departures_weekday"].to_numpy(dtype=float)
    sure = np.zeros(len(groups), dtype=bool)
    chosen = {"bus_stops": ~sure} | {f"bus_stops_{each.id}": each.holds(departures, sure) for each in FREQUENCY_CLASSES}
    counts = {name: where[mask].value_counts().reindex(list(codes)).fillna(0.0) for name, mask in chosen.items()}
    table = pd.concat(
        [
            pd.DataFrame({"name": name, "area_code": list(codes), "value": count.to_numpy()})
            for name, count in counts.items()
        ],
        ignore_index=True,
    ).assign(
        numerator=np.nan,
        denominator=np.nan,
        how=SUM,
        unit="か所",
        as_of=_day(folders["stops"]),
        source="",
        note_ja="",
        note_en="",
    )
    writer.figures(table[list(FIGURE_COLUMNS)])


def _day(stops: Path) -> str:
    """The day that most timetables were read for."""
    import pandas as pd

    if not (stops / "feeds.parquet").is_file():
        return ""
    days = pd.read_parquet(stops / "feeds.parquet")["day"].dropna()
    return str(days.mode().iloc[0]) if len(days) else ""
