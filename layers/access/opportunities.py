"""Cumulative opportunities: how many facilities of each kind lie within some minutes of each place.

A_i(T) = Σ_j w_j · 1[t_ij ≤ T], in the direction place → facility. The plainest measure of accessibility and the easiest
to explain (Wachs and Kumagai 1973). A facility counts once, by its quickest way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.access.attach import Attachment
from layers.access.pairs import limit_in_ms, pairs_within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.access.network import StreetNetwork
    from layers.access.od_table import OdTable
    from layers.access.pairs import Pairs

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Opportunities:
    """Facilities within reach of k places, by c categories and t cut-offs.

    Parameters
    ----------
    categories
        Their names.
    minutes
        The cut-offs, in the order asked.
    count
        float64 (k, c, t): number of facilities, or sum of their weights; 0 where none is reached, NaN where the place
        has no street within the snap limit.
    """

    categories: tuple[str, ...]
    minutes: tuple[float, ...]
    count: Floats

    def of(self, category: str, minutes: float) -> Floats:
        """float64 (k,), one category at one cut-off."""
        return self.count[:, self.categories.index(category), self.minutes.index(minutes)]


def opportunities_within(
    network: StreetNetwork,
    places: Attachment,
    categories: Mapping[str, Attachment],
    *,
    minutes: Sequence[float],
    weights: Mapping[str, npt.ArrayLike] | None = None,
    threads: int | None = None,
) -> Opportunities:
    """Count the facilities that each place reaches within some minutes.

    All categories and cut-offs are answered by one round of searches, as far as the longest cut-off.

    Parameters
    ----------
    network
        Streets of one mode.
    places
        Ties of k places.
    categories
        Ties of the facilities of each category; a facility without a street is not reached.
    minutes
        Cut-offs, each 0 or more, themselves within (t ≤ T).
    weights
        What the facilities of a category count (beds, square metres), 0 or more, one number each; categories that are
        not named count 1 per facility.
    threads
        As in :func:`layers.access.parallel.run_chunks`.

    Raises
    ------
    ValueError
        No cut-off, a negative one, or weights that do not fit the facilities.
    """
    facilities = _all_of([categories[name] for name in categories])
    sizes = {name: len(ties) for name, ties in categories.items()}
    limits = _limits(minutes)
    pairs = pairs_within(network, places, facilities, limit_ms=int(limits.max()), threads=threads)
    found = _count(pairs, len(places), sizes, minutes, weights)
    found.count[~places.is_attached] = np.nan
    return found


def opportunities_from_table(
    times: OdTable,
    categories: Mapping[str, npt.ArrayLike],
    *,
    minutes: Sequence[float],
    weights: Mapping[str, npt.ArrayLike] | None = None,
) -> Opportunities:
    """The same from a table of times made elsewhere.

    Parameters
    ----------
    times
        Times between k places and f facilities.
    categories
        For each category the rows of its facilities in the table; a facility may belong to several.
    minutes, weights
        As in :func:`opportunities_within`, with one weight for each row named.
    """
    rows = {name: np.asarray(numbers, dtype=np.int64) for name, numbers in categories.items()}
    columns = np.concatenate([*rows.values(), np.empty(0, np.int64)])
    pairs = times.take_facilities(columns).within(int(_limits(minutes).max()))
    return _count([pairs], times.place_count, {name: numbers.size for name, numbers in rows.items()}, minutes, weights)


def _count(
    blocks: Iterable[Pairs],
    place_count: int,
    sizes: Mapping[str, int],
    minutes: Sequence[float],
    weights: Mapping[str, npt.ArrayLike] | None,
) -> Opportunities:
    """Add up blocks of pairs whose facilities stand category after category."""
    from layers.access.tally import add_within

    limits = _limits(minutes)
    ascending, position = np.unique(limits, return_inverse=True)
    category = np.repeat(np.arange(len(sizes), dtype=np.int32), list(sizes.values()))
    weight = _weights(sizes, weights)
    count = np.zeros((place_count, len(sizes), ascending.size))
    for block in blocks:
        add_within(count, block.place, block.facility, block.ms, category, weight, ascending)
    if not np.array_equal(position, np.arange(limits.size)):
        count = np.ascontiguousarray(count[:, :, position])
    return Opportunities(tuple(sizes), tuple(minutes), count)


def _limits(minutes: Sequence[float]) -> npt.NDArray[np.int32]:
    if len(minutes) == 0:
        raise ValueError("At least one cut-off in minutes is needed.")
    return np.array([limit_in_ms(cut) for cut in minutes], dtype=np.int32)


def _weights(sizes: Mapping[str, int], weights: Mapping[str, npt.ArrayLike] | None) -> Floats:
    unknown = set(weights or {}) - set(sizes)
    if unknown:
        raise ValueError(f"Weights are given for categories that are not asked for: {', '.join(sorted(unknown))}.")
    parts = [np.empty(0)]
    for name, size in sizes.items():
        given = np.asarray((weights or {}).get(name, np.ones(size)), dtype=np.float64)
        if given.shape != (size,):
            raise ValueError(f"{name}: {size:,} facilities need as many weights, not {given.size:,}.")
        if not (np.isfinite(given) & (given >= 0)).all():
            raise ValueError(f"{name}: weights must be 0 or more and finite.")
        parts.append(given)
    return np.concatenate(parts)


def _all_of(ties: Sequence[Attachment]) -> Attachment:
    """Ties of several lists of points, one after the other."""
    none = Attachment(np.empty((0, 2)), np.empty(0, np.int32), np.empty(0), np.empty(0))
    lists = [none, *ties]
    return Attachment(
        np.concatenate([tie.xy for tie in lists]),
        np.concatenate([tie.segment for tie in lists]),
        np.concatenate([tie.fraction for tie in lists]),
        np.concatenate([tie.snap_metres for tie in lists]),
    )
