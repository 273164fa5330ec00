"""How complete the lists of shops are: shops listed against a yardstick, per municipality.

The yardstick is a published number of shops where the user gives one, else what a municipality of that many people has
at the national rate: convenience stores 56,352 (経済産業省 商業動態統計 2021), supermarkets 23,078 and drugstores 17,622
(2021), over 126,146,099 people (国勢調査 2020). The second is rough: tourist towns have more shops, villages fewer.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, from_figures

NATIONAL_PEOPLE: Final = 126_146_099.0
NATIONAL_SHOPS: Final[dict[str, int]] = {"supermarket": 23_078, "convenience": 56_352, "drugstore": 17_622}
LOW_PERCENT: Final = 50.0
CHANCE: Final = 0.05  # so few shops or fewer would be chance in one of twenty towns
PUBLISHED: Final = "shops_published_{kind}"  # id of a published number in a described table of municipalities
COMPLETENESS: Final = "shop_list_completeness_{kind}"
COMPLETENESS_COLUMNS: Final = (
    "municipality_code",
    "kind",
    "listed",  # shops of the kind that the sources list in the municipality
    "yardstick",  # how many there should be
    "basis",  # published, or national_rate
    "source",  # who published the yardstick
    "as_of",
    "is_surveyed",  # whether any source claims to list the kind in the municipality
    "share",  # percent, missing where the yardstick is 0
    "is_low",
)

NAMES: Final = {
    "supermarket": ("スーパー", "supermarkets"),
    "convenience": ("コンビニ", "convenience stores"),
    "drugstore": ("ドラッグストア", "drugstores"),
}


def expected_shops(kind: str, people: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Shops of a kind among so many people at the national rate."""
    return np.asarray(people, dtype=np.float64) * (NATIONAL_SHOPS[kind] / NATIONAL_PEOPLE)


def is_low(listed: float, yardstick: float, *, is_published: bool) -> bool:
    """Whether a list holds less than half of the yardstick, and not by chance.

    A village of 2,000 people is expected to have 0.9 convenience stores, and many have none: against the national rate
    the list is called low only if so few shops (Poisson) are less likely than one in twenty.
    """
    if not yardstick > 0 or listed >= yardstick * LOW_PERCENT / 100:
        return False
    return is_published or _poisson_at_most(int(listed), yardstick) < CHANCE


def _poisson_at_most(count: int, mean: float) -> float:
    """Probability of `count` or fewer."""
    logs = [number * math.log(mean) - mean - math.lgamma(number + 1) for number in range(count + 1)]
    return math.fsum(map(math.exp, logs))


def _completeness(kind: str) -> Indicator:
    ja, en = NAMES[kind]
    shops = NATIONAL_SHOPS[kind]
    return Indicator(
        id=COMPLETENESS.format(kind=kind),
        family="shop_list_completeness",
        theme="shopping",
        ja=f"店舗一覧の充足率（{ja}）",
        en=f"Completeness of the shop lists ({en})",
        definition_ja=f"取り込んだ一覧の{ja}の数を、公表された店舗数（なければ全国平均の人口あたり店舗数から見込まれる数）で割ったもの。"
        "買物の指標がどれほど信じられるかの目安。",
        definition_en=f"{en.capitalize()} in the lists at hand, over the published number or, where none is given, the number "
        "expected at the national rate per person. It tells how far the shopping indicators can be trusted.",
        formula=f"100 × n ÷ N, N = N* ∨ ΣP × {shops:,} ÷ {NATIONAL_PEOPLE:,.0f}",
        unit="%",
        modes=("",),
        classes=(25.0, 50.0, 75.0, 90.0),
        better=None,
        rule_ja=f"全国の{ja} {shops:,} 店（2021年: 商業動態統計・業界統計）、国勢調査2020年人口。50%未満を「少ない」とするのは"
        "本ツールの既定値・変更可",
        rule_en=f"{shops:,} {en} in Japan (2021, trade statistics), 2020 census. Calling less than 50 % low is this tool's "
        "default, editable",
        category=kind,
        limits_ja="全国平均による見込みは粗い目安。観光地や都市の中心では100%を超え、小さな町村では実際に店が少ないことがある。"
        "公表数と一覧の年次の違い、店舗の定義の違いも含む。",
        limits_en="The national rate is a rough yardstick: centres and resorts exceed 100 %, and small towns may really have "
        "few shops. Years and definitions of lists and published numbers differ.",
        needs=("facilities",),
        groups=("total",),
    )


INDICATORS: Final = tuple(_completeness(kind) for kind in NATIONAL_SHOPS)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """Listed shops in percent of the yardstick, per area; no data where no list covers the area."""
    del mode, group
    kind = indicator.category
    assert kind is not None
    own = from_figures(conditions, COMPLETENESS.format(kind=kind))
    why = conditions.why_missing(kind, "straight")
    reason = np.where(why != "", why, own.reason)
    value, listed, yardstick = (
        np.where(reason == "", each, np.nan) for each in (own.value, own.numerator, own.denominator)
    )
    return AreaValues(value, listed, yardstick, reason)
