"""Questions about scores: asked of places like those of :mod:`layers.counting.questions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from layers.counting.questions import Distances, Floats, Measure, PlacesByArea, stacked

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Anchored:
    """Things that will do for a part of a score: measures with their target and floor, in the unit of the measure."""

    measures: tuple[Measure, ...]
    targets: tuple[float, ...]
    floors: tuple[float, ...]


@dataclass(frozen=True)
class MeanScore:
    """Σ people × the best score of some things: one row."""

    things: Anchored
    row_count: ClassVar[int] = 1

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The distances that the answer is made from."""
        return self.things.measures

    def fill(self, places: PlacesByArea, distances: Sequence[Distances], areas: Ints, out: Floats) -> None:
        """Write the columns `areas` of the answer."""
        from layers.counting.scoring import people_times_score

        targets, floors = np.array(self.things.targets), np.array(self.things.floors)
        people_times_score(
            areas, places.start, places.place, places.people, stacked(distances), targets, floors, out[0]
        )


@dataclass(frozen=True)
class NearAll:
    """How many people have every part within each of some limits (ascending, in the unit of the measures): a row each."""

    parts: tuple[tuple[Measure, ...], ...]
    limits: tuple[float, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The distances that the answer is made from."""
        return tuple(measure for part in self.parts for measure in part)

    @property
    def row_count(self) -> int:
        """One row for each limit."""
        return len(self.limits)

    def fill(self, places: PlacesByArea, distances: Sequence[Distances], areas: Ints, out: Floats) -> None:
        """Write the columns `areas` of the answer."""
        from layers.counting.scoring import people_near_all

        limits = np.array(self.limits, dtype=np.float32)
        people_near_all(
            areas, places.start, places.place, places.people, stacked(distances), first_of(self.parts), limits, out
        )


@dataclass(frozen=True)
class ScoreSpread:
    """How unequal a weighted score is: Gini, mean of the best tenth, of the worst four tenths, share in the worst fifth.

    Parameters
    ----------
    weights
        For each area the weight of each part, adding up to 1; areas without an answer have zeros.
    """

    parts: tuple[Anchored, ...]
    weights: tuple[tuple[float, ...], ...]
    row_count: ClassVar[int] = 4

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The distances that the answer is made from."""
        return tuple(measure for part in self.parts for measure in part.measures)

    def fill(self, places: PlacesByArea, distances: Sequence[Distances], areas: Ints, out: Floats) -> None:
        """Write the columns `areas` of the answer."""
        from layers.counting.scoring import score_inequality

        targets, floors = anchors_of(self.parts)
        known = np.array(self.weights).T
        asked = areas[known[:, areas].sum(axis=0) > 0]
        score_inequality(
            asked, places.start, places.place, places.people, stacked(distances),
            first_of([part.measures for part in self.parts]), targets, floors, np.ascontiguousarray(known), out,
        )  # fmt: skip


@dataclass(frozen=True)
class Percentiles:
    """Percentiles of the distance to the nearest of some things, over all people: a row for each share."""

    measures: tuple[Measure, ...]
    shares: tuple[float, ...]

    @property
    def row_count(self) -> int:
        """One row for each share."""
        return len(self.shares)

    def fill(self, places: PlacesByArea, distances: Sequence[Distances], areas: Ints, out: Floats) -> None:
        """Write the columns `areas` of the answer."""
        from layers.counting.quantile import weighted_quantiles

        nearest = np.fmin.reduce(stacked(distances), axis=0)
        weighted_quantiles(areas, places.start, places.place, places.people, nearest, np.array(self.shares), out)


def first_of(parts: Sequence[Sequence[Measure]]) -> Ints:
    """int64 (n_parts + 1,): where each part begins among all measures."""
    return np.cumsum([0, *(len(part) for part in parts)]).astype(np.int64)


def anchors_of(parts: Sequence[Anchored]) -> tuple[Floats, Floats]:
    """Targets and floors of all things, float64."""
    return (
        np.array([value for part in parts for value in part.targets]),
        np.array([value for part in parts for value in part.floors]),
    )
