"""Reach of daily services: shops, clinics, schools and every other kind of facility.

500 m is the elderly radius of the handbook and the distance of the food-access map of 農林水産政策研究所; 800 m its
general walking radius; 1,000 m its radius for welfare facilities of the elderly.
"""

from __future__ import annotations

from typing import Final

from geodata.kinds import CATEGORIES, KINDS, Category
from layers.reach import STATISTICS, Service, compute, minutes_to, share_within

__all__ = ["INDICATORS", "compute"]

THRESHOLDS_M: Final = (500, 800, 1000)
# Columns of the city monitoring sheet that publish the same share (straight line, total population, 800 m).
_OFFICIAL: Final = {("medical", 800): "cov_medical_pct", ("commercial", 800): "cov_commercial_pct"}


def _service(category: Category) -> Service:
    return Service(
        category.id,
        KINDS[category.kinds[0]].service,
        category.ja,
        category.en,
        "国土交通省「都市構造の評価に関するハンドブック」徒歩圏人口カバー率",
        "MLIT, Handbook on the Evaluation of Urban Structure: walking-area population coverage",
        category.rule,
    )


INDICATORS: Final = tuple(
    indicator
    for service in map(_service, CATEGORIES.values())
    for indicator in (
        *(share_within(service, metres, official=_OFFICIAL.get((service.id, metres))) for metres in THRESHOLDS_M),
        *(minutes_to(service, statistic) for statistic in STATISTICS),
    )
)
