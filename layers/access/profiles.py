"""How people move: which streets a mode may use, and how fast.

Every number is a default that a build may change; the profile in force is written to the manifest and shown beside
results.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

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

if TYPE_CHECKING:
    from collections.abc import Mapping

# 不動産の表示に関する公正競争規約施行規則: 80 m of street are one minute on foot, the rule of every Japanese listing.
WALK_METRES_PER_MINUTE: Final = 80.0
CYCLE_METRES_PER_MINUTE: Final = 250.0  # 15 km/h, an assumption of this project: unhurried, stops included

# km/h that a car makes on average, stops included, not the posted limit (60 km/h on ordinary roads by 道路交通法施行令
# 第11条). Defaults of this project, from general knowledge: ordinary trunk roads near the mean speeds that the road traffic
# census (全国道路・街路交通情勢調査) reports, smaller roads slower. They are there to be edited.
DRIVE_KMH: Final[Mapping[str, float]] = MappingProxyType(
    {
        "motorway": 80.0,
        "motorway_link": 40.0,
        "trunk": 40.0,
        "trunk_link": 30.0,
        "primary": 35.0,
        "primary_link": 30.0,
        "secondary": 35.0,
        "secondary_link": 30.0,
        "tertiary": 30.0,
        "tertiary_link": 25.0,
        "unclassified": 25.0,
        "residential": 20.0,
        "living_street": 10.0,
        "service": 10.0,
        "road": 20.0,
    }
)
OTHER_DRIVE_KMH: Final = 10.0  # a class without a row that cars may use all the same (a track, a shared path)


@dataclass(frozen=True)
class Profile:
    """A mode of travel.

    Parameters
    ----------
    id
        ``walk``, ``drive`` … as in the column `mode` of results.
    forward, backward
        The bits of `Streets.flags` that open a segment in its drawing direction and against it.
    metres_per_minute
        One speed everywhere (walking, cycling); 0 where `kmh_by_class` rules.
    kmh_by_class
        Speed by road class; never more than the posted speed of the segment.
    other_kmh
        Speed on classes that have no row.
    snap_metres_per_minute
        Speed from the door to the street, always on foot.
    cost_unit
        What costs are counted in: ``metres`` or ``seconds``.
    not_at_the_door
        Road classes that pass places without serving them: nobody steps from a door onto an expressway.
    """

    id: str
    ja: str
    en: str
    forward: int
    backward: int
    cost_unit: str
    metres_per_minute: float = 0.0
    kmh_by_class: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    other_kmh: float = OTHER_DRIVE_KMH
    snap_metres_per_minute: float = WALK_METRES_PER_MINUTE
    not_at_the_door: tuple[str, ...] = ("motorway", "motorway_link")

    def segment_cost(
        self,
        metres: npt.NDArray[np.float64],
        road_class: npt.NDArray[np.uint8],
        speed_kmh: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float64]:
        """Cost of each segment in `cost_unit`, the same in both directions."""
        if self.cost_unit == "metres":
            return metres.astype(np.float64)
        if self.metres_per_minute:
            return metres * (60.0 / self.metres_per_minute)
        table = np.array([self.kmh_by_class.get(name, self.other_kmh) for name in ROAD_CLASSES])
        kmh = table[road_class]
        posted = speed_kmh > 0
        kmh = np.where(posted, np.minimum(kmh, speed_kmh), kmh)
        seconds: npt.NDArray[np.float64] = metres * 3.6 / kmh
        return seconds

    def snap_cost(self, metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Cost of the way between a door and the street, in `cost_unit`."""
        return metres if self.cost_unit == "metres" else metres * (60.0 / self.snap_metres_per_minute)

    def serves_doors(self, road_class: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """Whether a place beside a segment of this class can step onto it."""
        table = np.ones(len(ROAD_CLASSES), dtype=bool)
        table[[ROAD_CLASS_INDEX[name] for name in self.not_at_the_door]] = False
        served: npt.NDArray[np.bool_] = table[road_class]
        return served

    def as_dict(self) -> dict[str, Any]:
        """Plain dictionary for the manifest."""
        return {
            "id": self.id,
            "cost_unit": self.cost_unit,
            "metres_per_minute": self.metres_per_minute,
            "kmh_by_class": dict(self.kmh_by_class),
            "other_kmh": self.other_kmh,
            "snap_metres_per_minute": self.snap_metres_per_minute,
            "not_at_the_door": list(self.not_at_the_door),
        }


WALK: Final = Profile(
    "walk", "徒歩", "Walking", WALK_FORWARD, WALK_BACKWARD, "metres", metres_per_minute=WALK_METRES_PER_MINUTE
)
CYCLE: Final = Profile(
    "cycle", "自転車", "Cycling", CYCLE_FORWARD, CYCLE_BACKWARD, "seconds", metres_per_minute=CYCLE_METRES_PER_MINUTE
)
DRIVE: Final = Profile("drive", "自動車", "Driving", DRIVE_FORWARD, DRIVE_BACKWARD, "seconds", kmh_by_class=DRIVE_KMH)
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({profile.id: profile for profile in (WALK, CYCLE, DRIVE)})
