"""Where to put it: the best sites of a region for covering people or for short ways, alone or together.

>>> import explorer
>>> from explorer.siting import best_sites
>>> opened = explorer.open("workspace")  # doctest: +SKIP
>>> best_sites(opened, ["10203", "10212"], "library", k=3, mode="drive", limit=900).sites  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.siting_problem import Objective, Problem, Question, per_unit, problem_of
from explorer.siting_tables import Use, municipality_table, site_table, use_of
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    from explorer.region_file import SavedRegion
    from explorer.regions import Opened
    from explorer.siting_price import Price
    from layers.siting import Choice


@dataclass(frozen=True, eq=False)
class Siting:
    """The sites chosen, and what they do.

    Parameters
    ----------
    sites
        One row each, first the one that alone does most, then the one that adds most: ``order``, ``site_id``, ``name``, ``kind``,
        ``municipality_code``, ``municipality_name``, ``near`` (of an inhabited place: the nearest named facility or stop within 1 km), ``lon``, ``lat``, ``added`` (people newly covered, or minutes × people saved, by
        this site after those above it), ``people_within`` (within the limit of it), ``people_served`` (it is the nearest of all that
        there is; for covering, within the limit), ``served_elsewhere`` (of them, people of other municipalities).
    municipalities
        One row for each member and one ``region``: see :func:`explorer.siting_tables.municipality_table`.
    people
        People who are counted.
    covered_before, covered_people
        Of them within the limit, now and with the new sites; NaN where no limit was given.
    travel_before, travel
        Σ people × way, in person-minutes (person-metres for straight lines); a way beyond the horizon counts as the horizon.
    choice
        Value, bound, ``method``, ``proof`` and ``gap``, as :class:`layers.siting.Choice` tells them.
    unit
        What the mode counts in, for each minute; 1 for straight lines.
    site_of_place, distance
        (n_places,) row of `sites` that each place uses (-1: what existed before, or none), and how far the nearest is, in what the mode
        counts in; NaN where nobody is counted.
    notes
        What the reader should know, "Japanese / English".
    """

    question: Question
    codes: tuple[str, ...]
    sites: pd.DataFrame
    municipalities: pd.DataFrame
    people: float
    covered_before: float
    covered_people: float
    travel_before: float
    travel: float
    candidate_count: int
    choice: Choice
    unit: float
    site_of_place: npt.NDArray[np.int32]
    distance: npt.NDArray[np.float32]
    notes: tuple[str, ...]

    @property
    def method(self) -> str:
        """``exact`` or ``greedy``."""
        return self.choice.method

    @property
    def gap(self) -> float:
        """By what share the best choice could be better than this one at most."""
        return self.choice.gap

    @property
    def how(self) -> str:
        """How good the choice is, in both languages."""
        if self.method == "exact":
            return "厳密解（これより良い選び方はありません） / exact: no choice is better"
        more, percent = self.choice.bound - self.choice.value, np.ceil(1000 * self.gap) / 10
        if self.question.objective == "cover":
            ja, en = f"圏内の人をあと {more:,.0f} 人", f"cover {more:,.0f} more people"
        else:
            more /= self.unit
            ja, en = f"移動の合計をあと {more:,.0f}", f"save {more:,.0f} more person-minutes"
            if self.question.mode == STRAIGHT:
                ja, en = f"{ja} 人・m", en.replace("person-minutes", "person-metres")
            else:
                ja = f"{ja} 人・分"
        return (
            f"近似解（貪欲法と入れ替え。最良の選び方でも、増やせるのは{ja}（効果の {percent:.1f}%）まで） / "
            f"greedy with swap: the best choice could {en} at most ({percent:.1f} % of what this one does)"
        )


def best_sites(
    opened: Opened,
    codes: Sequence[str] | SavedRegion | Path | str,
    category: str | None,
    *,
    k: int,
    mode: str,
    limit: float | None = None,
    objective: Objective = "cover",
    candidates: str | Path | pd.DataFrame = "schools",
    group: str = "total",
    existing: bool = True,
    year: int | None = None,
    beyond: tuple[str, float] | None = None,
    spacing_m: float | None = None,
    seconds: float = 30.0,
) -> Siting:
    """The best k sites of a region out of candidates, for its people.

    Parameters
    ----------
    codes
        Members of the region. Their order makes no difference.
    category
        The service. None for something that there is none of yet (with ``existing=False``).
    k
        How many sites.
    mode, limit
        How people get there, and how far counts as covered: metres for straight lines and on foot, else seconds
        (:meth:`explorer.services.Services.limit_of`). For ``travel`` the limit only says what is shown as covered.
    objective
        ``cover``: most people within the limit of any site, the existing ones counted. ``travel``: least Σ people × way to the nearest.
    candidates
        See :func:`explorer.siting_candidates.candidates_of`.
    group, year
        People who count: an age group, today's or those of a year of the projection.
    existing
        Whether the sites of the service that exist (anywhere, the halo included) are used too.
    beyond
        Service and limit: only people farther from it than that count (for mobile shops).
    spacing_m
        For inhabited places: side of the squares of which one place each is a candidate, 0 for all; by default as small as can be done.
    seconds
        How long the exact solver may search; what is found without it does not depend on the computer.

    Raises
    ------
    CannotPlace
        Nobody to serve, no candidates, fewer candidates than sites, numbers that cannot be.
    UnknownCode
        No such municipality, service, mode, age group or year.
    """
    question = Question(
        category=category,
        k=k,
        mode=mode,
        limit=limit,
        objective=objective,
        candidates=candidates,
        group=group,
        year=year,
        existing=existing,
        beyond=beyond,
        spacing_m=spacing_m,
        seconds=seconds,
    )
    return solve(problem_of(opened, opened.region(codes).codes, question))


def mobile_stops(
    opened: Opened,
    codes: Sequence[str] | SavedRegion | Path | str,
    service: str = "food_shop",
    *,
    k: int,
    beyond: float,
    limit: float,
    mode: str = "walk",
    **asked: Any,
) -> Siting:
    """Stops of a mobile shop: the k places within a walk of most people who have no shop within reach.

    Parameters
    ----------
    service, beyond
        Who counts: people farther than this from every site of the service.
    k, limit
        Stops a week, and how far people walk to one.
    asked
        ``group``, ``year``, ``candidates`` (by default every inhabited place) and the rest, as in :func:`best_sites`.
    """
    whole = {"candidates": "places", "existing": False, **asked}
    return best_sites(opened, codes, None, k=k, mode=mode, limit=limit, beyond=(service, beyond), **whole)


def price_of_not_cooperating(
    opened: Opened,
    codes: Sequence[str] | SavedRegion | Path | str,
    category: str | None,
    *,
    k: int,
    split: str | Mapping[str, int] = "people",
    **asked: Any,
) -> Price:
    """What a region loses when each town looks for its sites alone: see :mod:`explorer.siting_price`.

    Parameters
    ----------
    split
        How many sites each town has alone: ``people`` shares the k out by people (largest remainder), ``each`` gives every town k/number
        of towns as whole sites, or the numbers themselves by code, adding up to k.
    asked
        As in :func:`best_sites`.
    """
    from explorer.siting_price import price_of

    question = Question(category=category, k=k, **asked)
    return price_of(problem_of(opened, opened.region(codes).codes, question), split)


def solve(problem: Problem, starts: Sequence[Sequence[int]] = ()) -> Siting:
    """Choose, and say what the choice does."""
    from layers.siting import choose

    question = problem.question
    choice = choose(problem.gains, question.k, seconds=question.seconds, starts=starts)
    rows = np.asarray(choice.rows, dtype=np.int64)
    notes = list(problem.notes)
    if len(rows) < question.k:
        notes.append(
            f"{len(rows)} か所で候補地の効果は尽き、それ以上は誰の役にも立ちません。 / "
            f"{len(rows)} sites do all that these candidates can; further ones would serve nobody."
        )
    use = use_of(problem, rows)
    before: Use = use_of(problem, rows[:0])
    municipalities = municipality_table(problem, before, use)
    region = municipalities.iloc[-1]
    everywhere = len(problem.opened.services().area_of_place)
    site_of_place, distance = np.full(everywhere, -1, np.int32), np.full(everywhere, np.nan, np.float32)
    site_of_place[problem.places], distance[problem.places] = use.site, use.distance
    return Siting(
        question=question,
        codes=problem.codes,
        sites=site_table(problem, rows, use),
        municipalities=municipalities,
        people=float(region["people"]),
        covered_before=float(region["covered_before"]),
        covered_people=float(region["covered_after"]),
        travel_before=float(region["travel_before"]),
        travel=float(region["travel_after"]),
        candidate_count=len(problem.candidates),
        choice=choice,
        unit=per_unit(problem.opened, question.mode),
        site_of_place=site_of_place,
        distance=distance,
        notes=tuple(notes),
    )
