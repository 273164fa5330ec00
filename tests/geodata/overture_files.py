"""Tiny files in the schema of Overture Maps places, for tests."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata.archive import RawFile

BBOX = pa.struct([(side, pa.float32()) for side in ("xmin", "xmax", "ymin", "ymax")])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("geometry", pa.binary()),
        ("bbox", BBOX),
        ("names", pa.struct([("primary", pa.string()), ("common", pa.map_(pa.string(), pa.string()))])),
        ("categories", pa.struct([("primary", pa.string()), ("alternate", pa.list_(pa.string()))])),
        ("confidence", pa.float64()),
        ("addresses", pa.list_(pa.struct([("freeform", pa.string()), ("country", pa.string())]))),
        ("sources", pa.list_(pa.struct([("property", pa.string()), ("dataset", pa.string())]))),
        ("operating_status", pa.string()),
    ],
    metadata={"geo": json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {}})},
)


def place(category, *, lon=139.1, lat=36.3, confidence=0.9, name="見本", alternate=None, status="open"):
    return {
        "id": f"{category}-{lon}-{lat}",
        "geometry": shapely.to_wkb(shapely.Point(lon, lat)),
        "bbox": {"xmin": lon, "xmax": lon, "ymin": lat, "ymax": lat},
        "names": {"primary": name, "common": None} if name else None,
        "categories": {"primary": category, "alternate": alternate} if category else None,
        "confidence": confidence,
        "addresses": [{"freeform": "前橋市1-1", "country": "JP"}],
        "sources": [{"property": "", "dataset": "meta"}],
        "operating_status": status,
    }


def written(folder, places, name="overture_places_2026-01-21.0.parquet", schema=SCHEMA) -> RawFile:
    path = folder / name
    pq.write_table(pa.Table.from_pylist(places, schema=schema), path)
    return RawFile(path, (), folder, path.stat().st_size)
