"""Scores of places and people: parts, the whole, what it does when weights vary, and which lists are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.conditions import Conditions
from layers.counting.questions import Floats
from layers.counting.score_questions import Anchored, MeanScore, anchors_of, first_of
from layers.score_rules import Part, ScoreSettings

DEFAULTS: Final = ScoreSettings()
VARIATION: Final = 0.2  # how much each weight may be off: ±20 %


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of the people of a group, per area.

    Parameters
    ----------
    parts
        (n_parts, n_areas): mean over people of each part, 0–100; NaN where its list is missing or nobody lives.
    weights
        (n_parts,), adding up to 1.
    people
        (n_areas,) people of the group.
    """

    parts: Floats
    weights: Floats
    people: Floats

    def of(self, areas: Sequence[int]) -> Scores:
        """Those of some areas only."""
        return Scores(self.parts[:, list(areas)], self.weights, self.people[list(areas)])

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which parts have a value, (n_parts, n_areas)."""
        return np.isfinite(self.parts)

    @property
    def overall(self) -> Floats:
        """Weighted mean of all parts, (n_areas,); NaN where one is missing."""
        return np.where(self.known.all(axis=0), self.overall_known, np.nan)

    @property
    def overall_known(self) -> Floats:
        """Weighted mean of the parts that have a value, (n_areas,); comparable only between areas with the same parts."""
        weight = self.weights[:, np.newaxis] * self.known
        with np.errstate(invalid="ignore"):
            mean: Floats = (weight * np.nan_to_num(self.parts)).sum(axis=0) / weight.sum(axis=0)
        return np.clip(mean, 0.0, 100.0)

    def range(self, variation: float = VARIATION) -> tuple[Floats, Floats]:
        """Lowest and highest overall score when each weight is off by up to this share, (n_areas,) each; exact.

        The whole is a ratio of linear functions of the weights, so its extremes lie where every weight is at one of its
        two ends: high for the best k parts and low for the others (or the reverse), for some k. All k are tried.
        """
        order = np.argsort(self.parts, axis=0, kind="stable")
        rising = np.take_along_axis(self.parts, order, axis=0)
        weights = self.weights[order]
        low, high = self.overall.copy(), self.overall.copy()
        for first in range(1, len(rising)):
            for inner, outer in ((1 - variation, 1 + variation), (1 + variation, 1 - variation)):
                varied = weights * np.where(np.arange(len(rising)) < first, inner, outer)[:, np.newaxis]
                whole = (varied * rising).sum(axis=0) / varied.sum(axis=0)
                low, high = np.minimum(low, whole), np.maximum(high, whole)
        return np.clip(low, 0.0, 100.0), np.clip(high, 0.0, 100.0)

    def rank_range(self, variation: float = VARIATION) -> tuple[Floats, Floats, Floats]:
        """Rank by overall score (1 = best), and the ranks between which it stays when each weight is off by this share.

        Another area is certainly above where it is above for all weights within the range, possibly where for some: the
        best rank counts the former, the worst the latter. NaN where there is no overall score.
        """
        scored = np.isfinite(self.overall)
        ranks = np.full((3, len(scored)), np.nan)
        parts = self.parts[:, scored]
        gap = parts[:, np.newaxis, :] - parts[:, :, np.newaxis]  # part, this area, the other: how far that is above
        mean = np.tensordot(self.weights, gap, axes=1)
        play = variation * np.tensordot(self.weights, np.abs(gap), axes=1)
        for row, above in enumerate((mean > _ROUNDING, mean - play > _ROUNDING, mean + play > _ROUNDING)):
            ranks[row, scored] = 1 + above.sum(axis=1)
        return ranks[0], ranks[1], ranks[2]


_ROUNDING: Final = 1e-9


def scores(conditions: Conditions, mode: str, group: str, settings: ScoreSettings = DEFAULTS) -> Scores:
    """Parts of the score for the people of a group: each place scored first, then the mean over people.

    Raises
    ------
    KeyError
        There is no such age group.
    """
    people = conditions.total(group)
    parts = np.full((len(settings.counted), conditions.area_count), np.nan)
    for row, part in enumerate(settings.counted):
        known = (why_missing(conditions, part, mode) == "") & (people > 0)
        if known.any():
            parts[row, known] = sum_of_scores(conditions, part, mode, group, settings)[known] / people[known]
    return Scores(np.clip(parts, 0.0, 100.0), np.array(settings.weight_of_counted), people)


def sum_of_scores(
    conditions: Conditions, part: Part, mode: str, group: str, settings: ScoreSettings = DEFAULTS
) -> Floats:
    """Σ people × score of a part, per area."""
    summed: Floats = conditions.answers(MeanScore(things_of(conditions, part, mode, settings)), group)[0]
    return summed


def things_of(conditions: Conditions, part: Part, mode: str, settings: ScoreSettings = DEFAULTS) -> Anchored:
    """What counts as a part and was measured in a mode, with its anchors in the unit of the measures."""
    measured = [name for name in part.categories if (name, mode) in conditions.distances]
    limits = [settings.limits(name, part, mode, conditions.profiles) for name in measured]
    return Anchored(
        tuple((name, mode) for name in measured),
        tuple(target for target, _ in limits),
        tuple(floor for _, floor in limits),
    )


def why_missing(conditions: Conditions, part: Part, mode: str) -> npt.NDArray[np.str_]:
    """Reason per area why a part has no value, ``""`` where it has one."""
    reasons = []
    for name in part.categories:
        reason = conditions.why_missing(name, mode)
        if (name, mode) not in conditions.distances:
            reason = np.where(reason == "", "no_source", reason)
        reasons.append(reason)
    table = np.array(reasons)
    missing = table != ""
    lacking = missing.any(axis=0) if part.needs_all else missing.all(axis=0)
    first = table[missing.argmax(axis=0), np.arange(conditions.area_count)]
    return np.where(lacking, first, "")


def known_parts(conditions: Conditions, parts: Sequence[Part], mode: str) -> npt.NDArray[np.bool_]:
    """Which parts have a value where, (n_parts, n_areas)."""
    return np.array([why_missing(conditions, part, mode) == "" for part in parts])


def why_not_all(conditions: Conditions, parts: Sequence[Part], mode: str) -> npt.NDArray[np.str_]:
    """Reason per area that names the parts whose lists are missing, ``""`` where all are known."""
    if not conditions.has_streets:
        return np.full(conditions.area_count, "no_streets")
    known = known_parts(conditions, parts, mode)
    patterns, which = np.unique(known, axis=1, return_inverse=True)
    texts = np.array([_names([part for part, ok in zip(parts, row, strict=True) if not ok]) for row in patterns.T])
    return texts[which.ravel()]


def _names(missing: Sequence[Part]) -> str:
    if not missing:
        return ""
    ja, en = "、".join(part.ja for part in missing), ", ".join(part.en for part in missing)
    return f"資料のない分野がある: {ja} / no list of: {en}"


def place_scores(
    conditions: Conditions, mode: str, settings: ScoreSettings = DEFAULTS, *, known_only: bool = False
) -> npt.NDArray[np.float32]:
    """Overall score of each place, 0–100, (n_places,); NaN where the lists of its area lack a part.

    Parameters
    ----------
    known_only
        Take the parts that its area has lists of, as :attr:`Scores.overall_known` does.
    """
    from layers.counting.questions import stacked
    from layers.counting.scoring import scores_of_places

    out = np.full(len(conditions.area_of_place), np.nan, dtype=np.float32)
    parts, weights = measured_parts(conditions, mode, settings, known_only=known_only)
    things = [things_of(conditions, part, mode, settings) for part in parts]
    if not np.isfinite(weights).any():
        return out
    table = stacked([conditions.distances[measure] for part in things for measure in part.measures])
    targets, floors = anchors_of(things)
    first = first_of([part.measures for part in things])
    scores_of_places(table, first, targets, floors, weights, conditions.area_of_place, out)
    return out


def measured_parts(
    conditions: Conditions, mode: str, settings: ScoreSettings = DEFAULTS, *, known_only: bool
) -> tuple[tuple[Part, ...], Floats]:
    """Parts that have a value anywhere, and what each counts in each area, adding up to 1.

    Returns
    -------
    tuple
        The parts, and (n_parts, n_areas) weights; NaN for an area that has none of them, or not all counted parts where
        all are wanted.
    """
    counted = settings.counted
    known = known_parts(conditions, counted, mode) & conditions.has_streets
    weights = np.array(settings.weight_of_counted)[:, np.newaxis] * known
    enough = known.any(axis=0) if known_only else known.all(axis=0)
    somewhere: npt.NDArray[np.bool_] = np.asarray(known.any(axis=1))
    with np.errstate(invalid="ignore"):
        shares = np.where(enough, weights / weights.sum(axis=0), np.nan)
    parts = tuple(part for part, is_there in zip(counted, somewhere, strict=True) if is_there)
    return parts, np.ascontiguousarray(shares[somewhere])
