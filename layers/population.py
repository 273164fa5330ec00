"""People now: numbers, ages and how closely they live, from the places that the build spread the published cells over."""

from __future__ import annotations

from typing import Final

import numpy as np

from layers.catalogue import Indicator, Preset
from layers.conditions import AreaValues, Conditions, nothing
from layers.drawn import PlaceLook

_WOMEN: Final = "moves_living_women_20_39_all"  # figures of the step "flows": people of a table by sex and age
_EVERYBODY: Final = "moves_living_all_all"
_CENSUS: Final = ("国勢調査", "Population census")
_AGES_JA: Final = "年齢不詳は分母（総人口）にだけ含まれる。秘匿されたメッシュの年齢は合算先から人口の比で戻したもの。"
_AGES_EN: Final = "People of unknown age are in the denominator only; ages of suppressed grid squares are dealt out again from their group."


def _share(
    identity: str,
    group: str,
    ja: str,
    en: str,
    classes: tuple[float, ...],
    *,
    presets: tuple[Preset, ...] = (),
    note: tuple[str, str] = ("", ""),
) -> Indicator:
    return Indicator(
        id=identity,
        family=identity,
        theme="population",
        ja=ja,
        en=en,
        definition_ja=f"総人口に占める{ja.removesuffix('の割合').removeprefix('高齢化率：')}の割合。",
        definition_en=f"{en}, of all people.",
        formula=f"100 × Σ P[{group}] ÷ Σ P",
        unit="%",
        modes=("",),
        classes=classes,
        better=None,
        rule_ja=_CENSUS[0],
        rule_en=_CENSUS[1],
        limits_ja=_AGES_JA + note[0],
        limits_en=_AGES_EN + note[1],
        groups=("total",),
        presets=presets,
    )


_SHARES: Final = {"ageing_65": "65_plus", "ageing_75": "75_plus", "ageing_85": "85_plus", "children_0_14": "0_14"} | {
    "women_20_39_share": "women_20_39"
}
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
        limits_ja="メッシュの人口を割り当てたため、境界上のメッシュでは公表値と数人から数百人違うことがある。",
        limits_en="Squares on a border are divided by where their streets are: some people may be on the other side.",
        presets=(
            Preset(200_000.0, "中核市の要件", "required of a core city (中核市)"),
            Preset(50_000.0, "定住自立圏の中心市（おおむね）", "centre of a settlement region (定住自立圏), about"),
        ),
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
        limits_ja="山林や湖も面積に入るため、人がどれほど集まって住むかは分からない（人の住む土地の人口密度を参照）。",
        limits_en="Forests and lakes count as area: see the density of inhabited land for how closely people live.",
        presets=(Preset(4_000.0, "人口集中地区（DID）の基準", "limit of a densely inhabited district (DID)"),),
    ),
    Indicator(
        id="density_inhabited",
        family="density_inhabited",
        theme="population",
        ja="人の住む土地の人口密度",
        en="Density of the inhabited land",
        definition_ja="人口を、人の住む地点がある125mメッシュの面積の合計で割ったもの。",
        definition_en="People divided by the area of the 125 m squares that hold an inhabited place.",
        formula="Σ P ÷ Σ A(125 m: P > 0)",
        unit="人/ha",
        modes=("",),
        classes=(
            10.0,
            20.0,
            40.0,
            60.0,
        ),  # 40/ha: DID and the planning standard of 市街化区域; 60/ha: existing 市街化区域
        better=None,
        rule_ja="本ツールの定義。40人/ha は人口集中地区・都市計画法施行規則の既成市街地の基準",
        rule_en="This tool's definition; 40 per ha is the limit of densely inhabited districts",
        limits_ja="地点は道路の密さから割り当てたもので、建物ではない。可住地面積（総務省）とは異なる。",
        limits_en="Places are told from streets, not from buildings; not the habitable area (可住地面積) of the statistics.",
        presets=(Preset(40.0, "人口集中地区（DID）の基準", "limit of a densely inhabited district (DID)"),),
        drawn="density_1km",
    ),
    Indicator(
        id="density_lived",
        family="density_lived",
        theme="population",
        ja="人口加重人口密度",
        en="Population-weighted density",
        definition_ja="住んでいる場所の1kmメッシュ（3次メッシュ）の人口密度を、人口で重み付けて平均したもの。",
        definition_en="Density of the 1 km square where each person lives, averaged over people.",
        formula="Σ P·ρ ÷ Σ P (ρ = P(1 km) ÷ A(1 km))",
        unit="人/km²",
        modes=("",),
        classes=(500.0, 1_000.0, 2_000.0, 4_000.0),
        better=None,
        rule_ja="人口加重人口密度（内閣府「地域の経済」などで用いられる指標）",
        rule_en="Population-weighted density",
        limits_ja="対象地域の外に住む人は数えないため、対象地域の縁ではやや低く出る。",
        limits_en="People outside the study area do not count, so it is a little low along its edge.",
        drawn="density_1km",
    ),
    _share(
        "ageing_65",
        "65+",
        "高齢化率：65歳以上の割合",
        "People aged 65 and over",
        (20.0, 30.0, 40.0, 50.0),
        presets=(
            Preset(50.0, "限界集落の目安（大野晃 1991）", "rule of thumb for marginal hamlets (Ōno 1991)"),
            Preset(21.0, "超高齢社会の目安", "so-called super-aged society"),
        ),
    ),
    _share("ageing_75", "75+", "75歳以上の割合", "People aged 75 and over", (10.0, 15.0, 20.0, 30.0)),
    _share("ageing_85", "85+", "85歳以上の割合", "People aged 85 and over", (4.0, 6.0, 8.0, 12.0)),
    _share("children_0_14", "0-14", "0〜14歳の割合", "Children aged 0-14", (6.0, 9.0, 11.0, 13.0)),
    Indicator(
        id="women_20_39",
        family="women_20_39",
        theme="population",
        ja="20〜39歳の女性",
        en="Women aged 20-39",
        definition_ja="20〜39歳の女性の人数。",
        definition_en="Number of women aged 20-39.",
        formula="Σ F20–39",
        unit="人",
        modes=("",),
        classes=(100.0, 500.0, 2_000.0, 10_000.0),
        better=None,
        rule_ja="人口戦略会議「地方自治体持続可能性分析レポート」(2024) が注目する年齢",
        rule_en="The ages that the report on the sustainability of municipalities (人口戦略会議, 2024) looks at",
        limits_ja="人数だけでは、その地域で子を持つ人の数は分からない。" + _AGES_JA,
        limits_en="The number says nothing of how many will have children. " + _AGES_EN,
        groups=("total",),
    ),
    _share("women_20_39_share", "F20-39", "20〜39歳の女性の割合", "Women aged 20-39", (6.0, 8.0, 10.0, 12.0)),
)

