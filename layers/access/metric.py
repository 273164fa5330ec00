"""Customisation: the times of one mode, edit or scenario on the arcs of the hierarchy.

Each arc starts with the time of the chain that it is, or closed. Then every triangle is looked at from its lowest
junction upwards: where the way round by the lowest is quicker than the arc between the other two, the arc takes that
time. Afterwards every arc carries the shortest time over all ways that pass only lower junctions. Times up and down are
kept apart, so one-way streets hold (Dibbelt, Strasser, Wagner 2016, basic customisation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from layers.access.hierarchy import Hierarchy


@dataclass(frozen=True, eq=False)
class Metric:
    """Times on the a upward arcs of a hierarchy.

    Parameters
    ----------
    up
        int32 milliseconds (or int64, see :mod:`layers.access.metres`) (a,), from the lower rank to the higher.
    down
        The same, from the higher rank to the lower.
    infinite
        What stands where closed: two of them add up without overflow.
    """

    up: npt.NDArray[np.integer]
    down: npt.NDArray[np.integer]
    infinite: int

    @classmethod
    def of(
        cls, hierarchy: Hierarchy, forward: npt.NDArray[np.integer], backward: npt.NDArray[np.integer], *, infinite: int
    ) -> Metric:
        """Customise a hierarchy.

        Parameters
        ----------
        forward, backward
            int32 or int64 (c,), time along each chain from tail to head, and back.
        infinite
            The value that stands for closed.

        Raises
        ------
        ValueError
            The times do not fit the graph, or one is negative.
        """
        from layers.access.customisation import customise

        for name, times in (("forward", forward), ("backward", backward)):
            if times.shape != hierarchy.arc_of_chain.shape or times.dtype.kind != "i":
                raise ValueError(
                    f"{name}: one whole number for each of {hierarchy.arc_of_chain.size:,} chains is needed."
                )
            if times.size and (times.min() < 0 or times.max() > infinite):
                raise ValueError(f"{name}: times must lie in 0 … {infinite}, found {times.min()} … {times.max()}.")
        up, down = customise(
            hierarchy.start,
            hierarchy.arc_of_chain,
            hierarchy.climbs,
            hierarchy.triangles,
            forward,
            backward,
            forward.dtype.type(infinite),
        )
        return cls(up, down, infinite)
