"""How well people are spread inside census small areas: 2015 small areas → places → 500 m squares, against 2020.

    python -m benchmarks.spread ../shared/data/chiba [--fit]

The folder holds a small-area file, a CSV of 500 m squares and a road extract of the same prefecture. Compared are all
500 m squares (with or without people in the CSV) that lie wholly inside the union of the small areas, both sides scaled
to the same total. Reported are the share of people in a wrong square, ½ Σ|a − b| / Σ b, and the correlation of the
squares. Five years of change lie between the two censuses, so neither can reach 0 % and 1. The squares are used for the
comparison only, never by a rule.

``--fit`` shows that the numbers of the rule are not fitted to noise: the municipalities are split into two halves at
random, the best numbers are searched on each half and scored on the other.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geodata import mesh
from geodata.archive import RawFile
from geodata.dasymetric import StreetRule, street_density, street_weights, weight_of
from geodata.lattice import Lattice, LatticePoints
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.population import read_grid_csv, read_small_areas, sniff_population
from geodata.projection import choose_projection
from geodata.streets import Streets

Floats = npt.NDArray[np.float64]
# What others do: square root of the length of local streets near points 100 m apart.
SQUARE_ROOT = StreetRule(
    near_exponent=0.5,
    around_exponent=0.0,
    link_scale_m=float("inf"),
    classes=("tertiary", "unclassified", "residential", "living_street"),
    service_share=0.0,
)


@dataclass(frozen=True)
class PlaneLattice(Lattice):
    """A net of points 100 m apart in a plane, of which "degrees" are metres: not nested in the standard grid."""

    def to_net(self, longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> tuple[Floats, Floats]:
        return np.asarray(longitude, dtype=float) / 100, np.asarray(latitude, dtype=float) / 100

    def to_degrees(self, points: LatticePoints) -> tuple[Floats, Floats]:
        return (points.column + 0.5) * 100, (points.row + 0.5) * 100

    def metres_per_box(self, latitude: float) -> tuple[float, float]:  # noqa: ARG002 - the same everywhere
        return 100.0, 100.0


@dataclass(frozen=True)
class Truth:
    """The squares compared, their people in 2020, and which half of the municipalities they lie wholly in (or −1)."""

    codes: npt.NDArray[np.int64]
    people: Floats

    def index(self, longitude: Floats, latitude: Floats) -> npt.NDArray[np.int64]:
        code = mesh.code_at(longitude, latitude, 4)
        at = np.minimum(np.searchsorted(self.codes, code), len(self.codes) - 1)
        return np.where(self.codes[at] == code, at, -1)

    def score(
        self, square: npt.NDArray[np.int64], people: Floats, only: npt.NDArray[np.bool_] | None = None
    ) -> tuple[float, float]:
        found = np.bincount(square[square >= 0], weights=people[square >= 0], minlength=len(self.codes))
        true = self.people
        if only is not None:
            found, true = found[only], true[only]
        found = found * true.sum() / found.sum()
        return 50 * np.abs(found - true).sum() / true.sum(), float(np.corrcoef(found, true)[0, 1])


@dataclass(frozen=True)
class Net:
    """Points of one net in the cells, with the square of the truth each lies in."""

    lattice: Lattice
    points: LatticePoints
    streets: Streets
    square: npt.NDArray[np.int64]

    def people(self, weight: Floats, of_cell: Floats) -> Floats:
        total = np.bincount(self.points.polygon, weights=weight, minlength=len(of_cell))
        weight = np.where(total[self.points.polygon] > 0, weight, 1.0)
        total = np.bincount(self.points.polygon, weights=weight, minlength=len(of_cell))
        return of_cell[self.points.polygon] * weight / total[self.points.polygon]


def load(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Streets]:
    notes = Notes()
    files = [RawFile(path, root=folder.parent) for path in sorted(folder.iterdir()) if path.is_file()]
    kinds = {raw: source for raw in files if (source := sniff_population(raw)) is not None}
    areas = next(raw for raw, source in kinds.items() if source.format == "small_areas")
    squares = next(raw for raw, source in kinds.items() if source.format == "grid_csv" and 4 in source.levels)
    roads = next(raw for raw in files if raw.name.endswith(".osm.pbf"))
    cells = read_small_areas(areas, notes=notes)
    return cells, read_grid_csv(squares, notes=notes), read_osm(roads, notes=notes).streets


def truth_of(cells: gpd.GeoDataFrame, squares: gpd.GeoDataFrame) -> Truth:
    outline = shapely.union_all(shapely.buffer(cells.geometry.to_numpy(), 5e-5))  # closes gaps of a few metres
    shapely.prepare(outline)
    west, south, east, north = cells.total_bounds
    longitude, latitude = np.meshgrid(np.arange(west, east + 0.01, 1 / 160), np.arange(south, north + 0.01, 1 / 240))
    codes = np.unique(mesh.code_at(longitude.ravel(), latitude.ravel(), 4))
    codes = codes[shapely.contains_properly(outline, mesh.polygons(codes))]
    people = squares.set_index(squares["cell_id"].astype("int64"))["population_total"]
    return Truth(codes, people.reindex(codes).fillna(0).to_numpy(dtype=float))


def standard_net(cells: gpd.GeoDataFrame, streets: Streets, truth: Truth) -> Net:
    lattice = Lattice()
    points = _with_small(lattice.points_within(cells.geometry.to_numpy()), cells.geometry.to_numpy(), lattice)
    return Net(lattice, points, streets, truth.index(*lattice.to_degrees(points)))


def plane_net(cells: gpd.GeoDataFrame, streets: Streets, truth: Truth) -> Net:
    projection = choose_projection(tuple(cells.total_bounds))
    plane = Transformer.from_crs("EPSG:6668", projection.crs, always_xy=True)
    outlines = shapely.transform(cells.geometry.to_numpy(), lambda xy: np.column_stack(plane.transform(*xy.T)))
    lattice = PlaneLattice()
    points = _with_small(lattice.points_within(outlines), outlines, lattice)
    x, y = plane.transform(streets.node_lon, streets.node_lat)
    position = plane.transform(*lattice.to_degrees(points), direction="INVERSE")
    return Net(lattice, points, replace(streets, node_lon=x, node_lat=y), truth.index(*position))


def _with_small(points: LatticePoints, outlines: npt.NDArray[np.object_], lattice: Lattice) -> LatticePoints:
    """Add the nearest point of the net for cells that hold none."""
    without = np.setdiff1d(np.arange(len(outlines)), points.polygon)
    inner = shapely.point_on_surface(outlines[without])
    column, row = (
        np.floor(units).astype(np.int64) for units in lattice.to_net(shapely.get_x(inner), shapely.get_y(inner))
    )
    return LatticePoints(
        np.concatenate([points.polygon, without]),
        np.concatenate([points.column, column]),
        np.concatenate([points.row, row]),
    )


def compare(cells: gpd.GeoDataFrame, streets: Streets, truth: Truth) -> None:
    of_cell = cells["population_total"].to_numpy(dtype=float)
    print(
        f"{len(truth.codes):,} squares, {truth.people.sum():,.0f} people; {len(cells):,} small areas, {of_cell.sum():,.0f}"
    )
    rules = {
        "even over the area": None,
        "square root of local streets": SQUARE_ROOT,
        "the rule of this project": StreetRule(),
    }
    for name, net in (("points 100 m apart in a plane", plane_net), ("net nested in the standard grid", standard_net)):
        made = net(cells, streets, truth)
        print(f"{name}: {len(made.points):,} points")
        for title, rule in rules.items():
            start = time.perf_counter()
            weight = (
                street_weights(made.points, made.lattice, made.streets, rule) if rule else np.ones(len(made.points))
            )
            wrong, correlation = truth.score(made.square, made.people(weight, of_cell))
            seconds = time.perf_counter() - start
            print(f"  {title:32s} {wrong:5.2f} % in a wrong square, correlation {correlation:.4f}  ({seconds:.1f} s)")


def fit(cells: gpd.GeoDataFrame, streets: Streets, truth: Truth) -> None:
    """Search the numbers of the rule on each half of the municipalities, and score them on the other."""
    of_cell = cells["population_total"].to_numpy(dtype=float)
    net = standard_net(cells, streets, truth)
    codes, number = np.unique(cells["municipality_code"].to_numpy(dtype=object), return_inverse=True)
    half = np.random.default_rng(3).permutation(len(codes))[number] % 2
    known = net.square >= 0
    second = np.bincount(net.square[known], weights=half[net.points.polygon][known], minlength=len(truth.codes))
    count = np.bincount(net.square[known], minlength=len(truth.codes))
    halves = [(second == 0) & (count > 0), (second == count) & (count > 0)]
    tried = []
    for near_m, around_m, link_scale_m in itertools.product((75, 100, 130), (500, 800, 1200), (150, 250, 400)):
        base = StreetRule(near_m=near_m, around_m=around_m, link_scale_m=link_scale_m)
        near, around = street_density(net.points, net.lattice, net.streets, base)
        for near_exponent, around_exponent in itertools.product((0.5, 0.65, 0.8, 1.0), (0.0, 0.3, 0.6, 0.9)):
            rule = replace(base, near_exponent=near_exponent, around_exponent=around_exponent)
            people = net.people(weight_of(near, around, rule), of_cell)
            tried.append((rule, [truth.score(net.square, people, only)[0] for only in halves]))
    own = net.people(street_weights(net.points, net.lattice, net.streets), of_cell)
    root = net.people(street_weights(net.points, net.lattice, net.streets, SQUARE_ROOT), of_cell)
    for here, there in ((0, 1), (1, 0)):
        best, scores = min(tried, key=lambda one: one[1][here])
        numbers = (best.near_m, best.near_exponent, best.around_m, best.around_exponent, best.link_scale_m)
        print(f"best on half {here + 1} {numbers}: {scores[here]:.2f} %, on the other half {scores[there]:.2f} %")
        print(
            f"  on that other half: rule of this project {truth.score(net.square, own, halves[there])[0]:.2f} %, "
            f"square root {truth.score(net.square, root, halves[there])[0]:.2f} %"
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fit", action="store_true", help="search the numbers of the rule on halves (two minutes)")
    options = parser.parse_args(arguments)
    cells, squares, streets = load(options.folder)
    truth = truth_of(cells, squares)
    compare(cells, streets, truth)
    if options.fit:
        fit(cells, streets, truth)
    return 0


if __name__ == "__main__":
    sys.exit(main())
