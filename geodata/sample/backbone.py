"""The roads between places: cheapest paths over the terrain, important ones first.

A road costs its length, more on steep ground and across rivers, less where a road already runs: so later roads join
earlier ones, valleys collect them and only some cross the divides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from geodata.sample import paths
from geodata.sample.land import RIVER_CELLS
from geodata.sample.lattice import POINTS, Edges, Lattice
from geodata.sample.region import SIZE, Floats, Integers, Region, generator

# Numbered roads between seats (indices into MUNICIPALITIES): class, from, to.
_NUMBERED: Final = (
    ("trunk", 0, 1), ("trunk", 0, 2), ("trunk", 2, 5), ("trunk", 0, 3),
    ("primary", 0, 4), ("primary", 1, 4), ("primary", 0, 7), ("primary", 2, 7), ("primary", 3, 6), ("primary", 1, 6),
    ("primary", 3, 8), ("secondary", 5, 8), ("secondary", 2, 0), ("secondary", 4, 7), ("secondary", 1, 3),
    ("secondary", 5, 0),
)  # fmt: skip
_SUB_CENTRES: Final = 26  # largest quarters joined to the town hall by secondary roads
_FOREST_ROADS: Final = 150
_FOOT_TRAILS: Final = 60
_REUSE: Final = (0.78, 0.50)  # cost of running along an existing road, for numbered and for local roads
_LOOP_KM: Final = 2.6  # neighbouring hamlets up to this cost apart are joined even if there is another way


@dataclass
class Road:
    """One road as a chain of lattice points."""

    road_class: str
    points: Integers
    name: str = ""
    ref: str = ""


class Backbone:
    """Builds roads one after another on the even points of the lattice."""

    def __init__(self, region: Region, lattice: Lattice) -> None:
        self.region, self.lattice = region, lattice
        self.even = (2 * np.arange(SIZE)[:, None] * POINTS + 2 * np.arange(SIZE)[None, :]).ravel()
        self.tail, self.head, self.cost = self._moves()
        self.is_built = np.zeros(SIZE * SIZE, dtype=bool)
        self.roads: list[Road] = []
        usable = np.flatnonzero(lattice.land[self.even])
        self._tree = cKDTree(np.column_stack([lattice.x[self.even[usable]], lattice.y[self.even[usable]]]))
        self._usable = usable

    def nearest(self, x: Floats, y: Floats) -> Integers:
        """Even points nearest to planar positions."""
        return np.asarray(self._usable[self._tree.query(np.column_stack([x, y]))[1]])

    def _moves(self) -> tuple[Integers, Integers, Floats]:
        lattice, even = self.lattice, self.even
        index = np.arange(SIZE * SIZE).reshape(SIZE, SIZE)
        pairs = [
            (index[:, :-1], index[:, 1:]),
            (index[:-1], index[1:]),
            (index[:-1, :-1], index[1:, 1:]),
            (index[:-1, 1:], index[1:, :-1]),
        ]
        tail = np.concatenate([pair[0].ravel() for pair in pairs])
        head = np.concatenate([pair[1].ravel() for pair in pairs])
        land = lattice.land[even]
        passable = land[tail] & land[head]
        tail, head = tail[passable], head[passable]
        length = np.hypot(lattice.x[even[head]] - lattice.x[even[tail]], lattice.y[even[head]] - lattice.y[even[tail]])
        grade = np.abs(lattice.elevation_m[even[head]] - lattice.elevation_m[even[tail]]) / length
        wet = np.kron(self.region.terrain.drained_cells >= RIVER_CELLS, np.ones((2, 2), dtype=bool)).ravel()
        rough = generator(40).random(len(tail))
        cost = length * (1 + 1.5 * (grade / 0.06) ** 1.5 + 0.5 * rough + 1.2 * (wet[tail] | wet[head]))
        return tail, head, cost

    def graph(self, *, numbered: bool = False) -> paths.Graph:
        """Current costs: cheap along existing roads."""
        reuse = _REUSE[0] if numbered else _REUSE[1]
        factor = np.where(self.is_built[self.tail] & self.is_built[self.head], reuse, 1.0)
        return paths.graph(self.cost * factor, self.tail, self.head, SIZE * SIZE)

    def add(self, road_class: str, chain: list[int], name: str = "", ref: str = "") -> None:
        """Take a chain of even points into the network, with the lattice points between them."""
        cells = np.array(chain)
        row, column = np.divmod(cells, SIZE)
        between_row, between_column = row[:-1] + row[1:], column[:-1] + column[1:]
        points = np.empty(2 * len(cells) - 1, dtype=np.int64)
        points[0::2] = self.even[cells]
        points[1::2] = between_row * POINTS + between_column
        self.is_built[cells] = True
        self.roads.append(Road(road_class, points, name, ref))


def build_backbone(region: Region, lattice: Lattice) -> list[Road]:
    """All roads between places, the most important first."""
    backbone = Backbone(region, lattice)
    settlement = region.settlement
    seats = backbone.nearest(settlement.seat_x, settlement.seat_y)
    hamlets = backbone.nearest(settlement.hamlet_x, settlement.hamlet_y)
    _numbered(backbone, seats)
    _sub_centres(backbone, hamlets)
    _between_hamlets(backbone, hamlets)
    _into_the_hills(backbone)
    return backbone.roads


def _numbered(backbone: Backbone, seats: Integers) -> None:
    specs = backbone.region.specs
    for number, (road_class, start, end) in enumerate(_NUMBERED):
        cost, previous = paths.tree(backbone.graph(numbered=True), int(seats[start]))
        if not np.isfinite(cost[seats[end]]):
            continue
        if road_class == "trunk":
            name, ref = f"架空国道{900 + number}号", str(900 + number)
        else:
            name, ref = f"見本県道{number}号{specs[start].name[:2]}{specs[end].name[:2]}線", str(number)
        backbone.add(road_class, paths.chain(previous, int(seats[end])), name, ref)


def _sub_centres(backbone: Backbone, hamlets: Integers) -> None:
    """Secondary roads from the largest quarters, and from every island settlement, to the nearest numbered road."""
    settlement = backbone.region.settlement
    count = len(settlement.seat_x)
    largest = np.argsort(-settlement.hamlet_people[count:], kind="stable")[:_SUB_CENTRES] + count
    sources = np.append(np.flatnonzero(backbone.is_built), hamlets[:count])
    _, previous, _ = paths.forest(backbone.graph(), sources)
    for number, hamlet in enumerate(largest):
        chain = paths.chain(previous, int(hamlets[hamlet]))
        if len(chain) > 1:
            backbone.add(
                "secondary", chain, f"見本県道{100 + number}号{settlement.hamlet_name[hamlet]}線", str(100 + number)
            )


def _between_hamlets(backbone: Backbone, hamlets: Integers) -> None:
    """Every pair of neighbouring hamlets whose lands touch may get a road; enough of them do to join all."""
    cost, previous, origin = paths.forest(backbone.graph(), np.unique(hamlets))
    tail, head = backbone.tail, backbone.head
    meets = (origin[tail] != origin[head]) & (origin[tail] >= 0) & (origin[head] >= 0)
    tail, head, link = tail[meets], head[meets], backbone.cost[meets]
    total = cost[tail] + cost[head] + link
    low, high = np.minimum(origin[tail], origin[head]), np.maximum(origin[tail], origin[head])
    order = np.lexsort((total, high, low))
    first = np.append(True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0))
    chosen = order[first]
    pairs = paths.graph(total[chosen], low[chosen], high[chosen], SIZE * SIZE)
    tree = csgraph.minimum_spanning_tree(pairs).tocoo()
    in_tree = set(zip(tree.row.tolist(), tree.col.tolist(), strict=True))
    for meeting in chosen[np.argsort(total[chosen], kind="stable")]:
        needed = (int(low[meeting]), int(high[meeting])) in in_tree
        if not needed and total[meeting] > _LOOP_KM * 1000:
            continue
        chain = paths.chain(previous, int(tail[meeting])) + paths.chain(previous, int(head[meeting]))[::-1]
        backbone.add("tertiary" if needed else "unclassified", chain)


def _into_the_hills(backbone: Backbone) -> None:
    """Forest roads and foot trails that end in the mountains."""
    lattice, even = backbone.lattice, backbone.even
    random = generator(41)
    sources = np.flatnonzero(backbone.is_built)
    cost, previous, _ = paths.forest(backbone.graph(), sources)
    wild = np.flatnonzero((lattice.elevation_m[even] > 120) & (cost > 900) & (cost < 9_000))
    ends = random.choice(wild, _FOREST_ROADS + _FOOT_TRAILS, replace=False)
    for number, end in enumerate(ends):
        road_class = "track" if number < _FOREST_ROADS else "path"
        name = f"林道{number + 1}号線" if road_class == "track" and number % 3 == 0 else ""
        backbone.add(road_class, paths.chain(previous, int(end)), name)


def backbone_edges(roads: list[Road], classes: tuple[str, ...]) -> Edges:
    """Roads cut into lattice edges; strands are numbered in the order of the roads, from 10,000."""
    tail = np.concatenate([road.points[:-1] for road in roads])
    head = np.concatenate([road.points[1:] for road in roads])
    count = np.array([len(road.points) - 1 for road in roads])
    strand = np.repeat(np.arange(len(roads)) + FIRST_ROAD_STRAND, count)
    position = np.concatenate([np.arange(length) for length in count])
    road_class = np.repeat(np.array([classes.index(road.road_class) for road in roads]), count)
    return Edges(tail, head, strand, position, road_class)


FIRST_ROAD_STRAND: Final = 10_000  # above the strands of the lattice lines


def is_road(strand: Integers) -> NDArray[np.bool_]:
    """Whether a strand is a road of the backbone and not a line of the lattice."""
    return strand >= FIRST_ROAD_STRAND
