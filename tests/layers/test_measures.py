"""What stored measures count in, and which modes a table has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers import catalogue
from layers.access.profiles import CYCLE, DRIVE, PROFILES, WALK
from layers.catalogue import MODES, STREET_MODES
from layers.conditions import Conditions
from layers.indicators import blocks_of
from layers.measures import is_in_metres, per_minute

MEDIAN = catalogue.get("supermarket_minutes_median")


def conditions(**changes: object) -> Conditions:
    """One place: 700 m on foot, 120 s by car, 90 s by bicycle."""
    base = Conditions(
        area_of_place=np.array([0]),
        area_km2=np.array([1.0]),
        people={"total": np.array([10.0])},
        distances={
            ("supermarket", "walk"): np.array([700], np.float32),
            ("supermarket", "drive"): np.array([120], np.float32),
            ("supermarket", "cycle"): np.array([90], np.float32),
        },
        surveyed={"supermarket": np.array([True])},
        profiles={"walk": WALK, "drive": DRIVE, "cycle": CYCLE},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_units() -> None:
    assert [mode for mode in MODES if mode and is_in_metres(mode)] == ["straight", "walk"]
    assert per_minute("walk", PROFILES) == 80
    assert {per_minute(mode, PROFILES) for mode in STREET_MODES if mode != "walk"} == {60}
    with pytest.raises(KeyError):
        per_minute("straight", PROFILES)


def test_planners_see_the_plain_modes_first() -> None:
    assert list(MODES)[:3] == ["straight", "walk", "drive"]
    assert set(STREET_MODES) == set(PROFILES)
    assert MEDIAN.modes == STREET_MODES


def test_minutes_on_foot_follow_the_speed_of_the_build() -> None:
    def median(mode: str, **changes: object) -> float:
        return float(catalogue.compute(MEDIAN, conditions(**changes), mode, "total").value[0])

    assert median("walk") == 8.75
    slow = replace(WALK, metres_per_minute=70.0, snap_metres_per_minute=70.0)
    assert median("walk", profiles={"walk": slow}) == 10
    assert median("drive") == 2
    assert median("cycle") == 1.5


def test_only_modes_in_force_have_rows() -> None:
    def modes(**changes: object) -> list[str]:
        return [block.mode for block in blocks_of(conditions(**changes), [MEDIAN])]

    assert modes() == ["walk", "drive", "cycle"]
    assert modes(profiles={"walk": WALK}) == ["walk"]
    share = catalogue.get("supermarket_within_800m")
    assert [block.mode for block in blocks_of(conditions(), [share])] == ["straight", "walk"]
