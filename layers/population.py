"""People and density per municipality, from the places that the build spread the published cells over."""

from __future__ import annotations

from typing import Final

import numpy as np

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, nothing

INDICATORS: Final = (
    Indicator(
        id="population",
        family="population",
        theme="population",
        ja="人口",
        en="People",
        definition_ja="小地域または地域メッシュの人口を市区町村ごとに合計したもの。",
        definition_en="People of the census small areas or grid cells, added up per municipality.",
        formula="Σ P",
        unit="人",
        modes=("",),
        classes=(5_000.0, 20_000.0, 50_000.0, 200_000.0),  # 定住自立圏 centre 50,000; 中核市 200,000
        better=None,
        rule_ja="国勢調査",
        rule_en="Population census",
        official="population",
    ),
    Indicator(
        id="population_density",
        family="population_density",
        theme="population",
        ja="人口密度",
        en="Population density",
        definition_ja="人口を行政区域の面積で割ったもの。",
        definition_en="People divided by the area of the municipality.",
        formula="Σ P ÷ A",
        unit="人/km²",
        modes=("",),
        classes=(100.0, 500.0, 2_000.0, 4_000.0),  # 4,000 per km²: 人口集中地区 (DID)
        better=None,
        rule_ja="国勢調査、人口集中地区の基準（4,000人/km²）",
        rule_en="Population census; 4,000 per km² is the limit of a densely inhabited district",
    ),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """People of a group, or people per km², per area."""
    del mode
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    total = conditions.total(group)
    no_reason = np.full(conditions.area_count, "", dtype="U20")
    if indicator.id == "population":
        return AreaValues(total, total, np.full(conditions.area_count, np.nan), no_reason)
    return AreaValues(total / conditions.area_km2, total, conditions.area_km2, no_reason)
