"""Ties of places and facilities to the street network: the last metres between a door and the street."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from layers.access.network import FIRST_CHOICE, NOT_USABLE, StreetNetwork


@dataclass(frozen=True, eq=False)
class Attachment:
    """Where k points step onto a street network.

    Parameters
    ----------
    xy
        float64 (k, 2), the points themselves, metres in the plane of the network.
    segment
        int32 (k,), segment number, -1 where no usable street lies within the limit.
    fraction
        float64 (k,), 0 at the tail of the segment, 1 at its head; NaN without a segment.
    snap_metres
        float64 (k,), straight line from the point to the street; NaN without a segment.
    """

    xy: npt.NDArray[np.float64]
    segment: npt.NDArray[np.int32]
    fraction: npt.NDArray[np.float64]
    snap_metres: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Number of points."""
        return int(self.segment.size)

    @property
    def is_attached(self) -> npt.NDArray[np.bool_]:
        """Bool (k,), whether a street was found."""
        attached: npt.NDArray[np.bool_] = self.segment >= 0
        return attached

    def take(self, rows: npt.NDArray[np.integer | np.bool_] | slice) -> Attachment:
        """The ties of some of the points, by number, mask or slice."""
        return Attachment(self.xy[rows], self.segment[rows], self.fraction[rows], self.snap_metres[rows])


def attach(network: StreetNetwork, xy: npt.NDArray[np.float64], *, limit_metres: float) -> Attachment:
    """Tie points to the nearest point on the nearest street that serves doors.

    Exact planar geometry. Bridges, tunnels, expressways and scraps of network (rule in
    :meth:`StreetNetwork.from_streets`) are taken only where nothing else lies within the limit. Of equally near
    segments the one with the lowest number is taken.

    Parameters
    ----------
    network
        Streets of one mode.
    xy
        float64 (k, 2), metres in the plane of the network; a point without coordinates (NaN) stays untied.
    limit_metres
        Farthest that a door may be from its street; infinity for no limit.

    Returns
    -------
    Attachment
        In the order of the points.
    """
    if not limit_metres >= 0:
        raise ValueError(f"limit_metres must be 0 or more, not {limit_metres}.")
    xy = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
    segment, fraction, snap = _search(network, xy, limit_metres, network.door_choice == FIRST_CHOICE)
    left = np.flatnonzero(segment < 0)
    if left.size:
        usable = network.door_choice != NOT_USABLE
        segment[left], fraction[left], snap[left] = _search(network, xy[left], limit_metres, usable)
    return Attachment(xy, segment, fraction, snap)


def _search(
    network: StreetNetwork, xy: npt.NDArray[np.float64], limit: float, is_wanted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    from layers.access.grid import find_nearest

    grid = network.grid
    shape = (grid.west, grid.south, grid.cell_metres, grid.columns, grid.rows)
    found: tuple[npt.NDArray[np.int32], npt.NDArray[np.float64], npt.NDArray[np.float64]] = find_nearest(
        xy, float(limit), network.node_xy, network.tail, network.head, is_wanted, *shape, grid.start, grid.segment
    )
    return found
