"""Reach of daily services: shops, clinics, schools and every other kind of facility.

500 m is the elderly radius of the handbook and the distance of the food-access map of 農林水産政策研究所; 800 m its
general walking radius; 1,000 m its radius for welfare facilities of the elderly.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from geodata.kinds import CATEGORIES, KINDS, Category
from layers.catalogue import Indicator
from layers.reach import STATISTICS, Service, compute, minutes_to, share_within

__all__ = ["INDICATORS", "compute"]

THRESHOLDS_M: Final = (500, 800, 1000)
# Columns of the city monitoring sheet that publish the same share (straight line, 800 m), and of which people.
_OFFICIAL: Final = {
    "medical_within_800m": ("cov_medical_pct", "total"),
    "commercial_within_800m": ("cov_commercial_pct", "total"),
    "elderly_welfare_within_800m": ("cov_welfare_pct", "total"),
    "nursery_within_800m": ("cov_nursery_0_4_pct", "0_4"),
    "park_within_800m": ("cov_park_pct", "total"),
}
_LIMITS: Final = {
    "commercial": (
        "売場面積は分からないため、1,500㎡に満たない店も数える。",
        "Floor space is unknown: shops of less than 1,500 m² count too.",
    ),
    "medical": (
        "診療科目を問わない。内科・外科に限った値は別の指標にある。",
        "Whatever the subjects; internal medicine and surgery alone are another indicator.",
    ),
    "elderly_welfare": (
        "入所施設も含む。通所系・訪問系・小規模多機能に限った値は別の指標にある。",
        "Nursing homes count too; day care and home visits alone are another indicator.",
    ),
    "nursery": (
        "空きがあるかどうかは分からない。公表値は2015年の施設による0〜4歳の割合。",
        "Vacancies are unknown. The published value counts children aged 0-4, with facilities of 2015.",
    ),
    "park": (
        "公園は一つの点（面のときは中の代表点）で表す。広い公園の門は点より近いことがあり、低めに出る。公表値は2011年の公園による。",
        (
            "A park is one point, inside it where its outline is known. The gate of a large park may be nearer, so the share comes "
            "out low. The published value has the parks of 2011."
        ),
    ),
}


def _service(category: Category) -> Service:
    return Service(
        category.id,
        KINDS[category.kinds[0]].service,
        category.ja,
        category.en,
        "国土交通省「都市構造の評価に関するハンドブック」徒歩圏人口カバー率",
        "MLIT, Handbook on the Evaluation of Urban Structure: walking-area population coverage",
        category.rule,
        "",
        *_LIMITS.get(category.id, ("", "")),
    )


def _with_official(indicator: Indicator) -> Indicator:
    column, group = _OFFICIAL.get(indicator.id, (None, "total"))
    return replace(indicator, official=column, official_group=group)


# What counts by a trait only (medical_rule, home_care) is in layers.handbook.
INDICATORS: Final = tuple(
    _with_official(indicator)
    for service in (_service(category) for category in CATEGORIES.values() if not category.trait)
    for indicator in (
        *(share_within(service, metres) for metres in THRESHOLDS_M),
        *(minutes_to(service, statistic) for statistic in STATISTICS),
    )
)
