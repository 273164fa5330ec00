"""All modes of a what-if question at once: straight lines, and the ways along streets that must not fall below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from explorer.live_change import Alike, Change, StraightWay, once_each
from explorer.live_links import ROUNDING, Links
from explorer.live_streets import Doors, StreetWay
from explorer.steps.snapping import load_ties
from layers.access.parallel import run_chunks
from layers.counting.questions import Distances, Measure
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    from explorer.live_sites import Sites
    from explorer.networks import Networks
    from layers.access.profiles import Profile


class Ways:
    """The ways to the sites of a workspace in every mode.

    Parameters
    ----------
    snapping
        Folder of the build step that tied places to streets.
    profiles
        Modes along streets; none where there are no streets.
    sites_xy
        float64 (s, 2), where the sites are in the plane.
    present
        Distances of the workspace.

    Attributes
    ----------
    along
        Mode → ways along streets.
    """

    def __init__(
        self,
        networks: Networks,
        snapping: Path,
        profiles: Sequence[Profile],
        sites: Sites,
        sites_xy: npt.NDArray[np.float64],
        present: Mapping[Measure, Distances],
    ) -> None:
        self._present, self._categories = present, list(sites.members)
        straight = self._stored(STRAIGHT)
        self._straight = StraightWay(np.load(snapping / "xy.npy"), straight)
        doors: dict[str, Doors] = {}
        for profile in profiles:
            if profile.doors not in doors:
                doors[profile.doors] = Doors(networks, profile, load_ties(snapping, profile), sites_xy)
        self.along = {
            profile.id: StreetWay(
                networks,
                profile,
                doors[profile.doors],
                members=sites.members,
                stored=self._stored(profile.id),
                straight=straight,
            )
            for profile in profiles
        }

    @property
    def modes(self) -> list[str]:
        """Straight lines and, where there are streets, the modes of the build."""
        return [STRAIGHT, *self.along]

    def prepare(self) -> None:
        """Make what the first question would have to wait for."""
        run_chunks(StreetWay.prepare, self.along.values())

    def check_ends(self, xy: npt.NDArray[np.float64]) -> None:
        """Refuse the ends of new streets, (2 k, 2) in the plane, where no street of any mode could begin.

        Raises
        ------
        ValueError
            An end is on no street of a mode.
        """
        for way in self.along.values():
            way.ends_of(xy)

    def after(self, change: Change, wanted: Sequence[str], modes: Sequence[str]) -> dict[Measure, Distances]:
        """Every measure that the change can touch, worked out anew."""
        ways = [self.along[mode] for mode in modes if mode != STRAIGHT]
        touched = [name for name in wanted if name in change.categories]
        straight = once_each(touched, change, lambda name: self._straight.after(name, change))
        # Along other streets the ways on foot change too, the straight lines below which they cannot fall do not.
        floor = {**self._stored(STRAIGHT), **straight}
        found = run_chunks(lambda way: way.after(wanted, change, floor), ways)
        return _by_measure(modes, straight, zip(ways, found, strict=True))

    def among(self, change: Change, alike: Sequence[Alike], modes: Sequence[str]) -> dict[Measure, Distances]:
        """Distances to the nearest of the sites that one may use."""
        straight = self._straight.among(alike, change)
        ways = [self.along[mode] for mode in modes if mode != STRAIGHT]
        found = run_chunks(lambda way: way.among(alike, change, straight), ways)
        return _by_measure(modes, straight, zip(ways, found, strict=True))

    def over(
        self,
        change: Change,
        links: Links,
        speeds: Mapping[str, float],
        alike: Sequence[Alike],
        modes: Sequence[str],
        answered: Mapping[Measure, Distances],
    ) -> dict[Measure, Distances]:
        """Distances that are shorter over new streets than what was answered without them."""
        now = {name: far for (name, mode), far in {**self._present, **answered}.items() if mode == STRAIGHT}
        # Straight lines that nobody asked for are not among the answers.
        restricted = {name for each in alike[1:] for name in each.sites}
        stale = set() if STRAIGHT in modes else {*change.categories, *restricted}
        asked = [
            Alike(each.places, {name: rows for name, rows in each.sites.items() if name in stale or name not in now})
            for each in alike
        ]
        straight = now | self._straight.among(asked, change)
        ways = [self.along[mode] for mode in modes if mode != STRAIGHT]
        found = run_chunks(lambda way: way.over(links, speeds, alike, change, straight), ways)
        shorter: dict[Measure, Distances] = {}
        for way, fars in zip(ways, found, strict=True):
            for name, over in fars.items():
                measure = (name, way.profile.id)
                before = answered.get(measure, self._present.get(measure))
                is_shorter = None if before is None else over < before - ROUNDING
                if before is not None and is_shorter is not None and is_shorter.any():
                    shorter[measure] = np.where(is_shorter, over, before)
        return shorter

    def _stored(self, mode: str) -> dict[str, Distances]:
        """Category → distances of the workspace; none for categories that have no site."""
        return {name: self._present[name, mode] for name in self._categories if (name, mode) in self._present}


def _by_measure(
    modes: Sequence[str],
    straight: Mapping[str, Distances],
    along: Iterable[tuple[StreetWay, Mapping[str, Distances]]],
) -> dict[Measure, Distances]:
    """Straight lines, where they were asked for, and the ways along streets."""
    answers = {(name, STRAIGHT): far for name, far in straight.items() if STRAIGHT in modes}
    return answers | {(name, way.profile.id): far for way, fars in along for name, far in fars.items()}
