"""The area reached within some minutes, as polygons: a time surface on a grid, and the lines of equal time on it.

The surface holds, for the middle of each cell, the least time over all streets reached: the time to a point of the
street, exact along its chain, and the walk across from there. Nobody walks farther from a street than
`off_street_metres`, nor steps off bridges, tunnels and expressways; they carry the way on. The polygons follow the
surface by linear interpolation between cell centres (marching squares, Lorensen & Cline 1987), so they lie inside each
other in the order of the minutes.

Three things follow. A place tied to a street within `off_street_metres` lies inside the polygon of every time that
exceeds its own by the walk across a cell. No point inside is farther from the origin, in a straight line, than the
fastest way could lead. And the area is one of ground that can be walked up to, not of people: people are counted by the
times of their own places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import numpy as np
import numpy.typing as npt

from layers.access.ms import INFINITE_MS, to_seconds
from layers.access.network import FIRST_CHOICE, LAST_RESORT, NOT_USABLE

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely import MultiPolygon, Polygon

    from layers.access.attach import Attachment
    from layers.access.ends import Ends
    from layers.access.network import StreetNetwork

Direction = Literal["from", "to"]
Floats = npt.NDArray[np.float64]

OFF_STREET_METRES: Final = 100.0  # half a block where streets are far apart; a river is wider
LEAST_CELL_METRES: Final = 10.0
MOST_CELLS: Final = 600  # along the longer side
LEAST_HOLE_HECTARES: Final = 1.0  # a block or a pond; smaller holes are filled
_BEYOND_SECONDS: Final = 60.0  # the surface goes on past the last minute, so that its edge is where it would be anyway
_MERGED: Final = -1
_CRS: Final = "EPSG:6668"


@dataclass(frozen=True, eq=False)
class Surface:
    """Times on a grid in the plane of the network.

    Parameters
    ----------
    seconds
        float64 (rows, columns), to (or from) the middle of each cell; row 0 is the southernmost. Infinity beyond reach.
    street_metres
        float64 (rows, columns), straight line to the nearest street that was reached and may be stepped off.
    west, south
        Corner of the grid, metres.
    cell_metres
        Side of a cell.
    crs
        The plane.
    limit_seconds
        Longest time asked for; the surface holds a little more.
    off_street_metres
        Farthest from a street that counts as reached.
    walk_seconds_per_metre
        Off the street.
    """

    seconds: Floats
    street_metres: Floats
    west: float
    south: float
    cell_metres: float
    crs: str
    limit_seconds: float
    off_street_metres: float
    walk_seconds_per_metre: float

    @property
    def minutes(self) -> npt.NDArray[np.float32]:
        """float32 (rows, columns): minutes where the area is reached within the limit, NaN elsewhere."""
        inside = (self.seconds <= self.limit_seconds) & (self.street_metres <= self.off_street_metres)
        return np.where(inside, self.seconds / 60, np.nan).astype(np.float32)

    def level(self, seconds: float) -> Floats:
        """How far each cell centre lies outside the area of a time, in seconds of walking; negative inside."""
        late = self.seconds - seconds
        off = (self.street_metres - self.off_street_metres) * self.walk_seconds_per_metre
        far = 2 * self.cell_metres * self.walk_seconds_per_metre
        return np.minimum(np.maximum(late, off), far)


def time_surface(
    network: StreetNetwork,
    origins: Attachment,
    *,
    minutes: float,
    direction: Direction = "from",
    off_street_metres: float = OFF_STREET_METRES,
    cell_metres: float | None = None,
) -> Surface:
    """The time from the nearest of some origins (or to it) to every point around.

    Parameters
    ----------
    network
        Streets of one mode.
    origins
        Ties of the origins; those without a street are passed over.
    minutes
        Longest time.
    direction
        ``from``: the origins outward. ``to``: everybody who can come, as to a clinic. One-way streets tell them apart.
    off_street_metres
        Farthest from a street that counts as reached, in a straight line; at least one cell.
    cell_metres
        Side of a cell; by default 10 m, and as many whole metres more as keep the grid within 600 × 600 cells.

    Returns
    -------
    Surface
        Without rows where no origin has a street.
    """
    from layers.access.surface import burn

    _check(minutes, off_street_metres, cell_metres, direction)
    walk = 60.0 / network.profile.snap_metres_per_minute
    limit = minutes * 60.0
    # Who found only a street of last resort may step off such streets; that says nothing for the others.
    choice = np.full(len(origins), NOT_USABLE)
    choice[origins.is_attached] = network.door_choice[origins.segment[origins.is_attached]]
    groups = [origins.take(choice == which) for which in (FIRST_CHOICE, LAST_RESORT)]
    found = [_pieces(network, group, limit + _BEYOND_SECONDS, direction) for group in groups if len(group)]
    pieces = np.concatenate(found) if found else np.empty((0, 6))
    if pieces.shape[0] == 0:
        nothing = np.empty((0, 0))
        cell = cell_metres or LEAST_CELL_METRES
        return Surface(nothing, nothing, 0.0, 0.0, cell, network.projection, limit, off_street_metres, walk)
    x, y = pieces[:, [0, 3]], pieces[:, [1, 4]]
    cell = cell_metres or _cell_for(max(np.ptp(x), np.ptp(y)) + 2 * off_street_metres)
    off_street = max(off_street_metres, cell)
    reach = off_street + cell  # the far end of every grid line that crosses the edge knows its distance
    west, south = (np.floor((side.min() - reach) / cell) * cell for side in (x, y))
    columns, rows = (int((side.max() + reach - corner) / cell) + 1 for side, corner in ((x, west), (y, south)))
    seconds, square = burn(pieces, west, south, cell, rows, columns, reach, walk)
    return Surface(
        seconds,
        np.sqrt(square),
        float(west),
        float(south),
        float(cell),
        network.projection,
        limit,
        float(off_street),
        walk,
    )


def isochrones(
    network: StreetNetwork,
    origins: Attachment,
    *,
    minutes: Sequence[float],
    direction: Direction = "from",
    merged: bool = False,
    off_street_metres: float = OFF_STREET_METRES,
    cell_metres: float | None = None,
    least_hole_hectares: float = LEAST_HOLE_HECTARES,
) -> gpd.GeoDataFrame:
    """The area reached within each of some minutes.

    Parameters
    ----------
    network, origins, direction, off_street_metres, cell_metres
        As in :func:`time_surface`.
    minutes
        Cut-offs; all share one surface per origin.
    merged
        One area for all origins together, reached from any of them, instead of one for each.
    least_hole_hectares
        Smaller holes are filled, as are those of fewer than four cells. Parts smaller than a cell are dropped.

    Returns
    -------
    GeoDataFrame
        EPSG:6668, one row per origin and cut-off. `origin` (row of the tie, -1 for all together), `minutes`, `mode`,
        `area_km2` (NaN where there is no area), `reason` (``no_street`` where the origin has none, else empty) and
        `geometry` (MultiPolygon, empty without a street). By origin, the longest minutes first: drawn in the order of
        the rows, each area lies on the larger one. ``attrs["method"]`` says in Japanese and English how it was made.

    Raises
    ------
    ValueError
        No minutes, or numbers that are not positive.
    """
    import geopandas as gpd
    import pandas as pd

    cuts = sorted({float(cut) for cut in minutes}, reverse=True)
    if not cuts:
        raise ValueError("minutes: at least one cut-off is needed.")
    for cut in cuts:
        _check(cut, off_street_metres, cell_metres, direction)
    numbers = np.arange(len(origins))
    groups = [(_MERGED, numbers)] if merged else [(int(number), numbers[number : number + 1]) for number in numbers]
    rows: list[dict[str, Any]] = []
    areas: list[MultiPolygon] = []
    for number, members in groups:
        surface = time_surface(
            network,
            origins.take(members),
            minutes=cuts[0],
            direction=direction,
            off_street_metres=off_street_metres,
            cell_metres=cell_metres,
        )
        reason = "" if surface.seconds.size else "no_street"
        for cut in cuts:
            area = area_within(surface, cut, least_hole_hectares=least_hole_hectares)
            km2 = np.nan if reason else area.area / 1e6
            areas.append(area)
            rows.append(
                {"origin": number, "minutes": cut, "mode": network.profile.id, "area_km2": km2, "reason": reason}
            )
    columns = ["origin", "minutes", "mode", "area_km2", "reason"]
    shapes = gpd.GeoSeries(areas, crs=network.projection).to_crs(_CRS)
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=shapes)
    frame.attrs["method"] = method_text(network, direction, off_street_metres)
    return frame


def area_within(surface: Surface, minutes: float, *, least_hole_hectares: float = LEAST_HOLE_HECTARES) -> MultiPolygon:
    """The area of a surface within some minutes, a MultiPolygon in its plane."""
    import shapely
    from contourpy import FillType, contour_generator

    if not surface.seconds.size:
        return shapely.MultiPolygon()
    level = surface.level(minutes * 60.0)
    rows, columns = level.shape
    x = surface.west + (np.arange(columns) + 0.5) * surface.cell_metres
    y = surface.south + (np.arange(rows) + 0.5) * surface.cell_metres
    lines = contour_generator(x, y, level, fill_type=FillType.OuterOffset)
    points, offsets = cast("tuple[list[Floats], list[npt.NDArray[np.uint32]]]", lines.filled(level.min() - 1.0, 0.0))
    cell_area = surface.cell_metres**2
    least_hole = max(least_hole_hectares * 10_000, 4 * cell_area)
    parts: list[Polygon] = []
    filled: list[Floats] = []
    for ring, offset in zip(points, offsets, strict=True):
        rings = [ring[first:last] for first, last in pairwise(offset)]
        kept = [hole for hole in rings[1:] if _ring_area(hole) >= least_hole]
        filled += [hole for hole in rings[1:] if _ring_area(hole) < least_hole]
        parts += _polygons(rings[0], kept)
    parts = [part for part in parts if part.area >= cell_area * (1 - 1e-9)]
    return shapely.MultiPolygon(_without_islands(parts, filled, least_hole))


def method_text(network: StreetNetwork, direction: Direction, off_street_metres: float) -> dict[str, str]:
    """How the areas were made, for whoever reads the result: ``ja`` and ``en``."""
    metres = f"{off_street_metres:,.0f}"
    speed = f"{network.profile.snap_metres_per_minute:,.0f}"
    ja = "その地点から行ける範囲" if direction == "from" else "その地点へ来られる範囲"
    en = "reached from the point" if direction == "from" else "from which the point is reached"
    return {
        "ja": f"{network.profile.ja}で道路に沿って一定時間内に{ja}。道路から{metres}mまでは分速{speed}mで歩くとした。"
        "橋・トンネル・高速道路は通るだけで、途中では降りない。",
        "en": f"Area {en} along streets ({network.profile.en}); up to {metres} m off the street on foot, "
        f"{speed} m a minute. Bridges, tunnels and expressways are passed, not stepped off.",
    }


def _check(minutes: float, off_street_metres: float, cell_metres: float | None, direction: str) -> None:
    if not 0 < minutes < np.inf:
        raise ValueError(f"minutes must be positive and finite, not {minutes}.")
    if not 0 <= off_street_metres < np.inf:
        raise ValueError(f"off_street_metres must be 0 or more and finite, not {off_street_metres}.")
    if cell_metres is not None and not 0 < cell_metres < np.inf:
        raise ValueError(f"cell_metres must be positive and finite, not {cell_metres}.")
    if direction not in {"from", "to"}:
        raise ValueError(f"direction must be 'from' or 'to', not {direction!r}.")


def _cell_for(extent: float) -> float:
    return max(LEAST_CELL_METRES, float(np.ceil(extent / (MOST_CELLS - 6))))


def _pieces(network: StreetNetwork, origins: Attachment, limit: float, direction: Direction) -> Floats:
    """Pieces of street within the limit; and each origin, and where it meets its street, for the ground around them.

    All origins are tied to streets of first choice, or all of last resort.
    """
    from layers.access.surface import Chains, Segments, Starts, reached_pieces

    graph = network.topology.graph
    chains = Chains(graph.tail, graph.head, graph.link_start, graph.link_segment, graph.link_reversed)
    is_stepped_off = _is_stepped_off(network, origins)
    is_doorstep = np.zeros(network.node_count, dtype=bool)
    is_doorstep[network.tail[is_stepped_off]] = is_doorstep[network.head[is_stepped_off]] = True
    segments = Segments(
        network.node_xy,
        network.tail,
        network.head,
        network.seconds_forward,
        network.seconds_backward,
        network.delay_forward,
        network.delay_backward,
        network.is_open_forward,
        network.is_open_backward,
        is_stepped_off,
        is_doorstep,
    )
    ends = network.leaving(origins) if direction == "from" else network.arriving(origins)
    starts = Starts(ends.link, ends.along, ends.snap_seconds)
    chain = graph.chain_of_link[ends.link]
    junctions = _junction_seconds(network, ends, direction)
    pieces: Floats = reached_pieces(chains, segments, starts, chain, junctions, limit, direction == "from")
    return np.concatenate(
        [_standing(origins.xy, np.zeros(len(origins))), _standing(*_on_street(network, origins)), pieces]
    )


def _standing(xy: Floats, seconds: Floats) -> Floats:
    """Pieces of no length."""
    return np.column_stack([xy, seconds, xy, seconds])


def _on_street(network: StreetNetwork, ties: Attachment) -> tuple[Floats, Floats]:
    """Where points step onto their streets, and the seconds until then."""
    tail, head = (network.node_xy[ends[ties.segment]] for ends in (network.tail, network.head))
    xy = tail + ties.fraction[:, np.newaxis] * (head - tail)
    return xy, np.asarray(network.profile.snap_seconds(ties.snap_metres))


def _junction_seconds(network: StreetNetwork, ends: Ends, direction: Direction) -> Floats:
    """Least time between any of the origins and each junction, (n,): one sweep, however many origins there are."""
    from layers.access.sweeps import climb, descend, enter

    hierarchy, metric = network.topology.hierarchy, network.metric
    climbing, descending = (metric.up, metric.down) if direction == "from" else (metric.down, metric.up)
    table = np.full((hierarchy.junction_count, 1), INFINITE_MS, np.int32)
    touched = np.zeros(hierarchy.junction_count, dtype=bool)
    lanes = np.zeros(ends.ms.size, np.int64)
    enter(table, touched, hierarchy.rank[ends.junction].ravel(), ends.ms.ravel(), lanes)
    climb(table, touched, hierarchy.parent, hierarchy.start, hierarchy.head, climbing, 0)
    descend(table, hierarchy.start, hierarchy.head, descending, 0)
    return to_seconds(table[hierarchy.rank, 0])


def _is_stepped_off(network: StreetNetwork, origins: Attachment) -> npt.NDArray[np.bool_]:
    """Streets that serve doors; for origins that found only a street of last resort, all that they may use."""
    choice = network.door_choice
    return np.asarray(choice >= choice[origins.segment].min())


def _polygons(outer: Floats, holes: list[Floats]) -> list[Polygon]:
    """Valid polygons of one outer ring and its holes."""
    import shapely

    polygon = shapely.Polygon(outer, holes)
    if polygon.is_valid:
        return [polygon]
    # A ring may touch itself where the surface meets the level exactly at a cell centre.
    whole = shapely.make_valid(polygon)
    return [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]


def _without_islands(parts: list[Polygon], filled: list[Floats], least_hole: float) -> list[Polygon]:
    """The parts of an area but those that lay in a hole which is now filled."""
    import shapely

    small = np.array([number for number, part in enumerate(parts) if part.area < least_hole], dtype=np.int64)
    if not filled or not small.size:
        return parts
    tree = shapely.STRtree([shapely.Polygon(ring) for ring in filled])
    inside, _ = tree.query([parts[number] for number in small], predicate="within")
    lost = set(small[inside].tolist())
    return [part for number, part in enumerate(parts) if number not in lost]


def _ring_area(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2))
