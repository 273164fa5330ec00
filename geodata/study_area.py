"""The study area: which municipalities a workspace is built for, their people's cells, and the halo around them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.choice import PopulationSeries, choose_population, describe, prefecture_names, series_of
from geodata.codes import PREFECTURES, PREFECTURES_EN, rolled_up
from geodata.errors import ExplorerError, MissingSource, UnknownCode
from geodata.municipalities import municipality_of
from geodata.population import read_estat_grid, read_grid_csv, read_small_areas
from geodata.projection import PlaneProjection, choose_projection
from geodata.tables import CRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from geodata.notes import Notes
    from geodata.recognised import Recognised

MOST_WITHOUT_ASKING: Final = 200
RING_DEGREES: Final = 2.5
_RING_TOLERANCE_DEGREES: Final = 0.002
_READERS: Final = {"small_areas": read_small_areas, "estat_grid": read_estat_grid, "grid_csv": read_grid_csv}


@dataclass
class StudyArea:
    """The study area and the people in it.

    Parameters
    ----------
    municipalities
        All municipalities within the halo; ``in_study_area`` marks those that results are for.
    cells
        Cells with people that touch the study area, with ``series`` = index of the source series.
    year
        Census year of the people, 0 if no source says it.
    used, unused
        Population sources.
    """

    municipalities: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    year: int
    used: list[Recognised] = field(default_factory=list)
    unused: list[tuple[Recognised, str, str]] = field(default_factory=list)


def read_population(
    sources: Sequence[Recognised], municipalities: gpd.GeoDataFrame, *, notes: Notes
) -> list[PopulationSeries]:
    """Read every population source, grouped into series; one that cannot be read becomes a warning."""
    groups: dict[tuple[str, ...], list[Recognised]] = {}
    for source in sources:
        groups.setdefault(series_of(source), []).append(source)
    series = []
    for files in groups.values():
        parts: list[gpd.GeoDataFrame] = []
        read: list[Recognised] = []
        for source in files:
            try:
                parts.append(_READERS[str(source.dataset)](source.file, notes=notes))
                read.append(source)
            except ExplorerError as error:
                notes.warn_of(error, source.file.label)
        if parts:
            series.append(_as_series(read, parts, municipalities))
    return series


def _as_series(
    files: list[Recognised], parts: list[gpd.GeoDataFrame], municipalities: gpd.GeoDataFrame
) -> PopulationSeries:
    import geopandas as gpd
    import pandas as pd
    import shapely

    cells = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    # The same cell in two files of one series (a table downloaded twice) counts once.
    cells = cells.drop_duplicates(["cell_id", "municipality_code"], ignore_index=True)
    own = cells["municipality_code"]
    where = np.array([rolled_up(str(code)) if isinstance(code, str) and code else "" for code in own], dtype=object)
    unknown = where == ""
    if unknown.any():
        centres = shapely.centroid(cells.geometry.to_numpy()[unknown])
        where[unknown] = municipality_of(shapely.get_x(centres), shapely.get_y(centres), municipalities)
    cells["municipality_code"] = pd.array(
        [code if not free else None for code, free in zip(where, unknown, strict=True)], dtype="str"
    )
    return PopulationSeries(files, cells, where)


def find_study_area(
    boundaries: gpd.GeoDataFrame,
    series: Sequence[PopulationSeries],
    *,
    prefecture: str,
    codes: Sequence[str],
    halo_km: float,
    notes: Notes,
) -> StudyArea:
    """Decide the study area, choose its population and cut boundaries to the halo.

    `codes` asks for municipalities, `prefecture` for a prefecture; both empty for every municipality that has both a
    boundary and people.

    Raises
    ------
    MissingSource
        No boundaries or no people for what was asked.
    UnknownCode
        A municipality was asked for that no boundary file holds.
    """
    import geopandas as gpd
    import pandas as pd

    codes = _codes(boundaries, series, prefecture, codes, notes)
    chosen = choose_population(series, codes)
    if not chosen:
        ja, en = notes.reasons()
        raise MissingSource(
            f"対象地域（{len(codes)} 市区町村）の人口がありません。国勢調査の小地域またはメッシュ人口を同じフォルダに置いてください"
            f"（e-Stat 統計GIS: https://www.e-stat.go.jp/gis）。{ja} / "
            f"No population for the study area. Add census small areas or grid population (e-Stat).{en}"
        )
    without = sorted({code[:2] for code in codes} - set(chosen))
    if without:
        notes.warn("", f"{prefecture_names(without)}の人口がありません。", f"No population for {', '.join(without)}.")
    parts = []
    for index in sorted(set(chosen.values())):
        served = {code for code in codes if chosen.get(code[:2]) == index}
        cells = series[index].cells
        # Grid cells on a border are kept whole: their places are told apart later.
        mine = cells["municipality_code"].isna() | cells["municipality_code"].isin(served)
        touching = mine & _near(cells, boundaries[boundaries["code"].isin(served)])
        parts.append(cells[touching].assign(series=index))
    used = [source for index in sorted(set(chosen.values())) for source in series[index].files]
    unused = [
        (source, *_why_unused(series, chosen))
        for index, one in enumerate(series)
        if index not in chosen.values()
        for source in one.files
    ]
    cells = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    year = max(series[index].year for index in chosen.values())
    municipalities = within_halo(boundaries, codes, halo_km)
    return StudyArea(municipalities, cells, year, used, unused)


def _why_unused(series: Sequence[PopulationSeries], chosen: dict[str, int]) -> tuple[str, str]:
    best = series[next(iter(chosen.values()))]
    names = "、".join(dict.fromkeys(describe(source) for source in best.files[:2]))
    return (
        f"同じ人口を示す別の資料 {names} を使うため、合算しません",
        f"not added up: the same people are taken from {', '.join(source.file.label for source in best.files[:2])}",
    )


def _codes(
    boundaries: gpd.GeoDataFrame,
    series: Sequence[PopulationSeries],
    prefecture: str,
    asked: Sequence[str],
    notes: Notes,
) -> list[str]:
    known = set(boundaries["code"])
    if asked:
        missing = [code for code in asked if code not in known]
        if missing:
            raise UnknownCode(
                f"市区町村 {'、'.join(missing)} の境界がありません。コードを確かめるか、その都道府県の N03 を置いてください。 / "
                f"No boundary for {', '.join(missing)}. Check the code, or add the N03 file of that prefecture."
            )
        return sorted(set(asked))
    if prefecture:
        codes = sorted(code for code in known if code[:2] == prefecture)
        if not codes:
            raise UnknownCode(
                f"{PREFECTURES[prefecture]}の境界がありません。N03 行政区域データを置いてください。 / "
                f"No boundaries for prefecture {prefecture}. Add its N03 file."
            )
        return codes
    peopled: set[str] = set()
    for one in series:
        people = one.people_by_municipality()
        peopled |= set(people[people > 0].index) & known
    codes = sorted(peopled)
    if not codes:
        ja, en = notes.reasons()
        raise MissingSource(
            "境界と人口の両方がある市区町村がありません。"
            f"N03 行政区域と国勢調査の人口が同じ地域のものか確かめてください。{ja} / "
            "No municipality has both a boundary and people. "
            f"Check that N03 and population files are of the same area.{en}"
        )
    if len(codes) > MOST_WITHOUT_ASKING:
        counts = Counter(code[:2] for code in codes).most_common()
        found_ja = "、".join(f"{PREFECTURES[code]}（{code}）{count}" for code, count in counts)
        found_en = ", ".join(f"{PREFECTURES_EN[code]} ({code}) {count}" for code, count in counts)
        raise MissingSource(
            f"{len(codes)} 市区町村が対象になります（{found_ja}）。"
            "--prefecture 10 または --area 10201,10202 で対象地域を選んでください。 / "
            f"{len(codes)} municipalities would be built ({found_en}). "
            "Choose with --prefecture 10 or --area 10201,10202."
        )
    return codes


def _near(cells: gpd.GeoDataFrame, served: gpd.GeoDataFrame) -> pd.Series:
    """Cells of a served municipality, or grid cells whose square touches one."""
    import pandas as pd
    import shapely

    near = cells["municipality_code"].notna().to_numpy().copy()
    free = np.flatnonzero(~near)
    tree = shapely.STRtree(served.geometry.to_numpy())
    squares = cells.geometry.to_numpy()[free]
    touching, _ = tree.query(squares, predicate="intersects")
    near[free[np.unique(touching)]] = True
    return pd.Series(near, index=cells.index)


def within_halo(boundaries: gpd.GeoDataFrame, codes: Sequence[str], halo_km: float) -> gpd.GeoDataFrame:
    """Municipalities of the study area and those that reach into the box of its halo, with ``in_study_area``."""
    inside = boundaries["code"].isin(codes)
    west, south, east, north = halo_box(boundaries[inside], halo_km)
    bounds = boundaries.geometry.bounds
    near = (bounds.maxx >= west) & (bounds.minx <= east) & (bounds.maxy >= south) & (bounds.miny <= north)
    kept = boundaries[inside | near].copy()
    kept.insert(len(kept.columns) - 1, "in_study_area", inside[inside | near])
    return kept.reset_index(drop=True)


def ring_box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The part of a national layer that is read: wide enough that the layer is still known for a national one."""
    west, south, east, north = box
    return west - RING_DEGREES, south - RING_DEGREES, east + RING_DEGREES, north + RING_DEGREES


