"""What a scenario does, as the page shows it: places, people by municipality and age, indicators before and after.

No streamlit in here, and no distance is worked out here: every number is one of :class:`explorer.live_effect.Effect`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from layers.measures import STRAIGHT, is_in_metres

if TYPE_CHECKING:
    from explorer.live_effect import Effect
    from explorer.scenario_result import ScenarioResult
    from layers.catalogue import Indicator
    from layers.conditions import Conditions

Mask = npt.NDArray[np.bool_]
NO_CHANGE: Final = 1e-9
# Codes of the picture of changes; 0 is left out.
FARTHER, BEYOND, NEARER, WITHIN = 1, 2, 3, 4


@dataclass(frozen=True)
class Question:
    """What is looked at: how far it is to which service, and from where on that is too far.

    Parameters
    ----------
    limit
        Metres in a straight line and on foot, seconds in other modes.
    """

    category: str
    mode: str
    limit: float


@dataclass(frozen=True, eq=False)
class Answer:
    """What a scenario does to the way to one service in one mode."""

    question: Question
    result: ScenarioResult

    @property
    def effect(self) -> Effect:
        """Distances before and after."""
        return self.result.effect

    @cached_property
    def beyond(self) -> Mask:
        """(n_places,) newly beyond the limit."""
        return self.effect.newly_beyond(self.question.category, self.question.mode, self.question.limit)

    @cached_property
    def within(self) -> Mask:
        """(n_places,) newly within the limit."""
        return self.effect.newly_within(self.question.category, self.question.mode, self.question.limit)

    @cached_property
    def before(self) -> npt.NDArray[np.floating]:
        """(n_places,) how far it is now; infinity where nothing is reached."""
        return _far(self.effect.before, self.question)

    @cached_property
    def after(self) -> npt.NDArray[np.floating]:
        """(n_places,) how far it is in the scenario."""
        return _far(self.effect.after, self.question)

    @cached_property
    def farther(self) -> Mask:
        """(n_places,) whose way becomes longer."""
        return np.asarray(self.after > self.before)

    @cached_property
    def nearer(self) -> Mask:
        """(n_places,) whose way becomes shorter."""
        return np.asarray(self.after < self.before)

    @property
    def touches(self) -> bool:
        """Whether anybody's way changes at all."""
        return bool(self.farther.any() or self.nearer.any())

    def codes(self) -> npt.NDArray[np.uint8]:
        """(n_places,) what the picture of changes shows: :data:`BEYOND` and the others, 0 where nothing changes."""
        shown = np.zeros(len(self.before), np.uint8)
        shown[self.farther], shown[self.nearer] = FARTHER, NEARER
        shown[self.beyond], shown[self.within] = BEYOND, WITHIN
        return shown

    def people(self, mask: Mask, group: str = "total") -> float:
        """People of an age group where a mask holds."""
        return float(self.effect.before.people[group][mask].sum())

    def added(self) -> tuple[float, float]:
        """By how much the way becomes longer on average, per person whose way does, and people who now reach nothing."""
        people = self.effect.before.people["total"]
        lost = self.farther & ~np.isfinite(self.after)
        counted = self.farther & np.isfinite(self.after)
        total = float(people[counted].sum())
        if total <= 0:
            return float("nan"), float(people[lost].sum())
        longer = float((people[counted] * (self.after[counted] - self.before[counted])).sum())
        return longer / total, float(people[lost].sum())

    def by_municipality(self, names: Sequence[str]) -> pd.DataFrame:
        """Who is hurt and who is helped, most hurt first.

        Parameters
        ----------
        names
            (n_areas,) of the municipalities.

        Returns
        -------
        DataFrame
            ``code``, ``name``, ``beyond_<group>`` for every age group, ``within_total``, ``farther``, ``nearer`` (people).
            Municipalities where nobody's way changes are left out.
        """
        now = self.effect.before
        sums = {f"beyond_{group}": self._sum(self.beyond, group) for group in now.people}
        sums |= {f"within_{group}": self._sum(self.within, group) for group in now.people}
        sums |= {"farther": self._sum(self.farther, "total"), "nearer": self._sum(self.nearer, "total")}
        table = pd.DataFrame({"code": self.effect.area_codes, "name": list(names), **sums})
        touched = (table["farther"] > 0) | (table["nearer"] > 0)
        order = ["beyond_total", "farther", "within_total", "nearer"]
        return table[touched].sort_values(order, ascending=False, ignore_index=True, kind="stable")

    def _sum(self, mask: Mask, group: str) -> npt.NDArray[np.float64]:
        now = self.effect.before
        return np.asarray(now.sum_over_areas(np.where(mask, now.people[group], 0.0)))


