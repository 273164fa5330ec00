"""Who can use which site of a service, and how far it is: the ground of cooperation, criticality, siting and viability.

All numbers are those a build counts, to the last bit: metres in a straight line and on foot, seconds in other modes (see
:mod:`layers.measures`).

>>> import explorer
>>> services = explorer.open("workspace").services()  # doctest: +SKIP
>>> services.nearest("clinic", "drive").site  # doctest: +SKIP
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.closures import closures_along_streets, closures_straight
from explorer.conditions import step_folders
from explorer.live_sites import Sites
from explorer.networks import Networks, open_networks
from explorer.service_points import (
    NONE,
    Points,
    Rows,
    Use,
    WithinLimit,
    in_units,
    no_pairs,
    numbered,
    ranked_straight,
    within_along_streets,
    within_straight,
)
from explorer.service_table import table_of_sites
from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
from geodata.errors import UnknownCode
from geodata.projection import PlaneProjection
from layers.access.attach import Attachment, attach
from layers.access.nearest import nearest
from layers.access.profiles import profiles_for
from layers.access.ranked import k_nearest
from layers.access.straight import nearest_straight
from layers.measures import SECONDS_PER_MINUTE, STRAIGHT, is_in_metres

if TYPE_CHECKING:
    import geopandas as gpd

    from explorer.regions import Opened
    from layers.access.network import StreetNetwork
    from layers.access.profiles import Profile
    from layers.cooperation import Closures

_Answer = TypeVar("_Answer")


class Services:
    """Sites of every service of a workspace and the ways to them. Any number of threads may ask."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        workspace = opened.workspace
        self._folders = step_folders(workspace)
        self._plane = PlaneProjection(workspace.manifest["projection"], 0.0)
        self._lock = threading.RLock()
        self._kept: dict[tuple[object, ...], object] = {}

    @cached_property
    def area_codes(self) -> list[str]:
        """Municipalities of the study area; areas below are positions in this list."""
        return list(self.opened.municipalities["code"])

    @cached_property
    def area_of_place(self) -> npt.NDArray[np.int64]:
        """(n_places,) area of each place."""
        return self.opened.conditions.area_of_place

    @property
    def people(self) -> dict[str, npt.NDArray[np.float64]]:
        """Age group → (n_places,)."""
        return dict(self.opened.conditions.people)

    @property
    def categories(self) -> list[str]:
        """Services that have a site."""
        return list(self._sites.members)

    @cached_property
    def modes(self) -> list[str]:
        """Straight lines and, where there are streets, the modes of the build."""
        return [STRAIGHT, *self._profiles] if self._networks.topology is not None else [STRAIGHT]

    def sites(self, category: str) -> pd.DataFrame:
        """Sites of a service, row by row as :class:`Use` numbers them.

        Returns
        -------
        DataFrame
            ``site_id`` (facility or stop), ``name``, ``kind``, ``municipality_code`` (by position, halo included; empty
            outside every boundary), ``area`` (-1 outside the study area), ``lon``, ``lat``, ``capacity`` (NaN where
            unknown), ``capacity_unit``.

        Raises
        ------
        UnknownCode
            The workspace has no such service.
        """
        return self._table.iloc[self._rows(category)].reset_index(drop=True)

    def nearest(self, category: str, mode: str) -> Use:
        """The nearest site of every place."""
        return self._once(("nearest", category, mode), lambda: self.nearest_of(category, mode, None))

    def nearest_of(self, category: str, mode: str, sites: npt.NDArray[np.bool_] | None) -> Use:
        """The nearest among some sites, a mask of :meth:`sites`; None for all."""
        rows = self._rows(category)
        chosen = np.arange(rows.size) if sites is None else np.flatnonzero(sites)
        found = self._nearest(self._places, self._points.take(rows[chosen]), mode)
        return Use(found.distance, numbered(chosen, found.site))

    def nearest_own(self, category: str, mode: str) -> Use:
        """The nearest site inside each place's own municipality."""
        own = self.sites(category)["area"].to_numpy()
        usable = own[np.newaxis, :] == np.arange(len(self.area_codes))[:, np.newaxis]
        return self._once(("own", category, mode), lambda: self.nearest_usable(category, mode, usable))

    def nearest_usable(self, category: str, mode: str, usable: npt.NDArray[np.bool_]) -> Use:
        """The nearest site among those that the people of each area may use.

        Parameters
        ----------
        usable
            Bool (n_areas, n_sites). The way there may lead through any area.
        """
        distance = np.full(len(self.area_of_place), np.inf, np.float32)
        site = np.full(len(self.area_of_place), NONE, np.int32)
        alike: dict[bytes, list[int]] = {}
        for area, mask in enumerate(usable):
            alike.setdefault(mask.tobytes(), []).append(area)
        rows = self._rows(category)
        for areas in alike.values():
            places = np.flatnonzero(np.isin(self.area_of_place, areas))
            chosen = np.flatnonzero(usable[areas[0]])
            found = self._nearest(self._places.take(places), self._points.take(rows[chosen]), mode)
            distance[places], site[places] = found.distance, numbered(chosen, found.site)
        return Use(distance, site)

    def ranked(self, category: str, mode: str, k: int) -> Use:
        """The k nearest sites of every place, nearest first: arrays (n_places, k)."""
        return self._once(("ranked", category, mode, k), lambda: self._ranked(category, mode, k))

    def closures(self, category: str, mode: str, unit: Rows) -> Closures:
        """What every closure of one unit of sites does to the ways of the people, as the build without it would keep them.

        Parameters
        ----------
        unit
            (n_sites,) number of what closes together, 0 or more: poles of a stop share theirs.
        """
        self._checked(mode)
        sites = self._points.take(self._rows(category))
        if mode == STRAIGHT:
            return closures_straight(self._places.xy, sites.xy, unit)
        profile = self._profiles[mode]
        ends = (self._places.ties(profile), sites.ties(profile))
        straight = (self._places.xy, sites.xy) if is_in_metres(mode) else None
        return closures_along_streets(self._network(mode), *ends, unit, straight=straight)

    def within(self, category: str, mode: str, limit: float) -> WithinLimit:
        """Every pair of a place and a site at most `limit` metres (straight line, on foot) or seconds apart."""
        points = self._points.take(self._rows(category))
        return self._within(points, mode, limit)

    def within_of_points(
        self, lon: npt.ArrayLike, lat: npt.ArrayLike, mode: str, limit: float, *, places: Rows | None = None
    ) -> WithinLimit:
        """The same for points anywhere, degrees; ``site`` is their row. Only for some places (rows, ascending) if given."""
        return self._within(self._of_degrees(lon, lat), mode, limit, places)

    def nearest_of_points(self, lon: npt.ArrayLike, lat: npt.ArrayLike, mode: str) -> Use:
        """From every place to the nearest of some points, degrees; ``site`` is their row."""
        return self._nearest(self._places, self._of_degrees(lon, lat), mode)

    def on_street(self, lon: npt.ArrayLike, lat: npt.ArrayLike, mode: str) -> npt.NDArray[np.bool_]:
        """Which points, degrees, have a street of the mode near enough; all of them for straight lines."""
        return self._on_street(self._of_degrees(lon, lat), mode)

    def places_on_street(self, mode: str) -> npt.NDArray[np.bool_]:
        """The same for the places, (n_places,)."""
        return self._on_street(self._places, mode)

    def limit_of(self, mode: str, *, metres: float | None = None, minutes: float | None = None) -> float:
        """A limit in what the mode counts in: metres for straight lines and walking, else seconds.

        Raises
        ------
        ValueError
            Minutes of a straight line, or metres of a mode that counts seconds.
        """
        if minutes is None and metres is not None and is_in_metres(mode):
            return float(metres)
        if metres is None and minutes is not None and mode != STRAIGHT:
            return minutes * (self._profiles[mode].metres_per_minute if is_in_metres(mode) else SECONDS_PER_MINUTE)
        raise ValueError(
            f"{mode}: しきい値は、直線距離では m、徒歩では m か分、ほかの移動手段では分で指定してください。 / "
            "Give metres for straight lines, metres or minutes on foot, minutes in other modes."
        )

    def _rows(self, category: str) -> Rows:
        if category not in self._sites.members:
            raise UnknownCode(
                f"サービス {category} の施設・停留所はこのワークスペースにありません。あるもの: {'、'.join(self.categories)} / "
                f"This workspace has no site of the service {category}."
            )
        return self._sites.members[category]

    def _checked(self, mode: str) -> None:
        if mode not in self.modes:
            raise UnknownCode(
                f"移動手段 {mode} はこのワークスペースにありません。あるもの: {'、'.join(self.modes)} / "
                f"No such mode of travel; there are: {', '.join(self.modes)}."
            )

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        return profiles_for(self.opened.workspace.manifest)

    @cached_property
    def _networks(self) -> Networks:
        return open_networks(self._folders["streets"], self._folders["network"], self._plane.crs)

    @cached_property
    def _sites(self) -> Sites:
        facilities, stops = (
            cast("gpd.GeoDataFrame", self.opened.workspace.table(name)) for name in ("facilities", "stops")
        )
        return Sites.of(facilities, stops)

    @cached_property
    def _table(self) -> pd.DataFrame:
        return table_of_sites(self.opened.workspace, self._sites, self.area_codes)

    @cached_property
    def _points(self) -> Points:
        return self._of_degrees(self._sites.lon, self._sites.lat)

    @cached_property
    def _places(self) -> Points:
        folder = self._folders["snapping"]
        return Points(np.load(folder / "xy.npy"), self._once_per_doors(lambda profile: load_ties(folder, profile)))

    def _of_degrees(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Points:
        xy = self._plane.to_plane(lon, lat)
        return Points(
            xy, self._once_per_doors(lambda profile: attach(self._networks.of(profile), xy, limit_metres=SNAP_LIMIT_M))
        )

    def _once_per_doors(self, ties: Callable[[Profile], Attachment]) -> Callable[[Profile], Attachment]:
        """Ties of points to streets, kept: modes that use the same doors share them."""
        made: dict[str, Attachment] = {}

        def kept(profile: Profile) -> Attachment:
            with self._lock:
                if profile.doors not in made:
                    made[profile.doors] = ties(profile)
                return made[profile.doors]

        return kept

    def _network(self, mode: str) -> StreetNetwork:
        return self._networks.of(self._profiles[mode])

    def _on_street(self, points: Points, mode: str) -> npt.NDArray[np.bool_]:
        self._checked(mode)
        if mode == STRAIGHT:
            return np.ones(len(points.xy), dtype=bool)
        return points.ties(self._profiles[mode]).is_attached

    def _nearest(self, places: Points, sites: Points, mode: str) -> Use:
        self._checked(mode)
        straight = nearest_straight(places.xy, sites.xy) if is_in_metres(mode) else None
        if mode == STRAIGHT:
            assert straight is not None
            return Use(straight.metres.astype(np.float32), straight.facility)
        profile = self._profiles[mode]
        ends = (places.ties(profile), {"": sites.ties(profile)})
        found = nearest(self._network(mode), *ends, with_metres=straight is not None)
        if straight is None or found.metres is None:
            return Use(found.seconds[:, 0].astype(np.float32), found.facility[:, 0])
        # As the build: a way rounded on every stretch may come out millimetres shorter than the straight line.
        return Use(np.maximum(found.metres[:, 0], straight.metres).astype(np.float32), found.facility[:, 0])

    def _ranked(self, category: str, mode: str, k: int) -> Use:
        self._checked(mode)
        sites = self._points.take(self._rows(category))
        if mode == STRAIGHT:
            return ranked_straight(self._places.xy, sites.xy, k)
        profile = self._profiles[mode]
        found = k_nearest(self._network(mode), self._places.ties(profile), sites.ties(profile), k=k)
        return Use(
            in_units(profile, found.seconds, found.facility, self._places.xy[:, np.newaxis], sites.xy), found.facility
        )

    def _within(self, points: Points, mode: str, limit: float, rows: Rows | None = None) -> WithinLimit:
        self._checked(mode)
        if rows is not None and not len(rows):
            return no_pairs()
        places = self._places if rows is None else self._places.take(rows)
        numbers = np.arange(len(places.xy)) if rows is None else np.asarray(rows)
        if mode == STRAIGHT:
            found = within_straight(places.xy, points.xy, limit)
        else:
            found = within_along_streets(self._network(mode), self._profiles[mode], places, points, limit)
        return found._replace(place=numbers[found.place].astype(np.int32))

    def _once(self, key: tuple[object, ...], answer: Callable[[], _Answer]) -> _Answer:
        """The answer, worked out when first asked for. Kept: a few megabytes each for a prefecture."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = answer()
            return cast("_Answer", self._kept[key])
