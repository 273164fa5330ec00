"""People inside zones: shares over places that are in a zone or not, with a reason where the zones are not known."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from layers.conditions import AreaValues, Conditions, nothing
from layers.figures import Floats

Reasons = npt.NDArray[np.str_]

RESIDENTIAL: Final = "zone_residential"  # names of the values per place and of the figures
FUNCTION: Final = "zone_function"


def in_zone(conditions: Conditions, zone: str) -> tuple[Floats, Reasons]:
    """Which places are in a zone, and in which areas that is known.

    Returns
    -------
    inside
        (n_places,) 1 or 0; 0 where it is not known.
    reason
        (n_areas,) ``""`` where it is known of every place, ``no_zones`` where of none, ``some_without_zones`` between.
    """
    values = conditions.place_values.get(zone)
    if values is None:
        return np.zeros(len(conditions.area_of_place)), np.full(conditions.area_count, "no_zones", dtype="U20")
    unknown = np.isnan(values)
    missing = conditions.sum_over_areas(unknown.astype(np.float64))
    count = conditions.sum_over_areas(np.ones(len(values)))
    reason = np.where(missing == 0, "", np.where(missing == count, "no_zones", "some_without_zones"))
    return np.where(unknown, 0.0, values).astype(np.float64), reason


def share_in_zone(conditions: Conditions, zone: str, group: str) -> AreaValues:
    """Percentage of an age group that lives in the zone."""
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    inside, reason = in_zone(conditions, zone)
    within = conditions.sum_over_areas(inside * conditions.people[group])
    return percentage(within, conditions.total(group), reason, "no_people")


def share_of_zone(
    conditions: Conditions, zone: str, holds: npt.NDArray[np.bool_], group: str, reason: Reasons
) -> AreaValues:
    """Percentage of those of an age group who live in the zone that lives at places for which `holds`."""
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    inside, without = in_zone(conditions, zone)
    people = inside * conditions.people[group]
    reason = np.where(without == "", reason, without)
    both = conditions.sum_over_areas(np.where(holds, people, 0.0))
    return percentage(both, conditions.sum_over_areas(people), reason, "nobody_in_zone")


def percentage(numerator: Floats, denominator: Floats, reason: Reasons, if_nobody: str) -> AreaValues:
    """100 × numerator ÷ denominator where there is no reason against it; nobody to divide by is one."""
    reason = np.where((reason == "") & (denominator <= 0), if_nobody, reason)
    ok = reason == ""
    with np.errstate(invalid="ignore", divide="ignore"):
        value = 100.0 * numerator / denominator
    value, numerator, denominator = (np.where(ok, values, np.nan) for values in (value, numerator, denominator))
    return AreaValues(value, numerator, denominator, reason)
