"""The workspace as an engine that answers questions: opened once per process, shared by all pages and sessions.

What a first question would wait for (networks, ties of sites to streets, the present indicators) is made in the background
as soon as a page that asks questions is opened.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.study import Study

if TYPE_CHECKING:
    from explorer.regions import Opened


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def opened_of(study: Study) -> Opened:
    """The workspace with its services, live answers and regions; one for all pages."""
    from explorer.regions import Opened

    return Opened(study.workspace)


class Warming:
    """Work in the background that makes the first answer quick.

    Nothing depends on it: a question that comes earlier makes what it needs itself, under the locks of the engine.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[object] = set()
        self._done: dict[object, float] = {}
        self._queue: list[tuple[object, Callable[[], object]]] = []
        self._worker: threading.Thread | None = None

    def start(self, key: object, work: Callable[[], object]) -> None:
        """Do some work once; one after the other, so that two cores stay free for the page."""
        with self._lock:
            if key in self._running or key in self._done:
                return
            self._running.add(key)
            self._queue.append((key, work))
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="explorer-warming", daemon=True)
                self._worker.start()

    def is_done(self, key: object) -> bool:
        """Whether the work is over, even if it failed: then the first question is slow, or says what is wrong."""
        return key in self._done

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._worker = None
                    return
                key, work = self._queue.pop(0)
            started = time.perf_counter()
            with contextlib.suppress(
                Exception
            ):  # only to be early: whoever asks in earnest meets the error and tells it
                work()
            with self._lock:
                self._running.discard(key)
                self._done[key] = time.perf_counter() - started


@st.cache_resource(max_entries=2, show_spinner=False)
def warming_of(study_key: str) -> Warming:
    """The background work of a workspace."""
    del study_key  # the key of the cache
    return Warming()
