"""People to come: the projection by grid square (国土数値情報, the method of 国立社会保障・人口問題研究所), summed over places.

The build spreads each square over the places in it (:mod:`geodata.future_places`); everything here is a sum over places, so that a
region is the sum of its members. Changes are measured within the projection, from its own base year: it is not scaled to the census.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator, Preset
from layers.conditions import AreaValues, Conditions, from_figures, nothing
from layers.drawn import PlaceLook

YEARS: Final = tuple(range(2025, 2071, 5))
MILESTONES: Final = (2030, 2040, 2050, 2070)
GROUPS: Final = ("total", "0_14", "15_64", "65_plus", "75_plus")
NO_SOURCE: Final = "将来推計人口の資料がない / no projection of population has been read"
NO_YEAR: Final = "この資料にはこの年がない / the projection does not have this year"
NO_AGES: Final = "この年齢区分の将来推計がない（男女別は CSV 版にだけある） / the projection has no such group (sexes are in its CSV only)"
NOT_COVERED: Final = "この市区町村の将来推計人口がない / the projection does not cover this municipality"
EMPTY: Final = "推計人口が0人 / nobody is projected to live here"
_RULE_JA: Final = "国土数値情報 メッシュ別将来推計人口（国立社会保障・人口問題研究所の地域別将来推計人口の仮定による）"
_RULE_EN: Final = (
    "National Land Numerical Information, projected population by grid square (assumptions of the National Institute of "
    "Population and Social Security Research)"
)
_LIMITS_JA: Final = (
    "過去の傾向が続くとした推計であり、予測や目標ではない。メッシュの中での増減の違いは分からない。"
    "2055年以降は2050年までの仮定を延ばした参考値。"
)
_LIMITS_EN: Final = (
    "A projection of past trends, no forecast and no target; it says nothing of differences inside a square. "
    "From 2055 on the assumptions of 2050 are carried on."
)
_NEEDS: Final = ("future_population",)


def _people(year: int) -> Indicator:
    return Indicator(
        id=f"population_{year}",
        family="population_future",
        theme="future",
        ja=f"将来推計人口（{year}年）",
        en=f"Projected people ({year})",
        definition_ja=f"{year}年の推計人口。メッシュの推計人口を地点に割り当て、市区町村ごとに合計したもの。",
        definition_en=f"Projected people of {year}: grid squares spread over places and added up per municipality.",
        formula=f"Σ P({year})",
        unit="人",
        modes=("",),
        classes=(5_000.0, 20_000.0, 50_000.0, 200_000.0),
        better=None,
        rule_ja=_RULE_JA,
        rule_en=_RULE_EN,
        limits_ja=_LIMITS_JA,
        limits_en=_LIMITS_EN,
        needs=_NEEDS,
        groups=GROUPS,
        drawn=f"people_{year}_total",
    )


def _change(year: int) -> Indicator:
    return Indicator(
        id=f"population_change_{year}",
        family="population_change_future",
        theme="future",
        ja=f"基準年からの将来の人口増減率（{year}年）",
        en=f"Projected change of people since the base year ({year})",
        definition_ja=f"推計の基準年（令和6年版では2020年）から{year}年までの人口の増減率。",
        definition_en=f"Change from the base year of the projection (2020 in the edition of 2024) to {year}.",
        formula=f"100 × (Σ P({year}) ÷ Σ P(t₀) − 1)",
        unit="%",
        modes=("",),
        classes=(-50.0, -30.0, -15.0, 0.0),
        better=None,
        rule_ja=_RULE_JA,
        rule_en=_RULE_EN,
        limits_ja=_LIMITS_JA,
        limits_en=_LIMITS_EN,
        needs=_NEEDS,
        groups=("total",),
        drawn="people_change_2050" if year == 2050 else None,
    )


def _ageing(year: int, age: int) -> Indicator:
    stem = "ageing" if age == 65 else f"ageing_{age}"
    return Indicator(
        id=f"{stem}_{year}",
        family=f"{stem}_future",
        theme="future",
        ja=f"将来の{age}歳以上の割合（{year}年）",
        en=f"Projected share of people aged {age} and over ({year})",
        definition_ja=f"{year}年の推計人口に占める{age}歳以上の割合。",
        definition_en=f"People aged {age} and over as a share of all projected people of {year}.",
        formula=f"100 × Σ P{age}+({year}) ÷ Σ P({year})",
        unit="%",
        modes=("",),
        classes=(20.0, 30.0, 40.0, 50.0) if age == 65 else (10.0, 20.0, 30.0, 40.0),
        better=None,
        rule_ja=_RULE_JA,
        rule_en=_RULE_EN,
        limits_ja=_LIMITS_JA + "人の少ないメッシュの年齢は秘匿されており、合算先から人口の比で戻したもの。",
        limits_en=_LIMITS_EN + " Ages of squares with few people are suppressed and dealt out again from their group.",
        needs=_NEEDS,
        groups=("total",),
        presets=(Preset(50.0, "限界集落の目安（大野晃 1991）", "rule of thumb for marginal hamlets (Ōno 1991)"),)
        if age == 65
        else (),
    )


def _women(year: int) -> Indicator:
    return Indicator(
        id=f"women_20_39_{year}",
        family="women_20_39_future",
        theme="future",
        ja=f"将来の20〜39歳の女性（{year}年）",
        en=f"Projected women aged 20-39 ({year})",
        definition_ja=f"{year}年の20〜39歳の女性の推計人口。男女別のある CSV 版の資料があるときだけ値がある。",
        definition_en=f"Projected women aged 20-39 of {year}; only where the CSV edition, which has sexes, is at hand.",
        formula=f"Σ F20–39({year})",
        unit="人",
        modes=("",),
        classes=(100.0, 500.0, 2_000.0, 10_000.0),
        better=None,
        rule_ja=_RULE_JA,
        rule_en=_RULE_EN,
        limits_ja=_LIMITS_JA,
        limits_en=_LIMITS_EN,
        needs=_NEEDS,
        groups=("total",),
        drawn=f"people_{year}_women_20_39",
    )


_HALVED: Final = Indicator(
    id="people_in_halving_places_2050",
    family="people_in_halving_places",
    theme="future",
    ja="人口が半分以下になる場所に住む人の割合（2050年まで）",
    en="People living where half of the people or more are lost by 2050",
    definition_ja="推計の基準年の人口のうち、2050年までに人口が半分以下になる場所（メッシュ）に住む人の割合。",
    definition_en="Share of the people of the base year who live in squares that lose half of their people or more by 2050.",
    formula="100 × Σ P(t₀)·1[P(2050) ≤ P(t₀) ÷ 2] ÷ Σ P(t₀)",
    unit="%",
    modes=("",),
    classes=(5.0, 20.0, 50.0, 80.0),
    better="low",
    rule_ja=_RULE_JA + "。半減の基準は「国土のグランドデザイン2050」の区分（既定値）",
    rule_en=_RULE_EN + "; one half is a class of the Grand Design of National Spatial Development 2050 (default)",
    limits_ja=_LIMITS_JA,
    limits_en=_LIMITS_EN,
    needs=_NEEDS,
    groups=("total",),
    drawn="people_change_2050",
)


def _squares(kind: str, year: int) -> Indicator:
    ja, en, limit = {
        "below_10": ("10人未満になる", "falling below 10 people", "10"),
        "empty": ("無居住になる", "becoming empty", "1"),
    }[kind]
    return Indicator(
        id=f"squares_{kind}_{year}",
        family=f"squares_{kind}",
        theme="future",
        ja=f"今人が住む1kmメッシュのうち{ja}割合（{year}年）",
        en=f"Inhabited 1 km squares {en} ({year})",
        definition_ja=f"推計の基準年に1人以上が住む1kmメッシュ（3次メッシュ）のうち、{year}年の推計人口が{limit}人未満のものの割合。"
        "境界にまたがるメッシュは人の多い市区町村に数える。",
        definition_en=f"Of the 1 km squares with at least one person in the base year, those with fewer than {limit} in {year}. "
        "A square on a border counts where most of its people live.",
        formula=f"100 × #{{1km: P(t₀) ≥ 1 ∧ P({year}) < {limit}}} ÷ #{{1km: P(t₀) ≥ 1}}",
        unit="%",
        modes=("",),
        classes=(5.0, 10.0, 20.0, 40.0),
        better="low",
        rule_ja="国土のグランドデザイン2050 の無居住化の見方（1kmメッシュ）。10人は国勢調査メッシュの秘匿の基準（既定値）",
        rule_en="Grand Design of National Spatial Development 2050 (1 km squares); 10 people: suppression rule of grids (default)",
        limits_ja=_LIMITS_JA + "推計の方法では人の少ない1kmメッシュを無居住とみなすため、消える年を示すものではない。",
        limits_en=_LIMITS_EN + " The method itself sets thin squares to nobody, so this is no date of disappearance.",
        needs=_NEEDS,
        groups=("total",),
    )


_FEW_PEOPLE: Final = (1.0, 5.0, 20.0, 50.0)  # at a place of about 100 m

INDICATORS: Final = (
    *(_people(year) for year in YEARS),
    *(_change(year) for year in MILESTONES),
    *(_ageing(year, age) for age in (65, 75) for year in MILESTONES),
    *(_women(year) for year in MILESTONES),
    _HALVED,
    *(_squares(kind, year) for kind in ("below_10", "empty") for year in (2050, 2070)),
)

_HERE_JA: Final = "地点ごと："
PLACE_LOOKS: Final = {
    **{
        f"people_{year}_total": PlaceLook(
            f"{_HERE_JA}将来推計人口（{year}年）",
            f"Each place: projected people ({year})",
            unit="人",
            limits=_FEW_PEOPLE,
        )
        for year in YEARS
    },
    **{
        f"people_{year}_women_20_39": PlaceLook(
            f"{_HERE_JA}将来の20〜39歳の女性（{year}年）",
            f"Each place: projected women aged 20-39 ({year})",
            unit="人",
            limits=(0.5, 1.0, 2.0, 5.0),
        )
        for year in MILESTONES
    },
    "people_change_2050": PlaceLook(
        f"{_HERE_JA}基準年からの人口増減率（2050年）",
        "Each place: projected change of people since the base year (2050)",
        unit="%",
        limits=(-75.0, -50.0, -30.0, 0.0),
        better="high",
    ),
}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Projected people, changes and shares per area."""
    del mode
    if indicator.family.startswith("squares_"):
        return from_figures(conditions, indicator.id, missing=NO_SOURCE)
    year = int(indicator.id.rsplit("_", 1)[1])
    base = base_year(conditions)
    if base is None:
        return _no(conditions, NO_SOURCE)
    wanted = {
        "population_future": (group,),
        "population_change_future": ("total",),
        "ageing_future": ("65_plus", "total"),
        "ageing_75_future": ("75_plus", "total"),
        "women_20_39_future": ("women_20_39",),
        "people_in_halving_places": ("total",),
    }[indicator.family]
    if f"people_{year}_total" not in conditions.place_values:
        return _no(conditions, NO_YEAR)
    if any(f"people_{year}_{each}" not in conditions.place_values for each in wanted):
        return _no(conditions, NO_AGES)
    later = _total(conditions, year, wanted[0])
    if len(wanted) == 2:
        return _ratio(later, _total(conditions, year, wanted[1]))
    if indicator.family == "population_change_future":
        values = _ratio(later, _total(conditions, base, "total"))
        return AreaValues(values.value - 100.0, values.numerator, values.denominator, values.reason)
    if indicator.family == "people_in_halving_places":
        return _ratio(_halving(conditions, base, year), _total(conditions, base, "total"))
    reason = np.where(np.isnan(later), NOT_COVERED, "")
    return AreaValues(later, later.copy(), np.full(conditions.area_count, np.nan), reason)


