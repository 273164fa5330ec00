"""Fibre and 5G: what is published, at the level it is published for, and who lives outside the areas on the user's own map.

光ファイバ世帯整備率 = households that can use fibre ÷ all households (総務省「ブロードバンド基盤整備率調査」, estimated from the
operators' areas). 5G人口カバー率 is published for prefectures only (総務省「5Gの整備状況」) and never given to a town here.
Speed tests of Ookla's tiles are counted where the user has added them.
"""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from layers.catalogue import Indicator, Preset
from layers.conditions import AreaValues, Conditions, from_figures, nothing
from layers.drawn import BLUE, DARK_GREY, ORANGE, PlaceCategory, PlaceLook
from layers.figures import Floats

FIBRE_TARGET: Final = 99.9  # per cent of households by the end of fiscal year 2027, デジタル田園都市国家構想総合戦略
SLOW_MBPS: Final = (
    30.0  # 総務省「ブロードバンド基盤整備率調査」 asks for 30 Mbps and more; EU Digital Agenda 2020 the same
)
LEAST_TESTED: Final = 0.5  # share of a group's people in tiles with enough tests, below which no number is given
_FIBRE_RULE: Final = (
    "総務省「ブロードバンド基盤整備率調査」光ファイバ世帯整備率",
    "MIC, survey of broadband coverage: households that can use fibre",
)
_FIBRE_LIMITS: Final = (
    "契約の数ではなく、使える世帯の推計。2023年度末（2024年3月）に算出方法が変わり、それより前の値とは比べられない。",
    (
        "Households that could use it, estimated; not contracts. The method changed for the end of fiscal year 2023 (March "
        "2024): not comparable with earlier values."
    ),
)
_AREA_RULE: Final = (
    "利用者の提供エリア（ポリゴン）と約100mの地点",
    "the user's own coverage areas and places about 100 m apart",
)
_AREA_LIMITS: Final = (
    "地点は点として内外を判定する。エリア図は事業者の示すもので、建物の中や実際の速さは分からない。ポリゴンが触れない市区町村は「不明」（0%ではない）。",
    (
        "A place is inside or outside as a point. Areas are what operators show: nothing of reception indoors, or of real speed. "
        "A municipality that no polygon touches is unknown, not 0 %."
    ),
)
_TEST_LIMITS: Final = (
    "測定した人の結果の平均で、提供エリアではない。測定が5回未満のタイルは使わず、人口の半分以上が測定のあるタイルに住む場合だけ示す。CC BY-NC-SA 4.0。",
    (
        "Means over tests that people ran, not coverage. Tiles with fewer than five tests are left out; shown only where half of "
        "the people live in tiles with tests. CC BY-NC-SA 4.0."
    ),
)


def _outside(id_: str, ja: str, en: str, formula: str, drawn: str) -> Indicator:
    return Indicator(
        id=f"without_{id_}",
        family=f"without_{id_}",
        theme="digital",
        ja=f"{ja}の提供エリアの外に住む人",
        en=f"People outside the areas with {en}",
        definition_ja=f"{ja}の提供エリア（ポリゴン）の外に住む人の割合。",
        definition_en=f"Share of people who live outside the polygons of areas with {en}.",
        formula=formula,
        unit="%",
        modes=("",),
        classes=(1.0, 5.0, 10.0, 20.0),
        better="low",
        rule_ja=_AREA_RULE[0],
        rule_en=_AREA_RULE[1],
        limits_ja=_AREA_LIMITS[0],
        limits_en=_AREA_LIMITS[1],
        needs=("digital",),
        drawn=drawn,
    )


