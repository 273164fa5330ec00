"""Places of Overture Maps (GeoParquet of the theme ``places``): facilities of a box, the doubtful ones left out.

Every place carries a confidence between 0 and 1 that it exists. Below :data:`LEAST_CONFIDENCE` it is left out; how many
that were is told. The schema is that of docs.overturemaps.org/schema/reference/places; files from before and after the
change of 2025-12 (``categories``, ``taxonomy``) are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from geodata.errors import UnreadableFile, is_disk_full
from geodata.overture_categories import KIND_OF_CATEGORY, kind_of_place
from geodata.tables import CRS

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

LEAST_CONFIDENCE: Final = 0.5  # more likely than not that the place is there
_NEEDED: Final = frozenset({"id", "geometry", "bbox", "names", "confidence"})
_CATEGORIES: Final = ("categories", "taxonomy")
_READ: Final = ("id", "geometry", "names", "confidence", *_CATEGORIES, "operating_status")
_RELEASE: Final = re.compile(r"(20\d\d-[01]\d-[0-3]\d)(?:\.\d+)?")


def is_overture(columns: Sequence[str]) -> bool:
    """Whether these are the columns of Overture places."""
    return set(columns) >= _NEEDED and any(name in columns for name in _CATEGORIES)


def describe_overture(raw: RawFile, parquet: Any) -> tuple[str, str, dict[str, Any]]:
    """Release as the name of the file tells it, coverage in words, number of places.

    Parameters
    ----------
    parquet
        The open `pyarrow.parquet.ParquetFile`.
    """
    release = _RELEASE.findall(raw.name)
    box = _box_of(parquet)
    words = f"{box[0]:.2f}–{box[2]:.2f}°E, {box[1]:.2f}–{box[3]:.2f}°N" if box else ""
    return release[-1] if release else "", words, {"rows": parquet.metadata.num_rows}


def _box_of(parquet: Any) -> list[float] | None:
    """Bounds by the statistics of the column bbox, without reading it."""
    metadata = parquet.metadata
    ends: dict[str, list[float]] = {"xmin": [], "ymin": [], "xmax": [], "ymax": []}
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            side = column.path_in_schema.removeprefix("bbox.")
            if side in ends and column.statistics is not None and column.statistics.has_min_max:
                ends[side].append(column.statistics.min if side.endswith("min") else column.statistics.max)
    if not all(ends.values()):
        return None
    return [min(ends["xmin"]), min(ends["ymin"]), max(ends["xmax"]), max(ends["ymax"])]


def read_overture(raw: RawFile, *, notes: Notes, as_of: str = "", within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Facilities among the places of a box.

    Parameters
    ----------
    as_of
        Release of the data.
    within
        West, south, east, north in degrees; only row groups that touch it are read.

    Returns
    -------
    GeoDataFrame
        service, kind, name, capacity (NaN), capacity_unit, as_of, geometry (points, EPSG:6668).

    Raises
    ------
    UnreadableFile
        Damaged, or a column is not of the type that the schema says.
    """
    import geopandas as gpd
    import numpy as np
    import shapely

    from geodata.kinds import KINDS

    table = _read(raw, within)
    try:
        names = [(name or {}).get("primary") or "" for name in table["names"]]
        present = [name for name in _CATEGORIES if name in table]
        categories = [_category(row) for row in table[present].to_dict("records")]
        points = shapely.centroid(shapely.from_wkb(table["geometry"].to_numpy()))
    except (AttributeError, TypeError, shapely.errors.ShapelyError) as error:
        raise UnreadableFile(_damaged(raw, error)) from error
    kinds = np.array([kind_of_place(*pair) or "" for pair in zip(categories, names, strict=True)], dtype=object)
    keep = kinds != ""
    keep &= ~_is_closed(table, keep, raw, notes)
    keep &= ~_is_doubtful(table["confidence"].to_numpy(dtype=float), keep, raw, notes)
    kept = kinds[keep]
    return gpd.GeoDataFrame(
        {
            "service": [KINDS[kind].service for kind in kept],
            "kind": kept,
            "name": np.array(names, dtype=object)[keep],
            "capacity": np.nan,
            "capacity_unit": "",
            "as_of": as_of,
        },
        geometry=gpd.GeoSeries(points[keep], crs=CRS),
    ).astype(dict.fromkeys(("service", "kind", "name", "capacity_unit", "as_of"), "str") | {"capacity": "float64"})


def _read(raw: RawFile, within: Bounds | None) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with raw.on_disk() as path:
            present = [name for name in _READ if name in pq.read_schema(path).names]
            table = pq.read_table(path, columns=present, filters=_wanted(present, within))
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if is_disk_full(error) or isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(_damaged(raw, error)) from error
    return table.to_pandas()


def _wanted(columns: Sequence[str], within: Bounds | None) -> Any:
    """Places of a known category in the box: of a whole country, most are neither."""
    import pyarrow.compute as pc

    known = list(KIND_OF_CATEGORY)
    either = [pc.field(name, "primary").isin(known) for name in _CATEGORIES if name in columns]
    chosen = either[0] if len(either) == 1 else either[0] | either[1]
    if within is None:
        return chosen
    west, south, east, north = within
    chosen &= (pc.field("bbox", "xmin") <= east) & (pc.field("bbox", "xmax") >= west)
    return chosen & (pc.field("bbox", "ymin") <= north) & (pc.field("bbox", "ymax") >= south)


def _category(row: dict[str, Any]) -> str:
    """The main category; an alternate one says what else there is (a filling station that sells food is no shop)."""
    for column in _CATEGORIES:
        main = (row.get(column) or {}).get("primary")
        if main:
            return str(main)
    return ""


def _is_closed(table: Any, among: Any, raw: RawFile, notes: Notes) -> Any:
    import numpy as np

    if "operating_status" not in table:
        return np.zeros(len(table), dtype=bool)
    closed = table["operating_status"].isin(["permanently_closed", "temporarily_closed"]).to_numpy() & among
    if closed.any():
        count = int(closed.sum())
        notes.info(raw.label, f"休止・廃止とある {count:,} 件を除きました。", f"{count:,} closed places were left out.")
    return closed


def _is_doubtful(confidence: Any, among: Any, raw: RawFile, notes: Notes) -> Any:
    doubtful = ~(confidence >= LEAST_CONFIDENCE) & among
    if doubtful.any():
        count = int(doubtful.sum())
        notes.info(
            raw.label,
            f"確からしさ（confidence）が {LEAST_CONFIDENCE} に満たない {count:,} 件を除きました（施設 {int(among.sum()):,} 件のうち）。",
            f"{count:,} of {int(among.sum()):,} facilities with a confidence below {LEAST_CONFIDENCE} were left out.",
        )
    return doubtful


def _damaged(raw: RawFile, error: Exception) -> str:
    why = " ".join(str(error).split())[:200]
    return (
        f"{raw.label}: Overture Maps の places として読めません（{why}）。もう一度入手してください。 / "
        f"Cannot be read as Overture Maps places ({why}). Get the file again."
    )
