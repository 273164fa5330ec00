"""都市構造の評価に関するハンドブック: services that count by more than their kind, all of them at once, and their density.

Walking-area coverage of a single kind (medical, commercial, nursery, park …) is in :mod:`layers.services`, that of public
transport in :mod:`layers.transport`. Here stand what the handbook (国土交通省, 2014; 2018) adds: hospitals and clinics with 内科
or 外科, day and home care (通所系・訪問系・小規模多機能), the people inside *all* walking areas
(日常生活サービスの徒歩圏充足率), the mean density inside each service's area (利用圏平均人口密度), and how much of the straight-line
coverage is lost along streets. Its radii were not compared with its text yet: they are defaults that can be changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.kinds import CATEGORIES
from layers.catalogue import Indicator
from layers.conditions import REASONS, AreaValues, Conditions, nothing, share_of_people
from layers.handbook_services import (
    BUNDLES,
    HANDBOOK_EN,
    HANDBOOK_JA,
    SERVICE_AREAS,
    Bundle,
    ServiceArea,
    area_figure,
    people_figure,
)
from layers.reach import SHARE_CLASSES, Service, share_within
from layers.reach import compute as reach

if TYPE_CHECKING:
    from collections.abc import Iterable

DENSITY_GROUPS: Final = ("total", "65_plus")
_GAP_GROUPS: Final = ("total", "0_4", "65_plus", "75_plus")
_RULE: Final = (f"{HANDBOOK_JA}（半径は既定値・変更可）", f"{HANDBOOK_EN} (radii are defaults, editable)")
_RULE_SERVICES: Final = (
    Service(
        "medical_rule",
        "medical",
        CATEGORIES["medical_rule"].ja,
        CATEGORIES["medical_rule"].en,
        *_RULE,
        "内科・外科と、臓器・疾患などと組み合わせた名称（消化器内科、循環器外科など）を数え、整形外科・形成外科・美容外科・"
        "口腔外科・心療内科だけの施設は数えない（本ツールの解釈）。",
        "Subjects named 内科 or 外科, alone or joined with organs or diseases, count; orthopaedic, plastic, cosmetic and oral "
        "surgery and psychosomatic medicine alone do not (our reading).",
        "診療科目の書かれていない施設（P04 以外の一覧など）は数えない。",
        "Facilities whose subjects no list tells (any list but P04) do not count.",
    ),
    Service(
        "home_care",
        "welfare",
        CATEGORIES["home_care"].ja,
        CATEGORIES["home_care"].en,
        *_RULE,
        "国土数値情報 P14（2021・2023年版）の老人デイサービスセンター（0204）と、その他の介護サービス施設（991007）のうち"
        "グループホームの名を持たないもの。",
        "P14 of 2021 and 2023: day service centres (0204), and other care services (991007) but those named group homes.",
        "991007 は訪問介護・通所介護・小規模多機能のほか福祉用具なども含み、それ以上は分けられない。訪問介護は利用者が通う所ではない。",
        "991007 holds other services too and cannot be told further; nobody walks to a home helpers' office.",
    ),
)


_LARGE_SHOP: Final = Service(
    "commercial_large",
    "shopping",
    CATEGORIES["commercial_large"].ja,
    CATEGORIES["commercial_large"].en,
    *_RULE,
    "売場面積・店舗面積の列がある一覧だけで分かる。",
    "Known from lists with a column of floor space only.",
    "売場面積の書かれていない店は数えない。",
    "Shops whose floor space no list tells do not count.",
)


def _bundle(bundle: Bundle) -> Indicator:
    return Indicator(
        id=bundle.id,
        family="daily_services",
        theme="compact_city",
        ja=f"日常生活サービスの徒歩圏充足率（{bundle.ja}）",
        en=f"People inside the walking areas of all daily services ({bundle.en})",
        definition_ja=(
            f"{bundle.listed(0)}のすべての徒歩圏に住む人の割合。それぞれの割合の平均ではなく、地点ごとにすべてを満たす人を数える。"
        ),
        definition_en=(
            f"Share of people who live within all of: {bundle.listed(1)}. Counted place by place, not a mean of the shares."
        ),
        formula=f"100 × Σ P·1[{bundle.formula}] ÷ Σ P",
        unit="%",
        modes=("straight", "walk"),
        classes=SHARE_CLASSES,
        better="high",
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja="四つの一覧のうち最も不完全なものより高くなることはない。売場面積、営業時間、定員は分からない。",
        limits_en=(
            "It cannot be more complete than the least complete of the four lists. Floor space, opening hours and capacity "
            "are unknown."
        ),
        needs=("facilities", "stations", "stops"),
        groups=bundle.groups,
    )


def _count(number: int) -> Indicator:
    bundle = BUNDLES["daily_services_800m"]
    return replace(
        _bundle(bundle),
        id=f"daily_services_{number}_of_4",
        family="daily_services_count",
        ja=f"徒歩圏にある日常生活サービスの数（4種類のうち{number}種類）",
        en=f"Daily services within walking distance ({number} of 4)",
        definition_ja=f"{bundle.listed(0)}のうち、ちょうど{number}種類の徒歩圏に住む人の割合。0〜4種類の割合を足すと100%になる。",
        definition_en=f"Share of people within exactly {number} of: {bundle.listed(1)}. The shares of 0 to 4 add up to 100 %.",
        formula=f"100 × Σ P·1[#{{k: d_k ≤ r_k}} = {number}] ÷ Σ P",
        better="high" if number == 4 else "low" if number == 0 else None,
        groups=("total", "65_plus", "75_plus"),
    )


def _density(area: ServiceArea) -> Indicator:
    return Indicator(
        id=f"{area.id}_service_area_density",
        family="service_area_density",
        theme=area.theme,
        ja=f"利用圏平均人口密度（{area.ja}）",
        en=f"Mean density in the service area ({area.en})",
        definition_ja=f"{area.within(0)}の区域に住む人を、その区域（円を合わせ、市区町村の中だけ）の面積で割ったもの。",
        definition_en=(
            f"People within {area.within(1)}, divided by the area within it: the circles joined, inside the municipality."
        ),
        formula="Σ P·1[d ≤ r] ÷ |∪ B(f, r) ∩ m|",
        unit="人/ha",
        modes=("straight",),
        classes=(10.0, 20.0, 40.0, 60.0),  # 40 per ha: the limit of a densely inhabited district (4,000 per km²)
        better="high",
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja=(
            "円の中の山林・水面も面積に入る。隣の市区町村の施設の円も数える。施設の開閉の試算では変わらない。"
            + area.limits(0)
        ),
        limits_en=(
            "Woods and water inside the circles count as area; circles of facilities beyond the border count too. What-if "
            f"questions leave it as it is. {area.limits(1)}"
        ).strip(),
        needs=area.needs,
        groups=DENSITY_GROUPS,
    )


def _gap(area: ServiceArea) -> Indicator:
    return Indicator(
        id=f"{area.id}_straight_street_gap",
        family="straight_street_gap",
        theme=area.theme,
        ja=f"直線と道のりの徒歩圏の差（{area.ja}）",
        en=f"Coverage in a straight line less coverage along streets ({area.en})",
        definition_ja=f"直線距離で{area.within(0)}に住む人の割合から、道のりで同じ距離に住む人の割合を引いたもの。",
        definition_en=f"Share of people within {area.within(1)} in a straight line, less the share along streets.",
        formula="100 × (Σ P·1[d_line ≤ r] − Σ P·1[d_street ≤ r]) ÷ Σ P",
        unit="ポイント",
        modes=("",),
        classes=(5.0, 10.0, 20.0, 30.0),
        better="low",
        rule_ja="本ツールの指標（ハンドブックは直線距離で数える）",
        rule_en="An indicator of this tool: the handbook counts straight lines",
        limits_ja="歩道や階段が道路データにないと差は大きく出る。" + area.limits(0),
        limits_en=f"Footways and steps that the street data lack make it larger. {area.limits(1)}".strip(),
        needs=(*area.needs, "streets"),
        groups=_GAP_GROUPS,
    )


def _rule_shares() -> Iterable[Indicator]:
    for service, column in zip(_RULE_SERVICES, ("cov_medical_pct", "cov_welfare_pct"), strict=True):
        for metres in (500, 800, 1000):
            yield share_within(service, metres, official=column if metres == 800 else None)
    yield share_within(_LARGE_SHOP, 800)


INDICATORS: Final = (
    *_rule_shares(),
    *(_bundle(bundle) for bundle in BUNDLES.values()),
    *(_count(number) for number in range(5)),
    *(_density(area) for area in SERVICE_AREAS.values()),
    *(_gap(area) for area in SERVICE_AREAS.values()),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Share of people, density or difference of shares, per area."""
    if indicator.category is not None:
        return reach(indicator, conditions, mode, group)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    if indicator.family == "service_area_density":
        return _mean_density(SERVICE_AREAS[indicator.id.removesuffix("_service_area_density")], conditions, group)
    if indicator.family == "straight_street_gap":
        return _lost_on_streets(SERVICE_AREAS[indicator.id.removesuffix("_straight_street_gap")], conditions, group)
    bundle = BUNDLES.get(indicator.id, BUNDLES["daily_services_800m"])
    reason = why_incomplete(conditions, bundle, mode)
    if (reason != "").all():
        return nothing(reason)
    reached = services_reached(conditions, bundle, mode)
    wanted = len(reached) if indicator.id in BUNDLES else int(indicator.id.split("_")[2])
    return share_of_people(conditions, np.sum(reached, axis=0) == wanted, group, reason)


