"""Moves of the young and of women, in and out, and the balance by sex and five years of age, of a municipality or a region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from layers import catalogue
from layers.migration import FEWEST

if TYPE_CHECKING:
    from explorer.regions import Opened

# Groups of the indicators net_migration_…, most general first.
GROUPS: Final = ("all", "15_29", "men_15_29", "women_15_29", "men_20_24", "women_20_24", "women_20_39")
MOVE_COLUMNS: Final = ("group", "into", "out", "net", "rate", "rate_reason", "tokyo_net", "reason", "is_few")
BAND_COLUMNS: Final = ("sex", "age_from", "age_to", "into", "out", "net", "is_few")
_OFFICIAL: Final = "net_migration_official"


def moves_of(opened: Opened, codes: Sequence[str]) -> pd.DataFrame:
    """In, out and balance by group, as the indicators have them.

    Parameters
    ----------
    codes
        One municipality, or several as a region, within which moves cancel in the balance; none for all.

    Returns
    -------
    DataFrame
        :data:`MOVE_COLUMNS`; numbers NaN where they are not known, ``reason`` and ``rate_reason`` say why. ``is_few``: fewer
        than ten people moved, or the balance is of fewer than ten where only that is known.
    """
    towns = opened.municipalities["code"].astype(str).tolist()
    asked = list(codes) or towns
    if len(asked) == 1:
        conditions, at = opened.conditions, towns.index(asked[0])
    else:
        conditions, at = opened.pooled_conditions(tuple(asked)), 0

    def value(indicator: str) -> tuple[float, str]:
        entry = opened.catalogue.get(indicator)
        if entry is None:
            return float("nan"), ""
        found = catalogue.compute(entry, conditions, "", "total")
        return float(found.value[at]), str(found.reason[at])

    def figure(name: str) -> float:
        found = conditions.figures.get(name)
        return float("nan") if found is None else float(found.value[at])

    rows = []
    for group in GROUPS:
        into, out = figure(f"moves_in_{group}_all"), figure(f"moves_out_{group}_all")
        net, reason = value(f"net_migration_{group}")
        rate, rate_reason = value(f"net_migration_rate_{group}")
        tokyo, _ = value(f"tokyo_net_{group}")
        movers = into + out if np.isfinite(into + out) else abs(net)
        rows.append((group, into, out, net, rate, rate_reason, tokyo, reason, bool(movers < FEWEST)))
    return pd.DataFrame(rows, columns=list(MOVE_COLUMNS))


def published_rate(opened: Opened, code: str) -> float:
    """The published rate of net migration of a municipality, % of its people; NaN where there is none."""
    towns = opened.municipalities["code"].astype(str).tolist()
    found = catalogue.compute(opened.catalogue[_OFFICIAL], opened.conditions, "", "total")
    return float(found.value[towns.index(code)])


def moves_by_age(opened: Opened, codes: Sequence[str]) -> pd.DataFrame:
    """In, out and balance by sex and band of age, added up over municipalities (moves between them cancel in the balance).

    Returns
    -------
    DataFrame
        :data:`BAND_COLUMNS`, women first, ascending by age; empty where no table has sexes and ages.
    """
    nothing = pd.DataFrame(columns=list(BAND_COLUMNS))
    if not opened.workspace.has_table("migration"):
        return nothing
    towns = opened.municipalities["code"].astype(str).tolist()
    table = opened.workspace.table("migration")
    narrow = (table["age_to"] - table["age_from"] <= 4) | (table["age_from"] >= 60)
    wanted = table["sex"].isin(["men", "women"]) & table["direction"].isin(["in", "out"]) & narrow
    rows = table[wanted & table["code"].isin(list(codes) or towns)]
    rows = rows[rows["partner"].ne("all") | ~_has_parts(rows)]
    if rows.empty:
        return nothing
    keys = ["sex", "age_from", "age_to"]
    sums = rows.pivot_table(index=keys, columns="direction", values="persons", aggfunc="sum", min_count=1)
    sums = sums.reindex(columns=["in", "out"]).rename(columns={"in": "into"}).reset_index()
    sums["net"] = sums["into"] - sums["out"]
    sums["is_few"] = (sums["into"] + sums["out"]) < FEWEST
    sums = sums.sort_values(["sex", "age_from"], ascending=[False, True], ignore_index=True)
    return pd.DataFrame(sums[list(BAND_COLUMNS)])


def latest_year(opened: Opened) -> str:
    """The latest year that the moves are of; empty where no table says."""
    if not opened.workspace.has_table("migration"):
        return ""
    table = opened.workspace.table("migration")
    days = table.loc[table["direction"] != "living", "as_of"].dropna().astype(str)
    return max(days, default="")[:4]


def _has_parts(rows: pd.DataFrame) -> pd.Series:
    """Rows of which the same municipality, sex, age and direction is also told by where the others live."""
    keys = ["code", "sex", "age_from", "age_to", "direction"]
    parts = pd.MultiIndex.from_frame(rows.loc[rows["partner"].ne("all"), keys])
    return pd.Series(pd.MultiIndex.from_frame(rows[keys]).isin(parts), index=rows.index)
