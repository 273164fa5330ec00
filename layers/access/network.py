"""The street network of one mode: what may be used, in which direction, in what time, in a plane of metres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geodata.streets import BRIDGE, TUNNEL, Streets
from layers.access.ms import INFINITE_MS, to_ms
from layers.access.segment_times import segment_times
from layers.access.topology import Topology

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.ends import Ends
    from layers.access.grid import SegmentGrid
    from layers.access.links import Floats, LinkTimes
    from layers.access.metric import Metric
    from layers.access.profiles import Profile

# A scrap is a piece of network with fewer nodes than this, in a network that is itself at least twenty times as large.
SCRAP_NODES: Final = 50
_SCRAP_SHARE: Final = 1 / 20

NOT_USABLE: Final = 0
LAST_RESORT: Final = 1
FIRST_CHOICE: Final = 2


class SearchArcs(NamedTuple):
    """Arcs between junctions in CSR form: those of junction i are ``head[start[i]:start[i + 1]]``, loops left out.

    Milliseconds, int32: `out_ms` from the junction to the arc's head, `in_ms` from the head to the junction;
    INFINITE_MS where closed.
    """

    start: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    out_ms: npt.NDArray[np.int32]
    in_ms: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Streets as one mode sees them. Segments keep their numbers from `Streets`, the unusable ones too.

    Lengths are measured in the plane of `projection`, so that no way along streets can come out shorter than the
    straight line in the same plane; the projection itself is within 0.1 % of the geodesic.

    A network never changes: edits give a new one that shares the topology. What is worked out from it (`links`,
    `metric` …) is kept. Any number of threads may ask one network at once.

    Parameters
    ----------
    profile
        The mode.
    projection
        CRS in metres of all planar coordinates.
    topology
        Graph and hierarchy, shared by all modes.
    node_xy
        float64 (n, 2), metres.
    tail, head
        int32 (m,), node numbers.
    metres
        float64 (m,), length of each segment.
    seconds_forward, seconds_backward
        float64 (m,), along the whole segment from tail to head, and back; finite for closed ones too.
    delay_forward, delay_backward
        float64 (m,), seconds lost on arriving at the head, and at the tail (signals, giving way).
    is_open_forward, is_open_backward
        bool (m,), whether the mode may use the segment from tail to head, and back.
    door_choice
        uint8 (m,): FIRST_CHOICE, LAST_RESORT or NOT_USABLE for a place beside it (see :meth:`from_streets`).
    is_edited
        Whether streets have been closed, or speeds changed, since it was made from streets and a profile.
    """

    profile: Profile
    projection: str
    topology: Topology
    node_xy: npt.NDArray[np.float64]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    metres: npt.NDArray[np.float64]
    seconds_forward: npt.NDArray[np.float64]
    seconds_backward: npt.NDArray[np.float64]
    delay_forward: npt.NDArray[np.float64]
    delay_backward: npt.NDArray[np.float64]
    is_open_forward: npt.NDArray[np.bool_]
    is_open_backward: npt.NDArray[np.bool_]
    door_choice: npt.NDArray[np.uint8]
    is_edited: bool = False

    @classmethod
    def from_streets(
        cls, streets: Streets, profile: Profile, *, projection: str, topology: Topology | None = None
    ) -> StreetNetwork:
        """The network of a mode.

        Places and facilities are first tied to segments that serve doors: open to the mode, on the ground (no bridge,
        no tunnel), of a class that has doors (no expressway), and not in a scrap. A scrap is a connected piece of
        fewer than 50 nodes and less than a twentieth of the largest piece: mostly a path whose junction with the
        street nobody drew, or an end that the extract cut off. In networks whose largest piece has 1,000 nodes or
        more, connected means both ways (a strong component), so that nobody is tied to a one-way street that leads
        nowhere. Where nothing of the kind lies within the snap limit, as on a small island, any usable segment does.

        Parameters
        ----------
        streets
            All streets.
        profile
            The mode.
        projection
            CRS in metres.
        topology
            That of the same streets, where it is there already; else it is made.

        Raises
        ------
        ValueError
            A length or speed is negative, infinite or NaN, or the topology is that of other streets.
        """
        topology = Topology.of(streets) if topology is None else topology
        if topology.graph.link_of_segment.size != streets.segment_count:
            raise ValueError(
                f"The topology is of {topology.graph.link_of_segment.size:,} segments, "
                f"the streets have {streets.segment_count:,}."
            )
        if not topology.graph.is_of(streets):
            raise ValueError("The topology is that of other streets: as many, but with other ends or rights.")
        node_xy = project(streets.node_lon, streets.node_lat, projection)
        tail, head = np.asarray(streets.tail), np.asarray(streets.head)
        step = node_xy[head] - node_xy[tail]
        metres = np.hypot(step[:, 0], step[:, 1])
        forward, backward, door_choice = _rights(streets, profile)
        return cls(
            profile=profile,
            projection=projection,
            topology=topology,
            node_xy=node_xy,
            tail=tail,
            head=head,
            metres=metres,
            is_open_forward=forward,
            is_open_backward=backward,
            door_choice=door_choice,
            **segment_times(streets, profile, metres)._asdict(),
        )

    def for_mode(self, streets: Streets, profile: Profile) -> StreetNetwork:
        """The network of another mode on the same streets, which shares with this one what does not depend on the mode.

        Raises
        ------
        ValueError
            This network was edited: an edit of one mode says nothing of another.
        """
        if self.is_edited:
            raise ValueError("An edited network cannot lend its streets to another mode. Edit that mode's own network.")
        rights = (self.is_open_forward, self.is_open_backward, self.door_choice)
        if profile.doors != self.profile.doors:
            rights = _rights(streets, profile)
        forward, backward, door_choice = rights
        return replace(
            self,
            profile=profile,
            is_open_forward=forward,
            is_open_backward=backward,
            door_choice=door_choice,
            **segment_times(streets, profile, self.metres)._asdict(),
        )

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return int(self.node_xy.shape[0])

    @property
    def segment_count(self) -> int:
        """Number of segments, unusable ones included."""
        return int(self.tail.size)

    @cached_property
    def _link_and_chain_times(self) -> tuple[LinkTimes, Floats, Floats]:
        from layers.access.links import link_times

        return link_times(self)

    @property
    def links(self) -> LinkTimes:
        """Seconds along the links of every chain."""
        return self._link_and_chain_times[0]

    @cached_property
    def chain_ms(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Milliseconds along whole chains, tail to head and back, int32 (c,) each."""
        _, forward, backward = self._link_and_chain_times
        return to_ms(forward), to_ms(backward)

    @cached_property
    def arcs(self) -> SearchArcs:
        """Arcs between junctions, for searches that end early."""
        graph = self.topology.graph
        forward, backward = (ms[graph.arc_chain] for ms in self.chain_ms)
        out_ms, in_ms = (
            np.where(graph.arc_is_back, backward, forward),
            np.where(graph.arc_is_back, forward, backward),
        )
        return SearchArcs(graph.arc_start, graph.arc_head, out_ms, in_ms)

    @cached_property
    def metric(self) -> Metric:
        """Times on the hierarchy, for answers about the whole network at once."""
        from layers.access.metric import Metric

        return Metric.of(self.topology.hierarchy, *self.chain_ms, infinite=INFINITE_MS)

    @cached_property
    def metric_with_metres(self) -> Metric:
        """Times and lengths together on the hierarchy."""
        from layers.access.metres import metric_with_metres

        return metric_with_metres(self)

    @cached_property
    def link_metres(self) -> tuple[Floats, Floats, Floats]:
        """Metres of each link and from its chain's tail to its start, float64 (L,) each; of whole chains, (c,)."""
        from layers.access.links import metres_along

        return metres_along(self)

    @cached_property
    def grid(self) -> SegmentGrid:
        """Index of the usable segments for finding the nearest."""
        from layers.access.grid import SegmentGrid

        return SegmentGrid.of(self.node_xy, self.tail, self.head, self.door_choice != NOT_USABLE)

    def leaving(self, ties: Attachment) -> Ends:
        """Times from points to the ends of the chains they lie on. Kept with the ties, whose arrays may not change."""
        return self._ends(ties, leaving=True)

    def arriving(self, ties: Attachment) -> Ends:
        """Times to points from the ends of the chains they lie on. Kept with the ties, whose arrays may not change."""
        return self._ends(ties, leaving=False)

    @cached_property
    def _known_ends(self) -> tuple[WeakKeyDictionary[Attachment, Ends], WeakKeyDictionary[Attachment, Ends]]:
        return WeakKeyDictionary(), WeakKeyDictionary()

    def _ends(self, ties: Attachment, *, leaving: bool) -> Ends:
        from layers.access.ends import ends_of

        known = self._known_ends[leaving]
        ends = known.get(ties)
        if ends is None:
            ends = known[ties] = ends_of(self, ties, leaving=leaving)
        return ends

    def at_nodes(self, nodes: npt.NDArray[np.integer]) -> Attachment:
        """Ties of points that stand exactly on street nodes; without a street where the mode may use none there.

        Raises
        ------
        ValueError
            There is no such node.
        """
        from layers.access.attach import Attachment

        nodes = np.asarray(nodes, dtype=np.int64)
        if nodes.size and (nodes.min() < 0 or nodes.max() >= self.node_count):
            raise ValueError(f"Node {nodes.max()} is out of range: the network has {self.node_count:,} nodes.")
        at_tail, at_head = (np.full(self.node_count, -1, np.int32) for _ in range(2))
        usable = np.flatnonzero(self.door_choice != NOT_USABLE).astype(np.int32)
        at_tail[self.tail[usable]], at_head[self.head[usable]] = usable, usable
        is_at_tail = at_tail[nodes] >= 0
        segment = np.where(is_at_tail, at_tail[nodes], at_head[nodes])
        tied = segment >= 0
        fraction = np.where(tied, np.where(is_at_tail, 0.0, 1.0), np.nan)
        return Attachment(self.node_xy[nodes], segment, fraction, np.where(tied, 0.0, np.nan))

    def with_closed(self, segments: npt.NDArray[np.integer | np.bool_]) -> StreetNetwork:
        """The same network with some segments (numbers or mask) closed: a cut bridge, a road under snow.

        Ties made before stay valid: who lives on a closed street reaches nothing along it.
        """
        is_open = np.ones(self.segment_count, dtype=bool)
        is_open[self._checked(segments)] = False
        return replace(
            self,
            is_open_forward=self.is_open_forward & is_open,
            is_open_backward=self.is_open_backward & is_open,
            is_edited=True,
        )

    def with_speed_factor(
        self, segments: npt.NDArray[np.integer | np.bool_], factor: float | npt.NDArray[np.float64]
    ) -> StreetNetwork:
        """The same network with the speed on some segments (numbers or mask) multiplied; delays stay.

        Raises
        ------
        ValueError
            A factor is not above 0, or a segment does not exist.
        """
        factors = np.asarray(factor, dtype=np.float64)
        if not (np.isfinite(factors) & (factors > 0)).all():
            raise ValueError(f"A speed factor must be above 0, not {factor}.")
        rows = self._checked(segments)
        slower = np.ones(self.segment_count)
        slower[rows] = factors
        return replace(
            self,
            seconds_forward=self.seconds_forward / slower,
            seconds_backward=self.seconds_backward / slower,
            is_edited=True,
        )

    def _checked(self, segments: npt.NDArray[np.integer | np.bool_]) -> npt.NDArray[np.integer | np.bool_]:
        segments = np.asarray(segments)
        if segments.dtype == np.bool_:
            if segments.shape != (self.segment_count,):
                raise ValueError(f"A mask of segments must have {self.segment_count:,} values, not {segments.size:,}.")
        elif segments.size and (segments.min() < 0 or segments.max() >= self.segment_count):
            raise ValueError(f"Segment {segments.max()} is out of range: there are {self.segment_count:,}.")
        return segments if segments.size else np.empty(0, np.int64)


def project(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], projection: str) -> npt.NDArray[np.float64]:
    """Degrees (JGD2011) to an (n, 2) array of metres in a projection."""
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:6668", projection, always_xy=True).transform(lon, lat)
    return np.column_stack([np.atleast_1d(x), np.atleast_1d(y)])


