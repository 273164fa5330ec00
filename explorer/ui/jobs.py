"""Long work behind a page: it goes on beside the page, says how far it is, and stops when the user says so.

A page asks with :func:`answer` where it would have called the work itself. What is there within a moment is handed back at
once; what takes longer shows what is being done, for how long, and a button that stops it. Whoever asks something else has
stopped the earlier question, too. The work runs in the server's own process, so that it shares the open workspace; no more
than :data:`AT_ONCE` run at a time, the others wait their turn and say so.
"""

from __future__ import annotations

import ctypes
import threading
import time
import traceback
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, TypeVar, cast

import streamlit as st

from explorer.words import Language, number, word

T = TypeVar("T")

AT_ONCE: Final = 2
WAIT_SECONDS: Final = 0.4  # until then an answer comes as if there were no job; a progress line would only flicker
POLL_SECONDS: Final = 0.5
UNSEEN_SECONDS: Final = 180.0  # a page that is gone asks no more; a hidden tab asks once a minute
_STORE: Final = "background_jobs_of_pages"
_TURN: Final = threading.Semaphore(AT_ONCE)


class Stopped(BaseException):
    """Raised inside work that has been stopped. No Exception: nothing that catches those may swallow it."""


@dataclass(eq=False)
class Job:
    """One piece of work in a thread of its own.

    Parameters
    ----------
    work
        Called with the job. It may call :meth:`say` as often as it likes; that is also where it stops first.
    """

    work: Callable[[Job], object]
    state: str = "waiting"  # → done, failed or stopped
    text: str = ""
    share: float | None = None
    result: object = None
    error: BaseException | None = None
    detail: str = ""
    begun: float = field(default_factory=time.monotonic)
    seen: float = field(default_factory=time.monotonic)
    _stop: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _runs_in: int | None = None  # thread in which a stop may be raised

    def start(self) -> Job:
        """Begin as soon as there is room."""
        threading.Thread(target=self._run, name="explorer-job", daemon=True).start()
        return self

    def say(self, text: str = "", share: float | None = None) -> None:
        """Tell what is being done, and what share (0 to 1) of the whole is behind.

        Raises
        ------
        Stopped
            The user has stopped the work.
        """
        self.check()
        self.text, self.share = text, share

    def check(self) -> None:
        """A place where the work may be stopped.

        Raises
        ------
        Stopped
            The user has stopped the work, or nobody looks at it any more.
        """
        if self._stop.is_set():
            raise Stopped
        if time.monotonic() - self.seen > UNSEEN_SECONDS:
            raise Stopped

    def stop(self) -> None:
        """Stop the work: where it says how far it is, else at the next line of Python that its thread runs.

        Compiled code (a sweep over streets, a solver) is left to finish its call; its answer is then thrown away. Whoever
        waits is told at once.
        """
        with self._lock:
            if self._over.is_set() or self._stop.is_set():
                return
            self._stop.set()
            if self._runs_in is not None:
                _raise_in(self._runs_in, Stopped)
            self.state = "stopped"
        self._over.set()

    def wait(self, seconds: float) -> bool:
        """Whether the work is over, at the latest after some seconds."""
        return self._over.wait(seconds)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for any more."""
        return self._over.is_set()

    @property
    def is_queued(self) -> bool:
        """Whether it waits for other work to end."""
        return self._runs_in is None and not self.is_over

    @property
    def seconds(self) -> float:
        """For how long it has been asked for."""
        return time.monotonic() - self.begun

    def _run(self) -> None:
        try:
            while not _TURN.acquire(timeout=0.2):
                self.check()
        except Stopped:
            self._end("stopped")
            return
        try:
            self._end(self._work())
        finally:
            _TURN.release()

    def _work(self) -> str:
        """Do it; how it ended. Once this has returned nothing can be raised in the thread from outside."""
        try:
            try:
                with self._lock:
                    self._runs_in = threading.get_ident()
                self.check()
                self.result = self.work(self)
                state = "done"
            except Exception as error:  # noqa: BLE001 - handed to whoever asked
                self.error, self.detail, state = error, traceback.format_exc(), "failed"
            self._leave()
        except Stopped:
            self._leave()
            return "stopped"
        return state

    def _leave(self) -> None:
        with self._lock:
            if self._runs_in is not None:
                _raise_in(self._runs_in, None)  # what was to be raised and has not been yet
            self._runs_in = None

    def _end(self, state: str) -> None:
        with self._lock:
            if not self._stop.is_set():
                self.state = state
        self._over.set()


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Have an error raised at the next line of Python that a thread runs; None takes back one that is still to come."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error)
    )


def answer(
    name: str, question: Hashable, work: Callable[[Job], T], language: Language, *, note: str = "", ask: bool = False
) -> T | None:
    """The answer to a question, or None while it is being made, after it was stopped, and while it was not asked for.

    To be called at the place on the page where the answer will stand; progress and the button that stops it stand there
    meanwhile. The last answer under a name is kept for the session.

    Parameters
    ----------
    name
        Which question of the page; a new question under the same name stops the old one.
    question
        Everything that the answer depends on, the key of the workspace included.
    work
        Makes the answer; runs beside the page, so it calls nothing of streamlit.
    note
        What is being made, in the user's words.
    ask
        Whether to wait for the user to press a button before anything is made.

    Raises
    ------
    Exception
        Whatever the work raised: to be called inside :func:`explorer.ui.frame.guarded`.
    """
    kept: dict[str, tuple[Hashable, Job | None]] = st.session_state.setdefault(_STORE, {})
    found, job = kept.get(name, (None, None))
    if found != question:
        if job is not None:
            job.stop()
        job = None if ask else Job(work).start()
        kept[name] = (question, job)
    if job is None:
        _ask(kept, name, question, work, language)
        return None
    job.seen = time.monotonic()
    job.wait(WAIT_SECONDS if job.seconds < WAIT_SECONDS else 0.0)
    if not job.is_over:
        _show(job, note, language)
        return None
    if job.state == "stopped":
        st.caption(word("rn_stopped", language))
        _ask(kept, name, question, work, language)
        return None
    if job.error is not None:
        kept.pop(name)  # the next run tries again
        raise job.error
    return cast("T", job.result)


def stop_all() -> None:
    """Stop everything that this session has asked for."""
    for _, job in st.session_state.get(_STORE, {}).values():
        if job is not None and not job.is_over:
            job.stop()


def _ask(
    kept: dict[str, tuple[Hashable, Job | None]],
    name: str,
    question: Hashable,
    work: Callable[[Job], Any],
    language: Language,
) -> None:
    def begin() -> None:
        kept[name] = (question, Job(work).start())

    st.button(word("rn_start", language), key=f"{name}_start_button", on_click=begin)


def _show(job: Job, note: str, language: Language) -> None:
    """What is being done, looked at again and again without the rest of the page."""

    @st.fragment(run_every=POLL_SECONDS)
    def progress() -> None:
        job.seen = time.monotonic()
        if job.is_over:
            st.rerun()
        line, button = st.columns([0.8, 0.2], vertical_alignment="center")
        with line:
            # Text for people may hold names from data: no markdown.
            st.html(f'<div class="job-line" role="status">{escape(_line(job, note, language))}</div>')
            if job.share is not None:
                st.progress(min(max(job.share, 0.0), 1.0))
        button.button(word("rn_stop", language), key=f"stop_{id(job)}_button", on_click=job.stop, width="stretch")

    progress()


def _line(job: Job, note: str, language: Language) -> str:
    what = job.text or note or word("rn_working", language)
    if job.is_queued:
        what = word("rn_queued", language)
    return word("rn_line", language, what=what, seconds=number(job.seconds, language))
