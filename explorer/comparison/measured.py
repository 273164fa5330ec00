"""One indicator over the areas compared: values, ranks, ranges, and how far each is from a base.

A municipality's values are those of the workspace's table; a region's are of its people and places pooled, as
``explorer indicators --region`` gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from explorer.comparison.ranges import NO_RANGES, Ranges, lists_of, ranges_of
from explorer.comparison.ranks import Rank, every_rank
from explorer.words import value_digits
from layers.indicators import block_table, blocks_of

if TYPE_CHECKING:
    from explorer.comparison.areas import Area
    from explorer.completeness_text import Share
    from explorer.regions import Opened
    from explorer.rows import Row
    from layers.catalogue import Indicator

Floats = npt.NDArray[np.float64]
Certainty = Literal["", "base", "apart", "same_direction", "overlap", "no_range", "lists_lack"]
MEDIAN: Final = "median"
NOT_HERE: Final = "このワークスペースにない指標 / this workspace does not have the indicator"
_REGION: Final = "region"


@dataclass(frozen=True, eq=False)
class Measured:
    """An indicator in one mode for one age group, over the areas compared.

    Parameters
    ----------
    value, numerator, denominator
        (n_areas,) NaN where there is none.
    reason
        (n_areas,) why there is no value, in both languages.
    towns
        (n_municipalities,) the value of every municipality of the study area.
    ranks
        (n_areas,) place among the municipalities of the study area that have a value; of regions only where all areas are
        regions, and then among these: a pooled region is no further municipality. None without a value.
    ranges, town_ranges
        What the values would be with other choices; of the areas, and of every municipality.
    lists, whole_list
        How much the lists of shops hold, (n_areas,) and in the study area; None where nothing says how many there should be.
    """

    indicator: Indicator
    mode: str
    group: str
    value: Floats
    numerator: Floats
    denominator: Floats
    reason: tuple[str, ...]
    towns: Floats
    ranks: tuple[Rank | None, ...]
    ranges: Ranges = NO_RANGES
    town_ranges: Ranges = NO_RANGES
    lists: tuple[Share | None, ...] = ()
    whole_list: Share | None = None

    @property
    def lacks_lists(self) -> bool:
        """Whether the lists of shops of the study area hold too few to say anything of its values."""
        return self.whole_list is not None and self.whole_list.is_low

    def lacks_list(self, at: int) -> bool:
        """The same of one area: a village is expected to have so few shops that its own number tells nothing."""
        own = self.lists[at] if self.lists else None
        return self.lacks_lists or (own is not None and own.is_low)

    @property
    def median(self) -> float:
        """Median of the municipalities of the study area that have a value; NaN where none has."""
        return _median(self.towns)

    def differences(self, base: int | None) -> Differences:
        """How far each area is from one of them, or (None) from the median of the study area."""
        if base is not None:
            return _differences(self, self.value[base], self.ranges.at(base), base)
        return _differences(self, self.median, self.town_ranges.median(self.towns), None)


@dataclass(frozen=True, eq=False)
class Differences:
    """How far the areas are from a base.

    Parameters
    ----------
    value
        (n_areas,) value − base, in `unit`; NaN where either is missing.
    low, high
        (n_areas,) the widest range of it: as if each side were off in the other direction. NaN where no range is known.
    certainty
        (n_areas,) ``apart``: the two ranges do not meet. ``same_direction``: they overlap, but under every choice that was
        tried the difference has the same sign. ``overlap``: they overlap and it has not. ``no_range``: nothing is known of
        it. ``lists_lack``: the lists of shops hold too few, so that nothing can be said. ``base``: the base itself. ``""``: no difference, as a value is missing.
    unit
        Percentage points for a share, minutes for a time of day, else the indicator's own.
    """

    value: Floats
    low: Floats
    high: Floats
    certainty: tuple[Certainty, ...]
    unit: str


def measure(opened: Opened, areas: Sequence[Area], indicator: Indicator, mode: str, group: str) -> Measured:
    """Values of an indicator for municipalities and regions, with ranks and ranges."""
    rows = opened.rows()
    codes = opened.municipalities["code"].astype(str).tolist()
    found = values_of(opened, areas, indicator, mode, group)
    value = np.array([row[0] for row in found])
    towns = rows.values(codes, indicator.id, group, mode).to_numpy(float)
    of_towns, of_areas = ranges_of(opened, areas, indicator, mode, group, towns, value)
    lists, whole_list = lists_of(opened, areas, indicator)
    return Measured(
        indicator, mode, group, value,
        np.array([row[1] for row in found]), np.array([row[2] for row in found]), tuple(row[3] for row in found),
        towns, _ranks(areas, codes, indicator, value, towns), of_areas, of_towns,
        tuple(lists), whole_list,
    )  # fmt: skip


def values_of(
    opened: Opened, areas: Sequence[Area], indicator: Indicator, mode: str, group: str
) -> list[tuple[float, float, float, str]]:
    """Value, numerator, denominator and the reason why there is none, of each area."""
    rows = opened.rows()
    return [
        _of_region(opened, area, indicator, mode, group)
        if area.is_region
        else _numbers(rows.row(area.key, indicator.id, group, mode))
        for area in areas
    ]


def difference_unit(unit: str) -> tuple[str, float]:
    """Unit of a difference, and how many of it one of the values' unit is."""
    if unit == "%":
        return "ポイント", 1.0
    return ("分", 60.0) if unit == "時" else (unit, 1.0)


