"""Progress of a long build for a person at a terminal, and plain lines where nobody watches."""

from __future__ import annotations

import sys
import time
from typing import Any, Final, Protocol

# Seconds of each step on Gunma (two cores), the weights by which the share done and the time left are told.
STEP_WEIGHTS: Final[dict[str, float]] = {
    "scan": 2,
    "boundaries": 1,
    "people": 2,
    "streets": 6,
    "facilities": 2,
    "stops": 4,
    "places": 8,
    "network": 2,
    "snapping": 4,
    "service_distances": 8,
    "transport_distances": 4,
    "indicators": 5,
    "drawing": 1,
}
STEP_NAMES: Final[dict[str, tuple[str, str]]] = {
    "scan": ("ファイルを調べる", "recognising files"),
    "boundaries": ("市区町村の境界", "municipality boundaries"),
    "people": ("人口と対象地域", "people and study area"),
    "streets": ("道路", "streets"),
    "facilities": ("施設", "facilities"),
    "stops": ("駅・停留所", "stations and stops"),
    "places": ("人口の地点への割り当て", "spreading people to places"),
    "network": ("道路網", "street network"),
    "snapping": ("地点と道路の結び付け", "tying places to streets"),
    "service_distances": ("施設までの距離と時間", "distances to facilities"),
    "transport_distances": ("駅・停留所までの距離", "distances to stations and stops"),
    "indicators": ("指標", "indicators"),
    "drawing": ("地図の図形", "shapes for the map"),
}


class Progress(Protocol):
    """Told what a build does; may show it or not."""

    def start(self, step: str) -> None:
        """A step begins."""

    def done(self, step: str, *, was_cached: bool) -> None:
        """A step is complete."""


class Quiet:
    """Shows nothing."""

    def start(self, step: str) -> None:
        """Say nothing."""

    def done(self, step: str, *, was_cached: bool) -> None:
        """Say nothing."""


class Lines:
    """One line per step with the share done and the time left; a moving bar on a terminal."""

    def __init__(self) -> None:
        """Start the clock."""
        self._started = time.monotonic()
        self._weight_done = 0.0
        self._weight_run = 0.0
        self._bar = _terminal_bar()

    def start(self, step: str) -> None:
        """Show the step that runs."""
        ja, en = STEP_NAMES[step]
        if self._bar is not None:
            self._bar.update(0, description=f"{ja} / {en}", completed=self._weight_done)

    def done(self, step: str, *, was_cached: bool) -> None:
        """Show the share done and the time left."""
        weight = STEP_WEIGHTS[step]
        self._weight_done += weight
        share = self._weight_done / sum(STEP_WEIGHTS.values())
        elapsed = time.monotonic() - self._started
        if not was_cached:
            self._weight_run += weight
        left = elapsed / max(self._weight_run, 1e-9) * (sum(STEP_WEIGHTS.values()) - self._weight_done)
        if self._bar is not None:
            self._bar.update(0, completed=self._weight_done)
            if share >= 1 - 1e-9:
                self._bar.stop()
            return
        ja, en = STEP_NAMES[step]
        state = "変更なし / unchanged" if was_cached else f"残り約 {left:.0f} 秒 / about {left:.0f} s left"
        print(f"[{share:4.0%}] {ja} / {en}  {elapsed:.1f} s  ({state})", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the terminal tidy, also after an error."""
        if self._bar is not None:
            self._bar.stop()


def _terminal_bar() -> Any:  # rich is imported only for a person at a terminal
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    bar.add_task("", total=sum(STEP_WEIGHTS.values()))
    bar.start()
    return bar
