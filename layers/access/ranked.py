"""The k nearest facilities of every place along streets.

One sweep in which every junction keeps its k nearest instead of one: buckets of Buchhold and Wagner, *Nearest-Neighbor
Queries in Customizable Contraction Hierarchies and Applications* (SEA 2021), carried down to all places at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layers.access import sweeps
from layers.access.ends import direct
from layers.access.ms import INFINITE_MS
from layers.access.nearest import Nearest, decode
from layers.access.parallel import run_chunks, spans
from layers.access.sweeps import NOWHERE, SHIFT

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

_PLACES_AT_ONCE = 65_536


def k_nearest(network: StreetNetwork, places: Attachment, facilities: Attachment, *, k: int) -> Nearest:
    """For every place the k facilities that are reached first, nearest first.

    Parameters
    ----------
    network
        Streets of one mode.
    places, facilities
        Ties (see :func:`layers.access.attach.attach`); facilities without a street are not found.
    k
        How many, 1 or more.

    Returns
    -------
    Nearest
        Its columns are the first, second … k-th nearest: infinite seconds and facility -1 where fewer are reached, NaN
        and -1 for places without a street.

    Raises
    ------
    ValueError
        `k` is less than 1.
    """
    if k < 1:
        raise ValueError(f"k must be 1 or more, not {k}.")
    hierarchy, metric = network.topology.hierarchy, network.metric
    leaving, arriving = network.leaving(places), network.arriving(facilities)
    table = np.full((hierarchy.junction_count, k), NOWHERE, np.int64)
    touched = np.zeros(hierarchy.junction_count, np.bool_)
    number, end = np.nonzero(arriving.ms < INFINITE_MS)
    cell = (arriving.ms[number, end].astype(np.int64) << SHIFT) | number
    sweeps.enter_ranked(table, touched, hierarchy.rank[arriving.junction[number, end]], cell)
    arrays = (hierarchy.start, hierarchy.head)
    sweeps.climb_ranked(table, touched, hierarchy.parent, *arrays, metric.down)
    sweeps.descend_ranked(table, *arrays, metric.up)
    place, facility, ms = direct(network, leaving, arriving)
    beside = (ms.astype(np.int64) << SHIFT) | facility
    cells = np.full((len(leaving), k), NOWHERE, np.int64)

    def of_places(span: tuple[int, int]) -> None:
        rows = slice(*span)
        first, last = np.searchsorted(place, span)
        sweeps.read_ranked(
            table, hierarchy.rank[leaving.junction[rows]], leaving.ms[rows],
            place[first:last] - span[0], beside[first:last], cells[rows],
        )  # fmt: skip

    if table.size:
        run_chunks(of_places, spans(len(leaving), _PLACES_AT_ONCE))
    return Nearest(tuple(str(nth + 1) for nth in range(k)), *decode(cells, leaving.is_tied))
