"""The point that stands for a municipality when towns are compared by travel time, and the minutes between such points.

It is the town hall (本庁舎) where the workspace lists one: people know it, and rules of cooperation are written from it. Else it
is the inhabited place nearest to the population-weighted centre (人口重心), which always lies in the municipality itself and
near its streets; the centre proper may fall onto a mountain. Which of the two it is, is said beside every number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.tables import population_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from explorer.regions import Opened

TOWN_HALL: Final = "town_hall"
POPULATION_CENTRE: Final = "population_centre"
CENTRE_COLUMNS: Final = ("code", "name", "lon", "lat", "basis", "label")
BASIS_WORDS: Final = {
    TOWN_HALL: ("役所・役場", "town hall"),
    POPULATION_CENTRE: ("人口重心に最も近い居住地", "inhabited place nearest to the population-weighted centre"),
    "": ("人の住む場所がない", "nobody lives here"),
}


def centres(opened: Opened) -> pd.DataFrame:
    """The centre of every municipality of the study area.

    Returns
    -------
    DataFrame
        Columns :data:`CENTRE_COLUMNS`, by code: ``lon`` and ``lat`` in degrees, ``basis`` ``town_hall``, ``population_centre``, or
        empty (coordinates NaN) where there is neither a hall nor anybody, ``label`` the name of the hall. Of several halls it is
        the one nearest to the population-weighted centre, of equal ones that with the lowest id.
    """
    import pandas as pd

    from geodata.projection import PlaneProjection

    towns = opened.municipalities
    plane = PlaneProjection(opened.workspace.manifest["projection"], 0.0)
    places = opened.workspace.table("places")
    lon_lat = np.column_stack([places.geometry.x, places.geometry.y])
    xy = plane.to_plane(lon_lat[:, 0], lon_lat[:, 1])
    people = places[population_column("total")].to_numpy(float)
    rows_of = places.groupby(places["municipality_code"].astype(str)).indices
    halls = _halls(opened)
    hall_xy = plane.to_plane(halls.geometry.x, halls.geometry.y)
    halls_of = halls.groupby("municipality_code").indices
    rows = []
    for code, name in zip(towns["code"].astype(str), towns["name"], strict=True):
        here = np.asarray(rows_of.get(code, ()), np.int64)
        here = here[people[here] > 0]
        middle = np.average(xy[here], axis=0, weights=people[here]) if here.size else np.full(2, np.nan)
        own = np.asarray(halls_of.get(code, ()), np.int64)
        if own.size:
            hall = halls.iloc[own[_nearest(hall_xy[own], middle)]]
            rows.append((code, name, hall.geometry.x, hall.geometry.y, TOWN_HALL, hall["name"]))
        elif here.size:
            lon, lat = lon_lat[here[_nearest(xy[here], middle)]]
            rows.append((code, name, lon, lat, POPULATION_CENTRE, ""))
        else:
            rows.append((code, name, np.nan, np.nan, "", ""))
    return pd.DataFrame(rows, columns=list(CENTRE_COLUMNS)).astype({"lon": float, "lat": float})


def minutes_between(
    opened: Opened, origins: Sequence[str], destinations: Sequence[str], mode: str = "drive"
) -> npt.NDArray[np.float64]:
    """Minutes between the centres of municipalities, door to door on the streets of a mode.

    Returns
    -------
    ndarray
        (origins, destinations): infinity where there is no way, NaN where a municipality has no centre or no street.

    Raises
    ------
    UnknownCode
        The workspace does not hold the mode.
    NoWay
        It has no streets.
    """
    from explorer.travel import Travel
    from layers.access.matrix import travel_times

    travel = Travel.open(opened.workspace.path, mode)
    table = opened.centres.set_index("code")
    minutes = np.full((len(origins), len(destinations)), np.nan)
    kept = [[row for row, code in enumerate(codes) if table.loc[code, "basis"]] for codes in (origins, destinations)]
    if not all(kept):
        return minutes
    ends = []
    for codes, rows in zip((origins, destinations), kept, strict=True):
        points = table.loc[[codes[row] for row in rows]]
        ends.append(travel.ties(points["lon"], points["lat"]))
    minutes[np.ix_(*kept)] = travel_times(travel.network, *ends) / 60
    return minutes


def basis_text(bases: Sequence[str]) -> tuple[str, str]:
    """Which points stand for some municipalities, in Japanese and English.

    Examples
    --------
    >>> basis_text(["town_hall", "town_hall"])[0]
    '役所・役場'
    """
    found = [BASIS_WORDS[basis] for basis in BASIS_WORDS if basis in bases]
    return "、".join(ja for ja, _ in found), ", ".join(en for _, en in found)


def _halls(opened: Opened) -> gpd.GeoDataFrame:
    import geopandas as gpd

    table = opened.workspace.table("facilities")
    halls = table[(table["kind"].astype(str) == TOWN_HALL) & table["municipality_code"].notna()]
    halls = halls.assign(
        municipality_code=halls["municipality_code"].astype(str), name=halls["name"].astype(object).fillna("")
    )
    return gpd.GeoDataFrame(halls.sort_values("facility_id", ignore_index=True))


def _nearest(points: npt.NDArray[np.float64], middle: npt.NDArray[np.float64]) -> int:
    """Row of the point nearest to another; the first where that is nowhere."""
    if np.isnan(middle).any():
        return 0
    return int(np.argmin(np.hypot(*(points - middle).T)))
