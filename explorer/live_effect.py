"""What a change does: distances and indicators before and after, and the people it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.counting.questions import Distances, Measure

if TYPE_CHECKING:
    from layers.conditions import Conditions
    from layers.indicators import Block

_PEOPLE: Final = ("area_code", "category", "mode", "group", "farther", "nearer")
_BEYOND: Final = (
    *("area_code", "category", "mode", "limit", "group"),
    *("newly_beyond", "newly_within", "places_beyond", "places_within"),
)


@dataclass(frozen=True, eq=False)
class Effect:
    """What a change does.

    Parameters
    ----------
    indicators
        ``area_code``, ``indicator``, ``group``, ``mode``, ``before``, ``after``, ``change``: every indicator that the
        change can touch, for all municipalities. The others hold as they are.
    before, after
        Places with their distances.
    measures
        The ``(category, mode)`` that were answered anew.
    limits
        The thresholds of the indicators that were touched, by measure.
    area_codes
        Municipalities, in the order of the areas.
    as_built
        Ids of indicators that only a build makes anew, since it measured them on the map (areas around facilities, numbers
        of stops): they are none of `indicators`, and may change all the same.
    """

    indicators: pd.DataFrame
    before: Conditions
    after: Conditions
    measures: tuple[Measure, ...]
    limits: Mapping[Measure, tuple[float, ...]]
    area_codes: tuple[str, ...]
    as_built: tuple[str, ...] = ()

    def newly_beyond(self, category: str, mode: str, limit: float) -> npt.NDArray[np.bool_]:
        """Bool (n_places,): within the limit before, no longer after."""
        return self._within(self.before, (category, mode), limit) & ~self._within(self.after, (category, mode), limit)

    def newly_within(self, category: str, mode: str, limit: float) -> npt.NDArray[np.bool_]:
        """Bool (n_places,): beyond the limit before, within it after."""
        return self._within(self.after, (category, mode), limit) & ~self._within(self.before, (category, mode), limit)

    @cached_property
    def people(self) -> pd.DataFrame:
        """People whose way becomes longer or shorter.

        Returns
        -------
        DataFrame
            ``area_code``, ``category``, ``mode``, ``group``, ``farther``, ``nearer``: people per municipality.
        """
        parts = []
        for measure in self.measures:
            before, after = (far_of(conditions, measure) for conditions in (self.before, self.after))
            parts.append(self._counted(measure, {"farther": after > before, "nearer": after < before}))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_PEOPLE))

    @cached_property
    def beyond(self) -> pd.DataFrame:
        """Places and people that fall beyond a threshold of the indicators, or come within it.

        Returns
        -------
        DataFrame
            ``area_code``, ``category``, ``mode``, ``limit``, ``group``, ``newly_beyond``, ``newly_within`` (people), and
            ``places_beyond``, ``places_within``.
        """
        parts = []
        for category, mode in self.measures:
            for limit in self.limits.get((category, mode), ()):
                beyond, within = (
                    self.newly_beyond(category, mode, limit),
                    self.newly_within(category, mode, limit),
                )
                table = self._counted((category, mode), {"newly_beyond": beyond, "newly_within": within})
                groups = len(self.before.people)
                table.insert(3, "limit", limit)
                table["places_beyond"] = np.tile(self.before.sum_over_areas(beyond.astype(float)), groups).astype(int)
                table["places_within"] = np.tile(self.before.sum_over_areas(within.astype(float)), groups).astype(int)
                parts.append(table)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_BEYOND))

    def _within(self, conditions: Conditions, measure: Measure, limit: float) -> npt.NDArray[np.bool_]:
        return np.asarray(far_of(conditions, measure) <= limit)

    def _counted(self, measure: Measure, masks: Mapping[str, npt.NDArray[np.bool_]]) -> pd.DataFrame:
        """People per area and age group where each mask holds."""
        groups, codes = list(self.before.people), self.area_codes
        columns = {
            name: np.concatenate(
                [self.before.sum_over_areas(np.where(mask, self.before.people[group], 0.0)) for group in groups]
            )
            for name, mask in masks.items()
        }
        labels = {"area_code": np.tile(codes, len(groups)), "category": measure[0], "mode": measure[1]}
        return pd.DataFrame({**labels, "group": np.repeat(groups, len(codes)), **columns})


def far_of(conditions: Conditions, measure: Measure) -> Distances:
    """Distances (n_places,), infinity where there is no street or nothing was measured."""
    found = conditions.distances.get(measure)
    if found is None:
        return np.full(len(conditions.area_of_place), np.inf, np.float32)
    return np.where(np.isnan(found), np.float32(np.inf), found)


def limits_of(blocks: Iterable[Block]) -> dict[Measure, tuple[float, ...]]:
    """Thresholds of indicators of one category, by what they measure."""
    found: dict[Measure, set[float]] = {}
    for block in blocks:
        if block.indicator.threshold_m is not None and block.indicator.category is not None:
            found.setdefault((block.indicator.category, block.mode), set()).add(float(block.indicator.threshold_m))
    return {measure: tuple(sorted(limits)) for measure, limits in found.items()}
