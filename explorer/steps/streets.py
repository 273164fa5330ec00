"""Step: streets of the study area and its halo as arrays, and the facilities that OpenStreetMap knows there."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.errors import ExplorerError
from geodata.osm import read_osm
from geodata.recognise import Recognised
from geodata.streets import Streets, merge
from geodata.workspace import StepWriter

Box = tuple[float, float, float, float]


def run(writer: StepWriter, *, sources: Sequence[Recognised], box: Box) -> None:
    """Write the street arrays (folder ``streets``) and ``osm_points``; overlapping extracts become one network."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    area = shapely.box(*box)
    extracts, points = [], []
    for source in sources:
        try:
            extract = read_osm(source.file, notes=writer.notes, within=area)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            continue
        extracts.append(extract.streets)
        points.append(extract.points)
    streets = merge(extracts) if extracts else Streets.empty()
    if streets.segment_count == 0:
        writer.notes.warn(
            "",
            "対象地域とその周囲の道路データがありません。直線距離だけを計算します。"
            "地域を含む OpenStreetMap の抽出（.osm.pbf）を置いてください。",
            "There is no street data for the study area and its halo: only straight-line distances are measured. "
            "Add an OpenStreetMap extract (.osm.pbf) that covers it.",
        )
    folder = writer.folder / "streets"
    folder.mkdir()
    streets.save(folder)
    if points:
        found = pd.concat(points, ignore_index=True).drop_duplicates("osm_id")
        writer.table(gpd.GeoDataFrame(found, geometry="geometry", crs=points[0].crs), "osm_points")
    writer.facts |= {"street_km": streets.total_metres() / 1000, "nodes": streets.node_count}
