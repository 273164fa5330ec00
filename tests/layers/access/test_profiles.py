"""Profiles: their numbers, what they refuse, and that they can be written down and read back."""

import json
from dataclasses import replace

import numpy as np
import pytest

from geodata.streets import DRIVE_BACKWARD, ROAD_CLASS_INDEX, WALK_FORWARD
from layers.access.profiles import (
    CYCLE,
    DRIVE,
    DRIVE_WINTER,
    PROFILES,
    WALK,
    WALK_ELDERLY,
    WALK_SLOPE,
    WALK_WINTER,
    Profile,
    profiles_for,
)

CLASSES = np.array([ROAD_CLASS_INDEX[name] for name in ("primary", "primary", "track")], dtype=np.uint8)
POSTED = np.array([0, 20, 0], dtype=np.float32)


def test_speeds():
    assert WALK.kmh(CLASSES, POSTED) == pytest.approx([4.8, 4.8, 4.8])
    assert WALK_ELDERLY.kmh(CLASSES, POSTED) == pytest.approx([3.6, 3.6, 3.6])
    assert CYCLE.kmh(CLASSES, POSTED) == pytest.approx([15, 15, 15])
    assert DRIVE.kmh(CLASSES, POSTED) == pytest.approx([40, 20, 10])
    assert DRIVE_WINTER.kmh(CLASSES, POSTED) == pytest.approx([32, 16, 8])


def test_the_last_metres_are_walked_at_the_same_pace():
    assert WALK.snap_seconds(np.array([80.0])).tolist() == [60]
    assert WALK_ELDERLY.snap_seconds(np.array([60.0])).tolist() == [60]
    assert DRIVE.snap_seconds(np.array([80.0])).tolist() == [60]


def test_only_one_speed_from_door_to_door_is_uniform():
    assert [profile.id for profile in PROFILES.values() if profile.is_uniform] == [
        "walk",
        "walk_elderly",
        "walk_winter",
    ]
    assert not replace(WALK, signal_seconds=1.0).is_uniform


def test_rights_of_way():
    assert WALK_SLOPE.forward == WALK_FORWARD
    assert DRIVE_WINTER.backward == DRIVE_BACKWARD


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_written_down_and_read_back(profile):
    assert Profile.from_dict(json.loads(json.dumps(profile.as_dict()))) == profile


def test_profiles_of_a_manifest():
    assert profiles_for({"profiles": [WALK_WINTER.as_dict(), DRIVE.as_dict()]}) == {
        "walk_winter": WALK_WINTER,
        "drive": DRIVE,
    }
    assert profiles_for({}) == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metres_per_minute": -80.0}, "metres_per_minute must be 0 or more"),
        ({"metres_per_minute": float("nan")}, "metres_per_minute"),
        ({"snap_metres_per_minute": 0.0}, "snap_metres_per_minute must be above 0"),
        ({"signal_seconds": float("inf")}, "signal_seconds"),
        ({"kmh_by_class": {"primary": 40.0}}, "one of them"),
        ({"metres_per_minute": 0.0}, "one of them"),
        ({"metres_per_minute": 0.0, "kmh_by_class": {"primary": 0.0}}, "kmh_by_class.primary must be above 0"),
        ({"metres_per_minute": 0.0, "kmh_by_class": {"autobahn": 130.0}}, "'autobahn' is no road class"),
        ({"metres_per_minute": 0.0, "kmh_by_class": {"primary": 40.0}, "uses_slope": True}, "uses_slope needs"),
        ({"not_at_the_door": ("autobahn",)}, "'autobahn' is no road class"),
        ({"way": "fly"}, "way must be"),
    ],
)
def test_what_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(WALK, **change)
