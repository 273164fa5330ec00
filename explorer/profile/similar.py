"""Municipalities that are statistically like one, and a place among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.comparison.ranks import rank_of
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.comparison.ranks import Rank
    from explorer.profile.asked import Asked

# A third of the others at most: "similar" would mean nothing where it is nearly everybody.
_MOST: Final = 10
_PART: Final = 3
_FEWEST: Final = 3


@dataclass(frozen=True)
class Similar:
    """The municipalities most like one, nearest first, and the indicators in which that was measured."""

    codes: tuple[str, ...]
    used: tuple[str, ...]

    def rank(self, asked: Asked, indicator: str, group: str = "total", mode: str | None = None) -> Rank | None:
        """Place of the municipality among these and itself; None where it, or all others, have no value."""
        if not self.codes:
            return None
        values = asked.study_values(indicator, group, mode)[[asked.area_code, *self.codes]].to_numpy(float)
        if np.isfinite(values).sum() < 2:
            return None
        entry = asked.indicator(indicator)
        return rank_of(values, 0, entry.unit, entry.better)


def similar_to(asked: Asked) -> Similar:
    """The municipalities most like the one asked about; none for a region, and where the study area is too small."""
    from explorer.compare import peers

    others = len(asked.study_codes) - 1
    count = min(_MOST, others // _PART)
    if asked.is_region or count < _FEWEST:
        return Similar((), ())
    try:
        table = peers(asked.opened, asked.area_code, count=count)
    except ExplorerError:  # none of the indicators has a value here
        return Similar((), ())
    alike = table[np.isfinite(table["distance"].to_numpy(float))]
    return Similar(tuple(alike["code"].astype(str)), tuple(map(str, table.attrs["used"])))
