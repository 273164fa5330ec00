"""N50 and N80 of services fitted on all municipalities of Japan: a documented example, of lists known to be incomplete.

    python -m benchmarks.thresholds ../shared/data/japan

The folder holds points of OpenStreetMap of January 2014 (``osm2014_<kind>.geojson``), boundaries of 2021
(``n03-21_210101_s0001.geojson``, simplified) and the people of the census of 2020 by municipality. Printed is a Markdown
table: the fit, its 95 % range, and the share of towns near N50 and N80 (within a quarter of the logarithm) that have one. Wards
count as their city. Beside it stands, where one is certain, the published size.
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geodata.codes import municipality_code, rolled_up
from geodata.municipalities import municipality_of
from layers.service_thresholds import SURE, NoFit, Thresholds, fitted_thresholds

KINDS = ("convenience", "library", "fuel")
Floats = npt.NDArray[np.float64]


def main() -> None:
    folder = Path(sys.argv[1])
    print("| service | towns | with one | N50 (95 %) | have one near it | N80 (95 %) | have one near it |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for kind in KINDS:
        try:
            found, people, present = fitted_on_osm(folder, kind)
        except NoFit as error:
            print(f"| `{kind}` | – | – | {error} | | | |")
            continue
        sizes = ((found.n50, found.log_error_50), (found.n80, found.log_error_80))
        cells = " | ".join(f"{_range(*size)} | {_near(size[0], people, present):.0f} %" for size in sizes)
        print(f"| `{kind}` | {found.count:,} | {found.present:,} | {cells} |")


def fitted_on_osm(folder: Path, kind: str) -> tuple[Thresholds, Floats, npt.NDArray[np.bool_]]:
    """The fit, and the people and presence of every municipality that it was made on."""
    import geopandas as gpd

    towns = gpd.read_file(folder / "n03-21_210101_s0001.geojson").rename(columns={"N03_007": "code"})
    towns = towns[towns["code"].notna()]
    points = gpd.read_file(folder / f"osm2014_{kind}.geojson").geometry
    where = {rolled_up(code) for code in municipality_of(points.x, points.y, towns) if code}
    people = _people(folder / "census2020_municipality.csv")
    codes = sorted(set(people) & {rolled_up(code) for code in towns["code"]})
    size = np.array([people[code] for code in codes])
    present = np.array([code in where for code in codes])
    found = fitted_thresholds(
        size,
        present,
        "OpenStreetMap 2014年1月（不完全な一覧）と2020年人口",
        "OpenStreetMap of January 2014 (incomplete), people of 2020",
    )
    return found, size, present


def _people(path: Path) -> dict[str, float]:
    """People by municipality, wards left out: their cities have rows of their own."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {str(municipality_code(row["JCODE"])): row["ALL"] for row in csv.DictReader(file)}
    return {code: float(people.replace(",", "")) for code, people in rows.items() if rolled_up(code) == code}


def _range(size: float, log_error: float) -> str:
    low, high = (size * math.exp(sign * SURE * log_error) for sign in (-1, 1))
    return f"{size:,.0f} ({low:,.0f}–{high:,.0f})"


def _near(size: float, people: Floats, present: npt.NDArray[np.bool_]) -> float:
    with np.errstate(divide="ignore"):
        near = np.abs(np.log(people / size)) < 0.25
    return 100 * float(present[near].mean()) if near.any() else math.nan


if __name__ == "__main__":
    main()