def within_ring(boundaries: gpd.GeoDataFrame, box: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Municipalities (code, geometry good to 200 m) far around a box: for telling of where a list of points is.

    A study area of one village knows only its neighbours, and a list of its prefecture would look like a neighbour's.
    """
    west, south, east, north = ring_box(box)
    bounds = boundaries.geometry.bounds
    near = (bounds.maxx >= west) & (bounds.minx <= east) & (bounds.maxy >= south) & (bounds.miny <= north)
    ring = boundaries.loc[near, ["code", "geometry"]].reset_index(drop=True)
    return ring.set_geometry(ring.geometry.simplify(_RING_TOLERANCE_DEGREES))


def halo_box(study: gpd.GeoDataFrame, halo_km: float) -> tuple[float, float, float, float]:
    """Bounds of the study area grown by the halo, in degrees."""
    west, south, east, north = (float(value) for value in study.total_bounds)
    up = halo_km / 110.9  # km per degree of latitude near 36°, on the short side so that the halo is never too small
    across = halo_km / (111.3 * np.cos(np.radians(max(abs(south), abs(north)))))
    return west - across, south - up, east + across, north + up


def projection_of(study: gpd.GeoDataFrame, halo_km: float) -> PlaneProjection:
    """The plane that metres are measured in, for the study area with its halo."""
    return choose_projection(halo_box(study, halo_km))
