"""The catalogue: every indicator's definition, formula, unit, threshold, modes and the rule it comes from.

A layer module registers its indicators here at import; pages, exports and the command line read nothing else, so a new
indicator appears everywhere at once. See CONTRIBUTING.md, "How to add a layer".
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Final, Literal

from layers.access.profiles import PROFILES

if TYPE_CHECKING:
    from layers.conditions import AreaValues, Conditions

Better = Literal["high", "low"] | None
Level = Literal["municipality", "prefecture"]

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
    "leisure": ("公園", "Parks"),
    "compact_city": ("コンパクトシティ・災害", "Compact city and hazards"),
    "digital": ("デジタル", "Digital"),
    "future": ("将来人口", "Future people"),
    "migration": ("人口移動・通勤", "Migration and commuting"),
    "hubs": ("小さな拠点", "Small hubs"),
    "score": ("生活利便スコア", "Accessibility scores"),
    "wellbeing": ("幸福度・その他の表", "Well-being and other tables"),
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
class Preset:
    """A threshold that somebody has set: its value in the indicator's own unit of threshold, and who set it where."""

    value: float
    ja: str
    en: str


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
    official_group
        The age group that the published value counts.
    limits_ja, limits_en
        What the number cannot say, in a sentence.
    needs
        Purposes (:data:`geodata.sources.PURPOSES`) without which there is no value, people and boundaries apart.
    level
        The finest level at which there is a value: what is published for prefectures is never given to a town.
    groups
        Age groups it is made for; None makes it for every group of the population source.
    presets
        Thresholds in use for this, each with its source; the first is the indicator's own.
    kpi
        Numbers of the KPIs (:mod:`layers.kpi`) that it answers.
    drawn
        Name of the value per place (:attr:`layers.conditions.Conditions.place_values`) that shows it on the map.
    counted
        Unit of the numerator and denominator of a share: 人, 世帯, km² …
    base
        Id of the catalogue entry that this was made from by :func:`at_threshold`; ``""`` in the catalogue itself.
    layer
        Name of the module of ``layers`` that computes it, for an indicator that only one workspace has (it comes from a
        table that its user described); ``""`` in the catalogue itself, where the defining module does.
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
    official_group: str = "total"
    limits_ja: str = ""
    limits_en: str = ""
    needs: tuple[str, ...] = ()
    level: Level = "municipality"
    groups: tuple[str, ...] | None = None
    presets: tuple[Preset, ...] = ()
    kpi: tuple[int, ...] = ()
    drawn: str | None = None
    counted: str = "人"
    base: str = ""
    layer: str = ""


@cache
def indicators(own: tuple[Indicator, ...] = ()) -> dict[str, Indicator]:
    """Every indicator that the layer modules define, by id, in the order of the themes.

    Parameters
    ----------
    own
        What one workspace has beyond the catalogue (:func:`explorer.own_indicators.own_indicators`). Nothing is remembered
        of it anywhere else, so that two workspaces open at once never see each other's.

    Raises
    ------
    ValueError
        One of them has the id of another.
    """
    order = list(THEMES)
    every = [*(indicator for indicator, _ in _layers().values()), *own]
    found = {indicator.id: indicator for indicator in sorted(every, key=lambda each: order.index(each.theme))}
    if len(found) < len(every):
        raise ValueError(f"ids of the catalogue among {[indicator.id for indicator in own]}")
    return found


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """The indicator's value in every area, by the layer that defines it."""
    if indicator.layer:
        layer = importlib.import_module(f"layers.{indicator.layer}")
    else:
        _, layer = _layers()[indicator.base or indicator.id]
    values: AreaValues = layer.compute(indicator, conditions, mode, group)
    return values


def at_threshold(indicator: Indicator, metres: int) -> Indicator:
    """The same indicator with another limit of distance, named after it: what a planner tries out.

    Raises
    ------
    ValueError
        It has no limit in metres, or the new one is not positive.
    """
    own = indicator.threshold_m
    if own is None or metres <= 0:
        raise ValueError(f"{indicator.id}: {metres} m")
    if metres == own:
        return indicator
    names = {
        name: getattr(indicator, name).replace(f"{own:,}m", f"{metres:,}m").replace(f"{own:,} m", f"{metres:,} m")
        for name in ("ja", "en", "definition_ja", "definition_en", "formula")
    }
    return replace(
        indicator,
        id=f"{indicator.family}_{metres}m",
        threshold_m=metres,
        official=None,
        base=indicator.base or indicator.id,
        **names,
    )


@cache
def _layers() -> dict[str, tuple[Indicator, ModuleType]]:
    """Indicator and the module of ``layers`` that defines it, by id: every module with an ``INDICATORS`` tuple is a layer."""
    import layers

    found: dict[str, tuple[Indicator, ModuleType]] = {}
    for info in pkgutil.iter_modules(layers.__path__):
        module = importlib.import_module(f"layers.{info.name}")
        for indicator in getattr(module, "INDICATORS", ()):
            if indicator.id in found:
                raise ValueError(f"two layers define the indicator {indicator.id}")
            found[indicator.id] = indicator, module
    return found


def get(indicator_id: str) -> Indicator:
    """The catalogue entry of an id.

    Raises
    ------
    KeyError
        No layer defines it.
    """
    return indicators()[indicator_id]


def available(indicator_ids: Iterable[str], own: tuple[Indicator, ...] = ()) -> list[Indicator]:
    """The entries of those ids that the catalogue, or with `own` the workspace, knows, in catalogue order."""
    wanted = set(indicator_ids)
    return [indicator for indicator in indicators(own).values() if indicator.id in wanted]
