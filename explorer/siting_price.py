"""The price of not cooperating: the sites that each town would choose alone, against those of the region together.

The rule, stated in every result: together the region chooses its k sites among all candidates for all people. Alone, the k sites are shared
out among the towns, and each town chooses its own among the candidates inside it, for its own people only. What exists already is used by all in
both cases. *Alone, for its own* then counts the new sites of one's own town only; *alone, open to all* lets everybody use all new sites. What
lies between the first two is what opening the doors brings, and the rest is what choosing the places together brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.siting import Siting, solve
from explorer.siting_candidates import CannotPlace
from explorer.siting_problem import Problem, horizon, per_unit
from explorer.siting_tables import Use, by_member, covered, names_of, travel, use_of
from layers.measures import STRAIGHT
from layers.siting import Choice, choose

RULE: Final = (
    "単独: 各市町村が、配分された数を、自分の住民のために、区域内の候補地から選ぶ（新しい施設は自市町村の住民だけが使う／全員が使う、の2通り）。"
    "共同: 圏域全体の住民のために、すべての候補地から選ぶ。 / "
    "Alone: each town chooses its share of the sites among the candidates inside it, for its own people (new sites used by its own people only, or by "
    "all). Together: among all candidates, for all people of the region."
)
WAYS: Final = ("alone", "alone_open", "together")


@dataclass(frozen=True, eq=False)
class Price:
    """What not cooperating costs.

    Parameters
    ----------
    together
        The choice of the region.
    alone
        One row for each site that a town chooses alone: the columns of the candidates, and ``chosen_by``.
    table
        One row for each member and, last, one ``region``: ``area_code``, ``area_name``, ``people``, ``sites_alone``, ``sites_together`` (in it),
        ``covered_before``, ``covered_alone``, ``covered_alone_open``, ``covered_together``, ``travel_before``, ``travel_alone``, ``travel_alone_open``,
        ``travel_together`` (Σ people × minutes, metres for straight lines), ``people_lost`` (together − alone), ``people_lost_open``, ``travel_lost``
        (alone − together), ``travel_lost_open``. A town may lose by cooperating: its row then says so.
    is_proven
        Whether all choices are exact.
    rule
        What alone and together mean, both languages.
    """

    together: Siting
    alone: pd.DataFrame
    table: pd.DataFrame
    is_proven: bool
    rule: str = RULE

    @property
    def people_lost(self) -> float:
        """People of the region within the limit together who are not alone, each town for its own."""
        return float(self.table["people_lost"].iloc[-1])

    @property
    def travel_lost(self) -> float:
        """Person-minutes that the region travels more alone (person-metres for straight lines)."""
        return float(self.table["travel_lost"].iloc[-1])


def price_of(problem: Problem, split: str | Mapping[str, int]) -> Price:
    """Choose alone and together, and compare.

    Raises
    ------
    CannotPlace
        The sites cannot be shared out as asked for.
    """
    wanted = shared_out(problem, split)
    chosen: list[int] = []
    by: list[int] = []
    proven = True
    for member, count in enumerate(wanted.tolist()):
        choice, rows = _alone(problem, member, count)
        chosen += rows.tolist()
        by += [member] * len(rows)
        proven &= choice is None or choice.method == "exact"
    rows, owners = np.asarray(chosen, dtype=np.int64), np.asarray(by, dtype=np.int64)
    together = solve(problem, starts=[chosen])
    number = {name: row for row, name in enumerate(problem.candidates["site_id"])}
    best = np.array([number[name] for name in together.sites["site_id"]], dtype=np.int64)
    own = owners[np.newaxis, :] == np.arange(len(problem.codes))[:, np.newaxis]
    uses = {
        "before": use_of(problem, rows[:0]),
        "alone": use_of(problem, rows, own),
        "alone_open": use_of(problem, rows),
        "together": use_of(problem, best),
    }
    alone = problem.candidates.iloc[rows].reset_index(drop=True)
    alone["chosen_by"] = [problem.codes[member] for member in owners]
    together = replace(together, notes=(*together.notes, *_short(problem, wanted, owners)))
    return Price(together, alone, _table(problem, uses, owners, best), proven and together.method == "exact")


def shared_out(problem: Problem, split: str | Mapping[str, int]) -> npt.NDArray[np.int64]:
    """(n_members,) how many sites each town has alone; together they are those of the region.

    ``people``: by people, the largest remainders first (Hamilton's method; equal ones by code). ``each``: the same number for all.

    Raises
    ------
    CannotPlace
        Numbers that do not add up, towns that are not in the region, an unknown rule.
    """
    k, codes = problem.question.k, problem.codes
    if isinstance(split, Mapping):
        foreign = sorted(set(split) - set(codes))
        counts = np.array([int(split.get(code, 0)) for code in codes], dtype=np.int64)
        if foreign or counts.sum() != k or (counts < 0).any():
            raise CannotPlace(
                f"市町村ごとの箇所数（{dict(split)}）は、圏域の市町村（{'、'.join(codes)}）について合計 {k} になるように指定してください。 / "
                f"The sites of each town ({dict(split)}) must be for members of the region and add up to {k}."
            )
        return counts
    if split == "each":
        if k % len(codes):
            raise CannotPlace(
                f"{k} か所は {len(codes)} 市町村に同じ数ずつ分けられません。{len(codes)} の倍数にするか、人口で分けてください。 / "
                f"{k} sites cannot be shared out evenly among {len(codes)} towns. Ask for a multiple, or share them out by people."
            )
        return np.full(len(codes), k // len(codes), np.int64)
    if split != "people":
        raise CannotPlace(
            f"分け方は people か each、または市町村ごとの数です（指定: {split}）。 / Share out by people or each, not {split}."
        )
    people = np.bincount(problem.area, problem.people, len(codes))
    exact = people / people.sum() * k
    counts = np.floor(exact).astype(np.int64)
    rest = np.argsort(-np.round(exact - counts, 9), kind="stable")[: k - counts.sum()]
    counts[rest] += 1
    return np.asarray(counts, dtype=np.int64)


def _alone(problem: Problem, member: int, count: int) -> tuple[Choice | None, npt.NDArray[np.int64]]:
    """What a town chooses among its own candidates for its own people: rows of the candidates."""
    inside = np.flatnonzero(problem.area_of_candidate == member)
    if count == 0 or not len(inside):
        return None, inside[:0]
    part = problem.gains.part(inside, problem.area == member)
    choice = choose(part, count, seconds=problem.question.seconds)
    return choice, inside[list(choice.rows)]


def _short(problem: Problem, wanted: npt.NDArray[np.int64], owners: npt.NDArray[np.int64]) -> list[str]:
    """What the reader should know of the towns alone: shares that could not be used, and ways that count as the horizon."""
    had = np.bincount(owners, minlength=len(wanted))
    notes = []
    short = [code for code, share, used in zip(problem.codes, wanted, had, strict=True) if used < share]
    if short:
        names = "、".join(short)
        notes.append(
            f"単独では、候補地がないか、増やしても効果がないため、配分された数より少ない市町村があります: {names} / "
            f"Alone, these towns use fewer sites than their share, for want of candidates or of effect: {names}."
        )
    none = [code for code, used in zip(problem.codes, had, strict=True) if not used]
    if none and not np.isfinite(problem.base).any():
        names = "、".join(none)
        longest = horizon(problem.opened, problem.question) / per_unit(problem.opened, problem.question.mode)
        unit = ("m", "m") if problem.question.mode == STRAIGHT else ("分", "minutes")
        notes.append(
            f"単独では1か所もない市町村（{names}）の人の移動は、1人 {longest:,.0f}{unit[0]} と数えています。移動の合計は「全員が使う」と比べてください。 / "
            f"Alone, people of towns without a site ({names}) count as travelling {longest:,.0f} {unit[1]} each: compare the sums with those open to all."
        )
    return notes


def _table(
    problem: Problem, uses: Mapping[str, Use], owners: npt.NDArray[np.int64], best: npt.NDArray[np.int64]
) -> pd.DataFrame:
    codes, names = names_of(problem)
    home = problem.area_of_candidate[best]
    counts = [np.bincount(each, minlength=len(problem.codes)) for each in (owners, home[home >= 0])]
    table: dict[str, object] = {
        "area_code": codes,
        "area_name": names,
        "people": by_member(problem, problem.people),
        "sites_alone": np.append(counts[0], len(owners)),
        "sites_together": np.append(counts[1], len(best)),
    }
    within = {name: by_member(problem, covered(problem, use)) for name, use in uses.items()}
    ways = {name: by_member(problem, travel(problem, use)) for name, use in uses.items()}
    if not np.isfinite(problem.base).any():
        ways["before"] = np.full(len(codes), np.nan)
    table |= {f"covered_{name}": values for name, values in within.items()}
    table |= {f"travel_{name}": values for name, values in ways.items()}
    table["people_lost"] = within["together"] - within["alone"]
    table["people_lost_open"] = within["together"] - within["alone_open"]
    table["travel_lost"] = ways["alone"] - ways["together"]
    table["travel_lost_open"] = ways["alone_open"] - ways["together"]
    return pd.DataFrame(table)
