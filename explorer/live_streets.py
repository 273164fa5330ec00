"""Distances along streets after a change, mode by mode: only what the change can have touched is asked of the streets again.

What is kept of each category is the nearest site of every junction of the streets. When sites close or open, the junctions
whose nearest is another now are found, and the places beside them read it anew (:mod:`layers.access.relabel`). The numbers
are those of a build without, or with, these sites.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from explorer.live_change import Alike, Change, once_each
from explorer.live_links import Links, seconds_over_links
from explorer.steps.distances import Rows
from explorer.steps.snapping import SNAP_LIMIT_M
from layers.access.attach import Attachment, attach
from layers.access.ends import Ends
from layers.access.nearest import decode, nearest, nearest_cells
from layers.access.parallel import run_chunks
from layers.access.relabel import Cells, PlacesByChain, cells_of, labels_of, relabelled
from layers.access.sweeps import NOWHERE
from layers.counting.questions import Distances
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.networks import Networks
    from layers.access.graph import StreetGraph
    from layers.access.network import StreetNetwork
    from layers.access.profiles import Profile


_LOCAL = 4  # where fewer than one of so many places is asked, only the part of the network that they can use is


class Ready(NamedTuple):
    """What a mode has ready: its network, how places leave, how sites are reached, and the places of each chain."""

    network: StreetNetwork
    leaving: Ends
    arriving: Ends
    by_chain: PlacesByChain


class Doors:
    """Where places and sites step onto the streets that some modes share.

    Parameters
    ----------
    networks
        Networks of the workspace.
    profile
        One of the modes.
    places
        Ties of the places.
    xy
        float64 (s, 2), the sites of the workspace in the plane.
    """

    def __init__(self, networks: Networks, profile: Profile, places: Attachment, xy: npt.NDArray[np.float64]) -> None:
        self.places, self.xy = places, xy
        self._networks, self._profile, self._lock = networks, profile, threading.Lock()
        self._sites: Attachment | None = None

    @property
    def sites(self) -> Attachment:
        """Ties of the sites of the workspace."""
        with self._lock:
            if self._sites is None:
                self._sites = self.of(self.xy)
            return self._sites

    def of(self, xy: npt.NDArray[np.float64]) -> Attachment:
        """Ties of points, on the streets as they are: a cut bridge takes nobody's door away."""
        return attach(self._networks.of(self._profile), xy, limit_metres=SNAP_LIMIT_M)


