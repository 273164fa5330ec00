"""The street network: backbone and local streets joined, bridged, classed and checked to be in one piece."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from geodata.sample.backbone import FIRST_ROAD_STRAND, Road, backbone_edges, build_backbone, is_road
from geodata.sample.lattice import POINTS, Edges, Lattice, local_streets, make_lattice
from geodata.sample.region import Floats, Integers, Mask, Region, generator

ROAD_CLASSES: Final = (
    "residential", "unclassified", "tertiary", "secondary", "primary", "trunk", "motorway", "motorway_link",
    "service", "track", "path", "footway", "steps", "pedestrian",
)  # fmt: skip
_CLASS = {name: index for index, name in enumerate(ROAD_CLASSES)}
_SMALLEST_PIECE: Final = 500  # points; what hangs together with fewer is cut off by a neck of land and left out
_DENSE: Final = 5_200.0  # people per km² from which some streets are one-way
_TUNNEL_RISE_M: Final = 9.0  # a road climbing over this per edge and down again goes through


@dataclass
class StreetWeb:
    """Streets as arrays over edges, and the positions of their nodes (planar metres)."""

    x: Floats  # (n,)
    y: Floats
    urbanity: Floats  # (n,) people per km²
    tail: Integers  # (m,) drawing order: tail → head
    head: Integers
    strand: Integers  # edges of one strand with consecutive positions can be one way
    position: Integers
    road_class: Integers
    is_bridge: Mask
    is_tunnel: Mask
    oneway: NDArray[np.int8]  # 1 along the drawing direction, 0 both
    is_private: Mask
    roads: list[Road]

    @property
    def metres(self) -> Floats:
        """Planar length of each edge."""
        return np.asarray(np.hypot(self.x[self.head] - self.x[self.tail], self.y[self.head] - self.y[self.tail]))


def build_streets(region: Region) -> StreetWeb:
    """Every street and path of the region except the motorway."""
    lattice = make_lattice(region)
    roads = build_backbone(region, lattice)
    road_edges = backbone_edges(roads, ROAD_CLASSES)
    local, wanted = local_streets(lattice)
    edges, wanted = _first_of_each(road_edges, local, wanted)
    _relax(lattice, edges)
    crosses = _crosses_river(lattice, edges, region.rivers)
    wanted &= ~crosses | is_road(edges.strand)
    kept = _in_one_piece(edges, wanted)
    edges, crosses = _select(edges, kept), crosses[kept]
    edges.road_class = _local_classes(lattice, edges)
    edges, crosses = _with_stubs(lattice, edges, crosses)
    return _compact(lattice, edges, crosses, roads)


def _select(edges: Edges, kept: Mask | Integers) -> Edges:
    return Edges(*(getattr(edges, field.name)[kept] for field in fields(Edges)))


def _join(*parts: Edges) -> Edges:
    return Edges(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Edges)))


def _first_of_each(roads: Edges, local: Edges, wanted: Mask) -> tuple[Edges, Mask]:
    """Every stretch once: the first road that runs there has it, local streets come last."""
    edges = _join(roads, local)
    wanted = np.append(np.ones(len(roads.tail), dtype=bool), wanted)
    key = np.minimum(edges.tail, edges.head) * (POINTS * POINTS) + np.maximum(edges.tail, edges.head)
    first = np.sort(np.unique(key, return_index=True)[1])
    return _select(edges, first), wanted[first]


def _relax(lattice: Lattice, edges: Edges) -> None:
    """Round the corners of the roads (in place); the lattice beside them gives way a little."""
    road = is_road(edges.strand)
    size = POINTS * POINTS
    on_road = np.zeros(size, dtype=bool)
    on_road[edges.tail[road]] = on_road[edges.head[road]] = True
    ends = np.concatenate([edges.tail, edges.head])
    others = np.concatenate([edges.head, edges.tail])
    weight = np.where(np.concatenate([road, road]), 1.0, np.where(on_road[ends], 0.0, 1.0))
    total = np.maximum(np.bincount(ends, weight, size), 1.0)
    pull = np.where(on_road, 0.55, 0.30)
    for _ in range(3):
        for values in (lattice.x, lattice.y):
            mean = np.bincount(ends, weight * values[others], size) / total
            moved = np.bincount(ends, weight, size) >= 2
            values[moved] += (pull * (mean - values))[moved]


def _segments(lattice: Lattice, edges: Edges) -> NDArray[np.object_]:
    coordinates = np.stack(
        [
            np.column_stack([lattice.x[edges.tail], lattice.y[edges.tail]]),
            np.column_stack([lattice.x[edges.head], lattice.y[edges.head]]),
        ],
        axis=1,
    )
    return np.asarray(shapely.linestrings(coordinates))


def _crosses_river(lattice: Lattice, edges: Edges, rivers: list[Floats]) -> Mask:
    """Edges that cross a mapped river."""
    pieces = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in rivers])
    tree = shapely.STRtree(_segments(lattice, edges))
    _, crossing = tree.query(shapely.linestrings(pieces), predicate="intersects")
    crosses = np.zeros(len(edges.tail), dtype=bool)
    crosses[crossing] = True
    return crosses


def _in_one_piece(edges: Edges, wanted: Mask) -> Mask:
    """The wanted edges, those others without which a quarter would be cut off, and nothing cut off."""
    size = POINTS * POINTS
    weight = np.where(is_road(edges.strand), 1.0, np.where(wanted, 2.0, 900.0))
    low, high = np.minimum(edges.tail, edges.head), np.maximum(edges.tail, edges.head)
    number = sparse.csr_matrix((np.arange(len(low)) + 1, (low, high)), shape=(size, size))
    tree = csgraph.minimum_spanning_tree(sparse.csr_matrix((weight, (low, high)), shape=(size, size))).tocoo()
    kept = wanted.copy()
    kept[np.asarray(number[tree.row, tree.col]).ravel() - 1] = True
    _, piece = csgraph.connected_components(
        sparse.csr_matrix((np.ones(kept.sum()), (low[kept], high[kept])), shape=(size, size)), directed=False
    )
    main = np.flatnonzero(np.bincount(piece) >= _SMALLEST_PIECE)
    kept &= np.isin(piece[edges.tail], main)
    return _without_short_ends(edges, kept, lattice_only=~is_road(edges.strand))


def _without_short_ends(edges: Edges, kept: Mask, *, lattice_only: Mask) -> Mask:
    """Trim most dead ends of local streets, edge by edge; a few stay, as in life."""
    stays = generator(50).random(len(kept)) < 0.12
    for _ in range(3):
        degree = np.bincount(np.concatenate([edges.tail[kept], edges.head[kept]]), minlength=POINTS * POINTS)
        dead = (degree[edges.tail] == 1) | (degree[edges.head] == 1)
        kept = kept & ~(dead & lattice_only & ~stays)
    return kept


def _local_classes(lattice: Lattice, edges: Edges) -> Integers:
    """Classes of lattice lines: every 16th a tertiary street in towns, every 8th unclassified, farm tracks outside."""
    random = generator(51)
    road_class = edges.road_class.copy()
    local = ~is_road(edges.strand)
    line = edges.strand % POINTS
    level = np.minimum(lattice.level[edges.tail], lattice.level[edges.head])
    road_class[local & (line % 8 == 0)] = _CLASS["unclassified"]
    road_class[local & (line % 16 == 0) & (level >= 2)] = _CLASS["tertiary"]
    block = random.random((2 * POINTS, POINTS))[edges.strand % (2 * POINTS), edges.position // 4]
    road_class[local & (level == 1) & (line % 8 != 0) & (block < 0.30)] = _CLASS["track"]
    steep = np.abs(lattice.elevation_m[edges.head] - lattice.elevation_m[edges.tail]) > 9
    fine = random.random(len(local))
    road_class[local & (level >= 2) & (line % 8 != 0) & steep & (fine < 0.25)] = _CLASS["steps"]
    road_class[local & (level == 3) & (line % 8 != 0) & (fine < 0.05)] = _CLASS["footway"]
    arcade = (np.argmax(lattice.urbanity) // POINTS // 2) * 2
    near = np.abs(edges.position - np.argmax(lattice.urbanity) % POINTS) < 7
    road_class[local & (edges.strand == arcade) & near] = _CLASS["pedestrian"]
    return road_class


def _with_stubs(lattice: Lattice, edges: Edges, crosses: Mask) -> tuple[Edges, Mask]:
    """Driveways and alleys: from a street corner half-way into the block, where they end."""
    random = generator(52)
    corner = np.unique(edges.tail[~is_road(edges.strand)])
    corner = corner[(lattice.level[corner] >= 2) & (random.random(len(corner)) < 0.10)]
    middle = len(lattice.x) + np.arange(len(corner))
    side = np.where(lattice.level[corner] == 3, 1, 2)
    across = np.minimum(corner + side * (POINTS + 1), len(lattice.x) - 1)
    lattice.x = np.append(lattice.x, lattice.x[corner] * 0.52 + lattice.x[across] * 0.48)
    lattice.y = np.append(lattice.y, lattice.y[corner] * 0.52 + lattice.y[across] * 0.48)
    lattice.urbanity = np.append(lattice.urbanity, lattice.urbanity[corner])
    lattice.elevation_m = np.append(lattice.elevation_m, lattice.elevation_m[corner])
    strand = 1_000_000 + np.arange(len(corner))
    stubs = Edges(corner, middle, strand, np.zeros_like(corner), np.full(len(corner), _CLASS["service"]))
    diagonal = _diagonal_cells(edges)
    free = ~np.isin(corner, diagonal)
    stubs = _select(stubs, free)
    return _join(edges, stubs), np.append(crosses, np.zeros(free.sum(), dtype=bool))


def _diagonal_cells(edges: Edges) -> Integers:
    """Lattice cells, by their south-west corner, that a diagonal road runs through."""
    row_step = np.abs(edges.head // POINTS - edges.tail // POINTS)
    column_step = np.abs(edges.head % POINTS - edges.tail % POINTS)
    diagonal = (row_step == 1) & (column_step == 1)
    row = np.minimum(edges.head[diagonal] // POINTS, edges.tail[diagonal] // POINTS)
    column = np.minimum(edges.head[diagonal] % POINTS, edges.tail[diagonal] % POINTS)
    return np.asarray(row * POINTS + column)


def _compact(lattice: Lattice, edges: Edges, crosses: Mask, roads: list[Road]) -> StreetWeb:
    """Renumber the used points and work out one-way streets, tunnels and the private road."""
    used, ends = np.unique(np.concatenate([edges.tail, edges.head]), return_inverse=True)
    tail, head = ends[: len(edges.tail)], ends[len(edges.tail) :]
    local = edges.strand < FIRST_ROAD_STRAND
    one_way = local & (edges.strand % 6 == 1) & (lattice.urbanity[edges.tail] > _DENSE)
    one_way &= edges.road_class == _CLASS["residential"]
    turn = one_way & (edges.strand % 4 == 3)
    tail[turn], head[turn] = head[turn], tail[turn].copy()
    return StreetWeb(
        lattice.x[used], lattice.y[used], lattice.urbanity[used], tail, head,
        edges.strand, np.where(turn, -edges.position, edges.position), edges.road_class,
        crosses, _tunnels(lattice, edges) & ~crosses, one_way.astype(np.int8),
        (edges.road_class == _CLASS["service"]) & (edges.strand % 97 == 0), roads,
    )  # fmt: skip


def _tunnels(lattice: Lattice, edges: Edges) -> Mask:
    """Numbered roads go through a divide where they would climb steeply on both sides of it."""
    numbered = is_road(edges.strand) & np.isin(
        edges.road_class, [_CLASS[name] for name in ("trunk", "primary", "secondary")]
    )
    tunnel = np.zeros(len(edges.tail), dtype=bool)
    for strand in np.unique(edges.strand[numbered]):
        members = np.flatnonzero(edges.strand == strand)
        members = members[np.argsort(edges.position[members])]
        height = lattice.elevation_m[edges.tail[members]]
        if len(height) < 30:
            continue
        width = 7
        crest = np.array([height[max(0, at - width) : at + width + 1].max() for at in range(len(height))])
        steep = (height == crest) & (
            height - np.minimum(np.roll(height, width), np.roll(height, -width)) > _TUNNEL_RISE_M * width / 2
        )
        for top in np.flatnonzero(steep):
            if width <= top < len(members) - width:
                tunnel[members[top - 4 : top + 4]] = True
    return tunnel
