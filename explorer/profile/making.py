"""Makes documents one after the other, in this process or in several beside it, and says of each how it went.

A document that cannot be made is reported and the others go on; so they do when a process is ended from outside (memory
gone). Processes are started afresh (spawn), on every system alike: threads of numba and of matplotlib do not survive a fork.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from geodata.errors import ExplorerError, WorkspaceError, is_disk_full

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from explorer.documents.blocks import Document
    from explorer.profile.study_answers import Tables
    from explorer.regions import Opened
    from explorer.scenario_edits import Scenario
    from explorer.scenario_result import ScenarioResult
    from explorer.words import Language

HALF: Final = ".making"  # folder of files that are being written
_DEBUG: Final = "EXPLORER_DEBUG"  # as for every command: the traceback, not a message
# One core each: the documents are what runs side by side.
_ONE_THREAD: Final = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


class NoProcess(ExplorerError, RuntimeError):
    """No process can be started beside this one."""


class DocumentOf(Protocol):
    """Makes a document, as :func:`explorer.profile.document.profile_document` does."""

    def __call__(
        self, opened: Opened, codes: Sequence[str], language: Language, *, scenario: ScenarioResult | None = None
    ) -> Document:
        """Make it."""
        ...


@dataclass(frozen=True)
class Job:
    """A document to be made: of which municipalities, in which language, written to which files."""

    codes: tuple[str, ...]
    language: Language
    files: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """How a job went: `reason` is empty where its files are there, else says in both languages why they are not."""

    job: Job
    reason: str = ""


@dataclass(frozen=True)
class Making:
    """What every process has to know.

    Parameters
    ----------
    workspace, key
        The workspace, and its edition: a build that ends meanwhile must not give a folder of two editions.
    folder
        Where the files go.
    document
        Makes a document; a function of a module, so that another process finds it.
    asks_engine
        Whether documents ask what is the same for all of them and heavy to work out: who uses whose facilities, which are
        critical (:mod:`explorer.profile.study_answers`). Then one process works it out first and ends, which gives its
        memory back: those that make the documents do without street networks.
    tables
        What came of it.
    """

    workspace: Path
    key: str
    folder: Path
    scenario: Scenario | None
    document: DocumentOf
    asks_engine: bool = False
    tables: Tables = field(default_factory=dict)


def make_here(making: Making, opened: Opened, jobs: Sequence[Job]) -> Iterator[Outcome]:
    """Make documents in this process."""
    maker = _Maker(making, opened)
    for job in jobs:
        yield maker.make(job)


def make_beside(making: Making, jobs: Sequence[Job], processes: int) -> Iterator[Outcome]:
    """Make documents in several processes; whatever ends this generator ends them too.

    Raises
    ------
    NoProcess
        Processes end before they make anything.
    """
    if making.asks_engine:
        making = replace(making, tables=_prepared(making))
    waiting = list(jobs)
    is_any_made = False
    while waiting:
        pool = _Pool(making, waiting, processes)
        for outcome in pool:
            is_any_made = True
            yield outcome
        for job in pool.jobs:  # each on its own now: the one beside it may have been what ended the pool
            alone = _Pool(making, [job], 1)
            for outcome in alone:
                is_any_made = True
                yield outcome
            if alone.jobs:
                if not is_any_made:
                    raise NoProcess(_NO_PROCESS)
                yield Outcome(job, _ENDED)


_NO_PROCESS: Final = (
    "並行するプロセスを動かせません。--processes 1（Python では processes=1）で実行してください。スクリプトでは呼び出しを "
    'if __name__ == "__main__": の中に置きます。 / '
    "Processes cannot be started beside this one. Use --processes 1 (processes=1 in Python); in a script, call from under "
    'if __name__ == "__main__":.'
)
_ENDED: Final = (
    "作成中のプロセスが外から止められました（メモリー不足のことがあります）。--processes 1 でもう一度実行してください。 / "
    "Its process was ended from outside (memory may have run out). Run again with --processes 1."
)


def _prepared(making: Making) -> Tables:
    """What all documents ask alike, worked out in a process that ends with it; nothing where that fails.

    Then those who ask for it meet the error themselves, document by document.
    """
    before = set(multiprocessing.active_children())
    with _pool_of(making, 1) as pool:
        try:
            return pool.submit(_prepare).result()
        except BrokenProcessPool:
            raise NoProcess(_NO_PROCESS) from None
        except WorkspaceError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is met again where it can be told
            return {}
        except BaseException:
            _terminate(before)
            raise


def _terminate(others: Collection[BaseProcess]) -> None:
    """End the processes that were started here."""
    for child in set(multiprocessing.active_children()) - set(others):
        child.terminate()


def _pool_of(making: Making, processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(making,))


class _Pool:
    """Outcomes of the jobs that are waiting, taken off the list; `jobs` are those that were lost with a process, at the end."""

    def __init__(self, making: Making, waiting: list[Job], processes: int) -> None:
        self.jobs: list[Job] = []
        self._making, self._waiting, self._processes = making, waiting, processes

    def __iter__(self) -> Iterator[Outcome]:
        before = set(multiprocessing.active_children())
        pool = _pool_of(self._making, self._processes)
        is_whole = False
        try:
            yield from self._run(pool)
            is_whole = not self.jobs
        finally:
            if not is_whole:
                _terminate(before)
            pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, pool: ProcessPoolExecutor) -> Iterator[Outcome]:
        running: dict[Future[Outcome], Job] = {}
        while self._waiting or running:
            while self._waiting and len(running) < self._processes:  # no more than can run: it is known which are lost
                job = self._waiting.pop(0)
                running[pool.submit(_make, job)] = job
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(done)
                try:
                    outcome = done.result()
                except BrokenProcessPool:
                    self.jobs = [job, *running.values()]
                    return
                yield outcome


class _Maker:
    """Makes documents of one open workspace."""

    def __init__(self, making: Making, opened: Opened) -> None:
        self._making = making
        self._opened = opened
        self._result: ScenarioResult | None = None

    def make(self, job: Job) -> Outcome:
        """Make a document and all its files, or say why not.

        Raises
        ------
        NoSpace
            The disk is full: the other documents would fare no better.
        """
        try:
            self._write(job)
        except ExplorerError as error:
            if is_disk_full(error):
                raise
            return Outcome(job, str(error))
        except Exception as error:
            if is_disk_full(error) or os.environ.get(_DEBUG):
                raise
            if isinstance(error, OSError) and error.filename is not None:
                return Outcome(job, _unwritable(error))
            return Outcome(
                job, f"プログラムの想定外の問題です（{type(error).__name__}: {error}）。 / A fault of this program."
            )
        return Outcome(job)

    def _write(self, job: Job) -> None:
        from explorer.documents.written import write_document

        making = self._making
        document = making.document(self._opened, job.codes, job.language, scenario=self._scenario())
        half = making.folder / HALF
        half.mkdir(parents=True, exist_ok=True)
        for name in job.files:
            write_document(document, half / name)
        for name in job.files:  # all or none of them
            (half / name).replace(making.folder / name)

    def _scenario(self) -> ScenarioResult | None:
        if self._result is None and self._making.scenario is not None:
            self._result = self._opened.scenario(self._making.scenario)
        return self._result


def _unwritable(error: OSError) -> str:
    return (
        f"{error.filename}: 書き込めません（{error.strerror}）。ほかのプログラムで開いていれば閉じてください。 / "
        f"Cannot be written ({error.strerror}). Close it where another program has it open."
    )


_asked: Making | None = None  # of this process, where it is one of several
_maker: _Maker | None = None


def _begin(making: Making) -> None:
    """Tell a process of a pool what it is for."""
    global _asked  # noqa: PLW0603 - what such a process keeps between its jobs
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the parent, which ends this process
    for variable in _ONE_THREAD:
        os.environ.setdefault(variable, "1")
    _asked = making


def _make(job: Job) -> Outcome:
    """Make a document in a process of a pool, which opens the workspace at its first.

    Raises
    ------
    WorkspaceError
        It cannot be opened, or is another one meanwhile.
    """
    global _maker  # noqa: PLW0603
    assert _asked is not None
    if _maker is None:
        opened = _opened(_asked)
        if _asked.tables:
            from explorer.profile.study_answers import study_answers

            study_answers(opened, _asked.tables)
        _maker = _Maker(_asked, opened)
    return _maker.make(job)


def _prepare() -> Tables:
    """What all documents ask alike."""
    from explorer.profile.study_answers import study_answers

    assert _asked is not None
    return study_answers(_opened(_asked)).prepare().tables


def _opened(making: Making) -> Opened:
    import explorer

    opened = explorer.open(making.workspace)
    if opened.workspace.key != making.key:
        raise WorkspaceError(
            f"{making.workspace}: 作成中にワークスペースが作り直されました。もう一度実行してください。 / "
            "The workspace was built anew meanwhile. Run again."
        )
    return opened
