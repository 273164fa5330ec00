"""What no choice of k sites can exceed, and which candidates a better choice cannot hold.

Lagrangian relaxation (Cornuéjols, Fisher & Nemhauser 1977): let each person be given several gains, and take a price μ of
the place off each. For any prices, Σ people × μ + the k largest Σ people × (gain − μ)⁺ is above every choice; subgradient
steps look for the prices that make it least. The number of steps is fixed, so the bound is the same on every computer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.siting import Floats, Gains, Rows, summed
from layers.siting_greedy import in_order

_STEPS: Final = 400
_PAIRS: Final = 1_000_000_000  # looked at in all: some ten seconds
_PATIENCE: Final = 12  # steps without a lower bound before the steps are halved


@dataclass(frozen=True, eq=False)
class Bound:
    """An upper bound, what each candidate is worth at its prices, and a choice met on the way: the best of those worth most."""

    value: float
    worth: Floats
    rows: tuple[int, ...]

    def candidates_left(self, k: int, value: float) -> Rows:
        """Candidates that a choice above a value may hold, ascending.

        With a candidate in the choice the bound falls by what the k-th is worth more than it.
        """
        kth = np.sort(self.worth)[-k]
        return np.flatnonzero(self.value - np.maximum(kth - self.worth, 0.0) > value)


def upper_bound(gains: Gains, k: int, known: Sequence[int], *, steps: int = _STEPS) -> Bound:
    """The lowest bound found from prices that start at what some known choice gives.

    Parameters
    ----------
    gains
        What each candidate would do.
    k
        How many sites, fewer than candidates.
    known
        A good choice.
    """
    value, smallest = gains.value(known), gains.smallest
    chosen = in_order(gains, known)
    levels = [gains.best(chosen[:count]) for count in range(len(chosen) + 1)]
    best, price = min(((_bound(gains, k, level), level) for level in levels), key=lambda pair: pair[0].value)
    scale, since = 1.0, 0
    now, at = price, best
    met, met_value = best.rows, gains.value(best.rows)
    for _ in range(min(steps, max(20, _PAIRS // max(len(gains.place), 1)))):
        if best.value - value <= smallest:
            break
        slope = 1.0 - _given(gains, at.rows, now)
        length = summed(gains.weight, slope**2)
        # Nobody, or so few that a step would be beyond all numbers: no price of theirs moves the bound.
        if length < np.finfo(float).tiny or not np.isfinite(step := scale * (at.value - value) / length):
            break
        now = np.maximum(now - step * slope, 0.0)
        at = _bound(gains, k, now)
        if (here := gains.value(at.rows)) > met_value + smallest:
            met, met_value = at.rows, here
        since += 1
        if at.value < best.value - smallest:
            best, price, since = at, now, 0
        elif since >= _PATIENCE:
            scale, since, now, at = scale / 2, 0, price, best
    return Bound(best.value, best.worth, met)


def _bound(gains: Gains, k: int, price: Floats) -> Bound:
    worth = gains.worth(price)
    rows = np.argsort(-worth, kind="stable")[:k]
    return Bound(summed(gains.weight, price) + float(worth[rows].sum()), worth, tuple(rows.tolist()))


def _given(gains: Gains, rows: Sequence[int], price: Floats) -> Floats:
    """(n,) how many of some candidates give a place more than its price."""
    given = np.zeros(len(gains.weight))
    for row in rows:
        pairs = gains.of(row)
        here = gains.place[pairs]
        given[here] += gains.gain[pairs] > price[here]
    return given
