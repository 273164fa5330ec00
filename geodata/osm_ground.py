"""Railways, rivers, lakes and the coast of an OSM file: what a map shows so that people know where they are.

Tracks that carry no passengers (`service=*`: yards, sidings, spurs) and what is built or gone are left out. A lake drawn as a
relation is put together from its outer ways; islands in it are not cut out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import osmium

from geodata.opl import MISSING_E7, OplWays, parse_tags, parse_ways, write_opl
from geodata.osm_points import area_of
from geodata.tables import CRS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

GROUND_COLUMNS: Final = ("kind", "name", "operator", "osm_id", "geometry")

SHINKANSEN: Final = "新幹線"  # part of the names of the lines, in OpenStreetMap as in 国土数値情報
# Values of the key railway → kind. OSM wiki, Key:railway.
_RAILWAYS: Final[dict[str, str]] = {
    "rail": "rail",
    "narrow_gauge": "rail",
    "funicular": "rail",
    "subway": "subway",
    "tram": "tram",
    "light_rail": "tram",
    "monorail": "tram",
}
_WATER: Final = (("natural", "water"), ("waterway", "riverbank"))
_TAGS: Final = (
    *(("railway", value) for value in _RAILWAYS),
    ("waterway", "river"),
    ("natural", "coastline"),
    *_WATER,
)


def read_ground(
    source: Any, locations: Any, place: Callable[[OplWays], None], within: BaseGeometry | None
) -> gpd.GeoDataFrame:
    """Lines and areas of the ground of an osmium file.

    Parameters
    ----------
    source, locations
        The file, and the osmium index that already holds its nodes.
    place
        Gives ways the positions of nodes that osmium's index does not know (negative ids).
    within
        Polygon in degrees; what touches it is kept whole. None keeps all.

    Returns
    -------
    GeoDataFrame
        :data:`GROUND_COLUMNS` in EPSG:6668; kind is shinkansen, rail, subway, tram, river or coast (lines) or water (polygons).
    """
    import geopandas as gpd
    import shapely

    rows: list[tuple[str, str, str, str]] = []
    shapes: list[BaseGeometry] = []
    ways = _ways(source, locations, osmium.filter.TagFilter(*_TAGS))
    place(ways)
    for number, coordinates in enumerate(_coordinates(ways)):
        tags = parse_tags(ways.tag_text(number))
        kind, is_closed = ground_kind(tags), len(coordinates) > 3 and bool((coordinates[0] == coordinates[-1]).all())
        if not kind or len(coordinates) < 2 or (kind == "water" and not is_closed):
            continue  # the open ways of a lake belong to its relation, and are read with it
        rows.append((kind, _name(tags), tags.get("operator", ""), f"way/{ways.way_id[number]}"))
        shapes.append(shapely.Polygon(coordinates) if kind == "water" else shapely.LineString(coordinates))
    for identity, tags, shape in _lakes(source, locations, place):
        rows.append(("water", _name(tags), "", identity))
        shapes.append(shape)
    columns = {name: np.array([row[at] for row in rows], dtype=object) for at, name in enumerate(GROUND_COLUMNS[:-1])}
    found = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)
    found = found.astype(dict.fromkeys(GROUND_COLUMNS[:-1], "str"))
    if within is not None and len(found):
        shapely.prepare(within)
        found = found[shapely.intersects(within, found.geometry.to_numpy())].reset_index(drop=True)
    return found


def ground_kind(tags: Mapping[str, str]) -> str:
    """Kind of thing that a way's tags describe; empty where it is none of the ground.

    Examples
    --------
    >>> ground_kind({"railway": "rail"}), ground_kind({"railway": "rail", "service": "yard"}), ground_kind({"natural": "water"})
    ('rail', '', 'water')
    """
    if tags.get("railway") in _RAILWAYS:
        if tags.get("service"):
            return ""
        return "shinkansen" if SHINKANSEN in tags.get("name", "") else _RAILWAYS[tags["railway"]]
    if any(tags.get(key) == value for key, value in _WATER):
        return "water"
    if tags.get("waterway") == "river":
        return "river"
    return "coast" if tags.get("natural") == "coastline" else ""


def _name(tags: Mapping[str, str]) -> str:
    return tags.get("name", "") or tags.get("name:ja", "")


def _ways(source: Any, locations: Any, wanted: Any) -> OplWays:
    to_ways = osmium.NodeLocationsForWays(locations)
    to_ways.ignore_errors()
    steps = (wanted, to_ways)
    return parse_ways(write_opl(source, osmium.osm.WAY, steps, "opl,add_metadata=none,locations_on_ways=true"))


def _coordinates(ways: OplWays) -> list[npt.NDArray[np.float64]]:
    """Longitude and latitude along each way; nodes that the file does not hold are passed over."""
    degrees = np.column_stack([ways.lon_e7, ways.lat_e7]) / 1e7
    known = ways.lon_e7 != MISSING_E7
    bounds = ways.first_ref
    return [
        degrees[start:stop][known[start:stop]]
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    ]


def _lakes(
    source: Any, locations: Any, place: Callable[[OplWays], None]
) -> list[tuple[str, dict[str, str], BaseGeometry]]:
    """Lakes and wide rivers that are relations; where the file holds only some of their ways, nothing is drawn."""
    import shapely

    found = {}
    is_water = osmium.filter.TagFilter(
        *_WATER
    )  # osmium keeps no hold of its filters: one without a name is gone too soon
    with osmium.io.Reader(source, osmium.osm.RELATION) as reader:
        relation: Any
        for relation in osmium.OsmFileIterator(reader, is_water):
            tags = dict(relation.tags)
            if tags.get("type") == "multipolygon":
                members = [part.ref for part in relation.members if part.type == "w" and part.role != "inner"]
                found[relation.id] = (tags, members)
    needed = {way for _, members in found.values() for way in members}
    if not needed:
        return []
    ways = _ways(source, locations, osmium.filter.IdFilter(needed))
    place(ways)
    lines = dict(zip(ways.way_id.tolist(), _coordinates(ways), strict=True))
    lakes = []
    for identity, (tags, members) in found.items():
        drawn = [shapely.LineString(lines[way]) for way in members if len(lines.get(way, ())) > 1]
        area = area_of(drawn) if drawn else None
        if area is not None and area.geom_type in {"Polygon", "MultiPolygon"}:
            lakes.append((f"relation/{identity}", tags, area))
    return lakes