def _of_region(
    opened: Opened, area: Area, indicator: Indicator, mode: str, group: str
) -> tuple[float, float, float, str]:
    blocks = blocks_of(opened.pooled_conditions(area.codes), [indicator], [mode], [group])
    if not blocks:
        return np.nan, np.nan, np.nan, NOT_HERE
    row = block_table(blocks, [_REGION], [""]).iloc[0]
    return float(row["value"]), float(row["numerator"]), float(row["denominator"]), str(row["reason"])


def _numbers(row: Row | None) -> tuple[float, float, float, str]:
    if row is None:
        return np.nan, np.nan, np.nan, NOT_HERE
    return row.value, row.numerator, row.denominator, row.reason


def _ranks(
    areas: Sequence[Area], codes: list[str], indicator: Indicator, value: Floats, towns: Floats
) -> tuple[Rank | None, ...]:
    unit, better = indicator.unit, indicator.better
    if all(area.is_region for area in areas):
        return tuple(every_rank(value, unit, better))
    found = dict(zip(codes, every_rank(towns, unit, better), strict=True))
    return tuple(None if area.is_region else found[area.key] for area in areas)


def _differences(measured: Measured, base: float, ranges: Ranges, row: int | None) -> Differences:
    unit, factor = difference_unit(measured.indicator.unit)
    value = factor * (measured.value - base)
    own = measured.ranges
    low, high = factor * (own.low - ranges.high), factor * (own.high - ranges.low)
    unknown = ~np.isfinite(value) | ~np.isfinite(low) | ~np.isfinite(high)
    low, high = np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
    lacking = [measured.lacks_list(at) or (row is not None and measured.lacks_list(row)) for at in range(len(value))]
    tried = np.array([value, *(factor * (own.variants[name] - ranges.variants[name]) for name in own.variants
                               if name in ranges.variants)])  # fmt: skip
    least = factor * 0.5 * 10.0 ** -value_digits(measured.indicator.unit, float(np.nanmax(np.abs(value), initial=0.0)))
    is_same = _same_sign(tried, least)
    certainty: list[Certainty] = []
    for at in range(len(value)):
        if not np.isfinite(value[at]):
            certainty.append("")
        elif at == row:
            value[at], low[at], high[at] = 0.0, np.nan, np.nan
            certainty.append("base")
        elif lacking[at]:
            certainty.append("lists_lack")
        elif unknown[at]:
            certainty.append("no_range")
        elif (low[at] > 0 or high[at] < 0) and abs(value[at]) >= least:
            certainty.append("apart")
        else:
            certainty.append("same_direction" if is_same[at] else "overlap")
    return Differences(value, low, high, tuple(certainty), unit)


def _same_sign(tried: Floats, least: float) -> npt.NDArray[np.bool_]:
    """Whether all known differences of an area have one sign, none of them too small to be shown."""
    known = np.isfinite(tried)
    above, below = (tried >= least) | ~known, (tried <= -least) | ~known
    return np.asarray(above.all(axis=0) | below.all(axis=0), dtype=np.bool_)


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
