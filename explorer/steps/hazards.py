"""Step: which places lie in hazard areas (floods, landslides, tsunamis), and the areas per municipality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geodata.areas import area_km2
from geodata.errors import ExplorerError
from geodata.hazards import HAZARDS, HazardFile, empty_hazards, primary_mesh, read_hazards
from geodata.recognised import Recognised
from geodata.tables import CRS
from geodata.workspace import StepWriter, read_table
from layers.figures import FIGURE_COLUMNS

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

    Bools = npt.NDArray[np.bool_]

_NOT_READ = (
    "浸水継続時間・家屋倒壊等氾濫想定区域は浸水想定区域の中の区分のため使いません",
    "not used: hours under water and torn-away houses are classes within the flooded area",
)


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write ``hazards``, place values ``hazard_<hazard>`` (1 inside, 0 outside, NaN unknown) and their areas."""
    del projection, box
    writer.facts |= {"used": [], "unused": {}}
    if not sources:
        return
    municipalities = read_table(folders["people"] / "municipalities.parquet")
    study = municipalities[municipalities["code"].isin(codes)].reset_index(drop=True)
    files = _read(writer, sources, study)
    if not files:
        return
    places = read_table(folders["places"] / "places.parquet")[["municipality_code", "geometry"]]
    shares = {hazard: _inside(hazard, files, places) for hazard in HAZARDS}
    for hazard, values in shares.items():
        if values is not None:
            writer.place_values(values, f"hazard_{hazard}")
    table = _per_municipality(files, study, shares, places)
    writer.table(table, "hazards")
    writer.figures(_figures(table, study))


def _read(writer: StepWriter, sources: Sequence[tuple[str, Recognised]], study: gpd.GeoDataFrame) -> list[HazardFile]:
    west, south, east, north = (float(value) for value in study.total_bounds)
    files = []
    for identity, source in sorted(sources, key=lambda pair: pair[1].file.label):
        try:
            found = read_hazards(source, within=(west, south, east, north), notes=writer.notes)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            writer.facts["unused"][identity] = ["読めないため使いません", "not used: it cannot be read"]
            continue
        if found is None:
            writer.facts["unused"][identity] = list(_NOT_READ)
            continue
        files.append(found)
        writer.facts["used"].append(identity)
    return files


def _inside(hazard: str, files: Sequence[HazardFile], places: gpd.GeoDataFrame) -> npt.NDArray[np.float32] | None:
    """1 where a place lies in an area of the hazard, 0 where a file that covers it shows none; None without any file."""
    import shapely

    own = [file for file in files if hazard in file.hazards]
    if not own:
        return None
    points = places.geometry.to_numpy()
    inside = np.zeros(len(points), dtype=bool)
    tree = shapely.STRtree(points)
    town = places["municipality_code"].to_numpy(dtype=str)
    mesh = primary_mesh(shapely.get_x(points), shapely.get_y(points))
    known = np.zeros(len(points), dtype=bool)
    for file in own:
        wanted = file.polygons[file.severe] if hazard != file.hazards[0] else file.polygons
        _, hit = tree.query(wanted, predicate="intersects")
        inside[hit] = True
        known |= np.isin(mesh, [int(code) for code in file.meshes])
        known |= np.isin([code[:2] for code in town], file.prefectures) if file.prefectures else False
        if not file.meshes and not file.prefectures:
            _, near = tree.query(file.polygons, predicate="intersects")
            known |= np.isin(town, np.unique(town[near]))
    return np.where(inside, 1.0, np.where(known, 0.0, np.nan)).astype(np.float32)


def _per_municipality(
    files: Sequence[HazardFile],
    study: gpd.GeoDataFrame,
    shares: Mapping[str, npt.NDArray[np.float32] | None],
    places: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Hazard areas united and cut at the municipalities, where the files cover all of its places."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    rows, shapes = [], []
    outlines = study.geometry.to_numpy()
    shapely.prepare(outlines)
    town = places["municipality_code"].to_numpy(dtype=str)
    for hazard, values in shares.items():
        if values is None:
            continue
        unknown = set(town[np.isnan(values)])
        own = [file for file in files if hazard in file.hazards]
        polygons = np.concatenate([f.polygons[f.severe] if hazard != f.hazards[0] else f.polygons for f in own])
        at, which = shapely.STRtree(polygons).query(outlines, predicate="intersects") if len(polygons) else ([], [])
        at, which = np.asarray(at, dtype=int), np.asarray(which, dtype=int)
        for number, code in enumerate(study["code"]):
            if code in unknown:
                continue
            mine = polygons[which[at == number]]
            shape = (
                shapely.intersection(shapely.union_all(mine), outlines[number]) if mine.size else shapely.MultiPolygon()
            )
            parts = shapely.get_parts(shape)
            rows.append((code, hazard))
            shapes.append(shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2]))
    if not rows:
        return empty_hazards()
    frame = pd.DataFrame(rows, columns=["municipality_code", "hazard"])
    return gpd.GeoDataFrame(frame.assign(area_km2=area_km2(shapes)), geometry=shapes, crs=CRS)


def _figures(table: gpd.GeoDataFrame, study: pd.DataFrame) -> pd.DataFrame:
    """``hazard_<hazard>_area_share``: per cent of the municipality's area."""
    import pandas as pd

    area = table["municipality_code"].map(study.set_index("code")["area_km2"]).astype(float)
    return pd.DataFrame(
        {
            "name": "hazard_" + table["hazard"].astype(str) + "_area_share",
            "area_code": table["municipality_code"],
            "value": 100.0 * table["area_km2"] / area,
            "numerator": table["area_km2"],
            "denominator": area,
            "how": "ratio",
            "unit": "%",
            "as_of": "",
            "source": "",
            "note_ja": "",
            "note_en": "",
        }
    )[list(FIGURE_COLUMNS)]
