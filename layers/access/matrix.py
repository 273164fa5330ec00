"""Travel times between chosen points: every origin to every destination.

Up to 64 origins go through one sweep together, over the ancestors of the destinations only: RPHAST (Delling, Goldberg,
Werneck 2011) on a customizable contraction hierarchy, where the way up follows the elimination tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.access import sweeps
from layers.access.ends import Ends, direct
from layers.access.ms import INFINITE_MS, to_seconds
from layers.access.parallel import run_chunks, spans
from layers.access.part import Part
from layers.access.sweeps import WIDE

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

Ints = npt.NDArray[np.int32]


def travel_times(network: StreetNetwork, origins: Attachment, destinations: Attachment) -> npt.NDArray[np.float64]:
    """Seconds from every origin to every destination, from door to door.

    Parameters
    ----------
    network
        Streets of one mode.
    origins, destinations
        Ties of o and d points.

    Returns
    -------
    ndarray
        float64 (o, d); infinity where there is no way, NaN where an end has no street.
    """
    leaving, arriving = network.leaving(origins), network.arriving(destinations)
    sweep = SweepToMany(network, arriving, is_backward=False)
    times = np.empty((len(leaving), len(arriving)))

    def of_origins(span: tuple[int, int]) -> None:
        times[slice(*span)] = to_seconds(sweep.ms(leaving.take(slice(*span)))).T

    run_chunks(of_origins, spans(len(leaving), WIDE))
    times[~leaving.is_tied], times[:, ~arriving.is_tied] = np.nan, np.nan
    return times


class SweepToMany:
    """Times between many points that stay and some others at a time, best 16 to 64. Any number of threads may ask.

    Parameters
    ----------
    network
        Streets of one mode.
    many
        Ends of the m points that stay: arriving ones, or leaving ones with `is_backward`.
    is_backward
        Whether the ways lead from the many to the few (places to facilities) and not from the few to the many.
    """

    def __init__(self, network: StreetNetwork, many: Ends, *, is_backward: bool) -> None:
        hierarchy = network.topology.hierarchy
        self._network = network
        self._many = many
        self._is_backward = is_backward
        self._hierarchy = hierarchy
        self._part = Part.above(hierarchy, network.metric, many.junction[many.is_tied])
        self._rows = np.maximum(self._part.slot[many.junction], 0) if len(many) else many.junction
        # Slot by rank: junctions and ranks are one to one.
        self._slot = np.empty_like(self._part.slot)
        self._slot[hierarchy.rank] = self._part.slot

    def ms(self, few: Ends) -> Ints:
        """Milliseconds between the many and some points, int32 (m, f); INFINITE_MS or more where there is no way."""
        part, metric, hierarchy = self._part, self._network.metric, self._hierarchy
        found = np.full((len(self._many), len(few)), INFINITE_MS, np.int32)
        if part.parent.size and len(few):
            rising, falling = (metric.down, part.up) if self._is_backward else (metric.up, part.down)
            table = np.full((part.parent.size, len(few)), INFINITE_MS, np.int32)
            cost = np.full(hierarchy.junction_count, INFINITE_MS, np.int32)
            arrays = (hierarchy.parent, hierarchy.start, hierarchy.head, rising)
            ranks = hierarchy.rank[few.junction]
            sweeps.climb_alone(ranks, few.ms, *arrays, INFINITE_MS, cost, self._slot, table)
            sweeps.descend(table, part.start, part.head, falling, 0)
            sweeps.read(table, self._rows, self._many.ms, 0, found)
        pairs = direct(self._network, *((self._many, few) if self._is_backward else (few, self._many)))
        one, other, ms = pairs
        at = (one, other) if self._is_backward else (other, one)
        np.minimum.at(found, at, ms)
        return found
