"""What a layer computes from: places with their people, distances to services, and which area each place belongs to.

An *area* is a municipality or a whole region; the same functions serve both, since every place belongs to exactly one
area and people are only ever added up over places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from layers.access.profiles import PROFILES, Profile
from layers.counting.questions import QUANTILES, Distances, Floats, Measure, Near, PlacesByArea, Question, Spread
from layers.figures import Figures
from layers.measures import STRAIGHT

AS_BUILT = ""  # in place of a category: what an indicator looked at was no distance
_Value = TypeVar("_Value")


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
    "score_all_zero": ("スコアがすべての人で0", "the score of everybody is 0"),
    "worst_off_zero": ("条件の悪い4割の人のスコアが0", "the score of the worst-off four tenths is 0"),
    "subjects_unknown": ("診療科目の資料がない", "no list tells which subjects the hospitals and clinics have"),
    "floor_unknown": ("売場面積の資料がない", "no list tells the floor space of the shops"),
    "care_unknown": (
        "通所系・訪問系・小規模多機能かどうかの資料がない",
        "no list tells day care and home visits from other facilities for the elderly",
    ),
    "no_service_area": ("徒歩圏に施設がない", "no site within walking distance of any part of it"),
    "not_published": ("この市区町村の値が資料にない", "the source has no value for this municipality"),
    "no_car_use": (
        "車の利用率の表がない（市区町村別には公表されていない。car_use.csv を置くと計算する）",
        "no rates of car use: they are not published by municipality (give a car_use.csv)",
    ),
    "no_zones": (
        "資料に立地適正化計画の区域がない（A50は2020年時点で、その後の計画や鳥取県を含まない）",
        "no zones of a location plan in the sources (A50 is of 2020, without later plans and Tottori)",
    ),
    "some_without_zones": (
        "立地適正化計画の区域が資料にない市区町村を含む",
        "some of its municipalities have no zones of a location plan in the sources",
    ),
    "nobody_in_zone": ("区域の中に人口がない", "nobody lives in the zone"),
    "no_facility_listed": (
        "この種類の施設が一覧にない（または一覧がない）",
        "no facility of the kind is listed (or there is no list)",
    ),
    "no_earlier_census": ("前の国勢調査の人口がない", "no population of an earlier census is at hand"),
    "no_future": ("将来推計人口がない", "no projected population is at hand"),
    "no_hazard_source": (
        "この災害の区域の資料がない（区域がないという意味ではない）",
        "no source of this hazard covers it (which does not mean that there is none)",
    ),
    "no_digital_source": ("光ファイバ・5G の公表値がない", "no published figures of fibre or 5G have been read"),
    "no_households": ("世帯数のある表がない", "no table gives the households"),
    "no_coverage_areas": ("提供エリアの図形（ポリゴン）がない", "no polygons of coverage areas have been read"),
    "no_coverage_areas_here": (
        "提供エリアの図形がこの市区町村について何も示していない（エリアがないのか、資料に含まれないのか分からない）",
        "the coverage areas say nothing of this municipality: not covered, or not in the file",
    ),
    "no_digital_access": (
        "光ファイバの提供エリアも、市区町村の世帯カバー率もない",
        "neither areas with fibre nor a published share of this municipality",
    ),
    "no_speed_tests": ("通信速度の測定資料がない", "no speed tests have been read"),
    "few_speed_tests": (
        "測定が5回以上あるタイルに住む人が半分に満たない",
        "less than half of the people live in tiles with five tests or more",
    ),
    "nobody_in_class": ("この区分に当たる人がいない", "nobody is in this class"),
    "not_poolable": ("圏域として合算できない値", "this number cannot be pooled into a region"),
}

# Where a list says where something is, and nothing says more of it: no timetable how often buses come, no subjects of
# examination what a clinic treats.
_LOCATED_AS = {
    "stop30": ("stop", "frequency_unknown"),
    "medical_rule": ("medical", "subjects_unknown"),
    "home_care": ("elderly_welfare", "care_unknown"),
    "commercial_large": ("commercial", "floor_unknown"),
}


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
    place_values
        Name → (n_places,) float32, what else is known of each place: share inside a zone, departures within reach,
        people of 2050 … NaN where nothing is known.
    figures
        Name → numbers per area that do not follow from adding people up (:mod:`layers.figures`).
    """

    area_of_place: npt.NDArray[np.int64]
    area_km2: Floats
    people: Mapping[str, Floats]
    distances: Mapping[tuple[str, str], npt.NDArray[np.float32]]
    surveyed: Mapping[str, npt.NDArray[np.bool_]]
    has_streets: bool = True
    profiles: Mapping[str, Profile] = field(default_factory=lambda: PROFILES)
    place_values: Mapping[str, Distances] = field(default_factory=dict)
    figures: Mapping[str, Figures] = field(default_factory=dict)
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

    def answers(self, question: Question, group: str) -> Floats:
        """What is asked of the places, for one age group: (rows of the question, n_areas); counted once for all groups."""
        answer: Floats = self._answer(question)[:, list(self.people).index(group)]
        return answer

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

    def with_place_values(self, values: Mapping[str, Distances]) -> Conditions:
        """The same places with other values for some of what is known of them."""
        twin = replace(self, place_values={**self.place_values, **values})
        object.__setattr__(twin, "_memory", self._memory)
        return twin

    def watched(self) -> tuple[Conditions, set[Measure]]:
        """The same conditions, and a set that grows by each ``(category, mode)`` whose distances are looked at.

        A value of places or a figure is noted as ``(AS_BUILT, name)``: only a build makes it anew.
        """
        seen: set[Measure] = set()
        twin = replace(
            self,
            distances=_Watched(self.distances, seen),
            place_values=_WatchedNames(self.place_values, seen),
            figures=_WatchedNames(self.figures, seen),
        )
        object.__setattr__(twin, "_memory", self._memory)
        return twin, seen

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
        plain, unknown = _LOCATED_AS.get(category, ("", "not_surveyed"))
        located = self.surveyed.get(plain, np.zeros(self.area_count, dtype=bool))
        if surveyed is None:
            return np.where(located, unknown, "no_source")
        if mode != STRAIGHT and not self.has_streets:
            return np.full(self.area_count, "no_streets")
        return np.where(surveyed, "", np.where(located, unknown, "not_surveyed"))


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


