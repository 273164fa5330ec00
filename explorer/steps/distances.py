"""Shared by the distance steps: from every place to the nearest of each category, straight, on foot and by car."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
from geodata.streets import Streets
from geodata.workspace import StepWriter
from layers.access.attach import Attachment, attach
from layers.access.nearest import nearest_facility
from layers.access.network import StreetNetwork
from layers.access.profiles import DRIVE, WALK
from layers.access.straight import nearest_straight

Rows = npt.NDArray[np.int64]


def measure(
    writer: StepWriter,
    *,
    sites_xy: npt.NDArray[np.float64],
    categories: Mapping[str, Rows],
    snapping: Path,
    streets: Path,
    projection: str,
) -> dict[str, Attachment]:
    """Write ``<category>_<mode>.npy`` for every category and mode.

    Parameters
    ----------
    sites_xy
        (n_sites, 2) positions of all facilities or stops in the plane.
    categories
        Category → rows of the sites that belong to it.

    Returns
    -------
    dict
        Mode → ties of the sites to its streets; empty without streets.
    """
    places_xy = np.load(snapping / "xy.npy")
    for category, rows in categories.items():
        _write(writer, nearest_straight(places_xy, sites_xy[rows]).cost, category, "straight")
    arrays = Streets.load(streets / "streets")
    ties: dict[str, Attachment] = {}
    if arrays.segment_count == 0:
        return ties
    for profile in (WALK, DRIVE):
        network = StreetNetwork.from_streets(arrays, profile, projection=projection)
        places = load_ties(snapping, profile.id)
        sites = ties[profile.id] = attach(network, sites_xy, limit_metres=SNAP_LIMIT_M)
        for category, rows in categories.items():
            _write(writer, nearest_facility(network, places, sites.take(rows)).cost, category, profile.id)
    return ties


def _write(writer: StepWriter, cost: npt.NDArray[np.floating], category: str, mode: str) -> None:
    writer.array(cost.astype(np.float32), f"{category}_{mode}")
    writer.facts.setdefault("measures", []).append(f"{category}_{mode}")


def rows_by(labels: npt.NDArray[np.object_], wanted: Mapping[str, Iterable[str]]) -> dict[str, Rows]:
    """Rows whose label is among those of each category; categories without any row are left out."""
    found = {category: np.flatnonzero(np.isin(labels, list(members))) for category, members in wanted.items()}
    return {category: rows for category, rows in found.items() if rows.size}
