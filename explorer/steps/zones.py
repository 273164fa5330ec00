"""Step: zones of location plans, which places lie in them, and what is measured of them per municipality."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.areas import area_km2
from geodata.earlier_census import EarlierCensus, earlier_censuses
from geodata.kinds import KINDS
from geodata.recognised import Recognised
from geodata.streets import Streets
from geodata.tables import AGE_GROUPS, population_column
from geodata.workspace import StepWriter, read_table
from geodata.zone_choice import Zones, find_zones
from geodata.zones import PLAN, RESIDENTIAL, URBAN_FUNCTION
from layers.figures import FIGURE_COLUMNS, RATIO, SUM

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd
    import shapely

    Shapes = Mapping[str, shapely.Geometry]

POPULATION: Final = ("small_areas", "estat_grid", "grid_csv")
NAMES: Final = {PLAN: "zone_plan", RESIDENTIAL: "zone_residential", URBAN_FUNCTION: "zone_function"}


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write ``zones``, place values ``zone_plan``, ``zone_residential``, ``zone_function`` and figures of the zones.

    A place is in a zone if its point lies in a zone of its own municipality: 1 or 0, NaN where the sources have no such
    zone for the municipality.
    """
    del box
    writer.facts |= {"used": [], "unused": {}, "municipalities": 0}
    files = [(identity, source) for identity, source in sources if source.dataset not in POPULATION]
    if not files:
        return
    municipalities = read_table(folders["people"] / "municipalities.parquet")
    study = municipalities[municipalities["code"].isin(codes)].reset_index(drop=True)
    zones = find_zones(files, study, notes=writer.notes)
    writer.facts |= {"used": zones.used, "unused": {key: list(why) for key, why in zones.unused.items()}}
    if zones.table.empty:
        return
    writer.table(zones.table, "zones")
    united = {kind: zones.united(kind) for kind in NAMES}
    writer.facts["municipalities"] = len(united[RESIDENTIAL])
    places = read_table(folders["places"] / "places.parquet")
    for kind, name in NAMES.items():
        if united[kind]:
            writer.place_values(_membership(places, united[kind]), name)
    rows = _FigureRows(zones.table)
    _areas(rows, zones, united, study)
    _facilities(rows, united, folders["facilities"], codes)
    _hazards(rows, united[RESIDENTIAL], folders["hazards"])
    _earlier(writer, rows, sources, folders, united[RESIDENTIAL], places, municipalities, projection)
    writer.figures(rows.frame())


def _membership(places: gpd.GeoDataFrame, shapes: Shapes) -> npt.NDArray[np.float32]:
    """1 where a point lies in the shape of its municipality, 0 where not, NaN where that has none: (n_places,)."""
    import shapely

    points = places.geometry.to_numpy()
    x, y = shapely.get_x(points), shapely.get_y(points)
    town = places["municipality_code"].to_numpy(dtype=str)
    inside = np.full(len(places), np.nan, dtype=np.float32)
    for code, shape in shapes.items():
        mine = np.flatnonzero(town == code)
        shapely.prepare(shape)
        inside[mine] = shapely.intersects_xy(shape, x[mine], y[mine])
    return inside


class _FigureRows:
    """Figures as they are found; the date and source of a municipality's are those of its zones."""

    def __init__(self, table: pd.DataFrame) -> None:
        by_code = table.groupby("municipality_code")
        self._as_of = by_code["decided_on"].max().to_dict()
        self._source = by_code["source"].first().to_dict()
        self._rows: list[dict[str, Any]] = []

    def ratio(self, name: str, code: str, numerator: float, denominator: float, **extra: str) -> None:
        """Add a percentage; none where the denominator is nothing."""
        if denominator > 0:
            value = 100.0 * numerator / denominator
            self._add(name, code, value, numerator, denominator, RATIO, "%", extra)

    def sum(self, name: str, code: str, value: float, unit: str, **extra: str) -> None:
        """Add a number that adds up over municipalities."""
        self._add(name, code, value, np.nan, np.nan, SUM, unit, extra)

    def frame(self) -> pd.DataFrame:
        """All rows with :data:`layers.figures.FIGURE_COLUMNS`."""
        import pandas as pd

        return pd.DataFrame(self._rows, columns=list(FIGURE_COLUMNS))

    def _add(
        self, name: str, code: str, value: float, numerator: float, denominator: float, how: str, unit: str,
        extra: Mapping[str, str],
    ) -> None:  # fmt: skip
        row = (
            name,
            code,
            value,
            numerator,
            denominator,
            how,
            unit,
            self._as_of.get(code, ""),
            self._source.get(code, ""),
        )
        self._rows.append({**dict(zip(FIGURE_COLUMNS, row, strict=False)), "note_ja": "", "note_en": "", **extra})


def _areas(rows: _FigureRows, zones: Zones, united: Mapping[str, Shapes], study: pd.DataFrame) -> None:
    import shapely

    whole = dict(zip(study["code"], study["area_km2"], strict=True))
    for kind, name in NAMES.items():
        for code, shape in united[kind].items():
            area = float(area_km2([shape])[0])
            rows.sum(f"{name}_km2", code, area, "km²")
            rows.ratio(f"{name}_area_share", code, area, float(whole[code]))
    hubs = zones.table[zones.table["kind"] == URBAN_FUNCTION]
    for code, own in hubs.groupby("municipality_code"):
        parts = shapely.get_num_geometries(own.geometry.to_numpy())  # a hub without a name is told by its own outline
        rows.sum("zone_function_hubs", str(code), float(np.where(own["name"] == "", parts, 1).sum()), "か所")
    planned = {code for shapes in united.values() for code in shapes}
    for code in whole:
        rows.sum("zone_plan_exists", str(code), float(code in planned), "市区町村")