def share_weighted(
    conditions: Conditions, share: npt.NDArray[np.floating], group: str, reason: npt.NDArray[np.str_]
) -> AreaValues:
    """Percentage of an age group, each place counting with its share (0–1); places where it is NaN count as 0."""
    weight = np.nan_to_num(np.asarray(share, dtype=np.float64))
    return _share(conditions, lambda: conditions.sum_over_areas(weight * conditions.people[group]), group, reason)


def from_figures(conditions: Conditions, name: str, *, missing: str = "no_source") -> AreaValues:
    """A figure as it was published or measured; where there is none for anybody, with the reason `missing`."""
    figure = conditions.figures.get(name)
    if figure is None:
        return nothing(np.full(conditions.area_count, missing))
    return AreaValues(figure.value, figure.numerator, figure.denominator, figure.reason)


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


class _WatchedNames(Mapping[str, _Value]):
    """What the build made of places and areas, remembering who was looked at, found or not."""

    def __init__(self, values: Mapping[str, _Value], seen: set[Measure]) -> None:
        self._values, self._seen = values, seen

    def __getitem__(self, name: str) -> _Value:
        self._seen.add((AS_BUILT, name))
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        self._seen.update((AS_BUILT, name) for name in self._values)
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def nothing(reason: npt.NDArray[np.str_]) -> AreaValues:
    """No value in any area, each with its reason."""
    empty = np.full(len(reason), np.nan)
    return AreaValues(empty, empty.copy(), empty.copy(), reason)
