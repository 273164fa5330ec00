"""How people move: which streets a mode may use, how fast, and where it loses time.

Every number is a default that a build may change (`explorer profiles` prints them all); the profiles in force are
written to the manifest and shown beside results. Each number has a source below, or is called an assumption.

A turn's angle is not modelled: the network knows nodes, not turns. What a junction costs depends on the road by which
one arrives (see :mod:`layers.access.segment_times`), not on the one by which one leaves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from geodata.streets import (
    CYCLE_BACKWARD,
    CYCLE_FORWARD,
    DRIVE_BACKWARD,
    DRIVE_FORWARD,
    ROAD_CLASS_INDEX,
    ROAD_CLASSES,
    WALK_BACKWARD,
    WALK_FORWARD,
)

Way = Literal["walk", "cycle", "drive"]
_OPENED_BY: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "walk": (WALK_FORWARD, WALK_BACKWARD),
        "cycle": (CYCLE_FORWARD, CYCLE_BACKWARD),
        "drive": (DRIVE_FORWARD, DRIVE_BACKWARD),
    }
)

# 不動産の表示に関する公正競争規約施行規則: 80 m of street are one minute on foot, the rule of every Japanese listing.
# It counts neither hills nor waiting at signals, so no profile on foot has delays.
WALK_METRES_PER_MINUTE: Final = 80.0
# 1 m/s, at which crossings are timed for people who walk slowly, and the pace of many people over 75: an assumption.
ELDERLY_METRES_PER_MINUTE: Final = 60.0
# A fifth slower on trodden snow and ice: an assumption of this project; fresh snow is slower still.
WINTER_METRES_PER_MINUTE: Final = 64.0
CYCLE_METRES_PER_MINUTE: Final = 250.0  # 15 km/h, an assumption of this project: unhurried, stops included
# Tobler (1993) has no limit; beyond 40 % there are steps or a mistake in the elevations, not a street.
STEEPEST_SLOPE: Final = 0.4

# km/h of a car between stops, not the posted limit (60 km/h on ordinary roads by 道路交通法施行令 第11条). Assumptions of
# this project, from general knowledge: mean speeds with stops, as the road traffic census (全国道路・街路交通情勢調査)
# reports them, are some 40 km/h on trunk roads, 35 on prefectural and 30 on municipal main roads, 25 on lesser ones. As
# stops are counted on their own, these are faster, by so much that with the delays below the mean over all roads of a
# class of Gunma comes out at 40, 35 and 30, 25 again: slower than that in its cities, faster in its hills.
DRIVE_KMH: Final[Mapping[str, float]] = MappingProxyType(
    {
        "motorway": 80.0,
        "motorway_link": 40.0,
        "trunk": 45.0,
        "trunk_link": 30.0,
        "primary": 40.0,
        "primary_link": 30.0,
        "secondary": 40.0,
        "secondary_link": 30.0,
        "tertiary": 35.0,
        "tertiary_link": 25.0,
        "unclassified": 27.0,
        "residential": 20.0,
        "living_street": 10.0,
        "service": 10.0,
        "road": 20.0,
    }
)
OTHER_DRIVE_KMH: Final = 10.0  # a class without a row that cars may use all the same (a track, a shared path)

# Webster (1958), uniform delay of who arrives at random: red² ÷ (2 · cycle) = 52² ÷ 180 s = 15 s, for a cycle of 90 s
# with 52 s of red. The cycle and its red share are assumptions.
SIGNAL_SECONDS: Final = 15.0
# A full stop (一時停止) from 30 km/h and off again loses v/2a + v/2b = 5 s at 1.5 and 2 m/s²; 3 s of waiting: assumptions.
GIVE_WAY_SECONDS: Final = 8.0
# Where an extract knows no signals: two in three crossings of main roads have one, an assumption.
CROSSING_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Profile:
    """A mode of travel. All times are in seconds.

    Parameters
    ----------
    id
        ``walk``, ``drive`` … as in the column `mode` of results.
    ja, en
        Names shown to people.
    way
        Whose rights of way count: those of walkers, bicycles or cars.
    metres_per_minute
        One speed everywhere (walking, cycling); 0 where `kmh_by_class` rules.
    kmh_by_class
        Speed between stops by road class; never more than the posted speed of the segment.
    other_kmh
        Speed on classes that have no row.
    kmh_factor
        What winter leaves of the speeds by class, posted limits included.
    uses_slope
        Whether `metres_per_minute` holds on the flat and slopes change it by Tobler's hiking function (1993).
    steepest_slope
        Rise over run beyond which a slope counts no more.
    signal_seconds
        Lost on arriving at traffic signals, where the streets know them.
    give_way_seconds
        Lost on arriving at a junction that a road of a higher class passes.
    crossing_seconds
        Lost where main roads meet (tertiary or higher), in streets that know no signals at all.
    snap_metres_per_minute
        Speed from the door to the street, always on foot.
    not_at_the_door
        Road classes that pass places without serving them: nobody steps from a door onto an expressway.

    Raises
    ------
    ValueError
        A number that cannot be, or a road class that does not exist.
    """

    id: str
    ja: str
    en: str
    way: Way
    metres_per_minute: float = 0.0
    kmh_by_class: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    other_kmh: float = OTHER_DRIVE_KMH
    kmh_factor: float = 1.0
    uses_slope: bool = False
    steepest_slope: float = STEEPEST_SLOPE
    signal_seconds: float = 0.0
    give_way_seconds: float = 0.0
    crossing_seconds: float = 0.0
    snap_metres_per_minute: float = WALK_METRES_PER_MINUTE
    not_at_the_door: tuple[str, ...] = ("motorway", "motorway_link")

    def __post_init__(self) -> None:
        """Refuse what would make times negative, infinite or undefined."""
        if self.way not in _OPENED_BY:
            raise ValueError(f"{self.id}: way must be walk, cycle or drive, not {self.way!r}.")
        for name in ("metres_per_minute", "signal_seconds", "give_way_seconds", "crossing_seconds"):
            _check(self.id, name, getattr(self, name), is_zero_allowed=True)
        for name in ("other_kmh", "kmh_factor", "steepest_slope", "snap_metres_per_minute"):
            _check(self.id, name, getattr(self, name), is_zero_allowed=False)
        for road_class, kmh in self.kmh_by_class.items():
            _check(self.id, f"kmh_by_class.{road_class}", kmh, is_zero_allowed=False)
        for road_class in (*self.kmh_by_class, *self.not_at_the_door):
            if road_class not in ROAD_CLASS_INDEX:
                raise ValueError(f"{self.id}: {road_class!r} is no road class; known: {', '.join(ROAD_CLASSES)}.")
        if (self.metres_per_minute > 0) == bool(self.kmh_by_class):
            raise ValueError(f"{self.id}: either metres_per_minute or kmh_by_class sets the speed, one of them.")
        if self.uses_slope and not self.metres_per_minute:
            raise ValueError(f"{self.id}: uses_slope needs metres_per_minute.")

    @property
    def forward(self) -> int:
        """The bit of `Streets.flags` that opens a segment in its drawing direction."""
        return _OPENED_BY[self.way][0]

    @property
    def backward(self) -> int:
        """The bit of `Streets.flags` that opens a segment against its drawing direction."""
        return _OPENED_BY[self.way][1]

    @property
    def doors(self) -> str:
        """Equal for profiles that step from a door onto the same streets: places are tied once for all of them."""
        return "-".join([self.way, *sorted(self.not_at_the_door)])

    @property
    def has_delays(self) -> bool:
        """Whether time is lost anywhere but on the way."""
        return max(self.signal_seconds, self.give_way_seconds, self.crossing_seconds) > 0

    @property
    def is_uniform(self) -> bool:
        """Whether one speed holds from door to door: then metres are seconds times `metres_per_minute` ÷ 60."""
        one_speed = self.metres_per_minute > 0 and self.snap_metres_per_minute == self.metres_per_minute
        return one_speed and not self.uses_slope and not self.has_delays

    def kmh(self, road_class: npt.NDArray[np.uint8], speed_kmh: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Speed (m,) between stops by class and posted speed (0: none), km/h; slopes not counted."""
        if self.metres_per_minute:
            return np.full(road_class.shape, self.metres_per_minute * 0.06)
        table = np.array([self.kmh_by_class.get(name, self.other_kmh) for name in ROAD_CLASSES])
        kmh = table[road_class]
        kmh = np.where(speed_kmh > 0, np.minimum(kmh, speed_kmh), kmh)
        return np.asarray(kmh * self.kmh_factor, dtype=np.float64)

    def snap_seconds(self, metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Seconds of the way between a door and the street."""
        return metres * (60.0 / self.snap_metres_per_minute)

    def serves_doors(self, road_class: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """Whether a place beside a segment of this class can step onto it."""
        table = np.ones(len(ROAD_CLASSES), dtype=bool)
        table[[ROAD_CLASS_INDEX[name] for name in self.not_at_the_door]] = False
        served: npt.NDArray[np.bool_] = table[road_class]
        return served

    def as_dict(self) -> dict[str, Any]:
        """Plain dictionary for the manifest and for the keys of build steps."""
        plain = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {**plain, "kmh_by_class": dict(self.kmh_by_class), "not_at_the_door": list(self.not_at_the_door)}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Profile:
        """Back from :meth:`as_dict`."""
        return cls(
            **{
                **record,
                "kmh_by_class": MappingProxyType(dict(record["kmh_by_class"])),
                "not_at_the_door": tuple(record["not_at_the_door"]),
            }
        )


def _check(profile: str, name: str, value: float, *, is_zero_allowed: bool) -> None:
    if not math.isfinite(value) or value < 0 or (value == 0 and not is_zero_allowed):
        raise ValueError(f"{profile}: {name} must be {'0 or more' if is_zero_allowed else 'above 0'}, not {value}.")


def profiles_for(manifest: Mapping[str, Any]) -> dict[str, Profile]:
    """The profiles that a build used, by id, from its manifest."""
    return {record["id"]: Profile.from_dict(record) for record in manifest.get("profiles", ())}


def profiles_left_out(manifest: Mapping[str, Any]) -> dict[str, Profile]:
    """The profiles that a build could not use, by id; the manifest says why."""
    return {record["profile"]["id"]: Profile.from_dict(record["profile"]) for record in manifest["profiles_left_out"]}


def _on_foot(profile: str, ja: str, en: str, metres_per_minute: float, *, uses_slope: bool = False) -> Profile:
    return Profile(
        profile,
        ja,
        en,
        "walk",
        metres_per_minute=metres_per_minute,
        snap_metres_per_minute=metres_per_minute,
        uses_slope=uses_slope,
    )


WALK: Final = _on_foot("walk", "徒歩", "Walking", WALK_METRES_PER_MINUTE)
WALK_ELDERLY: Final = _on_foot("walk_elderly", "高齢者の徒歩", "Walking, elderly", ELDERLY_METRES_PER_MINUTE)
WALK_SLOPE: Final = _on_foot(
    "walk_slope", "坂を考慮した徒歩", "Walking with slopes", WALK_METRES_PER_MINUTE, uses_slope=True
)
WALK_WINTER: Final = _on_foot("walk_winter", "冬の徒歩", "Walking in winter", WINTER_METRES_PER_MINUTE)
CYCLE: Final = Profile("cycle", "自転車", "Cycling", "cycle", metres_per_minute=CYCLE_METRES_PER_MINUTE)
DRIVE: Final = Profile(
    "drive",
    "自動車",
    "Driving",
    "drive",
    kmh_by_class=DRIVE_KMH,
    signal_seconds=SIGNAL_SECONDS,
    give_way_seconds=GIVE_WAY_SECONDS,
    crossing_seconds=CROSSING_SECONDS,
)
# A fifth slower between stops, a third more time lost at each: assumptions of this project for a ploughed, icy road.
DRIVE_WINTER: Final = Profile(
    "drive_winter",
    "冬の自動車",
    "Driving in winter",
    "drive",
    kmh_by_class=DRIVE_KMH,
    kmh_factor=0.8,
    signal_seconds=20.0,
    give_way_seconds=11.0,
    crossing_seconds=13.0,
    snap_metres_per_minute=WINTER_METRES_PER_MINUTE,
)
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.id: profile for profile in (WALK, CYCLE, DRIVE, WALK_ELDERLY, WALK_SLOPE, WALK_WINTER, DRIVE_WINTER)}
)
