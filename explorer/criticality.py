"""Which facility hurts whom if it alone closes: the list a council of cooperation should look at first.

>>> import explorer
>>> from explorer.criticality import critical
>>> critical(explorer.open("workspace"), "hospital", "drive", 1800)  # doctest: +SKIP

What is said of a facility is what :meth:`explorer.live.Live.after` says of its closure, number by number, and so what a build
without it would say; all facilities of a service are answered at once (:mod:`explorer.closures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.service_limits import check_limit
from geodata.errors import UnknownCode
from layers.cooperation import loss_of

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened

ELDERLY: Final = "65_plus"
CRITICAL_COLUMNS: Final = (
    "site_id",  # facility_id, or group_id of a stop: what closes, and what a scenario names
    "name",
    "kind",
    "municipality_code",  # where it stands; empty outside every boundary
    "municipality_name",
    "lon",
    "lat",
    "people_lost",  # within the limit before and not after
    "people_lost_65_plus",  # NaN where the population has no ages
    "people_lost_elsewhere",  # those of people_lost who live in another municipality than the facility
    "people_lost_unlisted",  # beside people_lost: who live where no list covers the service, and may have one nearer
    "people_farther",  # whose way becomes longer, or who have none left
    "people_stranded",  # who have none left
    "extra_distance_people",  # Σ people × added metres (straight line, on foot) or seconds, of those who have one left
    "rank",  # by people_lost, then by extra_distance_people; equal ones share a rank
    "sites",  # how many close together: poles of the stop
    "same_place",  # other facilities of the service at the very same spot, which stay open
    "municipalities",  # list of (code, people lost), most people first
)


def critical(
    opened: Opened,
    category: str,
    mode: str,
    limit: float,
    *,
    codes: Asked | None = None,
    group: str = "total",
) -> pd.DataFrame:
    """People who would lose reach if one facility closed, for every facility of a service.

    Parameters
    ----------
    category
        Key of :data:`geodata.kinds.CATEGORIES`, or station, stop, stop30.
    mode
        One of :attr:`explorer.services.Services.modes`.
    limit
        Metres (straight line, on foot) or seconds, itself still within; see :meth:`explorer.services.Services.limit_of`.
    codes
        Only facilities that stand in these municipalities; people are counted wherever they live.
    group
        Age group.

    Returns
    -------
    DataFrame
        Columns :data:`CRITICAL_COLUMNS`, most critical first. Facilities around the study area are among them: who closes
        them is another prefecture, who loses is not. People around the study area are unknown and not counted. In a
        municipality that no list covers, what its people reach is unknown: they are counted apart, and in nothing else.

    Raises
    ------
    UnknownCode
        No such service, mode, municipality or age group in this workspace.
    BadLimit
        The limit is negative or not a number.
    """
    services = opened.services()
    people = people_of(opened, group)
    check_limit(limit)
    units = closing_units(opened, category)
    shape = (len(units), len(services.area_codes))
    closures = services.closures(category, mode, units.attrs["unit"])
    unlisted = np.append(opened.conditions.why_missing(category, mode) != "", False)  # last: places of no area
    listed_area = np.where(unlisted[services.area_of_place], -1, services.area_of_place)
    loss = loss_of(closures, people, listed_area, shape, limit)
    table = units.copy()
    table.attrs = {}
    table["people_lost"] = loss.people.sum(axis=1)
    table["people_lost_65_plus"] = np.nan
    if ELDERLY in services.people:
        elderly = loss_of(closures, services.people[ELDERLY], listed_area, shape, limit)
        table["people_lost_65_plus"] = elderly.people.sum(axis=1)
    is_elsewhere = table["area"].to_numpy()[:, np.newaxis] != np.arange(shape[1])
    table["people_lost_elsewhere"] = np.where(is_elsewhere, loss.people, 0.0).sum(axis=1)
    everybody = loss_of(closures, people, services.area_of_place, shape, limit)
    table["people_lost_unlisted"] = everybody.people[:, unlisted[:-1]].sum(axis=1)
    table["people_farther"], table["people_stranded"] = loss.farther, loss.stranded
    table["extra_distance_people"] = loss.added
    table["municipalities"] = pd.Series(_by_municipality(loss.people, services.area_codes), dtype=object)
    if codes is not None:
        table = table[table["municipality_code"].isin(opened.region(codes).codes)]
    return _ranked(table)[list(CRITICAL_COLUMNS)]


def closing_units(opened: Opened, category: str) -> pd.DataFrame:
    """What can close in a service: each facility, and each stop with all its poles.

    Returns
    -------
    DataFrame
        ``site_id``, ``name``, ``kind``, ``municipality_code``, ``municipality_name``, ``area``, ``lon``, ``lat`` (of the
        first of its sites), ``sites``, ``same_place``; ``attrs["unit"]`` has the row of each site of the service.
    """
    sites = opened.services().sites(category)
    stops = opened.workspace.table("stops")
    group_of = dict(zip(stops["stop_id"].astype(str), stops["group_id"].fillna("").astype(str), strict=True))
    ids = [group_of.get(name) or name for name in sites["site_id"]]
    unit, names = pd.factorize(pd.Series(ids, dtype=object))
    sites = sites.assign(unit=unit)
    first = sites.drop_duplicates("unit").reset_index(drop=True)
    table = first[["name", "kind", "municipality_code", "area", "lon", "lat"]].copy()
    table.insert(0, "site_id", [str(name) for name in names])
    table["kind"] = table["kind"].str.split(":").str[0]
    known = opened.workspace.table("municipalities")
    name_of = dict(zip(known["code"].astype(str), known["name"].astype(str), strict=True))
    table["municipality_name"] = table["municipality_code"].map(name_of).fillna("")
    table["sites"] = np.bincount(unit, minlength=len(table))
    table["same_place"] = _at_the_same_spot(sites, len(table))
    table.attrs["unit"] = np.asarray(unit, dtype=np.int64)
    return table


def people_of(opened: Opened, group: str) -> npt.NDArray[np.float64]:
    """People of an age group at each place.

    Raises
    ------
    UnknownCode
        The population of this workspace has no such group.
    """
    people = opened.services().people
    if group not in people:
        raise UnknownCode(
            f"年齢区分 {group} はこのワークスペースの人口にありません。あるもの: {'、'.join(people)} / "
            f"The population of this workspace has no age group {group}; it has: {', '.join(people)}."
        )
    return people[group]


def _at_the_same_spot(sites: pd.DataFrame, unit_count: int) -> npt.NDArray[np.int64]:
    """How many other units stand at the very spot of one of the sites of each unit."""
    spots = sites[["lon", "lat", "unit"]].drop_duplicates()
    others = spots.groupby(["lon", "lat"])["unit"].transform("size") - 1
    return np.asarray(others.groupby(spots["unit"]).max().reindex(range(unit_count)), dtype=np.int64)


def _by_municipality(people: npt.NDArray[np.float64], codes: Sequence[str]) -> list[list[tuple[str, float]]]:
    """Municipalities that lose, with their people, most people first."""
    lists = []
    for row in people:
        losing = np.flatnonzero(row > 0)
        order = losing[np.argsort(-row[losing], kind="stable")]
        lists.append([(codes[area], float(row[area])) for area in order])
    return lists


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    keys = ["people_lost", "extra_distance_people"]
    ordered = table.sort_values([*keys, "site_id"], ascending=[False, False, True], ignore_index=True)
    is_next = (ordered[keys] != ordered[keys].shift()).any(axis=1)
    ordered["rank"] = np.where(is_next, np.arange(1, len(ordered) + 1), 0)
    ordered["rank"] = ordered["rank"].cummax()
    return ordered