PLACE_LOOKS: Final = {
    "density_1km": PlaceLook(
        "地点ごと：1kmメッシュの人口密度",
        "Each place: density of its 1 km square",
        unit="人/km²",
        limits=(500.0, 1_000.0, 2_000.0, 4_000.0),
    ),
}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """People of a group, their density or their share, per area."""
    del mode
    counted = {**_SHARES, "women_20_39": "women_20_39"}.get(indicator.id, group)
    if counted == "women_20_39" and counted not in conditions.people and _WOMEN in conditions.figures:
        return _women_of_a_table(indicator, conditions)
    if counted not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    total = conditions.total(counted)
    if indicator.id in {"population", "women_20_39"}:
        none = np.full(conditions.area_count, np.nan)
        return AreaValues(total, total, none, np.full(conditions.area_count, "", dtype="U20"))
    if indicator.id in _SHARES:
        return _ratio(100.0 * total, conditions.total("total"), total)
    if indicator.id == "population_density":
        no_reason = np.full(conditions.area_count, "", dtype="U20")
        return AreaValues(total / conditions.area_km2, total, conditions.area_km2, no_reason)
    name = {"density_inhabited": "inhabited_km2", "density_lived": "density_1km"}[indicator.id]
    if name not in conditions.place_values:
        return nothing(np.full(conditions.area_count, "no_source"))
    known = np.asarray(conditions.place_values[name], dtype=np.float64)
    if indicator.id == "density_inhabited":
        hectares = 100.0 * conditions.sum_over_areas(known)
        return _ratio(total, hectares, total)
    return _ratio(conditions.sum_over_areas(known * conditions.people[counted]), total, total)


def _women_of_a_table(indicator: Indicator, conditions: Conditions) -> AreaValues:
    """Women aged 20-39 out of a table by sex and age: grids have no such column."""
    women = conditions.figures[_WOMEN]
    everybody = conditions.figures.get(_EVERYBODY)
    if indicator.id == "women_20_39":
        return AreaValues(women.value, women.value.copy(), np.full(conditions.area_count, np.nan), women.reason)
    if everybody is None:
        return nothing(np.full(conditions.area_count, "no_group"))
    reason = np.where(women.reason == "", everybody.reason, women.reason)
    reason = np.where((reason == "") & ~(everybody.value > 0), "no_people", reason)
    ok = reason == ""
    value = np.full(conditions.area_count, np.nan)
    np.divide(100.0 * women.value, everybody.value, out=value, where=ok)
    return AreaValues(value, np.where(ok, women.value, np.nan), np.where(ok, everybody.value, np.nan), reason)


def _ratio(
    part: np.typing.NDArray[np.float64], whole: np.typing.NDArray[np.float64], people: np.typing.NDArray[np.float64]
) -> AreaValues:
    """Part by whole where anybody lives; `people` is the numerator that is shown."""
    reason = np.where(whole > 0, "", "no_people")
    value = np.full(len(part), np.nan)
    np.divide(part, whole, out=value, where=whole > 0)
    return AreaValues(value, np.where(whole > 0, people, np.nan), np.where(whole > 0, whole, np.nan), reason)
