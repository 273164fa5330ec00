"""Facilities of an OSM file: nodes, outlines of buildings and grounds, and multipolygon relations, each site once.

Nodes are read here and nowhere else, so traffic signals are noted on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from geodata.opl import read_nodes
from geodata.osm_roads import SIGNAL_KEYS, has_signals
from geodata.osm_tags import POINT_KEYS, read_beds, read_kind, read_name
from geodata.tables import CRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

Coordinates = list[tuple[float, float]]

_SAME_SITE_METRES: Final = 50.0
_METRES_PER_DEGREE: Final = 111_195.0
_MINIMUM_RING: Final = 4  # points of a closed ring, the first one repeated


@dataclass
class PointTable:
    """Facilities while they are being read: one entry per site in each list."""

    kind: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    capacity: list[float] = field(default_factory=list)
    osm_id: list[str] = field(default_factory=list)
    geometry: list[BaseGeometry] = field(default_factory=list)
    unplaced: int = 0  # sites of which the file holds no node
    signals: list[int] = field(default_factory=list)  # ids of nodes with traffic signals

    def add(self, tags: dict[str, str], osm_id: str, geometry: BaseGeometry | None) -> None:
        """Take a site whose tags are those of a facility."""
        if geometry is None:
            self.unplaced += 1
            return
        self.kind.append(read_kind(tags) or "")
        self.name.append(read_name(tags))
        self.capacity.append(read_beds(tags))
        self.osm_id.append(osm_id)
        self.geometry.append(geometry)

    def to_frame(self, within: BaseGeometry | None) -> gpd.GeoDataFrame:
        """Points (areas by a point inside them), sites mapped twice only once, inside `within` only."""
        import geopandas as gpd
        import pandas as pd

        shapes = np.array(self.geometry, dtype=object)
        points = _points_of(shapes)
        keep = ~_is_repeat(np.array(self.kind), np.array(self.name), shapes, points)
        if within is not None and shapes.size:
            shapely.prepare(within)
            keep &= shapely.intersects(within, points)
        columns = {
            "kind": pd.Series(self.kind, dtype="str"),
            "name": pd.Series(self.name, dtype="str"),
            "capacity": np.array(self.capacity, dtype=np.float64),
            "osm_id": pd.Series(self.osm_id, dtype="str"),
        }
        return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=CRS))[keep].reset_index(drop=True)


def read_points(source: Any, locations: Any) -> PointTable:
    """Facilities of an osmium file; fills `locations` (an osmium index) with all nodes on the way."""
    table = PointTable()
    to_ways = osmium.NodeLocationsForWays(locations)
    to_ways.ignore_errors()
    keys = osmium.filter.KeyFilter(*POINT_KEYS)
    node_keys = osmium.filter.KeyFilter(*POINT_KEYS, *SIGNAL_KEYS)
    with osmium.io.Reader(source, osmium.osm.NODE) as reader:
        node: Any  # osmium's types do not tell nodes from ways
        for node in osmium.OsmFileIterator(reader, to_ways, node_keys):
            tags = dict(node.tags)
            if has_signals(tags):
                table.signals.append(node.id)
            if read_kind(tags) and node.location.valid():
                table.add(tags, f"node/{node.id}", shapely.Point(node.location.lon, node.location.lat))
    relations = _relations(source, keys)
    members = {way for _, ways in relations.values() for way in ways}
    positions = _Positions(source)
    rings: dict[int, Coordinates] = {}
    way: Any
    with osmium.io.Reader(source, osmium.osm.WAY) as reader:
        for way in osmium.OsmFileIterator(reader, to_ways, keys):
            tags = dict(way.tags)
            if read_kind(tags):
                table.add(tags, f"way/{way.id}", outline(positions.of(way)))
    if members:
        wanted = osmium.filter.IdFilter(members)
        with osmium.io.Reader(source, osmium.osm.WAY) as reader:
            for way in osmium.OsmFileIterator(reader, to_ways, wanted):
                rings[way.id] = positions.of(way)
    for relation, (tags, ways) in relations.items():
        lines = [shapely.LineString(rings[way]) for way in ways if len(rings.get(way, ())) > 1]
        table.add(tags, f"relation/{relation}", area_of(lines) if lines else None)
    return table


class _Positions:
    """Coordinates of ways: from osmium's index, which knows no negative ids, or from the file itself."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.drawn: dict[int, tuple[float, float]] | None = None

    def of(self, way: Any) -> Coordinates:
        """Nodes of a way that the file holds, in order."""
        if all(node.ref >= 0 for node in way.nodes):
            return [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if self.drawn is None:
            ids, lon_e7, lat_e7 = read_nodes(self.source)
            self.drawn = dict(zip(ids.tolist(), zip(lon_e7 / 1e7, lat_e7 / 1e7, strict=True), strict=True))
        return [self.drawn[node.ref] for node in way.nodes if node.ref in self.drawn]


def _relations(source: Any, keys: Any) -> dict[int, tuple[dict[str, str], list[int]]]:
    """Tags and outer ways of multipolygons that are facilities; incomplete ones are used as far as they go."""
    found = {}
    with osmium.io.Reader(source, osmium.osm.RELATION) as reader:
        relation: Any
        for relation in osmium.OsmFileIterator(reader, keys):
            tags = dict(relation.tags)
            if tags.get("type") in {"multipolygon", "site"} and read_kind(tags):
                ways = [part.ref for part in relation.members if part.type == "w" and part.role != "inner"]
                found[relation.id] = (tags, ways)
    return found


def outline(coordinates: Coordinates) -> BaseGeometry | None:
    """Area of a closed way, line of an open one, point of a single node; None without nodes."""
    if len(coordinates) >= _MINIMUM_RING and coordinates[0] == coordinates[-1]:
        return shapely.Polygon(coordinates)
    if len(coordinates) > 1:
        return shapely.LineString(coordinates)
    return shapely.Point(coordinates[0]) if coordinates else None


def area_of(lines: Sequence[BaseGeometry]) -> BaseGeometry:
    """The areas that lines enclose, or the lines where they enclose none."""
    polygons = shapely.polygonize(lines)
    return shapely.union_all(shapely.get_parts(polygons)) if len(polygons.geoms) else shapely.union_all(lines)


def _points_of(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The centroid where it lies inside the area, else a point that does."""
    if shapes.size == 0:
        return shapes
    points = shapely.centroid(shapes)
    outside = (shapely.get_dimensions(shapes) == 2) & ~shapely.intersects(shapely.make_valid(shapes), points)
    points[outside] = shapely.point_on_surface(shapely.make_valid(shapes[outside]))
    return points


def _is_repeat(
    kind: npt.NDArray[np.str_],
    name: npt.NDArray[np.str_],
    shapes: npt.NDArray[np.object_],
    points: npt.NDArray[np.object_],
) -> npt.NDArray[np.bool_]:
    """Sites that stand in the table a second time.

    The same kind and the same non-empty name within 50 m; or a node inside an area of the same kind, where the names
    agree or one of them is missing. The area stays, of two nodes or two areas the first.
    """
    repeat = np.zeros(shapes.size, dtype=bool)
    if shapes.size == 0:
        return repeat
    # Degrees are stretched so that a circle is a circle: metres on the sphere, good enough for 50 m.
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    plane: Any = shapely.points(lon * np.cos(np.radians(lat.mean())) * _METRES_PER_DEGREE, lat * _METRES_PER_DEGREE)
    is_area = shapely.get_dimensions(shapes) == 2
    rank = np.where(is_area, 0, 1) * shapes.size + np.arange(shapes.size)  # the smaller rank stays
    first, second = shapely.STRtree(plane).query(plane, predicate="dwithin", distance=_SAME_SITE_METRES)
    near = (kind[first] == kind[second]) & (name[first] == name[second]) & (name[first] != "")
    repeat[second[near & (rank[first] < rank[second])]] = True
    areas = np.flatnonzero(is_area)
    node, area = shapely.STRtree(shapes[areas]).query(points, predicate="intersects")
    area = areas[area]
    same = (kind[node] == kind[area]) & ~is_area[node]
    same &= (name[node] == name[area]) | (name[node] == "") | (name[area] == "")
    repeat[node[same]] = True
    return repeat