def base_year(conditions: Conditions) -> int | None:
    """Year that the projection starts from: the first that it has; None without a projection."""
    years = [
        int(match.group(1))
        for name in conditions.place_values
        if (match := re.fullmatch(r"people_(\d{4})_total", name))
    ]
    return min(years, default=None)


def _total(conditions: Conditions, year: int, group: str) -> npt.NDArray[np.float64]:
    """People of a year per area; NaN where the projection leaves any of its inhabited places out."""
    return _sum(conditions, np.asarray(conditions.place_values[f"people_{year}_{group}"], dtype=np.float64))


def _halving(conditions: Conditions, base: int, year: int) -> npt.NDArray[np.float64]:
    start, later = (
        np.asarray(conditions.place_values[f"people_{each}_total"], dtype=np.float64) for each in (base, year)
    )
    # Single precision: a square that loses exactly half must not be decided by its last digit.
    return _sum(conditions, np.where(np.isnan(start), np.nan, np.where(later <= 0.5 * start * (1 + 1e-6), start, 0.0)))


def _sum(conditions: Conditions, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    unknown = conditions.sum_over_areas(np.isnan(values).astype(np.float64))
    return np.where(unknown > 0, np.nan, conditions.sum_over_areas(np.nan_to_num(values)))


def _ratio(part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]) -> AreaValues:
    known = np.isfinite(part) & np.isfinite(whole)
    reason = np.where(~known, NOT_COVERED, np.where(whole <= 0, EMPTY, ""))
    ok = reason == ""
    value = np.full(len(part), np.nan)
    np.divide(100.0 * part, whole, out=value, where=ok)
    return AreaValues(value, np.where(ok, part, np.nan), np.where(ok, whole, np.nan), reason)


def _no(conditions: Conditions, reason: str) -> AreaValues:
    return nothing(np.full(conditions.area_count, reason))