INDICATORS: Final = (
    Indicator(
        id="fibre_household_coverage",
        family="fibre_household_coverage",
        theme="digital",
        ja="光ファイバの世帯カバー率（公表値）",
        en="Households that can use fibre (published)",
        definition_ja="光ファイバを使える世帯の割合。市区町村の公表値があるところだけ示し、都道府県の値を市区町村の値とはしない。",
        definition_en="Share of households that can use fibre, where it is published for the municipality; never the prefecture's number.",
        formula="100 × H_F ÷ H",
        unit="%",
        modes=("",),
        classes=(95.0, 98.0, 99.0, FIBRE_TARGET),
        better="high",
        rule_ja=f"{_FIBRE_RULE[0]}。目標 {FIBRE_TARGET} %（2027年度末、デジタル田園都市国家構想総合戦略）",
        rule_en=f"{_FIBRE_RULE[1]}; target {FIBRE_TARGET} % by the end of FY2027 (Digital Garden City strategy)",
        limits_ja=_FIBRE_LIMITS[0],
        limits_en=_FIBRE_LIMITS[1],
        needs=("digital",),
        groups=("total",),
        presets=(
            Preset(FIBRE_TARGET, "デジタル田園都市国家構想総合戦略（2027年度末）", "national strategy, end of FY2027"),
        ),
        kpi=(25,),
        counted="世帯",
    ),
    Indicator(
        id="fibre_households_without",
        family="fibre_households_without",
        theme="digital",
        ja="光ファイバを使えない世帯数",
        en="Households without fibre",
        definition_ja="総世帯数から光ファイバを使える世帯数を引いたもの。世帯数のある表からだけ求める。",
        definition_en="All households less those that can use fibre; only from tables that give households.",
        formula="H − H_F",
        unit="世帯",
        modes=("",),
        classes=(10.0, 50.0, 100.0, 500.0),
        better="low",
        rule_ja=_FIBRE_RULE[0],
        rule_en=_FIBRE_RULE[1],
        limits_ja=f"{_FIBRE_LIMITS[0]}率だけの表からは、率の丸めの分だけずれる。",
        limits_en=f"{_FIBRE_LIMITS[1]} From a table of rates it is off by their rounding.",
        needs=("digital",),
        groups=("total",),
        kpi=(25,),
    ),
    Indicator(
        id="fibre_target_gap",
        family="fibre_target_gap",
        theme="digital",
        ja="光ファイバの世帯カバー率の目標との差",
        en="Fibre: gap to the national target",
        definition_ja=f"目標 {FIBRE_TARGET} % から公表値を引いたもの。正なら目標に届いていない。",
        definition_en=f"The target of {FIBRE_TARGET} % less the published share; positive where the target is not reached.",
        formula=f"{FIBRE_TARGET} − 100 × H_F ÷ H",
        unit="ポイント",
        modes=("",),
        classes=(0.0, 0.5, 1.0, 5.0),
        better="low",
        rule_ja=f"デジタル田園都市国家構想総合戦略 {FIBRE_TARGET} %（2027年度末）",
        rule_en=f"Digital Garden City strategy: {FIBRE_TARGET} % by the end of FY2027",
        limits_ja=f"目標は全国の値で、市区町村ごとの目標ではない。{_FIBRE_LIMITS[0]}",
        limits_en=f"The target is the nation's, not one for each municipality. {_FIBRE_LIMITS[1]}",
        needs=("digital",),
        groups=("total",),
        kpi=(25,),
    ),
    Indicator(
        id="5g_population_coverage",
        family="5g_population_coverage",
        theme="digital",
        ja="5Gの人口カバー率（都道府県の公表値）",
        en="5G population coverage (published for prefectures)",
        definition_ja="4社いずれかの5Gエリアに住む人の割合。都道府県と全国だけが公表され、市区町村の値はない。",
        definition_en="Share of people within the 5G area of any of four operators. Published for prefectures and the nation only.",
        formula="100 × Σ P·1[x ∈ G₅] ÷ Σ P",
        unit="%",
        modes=("",),
        classes=(90.0, 95.0, 97.0, 99.0),
        better="high",
        rule_ja="総務省「5Gの整備状況」。目標 97 %（2025年度末）、99 %（2030年度末）",
        rule_en="MIC, state of 5G; targets 97 % (end of FY2025) and 99 % (end of FY2030)",
        limits_ja="市区町村の値は公表されていないため、市区町村には理由だけを示す。",
        limits_en="Nothing is published for municipalities: they bear the reason only.",
        needs=("digital",),
        level="prefecture",
        groups=("total",),
        presets=(
            Preset(97.0, "デジタル田園都市国家インフラ整備計画（2025年度末）", "national plan, end of FY2025"),
            Preset(99.0, "同（2030年度末）", "the same, end of FY2030"),
        ),
        kpi=(26,),
    ),
    _outside("fibre", "光ファイバ", "fibre", "100 × Σ P·1[x ∉ F] ÷ Σ P", "covered_fibre"),
    _outside("5g", "5G", "5G", "100 × Σ P·1[x ∉ G₅] ÷ Σ P", "covered_5g"),
    _outside("4g", "4G", "4G", "100 × Σ P·1[x ∉ G₄] ÷ Σ P", "covered_4g"),
    _outside(
        "fibre_and_5g",
        "光ファイバと5Gのどちらも",
        "either fibre or 5G",
        "100 × Σ P·1[x ∉ F ∪ G₅] ÷ Σ P",
        "covered_any",
    ),
    Indicator(
        id="ookla_down_median",
        family="ookla_down_median",
        theme="digital",
        ja="下り速度の測定値（人口加重の中央値）",
        en="Measured download speed (median over people)",
        definition_ja="住む地点のタイル（約500m）の平均下り速度の、人口で重み付けた中央値。",
        definition_en="Median over people of the mean download speed in the tile (about 500 m) they live in.",
        formula="P50(v)",
        unit="Mbps",
        modes=("",),
        classes=(30.0, 100.0, 200.0, 300.0),
        better="high",
        rule_ja="Speedtest® by Ookla® のタイル（利用者が追加した資料）",
        rule_en="Tiles of Speedtest® by Ookla®, added by the user",
        limits_ja=_TEST_LIMITS[0],
        limits_en=_TEST_LIMITS[1],
        needs=("digital",),
        drawn="ookla_down_mbps",
    ),
    Indicator(
        id="ookla_below_30mbps",
        family="ookla_below_30mbps",
        theme="digital",
        ja="下り30Mbps未満の測定結果の所に住む人",
        en="People where tests average below 30 Mbps",
        definition_ja="測定のあるタイルに住む人のうち、平均下り速度が30Mbps未満のタイルに住む人の割合。",
        definition_en="Of the people in tiles with tests, those whose tile averages less than 30 Mbps download.",
        formula="100 × Σ P·1[v < 30] ÷ Σ P·1[v ≠ ?]",
        unit="%",
        modes=("",),
        classes=(1.0, 5.0, 10.0, 20.0),
        better="low",
        rule_ja="30Mbps は総務省の整備率調査などで使われるブロードバンドの区切り（既定値・変更可）",
        rule_en="30 Mbps: a usual limit of broadband, as in the ministry's survey (default, editable)",
        limits_ja=_TEST_LIMITS[0],
        limits_en=_TEST_LIMITS[1],
        needs=("digital",),
        drawn="ookla_down_mbps",
    ),
)

