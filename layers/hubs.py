"""Candidates of 小さな拠点 (small hubs): places with several daily services together, and the people around them.

Hub score H(x) = Σ w_k·1[the nearest site of service k is within 500 m of x in a straight line], over seven services: bus
stop, post office, food shop, clinic, 公民館・支所, school, filling station. They are those that 内閣府's survey of 小さな拠点
finds most often, and what the guidebook calls the functions of daily life; weights, the 500 m, the score of 4, the 2 km and
the 20 minutes are defaults of this tool, no official rule. A candidate is no 小さな拠点 before its people make it one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, from_figures, nothing, share_of_people
from layers.drawn import PlaceLook

Floats = npt.NDArray[np.float64]
Distances = npt.NDArray[np.float32]


@dataclass(frozen=True)
class HubService:
    """One of the services that make a hub: the categories of which any will do, and its weight."""

    id: str
    categories: tuple[str, ...]
    ja: str
    en: str
    weight: float = 1.0


HUB_SERVICES: Final = (
    HubService("stop", ("stop",), "バス停", "bus stop"),
    HubService("post_office", ("post_office",), "郵便局", "post office"),
    HubService("food_shop", ("food_shop",), "食料品店", "food shop"),
    HubService("medical", ("medical",), "診療所・病院", "clinic or hospital"),
    HubService("community", ("community_centre", "branch_office", "town_hall"), "公民館・支所・役場", "community centre or branch office"),
    HubService("school", ("elementary_school", "junior_high_school", "high_school"), "学校", "school"),
    HubService("fuel", ("fuel",), "給油所", "filling station"),
)  # fmt: skip
SERVICE_RADIUS_M: Final = 500.0
LEAST_SCORE: Final = 4.0
APART_M: Final = 2_000.0  # of two candidates nearer than this the better one stands for both
CATCHMENT_MINUTES: Final = 20.0
# Where no 都市機能誘導区域 is known, town centres are told by the density of a densely inhabited district (DID).
URBAN_PEOPLE_PER_KM2: Final = 4_000.0
FEWEST_SERVICES: Final = 6  # of seven; with fewer kinds listed a place may lack what no list tells of

_RULE: Final = (
    "内閣府「小さな拠点の形成に関する実態調査」の主な施設。点数・500m・4点・2km・20分は本ツールの既定値・変更可",
    (
        "Facilities most found by the Cabinet Office's survey of small hubs; weights, 500 m, score 4, 2 km and 20 minutes are "
        "defaults of this tool, editable"
    ),
)
_LIMITS: Final = (
    (
        "候補は施設の近さだけで機械的に選んだもので、地域運営組織の有無や地形・集落のつながりは見ていません。"
        "取り込んだ一覧にない施設は数えません。都市機能誘導区域が分からない市区町村では、半径500mの人口密度が4,000人/km²以上の所を市街地として除きます。"
    ),
    (
        "Candidates are picked by the nearness of facilities alone: whether a community runs them, the terrain and how hamlets belong "
        "together are not looked at, and facilities that no list holds are not counted. Where no urban function guidance area is "
        "known, places with 4,000 people/km² or more within 500 m are left out as urban."
    ),
)
_TOO_FEW_LISTS: Final = (
    f"この市区町村では7種類のサービスのうち{FEWEST_SERVICES}種類以上の一覧がそろわないため、候補を判断できない / "
    f"lists cover fewer than {FEWEST_SERVICES} of the seven kinds of service here: too few to tell"
)

INDICATORS: Final = (
    Indicator(
        id="hub_candidates",
        family="hub_candidates",
        theme="hubs",
        ja="小さな拠点の候補の数",
        en="Candidates of small hubs",
        definition_ja=(
            "バス停・郵便局・食料品店・診療所・公民館や支所・学校・給油所の7種類のうち4種類以上が500m以内にそろい、"
            "都市機能誘導区域の外にある地点（2km以内では最も良いもの一つ）の数。"
        ),
        definition_en=(
            "Places outside urban function guidance areas with four or more of seven services (bus stop, post office, food "
            "shop, clinic, community centre, school, filling station) within 500 m; within 2 km only the best one counts."
        ),
        formula="#{x: H(x) ≥ 4 ∧ H(x) = max H(500 m)}, H(x) = Σ_k 1[d_k(x) ≤ 500 m]",
        unit="か所",
        modes=("",),
        classes=(1.0, 3.0, 6.0, 10.0),
        better=None,
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=("facilities", "stops"),
        groups=("total",),
        kpi=(69,),
        drawn="hub_score",
    ),
    Indicator(
        id="hub_services_4_within_500m",
        family="hub_services",
        theme="hubs",
        ja="生活サービスが4種類以上そろう所に住む人の割合",
        en="People with four or more of seven daily services at hand",
        definition_ja=(
            "バス停・郵便局・食料品店・診療所・公民館や支所・学校・給油所の7種類のうち、4種類以上が直線500m以内にある人の割合。"
        ),
        definition_en=(
            "Share of people with four or more of bus stop, post office, food shop, clinic, community centre, school and "
            "filling station within 500 m in a straight line."
        ),
        formula="100 × Σ P·1[H ≥ 4] ÷ Σ P",
        unit="%",
        modes=("straight",),
        classes=(20.0, 40.0, 60.0, 80.0),
        better="high",
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja="取り込んだ一覧にない施設は数えません。",
        limits_en="Facilities that no list holds are not counted.",
        needs=("facilities", "stops"),
        drawn="hub_score",
    ),
    Indicator(
        id="hub_within_20min_drive",
        family="hub_within_20min_drive",
        theme="hubs",
        ja="小さな拠点の候補まで車で20分以内の人の割合（市街地の外の人）",
        en="People outside town centres within 20 minutes by car of a small-hub candidate",
        definition_ja="都市機能誘導区域の外に住む人のうち、最寄りの小さな拠点の候補まで自動車で20分以内の人の割合。",
        definition_en="Of the people outside urban function guidance areas, the share within 20 minutes by car of a candidate.",
        formula="100 × Σ P·1[x ∉ Z ∧ t_car ≤ 20 min] ÷ Σ P·1[x ∉ Z]",
        unit="%",
        modes=("drive",),
        classes=(60.0, 80.0, 90.0, 98.0),
        better="high",
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja=_LIMITS[0],
        limits_en=_LIMITS[1],
        needs=("facilities", "stops", "streets"),
        kpi=(69,),
        drawn="hub_minutes",
    ),
    Indicator(
        id="hub_catchment_people_change_2050",
        family="hub_catchment_people_change_2050",
        theme="hubs",
        ja="小さな拠点の候補の利用圏の人口の変化（2050年）",
        en="Change of the people in catchments of small-hub candidates (to 2050)",
        definition_ja=(
            "車で20分以内に小さな拠点の候補がある地点の、2020年から2050年までの人口の増減率"
            "（どちらも将来推計人口メッシュの値）。"
        ),
        definition_en=(
            "Change of the people at places with a candidate within 20 minutes by car, from 2020 to 2050, both as the "
            "projection by grid square gives them."
        ),
        formula="100 × (Σ P2050·1[t_car ≤ 20 min] ÷ Σ P2020·1[t_car ≤ 20 min] − 1)",
        unit="%",
        modes=("drive",),
        classes=(-50.0, -40.0, -30.0, -20.0),
        better="high",
        rule_ja=_RULE[0],
        rule_en=_RULE[1],
        limits_ja="将来推計人口は人の移り方が今までどおり続いた場合の値です。" + _LIMITS[0],
        limits_en="The projection assumes that people go on moving as they did. " + _LIMITS[1],
        needs=("facilities", "stops", "streets", "future_population"),
        groups=("total",),
        kpi=(69,),
        drawn="hub_minutes",
    ),
)

PLACE_LOOKS: Final = {
    "hub_score": PlaceLook(
        "地点ごと：500m以内にある生活サービスの種類（7種類のうち）",
        "Each place: daily services within 500 m, of seven",
        unit="種類",
        limits=(1.0, 2.0, 4.0, 6.0),
        better="high",
    ),
    "hub_minutes": PlaceLook(
        "地点ごと：小さな拠点の候補まで車で何分か",
        "Each place: minutes by car to a small-hub candidate",
        unit="分",
        limits=(5.0, 10.0, 15.0, 20.0),
        better="low",
    ),
}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Number of candidates, or shares of people by hub score or minutes to a candidate, per area."""
    reason = _why_missing(conditions)
    if indicator.id == "hub_candidates":
        found = from_figures(conditions, "hub_candidates")
        ok = (reason == "") & (found.reason == "")
        return AreaValues(
            np.where(ok, found.value, np.nan),
            np.where(ok, found.numerator, np.nan),
            np.where(ok, found.denominator, np.nan),
            np.where(reason != "", reason, found.reason),
        )
    if indicator.id == "hub_services_4_within_500m":
        score = conditions.place_values.get("hub_score")
        if score is None:
            return nothing(np.full(conditions.area_count, "no_source"))
        return share_of_people(conditions, np.asarray(score >= LEAST_SCORE), group, reason)
    minutes = conditions.place_values.get("hub_minutes")
    if minutes is None:
        missing = "no_source" if conditions.has_streets else "no_streets"
        return nothing(np.where(reason != "", reason, missing))
    del mode
    reached = np.asarray(minutes <= CATCHMENT_MINUTES)
    if indicator.id == "hub_within_20min_drive":
        return _within(conditions, reached, group, reason)
    return _change(conditions, reached, reason)


