"""Departures within walking reach of every place after lines were dropped, thinned out or added, as the build counts them.

Only departures: when the first and the last bus leaves is left as the build found it, since lines are known by their number
of departures alone.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.access.profiles import WALK
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    import pandas as pd

    from explorer.networks import Networks
    from layers.access.attach import Attachment
    from layers.access.profiles import Profile
    from layers.reached_departures import Reach, StopTimes

ACCESS: Final = "transport_access_minutes"
_COUNTED: Final = ("departures_300m", "departures_more")


class _Ready(NamedTuple):
    """Stops that count, their rows in the table of stops, who reaches them by mode, and where stops are listed."""

    rows: npt.NDArray[np.int64]
    times: StopTimes
    reach: Mapping[str, Reach]
    listed: npt.NDArray[np.bool_]
    walk: tuple[Attachment, Attachment] | None  # ties of places and of the stops


class Departures:
    """Place values that follow from how often buses leave. What it needs is made at the first question, and kept."""

    def __init__(
        self,
        folders: Mapping[str, Path],
        networks: Networks,
        stops: pd.DataFrame,
        xy: npt.NDArray[np.float64],
        walk: Profile | None,
    ) -> None:
        self._folders, self._networks, self._stops, self._xy, self._walk = folders, networks, stops, xy, walk
        self._lock = threading.Lock()
        self._made: _Ready | None = None

    def after(
        self,
        departures: Mapping[str, float],
        closed: npt.NDArray[np.bool_],
        before: Mapping[str, npt.NDArray[np.float32]],
    ) -> dict[str, npt.NDArray[np.float32]]:
        """Place values after a change, by name; those of the build are in `before`.

        Parameters
        ----------
        departures
            Group of stops → departures a weekday.
        closed
            Bool by row of the table of stops: this pole is gone.
        """
        from dataclasses import replace

        from explorer.steps.departures import access_minutes
        from layers.reached_departures import Reach, reached_departures

        ready = self._ready()
        groups = self._stops["group_id"].to_numpy(dtype=object)[ready.rows]
        told = np.array([departures.get(group, np.nan) for group in groups], dtype=float)
        is_told = np.array([group in departures for group in groups], dtype=bool)
        gone = closed[ready.rows]
        times = replace(ready.times, departures=np.where(is_told, told, ready.times.departures))
        found: dict[str, npt.NDArray[np.float32]] = {}
        for mode, reach in ready.reach.items():
            touched = np.unique(reach.place[(is_told | gone)[reach.stop]])
            kept = np.isin(reach.place, touched) & ~gone[reach.stop]
            values = reached_departures(times, Reach(reach.place[kept], reach.stop[kept]), ready.listed)
            for name in _COUNTED:
                found[f"{name}.{mode}"] = np.array(before[f"{name}.{mode}"])
                found[f"{name}.{mode}"][touched] = values[name][touched]
        if ready.walk is not None:
            places, sites = ready.walk
            rows = np.flatnonzero(~gone)
            assert self._walk is not None
            network = self._networks.of(self._walk)
            found[ACCESS] = access_minutes(network, places, sites.take(rows), times.departures[rows])
        return found

    def _ready(self) -> _Ready:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> _Ready:
        from explorer.steps.departures import listed_places, walked
        from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
        from layers.access.attach import attach
        from layers.departures import STATION_REACH_M, STOP_REACH_M
        from layers.reached_departures import Reach, StopTimes
        from layers.transport import is_station

        station = is_station(self._stops["mode"]).to_numpy()
        rows = np.flatnonzero(station | (self._stops["mode"] == "bus").to_numpy())
        times = StopTimes.of(self._stops.iloc[rows], np.where(station[rows], STATION_REACH_M, STOP_REACH_M))
        places_xy = np.load(self._folders["snapping"] / "xy.npy")
        straight = Reach.straight(places_xy, self._xy[rows], times.limit_m)
        reach, walk = {STRAIGHT: straight}, None
        if self._walk is not None and self._networks.topology is not None:
            network = self._networks.of(self._walk)
            places = load_ties(self._folders["snapping"], self._walk)
            sites = attach(network, self._xy[rows], limit_metres=SNAP_LIMIT_M)
            reach[WALK.id] = walked(network, places, sites, times, straight)
            walk = places, sites
        return _Ready(rows, times, reach, listed_places(self._folders), walk)
