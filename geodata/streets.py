"""Streets as plain arrays: nodes, the segments between them, and who may use each segment in which direction."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import networkx as nx
    from shapely.geometry.base import BaseGeometry

WALK_FORWARD: Final = 1
WALK_BACKWARD: Final = 2
DRIVE_FORWARD: Final = 4
DRIVE_BACKWARD: Final = 8
CYCLE_FORWARD: Final = 16
CYCLE_BACKWARD: Final = 32
BRIDGE: Final = 64
TUNNEL: Final = 128

# Values of OSM's key highway that are streets; others (construction, proposed, platform, bus_stop …) are not.
# Stored by index in workspaces: append only.
ROAD_CLASSES: Final = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "busway",
    "pedestrian",
    "track",
    "cycleway",
    "bridleway",
    "footway",
    "path",
    "steps",
    "corridor",
)
ROAD_CLASS_INDEX: Final = {name: index for index, name in enumerate(ROAD_CLASSES)}


@dataclass(frozen=True, eq=False)
class Streets:
    """A street network: n nodes and m undirected segments, each a straight line between two nodes.

    Two segments meet only where they share a node: a bridge is not joined to what it crosses.

    Parameters
    ----------
    node_lon, node_lat
        float64 (n,), degrees, JGD2011 (equal to WGS84 within 1 m).
    node_id
        int64 (n,), the id in the source (OSM or made up by who made the extract).
    tail, head
        int32 (m,), node numbers; a segment is drawn from tail to head.
    metres
        float64 (m,), length on the ellipsoid.
    road_class
        uint8 (m,), index into ROAD_CLASSES.
    flags
        uint16 (m,), the sum of WALK_FORWARD … TUNNEL; forward is tail → head.
    speed_kmh
        float32 (m,), posted speed limit, 0 where the source has none.
    way_id
        int64 (m,), id of the way in the source.
    node_elevation
        float32 (n,), metres above the sea; NaN where unknown, everywhere without a terrain model.
    node_signal
        bool (n,), whether traffic signals stand at the node.
    """

    node_lon: npt.NDArray[np.float64]
    node_lat: npt.NDArray[np.float64]
    node_id: npt.NDArray[np.int64]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    metres: npt.NDArray[np.float64]
    road_class: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint16]
    speed_kmh: npt.NDArray[np.float32]
    way_id: npt.NDArray[np.int64]
    node_elevation: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    node_signal: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    def __post_init__(self) -> None:
        """Fill what was not given with "unknown"; refuse arrays that do not fit together."""
        if self.node_elevation.size == 0:
            object.__setattr__(self, "node_elevation", np.full(self.node_lon.shape, np.nan, np.float32))
        if self.node_signal.size == 0:
            object.__setattr__(self, "node_signal", np.zeros(self.node_lon.shape, np.bool_))
        node_arrays = [getattr(self, name) for name in NODE_ARRAYS]
        segment_arrays = [getattr(self, name) for name in SEGMENT_ARRAYS]
        if len({array.shape for array in node_arrays}) != 1 or len({array.shape for array in segment_arrays}) != 1:
            raise ValueError("Streets: node arrays, or segment arrays, differ in length.")

    @classmethod
    def empty(cls) -> Streets:
        """A network without streets."""
        return cls(**{name: np.empty(0, dtype) for name, dtype in _DTYPES.items()})

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return int(self.node_lon.size)

    @property
    def segment_count(self) -> int:
        """Number of undirected segments."""
        return int(self.tail.size)

    @property
    def has_signals(self) -> bool:
        """Whether the source knows traffic signals: where it knows none at all, that says nothing."""
        return bool(self.node_signal.any())

    @property
    def has_elevation(self) -> bool:
        """Whether any node's elevation is known."""
        return bool(np.isfinite(self.node_elevation).any())

    def total_metres(self) -> float:
        """Length of all segments together, in metres."""
        return float(self.metres.sum())

    def save(self, folder: Path) -> None:
        """Write one .npy file per array into a folder, which is made if absent."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _DTYPES:
            np.save(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def load(cls, folder: Path) -> Streets:
        """Open what :meth:`save` wrote, memory-mapped and read-only.

        Raises
        ------
        WorkspaceError
            An array is absent or damaged.
        """
        try:
            return cls(**{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _DTYPES})
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{folder}: 道路網の配列を読めません（{error}）。explorer build をやり直してください。 / "
                f"The street arrays cannot be read ({error}). Run explorer build again."
            ) from error

    def select(self, segments: npt.NDArray[np.bool_]) -> Streets:
        """The network of some segments (mask of shape (m,)) and the nodes that they touch, in the same order."""
        tail, head = self.tail[segments], self.head[segments]
        used = np.zeros(self.node_count, dtype=bool)
        used[tail] = True
        used[head] = True
        number = np.cumsum(used, dtype=np.int64).astype(np.int32) - 1
        arrays = {name: getattr(self, name)[used] for name in NODE_ARRAYS}
        arrays |= {name: getattr(self, name)[segments] for name in SEGMENT_ARRAYS}
        return Streets(**{**arrays, "tail": number[tail], "head": number[head]})

    @classmethod
    def from_osmnx(cls, graph: nx.MultiDiGraph) -> Streets:
        """Take in an osmnx graph (see :mod:`geodata.osmnx_graph`)."""
        from geodata.osmnx_graph import from_osmnx

        return from_osmnx(graph)

    def to_osmnx(self) -> nx.MultiDiGraph:
        """Give out as an osmnx graph (see :mod:`geodata.osmnx_graph`)."""
        from geodata.osmnx_graph import to_osmnx

        return to_osmnx(self)


_DTYPES: Final = {
    "node_lon": np.float64,
    "node_lat": np.float64,
    "node_id": np.int64,
    "tail": np.int32,
    "head": np.int32,
    "metres": np.float64,
    "road_class": np.uint8,
    "flags": np.uint16,
    "speed_kmh": np.float32,
    "way_id": np.int64,
    "node_elevation": np.float32,
    "node_signal": np.bool_,
}
NODE_ARRAYS: Final = tuple(name for name in _DTYPES if name.startswith("node_"))
SEGMENT_ARRAYS: Final = tuple(name for name in _DTYPES if not name.startswith("node_"))
assert tuple(_DTYPES) == tuple(entry.name for entry in fields(Streets))


def merge(extracts: Sequence[Streets]) -> Streets:
    """One network from several extracts, no street twice (see :mod:`geodata.streets_merge`)."""
    from geodata.streets_merge import merge_all

    return merge_all(extracts)


def clip(streets: Streets, area: BaseGeometry) -> Streets:
    """The segments with at least one end in an area (polygon in degrees); streets that cross its edge stay whole."""
    if streets.segment_count == 0:
        return streets
    inside = nodes_inside(streets.node_lon, streets.node_lat, area)
    return streets.select(inside[streets.tail] | inside[streets.head])


def nodes_inside(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], area: BaseGeometry
) -> npt.NDArray[np.bool_]:
    """Which points lie in an area (its edge included); the bounding box is asked first."""
    import shapely

    west, south, east, north = area.bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if not area.equals(shapely.box(west, south, east, north)):
        shapely.prepare(area)
        inside[inside] = shapely.intersects_xy(area, lon[inside], lat[inside])
    return inside


def measure(streets: Streets) -> Streets:
    """The same streets with the lengths measured again from the coordinates of their nodes."""
    metres = geodesic_metres(
        streets.node_lon[streets.tail],
        streets.node_lat[streets.tail],
        streets.node_lon[streets.head],
        streets.node_lat[streets.head],
    )
    return replace(streets, metres=metres)


_SEMI_MAJOR_METRES: Final = 6_378_137.0  # GRS 80, the ellipsoid of JGD2011
_ECCENTRICITY_SQUARED: Final = 0.006_694_380_022_900_79
_SHORT_DEGREES: Final = 0.1  # up to here the radii at the middle latitude are good to 1e-6 of the length


def geodesic_metres(
    lon_a: npt.NDArray[np.float64],
    lat_a: npt.NDArray[np.float64],
    lon_b: npt.NDArray[np.float64],
    lat_b: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Lengths of straight lines on the GRS 80 ellipsoid, in metres.

    Short lines (up to about 10 km, as all street segments) by the radii of curvature at their middle latitude, which
    is thirty times faster than the geodesic and differs from it by less than a millionth; longer ones exactly.
    """
    middle = np.radians((lat_a + lat_b) / 2)
    squeeze = 1 - _ECCENTRICITY_SQUARED * np.sin(middle) ** 2
    prime_vertical = _SEMI_MAJOR_METRES / np.sqrt(squeeze)
    meridian = prime_vertical * (1 - _ECCENTRICITY_SQUARED) / squeeze
    east = np.radians(lon_b - lon_a) * prime_vertical * np.cos(middle)
    north = np.radians(lat_b - lat_a) * meridian
    metres = np.hypot(east, north)
    long = (np.abs(lon_b - lon_a) > _SHORT_DEGREES) | (np.abs(lat_b - lat_a) > _SHORT_DEGREES)
    if long.any():
        from pyproj import Geod

        metres[long] = Geod(ellps="GRS80").inv(lon_a[long], lat_a[long], lon_b[long], lat_b[long])[2]
    return metres
