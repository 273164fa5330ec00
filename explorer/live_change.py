"""What is different from the workspace in a what-if question, and straight lines under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from explorer.live_sites import Sites
from explorer.steps.distances import Rows
from layers.access.straight import nearest_straight
from layers.counting.questions import Distances

_ROUNDING: Final = 1e-6  # more than what float32 hides
_MANY_POINTS: Final = 16  # from here on a tree of points is quicker than one after the other


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
    left
        Category → rows that no longer count in it, open as they may be: a stop that fewer buses serve, a site that those
        who ask may not use.
    """

    sites: Sites
    xy: npt.NDArray[np.float64]
    closed: Rows
    opened_count: int
    segments: npt.NDArray[np.int64]
    speed_factor: npt.NDArray[np.float64] | None
    left: Mapping[str, Rows] = field(default_factory=dict)

    @cached_property
    def is_closed(self) -> npt.NDArray[np.bool_]:
        """Bool (s,)."""
        mask = np.zeros(len(self.sites), dtype=bool)
        mask[self.closed] = True
        return mask

    def is_closed_in(self, category: str) -> npt.NDArray[np.bool_]:
        """Bool (s,): closed, or no longer of this category."""
        left = self.left.get(category)
        if left is None or not left.size:
            return self.is_closed
        mask = self.is_closed.copy()
        mask[left] = True
        return mask

    def closed_in(self, category: str) -> Rows:
        """Sites of a category that closed, or left it."""
        rows = self.sites.members[category]
        return rows[self.is_closed_in(category)[rows]]

    def opened_in(self, category: str) -> Rows:
        """Sites of a category that opened; rows ascend, and theirs come last."""
        rows = self.sites.members[category]
        return rows[rows >= len(self.sites) - self.opened_count]

    def open_in(self, category: str) -> Rows:
        """Sites of a category that are there after the change."""
        rows = self.sites.members[category]
        return rows[~self.is_closed_in(category)[rows]]

    @cached_property
    def categories(self) -> list[str]:
        """Categories in which a site opened or closed."""
        return [name for name in self.sites.members if self.closed_in(name).size or self.opened_in(name).size]


class Alike(NamedTuple):
    """Places whose people may use the same sites: their rows, and category → rows of these sites."""

    places: Rows
    sites: Mapping[str, Rows]


def once_each(categories: Sequence[str], change: Change, answer: Callable[[str], Distances]) -> dict[str, Distances]:
    """The answer for each category, worked out once for those that consist of the same sites."""
    found: dict[tuple[bytes, bytes], Distances] = {}
    sites = {name: (change.sites.members[name].tobytes(), change.open_in(name).tobytes()) for name in categories}
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

    def among(self, alike: Sequence[Alike], change: Change) -> dict[str, Distances]:
        """Category → metres to the nearest site that the people of each place may use, (n_places,)."""
        found = {name: np.full(len(self._xy), np.inf, np.float32) for each in alike for name in each.sites}
        for places, sites in alike:
            for name, rows in sites.items():
                found[name][places] = nearest_straight(self._xy[places], change.xy[rows]).metres
        return found

    def _about_within(self, points: npt.NDArray[np.float64], limit: Distances) -> Rows:
        """Places that lie within their own limit of any of some points, and those that do but for rounding."""
        about = limit * np.float64(1 + _ROUNDING)
        if len(points) > _MANY_POINTS:
            return np.flatnonzero(nearest_straight(self._xy, points).metres <= about)
        beside = np.zeros(len(self._xy), dtype=bool)
        for x, y in points:
            beside |= (self._x - x) ** 2 + (self._y - y) ** 2 <= about**2
        return np.flatnonzero(beside)
