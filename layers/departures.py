"""How often public transport comes: departures within walking reach, the first and the last of the day, the time to get away.

A departure is one trip that can be boarded at a stop on an ordinary weekday, both directions together; a trip counts once per
stop, however many poles the stop has. Where no timetable is known the frequency is unknown, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, nothing, share_of_people
from layers.drawn import PlaceLook
from layers.place_statistics import mean_over_people, median_over_people, people_where
from layers.reach import SHARE_CLASSES

STOP_REACH_M: Final = 300  # bus stops: MLIT city monitoring sheet
STATION_REACH_M: Final = 800  # stations: the same
_MOST: Final = 60  # from here on the class is open
SERVICE_HOURS: Final = 16.0  # of a day, 6:00 to 22:00: default of this tool
NOBODY_REACHES: Final = "停留所・駅に歩いて届く人がいない / nobody is within walking reach of a stop with a timetable"
NO_STOPS: Final = "停留所がない / there is no bus stop"

_NEEDS: Final = ("stops",)
_KEY_RULE: Final = (
    (
        "国土交通省「都市構造の評価に関するハンドブック」の基幹的公共交通路線（1日30本以上、既定値・変更可）。ほかの区切りは本ツールの既定値。"
        "徒歩圏は都市モニタリングシート（駅800m・バス停300m）"
    ),
    (
        "Key lines (30 or more a day) after MLIT's handbook on urban structure (default, editable); the other limits are defaults of "
        "this tool. Walking reach: MLIT city monitoring sheet (stations 800 m, stops 300 m)"
    ),
)
_LIMITS: Final = (
    "両方向・全系統の合計で、行き先は問わない。徒歩圏の複数の停留所に停まる便は、停まる数だけ数える。時刻表のない停留所・駅の便は含まないので、少なくともこの本数。デマンド交通・船・高速バスの一部は含まない。",
    (
        "All directions and lines together, wherever they go; a bus that calls at several stops in reach counts at each. Stops and stations without a timetable are not in it, so that it is the "
        "least there is. No demand transport, no ships."
    ),
)


@dataclass(frozen=True)
class FrequencyClass:
    """Departures a day from `low` to `high` (both within), or unknown where both are NaN."""

    id: str
    ja: str
    en: str
    low: float
    high: float

    def holds(self, departures: npt.NDArray[np.floating], more: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which places are known to be in the class.

        Parameters
        ----------
        departures
            Departures with a timetable, NaN where none is known.
        more
            Whether there are others without a timetable: the departures are then the least there can be, and only an
            open class can be told.
        """
        if np.isnan(self.low):
            return np.asarray(np.isnan(departures) | (more & (departures < _MOST)))
        inside = (departures >= self.low) & (departures < self.high)
        return np.asarray(inside if np.isinf(self.high) else inside & ~more)

    @property
    def formula(self) -> str:
        """The class in symbols; ? stands for what is not known."""
        if np.isnan(self.low):
            return "N = ?"
        if np.isinf(self.high):
            return f"N ≥ {self.low:g}"
        return f"{np.ceil(self.low):g} ≤ N < {self.high:g}" if self.low else "N = 0"


FREQUENCY_CLASSES: Final = (
    FrequencyClass("60_plus", "60本以上", "60 or more", 60, np.inf),
    FrequencyClass("30_59", "30〜59本", "30 to 59", 30, 60),
    FrequencyClass("10_29", "10〜29本", "10 to 29", 10, 30),
    FrequencyClass("1_9", "1〜9本", "1 to 9", 0.5, 10),
    FrequencyClass("none", "0本", "none", 0, 0.5),
    FrequencyClass("unknown", "本数不明", "frequency unknown", np.nan, np.nan),
)
_THIRTY_PLUS: Final = FrequencyClass("30_plus", "30本以上", "30 or more", 30, np.inf)
_SHARES: Final = {each.id: each for each in (_THIRTY_PLUS, *FREQUENCY_CLASSES)}
_EVENING_HOURS: Final = (19, 21)


