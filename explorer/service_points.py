"""Places and sites as points, and who is near whom: the plain kernels under :mod:`explorer.services`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from layers.access.pairs import limit_in_ms, pairs_within
from layers.measures import SECONDS_PER_MINUTE, is_in_metres

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork
    from layers.access.profiles import Profile

NONE: Final = -1
Rows = npt.NDArray[np.integer]


class Use(NamedTuple):
    """The site that each place uses.

    Parameters
    ----------
    distance
        float32 (n_places,) or (n_places, k): metres or seconds; infinity where nothing is reached, NaN without a street.
    site
        int32, row of :meth:`Services.sites`; -1 where there is none.
    """

    distance: npt.NDArray[np.float32]
    site: npt.NDArray[np.int32]


class WithinLimit(NamedTuple):
    """Pairs of a place and a site within a limit, (p,) each, ordered by place and then by site."""

    place: npt.NDArray[np.int32]
    site: npt.NDArray[np.int32]
    distance: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Points:
    """Points in the plane, and their ties to streets by what doors a mode uses."""

    xy: npt.NDArray[np.float64]
    ties: Callable[[Profile], Attachment]

    def take(self, rows: Rows) -> Points:
        """Some of them."""
        return Points(self.xy[rows], lambda profile: self.ties(profile).take(rows))


def numbered(chosen: Rows, site: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Rows among the chosen as rows among all."""
    if not chosen.size:
        return np.full(site.shape, NONE, np.int32)
    return np.where(site >= 0, chosen[np.maximum(site, 0)], NONE).astype(np.int32)


def ranked_straight(places: npt.NDArray[np.float64], sites: npt.NDArray[np.float64], k: int) -> Use:
    """The k nearest sites of every place in a straight line, nearest first; both (n, 2) in the plane."""
    from scipy.spatial import cKDTree

    distance = np.full((len(places), k), np.inf, np.float32)
    site = np.full((len(places), k), NONE, np.int32)
    count = min(k, len(sites))
    if count and len(places):
        metres, found = cKDTree(sites).query(places, k=np.arange(1, count + 1))
        distance[:, :count], site[:, :count] = metres, found
    return Use(distance, site)


def within_straight(places: npt.NDArray[np.float64], points: npt.NDArray[np.float64], limit: float) -> WithinLimit:
    """Pairs at most `limit` metres apart in a straight line; both (n, 2) in the plane."""
    from scipy.spatial import cKDTree

    if not len(places) or not len(points):
        return no_pairs()
    found = cast(
        "npt.NDArray[np.object_]",
        cKDTree(points).query_ball_point(places, limit * (1 + 1e-9) + 1e-6, return_sorted=True),
    )
    place = np.repeat(np.arange(len(places)), [len(row) for row in found])
    site = np.concatenate([np.asarray(row, np.int64) for row in found])
    distance = np.hypot(*(places[place] - points[site]).T).astype(np.float32)
    kept = distance <= limit
    return WithinLimit(place[kept].astype(np.int32), site[kept].astype(np.int32), distance[kept])


def no_pairs() -> WithinLimit:
    """None at all."""
    return WithinLimit(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))


def within_along_streets(
    network: StreetNetwork, profile: Profile, places: Points, points: Points, limit: float
) -> WithinLimit:
    """Pairs at most `limit` apart along streets, metres or seconds as the mode counts."""
    seconds = limit * SECONDS_PER_MINUTE / profile.metres_per_minute if is_in_metres(profile.id) else limit
    ends = (places.ties(profile), points.ties(profile))
    blocks = list(pairs_within(network, *ends, limit_ms=limit_in_ms(seconds / SECONDS_PER_MINUTE)))
    if not blocks:
        return no_pairs()
    place, site, ms = (
        np.concatenate([getattr(block, name) for block in blocks]) for name in ("place", "facility", "ms")
    )
    distance = in_units(profile, ms / 1000.0, site, places.xy[place], points.xy)
    kept = distance <= limit
    order = np.argsort(place[kept].astype(np.int64) * len(points.xy) + site[kept])  # no two alike; quicker than lexsort
    return WithinLimit(place[kept][order], site[kept][order], distance[kept][order])


def in_units(
    profile: Profile,
    seconds: npt.NDArray[np.float64],
    site: npt.NDArray[np.int32],
    here: npt.NDArray[np.float64],
    sites: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """Seconds as the mode stores them; on foot never below the straight line to the same site.

    Parameters
    ----------
    seconds, site
        Any shape; rows of `sites`, -1 where there is none.
    here
        (…, 2), where each way begins, in the plane; its other dimensions go with those of `site`.
    sites
        (n_sites, 2).
    """
    if not is_in_metres(profile.id):
        return seconds.astype(np.float32)
    metres = seconds * (profile.metres_per_minute / SECONDS_PER_MINUTE)
    if not len(sites):
        return metres.astype(np.float32)
    apart = np.linalg.norm(sites[np.maximum(site, 0)] - here, axis=-1)
    return np.where(site >= 0, np.maximum(metres, apart), metres).astype(np.float32)
