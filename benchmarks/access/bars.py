"""The bars of the issue, and what is said where one is missed."""

from __future__ import annotations

from typing import Final, NamedTuple


class Bar(NamedTuple):
    """How many times quicker than a peer a question must be answered, and how many times would be beyond."""

    question: str
    says: str
    peer: str
    wanted: float
    beyond: float | None


class Limit(NamedTuple):
    """What something of ours may take, in its own unit, and what would be beyond."""

    key: str
    says: str
    unit: str
    wanted: float
    beyond: float


NEAREST: Final = "nearest, 10 categories × 200, every node, after set-up"
WITHIN_WALK: Final = "opportunities within 30 min walk, every node, 10 categories × 3 cut-offs"
WITHIN_DRIVE: Final = "opportunities within 30 min drive, 1,000 origins, 10 categories × 3 cut-offs"
MATRIX: Final = "matrix 1,000 × 1,000 drive"
K_NEAREST: Final = "5 nearest of 200, every node"

BARS: Final = (
    Bar("nearest_walk", NEAREST, "networkx", 300, None),
    Bar("nearest_walk", NEAREST, "pandana", 200, None),
    Bar("nearest_30_minutes", f"{NEAREST}; pandana looks no farther than 30 min", "pandana", 200, None),
    Bar("nearest_walk", NEAREST, "scipy", 15, None),
    Bar("k_nearest", K_NEAREST, "pandana", 15, 50),
    Bar("k_nearest", K_NEAREST, "scipy", 40, None),
    Bar("within_walk", WITHIN_WALK, "pandana", 3, 10),
    Bar("within_drive", WITHIN_DRIVE, "scipy", 15, 40),
    Bar("matrix", MATRIX, "pandana", 100, 200),
    Bar("matrix", MATRIX, "scipy", 400, 1000),
)
COLD: Final = Bar("cold", "the same from a cold pbf, everything included", "osmnx + networkx", 15, 60)
BOUND_BEYOND: Final = 2.0
LIMITS: Final = (
    Limit(
        "close",
        "close one facility, all places, nearest in all modes + the indicators of all 35 municipalities",
        "ms",
        100,
        30,
    ),
    Limit("open", "open one facility, the same", "ms", 100, 30),
    Limit(
        "speeds, three modes", "change the speed of a road class, the same, on foot, by bicycle and car", "ms", 300, 100
    ),
    Limit("bridge, three modes", "cut a bridge, the same, on foot, by bicycle and car", "ms", 300, 100),
    Limit("speeds", "change the speed of a road class, in all modes of the workspace", "ms", 300, 100),
    Limit("bridge", "cut a bridge, in all modes of the workspace", "ms", 300, 100),
    Limit("set_up", "set-up once per network (chains, order, hierarchy)", "s", 5, 2),
    Limit("memory", "memory, Gunma, three modes", "GB", 1.5, 0.7),
)
# Why a bar is missed: key → one sentence, printed where the figures say that it is.
WHY: Final[dict[str, str]] = {
    "bound": (
        "A sweep reads the rows of both ends of every arc, which are not next to each other; every place then reads the "
        "rows of its two junctions, and its times are worked out from its place on the chain. The bound does none of that."
    ),
    "cold": (
        "Beyond (60×) would be 2.6 s for Gunma: reading the .pbf (osmium, C++) alone takes 1.7 s, order and hierarchy 1.2 s."
    ),
    "nearest_30_minutes/pandana": (
        "A harder row than the bar asks for: pandana may stop at half an hour here, while ours answers however far it is "
        "and names the facility. Where pandana too looks as far as there are streets, the row above holds."
    ),
    "speeds": (
        "A road class concerns two profiles of this workspace, driving and driving in winter: each is customised and swept "
        "anew, one after the other on two cores that share a memory bus. One profile alone is the row of three modes."
    ),
}
