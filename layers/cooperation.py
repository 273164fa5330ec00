"""What municipalities gain by sharing services, and who depends on whom. Arrays only: tables are :mod:`explorer.cooperation`.

For the people P of a municipality m, a limit r and the nearest site d(i, S) among sites S that may be used:

* own coverage    C°(m) = Σ P·1[d(i, own sites of m) ≤ r] ÷ Σ P
* pooled coverage C*(m) = Σ P·1[d(i, sites of all members) ≤ r] ÷ Σ P
* open coverage   C(m) = Σ P·1[d(i, every site, those around the study area too) ≤ r] ÷ Σ P
* gain            ΔC(m) = C*(m) − C°(m)

A larger S is never farther, so C° ≤ C* ≤ C, place by place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer]


class Covered(NamedTuple):
    """People within the limit by what they may use, float64 (n_areas,) each."""

    own: Floats
    pooled: Floats
    open: Floats


def covered_people(
    area_of_place: Rows,
    people: Floats,
    area_count: int,
    *,
    own: npt.NDArray[np.floating],
    pooled: npt.NDArray[np.floating],
    every: npt.NDArray[np.floating],
    limit: float,
) -> Covered:
    """People of each area within the limit of their own, the pooled and all sites.

    Parameters
    ----------
    area_of_place
        (n_places,), -1 = not counted.
    people
        (n_places,) of one age group.
    own, pooled, every
        (n_places,) distance to the nearest site of each kind, in the unit of `limit`; infinity and NaN are beyond it.
    """
    return Covered(*(people_where(area_of_place, people, area_count, far <= limit) for far in (own, pooled, every)))


def people_where(area_of_place: Rows, people: Floats, area_count: int, mask: npt.NDArray[np.bool_]) -> Floats:
    """People of each area at the places where a mask holds, (n_areas,)."""
    rows = mask & (area_of_place >= 0)
    return _sums(area_of_place[rows], people[rows], area_count)


def use_matrix(from_area: Rows, to: Rows, people: Floats, shape: tuple[int, int]) -> Floats:
    """People of each area (row) by whose site they use (column), float64 of `shape`.

    Parameters
    ----------
    from_area
        (n_places,), -1 = not counted.
    to
        (n_places,) column, 0 or more: also those who use a site outside, or none, have one.
    """
    rows = from_area >= 0
    cell = from_area[rows].astype(np.int64) * shape[1] + to[rows]
    return _sums(cell, people[rows], shape[0] * shape[1]).reshape(shape)


class SharedSupply(NamedTuple):
    """Supply per head at each place, (n_places,) each: 0 where nothing is reached."""

    alone: Floats
    pooled: Floats
    open: Floats


class Catchments(NamedTuple):
    """Places and sites for :func:`shared_supply`.

    Parameters
    ----------
    people
        (n_places,).
    supply
        (n_sites,), 0 or more.
    area_of_place, area_of_site
        Area of each; -1 outside the study area.
    is_member
        Bool (n_areas,): areas of the region.
    """

    people: Floats
    supply: Floats
    area_of_place: Rows
    area_of_site: Rows
    is_member: npt.NDArray[np.bool_]


def shared_supply(blocks: Iterable[tuple[Rows, Rows]], given: Catchments) -> SharedSupply:
    """Two-step floating catchment (Luo and Wang 2003), three times in one pass: who shares a site with whom.

    Alone, people share the sites of their own area with that area only; pooled, the members share theirs; open, everybody
    shares every site. As in :mod:`layers.access.catchment` with a weight of 1 within the limit.

    Parameters
    ----------
    blocks
        Place and site of the pairs within the limit; a block holds all pairs of each site that it names.
    """
    access = np.zeros((3, len(given.people)))
    member_place = _in(given.area_of_place, given.is_member)
    member_site = _in(given.area_of_site, given.is_member)
    for place, site in blocks:
        same = (given.area_of_place[place] == given.area_of_site[site]) & (given.area_of_site[site] >= 0)
        both = member_place[place] & member_site[site]
        for row, kept in enumerate((same, both, np.ones(len(place), np.bool_))):
            _share_out(place[kept], site[kept], given, access[row])
    return SharedSupply(*access)


def _share_out(place: Rows, site: Rows, given: Catchments, access: Floats) -> None:
    demand = _sums(site, given.people[place], len(given.supply))
    ratio = np.divide(given.supply, demand, out=np.zeros(len(given.supply)), where=demand > 0)
    access += _sums(place, ratio[site], len(access))


def _in(area: Rows, is_member: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return np.where(area >= 0, is_member[np.maximum(area, 0)], False) if is_member.size else np.zeros(len(area), bool)


def weighted_median(values: Floats, weights: Floats) -> float:
    """The smallest value up to which half of the weight lies; NaN without weight."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    if not below.size or below[-1] <= 0:
        return float("nan")
    return float(values[order][np.searchsorted(below, below[-1] / 2)])


class Closures(NamedTuple):
    """What the way of a place becomes if one unit of sites closed and all others stayed, (p,) each, ordered by place.

    Pairs that are not named keep their way.

    Parameters
    ----------
    place
        Row of the place.
    unit
        The unit that closes (a facility; a stop with all its poles).
    before, after
        float32, metres or seconds to the nearest site before and after; infinity where none is reached.
    """

    place: npt.NDArray[np.int64]
    unit: npt.NDArray[np.int64]
    before: npt.NDArray[np.float32]
    after: npt.NDArray[np.float32]


class Loss(NamedTuple):
    """What each unit's closure does.

    Parameters
    ----------
    people
        (n_units, n_areas), people within the limit before and not after.
    farther
        (n_units,), people whose way becomes longer, or who have none left.
    stranded
        (n_units,), those of them who have none left.
    added
        (n_units,), Σ people × added distance of those who still have one.
    """

    people: Floats
    farther: Floats
    stranded: Floats
    added: Floats


def loss_of(closures: Closures, people: Floats, area_of_place: Rows, shape: tuple[int, int], limit: float) -> Loss:
    """People of one age group who lose by each closure.

    Parameters
    ----------
    shape
        Units and areas.
    limit
        In the unit of the distances.
    """
    counted = area_of_place[closures.place] >= 0
    place, unit = closures.place[counted], closures.unit[counted]
    before, after = closures.before[counted], closures.after[counted]
    heads = people[place]
    lost = (before <= limit) & ~(after <= limit)
    cell = unit[lost] * shape[1] + area_of_place[place[lost]]
    longer, is_left = after > before, np.isfinite(after)
    added = after[is_left].astype(np.float64) - before[is_left]
    return Loss(
        _sums(cell, heads[lost], shape[0] * shape[1]).reshape(shape),
        _sums(unit[longer], heads[longer], shape[0]),
        _sums(unit[longer & ~is_left], heads[longer & ~is_left], shape[0]),
        _sums(unit[is_left], heads[is_left] * added, shape[0]),
    )


def _sums(rows: Rows, values: Floats, count: int) -> Floats:
    """Sum of the values of each row; without any, NumPy would count in integers."""
    return np.bincount(rows, values, count).astype(np.float64)
