"""GeoParquet: the table with a row per area, with provenance in the metadata of the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from explorer.export.geojson import metadata
from explorer.written import beside

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from explorer.export.selection import Selection

METADATA_KEY: Final = b"explorer"


def write_geoparquet(chosen: Selection, path: Path) -> list[Path]:
    """Write numbers in full, codes as text, borders in JGD2011 (EPSG:6668).

    The metadata of the file holds under ``explorer`` a JSON of sources, scenario, method, version and the meaning of the
    columns. Column ``reasons`` is a JSON of column → why there is no value.

    Returns
    -------
    list of Path
        The file.
    """
    import pyarrow.parquet as pq

    with beside(path) as unfinished:
        wide_shapes(chosen).to_parquet(unfinished, index=False)
        table = pq.read_table(unfinished)
        told = json.dumps(metadata(chosen), ensure_ascii=False).encode()
        named = table.replace_schema_metadata({**(table.schema.metadata or {}), METADATA_KEY: told})
        pq.write_table(named, unfinished, compression="zstd")
    return [path]


def wide_shapes(chosen: Selection) -> gpd.GeoDataFrame:
    """The wide table with column ``reasons`` (JSON text, empty where nothing is missing) and borders."""
    import geopandas as gpd

    reasons = [json.dumps(each, ensure_ascii=False) if each else "" for each in chosen.reasons]
    return gpd.GeoDataFrame(chosen.wide.assign(reasons=reasons), geometry=chosen.shapes)
