"""From values to millimetres: round limits of an axis, its marks, and where labels go so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from explorer.words import Language, number


@dataclass(frozen=True)
class Scale:
    """A straight scale: value `low` lies at `start` millimetres, `high` at `end`; `ticks` are round values between."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a value lies, in millimetres."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def labels(self, language: Language) -> list[str]:
        """The ticks as text, all with as many decimals as the step needs."""
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 1.0
        digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        digits += 0 if abs(step * 10**digits - round(step * 10**digits)) < 1e-6 else 1
        return [number(tick, language, digits=digits) for tick in self.ticks]


def scale_for(
    values: Iterable[float], start: float, end: float, *, unit: str = "", from_zero: bool = True, most_ticks: int = 6
) -> Scale:
    """A scale for some values with round limits.

    Parameters
    ----------
    values
        NaN and inf are left out; without any the scale is 0 to 1.
    start, end
        Millimetres.
    unit
        Shares do not go beyond 100 %, whatever room rounding would like.
    from_zero
        Bars must begin at zero, dots and lines need not.
    """
    from matplotlib.ticker import MaxNLocator

    known = [value for value in values if math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high == low:
        low, high = (low, low + 1.0) if low == 0 else (min(low, 0.0), max(high, 0.0))
    steps = MaxNLocator(nbins=most_ticks, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    step = float(steps[1] - steps[0])
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if unit == "%" and max(known, default=0.0) <= 100:
        high = min(high, 100.0)
    ticks = tuple(float(round(tick, 10)) for tick in steps if low - step * 1e-6 <= tick <= high + step * 1e-6)
    return Scale(low, high, start, end, ticks)


def spread(wanted: Sequence[float], room: Sequence[float], low: float, high: float) -> list[float]:
    """Middles of labels along a line, each as near to where it wants to be as the others let it.

    Parameters
    ----------
    wanted
        Where each label would like its middle, in any order.
    room
        How much each needs, the gap to its neighbour included.
    low, high
        Ends of the line.

    Returns
    -------
    list of float
        In the order given. Labels keep their order along the line; where they do not all fit they are set evenly and may
        overlap.

    Notes
    -----
    Labels that touch are moved as one group to where the sum of squared moves is least (pool adjacent violators, the method
    of isotonic regression).

    Examples
    --------
    >>> spread([5.0, 5.0, 20.0], [4.0, 4.0, 4.0], 0.0, 30.0)
    [3.0, 7.0, 20.0]
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    total = sum(room)
    squeeze = min(1.0, (high - low) / total) if total > 0 else 1.0
    groups: list[tuple[float, float, list[int]]] = []  # start wanted, room, members
    for index in order:
        size = room[index] * squeeze
        groups.append((min(max(wanted[index] - size / 2, low), high - size), size, [index]))
        while len(groups) > 1 and groups[-2][0] + groups[-2][1] > groups[-1][0] + 1e-9:
            (first, first_room, one), (second, second_room, two) = groups[-2:]
            # Where the first of both would start, meant by each member.
            meant = (first * len(one) + (second - first_room) * len(two)) / (len(one) + len(two))
            size = first_room + second_room
            groups[-2:] = [(min(max(meant, low), high - size), size, one + two)]
    placed = [0.0] * len(wanted)
    for start, _, members in groups:
        at = start
        for index in members:
            placed[index] = at + room[index] * squeeze / 2
            at += room[index] * squeeze
    return placed
