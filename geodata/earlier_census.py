"""People of an earlier census, spread over places like those of today: what a change between censuses is measured from.

A build counts the people of one population source. The others are not added up, but where one of them is of an earlier
year and covers the same municipality, its people can be told apart by zone as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.choice import PopulationSeries, describe
from geodata.notes import Notes
from geodata.places import spread
from geodata.study_area import read_population

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import geopandas as gpd

    from geodata.recognised import Recognised
    from geodata.streets import Streets

# An earlier census that finds fewer or more people than this, relative to now, does not cover the same municipality.
_SAME_COVERAGE: Final = (0.7, 1.4)


@dataclass(frozen=True)
class EarlierCensus:
    """An earlier census of some municipalities.

    Parameters
    ----------
    year
        Of the census.
    files
        The files it was read from.
    codes
        Municipalities that are taken from it.
    places
        :data:`geodata.tables.PLACE_COLUMNS` of those municipalities.
    is_grid
        Whether its cells are grid squares (else small areas).
    """

    year: int
    files: list[Recognised]
    codes: list[str]
    places: gpd.GeoDataFrame
    is_grid: bool

    @property
    def title(self) -> str:
        """How messages call it."""
        return "、".join(describe(source) for source in self.files[:2])


def earlier_censuses(
    sources: Sequence[Recognised],
    people_now: Mapping[str, float],
    municipalities: gpd.GeoDataFrame,
    streets: Streets | None,
    *,
    before: int,
    projection: str,
    notes: Notes,
) -> list[EarlierCensus]:
    """The last census before a year for each municipality, as far as the sources have one.

    Parameters
    ----------
    sources
        Population files that the build does not use.
    people_now
        Municipality code → people of the source in use, of the municipalities wanted.
    municipalities
        `code` and `geometry` (EPSG:6668) of these and their neighbours.
    streets
        Street network that people are spread along, or None.
    before
        Year of the source in use.
    projection
        CRS in metres for the study area.
    notes
        Receives files that cannot be read.
    """
    wanted = [source for source in sources if 0 < (source.details.get("year") or 0) < before]
    series = read_population(wanted, municipalities, notes=notes) if wanted else []
    chosen: dict[int, list[str]] = {}
    counts = [one.people_by_municipality() for one in series]
    for code, now in people_now.items():
        low, high = (factor * now for factor in _SAME_COVERAGE)
        covering = [at for at, count in enumerate(counts) if low <= float(count.get(code, 0.0)) <= high]
        if covering:
            best = max(covering, key=lambda at: (series[at].year, series[at].groups, len(series[at].cells)))
            chosen.setdefault(best, []).append(code)
    return [_spread(series[at], codes, municipalities, streets, projection) for at, codes in sorted(chosen.items())]


def _spread(
    series: PopulationSeries,
    codes: Collection[str],
    municipalities: gpd.GeoDataFrame,
    streets: Streets | None,
    projection: str,
) -> EarlierCensus:
    import shapely

    cells, owner = series.cells, series.cells["municipality_code"]
    is_grid = bool(owner.isna().any())
    own = municipalities[municipalities["code"].isin(codes)].geometry.to_numpy()
    mine = owner.isin(codes).to_numpy(dtype=bool, copy=True)
    if is_grid:
        squares = cells.geometry.to_numpy()
        touching, _ = shapely.STRtree(own).query(squares, predicate="intersects")
        mine[np.unique(touching)] = True
    cells = cells[mine].reset_index(drop=True)
    # Squares on a border are shared with the neighbours, which must be there to take their people.
    near, _ = shapely.STRtree(cells.geometry.to_numpy()).query(
        municipalities.geometry.to_numpy(), predicate="intersects"
    )
    towns = municipalities.iloc[np.unique(near)] if is_grid else municipalities[municipalities["code"].isin(codes)]
    # What the spreading remarks has been said of the source in use.
    places = spread(cells, towns.reset_index(drop=True), streets, projection=projection, notes=Notes())
    places = places[places["municipality_code"].isin(codes)].reset_index(drop=True)
    return EarlierCensus(series.year, series.files, sorted(codes), places, is_grid)
