"""Step: streets of the study area and its halo as arrays, and the facilities that OpenStreetMap knows there.

Terrain models of the folder give the nodes of the streets their elevations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geodata.errors import ExplorerError
from geodata.osm import read_osm
from geodata.recognised import Recognised
from geodata.streets import Streets, merge
from geodata.terrain import read_elevations
from geodata.workspace import StepWriter

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.osm import OsmExtract

Box = tuple[float, float, float, float]
WHOLE = 0.99  # a node in the sea (a pier, a bridge) has no elevation and needs none
_MOVED_DEGREES = 0.001  # some 100 m: how far one facility may be moved between two editions of a map


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    terrain: Sequence[tuple[str, Recognised]],
    box: Box,
) -> None:
    """Write the street arrays (folder ``streets``), ``osm_points`` and ``osm_ground``; overlapping extracts become one network.

    Facts: for each source the bounds of what it holds here, and those of the extracts that list facilities: a road
    network without any says nothing of shops. Whether signals are known, for which share of the nodes an elevation is,
    and from which terrain models.
    """
    import geopandas as gpd
    import pandas as pd
    import shapely

    area = shapely.box(*box)
    extracts, points, ground = [], [], []
    extents: list[Box | None] = [None] * len(sources)
    counts = [0] * len(sources)
    for number, (identity, source) in enumerate(sources):
        try:
            extract = read_osm(source.file, notes=writer.notes, within=area)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            continue
        extents[number], counts[number] = _extent(extract), len(extract.points)
        extracts.append(extract.streets)
        points.append(extract.points.assign(source=identity))
        ground.append(extract.ground.assign(source=identity))
    streets = merge(extracts) if extracts else Streets.empty()
    if streets.segment_count == 0:
        writer.notes.warn(
            "",
            "対象地域とその周囲の道路データがありません。直線距離だけを計算します。"
            "地域を含む OpenStreetMap の抽出（.osm.pbf）を置いてください。",
            "There is no street data for the study area and its halo: only straight-line distances are measured. "
            "Add an OpenStreetMap extract (.osm.pbf) that covers it.",
        )
    streets = _with_elevations(writer, streets, terrain)
    folder = writer.folder / "streets"
    folder.mkdir()
    streets.save(folder)
    if points:
        found = _each_once(pd.concat(points, ignore_index=True))
        writer.table(gpd.GeoDataFrame(found, geometry="geometry", crs=points[0].crs), "osm_points")
        writer.table(_drawn_once(ground), "osm_ground")
    listing = [extent for extent, found in zip(extents, counts, strict=True) if extent is not None and found]
    writer.facts |= {
        "street_km": streets.total_metres() / 1000,
        "nodes": streets.node_count,
        "extents": extents,
        "facility_extents": listing,
        "has_signals": streets.has_signals,
    }


def _with_elevations(writer: StepWriter, streets: Streets, terrain: Sequence[tuple[str, Recognised]]) -> Streets:
    """The streets with the elevations that the terrain models know; a part without any becomes a warning."""
    import numpy as np

    files = [source.file for _, source in terrain]
    found = read_elevations(files, streets.node_lon, streets.node_lat, notes=writer.notes)
    share = float(np.isfinite(found.metres).mean()) if streets.node_count else 0.0
    if 0 < share < WHOLE:
        writer.notes.warn(
            "",
            f"道路の {1 - share:.0%} に標高がありません。そこでは坂を平らと見なします。",
            f"{1 - share:.0%} of the street nodes have no elevation: slopes count as flat there.",
        )
    writer.facts |= {
        "share_with_elevation": share,
        "terrain_used": [identity for (identity, _), is_used in zip(terrain, found.used, strict=True) if is_used],
    }
    return replace(streets, node_elevation=found.metres)


def _extent(extract: OsmExtract) -> Box | None:
    """Bounds of what an extract holds of the study area and its halo; None where it holds nothing of them."""
    import numpy as np

    longitude = np.concatenate([extract.streets.node_lon, extract.points.geometry.x])
    latitude = np.concatenate([extract.streets.node_lat, extract.points.geometry.y])
    if not len(longitude):
        return None
    return float(longitude.min()), float(latitude.min()), float(longitude.max()), float(latitude.max())


def _drawn_once(ground: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Railways and water of overlapping extracts; of one id that stands at two places, both are different things."""
    import geopandas as gpd
    import pandas as pd

    found = pd.concat(ground, ignore_index=True)
    corner = found.geometry.bounds[["minx", "miny"]].round(3) if len(found) else found[["osm_id", "osm_id"]]
    keys = pd.concat([found[["osm_id", "kind"]], corner], axis=1)
    once = found[~keys.duplicated().to_numpy()].reset_index(drop=True)
    return gpd.GeoDataFrame(once, geometry="geometry", crs=ground[0].crs)


def _each_once(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Facilities of overlapping extracts: one of each kind at a spot, and one of each id near where it was.

    The id alone does not tell: extracts with numbers of their own give the same number to different shops.
    """
    import pandas as pd

    spot = pd.DataFrame({"kind": points["kind"], "x": points.geometry.x, "y": points.geometry.y})
    points = points[~spot.round(7).duplicated().to_numpy()]
    same = ["osm_id", "kind"]
    position = pd.DataFrame({"x": points.geometry.x, "y": points.geometry.y})
    first = position.groupby([points[column] for column in same]).transform("first")
    moved = ((position - first).abs() > _MOVED_DEGREES).any(axis=1)
    return points[moved | ~points.duplicated(same)]
