"""Rivers as lines, from the drainage of the terrain."""

from __future__ import annotations

from typing import Final

import numpy as np

from geodata.sample.region import COARSE, Floats, Integers, Terrain, cell_centre

RIVER_CELLS: Final = 220.0  # a drop of water becomes a mapped river where 14 km² drain to it
_NAMES: Final = (
    "見本川",
    "仮名川",
    "架空川",
    "例示川",
    "試作川",
    "空想川",
    "幻川",
    "雛形川",
    "写川",
    "標川",
    "型川",
    "模川",
)


def trace_rivers(terrain: Terrain) -> tuple[list[Floats], list[str]]:
    """Smoothed polylines from source to mouth, the longest first, and their names.

    A tributary ends on the river it joins. Coordinates are planar metres.
    """
    area = terrain.drained_cells.ravel()
    is_river = (area >= RIVER_CELLS) & terrain.land_coarse.ravel()
    cells = np.flatnonzero(is_river)
    upstream_neighbour = np.zeros(area.size, dtype=bool)
    upstream_neighbour[terrain.receiver[cells]] = True
    heads = cells[~upstream_neighbour[cells]]
    courses = sorted((_course(int(head), terrain.receiver) for head in heads), key=len, reverse=True)
    lines, taken = [], np.zeros(area.size, dtype=bool)
    for course in courses:
        fresh = int(np.argmax(np.append(taken[course], True)))
        taken[course] = True
        if fresh >= 8:
            lines.append(_smooth(np.array(course[: fresh + 1])))
    names = [_NAMES[rank] if rank < len(_NAMES) else f"見本第{rank}支川" for rank in range(len(lines))]
    return lines, names


def _course(cell: int, receiver: Integers) -> list[int]:
    course = [cell]
    while int(receiver[course[-1]]) != course[-1]:
        course.append(int(receiver[course[-1]]))
    return course


def _smooth(cells: Integers) -> Floats:
    """Line through the cell centres, corners cut twice (Chaikin 1974)."""
    x, y = cell_centre(2 * (cells // COARSE) + 0.5, 2 * (cells % COARSE) + 0.5)
    line = np.column_stack([x, y])
    for _ in range(2):
        inner = np.empty((2 * len(line) - 2, 2))
        inner[0::2] = 0.75 * line[:-1] + 0.25 * line[1:]
        inner[1::2] = 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.vstack([line[:1], inner, line[-1:]])
    return line
