"""The nearest facility of every place along streets, of many categories at once.

The time is that of place → street on foot, along the street to a junction, over the network, along the facility's
street and from the street to the facility on foot; or straight along the street where both lie on the same stretch
between two junctions. One-way streets hold. The fewest milliseconds win; of equally near facilities the one with the
lowest row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.access import sweeps
from layers.access.ends import Ends, direct
from layers.access.metres import metres_of_ways
from layers.access.ms import INFINITE_MS
from layers.access.parallel import available_cores, run_chunks, spans
from layers.access.part import Entries, Part, lanes_at_once
from layers.access.sweeps import NOWHERE, SHIFT

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

NONE: Final = -1
_PLACES_AT_ONCE: Final = 65_536
Ints = npt.NDArray[np.int32]
Cells = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest facility of each of k places, for c categories.

    Parameters
    ----------
    categories
        Their names, in the order of the columns.
    seconds
        float64 (k, c), from door to door; infinity where no facility can be reached, NaN where the place has no street.
    facility
        int32 (k, c), row of the facility in its category; -1 where there is none.
    metres
        float64 (k, c), length of the quickest way (of the shortest of them, where several take the same time), or None
        where it was not asked for.
    """

    categories: tuple[str, ...]
    seconds: npt.NDArray[np.float64]
    facility: npt.NDArray[np.int32]
    metres: npt.NDArray[np.float64] | None = None


def nearest(
    network: StreetNetwork,
    places: Attachment,
    categories: Mapping[str, Attachment],
    *,
    limit_seconds: float | None = None,
    with_metres: bool = False,
) -> Nearest:
    """For every place and category the facility that is reached first, in the direction place → facility.

    Parameters
    ----------
    network
        Streets of one mode.
    places
        Ties of k places (see :func:`layers.access.attach.attach`).
    categories
        Category → ties of its facilities; those without a street are not found. A category may be empty.
    limit_seconds
        Longer times count as not reached; None for no limit.
    with_metres
        Whether to measure the ways too.

    Returns
    -------
    Nearest
        Infinite seconds and facility -1 where nothing is reached; NaN and -1 for places without a street.

    Raises
    ------
    ValueError
        The limit is negative or NaN.
    """
    if limit_seconds is not None and not limit_seconds >= 0:
        raise ValueError(f"limit_seconds must be 0 or more, not {limit_seconds}.")
    leaving = network.leaving(places)
    arriving = [network.arriving(facilities) for facilities in categories.values()]
    shape = (len(leaving), len(arriving))
    result = Nearest(tuple(categories), np.empty(shape), np.empty(shape, np.int32))

    def decode_rows(table: Cells, part: Part, beside: _Beside, rows: slice, lanes: slice) -> None:
        ends = (leaving.junction[rows], leaving.ms[rows], leaving.link[rows])
        found = (result.seconds[rows, lanes], result.facility[rows, lanes])
        slot = part.slot if part.slot.size else np.zeros(1, np.int32)  # no street at all: nobody is tied
        sweeps.read_decoded(table, slot, *ends, *beside, *found)

    _each_block(network, leaving, arriving, [np.arange(len(ends)) for ends in arriving], decode_rows)
    if limit_seconds is not None:
        beyond = result.seconds > limit_seconds
        result.seconds[beyond], result.facility[beyond] = np.inf, NONE
    if not with_metres:
        return result
    metres = metres_of_ways(network, places, list(categories.values()), result.seconds)
    return Nearest(result.categories, result.seconds, result.facility, metres)


def nearest_own(
    network: StreetNetwork,
    places: Attachment,
    place_area: npt.NDArray[np.integer],
    categories: Mapping[str, Attachment],
    facility_areas: Mapping[str, npt.NDArray[np.integer]],
) -> Nearest:
    """Like :func:`nearest`, but each place may only use the facilities of its own area (municipality).

    The way there may lead through other areas. Own-only is never nearer than any (tested).

    Parameters
    ----------
    place_area
        int (k,), area of each place; negative: none, nothing is reached.
    facility_areas
        Category → int (f,), area of each facility; negative: none, nobody's own.

    Raises
    ------
    ValueError
        Places or facilities and their areas differ in number.
    """
    _check_areas(places, place_area, categories, facility_areas)
    leaving = network.leaving(places)
    arriving = [network.arriving(facilities) for facilities in categories.values()]
    cells = np.full((len(places), len(arriving)), NOWHERE, np.int64)
    areas = np.asarray(place_area)

    def of_area(area: int) -> None:
        rows = np.flatnonzero(areas == area)
        own = [np.flatnonzero(np.asarray(facility_areas[name]) == area) for name in categories]
        lanes = [lane for lane, facilities in enumerate(own) if facilities.size]
        if not lanes:
            return
        ends = [arriving[lane].take(own[lane]) for lane in lanes]
        found = nearest_cells(network, leaving.take(rows), ends, rows=[own[lane] for lane in lanes], is_local=True)
        cells[rows[:, np.newaxis], lanes] = found

    run_chunks(of_area, np.unique(areas[areas >= 0]).tolist())
    return Nearest(tuple(categories), *decode(cells, leaving.is_tied))


