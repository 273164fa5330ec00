"""Step: the other population, where two sources give one: how far results hang on which of them is taken.

The people of the source that was not chosen are spread along the streets like the chosen ones and given to the nearest
place that the workspace has. They are never added to the chosen people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.errors import ExplorerError
from geodata.notes import Notes
from geodata.places import spread
from geodata.projection import PlaneProjection
from geodata.recognised import Recognised
from geodata.streets import Streets
from geodata.study_area import find_study_area, read_population
from geodata.tables import AGE_GROUPS, population_column
from geodata.workspace import StepWriter, read_table

if TYPE_CHECKING:
    import geopandas as gpd

OTHER: Final = "other_population_"  # place value per age group: other_population_total …
SAME: Final = (
    1e-3  # the same table in another file: the sum of all differences is no more than this share of the people
)
FAR_M: Final = 1000.0  # nobody is moved farther than this to a place of the workspace


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write ``other_population_<group>`` per place; facts: year and files of the other source, people too far off."""
    del box
    people = read_table(folders["people"] / "municipalities.parquet")
    unused = _unused(folders["people"])
    rest = [source for identity, source in sources if identity in unused]
    if not rest:
        return
    unsaid = Notes()  # the step that chose among the sources has said what is wrong with them
    try:
        shapes = people.drop(columns="in_study_area")
        series = read_population(rest, shapes, notes=unsaid)
        area = find_study_area(shapes, series, prefecture="", codes=codes, halo_km=0.0, notes=unsaid)
    except ExplorerError:  # it cannot be read, or does not reach the study area
        return
    streets = Streets.load(folders["streets"] / "streets")
    parts = [
        spread(
            part.drop(columns="series").reset_index(drop=True),
            people,
            streets,
            projection=projection,
            notes=unsaid,
        )
        for _, part in area.cells.groupby("series")
    ]
    places = read_table(folders["places"] / "places.parquet")
    lost = _give(writer, parts, places, projection, codes)
    writer.facts |= {
        "other_population_year": area.year,
        "other_population_files": sorted({source.file.label for source in area.used}),
        "other_population_lost": lost,
    }


def _unused(folder: Path) -> set[str]:
    import json

    facts = json.loads((folder / "step.json").read_text(encoding="utf-8"))["facts"]
    return set(facts["unused"])


def _give(
    writer: StepWriter,
    parts: Sequence[gpd.GeoDataFrame],
    places: gpd.GeoDataFrame,
    projection: str,
    codes: Sequence[str],
) -> float:
    """Each place of the other population gives its people to the nearest place of its own municipality."""
    from scipy.spatial import KDTree

    plane = PlaneProjection(projection, 0.0)
    here = plane.to_plane(places.geometry.x, places.geometry.y)
    towns = places["municipality_code"].astype(str).to_numpy()
    groups = [
        group for group in AGE_GROUPS if all(population_column(group) in part.columns for part in (*parts, places))
    ]
    given = {group: np.zeros(len(places)) for group in groups}
    lost = 0.0
    for part in parts:
        there = plane.to_plane(part.geometry.x, part.geometry.y)
        town = part["municipality_code"].astype(str).to_numpy()
        for code in codes:
            own, other = np.flatnonzero(towns == code), np.flatnonzero(town == code)
            if not (own.size and other.size):
                continue
            metres, nearest = KDTree(here[own]).query(there[other], distance_upper_bound=FAR_M)
            near, row = np.isfinite(metres), np.asarray(nearest)
            lost += float(part[population_column("total")].to_numpy()[other[~near]].sum())
            for group in groups:
                people = part[population_column(group)].to_numpy(float)[other[near]]
                given[group] += np.bincount(own[row[near]], people, len(places))
    own_total = places[population_column("total")].to_numpy(float)
    moved = np.abs(given["total"] - own_total).sum() / max(own_total.sum(), 1.0)
    if moved > SAME:
        for group, people in given.items():
            writer.place_values(people, OTHER + group)
    return lost
