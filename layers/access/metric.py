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
from layers.access.parallel import available_cores, run_chunks


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
        from layers.access.customisation import enter_chains

        for name, times in (("forward", forward), ("backward", backward)):
            if times.shape != hierarchy.arc_of_chain.shape or times.dtype.kind != "i":
                raise ValueError(
                    f"{name}: one whole number for each of {hierarchy.arc_of_chain.size:,} chains is needed."
                )
            if times.size and (times.min() < 0 or times.max() > infinite):
                raise ValueError(f"{name}: times must lie in 0 … {infinite}, found {times.min()} … {times.max()}.")
        limit = forward.dtype.type(infinite)
        given = enter_chains(hierarchy.arc_count, hierarchy.arc_of_chain, hierarchy.climbs, forward, backward, limit)
        return cls(*_customised(hierarchy, *given), infinite)


def _customised(
    hierarchy: Hierarchy, up: npt.NDArray[np.integer], down: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]:
    """Relax all triangles: the branches of the elimination tree beside each other, then the trunk."""
    from layers.access.customisation import relax

    arrays = (hierarchy.start, hierarchy.triangle_start, hierarchy.triangles)
    shares = _shared_out(hierarchy, available_cores())
    # Times of the trunk's arcs improve from several branches: each thread has its own, and the lowest counts.
    tables = [(up, down), *((up.copy(), down.copy()) for _ in shares[1:])]

    def of_thread(nth: int) -> None:
        for first, end in shares[nth]:
            relax(first, end, *arrays, *tables[nth])

    run_chunks(of_thread, range(len(shares)))
    for other_up, other_down in tables[1:]:
        np.minimum(up, other_up, out=up)
        np.minimum(down, other_down, out=down)
    trunk_starts = [0, *(end for _, end in hierarchy.branches)]
    trunk_ends = [*(first for first, _ in hierarchy.branches), hierarchy.junction_count]
    for first, end in zip(trunk_starts, trunk_ends, strict=True):
        relax(first, end, *arrays, up, down)
    return up, down


def _shared_out(hierarchy: Hierarchy, threads: int) -> list[list[tuple[int, int]]]:
    """Branches for each thread: the largest first, to whom has least to do."""
    start = hierarchy.triangle_start
    shares: list[list[tuple[int, int]]] = [[] for _ in range(max(1, min(threads, len(hierarchy.branches))))]
    loads = [0] * len(shares)
    for first, end in sorted(hierarchy.branches, key=lambda branch: start[branch[0]] - start[branch[1]]):
        least = loads.index(min(loads))
        shares[least].append((first, end))
        loads[least] += int(start[end] - start[first])
    return shares
