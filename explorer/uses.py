"""Who uses whose: people by the municipality of their nearest site, and how many depend on others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.member_rows import asked_people, members_share, people_by_member, percent, with_region
from explorer.members import Members
from explorer.service_limits import asked_services, check_limit, check_mode
from layers.cooperation import use_matrix

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened

OUTSIDE: Final = "outside"
NONE: Final = "none"
OUTSIDE_NAME: Final = "圏域の外 / outside the region"
NONE_NAME: Final = "どこにも行けない / none within reach"
USES_COLUMNS: Final = ("from_code", "from_name", "to_code", "to_name", "people", "share", "reason", "remark")
BORDER_COLUMNS: Final = (
    "category",
    "area_code",
    "area_name",
    "group",
    "mode",
    "people",
    "outside_people",  # whose nearest site stands outside their own municipality
    "outside",  # the same in %: the border dependence
    "members",  # % whose nearest stands in another member
    "outside_region",  # % whose nearest stands outside the region
    "none",  # % who reach none
    "reason",
    "remark",
)


def uses(
    opened: Opened,
    codes: Asked,
    category: str,
    mode: str,
    group: str = "total",
    *,
    pooled_only: bool = False,
    limit: float | None = None,
    outside_by_name: bool = False,
) -> pd.DataFrame:
    """Who uses whose: the people of each member by the municipality of their nearest site.

    Parameters
    ----------
    pooled_only
        Only the region's own sites may be used.
    limit
        Who has none within it reaches ``none``; without, any distance will do.
    outside_by_name
        Sites outside the region by their municipality, where it is known, instead of together.

    Returns
    -------
    DataFrame
        Columns :data:`USES_COLUMNS`, one row per pair: to each member, to ``outside`` (sites outside the region) and to
        ``none`` (no site reached). Shares of one ``from_code`` add up to 100 %. A member of which nothing can be told has
        one row, to ``none``, without numbers and with a reason.
    """
    members = Members.of(opened, codes)
    heads, area, known = asked_people(opened, members, category, mode, group)
    check_mode(opened.services(), mode)
    if limit is not None:
        check_limit(limit)
    to, names = _destinations(
        opened, members, category, mode, pooled_only=pooled_only, limit=limit, apart=outside_by_name
    )
    if to is None:
        matrix = np.zeros((len(members.codes), len(names)))
    else:
        matrix = use_matrix(area, to, heads, (len(members.codes), len(names)))
    rows: list[dict[str, Any]] = []
    for row, (code, name, reason) in enumerate(zip(members.codes, members.names, known.reasons, strict=True)):
        start = {"from_code": code, "from_name": name}
        if reason:
            rows.append(
                {
                    **start,
                    "to_code": NONE,
                    "to_name": NONE_NAME,
                    "people": np.nan,
                    "share": np.nan,
                    "reason": reason,
                    "remark": "",
                }
            )
            continue
        total = matrix[row].sum()
        rows += [
            {
                **start,
                "to_code": to_code,
                "to_name": to_name,
                "people": matrix[row, column],
                "share": 100.0 * matrix[row, column] / total,
                "reason": "",
                "remark": known.remark,
            }
            for column, (to_code, to_name) in enumerate(names.items())
        ]
    return pd.DataFrame(rows, columns=list(USES_COLUMNS))


def border_dependence(
    opened: Opened,
    codes: Asked,
    *,
    categories: Sequence[str] | None = None,
    mode: str = "straight",
    group: str = "total",
) -> pd.DataFrame:
    """Share of each member's people whose nearest site stands outside their own municipality.

    Returns
    -------
    DataFrame
        Columns :data:`BORDER_COLUMNS`. ``outside`` is ``members`` and ``outside_region`` together; who reaches none depends
        on nobody. In the row ``region``, ``outside`` counts those who leave their own municipality.
    """
    members = Members.of(opened, codes)
    services = opened.services()
    rows: list[dict[str, Any]] = []
    for category in asked_services(services, categories):
        heads, area, known = asked_people(opened, members, category, mode, group)
        check_mode(services, mode)
        to, names = _destinations(opened, members, category, mode)
        count = len(members.codes)
        matrix = np.zeros((count, len(names))) if to is None else use_matrix(area, to, heads, (count, len(names)))
        own = np.diagonal(matrix)
        among = matrix[:, :count].sum(axis=1) - own
        values = np.column_stack([people_by_member(heads, area, count), among, matrix[:, count], matrix[:, count + 1]])
        for label, reason, remark, line in with_region(members, known, values):
            total, within, beyond, none = line
            rows.append(
                {
                    **label,
                    "category": category,
                    "group": group,
                    "mode": mode,
                    "people": total,
                    "outside_people": within + beyond,
                    **dict(
                        zip(
                            ("outside", "members", "outside_region", "none"),
                            percent(np.array([within + beyond, within, beyond, none]), total),
                            strict=True,
                        )
                    ),
                    "reason": reason,
                    "remark": remark,
                }
            )
    return pd.DataFrame(rows, columns=list(BORDER_COLUMNS))


def _destinations(
    opened: Opened,
    members: Members,
    category: str,
    mode: str,
    *,
    pooled_only: bool = False,
    limit: float | None = None,
    apart: bool = False,
) -> tuple[npt.NDArray[np.int64] | None, dict[str, str]]:
    """Column of the matrix that each place goes to, and code → name of the columns; None where there is no site."""
    services = opened.services()
    names = dict(zip(members.codes, members.names, strict=True))
    rest = {OUTSIDE: OUTSIDE_NAME, NONE: NONE_NAME}
    if category not in services.categories:
        return None, names | rest
    sites = services.sites(category)["municipality_code"].astype(str).to_numpy()
    used = (
        services.nearest_usable(category, mode, members_share(services, members, category))
        if pooled_only
        else services.nearest(category, mode)
    )
    if apart:
        table = opened.workspace.table("municipalities")
        name_of = dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))
        is_member = np.isin(services.area_of_place, members.area) & (used.site >= 0)
        for code in sorted(set(sites[used.site[is_member]]) - {"", *names}):
            names[code] = name_of.get(code, code)
    names |= rest
    columns = pd.Index(list(names))
    column = columns.get_indexer(pd.Index(sites))
    column[column < 0] = len(names) - 2
    to = np.where(used.site >= 0, column[np.maximum(used.site, 0)], len(names) - 1)
    beyond = np.zeros(len(to), bool) if limit is None else ~(used.distance <= limit)
    return np.where(beyond, len(names) - 1, to).astype(np.int64), names
