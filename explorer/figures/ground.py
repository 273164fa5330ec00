"""What all maps of a workspace have in common: shapes, names, roads and places in its plane of metres, made once."""

from __future__ import annotations

import json
import math
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from explorer.maps.shapes import stored_drawing
from geodata.errors import WorkspaceError
from geodata.projection import PlaneProjection
from geodata.streets import ROAD_CLASS_INDEX, Streets

if TYPE_CHECKING:
    from explorer.regions import Opened

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[Any]

_FINEST_M: Final = 30.0  # as the shapes for drawing come
_KEPT: Final = "_figures_ground"
_MAIN_ROADS: Final = ("motorway", "trunk", "primary")
_LESSER_ROADS: Final = ("secondary",)
_LESSER_BELOW_M_PER_MM: Final = 250.0  # a frame of 120 mm then shows 30 km


def ground_of(opened: Opened) -> Ground:
    """The ground of an opened workspace; kept as long as the workspace stays open."""
    kept = vars(opened)  # as functools.cached_property keeps what it made
    if _KEPT not in kept:
        kept[_KEPT] = Ground(opened)
    found: Ground = kept[_KEPT]
    return found


class Ground:
    """Shapes in the plane of a workspace. Rows of all arrays are the municipalities that have a shape, halo included."""

    def __init__(self, opened: Opened) -> None:
        self._workspace = opened.workspace
        manifest = opened.workspace.manifest
        self.plane = PlaneProjection(str(manifest["projection"]), float(manifest.get("worst_scale_error", 0.0)))
        self._levels: dict[int, Shapes] = {}
        self._road_levels: dict[tuple[str, int], list[Floats]] = {}
        self._merged: dict[tuple[str, ...], Shapes] = {}
        self._lock = threading.RLock()

    @cached_property
    def _drawn(self) -> tuple[list[str], list[str], npt.NDArray[np.bool_], Shapes]:
        import shapely

        features = json.loads(stored_drawing(self._workspace))["features"]
        shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
        plane = shapely.transform(np.asarray(shapes, dtype=object), lambda at: self.plane.to_plane(at[:, 0], at[:, 1]))
        inside = np.array([feature["properties"]["inside"] == 1 for feature in features], dtype=bool)
        names = [str(feature["properties"]["name"]) for feature in features]
        return [str(feature["id"]) for feature in features], names, inside, plane

    @property
    def codes(self) -> list[str]:
        """Codes of the municipalities."""
        return self._drawn[0]

    @property
    def names(self) -> list[str]:
        """Names of the municipalities."""
        return self._drawn[1]

    @property
    def is_inside(self) -> npt.NDArray[np.bool_]:
        """Which of them lie in the study area."""
        return self._drawn[2]

    def rows(self, codes: tuple[str, ...]) -> npt.NDArray[np.intp]:
        """Rows of some municipalities, those without a shape left out; all of the study area without codes."""
        if not codes:
            return np.flatnonzero(self.is_inside)
        wanted = set(codes)
        return np.flatnonzero([code in wanted for code in self.codes])

    def shapes(self, metres_per_mm: float) -> Shapes:
        """Shapes in metres, as fine as a scale on paper can show; shared borders stay shared."""
        level = _level(metres_per_mm)
        with self._lock:
            if level not in self._levels:
                self._levels[level] = _coarser(self._drawn[3], _FINEST_M * 2**level) if level else self._drawn[3]
            return self._levels[level]

    def bounds(self, codes: tuple[str, ...]) -> tuple[float, float, float, float]:
        """West, south, east, north in metres of some municipalities; of the study area where none has a shape."""
        import shapely

        rows = self.rows(codes)
        shapes = self._drawn[3]
        chosen = shapes[rows] if len(rows) else shapes[self.is_inside] if self.is_inside.any() else shapes
        if not len(chosen):
            return (0.0, 0.0, 10_000.0, 10_000.0)
        west, south, east, north = (float(side) for side in shapely.total_bounds(chosen))
        return west, south, east, north

    def roads(self, metres_per_mm: float) -> list[list[Floats]]:
        """Lines (each (k, 2), metres) of motorways, trunk and primary roads, and of secondary ones at large scales."""
        level = _level(metres_per_mm)
        wanted = [_MAIN_ROADS] + ([_LESSER_ROADS] if metres_per_mm < _LESSER_BELOW_M_PER_MM else [])
        with self._lock:
            return [self._roads(classes, level) for classes in wanted]

    def has_roads_in(self, bounds: tuple[float, float, float, float], metres_per_mm: float) -> bool:
        """Whether a map of some ground (metres) would show any road at a scale."""
        return any(roads_within(lines, bounds) for lines in self.roads(metres_per_mm))

    def _roads(self, classes: tuple[str, ...], level: int) -> list[Floats]:
        import shapely

        key = (classes[0], level)
        if key not in self._road_levels:
            if classes not in self._merged:
                self._merged[classes] = self._merged_roads(classes)
            simple = shapely.simplify(self._merged[classes], _FINEST_M * 2**level, preserve_topology=False)
            self._road_levels[key] = [shapely.get_coordinates(line) for line in simple]
        return self._road_levels[key]

    def _merged_roads(self, classes: tuple[str, ...]) -> Shapes:
        """Stretches from crossing to crossing as one line each."""
        import shapely

        streets = self._streets
        if streets is None:
            return np.empty(0, dtype=object)
        of_class = np.isin(streets.road_class, [ROAD_CLASS_INDEX[name] for name in classes])
        rows = np.flatnonzero(of_class)
        tail, head = streets.tail[rows], streets.head[rows]
        ends = [self.plane.to_plane(streets.node_lon[nodes], streets.node_lat[nodes]) for nodes in (tail, head)]
        segments = np.asarray(shapely.linestrings(np.stack(ends, axis=1)))
        return np.asarray(shapely.get_parts(shapely.line_merge(shapely.MultiLineString(segments.tolist()))))

    @cached_property
    def _streets(self) -> Streets | None:
        try:
            folder = self._workspace.file("streets", "streets")
        except WorkspaceError:  # built without streets
            return None
        streets = Streets.load(folder)
        return streets if streets.segment_count else None

    @cached_property
    def places(self) -> Floats:
        """(n, 2), metres: where the places lie, in the order of the table of places."""
        return np.asarray(np.load(self._workspace.file("snapping", "xy.npy"), mmap_mode="r"), dtype=np.float64)

    def north_at(self, x: float, y: float) -> float:
        """Direction of true north at a point of the plane, in degrees clockwise from upwards."""
        lon, lat = self.plane.to_degrees(np.array([[x, y]]))
        up = self.plane.to_plane(lon, lat + 0.01)[0] - np.array([x, y])
        return math.degrees(math.atan2(up[0], up[1]))


def roads_within(lines: list[Floats], bounds: tuple[float, float, float, float]) -> list[Floats]:
    """Lines whose boxes meet a box."""
    west, south, east, north = bounds
    return [
        line
        for line in lines
        if line[:, 0].max() >= west
        and line[:, 0].min() <= east
        and line[:, 1].max() >= south
        and line[:, 1].min() <= north
    ]


def _level(metres_per_mm: float) -> int:
    """How often the tolerance of 30 m is doubled: to a quarter of a millimetre on paper or just below."""
    return max(0, math.floor(math.log2(max(metres_per_mm * 0.25, _FINEST_M) / _FINEST_M)))


def _coarser(shapes: Shapes, tolerance_m: float) -> Shapes:
    import shapely

    try:
        simple = shapely.coverage_simplify(shapes, tolerance_m)
    except shapely.errors.GEOSException:  # boundaries that overlap: each on its own then
        simple = shapely.simplify(shapes, tolerance_m, preserve_topology=True)
    return np.where(shapely.is_empty(simple), shapes, simple)
