"""Percentiles of distance weighted by people, per area, without sorting: by histograms over the bits of the distance.

Distances are never negative, so that float32 numbers stand in the order of their bit patterns, infinity last. The top
eleven bits tell the bin in which the percentile lies, twice ten more bits which number it is. The answer is
exact: a distance that occurs, the smallest within which the wanted share of the people live.
"""

# ruff: noqa: ANN001, ANN201, ANN202, C901 - numba infers the types of its kernels
from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

_TOP_BITS: Final = 20  # bits below the first bin number: 8 bits of exponent and 3 of mantissa are above
_FINE_BITS: Final = 10  # two steps of ten bits make up the rest
_INFINITY: Final = np.uint32(0x7F800000)
# Sums of the same people in another order differ in the last bits: an exact half must not move to the next place.
_TOLERANCE: Final = 1e-12


@njit(cache=True, nogil=True)
def weighted_quantiles(areas, start, place, people, distance, shares, out):  # type: ignore[no-untyped-def]
    """Fill the columns `areas` of `out` with the smallest distance within which a share of each group lives.

    Parameters
    ----------
    areas
        int64, which areas to work out.
    start, place
        int64 (n_areas + 1,) and int32: the places of area a are `place[start[a]:start[a + 1]]`.
    people
        float64 (n_groups, len(place)), in the order of `place`.
    distance
        float32 (n_places,), not negative; infinity where nothing is reached, and NaN counts as such.
    shares
        float64 (n_shares,), each within 0–1.
    out
        float64 (n_shares, n_groups, n_areas); infinity where the percentile is, NaN where a group has nobody.
    """
    groups, n_shares = people.shape[0], shares.size
    widest = 0
    for area in areas:
        widest = max(widest, start[area + 1] - start[area])
    key = np.empty(widest, np.uint32)
    candidate = np.empty(widest, np.int64)
    coarse = np.zeros((1 << (31 - _TOP_BITS), groups))
    fine = np.empty(1 << _FINE_BITS)
    wanted = np.empty((n_shares, groups), np.int64)
    below = np.empty((n_shares, groups))
    for area in areas:
        first, count = start[area], start[area + 1] - start[area]
        _read_keys(distance, place[first : first + count], key)
        low, high = _fill_coarse(key[:count], people[:, first : first + count], coarse)
        _find_bins(coarse, low, high, shares, wanted, below)
        for share in range(n_shares):
            for group in range(groups):
                b = wanted[share, group]
                if b == -1:
                    out[share, group, area] = np.nan
                if b < 0:
                    continue
                found = 0
                for i in range(count):
                    candidate[found] = i
                    found += (key[i] >> np.uint32(_TOP_BITS)) == b
                # All age groups and percentiles that lie in this bin are told now: few bins, so few such passes.
                for s in range(n_shares):
                    for g in range(groups):
                        if wanted[s, g] == b:
                            own = people[g, first : first + count]
                            out[s, g, area] = _as_distance(_refine(key, candidate[:found], own, b, below[s, g], fine))
                            wanted[s, g] = -2
        coarse[low : high + 1] = 0.0


@njit(cache=True, nogil=True)
def _read_keys(distance, places, key):  # type: ignore[no-untyped-def]
    """Bit patterns of the distances of some places; NaN reads as infinity, and -0 as 0."""
    bits = distance.view(np.uint32)
    for i in range(places.size):
        pattern = bits[places[i]] & np.uint32(0x7FFFFFFF)
        key[i] = min(pattern, _INFINITY)


@njit(cache=True, nogil=True)
def _fill_coarse(key, people, coarse):  # type: ignore[no-untyped-def]
    """People by the top bits of their distance; the first and last bin that were touched."""
    low, high = np.int64(coarse.shape[0]), np.int64(-1)
    for i in range(key.size):
        b = np.int64(key[i] >> np.uint32(_TOP_BITS))
        low, high = min(low, b), max(high, b)
        for group in range(people.shape[0]):
            coarse[b, group] += people[group, i]
    return low, high


@njit(cache=True, nogil=True)
def _find_bins(coarse, low, high, shares, wanted, below):  # type: ignore[no-untyped-def]
    """For each share and group the bin that holds the percentile (-1: nobody), and the people still missing in it."""
    for group in range(coarse.shape[1]):
        total = 0.0
        for b in range(low, high + 1):
            total += coarse[b, group]
        for share in range(shares.size):
            wanted[share, group] = -1
            target = total * shares[share] * (1 - _TOLERANCE)
            running = 0.0
            for b in range(low, high + 1):
                if coarse[b, group] > 0:
                    wanted[share, group], below[share, group] = b, target - running
                    running += coarse[b, group]
                    if running >= target:
                        break


@njit(cache=True, nogil=True)
def _refine(key, candidate, people, bin_number, target, fine):  # type: ignore[no-untyped-def]
    """The smallest key among the candidates, all of one coarse bin, up to which `target` people live."""
    mask = np.uint32((1 << _FINE_BITS) - 1)
    prefix = np.uint32(bin_number)
    for shift in (np.uint32(_FINE_BITS), np.uint32(0)):
        fine[:] = 0.0
        for i in candidate:
            bits = key[i] >> shift
            if bits >> np.uint32(_FINE_BITS) == prefix:
                fine[bits & mask] += people[i]
        found, target = _first_reaching(fine, target)
        prefix = (prefix << np.uint32(_FINE_BITS)) | np.uint32(found)
    return prefix


@njit(cache=True, nogil=True)
def _first_reaching(fine, target):  # type: ignore[no-untyped-def]
    """First bin up to which `target` people live, and how many of them are missing before it.

    Where rounding leaves the sum a hair short, the last bin with people is it.
    """
    running, found, missing = 0.0, 0, target
    for b in range(fine.size):
        if fine[b] > 0:
            found, missing = b, target - running
            running += fine[b]
            if running >= target:
                break
    return found, missing


@njit(cache=True, nogil=True)
def _as_distance(bits):  # type: ignore[no-untyped-def]
    one = np.empty(1, np.uint32)
    one[0] = bits
    return np.float64(one.view(np.float32)[0])
