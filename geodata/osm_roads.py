"""What the tags of an OSM way say about walking, driving and cycling on it.

Rules after the OSM wiki (Key:highway, Key:access, Key:oneway, Japan tagging), which osmnx follows too:

- a mode's own tag (`foot`, `motorcar` before `motor_vehicle`, `bicycle`) beats `vehicle`, which beats `access`;
- on foot everything is open but motorways, their ramps and `motorroad=yes`;
- driving follows `oneway`; where it is absent, roundabouts and motorways are one-way. `oneway=reversible` and
  `alternating` change with the hour and count as open both ways;
- a one-way street is two-way on foot unless `oneway:foot` says otherwise, or it is a moving walkway (`conveying`);
- `customers` and `destination` are open, because a resident going to the shop is just that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from geodata.streets import (
    BRIDGE,
    CYCLE_BACKWARD,
    CYCLE_FORWARD,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    ROAD_CLASS_INDEX,
    TUNNEL,
    WALK_BACKWARD,
    WALK_FORWARD,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_DRIVEN: Final = frozenset(
    [
        "motorway",
        "motorway_link",
        "trunk",
        "trunk_link",
        "primary",
        "primary_link",
        "secondary",
        "secondary_link",
        "tertiary",
        "tertiary_link",
        "unclassified",
        "residential",
        "living_street",
        "service",
        "road",
    ]
)
_NOT_WALKED: Final = frozenset({"motorway", "motorway_link", "busway"})
_NOT_CYCLED: Final = frozenset(
    {"motorway", "motorway_link", "busway", "footway", "pedestrian", "steps", "corridor", "bridleway"}
)
_CLOSED: Final = frozenset(
    {
        "no", "private", "military", "restricted", "forestry", "agricultural", "permit", "emergency", "delivery",
        "bus", "psv", "employees", "staff", "residents",
    }
)  # fmt: skip
_ONEWAY: Final = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1}
_TWO_WAY: Final = frozenset({"no", "false", "0", "reversible", "alternating"})
# Statutory limits (道路交通法施行令 第11条・第27条): 60 km/h on ordinary roads, 100 km/h on expressways.
_JAPAN_GENERAL_KMH: Final = 60.0
_JAPAN_MOTORWAY_KMH: Final = 100.0
_KMH_PER_MPH: Final = 1.609344
_SPEED: Final = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?\s*$")


SIGNAL_KEYS: Final = ("highway", "crossing", "crossing:signals")  # of nodes


def has_signals(tags: Mapping[str, str]) -> bool:
    """Whether a node has traffic signals: at a junction or stop line, or where people cross the street."""
    signals = "traffic_signals" in {tags.get("highway"), tags.get("crossing")}
    return signals or tags.get("crossing:signals") == "yes"


class Road(NamedTuple):
    """Class index, flags and posted speed (0 = untagged) of a way."""

    road_class: int
    flags: int
    speed_kmh: float


def read_road(tags: Mapping[str, str]) -> Road | None:
    """The road that a way's tags describe, or None where there is nothing to walk, drive or cycle along."""
    highway = tags.get("highway", "")
    road_class = ROAD_CLASS_INDEX.get(highway)
    if road_class is None or tags.get("area") == "yes":
        return None
    flags = _walk_flags(tags, highway) | _drive_flags(tags, highway) | _cycle_flags(tags, highway)
    if not flags:
        return None
    if tags.get("bridge", "no") != "no":
        flags |= BRIDGE
    if tags.get("tunnel", "no") != "no":
        flags |= TUNNEL
    return Road(road_class, flags, read_maxspeed(tags.get("maxspeed", "")))


def read_maxspeed(text: str) -> float:
    """Posted speed in km/h; of several the lowest; 0 where there is none or it cannot be read."""
    if not text:
        return 0.0
    return min((speed for part in re.split("[;|]", text) if (speed := _one_speed(part)) > 0), default=0.0)


def _one_speed(text: str) -> float:
    match = _SPEED.match(text)
    if match:
        return float(match[1]) * (_KMH_PER_MPH if match[2] == "mph" else 1.0)
    zone = text.strip()
    if zone.startswith("JP:"):
        return _JAPAN_MOTORWAY_KMH if "motorway" in zone or "expressway" in zone else _JAPAN_GENERAL_KMH
    return 0.0


def _is_open(tags: Mapping[str, str], keys: tuple[str, ...], *, default: bool) -> bool:
    for key in keys:
        value = tags.get(key)
        if value is not None:
            # `access=yes` on a footpath opens it to the public, not to cars.
            return value not in _CLOSED and (default or key != "access")
    return default


def _both(forward: int, backward: int, direction: int) -> int:
    return (forward if direction >= 0 else 0) | (backward if direction <= 0 else 0)


def _walk_flags(tags: Mapping[str, str], highway: str) -> int:
    default = highway not in _NOT_WALKED and tags.get("motorroad") != "yes"
    if not _is_open(tags, ("foot", "access"), default=default):
        return 0
    direction = _ONEWAY.get(tags.get("oneway:foot", ""), 0)
    conveying = tags.get("conveying")
    if conveying in {"forward", "backward"}:
        direction = 1 if conveying == "forward" else -1
    return _both(WALK_FORWARD, WALK_BACKWARD, direction)


def _vehicle_direction(tags: Mapping[str, str], highway: str) -> int:
    oneway = tags.get("oneway", "")
    if oneway in _ONEWAY:
        return _ONEWAY[oneway]
    if oneway in _TWO_WAY:
        return 0
    return 1 if highway == "motorway" or tags.get("junction") in {"roundabout", "circular"} else 0


def _drive_flags(tags: Mapping[str, str], highway: str) -> int:
    default = highway in _DRIVEN
    if highway == "steps" or not _is_open(tags, ("motorcar", "motor_vehicle", "vehicle", "access"), default=default):
        return 0
    return _both(DRIVE_FORWARD, DRIVE_BACKWARD, _vehicle_direction(tags, highway))


def _cycle_flags(tags: Mapping[str, str], highway: str) -> int:
    default = highway not in _NOT_CYCLED and tags.get("motorroad") != "yes"
    if highway == "steps" or not _is_open(tags, ("bicycle", "vehicle", "access"), default=default):
        return 0
    oneway = tags.get("oneway:bicycle", "")
    if oneway in _ONEWAY or oneway in _TWO_WAY:
        direction = _ONEWAY.get(oneway, 0)
    elif tags.get("cycleway", "").startswith("opposite"):
        direction = 0
    else:
        direction = _vehicle_direction(tags, highway)
    return _both(CYCLE_FORWARD, CYCLE_BACKWARD, direction)
