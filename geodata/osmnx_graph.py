"""Streets from and to osmnx graphs (networkx MultiDiGraph with nodes x, y and edges length, geometry, osmid …).

osmnx draws a street that is open both ways as two edges, the second one with `reversed=True`, and a one-way street as
one. Here both are one segment. Edges whose line has inner points (simplified graphs) become several segments with the
same total length. Traffic signals are the node attribute `highway=traffic_signals`, elevations `elevation`, as osmnx has them.
What cars may do decides which edges are given out, as in osmnx's own `network_type="all"`; the exact
rights of every mode ride along in the edge attribute `street_flags` and are taken back from it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from geodata.osm_roads import read_road
from geodata.streets import (
    BRIDGE,
    CYCLE_BACKWARD,
    CYCLE_FORWARD,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    ROAD_CLASS_INDEX,
    ROAD_CLASSES,
    TUNNEL,
    WALK_BACKWARD,
    WALK_FORWARD,
    Streets,
    geodesic_metres,
)

if TYPE_CHECKING:
    import networkx as nx

_FALLBACK_CLASS: Final = "road"  # OSM's own word for a street of unknown class
_SIGNALS: Final = "traffic_signals"
_SAME_LENGTH_METRES: Final = 0.01
_PAIRS: Final = (
    (DRIVE_FORWARD, DRIVE_BACKWARD),
    (CYCLE_FORWARD, CYCLE_BACKWARD),
    (WALK_FORWARD, WALK_BACKWARD),
)


def to_osmnx(streets: Streets) -> nx.MultiDiGraph:
    """The network as an unsimplified osmnx graph in EPSG:4326, nodes numbered by their row.

    A segment gives the edges that a car may drive; where none may, those of a bicycle, then of a walker.
    """
    import networkx as nx

    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
    positions = zip(streets.node_lon.tolist(), streets.node_lat.tolist(), streets.node_id.tolist(), strict=True)
    graph.add_nodes_from((node, {"x": x, "y": y, "osmid": osmid}) for node, (x, y, osmid) in enumerate(positions))
    for node in np.flatnonzero(streets.node_signal).tolist():
        graph.nodes[node]["highway"] = _SIGNALS
    for node in np.flatnonzero(np.isfinite(streets.node_elevation)).tolist():
        graph.nodes[node]["elevation"] = float(streets.node_elevation[node])
    forward, backward = _main_directions(streets.flags)
    for segment in range(streets.segment_count):
        attributes = _edge_attributes(streets, segment, is_oneway=bool(forward[segment] != backward[segment]))
        tail, head = int(streets.tail[segment]), int(streets.head[segment])
        if forward[segment]:
            graph.add_edge(tail, head, **attributes, reversed=False)
        if backward[segment]:
            graph.add_edge(head, tail, **attributes, reversed=True)
    return graph


def _main_directions(
    flags: npt.NDArray[np.uint16],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    forward = np.zeros(flags.size, dtype=bool)
    backward = np.zeros(flags.size, dtype=bool)
    for there, back in _PAIRS:
        free = ~(forward | backward)
        forward |= free & ((flags & there) != 0)
        backward |= free & ((flags & back) != 0)
    return forward, backward


def _edge_attributes(streets: Streets, segment: int, *, is_oneway: bool) -> dict[str, Any]:
    flags = int(streets.flags[segment])
    attributes: dict[str, Any] = {
        "osmid": int(streets.way_id[segment]),
        "highway": ROAD_CLASSES[streets.road_class[segment]],
        "oneway": is_oneway,
        "length": float(streets.metres[segment]),
        "street_flags": flags,
        "street_segment": segment,
    }
    if streets.speed_kmh[segment] > 0:
        attributes["maxspeed"] = f"{float(streets.speed_kmh[segment]):g}"
    if flags & BRIDGE:
        attributes["bridge"] = "yes"
    if flags & TUNNEL:
        attributes["tunnel"] = "yes"
    return attributes


def from_osmnx(graph: nx.MultiDiGraph) -> Streets:
    """Take in an osmnx graph, simplified or not, in geographic coordinates.

    Raises
    ------
    ValueError
        The graph is projected: its x and y are no degrees.
    """
    if "crs" in graph.graph:
        from pyproj import CRS

        if not CRS.from_user_input(graph.graph["crs"]).is_geographic:
            raise ValueError(
                "osmnx のグラフが投影座標です。投影前のグラフ（graph_to_crs(G, 'epsg:4326')）を渡してください。 / "
                "The osmnx graph is projected. Pass it in degrees: osmnx.projection.project_graph(G, to_latlong=True)."
            )
    builder = _Builder(graph)
    for tail, head, attributes in graph.edges(data=True):
        builder.add(tail, head, attributes)
    return builder.streets()


class _Builder:
    """Collects nodes and segments while the edges of a graph go by."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        self.number = {node: number for number, node in enumerate(graph.nodes)}
        self.lon = [float(x) for _, x in graph.nodes(data="x")]
        self.lat = [float(y) for _, y in graph.nodes(data="y")]
        self.node_id = [_node_id(node, osmid) for node, osmid in graph.nodes(data="osmid")]
        self.elevation = [float(value) for _, value in graph.nodes(data="elevation", default=math.nan)]
        self.signal = [value == _SIGNALS for _, value in graph.nodes(data="highway")]
        self.rows: list[tuple[int, int, float, int, int, float, int]] = []
        self.order: list[int] = []  # row in the streets that the graph was made from, -1 where unknown
        self.waiting: dict[tuple[int, int, str], list[tuple[float, int, int]]] = {}  # edges whose twin may still come

    def add(self, tail: Any, head: Any, attributes: dict[str, Any]) -> None:
        """Take an edge; its twin in the other direction only opens what is there already."""
        start, stop = self.number[tail], self.number[head]
        length = float(attributes["length"])
        if isinstance(attributes.get("street_segment"), list):
            # osmnx has simplified a graph given out here: what rode along belongs to the single segments no more.
            attributes = {key: value for key, value in attributes.items() if not key.startswith("street_")}
        ways = _street_key(attributes)
        twins = self.waiting.get((stop, start, ways), [])
        for number, (other_length, first, last) in enumerate(twins):
            if abs(other_length - length) < _SAME_LENGTH_METRES:
                del twins[number]
                if "street_flags" not in attributes:
                    self.rows[first:last] = [_opened_backward(row) for row in self.rows[first:last]]
                return
        is_drawn_backward = _first(attributes.get("reversed", False)) in {True, "True"}
        first = len(self.rows)
        self._add_rows(start, stop, length, attributes, is_drawn_backward=is_drawn_backward)
        self.order += [int(attributes.get("street_segment", -1))] * (len(self.rows) - first)
        self.waiting.setdefault((start, stop, ways), []).append((length, first, len(self.rows)))

    def _add_rows(
        self, start: int, stop: int, length: float, attributes: dict[str, Any], *, is_drawn_backward: bool
    ) -> None:
        road_class, flags, speed = _road(attributes, is_drawn_backward=is_drawn_backward)
        nodes = [start, *self._inner_nodes(attributes), stop]
        lon, lat = np.array([self.lon[node] for node in nodes]), np.array([self.lat[node] for node in nodes])
        metres = geodesic_metres(lon[:-1], lat[:-1], lon[1:], lat[1:])
        # osmnx measures on a sphere: its lengths are kept, shared out along the line.
        total = float(metres.sum())
        shares = metres / total if total > 0 else np.full(metres.size, 1 / metres.size)
        way = _way_id(attributes.get("osmid", 0))
        ends = list(zip(nodes[:-1], nodes[1:], (shares * length).tolist(), strict=True))
        for tail, head, part in ends:
            if is_drawn_backward:
                self.rows.append((head, tail, part, road_class, flags, speed, way))
            else:
                self.rows.append((tail, head, part, road_class, flags, speed, way))

    def _inner_nodes(self, attributes: dict[str, Any]) -> list[int]:
        """New nodes for the bends of a simplified edge; their ids are negative, so that they meet no OSM id."""
        geometry = attributes.get("geometry")
        if geometry is None:
            return []
        first = len(self.lon)
        for lon, lat in list(geometry.coords)[1:-1]:
            self.lon.append(float(lon))
            self.lat.append(float(lat))
            self.node_id.append(-len(self.lon))
            self.elevation.append(math.nan)
            self.signal.append(False)
        return list(range(first, len(self.lon)))

    def streets(self) -> Streets:
        """All that was added."""
        order = sorted(range(len(self.rows)), key=self.order.__getitem__)
        columns = list(zip(*(self.rows[row] for row in order), strict=True)) or [()] * 7
        return Streets(
            node_lon=np.array(self.lon, np.float64),
            node_lat=np.array(self.lat, np.float64),
            node_id=np.array(self.node_id, np.int64),
            tail=np.array(columns[0], np.int32),
            head=np.array(columns[1], np.int32),
            metres=np.array(columns[2], np.float64),
            road_class=np.array(columns[3], np.uint8),
            flags=np.array(columns[4], np.uint16),
            speed_kmh=np.array(columns[5], np.float32),
            way_id=np.array(columns[6], np.int64),
            node_elevation=np.array(self.elevation, np.float32),
            node_signal=np.array(self.signal, np.bool_),
        )


