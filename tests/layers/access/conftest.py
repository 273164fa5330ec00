"""Small networks, written by hand in metres."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from geodata.streets import ROAD_CLASS_INDEX, Streets
from layers.access.network import StreetNetwork
from layers.access.profiles import WALK, Profile
from layers.access.segment_times import segment_times

PLANE = "+proj=tmerc +lat_0=0 +lon_0=0 +k=1 +ellps=GRS80 +units=m +no_defs"


@pytest.fixture(scope="session")
def make_network() -> Callable[..., StreetNetwork]:
    """The function below."""
    return build


def build(
    nodes: list[tuple[float, float]],
    segments: list[tuple[int, ...]],
    *,
    profile: Profile = WALK,
    road_class: str = "residential",
    extra_flags: tuple[int, ...] = (),
) -> StreetNetwork:
    """A network with nodes at planar metres; segments as (tail, head[, rights]).

    Rights are 1 forward, 2 backward, 3 both, 0 none, the same for every mode.
    """
    rights = [segment[2] if len(segment) == 3 else 3 for segment in segments]
    flags = np.array([right | right << 2 | right << 4 for right in rights], dtype=np.uint16)
    flags[: len(extra_flags)] |= np.array(extra_flags, dtype=np.uint16)
    count = len(segments)
    xy = np.array(nodes, dtype=np.float64).reshape(-1, 2)
    streets = Streets(
        node_lon=xy[:, 0] / 111_320,
        node_lat=xy[:, 1] / 110_574,
        node_id=np.arange(len(xy), dtype=np.int64),
        tail=np.array([segment[0] for segment in segments], dtype=np.int32),
        head=np.array([segment[1] for segment in segments], dtype=np.int32),
        metres=np.zeros(count),
        road_class=np.full(count, ROAD_CLASS_INDEX[road_class], dtype=np.uint8),
        flags=flags,
        speed_kmh=np.zeros(count, dtype=np.float32),
        way_id=np.arange(count, dtype=np.int64),
    )
    network = StreetNetwork.from_streets(streets, profile, projection=PLANE)
    # Degrees only carried the places here: the planar coordinates are put in without rounding.
    step = xy[network.head] - xy[network.tail]
    metres = np.hypot(step[:, 0], step[:, 1])
    times = segment_times(streets, profile, metres)
    return replace(network, node_xy=xy, metres=metres, **times._asdict())