def _rights(
    streets: Streets, profile: Profile
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.uint8]]:
    """Where a mode may go, forward and backward, and where it serves doors; see :meth:`StreetNetwork.from_streets`."""
    forward = (streets.flags & profile.forward) != 0
    backward = (streets.flags & profile.backward) != 0
    served = ((streets.flags & (BRIDGE | TUNNEL)) == 0) & profile.serves_doors(streets.road_class)
    served &= ~_is_scrap(streets.node_count, streets.tail, streets.head, forward, backward)
    door_choice = np.where(served, FIRST_CHOICE, LAST_RESORT).astype(np.uint8)
    door_choice[~(forward | backward)] = NOT_USABLE
    return forward, backward, door_choice


def _is_scrap(
    node_count: int,
    tail: npt.NDArray[np.int32],
    head: npt.NDArray[np.int32],
    forward: npt.NDArray[np.bool_],
    backward: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Segments of pieces too small to be a network of their own; rule in :meth:`StreetNetwork.from_streets`."""
    if node_count == 0:
        return np.zeros(0, dtype=bool)
    source = np.concatenate([tail[forward], head[backward]])
    target = np.concatenate([head[forward], tail[backward]])
    connections: tuple[Literal["strong", "weak"], ...] = ("strong", "weak")
    for connection in connections:
        piece, size = _pieces(node_count, source, target, connection)
        largest = size.max()
        if largest >= SCRAP_NODES / _SCRAP_SHARE:
            break
    limit = min(float(SCRAP_NODES), largest * _SCRAP_SHARE)
    scrap: npt.NDArray[np.bool_] = (piece[tail] != piece[head]) | (size[piece[tail]] < limit)
    return scrap


def _pieces(
    node_count: int,
    source: npt.NDArray[np.int32],
    target: npt.NDArray[np.int32],
    connection: Literal["strong", "weak"],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Number of the connected piece of each node, and the node count of each piece."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(source.size, dtype=np.int8), (source, target)), shape=(node_count, node_count))
    _, piece = connected_components(links.tocsr(), directed=True, connection=connection)
    return piece, np.bincount(piece)
