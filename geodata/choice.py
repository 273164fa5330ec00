"""Which of several sources of the same thing a build uses. Two sources are never added up: one is used, the other named.

The order of preference is stated once for each purpose:

- boundaries, per prefecture: fuller (more municipalities), then finer (more bytes per municipality), then newer;
- population, per prefecture: fuller (at least 97 % of the most people any source finds there), then newer, then with
  more age groups, then finer (smaller cells);
- facilities, per kind and municipality: the user's own list, then 国土数値情報, then OpenStreetMap (extracts and
  answers of the Overpass API), then other lists (Overture Maps places among them); within a rank the lists are joined
  and what is listed twice is kept once;
- files with the same content are read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.codes import PREFECTURES
from geodata.recognised import Recognised

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

FULL_ENOUGH: Final = 0.97
_TOPOJSON_FACTOR: Final = 3  # shared arcs in small integers: a third of the bytes of GeoJSON for the same detail


@dataclass
class Unused:
    """A source that was left aside, and why, in both languages."""

    source: Recognised
    ja: str
    en: str


@dataclass
class Choice:
    """Sources used, each with the prefectures it serves, and those left aside."""

    used: list[tuple[Recognised, list[str]]] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)


def choose_boundaries(candidates: Sequence[Recognised]) -> Choice:
    """The best N03 file for each prefecture."""
    choice = Choice()
    served: dict[int, list[str]] = {}
    prefectures = sorted({code for source in candidates for code in source.details["codes_by_prefecture"]})
    for prefecture in prefectures:
        best = max(
            (index for index, source in enumerate(candidates) if prefecture in source.details["codes_by_prefecture"]),
            key=lambda index: _boundary_rank(candidates[index], prefecture),
        )
        served.setdefault(best, []).append(prefecture)
    for index, source in enumerate(candidates):
        if index in served:
            choice.used.append((source, served[index]))
        else:
            choice.unused.append(
                Unused(source, "より詳しい境界が別にあるため使いません", "not used: finer boundaries are at hand")
            )
    return choice


def _boundary_rank(source: Recognised, prefecture: str) -> tuple[int, float, str]:
    fullness = source.details["codes_by_prefecture"][prefecture]
    fineness = source.details["bytes_per_code"] * (_TOPOJSON_FACTOR if source.file.suffix == ".topojson" else 1)
    return fullness, fineness, source.edition


def series_of(source: Recognised) -> tuple[str, ...]:
    """Population files with the same series complement each other (prefectures, primary meshes); others compete."""
    details = source.details
    if source.dataset == "small_areas":
        return ("small_areas", source.edition, source.file.suffix)
    if source.dataset == "estat_grid":
        return ("estat_grid", source.edition, details["table"], "-".join(map(str, details["levels"])))
    return ("grid_csv", source.edition, source.file.path.as_posix(), *source.file.members)


@dataclass(frozen=True)
class PopulationSeries:
    """Cells of one series with what the choice looks at.

    Parameters
    ----------
    files
        The files it was read from.
    cells
        Its cells (see :data:`geodata.tables.CELL_COLUMNS`).
    municipality
        (n_cells,) code of the municipality: the cell's own, or that at its centre; ``""`` outside all.
    """

    files: list[Recognised]
    cells: gpd.GeoDataFrame
    municipality: npt.NDArray[np.object_]

    @property
    def year(self) -> int:
        """Census year, 0 if unknown."""
        return max((source.details.get("year") or 0) for source in self.files)

    @property
    def groups(self) -> int:
        """Number of age groups."""
        return sum(str(column).startswith("population_") for column in self.cells.columns)

    def people_by_municipality(self) -> pd.Series:
        """People of the cells per municipality code."""
        people: pd.Series = self.cells["population_total"].groupby(self.municipality).sum()
        return people.drop(index="", errors="ignore")


def choose_population(series: Sequence[PopulationSeries], codes: Sequence[str]) -> dict[str, int]:
    """For each prefecture of the study area, the index of the series to use."""
    chosen: dict[str, int] = {}
    wanted = set(codes)
    people = [one.people_by_municipality().pipe(lambda counts: counts[counts.index.isin(wanted)]) for one in series]
    for prefecture in sorted({code[:2] for code in codes}):
        found = [float(counts[counts.index.str[:2] == prefecture].sum()) if len(counts) else 0.0 for counts in people]
        most = max(found, default=0.0)
        if most <= 0:
            continue
        full = [index for index, count in enumerate(found) if count >= FULL_ENOUGH * most]
        chosen[prefecture] = max(full, key=lambda index: _population_rank(series[index]))
    return chosen


def _population_rank(series: PopulationSeries) -> tuple[int, int, int, int]:
    is_parquet = all(source.file.suffix == ".parquet" for source in series.files)
    return series.year, series.groups, len(series.cells), int(is_parquet)


def describe(source: Recognised) -> str:
    """How a source is called in messages."""
    known = source.known
    return f"{source.file.label}（{known.ja if known else '不明'}{f' {source.edition}' if source.edition else ''}）"


def prefecture_names(codes: Sequence[str]) -> str:
    """Names of prefectures by code, joined."""
    return "・".join(PREFECTURES.get(code, code) for code in codes)
