"""Where the network could stand in for a way that is too far: physical access × fibre × old age.

Everybody falls into one of five classes: a shop (or doctor) near and fibre, near only, fibre only — where online shopping or
telemedicine could help —, neither, and unknown. Fibre is known by place where the user has areas on a map, else by the
published share of the municipality's households: then people count in proportion, spread evenly over the municipality,
since nobody says which houses lack it. The five add up to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator, Preset
from layers.conditions import AreaValues, Conditions, nothing
from layers.drawn import BLUE, DARK_GREY, LIGHT_GREY, ORANGE, SKY, VERMILION, PlaceCategory, PlaceLook
from layers.figures import Floats

MODES: Final = ("straight", "walk")
DIGITAL_SHARE: Final = "digital_share"  # value per place: chance that a household there can use fibre, 0 to 1
# From this published share on, a place without areas on a map is drawn as having fibre (default, editable).
CERTAIN: Final = 0.99


@dataclass(frozen=True)
class Need:
    """What people go for: the category, how far is near, and who says so."""

    id: str
    theme_ja: str
    theme_en: str
    site_ja: str
    site_en: str
    category: str
    metres: int
    remedy_ja: str
    remedy_en: str
    presets: tuple[Preset, ...]


_MAFF: Final = Preset(500, "農林水産政策研究所「食料品アクセス困難人口」", "MAFF, food access map")
_HANDBOOK: Final = Preset(800, "国土交通省「都市構造の評価に関するハンドブック」", "MLIT handbook on urban structure")
_OLD: Final = Preset(500, "同ハンドブックの高齢者徒歩圏", "the same handbook, walking radius of the elderly")
NEEDS: Final = (
    Need("shopping", "買物", "Shopping", "食料品店", "food shop", "food_shop", 500, "ネットでの買物", "online shopping", (_MAFF, _HANDBOOK)),
    Need("medical", "医療", "Medical care", "病院・診療所", "hospital or clinic", "medical", 800, "オンライン診療", "telemedicine", (_HANDBOOK, _OLD)),
)  # fmt: skip
CLASSES: Final[dict[str, tuple[str, str, str]]] = {
    "both": ("{site}が{metres}m以内にあり、光ファイバも使える人", "{site} within {metres} m, and fibre", "P·n·f"),
    "physical_only": (
        "{site}は{metres}m以内にあるが、光ファイバが使えない人",
        "{site} within {metres} m, no fibre",
        "P·n·(1−f)",
    ),
    "digital_only": (
        "{site}は{metres}m以内にないが、光ファイバが使える人",
        "no {site} within {metres} m, but fibre",
        "P·(1−n)·f",
    ),
    "neither": (
        "{site}が{metres}m以内になく、光ファイバも使えない人",
        "neither {site} within {metres} m nor fibre",
        "P·(1−n)·(1−f)",
    ),
    "unknown": (
        "{site}（{metres}m）か光ファイバの有無が分からない人",
        "{site} ({metres} m) or fibre not known",
        "P·1[n ∨ f = ?]",
    ),
}
_OLD_CLASSES: Final = ("digital_only", "neither")
_GROUPS: Final = ("total", "65_plus", "75_plus")
_RULE: Final = (
    "本ツールの区分（距離の基準は既定値・変更可）。距離: {source}。光ファイバ: 提供エリアのポリゴン、なければ公表された市区町村の世帯カバー率",
    ("Classes of this tool (limit: default, editable). Distance: {source}. Fibre: areas on a map, else the published share of the "
    "municipality's households"),
)  # fmt: skip
_LIMITS: Final = (
    "光ファイバが使えても、契約・機器・使い方・配達や診療の有無は分からない。市区町村の率しかない所では、光ファイバが均等に行き渡るとみて人数を按分する。",
    (
        "Fibre says nothing of contracts, devices, skills, or of whether anybody delivers or treats online. Where only the share of "
        "the municipality is known, fibre is taken as spread evenly and people count in proportion."
    ),
)


def _class_indicator(need: Need, name: str) -> Indicator:
    ja, en, formula = CLASSES[name]
    ja = ja.format(site=need.site_ja, metres=f"{need.metres:,}")
    en = en.format(site=need.site_en, metres=f"{need.metres:,}")
    could = (
        (f"{need.remedy_ja}で補える可能性がある。", f" {need.remedy_en.capitalize()} could help.")
        if name == "digital_only"
        else ("", "")
    )
    return Indicator(
        id=f"substitution_{need.id}_{name}",
        family=f"substitution_{need.id}_{name}",
        theme="digital",
        ja=f"{need.theme_ja}の代替：{ja}",
        en=f"{need.theme_en}, substitution: {en}",
        definition_ja=f"{ja}の割合。{could[0]}5つの区分（どちらもある・近いだけ・光だけ・どちらもない・不明）の合計は100%。",
        definition_en=f"Share of people with {en}.{could[1]} The five classes add up to 100 %.",
        formula=f"100 × Σ {formula} ÷ Σ P  (n = 1[d ≤ {need.metres:,} m], f: 0 … 1)",
        unit="%",
        modes=MODES,
        classes=(1.0, 5.0, 20.0, 50.0),
        better={"both": "high", "neither": "low"}.get(name),  # type: ignore[arg-type]
        rule_ja=_RULE[0].format(source=need.presets[0].ja),
        rule_en=_RULE[1].format(source=need.presets[0].en),
        threshold_m=need.metres,
        category=need.category,
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=("digital", "facilities"),
        groups=_GROUPS,
        presets=need.presets,
        drawn=f"substitution_{need.id}",
    )


def _old_indicator(need: Need, name: str) -> Indicator:
    base = _class_indicator(need, name)
    ja, en, formula = CLASSES[name]
    ja = ja.format(site=need.site_ja, metres=f"{need.metres:,}")
    en = en.format(site=need.site_en, metres=f"{need.metres:,}")
    return Indicator(
        id=f"substitution_{need.id}_{name}_75_plus",
        family=f"substitution_{need.id}_{name}_75_plus",
        theme="digital",
        ja=f"{need.theme_ja}の代替：{ja}に占める75歳以上",
        en=f"{need.theme_en}, substitution: aged 75 and over among people with {en}",
        definition_ja=f"{ja}のうち75歳以上の割合。高いほど、機器の手助けや移動販売・往診などが要る。",
        definition_en=f"Share of people aged 75 and over among those with {en}: where it is high, help with devices, mobile shops or home visits matter more.",
        formula=f"100 × Σ {formula.replace('P', 'P₇₅')} ÷ Σ {formula}",
        unit="%",
        modes=MODES,
        classes=(10.0, 15.0, 20.0, 30.0),
        better=None,
        rule_ja=base.rule_ja,
        rule_en=base.rule_en,
        threshold_m=need.metres,
        category=need.category,
        limits_ja=base.limits_ja,
        limits_en=base.limits_en,
        needs=base.needs,
        groups=("75_plus",),
        presets=need.presets,
        drawn=base.drawn,
    )


INDICATORS: Final = tuple(
    indicator
    for need in NEEDS
    for indicator in (
        *(_class_indicator(need, name) for name in CLASSES),
        *(_old_indicator(need, name) for name in _OLD_CLASSES),
    )
)


def _look(need: Need) -> PlaceLook:
    site_ja, site_en = need.site_ja, need.site_en
    return PlaceLook(
        f"地点ごと：{need.theme_ja}の代替（{need.metres:,}m）",
        f"Each place: {need.theme_en.lower()}, substitution ({need.metres:,} m)",
        (
            PlaceCategory(0, f"{site_ja}が近く、光もある", f"{site_en} near, and fibre", BLUE),
            PlaceCategory(1, f"{site_ja}は近いが、光がない", f"{site_en} near, no fibre", SKY),
            PlaceCategory(
                2,
                f"{site_ja}は遠いが、光がある（{need.remedy_ja}）",
                f"{site_en} far, but fibre ({need.remedy_en})",
                ORANGE,
            ),
            PlaceCategory(3, f"{site_ja}は遠く、光もない", f"{site_en} far, no fibre", VERMILION),
            PlaceCategory(4, f"{site_ja}は近い（光は不明）", f"{site_en} near, fibre not known", LIGHT_GREY),
            PlaceCategory(5, f"{site_ja}は遠い（光は不明）", f"{site_en} far, fibre not known", DARK_GREY),
        ),
    )


PLACE_LOOKS: Final = {f"substitution_{need.id}": _look(need) for need in NEEDS}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Share of a group's people in a class; for the indicators of old age, the share of the group within the class."""
    category = indicator.category
    assert category is not None
    assert indicator.threshold_m is not None
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    reason = conditions.why_missing(category, mode)
    distance = conditions.distances.get((category, mode))
    if distance is None:
        reason = np.where(reason == "", "no_source", reason)
    name = _class_of(indicator)
    near = (
        np.zeros(len(conditions.area_of_place), bool)
        if distance is None
        else np.asarray(distance) <= indicator.threshold_m
    )
    share = np.asarray(conditions.place_values.get(DIGITAL_SHARE, np.full(len(near), np.nan)), dtype=np.float64)
    total = conditions.total(group)
    counted = conditions.sum_over_areas(conditions.people[group] * class_share(name, near, share))
    known = conditions.sum_over_areas(np.where(np.isfinite(share), conditions.people[group], 0.0))
    if name == "unknown":  # an answer even where nothing else is one: nobody's class is known
        counted = np.where(reason == "", total - known, total)
        reason = np.where(total > 0, "", "no_people")
        return _share(counted, total, reason)
    reason = np.where(reason == "", np.where(known > 0, "", "no_digital_access"), reason)
    reason = np.where(total > 0, reason, "no_people")
    if indicator.id.endswith("_75_plus") or indicator.family.endswith("_75_plus"):
        everybody = conditions.sum_over_areas(conditions.people["total"] * class_share(name, near, share))
        return _share(counted, everybody, np.where((reason == "") & (everybody <= 0), "nobody_in_class", reason))
    return _share(counted, total, reason)


