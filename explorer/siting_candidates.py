"""Where something could be put: existing facilities, schools, town halls, hubs, inhabited places, or a user's list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from geodata.errors import ExplorerError, UnknownCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from explorer.regions import Opened

PLACES: Final = "places"
HUBS: Final = "hubs"
FACILITIES: Final = "facilities:"
# What the names stand for: services of this workspace.
NAMED: Final = {
    "schools": ("elementary_school", "junior_high_school", "high_school"),
    "town_halls": ("town_hall", "branch_office"),
    "community_centres": ("community_centre",),
}
COLUMNS: Final = ("site_id", "name", "kind", "municipality_code", "lon", "lat")


class CannotPlace(ExplorerError, ValueError):
    """Sites were asked for that cannot be looked for: no candidates, no people, a number that cannot be."""


def candidates_of(
    opened: Opened, codes: Sequence[str], wanted: str | Path | pd.DataFrame, people: npt.NDArray[np.float64]
) -> pd.DataFrame:
    """Candidates of a region, in an order that does not depend on that of any list.

    Parameters
    ----------
    codes
        Members of the region: candidates are those that lie in one of them. A user's list is taken as a whole.
    wanted
        ``schools``, ``town_halls``, ``community_centres``, ``hubs``, ``places``, ``facilities:<service>`` (several with commas), the path of
        a list with name, latitude and longitude (CSV, Excel, GeoJSON), or a table with ``lon``, ``lat`` and, if it likes, ``site_id`` and
        ``name``.
    people
        (n_places,) whom to serve: inhabited places are those where any of them live.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`, by ``site_id``; one row for each position.

    Raises
    ------
    CannotPlace
        There is none, or nobody knows what is meant.
    """
    if isinstance(wanted, pd.DataFrame):
        table, name = _of_table(opened, wanted), "表 / table"
    elif isinstance(wanted, Path) or Path(wanted).suffix:
        table, name = _of_list(opened, Path(wanted)), str(wanted)
    else:
        table, name = _named(opened, wanted, codes, people), wanted
    table = table.sort_values(["site_id", "lon", "lat", "name"], kind="stable", ignore_index=True)
    table = table.drop_duplicates(["lon", "lat"], ignore_index=True)
    if table.empty:
        raise CannotPlace(
            f"候補地 {name} がこの圏域に1件もありません。別の候補（schools、places、facilities:… など）を指定してください。 / "
            f"There is no candidate of {name} in this region. Choose other candidates (schools, places, facilities:…)."
        )
    return table[list(COLUMNS)]


def _named(opened: Opened, wanted: str, codes: Sequence[str], people: npt.NDArray[np.float64]) -> pd.DataFrame:
    if wanted == PLACES:
        return _places(opened, codes, people)
    if wanted == HUBS:
        return _hubs(opened, codes)
    if wanted in NAMED:
        services = [name for name in NAMED[wanted] if name in opened.services().categories]
        return _facilities(opened, codes, services)
    if wanted.startswith(FACILITIES):
        return _facilities(opened, codes, [name.strip() for name in wanted[len(FACILITIES) :].split(",")])
    known = ", ".join([*NAMED, HUBS, PLACES, f"{FACILITIES}<service>"])
    raise UnknownCode(
        f"候補地「{wanted}」は分かりません。次のどれか、または緯度・経度のある一覧（.csv .xlsx .geojson）を指定してください: {known} / "
        f"Unknown candidates {wanted!r}. Give one of {known}, or a list with latitude and longitude."
    )


def _facilities(opened: Opened, codes: Sequence[str], services: Sequence[str]) -> pd.DataFrame:
    tables = [opened.services().sites(name) for name in services]
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(tables, ignore_index=True).drop_duplicates("site_id")
    return table[table["municipality_code"].isin(list(codes))][list(COLUMNS)]


def _places(opened: Opened, codes: Sequence[str], people: npt.NDArray[np.float64]) -> pd.DataFrame:
    services = opened.services()
    members = [services.area_codes.index(code) for code in codes]
    rows = np.flatnonzero(np.isin(services.area_of_place, members) & (people > 0))
    table = cast("gpd.GeoDataFrame", opened.workspace.table("places"))
    points = table.geometry.iloc[rows]
    area = services.area_of_place[rows]
    return pd.DataFrame(
        {
            "site_id": [f"p{row:08d}" for row in rows],
            "name": table["cell_id"].astype(str).to_numpy()[rows],
            "kind": "place",
            "municipality_code": np.asarray(services.area_codes, dtype=object)[area],
            "lon": points.x.to_numpy(),
            "lat": points.y.to_numpy(),
        }
    )


def place_rows(candidates: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Rows of the places that candidates of :data:`PLACES` are."""
    return np.array([int(name[1:]) for name in candidates["site_id"]], dtype=np.int64)


def _hubs(opened: Opened, codes: Sequence[str]) -> pd.DataFrame:
    table = cast("gpd.GeoDataFrame", opened.workspace.table("hubs"))
    if table.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    table = table[table["municipality_code"].astype(str).isin(list(codes))]
    return pd.DataFrame(
        {
            "site_id": table["hub_id"].astype(str).to_numpy(),
            "name": table["near_name"].astype(object).fillna("").to_numpy(),
            "kind": "hub",
            "municipality_code": table["municipality_code"].astype(str).to_numpy(),
            "lon": table.geometry.x.to_numpy(),
            "lat": table.geometry.y.to_numpy(),
        }
    )


def _of_list(opened: Opened, path: Path) -> pd.DataFrame:
    from explorer.travel import read_chosen_points
    from geodata.notes import Notes

    points = read_chosen_points(path, Notes())
    return _of_table(opened, pd.DataFrame({"name": points["name"], "lon": points.geometry.x, "lat": points.geometry.y}))


def _of_table(opened: Opened, table: pd.DataFrame) -> pd.DataFrame:
    """A user's candidates. Without ids they are numbered by their position, so that the order of rows means nothing."""
    from geodata.municipalities import municipality_of

    if not {"lon", "lat"} <= set(table.columns):
        raise CannotPlace(
            f"候補地の表には列 lon と lat（度）が必要です。あるもの: {'、'.join(map(str, table.columns))} / "
            "A table of candidates needs the columns lon and lat in degrees."
        )
    lon, lat = (pd.to_numeric(table[name], errors="coerce").to_numpy(float) for name in ("lon", "lat"))
    is_usable = (lon > 120) & (lon < 155) & (lat > 20) & (lat < 46)  # Japan; NaN fails too
    if not is_usable.all():
        row = int(np.flatnonzero(~is_usable)[0])
        raise CannotPlace(
            f"候補地の {row + 1} 行目の位置（経度 {lon[row]}, 緯度 {lat[row]}）は日本の中にありません。 / "
            f"Candidate {row + 1}: longitude {lon[row]}, latitude {lat[row]} is not in Japan."
        )
    names = table["name"].fillna("").astype(str) if "name" in table.columns else pd.Series([""] * len(table))
    order = np.lexsort((names.to_numpy(dtype=str), lat, lon))
    numbered = np.empty(len(table), dtype=object)
    numbered[order] = [f"c{number:05d}" for number in range(1, len(table) + 1)]
    areas = cast("gpd.GeoDataFrame", opened.workspace.table("municipalities"))
    return pd.DataFrame(
        {
            "site_id": table["site_id"].astype(str).to_numpy() if "site_id" in table.columns else numbered,
            "name": names.to_numpy(),
            "kind": "candidate",
            "municipality_code": municipality_of(lon, lat, areas).astype(str),
            "lon": lon,
            "lat": lat,
        }
    )
