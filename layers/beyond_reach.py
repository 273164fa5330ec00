"""People who live beyond reach of shops: how many and what share, by age and by kind of shop.

The other side of :mod:`layers.services`: planners ask for the people, not for the coverage. A municipality without any
shop has 100 % beyond reach as long as a list covers it; one that no list covers has no value.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from geodata.kinds import CATEGORIES
from layers.catalogue import Indicator, Preset
from layers.conditions import AreaValues, Conditions, nothing, share_near
from layers.measures import per_minute

SHOPS: Final = ("food_shop", "supermarket", "convenience", "drugstore", "fresh_food")
THRESHOLDS_M: Final = (500, 1000)
BY_CAR: Final = ("food_shop", "supermarket")
CAR_MINUTES: Final = 15
SHARE_CLASSES: Final = (10.0, 25.0, 50.0, 75.0)
PEOPLE_CLASSES: Final = (100.0, 1_000.0, 5_000.0, 20_000.0)
_PEOPLE: Final = "beyond_people"

_PRESETS: Final = (
    Preset(
        500,
        "農林水産政策研究所 食料品アクセスマップ（500m）",
        "Policy Research Institute, MAFF: food-access map (500 m)",
    ),
    Preset(
        800,
        "国土交通省 都市構造の評価に関するハンドブックの徒歩圏（既定値・変更可）",
        "MLIT handbook on urban structure, walking area (default, editable)",
    ),
    Preset(1000, "本ツールの目安（既定値・変更可）", "This tool's own (default, editable)"),
)
_LIMITS: Final = (
    "店舗の一覧が足りなければ実際より多く出る（「店舗一覧の充足率」を見る）。宅配・移動販売・店の品ぞろえは分からない。",
    "Too high where the lists lack shops (see their completeness). Delivery, mobile shops and what is sold are not known.",
)


def _within_metres(category: str, metres: int) -> tuple[Indicator, Indicator]:
    named = CATEGORIES[category]
    share = Indicator(
        id=f"{category}_beyond_{metres}m",
        family=f"{category}_beyond",
        theme="shopping",
        ja=f"{named.ja}まで遠い人の割合（{metres:,}m超）",
        en=f"{named.en}: people farther than {metres:,} m",
        definition_ja=f"最寄りの{named.ja}まで{metres:,}mを超える人の割合。{named.rule}",
        definition_en=f"Share of people who live farther than {metres:,} m from the nearest: {named.en}.",
        formula=f"100 × Σ P·1[d > {metres:,} m] ÷ Σ P",
        unit="%",
        modes=("straight", "walk"),
        classes=SHARE_CLASSES,
        better="low",
        rule_ja="500m: 農林水産政策研究所 食料品アクセスマップ。ほかの距離は既定値・変更可",
        rule_en="500 m: food-access map of the Policy Research Institute, MAFF. Other distances: default, editable",
        threshold_m=metres,
        category=category,
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=("facilities",),
        presets=tuple(sorted(_PRESETS, key=lambda preset: preset.value != metres)),
    )
    people = replace(
        share,
        id=f"{category}_{_PEOPLE}_{metres}m",
        family=f"{category}_{_PEOPLE}",
        ja=f"{named.ja}まで遠い人の数（{metres:,}m超）",
        en=f"{named.en}: number of people farther than {metres:,} m",
        definition_ja=f"最寄りの{named.ja}まで{metres:,}mを超える人の数。{named.rule}",
        definition_en=f"Number of people who live farther than {metres:,} m from the nearest: {named.en}.",
        formula=f"Σ P·1[d > {metres:,} m]",
        unit="人",
        classes=PEOPLE_CLASSES,
    )
    return share, people


def _by_car(category: str) -> tuple[Indicator, Indicator]:
    named = CATEGORIES[category]
    share = Indicator(
        id=f"{category}_beyond_{CAR_MINUTES}min",
        family=f"{category}_beyond_minutes",
        theme="shopping",
        ja=f"{named.ja}まで車でも遠い人の割合（{CAR_MINUTES}分超）",
        en=f"{named.en}: people farther than {CAR_MINUTES} minutes by car",
        definition_ja=f"最寄りの{named.ja}まで自動車で{CAR_MINUTES}分を超える人の割合。車では行けない人を含む。",
        definition_en=f"Share of people farther than {CAR_MINUTES} minutes by car from the nearest: {named.en}; those whom no "
        "road connects are among them.",
        formula=f"100 × Σ P·1[t > {CAR_MINUTES} min] ÷ Σ P",
        unit="%",
        modes=("drive", "drive_winter"),
        classes=(1.0, 5.0, 10.0, 25.0),
        better="low",
        rule_ja=f"{CAR_MINUTES}分は本ツールの既定値・変更可",
        rule_en=f"{CAR_MINUTES} minutes are this tool's default, editable",
        category=category,
        limits_ja=_LIMITS[0] + "車を使える人だけに意味がある。",
        limits_en=_LIMITS[1] + " It means something only for those who can use a car.",
        needs=("facilities", "streets"),
    )
    people = replace(
        share,
        id=f"{category}_{_PEOPLE}_{CAR_MINUTES}min",
        family=f"{category}_{_PEOPLE}_minutes",
        ja=f"{named.ja}まで車でも遠い人の数（{CAR_MINUTES}分超）",
        en=f"{named.en}: number of people farther than {CAR_MINUTES} minutes by car",
        definition_ja=f"最寄りの{named.ja}まで自動車で{CAR_MINUTES}分を超える人の数。車では行けない人を含む。",
        definition_en=f"Number of people farther than {CAR_MINUTES} minutes by car from the nearest: {named.en}.",
        formula=f"Σ P·1[t > {CAR_MINUTES} min]",
        unit="人",
        classes=PEOPLE_CLASSES,
    )
    return share, people


INDICATORS: Final = (
    *(entry for category in SHOPS for metres in THRESHOLDS_M for entry in _within_metres(category, metres)),
    *(entry for category in BY_CAR for entry in _by_car(category)),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """People of a group per area beyond the limit, or their share."""
    category = indicator.category
    assert category is not None
    reason = conditions.why_missing(category, mode)
    if (category, mode) not in conditions.distances:
        return nothing(np.where(reason == "", "no_source", reason))
    limit = indicator.threshold_m
    far = limit if limit is not None else CAR_MINUTES * per_minute(mode, conditions.profiles)
    values = share_near(conditions, {category: far}, mode, group, reason, beyond=True)
    return as_people(values) if indicator.unit == "人" else values


def as_people(values: AreaValues) -> AreaValues:
    """The numerator of a share as the value: people instead of percent."""
    return replace(values, value=values.numerator)
