"""Where people go when one site of a service closes: the nearest site of another unit, for all units in a few sweeps.

A unit is what closes together: a facility, or a stop with all its poles. Closing 300 of them one after the other would be
300 questions. But only the people nearest to a unit notice, and each place is nearest to one: so the nearest of the *other*
units answers for all of them at once. Ranking sites would not do, since the next ones may be poles of the same stop.
Instead units are numbered, and for each binary digit the sites are parted in those whose number has a 0 there and those
with a 1. Every other unit differs in some digit: the nearest other site is the nearest among the parts that the own unit is
not in. Some 2·log₂ n searches serve n units, and they are those of the build, so that the numbers are the same to the last
bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from layers.access.nearest import nearest
from layers.cooperation import Closures

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork

_DIGITS_AT_ONCE: Final = 4  # eight lanes of a sweep, and as many columns of a number per place
Rows = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]


class _TwoUnits(NamedTuple):
    """Cost of the nearest site, its unit, and cost of the nearest of another unit; (n_places,) each."""

    first: Floats
    unit: npt.NDArray[np.int64]
    second: Floats


def closures_straight(places: Floats, sites: Floats, unit: Rows) -> Closures:
    """Closures where distances are straight lines.

    Parameters
    ----------
    places, sites
        float64 (n_places, 2) and (n_sites, 2), metres in a plane.
    unit
        (n_sites,), 0 … n_units − 1.
    """
    return _closures(_straight(places, sites, unit))


def closures_along_streets(
    network: StreetNetwork,
    places: Attachment,
    sites: Attachment,
    unit: Rows,
    *,
    straight: tuple[Floats, Floats] | None = None,
) -> Closures:
    """Closures along streets: seconds, or with `straight` (positions of places and sites) metres as a build keeps them.

    No way on foot is shorter than the straight line to the nearest site, which may be another than the one walked to: so
    the closure of that other one can lengthen a way by the millimetres that rounding had taken off.
    """
    seconds, metres = _along(network, places, sites, unit, with_metres=straight is not None)
    if straight is None or metres is None:
        return _closures(seconds)
    line = _straight(*straight, unit)
    before = np.maximum(metres.first, line.first)
    is_same = metres.unit == line.unit
    after = np.maximum(metres.second, np.where(is_same, line.second, line.first))
    walked = _closures(_TwoUnits(before, metres.unit, after))
    raised = np.maximum(metres.first, line.second).astype(np.float32)
    rows = np.flatnonzero(~is_same & np.isfinite(metres.first) & (raised > before.astype(np.float32)))
    if not rows.size:
        return walked
    order = np.argsort(np.concatenate([walked.place, rows]), kind="stable")
    return Closures(
        np.concatenate([walked.place, rows])[order],
        np.concatenate([walked.unit, line.unit[rows]])[order],
        np.concatenate([walked.before, before[rows].astype(np.float32)])[order],
        np.concatenate([walked.after, raised[rows]])[order],
    )


def _closures(found: _TwoUnits) -> Closures:
    """The pairs in which something changes."""
    before, after = found.first.astype(np.float32), found.second.astype(np.float32)
    rows = np.flatnonzero(np.isfinite(before) & (after != before))
    return Closures(rows, found.unit[rows], before[rows], after[rows])


def _straight(places: Floats, sites: Floats, unit: Rows) -> _TwoUnits:
    """Ask for more and more of the nearest, where those before are all of one unit."""
    from scipy.spatial import cKDTree

    first, second = np.full(len(places), np.inf), np.full(len(places), np.inf)
    own = np.full(len(places), -1, np.int64)
    rows = np.arange(len(places))
    tree, k = (cKDTree(sites) if len(sites) else None), 2
    while tree is not None and rows.size:
        k = min(k, len(sites))
        answer = tree.query(places[rows], k=np.arange(1, k + 1))
        metres, found = np.asarray(answer[0]), np.asarray(answer[1])
        units = np.asarray(unit)[found]
        first[rows], own[rows] = metres[:, 0], units[:, 0]
        other = units != units[:, :1]
        has = other.any(axis=1)
        nth = other.argmax(axis=1)
        second[rows[has]] = metres[has, nth[has]]
        if k == len(sites):
            break
        rows, k = rows[~has], k * 4
    return _TwoUnits(first, own, second)


def _along(
    network: StreetNetwork, places: Attachment, sites: Attachment, unit: Rows, *, with_metres: bool
) -> tuple[_TwoUnits, _TwoUnits | None]:
    """Seconds to the nearest and to the nearest of another unit, and metres of these ways."""
    number = np.asarray(unit, np.int64)
    found = nearest(network, places, {"": sites}, with_metres=with_metres)
    first, site = found.seconds[:, 0], found.facility[:, 0]
    own = np.where(site >= 0, number[np.maximum(site, 0)] if number.size else -1, -1)
    second = np.full(len(first), np.inf)
    metres = np.full(len(first), np.inf)
    digits = range(int(number.max()).bit_length() if number.size else 0)
    for start in range(0, len(digits), _DIGITS_AT_ONCE):
        parts = [(digit, side) for digit in digits[start : start + _DIGITS_AT_ONCE] for side in (0, 1)]
        ties = {f"{digit}.{side}": sites.take(np.flatnonzero(number >> digit & 1 == side)) for digit, side in parts}
        block = nearest(network, places, ties, with_metres=with_metres)
        for lane, (digit, side) in enumerate(parts):
            other = (own >= 0) & (own >> digit & 1 != side)
            seconds = block.seconds[:, lane]
            # The quickest way counts, and of equally quick ones the shortest.
            if block.metres is not None:
                better = other & (seconds < second)
                level = other & (seconds == second)
                metres[better] = block.metres[better, lane]
                metres[level] = np.minimum(metres[level], block.metres[level, lane])
            second[other] = np.minimum(second[other], seconds[other])
    ways = _TwoUnits(first, own, second)
    return ways, None if found.metres is None else _TwoUnits(found.metres[:, 0], own, metres)
