"""Moves in and out by sex and age, moves between here and the Tokyo area, and commuting: who comes, who goes, who stays by day.

Net migration rate: (in − out) ÷ people of the group, per 1,000. Everything is a sum of persons over municipalities until the last
division, so that a region pools; moves between its members cancel in the balance, while they stay in the moves in and out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, from_figures, nothing

Floats = npt.NDArray[np.float64]

FEWEST: Final = 10.0  # movers: with fewer, one family decides over a rate
TOO_FEW: Final = "移動者が10人未満のため率を出さない / fewer than 10 movers: too few for a rate"
NO_MOVES: Final = "人口移動の資料がない / no table of migration has been read"
NO_BAND: Final = "この性別・年齢の移動者数が資料にない / the tables of migration do not have this sex and age"
NO_PEOPLE: Final = "この性別・年齢の人口の資料がない / no table has the people of this sex and age"
NO_LOSS: Final = "15〜29歳に転出超過がない / no net loss of people aged 15-29"
NO_OFFICIAL: Final = "公表値の資料がない / no table of published values has been read"
NO_FLOWS: Final = "通勤・通学の資料がない / no table of commuting has been read"


@dataclass(frozen=True)
class _Group:
    ja: str
    en: str


_GROUPS: Final = {
    "all": _Group("全年齢", "all ages"),
    "15_29": _Group("15〜29歳", "aged 15-29"),
    "men_15_29": _Group("男性15〜29歳", "men aged 15-29"),
    "women_15_29": _Group("女性15〜29歳", "women aged 15-29"),
    "men_20_24": _Group("男性20〜24歳", "men aged 20-24"),
    "women_20_24": _Group("女性20〜24歳", "women aged 20-24"),
    "women_20_39": _Group("女性20〜39歳", "women aged 20-39"),
}
_TOKYO_GROUPS: Final = ("all", "15_29", "men_15_29", "women_15_29")
_SOURCE: Final = ("総務省 住民基本台帳人口移動報告", "Report on internal migration from the resident registers (MIC)")
_CENSUS: Final = ("国勢調査 従業地・通学地集計", "Population census, places of work and schooling")
_LIMITS_JA: Final = (
    "届け出による1年の移動で、進学・就職で住民票を移さない人は含まれない。国外との移動は含まない。"
    "人数の少ない町村では年による振れが大きい。"
)
_LIMITS_EN: Final = (
    "Registered moves of one year: students who keep their registration at home are missing, moves abroad are not included. "
    "Small municipalities vary much from year to year."
)
_TOKYO_JA: Final = "東京圏は埼玉県・千葉県・東京都・神奈川県。"
_TOKYO_EN: Final = "The Tokyo area is Saitama, Chiba, Tokyo and Kanagawa. "
_NEEDS: Final = ("migration",)


def _net(group: str) -> Indicator:
    who = _GROUPS[group]
    return Indicator(
        id=f"net_migration_{group}",
        family="net_migration",
        theme="migration",
        ja=f"転入超過数（{who.ja}）",
        en=f"Net migration ({who.en})",
        definition_ja="1年間の転入者数から転出者数を引いたもの。負は転出超過。",
        definition_en="People who moved in during a year minus those who moved out; negative where more left.",
        formula="M_in − M_out",
        unit="人",
        modes=("",),
        classes=(-200.0, -50.0, 0.0, 50.0),
        better=None,
        rule_ja=_SOURCE[0],
        rule_en=_SOURCE[1],
        limits_ja=_LIMITS_JA,
        limits_en=_LIMITS_EN,
        needs=_NEEDS,
        groups=("total",),
        kpi=(8,),
    )


def _rate(group: str) -> Indicator:
    who = _GROUPS[group]
    return Indicator(
        id=f"net_migration_rate_{group}",
        family="net_migration_rate",
        theme="migration",
        ja=f"転入超過率（人口千人当たり）（{who.ja}）",
        en=f"Net migration per 1,000 people ({who.en})",
        definition_ja="転入者数から転出者数を引き、同じ性別・年齢の人口で割ったもの（千人当たり）。",
        definition_en="People who moved in minus those who moved out, per 1,000 people of the same sex and age.",
        formula="1000 × (M_in − M_out) ÷ P",
        unit="人/千人",
        modes=("",),
        classes=(-40.0, -20.0, 0.0, 20.0),
        better=None,
        rule_ja=_SOURCE[0] + "。移動者（転入＋転出）が10人未満の率は出さない（既定値）",
        rule_en=_SOURCE[1] + "; no rate where fewer than 10 people moved in or out (default)",
        limits_ja=_LIMITS_JA + "分母は年央ではなく、資料のある時点の人口。",
        limits_en=_LIMITS_EN + " The denominator is the population at hand, not that of mid-year.",
        needs=_NEEDS,
        groups=("total",),
        kpi=(8,),
    )


def _tokyo(kind: str, group: str) -> Indicator:
    ja, en, formula = {
        "to": ("東京圏への転出者数", "Moves to the Tokyo area", "M_out(Tokyo)"),
        "from": ("東京圏からの転入者数", "Moves from the Tokyo area", "M_in(Tokyo)"),
        "net": ("東京圏との転入超過数", "Net migration with the Tokyo area", "M_in(Tokyo) − M_out(Tokyo)"),
    }[kind]
    who = _GROUPS[group]
    return Indicator(
        id=f"tokyo_{kind}_{group}",
        family=f"tokyo_{kind}",
        theme="migration",
        ja=f"{ja}（{who.ja}）",
        en=f"{en} ({who.en})",
        definition_ja=f"1年間の{ja}。{_TOKYO_JA}",
        definition_en=f"{en} within a year. {_TOKYO_EN}".strip(),
        formula=formula,
        unit="人",
        modes=("",),
        classes=(-100.0, -20.0, 0.0, 20.0) if kind == "net" else (10.0, 50.0, 200.0, 1_000.0),
        better=None,
        rule_ja=_SOURCE[0] + "、地方創生2.0（東京圏からの若者や女性の転出数に着目）",
        rule_en=_SOURCE[1] + "; the policy looks at the moves of the young and of women from the Tokyo area",
        limits_ja=_TOKYO_JA + _LIMITS_JA + "移住支援金による移住者の数とは異なる。",
        limits_en=_TOKYO_EN + _LIMITS_EN + " Not the number of people who drew a relocation grant.",
        needs=_NEEDS,
        groups=("total",),
        kpi=(8, 45) if kind == "from" else (8,),
    )


_WOMENS_LOSS: Final = Indicator(
    id="women_share_of_loss_15_29",
    family="women_share_of_loss",
    theme="migration",
    ja="15〜29歳の転出超過に占める女性の割合",
    en="Women's share of the net loss of people aged 15-29",
    definition_ja="15〜29歳の転出超過数のうち女性の割合。男女とも転出超過のときだけ値がある。",
    definition_en="Share of women in the net loss of people aged 15-29; only where both sexes lose.",
    formula="100 × N_f ÷ (N_f + N_m)",
    unit="%",
    modes=("",),
    classes=(45.0, 50.0, 55.0, 60.0),
    better=None,
    rule_ja=_SOURCE[0] + "、地方創生2.0（若者や女性にも選ばれる地方）",
    rule_en=_SOURCE[1] + "; regions that the young and women choose",
    limits_ja=_LIMITS_JA + "転出超過が10人未満のときは値を出さない。",
    limits_en=_LIMITS_EN + " No value where the net loss is below 10 people.",
    needs=_NEEDS,
    groups=("total",),
    kpi=(8,),
)
_OFFICIAL: Final = Indicator(
    id="net_migration_official",
    family="net_migration_official",
    theme="migration",
    ja="転入超過率（公表値）",
    en="Net migration, as published",
    definition_ja="公表された転入超過率（人口に対する%、全年齢）。",
    definition_en="Published net migration as a percentage of the people, all ages.",
    formula="100 × (M_in − M_out) ÷ P",
    unit="%",
    modes=("",),
    classes=(-1.5, -0.75, 0.0, 0.75),
    better=None,
    rule_ja=_SOURCE[0],
    rule_en=_SOURCE[1],
    limits_ja="公表された率だけで人数がないため、圏域として合算できない。",
    limits_en="Only the rate is published, without persons: it cannot be pooled into a region.",
    needs=("official",),
    groups=("total",),
    kpi=(8,),
)


def _commuting(
    identity: str,
    ja: str,
    en: str,
    definition: tuple[str, str],
    formula: str,
    unit: str,
    classes: tuple[float, ...],
    limits: tuple[str, str],
) -> Indicator:
    return Indicator(
        id=identity,
        family=identity,
        theme="migration",
        ja=ja,
        en=en,
        definition_ja=definition[0],
        definition_en=definition[1],
        formula=formula,
        unit=unit,
        modes=("",),
        classes=classes,
        better=None,
        rule_ja=_CENSUS[0],
        rule_en=_CENSUS[1],
        limits_ja=limits[0],
        limits_en=limits[1],
        needs=("commuting",),
        groups=("total",),
    )


_WITHIN_REGION: Final = (
    "圏域の値は圏域の中の移動を除いた表が必要なため、市区町村の値からは合算できない。",
    "A region's value needs the moves inside it: it cannot be pooled from those of its members.",
)
_DAY: Final = (
    "昼間人口は通勤・通学だけを数え、買物や観光の人は含まない。表にない都道府県からの流入は数えられていない。",
    "Only commuters to work and school count, no shoppers or tourists; those from prefectures that the table lacks are missing.",
)
INDICATORS: Final = (
    *(_net(group) for group in _GROUPS),
    *(_rate(group) for group in _GROUPS),
    *(_tokyo(kind, group) for kind in ("to", "from", "net") for group in _TOKYO_GROUPS),
    _WOMENS_LOSS,
    _OFFICIAL,
    _commuting(
        "day_night_ratio", "昼夜間人口比率", "Day/night population ratio",
        ("夜間人口（常住人口）100人当たりの昼間人口。100を超えると通勤・通学で人が集まる。",
         "People by day per 100 residents: above 100 where commuters gather."),
        "100 × (P + C_in − C_out) ÷ P", "%", (80.0, 90.0, 100.0, 110.0),
        (_DAY[0] + "連携中枢都市・定住自立圏の中心市はおおむね100以上が要件。", _DAY[1] + " Centres of cooperation regions need about 100."),
    ),
    _commuting(
        "day_population", "昼間人口", "People by day",
        ("常住人口に、通勤・通学で入る人を足し、出る人を引いたもの。", "Residents plus those who commute in minus those who commute out."),
        "P + C_in − C_out", "人", (5_000.0, 20_000.0, 50_000.0, 200_000.0), _DAY,
    ),
    _commuting(
        "commuting_out_share", "ほかの市区町村に通勤・通学する人の割合", "Commuters to other municipalities",
        ("通勤・通学する人（行き先の分かる人）のうち、ほかの市区町村へ行く人の割合。",
         "Share of commuters with a known destination who leave their municipality."),
        "100 × C_out ÷ (C_in-town + C_out)", "%", (15.0, 30.0, 45.0, 60.0), _WITHIN_REGION,
    ),
    _commuting(
        "self_containment", "自市区町村で働き学ぶ人の割合", "Self-containment",
        ("通勤・通学する人のうち、住んでいる市区町村の中へ行く人の割合。", "Share of commuters who stay within their municipality."),
        "100 × C_in-town ÷ (C_in-town + C_out)", "%", (40.0, 55.0, 70.0, 85.0), _WITHIN_REGION,
    ),
    _commuting(
        "largest_destination_share", "最も多い通勤・通学先へ行く人の割合", "Commuters to the largest destination",
        ("通勤・通学する人のうち、最も多い1つの他市区町村へ行く人の割合。連携中枢都市圏の連携は通勤・通学率10%が目安。",
         "Share of commuters who go to the one other municipality that most go to; 10 % is the rule for cooperation regions."),
        "100 × max C_mh ÷ Σ C_m", "%", (5.0, 10.0, 20.0, 30.0), _WITHIN_REGION,
    ),
)  # fmt: skip


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Moves, rates and commuting per area, from figures."""
    del mode, group
    if indicator.needs == ("commuting",):
        return from_figures(conditions, indicator.id, missing=NO_FLOWS)
    if indicator.id == "net_migration_official":
        return from_figures(conditions, indicator.id, missing=NO_OFFICIAL)
    if not any(name.startswith("moves_") for name in conditions.figures):
        return nothing(np.full(conditions.area_count, NO_MOVES))
    if indicator.family == "women_share_of_loss":
        return _womens_share(conditions)
    kind = indicator.family
    who = indicator.id.removeprefix(f"{kind}_")
    if kind == "tokyo_to":
        return _people(conditions, f"moves_out_{who}_tokyo_area")
    if kind == "tokyo_from":
        return _people(conditions, f"moves_in_{who}_tokyo_area")
    partner = "tokyo_area" if kind == "tokyo_net" else "all"
    net, movers, reason = _balance(conditions, who, partner)
    if kind in {"net_migration", "tokyo_net"}:
        none = np.full(conditions.area_count, np.nan)
        return AreaValues(net, net.copy(), none, reason)
    return _per_thousand(conditions, who, net, movers, reason)


