"""A plane in which metres are metres: the projection of a study area, checked against the geodesic.

Web Mercator is 24 % too long at 36° N; even a plane coordinate zone bends away from its meridian. For each study area
the better of a transverse Mercator and a conformal conic, both centred on it, is taken. Its scale is measured against
the geodesic on a net of points and must be within 0.1 % (800 m are 800 m, to within 80 cm).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod, Transformer

GEOD = Geod(ellps="GRS80")  # JGD2011
TOLERANCE = 0.001

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PlaneProjection:
    """A projected coordinate system in metres and how far its scale strays from the geodesic."""

    crs: str
    worst_scale_error: float

    def to_plane(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> FloatArray:
        """Longitude and latitude in degrees (JGD2011) to an (n, 2) array of metres."""
        x, y = _transformer(self.crs).transform(np.asarray(lon, float), np.asarray(lat, float))
        return np.column_stack([np.atleast_1d(x), np.atleast_1d(y)])

    def to_degrees(self, xy: FloatArray) -> tuple[FloatArray, FloatArray]:
        """An (n, 2) array of metres back to longitude and latitude."""
        lon, lat = _transformer(self.crs).transform(xy[:, 0], xy[:, 1], direction="INVERSE")
        return lon, lat


def choose_projection(bounds: tuple[float, float, float, float]) -> PlaneProjection:
    """The projection with the smallest scale error over ``(west, south, east, north)`` in degrees."""
    west, south, east, _ = bounds
    candidates = (_transverse_mercator(west, east, south), _conformal_conic(bounds))
    return min(
        (PlaneProjection(crs, scale_error(crs, bounds)) for crs in candidates),
        key=lambda projection: projection.worst_scale_error,
    )


def scale_error(crs: str, bounds: tuple[float, float, float, float]) -> float:
    """Largest |planar ÷ geodesic − 1| of 800 m lines in four directions on a 9 × 9 net over the bounds."""
    west, south, east, north = bounds
    lon, lat = (grid.ravel() for grid in np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9)))
    transformer = _transformer(crs)
    x0, y0 = transformer.transform(lon, lat)
    worst = 0.0
    for azimuth in (0.0, 45.0, 90.0, 135.0):
        lon1, lat1, _ = GEOD.fwd(lon, lat, np.full_like(lon, azimuth), np.full_like(lon, 800.0))
        x1, y1 = transformer.transform(lon1, lat1)
        worst = max(worst, float(np.abs(np.hypot(x1 - x0, y1 - y0) / 800.0 - 1).max()))
    return worst


def _transverse_mercator(west: float, east: float, south: float) -> str:
    half_width_metres = (east - west) / 2 * 111_320 * np.cos(np.radians(south))
    # Scale grows with x²/2R² from the meridian: half of the excess at the edge is taken off everywhere.
    scale = 1 - (half_width_metres / 6_371_000) ** 2 / 4
    return f"+proj=tmerc +lat_0=0 +lon_0={(west + east) / 2:.4f} +k={scale:.8f} +ellps=GRS80 +units=m +no_defs"


def _conformal_conic(bounds: tuple[float, float, float, float]) -> str:
    west, south, east, north = bounds
    sixth = (north - south) / 6
    return (
        f"+proj=lcc +lat_1={south + sixth:.4f} +lat_2={north - sixth:.4f} +lat_0={(south + north) / 2:.4f} "
        f"+lon_0={(west + east) / 2:.4f} +ellps=GRS80 +units=m +no_defs"
    )


class _Made(threading.local):
    """Transformers of one thread: making one takes 10 ms, and PROJ does not let threads share them."""

    def __init__(self) -> None:
        self.by_crs: dict[str, Transformer] = {}


_made = _Made()


def _transformer(crs: str) -> Transformer:
    if crs not in _made.by_crs:
        _made.by_crs[crs] = Transformer.from_crs("EPSG:6668", crs, always_xy=True)
    return _made.by_crs[crs]
