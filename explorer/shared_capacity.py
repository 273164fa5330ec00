"""Capacity per person of what can be shared, alone and pooled: beds, doctors, floor space, places, where a list tells them.

Two views. Capacity of a municipality divided by its people says what it owns. The floating catchment says what its people
share: a hospital that two towns reach is divided by the people of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.criticality import people_of
from explorer.members import Known, Members, known_of
from explorer.service_limits import asked_services, limit_or_default
from layers.cooperation import Catchments, SharedSupply, shared_supply, weighted_median

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened

CAPACITY_COLUMNS: Final = (
    "category",
    "area_code",  # a member, or region
    "area_name",
    "unit",  # beds, m2, persons …
    "group",
    "people",
    "sites",  # that stand there
    "sites_known",  # those of them whose capacity a list tells
    "capacity",  # of these
    "per_1000",  # capacity per 1,000 people: of a member its own, of the region what is pooled
    "reason",
    "remark",  # "at least", where some sites are of unknown capacity
)
FLOATING_COLUMNS: Final = (
    "category",
    "area_code",
    "area_name",
    "unit",  # … or sites
    "group",
    "mode",
    "limit",
    "people",
    *(f"{how}_{what}" for how in ("alone", "pooled", "all") for what in ("mean", "median", "none")),
    "reason",
    "remark",
)
REGION: Final = "region"
SITES: Final = "sites"
UNKNOWN: Final = "施設の規模（病床・定員・面積など）の資料がない / no list tells the capacity of its sites"
_SITES_AT_ONCE: Final = 64
Floats = npt.NDArray[np.float64]


def capacity(
    opened: Opened, codes: Asked, *, categories: Sequence[str] | None = None, group: str = "total"
) -> pd.DataFrame:
    """What each member has per 1,000 people alone, and what all have pooled.

    Returns
    -------
    DataFrame
        Columns :data:`CAPACITY_COLUMNS`; a service whose lists use several units has rows for each. A member in which a list
        shows no site has capacity 0: that is known.
    """
    members = Members.of(opened, codes)
    rows: list[dict[str, Any]] = []
    for category in asked_services(opened.services(), categories):
        people, known = _people(opened, members, category, group)
        for unit, counts in _counts(opened, members, category):
            table = np.column_stack([people, counts])
            for label, reason, line in _labelled(members, known, table):
                total, sites, told, amount = line
                why = reason or (UNKNOWN if not unit or (sites > 0 and told == 0) else "")
                rows.append(
                    {
                        **label,
                        "category": category,
                        "unit": unit,
                        "group": group,
                        "people": total,
                        "sites": sites,
                        "sites_known": told,
                        "capacity": np.nan if why else amount,
                        "per_1000": np.nan if why else 1000.0 * amount / total,
                        "reason": why,
                        "remark": "" if why else _at_least(int(sites - told), int(sites)),
                    }
                )
    return pd.DataFrame(rows, columns=list(CAPACITY_COLUMNS))


def floating(
    opened: Opened,
    codes: Asked,
    category: str,
    mode: str,
    limit: float | None = None,
    *,
    group: str = "total",
    supply: Literal["capacity", "sites"] = "capacity",
) -> pd.DataFrame:
    """Supply per 1,000 people within reach, shared with everybody else who reaches it: alone, pooled and open.

    Parameters
    ----------
    limit
        Size of the catchment, metres or seconds; without, that of :func:`explorer.service_limits.default_limit`.
    group
        Age group that shares the supply, and that it is told for.
    supply
        ``capacity`` where a list tells it (sites of unknown capacity count nothing and are remarked), or ``sites``: each
        counts one.

    Returns
    -------
    DataFrame
        Columns :data:`FLOATING_COLUMNS`: people's mean and median, and the % who reach nothing. People who live around the
        study area are unknown: sites near its edge are shared with too few.

    Raises
    ------
    UnknownCode
        No such municipality, service, mode or age group.
    """
    members = Members.of(opened, codes)
    services = opened.services()
    reach = limit_or_default(services, category, mode, limit)
    people, known = _people(opened, members, category, group)
    heads, area = people_of(opened, group), services.area_of_place
    rows: list[dict[str, Any]] = []
    for unit, amounts in _supplies(opened, category, supply):
        count = 0 if amounts is None else len(amounts)
        told = np.zeros(count) if amounts is None else np.nan_to_num(amounts)
        why = UNKNOWN if amounts is None else ""
        found = floating_places(opened, members, category, mode, reach, told, heads) if count else None
        remark = "" if amounts is None else _at_least(int(np.isnan(amounts).sum()), count)
        for label, reason, line in _labelled(members, known, people[:, np.newaxis]):
            row = {
                **label,
                "category": category,
                "unit": unit,
                "group": group,
                "mode": mode,
                "limit": reach,
                "people": line[0],
                "reason": reason or why,
                "remark": "",
            }
            if found is not None and not row["reason"]:
                is_region = label["area_code"] == REGION
                inside = np.isin(
                    area, members.area if is_region else members.area[members.codes.index(label["area_code"])]
                )
                row |= _summary(found, inside, heads) | {"remark": " ".join(filter(None, [remark, known.remark]))}
            rows.append(row)
    return pd.DataFrame(rows, columns=list(FLOATING_COLUMNS))


def floating_places(
    opened: Opened, members: Members, category: str, mode: str, limit: float, supply: Floats, people: Floats
) -> SharedSupply:
    """Supply per head at every place.

    Parameters
    ----------
    supply
        (n_sites,) of the service, 0 or more.
    people
        (n_places,) who share it.
    """
    services = opened.services()
    sites = services.sites(category)
    rows = np.flatnonzero(supply > 0)

    def blocks() -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        for start in range(0, rows.size, _SITES_AT_ONCE):
            some = rows[start : start + _SITES_AT_ONCE]
            near = services.within_of_points(sites["lon"].to_numpy()[some], sites["lat"].to_numpy()[some], mode, limit)
            yield near.place.astype(np.int64), some[near.site]

    area_of_site = sites["area"].to_numpy()
    return shared_supply(blocks(), Catchments(people, supply, services.area_of_place, area_of_site, members.mask))


def _people(opened: Opened, members: Members, category: str, group: str) -> tuple[Floats, Known]:
    heads, area = people_of(opened, group), opened.services().area_of_place
    inside = area >= 0
    people = np.bincount(area[inside], heads[inside], members.area_count)[members.area].astype(np.float64)
    return people, known_of(opened, members, category, "straight", people)


def _counts(opened: Opened, members: Members, category: str) -> Iterator[tuple[str, Floats]]:
    """Unit, and per member sites, sites of known capacity, and capacity (n, 3)."""
    services = opened.services()
    if category not in services.categories:
        yield "", np.full((len(members.codes), 3), np.nan)
        return
    sites = services.sites(category)
    area = sites["area"].to_numpy()
    for unit, amounts in _supplies(opened, category, "capacity"):
        known = np.full(len(sites), np.nan) if amounts is None else amounts
        by_area = [
            np.bincount(area[area >= 0], weight[area >= 0], members.area_count)[members.area]
            for weight in (np.ones(len(sites)), (~np.isnan(known)).astype(float), np.nan_to_num(known))
        ]
        yield unit, np.column_stack(by_area)


def _supplies(opened: Opened, category: str, supply: str) -> Iterator[tuple[str, Floats | None]]:
    """Unit and amount per site (NaN: unknown) for every unit in use; None where no site's is known."""
    services = opened.services()
    if category not in services.categories:
        yield "", None
        return
    sites = services.sites(category)
    if supply == SITES:
        yield SITES, np.ones(len(sites))
        return
    amounts = sites["capacity"].to_numpy(np.float64)
    units = sites["capacity_unit"].astype(str).to_numpy()
    in_use = sorted(set(units[~np.isnan(amounts)]))
    if not in_use:
        yield "", None
    for unit in in_use:
        yield unit, np.where(units == unit, amounts, np.nan)


def _labelled(members: Members, known: Known, values: Floats) -> Iterator[tuple[dict[str, str], str, Floats]]:
    """Label, reason and numbers of each member, and their sum."""
    for row, code in enumerate(members.codes):
        yield {"area_code": code, "area_name": members.names[row]}, known.reasons[row], values[row]
    yield {"area_code": REGION, "area_name": members.name}, known.region, values.sum(axis=0)


def _summary(found: SharedSupply, inside: npt.NDArray[np.bool_], heads: Floats) -> dict[str, float]:
    """Mean, median and % without, over the people of an area."""
    weights = heads[inside]
    total = weights.sum()
    row = {}
    for how, access in zip(("alone", "pooled", "all"), found, strict=True):
        there = 1000.0 * access[inside]
        row[f"{how}_mean"] = float((there * weights).sum() / total)
        row[f"{how}_median"] = weighted_median(there, weights)
        row[f"{how}_none"] = float(100.0 * weights[there <= 0].sum() / total)
    return row


def _at_least(unknown: int, count: int) -> str:
    if not unknown:
        return ""
    return (
        f"{count}か所のうち{unknown}か所の規模が不明（少なくともこの値） / "
        f"at least: the capacity of {unknown} of {count} sites is unknown"
    )
