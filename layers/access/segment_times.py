"""Streets and a profile → seconds of every segment in both directions, and seconds lost on arriving at its ends.

Slopes (Tobler 1993, *Three presentations on geographical analysis and modeling*): walking speed is
v = v₀ · exp(-3.5·|s + 0.05|) ÷ exp(-3.5·0.05) with s the rise over the run in the direction of travel and v₀ the speed on
the flat, so that it is fastest down a slope of 5 % and slower both up and down a steep one. The run is measured on the
map, as Tobler did. Bridges and tunnels are flat, whatever the terrain below or above them does; so is a segment with an
end of unknown elevation.

Delays, on arriving at a node by a segment:

1. *Signals*, where the streets know any: `signal_seconds` at each node with one. Stop lines and the carriageways of one
   crossing have a node each; a stop less than 40 m after the one before costs nothing more.
2. *Crossings*, where the streets know no signals: `crossing_seconds` where three or more arms of main roads meet (tertiary,
   secondary, primary, trunk; not their links), with the same rule of 40 m. A road that splits into two one-way
   carriageways is no crossing.
3. *Giving way*: `give_way_seconds` at a junction of three or more arms, two of which (the road that passes) are of a
   higher class than the segment. At a stop of 1 or 2 only the longer of the two is lost. Motorways and their links merge
   and never give way.

Arms are segments that the mode may use. What happens at a node does not depend on where one goes from there.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.streets import BRIDGE, ROAD_CLASSES, TUNNEL

if TYPE_CHECKING:
    from geodata.streets import Streets
    from layers.access.profiles import Profile

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Nodes = npt.NDArray[np.int32]

TOBLER_DECAY: Final = 3.5
TOBLER_FASTEST_SLOPE: Final = 0.05  # downhill
SAME_STOP_METRES: Final = 40.0  # a crossing of two roads with a median each is hardly wider
_MOST_BENDS: Final = 16  # nodes looked back at within 40 m
_JUNCTION_ARMS: Final = 3

_MAIN_ROADS: Final = ("trunk", "primary", "secondary", "tertiary")
_MERGING: Final = ("motorway", "motorway_link")
# Who gives way to whom; a link has the rank of its road, and classes without a row come last.
_RANKS: Final = (
    (),
    ("road", "residential", "unclassified"),
    ("tertiary", "tertiary_link"),
    ("secondary", "secondary_link"),
    ("primary", "primary_link"),
    ("trunk", "trunk_link"),
    _MERGING,
)


class SegmentTimes(NamedTuple):
    """Seconds, float64 (m,), finite everywhere, for closed segments and directions too.

    `seconds_forward` from tail to head and `seconds_backward` back, without delays; `delay_forward` lost on arriving at
    the head, `delay_backward` on arriving at the tail.
    """

    seconds_forward: Floats
    seconds_backward: Floats
    delay_forward: Floats
    delay_backward: Floats


def segment_times(streets: Streets, profile: Profile, metres: Floats) -> SegmentTimes:
    """Times of all segments for a mode.

    Parameters
    ----------
    streets
        The network.
    profile
        The mode.
    metres
        float64 (m,), length of each segment in the plane where the network is used.

    Raises
    ------
    ValueError
        A length or posted speed is negative, infinite or NaN, or `metres` does not fit the streets.
    """
    if metres.shape != streets.tail.shape:
        raise ValueError(f"metres has the shape {metres.shape}, the streets have {streets.segment_count} segments.")
    for name, values in (("metres", metres), ("speed_kmh", streets.speed_kmh)):
        wrong = ~(np.isfinite(values) & (values >= 0))
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            raise ValueError(f"{name} must be 0 or more: segment {first} has {values[first]}.")
    seconds = metres * 3.6 / profile.kmh(streets.road_class, streets.speed_kmh)
    if profile.uses_slope:
        slope = _slope(streets, metres, profile.steepest_slope)
        forward, backward = seconds / tobler_factor(slope), seconds / tobler_factor(-slope)
    else:
        forward = backward = seconds
    return SegmentTimes(forward, backward, *_delays(streets, profile, metres))


def tobler_factor(slope: Floats) -> Floats:
    """Walking speed on a slope (rise over run in the direction of travel) as a share of that on the flat.

    Examples
    --------
    >>> tobler_factor(np.array([0.0, -0.05, 0.1])).round(3).tolist()
    [1.0, 1.191, 0.705]
    """
    steepness = np.abs(slope + TOBLER_FASTEST_SLOPE) - TOBLER_FASTEST_SLOPE
    return np.asarray(np.exp(-TOBLER_DECAY * steepness), dtype=np.float64)


def _slope(streets: Streets, metres: Floats, steepest: float) -> Floats:
    """Rise over run from tail to head, (m,); 0 on bridges, in tunnels and where an elevation is unknown."""
    elevation = streets.node_elevation.astype(np.float64)
    rise = elevation[streets.head] - elevation[streets.tail]
    is_known = np.isfinite(rise) & (metres > 0) & ((streets.flags & (BRIDGE | TUNNEL)) == 0)
    slope = np.divide(rise, metres, out=np.zeros_like(metres, dtype=np.float64), where=is_known)
    return np.asarray(np.clip(slope, -steepest, steepest))


def _delays(streets: Streets, profile: Profile, metres: Floats) -> tuple[Floats, Floats]:
    """Seconds lost on arriving at heads and at tails."""
    lost_at_head, lost_at_tail = np.zeros(metres.size), np.zeros(metres.size)
    if not profile.has_delays or not metres.size:
        return lost_at_head, lost_at_tail
    web = _Web(streets, profile, metres)
    if streets.has_signals:
        is_stop, stop_seconds = np.asarray(streets.node_signal), profile.signal_seconds
    else:
        is_stop, stop_seconds = web.main_crossings(), profile.crossing_seconds
    for lost, near, far in ((lost_at_head, web.tail, web.head), (lost_at_tail, web.head, web.tail)):
        stops = is_stop[far]
        gives_way = web.gives_way(far) & ~(stops & streets.has_signals)
        delay = np.where(gives_way, profile.give_way_seconds, 0.0)
        delay[stops] = np.maximum(delay[stops], stop_seconds)
        again = np.flatnonzero(stops)
        again = again[web.comes_from_stop(again, near[again], is_stop)]
        delay[again] = 0.0
        lost[web.usable] = delay
    return lost_at_head, lost_at_tail


class _Web:
    """The usable segments of a mode, u of m, and what meets at each node."""

    def __init__(self, streets: Streets, profile: Profile, metres: Floats) -> None:
        forward, backward = ((streets.flags & bit) != 0 for bit in (profile.forward, profile.backward))
        self.node_count = streets.node_count
        self.usable = np.flatnonzero((forward | backward) & (streets.tail != streets.head))
        self.tail, self.head = streets.tail[self.usable], streets.head[self.usable]
        self.metres = metres[self.usable]
        self.road_class = streets.road_class[self.usable]
        self.is_two_way = (forward & backward)[self.usable]
        self.arms = self._arms_of(np.ones(self.usable.size, dtype=bool))

    def _arms_of(self, members: Mask) -> npt.NDArray[np.intp]:
        """How many of some usable segments (mask) end at each node, (n,)."""
        ends = np.concatenate([self.tail[members], self.head[members]])
        return np.bincount(ends, minlength=self.node_count)

    def main_crossings(self) -> Mask:
        """Bool (n,), where three or more arms of main roads meet.

        Of three arms two are two-way: a road that splits into two one-way carriageways, or a merging, is no crossing.
        """
        is_main = _is_one_of(_MAIN_ROADS)[self.road_class]
        arms, two_way = self._arms_of(is_main), self._arms_of(is_main & self.is_two_way)
        return np.asarray((arms > _JUNCTION_ARMS) | ((arms == _JUNCTION_ARMS) & (two_way >= 2)))

    def gives_way(self, node: Nodes) -> Mask:
        """Bool (u,), whether a road of a higher class passes the node (u,) at which each usable segment arrives."""
        is_lower = self.rank < self.passing[node]
        return is_lower & ~_is_one_of(_MERGING)[self.road_class] & (self.arms[node] >= _JUNCTION_ARMS)

    @cached_property
    def rank(self) -> npt.NDArray[np.int8]:
        """Who gives way to whom, (u,)."""
        return _rank_of_class()[self.road_class]

    @cached_property
    def passing(self) -> npt.NDArray[np.int8]:
        """The highest rank of which two arms or more meet at each node, (n,): that of the road that passes."""
        passing = np.zeros(self.node_count, dtype=np.int8)
        for rank in range(1, len(_RANKS)):
            passing[self._arms_of(self.rank >= rank) >= 2] = rank
        return passing

    @cached_property
    def pair(self) -> npt.NDArray[np.int64]:
        """Sum of the numbers of the segments that end at each node, (n,): at a bend, less one it is the other."""
        numbers = np.arange(self.usable.size, dtype=np.float64)
        sums = np.bincount(self.tail, numbers, self.node_count) + np.bincount(self.head, numbers, self.node_count)
        return sums.astype(np.int64)

    def comes_from_stop(self, segment: npt.NDArray[np.intp], near: Nodes, is_stop: Mask) -> Mask:
        """Whether who arrives by a usable segment from its end `near` has left a stop within the last 40 m.

        Looks back along bends only: where streets join, one may have come from elsewhere.
        """
        found = np.zeros(segment.size, dtype=bool)
        row, run = np.arange(segment.size), self.metres[segment]
        for _ in range(_MOST_BENDS):
            within = run <= SAME_STOP_METRES
            found[row[within & is_stop[near]]] = True
            on = within & ~is_stop[near] & (self.arms[near] == 2)
            if not on.any():
                break
            row, near, segment = row[on], near[on], self.pair[near[on]] - segment[on]
            run = run[on] + self.metres[segment]
            near = self.tail[segment] + self.head[segment] - near
        return found


def _is_one_of(names: tuple[str, ...]) -> Mask:
    """Bool, by number of road class."""
    return np.array([name in names for name in ROAD_CLASSES])


def _rank_of_class() -> npt.NDArray[np.int8]:
    """Who gives way to whom, by number of road class."""
    ranks = [[rank for rank, names in enumerate(_RANKS) if name in names] for name in ROAD_CLASSES]
    return np.array([rank[0] if rank else 0 for rank in ranks], dtype=np.int8)
