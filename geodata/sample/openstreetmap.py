"""The ``.osm.pbf`` of the region: streets, railways, coast, rivers, and points of interest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.sample.boundaries import to_degrees
from geodata.sample.rail import RailLine
from geodata.sample.region import Region, generator, latitude, longitude
from geodata.sample.streets import ROAD_CLASSES, StreetWeb
from geodata.sample.ways import make_ways

FILE_NAME: Final = "mihon-48-sample.osm.pbf"
_FIRST_ID: Final = 9_000_000_000  # far above the ids in use, and above 2³¹ like those of today
_LONGEST: Final = 900  # nodes per way; OSM allows 2,000
_TAGS: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "supermarket": ({"shop": "supermarket"},),
    "convenience": ({"shop": "convenience"},),
    "drugstore": ({"shop": "chemist"},),
    "fresh_food": ({"shop": "greengrocer"}, {"shop": "butcher"}, {"shop": "seafood"}),
    "general_store": ({"shop": "general"},),
    "marketplace": ({"amenity": "marketplace"}, {"shop": "farm"}),
    "department_store": ({"shop": "department_store"},),
    "hospital": ({"amenity": "hospital"},),
    "clinic": ({"amenity": "clinic"}, {"amenity": "doctors"}),
    "dentist": ({"amenity": "dentist"},),
    "pharmacy": ({"amenity": "pharmacy", "dispensing": "yes"},),
    "nursery": ({"amenity": "kindergarten"},),
    "kindergarten": ({"amenity": "kindergarten"},),
    "elementary_school": ({"amenity": "school"},),
    "junior_high_school": ({"amenity": "school"},),
    "high_school": ({"amenity": "school"},),
    "special_needs_school": ({"amenity": "school"},),
    "higher_education": ({"amenity": "university"},),
    "post_office": ({"amenity": "post_office"},),
    "bank": ({"amenity": "bank"},),
    "town_hall": ({"amenity": "townhall"},),
    "community_centre": ({"amenity": "community_centre"},),
    "library": ({"amenity": "library"},),
    "fuel": ({"amenity": "fuel"},),
    "elderly_day_care": ({"amenity": "social_facility", "social_facility:for": "senior"},),
}
_MAIN_ROADS: Final = ("trunk", "primary", "secondary", "tertiary")
_SIGNALS_SHARE: Final = 2 / 3
_PARK_PEOPLE: Final = 250.0  # a hamlet of more people has a park
# What volunteers have mapped: shops nearly all, surgeries about half.
_MAPPED_SHARE: Final = {"clinic": 0.6, "dentist": 0.5, "pharmacy": 0.85, "elderly_day_care": 0.3, "nursery": 0.7}


class _Writer:
    """Numbers nodes and ways in order; all nodes have to come before the first way."""

    def __init__(self, path: Path) -> None:
        import osmium

        self.mutable = osmium.osm.mutable
        header = osmium.io.Header()
        header.set("generator", "invented sample region")
        header.add_box(osmium.osm.Box(143.0, 36.0, 144.0, 36.6666667))
        path.unlink(missing_ok=True)
        self.sink = osmium.SimpleWriter(str(path), header=header)
        self.node_count = 0
        self.pending: list[tuple[list[int], dict[str, str]]] = []

    def nodes(self, lon: np.ndarray, lat: np.ndarray, tags: list[dict[str, str]] | None = None) -> int:
        """Write nodes; returns the id of the first."""
        first = _FIRST_ID + self.node_count
        places = zip(np.round(lon, 7).tolist(), np.round(lat, 7).tolist(), strict=True)
        for offset, place in enumerate(places):
            self.sink.add_node(
                self.mutable.Node(id=first + offset, location=place, tags=tags[offset] if tags else None)
            )
        self.node_count += len(lon)
        return first

    def line(self, lonlat: np.ndarray, tags: dict[str, str], *, closed: bool = False) -> None:
        """Nodes now, way later; long lines are cut, a closed one ends on its first node."""
        first = self.nodes(lonlat[:, 0], lonlat[:, 1])
        ids = list(range(first, first + len(lonlat))) + ([first] if closed else [])
        for start in range(0, len(ids) - 1, _LONGEST):
            self.pending.append((ids[start : start + _LONGEST + 1], tags))

    def finish(self) -> None:
        """Write the ways and close the file."""
        for offset, (ids, tags) in enumerate(self.pending):
            self.sink.add_way(self.mutable.Way(id=_FIRST_ID + offset, nodes=ids, tags=tags))
        self.sink.close()


def write_openstreetmap(
    folder: Path,
    region: Region,
    web: StreetWeb,
    facilities: pd.DataFrame,
    polygons: gpd.GeoDataFrame,
    rail: list[RailLine],
) -> Path:
    """Write ``mihon-48-sample.osm.pbf``; ids are sorted, every reference is present."""
    path = folder / FILE_NAME
    writer = _Writer(path)
    first = writer.nodes(longitude(web.x), latitude(web.y), signal_tags(web))
    for way in make_ways(web):
        writer.pending.append(([first + node for node in way.nodes], way.tags))
    _points(writer, region, facilities)
    _lines(writer, region, polygons, rail)
    _parks(writer, region)
    writer.finish()
    return path


def signal_tags(web: StreetWeb) -> list[dict[str, str]]:
    """Tags of the street nodes: traffic signals at two in three crossings of main roads, as in a Japanese town."""
    main = np.isin(web.road_class, [ROAD_CLASSES.index(name) for name in _MAIN_ROADS])
    arms = np.bincount(np.concatenate([web.tail[main], web.head[main]]), minlength=len(web.x))
    has_signals = (arms >= 3) & (generator(91).random(len(web.x)) < _SIGNALS_SHARE)
    return [{"highway": "traffic_signals"} if stands else {} for stands in has_signals.tolist()]


def _points(writer: _Writer, region: Region, facilities: pd.DataFrame) -> None:
    random = generator(90)
    chance, choice = random.random(len(facilities)), random.integers(0, 6, len(facilities))
    share = facilities["kind"].map(_MAPPED_SHARE).fillna(1.0).to_numpy()
    mapped = facilities["kind"].isin(list(_TAGS)).to_numpy() & (chance < share)
    tags = []
    for row, pick in zip(facilities[mapped].itertuples(), choice[mapped].tolist(), strict=True):
        variants = _TAGS[str(row.kind)]
        tags.append({**variants[pick % len(variants)], "name": str(row.name), **_brand(row)})
    writer.nodes(longitude(facilities["x"].to_numpy()[mapped]), latitude(facilities["y"].to_numpy()[mapped]), tags)
    settlement = region.settlement
    places = [
        {"place": _place_kind(people, is_seat=index < len(region.specs)), "name": name}
        for index, (name, people) in enumerate(zip(settlement.hamlet_name, settlement.hamlet_people, strict=True))
    ]
    writer.nodes(longitude(settlement.hamlet_x), latitude(settlement.hamlet_y), places)


def _parks(writer: _Writer, region: Region) -> None:
    """A park beside every larger hamlet, drawn as an area; its size follows the people."""
    settlement, random = region.settlement, generator(96)
    people = np.asarray(settlement.hamlet_people, dtype=float)
    chosen = np.flatnonzero(people > _PARK_PEOPLE)
    angle, away = random.uniform(0, 2 * np.pi, len(chosen)), random.uniform(120, 320, len(chosen))
    side = np.clip(np.sqrt(people[chosen]) * 1.5, 35, 180) * random.uniform(0.8, 1.3, len(chosen))
    for at, hamlet in enumerate(chosen.tolist()):
        x = settlement.hamlet_x[hamlet] + away[at] * np.cos(angle[at])
        y = settlement.hamlet_y[hamlet] + away[at] * np.sin(angle[at])
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side[at] / 2 + [x, y]
        lonlat = np.column_stack([longitude(corners[:, 0]), latitude(corners[:, 1])])
        name = f"{settlement.hamlet_name[hamlet]}{'中央' if side[at] > 120 else ''}公園"
        writer.line(lonlat, {"leisure": "park", "name": name}, closed=True)


def _brand(row: object) -> dict[str, str]:
    brand, branch, beds = getattr(row, "brand", ""), getattr(row, "branch", ""), int(getattr(row, "beds", 0))
    extra = {"brand": brand, "branch": branch} if brand else {}
    return {**extra, "beds": str(beds)} if beds else extra


def _place_kind(people: float, *, is_seat: bool) -> str:
    if is_seat:
        return "quarter"
    return "neighbourhood" if people > 600 else "hamlet"


def _lines(writer: _Writer, region: Region, polygons: gpd.GeoDataFrame, rail: list[RailLine]) -> None:
    land = shapely.orient_polygons(shapely.get_parts(shapely.coverage_union_all(to_degrees(polygons.geometry))))
    for ring in shapely.get_exterior_ring(land):  # land on the left, as OSM wants it
        writer.line(shapely.get_coordinates(ring)[:-1], {"natural": "coastline"}, closed=True)
    for river, name in zip(region.rivers, region.river_names, strict=True):
        lonlat = np.column_stack([longitude(river[:, 0]), latitude(river[:, 1])])
        writer.line(lonlat, {"waterway": "river", "name": name})
    for line in rail:
        lonlat = np.column_stack([longitude(line.track[:, 0]), latitude(line.track[:, 1])])
        writer.line(lonlat, {"railway": "rail", "gauge": "1067", "name": line.name, "operator": line.operator})
        stations = np.array([[station.x, station.y] for station in line.stations])
        tags = [
            {"railway": "station", "public_transport": "station", "name": station.name} for station in line.stations
        ]
        writer.nodes(longitude(stations[:, 0]), latitude(stations[:, 1]), tags)
