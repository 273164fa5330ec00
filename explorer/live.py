"""What if: the same workspace with facilities opened, closed or moved, streets cut, speeds changed, in milliseconds.

>>> import explorer
>>> live = explorer.open("workspace").live()  # doctest: +SKIP
>>> live.after(closed=["f000123"]).indicators  # doctest: +SKIP

The law it keeps: an answer is that of a whole build from the changed data, to the last bit.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from explorer.conditions import step_folders
from explorer.live_change import Alike, Change
from explorer.live_departures import Departures
from explorer.live_effect import Effect, limits_of
from explorer.live_links import Links, NewStreet
from explorer.live_serving import alike_places, who_may_use
from explorer.live_sites import KEY_STOP, ONLY, Opened, Sites, checked
from explorer.live_ways import Ways
from explorer.networks import open_networks
from explorer.street_map import StreetMap
from geodata.errors import UnknownCode
from geodata.projection import PlaneProjection
from layers.access.profiles import WALK, profiles_for
from layers.conditions import AS_BUILT
from layers.counting.questions import Measure
from layers.indicators import Block, as_built, blocks_of, change_table, recomputed
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from explorer.regions import Opened as OpenedWorkspace


class Live:
    """A workspace that answers what-if questions; any number of threads may ask at once.

    What is needed of networks and present answers is made when a question first needs it and then kept, never changed:
    the first question about a category is slower than those that follow.
    """

    def __init__(self, opened: OpenedWorkspace) -> None:
        workspace = opened.workspace
        folders = step_folders(workspace)
        self.conditions = opened.conditions
        self.area_codes: tuple[str, ...] = tuple(opened.municipalities["code"])
        self._plane = PlaneProjection(workspace.manifest["projection"], 0.0)
        facilities, stops = (cast("gpd.GeoDataFrame", workspace.table(name)) for name in ("facilities", "stops"))
        self._sites = Sites.of(facilities, stops)
        self._sites_xy = self._plane.to_plane(self._sites.lon, self._sites.lat)
        self._facility_count = len(facilities)
        self._networks = open_networks(folders["streets"], folders["network"], self._plane.crs)
        self.streets = StreetMap(self._networks.streets, self._plane)
        profiles = list(profiles_for(workspace.manifest).values()) if self._networks.topology is not None else []
        present = self.conditions.distances
        self._ways = Ways(self._networks, folders["snapping"], profiles, self._sites, self._sites_xy, present)
        walk = next((profile for profile in profiles if profile.id == WALK.id), None)
        self._departures = Departures(folders, self._networks, stops, self._sites_xy[len(facilities) :], walk)
        self._catalogue = opened.catalogue
        self._lock = threading.Lock()
        self._blocks: list[Block] = []

    def after(
        self,
        *,
        closed: Iterable[str] = (),
        opened: Iterable[Opened] = (),
        moved: Mapping[str, tuple[float, float]] | None = None,
        closed_streets: BaseGeometry | npt.ArrayLike | None = None,
        opened_streets: Iterable[NewStreet] = (),
        speed_factor: Mapping[str, float] | None = None,
        departures: Mapping[str, float] | None = None,
        serving: Mapping[str | int, Collection[str]] | None = None,
        categories: Collection[str] | None = None,
        modes: Collection[str] | None = None,
    ) -> Effect:
        """Answer anew what a change can touch.

        Parameters
        ----------
        closed
            Ids of facilities (``facility_id``) or stops (``stop_id``, or ``group_id`` for all poles of a stop) that are
            gone.
        opened
            What is new: kind (one of :data:`geodata.kinds.KINDS`, or station, stop, stop30), longitude and latitude.
        moved
            Id → longitude and latitude of where it is now.
        closed_streets
            Numbers of street segments, or a shape (longitude, latitude): every street that touches it is closed to all.
        opened_streets
            New streets, each between two positions on the streets that there are (:mod:`explorer.live_links`).
        speed_factor
            Road class → what its speed is multiplied with (0.5: half as fast), in the modes that go by road class.
        departures
            Group of stops → departures a weekday from now on, both directions (NaN: unknown): which count in stop30.
        serving
            Site (id, or position in `opened`) → codes of the municipalities whose people may use it. All may use the others.
        categories, modes
            Answer for these only; None for all that the workspace holds.

        Raises
        ------
        UnknownCode
            An id, kind, road class, category or mode that this workspace does not know.
        ValueError
            A position outside Japan, a factor that is not above 0, a street that does not exist.
        """
        new = list(opened)
        change = self._change(closed, new, moved or {}, closed_streets, speed_factor or {}, departures or {})
        wanted, among = self._wanted(change, categories), self._modes(modes)
        allowed = who_may_use(self._sites, self.area_codes, serving or {}, moved or {}, new)
        for_some = [name for name in wanted if np.isin(change.open_in(name), list(allowed)).any()]
        distances = self._ways.after(change, [name for name in wanted if name not in for_some], among)
        alike = alike_places(change, for_some, allowed, self.conditions.area_of_place)
        if for_some:
            distances |= self._ways.among(change, alike, among)
        streets = list(opened_streets)
        if streets:
            others = {name: change.open_in(name) for name in wanted if name not in for_some}
            everywhere = Alike(np.arange(len(self.conditions.area_of_place)), others)
            links, speeds = self._links(streets), speed_factor or {}
            distances |= self._ways.over(change, links, speeds, [everywhere, *alike], among, distances)
        after = self.conditions.replacing(distances)
        after.count_ahead(measure for measure in distances if measure[1] != STRAIGHT)  # a straight line takes no time
        anew: set[Measure] = set()
        is_plain = not (change.segments.size or streets or new or moved)  # the same stops, along the same streets
        if departures and is_plain and modes is None:
            gone = change.is_closed[self._facility_count :]
            values = self._departures.after(departures, gone, self.conditions.place_values)
            after = after.with_place_values(values)
            anew = {(AS_BUILT, name) for name in values}
        touched = [
            block
            for block in self._blocks_before()
            if not block.reads.isdisjoint(distances.keys())
            or (not block.reads.isdisjoint(anew) and _made_of(block.reads) <= anew)
        ]
        table = change_table(touched, recomputed(touched, after), self.area_codes)
        answered = {id(block) for block in touched}
        left = dict.fromkeys(
            block.indicator.id
            for block in as_built(self._blocks_before(), distances.keys())
            if id(block) not in answered
        )
        return Effect(table, self.conditions, after, tuple(distances), limits_of(touched), self.area_codes, tuple(left))

    @property
    def sites(self) -> Sites:
        """Facilities and stops of the workspace."""
        return self._sites

    def prepare(self) -> None:
        """Make what the first question would have to wait for: networks, ties, and the present indicators."""
        self._ways.prepare()
        self._blocks_before()

    def check_new_street(self, street: NewStreet) -> None:
        """Refuse a new street whose ends are on no street.

        Raises
        ------
        ValueError
            An end lies outside Japan, or is no place where a street of any mode could begin.
        """
        for lon, lat in (street.start, street.end):
            checked("stop", lon, lat)
        xy = self._plane.to_plane(*np.array([street.start, street.end]).T)
        self._ways.check_ends(xy)

    def _change(
        self,
        closed: Iterable[str],
        opened: Sequence[Opened],
        moved: Mapping[str, tuple[float, float]],
        closed_streets: BaseGeometry | npt.ArrayLike | None,
        speed_factor: Mapping[str, float],
        departures: Mapping[str, float] = MappingProxyType({}),
    ) -> Change:
        now = self._sites
        gone = [now.rows(closed)]
        new = [checked(*each) for each in opened]
        kinds, rarer, oftener = now.with_departures(departures)
        for name, (lon, lat) in moved.items():
            rows = now.rows([name])
            gone.append(rows)
            checked("stop", lon, lat)
            new += [(kind, lon, lat) for kind in kinds[rows]]
        shut = np.unique(np.concatenate(gone))
        # They stand where they stood: the same ways to them, now of this category too.
        new += [(f"{ONLY}{KEY_STOP}", now.lon[row], now.lat[row]) for row in np.setdiff1d(oftener, shut).tolist()]
        sites = now.with_opened(new)
        return Change(
            sites=sites,
            xy=self._sites_xy if not new else np.concatenate([self._sites_xy, self._in_plane(new)]),
            closed=shut,
            opened_count=len(new),
            segments=self.streets.closed(closed_streets),
            speed_factor=self.streets.speed_factor(speed_factor),
            left={KEY_STOP: rarer} if rarer.size else {},
        )

    def _links(self, streets: Sequence[NewStreet]) -> Links:
        """New streets in the plane, as long as there are such classes and positions."""
        self.streets.speed_factor(dict.fromkeys((street.road_class for street in streets), 1.0))
        for street in streets:
            for lon, lat in (street.start, street.end):
                checked("stop", lon, lat)
        ends = np.array([end for street in streets for end in (street.start, street.end)], dtype=float)
        return Links(self._plane.to_plane(*ends.T), tuple(street.road_class for street in streets))

    def _in_plane(self, new: Sequence[Opened]) -> npt.NDArray[np.float64]:
        return self._plane.to_plane([lon for _, lon, _ in new], [lat for _, _, lat in new])

    def _wanted(self, change: Change, categories: Collection[str] | None) -> list[str]:
        known = list(change.sites.members)
        return known if categories is None else _among(known, categories, "カテゴリ", "category")

    def _modes(self, modes: Collection[str] | None) -> list[str]:
        known = self._ways.modes
        return known if modes is None else _among(known, modes, "移動手段", "mode")

    def _blocks_before(self) -> list[Block]:
        with self._lock:
            if not self._blocks:
                self._blocks = blocks_of(self.conditions, self._catalogue.values())
            return self._blocks


def _among(known: Collection[str], wanted: Collection[str], ja: str, en: str) -> list[str]:
    """Those of the known names that are wanted."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise UnknownCode(
            f"{ja} {'、'.join(unknown)} はこのワークスペースにありません。あるもの: {'、'.join(known)} / "
            f"This workspace has no {en} {', '.join(unknown)}."
        )
    return [name for name in known if name in wanted]


def _made_of(reads: Collection[Measure]) -> set[Measure]:
    """What of it are values that the build made of places and areas."""
    return {measure for measure in reads if measure[0] == AS_BUILT}
