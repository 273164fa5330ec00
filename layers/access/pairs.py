"""Which facilities each place reaches within a limit, and in what time: the pairs that all sums over facilities share.

Searching from every place would answer it, and so does searching from every facility against the direction of travel:
the pairs are the same. So the search starts on the side that has fewer points, often a hundred times fewer. Where it
ends early it is one bounded search per point (:mod:`layers.access.bounded`); where it would walk over a twentieth of
the network or so, sweeps over the hierarchy are quicker (:mod:`layers.access.swept`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from layers.access.ms import LONGEST_MS, to_ms
from layers.access.parallel import spans, stream_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.access.attach import Attachment
    from layers.access.bounded import PointsByJunction
    from layers.access.ends import Ends
    from layers.access.network import StreetNetwork
    from layers.access.swept import Sweep

Ints = npt.NDArray[np.int32]

_SAMPLE: Final = 8  # points from which a search is tried out, to see how far the limit leads
_JUNCTIONS_PER_CHUNK: Final = 300_000  # some 30 ms of searching
_LANES: Final = 16
# Nanoseconds for each source, measured on Gunma (200,977 junctions; 2,000 and 565,847 points; 5 to 60 minutes): a
# bounded search per junction and per pair within the limit, a sweep for its climb, per row of its table and per point.
_SEARCH_NS: Final = 100
_PAIR_NS: Final = 40
_CLIMB_NS: Final = 50_000
_ROW_NS: Final = 5
_POINT_NS: Final = 1
_WORTH_A_SWEEP: Final = 2_000_000  # junctions to search: below, getting ready for sweeps takes as long


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of a place and a facility it reaches, each pair once.

    Parameters
    ----------
    place, facility
        int32 (p,), row of the place and of the facility.
    ms
        int32 (p,), milliseconds from place to facility, door to door.
    """

    place: Ints
    facility: Ints
    ms: Ints

    def __len__(self) -> int:
        """Number of pairs."""
        return int(self.place.size)


def limit_in_ms(minutes: float) -> int:
    """A limit in whole milliseconds, never more than the longest time the engine knows.

    Raises
    ------
    ValueError
        The limit is negative or NaN.
    """
    if not minutes >= 0:
        raise ValueError(f"A limit must be 0 minutes or more, not {minutes}.")
    return LONGEST_MS if minutes * 60_000 >= LONGEST_MS else int(to_ms(minutes * 60))


