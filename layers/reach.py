"""How well people reach a service: the share within a distance of the nearest site, and the minutes to it.

The share within 800 m in a straight line is the 徒歩圏人口カバー率 of 国土交通省「都市構造の評価に関するハンドブック」
(2014): Σ P·1[d ≤ r] ÷ Σ P. Street distances use the same thresholds along the network. Minutes are weighted by people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import STREET_MODES, Indicator, Preset
from layers.conditions import AreaValues, Conditions, nothing, share_near
from layers.measures import per_minute

SHARE_CLASSES: Final = (20.0, 40.0, 60.0, 80.0)
MINUTE_CLASSES: Final = (5.0, 10.0, 15.0, 30.0)  # 15 minutes: the "15-minute city"; 30: 診療圏 of a rural clinic
STATISTICS: Final = {
    "median": ("中央値", "median", "人口で重み付けた中央値（半数の人はこの時間以内）"),
    "p90": ("90パーセンタイル", "90th percentile", "人口の90%がこの時間以内"),
    "mean": ("平均", "mean", "到達できる人についての人口加重平均"),
}
_MINUTE_RULE: Final = (
    "徒歩1分=80mは不動産の表示に関する公正競争規約施行規則。ほかの移動手段は本ツールの設定（変更できる）",
    "One minute on foot is 80 m: fair competition code for real-estate notices. Other modes: settings of this tool",
)


# Who set which radius. What the handbook says was not compared with its text yet, and may be changed.
_HANDBOOK: Final = (
    "国土交通省「都市構造の評価に関するハンドブック」（既定値・変更可）",
    "MLIT, Handbook on the Evaluation of Urban Structure (default, editable)",
)
_OWN: Final = ("本ツールの設定（公的な出典なし・変更可）", "setting of this tool (no official source; editable)")
_RADII: Final[tuple[Preset, ...]] = (
    Preset(500, f"高齢者の徒歩圏: {_HANDBOOK[0]}", f"walking area of the elderly: {_HANDBOOK[1]}"),
    Preset(800, f"一般的な徒歩圏: {_HANDBOOK[0]}", f"general walking area: {_HANDBOOK[1]}"),
    Preset(1000, *_OWN),
)
_FOOD_500: Final = Preset(
    500,
    "食料品アクセス困難人口の距離: 農林水産政策研究所「食料品アクセスマップ」（2020年）",
    "distance of the food access map (2020): Policy Research Institute, Ministry of Agriculture, Forestry and Fisheries",
)
_ELDERLY_1000: Final = Preset(
    1000, f"高齢者福祉施設の高齢人口カバー率: {_HANDBOOK[0]}", f"welfare facilities of the elderly: {_HANDBOOK[1]}"
)
_PLANNING: Final = ("国土交通省「地域公共交通づくりハンドブック」", "MLIT, Handbook on Regional Public Transport")
_SUBSIDY: Final = (
    "国土交通省 地域公共交通確保維持改善事業費補助金交付要綱",
    "MLIT, subsidy rules for regional public transport",
)
_MANUAL: Final = (
    "国土数値情報 QGIS操作マニュアル（2025年4月）",
    "National Land Numerical Information, QGIS manual (2025)",
)
_SHEET: Final = ("国土交通省「都市モニタリングシート」", "MLIT, city monitoring sheet")
_RADII_OF: Final[dict[str, tuple[Preset, ...]]] = {
    **dict.fromkeys(("food_shop", "supermarket", "fresh_food"), (_FOOD_500, *_RADII[1:])),
    **dict.fromkeys(("elderly_welfare", "home_care"), (*_RADII[:2], _ELDERLY_1000)),
    "station": (
        Preset(500, f"{_PLANNING[0]}（都市部）", f"{_PLANNING[1]} (urban)"),
        Preset(800, *_SHEET),
        Preset(1000, f"{_SUBSIDY[0]}、{_MANUAL[0]}", f"{_SUBSIDY[1]}; {_MANUAL[1]}"),
    ),
    "stop": (
        Preset(300, f"{_SHEET[0]}、{_PLANNING[0]}（都市部）", f"{_SHEET[1]}; {_PLANNING[1]} (urban)"),
        Preset(500, f"{_PLANNING[0]}（地方部）、{_MANUAL[0]}", f"{_PLANNING[1]} (rural); {_MANUAL[1]}"),
        Preset(1000, *_SUBSIDY),
    ),
    "stop30": (Preset(300, *_HANDBOOK), Preset(500, *_OWN)),
}
_LIMITS: Final = (
    (
        "直線距離は川・線路・崖を越えて数える。一覧にない施設は数えず、一覧にあっても開いている時間・定員・費用は分からない。"
        "対象地域の周囲（ハロ）より遠い施設は数えない。"
    ),
    (
        "A straight line crosses rivers, railways and cliffs. Facilities that no list has are not counted, and of those that one "
        "has, opening hours, capacity and prices are unknown. Facilities beyond the surroundings of the study area do not count."
    ),
)
_MINUTE_LIMITS: Final = (
    "信号待ち以外の待ち時間、渋滞、駐車、坂（坂を考えた徒歩を除く）は含まない。一覧にない施設は数えない。",
    (
        "Without queues, parking and slopes (but for walking with slopes); waiting at crossings counts for cars only. "
        "Facilities that no list has are not counted."
    ),
)


@dataclass(frozen=True)
class Service:
    """Something people go to: its id among the distances, theme, names, and the rule that its share follows."""

    id: str
    theme: str
    ja: str
    en: str
    rule_ja: str
    rule_en: str
    remark_ja: str = ""  # what counts as one, where the name does not say it
    remark_en: str = ""
    limits_ja: str = ""  # what cannot be known of this service, beyond what holds for all
    limits_en: str = ""
    needs: tuple[str, ...] = ("facilities",)


def presets_of(category: str, own_m: int) -> tuple[Preset, ...]:
    """The radii in use for a category, each with who set it; the indicator's own stands first."""
    radii = _RADII_OF.get(category, _RADII)
    own = tuple(preset for preset in radii if preset.value == own_m) or (Preset(own_m, *_OWN),)
    return (*own, *(preset for preset in radii if preset.value != own_m))


