"""What if: the same workspace with facilities opened, closed or moved, streets cut, speeds changed, in milliseconds.

>>> import explorer
>>> live = explorer.open("workspace").live()  # doctest: +SKIP
>>> live.after(closed=["f000123"]).indicators  # doctest: +SKIP

The law it keeps: an answer is that of a whole build from the changed data, to the last bit.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from explorer.conditions import step_folders, wanted_indicators
from explorer.live_change import Change, StraightWay, once_each
from explorer.live_sites import Opened, Sites, checked
from explorer.live_streets import Doors, StreetWay
from explorer.networks import open_networks
from explorer.steps.snapping import load_ties
from geodata.errors import UnknownCode
from geodata.projection import PlaneProjection
from geodata.streets import ROAD_CLASS_INDEX, ROAD_CLASSES
from layers.access.parallel import run_chunks
from layers.access.profiles import profiles_for
from layers.counting.questions import Distances, Measure
from layers.indicators import Block, affected, blocks_of, change_table, recomputed
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    import geopandas as gpd

    from explorer.regions import Opened as OpenedWorkspace
    from layers.conditions import Conditions


_PEOPLE: Final = ("area_code", "category", "mode", "group", "farther", "nearer")
_BEYOND: Final = (
    *("area_code", "category", "mode", "limit", "group"),
    *("newly_beyond", "newly_within", "places_beyond", "places_within"),
)


@dataclass(frozen=True, eq=False)
class Effect:
    """What a change does.

    Parameters
    ----------
    indicators
        ``area_code``, ``indicator``, ``group``, ``mode``, ``before``, ``after``, ``change``: every indicator that the
        change can touch, for all municipalities. The others hold as they are.
    before, after
        Places with their distances.
    measures
        The ``(category, mode)`` that were answered anew.
    limits
        The thresholds of the indicators that were touched, by measure.
    area_codes
        Municipalities, in the order of the areas.
    """

    indicators: pd.DataFrame
    before: Conditions
    after: Conditions
    measures: tuple[Measure, ...]
    limits: Mapping[Measure, tuple[float, ...]]
    area_codes: tuple[str, ...]

    def newly_beyond(self, category: str, mode: str, limit: float) -> npt.NDArray[np.bool_]:
        """Bool (n_places,): within the limit before, no longer after."""
        return self._within(self.before, (category, mode), limit) & ~self._within(self.after, (category, mode), limit)

    def newly_within(self, category: str, mode: str, limit: float) -> npt.NDArray[np.bool_]:
        """Bool (n_places,): beyond the limit before, within it after."""
        return self._within(self.after, (category, mode), limit) & ~self._within(self.before, (category, mode), limit)

    @cached_property
    def people(self) -> pd.DataFrame:
        """People whose way becomes longer or shorter.

        Returns
        -------
        DataFrame
            ``area_code``, ``category``, ``mode``, ``group``, ``farther``, ``nearer``: people per municipality.
        """
        parts = []
        for measure in self.measures:
            before, after = (_far(conditions, measure) for conditions in (self.before, self.after))
            parts.append(self._counted(measure, {"farther": after > before, "nearer": after < before}))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_PEOPLE))

    @cached_property
    def beyond(self) -> pd.DataFrame:
        """Places and people that fall beyond a threshold of the indicators, or come within it.

        Returns
        -------
        DataFrame
            ``area_code``, ``category``, ``mode``, ``limit``, ``group``, ``newly_beyond``, ``newly_within`` (people), and
            ``places_beyond``, ``places_within``.
        """
        parts = []
        for category, mode in self.measures:
            for limit in self.limits.get((category, mode), ()):
                beyond, within = (
                    self.newly_beyond(category, mode, limit),
                    self.newly_within(category, mode, limit),
                )
                table = self._counted((category, mode), {"newly_beyond": beyond, "newly_within": within})
                groups = len(self.before.people)
                table.insert(3, "limit", limit)
                table["places_beyond"] = np.tile(self.before.sum_over_areas(beyond.astype(float)), groups).astype(int)
                table["places_within"] = np.tile(self.before.sum_over_areas(within.astype(float)), groups).astype(int)
                parts.append(table)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_BEYOND))

    def _within(self, conditions: Conditions, measure: Measure, limit: float) -> npt.NDArray[np.bool_]:
        return np.asarray(_far(conditions, measure) <= limit)

    def _counted(self, measure: Measure, masks: Mapping[str, npt.NDArray[np.bool_]]) -> pd.DataFrame:
        """People per area and age group where each mask holds."""
        groups, codes = list(self.before.people), self.area_codes
        columns = {
            name: np.concatenate(
                [self.before.sum_over_areas(np.where(mask, self.before.people[group], 0.0)) for group in groups]
            )
            for name, mask in masks.items()
        }
        labels = {"area_code": np.tile(codes, len(groups)), "category": measure[0], "mode": measure[1]}
        return pd.DataFrame({**labels, "group": np.repeat(groups, len(codes)), **columns})


def _far(conditions: Conditions, measure: Measure) -> Distances:
    """Distances, infinity where there is no street or nothing was measured."""
    found = conditions.distances.get(measure)
    if found is None:
        return np.full(len(conditions.area_of_place), np.inf, np.float32)
    return np.where(np.isnan(found), np.float32(np.inf), found)


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
        self._networks = open_networks(folders["streets"], folders["network"], self._plane.crs)
        straight = self._stored(STRAIGHT)
        self._straight = StraightWay(np.load(folders["snapping"] / "xy.npy"), straight)
        profiles = list(profiles_for(workspace.manifest).values()) if self._networks.topology is not None else []
        doors: dict[str, Doors] = {}
        for profile in profiles:
            if profile.doors not in doors:
                ties = load_ties(folders["snapping"], profile)
                doors[profile.doors] = Doors(self._networks, profile, ties, self._sites_xy)
        self._ways = {
            profile.id: StreetWay(
                self._networks,
                profile,
                doors[profile.doors],
                members=self._sites.members,
                stored=self._stored(profile.id),
                straight=straight,
            )
            for profile in profiles
        }
        self._lock = threading.Lock()
        self._blocks: list[Block] = []

    def after(
        self,
        *,
        closed: Iterable[str] = (),
        opened: Iterable[Opened] = (),
        moved: Mapping[str, tuple[float, float]] | None = None,
        closed_streets: BaseGeometry | npt.ArrayLike | None = None,
        speed_factor: Mapping[str, float] | None = None,
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
        speed_factor
            Road class → what its speed is multiplied with (0.5: half as fast), in the modes that go by road class.
        categories, modes
            Answer for these only; None for all that the workspace holds.

        Raises
        ------
        UnknownCode
            An id, kind, road class, category or mode that this workspace does not know.
        ValueError
            A position outside Japan, a factor that is not above 0, a street that does not exist.
        """
        change = self._change(closed, list(opened), moved or {}, closed_streets, speed_factor or {})
        distances = self._distances(change, self._wanted(change, categories), self._modes(modes))
        after = self.conditions.replacing(distances)
        after.count_ahead(measure for measure in distances if measure[1] != STRAIGHT)  # a straight line takes no time
        touched = affected(self._blocks_before(), distances.keys())
        table = change_table(touched, recomputed(touched, after), self.area_codes)
        return Effect(table, self.conditions, after, tuple(distances), _limits(touched), self.area_codes)

    def prepare(self) -> None:
        """Make what the first question would have to wait for: networks, ties, and the present indicators."""
        run_chunks(StreetWay.prepare, self._ways.values())
        self._blocks_before()

    def streets_touching(self, shape: BaseGeometry) -> npt.NDArray[np.int64]:
        """Numbers of the street segments that touch a shape in longitude and latitude."""
        streets = self._networks.streets
        west, south, east, north = shape.bounds if not shape.is_empty else (1.0, 1.0, 0.0, 0.0)
        lon, lat = (np.stack([axis[streets.tail], axis[streets.head]]) for axis in (streets.node_lon, streets.node_lat))
        beside = (lon.max(0) < west) | (lon.min(0) > east) | (lat.max(0) < south) | (lat.min(0) > north)
        near = np.flatnonzero(~beside)
        lines = shapely.linestrings(np.stack([lon[:, near].T, lat[:, near].T], axis=2))
        return near[shapely.intersects(lines, shape)]

    def _change(
        self,
        closed: Iterable[str],
        opened: Sequence[Opened],
        moved: Mapping[str, tuple[float, float]],
        closed_streets: BaseGeometry | npt.ArrayLike | None,
        speed_factor: Mapping[str, float],
    ) -> Change:
        now = self._sites
        gone = [now.rows(closed)]
        new = [checked(*each) for each in opened]
        for name, (lon, lat) in moved.items():
            rows = now.rows([name])
            gone.append(rows)
            checked("stop", lon, lat)
            new += [(kind, lon, lat) for kind in now.kinds[rows]]
        sites = now.with_opened(new)
        return Change(
            sites=sites,
            xy=self._sites_xy if not new else np.concatenate([self._sites_xy, self._in_plane(new)]),
            closed=np.unique(np.concatenate(gone)),
            opened_count=len(new),
            segments=self._segments(closed_streets),
            speed_factor=self._speed_factor(speed_factor),
        )

    def _in_plane(self, new: Sequence[Opened]) -> npt.NDArray[np.float64]:
        return self._plane.to_plane([lon for _, lon, _ in new], [lat for _, _, lat in new])

    def _segments(self, streets: BaseGeometry | npt.ArrayLike | None) -> npt.NDArray[np.int64]:
        if streets is None:
            return np.empty(0, np.int64)
        if isinstance(streets, BaseGeometry):
            return self.streets_touching(streets)
        given = np.asarray(streets)
        return np.flatnonzero(given) if given.dtype == np.bool_ else given.astype(np.int64).ravel()

    def _speed_factor(self, factors: Mapping[str, float]) -> npt.NDArray[np.float64] | None:
        unknown = [name for name in factors if name not in ROAD_CLASS_INDEX]
        if unknown:
            raise UnknownCode(
                f"道路の種類 {'、'.join(unknown)} はありません。あるもの: {'、'.join(ROAD_CLASSES)} / "
                f"No such road class: {', '.join(unknown)}."
            )
        if not factors:
            return None
        by_class = np.array([factors.get(name, 1.0) for name in ROAD_CLASSES])
        return by_class[self._networks.streets.road_class]

    def _wanted(self, change: Change, categories: Collection[str] | None) -> list[str]:
        known = list(change.sites.members)
        return known if categories is None else _among(known, categories, "カテゴリ", "category")

    def _modes(self, modes: Collection[str] | None) -> list[str]:
        known = [STRAIGHT, *self._ways]
        return known if modes is None else _among(known, modes, "移動手段", "mode")

    def _distances(self, change: Change, wanted: Sequence[str], modes: Sequence[str]) -> dict[Measure, Distances]:
        """Every measure that the change can touch, worked out anew."""
        ways = [self._ways[mode] for mode in modes if mode != STRAIGHT]
        touched = [name for name in wanted if name in change.categories]
        straight = once_each(touched, change, lambda name: self._straight.after(name, change))
        # Along other streets the ways on foot change too, the straight lines below which they cannot fall do not.
        floor = {**self._stored(STRAIGHT), **straight}
        found = run_chunks(lambda way: way.after(wanted, change, floor), ways)
        answers = {
            (name, way.profile.id): far for way, fars in zip(ways, found, strict=True) for name, far in fars.items()
        }
        return {(name, STRAIGHT): far for name, far in straight.items() if STRAIGHT in modes} | answers

    def _stored(self, mode: str) -> dict[str, Distances]:
        """Category → distances of the workspace; none for categories that have no site."""
        present = self.conditions.distances
        return {name: present[name, mode] for name in self._sites.members if (name, mode) in present}

    def _blocks_before(self) -> list[Block]:
        with self._lock:
            if not self._blocks:
                self._blocks = blocks_of(self.conditions, wanted_indicators(self.conditions))
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


def _limits(blocks: Iterable[Block]) -> dict[Measure, tuple[float, ...]]:
    """Thresholds of indicators of one category, by what they measure."""
    found: dict[Measure, set[float]] = {}
    for block in blocks:
        if block.indicator.threshold_m is not None and block.indicator.category is not None:
            found.setdefault((block.indicator.category, block.mode), set()).add(float(block.indicator.threshold_m))
    return {measure: tuple(sorted(limits)) for measure, limits in found.items()}