_PUBLISHED: Final = {"fibre_household_coverage", "fibre_households_without", "5g_population_coverage"}
_AREAS: Final = {
    "without_fibre": ("covered_fibre",),
    "without_5g": ("covered_5g",),
    "without_4g": ("covered_4g",),
    "without_fibre_and_5g": ("covered_fibre", "covered_5g"),
}


def _covered(ja: str, en: str) -> PlaceLook:
    categories = (
        PlaceCategory(1, f"{ja}の提供エリア内", f"inside an area with {en}", BLUE),
        PlaceCategory(0, f"{ja}の提供エリア外", f"outside the areas with {en}", ORANGE),
    )
    return PlaceLook(f"地点ごと：{ja}の提供エリア", f"Each place: areas with {en}", categories)


PLACE_LOOKS: Final = {
    "covered_fibre": _covered("光ファイバ", "fibre"),
    "covered_5g": _covered("5G", "5G"),
    "covered_4g": _covered("4G", "4G"),
    "covered_any": PlaceLook(
        "地点ごと：光ファイバ・5Gの提供エリア",
        "Each place: areas with fibre or 5G",
        (
            PlaceCategory(3, "光ファイバも5Gも", "fibre and 5G", BLUE),
            PlaceCategory(1, "光ファイバだけ", "fibre only", "#56b4e9"),
            PlaceCategory(2, "5Gだけ", "5G only", ORANGE),
            PlaceCategory(0, "どちらもない", "neither", DARK_GREY),
        ),
    ),
    "ookla_down_mbps": PlaceLook(
        "地点ごと：測定された下り速度の平均", "Each place: mean of measured download speed", unit="Mbps",
        limits=(30.0, 100.0, 200.0, 300.0), better="high",
    ),
}  # fmt: skip


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """A published figure, people outside areas, or what tests say of the people of a group, per area."""
    del mode
    if indicator.id in _PUBLISHED:
        is_lacking = "no_digital_source"
        if indicator.id == "fibre_households_without" and "fibre_household_coverage" in conditions.figures:
            is_lacking = "no_households"
        return from_figures(conditions, indicator.id, missing=is_lacking)
    if indicator.id == "fibre_target_gap":
        published = from_figures(conditions, "fibre_household_coverage", missing="no_digital_source")
        empty = np.full(conditions.area_count, np.nan)
        return AreaValues(FIBRE_TARGET - published.value, empty, empty.copy(), published.reason)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    if indicator.id in _AREAS:
        return _people_outside(conditions, _AREAS[indicator.id], group)
    return _tested(indicator, conditions, group)