def share_within(service: Service, metres: int, *, official: str | None = None) -> Indicator:
    """Indicator: percentage of people within some metres of the nearest site."""
    return Indicator(
        id=f"{service.id}_within_{metres}m",
        family=f"{service.id}_within",
        theme=service.theme,
        ja=f"{service.ja}の徒歩圏人口割合（{metres:,}m）",
        en=f"{service.en}: people within {metres:,} m",
        definition_ja=f"最寄りの{service.ja}まで{metres:,}m以内に住む人の割合。{service.remark_ja}",
        definition_en=(
            f"Share of people who live within {metres:,} m of the nearest: {service.en}. {service.remark_en}".strip()
        ),
        formula=f"100 × Σ P·1[d ≤ {metres:,} m] ÷ Σ P",
        unit="%",
        modes=("straight", "walk"),
        classes=SHARE_CLASSES,
        better="high",
        rule_ja=service.rule_ja,
        rule_en=service.rule_en,
        threshold_m=metres,
        category=service.id,
        official=official,
        limits_ja=_LIMITS[0] + service.limits_ja,
        limits_en=f"{_LIMITS[1]} {service.limits_en}".strip(),
        needs=service.needs,
        presets=presets_of(service.id, metres),
    )


def minutes_to(service: Service, statistic: str) -> Indicator:
    """Indicator: minutes to the nearest site in every mode along streets, as one of :data:`STATISTICS` over people."""
    ja, en, rule = STATISTICS[statistic]
    return Indicator(
        id=f"{service.id}_minutes_{statistic}",
        family=f"{service.id}_minutes_{statistic}",
        theme=service.theme,
        ja=f"最寄りの{service.ja}までの時間（{ja}）",
        en=f"{service.en}: minutes to the nearest ({en})",
        definition_ja=f"最寄りの{service.ja}まで道路に沿って行く時間。{rule}。",
        definition_en=f"Time along streets to the nearest: {service.en}; {en} over people.",
        formula={"median": "P50(t)", "p90": "P90(t)", "mean": "Σ P·t ÷ Σ P (t < ∞)"}[statistic],
        unit="分",
        modes=STREET_MODES,
        classes=MINUTE_CLASSES,
        better="low",
        rule_ja=_MINUTE_RULE[0],
        rule_en=_MINUTE_RULE[1],
        category=service.id,
        limits_ja=_MINUTE_LIMITS[0] + service.limits_ja,
        limits_en=f"{_MINUTE_LIMITS[1]} {service.limits_en}".strip(),
        needs=(*service.needs, "streets"),
    )


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Share of people within the indicator's threshold of its category; without one, minutes to the nearest."""
    category = indicator.category
    assert category is not None
    reason = conditions.why_missing(category, mode)
    if (category, mode) not in conditions.distances:
        return nothing(np.where(reason == "", "no_source", reason))
    if indicator.threshold_m is not None:
        return share_near(conditions, {category: indicator.threshold_m}, mode, group, reason)
    return minutes_of_people(conditions, category, mode, indicator.id.rsplit("_", 1)[1], group, reason=reason)


_TOO_FEW_REACH: Final = {"median": "unreachable", "p90": "unreachable_for_tenth", "mean": "unreachable_for_all"}


def minutes_of_people(
    conditions: Conditions, category: str, mode: str, statistic: str, group: str, *, reason: npt.NDArray[np.str_]
) -> AreaValues:
    """Mean or a percentile of minutes over the people of a group, per area.

    Percentiles count people who cannot reach anything as infinitely far, so they never look better off; where the
    percentile itself is infinite there is no value. The mean is over those who can, and its denominator says how many.
    """
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    total = conditions.total(group)
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    far = conditions.how_far(category, mode, group)
    reached, value = far.reached, getattr(far, statistic) / per_minute(mode, conditions.profiles)
    reason = np.where((reason == "") & ~np.isfinite(value), _TOO_FEW_REACH[statistic], reason)
    ok = reason == ""
    return AreaValues(np.where(ok, value, np.nan), np.where(ok, reached, np.nan), np.where(ok, total, np.nan), reason)
