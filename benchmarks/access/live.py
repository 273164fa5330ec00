"""What-if on a built workspace: how long until all places and all indicators of all municipalities are answered anew.

    python -m benchmarks.access.live WORKSPACE

Through `explorer.open(...).live()`, as the app asks, each time another facility, class of road or bridge. Prints JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.access.measure import resident_megabytes

if TYPE_CHECKING:
    from collections.abc import Callable

FACILITIES: Final = 20
STREETS: Final = 5
THREE: Final = ("walk", "cycle", "drive")
_CLASSES: Final = ("primary", "secondary", "tertiary", "residential", "trunk")


def main(workspace: str) -> None:
    import explorer
    from explorer.live import Live
    from geodata.streets import BRIDGE, DRIVE_FORWARD

    opened = explorer.open(workspace)
    live = Live(opened)
    random = np.random.default_rng(5)
    facilities = opened.workspace.table("facilities")
    rows = random.choice(len(facilities), FACILITIES + 1, replace=False)
    ids = facilities["facility_id"].iloc[rows].tolist()
    kinds = facilities["kind"].iloc[rows].tolist()
    points = facilities.geometry.iloc[np.roll(rows, 1)]
    streets = live._networks.streets  # noqa: SLF001 - to know which segments are bridges
    bridges = np.flatnonzero(((streets.flags & BRIDGE) != 0) & ((streets.flags & DRIVE_FORWARD) != 0))
    cut = random.choice(bridges, STREETS + 1, replace=False)
    new = [[(kind, point.x, point.y)] for kind, point in zip(kinds, points, strict=True)]
    classes = (*_CLASSES, _CLASSES[0])
    said: dict[str, Any] = {
        "places": len(opened.conditions.area_of_place),
        "municipalities": len(live.area_codes),
        "modes": sorted({mode for _, mode in opened.conditions.distances}),
        "first question": _seconds(lambda: live.after(closed=ids[:1])),
        "close": _median([lambda i=i: live.after(closed=[i]) for i in ids]),
        "open": _median([lambda n=n: live.after(opened=n) for n in new]),
        "first change of streets": _seconds(lambda: live.after(speed_factor={classes[0]: 0.5})),
        "speeds": _median([lambda c=c: live.after(speed_factor={c: 0.7}) for c in classes]),
        "bridge": _median([lambda s=s: live.after(closed_streets=[int(s)]) for s in cut]),
        "speeds, three modes": _median([lambda c=c: live.after(speed_factor={c: 0.7}, modes=THREE) for c in classes]),
        "bridge, three modes": _median([lambda s=s: live.after(closed_streets=[int(s)], modes=THREE) for s in cut]),
        "bridge, driving only": _median(
            [lambda s=s: live.after(closed_streets=[int(s)], modes=["drive"]) for s in cut]
        ),
        "megabytes": resident_megabytes(),
    }
    print(json.dumps(said))


def _seconds(question: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    effect = question()
    assert effect.indicators is not None
    return time.perf_counter() - begin


def _median(questions: list[Callable[[], Any]]) -> dict[str, float]:
    """Median and slowest of several questions, the first of which is not counted."""
    _seconds(questions[0])
    used = [_seconds(question) for question in questions[1:]]
    return {"median": statistics.median(used), "slowest": max(used), "runs": len(used)}


if __name__ == "__main__":
    main(sys.argv[1])
