"""How long the quickest ways are.

Time and length travel together in one int64, time in the upper bits and decimetres in the lower 26 (6,700 km), so that
both add up in one addition and the smallest is the quickest way, and of equally quick ones the shortest. The same
customisation and the same sweep serve.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from layers.access.ends import Ends, direct
from layers.access.metric import Metric
from layers.access.ms import INFINITE_MS
from layers.access.parallel import run_chunks
from layers.access.part import Entries, Part

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

_BITS: Final = 26
_MASK: Final = (1 << _BITS) - 1
INFINITE: Final = INFINITE_MS << _BITS
Floats = npt.NDArray[np.float64]


def metric_with_metres(network: StreetNetwork) -> Metric:
    """The hierarchy customised with time and length together."""
    _, _, length = network.link_metres
    forward, backward = (pack(ms, length) for ms in network.chain_ms)
    return Metric.of(network.topology.hierarchy, forward, backward, infinite=INFINITE)


def metres_of_ways(
    network: StreetNetwork, places: Attachment, categories: Sequence[Attachment], seconds: Floats
) -> Floats:
    """Length of the quickest way of each place to each category, float64 (k, c), metres.

    Parameters
    ----------
    seconds
        float64 (k, c), its time (see :func:`layers.access.nearest.nearest`): infinite and NaN ones stay as they are.
    """
    if network.profile.is_uniform:
        return np.asarray(seconds * (network.profile.metres_per_minute / 60.0))
    part = Part.whole(network.topology.hierarchy, network.metric_with_metres)
    leaving = network.leaving(places)
    leaving_cost = pack_ends(network, leaving, places)
    metres = np.where(np.isfinite(seconds), 0.0, seconds)

    def of_category(lane: int) -> None:
        facilities = categories[lane]
        arriving = network.arriving(facilities)
        cost, is_open = pack_ends(network, arriving, facilities), arriving.ms < INFINITE_MS
        entries = Entries(arriving.junction[is_open], cost[is_open], np.zeros(int(is_open.sum()), np.int64))
        found = part.read(part.sweep_back(entries, lanes=1), leaving.junction, leaving_cost)[:, 0]
        place, facility, ms = direct(network, leaving, arriving)
        apart = np.abs(metres_from_tail(network, leaving)[place] - metres_from_tail(network, arriving)[facility])
        np.minimum.at(found, place, pack(ms, apart + places.snap_metres[place] + facilities.snap_metres[facility]))
        reached = np.isfinite(seconds[:, lane])
        metres[reached, lane] = unpack(found[reached])[1]

    run_chunks(of_category, range(len(categories)))
    return metres


def pack(ms: npt.NDArray[np.int32], metres: Floats) -> npt.NDArray[np.int64]:
    """Time and length as one number that adds up; INFINITE where the time is."""
    decimetres = np.rint(metres * 10.0).astype(np.int64)
    return np.where(ms < INFINITE_MS, (ms.astype(np.int64) << _BITS) | decimetres, INFINITE)


def unpack(cost: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Seconds and metres of what :func:`pack` made; infinity where there is no way."""
    is_reached = cost < INFINITE
    return np.where(is_reached, (cost >> _BITS) / 1000.0, np.inf), np.where(is_reached, (cost & _MASK) / 10.0, np.inf)


def pack_ends(network: StreetNetwork, ends: Ends, ties: Attachment) -> npt.NDArray[np.int64]:
    """Time and length between points and the ends of their chains, int64 (k, 2)."""
    to_tail = metres_from_tail(network, ends)
    whole = network.link_metres[2][network.topology.graph.chain_of_link[ends.link]] if to_tail.size else to_tail
    metres = np.column_stack([to_tail, whole - to_tail]) + ties.snap_metres[:, np.newaxis]
    return pack(ends.ms, np.where(ends.is_tied[:, np.newaxis], metres, 0.0))


def metres_from_tail(network: StreetNetwork, ends: Ends) -> Floats:
    """Metres along the chain from its tail to each point, (k,); 0 without a street."""
    length, before, _ = network.link_metres
    link = np.maximum(ends.link, 0)
    along = np.where(ends.is_tied, ends.along, 0.0)
    return before[link] + along * length[link] if length.size else along
