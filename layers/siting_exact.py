"""The best k sites by HiGHS, as a mixed-integer programme.

Each level of gain that a place may have is a covering question: it is reached if one of the candidates that give as much
is chosen. Places whose candidates come in the same order share their levels, and so the programme has one row per set of
candidates, however many places there are (Cornuéjols, Nemhauser & Wolsey 1980; García, Labbé & Marín 2011). Candidates
that another one matches or beats everywhere are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.siting import Floats, Gains, Rows

_MOST_PAIRS: Final = 6_000_000
# HiGHS looks at its clock only between steps, so a programme that it cannot end in time is not begun: on the two cores of the
# benchmarks 470,000 entries take ten seconds, three million almost three minutes.
_ENTRIES_PER_SECOND: Final = 30_000
_MOST_COMPARED: Final = 2_000_000_000  # looked at in search of candidates that another one beats
_SCALE: Final = 1e6  # Σ weights in the programme: HiGHS stops at a difference of a millionth of one
_OPTIMAL: Final = 0
_OUT_OF_TIME: Final = 1


@dataclass(frozen=True, eq=False)
class Solved:
    """What the solver found among the candidates: the best choice (none where its time ran out), and what none exceeds."""

    rows: list[int]
    bound: float


@dataclass(frozen=True, eq=False)
class Sets:
    """Covering questions: one of the candidates that a set adds to its parent, or the parent itself, makes it reached.

    Parameters
    ----------
    weight
        float64 (s,).
    parent
        int64 (s,), the set of the next higher level; -1 where there is none.
    of, candidate
        int64 (q,) each: set, and candidate that it adds to its parent.
    """

    weight: Floats
    parent: npt.NDArray[np.int64]
    of: npt.NDArray[np.int64]
    candidate: npt.NDArray[np.int64]


def solved(gains: Gains, k: int, candidates: Rows, seconds: float) -> Solved | None:
    """The best k of some candidates, or None where the programme is too large or the time too short to tell anything."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    if int(np.diff(gains.start)[candidates].sum()) > _MOST_PAIRS:
        return None
    part = gains.part(candidates, np.ones(len(gains.weight), dtype=bool))
    kept = not_beaten(part)
    candidates, part = candidates[kept], part.part(kept, np.ones(len(gains.weight), dtype=bool))
    sets = sets_of(part)
    count, size = part.count, len(sets.weight)
    if not size or size + len(sets.of) > _ENTRIES_PER_SECOND * seconds:
        return None
    total = sets.weight.sum()
    # Row s: y_s − y_parent − Σ x ≤ 0; the last row: Σ x ≤ k.
    has_parent = np.flatnonzero(sets.parent >= 0)
    rows = np.concatenate([np.arange(size), has_parent, sets.of, np.full(count, size)])
    columns = np.concatenate(
        [count + np.arange(size), count + sets.parent[has_parent], sets.candidate, np.arange(count)]
    )
    values = np.concatenate([np.ones(size), -np.ones(len(has_parent) + len(sets.of)), np.ones(count)])
    answer = milp(
        np.concatenate([np.zeros(count), -sets.weight / total * _SCALE]),
        integrality=np.concatenate([np.ones(count), np.zeros(size)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            csr_array((values, (rows, columns)), shape=(size + 1, count + size)), -np.inf, np.append(np.zeros(size), k)
        ),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if answer.status not in {_OPTIMAL, _OUT_OF_TIME} or answer.mip_dual_bound is None:
        return None
    bound = -float(answer.mip_dual_bound) * total / _SCALE
    if not np.isfinite(bound):
        return None
    # How far it came in the time depends on the computer: then only its bound is taken, so that the sites are the same on all.
    is_chosen = answer.x[:count] > 0.5 if answer.status == _OPTIMAL else np.zeros(count, dtype=bool)
    return Solved([int(row) for row in candidates[is_chosen]], bound)


def not_beaten(gains: Gains) -> Rows:
    """Candidates that no other one matches or beats at every place, ascending; of equal ones the first stays."""
    count, places = gains.count, len(gains.weight)
    inhabited = np.unique(gains.place)
    if count * count * len(inhabited) > _MOST_COMPARED:
        return np.arange(count)
    row_of = np.zeros(places, np.int64)
    row_of[inhabited] = np.arange(len(inhabited))
    table = np.zeros((len(inhabited), count))
    for row in range(count):
        pairs = gains.of(row)
        table[row_of[gains.place[pairs]], row] = gains.gain[pairs]
    stays = np.ones(count, dtype=bool)
    for row in range(count):
        pairs = gains.of(row)
        beats = (table[row_of[gains.place[pairs]]] >= gains.gain[pairs][:, np.newaxis]).all(axis=0) & stays
        beats[row] = False
        # An equal one that comes later does not beat it: it will be beaten itself.
        sizes = table[:, beats].sum(axis=0)
        equal = np.isclose(sizes, table[:, row].sum(), rtol=1e-12, atol=0.0)
        stays[row] = not (~equal | (np.flatnonzero(beats) < row)).any()
    return np.flatnonzero(stays)


def sets_of(gains: Gains) -> Sets:
    """The covering questions of all places, alike ones as one."""
    candidate = np.repeat(np.arange(gains.count), np.diff(gains.start))
    order = np.lexsort((candidate, -gains.gain, gains.place))
    place, gain, candidate = gains.place[order], gains.gain[order], candidate[order]
    if not place.size:
        empty = np.empty(0, np.int64)
        return Sets(np.empty(0), empty, empty, empty)
    begins = np.append(True, place[1:] != place[:-1])
    ends = np.append(begins[1:], True)
    lower = np.where(ends, 0.0, np.append(gain[1:], 0.0))
    is_level = gain > lower  # the last pair of those that give as much
    levels = np.flatnonzero(is_level)
    # A set is known by the sum of random numbers of its members, the same in whatever order they come.
    numbers = np.random.default_rng(5).integers(0, 2**64, (2, gains.count), dtype=np.uint64)
    sums = np.cumsum(numbers[:, candidate], axis=1, dtype=np.uint64)
    first = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    before = np.where(first > 0, sums[:, first - 1], np.uint64(0))
    keys = (sums - before)[:, levels]
    _, representative, alike = np.unique(keys.T, axis=0, return_index=True, return_inverse=True)
    alike = alike.ravel()
    weight = np.bincount(alike, gains.weight[place[levels]] * (gain - lower)[levels]).astype(np.float64)
    previous = np.where(np.append(-1, levels[:-1]) >= first[levels], np.arange(len(levels)) - 1, -1)
    parent = np.where(previous[representative] >= 0, alike[previous[representative]], -1)
    opens = np.where(previous >= 0, levels[previous] + 1, first[levels])[representative]
    closes = levels[representative] + 1
    of = np.repeat(np.arange(len(representative)), closes - opens)
    pair = (
        np.arange(len(of))
        - np.repeat(np.cumsum(closes - opens) - (closes - opens), closes - opens)
        + np.repeat(opens, closes - opens)
    )
    return Sets(weight, parent, of, candidate[pair])
