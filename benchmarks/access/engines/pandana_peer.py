"""pandana: contraction hierarchy in C++, on all cores through OpenMP.

Distances are given in seconds; pandana keeps them as whole thousandths, cut off, so half a millisecond is added before.
A search needs a largest distance, and takes longer the larger it is: it gets the longest time of all answers, found by
scipy before. Facilities are put on nodes by their coordinates. Range queries are not computed
beforehand (`precompute`): what lies within 30 minutes of every node of a prefecture does not fit into memory. Segments of
0 ms count as 1 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandana
import pandas as pd

from benchmarks.access.case import CUTOFF_MINUTES, NEAREST, UNREACHED
from benchmarks.access.engines import Asked, part_of

if TYPE_CHECKING:
    from benchmarks.access.case import Case

HALF_MS: Final = 0.000_5
FARTHEST_SECONDS: Final = 100_000.0  # where nothing is known
NEAREST_CATEGORIES: Final = 2  # the others take as long, at a minute each
WITHIN_CATEGORIES: Final = 1


@dataclass
class Prepared:
    case: Case
    network: Any


def prepare(case: Case, mode: str) -> Prepared:
    two_way = case.two_way_segments(mode)
    tail, head, ms = two_way or case.segments(mode)
    node = pd.RangeIndex(case.streets.node_count)
    network = pandana.Network(
        pd.Series(np.asarray(case.streets.node_lon), node),
        pd.Series(np.asarray(case.streets.node_lat), node),
        pd.Series(tail),
        pd.Series(head),
        pd.DataFrame({"seconds": ms / 1000 + HALF_MS}),
        twoway=two_way is not None,
    )
    return Prepared(case, network)


def _put_facilities(prepared: Prepared, category: int, farthest: float, *, items: int) -> str:
    nodes = prepared.case.facilities[category]
    x, y = (
        pd.Series(np.asarray(axis)[nodes]) for axis in (prepared.case.streets.node_lon, prepared.case.streets.node_lat)
    )
    prepared.network.set_pois(f"c{category}", farthest, items, x, y)
    return f"c{category}"


def _farthest(case: Case, question: str) -> float:
    return case.farthest_seconds.get(question, FARTHEST_SECONDS) + 1.0


def _ms(seconds: Any, farthest: float) -> npt.NDArray[np.int32]:
    array = np.asarray(seconds, np.float64)
    return np.where(array < farthest, np.rint(array * 1000), UNREACHED).astype(np.int32)


def _nearest(prepared: Prepared, *, limit: float | None = None) -> Asked:
    farthest = limit or _farthest(prepared.case, "nearest_walk")
    categories = range(NEAREST_CATEGORIES)
    total = len(prepared.case.facilities)
    names = [_put_facilities(prepared, category, farthest, items=1) for category in categories]

    def run() -> list[Any]:
        return [prepared.network.nearest_pois(farthest, name, num_pois=1) for name in names]

    return Asked(
        run,
        lambda found: np.array([_ms(frame, farthest)[:, 0] for frame in found]),
        limit_ms=round(limit * 1000) - 1 if limit else 0,
        **part_of(total, NEAREST_CATEGORIES, "categories"),
    )


def _k_nearest(prepared: Prepared) -> Asked:
    farthest = _farthest(prepared.case, "k_nearest")
    name = _put_facilities(prepared, 0, farthest, items=NEAREST)

    def run() -> Any:
        return prepared.network.nearest_pois(farthest, name, num_pois=NEAREST)

    return Asked(run, lambda found: _ms(found, farthest))


def _within(prepared: Prepared) -> Asked:
    case = prepared.case
    for category in range(WITHIN_CATEGORIES):
        prepared.network.set(pd.Series(case.facilities[category]), name=f"w{category}")

    def run() -> list[list[Any]]:
        return [
            [
                prepared.network.aggregate(minutes * 60 + HALF_MS, type="sum", decay="flat", name=f"w{category}")
                for minutes in CUTOFF_MINUTES
            ]
            for category in range(WITHIN_CATEGORIES)
        ]

    def answer(found: Any) -> npt.NDArray[np.int32]:
        counts = [np.stack([np.asarray(series) for series in row], axis=-1) for row in found]
        return np.rint(np.stack(counts, axis=1)).astype(np.int32)

    total = len(case.facilities)
    return Asked(
        run,
        answer,
        **part_of(total, WITHIN_CATEGORIES, "categories", axis=1),
    )


def _matrix(prepared: Prepared) -> Asked:
    case = prepared.case
    origin = np.repeat(case.origins, case.destinations.size)
    destination = np.tile(case.destinations, case.origins.size)

    def run() -> Any:
        return prepared.network.shortest_path_lengths(origin, destination)

    shape = (case.origins.size, case.destinations.size)
    return Asked(run, lambda found: _ms(found, FARTHEST_SECONDS).reshape(shape))


QUESTIONS = {
    "nearest_walk": _nearest,
    "nearest_30_minutes": partial(_nearest, limit=1800.0),
    "k_nearest": _k_nearest,
    "within_walk": _within,
    "matrix": _matrix,
}
