"""How long all indicators of a workspace take, and one with a threshold of one's own, beside plain pandas.

    python -m benchmarks.indicators WORKSPACE

Printed is a Markdown table. The workspace stands: distances are read, not made. Plain pandas is what somebody with the
tables would write: people within the limit by municipality, for every age group and mode, with one ``groupby`` each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd

import explorer
from explorer.regions import Opened
from layers.indicators import indicator_table

INDICATOR, CATEGORY = "elementary_school_within_1000m", "elementary_school"
THRESHOLDS_M = range(610, 990, 20)
_Answer = TypeVar("_Answer")


def main() -> None:
    path = sys.argv[1]
    opened, seconds_open = _timed(lambda: explorer.open(path))
    codes = opened.municipalities["code"].tolist()
    conditions, seconds_read = _timed(lambda: opened.conditions)
    entries = list(opened.catalogue.values())
    table, seconds_all = _timed(lambda: indicator_table(conditions, codes, codes, wanted=entries))
    opened.indicator(INDICATOR, threshold=600)
    ours = [_timed(lambda limit=limit: opened.indicator(INDICATOR, threshold=limit)) for limit in THRESHOLDS_M]  # type: ignore[misc]
    plain = [_timed(lambda limit=limit: _plain(opened, limit)) for limit in THRESHOLDS_M]  # type: ignore[misc]
    for (mine, _), (theirs, _) in zip(ours, plain, strict=True):
        _check(mine, theirs)
    print("| question | seconds |\n|---|---:|")
    print(f"| opening the workspace and reading distances | {seconds_open + seconds_read:.2f} |")
    print(f"| all {len(entries)} indicators, all modes and age groups ({len(table):,} numbers) | {seconds_all:.2f} |")
    median = float(np.median([seconds for _, seconds in ours]))
    pandas = float(np.median([seconds for _, seconds in plain]))
    print(f"| one indicator with a new threshold, its modes and all age groups | {median:.4f} |")
    print(f"| the same in plain pandas | {pandas:.4f} ({pandas / median:.0f} times as long) |")


def _timed(answer: Callable[[], _Answer]) -> tuple[_Answer, float]:
    start = time.perf_counter()
    found = answer()
    return found, time.perf_counter() - start


def _plain(opened: Opened, limit: float) -> pd.DataFrame:
    conditions, parts = opened.conditions, []
    for mode in ("straight", "walk"):
        near = np.asarray(conditions.distances[CATEGORY, mode]) <= limit
        for group, people in conditions.people.items():
            frame = pd.DataFrame({"area": conditions.area_of_place, "people": people, "near": people * near})
            sums = frame[frame["area"] >= 0].groupby("area").sum()
            parts.append(pd.DataFrame({"value": 100 * sums["near"] / sums["people"], "mode": mode, "group": group}))
    return pd.concat(parts)


def _check(mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """The same numbers, or the comparison says nothing."""
    for (mode, group), rows in theirs.groupby(["mode", "group"]):
        values = mine[(mine["mode"].astype(str) == mode) & (mine["group"].astype(str) == group)]["value"]
        np.testing.assert_allclose(values.to_numpy(), rows["value"].to_numpy(), rtol=1e-6, equal_nan=True)


if __name__ == "__main__":
    main()
