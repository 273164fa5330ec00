"""Which poles and points are one stop in a passenger's eyes.

Rule: points with the same parent station of one feed, else points of the same mode that carry the same name and lie
within 100 m of each other (taken on from neighbour to neighbour), whichever operator or source they come from.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

STOP_REACH_M: Final = 100.0  # data_formats.md 3.7
STATION_REACH_M: Final = 300.0  # N02 gives stations of one name within 300 m the same group code
_EARTH_RADIUS_M: Final = 6_371_008.8  # mean radius; distances of some 100 m are good to 0.3 %
_APART_M: Final = 1e8  # farther than any two points on Earth: points of different names never meet
_POLE: Final = re.compile(
    r"[(\[]?(上り|下り|上下|往路|復路|[東西南北]行き?|\d{1,2}番?(のりば|乗り?場|番線|ホーム)|のりば\d*|乗り?場\d*)[)\]]?$"
)


@lru_cache(maxsize=65536)
def normalised_name(name: str) -> str:
    """Name by which stops are compared: width, blanks, ヶ/ケ and the pole (上り, 2番のりば) make no difference."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()
    plain = plain.replace("ヶ", "ケ").replace("ヵ", "カ").replace("ヴ", "ブ")
    plain = re.sub(r"(バス停|停留所|バスストップ)$", "", plain)
    return _POLE.sub("", plain) or plain


def normalised_station(name: str) -> str:
    """Name by which stations are compared: as for stops, and 駅 at the end makes no difference."""
    plain = normalised_name(name)
    return plain[:-1] if plain.endswith("駅") and len(plain) > 1 else plain


def joined(names: Iterable[str]) -> str:
    """Names in one text, each once, in order: 関越交通・群馬バス."""
    return "・".join(dict.fromkeys(name for name in names if name))


def near_groups(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    keys: pd.Series,
    *,
    reach_m: float,
    together: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Give numbers to the groups of points that share a key and are linked by steps of at most `reach_m`.

    Parameters
    ----------
    lon, lat
        Degrees, all finite.
    keys
        Points are linked only if their keys are equal.
    reach_m
        Longest step in metres.
    together
        Points with the same number ≥ 0 here are of one group whatever their key; −1 for none.

    Returns
    -------
    array of int
        Group numbers 0 … in the order in which groups first appear.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(lon)
    if count == 0:
        return np.empty(0, dtype=np.int64)
    links = [near_pairs(lon, lat, keys, reach_m=reach_m)]
    if together is not None:
        members = np.flatnonzero(together >= 0)
        ordered = members[np.argsort(together[members], kind="stable")]
        same = together[ordered[1:]] == together[ordered[:-1]]
        links.append(np.column_stack([ordered[:-1][same], ordered[1:][same]]))
    pairs = np.concatenate(links)
    graph = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    numbers: NDArray[np.int64] = pd.factorize(labels)[0].astype(np.int64)
    return numbers


def near_pairs(
    lon: NDArray[np.float64], lat: NDArray[np.float64], keys: pd.Series, *, reach_m: float
) -> NDArray[np.int64]:
    """Pairs of points (rows of two positions) with equal keys, at most `reach_m` apart."""
    from scipy.spatial import cKDTree

    codes = pd.factorize(keys)[0].astype(float)
    space = np.column_stack([earth_metres(lon, lat), codes * _APART_M])
    pairs: NDArray[np.int64] = cKDTree(space).query_pairs(reach_m, output_type="ndarray")
    return pairs


def earth_metres(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions in space (x, y, z in metres): straight-line distances up to some kilometres are those on the ground."""
    along, up = np.radians(lon), np.radians(lat)
    return _EARTH_RADIUS_M * np.column_stack([np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)])


def group_stops(
    stops: gpd.GeoDataFrame, *, parents: pd.Series | None = None, reach_m: float = STOP_REACH_M
) -> pd.Series:
    """Give each stop the number of its group (rule: see the module).

    Parameters
    ----------
    stops
        Points with the columns name and mode, degrees.
    parents
        Parent station, unique over all feeds, or "" where there is none; same index as `stops`.
    reach_m
        Largest distance between neighbours of the same name.

    Returns
    -------
    Series
        Group numbers, index of `stops`.
    """
    together = None
    if parents is not None:
        together = np.where(parents == "", -1, pd.factorize(parents)[0]).astype(np.int64)
    # A stop without a name is only itself.
    nameless = stops["name"] == ""
    keys = stops["mode"] + "|" + stops["name"].map(normalised_name)
    keys = keys.mask(nameless, "#" + stops.index.astype(str).to_series(index=stops.index))
    points = stops.geometry.to_numpy()
    numbers = near_groups(shapely.get_x(points), shapely.get_y(points), keys, reach_m=reach_m, together=together)
    return pd.Series(numbers, index=stops.index)
