"""The catalogue: every indicator's definition, formula, unit, threshold, modes and the rule it comes from.

A layer module registers its indicators here at import; pages, exports and the command line read nothing else, so a new
indicator appears everywhere at once. See CONTRIBUTING.md, "How to add a layer".
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal

from layers.access.profiles import PROFILES

if TYPE_CHECKING:
    from layers.conditions import AreaValues, Conditions

Better = Literal["high", "low"] | None

THEMES: Final[dict[str, tuple[str, str]]] = {
    "population": ("人口", "Population"),
    "shopping": ("買物", "Shopping"),
    "medical": ("医療", "Medical care"),
    "transport": ("公共交通", "Public transport"),
    "welfare": ("福祉", "Welfare"),
    "childcare": ("子育て", "Childcare"),
    "school": ("教育", "Schools"),
    "post_bank": ("郵便・金融", "Post and bank"),
    "administration": ("行政・文化", "Administration and culture"),
    "energy": ("燃料", "Fuel"),
}
GROUPS: Final[dict[str, tuple[str, str]]] = {
    "total": ("総人口", "All people"),
    "0_4": ("0〜4歳", "Aged 0-4"),
    "0_14": ("0〜14歳", "Aged 0-14"),
    "15_64": ("15〜64歳", "Aged 15-64"),
    "65_plus": ("65歳以上", "Aged 65 and over"),
    "75_plus": ("75歳以上", "Aged 75 and over"),
    "85_plus": ("85歳以上", "Aged 85 and over"),
    "women_20_39": ("女性20〜39歳", "Women aged 20-39"),
}
# A planner looks at the first three; the variants come after them.
STREET_MODES: Final = ("walk", "drive", "cycle", "walk_elderly", "walk_slope", "walk_winter", "drive_winter")
assert set(STREET_MODES) == set(PROFILES)
MODES: Final[dict[str, tuple[str, str]]] = {
    "straight": ("直線距離", "Straight line"),
    **{mode: (PROFILES[mode].ja, PROFILES[mode].en) for mode in STREET_MODES},
    "walk": ("道のり（徒歩）", "On foot along streets"),
    "": ("—", "—"),
}


@dataclass(frozen=True)
class Indicator:
    """One indicator of the catalogue.

    Parameters
    ----------
    id
        Name in tables and files, such as ``supermarket_within_800m``.
    family
        Indicators that differ only in their threshold share a family (``supermarket_within``).
    theme
        Key of :data:`THEMES`.
    ja, en
        Names shown to people.
    definition_ja, definition_en
        One or two sentences that say what is counted.
    formula
        In symbols: P people at a place, d distance or t time to the nearest facility.
    unit
        ``%``, ``分``, ``人``, ``人/km²``.
    modes
        How distance is measured; ``("",)`` where there is none.
    threshold_m
        Metres, where there is one.
    category
        The service measured (see :data:`geodata.kinds.CATEGORIES`, or station, stop, stop30).
    classes
        Inner limits of the default legend: policy thresholds, fixed so that maps can be compared.
    better
        Which end is good for the people, if either.
    rule_ja, rule_en
        The law, handbook or paper that the rule comes from.
    official
        Column of the official table that publishes the same thing, if any.
    """

    id: str
    family: str
    theme: str
    ja: str
    en: str
    definition_ja: str
    definition_en: str
    formula: str
    unit: str
    modes: tuple[str, ...]
    classes: tuple[float, ...]
    better: Better
    rule_ja: str
    rule_en: str
    threshold_m: int | None = None
    category: str | None = None
    official: str | None = None


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator that the layer modules define, by id, in the order of the themes."""
    order = list(THEMES)
    found = sorted(_layer_of(), key=lambda indicator: order.index(indicator.theme))
    return {indicator.id: indicator for indicator in found}


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """The indicator's value in every area, by the layer that defines it."""
    values: AreaValues = _layer_of()[indicator].compute(indicator, conditions, mode, group)
    return values


@cache
def _layer_of() -> dict[Indicator, ModuleType]:
    """Indicator → the module of ``layers`` that defines it: every module with an ``INDICATORS`` tuple is a layer."""
    import layers

    found: dict[Indicator, ModuleType] = {}
    for info in pkgutil.iter_modules(layers.__path__):
        module = importlib.import_module(f"layers.{info.name}")
        found |= dict.fromkeys(getattr(module, "INDICATORS", ()), module)
    if len({indicator.id for indicator in found}) != len(found):
        raise ValueError("two layers define the same indicator id")
    return found


def get(indicator_id: str) -> Indicator:
    """The catalogue entry of an id.

    Raises
    ------
    KeyError
        No layer defines it.
    """
    return indicators()[indicator_id]


def available(indicator_ids: Iterable[str]) -> list[Indicator]:
    """The entries of those ids that the catalogue knows, in catalogue order."""
    wanted = set(indicator_ids)
    return [indicator for indicator in indicators().values() if indicator.id in wanted]
