"""Indicators over areas made by hand: no workspace behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.comparison.areas import Area
from explorer.comparison.measured import Measured
from explorer.comparison.ranges import Ranges
from layers import catalogue

SHARE = catalogue.get("stop_within_300m")


def indicator(name: str, *, better: catalogue.Better = "high", unit: str = "%") -> catalogue.Indicator:
    return replace(SHARE, id=name, ja=f"指標{name}", en=f"Indicator {name}", better=better, unit=unit)


def area(code: str) -> Area:
    return Area(code, (f"町{code}", f"Town {code}"), (code,))


def ranges(values: Sequence[float], low: Sequence[float] | None, high: Sequence[float] | None) -> Ranges:
    if low is None or high is None:
        nothing = np.full(len(values), np.nan)
        return Ranges(nothing, nothing)
    return Ranges(np.array(low, float), np.array(high, float),
                  {"threshold_minus": np.array(low, float), "threshold_plus": np.array(high, float)})  # fmt: skip


def measured(
    name: str, values: Sequence[float], towns: Sequence[float] | None = None, *, better: catalogue.Better = "high", unit: str = "%",
    low: Sequence[float] | None = None, high: Sequence[float] | None = None,
) -> Measured:  # fmt: skip
    """An indicator whose areas are the municipalities themselves, unless `towns` says otherwise."""
    value = np.array(values, float)
    of_towns = value if towns is None else np.array(towns, float)
    own = ranges(values, low, high)
    return Measured(
        indicator(name, better=better, unit=unit), "walk", "total", value, np.full(len(value), np.nan),
        np.full(len(value), np.nan), ("",) * len(value), of_towns, (None,) * len(value), own,
        own if towns is None else ranges(of_towns, None, None),
    )  # fmt: skip
