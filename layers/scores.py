"""Accessibility scores: 0–100 per place and per person, for each service and overall.

Each place is scored first, on a line between two fixed numbers of minutes (:mod:`layers.score_rules`), then the mean is
taken over people, so that a region's score is the mean over its people. The whole is the weighted mean of its parts, and
a part without a list is never counted as 0: there is no whole, or one of the known parts only, called so.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from layers.catalogue import STREET_MODES, Indicator
from layers.conditions import AreaValues, Conditions, nothing
from layers.score_counting import VARIATION, scores, why_missing, why_not_all
from layers.score_rules import PARTS, Part, ScoreSettings

SCORE_CLASSES: Final = (20.0, 40.0, 60.0, 80.0)
_DEFAULTS: Final = ScoreSettings()
_NEEDS: Final = ("facilities", "stops", "stations", "streets")
_LIMITS: Final = (
    "施設の広さ、品ぞろえ、定員、開いている時間、運行本数は見ない。下限より遠い人は、どれだけ遠くても0点。",
    (
        "Says nothing of size, range of goods, capacity, opening hours or frequency. Whoever is beyond the floor has 0, "
        "however far."
    ),
)
_RANGE: Final = f"{VARIATION:.0%}"
_WEIGHTS_RULE: Final = (
    "目標・下限は分野ごとの出典（explorer score --settings で一覧）。重みはすべて等しい（既定値・変更可）",
    (
        "Target and floor of each part by their sources (explorer score --settings lists them); equal weights (default, "
        "editable)"
    ),
)


def _anchors(part: Part, *, ja: bool) -> str:
    lines = {
        f"{category}: {anchor.ja if ja else anchor.en}" if len(part.ways) > 1 else (anchor.ja if ja else anchor.en)
        for category, ways in part.ways.items()
        for way, anchor in ways.items()
        if way == "walk"
    }
    return ("。" if ja else ". ").join(sorted(lines))


def _part_indicator(part: Part) -> Indicator:
    return Indicator(
        id=f"score_{part.id}",
        family=f"score_{part.id}",
        theme="score",
        ja=f"{part.ja}スコア",
        en=f"Score: {part.en}",
        definition_ja=(
            f"最寄りの{part.ja}までの時間を、目標の分以内なら100点、下限の分以上なら0点、その間は直線で点数にし、"
            "人口で平均したもの。"
        ),
        definition_en="Minutes to the nearest, as points: 100 within the target, 0 from the floor, linear between; mean over people.",
        formula="Σ P·s ÷ Σ P,  s = max 100·clip((t_floor − t) ÷ (t_floor − t_target), 0, 1)",
        unit="点",
        modes=STREET_MODES,
        classes=SCORE_CLASSES,
        better="high",
        rule_ja=f"徒歩: {_anchors(part, ja=True)}。ほかの手段の目標・下限は explorer score --settings（既定値・変更可）",
        rule_en=f"On foot: {_anchors(part, ja=False)}. Other modes: explorer score --settings (default, editable)",
        category=part.categories[0],
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=("stops", "stations", "streets") if part.id == "transport" else ("facilities", "streets"),
    )


def _whole(id_: str, ja: str, en: str, definition: tuple[str, str], formula: str, **more: object) -> Indicator:
    return Indicator(
        id=id_,
        family="score_overall",
        theme="score",
        ja=f"生活利便スコア（{ja}）",
        en=f"Accessibility score ({en})",
        definition_ja=definition[0],
        definition_en=definition[1],
        formula=formula,
        unit="点",
        modes=STREET_MODES,
        classes=SCORE_CLASSES,
        better="high",
        rule_ja=_WEIGHTS_RULE[0],
        rule_en=_WEIGHTS_RULE[1],
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=_NEEDS,
        **more,  # type: ignore[arg-type]
    )


_FEW: Final = ("total", "65_plus", "75_plus")
_ALL_JA: Final = "・".join(part.ja for part in PARTS.values())
_ALL_EN: Final = ", ".join(part.en for part in PARTS.values())

INDICATORS: Final = (
    _whole(
        "score_overall",
        "全分野",
        "all parts",
        (
            f"分野ごとのスコア（{_ALL_JA}）の加重平均。1つでも資料のない分野があれば値を出さない。",
            f"Weighted mean of the parts ({_ALL_EN}); no value where any part has no list.",
        ),
        "Σ w·S ÷ Σ w",
        drawn="score_overall",
    ),
    _whole(
        "score_overall_known",
        "資料のある分野だけ",
        "parts with data only",
        (
            (
                "資料のある分野だけの加重平均。どの分野が入っているかは市区町村によって違うことがあり、"
                "同じ分野がそろう市区町村どうしでだけ比べられる。"
            ),
            "Weighted mean of the parts that have a list; which these are may differ, so compare only areas with the same.",
        ),
        "Σ w·S ÷ Σ w (k: S_k ≠ ?)",
        drawn="score_known",
    ),
    _whole(
        "score_overall_low",
        f"重み±{_RANGE}の下端",
        f"lowest for weights ±{_RANGE}",
        (
            f"各分野の重みがそれぞれ±{_RANGE}動くときの、スコアの最小値（厳密解）。",
            f"The lowest score when each weight is off by up to ±{_RANGE} (exact).",
        ),
        "min Σ w·S ÷ Σ w,  0.8 w₀ ≤ w ≤ 1.2 w₀",
        groups=_FEW,
    ),
    _whole(
        "score_overall_high",
        f"重み±{_RANGE}の上端",
        f"highest for weights ±{_RANGE}",
        (
            f"各分野の重みがそれぞれ±{_RANGE}動くときの、スコアの最大値（厳密解）。",
            f"The highest score when each weight is off by up to ±{_RANGE} (exact).",
        ),
        "max Σ w·S ÷ Σ w,  0.8 w₀ ≤ w ≤ 1.2 w₀",
        groups=_FEW,
    ),
    *map(_part_indicator, PARTS.values()),
)
_PART_OF: Final = {f"score_{part.id}": part for part in PARTS.values()}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Score of a part, or overall, of the people of a group, per area; numerator Σ P·s, denominator Σ P."""
    part = _PART_OF.get(indicator.id)
    parts = _DEFAULTS.counted
    reason = why_missing(conditions, part, mode) if part else why_not_all(conditions, parts, mode)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    found = scores(conditions, mode, group)
    if part is not None:
        value = found.parts[parts.index(part)]
    elif indicator.id == "score_overall_known":
        value = found.overall_known
        reason = np.where(found.known.any(axis=0), "", reason)
    elif indicator.id == "score_overall":
        value = found.overall
    else:
        value = found.range()[indicator.id == "score_overall_high"]
    reason = np.where((reason == "") & (found.people <= 0), "no_people", reason)
    ok = reason == ""
    return AreaValues(
        np.where(ok, value, np.nan),
        np.where(ok, value * found.people, np.nan),
        np.where(ok, found.people, np.nan),
        reason,
    )
