"""People in hazard areas, and how far the residential guidance areas lie in them.

A place is in a hazard area if its point lies in one of the published polygons. Where no file covers a municipality there is
no value: having read no polygon does not mean that nothing can happen there.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, from_figures, nothing
from layers.zones_and_places import RESIDENTIAL, in_zone, percentage, share_of_zone

_CLASSES: Final = (1.0, 5.0, 20.0, 40.0)
# Files by grid square or prefecture do not end at the border of a town: so many people may stay unknown.
_MAY_BE_UNKNOWN: Final = 0.05
_HAZARDS: Final = {
    "flood": ("洪水浸水想定区域", "Expected flooding", "水防法第14条、国土数値情報A31b（想定最大規模）", "Flood Prevention Act art. 14; A31b"),
    "flood_3m": (
        "浸水深3m以上の洪水浸水想定区域",
        "Expected flooding of 3 m or more",
        "水防法第14条、国土数値情報A31b（浸水深ランク3以上。既定値・変更可）",
        "Flood Prevention Act art. 14; A31b, rank 3 and over (default, editable)",
    ),
    "landslide": ("土砂災害警戒区域", "Landslide warning areas", "土砂災害防止法第7条・第9条、国土数値情報A33", "Sediment Disaster Act arts. 7, 9; A33"),
    "landslide_special": (
        "土砂災害特別警戒区域",
        "Special landslide warning areas",
        "土砂災害防止法第9条、国土数値情報A33",
        "Sediment Disaster Act art. 9; A33",
    ),
    "tsunami": ("津波浸水想定区域", "Expected tsunami flooding", "津波防災地域づくり法第8条、国土数値情報A40", "Act on Tsunami-resilient Areas art. 8; A40"),
}  # fmt: skip
_LIMITS: Final = (
    "公表された区域だけを数える（中小河川・内水・指定前の斜面は含まないことがある）。区分コードの意味は既定値・変更可。",
    "Counts published areas only (no small rivers, inland flooding …). The meaning of the class codes: default, editable.",
)


def _entries(hazard: str) -> tuple[Indicator, ...]:
    ja, en, rule_ja, rule_en = _HAZARDS[hazard]
    small = en[0].lower() + en[1:]
    texts = (
        (
            f"hazard_{hazard}_people",
            f"{ja}の人口割合",
            f"{en}: people",
            f"{ja}に住む人の割合。",
            f"Share of the people who live in areas of {small}.",
            "100 × Σ P·h ÷ Σ P",
        ),
        (
            f"hazard_{hazard}_area_share",
            f"{ja}の面積割合",
            f"{en}: area",
            f"市区町村の面積のうち、{ja}の割合。",
            f"Share of the area of the municipality: {small}.",
            "100 × A(H) ÷ A",
        ),
        (
            f"zone_residential_hazard_{hazard}_people",
            f"居住誘導区域の人口のうち{ja}に住む人の割合",
            f"{en}: people of the residential guidance area",
            f"居住誘導区域に住む人のうち、{ja}に住む人の割合。",
            f"Share of the people in the residential guidance area who live in areas of {small}.",
            "100 × Σ P·z·h ÷ Σ P·z",
        ),
        (
            f"zone_residential_hazard_{hazard}_area_share",
            f"居住誘導区域のうち{ja}の面積割合",
            f"{en}: area of the residential guidance area",
            f"居住誘導区域の面積のうち、{ja}の割合。",
            f"Share of the area of the residential guidance area: {small}.",
            "100 × A(Z∩H) ÷ A(Z)",
        ),
    )
    return tuple(
        Indicator(
            id=identity,
            family=identity,
            theme="compact_city",
            ja=name_ja,
            en=name_en,
            definition_ja=definition_ja,
            definition_en=definition_en,
            formula=formula,
            unit="%",
            modes=("",),
            classes=_CLASSES,
            better="low",
            rule_ja=rule_ja,
            rule_en=rule_en,
            limits_ja=_LIMITS[0],
            limits_en=_LIMITS[1],
            needs=("hazards", "zones") if identity.startswith("zone_") else ("hazards",),
            groups=("total",) if identity.endswith("_area_share") else None,
            drawn=f"hazard_{hazard}",
        )
        for identity, name_ja, name_en, definition_ja, definition_en, formula in texts
    )


INDICATORS: Final = tuple(entry for hazard in _HAZARDS for entry in _entries(hazard))


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """People or area in a hazard area, of the whole or of the residential guidance area."""
    del mode
    of_zone = indicator.id.startswith("zone_")
    if indicator.id.endswith("_area_share"):
        return _area_share(conditions, indicator.id, str(indicator.drawn), of_zone=of_zone)
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    inside, reason = _in_hazard(conditions, str(indicator.drawn))
    if of_zone:
        return share_of_zone(conditions, RESIDENTIAL, inside, group, reason)
    people = conditions.sum_over_areas(np.where(inside, conditions.people[group], 0.0))
    return percentage(people, conditions.total(group), reason, "no_people")


def _in_hazard(conditions: Conditions, hazard: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.str_]]:
    """Which places lie in the hazard area, and per area why that is not known."""
    values = conditions.place_values.get(hazard)
    if values is None:
        empty = np.zeros(len(conditions.area_of_place), dtype=bool)
        return empty, np.full(conditions.area_count, "no_hazard_source", dtype="U24")
    unknown = conditions.sum_over_areas(np.where(np.isnan(values), conditions.people["total"], 0.0))
    reason = np.where(unknown > _MAY_BE_UNKNOWN * conditions.total("total"), "no_hazard_source", "")
    return np.asarray(values == 1), reason


def _area_share(conditions: Conditions, name: str, hazard: str, *, of_zone: bool) -> AreaValues:
    found = from_figures(conditions, name, missing="no_hazard_source")
    _, reason = _in_hazard(conditions, hazard)
    if of_zone:
        without = in_zone(conditions, RESIDENTIAL)[1]
        reason = np.where(without == "", reason, without)
    reason = np.where(reason == "", "no_hazard_source", reason)
    reason = np.where(np.isfinite(found.value), "", reason)
    return AreaValues(found.value, found.numerator, found.denominator, reason)
