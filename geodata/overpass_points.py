"""Places of interest in the JSON of the Overpass API, as Overpass itself writes it and as ``explorer download`` does.

Understood are nodes, ways and relations in each form that Overpass has: with references to nodes (``out body``), with
``geometry`` (``out geom``), or with a ``center``. Which tags make a facility is decided in :mod:`geodata.osm_tags`, and
what is mapped twice is kept once, as with extracts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from geodata.archive import decode
from geodata.errors import UnreadableFile

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

OWN_KEY: Final = "explorer"  # what a file of ours says of itself: prefectures and box that were asked for
_PLACES: Final = re.compile(rb'"(?:shop|amenity|healthcare|office|leisure)"\s*:')
_DAY: Final = re.compile(r'"timestamp_osm_base"\s*:\s*"(\d{4}-\d{2}-\d{2})')
_OWN: Final = re.compile(rf'"{OWN_KEY}"\s*:\s*(\{{[^{{}}]*\}})')
_RELATIONS: Final = frozenset({"multipolygon", "site"})

Coordinates = list[tuple[float, float]]


def describe_overpass(raw: RawFile, head: str) -> tuple[str, dict[str, Any]]:
    """Date of the data, and how many tags of places it holds, what area it was asked for.

    Parameters
    ----------
    head
        The first part of the file as text.
    """
    day = _DAY.search(head)
    own = _OWN.search(head)
    asked: dict[str, Any] = json.loads(own.group(1)) if own else {}
    details = {key: asked[key] for key in ("prefectures", "box") if asked.get(key)}
    return day.group(1) if day else "", {"rows": len(_PLACES.findall(raw.read_bytes())), **details}


def read_overpass(raw: RawFile, *, notes: Notes, as_of: str = "", within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Facilities of an Overpass answer.

    Parameters
    ----------
    as_of
        Date of the data.
    within
        West, south, east, north in degrees; others are left out.

    Returns
    -------
    GeoDataFrame
        service, kind, name, capacity, capacity_unit, as_of, geometry (points, EPSG:6668).

    Raises
    ------
    UnreadableFile
        Not JSON, cut off, or without a list of elements.
    """
    import shapely

    from geodata.kinds import KINDS
    from geodata.osm_points import PointTable
    from geodata.osm_tags import read_kind

    elements = _elements(raw)
    shapes = _Shapes(elements)
    table = PointTable()
    for element in elements:
        tags = {str(key): str(value) for key, value in (element.get("tags") or {}).items()}
        if read_kind(tags) and (element["type"] != "relation" or tags.get("type") in _RELATIONS):
            table.add(tags, f"{element['type']}/{element.get('id')}", shapes.of(element))
    if table.unplaced:
        notes.warn(
            raw.label,
            f"施設 {table.unplaced:,} 件は位置（節点・center・geometry）がファイルになく使いません。",
            f"{table.unplaced:,} facilities are left out: the file holds no position of theirs.",
        )
    points = table.to_frame(None if within is None else shapely.box(*within))
    return points.assign(
        service=[KINDS[kind].service for kind in points["kind"]],
        capacity_unit="",
        as_of=as_of,
    ).astype({"service": "str", "capacity_unit": "str", "as_of": "str"})


def _elements(raw: RawFile) -> list[dict[str, Any]]:
    try:
        content = json.loads(decode(raw.read_bytes(), raw.label))
        elements = content["elements"]
        return [element for element in elements if element.get("type") in {"node", "way", "relation"}]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(
            f"{raw.label}: Overpass API の JSON として読めません（{error}）。途中で切れていないか確かめ、取り直してください。 / "
            f"Not readable as an answer of the Overpass API ({error}). It may be cut off; fetch it again."
        ) from error


class _Shapes:
    """Where elements lie, whichever way the answer says it."""

    def __init__(self, elements: list[dict[str, Any]]) -> None:
        self.nodes = {
            element["id"]: (element["lon"], element["lat"])
            for element in elements
            if element["type"] == "node" and "lon" in element and "lat" in element
        }
        self.ways = {element["id"]: self._line(element) for element in elements if element["type"] == "way"}

    def of(self, element: dict[str, Any]) -> BaseGeometry | None:
        import shapely

        from geodata.osm_points import area_of, outline

        if element["type"] == "node":
            place = self.nodes.get(element["id"])
            return shapely.Point(place) if place else None
        if element["type"] == "way":
            shape = outline(self.ways[element["id"]])
        else:
            outer = [part for part in element.get("members") or [] if part.get("role") != "inner"]
            lines = [self._line(part) or self.ways.get(part.get("ref"), []) for part in outer if part["type"] == "way"]
            whole = [shapely.LineString(line) for line in lines if len(line) > 1]
            shape = area_of(whole) if whole else None
        centre = element.get("center")
        return shape or (shapely.Point(centre["lon"], centre["lat"]) if centre else None)

    def _line(self, element: dict[str, Any]) -> Coordinates:
        given = [(point["lon"], point["lat"]) for point in element.get("geometry") or [] if point]
        return given or [self.nodes[ref] for ref in element.get("nodes") or [] if ref in self.nodes]
