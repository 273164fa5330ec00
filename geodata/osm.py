"""OpenStreetMap extracts (.osm.pbf, .osm, .osm.gz, .osm.bz2) → streets, points of interest, railways and water.

Streets meet only where ways share a node id: a bridge is not joined to the road below it, even where both have a node
at the same coordinates. Ferry routes are not streets. Ways that may be neither walked, driven nor cycled, areas
(`area=yes`), and `highway` values that are no streets (construction, proposed, platform, bus_stop …) are left out; the
rules for the rest are in :mod:`geodata.osm_roads`, those for points in :mod:`geodata.osm_points`.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import osmium

from geodata.errors import ExplorerError, NoSpace, UnreadableFile, is_disk_full
from geodata.opl import MISSING_E7, OplWays, parse_tags, parse_ways, read_nodes, write_opl
from geodata.osm_ground import read_ground
from geodata.osm_points import read_points
from geodata.osm_roads import Road, read_road
from geodata.streets import Streets, clip, geodesic_metres

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geodata.archive import RawFile
    from geodata.notes import Notes

_FORMATS: Final = (  # by content, because names lie
    (b"\x1f\x8b", "osm.gz"),
    (b"BZh", "osm.bz2"),
)
# A file that tags this many motorways one-way and no way at all `oneway=no` leaves "no" out: in it, absent means no.
_MOTORWAYS_TO_JUDGE: Final = 20


@dataclass(frozen=True)
class OsmExtract:
    """What one OSM file holds for this project.

    Parameters
    ----------
    streets
        The street network.
    points
        Facilities with columns kind, name, capacity, osm_id, geometry (points in EPSG:6668).
    ground
        Railways, rivers, lakes and coast: :data:`geodata.osm_ground.GROUND_COLUMNS`.
    """

    streets: Streets
    points: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame


def read_osm(raw: RawFile, *, notes: Notes, within: BaseGeometry | None = None) -> OsmExtract:
    """Streets and points of interest of an OSM file.

    Parameters
    ----------
    raw
        PBF, XML, or compressed XML; recognised by content. Node ids may be of any size, negative too (JOSM).
    notes
        Takes what was missing: nodes that ways name but the file does not hold, a file without streets.
    within
        Polygon in degrees; street segments with at least one end in it, and points in it, are kept. None keeps all.

    Raises
    ------
    UnreadableFile
        The file is truncated, damaged or no OSM file.
    NoSpace
        The disk for temporary files is full.
    """
    with _explained(raw), raw.on_disk() as path:
        source = osmium.io.File(str(path), _format(path, raw))
        locations = osmium.index.create_map("flex_mem")
        found = read_points(source, locations)
        ways = _read_ways(source, locations)
        ground = read_ground(source, locations, lambda drawn: _locate_negative_ids(drawn, source), within)
    streets = _to_streets(ways, found.signals, raw, notes)
    if found.unplaced:
        notes.warn(
            raw.label,
            f"施設 {found.unplaced:,} 件は節点がファイルになく位置が分からないので使いません。",
            f"{found.unplaced:,} facilities are left out: none of their nodes is in the file.",
        )
    if within is not None:
        streets = clip(streets, within)
    return OsmExtract(streets, found.to_frame(within), ground)


def _format(path: Path, raw: RawFile) -> str:
    with path.open("rb") as stream:
        start = stream.read(512)
    for magic, name in _FORMATS:
        if start.startswith(magic):
            return name
    if b"OSMHeader" in start[:64]:
        return "pbf"
    if b"<osm" in start or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return "osm"
    raise UnreadableFile(
        f"{raw.label}: OpenStreetMap のファイル（.osm.pbf、.osm、.osm.gz）ではないか、空です。"
        "ダウンロードし直してください。 / Not an OpenStreetMap file (.osm.pbf, .osm, .osm.gz), or empty. "
        "Download it again."
    )


@contextmanager
def _explained(raw: RawFile) -> Iterator[None]:
    """Turn what osmium raises into a message that names the file."""
    try:
        yield
    except ExplorerError:
        raise
    except (OSError, RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if is_disk_full(error):
            raise NoSpace(
                f"{raw.label}: 一時ファイルを置く空きがありません（{tempfile.gettempdir()}）。 / "
                f"No space left for temporary files ({tempfile.gettempdir()})."
            ) from error
        raise _damaged(raw, error) from error


def _damaged(raw: RawFile, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"{raw.label}: OpenStreetMap のファイルが壊れているか途中で切れています（{error}）。"
        "ダウンロードし直してください。 / "
        f"The OpenStreetMap file is damaged or cut off ({error}). Download it again."
    )


def _read_ways(source: Any, locations: Any) -> OplWays:
    """All ways with the key highway; `locations` already holds the nodes."""
    to_ways = osmium.NodeLocationsForWays(locations)
    to_ways.ignore_errors()
    steps = (to_ways, osmium.filter.KeyFilter("highway"))
    ways = parse_ways(write_opl(source, osmium.osm.WAY, steps, "opl,add_metadata=none,locations_on_ways=true"))
    _locate_negative_ids(ways, source)
    return ways


def _locate_negative_ids(ways: OplWays, source: Any) -> None:
    """Osmium's index knows positive ids only; files drawn by hand (JOSM) have negative ones and are small."""
    if not (ways.ref < 0).any():
        return
    ids, lon_e7, lat_e7 = read_nodes(source)
    if ids.size == 0:
        return
    at = np.minimum(np.searchsorted(ids, ways.ref), ids.size - 1)
    known = ids[at] == ways.ref
    ways.lon_e7[known] = lon_e7[at[known]]
    ways.lat_e7[known] = lat_e7[at[known]]