REACHED: Final = "departures_300m"  # value per place and mode
_DEPARTURE_CLASSES: Final = (10.0, 30.0, 60.0, 120.0)
_FIRST_CLASSES: Final = (6.5, 7.0, 7.5, 8.0)
_LAST_CLASSES: Final = (17.0, 19.0, 21.0, 22.0)


def _on_reach(
    name: str,
    ja: str,
    en: str,
    definition: tuple[str, str],
    formula: str,
    *,
    unit: str = "%",
    classes: tuple[float, ...] = SHARE_CLASSES,
    better: str | None = "high",
    drawn: str = REACHED,
    family: str = "",
    rule: tuple[str, str] = _KEY_RULE,
    limits: tuple[str, str] = _LIMITS,
) -> Indicator:
    return Indicator(
        id=name,
        family=family or name,
        theme="transport",
        ja=ja,
        en=en,
        definition_ja=definition[0],
        definition_en=definition[1],
        formula=formula,
        unit=unit,
        modes=("straight", "walk"),
        classes=classes,
        better="high" if better == "high" else "low" if better == "low" else None,
        rule_ja=rule[0],
        rule_en=rule[1],
        limits_ja=limits[0],
        limits_en=limits[1],
        needs=_NEEDS,
        drawn=drawn,
    )


def _statistic(statistic: str, ja: str, en: str, formula: str) -> Indicator:
    return _on_reach(
        f"departures_{statistic}",
        f"徒歩圏で乗れる1日の便数（{ja}）",
        f"Departures a day within walking reach ({en})",
        (
            (
                "バス停300m以内・時刻表のある駅800m以内の、平日1日の発車便数の合計（両方向計、停留所ごとに1便は1回）。"
                f"人口で重み付けた{ja}。時刻表のない停留所・駅しかない人は除く。"
            ),
            (
                "Departures on an ordinary weekday from all bus stops within 300 m and all stations with a timetable within 800 m, both "
                f"directions together; {en} over people, those with none but stops without a timetable left out."
            ),
        ),
        formula,
        unit="本/日",
        classes=_DEPARTURE_CLASSES,
        family="departures_reached",
    )


def _share_of_class(each: FrequencyClass) -> Indicator:
    ja, en = each.ja, each.en
    if each.id == "none":
        what = (
            "徒歩圏に停留所・駅がない、またはあってもその日は1便もない人の割合。",
            "Share of people without any stop or station in reach, or with none at which anything leaves on the day.",
        )
    elif each.id == "unknown":
        what = (
            "徒歩圏に時刻表のない停留所・駅があり、どの区分になるか分からない人の割合。0本ではない。",
            (
                "Share of people with a stop or station in reach whose timetable is not known, so that their class cannot be told. "
                "That is not none."
            ),
        )
    else:
        what = (
            f"バス停300m以内・時刻表のある駅800m以内から、平日1日に合わせて{ja}の便に乗れる人の割合（両方向計）。"
            + ("片方向だけで数えるとおよそ30本以上に当たる。" if each.id == "60_plus" else ""),
            f"Share of people with {en} departures a day (both directions) from bus stops within 300 m and stations with a timetable "
            "within 800 m." + (" Counted one way, that is about 30 or more." if each.id == "60_plus" else ""),
        )
    return _on_reach(
        f"departures_{each.id}_share",
        f"徒歩圏で乗れる便数別の人口割合（{ja}）",
        f"People by departures a day within walking reach ({en})",
        what,
        f"100 × Σ P·1[{each.formula}] ÷ Σ P, N = Σ n(d_stop ≤ 300 m, d_rail ≤ 800 m)",
        better={"60_plus": "high", "30_59": "high", "30_plus": "high", "10_29": None, "unknown": None}.get(
            each.id, "low"
        ),
        family="departures_share",
    )