def _people_outside(conditions: Conditions, names: tuple[str, ...], group: str) -> AreaValues:
    """Share of a group's people outside all of some areas; no value where anybody's place is not known."""
    if any(name not in conditions.place_values for name in names):
        return nothing(np.full(conditions.area_count, "no_coverage_areas"))
    people = conditions.people[group]
    values = [np.asarray(conditions.place_values[name]) for name in names]
    unknown = np.logical_or.reduce([np.isnan(value) for value in values])
    outside = np.logical_and.reduce([value == 0 for value in values])
    total = conditions.total(group)
    # Whether anybody lives where nothing is known is asked of all people, so that no age group tells more than another.
    dark = conditions.sum_over_areas(np.where(unknown, conditions.people["total"], 0.0)) > 0
    reason = np.where(dark, "no_coverage_areas_here", np.where(total > 0, "", "no_people"))
    return _ratio(conditions.sum_over_areas(np.where(outside, people, 0.0)), total, reason)


def _tested(indicator: Indicator, conditions: Conditions, group: str) -> AreaValues:
    if "ookla_down_mbps" not in conditions.place_values:
        return nothing(np.full(conditions.area_count, "no_speed_tests"))
    speed = np.asarray(conditions.place_values["ookla_down_mbps"], dtype=np.float64)
    people = np.where(np.isfinite(speed), conditions.people[group], 0.0)
    total, tested = conditions.total(group), conditions.sum_over_areas(people)
    reason = np.where(tested >= LEAST_TESTED * total, "", "few_speed_tests")
    reason = np.where(total > 0, reason, "no_people")
    if indicator.id == "ookla_below_30mbps":
        return _ratio(conditions.sum_over_areas(np.where(speed < SLOW_MBPS, people, 0.0)), tested, reason)
    value = np.where(reason == "", _weighted_median(speed, people, conditions), np.nan)
    return AreaValues(value, np.where(reason == "", tested, np.nan), np.where(reason == "", total, np.nan), reason)


def _weighted_median(values: Floats, weights: Floats, conditions: Conditions) -> Floats:
    """Per area the value up to which half of the weight lies, (n_areas,); NaN where there is none."""
    wanted = (weights > 0) & (conditions.area_of_place >= 0)
    value, weight, area = values[wanted], weights[wanted], conditions.area_of_place[wanted]
    order = np.lexsort((value, area))
    value, weight, area = value[order], weight[order], area[order]
    found = np.full(conditions.area_count, np.nan)
    bounds = np.searchsorted(area, np.arange(conditions.area_count + 1))
    for at, (start, end) in enumerate(itertools.pairwise(bounds)):
        if end > start:
            running = np.cumsum(weight[start:end])
            found[at] = value[start + np.searchsorted(running, running[-1] / 2)]
    return found


def _ratio(numerator: Floats, denominator: Floats, reason: np.ndarray) -> AreaValues:
    ok = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / denominator
    value, numerator, denominator = (np.where(ok, part, np.nan) for part in (value, numerator, denominator))
    return AreaValues(value, numerator, denominator, reason)
