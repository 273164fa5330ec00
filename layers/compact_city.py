"""The compact city: people, area, density and facilities inside the zones of location plans (立地適正化計画).

A place is a point: it is in a zone or not, and a share is Σ P·z ÷ Σ P over places (about 100 m apart). A municipality whose
zones no source holds has no value, never 0; a region has one where all its municipalities have.

**How far the count can be off.** The border of a zone cuts squares of the census. In Chiba City (500 m squares) it cuts those
of 592,548 of 974,000 people: 842,042 are inside if people live along the streets of their square (what is counted here),
795,650 if they are spread evenly over it, 937,706 if they all live where there is 用途地域. With the small areas of 2015 the
shares are 87.9 % (streets) and 83.4 % (evenly), with the squares of 2020 86.5 % and 81.7 %.

Sources: 都市再生特別措置法 第81条 (what the zones are), 国土交通省「都市構造の評価に関するハンドブック」(share and density),
KPI 21 and 67 of デジタル田園都市国家構想総合戦略.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator, Preset
from layers.conditions import AreaValues, Conditions, from_figures, nothing
from layers.reach import SHARE_CLASSES
from layers.zones_and_places import FUNCTION, RESIDENTIAL, in_zone, share_in_zone, share_of_zone

FUTURE_YEARS: Final = (2030, 2040, 2050)
# Persons per hectare: 40 is the lower limit of a densely inhabited district, 60 to 100 what guidelines want of cities.
_DENSITY_CLASSES: Final = (20.0, 40.0, 60.0, 80.0)
_HANDBOOK: Final = (
    "国土交通省「都市構造の評価に関するハンドブック」、都市再生特別措置法第81条",
    "MLIT handbook for evaluating urban structure; Act on Special Measures for Urban Renaissance, art. 81",
)
_POINTS: Final = (
    "人は約100m間隔の地点に割り当てており、区域の境で誤差がある（千葉市・500mメッシュで約6%）。区域は資料の時点のもの（A50は2020年）。",
    "People are at points about 100 m apart: the edge of a zone is not exact (Chiba City, 500 m squares: about 6 %).",
)
_SERVICES: Final = {
    "shopping": ("買物施設", "shops"),
    "medical": ("医療施設（歯科・薬局を含む）", "medical facilities (with dentists and pharmacies)"),
    "welfare": ("福祉施設", "welfare facilities"),
    "childcare": ("保育所・幼稚園", "nurseries and kindergartens"),
    "school": ("学校", "schools"),
    "post_bank": ("郵便局・銀行", "post offices and banks"),
    "administration": ("行政・文化施設", "administration and culture"),
}
_ZONES: Final = {
    RESIDENTIAL: ("居住誘導区域", "residential guidance area"),
    FUNCTION: ("都市機能誘導区域", "urban function guidance areas"),
}
# Walking distances of the handbook; for rail 800 m, for buses 300 m.
_REACH: Final = {
    "commercial": (800, "商業施設", "commercial facility"),
    "medical": (800, "医療施設", "hospital or clinic"),
    "station": (800, "鉄道駅", "railway station"),
    "stop": (300, "バス停", "bus stop"),
    "stop30": (300, "バス停（1日30本以上）", "bus stop with 30 or more departures a day"),
}


def _indicator(identity: str, ja: str, en: str, definition: tuple[str, str], formula: str, **more: object) -> Indicator:
    common: dict[str, object] = {
        "family": identity,
        "theme": "compact_city",
        "unit": "%",
        "modes": ("",),
        "classes": SHARE_CLASSES,
        "better": None,
        "rule_ja": _HANDBOOK[0],
        "rule_en": _HANDBOOK[1],
        "limits_ja": _POINTS[0],
        "limits_en": _POINTS[1],
        "needs": ("zones",),
    }
    return Indicator(
        id=identity, ja=ja, en=en, definition_ja=definition[0], definition_en=definition[1], formula=formula,
        **{**common, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def _of_people() -> tuple[Indicator, ...]:
    return (
        _indicator(
            "zone_residential_share",
            "居住誘導区域内人口割合",
            "People in the residential guidance area",
            (
                "市区町村の人口のうち、立地適正化計画の居住誘導区域に住む人の割合。",
                "Share of the people who live in the residential guidance area of the location plan.",
            ),
            "R = 100 × Σ P·z ÷ Σ P",
            better="high",
            kpi=(21,),
            drawn=RESIDENTIAL,
        ),
        _indicator(
            "zone_residential_density",
            "居住誘導区域内の人口密度",
            "Density in the residential guidance area",
            (
                "居住誘導区域の人口を区域の面積で割ったもの。",
                "People in the residential guidance area per hectare of it.",
            ),
            "ρ = Σ P·z ÷ A(Z)",
            unit="人/ha",
            classes=_DENSITY_CLASSES,
            better="high",
            drawn=RESIDENTIAL,
        ),
        _indicator(
            "zone_function_share",
            "都市機能誘導区域内人口割合",
            "People in urban function guidance areas",
            ("都市機能誘導区域に住む人の割合。", "Share of the people who live in urban function guidance areas."),
            "100 × Σ P·z ÷ Σ P",
            drawn=FUNCTION,
        ),
    )


def _of_change() -> tuple[Indicator, ...]:
    limits = {
        "limits_ja": "区域は現在のもので、両方の年に同じ区域を当てる。人口の単位（小地域・メッシュ）が年で違うと、"
        "割り当て方の違いが増減に混じる。",
        "limits_en": "The zones are those of today in both years. Where the units of the two censuses differ (small areas, grid "
        "squares), part of the change comes from how people are spread inside them.",
        "needs": ("zones", "population"),
        "kpi": (21,),
    }
    return (
        _indicator(
            "zone_residential_share_change",
            "居住誘導区域内人口割合の増減（前の国勢調査から）",
            "Change of the share in the residential guidance area (since the census before)",
            (
                "居住誘導区域内人口割合が、資料にある一つ前の国勢調査から何ポイント増減したか。",
                "Change of the share of people in the residential guidance area since the census before that is at hand.",
            ),
            "ΔR = R(t2) − R(t1)",
            unit="ポイント",
            classes=(-2.0, 0.0, 2.0),
            better="high",
            **limits,
        ),
        _indicator(
            "zone_residential_share_before",
            "居住誘導区域内人口割合（前の国勢調査）",
            "People in the residential guidance area (census before)",
            (
                "資料にある一つ前の国勢調査の人口のうち、現在の居住誘導区域に住んでいた人の割合。",
                "Share of the people of the census before who lived in what is now the residential guidance area.",
            ),
            "R(t1) = 100 × Σ P(t1)·z ÷ Σ P(t1)",
            **limits,
        ),
    )


def _of_areas() -> tuple[Indicator, ...]:
    share = [
        _indicator(
            f"{zone}_area_share",
            f"{ja}の面積割合",
            f"Area of the {en}",
            (f"{ja}の面積が市区町村の面積に占める割合。", f"Share of the area of the municipality: {en}."),
            "100 × A(Z) ÷ A",
            groups=("total",),
            drawn=zone,
            limits_ja="海や湖の扱いで行政区域の面積が公表値とわずかに違うことがある。",
            limits_en="The area of a municipality may differ a little from the published one (water).",
        )
        for zone, (ja, en) in _ZONES.items()
    ]
    return (
        *share,
        _indicator(
            "zone_function_hubs",
            "都市機能誘導区域の数",
            "Number of urban function guidance areas",
            (
                "名称で数えた都市機能誘導区域の数（名称のないものは図形ごと）。",
                "Urban function guidance areas, counted by name (those without one by outline).",
            ),
            "n",
            unit="か所",
            classes=(1.5, 5.5, 10.5),
            groups=("total",),
            drawn=FUNCTION,
            limits_ja="名称の付け方は市区町村により異なる。",
            limits_en="Municipalities name their areas differently.",
        ),
        _indicator(
            "zone_plan_exists",
            "立地適正化計画のある市区町村",
            "Municipalities with a location plan",
            (
                "取り込んだ資料に立地適正化計画の区域がある市区町村の数（市区町村では1か0）。",
                "Municipalities whose location plan has zones in the sources read (1 or 0 for a municipality).",
            ),
            "n",
            unit="市区町村",
            classes=(0.5,),
            groups=("total",),
            kpi=(67,),
            rule_ja="国土交通省 立地適正化計画の作成状況（KPI 67）",
            rule_en="MLIT, progress of location plans (KPI 67)",
            limits_ja="資料より後に作られた計画は数えない（A50は2020年12月末、鳥取県は未公表）。作成状況一覧と照らし合わせること。",
            limits_en="Plans younger than the source do not count (A50: end of 2020, without Tottori). Compare with MLIT's list.",
        ),
    )


def _of_facilities() -> tuple[Indicator, ...]:
    return tuple(
        _indicator(
            f"{zone}_facilities_{service}",
            f"{zone_ja}内の{ja}の割合",
            f"{en.capitalize()} inside the {zone_en}",
            (
                f"市区町村にある{ja}のうち、{zone_ja}内にあるものの割合。分子・分母は施設の数。",
                f"Share of the municipality's {en} that stand inside the {zone_en}; both counts are given.",
            ),
            "100 × n(Z) ÷ n",
            groups=("total",),
            needs=("zones", "facilities"),
            limits_ja="取り込んだ一覧にある施設だけを数える。規模は考えない。",
            limits_en="Counts what is in the lists read, whatever its size.",
        )
        for zone, (zone_ja, zone_en) in _ZONES.items()
        for service, (ja, en) in _SERVICES.items()
    )


def _of_reach() -> tuple[Indicator, ...]:
    return tuple(
        _indicator(
            f"{RESIDENTIAL}_{category}_{metres}m",
            f"居住誘導区域内の{ja}徒歩圏人口割合（{metres}m）",
            f"{en.capitalize()}: people of the residential guidance area within {metres} m",
            (
                f"居住誘導区域に住む人のうち、最寄りの{ja}まで{metres}m以内の人の割合。",
                f"Share of the people in the residential guidance area who live within {metres} m of the nearest {en}.",
            ),
            f"100 × Σ P·z·1[d ≤ {metres} m] ÷ Σ P·z",
            modes=("straight", "walk"),
            better="high",
            family=f"{RESIDENTIAL}_{category}",
            category=category,
            threshold_m=metres,
            presets=(Preset(metres, f"徒歩圏: {_HANDBOOK[0]}", f"walking area: {_HANDBOOK[1]}"),),
            needs=(
                "zones",
                "stops" if category.startswith("stop") else "stations" if category == "station" else "facilities",
            ),
        )
        for category, (metres, ja, en) in _REACH.items()
    )


def _of_future() -> tuple[Indicator, ...]:
    found = []
    limits = {
        "limits_ja": "将来推計人口は現在の傾向が続いた場合の推計。誘導の効果は含まない。区域は現在のもの。",
        "limits_en": "The projection continues present trends, without any effect of guidance; the zones are those of today.",
        "groups": ("total", "0_14", "15_64", "65_plus", "75_plus"),
        "needs": ("zones", "future_population"),
    }
    for year in FUTURE_YEARS:
        found += [
            _indicator(
                f"zone_residential_share_{year}",
                f"将来の居住誘導区域内人口割合（{year}年）",
                f"Future people in the residential guidance area ({year})",
                (
                    f"{year}年の将来推計人口のうち、現在の居住誘導区域に住む人の割合。",
                    f"Share of the projected people of {year} who live in what is now the residential guidance area.",
                ),
                f"100 × Σ P({year})·z ÷ Σ P({year})",
                family="zone_residential_share_future",
                better="high",
                **limits,
            ),
            _indicator(
                f"zone_residential_density_{year}",
                f"将来の居住誘導区域内の人口密度（{year}年）",
                f"Future density in the residential guidance area ({year})",
                (
                    f"現在の居住誘導区域に住む{year}年の将来推計人口を、区域の面積で割ったもの。",
                    f"Projected people of {year} in what is now the residential guidance area, per hectare of it.",
                ),
                f"Σ P({year})·z ÷ A(Z)",
                family="zone_residential_density_future",
                unit="人/ha",
                classes=_DENSITY_CLASSES,
                better="high",
                **limits,
            ),
        ]
    return tuple(found)


INDICATORS: Final = (
    *_of_people(),
    *_of_change(),
    *_of_areas(),
    *_of_facilities(),
    *_of_reach(),
    *_of_future(),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """An indicator of the zones for each area; areas whose zones are not known have the reason why."""
    if indicator.category is not None:
        return _reach(indicator, conditions, mode, group)
    if found := re.fullmatch(r"zone_residential_(share|density)_(20\d\d)", indicator.id):
        future = conditions.place_values.get(f"people_{found.group(2)}_{group}")
        return _share_or_density(conditions, found.group(1), future)
    if indicator.id in {"zone_residential_share", "zone_function_share"}:
        return share_in_zone(conditions, indicator.id.removesuffix("_share"), group)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    if indicator.id == "zone_residential_density":
        return _share_or_density(conditions, "density", conditions.people[group])
    if indicator.id.startswith("zone_residential_share_"):
        return _before(conditions, group, change=indicator.id.endswith("change"))
    missing = "no_facility_listed" if "_facilities_" in indicator.id else "no_zones"
    return _figure(conditions, indicator.id, missing)


def _figure(conditions: Conditions, name: str, missing: str) -> AreaValues:
    """A figure of the zones; where it has none, because there is no zone, or because of something else."""
    found = from_figures(conditions, name, missing=missing)
    if name == "zone_plan_exists":
        return found
    zone = from_figures(conditions, f"{FUNCTION if name.startswith(FUNCTION) else RESIDENTIAL}_km2", missing="no_zones")
    without = _without(conditions, zone)
    reason = np.where(np.isfinite(found.value), "", np.where(without == "", missing, without))
    return AreaValues(found.value, found.numerator, found.denominator, reason)


def _without(conditions: Conditions, zone: AreaValues) -> npt.NDArray[np.str_]:
    """Reason per area why the area of its zone is not known; a region where only some are known is told apart."""
    places = in_zone(conditions, RESIDENTIAL)[1]
    reason = np.where(np.isfinite(zone.value), "", np.where(places == "", "no_zones", places))
    return np.asarray(reason, dtype=np.str_)


def _reach(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    category = str(indicator.category)
    reason = conditions.why_missing(category, mode)
    distance = conditions.distances.get((category, mode))
    if distance is None:
        return nothing(np.where(reason == "", "no_source", reason))
    assert indicator.threshold_m is not None
    near = np.asarray(distance <= indicator.threshold_m)
    return share_of_zone(conditions, RESIDENTIAL, near, group, reason)


def _share_or_density(conditions: Conditions, what: str, people: npt.NDArray[np.floating] | None) -> AreaValues:
    """Share or density of people of another time (or of now) in the residential guidance area."""
    inside, reason = in_zone(conditions, RESIDENTIAL)
    if people is None:
        return nothing(np.where(reason == "", "no_future", reason))
    known = np.isfinite(people)
    count = np.where(known, people, 0.0).astype(np.float64)
    # The projection must tell of the places where people live now, but for a hundredth of them.
    lost = conditions.sum_over_areas(np.where(known, 0.0, conditions.people["total"]))
    reason = np.where((reason == "") & (lost > 0.01 * conditions.total("total")), "no_future", reason)
    within, whole = conditions.sum_over_areas(count * inside), conditions.sum_over_areas(count)
    if what == "density":
        area = from_figures(conditions, f"{RESIDENTIAL}_km2", missing="no_zones")
        whole = 100.0 * area.value  # hectares
        reason = np.where((reason == "") & ~np.isfinite(whole), "no_zones", reason)
    reason = np.where((reason == "") & ~(whole > 0), "no_people", reason)
    ok = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = (100.0 if what == "share" else 1.0) * within / whole
    value, within, whole = (np.where(ok, values, np.nan) for values in (value, within, whole))
    return AreaValues(value, within, whole, reason)


def _before(conditions: Conditions, group: str, *, change: bool) -> AreaValues:
    """R at the census before, or how far R has moved since then (in points)."""
    name = "zone_residential_share_before" + ("" if group == "total" else f"_{group}")
    before = _figure(conditions, name, "no_earlier_census")
    if not change:
        return before
    now = share_in_zone(conditions, RESIDENTIAL, group)
    reason = np.where(now.reason == "", before.reason, now.reason)
    value = np.where(reason == "", now.value - before.value, np.nan)
    empty = np.full(conditions.area_count, np.nan)
    return AreaValues(value, empty, empty.copy(), reason)