def _to_streets(ways: OplWays, signals: list[int], raw: RawFile, notes: Notes) -> Streets:
    roads, road_of_way = _read_roads(ways, raw, notes)
    if not roads:
        notes.warn(
            raw.label,
            "道路（highway のあるウェイ）がありません。道路を含む抽出ファイルを置いてください。",
            "There are no streets (ways with the key highway). Use an extract that contains streets.",
        )
        return Streets.empty()
    way_of_ref = np.repeat(np.arange(ways.way_id.size), np.diff(ways.first_ref))
    wanted = road_of_way[way_of_ref] >= 0
    _report_missing(ways.ref[wanted & (ways.lon_e7 == MISSING_E7)], raw, notes)
    # A segment needs both its ends: across a missing node a way is cut, not bridged by a straight line.
    present = wanted & (ways.lon_e7 != MISSING_E7)
    first = np.flatnonzero(
        present[:-1] & present[1:] & (way_of_ref[:-1] == way_of_ref[1:]) & (ways.ref[:-1] != ways.ref[1:])
    )
    ends = np.concatenate([first, first + 1])
    node_id, example, node = np.unique(ways.ref[ends], return_index=True, return_inverse=True)
    lon = ways.lon_e7[ends[example]] / 1e7
    lat = ways.lat_e7[ends[example]] / 1e7
    tail, head = node[: first.size].astype(np.int32), node[first.size :].astype(np.int32)
    way = way_of_ref[first]
    road = road_of_way[way]
    return Streets(
        node_lon=lon,
        node_lat=lat,
        node_id=node_id,
        tail=tail,
        head=head,
        metres=geodesic_metres(lon[tail], lat[tail], lon[head], lat[head]),
        road_class=np.array([item.road_class for item in roads], np.uint8)[road],
        flags=np.array([item.flags for item in roads], np.uint16)[road],
        speed_kmh=np.array([item.speed_kmh for item in roads], np.float32)[road],
        way_id=ways.way_id[way],
        node_signal=np.isin(node_id, np.array(signals, dtype=np.int64)),
    )


def _read_roads(ways: OplWays, raw: RawFile, notes: Notes) -> tuple[list[Road], npt.NDArray[np.int64]]:
    """The different roads of a file and, for each way, its number among them (-1: no street)."""
    texts = [ways.tag_text(way) for way in range(ways.way_id.size)]
    tags_of = {text: parse_tags(text) for text in set(texts)}
    two_way_motorways = _leaves_out_no(texts, tags_of)
    if two_way_motorways:
        notes.info(
            raw.label,
            "このファイルは oneway=no を書かないので、oneway のない高速道路を対面通行と見なしました。",
            "This file never says oneway=no; motorways without oneway are taken as two-way.",
        )
    numbers: dict[Road | None, int] = {None: -1}
    number_of: dict[bytes, int] = {}
    for text in dict.fromkeys(texts):
        tags = tags_of[text]
        if two_way_motorways and tags.get("highway") == "motorway":
            tags.setdefault("oneway", "no")
        number_of[text] = numbers.setdefault(read_road(tags), len(numbers) - 1)
    road_of_way = np.fromiter((number_of[text] for text in texts), np.int64, len(texts))
    return [road for road in numbers if road is not None], road_of_way


def _leaves_out_no(texts: list[bytes], tags_of: dict[bytes, dict[str, str]]) -> bool:
    motorways: Counter[str] = Counter()
    for text in texts:
        tags = tags_of[text]
        if tags.get("oneway") == "no":
            return False
        if tags.get("highway") == "motorway":
            motorways[tags.get("oneway", "")] += 1
    return motorways["yes"] >= _MOTORWAYS_TO_JUDGE and motorways[""] > 0


def _report_missing(refs: npt.NDArray[np.int64], raw: RawFile, notes: Notes) -> None:
    if refs.size == 0:
        return
    count = np.unique(refs).size
    notes.warn(
        raw.label,
        f"道路が参照する節点 {count:,} 個がファイルにありません（抽出範囲の縁など）。道路はそこで切れています。",
        f"{count:,} nodes that streets refer to are not in the file (edge of the extract?). Streets end there.",
    )
