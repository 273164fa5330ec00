"""Places: sample points about 100 m apart that carry the people of the cells, each in exactly one municipality.

People are spread inside each cell over the points of a net (:mod:`geodata.lattice`) in proportion to a weight told from
the streets (:mod:`geodata.dasymetric`); every age group by the same weights, so the sum over the places of a cell is the
cell, for each group. Cells without an ordinary street near any of their points are spread evenly.

**Municipality.** Places of census small areas belong to the cell's municipality. A place of a grid square belongs to
the municipality whose boundary holds it, so squares on a border are divided by where their streets are. Points outside
every boundary are

- in the *sea*: no street, no weight;
- in a *neighbouring prefecture*, if the land goes on there: within 2 km of the square there are people or ordinary
  streets that lie outside and more than 500 m from every boundary. Those people are left out and counted in a note;
- otherwise *on the coast*, where a simplified outline cuts the land short: they belong to the nearest municipality
  within 500 m.

**How well people are spread** (``python -m benchmarks.spread``; Chiba Prefecture, people of the 2015 small areas put into
500 m squares, against the squares of 2020; five years of change are part of every figure):

====================================  ======================  =========================
share of people in a wrong square     100 m net in a plane    net of the standard grid
====================================  ======================  =========================
even over the area                    16.7 % (r 0.951)        15.0 % (r 0.962)
√ of local street length in 100 m     14.2 % (r 0.960)        12.5 % (r 0.970)
the rule used here                    12.9 % (r 0.960)        10.9 % (r 0.971)
====================================  ======================  =========================

With its numbers searched on one half of the municipalities, the rule puts 10.4 and 12.2 % of the other half's people
into a wrong square; the fixed numbers used here 10.3 and 12.1 %, the square root 11.6 and 14.1 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geodata import mesh
from geodata.dasymetric import has_ordinary_street, street_weights
from geodata.lattice import Lattice, LatticePoints
from geodata.tables import CRS, POPULATION_PREFIX

if TYPE_CHECKING:
    from geodata.notes import Notes
    from geodata.streets import Streets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

COAST_M: Final = 500.0
INLAND_M: Final = 2000.0
# Points per side of a 500 m square: whole numbers of them fit into the cells of every grid level.
_DIVISIONS: Final = {1: 5, 2: 5, 3: 5, 4: 5, 5: 6, 6: 4}
_FILE: Final = "places"


def spread(
    cells: gpd.GeoDataFrame,
    municipalities: gpd.GeoDataFrame,
    streets: Streets | None,
    *,
    projection: str,
    notes: Notes,
) -> gpd.GeoDataFrame:
    """Spread the people of the cells over places, by where the streets are.

    Parameters
    ----------
    cells
        :data:`geodata.tables.CELL_COLUMNS`, EPSG:6668; cells without people are passed over.
    municipalities
        `code` and `geometry` in EPSG:6668, of the study area and of any neighbours that are known.
    streets
        Street network around the cells, or None: then everything is spread evenly.
    projection
        CRS in metres for the study area (distances to a boundary).
    notes
        Receives how many people were spread evenly, moved to the coast, or left out, and why.

    Returns
    -------
    GeoDataFrame
        :data:`geodata.tables.PLACE_COLUMNS` and the population columns of the cells; one row per place with people,
        in the order of the cells; RangeIndex. Each group sums to the cell within floating point, except for what
        the notes say lies outside every municipality.
    """
    lived_in = cells[cells["population_total"].to_numpy(dtype=float) > 0].reset_index(drop=True)
    lattice = Lattice(_divisions(lived_in))
    towns = _Towns.of(municipalities, lived_in, lattice, projection)
    far = _far_outside(lived_in, towns)
    points, longitude, latitude = _points(lived_in, lattice, ~far)
    weight = street_weights(points, lattice, streets) if streets is not None else np.zeros(len(points))
    town = _own_town(lived_in, points, towns)
    if (town < 0).any():
        goes_on = _land_goes_on(lived_in, points, town, towns, streets)
        town = _ashore(points, town, ~goes_on, towns, (longitude, latitude))
    people = lived_in["population_total"].to_numpy(dtype=float)
    share = _shares(points, weight, town, people, notes)
    _note_left_out(people, people[points.polygon] * share * (town < 0), far, notes)
    kept = (town >= 0) & (share > 0)
    cell = points.polygon[kept]
    groups = [column for column in lived_in.columns if column.startswith(POPULATION_PREFIX)]
    return gpd.GeoDataFrame(
        {
            "place_id": np.arange(len(cell)),
            "cell_id": lived_in["cell_id"].to_numpy()[cell],
            "municipality_code": pd.array(towns.codes[town[kept]], dtype="str"),
            **{group: lived_in[group].to_numpy(dtype=float)[cell] * share[kept] for group in groups},
            "suppressed_share": lived_in["suppressed_share"].to_numpy(dtype=float)[cell],
        },
        geometry=shapely.points(longitude[kept], latitude[kept]),
        crs=CRS,
    )


@dataclass(frozen=True)
class _Towns:
    """Municipalities as points of the net, for asking which one holds a point or is nearest."""

    codes: npt.NDArray[np.object_]  # of the municipalities, then of any that only cells name
    points: LatticePoints
    keys: Ints  # of the points, sorted
    owner: Ints  # municipality number in the order of the keys
    lattice: Lattice
    to_plane: Transformer

    @classmethod
    def of(cls, municipalities: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, lattice: Lattice, projection: str) -> _Towns:
        codes = pd.unique(pd.concat([municipalities["code"], cells["municipality_code"].dropna()]).astype(object))
        points = lattice.points_within(municipalities.geometry.to_numpy())
        order = np.argsort(points.key, kind="stable")
        return cls(
            np.asarray(codes, dtype=object),
            points,
            points.key[order],
            points.polygon[order],
            lattice,
            Transformer.from_crs(CRS, projection, always_xy=True),
        )

    def holding(self, points: LatticePoints) -> Ints:
        """Find the municipality that holds each point, −1 outside all."""
        if not len(self.keys):
            return np.full(len(points), -1)
        at = np.minimum(np.searchsorted(self.keys, points.key), len(self.keys) - 1)
        return np.where(self.keys[at] == points.key, self.owner[at], -1)

    def nearest(self, longitude: Floats, latitude: Floats, within_m: float) -> tuple[Ints, Floats]:
        """Nearest municipality and metres to its nearest point of the net; −1 and ∞ beyond the limit."""
        from scipy.spatial import cKDTree

        if not len(self.points):
            return np.full(len(longitude), -1), np.full(len(longitude), np.inf)
        tree = cKDTree(np.column_stack(self.to_plane.transform(*self.lattice.to_degrees(self.points))))
        asked = np.column_stack(self.to_plane.transform(longitude, latitude))
        nearest = tree.query(asked, distance_upper_bound=within_m)
        metres, index = np.asarray(nearest[0], dtype=float), np.asarray(nearest[1], dtype=np.int64)
        found = np.isfinite(metres)
        return np.where(found, self.points.polygon[np.where(found, index, 0)], -1), metres


def _divisions(cells: gpd.GeoDataFrame) -> int:
    """Points per side of a 500 m square that suit the finest grid among the cells."""
    grid = cells["municipality_code"].isna()
    levels = mesh.levels(cells.loc[grid, "cell_id"].to_numpy(dtype=object)) if grid.any() else np.zeros(0, dtype=int)
    return _DIVISIONS.get(int(levels.max(initial=4)), 5)


def _far_outside(cells: gpd.GeoDataFrame, towns: _Towns) -> Bools:
    """Grid squares so far from every municipality that no part of them can belong to one."""
    far: Bools = np.array(cells["municipality_code"].isna())
    if far.any():
        bounds = shapely.bounds(cells.geometry.to_numpy()[far])
        centre = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
        x0, y0 = towns.to_plane.transform(bounds[:, 0], bounds[:, 1])
        x1, y1 = towns.to_plane.transform(*centre)
        reach = np.hypot(x1 - x0, y1 - y0) + COAST_M
        _, metres = towns.nearest(*centre, within_m=float(reach.max()))
        far[far] = metres > reach
    return far


def _points(cells: gpd.GeoDataFrame, lattice: Lattice, wanted: Bools) -> tuple[LatticePoints, Floats, Floats]:
    """Points of the net in each wanted cell with their position; one point inside where a cell is too small for any."""
    numbers = np.flatnonzero(wanted)
    outlines = cells.geometry.to_numpy()[numbers]
    found = lattice.points_within(outlines)
    without = np.setdiff1d(np.arange(len(numbers)), found.polygon)
    inner = shapely.point_on_surface(outlines[without])
    extra_longitude, extra_latitude = shapely.get_x(inner), shapely.get_y(inner)
    column, row = lattice.to_net(extra_longitude, extra_latitude)
    owner = numbers[np.concatenate([found.polygon, without])]
    order = np.argsort(owner, kind="stable")
    longitude, latitude = lattice.to_degrees(found)
    points = LatticePoints(
        owner[order],
        np.concatenate([found.column, np.floor(column).astype(np.int64)])[order],
        np.concatenate([found.row, np.floor(row).astype(np.int64)])[order],
    )
    longitude, latitude = np.concatenate([longitude, extra_longitude]), np.concatenate([latitude, extra_latitude])
    return points, longitude[order], latitude[order]


def _own_town(cells: gpd.GeoDataFrame, points: LatticePoints, towns: _Towns) -> Ints:
    """Name each point's municipality by number: its cell's, or for grid squares the one that holds it; −1 outside all."""
    of_cell = pd.Index(towns.codes).get_indexer(pd.Index(cells["municipality_code"].astype(object)))
    is_grid = cells["municipality_code"].isna().to_numpy()
    if not is_grid.any():
        return np.asarray(of_cell, dtype=np.int64)[points.polygon]
    return np.where(is_grid[points.polygon], towns.holding(points), of_cell[points.polygon])


def _ashore(points: LatticePoints, town: Ints, is_coast: Bools, towns: _Towns, position: tuple[Floats, Floats]) -> Ints:
    """Give points outside every boundary to the nearest municipality within 500 m, in the cells on the coast."""
    ashore = np.flatnonzero((town < 0) & is_coast[points.polygon])
    town = town.copy()
    town[ashore], _ = towns.nearest(position[0][ashore], position[1][ashore], within_m=COAST_M)
    return town


def _land_goes_on(
    cells: gpd.GeoDataFrame, points: LatticePoints, town: Ints, towns: _Towns, streets: Streets | None
) -> Bools:
    """Whether, within 2 km of a cell, people live or ordinary streets run outside and > 500 m from every boundary."""
    from scipy.spatial import cKDTree

    is_partly_inside = np.bincount(points.polygon[town >= 0], minlength=len(cells)) > 0
    centre = shapely.get_coordinates(shapely.centroid(cells.geometry.to_numpy()))
    candidates = [centre[~is_partly_inside]]
    if streets is not None:
        on_land = has_ordinary_street(streets)
        nodes = np.column_stack([streets.node_lon, streets.node_lat])[on_land]
        column, row = (np.floor(units).astype(np.int64) for units in towns.lattice.to_net(nodes[:, 0], nodes[:, 1]))
        candidates.append(nodes[towns.holding(LatticePoints(row, column, row)) < 0])
    outside = np.concatenate(candidates)
    _, metres = towns.nearest(outside[:, 0], outside[:, 1], within_m=COAST_M)
    farther_out = outside[~np.isfinite(metres)]
    if not len(farther_out):
        return np.zeros(len(cells), dtype=bool)
    tree = cKDTree(np.column_stack(towns.to_plane.transform(farther_out[:, 0], farther_out[:, 1])))
    asked = np.column_stack(towns.to_plane.transform(centre[:, 0], centre[:, 1]))
    nearest, _ = tree.query(asked, distance_upper_bound=INLAND_M)
    return np.isfinite(nearest)


def _shares(points: LatticePoints, weight: Floats, town: Ints, people: Floats, notes: Notes) -> Floats:
    """Share of its cell's people that each point carries; even where no point of the cell is near a street."""
    has_street = np.bincount(points.polygon, weights=weight, minlength=len(people)) > 0
    has_town = np.bincount(points.polygon, weights=town >= 0, minlength=len(people)) > 0
    is_even = ~has_street[points.polygon]
    weight = np.where(is_even, (town >= 0) | ~has_town[points.polygon], weight)
    evenly = np.unique(points.polygon[is_even])
    if len(evenly):
        count, spread_evenly = len(evenly), float(people[evenly].sum())
        notes.info(
            _FILE,
            f"近くに一般道のない {count:,} セル（{spread_evenly:,.0f} 人）は、面積に応じて均等に配分しました。",
            f"{count:,} cells ({spread_evenly:,.0f} people) have no ordinary street near: spread evenly over their area.",
        )
    total = np.bincount(points.polygon, weights=weight, minlength=len(people))
    share: Floats = weight / total[points.polygon]
    return share


def _note_left_out(people: Floats, left_out: Floats, far: Bools, notes: Notes) -> None:
    outside = float(left_out.sum() + people[far].sum())
    if outside >= 0.5:
        notes.info(
            _FILE,
            f"対象の市区町村の外のメッシュ {int(far.sum()):,} 件と境界上のメッシュの外側の部分（計 {outside:,.0f} 人）は含みません。",
            f"{int(far.sum()):,} grid squares outside the municipalities and the outer parts of squares on the border "
            f"are left out ({outside:,.0f} people).",
        )
