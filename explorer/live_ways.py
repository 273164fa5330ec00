"""Distances after a change, mode by mode: only what the change can have touched is asked of the streets again.

What is kept of each category is the nearest site of every junction of the streets. When sites close or open, the junctions
whose nearest is another now are found, and the places beside them read it anew (:mod:`layers.access.relabel`). The numbers
are those of a build without, or with, these sites.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from explorer.live_sites import Sites
from explorer.steps.distances import Rows
from explorer.steps.snapping import SNAP_LIMIT_M
from layers.access.attach import Attachment, attach
from layers.access.ends import Ends
from layers.access.nearest import decode, nearest
from layers.access.relabel import Cells, PlacesByChain, cells_of, labels_of, relabelled
from layers.access.straight import nearest_straight
from layers.access.sweeps import NOWHERE
from layers.counting.questions import Distances
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.networks import Networks
    from layers.access.network import StreetNetwork
    from layers.access.profiles import Profile

_ROUNDING: Final = 1e-6  # more than what float32 hides
_MANY_POINTS: Final = 16  # from here on a tree of points is quicker than one after the other


class Ready(NamedTuple):
    """What a mode has ready: its network, ties of the sites, how places leave and how sites are reached."""

    network: StreetNetwork
    ties: Attachment
    leaving: Ends
    arriving: Ends
    by_chain: PlacesByChain


@dataclass(frozen=True, eq=False)
class Change:
    """What is different from the workspace.

    Parameters
    ----------
    sites
        The sites of the workspace, and after them those that opened.
    xy
        float64 (s, 2), where the sites are in the plane.
    closed
        Rows of `sites`.
    opened_count
        How many opened.
    segments
        Numbers of streets that nobody can use.
    speed_factor
        float64 (m,), what the speed on each street is multiplied with, for modes that go by road class; None: nothing.
    """

    sites: Sites
    xy: npt.NDArray[np.float64]
    closed: Rows
    opened_count: int
    segments: npt.NDArray[np.int64]
    speed_factor: npt.NDArray[np.float64] | None

    @cached_property
    def is_closed(self) -> npt.NDArray[np.bool_]:
        """Bool (s,)."""
        mask = np.zeros(len(self.sites), dtype=bool)
        mask[self.closed] = True
        return mask

    def closed_in(self, category: str) -> Rows:
        """Sites of a category that closed."""
        rows = self.sites.members[category]
        return rows[self.is_closed[rows]]

    def opened_in(self, category: str) -> Rows:
        """Sites of a category that opened; rows ascend, and theirs come last."""
        rows = self.sites.members[category]
        return rows[rows >= len(self.sites) - self.opened_count]

    def open_in(self, category: str) -> Rows:
        """Sites of a category that are there after the change."""
        rows = self.sites.members[category]
        return rows[~self.is_closed[rows]]

    @cached_property
    def categories(self) -> list[str]:
        """Categories in which a site opened or closed."""
        return [name for name in self.sites.members if self.closed_in(name).size or self.opened_in(name).size]


def once_each(categories: Sequence[str], change: Change, answer: Callable[[str], Distances]) -> dict[str, Distances]:
    """The answer for each category, worked out once for those that consist of the same sites."""
    found: dict[bytes, Distances] = {}
    sites = {name: change.sites.members[name].tobytes() for name in categories}
    for name in categories:
        if sites[name] not in found:
            found[sites[name]] = answer(name)
    return {name: found[sites[name]] for name in categories}


class StraightWay:
    """As the crow flies: no street matters.

    Parameters
    ----------
    places_xy
        float64 (n_places, 2), metres in the plane.
    stored
        Category → distances of the workspace.
    """

    def __init__(self, places_xy: npt.NDArray[np.float64], stored: Mapping[str, Distances]) -> None:
        self._xy, self._stored = places_xy, stored
        self._x, self._y = np.ascontiguousarray(places_xy.T)

    def after(self, category: str, change: Change) -> Distances:
        """Metres to the nearest of a category after a change, (n_places,)."""
        stored = self._stored.get(category)
        distance = np.full(len(self._xy), np.inf, np.float32) if stored is None else np.array(stored)
        closed = change.xy[change.closed_in(category)]
        if closed.size:
            # Who had another one nearer than those that closed has it still.
            rows = self._about_within(closed, distance)
            distance[rows] = nearest_straight(self._xy[rows], change.xy[change.open_in(category)]).metres
        opened = change.xy[change.opened_in(category)]
        if opened.size:
            rows = self._about_within(opened, distance)
            metres = nearest_straight(self._xy[rows], opened).metres.astype(np.float32)
            distance[rows] = np.minimum(distance[rows], metres)
        return distance

    def _about_within(self, points: npt.NDArray[np.float64], limit: Distances) -> Rows:
        """Places that lie within their own limit of any of some points, and those that do but for rounding."""
        about = limit * np.float64(1 + _ROUNDING)
        if len(points) > _MANY_POINTS:
            return np.flatnonzero(nearest_straight(self._xy, points).metres <= about)
        beside = np.zeros(len(self._xy), dtype=bool)
        for x, y in points:
            beside |= (self._x - x) ** 2 + (self._y - y) ** 2 <= about**2
        return np.flatnonzero(beside)


class StreetWay:
    """Along the streets of one mode.

    The network and the present answers are made when first asked for, once for all threads, and never change.

    Parameters
    ----------
    networks
        Networks of the workspace.
    profile
        The mode.
    places
        Ties of the places to its streets.
    members, xy
        Category → rows of the sites of the workspace, and where these are, float64 (s, 2).
    stored, straight
        Category → distances of the workspace in this mode, and in a straight line.
    """

    def __init__(
        self,
        networks: Networks,
        profile: Profile,
        places: Attachment,
        *,
        members: Mapping[str, Rows],
        xy: npt.NDArray[np.float64],
        stored: Mapping[str, Distances],
        straight: Mapping[str, Distances],
    ) -> None:
        self.profile, self._networks, self._places = profile, networks, places
        self._members, self._xy, self._stored, self._straight = members, xy, stored, straight
        self._lock = threading.RLock()
        self._labels: dict[bytes, Cells] = {}  # by the rows of the sites: categories may share theirs
        self._ready: Ready | None = None

    def after(
        self, categories: Sequence[str], change: Change, straight: Mapping[str, Distances]
    ) -> dict[str, Distances]:
        """Category → metres or seconds to its nearest after a change, (n_places,), as a build would write them.

        Parameters
        ----------
        categories
            What is asked for; categories that the change cannot touch in this mode are left out of the answer.
        straight
            Category → metres in a straight line after the change, below which no way on foot may fall.
        """
        now = self._now()
        network = self._edited(now.network, change)
        if network is not now.network or not self._is_simple:
            return self._anew(network, [name for name in categories if name in change.sites.members], change, straight)
        touched = [name for name in categories if name in change.categories]
        if not touched:
            return {}
        self._fill_labels(touched)
        new = network.arriving(self._tied(change.xy[len(self._xy) :])) if change.opened_count else None
        arriving = now.arriving if new is None else Ends.joined([now.arriving, new])
        floor = straight if self.is_in_metres else {}
        return once_each(touched, change, lambda name: self._of(name, change, arriving, floor.get(name)))

    @property
    def is_in_metres(self) -> bool:
        """Whether the workspace keeps metres, not seconds, for this mode."""
        return is_in_metres(self.profile.id)

    @property
    def _is_simple(self) -> bool:
        """Whether the time alone tells what the workspace keeps."""
        return not self.is_in_metres or self.profile.is_uniform

    def _now(self) -> Ready:
        with self._lock:
            if self._ready is None:
                network = self._networks.of(self.profile)
                ties = self._tied(self._xy)
                leaving, arriving = network.leaving(self._places), network.arriving(ties)
                self._ready = Ready(network, ties, leaving, arriving, PlacesByChain.of(network, leaving))
            return self._ready

    def _tied(self, xy: npt.NDArray[np.float64]) -> Attachment:
        # On the streets as they are: a cut bridge takes nobody's door away.
        return attach(self._networks.of(self.profile), xy, limit_metres=SNAP_LIMIT_M)

    def _edited(self, network: StreetNetwork, change: Change) -> StreetNetwork:
        if change.segments.size:
            network = network.with_closed(change.segments)
        if change.speed_factor is not None and network.profile.kmh_by_class:
            network = network.with_speed_factor(np.ones(network.segment_count, dtype=bool), change.speed_factor)
        return network

    def _fill_labels(self, categories: Sequence[str]) -> None:
        """Which site is nearest to each junction in the workspace, for sites that nobody asked for before."""
        now = self._now()
        with self._lock:
            members = {
                self._members[name].tobytes(): self._members[name] for name in categories if name in self._members
            }
            lanes = {key: rows for key, rows in members.items() if key not in self._labels}
            if lanes:
                rows = list(lanes.values())
                found = labels_of(now.network, [now.arriving.take(each) for each in rows], rows)
                self._labels |= dict(zip(lanes, found, strict=True))

    def _of(self, category: str, change: Change, arriving: Ends, straight: Distances | None) -> Distances:
        """Distances to one category on streets as they are; `arriving` are the ends of all sites, new ones last."""
        now = self._now()
        if category in self._members:
            before = self._labels[self._members[category].tobytes()]
        else:
            before = np.full(now.network.topology.graph.junction_count, NOWHERE)
        left = change.open_in(category)
        sites = arriving.take(left)
        label, changed = relabelled(now.network, before, is_closed=change.is_closed, arriving=sites, rows=left)
        stored = self._stored.get(category)
        if stored is None:
            distance, rows = np.empty(len(now.leaving), np.float32), np.arange(len(now.leaving), dtype=np.int32)
        else:
            touched = np.concatenate([change.closed_in(category), change.opened_in(category)])
            distance, rows = np.array(stored), now.by_chain.concerned(now.network, changed, arriving.take(touched))
            if straight is not None:
                # Below the straight line no way is told: who walks straight to the door moves with it.
                rows = np.concatenate([rows, np.flatnonzero(straight != self._straight[category]).astype(np.int32)])
        asking = now.leaving.take(rows)
        cells = cells_of(now.network, label, asking, sites, left)
        distance[rows] = self._distances(cells, asking.is_tied, None if straight is None else straight[rows])
        return distance

    def _distances(self, cells: Cells, is_tied: npt.NDArray[np.bool_], straight: Distances | None) -> Distances:
        """What a build would keep of these answers."""
        seconds = decode(cells[:, np.newaxis], is_tied)[0][:, 0]
        if straight is None:
            return seconds.astype(np.float32)
        metres = seconds * (self.profile.metres_per_minute / 60.0)
        return np.maximum(metres.astype(np.float32), straight)

    def _anew(
        self,
        network: StreetNetwork,
        categories: Sequence[str],
        change: Change,
        straight: Mapping[str, Distances],
    ) -> dict[str, Distances]:
        """All distances along other streets, at other speeds, or of a mode whose ways must be measured."""
        ties = _joined(self._now().ties, self._tied(change.xy[len(self._xy) :]))
        sites = {name: ties.take(change.open_in(name)) for name in categories}
        found = nearest(network, self._places, sites, with_metres=self.is_in_metres)
        if found.metres is None:
            return {name: found.seconds[:, lane].astype(np.float32) for lane, name in enumerate(categories)}
        metres = found.metres.astype(np.float32)
        return {name: np.maximum(metres[:, lane], straight[name]) for lane, name in enumerate(categories)}


def _joined(one: Attachment, other: Attachment) -> Attachment:
    """The ties of two lots of points, one lot after the other."""
    pairs = ((getattr(one, entry.name), getattr(other, entry.name)) for entry in fields(one))
    return type(one)(*(np.concatenate(pair) for pair in pairs))
