"""What a layer computes from: places with their people, distances to services, and which area each place belongs to.

An *area* is a municipality or a whole region; the same functions serve both, since every place belongs to exactly one
area and people are only ever added up over places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from layers.access.profiles import PROFILES, Profile
from layers.counting.questions import QUANTILES, Distances, Floats, Measure, Near, PlacesByArea, Question, Spread
from layers.measures import STRAIGHT


@dataclass(frozen=True)
class AreaValues:
    """An indicator's result for each area.

    Parameters
    ----------
    value
        (n_areas,) in the indicator's unit; NaN where there is none.
    numerator, denominator
        (n_areas,) people (or km²) that the value was made from; NaN where that makes no sense.
    reason
        (n_areas,) why the value is missing, ``""`` where it is not: a key of :data:`REASONS`.
    """

    value: Floats
    numerator: Floats
    denominator: Floats
    reason: npt.NDArray[np.str_]


REASONS: dict[str, tuple[str, str]] = {
    "no_people": ("人口がない", "nobody lives here"),
    "no_source": ("資料がない（施設・停留所の一覧が取り込まれていない）", "no source has been read for this service"),
    "not_surveyed": ("この市区町村を含む一覧がない", "no list covers this municipality"),
    "no_streets": ("道路データがない", "no street data"),
    "no_group": ("この年齢区分の人口資料がない", "the population source has no such age group"),
    "unreachable": ("半数以上の人が到達できない", "half of the people or more cannot reach any"),
    "unreachable_for_tenth": ("1割以上の人が到達できない", "a tenth of the people or more cannot reach any"),
    "unreachable_for_all": ("到達できる人がいない", "nobody can reach any"),
    "frequency_unknown": ("運行本数の資料がない", "no timetable: the number of departures is unknown"),
}

_LOCATED_AS = {"stop30": "stop"}  # where a list says where stops are and no timetable how often buses come


class HowFar(NamedTuple):
    """How far the nearest facility is for a group of people, (n_areas,) each, in the unit of the distances.

    The mean is over the people who reach one (`reached`). The percentiles count all, those who reach none as infinitely
    far, so that they never look better off; NaN where the group has nobody.
    """

    reached: Floats
    mean: Floats
    median: Floats
    p90: Floats


assert HowFar._fields[2:] == tuple(QUANTILES)


@dataclass
class _Memory:
    """What has been worked out for some conditions. Entries are only ever added, so that threads may share it."""

    totals: dict[str, Floats] = field(default_factory=dict)
    places: PlacesByArea | None = None
    answers: dict[Question, Floats] = field(default_factory=dict)
    origin: Conditions | None = None  # the conditions that some distances were replaced in
    changed: dict[Measure, npt.NDArray[np.int64]] = field(default_factory=dict)  # in which areas


@dataclass(frozen=True)
class Conditions:
    """Places of a study area, ready to be counted.

    Parameters
    ----------
    area_of_place
        (n_places,) index of the area that each place belongs to; -1 = not counted.
    area_km2
        (n_areas,) land area.
    people
        Age group → (n_places,) people.
    distances
        ``(category, mode)`` → (n_places,) in metres or seconds (see :mod:`layers.measures`); inf = unreachable, NaN =
        no street near.
    surveyed
        Category → (n_areas,) whether a list covers the area; a category that is missing has no source at all.
    has_streets
        Whether street distances could be computed.
    profiles
        The modes along streets that were measured, by id.
    """

    area_of_place: npt.NDArray[np.int64]
    area_km2: Floats
    people: Mapping[str, Floats]
    distances: Mapping[tuple[str, str], npt.NDArray[np.float32]]
    surveyed: Mapping[str, npt.NDArray[np.bool_]]
    has_streets: bool = True
    profiles: Mapping[str, Profile] = field(default_factory=lambda: PROFILES)
    _memory: _Memory = field(default_factory=_Memory, init=False, compare=False, repr=False)

    @property
    def area_count(self) -> int:
        """Number of areas."""
        return len(self.area_km2)

    def offers(self, mode: str) -> bool:
        """Whether results in a mode can be asked for: always without streets, else where its profile is in force."""
        return mode in {"", STRAIGHT} or mode in self.profiles

    def sum_over_areas(self, values: Floats) -> Floats:
        """Sum of a value per place over each area, (n_areas,)."""
        counted = self.area_of_place >= 0
        if not counted.all():
            return np.bincount(self.area_of_place[counted], values[counted], self.area_count).astype(np.float64)
        return np.bincount(self.area_of_place, values, self.area_count).astype(np.float64)

    def total(self, group: str) -> Floats:
        """People of an age group per area, (n_areas,)."""
        if group not in self._memory.totals:
            self._memory.totals[group] = self.sum_over_areas(self.people[group])
        return self._memory.totals[group]

    def people_near(self, limits: Mapping[str, float], mode: str, group: str) -> Floats:
        """People of a group per area who live within the limit (category → limit) of any of the categories."""
        return self._near(limits, mode, group, 0)

    def people_beyond(self, limits: Mapping[str, float], mode: str, group: str) -> Floats:
        """People of a group per area who live within the limit of none of the categories."""
        return self._near(limits, mode, group, 1)

    def how_far(self, category: str, mode: str, group: str) -> HowFar:
        """How far the nearest of a category is for the people of a group, per area."""
        answer = self._answer(Spread((category, mode)))[:, list(self.people).index(group)]
        reached, weighted = answer[:2]
        with np.errstate(invalid="ignore", divide="ignore"):
            return HowFar(reached, weighted / reached, *answer[2:])

    def count_ahead(self, measures: Iterable[Measure]) -> None:
        """Work out how far some ``(category, mode)`` are on all cores, before they are asked for one after the other."""
        from layers.access.parallel import run_chunks

        run_chunks(lambda measure: self._answer(Spread(measure)), measures)

    def replacing(self, distances: Mapping[Measure, Distances]) -> Conditions:
        """The same places with other distances for some ``(category, mode)``.

        What was counted from other distances is kept, and areas in which no distance has changed are not counted anew:
        the numbers are those that new conditions would give, to the last bit.
        """
        origin = self._memory.origin or self
        known = self._memory.changed if self._memory.origin else {}
        changed = {measure: _changed_areas(origin, measure, values) for measure, values in distances.items()}
        memory = _Memory(self._memory.totals, self._places_by_area(), origin=origin, changed={**known, **changed})
        return self._with({**self.distances, **distances}, memory)

    def watched(self) -> tuple[Conditions, set[Measure]]:
        """The same conditions, and a set that grows by each ``(category, mode)`` whose distances are looked at."""
        seen: set[Measure] = set()
        return self._with(_Watched(self.distances, seen), self._memory), seen

    def _with(self, distances: Mapping[Measure, Distances], memory: _Memory) -> Conditions:
        twin = replace(self, distances=distances)
        object.__setattr__(twin, "_memory", memory)
        return twin

    def _near(self, limits: Mapping[str, float], mode: str, group: str, row: int) -> Floats:
        question = Near(tuple((category, mode) for category in limits), tuple(map(float, limits.values())))
        answer: Floats = self._answer(question)[row, list(self.people).index(group)]
        return answer

    def _answer(self, question: Question) -> Floats:
        """All age groups and areas at once, (rows of the question, n_groups, n_areas), read-only; counted once."""
        distances = [self.distances[measure] for measure in question.measures]
        answer = self._memory.answers.get(question)
        if answer is None:
            answer = self._count(question, distances)
            answer.flags.writeable = False
            self._memory.answers[question] = answer
        return answer

    def _count(self, question: Question, distances: list[Distances]) -> Floats:
        places = self._places_by_area()
        areas = np.arange(places.area_count)
        answer = np.full((question.row_count, len(places.groups), places.area_count), np.nan)
        origin = self._memory.origin
        if origin is not None and all(measure in origin.distances for measure in question.measures):
            before = origin._answer(question)  # noqa: SLF001 - of the same class
            changed = [
                self._memory.changed[measure] for measure in question.measures if measure in self._memory.changed
            ]
            areas = np.unique(np.concatenate([*changed, np.empty(0, np.int64)]))
            if not areas.size:
                return before
            answer = before.copy()
        question.fill(places, distances, areas, answer)
        return answer

    def _places_by_area(self) -> PlacesByArea:
        if self._memory.places is None:
            self._memory.places = PlacesByArea.of(self.area_of_place, self.area_count, self.people)
        return self._memory.places

    def why_missing(self, category: str, mode: str) -> npt.NDArray[np.str_]:
        """Reason per area why a distance to this category cannot be told, ``""`` where it can."""
        surveyed = self.surveyed.get(category)
        located = self.surveyed.get(_LOCATED_AS.get(category, ""), np.zeros(self.area_count, dtype=bool))
        if surveyed is None:
            return np.where(located, "frequency_unknown", "no_source")
        if mode != STRAIGHT and not self.has_streets:
            return np.full(self.area_count, "no_streets")
        return np.where(surveyed, "", np.where(located, "frequency_unknown", "not_surveyed"))


def share_of_people(
    conditions: Conditions, reached: npt.NDArray[np.bool_], group: str, reason: npt.NDArray[np.str_]
) -> AreaValues:
    """Percentage of an age group that lives at places for which `reached` holds.

    A place without a street near counts as not reached: nobody walks from it within the distance.
    """
    return _share(
        conditions,
        lambda: conditions.sum_over_areas(np.where(reached, conditions.people[group], 0.0)),
        group,
        reason,
    )


def share_near(
    conditions: Conditions,
    limits: Mapping[str, float],
    mode: str,
    group: str,
    reason: npt.NDArray[np.str_],
    *,
    beyond: bool = False,
) -> AreaValues:
    """Percentage of an age group within the limit (category → limit) of any category, or with `beyond` of none.

    The same numbers as :func:`share_of_people` gives, counted once for all age groups.
    """
    count = conditions.people_beyond if beyond else conditions.people_near
    return _share(conditions, lambda: count(limits, mode, group), group, reason)


def _share(conditions: Conditions, count: Callable[[], Floats], group: str, reason: npt.NDArray[np.str_]) -> AreaValues:
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    total = conditions.total(group)
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    numerator = np.where(reason == "", count(), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / total
    return AreaValues(value, numerator, np.where(reason == "", total, np.nan), reason)


def _changed_areas(origin: Conditions, measure: Measure, values: Distances) -> npt.NDArray[np.int64]:
    """Areas in which a distance is not what it was."""
    if measure not in origin.distances:
        return np.arange(origin.area_count)
    from layers.counting.sums import is_other

    # By their bits: a missing distance is not equal to itself.
    before, after = (
        np.require(each, np.float32, ["C_CONTIGUOUS", "WRITEABLE"]).view(np.uint32)
        for each in (origin.distances[measure], values)
    )
    return np.flatnonzero(is_other(origin.area_of_place, before, after, origin.area_count))


class _Watched(Mapping[Measure, Distances]):
    """Distances that remember who was looked at, found or not."""

    def __init__(self, distances: Mapping[Measure, Distances], seen: set[Measure]) -> None:
        self._distances, self._seen = distances, seen

    def __getitem__(self, measure: Measure) -> Distances:
        self._seen.add(measure)
        return self._distances[measure]

    def __iter__(self) -> Iterator[Measure]:
        self._seen.update(self._distances)
        return iter(self._distances)

    def __len__(self) -> int:
        return len(self._distances)


def nothing(reason: npt.NDArray[np.str_]) -> AreaValues:
    """No value in any area, each with its reason."""
    empty = np.full(len(reason), np.nan)
    return AreaValues(empty, empty.copy(), empty.copy(), reason)
