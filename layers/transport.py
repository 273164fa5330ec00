"""Public transport within walking distance, and the four definitions of 公共交通空白.

Stations 800 m and stops 300 m are the radii of 国土交通省's 都市構造評価 and of its city monitoring sheet; "key" lines
(基幹的公共交通路線) have 30 or more services a day, both directions together. There is no single legal definition of
交通空白: each preset below names the one it follows, and none is "the" answer.
"""

from __future__ import annotations

from dataclasses import dataclass
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
_STATION: Final = Service("station", "transport", "鉄道駅", "Railway station", *_MONITORING)
_STOP: Final = Service("stop", "transport", "バス停", "Bus stop", *_MONITORING)
_KEY_STOP: Final = Service(
    "stop30", "transport", "バス停（1日30本以上）", "Bus stop with 30 or more departures a day", *_MONITORING
)
_RADII_M: Final = {_STATION: (500, 800, 1000), _STOP: (300, 500, 1000), _KEY_STOP: (300, 500)}


def is_station(mode: pd.Series) -> pd.Series:
    """Whether each stop is one of a railway of any kind (as in 国土数値情報 N02), not of a bus or ferry."""
    return mode.isin(RAIL_MODES)


@dataclass(frozen=True)
class TransportVoid:
    """One definition of 公共交通空白: beyond this far from any station and from any stop."""

    id: str
    station_m: int
    stop_m: int
    ja: str
    en: str
    rule_ja: str
    rule_en: str


VOIDS: Final = {
    void.id: void
    for void in (
        TransportVoid(
            "transport_void_subsidy",
            1000,
            1000,
            "補助金要綱",
            "subsidy rules",
            "国土交通省 地域公共交通確保維持改善事業費補助金交付要綱",
            "MLIT subsidy rules for regional public transport",
        ),
        TransportVoid(
            "transport_void_handbook_urban",
            500,
            300,
            "ハンドブック・都市部",
            "handbook, urban",
            "国土交通省 地域公共交通づくりハンドブック（都市部）",
            "MLIT handbook on regional public transport, urban",
        ),
        TransportVoid(
            "transport_void_handbook_rural",
            1000,
            500,
            "ハンドブック・地方部",
            "handbook, rural",
            "国土交通省 地域公共交通づくりハンドブック（地方部）",
            "MLIT handbook on regional public transport, rural",
        ),
        TransportVoid(
            "transport_void_ksj_manual",
            1000,
            500,
            "国土数値情報マニュアル",
            "KSJ manual",
            "国土数値情報 QGIS操作マニュアル（2025年4月）: 駅1,000m以内は便利、停留所500m以内は不便、他は空白",
            "National land numerical information, QGIS manual (April 2025)",
        ),
    )
}


def _either(stop: str, suffix_ja: str, suffix_en: str, official: str | None) -> Indicator:
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
    )


def _void(void: TransportVoid) -> Indicator:
    return Indicator(
        id=void.id,
        family="transport_void",
        theme="transport",
        ja=f"公共交通空白の人口割合（{void.ja}: 駅{void.station_m:,}m・停{void.stop_m:,}m）",
        en=f"Public-transport void: people in it ({void.en}: station {void.station_m:,} m, stop {void.stop_m:,} m)",
        definition_ja=(
            f"鉄道駅から{void.station_m:,}m、かつバス停から{void.stop_m:,}mより遠くに住む人の割合。"
            "空白に一つの法定の定義はないため、出典ごとに示す。"
        ),
        definition_en=(
            f"Share of people farther than {void.station_m:,} m from a station and {void.stop_m:,} m from a bus stop. "
            "There is no single legal definition, so each is shown under its source."
        ),
        formula=f"100 × Σ P·1[d_station > {void.station_m:,} m ∧ d_stop > {void.stop_m:,} m] ÷ Σ P",
        unit="%",
        modes=("straight", "walk"),
        classes=(5.0, 10.0, 20.0, 40.0),
        better="low",
        rule_ja=void.rule_ja,
        rule_en=void.rule_en,
        category="stop",
    )


INDICATORS: Final = (
    _either("stop", "バス停", "bus stop", "cov_station_stop_pct"),
    _either("stop30", "1日30本以上のバス停", "bus stop with 30 or more departures", None),
    *(share_within(service, metres) for service, radii in _RADII_M.items() for metres in radii),
    *(_void(void) for void in VOIDS.values()),
    *(minutes_to(service, "median") for service in _RADII_M),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Share of people near (or beyond) stations and stops, or minutes to them, per area."""
    if indicator.id in VOIDS:
        void = VOIDS[indicator.id]
        return _station_or_stop(conditions, "stop", (void.station_m, void.stop_m), mode, group, beyond=True)
    if indicator.id.startswith("transport_station_800m"):
        assert indicator.category is not None
        return _station_or_stop(conditions, indicator.category, (800, 300), mode, group, beyond=False)
    return reach(indicator, conditions, mode, group)


def _station_or_stop(
    conditions: Conditions, stop: str, radii: tuple[int, int], mode: str, group: str, *, beyond: bool
) -> AreaValues:
    station_m, stop_m = radii
    why_stop, why_station = conditions.why_missing(stop, mode), conditions.why_missing("station", mode)
    # Both lists are needed: without the stops everybody beyond the stations would wrongly count as beyond reach.
    reason = np.where(why_stop != "", why_stop, why_station)
    if any((category, mode) not in conditions.distances for category in (stop, "station")):
        return nothing(np.where(reason == "", "no_source", reason))
    return share_near(conditions, {"station": station_m, stop: stop_m}, mode, group, reason, beyond=beyond)