def services_reached(conditions: Conditions, bundle: Bundle, mode: str) -> list[npt.NDArray[np.bool_]]:
    """For each service of a bundle (n_places,), whether the place lies in its walking area; public transport comes last."""

    def near(category: str, metres: float) -> npt.NDArray[np.bool_]:
        distance = conditions.distances.get((category, mode))
        nowhere = np.zeros(len(conditions.area_of_place), dtype=bool)
        return nowhere if distance is None else np.asarray(distance <= np.float32(metres), dtype=bool)

    reached = [near(category, bundle.facility_m) for category in bundle.facilities]
    return [*reached, near("station", bundle.station_m) | near(bundle.stop, bundle.stop_m)]


def why_incomplete(conditions: Conditions, bundle: Bundle, mode: str) -> npt.NDArray[np.str_]:
    """Reason per area why the bundle cannot be counted: every list that is missing, by name; ``""`` where none is."""
    parts = {name: conditions.why_missing(name, mode) for name in (*bundle.facilities, "station", bundle.stop)}
    lacking = [
        [(name, str(reason[area])) for name, reason in parts.items() if reason[area] != ""]
        for area in range(conditions.area_count)
    ]
    return np.array([_named(bundle, missing) for missing in lacking], dtype=np.str_)


def _named(bundle: Bundle, missing: list[tuple[str, str]]) -> str:
    if not missing or {reason for _, reason in missing} == {"no_streets"}:
        return missing[0][1] if missing else ""
    ja = "、".join(f"{bundle.name(name, 0)}（{REASONS[reason][0]}）" for name, reason in missing)
    en = "; ".join(f"{bundle.name(name, 1)} ({REASONS[reason][1]})" for name, reason in missing)
    return f"足りないもの: {ja} / missing: {en}"


