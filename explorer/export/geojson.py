"""GeoJSON as RFC 7946 has it: longitude and latitude in WGS 84, outer rings counter-clockwise, and no ``crs`` member."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from explorer.export.definitions import column_meaning
from explorer.written import beside

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import numpy.typing as npt

    from explorer.export.selection import Selection

DIGITS: Final = 7  # of a degree: a centimetre
# JGD2011 and WGS 84 both follow the ITRF; they differ by the movement of the ground since 2011, up to decimetres in
# a few years. PROJ and the EPSG registry take them as the same.
COORDINATES: Final = {
    "ja": "JGD2011（EPSG:6668）の経緯度。WGS 84（CRS84）と同じとみなした（差はセンチメートルから数デシメートル）。",
    "en": "Longitude and latitude of JGD2011 (EPSG:6668), taken as WGS 84 (CRS84): they differ by centimetres to decimetres.",
}


def write_geojson(chosen: Selection, path: Path) -> list[Path]:
    """Write the table with a row per area and their borders; what has no value is null, with its reason.

    The member ``metadata`` (foreign to GeoJSON, as RFC 7946 allows) tells sources, scenario, method and what the properties
    mean.

    Returns
    -------
    list of Path
        The file.
    """
    shapes = ring_order(chosen.shapes)
    wide = chosen.wide
    columns = {name: wide[name].tolist() for name in wide.columns}
    features = []
    for row, (code, shape, reasons) in enumerate(zip(wide["area_code"], shapes, chosen.reasons, strict=True)):
        properties: dict[str, Any] = {name: _plain(values[row]) for name, values in columns.items()}
        properties["reasons"] = reasons
        features.append(
            {
                "type": "Feature",
                "id": code,
                "bbox": _bounds(shape),
                "geometry": shapely.geometry.mapping(shape),
                "properties": properties,
            }
        )
    collection = {
        "type": "FeatureCollection",
        "bbox": _bounds(shapely.GeometryCollection(list(shapes))),
        "metadata": metadata(chosen) | {"coordinates": COORDINATES},
        "features": features,
    }
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    with beside(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return [path]


def metadata(chosen: Selection) -> dict[str, Any]:
    """Provenance, and what each column of the wide table means."""
    columns: dict[str, Any] = {
        name: {language: column_meaning(name, language) for language in ("ja", "en")}
        for name in ("area_code", "area_name")
    }
    for column in chosen.columns:
        each = column.indicator
        columns[each.id] = {
            "ja": each.ja,
            "en": each.en,
            "unit": each.unit,
            "mode": column.mode,
            "group": column.group,
            "definition": {"ja": each.definition_ja, "en": each.definition_en},
            "formula": each.formula,
            "rule": {"ja": each.rule_ja, "en": each.rule_en},
            "limits": {"ja": each.limits_ja, "en": each.limits_en},
        }
    return {**chosen.provenance.as_dict(), "columns": columns}


def ring_order(shapes: gpd.GeoSeries) -> npt.NDArray[np.object_]:
    """Shapes with coordinates of seven digits, outer rings counter-clockwise, holes clockwise; valid ones stay valid."""
    given = shapes.to_numpy()
    rounded = shapely.transform(given, lambda points: np.round(points, DIGITS))
    broken = ~shapely.is_valid(rounded)
    if broken.any():  # rounding made a ring touch itself
        rounded[broken] = shapely.set_precision(shapely.make_valid(given[broken]), 10.0**-DIGITS)
        rounded[broken] = shapely.transform(rounded[broken], lambda points: np.round(points, DIGITS))
    return np.asarray(shapely.orient_polygons(rounded, exterior_cw=False))


def _bounds(shape: Any) -> list[float]:
    return [round(float(each), DIGITS) for each in shape.bounds]


def _plain(value: object) -> object:
    """A value that JSON knows: what is no number becomes null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
