"""Municipality shapes for drawing: simplified together, so that shared borders stay shared, and served once as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.workspace import Workspace

DRAWING_VERTICES: Final = 120_000  # about 1.2 MB of GeoJSON: drawn in well under a second by a laptop's browser
FINEST_TOLERANCE_DEG: Final = 0.0003  # about 30 m: half a pixel at the scale of one town
COARSEST_TOLERANCE_DEG: Final = 0.01


def drawing_geojson(municipalities: gpd.GeoDataFrame) -> bytes:
    """Shapes for the map as compact GeoJSON (UTF-8), coordinates to about 1 m.

    Shared borders are simplified once for both sides (:func:`shapely.coverage_simplify`). The tolerance starts at
    about 30 m and doubles until the drawing is light enough, so a prefecture keeps its detail and the country loads.

    Parameters
    ----------
    municipalities
        Columns ``code``, ``name``, ``in_study_area``, ``geometry`` (geographic degrees). Empty and missing shapes are
        left out: a municipality without a boundary has a row in the table but no shape on the map.

    Returns
    -------
    bytes
        A FeatureCollection whose features have ``id`` = code and the properties ``name`` and ``inside`` (1 inside the
        study area, 0 in the halo); ``bbox`` covers the study area.
    """
    import shapely

    outlines = municipalities.geometry.to_numpy()
    drawn = municipalities[~(shapely.is_missing(outlines) | shapely.is_empty(outlines))]
    shapes = _simplified(shapely.force_2d(drawn.geometry.to_numpy()))
    shapes = shapely.set_precision(shapes, 1e-5, mode="pointwise")
    inside = drawn["in_study_area"].to_numpy(dtype=bool)
    features = [
        {
            "type": "Feature",
            "id": str(code),
            "properties": {"name": str(name), "inside": int(is_inside)},
            "geometry": json.loads(text),
        }
        for code, name, is_inside, text in zip(
            drawn["code"], drawn["name"], inside, shapely.to_geojson(shapes), strict=True
        )
        if '"coordinates":[]' not in text.replace(" ", "")
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if len(drawn):
        box = shapely.total_bounds(shapes[inside] if inside.any() else shapes)
        collection["bbox"] = [round(float(side), 5) for side in box]
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def stored_drawing(workspace: Workspace) -> bytes:
    """Shapes of a workspace for the map: as the build stored them, else made now."""
    if "drawing" in workspace.manifest.get("steps", {}):
        return workspace.file("drawing", "drawing.geojson").read_bytes()
    return drawing_geojson(cast("gpd.GeoDataFrame", workspace.table("municipalities")))


def _simplified(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    import shapely

    tolerance = FINEST_TOLERANCE_DEG
    while True:
        try:
            simple = shapely.coverage_simplify(shapes, tolerance)
        except shapely.errors.GEOSException:  # boundaries that overlap or have broken rings: each on its own then
            simple = shapely.simplify(shapes, tolerance, preserve_topology=True)
        simple = np.where(shapely.is_empty(simple), shapes, simple)
        if shapely.get_num_coordinates(simple).sum() <= DRAWING_VERTICES or tolerance >= COARSEST_TOLERANCE_DEG:
            return np.asarray(simple)
        tolerance *= 2
