"""The invented region as arrays: what the terrain, settlement and street modules hand to the writers.

One raster of 640 × 640 cells (3.75″ × 5.625″, about 116 m × 140 m) covers the single primary mesh 5443, open Pacific
in reality. Four of its cells make one 250 m grid square, sixteen a 500 m square. **Row 0 is the southernmost row**,
as grid codes count; writers of pictures flip it. Planar metres are measured from the south-west corner of the mesh
with one scale per axis, good to half a percent: enough to lay out an invention, never used for measuring it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from geodata.sample.names import MunicipalitySpec

SEED: Final = 5443
PRIMARY_MESH: Final = "5443"
PREFECTURE_CODE: Final = "48"  # Japan has 47 prefectures
PREFECTURE_NAME: Final = "架空の見本県"
SOUTH: Final = 36.0
WEST: Final = 143.0
HEIGHT_DEGREES: Final = 2 / 3
WIDTH_DEGREES: Final = 1.0
SIZE: Final = 640  # raster cells per side
COARSE: Final = 320  # 250 m grid squares per side
METRES_PER_DEGREE_LAT: Final = 110_955.0  # at 36°20′ on GRS80
METRES_PER_DEGREE_LON: Final = 89_783.0
CELL_HEIGHT_M: Final = HEIGHT_DEGREES * METRES_PER_DEGREE_LAT / SIZE
CELL_WIDTH_M: Final = WIDTH_DEGREES * METRES_PER_DEGREE_LON / SIZE

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


def generator(topic: int) -> np.random.Generator:
    """Random numbers of one module: changing one module leaves what the others draw as it was."""
    return np.random.default_rng([SEED, topic])


def longitude(x_m: npt.ArrayLike) -> Floats:
    """Degrees east from planar metres."""
    return WEST + np.asarray(x_m) / METRES_PER_DEGREE_LON


def latitude(y_m: npt.ArrayLike) -> Floats:
    """Degrees north from planar metres."""
    return SOUTH + np.asarray(y_m) / METRES_PER_DEGREE_LAT


def cell_centre(row: npt.ArrayLike, column: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Planar metres (x, y) of the centres of raster cells."""
    return (
        (np.asarray(column, dtype=np.float64) + 0.5) * CELL_WIDTH_M,
        (np.asarray(row, dtype=np.float64) + 0.5) * CELL_HEIGHT_M,
    )


def cell_of(x_m: Floats, y_m: Floats) -> tuple[Integers, Integers]:
    """Raster row and column that planar positions fall into, clipped to the raster."""
    row = np.clip((np.asarray(y_m) / CELL_HEIGHT_M).astype(np.int64), 0, SIZE - 1)
    column = np.clip((np.asarray(x_m) / CELL_WIDTH_M).astype(np.int64), 0, SIZE - 1)
    return row, column


@dataclass
class Terrain:
    """Shape of the land, all on the raster unless said otherwise."""

    elevation_m: Floats  # (640, 640), 0 on the sea
    land: Mask  # (640, 640)
    slope: Floats  # (640, 640), rise over run
    land_coarse: Mask  # (320, 320)
    receiver: Integers  # (320·320,) flat index of the coarse cell that each coarse cell drains to; itself at outlets
    drained_cells: Floats  # (320, 320) coarse cells upstream of each, itself included


@dataclass
class Settlement:
    """Where people live and which municipality each cell belongs to."""

    municipality: NDArray[np.int8]  # (640, 640) index into `specs`, -1 on the sea
    people: Floats  # (640, 640) expected people per cell; sums to the total of the specs
    urbanity: Floats  # (640, 640) people per km², smoothed over about 500 m
    seat_x: Floats  # (n,) planar metres of the town halls
    seat_y: Floats
    hamlet_x: Floats  # (h,) planar metres of quarters, villages and hamlets, seats first
    hamlet_y: Floats
    hamlet_people: Floats  # (h,) expected people of each
    hamlet_municipality: Integers
    hamlet_name: list[str]


@dataclass
class Region:
    """Everything about the invented prefecture that more than one writer needs."""

    specs: tuple[MunicipalitySpec, ...]
    terrain: Terrain
    settlement: Settlement
    rivers: list[Floats] = field(default_factory=list)  # planar polylines, downstream; (k, 2)
    river_names: list[str] = field(default_factory=list)
