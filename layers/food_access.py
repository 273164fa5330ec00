"""食料品アクセス困難人口 as 農林水産政策研究所 defines it: 500 m or more from any food shop, and unable to use a car.

The first half ("distance condition only") and the whole are separate families: whether people can use a car is not
published by municipality. The distance is counted in four ways that do not give the same number, so each carries its own
name: place by place (straight or along streets), by the share of each 500 m grid square outside all circles, and by the
probability that follows from counts of shops per square, which is how the published map was made. See
:mod:`layers.food_grid`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.beyond_reach import PEOPLE_CLASSES, SHARE_CLASSES, as_people
from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, from_figures, nothing, share_near, share_weighted
from layers.drawn import PlaceLook
from layers.food_grid import RADIUS_M
from layers.measures import STRAIGHT

# Kinds of shop that the published map counts. Since 2020 drugstores are among them: the series breaks there.
DEFINITIONS: Final[dict[str, tuple[str, ...]]] = {
    "2020": ("supermarket", "department_store", "convenience", "fresh_food", "drugstore"),
    "2015": ("supermarket", "department_store", "convenience", "fresh_food"),
}
PLACES: Final = "places"
GROUPS: Final = ("65_plus", "75_plus", "total")
CAR_GROUPS: Final = ("65_plus", "75_plus")
# Per place, the rate of car use of its municipality (0-1): by what the sum over 65 and over takes, and as published.
YOUNGER: Final = "car_use_65_74"
OLDER_OF_ALL: Final = "car_use_75_of_65_plus"
OLDER: Final = "car_use_75_plus"
UNDIVIDED: Final = "car_use_65_plus"
RATE: Final = "car_use_rate_{group}"  # figure


@dataclass(frozen=True)
class _Way:
    """How the distance condition is counted."""

    id: str
    ja: str
    en: str
    definition_ja: str
    definition_en: str
    formula: str
    where: str  # what its symbols are
    modes: tuple[str, ...]
    limits_ja: str
    limits_en: str


_OF_THE_BUILD: Final = (
    "ワークスペースを作った時点の店舗による値で、「もし店が閉まったら」の試算では変わらない。",
    "It is of the shops at the time of the build and does not follow what-if scenarios.",
)
WAYS: Final = (
    _Way(
        PLACES,
        "地点",
        "places",
        "約100mの地点ごとに、500m以内に店があるかどうかで数える。道のり（徒歩）でも数える。",
        "Each place of about 100 m is far or not; also along streets on foot.",
        "Σ P·1[d > 500 m]",
        "",
        ("straight", "walk"),
        "農林水産政策研究所の方法（メッシュ単位の確率）とは地点の細かさが異なる。",
        "Finer than the published method, which works on grid squares.",
    ),
    _Way(
        "cells",
        "メッシュ面積",
        "grid area",
        "500mメッシュごとに、どの店の半径500mの円にも入らない面積の割合を人口に掛ける（メッシュの中に人が均等に住むとみなす）。",
        "The people of each 500 m square times the share of its area outside all circles of 500 m around shops.",
        "Σ P·p",
        "p = 1 − |c ∩ ∪B(f, 500)| ÷ |c|",
        (STRAIGHT,),
        _OF_THE_BUILD[0],
        _OF_THE_BUILD[1],
    ),
    _Way(
        "counts",
        "メッシュ店舗数の確率",
        "grid counts",
        "農林水産政策研究所に近い方法。自分のメッシュと周囲8メッシュの店舗数だけから、500m以内に店がない確率を求めて人口に掛ける"
        "（人も店もメッシュの中に均等にあるとみなす）。",
        "Close to the published method: the probability of no shop within 500 m from the number of shops in the square and its "
        "eight neighbours, people and shops spread evenly inside each.",
        "Σ P·p",
        "p = 1/|c_i| ∫ Π_j (1 − |B(x, 500) ∩ c_j| ÷ |c_j|)^n_j dx",
        (STRAIGHT,),
        _OF_THE_BUILD[0] + "店が道路沿いに固まる町では、位置による値より小さく出ることがある。",
        _OF_THE_BUILD[1] + " Where shops cluster it differs from the values by position.",
    ),
)
_WAYS: Final = {way.id: way for way in WAYS}
_SINCE: Final = {
    "2020": (
        "生鮮食品店・百貨店・スーパー（総合・食料品）・コンビニ・ドラッグストア（2020年の定義）",
        "fresh-food shops, department stores, supermarkets, convenience stores and drugstores (definition of 2020)",
    ),
    "2015": (
        "生鮮食品店・百貨店・スーパー（総合・食料品）・コンビニ（2015年以前の定義。ドラッグストアを含まず、2020年と比べられない）",
        (
            "fresh-food shops, department stores, supermarkets and convenience stores (definition until 2015, without "
            "drugstores: not comparable with 2020)"
        ),
    ),
}
_RULE: Final = (
    "農林水産政策研究所「食料品アクセス（買い物弱者・買い物難民等）問題ポータルサイト」: 店舗まで500m以上かつ自動車利用困難な65歳以上",
    "Policy Research Institute, MAFF: aged 65 and over, 500 m or more from a shop and without the use of a car",
)
_LIMITS: Final = (
    "店舗の一覧が足りなければ実際より多く出る（「店舗一覧の充足率」を見る）。",
    "Too high where the lists lack shops (see the completeness of the shop lists). ",
)
_CAR_LIMITS: Final = (
    (
        "車の利用率は市区町村別に公表されておらず、利用者が置いた表（car_use.csv）による。市区町村の率がないところは都道府県の率を"
        "あてはめた推計で、どの市区町村かはビルドの注意に出る。利用できる割合は店の近さによらないとみなす。"
    ),
    (
        "Rates of car use are not published by municipality; they come from the table that the user gives (car_use.csv). Where it "
        "has only the prefecture's rate the value is an estimate with it, and the notes of the build name the municipality. "
        "Car use is taken to be the same near shops and far from them."
    ),
)


def place_value(way: str, year: str) -> str:
    """Name of the probability per place that the step writes."""
    return f"food_far_{way}_{year}"


def _formula(first: str, *others: str) -> str:
    return "; ".join(part for part in (first, *others) if part)


def _far(way: _Way, year: str) -> tuple[Indicator, Indicator]:
    shops_ja, shops_en = _SINCE[year]
    share = Indicator(
        id=f"food_far_{way.id}_{year}",
        family="food_far",
        theme="shopping",
        ja=f"食料品店まで500m以上の人の割合・距離条件のみ（{way.ja}・{year}年定義）",
        en=f"People 500 m or more from any food shop, distance condition only ({way.en}, definition of {year})",
        definition_ja=f"{shops_ja}のどれからも500m以上離れて住む人の割合。車を使えるかどうかは問わない。{way.definition_ja}",
        definition_en=f"Share of people 500 m or more from all {shops_en}; whether they can use a car does not matter. "
        f"{way.definition_en}",
        formula=_formula(f"100 × {way.formula} ÷ Σ P", way.where),
        unit="%",
        modes=way.modes,
        classes=SHARE_CLASSES,
        better="low",
        rule_ja=_RULE[0] + "（距離条件のみ）",
        rule_en=_RULE[1] + " (distance condition only)",
        category="food_shop",
        limits_ja=_LIMITS[0] + way.limits_ja,
        limits_en=_LIMITS[1] + way.limits_en,
        needs=("facilities",),
        groups=GROUPS,
        drawn=None if way.id == PLACES else place_value(way.id, year),
    )
    return share, _people_of(share)


def _hard(way: _Way, year: str) -> tuple[Indicator, Indicator]:
    far, _ = _far(way, year)
    share = replace(
        far,
        id=f"food_hard_{way.id}_{year}",
        family="food_hard",
        ja=f"食料品アクセス困難人口の割合・500m以上かつ車なし（{way.ja}・{year}年定義）",
        en=f"People with hard access to food, 500 m or more and without a car ({way.en}, definition of {year})",
        definition_ja=f"{_SINCE[year][0]}のどれからも500m以上離れて住み、自動車を使えない人の割合。{way.definition_ja}",
        definition_en=f"Share of people 500 m or more from all {_SINCE[year][1]} who cannot use a car. {way.definition_en}",
        formula=_formula(f"100 × {way.formula.replace('P·', 'P·(1 − u)·')} ÷ Σ P", way.where, "u(75+), u(65–74)"),
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja=far.limits_ja + _CAR_LIMITS[0],
        limits_en=far.limits_en + " " + _CAR_LIMITS[1],
        needs=("facilities", "car_use"),
        groups=CAR_GROUPS,
        drawn=None,
    )
    return share, _people_of(share)


def _people_of(share: Indicator) -> Indicator:
    head, _, way_and_year = share.id.rpartition(f"{share.family}_")
    return replace(
        share,
        id=f"{head}{share.family}_people_{way_and_year}",
        family=f"{share.family}_people",
        ja=share.ja.replace("人口の割合", "人口").replace("の割合", "の数"),
        en=f"Number of {share.en[0].lower()}{share.en[1:]}",
        definition_ja=share.definition_ja.replace("人の割合", "人の数"),
        definition_en=share.definition_en.replace("Share of people", "Number of people"),
        formula=share.formula.removeprefix("100 × ").replace(" ÷ Σ P", "", 1),
        unit="人",
        classes=PEOPLE_CLASSES,
    )


CAR_USE: Final = Indicator(
    id="car_use_rate",
    family="car_use_rate",
    theme="shopping",
    ja="自動車を使える人の割合（利用者の表）",
    en="People who can use a car (table of the user)",
    definition_ja="自動車を使える人の割合。利用者が置いた表の市区町村の値そのまま。都道府県の値は市区町村の値として示さない。",
    definition_en="Share of people who can use a car, as the user's table gives it for the municipality; a prefecture's rate is "
    "not shown as a municipality's.",
    formula="u",
    unit="%",
    modes=("",),
    classes=(50.0, 65.0, 80.0, 90.0),
    better=None,
    rule_ja="利用者の資料（car_use.csv: code,group,rate,as_of,source）",
    rule_en="The user's own (car_use.csv: code,group,rate,as_of,source)",
    limits_ja="市区町村別には公表されていない。調査の対象と問いにより異なる。",
    limits_en="Not published by municipality; depends on who was asked and how.",
    needs=("car_use",),
    groups=CAR_GROUPS,
)
INDICATORS: Final = (
    *(entry for year in DEFINITIONS for way in WAYS for entry in _far(way, year)),
    *(entry for year in DEFINITIONS for way in WAYS for entry in _hard(way, year)),
    CAR_USE,
)

PLACE_LOOKS: Final = {
    place_value(way.id, year): PlaceLook(
        f"地点ごと：500m以内に店のない割合（{way.ja}・{year}年の定義）",
        f"Each place: share without a shop within 500 m ({way.en}, definition of {year})",
        unit="%",
        limits=SHARE_CLASSES,
        better="low",
        scale=100.0,
    )
    for way in WAYS
    if way.id != PLACES
    for year in DEFINITIONS
}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """People far from food shops per area, or their share; for ``food_hard`` only those without a car."""
    if indicator is CAR_USE or indicator.id == CAR_USE.id:
        other_age = any(RATE.format(group=age) in conditions.figures for age in ("65_74", *CAR_GROUPS))
        return from_figures(
            conditions, RATE.format(group=group), missing="not_published" if other_age else "no_car_use"
        )
    way, year = indicator.id.split("_")[-2:]
    if indicator.family.startswith("food_hard"):
        values = _without_car(conditions, way, year, mode, group)
    else:
        values = _distance_only(conditions, way, year, mode, group)
    return as_people(values) if indicator.unit == "人" else values


def _distance_only(conditions: Conditions, way: str, year: str, mode: str, group: str) -> AreaValues:
    reason = why_missing(conditions, year, mode)
    if way != PLACES:
        name = place_value(way, year)
        if name not in conditions.place_values:
            return nothing(np.where(reason == "", "no_source", reason))
        return share_weighted(conditions, conditions.place_values[name], group, reason)
    kinds = _measured(conditions, year, mode)
    if not kinds:
        return nothing(np.where(reason == "", "no_source", reason))
    return share_near(conditions, dict.fromkeys(kinds, RADIUS_M), mode, group, reason, beyond=True)


def _without_car(conditions: Conditions, way: str, year: str, mode: str, group: str) -> AreaValues:
    """Σ P·p·(1 − u), with the rate u of each place's municipality, in one go for municipalities and regions."""
    reason = why_missing(conditions, year, mode)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    staying = _people_without_car(conditions, group)
    if staying is None:
        return nothing(np.where(reason == "", "no_car_use", reason))
    far = _far_of_places(conditions, way, year, mode)
    if far is None:
        return nothing(np.where(reason == "", "no_source", reason))
    total = conditions.total(group)
    known = np.isfinite(staying)
    if not known.all():
        unknown = conditions.sum_over_areas(np.where(known, 0.0, conditions.people[group]))
        reason = np.where((reason == "") & (unknown > 0), "no_car_use", reason)
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    ok = reason == ""
    count = np.where(ok, conditions.sum_over_areas(np.where(known, staying, 0.0) * far), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * count / total
    return AreaValues(value, count, np.where(ok, total, np.nan), reason)


def _people_without_car(conditions: Conditions, group: str) -> npt.NDArray[np.float64] | None:
    """People of a group without a car at each place, NaN where no rate is known; None without any table."""
    people, rates = conditions.people[group], conditions.place_values
    if group == "65_plus" and "75_plus" in conditions.people and YOUNGER in rates:
        older = np.minimum(conditions.people["75_plus"], people)
        return np.asarray((people - older) * (1.0 - rates[YOUNGER]) + older * (1.0 - rates[OLDER_OF_ALL]))
    name = UNDIVIDED if group == "65_plus" else OLDER
    return np.asarray(people * (1.0 - rates[name])) if name in rates else None


def _far_of_places(conditions: Conditions, way: str, year: str, mode: str) -> npt.NDArray[np.float64] | None:
    """Probability of each place to have no shop within 500 m."""
    if way != PLACES:
        known = conditions.place_values.get(place_value(way, year))
        return None if known is None else np.nan_to_num(np.asarray(known, dtype=np.float64))
    kinds = _measured(conditions, year, mode)
    if not kinds:
        return None
    limit = np.float32(RADIUS_M)
    near = np.logical_or.reduce([np.asarray(conditions.distances[kind, mode]) <= limit for kind in kinds])
    return np.asarray(~near, dtype=np.float64)


def _measured(conditions: Conditions, year: str, mode: str) -> list[str]:
    return [kind for kind in DEFINITIONS[year] if (kind, mode) in conditions.distances]


def why_missing(conditions: Conditions, year: str, mode: str) -> npt.NDArray[np.str_]:
    """Reason per area why no distance to these shops can be told: any kind that a list covers will do."""
    reasons = np.stack([conditions.why_missing(kind, mode) for kind in DEFINITIONS[year]])
    known = (reasons == "").any(axis=0)
    some = (reasons != "no_source").any(axis=0)
    return np.where(
        known, "", np.where(some, reasons[np.argmax(reasons != "no_source", axis=0), range(len(some))], "no_source")
    )
