"""Step: how closely people live: the inhabited land that each place stands for, and the density of the 1 km square around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from geodata import mesh
from geodata.recognised import Recognised
from geodata.workspace import StepWriter, read_table

INHABITED_LEVEL = 6  # 125 m squares, the finest of JIS X 0410: what a place stands for
DENSITY_LEVEL = 3  # 1 km squares


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write per place ``inhabited_km2`` (its part of a 125 m square) and ``density_1km`` (people per km²)."""
    import shapely

    del sources, codes, projection, box
    places = read_table(folders["places"] / "places.parquet")
    lon, lat = shapely.get_coordinates(places.geometry.to_numpy()).T
    people = places["population_total"].to_numpy(dtype=float)
    fine, of_place = np.unique(mesh.code_at(lon, lat, INHABITED_LEVEL), return_inverse=True)
    lived_in = people > 0
    shared = np.bincount(of_place, lived_in, len(fine))
    with np.errstate(invalid="ignore", divide="ignore"):
        own = square_km2(fine)[of_place] / shared[of_place]
    writer.place_values(np.where(lived_in, own, 0.0), "inhabited_km2")
    wide, of_place = np.unique(mesh.code_at(lon, lat, DENSITY_LEVEL), return_inverse=True)
    density = np.bincount(of_place, people, len(wide)) / square_km2(wide)
    writer.place_values(density[of_place], "density_1km")


def square_km2(codes: np.typing.NDArray[np.int64]) -> np.typing.NDArray[np.float64]:
    """Area of grid squares on the ellipsoid GRS80, km²; exact, since the sides are meridians and parallels."""
    west, south = mesh.south_west(codes)
    level = mesh.levels(codes)
    width, height = mesh.size_degrees(level)
    del west
    eccentricity = 0.0818191910428  # of GRS80
    half_minor = 6356.752314140**2 / 2

    def below(latitude: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
        """Area between the equator and a parallel per radian of longitude."""
        sine = eccentricity * np.sin(np.radians(latitude))
        return half_minor * (sine / (1 - sine**2) + np.arctanh(sine)) / eccentricity

    return np.radians(width) * (below(south + height) - below(south))