def pairs_within(
    network: StreetNetwork,
    places: Attachment,
    facilities: Attachment,
    *,
    limit_ms: int,
    from_facilities: bool | None = None,
    threads: int | None = None,
) -> Iterator[Pairs]:
    """All pairs with a way from place to facility within the limit, exact, in blocks.

    Parameters
    ----------
    network
        Streets of one mode.
    places, facilities
        Ties from :func:`layers.access.attach.attach`; those without a street are in no pair.
    limit_ms
        Longest time, the ways on foot at both ends included; itself still within.
    from_facilities
        Where to search from, by default from the fewer. A block holds all pairs of each facility (place) that it names.
    threads
        As in :func:`layers.access.parallel.run_chunks`.

    Yields
    ------
    Pairs
        In the same order at every call.
    """
    from layers.access.bounded import PointsByJunction

    leaving, arriving = network.leaving(places), network.arriving(facilities)
    if from_facilities is None:
        from_facilities = bool(arriving.is_tied.sum() <= leaving.is_tied.sum())
    search = _Search.of(network, leaving, arriving, limit_ms=limit_ms, from_facilities=from_facilities)
    if search.rows.size == 0 or not search.points.is_tied.any():
        return
    settled = search.sample()
    sweep = search.worthwhile_sweep(settled)
    if sweep is None:
        size = int(np.clip(_JUNCTIONS_PER_CHUNK // (settled + 1), 1, 256))
        index = PointsByJunction.of(search.points, network.topology.graph.junction_count)
        found = stream_chunks(partial(search.one_by_one, index), spans(search.rows.size, size), threads=threads)
    else:
        found = stream_chunks(partial(search.swept, sweep), spans(search.rows.size, _LANES), threads=threads)
    for source, point, ms in found:
        yield Pairs(point, source, ms) if from_facilities else Pairs(source, point, ms)


@dataclass(frozen=True, eq=False)
class _Search:
    """Searches from sources to points: what they read is shared between threads.

    Parameters
    ----------
    sources, points
        The two sides; `is_backward` if sources are facilities.
    rows
        int32 (s,), the sources with a street, neighbours on the map after each other: the streets around them are then
        still in the processor's cache.
    arc_ms
        int32, times along `network.arcs` in the direction of the search.
    direct_start, direct_point, direct_ms
        Ways along one chain: those of ``rows[i]`` are ``direct_start[i]`` … ``direct_start[i + 1] - 1``.
    """

    network: StreetNetwork
    sources: Ends
    points: Ends
    is_backward: bool
    limit_ms: int
    rows: Ints
    arc_ms: Ints
    direct_start: npt.NDArray[np.int64]
    direct_point: Ints
    direct_ms: Ints

    @classmethod
    def of(
        cls, network: StreetNetwork, leaving: Ends, arriving: Ends, *, limit_ms: int, from_facilities: bool
    ) -> _Search:
        from layers.access.ends import direct

        sources, points = (arriving, leaving) if from_facilities else (leaving, arriving)
        rows = np.flatnonzero(sources.is_tied).astype(np.int32)
        rows = rows[np.argsort(sources.junction[rows, 0], kind="stable")]
        place, facility, ms = direct(network, leaving, arriving)
        source, point = (facility, place) if from_facilities else (place, facility)
        position = np.empty(len(sources), np.int32)
        position[rows] = np.arange(rows.size, dtype=np.int32)
        order = np.argsort(position[source], kind="stable")
        start = np.searchsorted(position[source][order], np.arange(rows.size + 1))
        arc_ms = network.arcs.in_ms if from_facilities else network.arcs.out_ms
        return cls(network, sources, points, from_facilities, limit_ms, rows, arc_ms, start, point[order], ms[order])

    def sample(self) -> int:
        """Mean number of junctions within the limit of a source."""
        from layers.access.bounded import junctions_within

        some = self.rows[np.unique(np.linspace(0, self.rows.size - 1, _SAMPLE).astype(np.int64))]
        tried = self.sources.take(some)
        arcs = self.network.arcs
        return int(junctions_within(tried.junction, tried.ms, arcs.start, arcs.head, self.arc_ms, self.limit_ms).mean())

    def worthwhile_sweep(self, settled: int) -> Sweep | None:
        """A sweep made ready, if that is quicker than searches over so many junctions each."""
        from layers.access.swept import Sweep

        if settled * self.rows.size < _WORTH_A_SWEEP:
            return None
        pairs = settled * len(self.points) / self.network.topology.graph.junction_count
        search_ns = _SEARCH_NS * settled + _PAIR_NS * pairs
        if search_ns <= _CLIMB_NS + _POINT_NS * len(self.points):
            return None
        sweep = Sweep.of(self.network, self.points, is_backward=self.is_backward)
        sweep_ns = _CLIMB_NS + _ROW_NS * sweep.table_rows + _POINT_NS * len(self.points)
        return sweep if search_ns > sweep_ns else None

    def one_by_one(self, index: PointsByJunction, span: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
        """Source, point and time of the pairs of some rows, by bounded searches."""
        from layers.access.bounded import points_within

        first, end = span
        some = self.sources.take(self.rows[first:end])
        arcs = self.network.arcs
        start, point, ms = points_within(
            some.junction,
            some.ms,
            arcs.start,
            arcs.head,
            self.arc_ms,
            self.limit_ms,
            *index,
            len(self.points),
            self.direct_start[first : end + 1],
            self.direct_point,
            self.direct_ms,
        )
        return np.repeat(self.rows[first:end], np.diff(start)), point, ms

    def swept(self, sweep: Sweep, span: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
        """The same of up to 16 rows, by one sweep."""
        first, end = span
        start = self.direct_start[first : end + 1]
        direct = slice(int(start[0]), int(start[-1]))
        lane = np.repeat(np.arange(end - first, dtype=np.int32), np.diff(start))
        source, point, ms = sweep.within(
            self.sources.take(self.rows[first:end]),
            self.limit_ms,
            lane,
            self.direct_point[direct],
            self.direct_ms[direct],
        )
        return self.rows[first:end][source], point, ms