def _street_key(attributes: dict[str, Any]) -> str:
    """What an edge and its twin have in common: a simplified edge lists its ways in the order it meets them."""
    ways = attributes.get("street_segment", attributes.get("osmid"))
    return ",".join(sorted(str(way) for way in ways)) if isinstance(ways, list) else str(ways)


def _opened_backward(
    row: tuple[int, int, float, int, int, float, int],
) -> tuple[int, int, float, int, int, float, int]:
    """The same segment, now open in both directions to every mode that it is open to in one."""
    tail, head, metres, road_class, flags, speed, way = row
    for there, back in _PAIRS:
        if flags & (there | back):
            flags |= there | back
    return tail, head, metres, road_class, flags, speed, way


def _road(attributes: dict[str, Any], *, is_drawn_backward: bool) -> tuple[int, int, float]:
    """Class, flags and posted speed; direction of travel is that of the edge until its twin turns up."""
    tags = {key: str(_first(value)) for key, value in attributes.items() if key not in {"oneway", "geometry", "length"}}
    tags["highway"] = _class_name(attributes.get("highway", _FALLBACK_CLASS))
    for level in ("bridge", "tunnel"):
        if tags.get(level, "no") in {"nan", "None", "False"}:
            del tags[level]
    road = read_road({**tags, "oneway": "no"})
    road_class = ROAD_CLASS_INDEX[tags["highway"]]
    if "street_flags" in attributes:
        return road_class, int(attributes["street_flags"]), road.speed_kmh if road else 0.0
    if road is None:
        return road_class, WALK_FORWARD | WALK_BACKWARD, 0.0
    vehicles = (CYCLE_FORWARD | DRIVE_FORWARD) if is_drawn_backward else (CYCLE_BACKWARD | DRIVE_BACKWARD)
    return road_class, road.flags & ~vehicles, road.speed_kmh


def _class_name(highway: Any) -> str:
    """Of several classes along a simplified edge the highest; one that is unknown here counts as `road`."""
    names = highway if isinstance(highway, list) else [highway]
    known = sorted(ROAD_CLASS_INDEX[name] for name in names if name in ROAD_CLASS_INDEX)
    return ROAD_CLASSES[known[0]] if known else _FALLBACK_CLASS


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _way_id(osmid: Any) -> int:
    first = _first(osmid)
    return int(first) if isinstance(first, int | np.integer) else 0


def _node_id(node: Any, osmid: Any) -> int:
    for candidate in (osmid, node):
        if isinstance(candidate, int | np.integer):
            return int(candidate)
    return 0
