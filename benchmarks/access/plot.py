"""Time against the number of nodes, both logarithmic, with the exponent of a straight line through the points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_COLOURS: Final = {"ours": "#0b6e4f", "scipy": "#8a5a00", "pandana": "#6a4c93", "networkx": "#b23a48"}
_TITLES: Final = {
    "nearest": "nearest, 10 categories, every node",
    "matrix": "matrix 1,000 × 1,000",
    "set-up": "set-up once per network",
}
_TICKS: Final = (125_000, 250_000, 500_000, 1_000_000, 2_000_000, 4_000_000)
Series = dict[str, dict[str, dict[int, float]]]


def exponent(points: dict[int, float]) -> float:
    """b of time ∝ nodesᵇ by least squares on the logarithms; NaN for fewer than two points."""
    if len(points) < 2:
        return float("nan")
    nodes, seconds = np.log(list(points)), np.log(list(points.values()))
    return float(np.polyfit(nodes, seconds, 1)[0])


def draw(series: Series, out: Path) -> dict[str, dict[str, str]]:
    """Draw one panel per question; returns the exponents as text."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "scaling", "svg.fonttype": "none", "font.size": 9})
    figure, panels = plt.subplots(1, len(series), figsize=(4 * len(series), 3.6), squeeze=False)
    said: dict[str, dict[str, str]] = {}
    for axes, (panel, engines) in zip(panels[0], series.items(), strict=True):
        for engine, points in engines.items():
            power = exponent(points)
            said.setdefault(panel, {})[engine] = f"{power:.2f}" if np.isfinite(power) else "–"
            ordered = sorted(points.items())
            label = f"{engine} (b = {said[panel][engine]})"
            axes.loglog(*zip(*ordered, strict=True), "o-", color=_COLOURS[engine], label=label, markersize=4)
        axes.set(title=_TITLES[panel], xlabel="street nodes, millions", ylabel="seconds")
        axes.set_xticks(_TICKS, [f"{tick / 1e6:g}" for tick in _TICKS])
        axes.minorticks_off()
        axes.grid(visible=True, which="major", linewidth=0.3)
        axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})
    plt.close(figure)
    return said
