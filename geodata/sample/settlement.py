"""Where people live: seats, territories, quarters and hamlets, and the density that streets and shops follow."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from geodata.sample import paths
from geodata.sample.names import MunicipalitySpec, hamlet_names
from geodata.sample.region import (
    CELL_HEIGHT_M,
    CELL_WIDTH_M,
    COARSE,
    SIZE,
    Floats,
    Integers,
    Settlement,
    Terrain,
    cell_centre,
    cell_of,
    generator,
)

CELL_KM2: Final = CELL_HEIGHT_M * CELL_WIDTH_M / 1e6
_SNAP_M: Final = 3_000.0  # how far a seat may move to better ground
_HAMLET_SPACING_M: Final = (650.0, 1_500.0)  # in the plain, in the mountains
_HAMLETS_PER_ROOT: Final = 0.33  # hamlets of a municipality per root of its people, besides four
_INHABITED_KM2: Final = 15.0  # smaller islands are empty
_CORE_SHARE: Final = 0.70  # of the people of a city in its core
_TOWN_CORE_SHARE: Final = 0.55  # of a town or village
Labels = NDArray[np.int8]
_THINNING_M: Final = 6_500.0  # hamlets shrink by a factor e per this distance from their town
_PEOPLE_FLOOR: Final = 0.02  # expected people per cell below which nobody lives there


def settle(terrain: Terrain, specs: tuple[MunicipalitySpec, ...]) -> Settlement:
    """Seats, territories and expected people per cell, for the given municipalities."""
    ground = _building_ground(terrain)
    seats = [_best_ground(ground, terrain, spec) for spec in specs]
    seat_x, seat_y = np.array(seats).T
    municipality = _territories(terrain, specs, seat_x, seat_y)
    hamlet_x, hamlet_y, owner = _hamlets(terrain, ground, municipality, seat_x, seat_y, [spec.people for spec in specs])
    sizes = _hamlet_people(hamlet_x, hamlet_y, owner, specs)
    people = _spread(terrain, ground, municipality, hamlet_x, hamlet_y, owner, sizes, specs)
    urbanity = ndimage.gaussian_filter(people, 2.2) / CELL_KM2
    return Settlement(
        municipality, people, urbanity, seat_x, seat_y, hamlet_x, hamlet_y, sizes, owner, _names(owner, len(specs))
    )


def _building_ground(terrain: Terrain) -> Floats:
    """0 … 1: flat, low, a little away from the open shore."""
    shore_m = ndimage.distance_transform_edt(terrain.land, sampling=(CELL_HEIGHT_M, CELL_WIDTH_M))
    ground = np.exp(-terrain.slope / 0.055) * np.exp(-terrain.elevation_m / 420) * np.clip(shore_m / 300, 0, 1)
    labels, _ = ndimage.label(terrain.land)
    inhabited = np.bincount(labels.ravel()) * CELL_KM2 >= _INHABITED_KM2
    inhabited[0] = False
    return np.asarray(np.where(inhabited[labels], ground, 0.0))


def _best_ground(ground: Floats, terrain: Terrain, spec: MunicipalitySpec) -> tuple[float, float]:
    x, y = cell_centre(np.arange(SIZE), np.arange(SIZE))
    away = np.hypot(x[None, :] - spec.seat_x_km * 1000, y[:, None] - spec.seat_y_km * 1000)
    wide = ndimage.uniform_filter(ground, 7)
    score = np.where((away < _SNAP_M) & terrain.land, wide - 0.25 * away / _SNAP_M, -1.0)
    row, column = np.unravel_index(int(np.argmax(score)), score.shape)
    return float(x[column]), float(y[row])


def travel_graph(terrain: Terrain, cost: Floats) -> paths.Graph:
    """Eight-neighbour graph of the coarse land cells; an edge costs metres times the mean cost of its ends."""
    index = np.arange(COARSE * COARSE).reshape(COARSE, COARSE)
    tails, heads, weights = [], [], []
    for row_step, column_step in ((0, 1), (1, 0), (1, 1), (1, -1)):
        tail = index[: COARSE - row_step, max(0, -column_step) : COARSE - max(0, column_step)]
        head = index[row_step:, max(0, column_step) : COARSE + min(0, column_step)]
        length = np.hypot(2 * row_step * CELL_HEIGHT_M, 2 * column_step * CELL_WIDTH_M)
        passable = terrain.land_coarse.ravel()[tail] & terrain.land_coarse.ravel()[head]
        tails.append(tail[passable])
        heads.append(head[passable])
        weights.append(length * 0.5 * (cost.ravel()[tails[-1]] + cost.ravel()[heads[-1]]))
    tail, head, weight = (np.concatenate(parts) for parts in (tails, heads, weights))
    return paths.graph(weight, tail, head, COARSE * COARSE)


def coarse_mean(values: Floats) -> Floats:
    """Means of the four raster cells of each 250 m square, (320, 320)."""
    return np.asarray(values.reshape(COARSE, 2, COARSE, 2).mean(axis=(1, 3)))


def _territories(terrain: Terrain, specs: tuple[MunicipalitySpec, ...], seat_x: Floats, seat_y: Floats) -> Labels:
    """Each land cell to the seat that is easiest to travel to, so that divides and big rivers become borders."""
    cost = 1 + 14 * coarse_mean(terrain.slope) + 4.0 * (terrain.drained_cells > 250)
    cost = cost * np.exp(0.25 * generator(20).standard_normal(cost.shape))
    row, column = cell_of(seat_x, seat_y)
    seats = (row // 2) * COARSE + column // 2
    graph = travel_graph(terrain, cost)
    effort = np.stack([paths.tree(graph, int(seat))[0] for seat in seats])
    effort = effort / np.array([spec.reach for spec in specs])[:, None]
    nearest = np.where(np.isfinite(effort).any(axis=0), effort.argmin(axis=0), -1).reshape(COARSE, COARSE)
    nearest = _majority(nearest, len(specs))
    fine = np.kron(nearest, np.ones((2, 2), dtype=np.int64))
    holes = fine < 0
    rows, columns = ndimage.distance_transform_edt(
        holes, sampling=(CELL_HEIGHT_M, CELL_WIDTH_M), return_distances=False, return_indices=True
    )
    return np.where(terrain.land, fine[rows, columns], -1).astype(np.int8)


def _majority(labels: Integers, count: int) -> Integers:
    """Smooth the borders: each cell takes the label that prevails around it."""
    share = np.stack([ndimage.gaussian_filter((labels == label).astype(float), 1.4) for label in range(count)])
    return np.where(labels >= 0, share.argmax(axis=0), -1)


def _hamlets(
    terrain: Terrain, ground: Floats, municipality: Labels, seat_x: Floats, seat_y: Floats, people: list[int]
) -> tuple[Floats, Floats, Integers]:
    """Seats first, then quarters and hamlets: dense in the plain, strung along the valleys of the mountains."""
    weight = _hamlet_weight(terrain, ground)
    random = generator(21).random(weight.size)
    xs, ys, owners = [seat_x], [seat_y], [np.arange(len(seat_x))]
    for index in range(len(seat_x)):
        candidates = np.flatnonzero((weight.ravel() > 1e-4) & (municipality.ravel() == index))
        key = np.log(random[candidates]) / weight.ravel()[candidates]  # Efraimidis and Spirakis 2006
        candidates = candidates[np.argsort(-key)][:2_000]
        x, y = cell_centre(candidates // SIZE, candidates % SIZE)
        x, y = np.insert(x, 0, seat_x[index]), np.insert(y, 0, seat_y[index])
        spacing = np.interp(ground[cell_of(x, y)], [0.05, 0.6], _HAMLET_SPACING_M[::-1])
        kept = _apart(x, y, spacing)[1 : 1 + round(4 + _HAMLETS_PER_ROOT * people[index] ** 0.5)]
        xs.append(x[kept])
        ys.append(y[kept])
        owners.append(np.full(len(kept), index))
    return np.concatenate(xs), np.concatenate(ys), np.concatenate(owners)


def _hamlet_weight(terrain: Terrain, ground: Floats) -> Floats:
    low = terrain.elevation_m - ndimage.minimum_filter(np.where(terrain.land, terrain.elevation_m, 9e3), 9)
    watered = np.clip(np.log1p(ndimage.zoom(terrain.drained_cells, 2, order=0)) / 5, 0, 1)
    valley = np.exp(-low / 25) * watered * np.exp(-terrain.elevation_m / 500)
    weight = ground**1.2 + 0.15 * valley
    weight[(terrain.slope > 0.35) | (ndimage.distance_transform_edt(terrain.land) < 3)] = 0.0
    return np.where(terrain.land & (ground > 0), weight, 0.0)


def _apart(x: Floats, y: Floats, spacing: Floats) -> Integers:
    """Indices of points kept in order, each at least its spacing from those kept before."""
    neighbours = cKDTree(np.column_stack([x, y])).query_ball_point(np.column_stack([x, y]), spacing)
    dropped = np.zeros(len(x), dtype=bool)
    kept = []
    for point, near in enumerate(neighbours):
        if not dropped[point]:
            kept.append(point)
            dropped[near] = True
    return np.array(kept)


def _hamlet_people(hamlet_x: Floats, hamlet_y: Floats, owner: Integers, specs: tuple[MunicipalitySpec, ...]) -> Floats:
    """Expected people around each centre: a core at the seat, the rest in lognormal sizes."""
    random = generator(22)
    away = np.hypot(hamlet_x - hamlet_x[owner], hamlet_y - hamlet_y[owner])  # the first hamlets are the seats
    sizes = random.lognormal(0.0, 0.9, len(owner)) * np.exp(-away / _thinning_m(specs)[owner])
    people = np.zeros(len(owner))
    for index, spec in enumerate(specs):
        members = np.flatnonzero(owner == index)
        others = members[members != index]
        core = _CORE_SHARE if spec.is_city else _TOWN_CORE_SHARE
        if len(others) == 0:
            core = 0.92
        people[index] = core * spec.people
        people[others] = (0.92 - core) * spec.people * sizes[others] / sizes[others].sum()
    return people


def _thinning_m(specs: tuple[MunicipalitySpec, ...]) -> Floats:
    """Distance over which settlement thins out; outlying hamlets of old municipalities are nearly deserted."""
    return np.array([_THINNING_M * (1.15 - 0.75 * spec.old) for spec in specs])


def _spread(
    terrain: Terrain,
    ground: Floats,
    municipality: Labels,
    hamlet_x: Floats,
    hamlet_y: Floats,
    owner: Integers,
    sizes: Floats,
    specs: tuple[MunicipalitySpec, ...],
) -> Floats:
    """Density falls exponentially from each centre (Clark 1951); a twelfth lives scattered over the farmland."""
    x, y = cell_centre(np.arange(SIZE), np.arange(SIZE))
    suited = np.clip(ground, 0, None) ** 0.8 * np.exp(0.45 * _patches())
    people = np.zeros((SIZE, SIZE))
    for centre_x, centre_y, size, owning in zip(hamlet_x, hamlet_y, sizes, owner, strict=True):
        scale = float(np.clip(170 * (size / 400) ** 0.40, 110, 2_100))
        rows = slice(*np.searchsorted(y, [centre_y - 7 * scale, centre_y + 7 * scale]))
        columns = slice(*np.searchsorted(x, [centre_x - 7 * scale, centre_x + 7 * scale]))
        away = np.hypot(x[None, columns] - centre_x, y[rows, None] - centre_y)
        kernel = np.exp(-away / scale) * (suited[rows, columns] + 0.01) * (municipality[rows, columns] == owning)
        people[rows, columns] += kernel * (size / max(kernel.sum(), 1e-9))
    for index, spec in enumerate(specs):
        inside = municipality == index
        away = np.hypot(x[None, :] - hamlet_x[index], y[:, None] - hamlet_y[index])
        scattered = np.where(inside, suited**1.5 * np.exp(-away / _thinning_m(specs)[index]), 0.0)
        people += 0.08 * spec.people * scattered / scattered.sum()
        people[inside & (people < _PEOPLE_FLOOR)] = 0.0
        people[inside] *= spec.people / people[inside].sum()
    return np.where(terrain.land, people, 0.0)


def _patches() -> Floats:
    return np.asarray(ndimage.gaussian_filter(generator(23).standard_normal((SIZE, SIZE)), 2.5) * 8)


def _names(owner: Integers, count: int) -> list[str]:
    random = generator(24)
    names = [""] * len(owner)
    for index in range(count):
        members = np.flatnonzero(owner == index)
        for member, name in zip(members, hamlet_names(len(members), random.permutation(384).tolist()), strict=True):
            names[member] = name
    return names
