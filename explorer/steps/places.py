"""Step: people spread over places about 100 m apart, cell by cell and nobody lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geodata.places import spread
from geodata.streets import Streets
from geodata.tables import CRS
from geodata.workspace import StepWriter, read_table


def run(writer: StepWriter, *, people: Path, streets: Path, projection: str, codes: Sequence[str]) -> None:
    """Write ``places``; facts: people per municipality add up to those of the cells."""
    import geopandas as gpd
    import pandas as pd

    cells = read_table(people / "cells.parquet")
    municipalities = read_table(people / "municipalities.parquet")
    network = Streets.load(streets / "streets")
    parts = []
    for _, part in cells.groupby("series"):
        cells_of_series = part.drop(columns="series").reset_index(drop=True)
        parts.append(spread(cells_of_series, municipalities, network, projection=projection, notes=writer.notes))
    places = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    # A grid cell on the border has people on both sides: those of the neighbour are not of this study area.
    places = places[places["municipality_code"].isin(codes)].reset_index(drop=True)
    places["place_id"] = range(len(places))
    writer.table(places, "places")
    writer.facts |= {
        "people": float(places["population_total"].sum()),
        "people_in_cells": float(cells["population_total"].sum()),
    }