def _figure(conditions: Conditions, name: str) -> tuple[Floats, npt.NDArray[np.str_]]:
    """A number per area and why it is missing."""
    found = conditions.figures.get(name)
    if found is None:
        return np.full(conditions.area_count, np.nan), np.full(conditions.area_count, NO_BAND)
    return found.value, found.reason


def _people(conditions: Conditions, name: str) -> AreaValues:
    value, reason = _figure(conditions, name)
    return AreaValues(value, value.copy(), np.full(conditions.area_count, np.nan), reason)


def _balance(conditions: Conditions, who: str, partner: str) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    """Net migration, movers (in + out; NaN where only the balance is published), and why there is none."""
    into, why = _figure(conditions, f"moves_in_{who}_{partner}")
    out, why_out = _figure(conditions, f"moves_out_{who}_{partner}")
    published, _ = _figure(conditions, f"moves_net_{who}_{partner}")
    net = np.where(np.isfinite(into - out), into - out, published)
    reason = np.where(np.isfinite(net), "", np.where(why == "", why_out, why))
    return net, into + out, reason


def _per_thousand(
    conditions: Conditions, who: str, net: Floats, movers: Floats, reason: npt.NDArray[np.str_]
) -> AreaValues:
    people = _living(conditions, who)
    reason = np.where((reason == "") & ~np.isfinite(people), NO_PEOPLE, reason)
    reason = np.where((reason == "") & (people <= 0), "no_people", reason)
    few = (movers < FEWEST) | (~np.isfinite(movers) & (np.abs(net) < FEWEST) & (people < 100 * FEWEST))
    reason = np.where((reason == "") & few, TOO_FEW, reason)
    ok = reason == ""
    value = np.full(len(net), np.nan)
    np.divide(1000.0 * net, people, out=value, where=ok)
    return AreaValues(value, np.where(ok, net, np.nan), np.where(ok, people, np.nan), reason)


def _living(conditions: Conditions, who: str) -> Floats:
    """People of the group: of a table by sex and age, or of the population source where it has the group."""
    people, _ = _figure(conditions, f"moves_living_{who}_all")
    ours = {"all": "total", "women_20_39": "women_20_39"}.get(who, "")
    if ours in conditions.people:
        return np.where(np.isfinite(people), people, conditions.total(ours))
    return people


def _womens_share(conditions: Conditions) -> AreaValues:
    women, _, reason = _balance(conditions, "women_15_29", "all")
    men, _, why = _balance(conditions, "men_15_29", "all")
    reason = np.where(reason == "", why, reason)
    reason = np.where((reason == "") & ((women >= 0) | (men > 0)), NO_LOSS, reason)
    reason = np.where((reason == "") & (-(women + men) < FEWEST), TOO_FEW, reason)
    ok = reason == ""
    value = np.full(len(women), np.nan)
    np.divide(100.0 * women, women + men, out=value, where=ok)
    return AreaValues(value, np.where(ok, -women, np.nan), np.where(ok, -(women + men), np.nan), reason)
