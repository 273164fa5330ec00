"""Rows of the tables of :mod:`explorer.export.database_tables`, as Arrow tables ready for the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from explorer.export.database_tables import AREA, GEOMETRY, SRID, TABLES, Column, DatabaseTable
from explorer.export.definitions import definitions_table
from explorer.provenance import provenance_of
from explorer.source_notes import used_records
from explorer.words import word
from geodata.kinds import KINDS

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult

_ARROW_TYPES = {"text": pa.string(), "double precision": pa.float64(), "integer": pa.int32(), "bigint": pa.int64()}


def database_rows(
    opened: Opened,
    *,
    values: pd.DataFrame | None = None,
    region: Asked | tuple[()] | None = (),
    scenario: ScenarioResult | None = None,
) -> Iterator[tuple[DatabaseTable, pa.Table]]:
    """Each table with its rows, one after the other.

    Parameters
    ----------
    values
        Long table of indicators; None for all.
    region
        Only these municipalities, and their places and zones; none for the whole study area. Facilities and stops are
        always all that were counted.
    scenario
        Which `values` hold the numbers after.
    """
    rows = _Rows(opened, opened.indicators() if values is None else values, _codes(opened, region), scenario)
    for table in TABLES:
        frame: pd.DataFrame = getattr(rows, table.name)()
        yield table, _arrow(table, frame)


class _Rows:
    """One method per table, named after it."""

    def __init__(
        self, opened: Opened, values: pd.DataFrame, codes: Sequence[str], scenario: ScenarioResult | None
    ) -> None:
        self._opened, self._values, self._codes, self._scenario = opened, values, set(codes), scenario

    def municipalities(self) -> pd.DataFrame:
        table = self._opened.municipalities
        return cast("pd.DataFrame", table[table["code"].isin(self._codes)])

    def indicators(self) -> pd.DataFrame:
        return self._values.rename(columns={"group": "age_group"})

    def definitions(self) -> pd.DataFrame:
        named = set(self._values["indicator"].astype(str).unique())
        table = definitions_table(each for each in self._opened.catalogue.values() if each.id in named)
        return table.assign(threshold_m=pd.to_numeric(table["threshold_m"], errors="coerce"))

    def sources(self) -> pd.DataFrame:
        return pd.DataFrame(used_records(self._opened.workspace.manifest)).rename(columns={"id": "source_id"})

    def facilities(self) -> pd.DataFrame:
        table = self._opened.workspace.table("facilities")
        kinds = [KINDS.get(str(kind)) for kind in table["kind"]]
        return table.assign(
            kind_ja=[kind.ja if kind else "" for kind in kinds], kind_en=[kind.en if kind else "" for kind in kinds]
        )

    def stops(self) -> pd.DataFrame:
        return self._opened.workspace.table("stops")

    def zones(self) -> pd.DataFrame:
        if not self._opened.workspace.has_table("zones"):
            return pd.DataFrame({"zone_id": []})
        table = self._opened.workspace.table("zones")
        table = table.assign(zone_id=np.arange(1, len(table) + 1))  # the same number in a region as in the whole
        return table[table["municipality_code"].isin(self._codes)]

    def places(self) -> pd.DataFrame:
        table = self._opened.workspace.table("places")
        return table[table["municipality_code"].isin(self._codes)]

    def about(self) -> pd.DataFrame:
        provenance = provenance_of(self._opened, None, self._scenario)
        without = -len(provenance.sources) or None
        ja, en = provenance.rows("ja")[:without], provenance.rows("en")[:without]
        ja.append((word("source_credit", "ja"), provenance.credit_line("ja")))
        en.append((word("source_credit", "en"), provenance.credit_line("en")))
        rows = [(*names, *texts) for names, texts in (zip(*pair, strict=True) for pair in zip(ja, en, strict=True))]
        table = pd.DataFrame(rows, columns=["item_ja", "item_en", "value_ja", "value_en"])
        return table.assign(item_number=np.arange(1, len(table) + 1))


def _codes(opened: Opened, region: Asked | tuple[()] | None) -> list[str]:
    return list(opened.region(region).codes) if region else opened.municipalities["code"].astype(str).tolist()


def _arrow(table: DatabaseTable, frame: pd.DataFrame) -> pa.Table:
    columns = [_values(table, column, frame) for column in table.columns]
    return pa.table(dict(zip((column.name for column in table.columns), columns, strict=True)))


def _values(table: DatabaseTable, column: Column, frame: pd.DataFrame) -> pa.Array:
    """One column; missing numbers and empty texts are NULL, but for the key."""
    if column.is_shape:
        return _shapes(column, frame)
    kind = _ARROW_TYPES[column.type]
    if column.name not in frame.columns:
        return pa.nulls(len(frame), kind)
    if column.type != "text":
        return pa.array(frame[column.name].to_numpy(), type=kind, from_pandas=True)
    texts = _texts(frame[column.name])
    return texts if column.name in table.key else _without_empty(texts)


def _texts(values: pd.Series) -> pa.Array:
    """As text; PostgreSQL knows no character NUL, which broken source files may hold."""
    import pyarrow.compute as pc

    found = pa.array(values.astype(object).where(values.notna(), None), type=pa.string())
    return pc.replace_substring(found, "\x00", "")


def _without_empty(texts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _shapes(column: Column, frame: pd.DataFrame) -> pa.Array:
    """EWKB, which the binary COPY of PostGIS takes as it is."""
    if GEOMETRY not in frame.columns and "geometry" not in frame.columns:
        return pa.nulls(len(frame), pa.binary())
    shapes = np.asarray(cast("gpd.GeoDataFrame", frame).geometry, dtype=object)
    if column.type == AREA:
        shapes = np.array([_many(shape) for shape in shapes], dtype=object)
    return pa.array(shapely.to_wkb(shapely.set_srid(shapes, SRID), include_srid=True), type=pa.binary())


def _many(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """A polygon or several as a multipolygon."""
    if shape is None or isinstance(shape, shapely.MultiPolygon):
        return shape
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)])
