"""Step: the accessibility score of each place, to be drawn. Indicators do not read it: they score the distances anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer.conditions import load_conditions
from geodata.recognised import Recognised
from geodata.workspace import StepWriter, read_table
from layers.access.profiles import Profile
from layers.score_counting import place_scores

MODES = ("walk", "drive")


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
    profiles: Sequence[Profile],
) -> None:
    """Write ``score_overall.<mode>`` and ``score_known.<mode>`` per place, where streets were measured."""
    del sources, projection, box
    towns = read_table(folders["people"] / "municipalities.parquet").set_index("code")
    in_force = {profile.id: profile for profile in profiles}
    area_km2 = towns.loc[list(codes), "area_km2"].to_numpy(float)
    conditions = load_conditions(folders, list(codes), area_km2, in_force)
    if not conditions.has_streets:
        return
    for mode in MODES:
        if conditions.offers(mode):
            writer.place_values(place_scores(conditions, mode), f"score_overall.{mode}")
            writer.place_values(place_scores(conditions, mode, known_only=True), f"score_known.{mode}")
