"""Will it last: the people of each facility's catchment to 2070, thresholds, towns alone and together, and closures in turn.

>>> import explorer
>>> from explorer.viability import cascade, viability
>>> opened = explorer.open("workspace")  # doctest: +SKIP
>>> viability(opened, "clinic", "drive")  # doctest: +SKIP
>>> cascade(opened, "clinic", "drive", years=[2050]).closures  # doctest: +SKIP

A threshold is a size of *town* in which a service is usually found. That the people of a catchment are fewer says that they are no
market that usually keeps one alive; where several stand side by side each has a part of them, and a fall below says that there
are too many for the people, not that the last one goes: `together` counts them as one. Subsidies, doctors and owners decide what
really happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.cascades import CascadeResult, cascade
from explorer.people_by_year import TOTAL, PeopleByYear
from explorer.service_sites import sites_of, standing_in
from explorer.thresholds import thresholds_of
from geodata.errors import ExplorerError
from geodata.projection import PlaneProjection
from layers.service_thresholds import Thresholds
from layers.viability import Catchments, catchments, first_below, locations

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened

__all__ = ["CascadeResult", "cascade", "catchment_totals", "pooled_thresholds", "viability"]

POOLED_COLUMNS: Final = (
    *("category", "area_code", "area_name", "year", "people", "n50", "n80", "passes", "chance"),
    *("source_of_threshold", "reason"),
)
REGION: Final = "region"
_NEVER: Final = "{year}年まで下回らない / not below it up to {year}"


class BadDistance(ExplorerError, ValueError):
    """A distance that cannot be one."""


def viability(
    opened: Opened,
    category: str,
    mode: str = "drive",
    *,
    codes: Asked | None = None,
    groups: Sequence[str] = (),
    years: Sequence[int] | None = None,
    threshold: float | None = None,
    together: float = 0.0,
    thresholds: Mapping[str, Thresholds] | None = None,
) -> pd.DataFrame:
    """People of the catchment of every facility now and in the years of the projection, and when they become too few.

    Everybody is taken to use the nearest facility. People are those of the study area: for a facility `at_border` people from
    beyond may come on top, so that its numbers are the least.

    Parameters
    ----------
    codes
        Only facilities that stand in these municipalities (wards count as their city), or in those of a region file; None for
        all, those around the study area included.
    groups
        Age groups to show beside all people, columns ``people_<year>_<group>``.
    years
        None: now and all years of the projection (without one these are NaN, with the reason).
    threshold
        People below which ``first_year_below`` counts; None: n50 of the service.
    together
        Metres: facilities this close to each other are one location (``location``, its lowest id, ``facilities_together``), and
        all people are those of the location. The fair comparison with a threshold, which asks whether a town has any at all.
    thresholds
        The user's, by service (:func:`explorer.thresholds.read_thresholds`).

    Returns
    -------
    DataFrame
        ``site_id``, ``name``, ``kind``, ``municipality_code``, ``municipality_name``, ``lon``, ``lat``, ``at_border``,
        ``people_<year>``, ``n50``, ``n80``, ``first_year_below`` (Int64), ``first_year_below_n80``, ``source_of_threshold``,
        ``reason`` (why ``first_year_below`` is missing) and ``people_reason`` (why people are).

    Raises
    ------
    UnknownCode
        A service, mode, municipality, age group or year that the workspace does not have.
    """
    people = PeopleByYear(opened)
    shown = people.shown if years is None else people.checked_years(list(years))
    extra = [group for group in people.checked_groups(list(groups)) if group != TOTAL]
    found = thresholds_of(opened, category, thresholds)
    sites = sites_of(opened, category)
    site = opened.services().nearest(category, mode).site
    location = _locations(opened, sites, together)
    sums = {
        group: _of_locations(_catchments(site, people, shown, len(sites), group).people, location)
        for group in (TOTAL, *extra)
    }
    table = sites.drop(columns=["area", "capacity", "capacity_unit"])
    if together > 0:
        lowest = sites["site_id"].groupby(location).transform("min")  # the same whatever order the sites are in
        table["location"], table["facilities_together"] = lowest, np.bincount(location)[location]
        table["at_border"] = np.isin(location, location[sites["at_border"]])
    for group in (TOTAL, *extra):
        names = [f"people_{year}" if group == TOTAL else f"people_{year}_{group}" for year in shown]
        table[names] = sums[group]
    limit = found.n50 if threshold is None else float(threshold)
    table["n50"], table["n80"] = found.n50, found.n80
    table["first_year_below"], table["reason"] = _first_years(sums[TOTAL], shown, limit, found.reason, people)
    table["first_year_below_n80"], _ = _first_years(sums[TOTAL], shown, found.n80, found.reason, people)
    table["source_of_threshold"] = found.source
    table["people_reason"] = _why_missing(sums, shown, people)
    return table[standing_in(opened, sites, codes)].reset_index(drop=True)


def catchment_totals(
    opened: Opened,
    category: str,
    mode: str = "drive",
    *,
    groups: Sequence[str] = (TOTAL,),
    years: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Everybody by year and age group: in catchments of facilities here, of those around the study area, and in none.

    Returns
    -------
    DataFrame
        ``year``, ``group``, ``people``, ``inside``, ``outside``, ``unreached``: the last three add up to ``people``.
    """
    people = PeopleByYear(opened)
    shown = people.checked_years(None if years is None else list(years))
    sites = sites_of(opened, category)
    inside = sites["area"].to_numpy() >= 0
    site = opened.services().nearest(category, mode).site
    rows = []
    for group in people.checked_groups(list(groups)):
        sums = _catchments(site, people, shown, len(sites), group)
        for at, year in enumerate(shown):
            parts = (sums.people[inside, at].sum(), sums.people[~inside, at].sum(), sums.unreached[at])
            rows.append((year, group, people.people(year, group).sum(), *parts))
    return pd.DataFrame(rows, columns=["year", "group", "people", "inside", "outside", "unreached"])