_WHEN_LIMITS: Final = (
    "徒歩圏の停留所・駅からの発車時刻で、行き先・方向は問わない。帰りの最終便が着く時刻ではない。24時を過ぎた便は25時のように数える。",
    (
        "Time at which it leaves a stop in reach, wherever it goes: not the time at which the last bus home arrives. Departures after "
        "midnight count as 25:00 and so on."
    ),
)


def _median_time(which: str, ja: str, en: str, better: str) -> Indicator:
    return _on_reach(
        f"{which}_departure_median",
        f"徒歩圏で乗れる{ja}の時刻（中央値）",
        f"{en} departure of the day within walking reach (median)",
        (
            f"バス停300m以内・時刻表のある駅800m以内の、平日の{ja}の発車時刻。時刻の分かる便に歩いて届く人についての人口加重中央値。",
            (
                f"When the {en.lower()} bus or train leaves the stops within 300 m and the stations within 800 m on an ordinary weekday; "
                "median over the people who reach one whose time is known."
            ),
        ),
        "P50(" + ("min" if which == "first" else "max") + " t)",
        unit="時",
        classes=_FIRST_CLASSES if which == "first" else _LAST_CLASSES,
        better=better,
        drawn=f"{which}_departure",
        rule=("本ツールの定義（区切りは既定値・変更可）", "Definition of this tool (limits: default, editable)"),
        limits=_WHEN_LIMITS,
    )


def _evening(hour: int) -> Indicator:
    return _on_reach(
        f"last_departure_from_{hour}h",
        f"徒歩圏の最終便が遅い人の割合（{hour}時以降）",
        f"People whose last departure within walking reach is late ({hour}:00 or later)",
        (
            f"バス停300m以内・時刻表のある駅800m以内から、平日{hour}時以降に出る便がある人の割合。時刻表がなく、あるともないとも言えない人は分母に入れない。",
            (
                f"Share of people with a departure at {hour}:00 or later on an ordinary weekday from a stop within 300 m or a station with a "
                "timetable within 800 m, among the people for whom it is known."
            ),
        ),
        f"100 × Σ P·1[max t ≥ {hour}:00] ÷ Σ P·1[t ≠ ?]",
        drawn="last_departure",
        family="last_departure_from",
        rule=("本ツールの定義（時刻は既定値・変更可）", "Definition of this tool (time: default, editable)"),
        limits=_WHEN_LIMITS,
    )


def _access_minutes(statistic: str, ja: str, en: str, formula: str) -> Indicator:
    return Indicator(
        id=f"transport_access_minutes_{statistic}",
        family="transport_access_minutes",
        theme="transport",
        ja=f"公共交通に乗るまでの時間（{ja}）",
        en=f"Minutes until one leaves by public transport ({en})",
        definition_ja="停留所・駅まで歩く時間と、平均の待ち時間（運行間隔の半分）の和が最も短いもの。"
        f"人口で重み付けた{ja}。徒歩1分=80m、運行時間帯は16時間、1方向の本数は両方向計の半分とする。",
        definition_en="Walk to the stop or station plus half the interval between departures, the least over all stops; "
        f"{en} over people. 80 m a minute, 16 hours of service a day, half of all departures in each direction.",
        formula=f"{formula}, T = min(t_w + 60·H ÷ (2n)), H = 16 h, n = N ÷ 2",
        unit="分",
        modes=("walk",),
        classes=(15.0, 30.0, 45.0, 60.0),
        better="low",
        rule_ja="国総研「アクセシビリティ指標活用の手引き（案）」のT指標にならう。式と H は未確認の既定値・変更可",
        rule_en="After the T index of NILIM's draft guide on accessibility indices; formula and H not verified: default, editable",
        limits_ja="時刻表を見ずに停留所へ行く人の待ち時間。便の少ない所では実際の待ち時間より長い。時刻表のない停留所・駅は使えないものとする。",
        limits_en="The wait of somebody who does not look at the timetable: longer than real waits where buses are rare. Stops and "
        "stations without a timetable cannot be used.",
        needs=("stops", "streets"),
        drawn="transport_access_minutes",
    )


