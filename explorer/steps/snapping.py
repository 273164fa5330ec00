"""Step: places tied to the streets of each mode."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geodata.projection import PlaneProjection
from geodata.streets import Streets
from geodata.workspace import StepWriter, read_table
from layers.access.attach import Attachment, attach
from layers.access.network import StreetNetwork
from layers.access.profiles import DRIVE, WALK

SNAP_LIMIT_M = 1000.0  # farther than this from any street a place has no street near
FAR_M = 300.0
MANY_FAR = 0.05  # in whole prefectures, islands included, it is 0.02 %


def run(writer: StepWriter, *, places: Path, streets: Path, projection: str) -> None:
    """Write ``xy`` and the ties of each mode; facts: share of people farther than 300 m from any street."""
    table = read_table(places / "places.parquet")
    xy = PlaneProjection(projection, 0.0).to_plane(table.geometry.x, table.geometry.y)
    writer.array(xy, "xy")
    network_arrays = Streets.load(streets / "streets")
    if network_arrays.segment_count == 0:
        writer.facts |= {"share_far_from_streets": None}
        return
    for profile in (WALK, DRIVE):
        network = StreetNetwork.from_streets(network_arrays, profile, projection=projection)
        ties = attach(network, xy, limit_metres=SNAP_LIMIT_M)
        save_ties(writer, ties, profile.id)
        if profile is WALK:
            people = table["population_total"].to_numpy()
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


def save_ties(writer: StepWriter, ties: Attachment, mode: str) -> None:
    """Write the ties of one mode as arrays."""
    writer.array(ties.segment, f"{mode}_segment")
    writer.array(ties.fraction, f"{mode}_fraction")
    writer.array(ties.snap_metres, f"{mode}_snap_metres")


def load_ties(folder: Path, mode: str) -> Attachment:
    """The ties of the places to the streets of one mode."""
    return Attachment(
        np.load(folder / "xy.npy"),
        np.load(folder / f"{mode}_segment.npy"),
        np.load(folder / f"{mode}_fraction.npy"),
        np.load(folder / f"{mode}_snap_metres.npy"),
    )
