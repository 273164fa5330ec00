"""What chosen sites do, as tables: site by site, and municipality by municipality."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.regions import REGION
from explorer.siting_problem import Floats, Problem, horizon, per_unit

NOBODY = "数える人がいない / nobody is counted here"
NO_LIMIT = "しきい値が指定されていない / no limit was given"


NEAR_M = 1_000.0


class Use(NamedTuple):
    """What each place of a problem uses.

    Parameters
    ----------
    distance
        (n,) to the nearest of all that there is, in what the mode counts in; infinity beyond the horizon.
    site
        (n,) column of `far` that is nearest, -1 for what existed before (also where equally near), or for none.
    far
        (n, sites) to each of the new sites.
    """

    distance: Floats
    site: npt.NDArray[np.int32]
    far: Floats


def use_of(problem: Problem, rows: npt.NDArray[np.integer], usable: npt.NDArray[np.bool_] | None = None) -> Use:
    """What people use once some candidates are sites.

    Parameters
    ----------
    usable
        Bool (n_members, sites): whether the people of a member may use a new site; None for all.
    """
    far = problem.distances(rows)
    if usable is not None:
        far = np.where(usable[problem.area], far, np.inf)
    if not len(rows):
        return Use(problem.base, np.full(len(problem.places), -1, np.int32), far)
    nearest = far.argmin(axis=1)
    least = far[np.arange(len(far)), nearest]
    return Use(np.minimum(problem.base, least), np.where(least < problem.base, nearest, -1).astype(np.int32), far)


def covered(problem: Problem, use: Use) -> Floats:
    """(n,) people within the limit; NaN without a limit."""
    limit = problem.question.limit
    if limit is None:
        return np.full(len(problem.places), np.nan)
    return np.where(use.distance <= limit, problem.people, 0.0)


def travel(problem: Problem, use: Use) -> Floats:
    """(n,) people × way in minutes (metres for straight lines), at most the horizon."""
    cap = horizon(problem.opened, problem.question)
    return problem.people * np.minimum(use.distance, cap) / per_unit(problem.opened, problem.question.mode)


def by_member(problem: Problem, values: Floats) -> Floats:
    """Sums over each member, and after them over the region."""
    sums = np.bincount(problem.area, values, len(problem.codes))
    return np.append(sums, sums.sum())


def names_of(problem: Problem) -> tuple[list[str], list[str]]:
    """Codes and names of the members, and of the region after them."""
    table = problem.opened.municipalities.set_index("code")["name"]
    names = [str(table[code]) for code in problem.codes]
    return [*problem.codes, REGION], [*names, "・".join(names)]


def municipality_table(problem: Problem, before: Use, after: Use) -> pd.DataFrame:
    """What the sites do for each member and, last, for the region.

    Returns
    -------
    DataFrame
        ``area_code``, ``area_name``, ``people`` (counted), ``people_without_street`` (not counted), ``covered_before``, ``covered_after``, ``covered_gain`` (people), ``share_before``, ``share_after`` (%), ``travel_before``, ``travel_after`` (Σ
        people × minutes, or metres for straight lines), ``mean_before``, ``mean_after`` (minutes or metres), ``reason`` for what is missing.
    """
    codes, names = names_of(problem)
    people = by_member(problem, problem.people)
    within = [by_member(problem, covered(problem, use)) for use in (before, after)]
    ways = [by_member(problem, travel(problem, use)) for use in (before, after)]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = [100.0 * each / people for each in within]
        means = [each / people for each in ways]
    if not np.isfinite(problem.base).any():  # nothing exists: its ways would be the horizon for all, which says nothing
        ways[0], means[0] = (np.full(len(codes), np.nan) for _ in range(2))
    missing = NO_LIMIT if problem.question.limit is None else ""
    return pd.DataFrame(
        {
            "area_code": codes,
            "area_name": names,
            "people": people,
            "people_without_street": np.append(problem.without_street, problem.without_street.sum()),
            "covered_before": within[0],
            "covered_after": within[1],
            "covered_gain": within[1] - within[0],
            "share_before": shares[0],
            "share_after": shares[1],
            "travel_before": ways[0],
            "travel_after": ways[1],
            "mean_before": means[0],
            "mean_after": means[1],
            "reason": np.where(people > 0, missing, NOBODY),
        }
    )


def site_table(problem: Problem, rows: npt.NDArray[np.integer], use: Use) -> pd.DataFrame:
    """The sites chosen and whom they serve; the columns are told at :class:`explorer.siting.Siting`."""
    limit, people = problem.question.limit, problem.people
    table = problem.candidates.iloc[rows].reset_index(drop=True)
    everyone = problem.opened.workspace.table("municipalities").set_index("code")["name"]
    from layers.siting import summed

    level, added = np.zeros(len(people)), []
    unit = 1.0 if problem.question.objective == "cover" else per_unit(problem.opened, problem.question.mode)
    for row in rows:
        best = np.maximum(level, problem.gains.best([row]))
        added.append(summed(people, best - level) / unit)
        level = best
    served = np.zeros((len(rows), len(problem.codes)))
    counted = use.site >= 0
    if problem.question.objective == "cover" and limit is not None:
        counted = counted & (use.distance <= limit)
    np.add.at(served, (use.site[counted], problem.area[counted]), people[counted])
    home = problem.area_of_candidate[rows]
    at_home = np.where(home >= 0, served[np.arange(len(rows)), np.maximum(home, 0)], 0.0) if len(rows) else np.zeros(0)
    within = (
        (people[:, np.newaxis] * (use.far <= limit)).sum(axis=0) if limit is not None else np.full(len(rows), np.nan)
    )
    table.insert(0, "order", np.arange(1, len(rows) + 1))
    table.insert(5, "municipality_name", [str(everyone.get(code, "")) for code in table["municipality_code"]])
    table["added"], table["people_within"] = added, within
    table["people_served"], table["served_elsewhere"] = served.sum(axis=1), served.sum(axis=1) - at_home
    table.insert(6, "near", _near(problem, table))
    return table


def _near(problem: Problem, table: pd.DataFrame) -> list[str]:
    """Name of the nearest facility or stop that has one, for sites that are places: what people know the place by."""
    from geodata.projection import PlaneProjection

    is_place = (table["kind"] == "place").to_numpy()
    if not is_place.any():
        return [""] * len(table)
    known = [problem.opened.workspace.table(name) for name in ("facilities", "stops")]
    names = np.concatenate([each["name"].astype(object).fillna("").to_numpy() for each in known])
    lon, lat = (np.concatenate([getattr(each.geometry, axis) for each in known]) for axis in ("x", "y"))
    named = np.flatnonzero(names != "")
    plane = PlaneProjection(problem.opened.workspace.manifest["projection"], 0.0)
    there, here = plane.to_plane(lon[named], lat[named]), plane.to_plane(table["lon"], table["lat"])
    found = []
    for at, place in zip(here, is_place, strict=True):
        apart = np.hypot(*(there - at).T)
        near = bool(place) and apart.size > 0 and apart.min() <= NEAR_M
        found.append(str(names[named[apart.argmin()]]) if near else "")
    return found