class StreetWay:
    """Along the streets of one mode.

    The network and the present answers are made when first asked for, once for all threads, and never change.

    Parameters
    ----------
    networks
        Networks of the workspace.
    profile
        The mode.
    doors
        Ties of places and sites to its streets.
    members
        Category → rows of the sites of the workspace.
    stored, straight
        Category → distances of the workspace in this mode, and in a straight line.
    """

    def __init__(
        self,
        networks: Networks,
        profile: Profile,
        doors: Doors,
        *,
        members: Mapping[str, Rows],
        stored: Mapping[str, Distances],
        straight: Mapping[str, Distances],
    ) -> None:
        self.profile, self._networks, self._doors = profile, networks, doors
        self._members, self._stored, self._straight = members, stored, straight
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
        known = [name for name in categories if name in change.sites.members]
        wanted = known if change.segments.size else [name for name in known if name in change.categories]
        is_slower = change.speed_factor is not None and bool(self.profile.kmh_by_class)
        if is_slower or not self._is_simple:
            return self._anew(self._edited(change), known if is_slower else wanted, change, straight)
        if not wanted:
            return {}
        self._fill_labels(wanted)
        streets = self._streets_after(now, change)
        floor = straight if self.is_in_metres else {}
        found = once_each(wanted, change, lambda name: self._of(name, change, streets, floor.get(name)))
        # A street that is cut somewhere is on nobody's way to most categories.
        return {name: far for name, far in found.items() if far is not self._stored.get(name)}

    def among(self, alike: Sequence[Alike], change: Change, straight: Mapping[str, Distances]) -> dict[str, Distances]:
        """Category → metres or seconds to the nearest site that the people of each place may use, (n_places,).

        Parameters
        ----------
        straight
            Category → metres in a straight line to the same sites.
        """
        network = self._edited(change)
        ties = _joined(self._doors.sites, self._doors.of(change.xy[len(self._doors.xy) :]))
        leaving, arriving = network.leaving(self._doors.places), network.arriving(ties)
        distances = {name: np.full(len(leaving), np.inf, np.float32) for name in alike[0].sites}

        def answer(each: Alike) -> None:
            ends, rows = leaving.take(each.places), list(each.sites.values())
            floors = {name: straight[name][each.places] if self.is_in_metres else None for name in each.sites}
            if self._is_simple:
                # The rest of the network is left out where it is most of it.
                is_local = len(ends) * _LOCAL < len(leaving)
                sites = [arriving.take(some) for some in rows]
                cells = nearest_cells(network, ends, sites, rows=rows, is_local=is_local)
                for lane, (name, floor) in enumerate(floors.items()):
                    distances[name][each.places] = self._distances(cells[:, lane], ends.is_tied, floor)
                return
            places = self._doors.places.take(each.places)
            some_sites = {name: ties.take(some) for name, some in each.sites.items()}
            metres = nearest(network, places, some_sites, with_metres=True).metres
            assert metres is not None
            for lane, name in enumerate(each.sites):
                floor = straight[name][each.places]
                distances[name][each.places] = np.maximum(metres[:, lane].astype(np.float32), floor)

        run_chunks(answer, alike)
        return distances

    def ends_of(self, xy: npt.NDArray[np.float64]) -> Attachment:
        """Ties of the two ends of each new street.

        Raises
        ------
        ValueError
            An end has no street near it.
        """
        ends = self._doors.of(xy)
        lost = np.flatnonzero(ends.segment < 0)
        if lost.size:
            raise ValueError(
                f"新しい道路の{'終点' if lost[0] % 2 else '始点'}から {SNAP_LIMIT_M:.0f} m 以内に"
                f"道路がありません（{self.profile.ja}）。 / No street within {SNAP_LIMIT_M:.0f} m of the "
                f"{'end' if lost[0] % 2 else 'start'} of the new street ({self.profile.en})."
            )
        return ends

    def over(
        self,
        links: Links,
        speeds: Mapping[str, float],
        alike: Sequence[Alike],
        change: Change,
        straight: Mapping[str, Distances],
    ) -> dict[str, Distances]:
        """Category → metres or seconds to its nearest by ways over new streets, (n_places,).

        Raises
        ------
        ValueError
            An end of a new street has no street near it.
        """
        ends = self.ends_of(links.xy)
        found = seconds_over_links(
            self._edited(change),
            links.seconds(self.profile, speeds),
            ends=ends,
            places=self._doors.places,
            sites=_joined(self._doors.sites, self._doors.of(change.xy[len(self._doors.xy) :])),
            alike=alike,
        )
        if not self.is_in_metres:
            return {name: seconds.astype(np.float32) for name, seconds in found.items()}
        metres = self.profile.metres_per_minute / 60.0
        return {
            name: np.maximum((seconds * metres).astype(np.float32), straight[name]) for name, seconds in found.items()
        }

    def prepare(self) -> None:
        """Make what every question needs."""
        self._now()

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
                leaving, arriving = network.leaving(self._doors.places), network.arriving(self._doors.sites)
                self._ready = Ready(network, leaving, arriving, PlacesByChain.of(network, leaving))
            return self._ready

    def _edited(self, change: Change) -> StreetNetwork:
        network = self._now().network
        if change.segments.size:
            network = network.with_closed(change.segments)
        if change.speed_factor is not None and self.profile.kmh_by_class:
            network = network.with_speed_factor(np.ones(network.segment_count, dtype=bool), change.speed_factor)
        return network

    def _streets_after(self, now: Ready, change: Change) -> _StreetsAfter:
        """The streets after a change, with the ends of all sites on them, those that opened last."""
        edited = self._edited(change)  # nothing is worked out from it but what is asked for
        new = self._doors.of(change.xy[len(self._doors.xy) :]) if change.opened_count else None
        arriving = now.arriving if new is None else Ends.joined([now.arriving, edited.arriving(new)])
        graph = now.network.topology.graph
        links = graph.link_of_segment[change.segments]
        cut = np.unique(graph.chain_of_link[links[links >= 0]])
        sites = np.flatnonzero((now.arriving.link >= 0) & np.isin(_chains(graph, now.arriving), cut))
        places = now.by_chain.on(cut)
        if sites.size:
            arriving = _with_rows(arriving, sites, edited.arriving(self._doors.sites.take(sites)))
        leaving = edited.leaving(self._doors.places.take(places)) if places.size else now.leaving.take(places)
        is_edited = bool(places.size or sites.size)
        return _StreetsAfter(edited if is_edited else now.network, arriving, cut, sites, places, leaving)

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

    def _of(self, category: str, change: Change, streets: _StreetsAfter, straight: Distances | None) -> Distances:
        """Distances to one category; the array of the workspace itself where a cut touches nobody on the way there."""
        now = self._now()
        graph = now.network.topology.graph
        left = change.open_in(category)
        sites = streets.arriving.take(left)
        if category in self._members:
            before = self._labels[self._members[category].tobytes()]
            on_cut = streets.cut_sites[np.isin(streets.cut_sites, self._members[category])]
        else:
            before, on_cut = np.full(graph.junction_count, NOWHERE), left[:0]
        label, changed = relabelled(
            now.network,
            before,
            is_closed=change.is_closed_in(category),
            arriving=sites,
            rows=left,
            cut=streets.cut,
            on_cut=(now.arriving.take(on_cut), on_cut),
        )
        stored = self._stored.get(category)
        if stored is None:
            rows = np.arange(len(now.leaving), dtype=np.int32)
        else:
            touched = streets.arriving.take(np.concatenate([change.closed_in(category), change.opened_in(category)]))
            chains = np.concatenate([_chains(graph, touched)[touched.link >= 0], streets.cut])
            rows = now.by_chain.concerned(now.network, changed, chains)
            if straight is not None:
                # Below the straight line no way is told: who walks straight to the door moves with it.
                rows = np.concatenate([rows, np.flatnonzero(straight != self._straight[category]).astype(np.int32)])
        asking = streets.leaving(now.leaving, rows)
        cells = cells_of(streets.network, label, asking, sites, left)
        there = self._distances(cells, asking.is_tied, None if straight is None else straight[rows])
        if stored is None:
            return there
        if category not in change.categories and np.array_equal(stored[rows], there, equal_nan=True):
            return stored
        distance = np.array(stored)
        distance[rows] = there
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
        ties = _joined(self._doors.sites, self._doors.of(change.xy[len(self._doors.xy) :]))
        sites = {name: ties.take(change.open_in(name)) for name in categories}
        found = nearest(network, self._doors.places, sites, with_metres=self.is_in_metres)
        far = found.seconds if found.metres is None else found.metres
        by_category = dict(zip(categories, np.ascontiguousarray(far.astype(np.float32).T), strict=True))
        if found.metres is None:
            return by_category
        return {name: np.maximum(metres, straight[name]) for name, metres in by_category.items()}


