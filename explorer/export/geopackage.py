"""GeoPackage: everything as layers of one file, with styles that QGIS opens it in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from explorer.export.definitions import definitions_table, sources_table
from explorer.export.geoparquet import wide_shapes
from explorer.export.layer_styles import LayerStyle, styles_of
from explorer.regions import REGION
from explorer.words import word
from explorer.written import beside
from geodata.kinds import KINDS
from geodata.tables import POPULATION_PREFIX
from layers.measures import is_in_metres, per_minute

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from explorer.export.selection import Selection

# The table in which QGIS looks for styles, as it makes it itself (QgsOgrProviderMetadata::saveStyle).
_LAYER_STYLES: Final = """CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"""
_GEOMETRY: Final = "geom"


def write_geopackage(chosen: Selection, path: Path, *, places: bool = False) -> list[Path]:
    """Write a GeoPackage in JGD2011 (EPSG:6668); the same question gives the same bytes.

    Layers: ``municipalities`` (a column per indicator), ``region`` where one is asked for, ``facilities``, ``stops``,
    ``zones`` and ``hazards`` where there are any, ``places`` where asked for; tables: ``indicators`` (everything),
    ``definitions``, ``sources``. ``layer_styles`` holds the styles.

    Parameters
    ----------
    places
        Also the points that people are counted at: some hundred thousand.

    Returns
    -------
    list of Path
        The file.
    """
    import pyogrio

    layers = _layers(chosen, places=places)
    facts = chosen.everything
    title = f"{word('app_title', chosen.language)} — {facts.title(chosen.language)}"
    told = json.dumps(facts.as_dict(), ensure_ascii=False)
    described = {"TITLE": title, "DESCRIPTION": facts.text(chosen.language), "EXPLORER": told}
    with beside(path) as unfinished, _fixed_date(f"{facts.day.isoformat()}T00:00:00.000Z"):
        for number, (name, table) in enumerate(layers.items()):
            pyogrio.write_dataframe(
                table,
                unfinished,
                layer=name,
                driver="GPKG",
                append=number > 0,
                dataset_metadata=described if number == 0 else None,
                layer_options={"DESCRIPTION": facts.credit_line(chosen.language)},
            )
        _write_styles(unfinished, styles_of(chosen, layers), facts.day.isoformat())
    return [path]


def _layers(chosen: Selection, *, places: bool) -> dict[str, pd.DataFrame]:
    """Name → table, with shapes where it has any, in the order in which QGIS lists them."""
    areas = wide_shapes(chosen)
    if not areas.geometry.geom_type.isin(["Polygon"]).all():
        areas.geometry = _all_multi(areas.geometry)
    is_region = (areas["area_code"] == REGION).to_numpy()
    layers: dict[str, pd.DataFrame] = {"municipalities": areas[~is_region].reset_index(drop=True)}
    if is_region.any():
        layers["region"] = areas[is_region].reset_index(drop=True)
    layers["facilities"] = _facilities(chosen)
    layers["stops"] = _stops(chosen)
    for name in ("zones", "hazards"):
        table = _within(chosen, name)
        if table is not None:
            layers[name] = table
    if places:
        layers["places"] = _places(chosen)
    layers = {name: table for name, table in layers.items() if len(table)}
    layers["indicators"] = _as_text(chosen.long)
    layers["definitions"] = definitions_table(column.indicator for column in chosen.columns)
    layers["sources"] = sources_table(chosen.everything)
    return layers


def _facilities(chosen: Selection) -> pd.DataFrame:
    """All facilities that were counted, those around the area too; `in_area` says which lie within."""
    table = _table(chosen, "facilities")
    kinds = table["kind"].astype(str)
    named = table.assign(
        kind_ja=[KINDS[kind].ja if kind in KINDS else kind for kind in kinds],
        kind_en=[KINDS[kind].en if kind in KINDS else kind for kind in kinds],
        in_area=table["municipality_code"].isin(chosen.codes).to_numpy(),
    )
    return _as_text(named)


def _stops(chosen: Selection) -> pd.DataFrame:
    return _as_text(_table(chosen, "stops"))


def _within(chosen: Selection, name: str) -> pd.DataFrame | None:
    """Shapes of the chosen municipalities; None where the workspace has no such table, or nothing there."""
    if not chosen.opened.workspace.has_table(name):
        return None
    table = _table(chosen, name)
    table = table[table["municipality_code"].isin(chosen.codes)].reset_index(drop=True)
    return _as_text(table.set_geometry(_all_multi(table.geometry))) if len(table) else None


def _places(chosen: Selection) -> pd.DataFrame:
    """Points with people, and the way to the nearest of what the chosen indicators measure."""
    table = _table(chosen, "places")
    inside = table["municipality_code"].isin(chosen.codes).to_numpy()
    people = [name for name in table.columns if name.startswith(POPULATION_PREFIX)]
    found = table.loc[inside, ["place_id", "municipality_code", *people, "geometry"]].reset_index(drop=True)
    opened = chosen.opened
    measures = dict.fromkeys(
        (column.indicator.category, column.mode) for column in chosen.columns if column.indicator.category
    )
    columns = {}
    for category, mode in measures:
        if opened.workspace.has_measure(str(category), mode):
            stored = np.asarray(opened.workspace.measure(str(category), mode), dtype=float)[inside]
            unit = "m" if is_in_metres(mode) else "min"
            shown = stored if is_in_metres(mode) else stored / per_minute(mode, opened.conditions.profiles)
            columns[f"{category}_{mode}_{unit}"] = np.where(np.isfinite(shown), shown, np.nan)
    return _as_text(found.assign(**columns))


def _table(chosen: Selection, name: str) -> gpd.GeoDataFrame:
    return cast("gpd.GeoDataFrame", chosen.opened.workspace.table(name))


def _all_multi(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Every area as a multipolygon: a layer has one type of geometry."""
    import geopandas as gpd
    import shapely

    many = [shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape for shape in shapes]
    return gpd.GeoSeries(many, index=shapes.index, crs=shapes.crs)


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Categories as text: the format knows none."""
    return table.astype(dict.fromkeys(table.select_dtypes("category").columns, "str"))


@contextmanager
def _fixed_date(moment: str) -> Iterator[None]:
    """GDAL writes when a layer was changed; here that is a date of the sources, so that bytes repeat."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_styles(file: Path, styles: list[LayerStyle], day: str) -> None:
    """Add the table of styles, told of in the contents as QGIS does it."""
    moment = f"{day}T00:00:00.000Z"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(_LAYER_STYLES)
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES (?, ?, ?, ?, ?)",
            ("layer_styles", "attributes", "layer_styles", "", moment),
        )
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
            " styleSLD, useAsDefault, description, owner, ui, update_time) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', '', ?)",
            [
                (style.layer, _GEOMETRY, style.name, style.qml, style.is_default, style.description, moment)
                for style in styles
            ],
        )
