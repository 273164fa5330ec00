"""Step: facilities of all sources in one table, and where each kind was surveyed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.facility_sources import read_facilities
from geodata.municipalities import municipality_of
from geodata.projection import PlaneProjection
from geodata.recognised import Recognised
from geodata.workspace import StepWriter, read_table

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt

Box = tuple[float, float, float, float]
WHOLE = 0.95  # share of a municipality's people within an extract from which on it tells of the whole municipality


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    people: Path,
    streets: Path,
    osm_extents: Sequence[Box],
    codes: Sequence[str],
    projection: str,
    box: Box,
) -> None:
    """Write ``facilities`` and ``facility_coverage``; facts: facilities by kind in the study area, and by source."""
    osm_points = streets / "osm_points.parquet"
    municipalities = read_table(people / "municipalities.parquet")
    found = read_facilities(
        sources,
        read_table(osm_points) if osm_points.is_file() else None,
        municipalities,
        read_table(people / "ring.parquet"),
        _inside(osm_extents, read_table(people / "cells.parquet"), municipalities),
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


def _inside(
    extents: Sequence[Box], cells: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame
) -> npt.NDArray[np.object_]:
    """Municipalities nearly all of whose people live within the bounds of the OpenStreetMap extracts."""
    import numpy as np
    import pandas as pd
    import shapely

    bounds = shapely.bounds(cells.geometry.to_numpy())
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    where = cells["municipality_code"].to_numpy(dtype=object, na_value="")
    grid = where == ""
    where[grid] = municipality_of(x[grid], y[grid], municipalities)
    held = np.zeros(len(cells), dtype=bool)
    for west, south, east, north in extents:
        held |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
    people = cells["population_total"].to_numpy(dtype=float)
    frame = pd.DataFrame({"people": people, "held": people * held}).groupby(where).sum().drop(index="", errors="ignore")
    return frame.index[frame["held"] >= WHOLE * frame["people"]].to_numpy(dtype=object)