def nearest_cells(
    network: StreetNetwork,
    leaving: Ends,
    arriving: Sequence[Ends],
    *,
    rows: Sequence[npt.NDArray[np.integer]] | None = None,
    is_local: bool = False,
) -> Cells:
    """Nearest facilities as cells of a sweep's table: milliseconds above, row of the facility below; int64 (k, c).

    Parameters
    ----------
    leaving, arriving
        Ends of the places, and of the facilities of each category.
    rows
        Number of each facility in the answer, where it is not its place in `arriving`.
    is_local
        Whether the places take up a small part of the network, so that the rest is better left out.
    """
    numbers = [np.arange(len(ends)) for ends in arriving] if rows is None else rows
    cells = np.empty((len(leaving), len(arriving)), np.int64)

    def keep(table: Cells, part: Part, beside: _Beside, rows: slice, lanes: slice) -> None:
        block = part.read(table, leaving.junction[rows], leaving.ms[rows], shift=SHIFT)
        sweeps.improve(block, *beside)
        cells[rows, lanes] = block

    _each_block(network, leaving, arriving, numbers, keep, is_local=is_local)
    return cells


def _each_block(
    network: StreetNetwork,
    leaving: Ends,
    arriving: Sequence[Ends],
    numbers: Sequence[npt.NDArray[np.integer]],
    take: Callable[[Cells, Part, _Beside, slice, slice], None],
    *,
    is_local: bool = False,
) -> None:
    """Sweep up to 16 categories at a time and read the places off the table, block by block."""
    part = _part(network, [leaving, *arriving], is_local=is_local)
    beside = _Beside.of(network, leaving, arriving, numbers)
    threads = 1 if is_local else available_cores()

    def of_lanes(span: tuple[int, int]) -> None:
        lanes = slice(*span)
        table = part.sweep_back(_entries(arriving[lanes], numbers[lanes]), lanes=span[1] - span[0], shift=SHIFT)
        for first, end in spans(len(leaving), _PLACES_AT_ONCE):
            rows = slice(first, end)
            take(table, part, beside.within(first, end, *span), rows, lanes)

    run_chunks(of_lanes, spans(len(arriving), lanes_at_once(len(arriving), threads)), threads=threads)


class _Beside(NamedTuple):
    """Ways along single chains, by place: place, lane and cell of each."""

    place: Ints
    lane: npt.NDArray[np.integer]
    cell: Cells

    @classmethod
    def of(
        cls,
        network: StreetNetwork,
        leaving: Ends,
        arriving: Sequence[Ends],
        numbers: Sequence[npt.NDArray[np.integer]],
    ) -> _Beside:
        together = Ends.joined(arriving)
        lane = np.repeat(np.arange(len(arriving)), [len(ends) for ends in arriving])
        number = np.concatenate([np.asarray(each, np.int64) for each in numbers]) if numbers else np.empty(0, np.int64)
        place, facility, ms = direct(network, leaving, together)
        return cls(place, lane[facility], (ms.astype(np.int64) << SHIFT) | number[facility])

    def within(self, first: int, end: int, first_lane: int, end_lane: int) -> _Beside:
        """Those of some places and lanes, both counted from the first."""
        low, high = np.searchsorted(self.place, (first, end))
        lane = self.lane[low:high]
        kept = (lane >= first_lane) & (lane < end_lane)
        return _Beside(self.place[low:high][kept] - first, lane[kept] - first_lane, self.cell[low:high][kept])


def decode(cells: Cells, is_tied: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float64], Ints]:
    """Seconds and facilities of cells (k, c); infinity and -1 where nothing is reached, NaN without a street (k,)."""
    seconds, facility = np.empty(cells.shape), np.empty(cells.shape, np.int32)
    sweeps.decode(cells, is_tied, seconds, facility)
    return seconds, facility


def _part(network: StreetNetwork, all_ends: Sequence[Ends], *, is_local: bool) -> Part:
    if not is_local:
        return Part.whole(network.topology.hierarchy, network.metric)
    junctions = np.concatenate([ends.junction[ends.is_tied].ravel() for ends in all_ends])
    return Part.above(network.topology.hierarchy, network.metric, junctions)


def _entries(arriving: Sequence[Ends], numbers: Sequence[npt.NDArray[np.integer]]) -> Entries:
    """Both ends of every facility from which it can be reached, with its time and its number."""
    junction, cost, lanes = [], [], []
    for lane, (ends, number) in enumerate(zip(arriving, numbers, strict=True)):
        is_open = ends.ms < INFINITE_MS
        junction.append(ends.junction[is_open])
        cost.append(((ends.ms.astype(np.int64) << SHIFT) | np.asarray(number, np.int64)[:, np.newaxis])[is_open])
        lanes.append(np.full(junction[-1].size, lane))
    return Entries(np.concatenate(junction), np.concatenate(cost), np.concatenate(lanes))


def _check_areas(
    places: Attachment,
    place_area: npt.NDArray[np.integer],
    categories: Mapping[str, Attachment],
    facility_areas: Mapping[str, npt.NDArray[np.integer]],
) -> None:
    if len(place_area) != len(places):
        raise ValueError(f"There are {len(places):,} places and {len(place_area):,} areas of places.")
    for name, facilities in categories.items():
        areas = facility_areas.get(name)
        if areas is None or len(areas) != len(facilities):
            found = "no" if areas is None else f"{len(areas):,}"
            raise ValueError(f"{name}: there are {len(facilities):,} facilities and {found} areas of facilities.")
