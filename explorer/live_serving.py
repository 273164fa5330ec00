"""Sites that serve the people of some municipalities only, in a what-if question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from explorer.live_change import Alike, Change
from explorer.live_sites import Opened, Sites


def who_may_use(
    sites: Sites,
    area_codes: Sequence[str],
    serving: Mapping[str | int, Collection[str]],
    moved: Mapping[str, tuple[float, float]],
    opened: Sequence[Opened],
) -> dict[int, npt.NDArray[np.bool_]]:
    """Row of a site → bool (n_areas,), whose people may use it.

    Parameters
    ----------
    sites
        Those of the workspace; what opens comes after them, and then what moves.
    area_codes
        Municipalities, in the order of the areas.
    serving, moved, opened
        As :meth:`explorer.live.Live.after` is asked.

    Raises
    ------
    UnknownCode
        There is no such site.
    """
    first_new, at = len(sites), {}
    after = first_new + len(opened)  # moved sites follow those that opened, in their order
    for name in moved:
        rows = sites.rows([name])
        at[name] = np.arange(after, after + rows.size)
        after += rows.size
    allowed: dict[int, npt.NDArray[np.bool_]] = {}
    for site, codes in serving.items():
        if isinstance(site, int):
            rows = np.array([first_new + site])
        elif site in at:
            rows = at[site]
        else:
            rows = sites.rows([site])
        mask = np.isin(area_codes, list(codes))
        allowed |= dict.fromkeys(rows.tolist(), mask)
    return allowed


def alike_places(
    change: Change,
    categories: Sequence[str],
    allowed: Mapping[int, npt.NDArray[np.bool_]],
    area_of_place: npt.NDArray[np.integer],
) -> list[Alike]:
    """Places whose people may use the same sites, where some sites serve only the people of some areas.

    Parameters
    ----------
    categories
        Those with such sites.
    allowed
        What :func:`who_may_use` gives.
    area_of_place
        (n_places,), -1 outside every area.
    """
    if not categories:
        return []
    rows = np.array(list(allowed), dtype=np.int64)
    usable = np.array(list(allowed.values()))  # (sites, areas)
    outside = np.zeros((len(rows), 1), dtype=bool)  # places that belong to no area use none of them
    patterns, of_area = np.unique(np.concatenate([usable, outside], axis=1), axis=1, return_inverse=True)
    of_place = of_area.ravel()[area_of_place]
    return [
        Alike(places, {name: np.setdiff1d(change.open_in(name), rows[~pattern]) for name in categories})
        for number, pattern in enumerate(patterns.T)
        if (places := np.flatnonzero(of_place == number)).size
    ]
