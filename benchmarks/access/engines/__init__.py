"""The engines that are measured, each with the questions it can answer.

A module holds `prepare(case, question)`, which is timed apart and returns what the questions need, and `QUESTIONS`: by
name a function of what was prepared that returns an :class:`Asked`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt


class Asked(NamedTuple):
    """How to put a question to an engine.

    Parameters
    ----------
    run
        Asks it; what is timed.
    answer
        Turns what `run` returned into an int32 array of milliseconds or counts in the shape of the question, not timed.
    scale
        What the time is multiplied with, where `run` asks a part only.
    part
        Which part of the whole answer was asked, as an index into it; everything by default.
    note
        What a reader of the table must know.
    warm
        Whether a first, untimed run compiles something.
    limit_ms
        Times above it count as not reached; 0 for no limit.
    """

    run: Callable[[], object]
    answer: Callable[[object], npt.NDArray[np.int32]]
    scale: float = 1.0
    part: tuple[slice, ...] = ()
    note: str = ""
    warm: bool = False
    limit_ms: int = 0


class Part(TypedDict):
    """The fields of :class:`Asked` that say that only a part was asked."""

    scale: float
    part: tuple[slice, ...]
    note: str


def part_of(total: int, asked: int, what: str, *, axis: int = 0) -> Part:
    """The first `asked` of `total` rows of the answer (or columns), the time multiplied to stand for all of them."""
    scale = total / asked
    note = f"{asked:,} of {total:,} {what}, × {scale:g}" if asked < total else ""
    return Part(scale=scale, part=(slice(None),) * axis + (slice(asked),), note=note)
