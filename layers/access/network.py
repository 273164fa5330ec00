"""The street network of one mode: what may be used, in which direction, at what cost, in a plane of metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.streets import BRIDGE, TUNNEL, Streets

if TYPE_CHECKING:
    from layers.access.grid import SegmentGrid
    from layers.access.profiles import Profile

# A scrap is a piece of network with fewer nodes than this, in a network that is itself at least twenty times as large.
SCRAP_NODES: Final = 50
_SCRAP_SHARE: Final = 1 / 20

NOT_USABLE: Final = 0
LAST_RESORT: Final = 1
FIRST_CHOICE: Final = 2


class Arcs(NamedTuple):
    """Directed arcs in CSR form: those of node i are `target[start[i]:start[i + 1]]`, parallel and zero arcs kept."""

    start: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    cost: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Streets as one mode sees them. Segments keep their numbers from `Streets`, the unusable ones too.

    Lengths are measured in the plane of `projection`, so that no way along streets can come out shorter than the
    straight line in the same plane; the projection itself is within 0.1 % of the geodesic.

    Parameters
    ----------
    profile
        The mode.
    projection
        CRS in metres of all planar coordinates.
    node_xy
        float64 (n, 2), metres.
    tail, head
        int32 (m,), node numbers.
    cost
        float64 (m,), cost of the whole segment in `profile.cost_unit`.
    is_open_forward, is_open_backward
        bool (m,), whether the mode may use the segment from tail to head, and back.
    door_choice
        uint8 (m,): FIRST_CHOICE, LAST_RESORT or NOT_USABLE for a place beside it (see :meth:`from_streets`).
    """

    profile: Profile
    projection: str
    node_xy: npt.NDArray[np.float64]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    cost: npt.NDArray[np.float64]
    is_open_forward: npt.NDArray[np.bool_]
    is_open_backward: npt.NDArray[np.bool_]
    door_choice: npt.NDArray[np.uint8]

    @classmethod
    def from_streets(cls, streets: Streets, profile: Profile, *, projection: str) -> StreetNetwork:
        """The network of a mode.

        Places and facilities are first tied to segments that serve doors: open to the mode, on the ground (no bridge,
        no tunnel), of a class that has doors (no expressway), and not in a scrap. A scrap is a connected piece of
        fewer than 50 nodes and less than a twentieth of the largest piece: mostly a path whose junction with the
        street nobody drew, or an end that the extract cut off. In networks whose largest piece has 1,000 nodes or
        more, connected means both ways (a strong component), so that nobody is tied to a one-way street that leads
        nowhere. Where nothing of the kind lies within the snap limit, as on a small island, any usable segment does.
        """
        forward = (streets.flags & profile.forward) != 0
        backward = (streets.flags & profile.backward) != 0
        node_xy = project(streets.node_lon, streets.node_lat, projection)
        step = node_xy[streets.head] - node_xy[streets.tail]
        metres = np.hypot(step[:, 0], step[:, 1])
        on_ground = (streets.flags & (BRIDGE | TUNNEL)) == 0
        tail, head = np.asarray(streets.tail), np.asarray(streets.head)
        served = on_ground & profile.serves_doors(streets.road_class)
        served &= ~_is_scrap(streets.node_count, tail, head, forward, backward)
        door_choice = np.where(served, FIRST_CHOICE, LAST_RESORT).astype(np.uint8)
        door_choice[~(forward | backward)] = NOT_USABLE
        return cls(
            profile=profile,
            projection=projection,
            node_xy=node_xy,
            tail=tail,
            head=head,
            cost=profile.segment_cost(metres, streets.road_class, streets.speed_kmh),
            is_open_forward=forward,
            is_open_backward=backward,
            door_choice=door_choice,
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
    def arcs(self) -> Arcs:
        """Arcs in the direction of travel."""
        return _arcs(self.node_count, *_arc_ends(self))

    @cached_property
    def reversed_arcs(self) -> Arcs:
        """The same arcs turned round: a search from facilities along them finds costs *to* the facilities."""
        if np.array_equal(self.is_open_forward, self.is_open_backward):
            return self.arcs
        source, target, cost = _arc_ends(self)
        return _arcs(self.node_count, target, source, cost)

    @cached_property
    def grid(self) -> SegmentGrid:
        """Index of the usable segments for finding the nearest."""
        from layers.access.grid import SegmentGrid

        return SegmentGrid.of(self.node_xy, self.tail, self.head, self.door_choice != NOT_USABLE)


def project(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], projection: str) -> npt.NDArray[np.float64]:
    """Degrees (JGD2011) to an (n, 2) array of metres in a projection."""
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:6668", projection, always_xy=True).transform(lon, lat)
    return np.column_stack([np.atleast_1d(x), np.atleast_1d(y)])


def _arc_ends(
    network: StreetNetwork,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    forward, backward = network.is_open_forward, network.is_open_backward
    source = np.concatenate([network.tail[forward], network.head[backward]])
    target = np.concatenate([network.head[forward], network.tail[backward]])
    return source, target, np.concatenate([network.cost[forward], network.cost[backward]])


def _arcs(
    node_count: int,
    source: npt.NDArray[np.int32],
    target: npt.NDArray[np.int32],
    cost: npt.NDArray[np.float64],
) -> Arcs:
    """CSR by hand: scipy's own conversion adds parallel arcs up."""
    order = np.argsort(source, kind="stable")
    start = np.zeros(node_count + 1, dtype=np.int32)
    np.cumsum(np.bincount(source, minlength=node_count), out=start[1:])
    return Arcs(start, target[order], cost[order])


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