@dataclass(frozen=True, eq=False)
class _StreetsAfter:
    """Streets after a change, as far as they are others than before.

    Parameters
    ----------
    network
        With the times along chains that hold after the change wherever somebody lives.
    arriving
        Ends of all sites, those that opened last.
    cut
        Chains that nobody can pass any more.
    cut_sites, cut_places
        Rows of the sites and places of the workspace on these chains, ascending.
    cut_leaving
        Ends of these places after the change.
    """

    network: StreetNetwork
    arriving: Ends
    cut: npt.NDArray[np.int32]
    cut_sites: Rows
    cut_places: npt.NDArray[np.int32]
    cut_leaving: Ends

    def leaving(self, before: Ends, rows: npt.NDArray[np.int32]) -> Ends:
        """Ends of some places after the change, from those of all places before it."""
        ends = before.take(rows)
        if not self.cut_places.size:
            return ends
        at = np.searchsorted(self.cut_places, rows)
        is_cut = self.cut_places[np.minimum(at, self.cut_places.size - 1)] == rows
        return _with_rows(ends, np.flatnonzero(is_cut), self.cut_leaving.take(at[is_cut]))


def _with_rows(ends: Ends, rows: npt.NDArray[np.integer], others: Ends) -> Ends:
    """The same ends, but for some rows others."""
    parts = []
    for entry in fields(ends):
        values = getattr(ends, entry.name).copy()
        values[rows] = getattr(others, entry.name)
        parts.append(values)
    return Ends(*parts)


def _chains(graph: StreetGraph, ends: Ends) -> npt.NDArray[np.int32]:
    """Chain of each point; without meaning where it has no street."""
    return graph.chain_of_link[np.maximum(ends.link, 0)]


def _joined(one: Attachment, other: Attachment) -> Attachment:
    """The ties of two lots of points, one lot after the other."""
    pairs = ((getattr(one, entry.name), getattr(other, entry.name)) for entry in fields(one))
    return type(one)(*(np.concatenate(pair) for pair in pairs))
