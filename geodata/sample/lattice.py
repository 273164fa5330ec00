"""The warped lattice on which every street lies, and the local streets that its lines could carry.

Points sit half a raster cell apart (58 m × 70 m). They are shifted by smooth noise, so that quarters have their own
directions, and a few metres each at random. Streets are edges between neighbouring points: they never cross without
meeting, apart from what is put on bridges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from geodata.sample.region import CELL_HEIGHT_M, CELL_WIDTH_M, SIZE, Floats, Integers, Region, cell_of, generator
from geodata.sample.terrain import noise

POINTS: Final = 2 * SIZE - 1  # per side; point 2r, 2c is the centre of raster cell r, c
_WARP_M: Final = ((30, 6.0, 160.0), (32, 1.6, 30.0))  # topic, wavelength in km, metres
_JITTER_M: Final = 7.0
_TOWN: Final = 2_600.0  # people per km² from which every line of the lattice is a street
_SUBURB: Final = 420.0
_VILLAGE: Final = 55.0
_KEPT_SHARE: Final = (0.0, 0.58, 0.80, 0.88)  # of the block sides, by level


@dataclass
class Lattice:
    """Points of the lattice, flat index row · POINTS + column."""

    x: Floats  # planar metres
    y: Floats
    land: NDArray[np.bool_]
    elevation_m: Floats
    urbanity: Floats  # people per km² around the point
    level: NDArray[np.int8]  # 0 no local streets, 1 every 4th line, 2 every 2nd, 3 all


@dataclass
class Edges:
    """Streets as point pairs in drawing order; consecutive positions of one strand can become one way."""

    tail: Integers
    head: Integers
    strand: Integers
    position: Integers
    road_class: Integers  # index into ROAD_CLASSES of streets.py


def make_lattice(region: Region) -> Lattice:
    """Positions of the points and what lies there."""
    row, column = np.divmod(np.arange(POINTS * POINTS), POINTS)
    x = (column + 1) * (CELL_WIDTH_M / 2)
    y = (row + 1) * (CELL_HEIGHT_M / 2)
    for topic, wavelength_km, metres in _WARP_M:
        x += metres * _fine(noise(topic, wavelength_km))
        y += metres * _fine(noise(topic + 1, wavelength_km))
    shift = generator(34).standard_normal((2, x.size)) * _JITTER_M
    x, y = x + shift[0], y + shift[1]
    cell = cell_of(x, y)
    terrain = region.terrain
    shore = ndimage.distance_transform_edt(terrain.land)[cell]
    urbanity = region.settlement.urbanity[cell]
    flat = (terrain.slope[cell] < 0.05) & (terrain.elevation_m[cell] < 260) & (urbanity > 4)
    level = np.where(urbanity > _TOWN, 3, np.where(urbanity > _SUBURB, 2, np.where(flat | (urbanity > _VILLAGE), 1, 0)))
    level[shore < 2] = 0
    return Lattice(x, y, shore >= 1.5, terrain.elevation_m[cell], urbanity, level.astype(np.int8))


def _fine(values: Floats) -> Floats:
    return np.asarray(ndimage.zoom(values, POINTS / SIZE, order=1)).ravel()


def local_streets(lattice: Lattice) -> tuple[Edges, NDArray[np.bool_]]:
    """Candidate streets along the lattice lines, and which of them are meant to be kept.

    Whole block sides are dropped at random; the caller may take some back where a quarter would be cut off.
    """
    parts, keeps = [], []
    for horizontal in (True, False):
        edges, keep = _lines(lattice, horizontal=horizontal)
        parts.append(edges)
        keeps.append(keep)
    joined = Edges(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("tail", "head", "strand", "position", "road_class")
        )
    )
    return joined, np.concatenate(keeps)


def _lines(lattice: Lattice, *, horizontal: bool) -> tuple[Edges, NDArray[np.bool_]]:
    step = 1 if horizontal else POINTS
    row, column = np.divmod(np.arange(POINTS * POINTS), POINTS)
    line, along = (row, column) if horizontal else (column, row)
    needed = np.where(line % 4 == 0, 1, np.where(line % 2 == 0, 2, 3))
    tail = np.flatnonzero((along < POINTS - 1) & (lattice.level >= needed))
    head = tail + step
    climb = np.abs(lattice.elevation_m[head] - lattice.elevation_m[tail])
    usable = (lattice.level[head] >= needed[tail]) & lattice.land[tail] & lattice.land[head] & (climb < 17)
    tail, head = tail[usable], head[usable]
    level = np.minimum(lattice.level[tail], lattice.level[head])
    chance = generator(36 + horizontal).random((4, POINTS, POINTS))
    block = along[tail] // np.array([4, 4, 2, 1])[level]
    keep = chance[level, line[tail], block] < np.array(_KEPT_SHARE)[level]
    keep |= line[tail] % 16 == 0  # the thoroughfares of town and plain are unbroken
    strand = line[tail] + (0 if horizontal else POINTS)
    return Edges(tail, head, strand, along[tail], np.zeros(len(tail), dtype=np.int64)), keep
