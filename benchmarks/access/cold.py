"""From a cold .osm.pbf to the nearest facility of ten categories, everything in a fresh process.

    python -m benchmarks.access.cold {ours,osmnx} ROADS.osm.pbf QUESTION.npz OUT.npz

The question holds the coordinates of the facilities (all on crossings) and, for osmnx, which ways may be walked: it gets
the same streets. Ours answers for every street node, osmnx for the nodes of its simplified graph, the usual way to use
it. Answers are metres, by OSM node id.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

WALK_METRES_PER_SECOND: Final = 80.0 / 60.0


class Stages:
    """Seconds of each stage by name, and of the process from its beginning to the answer, which is then stored untimed."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def done(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self._last, 3)
        self._last = now

    def said(self) -> str:
        """JSON: ``stages``, and ``seconds`` since whoever started the process did so."""
        started = float(os.environ["STARTED"])
        return json.dumps({"stages": self.seconds, "seconds": time.time() - started})


def ours(roads: Path, question: Any, out: Path) -> None:
    stages = Stages()
    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.osm import read_osm
    from layers.access.attach import attach
    from layers.access.nearest import nearest
    from layers.access.network import StreetNetwork, project
    from layers.access.profiles import WALK

    stages.done("import")
    streets = read_osm(RawFile(roads), notes=Notes()).streets
    stages.done("read")
    plane = str(question["projection"])
    network = StreetNetwork.from_streets(streets, WALK, projection=plane)
    stages.done("network, order, hierarchy")
    lon, lat = question["lon"], question["lat"]
    ties = {
        f"c{nth}": attach(network, project(lon[nth], lat[nth], plane), limit_metres=np.inf) for nth in range(len(lon))
    }
    places = network.at_nodes(np.arange(network.node_count))
    stages.done("ties")
    found = nearest(network, places, ties)
    stages.done("customise, nearest")
    np.savez(out, node_id=streets.node_id, metres=found.seconds.T * WALK_METRES_PER_SECOND, stages=stages.said())


def osmnx(roads: Path, question: Any, out: Path) -> None:
    stages = Stages()
    import networkx as nx
    import osmnx as ox

    stages.done("import")
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "roads.osm"
        _write_xml(roads, xml, question["way_id"])
        stages.done("pbf to xml")
        graph = ox.graph_from_xml(xml, bidirectional=True, simplify=True, retain_all=True)
        stages.done("graph_from_xml")
    graph = ox.project_graph(graph, to_crs=str(question["projection"]))
    stages.done("project_graph")
    xy = _project(question["lon"], question["lat"], str(question["projection"]))
    number = {node: row for row, node in enumerate(graph)}
    metres = np.full((len(xy), len(number)), np.inf)
    for row, points in enumerate(xy):
        nodes = ox.distance.nearest_nodes(graph, points[:, 0], points[:, 1])
        by_node = nx.multi_source_dijkstra_path_length(graph, set(nodes), weight="length")
        metres[row, [number[node] for node in by_node]] = list(by_node.values())
    stages.done("nearest_nodes, multi_source_dijkstra_path_length × 10")
    np.savez(out, node_id=np.array(list(number), np.int64), metres=metres, stages=stages.said())


def _project(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], plane: str) -> list[npt.NDArray[np.float64]]:
    from pyproj import Transformer

    to_plane = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    return [np.column_stack(to_plane.transform(*pair)) for pair in zip(lon, lat, strict=True)]


def _write_xml(roads: Path, xml: Path, walkable: npt.NDArray[np.int64]) -> None:
    """The walkable ways and their nodes, filtered in C++ as the osmium tool does."""
    import osmium

    ways, used = xml.with_suffix(".pbf"), osmium.IdTracker()
    with osmium.SimpleWriter(str(ways)) as writer:
        chosen = osmium.FileProcessor(str(roads), osmium.osm.WAY).with_filter(osmium.filter.IdFilter(walkable.tolist()))
        for way in chosen:
            used.add_references(way)
            writer.add_way(way)
    with osmium.SimpleWriter(str(xml)) as writer:
        osmium.apply(str(roads), osmium.filter.EntityFilter(osmium.osm.NODE), used.id_filter(), writer)
        osmium.apply(str(ways), writer)


def make_question(streets: Any, plane: str, *, categories: int, facilities: int, seed: int = 2) -> dict[str, Any]:
    """Facilities on crossings of walkable streets, and the ids of the walkable ways."""
    from geodata.streets import WALK_BACKWARD, WALK_FORWARD

    walkable = (streets.flags & (WALK_FORWARD | WALK_BACKWARD)) != 0
    ends = np.concatenate([streets.tail[walkable], streets.head[walkable]])
    crossings = np.flatnonzero(np.bincount(ends, minlength=streets.node_count) >= 3)
    chosen = np.random.default_rng(seed).choice(
        crossings, (categories, facilities), replace=crossings.size < facilities
    )
    return {
        "lon": streets.node_lon[chosen],
        "lat": streets.node_lat[chosen],
        "projection": plane,
        "way_id": np.unique(streets.way_id[walkable]),
    }


def agreement(one: Path, other: Path) -> tuple[str, bool]:
    """How many nodes that both know have the same distance, within 1 % or 2 m."""
    a, b = np.load(one), np.load(other)
    _, row_a, row_b = np.intersect1d(a["node_id"], b["node_id"], return_indices=True)
    first, second = a["metres"][:, row_a], b["metres"][:, row_b]
    both = np.isfinite(first) & np.isfinite(second)
    close = np.abs(first[both] - second[both]) <= np.maximum(2.0, 0.01 * second[both])
    alike = (both | (~np.isfinite(first) & ~np.isfinite(second))).mean()
    said = f"{both.sum():,} distances: {100 * close.mean():.2f} % within 1 % or 2 m; reached alike: {100 * alike:.2f} %"
    return said, bool(both.any() and close.mean() > 0.98 and alike > 0.98)


if __name__ == "__main__":
    {"ours": ours, "osmnx": osmnx}[sys.argv[1]](Path(sys.argv[2]), np.load(sys.argv[3]), Path(sys.argv[4]))
