"""Step: municipality boundaries, the best file for each prefecture."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.errors import ExplorerError, MissingSource
from geodata.municipal_readings import read_readings
from geodata.municipalities import concatenate, read_boundaries
from geodata.recognised import Recognised
from geodata.workspace import StepWriter


def run(
    writer: StepWriter, *, sources: Sequence[tuple[Recognised, list[str]]], readings: Sequence[tuple[str, Recognised]]
) -> None:
    """Write ``boundaries``: every municipality of the chosen files, wards rolled up, with its reading where one is known.

    Parameters
    ----------
    readings
        Id and file of each table of readings; where two have the same municipality, the first counts.
    """
    parts = []
    for source, prefectures in sources:
        try:
            parts.append(read_boundaries(source.file, notes=writer.notes, prefectures=prefectures))
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
    if not parts:
        ja, en = writer.notes.reasons()
        raise MissingSource(
            f"読める境界データがありません。国土数値情報 N03 行政区域を置いてください。{ja} / "
            f"No boundary file could be read. Add the N03 administrative areas.{en}"
        )
    table = concatenate(parts)
    known: dict[str, str] = {}
    used = []
    for identity, source in readings:
        try:
            found = read_readings(source.file, notes=writer.notes)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            continue
        if not found.keys().isdisjoint(table["code"]):
            used.append(identity)
        known = {**found, **known}
    table["reading"] = [known.get(code, "") for code in table["code"]]
    writer.table(table, "boundaries")
    writer.facts["used"] = used