def limits_for(mode: str) -> list[float]:
    """Limits to choose from: metres of the handbooks, or minutes, in what the mode counts in."""
    if is_in_metres(mode):
        return [300.0, 500.0, 800.0, 1000.0, 2000.0, 4000.0]
    return [60.0 * minutes for minutes in (5, 10, 15, 20, 30)]


def usual_limit(mode: str) -> float:
    """What is chosen until the user says otherwise: 1 km, or a quarter of an hour."""
    return 1000.0 if is_in_metres(mode) else 900.0


def modes_to_choose(modes: Sequence[str]) -> list[str]:
    """On foot first, since it is what the handbooks count in; straight lines where there are no streets."""
    ordered = [mode for mode in ("walk", STRAIGHT) if mode in modes]
    return [*ordered, *(mode for mode in modes if mode not in ordered)]


def changed_indicators(table: pd.DataFrame, catalogue: dict[str, Indicator]) -> pd.DataFrame:
    """Rows of :attr:`Effect.indicators` whose value changes, largest change first.

    How large a change is tells its share of the spread between the municipalities: minutes, shares and scores can
    be put in one order that way, and in no other that is fair to all of them.

    Returns
    -------
    DataFrame
        The columns of the table and ``size`` (in standard deviations between municipalities; infinity where a value
        appears or vanishes) and ``good`` (1 better, -1 worse, 0 neither).
    """
    before, after = table["before"].to_numpy(float), table["after"].to_numpy(float)
    differs = (np.abs(after - before) > NO_CHANGE) | (np.isnan(before) != np.isnan(after))
    keys = ["indicator", "group", "mode"]
    touched = set(zip(*(table.loc[differs, key].astype(str) for key in keys), strict=True))
    if not touched:
        nothing: pd.DataFrame = table[differs].assign(size=pd.Series(dtype=float), good=pd.Series(dtype=int))
        return nothing
    names = [name for name, _, _ in touched]
    some = table[table["indicator"].isin(set(names))]
    spread = some.groupby(keys, observed=True)["before"].std().rename("spread").reset_index()
    rows = table[differs].merge(spread, on=keys, how="left")
    change = (rows["after"] - rows["before"]).to_numpy(float)
    rows["size"] = np.where(np.isnan(change), np.inf, np.abs(change) / rows["spread"].replace(0.0, np.nan))
    better = np.array([{"high": 1, "low": -1}.get(catalogue[str(name)].better or "", 0) for name in rows["indicator"]])
    rows["good"] = np.sign(np.nan_to_num(change)).astype(int) * better
    ordered: pd.DataFrame = rows.drop(columns="spread").sort_values(
        "size", ascending=False, ignore_index=True, kind="stable"
    )
    return ordered


def served_by(sites: npt.NDArray[np.int32], people: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """(count,) people for whom each site is the nearest."""
    reached = sites >= 0
    return np.bincount(sites[reached], weights=people[reached], minlength=count)[:count].astype(float)


def _far(conditions: Conditions, question: Question) -> npt.NDArray[np.floating]:
    found = conditions.distances.get((question.category, question.mode))
    if found is None:
        return np.full(len(conditions.area_of_place), np.inf, np.float32)
    return np.where(np.isnan(found), np.float32(np.inf), found)
