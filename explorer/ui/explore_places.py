"""What the search of the map knows of a workspace: its municipalities, stations, stops and facilities with where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.place_search import PlaceIndex, Site, Town
from explorer.ui.study import Study

if TYPE_CHECKING:
    import shapely

    from explorer.ui.study import Points


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def index_of(study: Study) -> PlaceIndex:
    """The names of a workspace, ready to be searched; made once."""
    table = study.municipalities
    columns = (
        table[name].astype(object).where(table[name].notna(), "").astype(str)
        for name in ("code", "name", "reading", "prefecture_name")
    )
    towns = [Town(*row) for row in zip(*columns, strict=True)]
    names = {town.code: town.name for town in towns}
    sites: list[Site] = []
    for points, is_stop in ((study.stops, True), (study.facilities, False)):
        codes = towns_of(study, points.longitude, points.latitude)
        sites += _sites(points, codes, names, is_stop=is_stop)
    return PlaceIndex.of(towns, sites, box=study_box(study))


def study_box(study: Study) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the study area with the ring around it; None where the build did not say."""
    box = study.manifest.get("steps", {}).get("people", {}).get("facts", {}).get("box")
    return None if box is None else (float(box[0]), float(box[1]), float(box[2]), float(box[3]))


def towns_of(study: Study, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> list[str]:
    """Code of the municipality of the study area that each point lies in; empty outside."""
    import shapely

    codes, tree = _shapes(study)
    points = np.atleast_1d(np.asarray(shapely.points(np.asarray(longitude, float), np.asarray(latitude, float))))
    found = [""] * len(points)
    for point, shape in tree.query(points, predicate="intersects").T.tolist():
        found[point] = codes[shape]
    return found


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def _shapes(study: Study) -> tuple[list[str], shapely.STRtree]:
    import shapely

    table = study.shapes
    shapes = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
    shapely.prepare(shapes)
    return table["code"].astype(str).tolist(), shapely.STRtree(shapes)


def _sites(points: Points, codes: list[str], names: dict[str, str], *, is_stop: bool) -> list[Site]:
    columns = points.columns
    titles = columns["name"].astype(object).where(columns["name"].notna(), "").astype(str).tolist()
    what = columns["mode" if is_stop else "kind"].astype(str).tolist()
    places = zip(titles, what, points.latitude.tolist(), points.longitude.tolist(), codes, strict=True)
    return [
        Site(
            kind=("station" if kind == "rail" else "stop") if is_stop else "facility", name=name, lat=lat, lon=lon, code=code,
            town=names.get(code, ""), what="" if is_stop else kind,
        )
        for name, kind, lat, lon, code in places
    ]  # fmt: skip


def town_bounds(study: Study, code: str) -> tuple[float, float, float, float] | None:
    """South, west, north, east of a municipality; None where it has no outline."""
    import shapely

    codes, tree = _shapes(study)
    if code not in codes:
        return None
    west, south, east, north = (float(side) for side in shapely.bounds(tree.geometries[codes.index(code)]))
    return south, west, north, east
