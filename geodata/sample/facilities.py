"""Shops, clinics, schools and the rest: how many, where along the streets, and what they are called.

Numbers per person follow the order of magnitude of Japanese averages (about one supermarket per 5,600 people, one
convenience store per 2,400, one clinic per 1,250 …); places follow people and, for shops, the larger roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sample import names
from geodata.sample.names import MunicipalitySpec
from geodata.sample.region import PREFECTURE_NAME, Floats, Integers, Mask, Region, cell_of, generator
from geodata.sample.streets import ROAD_CLASSES, StreetWeb

_FEW: Final = 2  # where a municipality has so few of a kind, they stand in its centre
_CENTRE_M: Final = 500.0
_OFFSET_M: Final = 14.0  # from the middle of the street to the door


@dataclass(frozen=True)
class Recipe:
    """How a kind of facility is strewn over a municipality."""

    kind: str
    people_each: float
    crowding: float  # exponent of density: 1 follows people, below 1 spreads out
    main_road: float  # how much likelier on larger roads
    apart_m: float
    least: tuple[int, int, int]  # at least, in a city, a town, the village


RECIPES: Final = (
    Recipe("supermarket", 5_600, 1.0, 6.0, 650, (4, 1, 0)),
    Recipe("convenience", 2_400, 0.9, 8.0, 260, (8, 2, 0)),
    Recipe("drugstore", 6_600, 1.0, 8.0, 500, (3, 1, 0)),
    Recipe("fresh_food", 9_000, 1.2, 2.0, 150, (2, 1, 0)),
    Recipe("general_store", 14_000, 0.3, 3.0, 1_500, (1, 1, 2)),
    Recipe("marketplace", 45_000, 0.2, 6.0, 3_000, (1, 1, 1)),
    Recipe("department_store", 105_000, 2.0, 6.0, 300, (0, 0, 0)),
    Recipe("hospital", 15_000, 0.9, 4.0, 900, (2, 0, 0)),
    Recipe("clinic", 1_250, 1.0, 3.0, 90, (5, 2, 1)),
    Recipe("dentist", 1_900, 1.0, 3.0, 120, (4, 1, 0)),
    Recipe("pharmacy", 2_100, 1.0, 4.0, 120, (3, 1, 0)),
    Recipe("elderly_day_care", 2_700, 0.8, 1.5, 250, (4, 2, 1)),
    Recipe("elderly_home", 9_500, 0.4, 1.5, 700, (2, 1, 0)),
    Recipe("disability_welfare", 7_500, 0.8, 1.5, 400, (2, 1, 0)),
    Recipe("child_centre", 26_000, 0.8, 1.0, 1_200, (1, 0, 0)),
    Recipe("nursery", 4_300, 0.8, 1.0, 500, (3, 1, 1)),
    Recipe("kindergarten", 9_500, 0.9, 1.0, 700, (2, 0, 0)),
    Recipe("elementary_school", 6_000, 0.75, 1.0, 950, (3, 1, 1)),
    Recipe("junior_high_school", 12_500, 0.75, 1.0, 1_600, (2, 1, 1)),
    Recipe("high_school", 27_000, 0.9, 2.0, 1_500, (1, 0, 0)),
    Recipe("special_needs_school", 130_000, 0.6, 1.0, 3_000, (0, 0, 0)),
    Recipe("higher_education", 75_000, 0.7, 2.0, 2_000, (0, 0, 0)),
    Recipe("post_office", 4_800, 0.5, 4.0, 900, (3, 2, 2)),
    Recipe("bank", 6_400, 1.2, 6.0, 120, (3, 1, 1)),
    Recipe("branch_office", 17_000, 0.4, 3.0, 2_500, (2, 0, 0)),
    Recipe("community_centre", 6_500, 0.5, 1.5, 1_000, (3, 2, 2)),
    Recipe("library", 32_000, 0.9, 2.0, 2_000, (1, 1, 0)),
    Recipe("fuel", 3_800, 0.5, 12.0, 600, (4, 2, 1)),
)
_MAIN: Final = ("trunk", "primary", "secondary", "tertiary", "pedestrian")
_BUILT_ON: Final = (*_MAIN, "residential", "unclassified")


@dataclass
class _Frontage:
    """Edges that buildings can stand along, of one municipality: middle, unit normal, people, size of the road."""

    x: Floats
    y: Floats
    normal_x: Floats
    normal_y: Floats
    people: Floats
    is_main: Mask
    seat_m: Floats  # from the town hall


def place_facilities(region: Region, web: StreetWeb) -> pd.DataFrame:
    """All facilities of the prefecture.

    Returns
    -------
    Columns kind, name, brand, branch, municipality (index into the specs), quarter, address, x, y (planar metres),
    beds (hospitals and some clinics, else 0); one row per facility, grouped by kind.
    """
    settlement = region.settlement
    streets = _frontages(region, web)
    kinds = ["town_hall"] * len(region.specs)
    owners = [np.arange(len(region.specs))]
    doors = [np.column_stack([settlement.seat_x + 40.0, settlement.seat_y + 25.0])]
    for number, recipe in enumerate(RECIPES):
        random = generator(1_000 + number)
        for index, spec in enumerate(region.specs):
            doors.append(_choose(random, recipe, spec, streets[index]))
            owners.append(np.full(len(doors[-1]), index))
            kinds += [recipe.kind] * len(doors[-1])
    position = np.vstack(doors)
    table = {"kind": kinds, "municipality": np.concatenate(owners), "x": position[:, 0], "y": position[:, 1]}
    return _named(region, pd.DataFrame(table))


def _frontages(region: Region, web: StreetWeb) -> list[_Frontage]:
    built = np.isin(web.road_class, [ROAD_CLASSES.index(name) for name in _BUILT_ON]) & ~web.is_bridge & ~web.is_tunnel
    tail, head = web.tail[built], web.head[built]
    x, y = (web.x[tail] + web.x[head]) / 2, (web.y[tail] + web.y[head]) / 2
    length = np.maximum(web.metres[built], 1.0)
    main = np.isin(web.road_class[built], [ROAD_CLASSES.index(name) for name in _MAIN])
    people = region.settlement.urbanity[cell_of(x, y)] * np.minimum(length, 150)
    owner = region.settlement.municipality[cell_of(x, y)]
    normal_x, normal_y = -(web.y[head] - web.y[tail]) / length, (web.x[head] - web.x[tail]) / length
    settlement = region.settlement
    at = np.maximum(owner, 0)
    seat_m = np.hypot(x - settlement.seat_x[at], y - settlement.seat_y[at])
    columns = (x, y, normal_x, normal_y, people, main, seat_m)
    return [_Frontage(*(column[owner == index] for column in columns)) for index in range(len(region.specs))]


def _count(recipe: Recipe, spec: MunicipalitySpec) -> int:
    least = recipe.least[0] if spec.is_city else recipe.least[2] if spec.name.endswith("村") else recipe.least[1]
    if recipe.kind == "department_store":
        return round(spec.people / recipe.people_each) if spec.people > 100_000 else 0
    return max(least, round(spec.people / recipe.people_each))


def _choose(random: np.random.Generator, recipe: Recipe, spec: MunicipalitySpec, street: _Frontage) -> Floats:
    """Doors (k, 2) on edges drawn by weight without replacement, none too near to another of the kind."""
    count = _count(recipe, spec)
    weight = np.maximum(street.people, 1.0) ** recipe.crowding * np.where(street.is_main, recipe.main_road, 1.0)
    if count <= _FEW:
        weight = weight * np.exp(-street.seat_m / _CENTRE_M)
    key = np.log(random.random(len(weight))) / np.maximum(weight, 1e-12)
    order = np.argsort(-key)[: max(60, 8 * count)]
    edge = order[_apart(street.x[order], street.y[order], recipe.apart_m)[:count]]
    side = np.where(random.random(len(edge)) < 0.5, 1.0, -1.0) * _OFFSET_M
    return np.column_stack(
        [street.x[edge] + side * street.normal_x[edge], street.y[edge] + side * street.normal_y[edge]]
    )


def _apart(x: Floats, y: Floats, distance_m: float) -> Integers:
    points = np.column_stack([x, y])
    dropped = np.zeros(len(points), dtype=bool)
    kept = []
    for place, near in enumerate(cKDTree(points).query_ball_point(points, distance_m)):
        if not dropped[place]:
            kept.append(place)
            dropped[near] = True
    return np.array(kept, dtype=np.int64)


def _named(region: Region, table: pd.DataFrame) -> pd.DataFrame:
    settlement, random = region.settlement, generator(80)
    quarters = cKDTree(np.column_stack([settlement.hamlet_x, settlement.hamlet_y]))
    nearest = np.asarray(quarters.query(table[["x", "y"]].to_numpy())[1])
    table["quarter"] = [settlement.hamlet_name[place] for place in nearest]
    block, house = random.integers(1, 40, len(table)), random.integers(1, 30, len(table))
    table["address"] = [
        f"{PREFECTURE_NAME}{region.specs[index].county}{region.specs[index].name}{quarter}{one}-{two}"
        for index, quarter, one, two in zip(table["municipality"], table["quarter"], block, house, strict=True)
    ]
    draw = random.integers(0, 1 << 30, len(table)).tolist()
    named = [
        _name(kind, quarter, region.specs[index], number)
        for kind, quarter, index, number in zip(
            table["kind"], table["quarter"], table["municipality"], draw, strict=True
        )
    ]
    table["name"], table["brand"], table["branch"] = (list(part) for part in zip(*named, strict=True))
    table["beds"] = np.where(
        table["kind"] == "hospital",
        random.choice([60, 99, 120, 180, 240, 320, 450], len(table)),
        np.where((table["kind"] == "clinic") & (random.random(len(table)) < 0.06), 19, 0),
    )
    return table


_BRANDS: Final = {
    "supermarket": names.SUPERMARKETS,
    "convenience": names.CONVENIENCES,
    "drugstore": names.DRUGSTORES,
    "bank": names.BANKS,
    "fuel": names.FUELS,
    "department_store": ("見本百貨店", "架空屋"),
}
_PATTERNS: Final = {
    "fresh_food": ("{family}青果店", "{family}精肉店", "鮮魚{family}"),
    "general_store": ("{family}商店", "{quarter}よろず屋"),
    "marketplace": ("{quarter}農産物直売所", "道の駅{quarter}"),
    "hospital": ("{quarter}病院", "{family}記念病院", "{quarter}総合病院"),
    "clinic": (
        "{family}内科クリニック",
        "{family}医院",
        "{family}整形外科",
        "{family}小児科",
        "{quarter}診療所",
        "{family}眼科",
    ),
    "dentist": ("{family}歯科医院", "{quarter}デンタルクリニック"),
    "pharmacy": ("{quarter}調剤薬局", "{family}薬局"),
    "elderly_day_care": ("デイサービス{quarter}", "{quarter}通所介護センター"),
    "elderly_home": ("特別養護老人ホーム{quarter}荘", "{quarter}苑"),
    "disability_welfare": ("{quarter}作業所", "障害者支援センター{quarter}"),
    "child_centre": ("{quarter}児童館",),
    "nursery": ("{quarter}保育園", "{quarter}こども園"),
    "kindergarten": ("{quarter}幼稚園",),
    "elementary_school": ("{owner}立{quarter}小学校",),
    "junior_high_school": ("{owner}立{quarter}中学校",),
    "high_school": ("架空の見本県立{quarter}高等学校", "{quarter}学園高等学校"),
    "special_needs_school": ("架空の見本県立{quarter}特別支援学校",),
    "higher_education": ("{quarter}大学", "{quarter}短期大学"),
    "post_office": ("{quarter}郵便局",),
    "town_hall": ("{owner}役所",),
    "branch_office": ("{owner}役所{quarter}支所",),
    "community_centre": ("{quarter}公民館", "{quarter}集会所"),
    "library": ("{owner}立{quarter}図書館",),
}


def _name(kind: str, quarter: str, spec: MunicipalitySpec, number: int) -> tuple[str, str, str]:
    """Name, brand and branch of one facility; `number` decides among the patterns."""
    if kind in _BRANDS:
        brand = _BRANDS[kind][number % len(_BRANDS[kind])]
        branch = quarter + ("支店" if kind == "bank" else "SS" if kind == "fuel" else "店")
        return f"{brand} {branch}", brand, branch
    patterns = _PATTERNS[kind]
    text = patterns[number % len(patterns)].format(
        quarter=quarter, family=names.FAMILY_NAMES[number // 7 % len(names.FAMILY_NAMES)], owner=spec.name
    )
    if kind in {"town_hall", "branch_office"} and not spec.is_city:
        text = text.replace("役所", "役場")
    return text, "", ""
