"""The best k sites out of candidates: for covering people, or for the least total travel time.

Both are one question. A candidate has a *gain* for each place: 1 where it covers a place that nothing covers yet, or
the time by which it shortens the way from there. A place takes the largest gain among the chosen sites, and Σ people ×
gain is to be as large as can be. Covering so is the maximal covering location problem (Church & ReVelle 1974), shorter
ways the p-median problem (Hakimi 1964). The gain of a set is monotone and submodular: choosing greedily gives at least
1 − 1/e of the best (Nemhauser, Wolsey & Fisher 1978), and exchanging one site for another never makes it less.

What no choice can exceed is told by a Lagrangian bound (:mod:`layers.siting_bound`); where greedy and swap do not reach
it, HiGHS searches among the candidates that the bound has not ruled out (:mod:`layers.siting_exact`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer]
Method = Literal["exact", "greedy"]
Proof = Literal["all", "bound", "solver", "none"]

SMALLEST: Final = 1e-9  # of the largest possible value: differences below are rounding, and ties go to the first
PROVEN: Final = 1e-6  # a gap below this share counts as none: a tenth of a person in 100,000


def summed(weight: Floats, values: Floats) -> float:
    """Σ weight × value. Not a product of vectors: BLAS adds up in another order with another number of threads."""
    return float((weight * values).sum())


@dataclass(frozen=True, eq=False)
class Gains:
    """What each candidate would do for each place, sorted by candidate.

    Parameters
    ----------
    weight
        float64 (n,), people of each place, 0 or more.
    start, place, gain
        int64 (m + 1,), int32 (p,) and float64 (p,): candidate j gains ``gain[start[j]:start[j + 1]]`` (above 0) for each
        person of those places, each place at most once. Places gain nothing from the others.
    """

    weight: Floats
    start: npt.NDArray[np.int64]
    place: npt.NDArray[np.int32]
    gain: Floats

    @classmethod
    def of_pairs(cls, weight: Floats, count: int, candidate: Rows, place: Rows, gain: Floats) -> Gains:
        """From pairs in any order; a pair without a gain, or for a place without people, is left out."""
        from scipy.sparse import coo_array

        # Products below the smallest normal number have lost their digits: nobody lives there.
        kept = np.flatnonzero((gain > 0) & (gain * weight[place] >= np.finfo(float).tiny))
        pairs = coo_array(
            (gain[kept].astype(np.float64), (candidate[kept], place[kept])), shape=(count, len(weight))
        ).tocsr()  # counts, where sorting would take ten times as long
        pairs.sort_indices()
        weight = np.ascontiguousarray(weight, np.float64)
        return cls(weight, pairs.indptr.astype(np.int64), pairs.indices.astype(np.int32), pairs.data)

    @property
    def count(self) -> int:
        """Number of candidates."""
        return len(self.start) - 1

    @cached_property
    def smallest(self) -> float:
        """Differences of values below this are rounding."""
        return SMALLEST * summed(self.weight, self.best(range(self.count)))

    def of(self, candidate: int) -> slice:
        """Where the pairs of a candidate are."""
        return slice(int(self.start[candidate]), int(self.start[candidate + 1]))

    def best(self, chosen: Iterable[int] | Rows) -> Floats:
        """(n,) the largest gain of each place among some candidates, 0 without any."""
        best = np.zeros(len(self.weight))
        for candidate in chosen:
            pairs = self.of(int(candidate))
            here = self.place[pairs]
            best[here] = np.maximum(best[here], self.gain[pairs])
        return best

    def value(self, chosen: Iterable[int] | Rows) -> float:
        """Σ people × gain of a set of candidates."""
        return summed(self.weight, self.best(chosen))

    def worth(self, level: Floats) -> Floats:
        """(m,) Σ people × what the candidate gives beyond a level of each place."""
        from layers.counting.worth import worth_of

        worth = np.empty(self.count)
        worth_of(self.start, self.place, self.gain, self.weight, level, worth)
        return worth

    def part(self, candidates: Rows, places: npt.NDArray[np.bool_]) -> Gains:
        """Some of the candidates (ascending rows), and the people of some places only."""
        pairs = [np.arange(self.start[row], self.start[row + 1]) for row in candidates]
        chosen = np.concatenate([*pairs, np.empty(0, np.int64)]).astype(np.int64)
        numbered = np.repeat(np.arange(len(candidates)), [len(each) for each in pairs])
        weight = np.where(places, self.weight, 0.0)
        return Gains.of_pairs(weight, len(candidates), numbered, self.place[chosen], self.gain[chosen])


@dataclass(frozen=True, eq=False)
class Choice:
    """The sites chosen.

    Parameters
    ----------
    rows
        Candidates: first the one that alone does most, then the one that adds most, and so on. Fewer than were asked for
        where no further one adds anything.
    value
        Σ people × gain.
    bound
        What no choice of as many sites can exceed.
    method
        ``exact`` where the value is proven to be the largest, else ``greedy``: greedy with swap.
    proof
        What proves it: ``all`` (no candidate is left out that adds anything), ``bound`` (the Lagrangian bound reaches it), ``solver`` (HiGHS).
    """

    rows: tuple[int, ...]
    value: float
    bound: float
    method: Method
    proof: Proof

    @property
    def gap(self) -> float:
        """By what share the best could be above this at most; 0 where it is proven."""
        return 0.0 if self.method == "exact" else (self.bound - self.value) / self.value


def choose(gains: Gains, k: int, *, seconds: float = 30.0, starts: Sequence[Sequence[int]] = ()) -> Choice:
    """The k candidates that together give most.

    Ties go to the candidate that comes first, so candidates sorted by their ids give the same choice in whatever order
    they were listed.

    Parameters
    ----------
    gains
        What each candidate would do.
    k
        How many sites, 1 or more.
    seconds
        How long the solver may search; 0 leaves it out.
    starts
        Choices known beforehand: the result is at least as good as each of them.
    """
    from layers.siting_bound import upper_bound
    from layers.siting_exact import solved
    from layers.siting_greedy import greedy, improved, in_order

    first = greedy(gains, k)
    smallest = gains.smallest
    if len(first) < k or k >= gains.count:  # greedy ends before k only where everything that can be given is given
        return _choice(gains, first, gains.value(first), "all")
    best = improved(gains, first)
    for start in starts:
        best = _better(gains, best, improved(gains, list(start)[:k]), smallest)
    bound = upper_bound(gains, k, best)
    best = _better(gains, best, improved(gains, list(bound.rows)), smallest)
    value = gains.value(best)
    if bound.value - value <= smallest:
        return _choice(gains, in_order(gains, best), bound.value, "bound")
    left = bound.candidates_left(k, value - smallest)
    answer = solved(gains, k, left, seconds) if seconds > 0 else None
    if answer is None:
        return _choice(gains, in_order(gains, best), bound.value, "none")
    if answer.rows:
        best = _better(gains, best, improved(gains, answer.rows), smallest)
    proven = max(gains.value(best), min(bound.value, answer.bound))
    return _choice(gains, in_order(gains, best), proven, "solver")


def _better(gains: Gains, one: list[int], other: list[int], smallest: float) -> list[int]:
    return other if gains.value(other) > gains.value(one) + smallest else one


def _choice(gains: Gains, rows: Sequence[int], bound: float, proof: Proof) -> Choice:
    value = gains.value(rows)
    bound = max(bound, value)
    is_proven = bound - value <= PROVEN * bound
    return Choice(
        tuple(int(row) for row in rows),
        value,
        value if is_proven else bound,
        "exact" if is_proven else "greedy",
        proof if is_proven else "none",
    )
