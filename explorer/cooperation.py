"""What the members of a region gain by sharing services: coverage alone, pooled and open, and who uses whose.

>>> import explorer
>>> from explorer import cooperation
>>> opened = explorer.open("workspace")  # doctest: +SKIP
>>> cooperation.pooled_services(opened, ["10203", "10212"], mode="drive")  # doctest: +SKIP
>>> cooperation.uses(opened, ["10203", "10212"], "hospital", "drive")  # doctest: +SKIP

Definitions are in :mod:`layers.cooperation`. A site belongs to the municipality that it stands in. Sites around the study
area (the halo) count for what is open to all, and are nobody's own. Members come in the order of their codes, and the region
after them, as ``region``: its people are theirs added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.criticality import people_of
from explorer.member_rows import asked_people, members_share, people_by_member, percent, with_region
from explorer.members import Members
from explorer.service_limits import asked_services, limit_or_default
from explorer.shared_capacity import capacity, floating
from explorer.uses import border_dependence, uses
from layers.cooperation import covered_people

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened
    from explorer.services import Services

__all__ = ["border_dependence", "capacity", "floating", "gain_by_group", "pooled_services", "uses"]

POOLED_COLUMNS: Final = (
    "category",
    "area_code",  # a member, or region
    "area_name",
    "group",
    "mode",
    "limit",  # metres (straight line, on foot) or seconds
    "people",  # of the age group
    "own",  # % within the limit of a site in their own municipality
    "pooled",  # … of a site in any member
    "all",  # … of any site, those outside the region and around the study area too
    "gain",  # pooled - own, in points
    "own_people",
    "pooled_people",
    "all_people",
    "gain_people",
    "reason",  # why there is no value, "ja / en"
    "remark",  # what to know of a value that there is: sites of a member in no list
)
Distances = npt.NDArray[np.floating]


def pooled_services(
    opened: Opened,
    codes: Asked,
    *,
    categories: Sequence[str] | None = None,
    mode: str = "straight",
    limit: float | None = None,
    group: str = "total",
) -> pd.DataFrame:
    """Coverage of every member and of the region with own, pooled and all facilities, and what pooling gains.

    Parameters
    ----------
    codes
        Members of the region.
    categories
        Services; the usual ones (:data:`explorer.service_limits.USUAL_SERVICES`) without.
    mode
        One of :attr:`explorer.services.Services.modes`.
    limit
        Metres (straight line, on foot) or seconds, itself still within; without, that of
        :func:`explorer.service_limits.default_limit`.
    group
        Age group.

    Returns
    -------
    DataFrame
        Columns :data:`POOLED_COLUMNS`; NaN with a reason where something is not known, never 0.

    Raises
    ------
    UnknownCode
        No such municipality, service, mode or age group.
    """
    people_of(opened, group)
    return _pooled(opened, codes, categories, mode, limit, [group])


def gain_by_group(
    opened: Opened,
    codes: Asked,
    *,
    categories: Sequence[str] | None = None,
    mode: str = "straight",
    limit: float | None = None,
) -> pd.DataFrame:
    """The same for every age group of the population: who gains. Groups that part the people add up to all of them."""
    return _pooled(opened, codes, categories, mode, limit, list(opened.services().people))


def _pooled(
    opened: Opened,
    codes: Asked,
    categories: Sequence[str] | None,
    mode: str,
    limit: float | None,
    groups: Sequence[str],
) -> pd.DataFrame:
    members = Members.of(opened, codes)
    services = opened.services()
    rows: list[dict[str, Any]] = []
    for category in asked_services(services, categories):
        reach = limit_or_default(services, category, mode, limit)
        far = _Far.of(services, members, category, mode)
        for group in groups:
            heads, area, known = asked_people(opened, members, category, mode, group)
            count = len(members.codes)
            total = people_by_member(heads, area, count)
            values = np.column_stack([total, *([np.full(count, np.nan)] * 3)])
            if far is not None:
                found = covered_people(area, heads, count, own=far.own, pooled=far.pooled, every=far.every, limit=reach)
                values = np.column_stack([total, *found])
            rows += [
                {
                    **label,
                    "category": category,
                    "group": group,
                    "mode": mode,
                    "limit": reach,
                    "people": line[0],
                    **dict(zip(("own", "pooled", "all"), percent(line[1:], line[0]), strict=True)),
                    "gain": percent(line[2:3] - line[1], line[0])[0],
                    **dict(zip(("own_people", "pooled_people", "all_people"), line[1:].tolist(), strict=True)),
                    "gain_people": line[2] - line[1],
                    "reason": reason,
                    "remark": remark,
                }
                for label, reason, remark, line in with_region(members, known, values)
            ]
    return pd.DataFrame(rows, columns=list(POOLED_COLUMNS))


class _Far(NamedTuple):
    """Distance of each place to the nearest of its own, the pooled and all sites."""

    own: Distances
    pooled: Distances
    every: Distances

    @classmethod
    def of(cls, services: Services, members: Members, category: str, mode: str) -> _Far | None:
        """None where the service has no site."""
        if category not in services.categories:
            return None
        shared = services.nearest_usable(category, mode, members_share(services, members, category))
        # What one member shares with itself is its own: no need to ask for that of every municipality.
        own = shared if len(members.codes) == 1 else services.nearest_own(category, mode)
        return cls(own.distance, shared.distance, services.nearest(category, mode).distance)
