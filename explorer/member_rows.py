"""What the tables of a region have in common: its people, the sites that members share, rows of members and of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.criticality import people_of
from explorer.members import Known, Members, known_of

if TYPE_CHECKING:
    from explorer.regions import Opened
    from explorer.services import Services

REGION: Final = "region"
Floats = npt.NDArray[np.float64]


def members_share(services: Services, members: Members, category: str) -> npt.NDArray[np.bool_]:
    """Bool (n_areas, n_sites): the members may use all sites that stand in one of them, the others none."""
    in_region = np.isin(services.sites(category)["area"].to_numpy(), members.area)
    return members.mask[:, np.newaxis] & in_region


def asked_people(
    opened: Opened, members: Members, category: str, mode: str, group: str
) -> tuple[Floats, npt.NDArray[np.int64], Known]:
    """People of the group at each place, the member each place belongs to (-1: none), and what is known of the service."""
    heads = people_of(opened, group)
    number = np.full(members.area_count + 1, -1, np.int64)
    number[members.area] = np.arange(len(members.codes))
    area = number[opened.services().area_of_place]  # -1, outside every area, picks the last: no member
    return heads, area, known_of(opened, members, category, mode, people_by_member(heads, area, len(members.codes)))


def people_by_member(heads: Floats, area: npt.NDArray[np.int64], count: int) -> Floats:
    """(count,), people of each member; `area` is the member of each place, -1 for none."""
    inside = area >= 0
    return np.bincount(area[inside], heads[inside], count).astype(np.float64)


def with_region(members: Members, known: Known, values: Floats) -> list[tuple[dict[str, str], str, str, Floats]]:
    """Label, reason, remark and numbers of each member and of the region: people first, NaN after it without a value."""
    lines = []
    for row, (code, name, reason) in enumerate(zip(members.codes, members.names, known.reasons, strict=True)):
        line = values[row] if not reason else np.r_[values[row, :1], np.full(values.shape[1] - 1, np.nan)]
        lines.append(({"area_code": code, "area_name": name}, reason, "" if reason else known.remark, line))
    total = values.sum(axis=0)
    if known.region:
        total[1:] = np.nan
    lines.append(({"area_code": REGION, "area_name": members.name}, known.region, "", total))
    return lines


def percent(part: Floats, whole: float) -> list[float]:
    """Parts in % of a whole; NaN of nobody."""
    return [100.0 * float(value) / whole if whole > 0 else float("nan") for value in part]
