"""Gravity accessibility: all facilities within reach, each by its size and the less the longer the way.

A_i = Σ_j S_j · f(t_ij). Hansen, *How accessibility shapes land use* (Journal of the American Institute of Planners 25,
1959). The unit is that of the supply: so many beds "at the door".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.access.pairs import limit_in_ms, pairs_within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.access.attach import Attachment
    from layers.access.decay import Decay
    from layers.access.network import StreetNetwork
    from layers.access.od_table import OdTable
    from layers.access.pairs import Pairs

Floats = npt.NDArray[np.float64]


def gravity(
    network: StreetNetwork,
    places: Attachment,
    facilities: Attachment,
    *,
    supply: npt.ArrayLike | None = None,
    decay: Decay,
    limit_minutes: float = np.inf,
    threads: int | None = None,
) -> Floats:
    """Supply within reach of each place, weighted by a decay of the time there.

    Parameters
    ----------
    network
        Streets of one mode.
    places, facilities
        Ties of k places and f facilities; a facility without a street is not reached.
    supply
        S (f,), 0 or more; 1 each when not given.
    decay
        f(t), see :mod:`layers.access.decay`.
    limit_minutes
        Facilities farther than this count nothing, however slowly f falls; that of the decay applies as well. Without
        either the whole network is searched.
    threads
        As in :func:`layers.access.parallel.run_chunks`.

    Returns
    -------
    numpy.ndarray
        float64 (k,), in the unit of the supply; 0 where nothing is reached, NaN where the place has no street.

    Raises
    ------
    ValueError
        The supply does not fit the facilities, or the limit is negative.
    """
    amounts = not_negative(supply, len(facilities), "supply")
    limit_ms = limit_in_ms(min(limit_minutes, decay.limit_minutes))
    blocks = pairs_within(network, places, facilities, limit_ms=limit_ms, threads=threads)
    access = _add_up(blocks, len(places), amounts, decay)
    access[~places.is_attached] = np.nan
    return access


def gravity_from_table(
    times: OdTable, *, supply: npt.ArrayLike | None = None, decay: Decay, limit_minutes: float = np.inf
) -> Floats:
    """The same from a table of times made elsewhere; see :func:`gravity`."""
    amounts = not_negative(supply, times.facility_count, "supply")
    limit_ms = limit_in_ms(min(limit_minutes, decay.limit_minutes))
    return _add_up([times.within(limit_ms)], times.place_count, amounts, decay)


def _add_up(blocks: Iterable[Pairs], place_count: int, supply: Floats, decay: Decay) -> Floats:
    from layers.access.tally import add_to

    access = np.zeros(place_count)
    for block in blocks:
        add_to(access, block.place, supply[block.facility] * decay(block.ms / 60_000))
    return access


def not_negative(values: npt.ArrayLike | None, count: int, what: str) -> Floats:
    """One finite number of 0 or more for each of `count` rows; ones when None.

    Raises
    ------
    ValueError
        The numbers do not fit.
    """
    given = np.ones(count) if values is None else np.asarray(values, dtype=np.float64)
    if given.shape != (count,):
        raise ValueError(f"{what}: {count:,} numbers are needed, one for each row, not {given.size:,}.")
    if not (np.isfinite(given) & (given >= 0)).all():
        raise ValueError(f"{what}: numbers must be 0 or more and finite.")
    return given
