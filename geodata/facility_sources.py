"""All facility sources in one table: read, ranked against each other, and told where each one is complete.

A list covers some municipalities and not others. Where no list covers a municipality the answer is "no data", not 0:
Takamatsu's own list of libraries says nothing about Marugame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata import facilities as readers
from geodata.errors import ExplorerError
from geodata.municipalities import municipality_of
from geodata.notes import Notes
from geodata.point_lists import read_points
from geodata.recognised import Recognised
from geodata.study_area import ring_box
from geodata.tables import CRS, FACILITY_COLUMNS

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geodata.projection import PlaneProjection
    from geodata.vector import Bounds

_KSJ_READERS: Final[dict[str, Callable[..., gpd.GeoDataFrame]]] = {
    "p04": readers.read_medical,
    "p14": readers.read_welfare,
    "p29": readers.read_schools,
    "p05": readers.read_offices,
    "p13": readers.read_parks,
}
_OVERPASS: Final = "overpass"
RANK_OWN, RANK_KSJ, RANK_OSM, RANK_OTHER = range(4)
ONE_MUNICIPALITY: Final = 0.95  # a list of which so much lies in one municipality is that municipality's own
PREFECTURE_SHARE: Final = 0.25
NATIONAL_DEGREES: Final = 4.0  # about 400 km: no prefecture but Hokkaido, Okinawa and Tokyo with its islands is so wide
_SAME_METRES: Final = 50.0  # the same name and kind this near is the same facility
_COVERAGE_COLUMNS: Final = ("kind", "municipality_code", "source", "tells")
_TABULAR: Final = (".csv", ".xlsx", ".xlsm", ".tsv", ".txt")


@dataclass(frozen=True)
class FacilityTable:
    """Facilities and where each kind was surveyed.

    Parameters
    ----------
    facilities
        Columns of :data:`geodata.tables.FACILITY_COLUMNS`.
    coverage
        Columns kind, municipality_code, source, tells: this source lists all facilities of the kind in that municipality,
        and says of them whether they have the traits in `tells` (words divided by blanks).
    used
        Id of each source that contributed → number of facilities.
    """

    facilities: gpd.GeoDataFrame
    coverage: pd.DataFrame
    used: dict[str, int]


def read_facilities(
    sources: Sequence[tuple[str, Recognised]],
    osm_points: gpd.GeoDataFrame | None,
    municipalities: gpd.GeoDataFrame,
    ring: gpd.GeoDataFrame,
    osm_covers: npt.NDArray[np.object_],
    *,
    projection: PlaneProjection,
    box: Bounds,
    notes: Notes,
) -> FacilityTable:
    """Read and join all facility sources.

    Parameters
    ----------
    sources
        Source id and file of KSJ layers and point lists.
    osm_points
        Facilities found in the OpenStreetMap extracts, with their source ids in a column ``source``, or None.
    municipalities
        Study area and its neighbours.
    ring
        Municipalities far around (see :func:`geodata.study_area.within_ring`).
    osm_covers
        Codes of the municipalities that the OpenStreetMap extracts hold as a whole.
    box
        Bounds of the study area with its halo, degrees; facilities outside are left out.
    """
    import geopandas as gpd
    import pandas as pd

    parts = [_read(identity, source, ring_box(box), notes) for identity, source in sources]
    if osm_points is not None and len(osm_points):
        parts.append(_from_osm(osm_points))
    parts = [part for part in parts if part is not None and len(part)]
    if not parts:
        return _nothing()
    whole = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    x, y = whole.geometry.x.to_numpy(), whole.geometry.y.to_numpy()
    whole["municipality_code"] = municipality_of(x, y, municipalities)
    named = {identity: named_prefectures(source) for identity, source in sources}
    told = whole.assign(municipality_code=municipality_of(x, y, ring))
    asked = {identity: _in_box(source.details["box"], ring) for identity, source in sources if _is_box(source)}
    coverage = _coverage(told, ring["code"].to_numpy(dtype=object), named, osm_covers, asked)
    coverage = coverage[coverage["municipality_code"].isin(municipalities["code"])]
    coverage = coverage.assign(tells=_told_traits(whole, coverage))
    inside = (x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])
    _warn_of_outside(whole.assign(inside=inside), notes)
    whole = whole[inside].reset_index(drop=True)
    best = _best_rank(coverage)
    whole = _without_worse(whole, best)
    whole = _without_repeats(whole, projection)
    coverage = coverage[
        [
            best[kind, code] == rank
            for kind, code, rank in zip(coverage["kind"], coverage["municipality_code"], coverage["rank"], strict=True)
        ]
    ]
    used = whole["source"].value_counts().to_dict()
    whole["facility_id"] = [f"f{number:06d}" for number in range(len(whole))]
    whole.loc[whole["municipality_code"] == "", "municipality_code"] = None
    table = whole[list(FACILITY_COLUMNS)]
    return FacilityTable(table, coverage[list(_COVERAGE_COLUMNS)].reset_index(drop=True), used)


def _warn_of_outside(whole: gpd.GeoDataFrame, notes: Notes) -> None:
    """The user's own list is meant for this area: what lies elsewhere has wrong coordinates, or is the wrong list."""
    for source, rows in whole[whole["rank"] == RANK_OWN].groupby("source", sort=True):
        outside = int((~rows["inside"]).sum())
        if outside and (outside == len(rows) or outside < len(rows) / 2):  # not the rest of a national list
            notes.warn(
                str(source),
                f"{len(rows):,} 件のうち {outside:,} 件は対象地域とその周囲の外にあるため使いません。座標を確かめてください。",
                f"{outside:,} of {len(rows):,} rows lie beyond the study area and its halo and are not used. "
                "Check their coordinates.",
            )


