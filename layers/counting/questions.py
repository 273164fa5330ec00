"""What is asked of places again and again: who lives near something, and how far it is for people.

An answer holds all age groups and areas. When some distances change, only the areas where they did are worked out anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Distances = npt.NDArray[np.float32]
Measure = tuple[str, str]  # category and mode
QUANTILES: Final = {"median": 0.5, "p90": 0.9}


@dataclass(frozen=True, eq=False)
class PlacesByArea:
    """Places that count, in the order of their areas and within one area in their own order.

    Parameters
    ----------
    groups
        Age groups, in the order of the rows of `people`.
    start
        int64 (n_areas + 1,): the places of area a are `place[start[a]:start[a + 1]]`.
    place
        int32 (n_counted,).
    people
        float64 (n_groups, n_counted), in the order of `place`.
    """

    groups: tuple[str, ...]
    start: npt.NDArray[np.int64]
    place: npt.NDArray[np.int32]
    people: Floats

    @classmethod
    def of(
        cls, area_of_place: npt.NDArray[np.integer], area_count: int, people: Mapping[str, npt.ArrayLike]
    ) -> PlacesByArea:
        """Put places into the order of their areas; those of no area (-1) are left out."""
        order = np.argsort(area_of_place, kind="stable").astype(np.int32)
        start = np.searchsorted(area_of_place[order], np.arange(area_count + 1)).astype(np.int64)
        counted = np.ascontiguousarray(order[start[0] : start[-1]])
        table = np.empty((len(people), counted.size))
        for row, values in enumerate(people.values()):
            table[row] = np.asarray(values, dtype=np.float64)[counted]
        return cls(tuple(people), start - start[0], counted, table)

    @property
    def area_count(self) -> int:
        """Number of areas."""
        return self.start.size - 1


class Question(Protocol):
    """Something that can be asked of places and measured distances."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The distances that the answer is made from."""

    @property
    def row_count(self) -> int:
        """First dimension of the answer."""

    def fill(
        self, places: PlacesByArea, distances: Sequence[Distances], areas: npt.NDArray[np.int64], out: Floats
    ) -> None:
        """Write the columns `areas` of the answer, (row_count, n_groups, n_areas)."""


@dataclass(frozen=True)
class Near:
    """How many people live within the limit of any category, and how many do not: the two rows of the answer."""

    measures: tuple[Measure, ...]
    limits: tuple[float, ...]
    row_count: ClassVar[int] = 2

    def fill(
        self, places: PlacesByArea, distances: Sequence[Distances], areas: npt.NDArray[np.int64], out: Floats
    ) -> None:
        """Write the columns `areas` of the answer."""
        from layers.counting.sums import people_within

        # As numpy compares them: a limit of 0.1 is the float32 next to it.
        table, limits = stacked(distances), np.array(self.limits, dtype=np.float32)
        people_within(areas, places.start, places.place, places.people, table, limits, out[0], out[1])


@dataclass(frozen=True)
class Spread:
    """How far one category is: people who reach any, Σ people × distance over them, and the percentiles over all."""

    measure: Measure
    row_count: ClassVar[int] = 2 + len(QUANTILES)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The distances that the answer is made from."""
        return (self.measure,)

    def fill(
        self, places: PlacesByArea, distances: Sequence[Distances], areas: npt.NDArray[np.int64], out: Floats
    ) -> None:
        """Write the columns `areas` of the answer."""
        from layers.counting.quantile import weighted_quantiles
        from layers.counting.sums import people_and_distance

        (distance,) = stacked(distances)
        shares = np.array(list(QUANTILES.values()))
        people_and_distance(areas, places.start, places.place, places.people, distance, out[0], out[1])
        weighted_quantiles(areas, places.start, places.place, places.people, distance, shares, out[2:])


def stacked(distances: Sequence[Distances]) -> Distances:
    """One writable table of them: the kernels are compiled for this kind of array only."""
    if len(distances) == 1:
        return np.require(distances[0], np.float32, ["C_CONTIGUOUS", "WRITEABLE"])[np.newaxis]
    return np.stack([np.asarray(values, dtype=np.float32) for values in distances])
