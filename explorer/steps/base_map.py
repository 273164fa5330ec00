"""Step: the quiet base of the map that needs no internet: roads by class, railways, rivers, lakes and the coast.

Roads are those of the street network from secondary upwards; pieces of one road are joined, lines simplified until the files are
light. Railways are those of 国土数値情報 N02 where it reaches here, else of OpenStreetMap.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.maps.lines_file import lines_json, polygons_json
from geodata.areas import area_km2
from geodata.errors import ExplorerError
from geodata.rail_lines import RAIL_COLUMNS, RAIL_KINDS, read_rail_lines
from geodata.recognised import Recognised
from geodata.streets import ROAD_CLASS_INDEX, Streets
from geodata.workspace import StepWriter, read_table

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

Box = tuple[float, float, float, float]

ROADS: Final = ("motorway", "trunk", "primary", "secondary")  # with the ramps of each
ROAD_BYTES: Final = 1_500_000
WATER_BYTES: Final = 1_000_000
SMALLEST_LAKE_KM2: Final = 0.02  # a smaller one is a dot on the screen
_OUTSIDE: Final = (
    "対象地域の外、または読めないため使いません",
    "not used: outside the study area, or it cannot be read",
)


def run(writer: StepWriter, *, streets: Path, sources: Sequence[tuple[str, Recognised]], box: Box) -> None:
    """Write ``roads.json``, ``rail.json``, ``streams.json``, ``water.json`` for the map frame, and ``rail_lines``.

    Fact ``drawn``: per file how many pieces of each kind it holds; a file without any is not written.
    """
    writer.facts |= {"used": [], "unused": {}, "drawn": {}}
    roads, kinds = main_roads(Streets.load(streets / "streets"))
    _write(writer, "roads", roads, kinds, [""] * len(kinds), ROAD_BYTES)
    ground = read_table(streets / "osm_ground.parquet") if (streets / "osm_ground.parquet").is_file() else None
    rail = _rail(writer, sources, ground, box)
    if rail is not None:
        writer.table(rail, "rail_lines")
        _write(writer, "rail", rail.geometry.to_numpy(), rail["kind"].tolist(), rail["name"].tolist(), WATER_BYTES)
    if ground is not None:
        streams = ground[ground["kind"].isin(["river", "coast"])]
        _write(writer, "streams", *_columns(streams), WATER_BYTES)
        lakes = ground[ground["kind"] == "water"]
        lakes = lakes[area_km2(lakes.geometry.to_numpy()) >= SMALLEST_LAKE_KM2] if len(lakes) else lakes
        _write(writer, "water", *_columns(lakes), WATER_BYTES)


def main_roads(streets: Streets) -> tuple[npt.NDArray[np.object_], list[str]]:
    """Roads from secondary upwards as long lines with their class; both carriageways, ramps with the road they serve."""
    import shapely

    found: list[Any] = []
    kinds: list[str] = []
    for name in ROADS:
        numbers = [ROAD_CLASS_INDEX[name], ROAD_CLASS_INDEX[f"{name}_link"]]
        rows = np.flatnonzero(np.isin(streets.road_class, numbers))
        if not rows.size:
            continue
        ends = np.column_stack([streets.tail[rows], streets.head[rows]])
        at = np.stack([streets.node_lon[ends], streets.node_lat[ends]], axis=-1)
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(np.asarray(shapely.linestrings(at)))))
        found += list(merged)
        kinds += [name] * len(merged)
    lines = np.empty(len(found), dtype=object)
    lines[:] = found
    return lines, kinds


def _rail(
    writer: StepWriter, sources: Sequence[tuple[str, Recognised]], ground: gpd.GeoDataFrame | None, box: Box
) -> gpd.GeoDataFrame | None:
    """Tracks near the study area: of N02, else of OpenStreetMap; None where neither has any."""
    import geopandas as gpd
    import pandas as pd

    tables = []
    for identity, source in sources:
        try:
            table = read_rail_lines(source.file, notes=writer.notes, within=box)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            table = None
        if table is None or not len(table):
            writer.facts["unused"][identity] = list(_OUTSIDE)
            continue
        writer.facts["used"].append(identity)
        tables.append(table)
    if tables:
        found = pd.concat(tables, ignore_index=True)
        return gpd.GeoDataFrame(found, geometry="geometry", crs=tables[0].crs).drop_duplicates()
    drawn = ground[ground["kind"].isin(RAIL_KINDS)] if ground is not None else None
    return drawn[list(RAIL_COLUMNS)].reset_index(drop=True) if drawn is not None and len(drawn) else None


def _columns(table: gpd.GeoDataFrame) -> tuple[npt.NDArray[np.object_], list[str], list[str]]:
    return table.geometry.to_numpy(), table["kind"].tolist(), table["name"].tolist()


def _write(
    writer: StepWriter, name: str, shapes: npt.NDArray[np.object_], kinds: list[str], names: list[str], most: int
) -> None:
    if not kinds:
        return
    make = polygons_json if name == "water" else lines_json
    (writer.folder / f"{name}.json").write_bytes(make(shapes, kinds, names, most=most))
    counted, counts = np.unique(np.array(kinds, dtype=str), return_counts=True)
    writer.facts["drawn"][name] = dict(zip(counted.tolist(), counts.tolist(), strict=True))