def _nothing() -> FacilityTable:
    import geopandas as gpd
    import pandas as pd

    empty = gpd.GeoDataFrame({name: pd.array([], dtype="str") for name in FACILITY_COLUMNS[:-1]}, geometry=[], crs=CRS)
    return FacilityTable(empty, pd.DataFrame({name: pd.array([], dtype="str") for name in _COVERAGE_COLUMNS}), {})


def named_prefectures(source: Recognised) -> Sequence[str]:
    """Prefectures that the name of a 国土数値情報 file says it is for (``P29-23_10``); none for a national file."""
    prefectures: Sequence[str] = source.details.get("prefectures", ())
    return prefectures


def _read(identity: str, source: Recognised, within: Bounds, notes: Notes) -> gpd.GeoDataFrame | None:
    try:
        if source.dataset in _PLACE_READERS:
            table, rank = _PLACE_READERS[source.dataset](source, within, notes)
        elif source.dataset in _KSJ_READERS:
            table = _KSJ_READERS[source.dataset](source.file, notes=notes, within=within)
            rank = RANK_KSJ
        else:
            table = read_points(source.file, notes=notes)
            table = table[table["service"].fillna("") != ""]  # stations and stops are read by the stops step
            rank = RANK_OWN if source.file.suffix in _TABULAR else RANK_OTHER
    except ExplorerError as error:
        notes.warn_of(error, source.file.label)
        return None
    if "traits" not in table:  # no source but 国土数値情報 tells more than the kind
        table = table.assign(traits="")
    own = table[["service", "kind", "name", "capacity", "capacity_unit", "traits", "as_of", "geometry"]]
    return own.assign(source=identity, rank=rank, edition=source.edition)


def _read_overpass(source: Recognised, within: Bounds, notes: Notes) -> tuple[gpd.GeoDataFrame, int]:
    from geodata.overpass_points import read_overpass

    return read_overpass(source.file, notes=notes, as_of=source.edition, within=within), RANK_OSM


def _read_overture(source: Recognised, within: Bounds, notes: Notes) -> tuple[gpd.GeoDataFrame, int]:
    from geodata.overture import read_overture

    return read_overture(source.file, notes=notes, as_of=source.edition, within=within), RANK_OTHER


_PLACE_READERS: Final = {_OVERPASS: _read_overpass, "overture": _read_overture}


