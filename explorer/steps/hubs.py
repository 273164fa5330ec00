"""Step: candidates of 小さな拠点, who reaches them by car, and how many people that will be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from explorer.networks import open_networks
from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
from explorer.stop_coverage import surveyed_stops
from geodata.kinds import CATEGORIES, KINDS
from geodata.projection import PlaneProjection
from geodata.recognised import Recognised
from geodata.tables import AGE_GROUPS, CRS, HUB_COLUMNS, population_column
from geodata.workspace import PLACE_VALUES, StepWriter, measure_name, read_table
from layers.access.attach import attach
from layers.access.nearest import nearest
from layers.access.profiles import Profile
from layers.figures import FIGURE_COLUMNS, SUM
from layers.hubs import (
    CATCHMENT_MINUTES,
    FEWEST_SERVICES,
    HUB_SERVICES,
    SERVICE_RADIUS_M,
    find_candidates,
    hub_scores,
    outside_centres,
    services_at_hand,
    services_listed,
)
from layers.measures import SECONDS_PER_MINUTE, STRAIGHT

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

DRIVE = "drive"
# What a candidate is called after, the likeliest centre of a place first.
_NAMESAKES = (
    "branch_office",
    "town_hall",
    "community_centre",
    "elementary_school",
    "post_office",
    "junior_high_school",
)
FUTURE_YEARS = (2020, 2050)


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
    profiles: Sequence[Profile],
) -> None:
    """Write ``hubs``, the values ``hub_score``, ``hub_outside`` and ``hub_minutes`` per place, and counts per area."""
    del sources, box
    places = read_table(folders["places"] / "places.parquet")
    count = len(places)
    at_hand = services_at_hand(_straight(folders), count)
    missing = [service for service in HUB_SERVICES if service.id not in at_hand]
    writer.facts["services"] = list(at_hand)
    if missing and at_hand:
        writer.notes.info(
            "",
            f"小さな拠点の候補: {'・'.join(service.ja for service in missing)}の一覧がないため数えていません。",
            f"Small hubs are scored without {', '.join(service.en for service in missing)}: no source lists any.",
        )
    if not at_hand:
        return
    score = hub_scores(at_hand, count)
    people = places[population_column("total")].to_numpy(np.float64)
    xy = np.load(folders["snapping"] / "xy.npy")
    in_centre = _value(folders, "zone_function", count)
    told = _told(folders, places, people)
    found = find_candidates(xy, places["place_id"].to_numpy(), score, people, in_centre=in_centre, is_told=told)
    rows = found.rows[np.argsort(places["municipality_code"].to_numpy(object)[found.rows], kind="stable")]
    outside = outside_centres(found.people_around, in_centre)
    writer.place_values(score, "hub_score")
    writer.place_values(outside, "hub_outside")
    hubs = _described(places, rows, at_hand, score, found.people_around, folders, projection)
    minutes, hub = _by_car(folders, projection, xy[rows], profiles) if told.any() else (None, None)
    if minutes is not None:
        writer.place_values(minutes, "hub_minutes")
    writer.table(_with_catchments(hubs, places, hub, folders), "hubs")
    writer.figures(_counts(hubs, codes))
    writer.facts |= {"candidates": len(hubs), "streets": minutes is not None}


def _straight(folders: Mapping[str, Path]) -> dict[str, npt.NDArray[np.float32]]:
    """Category → straight-line metres of every place, of the categories that make hubs."""
    found = {}
    for category in (name for service in HUB_SERVICES for name in service.categories):
        for step in ("service_distances", "transport_distances"):
            file = folders[step] / f"{measure_name(category, STRAIGHT)}.npy"
            if file.is_file():
                found[category] = np.load(file, mmap_mode="r")
    return found


def _told(folders: Mapping[str, Path], places: pd.DataFrame, people: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """(n_places,) whether lists cover enough of the services in the municipality of each place."""
    import pandas as pd

    town = places["municipality_code"].astype(str)
    by_town = pd.Series(people).groupby(town.to_numpy()).sum()
    kinds = pd.read_parquet(folders["facilities"] / "facility_coverage.parquet")
    surveyed = {
        str(kind): by_town.index.isin(rows["municipality_code"].astype(str)) for kind, rows in kinds.groupby("kind")
    }
    for name in (name for service in HUB_SERVICES for name in service.categories):
        members = [surveyed[kind] for kind in CATEGORIES[name].kinds if kind in surveyed] if name in CATEGORIES else []
        if members:
            surveyed[name] = np.logical_or.reduce(members)
    listed = services_listed(surveyed | surveyed_stops(folders["stops"], by_town), len(by_town))
    return np.asarray(pd.Series(listed >= FEWEST_SERVICES, index=by_town.index).loc[town])


def _value(folders: Mapping[str, Path], name: str, count: int) -> npt.NDArray[np.float32]:
    """A value per place of an earlier step; NaN everywhere where none has it."""
    for folder in folders.values():
        file = folder / PLACE_VALUES / f"{name}.npy"
        if file.is_file():
            found: npt.NDArray[np.float32] = np.load(file)
            return found
    return np.full(count, np.nan, np.float32)


def _by_car(
    folders: Mapping[str, Path], projection: str, hubs_xy: npt.NDArray[np.float64], profiles: Sequence[Profile]
) -> tuple[npt.NDArray[np.float64] | None, npt.NDArray[np.int32] | None]:
    """Minutes of every place to the candidate it reaches first, and its row within 20 minutes (else -1); None without streets."""
    drive = next((profile for profile in profiles if profile.id == DRIVE), None)
    networks = open_networks(folders["streets"], folders["network"], projection)
    if drive is None or networks.topology is None:
        return None, None
    network = networks.of(drive)
    ties = attach(network, hubs_xy, limit_metres=SNAP_LIMIT_M)
    found = nearest(network, load_ties(folders["snapping"], drive), {"hub": ties})
    minutes = found.seconds[:, 0] / SECONDS_PER_MINUTE
    return minutes, np.where(minutes <= CATCHMENT_MINUTES, found.facility[:, 0], np.int32(-1)).astype(np.int32)


def _described(
    places: gpd.GeoDataFrame,
    rows: npt.NDArray[np.int64],
    at_hand: Mapping[str, npt.NDArray[np.bool_]],
    score: npt.NDArray[np.float64],
    around: npt.NDArray[np.float64],
    folders: Mapping[str, Path],
    projection: str,
) -> gpd.GeoDataFrame:
    """One row per candidate: where it is, what it has, what it lies by."""
    import geopandas as gpd

    chosen = places.iloc[rows]
    table = gpd.GeoDataFrame(
        {
            "hub_id": [f"h{number:04d}" for number in range(1, len(rows) + 1)],
            "municipality_code": chosen["municipality_code"].astype(str).to_numpy(),
            "score": score[rows],
            "services": [",".join(name for name, near in at_hand.items() if near[row]) for row in rows],
            "people_within_500m": around[rows],
        },
        geometry=chosen.geometry.to_numpy(),
        crs=CRS,
    )
    kind, name = _near(table, folders, projection)
    return table.assign(near_kind=kind, near_name=name)


def _near(table: gpd.GeoDataFrame, folders: Mapping[str, Path], projection: str) -> tuple[list[str], list[str]]:
    """Kind and name of a facility within 500 m that tells people where a candidate is."""
    from scipy.spatial import cKDTree

    kinds, names = [""] * len(table), [""] * len(table)
    facilities = read_table(folders["facilities"] / "facilities.parquet")
    known = facilities[facilities["kind"].isin(_NAMESAKES) & facilities["name"].notna()]
    if known.empty or table.empty:
        return kinds, names
    plane = PlaneProjection(projection, 0.0)
    sites, hubs = (plane.to_plane(each.geometry.x, each.geometry.y) for each in (known, table))
    tree = cKDTree(sites)
    for row, hub in enumerate(hubs):
        near: list[int] = tree.query_ball_point(hub, SERVICE_RADIUS_M)
        far = np.hypot(*(sites[near] - hub).T).tolist() if near else []
        ranked = sorted(
            (_NAMESAKES.index(str(known["kind"].iloc[site])), float(metres), str(known["name"].iloc[site]))
            for site, metres in zip(near, far, strict=True)
            if str(known["name"].iloc[site]).strip()
        )
        if ranked:
            kinds[row], names[row] = KINDS[_NAMESAKES[ranked[0][0]]].id, ranked[0][2]
    return kinds, names


def _with_catchments(
    hubs: gpd.GeoDataFrame, places: pd.DataFrame, hub: npt.NDArray[np.int32] | None, folders: Mapping[str, Path]
) -> gpd.GeoDataFrame:
    """The people in each catchment, now and as projected; every place within 20 minutes belongs to exactly one."""
    columns = {
        f"people_20min_{group}": places[population_column(group)].to_numpy(np.float64)
        for group in AGE_GROUPS
        if population_column(group) in places.columns
    }
    for year in FUTURE_YEARS:
        values = _value(folders, f"people_{year}_total", len(places)).astype(np.float64)
        if np.isfinite(values).any():
            columns[f"people_20min_projected_{year}"] = np.nan_to_num(values)
    for name, values in columns.items():
        if hub is None:
            hubs[name] = np.nan
        else:
            served = hub >= 0
            hubs[name] = np.bincount(hub[served], values[served], len(hubs))
    return hubs[[*HUB_COLUMNS[:-1], *columns, HUB_COLUMNS[-1]]]


def _counts(hubs: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Candidates per municipality, 0 where there is none."""
    import pandas as pd

    counts = hubs["municipality_code"].value_counts().reindex(list(codes), fill_value=0)
    frame = pd.DataFrame({"area_code": list(codes), "value": counts.to_numpy(np.float64)})
    fixed = {
        "name": "hub_candidates",
        "how": SUM,
        "unit": "か所",
        "as_of": "",
        "source": "",
        "note_ja": "",
        "note_en": "",
    }
    return frame.assign(numerator=np.nan, denominator=np.nan, **fixed)[list(FIGURE_COLUMNS)]
