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
    "other_population": 4,
    "scores": 1,
    "density": 1,
    "future": 2,
    "flows": 1,
    "food_access": 2,
    "hubs": 2,
    "digital": 1,
    "service_areas": 1,
    "hazards": 1,
    "zones": 2,
    "municipal_tables": 1,
    "indicators": 5,
    "departures": 2,
    "base_map": 1,
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
    "other_population": ("使わなかった人口との比較", "the population not chosen, for comparison"),
    "scores": ("生活利便スコア", "accessibility scores"),
    "density": ("人口密度", "density"),
    "future": ("将来推計人口", "future people"),
    "flows": ("人口移動・通勤", "migration and commuting"),
    "hubs": ("小さな拠点の候補", "candidates of small hubs"),
    "digital": ("光ファイバ・5G", "fibre and 5G"),
    "food_access": ("食料品店への近さと一覧の充足", "food access, completeness of shop lists"),
    "service_areas": ("利用圏の面積と人口", "areas and people within walking distance"),
    "hazards": ("災害のおそれのある区域", "hazard areas"),
    "zones": ("立地適正化計画の区域", "zones of location plans"),
    "municipal_tables": ("市区町村の表", "tables by municipality"),
    "indicators": ("指標", "indicators"),
    "departures": ("歩いて乗れる便数", "departures within walking reach"),
    "base_map": ("地図の下絵（道路・鉄道・水面）", "base of the map: roads, railways, water"),
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


class TimeLeft:
    """The share done and the time left, from the weights of the steps and the time that those so far have taken."""

    def __init__(self) -> None:
        """Start the clock."""
        self._started = time.monotonic()
        self._run = 0.0
        self.weight = 0.0  # of the steps that are complete

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def done(self, step: str, *, was_cached: bool) -> tuple[float, float | None]:
        """A step is complete: share done, 0–1, and seconds left (None while every step was unchanged)."""
        self.weight += STEP_WEIGHTS[step]
        whole = sum(STEP_WEIGHTS.values())
        if not was_cached:
            self._run += STEP_WEIGHTS[step]
        left = self.elapsed / self._run * (whole - self.weight) if self._run else None
        return self.weight / whole, left


class Lines:
    """One line per step with the share done and the time left; a moving bar on a terminal."""

    def __init__(self) -> None:
        """Start the clock."""
        self._clock = TimeLeft()
        self._bar = _terminal_bar(sum(STEP_WEIGHTS.values()))

    def start(self, step: str) -> None:
        """Show the step that runs."""
        ja, en = STEP_NAMES[step]
        if self._bar is not None:
            self._bar.update(0, description=f"{ja} / {en}", completed=self._clock.weight)

    def done(self, step: str, *, was_cached: bool) -> None:
        """Show the share done and the time left."""
        share, left = self._clock.done(step, was_cached=was_cached)
        if self._bar is not None:
            self._bar.update(0, completed=self._clock.weight)
            if share >= 1 - 1e-9:
                self._bar.stop()
            return
        ja, en = STEP_NAMES[step]
        state = "変更なし / unchanged" if was_cached else f"残り約 {left:.0f} 秒 / about {left:.0f} s left"
        print(f"[{share:4.0%}] {ja} / {en}  {self._clock.elapsed:.1f} s  ({state})", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the terminal tidy, also after an error."""
        if self._bar is not None:
            self._bar.stop()


class Counter(Protocol):
    """Told how many pieces of a kind there are, and of each that is done; may show it or not."""

    def begin(self, total: int) -> None:
        """So many pieces are to be made."""

    def one(self, name: str, *, is_failed: bool) -> None:
        """One more is done, or cannot be made."""

    def close(self) -> None:
        """Nothing more comes."""


class Uncounted:
    """Shows nothing."""

    def begin(self, total: int) -> None:
        """Say nothing."""

    def one(self, name: str, *, is_failed: bool) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


class CountedLines:
    """One line per piece with the time left; a moving bar on a terminal."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._started = time.monotonic()
        self._total = self._done = 0
        self._bar: Any = None

    def begin(self, total: int) -> None:
        """Start the clock."""
        self._started, self._total = time.monotonic(), total
        self._bar = _terminal_bar(total) if total else None

    def one(self, name: str, *, is_failed: bool) -> None:
        """Show how many are done, and the time that the others take if they are like these."""
        self._done += 1
        elapsed = time.monotonic() - self._started
        left = elapsed / self._done * (self._total - self._done)
        failed = "  失敗 / failed" if is_failed else ""
        if self._bar is not None:
            self._bar.update(0, description=f"{name}{failed}".replace("[", "\\["), completed=self._done)
            return
        state = f"残り約 {left:.0f} 秒 / about {left:.0f} s left"
        print(f"[{self._done}/{self._total}] {name}{failed}  {elapsed:.1f} s  ({state})", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the terminal tidy, also after an error."""
        if self._bar is not None:
            self._bar.stop()


def _terminal_bar(total: float) -> Any:  # rich is imported only for a person at a terminal
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
    bar.add_task("", total=total)
    bar.start()
    return bar
