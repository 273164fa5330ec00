"""Edges to ways: consecutive edges of a strand that agree in every tag become one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.sample.backbone import FIRST_ROAD_STRAND
from geodata.sample.motorway import FIRST_STRAND as FIRST_MOTORWAY_STRAND
from geodata.sample.region import Integers, generator
from geodata.sample.streets import ROAD_CLASSES, StreetWeb

_LONGEST: Final = 24  # edges per way
_MAXSPEED: Final = {"motorway": "80", "motorway_link": "40", "trunk": "60", "primary": "50", "secondary": "50"}
_STREETS: Final = ("見本通り", "架空通り", "例示通り", "雛形通り", "標本通り", "試作通り", "写し通り", "模型通り")


@dataclass
class Way:
    """One way: node indices in drawing order and its tags."""

    nodes: list[int]
    tags: dict[str, str]


def make_ways(web: StreetWeb) -> list[Way]:
    """All ways of the web, each with at least two nodes."""
    order = np.lexsort((web.position, web.strand))
    tail, head = web.tail[order], web.head[order]
    features = [
        web.strand, web.road_class, web.is_bridge.astype(np.int64), web.is_tunnel.astype(np.int64),
        web.oneway.astype(np.int64), web.is_private.astype(np.int64),
    ]  # fmt: skip
    same = head[:-1] == tail[1:]
    for feature in features:
        same &= feature[order][:-1] == feature[order][1:]
    starts = np.flatnonzero(np.append(True, ~same))
    starts = _cut_long(starts, len(order))
    ends = np.append(starts[1:], len(order))
    tails, last = tail.tolist(), head.tolist()
    tagger = _Tagger(web)
    return [
        Way([*tails[start:end], last[end - 1]], tagger.tags(int(order[start])))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def _cut_long(starts: Integers, count: int) -> Integers:
    lengths = np.diff(np.append(starts, count))
    pieces = -(-lengths // _LONGEST)
    within = np.arange(pieces.sum()) - np.repeat(np.append(0, np.cumsum(pieces)[:-1]), pieces)
    return np.asarray(np.repeat(starts, pieces) + within * _LONGEST)


class _Tagger:
    def __init__(self, web: StreetWeb) -> None:
        self.web = web
        self.thirty = generator(60).random(len(web.tail)) < 0.06

    def tags(self, edge: int) -> dict[str, str]:
        """Tags of the way that starts with this edge."""
        web = self.web
        road_class = ROAD_CLASSES[web.road_class[edge]]
        tags = {"highway": road_class}
        strand = int(web.strand[edge])
        if FIRST_ROAD_STRAND <= strand < FIRST_ROAD_STRAND + len(web.roads):
            road = web.roads[strand - FIRST_ROAD_STRAND]
            tags |= {key: value for key, value in (("name", road.name), ("ref", road.ref)) if value}
        elif road_class == "tertiary":
            tags["name"] = _STREETS[strand // 16 % len(_STREETS)]
        elif road_class == "pedestrian":
            tags["name"] = "見本銀座商店街"
        elif strand >= FIRST_MOTORWAY_STRAND and road_class == "motorway":
            tags |= {"name": "架空自動車道", "ref": "E99", "toll": "yes"}
        return tags | self._speed(edge, road_class) | self._structure(edge)

    def _speed(self, edge: int, road_class: str) -> dict[str, str]:
        if road_class in _MAXSPEED:
            return {"maxspeed": _MAXSPEED[road_class]}
        return {"maxspeed": "30"} if road_class == "residential" and self.thirty[edge] else {}

    def _structure(self, edge: int) -> dict[str, str]:
        web, tags = self.web, {}
        if web.oneway[edge]:
            tags["oneway"] = "yes"
        if web.is_bridge[edge]:
            tags |= {"bridge": "yes", "layer": "1"}
        if web.is_tunnel[edge]:
            tags |= {"tunnel": "yes", "layer": "-1"}
        if web.is_private[edge]:
            tags["access"] = "private"
        return tags
