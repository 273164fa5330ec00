"""Speed tests by tile as a picture: one pixel per web-map tile, so that the map only has to stretch it."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.maps.colours import rgb
from geodata.ookla import FEWEST_TESTS, ZOOM

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

SPEEDS: Final[
    tuple[tuple[float, str], ...]
] = (  # Mbps from, colour: cividis, readable in grey and without red or green
    (0.0, "#00224e"),
    (30.0, "#3b496c"),
    (100.0, "#7d7c78"),
    (200.0, "#bcae6c"),
    (400.0, "#fee838"),
)


@dataclass(frozen=True)
class TilePicture:
    """A PNG and where it lies: south, west, north, east in degrees."""

    png: bytes
    bounds: tuple[float, float, float, float]


def draw_tiles(tiles: pd.DataFrame) -> TilePicture:
    """Tiles of :func:`geodata.ookla.read_ookla` coloured by their mean download speed; too few tests leave a hole.

    Parameters
    ----------
    tiles
        At least one row with five tests or more.
    """
    from PIL import Image

    known = tiles[tiles["tests"] >= FEWEST_TESTS]
    column, row = tile_positions(known["tile"].to_numpy(np.int64))
    classes = np.searchsorted([low for low, _ in SPEEDS], known["down_mbps"].to_numpy(float), side="right") - 1
    west, north = int(column.min()), int(row.min())
    grid = np.zeros((int(row.max()) - north + 1, int(column.max()) - west + 1, 4), dtype=np.uint8)
    colours = np.array([[*rgb(colour), 255] for _, colour in SPEEDS], dtype=np.uint8)
    grid[row - north, column - west] = colours[np.clip(classes, 0, len(SPEEDS) - 1)]
    stored = io.BytesIO()
    Image.fromarray(grid).save(stored, "PNG", optimize=True)
    bounds = (_latitude(north + grid.shape[0]), _longitude(west), _latitude(north), _longitude(west + grid.shape[1]))
    return TilePicture(stored.getvalue(), bounds)


def tile_positions(tile: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Column and row of tiles by their number, from the west and from the north.

    Examples
    --------
    >>> [position.tolist() for position in tile_positions(np.array([0, 1, 2, 6]))]
    [[0, 1, 0, 2], [0, 0, 1, 1]]
    """
    column, row = np.zeros_like(tile), np.zeros_like(tile)
    for bit in range(ZOOM):
        column |= ((tile >> (2 * bit)) & 1) << bit
        row |= ((tile >> (2 * bit + 1)) & 1) << bit
    return column, row


def _longitude(column: int) -> float:
    return column / (1 << ZOOM) * 360.0 - 180.0


def _latitude(row: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / (1 << ZOOM)))))
