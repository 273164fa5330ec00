"""Step: hectares within walking distance of each service of the handbook, and the people who live there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.steps.service_distances import rows_by_category as facility_rows
from explorer.steps.transport_distances import rows_by_category as stop_rows
from geodata.projection import PlaneProjection
from geodata.tables import population_column
from geodata.workspace import StepWriter, measure_name, read_table
from layers.figures import FIGURE_COLUMNS, SUM
from layers.handbook_services import SERVICE_AREAS, ServiceArea, area_figure, people_figure
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    import geopandas as gpd

GROUPS: Final = ("total", "65_plus")
_QUARTER: Final = 16  # edges of a quarter of a circle
_EDGES: Final = 4 * _QUARTER
# A polygon of as many edges has the area of the circle if it is drawn this much larger.
_SAME_AREA: Final = float(np.sqrt((2 * np.pi / _EDGES) / np.sin(2 * np.pi / _EDGES)))
_M2_PER_HA: Final = 10_000.0
Points = npt.NDArray[np.float64]


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Any]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write figures per municipality: ``service_area_<service>_ha`` and ``service_area_<service>_people_<group>``.

    Facilities of neighbouring municipalities count as far as their circles reach in. Municipalities that no list covers get
    numbers too; the layers give them a reason instead.
    """
    del sources, box
    plane = PlaneProjection(projection, 0.0)
    sites = _sites(folders, plane)
    shapes = _study_shapes(folders["people"], codes, plane)
    places = pd.read_parquet(folders["places"] / "places.parquet", columns=_place_columns(folders["places"]))
    area_of_place = pd.Index(list(codes)).get_indexer(pd.Index(places["municipality_code"]))
    rows = []
    for area in SERVICE_AREAS.values():
        if not any(name in sites for name in area.limits_m):
            continue
        hectares = hectares_within(
            {name: (sites[name], m) for name, m in area.limits_m.items() if name in sites}, shapes
        )
        rows += _rows(area_figure(area.id), codes, hectares, "ha")
        near = _near(folders, area, len(places)) & (area_of_place >= 0)
        for group in GROUPS:
            if population_column(group) in places:
                people = places[population_column(group)].to_numpy(dtype=float)
                counted = np.bincount(area_of_place[near], people[near], len(codes)).astype(float)
                rows += _rows(people_figure(area.id, group), codes, counted, "人")
    if rows:
        writer.figures(pd.DataFrame(rows, columns=list(FIGURE_COLUMNS)))


def hectares_within(
    sites: Mapping[str, tuple[Points, float]], shapes: npt.NDArray[np.object_]
) -> npt.NDArray[np.float64]:
    """Area of the union of circles, inside each of some shapes.

    Parameters
    ----------
    sites
        Name → positions (n, 2) in a plane of metres, and their radius in metres.
    shapes
        (k,) valid polygons in the same plane.

    Returns
    -------
    (k,) hectares.
    """
    import shapely

    circles = np.concatenate(
        [
            shapely.buffer(shapely.points(np.unique(points, axis=0)), metres * _SAME_AREA, quad_segs=_QUARTER)
            for points, metres in sites.values()
        ]
    )
    tree = shapely.STRtree(circles)
    hectares = np.zeros(len(shapes))
    for number, shape in enumerate(shapes):
        near = circles[tree.query(shape, predicate="intersects")]
        if near.size:
            hectares[number] = shapely.area(shapely.intersection(shape, shapely.union_all(near))) / _M2_PER_HA
    return hectares


def _sites(folders: Mapping[str, Path], plane: PlaneProjection) -> dict[str, Points]:
    """Category → positions of its facilities or stops."""
    found: dict[str, Points] = {}
    for step, rows_of in (("facilities", facility_rows), ("stops", stop_rows)):
        table: gpd.GeoDataFrame = read_table(folders[step] / f"{step}.parquet")
        if len(table):
            xy = plane.to_plane(table.geometry.x, table.geometry.y)
            found |= {name: xy[rows] for name, rows in rows_of(table).items()}
    return found


def _study_shapes(people: Path, codes: Sequence[str], plane: PlaneProjection) -> npt.NDArray[np.object_]:
    import shapely

    table = read_table(people / "municipalities.parquet").set_index("code").loc[list(codes)]
    flat = shapely.transform(table.geometry.to_numpy(), lambda lonlat: plane.to_plane(lonlat[:, 0], lonlat[:, 1]))
    shapes: npt.NDArray[np.object_] = shapely.make_valid(flat)
    shapely.prepare(shapes)
    return shapes


def _place_columns(folder: Path) -> list[str]:
    import pyarrow.parquet as pq

    names = pq.read_schema(folder / "places.parquet").names
    wanted = [population_column(group) for group in GROUPS]
    return ["municipality_code", *(name for name in wanted if name in names)]


def _near(folders: Mapping[str, Path], area: ServiceArea, count: int) -> npt.NDArray[np.bool_]:
    """Places within the radius in a straight line, by the same distances that the coverage is counted from."""
    near = np.zeros(count, dtype=bool)
    for name, metres in area.limits_m.items():
        for step in ("service_distances", "transport_distances"):
            file = folders[step] / f"{measure_name(name, STRAIGHT)}.npy"
            if file.is_file():
                near |= np.load(file, mmap_mode="r") <= np.float32(metres)
    return near


def _rows(name: str, codes: Sequence[str], values: npt.NDArray[np.float64], unit: str) -> list[tuple[object, ...]]:
    return [
        (name, code, float(value), np.nan, np.nan, SUM, unit, "", "", "", "")
        for code, value in zip(codes, values, strict=True)
    ]
