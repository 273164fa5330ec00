"""The table of all sites: what :meth:`explorer.services.Services.sites` tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

    from explorer.live_sites import Sites
    from geodata.workspace import Workspace


def table_of_sites(workspace: Workspace, sites: Sites, area_codes: Sequence[str]) -> pd.DataFrame:
    """Facilities and after them stops, as :class:`explorer.live_sites.Sites` numbers them."""
    from geodata.municipalities import municipality_of

    facilities, stops, municipalities = (
        cast("gpd.GeoDataFrame", workspace.table(name)) for name in ("facilities", "stops", "municipalities")
    )
    of_stops = municipality_of(stops.geometry.x, stops.geometry.y, municipalities)
    codes = [*facilities["municipality_code"].astype(object), *np.asarray(of_stops, dtype=object)]
    code = pd.Series(codes, dtype=object).fillna("").astype(str)
    count = len(stops)
    return pd.DataFrame(
        {
            "site_id": sites.ids.astype(str),
            "name": [*facilities["name"].astype(object).fillna(""), *stops["name"].astype(object).fillna("")],
            "kind": sites.kinds.astype(str),
            "municipality_code": code,
            "area": pd.Index(area_codes).get_indexer(pd.Index(code)),
            "lon": sites.lon,
            "lat": sites.lat,
            "capacity": np.append(facilities["capacity"].to_numpy(float), np.full(count, np.nan)),
            "capacity_unit": [*facilities["capacity_unit"].astype(object).fillna(""), *[""] * count],
        }
    )
