"""The 15-minute share: people who have every daily service within some minutes, on foot, by bicycle and by car."""

from __future__ import annotations

from typing import Final

import numpy as np

from layers.catalogue import STREET_MODES, Indicator, Preset
from layers.conditions import AreaValues, Conditions, nothing
from layers.counting.score_questions import NearAll
from layers.measures import per_minute
from layers.reach import SHARE_CLASSES
from layers.score_counting import things_of, why_not_all
from layers.score_rules import PARTS

MINUTES: Final = (5, 10, 15, 20, 30)
_PARTS: Final = tuple(PARTS.values())
_NAMES: Final = ("・".join(part.ja for part in _PARTS), ", ".join(part.en for part in _PARTS))
_PRESETS: Final = (
    Preset(15, "15分都市（C. Moreno 2021）", "15-minute city (C. Moreno 2021)"),
    Preset(20, "20分ネイバーフッド（Plan Melbourne 2017）", "20-minute neighbourhood (Plan Melbourne 2017)"),
)


def _indicator(minutes: int) -> Indicator:
    return Indicator(
        id=f"all_services_within_{minutes}min",
        family="all_services_within",
        theme="score",
        ja=f"すべての生活サービスに届く人の割合（{minutes}分）",
        en=f"People with every daily service in reach ({minutes} min)",
        definition_ja=f"{_NAMES[0]}のすべてに、それぞれの最寄りまで{minutes}分以内で行ける人の割合。",
        definition_en=f"Share of people with the nearest of each of these within {minutes} minutes: {_NAMES[1]}.",
        formula=f"100 × Σ P·Π_k 1[t_k ≤ {minutes} min] ÷ Σ P",
        unit="%",
        modes=STREET_MODES,
        classes=SHARE_CLASSES,
        better="high",
        rule_ja="15分都市の考え方。分野の組合せは本ツールの既定値",
        rule_en="The 15-minute city; which services belong to it is a default of this tool",
        limits_ja="施設の中身や開いている時間は見ない。乗換えや待ち時間のある公共交通での移動は含まない。",
        limits_en="Says nothing of what is offered or when it is open, and counts no travel by public transport.",
        needs=("facilities", "stops", "stations", "streets"),
        presets=tuple(sorted(_PRESETS, key=lambda preset: preset.value != minutes)) if minutes in (15, 20) else (),
    )


INDICATORS: Final = tuple(_indicator(minutes) for minutes in (15, *(each for each in MINUTES if each != 15)))
_MINUTES_OF: Final = {_indicator(minutes).id: minutes for minutes in MINUTES}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Share of people with all services within the indicator's minutes, per area; the reason names the missing ones."""
    reason = why_not_all(conditions, _PARTS, mode)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    people = conditions.total(group)
    reason = np.where((reason == "") & (people <= 0), "no_people", reason)
    ok = reason == ""
    if not ok.any():
        return nothing(reason)
    unit = per_minute(mode, conditions.profiles)
    question = NearAll(
        tuple(things_of(conditions, part, mode).measures for part in _PARTS),
        tuple(minutes * unit for minutes in MINUTES),
    )
    near = conditions.answers(question, group)[MINUTES.index(_MINUTES_OF[indicator.id])]
    numerator, denominator = np.where(ok, near, np.nan), np.where(ok, people, np.nan)
    return AreaValues(100.0 * numerator / denominator, numerator, denominator, reason)
