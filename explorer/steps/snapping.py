"""Step: places tied to the streets of each mode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from explorer.networks import open_networks
from geodata.projection import PlaneProjection
from geodata.workspace import StepWriter, read_table
from layers.access.attach import Attachment, attach
from layers.access.profiles import Profile

SNAP_LIMIT_M = 1000.0  # farther than this from any street a place has no street near
FAR_M = 300.0
MANY_FAR = 0.05  # in whole prefectures, islands included, it is 0.02 %


def run(
    writer: StepWriter, *, places: Path, streets: Path, network: Path, projection: str, profiles: Sequence[Profile]
) -> None:
    """Write ``xy`` and the ties of each mode; facts: share of people farther than 300 m from any street."""
    table = read_table(places / "places.parquet")
    xy = PlaneProjection(projection, 0.0).to_plane(table.geometry.x, table.geometry.y)
    writer.array(xy, "xy")
    networks = open_networks(streets, network, projection)
    if networks.topology is None:
        writer.facts |= {"share_far_from_streets": None}
        return
    by_doors: dict[str, Profile] = {}
    for profile in profiles:
        by_doors.setdefault(profile.doors, profile)
    for name, profile in by_doors.items():
        ties = attach(networks.of(profile), xy, limit_metres=SNAP_LIMIT_M)
        _save(writer, ties, name)
        if profile.way == "walk" and "share_far_from_streets" not in writer.facts:
            _tell_of_far(writer, ties, table["population_total"].to_numpy())


def load_ties(folder: Path, profile: Profile) -> Attachment:
    """The ties of the places to the streets of a mode."""
    name = profile.doors
    return Attachment(
        np.load(folder / "xy.npy"),
        np.load(folder / f"{name}.segment.npy"),
        np.load(folder / f"{name}.fraction.npy"),
        np.load(folder / f"{name}.snap_metres.npy"),
    )


def _save(writer: StepWriter, ties: Attachment, name: str) -> None:
    writer.array(ties.segment, f"{name}.segment")
    writer.array(ties.fraction, f"{name}.fraction")
    writer.array(ties.snap_metres, f"{name}.snap_metres")


def _tell_of_far(writer: StepWriter, ties: Attachment, people: np.ndarray) -> None:
    far = people[~(ties.snap_metres <= FAR_M)].sum()
    share = float(far / max(people.sum(), 1e-9))
    if share > MANY_FAR:
        writer.notes.warn(
            "",
            f"人口の {share:.0%} が道路から300m以上離れています。道路データが対象地域を覆っているか確かめてください。",
            f"{share:.0%} of the people live farther than 300 m from any street: do the streets cover the area?",
        )
    writer.facts |= {
        "share_far_from_streets": share,
        "places_without_street": int(np.count_nonzero(~ties.is_attached)),
    }
