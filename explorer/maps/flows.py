"""Flows between municipalities for the map: lines as wide as their people, bent so that the two ways lie side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDEST_PX: Final = 13.0
THINNEST_PX: Final = 1.2
LABELLED: Final = 5  # more labels than this hide the map
_BEND: Final = 0.16  # sagitta of a flow relative to its length
_POINTS: Final = 17
_ARROW_AT: Final = 0.72  # where the head lies along the line: clear of the place where many lines meet
_LABEL_AT: Final = 0.45


@dataclass(frozen=True)
class Flow:
    """People of one place who use sites of another.

    Parameters
    ----------
    start, end
        Longitude and latitude, degrees.
    people
        How many; decides the width.
    lines
        Plain text shown when the pointer rests on the line.
    label
        Plain text on the map, should the flow be among the largest.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    people: float
    lines: tuple[str, ...]
    label: str
    colour: str


def flow_arguments(flows: Sequence[Flow], *, labelled: int = LABELLED) -> list[dict[str, Any]]:
    """What the map frame draws: ``path``, ``width`` (px), ``arrow_at``, ``angle``, ``label_at``, texts; the widest below.

    Names in the texts are data: they are passed as they are and shown as text only.
    """
    drawn = sorted((flow for flow in flows if flow.people > 0), key=lambda flow: -flow.people)
    most = drawn[0].people if drawn else 0.0
    return [_argument(flow, most, has_label=rank < labelled) for rank, flow in enumerate(drawn)]


def width_px(people: float, most: float) -> float:
    """Width of a line; proportional to the people, but never too thin to be seen."""
    return max(THINNEST_PX, WIDEST_PX * people / most) if most > 0 else THINNEST_PX


def _argument(flow: Flow, most: float, *, has_label: bool) -> dict[str, Any]:
    path = [_along(flow, step / (_POINTS - 1)) for step in range(_POINTS)]
    before, after = _along(flow, _ARROW_AT - 0.03), _along(flow, _ARROW_AT + 0.03)
    squeeze = math.cos(math.radians(flow.start[1]))
    # The screen's y axis points down, latitude up.
    angle = math.degrees(math.atan2(before[0] - after[0], (after[1] - before[1]) * squeeze))
    return {
        "path": path,
        "width": round(width_px(flow.people, most), 1),
        "colour": flow.colour,
        "arrow_at": _along(flow, _ARROW_AT),
        "angle": round(angle, 1),
        "lines": list(flow.lines),
        "label": flow.label if has_label else "",
        "label_at": _along(flow, _LABEL_AT),
    }


def _along(flow: Flow, share: float) -> list[float]:
    """Latitude and longitude at a share of the way, on a parabola to the left of the straight line."""
    squeeze = math.cos(math.radians(flow.start[1]))
    (west, south), (east, north) = flow.start, flow.end
    x, y = (east - west) * squeeze, north - south
    away = 4 * _BEND * share * (1 - share)
    return [round(south + y * share + x * away, 5), round(west + (x * share - y * away) / squeeze, 5)]