def class_share(name: str, near: npt.NDArray[np.bool_], digital: Floats) -> Floats:
    """Chance that somebody at each place is in a class, (n_places,): 0 to 1; 0 where `digital` is not known (NaN)."""
    share = np.nan_to_num(digital)
    known = np.isfinite(digital)
    if name == "unknown":
        return np.where(known, 0.0, 1.0)
    is_near = name in {"both", "physical_only"}
    chance = share if name in {"both", "digital_only"} else np.where(known, 1.0 - share, 0.0)
    return np.where(near == is_near, chance, 0.0)


def place_class(near: npt.NDArray[np.bool_], digital: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Number of the category that each place is drawn in (:data:`PLACE_LOOKS`), (n_places,).

    A share of the municipality (strictly between 0 and 1) puts a place into a class with fibre from :data:`CERTAIN` on;
    below that nobody knows which places lack it, and the place is drawn as not known.
    """
    has = digital >= CERTAIN
    lacks = digital == 0
    column = np.where(has, 0, np.where(lacks, 1, 4))
    return np.where(column == 4, np.where(near, 4, 5), column + np.where(near, 0, 2)).astype(np.float32)


def _class_of(indicator: Indicator) -> str:
    rest = (indicator.base or indicator.id).removeprefix("substitution_").removesuffix("_75_plus")
    return rest.split("_", 1)[1]


def _share(numerator: Floats, denominator: Floats, reason: npt.NDArray[np.str_]) -> AreaValues:
    ok = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / denominator
    value, numerator, denominator = (np.where(ok, part, np.nan) for part in (value, numerator, denominator))
    return AreaValues(value, numerator, denominator, reason)
