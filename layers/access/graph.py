"""The street graph: junctions, and the chains of segments between them.

Four of five nodes of a real street network only bend a street: two segments meet there and nothing can be decided. A
run of segments through such nodes is one *chain*; what is left are *junctions* (crossings, forks and dead ends). Points
on a chain keep their exact place, as a link of the chain and a share along it.

The graph is the same for all modes: it holds the segments that any mode may use. What a mode may not use is closed by
an infinite time, so that one order and one hierarchy (:mod:`layers.access.hierarchy`) serve them all.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.streets import (
    CYCLE_BACKWARD,
    CYCLE_FORWARD,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    WALK_BACKWARD,
    WALK_FORWARD,
    Streets,
)

if TYPE_CHECKING:
    from pathlib import Path

_ANY_MODE: Final = WALK_FORWARD | WALK_BACKWARD | DRIVE_FORWARD | DRIVE_BACKWARD | CYCLE_FORWARD | CYCLE_BACKWARD


@dataclass(frozen=True, eq=False)
class StreetGraph:
    """n junctions and c chains made of L links, each link one street segment.

    Parameters
    ----------
    junction
        int32 (n,), street node of each junction. Junctions are numbered along a Hilbert curve.
    tail, head
        int32 (c,), junctions at the ends of each chain, tail ≤ head. A chain may come back to its junction (a loop),
        and two chains may join the same junctions.
    link_start
        int32 (c + 1,): chain k consists of the links ``link_start[k]`` … ``link_start[k + 1] - 1``, tail to head.
    link_segment
        int32 (L,), street segment of each link.
    link_reversed
        bool (L,), whether the link runs from its segment's head to its tail.
    chain_of_link
        int32 (L,).
    link_of_segment
        int32 (m,), -1 where no mode may use the segment.
    arc_start, arc_head, arc_chain, arc_is_back
        The arcs that leave junction i are ``arc_start[i]`` … ``arc_start[i + 1] - 1``: where each leads, along which
        chain, and whether it runs the chain from head to tail. Loops are left out: no way leads over them.
    """

    junction: npt.NDArray[np.int32]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    link_start: npt.NDArray[np.int32]
    link_segment: npt.NDArray[np.int32]
    link_reversed: npt.NDArray[np.bool_]
    chain_of_link: npt.NDArray[np.int32]
    link_of_segment: npt.NDArray[np.int32]
    arc_start: npt.NDArray[np.int32]
    arc_head: npt.NDArray[np.int32]
    arc_chain: npt.NDArray[np.int32]
    arc_is_back: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, streets: Streets) -> StreetGraph:
        """Contract the streets that any mode may use.

        Raises
        ------
        ValueError
            A segment names a node that does not exist.
        """
        from layers.access.contraction import find_chains, make_arcs
        from layers.access.hilbert import hilbert_order

        tail, head = np.asarray(streets.tail), np.asarray(streets.head)
        if tail.size and (min(tail.min(), head.min()) < 0 or max(tail.max(), head.max()) >= streets.node_count):
            raise ValueError(f"A segment ends at a node that is not among the {streets.node_count:,} nodes.")
        usable = (np.asarray(streets.flags) & _ANY_MODE) != 0
        is_junction, start, segment, is_reversed = find_chains(streets.node_count, tail, head, usable)
        nodes = np.flatnonzero(is_junction)
        nodes = nodes[hilbert_order(np.column_stack([streets.node_lon[nodes], streets.node_lat[nodes]]))]
        number = np.full(streets.node_count, -1, np.int32)
        number[nodes] = np.arange(nodes.size, dtype=np.int32)
        first, last = start[:-1], start[1:] - 1
        ends_a = number[np.where(is_reversed[first], head[segment[first]], tail[segment[first]])]
        ends_b = number[np.where(is_reversed[last], tail[segment[last]], head[segment[last]])]
        start, segment, is_reversed, ends_a, ends_b = _sorted_chains(start, segment, is_reversed, ends_a, ends_b)
        link_of_segment = np.full(streets.segment_count, -1, np.int32)
        link_of_segment[segment] = np.arange(segment.size, dtype=np.int32)
        return cls(
            nodes.astype(np.int32),
            ends_a,
            ends_b,
            start,
            segment,
            is_reversed,
            np.repeat(np.arange(ends_a.size, dtype=np.int32), np.diff(start)),
            link_of_segment,
            *make_arcs(nodes.size, ends_a, ends_b),
        )

    @property
    def junction_count(self) -> int:
        """Number of junctions."""
        return int(self.junction.size)

    @property
    def chain_count(self) -> int:
        """Number of chains."""
        return int(self.tail.size)

    def is_of(self, streets: Streets) -> bool:
        """Whether every usable street is a link here, and every chain runs along its streets from end to end."""
        if self.link_of_segment.size != streets.segment_count:
            return False
        if not np.array_equal(self.link_of_segment >= 0, (np.asarray(streets.flags) & _ANY_MODE) != 0):
            return False
        ends = streets.tail[self.link_segment], streets.head[self.link_segment]
        near, far = np.where(self.link_reversed, ends[::-1], ends)
        first, last = self.link_start[:-1], self.link_start[1:] - 1
        is_first = np.zeros(near.size, dtype=bool)
        is_first[first] = True
        return bool(
            (near[first] == self.junction[self.tail]).all()
            and (far[last] == self.junction[self.head]).all()
            and (near[1:] == far[:-1])[~is_first[1:]].all()
        )

    def save(self, folder: Path) -> None:
        """Write one .npy file per array into an existing folder."""
        for field in fields(self):
            np.save(folder / f"graph_{field.name}.npy", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path) -> StreetGraph:
        """Open what :meth:`save` wrote, memory-mapped and read-only."""
        return cls(*(np.load(folder / f"graph_{field.name}.npy", mmap_mode="r") for field in fields(cls)))


def _sorted_chains(
    start: npt.NDArray[np.int32],
    segment: npt.NDArray[np.int32],
    is_reversed: npt.NDArray[np.bool_],
    ends_a: npt.NDArray[np.int32],
    ends_b: npt.NDArray[np.int32],
) -> tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
    npt.NDArray[np.bool_],
    npt.NDArray[np.int32],
    npt.NDArray[np.int32],
]:
    """Chains turned so that tail ≤ head and sorted by tail, so that neighbours on the map are neighbours in memory."""
    turned = ends_a > ends_b
    tail, head = np.where(turned, ends_b, ends_a), np.where(turned, ends_a, ends_b)
    order = np.lexsort((head, tail))
    length = np.diff(start)[order]
    new_start = np.zeros(order.size + 1, np.int32)
    np.cumsum(length, out=new_start[1:])
    # Links of a turned chain are read from its last to its first, each the other way round.
    nth = np.arange(segment.size) - np.repeat(new_start[:-1], length)
    back = np.repeat(turned[order], length)
    old_first, old_last = np.repeat(start[:-1][order], length), np.repeat(start[1:][order] - 1, length)
    at = np.where(back, old_last - nth, old_first + nth)
    return new_start, segment[at], is_reversed[at] ^ back, tail[order].astype(np.int32), head[order].astype(np.int32)