def _facilities(rows: _FigureRows, united: Mapping[str, Shapes], folder: Path, codes: Sequence[str]) -> None:
    """Facilities of each service inside the zones, of those in the municipality, where a list covers it."""
    import shapely

    facilities = read_table(folder / "facilities.parquet")
    facilities = facilities[facilities["municipality_code"].isin(codes)].reset_index(drop=True)
    listed = read_table(folder / "facility_coverage.parquet")
    service_of = {kind.id: kind.service for kind in KINDS.values()}
    surveyed = set(zip(listed["municipality_code"], listed["kind"].map(service_of), strict=True))
    points = facilities.geometry.to_numpy()
    town, service = facilities["municipality_code"].to_numpy(dtype=str), facilities["service"].to_numpy(dtype=str)
    for kind in (RESIDENTIAL, URBAN_FUNCTION):
        for code, shape in united[kind].items():
            mine = np.flatnonzero(town == code)
            shapely.prepare(shape)
            inside = shapely.intersects_xy(shape, shapely.get_x(points[mine]), shapely.get_y(points[mine]))
            for name in sorted({found for owner, found in surveyed if owner == code}):
                of_service = service[mine] == name
                counts = float((inside & of_service).sum()), float(of_service.sum())
                rows.ratio(f"{NAMES[kind]}_facilities_{name}", code, *counts)


def _hazards(rows: _FigureRows, residential: Shapes, folder: Path) -> None:
    """Share of the residential guidance area that lies in a hazard area, where the hazard's files cover the town."""
    import shapely

    file = folder / "hazards.parquet"
    if not file.is_file():
        return
    table = read_table(file)
    for code, hazard, shape in zip(table["municipality_code"], table["hazard"], table.geometry, strict=True):
        if code in residential:
            zone = residential[code]
            both, whole = area_km2([shapely.intersection(zone, shape), zone])
            rows.ratio(f"zone_residential_hazard_{hazard}_area_share", code, float(both), float(whole))


def _earlier(
    writer: StepWriter,
    rows: _FigureRows,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    residential: Shapes,
    places: gpd.GeoDataFrame,
    municipalities: gpd.GeoDataFrame,
    projection: str,
) -> None:
    """``zone_residential_share_before[_group]``: the same share at the last census before, for KPI 21."""
    record = json.loads((folders["people"] / "step.json").read_text(encoding="utf-8"))["facts"]
    spare = {identity: source for identity, source in sources if source.dataset in POPULATION}
    spare = {identity: source for identity, source in spare.items() if identity not in record["used"]}
    streets = folders["streets"] / "streets"
    now = places["population_total"].groupby(places["municipality_code"]).sum()
    censuses = earlier_censuses(
        [source for _, source in sorted(spare.items(), key=lambda pair: pair[1].file.label)],
        {code: float(now[code]) for code in residential if code in now.index},
        municipalities,
        Streets.load(streets) if spare and streets.is_dir() else None,
        before=int(record["year"]),
        projection=projection,
        notes=writer.notes,
    )
    is_grid_now = bool(read_table(folders["people"] / "cells.parquet")["municipality_code"].isna().mean() > 0.5)
    for census in censuses:
        inside = _membership(census.places, {code: residential[code] for code in census.codes})
        note = _break_in_method(census, is_grid_now=is_grid_now)
        extra = {"as_of": str(census.year), "note_ja": note[0], "note_en": note[1]}
        town = census.places["municipality_code"].to_numpy(dtype=str)
        for group in AGE_GROUPS:
            if population_column(group) not in census.places:
                continue
            people = census.places[population_column(group)].to_numpy(dtype=float)
            name = "zone_residential_share_before" + ("" if group == "total" else f"_{group}")
            for code in census.codes:
                mine = town == code
                rows.ratio(name, code, float((people * inside)[mine].sum()), float(people[mine].sum()), **extra)
        used = [identity for identity, source in spare.items() if source in census.files]
        writer.facts["used"] = sorted({*writer.facts["used"], *used})
        writer.facts["earlier_year"] = census.year
        writer.notes.info(
            census.files[0].file.label,
            f"{census.year}年の人口を居住誘導区域内人口割合の増減だけに使います。{note[0]}",
            f"The people of {census.year} are used for the change of the share in residential guidance areas only. {note[1]}",
        )


def _break_in_method(census: EarlierCensus, *, is_grid_now: bool) -> tuple[str, str]:
    """Say it where the two censuses are counted in different units."""
    if census.is_grid == is_grid_now:
        return "", ""
    units = {True: ("地域メッシュ", "grid squares"), False: ("小地域", "small areas")}
    was, now = units[census.is_grid], units[is_grid_now]
    ja = f"単位が違います（{census.year}年は{was[0]}、現在は{now[0]}）。増減には割り当て方の違いが含まれます。"
    en = (
        f"The units differ ({census.year}: {was[1]}, now: {now[1]}): part of any change comes from how people are spread "
        "inside them."
    )
    return ja, en
