"""Choosing sites one after the other, and exchanging one for another as long as that helps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from layers.siting import Gains, summed


def greedy(gains: Gains, k: int) -> list[int]:
    """Candidates one after the other, each the one that adds most; ends early where none adds anything.

    At least 1 − 1/e of the best choice (Nemhauser, Wolsey & Fisher 1978).
    """
    level, chosen = np.zeros(len(gains.weight)), list[int]()
    smallest = gains.smallest
    while len(chosen) < min(k, gains.count):
        worth = gains.worth(level)
        row = _first(worth, smallest)
        if worth[row] <= smallest:
            break
        chosen.append(row)
        level = np.maximum(level, gains.best([row]))
    return chosen


def improved(gains: Gains, chosen: Sequence[int]) -> list[int]:
    """Exchange the one site for another that helps most, until none helps (Teitz & Bart 1968): never less than before."""
    now, smallest = list(chosen), gains.smallest
    while True:
        exchange, most = None, smallest
        for place_in_list, row in enumerate(now):
            rest = now[:place_in_list] + now[place_in_list + 1 :]
            worth = gains.worth(gains.best(rest))
            other = _first(worth, smallest)
            if worth[other] - worth[row] > most + (smallest if exchange else 0.0):
                exchange, most = (place_in_list, other), worth[other] - worth[row]
        if exchange is None:
            return now
        now[exchange[0]] = exchange[1]


def in_order(gains: Gains, chosen: Sequence[int]) -> list[int]:
    """The same sites, first the one that alone does most, then the one that adds most; those that add nothing left out."""
    left, ordered, level = sorted(chosen), list[int](), np.zeros(len(gains.weight))
    smallest = gains.smallest
    while left:
        worth = np.array([_worth(gains, row, level) for row in left])
        at = _first(worth, smallest)
        if worth[at] <= smallest:
            break
        ordered.append(left.pop(at))
        level = np.maximum(level, gains.best(ordered[-1:]))
    return ordered


def _worth(gains: Gains, row: int, level: npt.NDArray[np.float64]) -> float:
    pairs = gains.of(row)
    here = gains.place[pairs]
    return summed(gains.weight[here], np.maximum(gains.gain[pairs] - level[here], 0.0))


def _first(worth: npt.NDArray[np.float64], smallest: float) -> int:
    """The first of the largest, whatever rounding says."""
    return int(np.flatnonzero(worth >= worth.max() - smallest)[0])
