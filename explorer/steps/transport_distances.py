"""Step: distances from every place to the nearest station, bus stop, and stop with 30 or more departures a day."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.steps.distances import measure
from geodata.projection import PlaneProjection
from geodata.workspace import StepWriter, read_table
from layers.transport import KEY_DEPARTURES


def run(writer: StepWriter, *, stops: Path, snapping: Path, streets: Path, projection: str) -> None:
    """Write a distance array per category and mode."""
    table = read_table(stops / "stops.parquet")
    if table.empty:
        return
    xy = PlaneProjection(projection, 0.0).to_plane(table.geometry.x, table.geometry.y)
    is_rail = (table["mode"] == "rail").to_numpy()
    departures = table["departures_weekday"].to_numpy(dtype=float)
    categories = {
        "station": np.flatnonzero(is_rail),
        "stop": np.flatnonzero(~is_rail),
        "stop30": np.flatnonzero(~is_rail & (departures >= KEY_DEPARTURES)),
    }
    present = {name: rows for name, rows in categories.items() if rows.size}
    measure(writer, sites_xy=xy, categories=present, snapping=snapping, streets=streets, projection=projection)
