"""Straight-line distances: what the official handbook counts, and what no street can undercut."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class NearestStraight(NamedTuple):
    """Metres to the nearest facility, float64 (k,), and its row, int32 (k,)."""

    metres: npt.NDArray[np.float64]
    facility: npt.NDArray[np.int32]


def nearest_straight(places_xy: npt.NDArray[np.float64], facilities_xy: npt.NDArray[np.float64]) -> NearestStraight:
    """The nearest facility of every place in a straight line.

    Parameters
    ----------
    places_xy, facilities_xy
        float64 (k, 2) and (f, 2), metres in one plane; facilities without coordinates (NaN) are not found.

    Returns
    -------
    NearestStraight
        Metres, infinity where there is no facility and NaN for a place without coordinates; row of the facility or -1.
    """
    from scipy.spatial import cKDTree

    places_xy = np.asarray(places_xy, dtype=np.float64).reshape(-1, 2)
    facilities_xy = np.asarray(facilities_xy, dtype=np.float64).reshape(-1, 2)
    known = np.isfinite(places_xy).all(axis=1)
    rows = np.flatnonzero(np.isfinite(facilities_xy).all(axis=1)).astype(np.int32)
    metres = np.where(known, np.inf, np.nan)
    facility = np.full(known.size, -1, dtype=np.int32)
    if rows.size and known.any():
        metres[known], found = cKDTree(facilities_xy[rows]).query(places_xy[known])
        facility[known] = rows[found]
    return NearestStraight(metres, facility)
