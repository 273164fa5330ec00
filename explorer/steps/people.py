"""Step: who lives in the study area: its municipalities, the cells with people, the plane and the halo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from geodata.projection import TOLERANCE
from geodata.recognised import Recognised
from geodata.study_area import find_study_area, halo_box, projection_of, read_population, within_ring
from geodata.tables import AGE_GROUPS, population_column
from geodata.workspace import StepWriter, read_table


def run(
    writer: StepWriter,
    *,
    boundaries: Path,
    sources: Sequence[Recognised],
    ids: Mapping[int, str],
    prefecture: str,
    codes: Sequence[str],
    halo_km: float,
) -> None:
    """Write ``municipalities``, ``ring`` and ``cells``; facts: codes, year, age groups, projection, box of the halo."""
    shapes = read_table(boundaries / "boundaries.parquet")
    series = read_population(sources, shapes, notes=writer.notes)
    area = find_study_area(shapes, series, prefecture=prefecture, codes=codes, halo_km=halo_km, notes=writer.notes)
    study = area.municipalities[area.municipalities["in_study_area"]]
    projection = projection_of(study, halo_km)
    if projection.worst_scale_error > TOLERANCE:
        writer.notes.warn(
            "",
            f"対象地域が広く、距離に最大 {projection.worst_scale_error:.2%} のひずみがあります。地域を分けてください。",
            f"The study area is so wide that distances are off by up to {projection.worst_scale_error:.2%}. Split it.",
        )
    box = halo_box(study, halo_km)
    writer.table(area.municipalities, "municipalities")
    writer.table(within_ring(shapes, box), "ring")
    writer.table(area.cells, "cells")
    writer.facts |= {
        "codes": study["code"].tolist(),
        "names": study["name"].tolist(),
        "year": area.year,
        "groups": [group for group in AGE_GROUPS if population_column(group) in area.cells.columns],
        "projection": projection.crs,
        "worst_scale_error": projection.worst_scale_error,
        "box": box,
        "used": [ids[id(source)] for source in area.used],
        "unused": {ids[id(source)]: [ja, en] for source, ja, en in area.unused},
    }