def _stops(each: FrequencyClass, *, is_share: bool) -> Indicator:
    what = ("割合", "share") if is_share else ("数", "number")
    return Indicator(
        id=f"bus_stops_{each.id}_{'share' if is_share else 'count'}",
        family="bus_stops_share" if is_share else "bus_stops_count",
        theme="transport",
        ja=f"便数別のバス停の{what[0]}（{each.ja}）",
        en=f"Bus stops by departures a day, {what[1]} ({each.en})",
        definition_ja=f"区域内のバス停のうち、平日1日の発車便数（両方向計）が{each.ja}のものの{what[0]}。"
        "同じ名前で100m以内の標柱は1つのバス停とする。",
        definition_en=f"Bus stops of the municipality with {each.en} departures on an ordinary weekday, both directions together: "
        f"{what[1]}. Poles of one name within 100 m are one stop.",
        formula="100 × Σ_s 1[n(s)] ÷ Σ_s 1" if is_share else "Σ 1",
        unit="%" if is_share else "か所",
        modes=("",),
        classes=SHARE_CLASSES if is_share else (10.0, 30.0, 100.0, 300.0),
        better=None,
        rule_ja=_KEY_RULE[0],
        rule_en=_KEY_RULE[1],
        limits_ja="停留所を数えたもので、人の数は問わない。本数不明は0本ではない。",
        limits_en="Counts stops, not people. Unknown is not none.",
        needs=_NEEDS,
        groups=("total",),
    )


INDICATORS: Final = (
    _statistic("median", "中央値", "median", "P50(Σ n)"),
    _statistic("mean", "平均", "mean", "Σ P·Σ n ÷ Σ P"),
    *map(_share_of_class, _SHARES.values()),
    _median_time("first", "始発", "First", "low"),
    _median_time("last", "最終便", "Last", "high"),
    *map(_evening, _EVENING_HOURS),
    _access_minutes("median", "中央値", "median", "P50(T)"),
    _access_minutes("mean", "平均", "mean", "Σ P·T ÷ Σ P"),
    *(_stops(each, is_share=is_share) for is_share in (False, True) for each in FREQUENCY_CLASSES),
)

