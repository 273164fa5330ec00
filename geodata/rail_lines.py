"""Tracks of railways: the sections of 国土数値情報 N02 (RailroadSection), as lines for the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.ksj import clean_text, code_text
from geodata.osm_ground import SHINKANSEN
from geodata.tables import CRS
from geodata.vector import read_vector, rename_required

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

RAIL_COLUMNS: Final = ("kind", "name", "operator", "geometry")
RAIL_KINDS: Final = ("shinkansen", "rail", "subway", "tram")
# RailwayClassCd 11 普通鉄道JR, 12 普通鉄道, 13 鋼索鉄道; the others are trams, monorails and guided transport. N02 does not tell
# which of class 12 runs underground.
_RAILWAYS: Final = ("11", "12", "13")
_BULLET_TRAIN: Final = "1"  # InstitutionTypeCd 1 新幹線


def read_rail_lines(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Sections of track with the name of their line and operator.

    Parameters
    ----------
    raw
        ``N02-…_RailroadSection`` as shapefile, GeoJSON or GML, of any edition.
    within
        West, south, east, north in degrees: only sections that touch this box.

    Returns
    -------
    GeoDataFrame
        :data:`RAIL_COLUMNS` in EPSG:6668; kind is one of :data:`RAIL_KINDS`.

    Raises
    ------
    MissingColumn
        N02_003 (line) or N02_004 (operator) is not there.
    """
    import geopandas as gpd
    import shapely

    table = rename_required(read_vector(raw, notes=notes, within=within), ("N02_003", "N02_004"), raw)
    table = table[np.isin(shapely.get_type_id(table.geometry.to_numpy()), (1, 5))]  # lines and multilines
    name = clean_text(table["N02_003"]).fillna("")
    classes = code_text(table["N02_001"]).fillna("") if "N02_001" in table else name.where(name == "", "11")
    owners = code_text(table["N02_002"]).fillna("") if "N02_002" in table else name.where(name == "", "")
    is_fast = (owners == _BULLET_TRAIN).to_numpy(dtype=bool) | name.str.contains(SHINKANSEN).to_numpy(dtype=bool)
    kind = np.where(classes.isin(_RAILWAYS).to_numpy(dtype=bool), "rail", "tram")
    found = gpd.GeoDataFrame(
        {
            "kind": np.where(is_fast, "shinkansen", kind).astype(object),
            "name": name.to_numpy(dtype=object),
            "operator": clean_text(table["N02_004"]).fillna("").to_numpy(dtype=object),
        },
        geometry=table.geometry.to_numpy(),
        crs=CRS,
    )
    return found.astype(dict.fromkeys(RAIL_COLUMNS[:-1], "str"))
