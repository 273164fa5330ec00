"""Step: distances from every place to the nearest station, bus stop, and stop with 30 or more departures a day."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from explorer.steps.distances import OnStreets, Rows, measure
from geodata.projection import PlaneProjection
from geodata.workspace import StepWriter, read_table
from layers.transport import KEY_DEPARTURES, is_station


def run(writer: StepWriter, *, stops: Path, projection: str, **on_streets: Unpack[OnStreets]) -> None:
    """Write a distance array per category and mode."""
    table = read_table(stops / "stops.parquet")
    if table.empty:
        return
    xy = PlaneProjection(projection, 0.0).to_plane(table.geometry.x, table.geometry.y)
    measure(writer, sites_xy=xy, categories=rows_by_category(table), projection=projection, **on_streets)


def rows_by_category(stops: pd.DataFrame) -> dict[str, Rows]:
    """Rows of the stops that count as station, stop and stop30; categories without any are left out."""
    station = is_station(stops["mode"]).to_numpy()
    bus = (stops["mode"] == "bus").to_numpy()
    departures = stops["departures_weekday"].to_numpy(dtype=float)
    categories = {
        "station": np.flatnonzero(station),
        "stop": np.flatnonzero(bus),
        "stop30": np.flatnonzero(bus & (departures >= KEY_DEPARTURES)),
    }
    return {name: rows for name, rows in categories.items() if rows.size}
