"""Long calculations in chunks: over the processor's cores, in order, and ended by Ctrl-C between two chunks.

Kernels that are compiled with ``nogil=True`` run beside each other in plain threads. Numba's own parallel loops are not
used: its workqueue layer is not thread-safe, and several sessions of the application ask at once.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

# Windows does not interrupt a thread that waits for another, so waiting is done in short turns.
_TURN_SECONDS: Final = 0.1
_AHEAD: Final = 2  # chunks per thread that are begun before the first result is taken


def run_chunks(
    function: Callable[[Chunk], Result], chunks: Iterable[Chunk], *, threads: int | None = None
) -> list[Result]:
    """Call a function on every chunk of a calculation, and give the results in the order of the chunks.

    Parameters
    ----------
    function
        Called with one chunk, from several threads at once: what it writes to must belong to the chunk alone. It should
        last less than 0.3 s, for nothing ends it but its own return.
    chunks
        What the calculation is divided into.
    threads
        How many chunks run at once; by default one per core that this process may use. With one thread, or one chunk,
        the calling thread does the work.

    Returns
    -------
    list
        One result per chunk.

    Raises
    ------
    ValueError
        If `threads` is not positive.
    BaseException
        Whatever the function raises in the earliest chunk that fails, or KeyboardInterrupt; chunks that have not begun
        by then are never begun, and those under way have ended.
    """
    return list(stream_chunks(function, chunks, threads=threads))


def stream_chunks(
    function: Callable[[Chunk], Result], chunks: Iterable[Chunk], *, threads: int | None = None
) -> Iterator[Result]:
    """Like :func:`run_chunks`, giving each result as soon as it is its turn.

    Only a few chunks are worked on ahead, so that large results need not all be kept.
    """
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be 1 or more, not {threads}.")
    todo = list(chunks)
    count = min(threads or available_cores(), len(todo))
    if count <= 1:
        return (function(chunk) for chunk in todo)
    return _in_threads(function, todo, count)


def _in_threads(function: Callable[[Chunk], Result], todo: list[Chunk], count: int) -> Iterator[Result]:
    pool = ThreadPoolExecutor(count, thread_name_prefix="chunks")
    under_way: deque[Future[Result]] = deque()
    try:
        for chunk in todo:
            under_way.append(pool.submit(function, chunk))
            if len(under_way) >= _AHEAD * count:
                yield _result(under_way.popleft())
        while under_way:
            yield _result(under_way.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def spans(count: int, size: int) -> list[tuple[int, int]]:
    """Consecutive ranges (first, end) of at most `size` rows that make up `count` rows."""
    if size < 1:
        raise ValueError(f"size must be 1 or more, not {size}.")
    return [(first, min(first + size, count)) for first in range(0, count, size)]


def available_cores() -> int:
    """Cores that this process may use; fewer than the machine has where it is confined to some."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _result(future: Future[Result]) -> Result:
    while not future.done():
        wait([future], timeout=_TURN_SECONDS)
    return future.result()
