"""Areas of shapes in square kilometres, true wherever they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

    Geometries = npt.NDArray[np.object_] | Sequence[shapely.Geometry]

# Cylindrical equal area on the ellipsoid of JGD2011: no plane of a prefecture is needed, and no scale has to be undone.
_EQUAL_AREA: Final = "+proj=cea +lon_0=138 +lat_ts=36 +ellps=GRS80 +units=m +no_defs"


def area_km2(geometries: Geometries) -> npt.NDArray[np.float64]:
    """Square kilometres of shapes given in degrees (EPSG:6668), (n,); within 0.001 % of the geodesic area."""
    import shapely

    from geodata.projection import PlaneProjection

    equal_area = PlaneProjection(_EQUAL_AREA, 0.0)
    plane = shapely.transform(np.asarray(geometries, dtype=object), lambda xy: equal_area.to_plane(xy[:, 0], xy[:, 1]))
    return np.atleast_1d(np.asarray(shapely.area(plane), dtype=np.float64)) / 1e6