def _within(
    conditions: Conditions, reached: npt.NDArray[np.bool_], group: str, reason: npt.NDArray[np.str_]
) -> AreaValues:
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    outside = np.asarray(conditions.place_values["hub_outside"] > 0)
    people = conditions.people[group]
    return _ratio(conditions, np.where(outside & reached, people, 0.0), np.where(outside, people, 0.0), reason)


def _change(conditions: Conditions, reached: npt.NDArray[np.bool_], reason: npt.NDArray[np.str_]) -> AreaValues:
    now, later = (conditions.place_values.get(f"people_{year}_total") for year in (2020, 2050))
    if now is None or later is None:
        return nothing(np.full(conditions.area_count, "no_source"))
    both = reached & np.isfinite(now) & np.isfinite(later)
    found = _ratio(conditions, np.where(both, later, 0.0), np.where(both, now, 0.0), reason)
    return AreaValues(found.value - 100.0, found.numerator, found.denominator, found.reason)


def _ratio(conditions: Conditions, part: Floats, whole: Floats, reason: npt.NDArray[np.str_]) -> AreaValues:
    """100 × Σ part ÷ Σ whole per area; nobody in the whole is a reason of its own."""
    total = conditions.sum_over_areas(whole.astype(np.float64))
    reason = np.where((reason == "") & (total <= 0), "no_people", reason)
    numerator = np.where(reason == "", conditions.sum_over_areas(part.astype(np.float64)), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / total
    return AreaValues(value, numerator, np.where(reason == "", total, np.nan), reason)


def _why_missing(conditions: Conditions) -> npt.NDArray[np.str_]:
    """Reason per area why no hub could be found there: too few kinds of service are listed."""
    covered = services_listed(conditions.surveyed, conditions.area_count)
    if not covered.any():
        return np.full(conditions.area_count, "no_source", dtype=object).astype(np.str_)
    return np.where(covered >= FEWEST_SERVICES, "", _TOO_FEW_LISTS)


def services_listed(surveyed: Mapping[str, npt.NDArray[np.bool_]], count: int) -> npt.NDArray[np.int64]:
    """(n_areas,) how many of the seven services a list covers, from category → (n_areas,) whether one does."""
    covered = np.zeros(count, dtype=np.int64)
    for service in HUB_SERVICES:
        listed = [surveyed[name] for name in service.categories if name in surveyed]
        covered += np.logical_or.reduce(listed) if listed else 0
    return covered


def services_at_hand(metres: Mapping[str, Distances], count: int) -> dict[str, npt.NDArray[np.bool_]]:
    """Service → (n_places,) whether one of its sites is within 500 m; services that no source lists are left out.

    Parameters
    ----------
    metres
        Category → (n_places,) straight-line metres to the nearest site.
    count
        n_places.
    """
    found = {}
    for service in HUB_SERVICES:
        listed = [metres[name] for name in service.categories if name in metres]
        if listed:
            near = np.zeros(count, dtype=bool)
            for far in listed:
                near |= np.asarray(far) <= SERVICE_RADIUS_M
            found[service.id] = near
    return found


def hub_scores(at_hand: Mapping[str, npt.NDArray[np.bool_]], count: int) -> Floats:
    """H of every place: the weights of the services at hand, added up."""
    score = np.zeros(count)
    for service in HUB_SERVICES:
        if service.id in at_hand:
            score += service.weight * at_hand[service.id]
    return score


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows of the places chosen, best first, and the people within 500 m of every place."""

    rows: npt.NDArray[np.int64]
    people_around: Floats


def find_candidates(
    xy: Floats,
    ids: npt.NDArray[np.integer],
    score: Floats,
    people: Floats,
    *,
    in_centre: npt.NDArray[np.floating],
    is_told: npt.NDArray[np.bool_] | None = None,
) -> Candidates:
    """Candidates: places of the highest score around, outside town centres, no two within 2 km.

    Parameters
    ----------
    xy
        (n, 2) metres in the plane.
    ids
        (n,) number of each place; of places that are equal in all else the lower one is taken.
    score, people
        (n,).
    in_centre
        (n,) 1 inside a 都市機能誘導区域, 0 outside, NaN where no zone is known: there density decides.
    is_told
        (n,) whether enough lists cover the place to call it a candidate; None: everywhere.

    Returns
    -------
    Candidates
        Higher scores first, then more people within 500 m, then lower ids. The places may be given in any order.
    """
    from scipy.spatial import cKDTree

    from layers.counting.neighbourhood import highest_and_sum

    highest, around = highest_and_sum(xy, ids, score, people, SERVICE_RADIUS_M)
    possible = (score >= LEAST_SCORE) & (score >= highest) & outside_centres(around, in_centre)
    rows = np.flatnonzero(possible if is_told is None else possible & is_told)
    rows = rows[np.lexsort((ids[rows], -around[rows], -score[rows]))]
    if not rows.size:
        return Candidates(rows, around)
    tree = cKDTree(xy[rows])
    left = np.ones(rows.size, dtype=bool)
    chosen = []
    for place in range(rows.size):
        if left[place]:
            chosen.append(rows[place])
            left[tree.query_ball_point(xy[rows[place]], APART_M)] = False
    return Candidates(np.array(chosen, dtype=np.int64), around)


def outside_centres(people_around: Floats, in_centre: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """(n,) whether each place lies outside town centres: by the zone where one is known, else by density."""
    density = people_around / (np.pi * (SERVICE_RADIUS_M / 1000.0) ** 2)
    inside = np.where(np.isnan(in_centre), density >= URBAN_PEOPLE_PER_KM2, in_centre > 0)
    return np.asarray(~inside)
