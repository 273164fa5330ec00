"""From the results of the build steps to what the layers count: people, distances, and where lists are complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.stop_coverage import surveyed_stops
from geodata.kinds import CATEGORIES
from geodata.tables import AGE_GROUPS, population_column
from geodata.workspace import FIGURES, PLACE_VALUES, Workspace
from layers.access.profiles import Profile
from layers.conditions import Conditions
from layers.figures import Figures, figures_by_name, pooled_figures
from layers.measures import STRAIGHT


def load_conditions(
    folders: Mapping[str, Path],
    codes: Sequence[str],
    area_km2: npt.NDArray[np.float64],
    profiles: Mapping[str, Profile],
) -> Conditions:
    """Read what the layers need from the folders of the build steps.

    Parameters
    ----------
    folders
        Step name → folder (people, places, facilities, stops, snapping, service_distances, transport_distances).
    codes
        Municipalities in the order of the areas wanted.
    profiles
        Modes along streets that the build measured, by id.
    """
    places = pd.read_parquet(folders["places"] / "places.parquet", columns=_place_columns(folders["places"]))
    index = pd.Index(list(codes))
    area_of_place = index.get_indexer(pd.Index(places["municipality_code"]))
    groups = [group for group in AGE_GROUPS if population_column(group) in places.columns]
    people = places["population_total"].groupby(places["municipality_code"]).sum().reindex(index).fillna(0.0)
    surveyed = _surveyed(folders, people)
    has_streets = (folders["network"] / "topology").is_dir()
    # A list covers these towns and has nothing within the halo: out of reach, which is an answer.
    nowhere = np.broadcast_to(np.float32(np.inf), len(places))
    modes = (STRAIGHT, *profiles) if has_streets else (STRAIGHT,)
    far = {(name, mode): nowhere for name, where in surveyed.items() if where.any() for mode in modes}
    return Conditions(
        area_of_place=area_of_place.astype(np.int64),
        area_km2=area_km2,
        people={group: places[population_column(group)].to_numpy(np.float64) for group in groups},
        distances=far | _distances(folders),
        surveyed=surveyed,
        has_streets=has_streets,
        profiles=profiles,
        place_values=_place_values(folders),
        figures=_figures(folders, codes),
    )


def pooled(conditions: Conditions, members: Sequence[int]) -> Conditions:
    """The same places with the areas in `members` pooled into one region."""
    new_index = np.full(conditions.area_count + 1, -1)
    new_index[list(members)] = 0
    surveyed = {name: np.array([bool(where[list(members)].all())]) for name, where in conditions.surveyed.items()}
    return Conditions(
        area_of_place=new_index[conditions.area_of_place],
        area_km2=np.array([conditions.area_km2[list(members)].sum()]),
        people=conditions.people,
        distances=conditions.distances,
        surveyed=surveyed,
        has_streets=conditions.has_streets,
        profiles=conditions.profiles,
        place_values=conditions.place_values,
        figures=pooled_figures(conditions.figures, members),
    )


def step_folders(workspace: Workspace) -> dict[str, Path]:
    """Step name → folder of an open workspace."""
    return {step: workspace.file(step, "") for step in workspace.manifest["steps"]}


def _place_columns(folder: Path) -> list[str]:
    import pyarrow.parquet as pq

    names = pq.read_schema(folder / "places.parquet").names
    return ["municipality_code", *(name for name in names if name.startswith("population_"))]


def _distances(folders: Mapping[str, Path]) -> dict[tuple[str, str], npt.NDArray[np.float32]]:
    found = {}
    for step in ("service_distances", "transport_distances"):
        for file in sorted(folders[step].glob("*.npy")):
            category, mode = file.stem.split(".")
            found[category, mode] = np.load(file, mmap_mode="r")
    return found


def _place_values(folders: Mapping[str, Path]) -> dict[str, npt.NDArray[np.float32]]:
    """What the steps know of each place, memory-mapped."""
    files = (file for folder in folders.values() for file in sorted((folder / PLACE_VALUES).glob("*.npy")))
    return {file.stem: np.load(file, mmap_mode="r") for file in files}


def _figures(folders: Mapping[str, Path], codes: Sequence[str]) -> dict[str, Figures]:
    """What the steps know of each area."""
    found: dict[str, Figures] = {}
    for folder in folders.values():
        if (folder / FIGURES).is_file():
            found |= figures_by_name(pd.read_parquet(folder / FIGURES), codes)
    return found


def _surveyed(folders: Mapping[str, Path], people: pd.Series) -> dict[str, npt.NDArray[np.bool_]]:
    """Category → per area, whether a list covers it. A group of kinds counts where any of its kinds is listed.

    Parameters
    ----------
    people
        People by municipality code, in the order of the areas.
    """
    result: dict[str, npt.NDArray[np.bool_]] = {}
    index = people.index
    kinds = pd.read_parquet(folders["facilities"] / "facility_coverage.parquet")
    covered = {str(kind): index.isin(rows["municipality_code"]) for kind, rows in kinds.groupby("kind")}
    telling = [set(words.split()) for words in kinds["tells"].fillna("").astype(str)]
    for name, category in CATEGORIES.items():
        masks = [covered[kind] for kind in category.kinds if kind in covered]
        if category.trait:
            tells = np.array([category.trait in words for words in telling], dtype=bool)
            rows = kinds[tells & kinds["kind"].isin(category.kinds).to_numpy()]
            masks = [index.isin(rows["municipality_code"])] if len(rows) else []
        if masks:
            result[name] = np.logical_or.reduce(masks)
    return result | surveyed_stops(folders["stops"], people)
