"""What a scenario does, as tables: whom it concerns, where, and how much.

No distance and no indicator is worked out here: they are those of :class:`explorer.live_effect.Effect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.live_effect import far_of
from explorer.scenario_verdicts import indicators_with_verdict
from layers.measures import STRAIGHT, is_in_metres

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from explorer.live_effect import Effect
    from explorer.regions import Opened
    from explorer.scenario_edits import Scenario
    from layers.catalogue import Indicator

# Beyond which people are told to be hurt, where no indicator of the service has a threshold in the mode: 800 m on foot
# (handbook on urban structure), 15 minutes in other modes (default of this tool).
WALK_LIMIT_M: Final = 800.0
OTHER_LIMIT_SECONDS: Final = 900.0


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """What a scenario does.

    Parameters
    ----------
    effect
        Distances and indicators before and after.
    places
        Where the edits are: ``edit`` (from 1), ``do``, ``about``, ``site``, ``lon``, ``lat``, ``municipality_code``,
        ``municipality_name``.
    notes
        What the user should know of it, in Japanese and English.
    seconds
        How long it took.
    """

    opened: Opened
    scenario: Scenario
    effect: Effect
    places: pd.DataFrame
    notes: tuple[tuple[str, str], ...]
    seconds: float

    @property
    def measures(self) -> tuple[tuple[str, str], ...]:
        """The ``(category, mode)`` that were answered anew."""
        return self.effect.measures

    def limit(self, category: str, mode: str) -> float:
        """The limit that the tables below take where none is given, in what the mode counts in (metres or seconds).

        The middle threshold of the indicators of the service in this mode, else 800 m on foot and 15 minutes otherwise.
        """
        limits = self.effect.limits.get((category, mode), ())
        if limits:
            return limits[len(limits) // 2]
        return WALK_LIMIT_M if is_in_metres(mode) else OTHER_LIMIT_SECONDS

    @cached_property
    def before_after(self) -> pd.DataFrame:
        """Every indicator that the scenario can touch.

        Returns
        -------
        DataFrame
            ``area_code``, ``area_name``, ``indicator``, ``name``, ``name_en``, ``group``, ``mode``, ``unit``, ``before``,
            ``after``, ``change`` and ``verdict``: better, worse, same, other (where more is neither), gone (no value any
            more), new.
        """
        table = indicators_with_verdict(self.effect.indicators, self.opened.catalogue)
        table.insert(1, "area_name", table["area_code"].map(self._names))
        return table

    @property
    def changed(self) -> pd.DataFrame:
        """The rows of :attr:`before_after` in which something changes."""
        table = self.before_after
        return table[table["verdict"] != "same"].reset_index(drop=True)

    @cached_property
    def newly_beyond(self) -> pd.DataFrame:
        """People and places that fall beyond a limit of the indicators, or come within it.

        Returns
        -------
        DataFrame
            ``area_code``, ``area_name``, ``elsewhere`` (no edit is in this municipality), ``category``, ``mode``, ``limit``,
            ``group``, ``newly_beyond``, ``newly_within`` (people), ``places_beyond``, ``places_within``; only rows where
            there is somebody or some place.
        """
        table = self.effect.beyond
        counts = table[["newly_beyond", "newly_within", "places_beyond", "places_within"]].to_numpy(float)
        return self._with_names(table.iloc[np.flatnonzero(counts.any(axis=1))].reset_index(drop=True))

    @cached_property
    def longer_ways(self) -> pd.DataFrame:
        """People whose way becomes longer or shorter.

        Returns
        -------
        DataFrame
            ``area_code``, ``area_name``, ``elsewhere``, ``category``, ``mode``, ``group``, ``farther``, ``nearer``; only
            rows with somebody.
        """
        table = self.effect.people
        some = np.flatnonzero(table[["farther", "nearer"]].to_numpy(float).any(axis=1))
        return self._with_names(table.iloc[some].reset_index(drop=True))

    def beyond(self, category: str, mode: str, limit: float | None = None) -> pd.DataFrame:
        """People of every age group beyond any limit (metres or seconds, as the mode counts), before and after.

        Returns
        -------
        DataFrame
            ``area_code``, ``area_name``, ``elsewhere``, ``group``, ``people``, ``beyond_before``, ``beyond_after``,
            ``newly_beyond``, ``newly_within``; every municipality.
        """
        import pandas as pd

        at = self.limit(category, mode) if limit is None else limit
        effect, conditions = self.effect, self.effect.before
        lost, won = effect.newly_beyond(category, mode, at), effect.newly_within(category, mode, at)
        far = {
            name: ~(far_of(state, (category, mode)) <= at)
            for name, state in (("beyond_before", effect.before), ("beyond_after", effect.after))
        }
        masks = {**far, "newly_beyond": lost, "newly_within": won}
        parts = [
            pd.DataFrame(
                {
                    "area_code": effect.area_codes,
                    "group": group,
                    "people": conditions.total(group),
                    **{name: conditions.sum_over_areas(np.where(mask, people, 0.0)) for name, mask in masks.items()},
                }
            )
            for group, people in conditions.people.items()
        ]
        return self._with_names(pd.concat(parts, ignore_index=True))

    def most_hurt(
        self, category: str | None = None, mode: str | None = None, limit: float | None = None, group: str = "total"
    ) -> pd.DataFrame:
        """Municipalities by how many of their people newly lose reach of any of the services, most first.

        Parameters
        ----------
        category
            One service; None for all that the scenario touches: who loses two of them counts once.
        mode
            None: on foot where there are streets, else in a straight line.

        Returns
        -------
        DataFrame
            ``area_code``, ``area_name``, ``elsewhere``, ``newly_beyond``, ``newly_within``, ``farther`` and ``nearer``
            (people whose way becomes longer, or shorter), ``extra`` (mean added way of those it becomes longer for, metres
            or seconds; infinite where some reach none any more), ``places`` (newly beyond); only municipalities with
            somebody hurt or helped.
        """
        by = self.main_mode if mode is None else mode
        names = [name for name, way in self.measures if way == by and category in {None, name}]
        conditions = self.effect.before
        count = len(conditions.area_of_place)
        lost, won, farther, nearer = np.zeros((4, count), dtype=bool)
        added = np.zeros(count)
        for name in names:
            at = self.limit(name, by) if limit is None else limit
            before, after = (far_of(state, (name, by)) for state in (conditions, self.effect.after))
            lost |= (before <= at) & ~(after <= at)
            won |= (after <= at) & ~(before <= at)
            nearer |= after < before
            is_farther = after > before
            farther |= is_farther
            added[is_farther] = np.maximum(added, after.astype(float) - np.where(is_farther, before, 0.0))[is_farther]
        return self._ranked(group, added, newly_beyond=lost, newly_within=won, farther=farther, nearer=nearer)

    def _ranked(self, group: str, added: npt.NDArray[np.float64], **masks: npt.NDArray[np.bool_]) -> pd.DataFrame:
        import pandas as pd

        conditions = self.effect.before
        people = conditions.people[group]
        table = pd.DataFrame({"area_code": self.effect.area_codes})
        for name, mask in masks.items():
            table[name] = conditions.sum_over_areas(np.where(mask, people, 0.0))
        # Nobody lives at some places; infinity times none of them is none.
        way = conditions.sum_over_areas(
            np.where(masks["farther"] & (people > 0), added, 0.0) * np.maximum(people, 1e-300)
        )
        table["extra"] = np.where(
            table["farther"] > 0, way / np.where(table["farther"] > 0, table["farther"], 1.0), np.nan
        )
        table["places"] = conditions.sum_over_areas(masks["newly_beyond"].astype(float)).astype(int)
        some = np.flatnonzero(table[list(masks)].to_numpy().any(axis=1))
        order = ["newly_beyond", "farther", "newly_within", "area_code"]
        ranked = table.iloc[some].sort_values(order, ascending=[False, False, True, True])
        return self._with_names(ranked.reset_index(drop=True))

    def hurt_places(self, category: str, mode: str, limit: float | None = None) -> pd.DataFrame:
        """Places that newly fall beyond a limit, or come within it.

        Returns
        -------
        DataFrame
            ``place`` (row), ``lon``, ``lat``, ``area_code``, ``area_name``, ``people`` (all ages), ``before``, ``after``
            (metres or seconds), ``newly`` (beyond, within).
        """
        import pandas as pd

        at = self.limit(category, mode) if limit is None else limit
        lost, won = self.effect.newly_beyond(category, mode, at), self.effect.newly_within(category, mode, at)
        rows = np.flatnonzero(lost | won)
        conditions = self.effect.before
        area = conditions.area_of_place[rows]
        rows, area = rows[area >= 0], area[area >= 0]
        where = self.opened.scenario_ground.place_positions[rows]
        codes = np.array(self.effect.area_codes, dtype=object)[area]
        return pd.DataFrame(
            {
                "place": rows,
                "lon": where[:, 0],
                "lat": where[:, 1],
                "area_code": codes,
                "area_name": pd.Series(codes, dtype=object).map(self._names).to_numpy(),
                "people": conditions.people["total"][rows],
                "before": far_of(conditions, (category, mode))[rows],
                "after": far_of(self.effect.after, (category, mode))[rows],
                "newly": np.where(lost[rows], "beyond", "within"),
            }
        )

    @property
    def main_mode(self) -> str:
        """On foot where there are streets, else a straight line."""
        modes = {mode for _, mode in self.measures}
        return "walk" if "walk" in modes or not modes else STRAIGHT if STRAIGHT in modes else min(modes)

    @cached_property
    def only_a_build(self) -> list[Indicator]:
        """Indicators that follow from facilities or stops in other ways than distances, and that only a build makes anew.

        They are none of :attr:`before_after`, and may change all the same.
        """
        touched = {name for name, _ in self.measures}
        transport = {"station", "stop", "stop30"}
        words = set()
        if touched & transport or any(edit.do.startswith(("stop_", "line_")) for edit in self.scenario.edits):
            touched |= {"stop", "stop30"}
            words |= {"stops", "stations"}
        if touched - transport:
            words.add("facilities")
        found = []
        for name in self.effect.as_built:
            indicator = self.opened.catalogue[name]
            if indicator.category in touched or (indicator.category is None and words & set(indicator.needs)):
                found.append(indicator)
        return found

    def stamp(self) -> str:
        """Short text for exports."""
        return self.scenario.stamp()

    @cached_property
    def _names(self) -> dict[str, str]:
        table = self.opened.municipalities
        return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))

    def _with_names(self, table: pd.DataFrame) -> pd.DataFrame:
        codes = table["area_code"].astype(str)
        named = table.assign(area_code=codes)
        named.insert(1, "area_name", codes.map(self._names))
        here = self.places["municipality_code"]
        named.insert(2, "elsewhere", ~codes.isin(here) & bool(len(here)))  # of a whole service nobody is elsewhere
        return named
