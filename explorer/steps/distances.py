"""Shared by the distance steps: from every place to the nearest of each category, straight and in every mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from explorer.networks import Networks, open_networks
from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
from geodata.workspace import StepWriter, measure_name
from layers.access.attach import Attachment, attach
from layers.access.nearest import nearest
from layers.access.profiles import Profile
from layers.access.straight import nearest_straight
from layers.measures import is_in_metres

Rows = npt.NDArray[np.int64]


class OnStreets(TypedDict):
    """What distance steps need of the steps before them: their folders, and the modes."""

    snapping: Path
    streets: Path
    network: Path
    profiles: Sequence[Profile]


def measure(
    writer: StepWriter,
    *,
    sites_xy: npt.NDArray[np.float64],
    categories: Mapping[str, Rows],
    projection: str,
    **on_streets: Unpack[OnStreets],
) -> dict[str, Attachment]:
    """Write ``<category>.<mode>.npy`` for every category and mode.

    Parameters
    ----------
    sites_xy
        (n_sites, 2) positions of all facilities or stops in the plane.
    categories
        Category → rows of the sites that belong to it.

    Returns
    -------
    dict
        Doors of a profile → ties of the sites to the streets; empty without streets.
    """
    snapping = on_streets["snapping"]
    places_xy = np.load(snapping / "xy.npy")
    straight = {name: nearest_straight(places_xy, sites_xy[rows]).metres for name, rows in categories.items()}
    for category, metres in straight.items():
        _write(writer, metres, category, "straight")
    networks = open_networks(on_streets["streets"], on_streets["network"], projection)
    if networks.topology is None:
        return {}
    ties: dict[str, Attachment] = {}
    for profile in on_streets["profiles"]:
        name = profile.doors
        if name not in ties:
            ties[name] = attach(networks.of(profile), sites_xy, limit_metres=SNAP_LIMIT_M)
        sites = {category: ties[name].take(rows) for category, rows in categories.items()}
        places = load_ties(snapping, profile)
        for category, cost in costs_to_nearest(networks, profile, places, sites, straight).items():
            _write(writer, cost, category, profile.id)
    return ties


def costs_to_nearest(
    networks: Networks,
    profile: Profile,
    places: Attachment,
    sites: Mapping[str, Attachment],
    straight: Mapping[str, npt.NDArray[np.float64]],
) -> dict[str, npt.NDArray[np.float64]]:
    """Category → (k,) from every place to the nearest site: metres in the mode that counts metres, else seconds."""
    found = nearest(networks.of(profile), places, sites, with_metres=is_in_metres(profile.id))
    if found.metres is None:
        return dict(zip(found.categories, found.seconds.T, strict=True))
    # Rounded to milliseconds on every stretch, a way may come out millimetres shorter than the straight line.
    return {
        name: np.maximum(metres, straight[name]) for name, metres in zip(found.categories, found.metres.T, strict=True)
    }


def _write(writer: StepWriter, cost: npt.NDArray[np.floating], category: str, mode: str) -> None:
    writer.array(cost.astype(np.float32), measure_name(category, mode))
    writer.facts.setdefault("measures", []).append(measure_name(category, mode))


def rows_by(labels: npt.NDArray[np.object_], wanted: Mapping[str, Iterable[str]]) -> dict[str, Rows]:
    """Rows whose label is among those of each category; categories without any row are left out."""
    found = {category: np.flatnonzero(np.isin(labels, list(members))) for category, members in wanted.items()}
    return {category: rows for category, rows in found.items() if rows.size}