def _from_osm(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    from geodata.kinds import KINDS

    return points.assign(
        service=[KINDS[kind].service for kind in points["kind"]],
        capacity_unit=None,
        traits="",
        as_of=None,
        rank=RANK_OSM,
        edition="",
    ).drop(columns=["osm_id"])


def _coverage(
    whole: gpd.GeoDataFrame,
    codes: npt.NDArray[np.object_],
    named: Mapping[str, Sequence[str]],
    osm_covers: npt.NDArray[np.object_],
    asked: Mapping[str, npt.NDArray[np.object_]],
) -> pd.DataFrame:
    """For each source the municipalities that it lists completely, as far as it tells; the same for all its kinds."""
    import pandas as pd

    rows = []
    for source, points in whole.groupby("source", sort=True):
        rank = int(points["rank"].iloc[0])
        if source in asked:
            covered = asked[str(source)]
        elif rank == RANK_OSM and source not in named:
            covered = osm_covers  # an extract is taken to cover its whole area, however incomplete it is there
        else:
            covered = covered_by(points, codes, named.get(str(source), ()))
        rows += [(str(source), str(kind), str(code), rank) for kind in points["kind"].unique() for code in covered]
    return pd.DataFrame(rows, columns=["source", "kind", "municipality_code", "rank"])


def _told_traits(whole: gpd.GeoDataFrame, coverage: pd.DataFrame) -> list[str]:
    """For each row of the coverage the traits that its source tells of facilities of its kind."""
    told: dict[tuple[str, str], set[str]] = {}
    for (source, kind, traits), _ in whole.groupby(["source", "kind", "traits"], sort=False):
        told.setdefault((str(source), str(kind)), set()).update(word.lstrip("-") for word in str(traits).split())
    return [" ".join(sorted(told[str(row.source), str(row.kind)])) for row in coverage.itertuples()]


def _is_box(source: Recognised) -> bool:
    """Whether it was asked for by a box only, not by prefectures."""
    return source.dataset == _OVERPASS and bool(source.details.get("box")) and not named_prefectures(source)


def _in_box(box: Sequence[float], ring: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Municipalities nearly all of whose area lies in a box."""
    import shapely

    shapes = shapely.make_valid(ring.geometry.to_numpy())
    west, south, east, north = box
    held = shapely.area(shapely.intersection(shapes, shapely.box(west, south, east, north)))
    is_inside = np.asarray(held >= ONE_MUNICIPALITY * shapely.area(shapes), dtype=bool)
    codes: npt.NDArray[np.object_] = ring["code"].to_numpy(dtype=object)[is_inside]
    return codes


def covered_by(
    points: gpd.GeoDataFrame, codes: npt.NDArray[np.object_], prefectures: Sequence[str] = ()
) -> npt.NDArray[np.object_]:
    """Municipalities (of `codes`) that a list of points covers.

    A list that is named after `prefectures` covers these. One that spans more than 400 km is national and covers all.
    One whose points lie in one municipality is that municipality's own. Otherwise it covers a prefecture if points lie
    in a quarter of its municipalities or more, or in no other prefecture: a list of Gunma that reaches 5 km over the
    border does not cover Tochigi.

    Parameters
    ----------
    points
        With `municipality_code`, ``""`` outside all of `codes`.
    codes
        All municipalities far around, not only those of the study area: else a neighbour's only station makes a list
        of the whole prefecture look like that neighbour's own.
    """
    if prefectures:
        return codes[np.isin([str(code)[:2] for code in codes], list(prefectures))]
    west, south, east, north = points.total_bounds
    if max(east - west, north - south) > NATIONAL_DEGREES:
        return codes
    known = points["municipality_code"][points["municipality_code"] != ""]
    if not len(known):
        return codes[:0]
    shares = known.value_counts(normalize=True)
    if shares.iloc[0] >= ONE_MUNICIPALITY and len(codes) > 1 and len(known) > len(points) / 2:
        return np.array([shares.index[0]], dtype=object)
    found = set(known)
    prefecture = np.array([str(code)[:2] for code in codes], dtype=object)
    listed = np.array([code in found for code in codes])
    alone = len({str(code)[:2] for code in found}) == 1
    told = {name for name in set(prefecture[listed]) if alone or listed[prefecture == name].mean() >= PREFECTURE_SHARE}
    return codes[np.isin(prefecture, list(told))]


def _best_rank(coverage: pd.DataFrame) -> dict[tuple[str, str], int]:
    best: dict[tuple[str, str], int] = {}
    for kind, code, rank in zip(coverage["kind"], coverage["municipality_code"], coverage["rank"], strict=True):
        best[kind, code] = min(rank, best.get((kind, code), rank))
    return best


def _without_worse(whole: gpd.GeoDataFrame, best: dict[tuple[str, str], int]) -> gpd.GeoDataFrame:
    """Leave out facilities of a kind where a better ranked source lists the same municipality."""
    keys = zip(whole["kind"], whole["municipality_code"], whole["rank"], strict=True)
    keep = np.array([rank <= best.get((kind, code), rank) for kind, code, rank in keys])
    # Outside every boundary (a neighbouring prefecture without N03) the best rank that lists anything there counts.
    outside = (whole["municipality_code"] == "").to_numpy()
    lowest = whole[outside].groupby("kind")["rank"].min()
    keep &= ~outside | (whole["rank"].to_numpy() <= whole["kind"].map(lowest).fillna(RANK_OTHER).to_numpy())
    return whole[keep].reset_index(drop=True)


def _without_repeats(whole: gpd.GeoDataFrame, projection: PlaneProjection) -> gpd.GeoDataFrame:
    """Keep one of facilities of the same kind and name within 50 m; newer editions win."""
    from scipy.spatial import cKDTree

    newest_first = np.argsort(whole["edition"].fillna("").to_numpy(dtype=object), kind="stable")[::-1]
    whole = whole.iloc[np.sort(newest_first)] if len(set(whole["edition"])) <= 1 else whole.iloc[newest_first]
    whole = whole.reset_index(drop=True)
    xy = projection.to_plane(whole.geometry.x, whole.geometry.y)
    pairs = cKDTree(xy).query_pairs(_SAME_METRES, output_type="ndarray")
    name = whole["name"].fillna("").str.normalize("NFKC").str.replace(r"\s", "", regex=True).to_numpy(dtype=object)
    kind = whole["kind"].to_numpy(dtype=object)
    source = whole["source"].to_numpy(dtype=object)
    first, second = pairs[:, 0], pairs[:, 1]
    at_once = np.hypot(*(xy[first] - xy[second]).T) < 1.0
    # Two unnamed convenience stores 40 m apart in one list are two; in two lists at one spot they are one.
    same = (
        (kind[first] == kind[second])
        & (name[first] == name[second])
        & ((name[first] != "") | ((source[first] != source[second]) & at_once))
    )
    keep = np.ones(len(whole), dtype=bool)
    keep[np.maximum(first, second)[same]] = False
    return whole[keep].reset_index(drop=True)
