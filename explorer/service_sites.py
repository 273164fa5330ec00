"""Sites of a service, and which of them people beyond the study area may use too: those catchments are known in part only.

People are counted in the study area alone, facilities around it too. A site is *at the border* where it stands outside, or is the
nearest in a straight line to some point of the land border of the study area. Along a coast nobody is beyond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
import numpy.typing as npt

from geodata.projection import PlaneProjection
from layers.access.straight import nearest_straight

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from explorer.members import Asked
    from explorer.regions import Opened

_STEP_DEGREES: Final = 0.002  # about 200 m between points of the border
_SHARED_M: Final = 300.0  # two borders this close are one: simplified shapes do not share their points


def sites_of(opened: Opened, category: str) -> pd.DataFrame:
    """Sites of a service (:meth:`explorer.services.Services.sites`) with ``municipality_name`` and ``at_border``."""
    sites = opened.services().sites(category)
    sites["kind"] = sites["kind"].str.partition(":")[0]  # without the traits that count it in
    names = opened.workspace.table("municipalities").set_index("code")["name"]
    name = sites["municipality_code"].map(names).fillna("").astype(str)
    sites.insert(4, "municipality_name", name)
    sites["at_border"] = sites_at_border(opened, sites)
    return sites


def standing_in(opened: Opened, sites: pd.DataFrame, codes: Asked | None) -> npt.NDArray[np.bool_]:
    """Which sites stand in some municipalities (wards count as their city); all of them for None."""
    if codes is None:
        return np.ones(len(sites), dtype=np.bool_)
    return np.asarray(sites["municipality_code"].isin(opened.region(codes).codes), dtype=np.bool_)


def sites_at_border(opened: Opened, sites: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which sites people beyond the study area may use too.

    Parameters
    ----------
    sites
        Columns ``area`` (-1 outside the study area), ``lon``, ``lat``.

    Returns
    -------
    bool (n_sites,).
    """
    at_border = np.array(sites["area"] < 0, dtype=np.bool_)
    border = land_border(opened)
    if len(border) and len(sites):
        plane = PlaneProjection(opened.workspace.manifest["projection"], 0.0)
        found = nearest_straight(border, plane.to_plane(sites["lon"], sites["lat"])).facility
        at_border[found[found >= 0]] = True
    return at_border


def land_border(opened: Opened) -> npt.NDArray[np.float64]:
    """Points along the border with other municipalities, (n, 2) metres in the plane of the workspace."""
    import shapely
    from scipy.spatial import cKDTree

    table = cast("gpd.GeoDataFrame", opened.workspace.table("municipalities"))
    inside = table["in_study_area"].to_numpy(dtype=bool)
    if inside.all():
        return np.empty((0, 2))
    plane = PlaneProjection(opened.workspace.manifest["projection"], 0.0)
    ours, others = (
        plane.to_plane(*shapely.get_coordinates(shapely.segmentize(table.geometry[each].to_numpy(), _STEP_DEGREES)).T)
        for each in (inside, ~inside)
    )
    far, _ = cKDTree(others).query(ours, distance_upper_bound=_SHARED_M)
    return ours[np.isfinite(far)]
