"""Public transport within walking distance.

Stations 800 m and stops 300 m are the radii of 国土交通省's 都市構造評価 and of its city monitoring sheet; "key" lines
(基幹的公共交通路線) have 30 or more services a day, both directions together: one way only, that is about 15. Who is
left out, under every definition of 交通空白, is in :mod:`layers.transport_void`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, nothing, share_near
from layers.reach import SHARE_CLASSES, Service, minutes_to, share_within
from layers.reach import compute as reach

KEY_DEPARTURES: Final = 30  # per weekday, both directions: 基幹的公共交通路線
RAIL_MODES: Final = ("rail", "tram")  # N02 lists stations of railways, cable cars and trams; a ropeway is none
_MONITORING: Final = (
    "国土交通省「都市モニタリングシート」公共交通徒歩圏（駅800m・バス停300m）",
    "MLIT city monitoring sheet: stations 800 m, bus stops 300 m",
)
_STATION: Final = Service(
    "station",
    "transport",
    "鉄道駅",
    "Railway station",
    *_MONITORING,
    limits_ja="列車の本数・行き先は問わない。出入口ではなく駅の中央までの距離。",
    limits_en="Says nothing of how often trains come; measured to the middle of the station, not to its entrances.",
    needs=("stations",),
)
_STOP: Final = Service(
    "stop",
    "transport",
    "バス停",
    "Bus stop",
    *_MONITORING,
    limits_ja="便の数・行き先は問わない。デマンド交通・船は数えない。",
    limits_en="Says nothing of how often buses come, and where they go. No demand transport, no ships.",
    needs=("stops",),
)
_KEY_STOP: Final = Service(
    "stop30",
    "transport",
    "バス停（1日30本以上）",
    "Bus stop with 30 or more departures a day",
    *_MONITORING,
    remark_ja="平日の発車便数、両方向・全系統の計。",
    remark_en="Departures on an ordinary weekday, both directions and all lines together.",
    limits_ja="片方向で数えるとおよそ15本以上に当たる。時刻表のないバス停は本数不明で、数えない。",
    limits_en="Counted one way, that is about 15. Stops without a timetable are of unknown frequency and do not count.",
    needs=("stops",),
)
_RADII_M: Final = {_STATION: (500, 800, 1000), _STOP: (300, 500, 1000), _KEY_STOP: (300, 500)}


def is_station(mode: pd.Series) -> pd.Series:
    """Whether each stop is one of a railway of any kind (as in 国土数値情報 N02), not of a bus or ferry."""
    return mode.isin(RAIL_MODES)


def _either(service: Service, suffix_ja: str, suffix_en: str, official: str | None) -> Indicator:
    stop = service.id
    return Indicator(
        id=f"transport_station_800m_or_{stop}_300m",
        family=f"transport_{stop}",
        theme="transport",
        ja=f"公共交通の徒歩圏人口割合（駅800m・{suffix_ja}300m）",
        en=f"Public transport: people near it (station 800 m or {suffix_en} 300 m)",
        definition_ja=f"鉄道駅まで800m以内、または{suffix_ja}まで300m以内に住む人の割合。",
        definition_en=f"Share of people within 800 m of a station or 300 m of a {suffix_en}.",
        formula="100 × Σ P·1[d_station ≤ 800 m ∨ d_stop ≤ 300 m] ÷ Σ P",
        unit="%",
        modes=("straight", "walk"),
        classes=SHARE_CLASSES,
        better="high",
        rule_ja=_MONITORING[0],
        rule_en=_MONITORING[1],
        category=stop,
        official=official,
        limits_ja=service.limits_ja,
        limits_en=service.limits_en,
        needs=("stations", "stops"),
    )


INDICATORS: Final = (
    _either(_STOP, "バス停", "bus stop", "cov_station_stop_pct"),
    _either(_KEY_STOP, "1日30本以上のバス停", "bus stop with 30 or more departures", None),
    *(share_within(service, metres) for service, radii in _RADII_M.items() for metres in radii),
    *(minutes_to(service, "median") for service in _RADII_M),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Share of people near stations and stops, or minutes to them, per area."""
    if not indicator.id.startswith("transport_station_800m"):
        return reach(indicator, conditions, mode, group)
    stop = indicator.category
    assert stop is not None
    why_stop, why_station = conditions.why_missing(stop, mode), conditions.why_missing("station", mode)
    # Both lists are needed: without the stops everybody beyond the stations would wrongly count as beyond reach.
    reason = np.where(why_stop != "", why_stop, why_station)
    if any((category, mode) not in conditions.distances for category in (stop, "station")):
        return nothing(np.where(reason == "", "no_source", reason))
    return share_near(conditions, {"station": 800, stop: 300}, mode, group, reason)