def _why(area: ServiceArea, conditions: Conditions, mode: str) -> npt.NDArray[np.str_]:
    """The first reason why one of the categories of a service area cannot be measured."""
    reason = np.full(conditions.area_count, "", dtype="U400")
    for category in area.limits_m:
        other = conditions.why_missing(category, mode)
        if (category, mode) not in conditions.distances:
            other = np.where(other == "", "no_source", other)
        reason = np.where(reason == "", other, reason)
    return reason


def _mean_density(area: ServiceArea, conditions: Conditions, group: str) -> AreaValues:
    """People ÷ hectares, both measured by the step ``service_areas`` and added up over the members of a region."""
    reason = np.full(conditions.area_count, "", dtype="U400")
    for category in area.limits_m:
        reason = np.where(reason == "", conditions.why_missing(category, "straight"), reason)
    people, hectares = (conditions.figures.get(name) for name in (people_figure(area.id, group), area_figure(area.id)))
    if people is None or hectares is None:  # a list there is, and nothing of it near
        return nothing(np.where(reason == "", "no_service_area", reason))
    reason = np.where((reason == "") & ~np.isfinite(hectares.value + people.value), "not_published", reason)
    reason = np.where((reason == "") & ~(hectares.value > 0), "no_service_area", reason)
    known = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(known, people.value / hectares.value, np.nan)
    return AreaValues(value, np.where(known, people.value, np.nan), np.where(known, hectares.value, np.nan), reason)


def _lost_on_streets(area: ServiceArea, conditions: Conditions, group: str) -> AreaValues:
    """Percentage points of the people who are near in a straight line and not along streets."""
    reason = _why(area, conditions, "walk")
    reason = np.where(reason == "", _why(area, conditions, "straight"), reason)
    if (reason != "").all():
        return nothing(reason)
    total = conditions.total(group)
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    lost = conditions.people_near(area.limits_m, "straight", group) - conditions.people_near(
        area.limits_m, "walk", group
    )
    numerator = np.where(reason == "", lost, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / total
    return AreaValues(value, numerator, np.where(reason == "", total, np.nan), reason)