_PER_HOUR: Final = 1.0 / 60.0  # stored in minutes after midnight, shown by the clock
PLACE_LOOKS: Final = {
    REACHED: PlaceLook(
        "地点ごと：徒歩圏で乗れる1日の便数",
        "Each place: departures a day within walking reach",
        unit="本/日",
        limits=_DEPARTURE_CLASSES,
        better="high",
    ),
    "first_departure": PlaceLook(
        "地点ごと：徒歩圏の始発",
        "Each place: first departure within walking reach",
        unit="時",
        limits=_FIRST_CLASSES,
        better="low",
        scale=_PER_HOUR,
    ),
    "last_departure": PlaceLook(
        "地点ごと：徒歩圏の最終便",
        "Each place: last departure within walking reach",
        unit="時",
        limits=_LAST_CLASSES,
        better="high",
        scale=_PER_HOUR,
    ),
}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Departures, their times or the stops by frequency, per area."""
    if indicator.id.startswith("bus_stops_"):
        return _of_stops(conditions, indicator.id)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    if indicator.family == "transport_access_minutes":
        return _access(conditions, indicator.id.rpartition("_")[2], group)
    name = _place_value(indicator.id, mode)
    needs_times = indicator.id not in {"departures_none_share", "departures_unknown_share"}
    reason = conditions.why_missing("stop30" if needs_times else "stop", mode)
    if name not in conditions.place_values:
        return nothing(np.where(reason == "", "no_source", reason))
    values = conditions.place_values[name]
    if indicator.family == "departures_share":
        more = conditions.place_values[f"departures_more.{mode}"] > 0
        return share_of_people(conditions, _SHARES[_class_of(indicator.id)].holds(values, more), group, reason)
    if indicator.family == "last_departure_from":
        hour = int(indicator.id.removeprefix("last_departure_from_").removesuffix("h"))
        return _evening_share(conditions, mode, group, hour, reason)
    if indicator.id == "departures_mean":
        return _over_people(conditions, values, mean_over_people(conditions, values, group), group, reason)
    median = median_over_people(conditions, values, group)
    return _over_people(conditions, values, median / (1 if indicator.unit == "本/日" else 60), group, reason)


def _place_value(indicator: str, mode: str) -> str:
    for which in ("first_departure", "last_departure"):
        if indicator.startswith(which):
            return f"{which}.{mode}"
    return f"{REACHED}.{mode}"


def _class_of(indicator: str) -> str:
    return indicator.removeprefix("departures_").removesuffix("_share")


def _over_people(
    conditions: Conditions,
    values: npt.NDArray[np.floating],
    result: npt.NDArray[np.float64],
    group: str,
    reason: npt.NDArray[np.str_],
) -> AreaValues:
    """A mean or median with the people it is over as numerator, and all people as denominator."""
    total = conditions.total(group)
    known = people_where(conditions, ~np.isnan(values), group)
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    reason = np.where((reason == "") & (known <= 0), NOBODY_REACHES, reason)
    ok = reason == ""
    return AreaValues(np.where(ok, result, np.nan), np.where(ok, known, np.nan), np.where(ok, total, np.nan), reason)


def _evening_share(
    conditions: Conditions, mode: str, group: str, hour: int, reason: npt.NDArray[np.str_]
) -> AreaValues:
    """People with a departure that late, among those of whom it is known whether they have one."""
    names = (REACHED, "last_departure", "departures_more")
    departures, last, more = (conditions.place_values[f"{name}.{mode}"] for name in names)
    late = last >= hour * 60
    timed = np.isfinite(last) | (departures == 0)
    known = people_where(conditions, late | (timed & ~(more > 0)), group)
    numerator = people_where(conditions, late, group)
    reason = np.where((reason == "") & (conditions.total(group) <= 0), "no_people", reason)
    reason = np.where((reason == "") & (known <= 0), "frequency_unknown", reason)
    ok = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(ok, 100.0 * numerator / known, np.nan)
    return AreaValues(value, np.where(ok, numerator, np.nan), np.where(ok, known, np.nan), reason)


def _access(conditions: Conditions, statistic: str, group: str) -> AreaValues:
    reason = conditions.why_missing("stop30", "walk")
    values = conditions.place_values.get("transport_access_minutes")
    if values is None:
        return nothing(np.where(reason == "", "no_source", reason))
    # A place without a street reaches nothing, and must not make the others look better.
    far = np.where(np.isnan(values), np.inf, values)
    total = conditions.total(group)
    reached = people_where(conditions, np.isfinite(far), group)
    if statistic == "mean":
        result, why = mean_over_people(conditions, far, group), "unreachable_for_all"
    else:
        result, why = median_over_people(conditions, far, group, step=0.1), "unreachable"
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    reason = np.where((reason == "") & ~np.isfinite(result), why, reason)
    ok = reason == ""
    return AreaValues(np.where(ok, result, np.nan), np.where(ok, reached, np.nan), np.where(ok, total, np.nan), reason)


def _of_stops(conditions: Conditions, indicator: str) -> AreaValues:
    """Number of stops of a class, or their share of all."""
    name, _, what = indicator.rpartition("_")
    counts, stops = conditions.figures.get(name), conditions.figures.get("bus_stops")
    reason = conditions.why_missing("stop", "straight")
    if counts is None or stops is None:
        return nothing(np.where(reason == "", "no_source", reason))
    reason = np.where(reason == "", counts.reason, reason)
    if what == "share":
        reason = np.where((reason == "") & (stops.value <= 0), NO_STOPS, reason)
    ok = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = counts.value if what == "count" else 100.0 * counts.value / stops.value
    all_stops = np.where(ok, stops.value, np.nan)
    return AreaValues(np.where(ok, value, np.nan), np.where(ok, counts.value, np.nan), all_stops, reason)
