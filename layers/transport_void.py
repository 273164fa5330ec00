"""公共交通空白: who lives too far from any station and any stop, under every definition in use.

There is no single legal definition: each preset names whose it is, and none is "the" answer. Beside the share stands the number
of people, which is what a subsidy or a bus line is planned for. A stop with one bus a day ends the void as a stop with sixty
does; the variants with key stops only (30 or more departures a day, both directions) say what is left of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.catalogue import Better, Indicator
from layers.conditions import AreaValues, Conditions, nothing, share_near

_HANDBOOK: Final = ("国土交通省 地域公共交通づくりハンドブック", "MLIT handbook on regional public transport")
_MANUAL: Final = (
    (
        "国土数値情報 QGIS操作マニュアル（2025年4月）: 駅1,000m以内は便利、それ以外で停留所500m以内は不便、どちらでもない所は空白。"
        "直線距離"
    ),
    (
        "National land numerical information, QGIS manual (April 2025): within 1,000 m of a station convenient, else within 500 m of "
        "a stop inconvenient, else void; straight line"
    ),
)


@dataclass(frozen=True)
class TransportVoid:
    """One definition of 公共交通空白: beyond this far from any station and from any stop that counts."""

    id: str
    station_m: int
    stop_m: int
    ja: str
    en: str
    rule_ja: str
    rule_en: str
    stop: str = "stop"  # category of the stops that count
    limits_ja: str = ""
    limits_en: str = ""


_DEFINITIONS: Final = (
    TransportVoid(
        "transport_void_subsidy",
        1000,
        1000,
        "補助金要綱",
        "subsidy rules",
        "国土交通省 地域公共交通確保維持改善事業費補助金交付要綱",
        "MLIT subsidy rules for regional public transport",
        limits_ja="要綱は海港・空港からの距離も見るが、港と空港は数えていないので、その周りでは空白が実際より広く出る。",
        limits_en="The rules look at ports and airports too, which are not counted here: near them the void comes out too large.",
    ),
    TransportVoid(
        "transport_void_handbook_urban",
        500,
        300,
        "ハンドブック・都市部",
        "handbook, urban",
        f"{_HANDBOOK[0]}（都市部）",
        f"{_HANDBOOK[1]}, urban",
    ),
    TransportVoid(
        "transport_void_handbook_rural",
        1000,
        500,
        "ハンドブック・地方部",
        "handbook, rural",
        f"{_HANDBOOK[0]}（地方部）",
        f"{_HANDBOOK[1]}, rural",
    ),
    TransportVoid("transport_void_ksj_manual", 1000, 500, "国土数値情報マニュアル", "KSJ manual", *_MANUAL),
    TransportVoid(
        "transport_void_toyama",
        500,
        300,
        "富山市",
        "Toyama City",
        "富山市の交通不便の基準（駅500m・バス停300m）",
        "Toyama City's criterion of inconvenient transport (station 500 m, stop 300 m)",
        limits_ja="富山市は町丁ごとに、圏外の人が50%以上または4,000人以上かで判定する。ここでは人の割合だけを示す。",
        limits_en="The city judges whole quarters (half of the people or 4,000 outside); this is the share of people only.",
    ),
    TransportVoid(
        "transport_void_press",
        500,
        300,
        "全国報道",
        "national press",
        "「人口の2割が駅500m・バス停300mより遠い」とする全国報道の基準",
        'Criterion of national press reports ("a fifth of the people live farther than 500 m from a station and 300 m from a stop")',
    ),
    TransportVoid(
        "transport_void_key_urban",
        500,
        300,
        "30本以上の停だけ・都市部の距離",
        "key stops only, urban radii",
        f"{_HANDBOOK[0]}（都市部）の距離に、都市構造の評価に関するハンドブックの本数（1日30本、既定値・変更可）を合わせた本ツールの定義",
        f"Radii of the {_HANDBOOK[1]}, urban, with the 30 departures a day of the handbook on urban structure (default, editable)",
        stop="stop30",
    ),
    TransportVoid(
        "transport_void_key_rural",
        1000,
        500,
        "30本以上の停だけ・地方部の距離",
        "key stops only, rural radii",
        f"{_HANDBOOK[0]}（地方部）の距離に、都市構造の評価に関するハンドブックの本数（1日30本、既定値・変更可）を合わせた本ツールの定義",
        f"Radii of the {_HANDBOOK[1]}, rural, with the 30 departures a day of the handbook on urban structure (default, editable)",
        stop="stop30",
    ),
)
VOIDS: Final = {void.id: void for void in _DEFINITIONS}
PEOPLE: Final = "_people"
_CONVENIENT: Final = "transport_convenient_ksj"
_INCONVENIENT: Final = "transport_inconvenient_ksj"
_LIMITS: Final = (
    "便の数・時刻・行き先は問わない（1日1便の停留所でも空白でなくなる）。デマンド交通・タクシー・船は数えない。",
    "Says nothing of how often, when and where to the buses run: one bus a day ends the void. No demand transport, taxis or ships.",
)
_KEY_LIMITS: Final = (
    "駅はすべて数える（時刻表のない駅の本数は分からない）。本数は両方向の計。デマンド交通・タクシー・船は数えない。",
    (
        "All stations count (without a timetable their frequency is unknown). Both directions together. No demand transport, taxis or "
        "ships."
    ),
)


def _indicator(void: TransportVoid, *, is_count: bool) -> Indicator:
    radii_ja, radii_en = (
        f"駅{void.station_m:,}m・停{void.stop_m:,}m",
        f"station {void.station_m:,} m, stop {void.stop_m:,} m",
    )
    which_ja, which_en = (
        ("1日30本以上のバス停", "bus stop with 30 or more departures")
        if void.stop == "stop30"
        else ("バス停", "bus stop")
    )
    what = ("人口", "number of people") if is_count else ("人口割合", "people in it")
    limits = _KEY_LIMITS if void.stop == "stop30" else _LIMITS
    beyond = f"1[d_station > {void.station_m:,} m ∧ d_{void.stop} > {void.stop_m:,} m]"
    return Indicator(
        id=void.id + (PEOPLE if is_count else ""),
        family="transport_void" + (PEOPLE if is_count else ""),
        theme="transport",
        ja=f"公共交通空白の{what[0]}（{void.ja}: {radii_ja}）",
        en=f"Public-transport void: {what[1]} ({void.en}: {radii_en})",
        definition_ja=(
            f"鉄道駅から{void.station_m:,}m、かつ{which_ja}から{void.stop_m:,}mより遠くに住む人の{'数' if is_count else '割合'}。"
            "空白に一つの法定の定義はないため、出典ごとに示す。"
        ),
        definition_en=(
            f"{'Number' if is_count else 'Share'} of people farther than {void.station_m:,} m from a station and {void.stop_m:,} m "
            f"from a {which_en}. There is no single legal definition, so each is shown under its source."
        ),
        formula=f"Σ P·{beyond}" if is_count else f"100 × Σ P·{beyond} ÷ Σ P",
        unit="人" if is_count else "%",
        modes=("straight", "walk"),
        classes=(100.0, 1_000.0, 5_000.0, 20_000.0) if is_count else (5.0, 10.0, 20.0, 40.0),
        better="low",
        rule_ja=void.rule_ja,
        rule_en=void.rule_en,
        category=void.stop,
        limits_ja=limits[0] + void.limits_ja,
        limits_en=f"{limits[1]} {void.limits_en}".strip(),
        needs=("stations", "stops"),
    )


def _of_manual(
    name: str, ja: str, en: str, definition: tuple[str, str], formula: str, better: Better, classes: tuple[float, ...]
) -> Indicator:
    return Indicator(
        id=name,
        family="transport_ksj",
        theme="transport",
        ja=f"公共交通の便利・不便地域の人口割合（{ja}）",
        en=f"People by convenience of public transport, KSJ manual ({en})",
        definition_ja=f"{definition[0]}空白（公共交通空白・国土数値情報マニュアル）と合わせて100%になる。",
        definition_en=f"{definition[1]} With the void (public-transport void, KSJ manual) the three add up to 100 %.",
        formula=formula,
        unit="%",
        modes=("straight", "walk"),
        classes=classes,
        better=better,
        rule_ja=_MANUAL[0],
        rule_en=_MANUAL[1],
        category="stop",
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=("stations", "stops"),
    )


INDICATORS: Final = (
    *(_indicator(void, is_count=is_count) for is_count in (False, True) for void in VOIDS.values()),
    _of_manual(
        _CONVENIENT,
        "便利: 駅1,000m以内",
        "convenient: station within 1,000 m",
        ("鉄道駅から1,000m以内に住む人の割合。", "Share of people within 1,000 m of a station."),
        "100 × Σ P·1[d_station ≤ 1,000 m] ÷ Σ P",
        "high",
        (20.0, 40.0, 60.0, 80.0),
    ),
    _of_manual(
        _INCONVENIENT,
        "不便: 停500m以内だけ",
        "inconvenient: only a stop, within 500 m",
        (
            "鉄道駅から1,000mより遠く、バス停から500m以内に住む人の割合。",
            "Share of people farther than 1,000 m from a station, but within 500 m of a bus stop.",
        ),
        "100 × Σ P·1[d_station > 1,000 m ∧ d_stop ≤ 500 m] ÷ Σ P",
        None,
        (20.0, 40.0, 60.0, 80.0),
    ),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """People beyond (or, in the manual's other two classes, near) stations and stops, per area."""
    manual = VOIDS["transport_void_ksj_manual"]
    void = VOIDS.get(indicator.id.removesuffix(PEOPLE), manual)
    why_stop, why_station = conditions.why_missing(void.stop, mode), conditions.why_missing("station", mode)
    # Both lists are needed: without the stops everybody beyond the stations would wrongly count as beyond reach.
    reason = np.where(why_stop != "", why_stop, why_station)
    if any((category, mode) not in conditions.distances for category in (void.stop, "station")):
        return nothing(np.where(reason == "", "no_source", reason))
    station, limits = {"station": void.station_m}, {"station": void.station_m, void.stop: void.stop_m}
    if indicator.id == _CONVENIENT:
        return share_near(conditions, station, mode, group, reason)
    if indicator.id == _INCONVENIENT:
        return _only_stop(
            share_near(conditions, limits, mode, group, reason), share_near(conditions, station, mode, group, reason)
        )
    found = share_near(conditions, limits, mode, group, reason, beyond=True)
    if indicator.id.endswith(PEOPLE):
        return AreaValues(found.numerator, found.numerator, found.denominator, found.reason)
    return found


def _only_stop(either: AreaValues, station: AreaValues) -> AreaValues:
    """Those near a station or a stop, without those near a station."""
    numerator = np.maximum(either.numerator - station.numerator, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return AreaValues(100.0 * numerator / either.denominator, numerator, either.denominator, either.reason)
