"""The range of a value: what it would be with other choices that are as good as those made (:mod:`explorer.confidence`).

A range is made of what was really computed another way: with the limit of distance 20 % smaller and larger, and with the other
population where the raw files hold two. Merged ages and gaps in the lists of shops make values uncertain too, but nobody knows
by how much: they stand beside the values (:func:`merged_ages`, :func:`lists_of`), and are no range. An indicator that can be
computed in one way only has no range, which does not mean that it is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.completeness_text import completeness_shares
from explorer.confidence import NARROWER, NEEDS, OTHER_PEOPLE, WIDER

if TYPE_CHECKING:
    from explorer.comparison.areas import Area
    from explorer.completeness_text import Share
    from explorer.regions import Opened
    from layers.catalogue import Indicator

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranges:
    """Lowest and highest value of some areas under all choices, and the value under each.

    Parameters
    ----------
    low, high
        (n,) NaN where only one choice is known.
    variants
        Name of the choice → (n,) the value under it, NaN where it is not known.
    """

    low: Floats
    high: Floats
    variants: Mapping[str, Floats] = field(default_factory=dict)

    def at(self, row: int) -> Ranges:
        """That of one area, as numbers of their own."""
        variants = {name: values[row : row + 1] for name, values in self.variants.items()}
        return Ranges(self.low[row : row + 1], self.high[row : row + 1], variants)

    def median(self, own: Floats) -> Ranges:
        """That of the median of these areas; not known where an area with a value has no range.

        Where every value may lie anywhere in its range, the median lies between the median of the lowest values and the
        median of the highest, and can be both.
        """
        known = np.isfinite(own)
        if not known.any() or not (np.isfinite(self.low[known]) & np.isfinite(self.high[known])).all():
            return Ranges(np.array([np.nan]), np.array([np.nan]))
        variants = {
            name: np.array([np.median(values[known])])
            for name, values in self.variants.items()
            if np.isfinite(values[known]).all()
        }
        return Ranges(np.array([np.median(self.low[known])]), np.array([np.median(self.high[known])]), variants)


NO_RANGES: Final = Ranges(np.empty(0), np.empty(0))


def ranges_of(
    opened: Opened, areas: Sequence[Area], indicator: Indicator, mode: str, group: str, towns: Floats, values: Floats
) -> tuple[Ranges, Ranges]:
    """Ranges of every municipality, and of the areas compared.

    Parameters
    ----------
    towns, values
        Their values as they are.
    """
    if not can_tell(opened) or not np.isfinite(values).any():
        nothing = np.full(len(towns), np.nan), np.full(len(towns), np.nan)
        return Ranges(*nothing), Ranges(np.full(len(areas), np.nan), np.full(len(areas), np.nan))
    every = opened.doubts.variants(indicator, mode, group)
    codes = opened.municipalities["code"].astype(str).tolist()
    regions = {
        row: opened.doubts.variants(indicator, mode, group, area.codes)
        for row, area in enumerate(areas)
        if area.is_region
    }
    own = {
        name: np.array([
            float(regions[row][name][0]) if row in regions else float(found[codes.index(area.key)])
            for row, area in enumerate(areas)
        ])
        for name, found in every.items()
    }  # fmt: skip
    return _spanned(towns, every), _spanned(values, own)


def can_tell(opened: Opened) -> bool:
    """Whether the workspace holds what ranges are computed from."""
    return bool(opened.workspace.manifest.get("steps", {}).keys() >= NEEDS)


def bases_of(ranges: Ranges) -> list[str]:
    """Which choices a range is made of, by name."""
    return [
        name for name in (NARROWER, WIDER, OTHER_PEOPLE) if np.isfinite(ranges.variants.get(name, np.empty(0))).any()
    ]


def merged_ages(opened: Opened, areas: Sequence[Area], group: str) -> Floats:
    """Percent of the people whose ages were merged with those of other cells for secrecy, (n_areas,).

    NaN for all people, whose number is not touched by it: nobody knows what it does to the values of an age group.
    """
    if not can_tell(opened) or group == "total":
        return np.full(len(areas), np.nan)
    people = opened.conditions.total("total")
    merged = np.nan_to_num(opened.doubts.suppressed) * people
    index = {code: row for row, code in enumerate(opened.municipalities["code"].astype(str))}
    rows = [[index[code] for code in area.codes] for area in areas]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array([merged[row].sum() / people[row].sum() for row in rows])


def lists_of(opened: Opened, areas: Sequence[Area], indicator: Indicator) -> tuple[list[Share | None], Share | None]:
    """How much the lists of shops hold of what there should be: in each area, and in the whole study area.

    Where they hold too few, values are off by an unknown amount, always in the same direction: more people seem far.
    """
    nothing: list[Share | None] = [None] * len(areas)
    if indicator.category is None or not opened.workspace.has_table("completeness"):
        return nothing, None
    every = opened.municipalities["code"].astype(str).tolist()
    table = opened.workspace.table("completeness")
    *own, whole = completeness_shares(table, indicator.category, [*(area.codes for area in areas), every])
    return own, whole


def _spanned(own: Floats, variants: Mapping[str, Floats]) -> Ranges:
    """From the lowest to the highest of the value as it is and the values under other choices, where any is known."""
    stacked = np.array([own, *variants.values()])
    known = np.isfinite(own) & (np.isfinite(stacked).sum(axis=0) > 1)
    low = np.where(np.isfinite(stacked), stacked, np.inf).min(axis=0)
    high = np.where(np.isfinite(stacked), stacked, -np.inf).max(axis=0)
    return Ranges(np.where(known, low, np.nan), np.where(known, high, np.nan), dict(variants))
