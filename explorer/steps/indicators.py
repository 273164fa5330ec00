"""Step: the long indicator table of every municipality of the study area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from explorer.conditions import load_conditions, wanted_indicators
from geodata.errors import ExplorerError
from geodata.official import CENSUS_SOURCE, COVERAGE_SOURCE, read_census_municipality, read_official_coverage
from geodata.recognise import Recognised
from geodata.workspace import StepWriter, read_table
from layers.indicators import Official, indicator_table

READERS = {
    "official_coverage": (read_official_coverage, COVERAGE_SOURCE),
    "census_municipality": (read_census_municipality, CENSUS_SOURCE),
}


def run(writer: StepWriter, *, folders: Mapping[str, Path], official: Sequence[Recognised]) -> None:
    """Write ``indicators`` with the published values beside ours, and ``official`` for regions to look up."""
    municipalities = read_table(folders["people"] / "municipalities.parquet")
    study = municipalities[municipalities["in_study_area"]].reset_index(drop=True)
    conditions = load_conditions(folders, study["code"].tolist(), study["area_km2"].to_numpy(float))
    published = _read_official(official, writer)
    table = indicator_table(
        conditions,
        study["code"].tolist(),
        study["name"].tolist(),
        wanted=wanted_indicators(conditions),
        official=published,
    )
    writer.table(table, "indicators")


def _read_official(sources: Sequence[Recognised], writer: StepWriter) -> Official | None:
    values, names = {}, {}
    for source in sources:
        reader, name = READERS[str(source.dataset)]
        try:
            table = reader(source.file, notes=writer.notes)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            continue
        for column in table.columns:
            values[column] = table[column]
            names[column] = name
    return Official(values, names) if values else None
