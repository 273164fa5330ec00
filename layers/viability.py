"""Will a service last: the people of each site's catchment, and what happens when the weakest site closes, and then the next.

Everybody is taken to use the nearest site; a catchment is the people for whom a site is the nearest. Who reaches nothing belongs
to no catchment, so that catchments and those people add up to everybody. People may be unknown (NaN): whatever they are part of
is then unknown too, and an unknown catchment is never closed for being small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.integer]

NOWHERE: Final = -1
# People below which two catchments are the same size: their sums differ in the last digit with the order of the places.
_SAME_PEOPLE_DIGITS: Final = 6


class Catchments(NamedTuple):
    """People by site and column, (n_sites, n_columns), and people who reach no site, (n_columns,); NaN where unknown."""

    people: Floats
    unreached: Floats


class Nearest(NamedTuple):
    """The site that each place uses, (n_places,): its row or -1, and how far it is (infinity, or NaN, where there is none)."""

    site: Rows
    distance: npt.NDArray[np.floating]


class Closure(NamedTuple):
    """One site that closes, and where its people go.

    Parameters
    ----------
    column
        Column of the people (the year) in which it closes.
    site
        Its row.
    places
        Rows of the places that used it.
    to
        The site that each of them uses now, -1 where none is reached.
    before, after
        How far it was and is for each of them.
    """

    column: int
    site: int
    places: npt.NDArray[np.int64]
    to: Rows
    before: npt.NDArray[np.floating]
    after: npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Cascade:
    """Closures in their order, and what is left.

    Parameters
    ----------
    closures
        One after the other.
    is_open
        bool (n_sites,), in the end.
    nearest
        The site that each place uses in the end.
    is_stable
        Whether no site is left that would close; False where the number of closures allowed came first.
    """

    closures: tuple[Closure, ...]
    is_open: Mask
    nearest: Nearest
    is_stable: bool


def catchments(site: Rows, people: Floats, site_count: int) -> Catchments:
    """People for whom each site is the nearest.

    Parameters
    ----------
    site
        Int (n_places,), row of the site that a place uses, -1 for none.
    people
        (n_places, n_columns), for example one column per year; NaN where unknown.

    Examples
    --------
    >>> catchments(np.array([0, 0, 1, -1]), np.array([[10.0], [5.0], [7.0], [2.0]]), 2).people.ravel().tolist()
    [15.0, 7.0]
    """
    rows = np.where(site >= 0, site, site_count)
    sums = np.empty((site_count + 1, people.shape[1]))
    for column in range(people.shape[1]):
        known = not np.isnan(people[:, column]).all()  # else nobody knows anything, and an empty sum would be 0
        sums[:, column] = np.bincount(rows, people[:, column], site_count + 1) if known or not len(people) else np.nan
    return Catchments(sums[:-1], sums[-1])


def locations(xy: Floats, metres: float) -> npt.NDArray[np.int64]:
    """Which sites stand together: number of the location of each, (n_sites,).

    Sites at most so many metres apart, and those next to them, are one location: a town centre is one, however many stand there.

    Parameters
    ----------
    xy
        (n_sites, 2) metres in the plane.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    if metres <= 0 or not len(xy):
        return np.arange(len(xy), dtype=np.int64)
    pairs = cKDTree(xy).query_pairs(metres, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(xy), len(xy)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def first_below(people: Floats, threshold: float) -> tuple[npt.NDArray[np.int64], Mask]:
    """First column in which the people fall below a threshold.

    Parameters
    ----------
    people
        (n_sites, n_columns), in the order of time.

    Returns
    -------
    Column (n_sites,), -1 where there is none, and whether it is known, bool (n_sites,): unknown people before any fall leave
    it open.
    """
    below = people < threshold  # False where unknown
    unknown = np.isnan(people)
    first = np.where(below.any(axis=1), below.argmax(axis=1), NOWHERE)
    gap = np.where(unknown.any(axis=1), unknown.argmax(axis=1), people.shape[1])
    known = gap > np.where(first >= 0, first, people.shape[1] - 1)
    return np.where(known, first, NOWHERE), known


def close_in_turn(
    start: Nearest,
    nearest_among: Callable[[Mask], Nearest],
    people: Floats,
    *,
    ids: Sequence[str],
    may_close: Mask,
    threshold: float | None,
    most: int,
) -> Cascade:
    """Close the weakest site, hand its people on to the next nearest, and again.

    Year by year: as long as a site that may close has fewer people than the threshold, the one with the fewest closes (the
    lower id where several have as few). Without a threshold the one with the fewest closes in any case. No site opens again.

    Parameters
    ----------
    start
        The site that each place uses now.
    nearest_among
        The site that each place would use if only those of a mask, bool (n_sites,), were open.
    people
        (n_places, n_columns), one column per year in the order of time.
    ids
        Of the sites.
    may_close
        bool (n_sites,); the others are places to go to.
    threshold
        People; None closes the smallest, whatever its size.
    most
        Closures at most.
    """
    names = np.asarray(ids, dtype=object)
    is_open = np.ones(len(names), dtype=np.bool_)
    site, distance = start.site.copy(), start.distance.copy()
    closures: list[Closure] = []
    for column in range(people.shape[1]):
        while True:
            sizes = catchments(site, people[:, [column]], len(names)).people[:, 0]
            weakest = _weakest(sizes, names, is_open & may_close, threshold)
            if weakest is None:
                break
            if len(closures) >= most:
                return Cascade(tuple(closures), is_open, Nearest(site, distance), is_stable=False)
            is_open[weakest] = False
            places = np.flatnonzero(site == weakest)
            found = nearest_among(is_open.copy())
            before = distance[places].copy()
            # Only its own people move: of two sites equally near, nobody else changes to the other.
            site[places], distance[places] = found.site[places], found.distance[places]
            closures.append(Closure(column, weakest, places, site[places].copy(), before, distance[places].copy()))
    return Cascade(tuple(closures), is_open, Nearest(site, distance), is_stable=True)


def _weakest(sizes: Floats, names: npt.NDArray[np.object_], may_close: Mask, threshold: float | None) -> int | None:
    """The open site with the fewest people, if it closes."""
    limit = np.inf if threshold is None else threshold
    rows = np.flatnonzero(may_close & (sizes < limit))  # never one whose people are unknown
    if not rows.size:
        return None
    rounded = np.round(sizes[rows], _SAME_PEOPLE_DIGITS)
    return int(min(rows[rounded == rounded.min()], key=lambda row: names[row]))


def is_newly_beyond(closure: Closure, limit: float) -> Mask:
    """bool, per place of the closed site: within the limit before, and no longer (without a limit: infinity, reaching none)."""
    # A place without a street has no site, so it is never among them; NaN counts as beyond.
    within_before, within_after = ((each <= limit) & np.isfinite(each) for each in (closure.before, closure.after))
    return np.asarray(within_before & ~within_after)
