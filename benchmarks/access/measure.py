"""Clocks, memory, and what the figures were measured on."""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

SHORT_SECONDS: Final = 3.0  # what lasts less is run several times
RUNS: Final = 5
_PACKAGES: Final = (
    "numpy", "numba", "scipy", "pymetis", "osmium", "osmnx", "networkx", "pandana", "rustworkx", "igraph",
)  # fmt: skip


@dataclass(frozen=True)
class Timing:
    """How long something took.

    Parameters
    ----------
    seconds
        Median of the runs, times `scale`.
    runs
        How many runs the median is of.
    cores
        Processor seconds per second of the runs: 1 for one busy thread; less where something else had the processor.
    scale
        More than 1 where only a part of the question was asked and the time was multiplied.
    """

    seconds: float
    runs: int
    cores: float
    scale: float = 1.0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def clock(function: Callable[[], Answer], *, scale: float = 1.0, warm: bool = False) -> tuple[Timing, Answer]:
    """Run something once if long, five times if short.

    Parameters
    ----------
    function
        What to time.
    scale
        What to multiply the time with, where `function` does only a part of the question.
    warm
        Whether to run it once before, untimed, where the first run compiles or loads something that lasts.
    """
    if warm:
        function()
    used: list[float] = []
    processor = time.process_time()
    answer = _timed(function, used)
    while used[0] < SHORT_SECONDS and len(used) < RUNS:
        answer = _timed(function, used)
    processor = time.process_time() - processor
    return Timing(statistics.median(used) * scale, len(used), processor / sum(used), scale), answer


def _timed(function: Callable[[], Answer], used: list[float]) -> Answer:
    begin = time.perf_counter()
    answer = function()
    used.append(time.perf_counter() - begin)
    return answer


def resident_megabytes() -> float:
    """Memory of this process now (Linux); NaN elsewhere."""
    return _status("VmRSS")


def peak_megabytes() -> float:
    """The most memory that this process ever had (Linux); NaN elsewhere."""
    return _status("VmHWM")


def _status(key: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(key))


def load_average() -> float:
    """Load of the last minute; NaN where the system has none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
        "load average at the start": f"{load_average():.2f}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    said = dict(line.split(":", 1) for line in lines if ":" in line)
    said = {key.strip(): value.strip() for key, value in said.items()}
    vector = "AVX-512" if "avx512f" in said.get("flags", "") else "no AVX-512"
    return (
        f"{said.get('model name', platform.processor())} (family {said.get('cpu family')}, model {said.get('model')}, "
        f"{vector}, {said.get('cache size', '?')} cache)"
    )


def _memory() -> str:
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{pages / 1024**3:.0f} GiB"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
