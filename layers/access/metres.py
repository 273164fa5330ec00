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
from layers.access.parallel import available_cores, run_chunks, spans
from layers.access.part import Entries, Part, lanes_at_once

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

_BITS: Final = 26
_MASK: Final = (1 << _BITS) - 1
_PLACES_AT_ONCE: Final = 65_536
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
    leaving, arriving = network.leaving(places), [network.arriving(facilities) for facilities in categories]
    leaving_cost = pack_ends(network, leaving, places)
    arriving_cost = [pack_ends(network, *each) for each in zip(arriving, categories, strict=True)]
    metres = np.where(np.isfinite(seconds), 0.0, seconds)

    def of_lanes(span: tuple[int, int]) -> None:
        lanes = range(*span)
        table = part.sweep_back(_entries([(arriving[lane], arriving_cost[lane]) for lane in lanes]), lanes=len(lanes))
        for first, end in spans(len(leaving), _PLACES_AT_ONCE):
            rows = slice(first, end)
            found = part.read(table, leaving.junction[rows], leaving_cost[rows])
            for nth, lane in enumerate(lanes):
                place, cost = _beside(
                    network, (leaving.take(rows), places.take(rows)), (arriving[lane], categories[lane])
                )
                np.minimum.at(found[:, nth], place, cost)
                reached = np.isfinite(seconds[rows, lane])
                metres[rows, lane][reached] = unpack(found[reached, nth])[1]

    run_chunks(of_lanes, spans(len(categories), lanes_at_once(len(categories), available_cores())))
    return metres


def _entries(lanes: Sequence[tuple[Ends, npt.NDArray[np.int64]]]) -> Entries:
    """Both ends of every facility from which it can be reached, by lane."""
    opened = [(ends.ms < INFINITE_MS, ends, cost) for ends, cost in lanes]
    return Entries(
        np.concatenate([ends.junction[is_open] for is_open, ends, _ in opened]),
        np.concatenate([cost[is_open] for is_open, _, cost in opened]),
        np.repeat(np.arange(len(lanes)), [int(is_open.sum()) for is_open, _, _ in opened]),
    )


def _beside(
    network: StreetNetwork, places: tuple[Ends, Attachment], facilities: tuple[Ends, Attachment]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Places that share a chain with a facility, and time and length of the way along it."""
    place, facility, ms = direct(network, places[0], facilities[0])
    apart = np.abs(metres_from_tail(network, places[0])[place] - metres_from_tail(network, facilities[0])[facility])
    return place, pack(ms, apart + places[1].snap_metres[place] + facilities[1].snap_metres[facility])


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
    whole = network.link_metres[2]
    whole = whole[network.topology.graph.chain_of_link[ends.link]] if whole.size else to_tail
    metres = np.column_stack([to_tail, whole - to_tail]) + ties.snap_metres[:, np.newaxis]
    return pack(ends.ms, np.where(ends.is_tied[:, np.newaxis], metres, 0.0))


def metres_from_tail(network: StreetNetwork, ends: Ends) -> Floats:
    """Metres along the chain from its tail to each point, (k,); 0 without a street."""
    length, before, _ = network.link_metres
    link = np.maximum(ends.link, 0)
    along = np.where(ends.is_tied, ends.along, 0.0)
    return before[link] + along * length[link] if length.size else along
