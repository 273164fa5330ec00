"""Sums of people per area over places, for all age groups in one pass."""

# ruff: noqa: ANN001, ANN201 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def people_within(areas, start, place, people, distances, limits, within, beyond):  # type: ignore[no-untyped-def]
    """Fill the columns `areas` with the people near any of some things, and with all the others.

    The sums run in the order of the places, so that the same places give the same bytes whatever else was counted.

    Parameters
    ----------
    areas
        int64, which areas to work out.
    start, place
        int64 (n_areas + 1,) and int32: the places of area a are `place[start[a]:start[a + 1]]`.
    people
        float64 (n_groups, len(place)), in the order of `place`.
    distances, limits
        float32 (n_things, n_places) and (n_things,): near is a place where any distance is at most its limit.
    within, beyond
        float64 (n_groups, n_areas).
    """
    near = np.empty(place.size, np.bool_)
    for area in areas:
        for row in range(start[area], start[area + 1]):
            near[row] = False
            for thing in range(limits.size):
                near[row] |= distances[thing, place[row]] <= limits[thing]
        for group in range(people.shape[0]):
            inside, outside = 0.0, 0.0
            for row in range(start[area], start[area + 1]):
                inside += people[group, row] if near[row] else 0.0
                outside += 0.0 if near[row] else people[group, row]
            within[group, area], beyond[group, area] = inside, outside


@njit(cache=True, nogil=True)
def people_and_distance(areas, start, place, people, distance, reached, weighted):  # type: ignore[no-untyped-def]
    """Fill the columns `areas` with the people who reach anything, and with Σ people × distance over them.

    Parameters
    ----------
    areas, start, place, people
        As in :func:`people_within`.
    distance
        float32 (n_places,); infinity and NaN: not reached.
    reached, weighted
        float64 (n_groups, n_areas).
    """
    for area in areas:
        for group in range(people.shape[0]):
            there, total = 0.0, 0.0
            for row in range(start[area], start[area + 1]):
                far = np.float64(distance[place[row]])
                if np.isfinite(far):
                    there += people[group, row]
                    total += people[group, row] * far
            reached[group, area], weighted[group, area] = there, total


@njit(cache=True, nogil=True)
def is_other(area_of_place, before, after, area_count):  # type: ignore[no-untyped-def]
    """Bool (area_count,): areas with a place where the bits of two distances, uint32 (n_places,), differ."""
    found = np.zeros(area_count, np.bool_)
    for place in range(area_of_place.size):
        if before[place] != after[place] and area_of_place[place] >= 0:
            found[area_of_place[place]] = True
    return found
