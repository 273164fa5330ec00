"""Step: facilities of all sources in one table, and where each kind was surveyed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geodata.facility_sources import read_facilities
from geodata.projection import PlaneProjection
from geodata.recognise import Recognised
from geodata.workspace import StepWriter, read_table

Box = tuple[float, float, float, float]


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    people: Path,
    streets: Path,
    osm_id: str,
    codes: Sequence[str],
    projection: str,
    box: Box,
) -> None:
    """Write ``facilities`` and ``facility_coverage``; facts: facilities by kind in the study area, and by source."""
    osm_points = streets / "osm_points.parquet"
    found = read_facilities(
        sources,
        read_table(osm_points) if osm_points.is_file() else None,
        osm_id,
        read_table(people / "municipalities.parquet"),
        projection=PlaneProjection(projection, 0.0),
        box=box,
        notes=writer.notes,
    )
    writer.table(found.facilities, "facilities")
    writer.table(found.coverage, "facility_coverage")
    inside = found.facilities["municipality_code"].isin(codes)
    writer.facts |= {
        "by_kind": {str(kind): int(count) for kind, count in found.facilities["kind"][inside].value_counts().items()},
        "in_halo": int((~inside).sum()),
        "used": {str(source): int(count) for source, count in found.used.items()},
    }
