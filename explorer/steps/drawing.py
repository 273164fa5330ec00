"""Step: municipality shapes simplified for drawing, shared borders kept together, served once to the browser."""

from __future__ import annotations

from pathlib import Path

from explorer.maps.shapes import drawing_geojson
from geodata.workspace import StepWriter, read_table


def run(writer: StepWriter, *, people: Path) -> None:
    """Write ``drawing.geojson``."""
    municipalities = read_table(people / "municipalities.parquet")
    (writer.folder / "drawing.geojson").write_bytes(drawing_geojson(municipalities))
