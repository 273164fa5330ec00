"""New streets in a what-if question: who is quicker over a link between two points than by the streets as they are.

The streets of a workspace are fixed; a new one is a short cut between two points on them. The quickest way over it is that
to one of its ends, along it, and on from the other end; over several of them it is found between their ends (Floyd 1962).
So the houses beside a new street reach it at its two ends only, and its crossings with other streets are none: a bridge, a
tunnel, a missing piece of road. All else is as a build would count it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.access.nearest import nearest
from layers.measures import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from explorer.live_change import Alike
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork
    from layers.access.profiles import Profile

# Metres or seconds within which a way over a new street counts as long as the one before: the plane in which it is drawn is
# not quite as long as the ellipsoid on which streets are measured.
ROUNDING: Final = 0.05
_METRES_PER_KM = 1000.0
_SECONDS_PER_HOUR = 3600.0


class NewStreet(NamedTuple):
    """A straight street between two positions (longitude, latitude), open to all modes; its class tells how fast cars go."""

    start: tuple[float, float]
    end: tuple[float, float]
    road_class: str = "residential"


@dataclass(frozen=True, eq=False)
class Links:
    """New streets in the plane.

    Parameters
    ----------
    xy
        float64 (2 k, 2): start and end of each street, one after the other.
    road_class
        (k,).
    """

    xy: npt.NDArray[np.float64]
    road_class: tuple[str, ...]

    def seconds(self, profile: Profile, speed_factor: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """(k,), along each street in a mode, either way; no delays at its ends, no slope."""
        metres = np.linalg.norm(self.xy[1::2] - self.xy[::2], axis=1)
        if profile.metres_per_minute:
            return np.asarray(metres * SECONDS_PER_MINUTE / profile.metres_per_minute)
        kmh = [
            profile.kmh_by_class.get(name, profile.other_kmh) * profile.kmh_factor * speed_factor.get(name, 1.0)
            for name in self.road_class
        ]
        return np.asarray(metres / (np.array(kmh) * _METRES_PER_KM / _SECONDS_PER_HOUR))


def seconds_over_links(
    network: StreetNetwork,
    along: npt.NDArray[np.float64],
    *,
    ends: Attachment,
    places: Attachment,
    sites: Attachment,
    alike: Sequence[Alike],
) -> dict[str, npt.NDArray[np.float64]]:
    """Seconds from every place to the nearest site of each category by ways that use a new street.

    Parameters
    ----------
    network
        Streets of one mode, after all other changes.
    along
        (k,) seconds along each new street.
    ends, places, sites
        Ties of the 2 k ends, of all places, and of all sites.
    alike
        Which places may use which sites.

    Returns
    -------
    dict
        Category → (n_places,); infinity where no such way leads to one.
    """
    count = len(ends)
    each = {str(end): ends.take(np.array([end])) for end in range(count)}
    to_end = _known(nearest(network, places, each).seconds)
    between = _known(nearest(network, ends, each).seconds)
    np.fill_diagonal(between, 0.0)
    for street, seconds in enumerate(along):
        one, other = 2 * street, 2 * street + 1
        between[one, other] = min(between[one, other], seconds)
        between[other, one] = min(between[other, one], seconds)
    for by in range(count):
        between = np.minimum(between, between[:, by, np.newaxis] + between[np.newaxis, by])
    found: dict[str, npt.NDArray[np.float64]] = {}
    for rows, members in alike:
        some = {name: sites.take(members[name]) for name in members}
        on = _known(nearest(network, ends, some).seconds)  # (ends, categories)
        from_end = (between[:, :, np.newaxis] + on[np.newaxis]).min(axis=1)
        for lane, name in enumerate(members):
            seconds = found.setdefault(name, np.full(len(places), np.inf))
            for end in range(count):
                seconds[rows] = np.minimum(seconds[rows], to_end[rows, end] + from_end[end, lane])
    return found


def _known(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Infinity in place of what has no street."""
    return np.where(np.isnan(seconds), np.inf, seconds)
