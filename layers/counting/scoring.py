"""Scores, shares near everything, and inequality over people per area: one pass over the places for all age groups."""

# ruff: noqa: ANN001, ANN201, ANN202 - numba infers the types of its kernels
from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def best_score(place, distances, first, last, targets, floors):  # type: ignore[no-untyped-def]
    """Best score of the things `first` to `last` at a place: 100 up to the target, 0 from the floor, linear between.

    Where nothing is reached (infinity) or no street is near (NaN) the score is 0.
    """
    best = 0.0
    for thing in range(first, last):
        far = np.float64(distances[thing, place])
        if far < floors[thing]:
            best = max(best, min(100.0, 100.0 * (floors[thing] - far) / (floors[thing] - targets[thing])))
    return best


@njit(cache=True, nogil=True)
def weighted_score(place, distances, first, targets, floors, weights):  # type: ignore[no-untyped-def]
    """Weighted mean of the best scores of several parts at a place; weights add up to 1, NaN if there is none."""
    whole = 0.0
    for part in range(weights.size):
        if weights[part] > 0:
            whole += weights[part] * best_score(place, distances, first[part], first[part + 1], targets, floors)
    return whole


@njit(cache=True, nogil=True)
def people_times_score(areas, start, place, people, distances, targets, floors, out):  # type: ignore[no-untyped-def]
    """Fill the columns `areas` of `out`, float64 (n_groups, n_areas), with Σ people × best score.

    Parameters
    ----------
    areas, start, place, people
        As in :func:`layers.counting.sums.people_within`.
    distances, targets, floors
        float32 (n_things, n_places) and float64 (n_things,): any of the things will do.
    """
    for area in areas:
        for group in range(people.shape[0]):
            out[group, area] = 0.0
        for row in range(start[area], start[area + 1]):
            score = best_score(place[row], distances, 0, targets.size, targets, floors)
            if score > 0:
                for group in range(people.shape[0]):
                    out[group, area] += people[group, row] * score


@njit(cache=True, nogil=True)
def people_near_all(areas, start, place, people, distances, first, limits, out):  # type: ignore[no-untyped-def]
    """Fill the columns `areas` of `out` with people who have every part within each limit.

    Parameters
    ----------
    distances
        float32 (n_things, n_places), all in one unit.
    first
        int64 (n_parts + 1,): the things of part p are first[p] to first[p + 1] − 1; the nearest of them counts.
    limits
        float32 (n_limits,), ascending.
    out
        float64 (n_limits, n_groups, n_areas).
    """
    for area in areas:
        for limit in range(limits.size):
            for group in range(people.shape[0]):
                out[limit, group, area] = 0.0
        for row in range(start[area], start[area + 1]):
            farthest = np.float32(0.0)
            for part in range(first.size - 1):
                nearest = np.float32(np.inf)
                for thing in range(first[part], first[part + 1]):
                    nearest = (
                        min(nearest, distances[thing, place[row]]) if distances[thing, place[row]] >= 0 else nearest
                    )
                farthest = max(farthest, nearest)
            for limit in range(limits.size):
                if farthest <= limits[limit]:
                    for group in range(people.shape[0]):
                        out[limit, group, area] += people[group, row]


@njit(cache=True, nogil=True)
def score_inequality(areas, start, place, people, distances, first, targets, floors, weights, out):  # type: ignore[no-untyped-def]
    """Fill the columns `areas` of `out` with how unequally a weighted score is spread over the people of each group.

    Parameters
    ----------
    first, targets, floors
        Parts as in :func:`people_near_all`, anchors of each thing.
    weights
        float64 (n_parts, n_areas): what each part counts in each area, adding up to 1.
    out
        float64 (4, n_groups, n_areas): Gini coefficient (NaN where all scores are 0), mean score of the best-off tenth
        and of the worst-off four tenths of the group, and the share (0–1) of the group that lives among the worst-off
        fifth of the people of the first group. NaN where a group has nobody.
    """
    groups = people.shape[0]
    for area in areas:
        begin, count = start[area], start[area + 1] - start[area]
        own = np.ascontiguousarray(weights[:, area])
        score = np.empty(count)
        for i in range(count):
            score[i] = weighted_score(place[begin + i], distances, first, targets, floors, own)
        order = np.argsort(score, kind="mergesort")
        fifth = _threshold(order, people[0, begin : begin + count], score, 0.2)
        for group in range(groups):
            _of_group(order, people[group, begin : begin + count], score, fifth, out[:, group, area])


@njit(cache=True, nogil=True)
def _threshold(order, people, score, share):  # type: ignore[no-untyped-def]
    """Score up to which a share of the people live, and which part of those who have just this score is needed."""
    total = people.sum()
    wanted, running, i = share * total, 0.0, 0
    while i < order.size:
        value, tied = score[order[i]], 0.0
        while i < order.size and score[order[i]] == value:
            tied += people[order[i]]
            i += 1
        if tied > 0 and running + tied >= wanted * (1 - 1e-12):
            return value, min(1.0, max(0.0, (wanted - running) / tied))
        running += tied
    return np.inf, 0.0


@njit(cache=True, nogil=True)
def _of_group(order, people, score, fifth, out):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(people.size):
        total += people[i]
    if not total > 0:
        out[:] = np.nan
        return
    tenth, forty = 0.9 * total, 0.4 * total
    below, held, gini, best, worst, among = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(order.size):
        i = order[k]
        p, s = people[i], score[i]
        gini += p * (2.0 * below + p) * s
        held += p * s
        # The people of this place who stand within the worst-off four tenths, and within the best-off tenth.
        worst += s * max(0.0, min(below + p, forty) - below)
        best += s * max(0.0, below + p - max(below, tenth))
        if s < fifth[0]:
            among += p
        elif s == fifth[0]:
            among += p * fifth[1]
        below += p
    out[0] = max(0.0, gini / (total * held) - 1.0) if held > 0 else np.nan
    out[1] = best / (0.1 * total)
    out[2] = worst / forty
    out[3] = among / total


@njit(cache=True, nogil=True)
def scores_of_places(distances, first, targets, floors, weights, area_of_place, out):  # type: ignore[no-untyped-def]
    """Fill `out`, float32 (n_places,), with the weighted score of each place; NaN where its area has no weights.

    Parameters
    ----------
    weights
        float64 (n_parts, n_areas), adding up to 1 or NaN.
    """
    for place in range(area_of_place.size):
        area = area_of_place[place]
        if area < 0 or np.isnan(weights[0, area]):
            out[place] = np.nan
        else:
            out[place] = weighted_score(place, distances, first, targets, floors, weights[:, area])