def pooled_thresholds(
    opened: Opened,
    codes: Asked,
    *,
    categories: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    thresholds: Mapping[str, Thresholds] | None = None,
) -> pd.DataFrame:
    """Which thresholds each town passes alone, and all of them together: three towns of 4,000 people are one of 12,000.

    Parameters
    ----------
    codes
        Municipalities of the region.
    categories
        Services; None: all that the workspace has a list of, and those with a threshold of the user's or a published one.

    Returns
    -------
    DataFrame
        A row per service, member (and ``region``, last) and year: :data:`POOLED_COLUMNS`. ``passes`` is ``n80``, ``n50`` or ``none``,
        empty where it is not known; ``chance`` the percentage of towns of this size that have the service.
    """
    from explorer.members import Members
    from layers.service_thresholds import PUBLISHED

    people = PeopleByYear(opened)
    shown = people.shown if years is None else people.checked_years(list(years))
    members = Members.of(opened, codes)
    conditions = opened.conditions
    by_area = np.stack([conditions.sum_over_areas(people.people(year))[members.area] for year in shown], axis=1)
    areas = [*zip(members.codes, members.names, strict=True), (REGION, members.name)]
    sizes = np.vstack([by_area, by_area.sum(axis=0)])
    if categories is None:
        listed = [name for name, where in conditions.surveyed.items() if where.any()]
        categories = list(dict.fromkeys([*listed, *PUBLISHED, *(thresholds or {})]))
    found = {category: thresholds_of(opened, category, thresholds) for category in categories}
    return pd.DataFrame(
        [
            (category, *area, year, size, each.n50, each.n80, *_passed(each, float(size), year, people))
            for category, each in found.items()
            for area, of_area in zip(areas, sizes, strict=True)
            for year, size in zip(shown, of_area, strict=True)
        ],
        columns=list(POOLED_COLUMNS),
    )


def _catchments(
    site: npt.NDArray[np.int32], people: PeopleByYear, years: Sequence[int], count: int, group: str
) -> Catchments:
    return catchments(site, people.columns(list(years), group), count)


def _locations(opened: Opened, sites: pd.DataFrame, metres: float) -> npt.NDArray[np.int64]:
    if not 0 <= metres < np.inf:
        raise BadDistance(f"{metres} m: 0 以上の距離にしてください。 / Give a distance of 0 m or more.")
    plane = PlaneProjection(opened.workspace.manifest["projection"], 0.0)
    return locations(plane.to_plane(sites["lon"], sites["lat"]), metres)


def _of_locations(people: npt.NDArray[np.float64], location: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """People of the whole location, for each of its sites."""
    return catchments(location, people, len(people)).people[location]


def _first_years(
    sums: npt.NDArray[np.float64], years: Sequence[int], limit: float, why_none: str, people: PeopleByYear
) -> tuple[pd.Series, list[str]]:
    """First year below a limit, and why there is none."""
    if np.isnan(limit):
        return pd.Series([pd.NA] * len(sums), dtype="Int64"), [why_none] * len(sums)
    first, known = first_below(sums, limit)
    found = pd.Series([years[at] if at >= 0 else pd.NA for at in first], dtype="Int64")
    missing = np.isnan(sums).argmax(axis=1) if len(sums) else first
    never = _NEVER.format(year=years[-1])
    reasons = [
        "" if at >= 0 else never if sure else people.why_missing(years[gap])
        for at, sure, gap in zip(first, known, missing, strict=True)
    ]
    return found, reasons


def _why_missing(sums: Mapping[str, npt.NDArray[np.float64]], years: Sequence[int], people: PeopleByYear) -> list[str]:
    """Per site, why some of its people are not known."""
    count = len(sums[TOTAL])
    masks: dict[str, npt.NDArray[np.bool_]] = {}
    for group, of_group in sums.items():
        for at, year in enumerate(years):
            unknown = np.isnan(of_group[:, at])
            if unknown.any():
                reason = people.why_missing(year, group)
                masks[reason] = masks.get(reason, np.zeros(count, dtype=np.bool_)) | unknown
    return ["; ".join(reason for reason, mask in masks.items() if mask[row]) for row in range(count)]


def _passed(found: Thresholds, size: float, year: int, people: PeopleByYear) -> tuple[str, float, str, str]:
    """What a size of town passes, the chance of the service there, whose thresholds, and why it is not known."""
    if np.isnan(size):
        return "", np.nan, found.source, people.why_missing(year)
    if np.isnan(found.n50):
        return "", np.nan, found.source, found.reason
    passes = "n80" if size >= found.n80 else "n50" if size >= found.n50 else "none"
    return passes, found.chance(size), found.source, ""
