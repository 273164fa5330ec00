"""Streets of a workspace as a what-if question names them: by number, by a shape that touches them, by road class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import UnknownCode
from geodata.streets import ROAD_CLASS_INDEX, ROAD_CLASSES

if TYPE_CHECKING:
    from geodata.projection import PlaneProjection
    from geodata.streets import Streets


class StreetMap:
    """Where the street segments run."""

    def __init__(self, streets: Streets, plane: PlaneProjection) -> None:
        self._streets, self._plane = streets, plane

    def touching(self, shape: BaseGeometry) -> npt.NDArray[np.int64]:
        """Numbers of the street segments that touch a shape in longitude and latitude."""
        streets = self._streets
        west, south, east, north = shape.bounds if not shape.is_empty else (1.0, 1.0, 0.0, 0.0)
        lon, lat = (np.stack([axis[streets.tail], axis[streets.head]]) for axis in (streets.node_lon, streets.node_lat))
        beside = (lon.max(0) < west) | (lon.min(0) > east) | (lat.max(0) < south) | (lat.min(0) > north)
        near = np.flatnonzero(~beside)
        lines = shapely.linestrings(np.stack([lon[:, near].T, lat[:, near].T], axis=2))
        return near[shapely.intersects(lines, shape)]

    def checked(self, numbers: Iterable[int]) -> npt.NDArray[np.int64]:
        """Numbers of street segments, as long as there are such.

        Raises
        ------
        ValueError
            There is no street with this number.
        """
        rows = np.unique(np.fromiter(numbers, np.int64))
        count = self._streets.tail.size
        if rows.size and not (rows[0] >= 0 and rows[-1] < count):
            wrong = rows[(rows < 0) | (rows >= count)]
            raise ValueError(
                f"番号 {wrong[0]} の道路はありません（0〜{count - 1}）。 / There is no street {wrong[0]} (0 to {count - 1})."
            )
        return rows

    def middle_of(self, rows: npt.NDArray[np.int64]) -> tuple[float, float]:
        """Longitude and latitude in the middle of some streets."""
        streets = self._streets
        ends = np.concatenate([streets.tail[rows], streets.head[rows]])
        return float(streets.node_lon[ends].mean()), float(streets.node_lat[ends].mean())

    def circle(self, at: tuple[float, float], radius_m: float) -> BaseGeometry:
        """All within a radius of a point in longitude and latitude, as a shape in these."""
        x, y = self._plane.to_plane([at[0]], [at[1]])[0]
        outline = shapely.get_coordinates(shapely.Point(x, y).buffer(radius_m))
        return shapely.Polygon(np.stack(self._plane.to_degrees(outline), axis=1))

    def closed(self, streets: BaseGeometry | npt.ArrayLike | None) -> npt.NDArray[np.int64]:
        """Numbers of the segments that a question closes: numbers, a mask of all, or a shape that touches them."""
        if streets is None:
            return np.empty(0, np.int64)
        if isinstance(streets, BaseGeometry):
            return self.touching(streets)
        given = np.asarray(streets)
        return np.flatnonzero(given) if given.dtype == np.bool_ else given.astype(np.int64).ravel()

    def speed_factor(self, factors: Mapping[str, float]) -> npt.NDArray[np.float64] | None:
        """(m,), what the speed on each segment is multiplied with, from that by road class; None: nothing changes.

        Raises
        ------
        UnknownCode
            No such road class.
        """
        unknown = [name for name in factors if name not in ROAD_CLASS_INDEX]
        if unknown:
            raise UnknownCode(
                f"道路の種類 {'、'.join(unknown)} はありません。あるもの: {'、'.join(ROAD_CLASSES)} / "
                f"No such road class: {', '.join(unknown)}."
            )
        if not factors:
            return None
        by_class = np.array([factors.get(name, 1.0) for name in ROAD_CLASSES])
        return by_class[self._streets.road_class]
