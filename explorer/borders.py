"""How long a border two municipalities share, on the ellipsoid.

Boundaries of one edition run through the same points on both sides, so the shared line is exact. Where they were drawn apart
(another edition for the neighbouring prefecture, or each shape simplified for itself) lines only run beside each other: the
length is then that of the stretches within :data:`NEAR_M` of each other, the mean of both sides, and marked approximate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

NEAR_M: Final = 100.0
BORDER_COLUMNS: Final = ("code_a", "code_b", "km", "is_approximate")
# Lines that meet the neighbour only by chance share far less than runs beside them; corners alone come to twice NEAR_M.
_LEAST_NEAR_M: Final = 1_000.0
_SHARED_IS_MOST: Final = 0.5
_LINES: Final = (1, 2)  # shapely's numbers for LineString and LinearRing


def shared_borders(municipalities: gpd.GeoDataFrame, projection: str) -> pd.DataFrame:
    """Every pair of municipalities with a border of some length between them.

    Parameters
    ----------
    municipalities
        ``code`` and shapes in degrees (JGD2011).
    projection
        Plane in metres, for what runs beside each other.

    Returns
    -------
    DataFrame
        ``code_a`` < ``code_b``, ``km`` (> 0, geodesic on GRS80), ``is_approximate``; by code. Shapes that touch in points only
        have no border. The order of `municipalities` makes no difference.
    """
    import pandas as pd
    import shapely

    table = municipalities.sort_values("code", ignore_index=True)
    shapes = table.geometry.to_numpy()
    plane = table.geometry.to_crs(projection).to_numpy()
    lines, plane_lines = shapely.boundary(shapes), shapely.boundary(plane)
    first, second = shapely.STRtree(plane).query(plane, predicate="dwithin", distance=NEAR_M)
    pairs = sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b)
    codes = table["code"].astype(str).tolist()
    rows = []
    for a, b in pairs:
        km = _geodesic_km(shapely.intersection(lines[a], lines[b]))
        # Shapes of one edition touch, in a line or at a corner, and no more. What overlaps or leaves a gap was drawn apart.
        is_one_edition = bool(shapely.touches(shapes[a], shapes[b]))
        near_m = 0.0 if is_one_edition else _near_m(plane_lines[a], plane_lines[b])
        drawn_apart = near_m >= _LEAST_NEAR_M and km * 1000 < _SHARED_IS_MOST * near_m
        if drawn_apart or km > 0:
            rows.append((codes[a], codes[b], near_m / 1000 if drawn_apart else km, drawn_apart))
    return pd.DataFrame(rows, columns=list(BORDER_COLUMNS)).astype({"km": float, "is_approximate": bool})


def borders_of(borders: pd.DataFrame, code: str) -> pd.DataFrame:
    """The same with one side fixed: index the other's code, ``km`` and ``is_approximate``."""
    import pandas as pd

    sides = [
        borders.loc[borders[here] == code, [there, "km", "is_approximate"]].rename(columns={there: "code"})
        for here, there in (("code_a", "code_b"), ("code_b", "code_a"))
    ]
    return pd.concat(sides).set_index("code").sort_index()


def _geodesic_km(shared: Any) -> float:
    """Length of the lines in a shape; its points have none."""
    import pyproj
    import shapely

    parts = shapely.get_parts(shared)
    lines = parts[np.isin(shapely.get_type_id(parts), _LINES)]
    points, line = shapely.get_coordinates(lines, return_index=True)
    along = line[1:] == line[:-1]
    ends = np.concatenate([points[:-1][along], points[1:][along]], axis=1)
    return float(pyproj.Geod(ellps="GRS80").inv(*ends.T)[2].sum()) / 1000 if len(ends) else 0.0


def _near_m(line: Any, other: Any) -> float:
    """Metres of two lines within :data:`NEAR_M` of each other, the mean of both sides."""
    import shapely

    west, south, east, north = _overlap(shapely.bounds(line), shapely.bounds(other))
    if west > east or south > north:
        return 0.0
    cut = [shapely.clip_by_rect(each, west, south, east, north) for each in (line, other)]
    lengths = [
        shapely.length(shapely.intersection(here, shapely.buffer(there, NEAR_M, quad_segs=4)))
        for here, there in (cut, cut[::-1])
    ]
    return float(np.mean(lengths))


def _overlap(here: npt.NDArray[np.float64], there: npt.NDArray[np.float64]) -> tuple[float, float, float, float]:
    low = np.maximum(here[:2], there[:2]) - NEAR_M
    high = np.minimum(here[2:], there[2:]) + NEAR_M
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
