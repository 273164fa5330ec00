"""Profiles of many municipalities as files in a folder, with an index page; a run that was stopped goes on where it was.

>>> import explorer
>>> from explorer.profile.batch import Batch, make_profiles
>>> opened = explorer.open("workspace")  # doctest: +SKIP
>>> make_profiles(opened, Batch(Path("profiles"), formats=("pdf",)))  # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.documents.written import FORMATS
from explorer.profile.ledger import Ledger
from explorer.profile.making import HALF, DocumentOf, Job, Making, Outcome, make_beside, make_here
from explorer.profile.names import document_name
from explorer.progress import Counter, Uncounted
from explorer.words import LANGUAGES
from explorer.written import beside
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.regions import Opened
    from explorer.scenario_edits import Scenario
    from explorer.words import Language

INDEX: Final = "index.html"
MOST_PROCESSES: Final = 4  # about 0.4 GB each: what an office computer has to spare
_LOCK: Final = ".profiles.lock"
_CODE: Final = ("explorer.profile.document", "explorer.documents.written")


class BatchError(ExplorerError, ValueError):
    """A folder that profiles cannot be written to."""


@dataclass(frozen=True)
class Batch:
    """What is to be made.

    Parameters
    ----------
    folder
        Where the files go; made where it is not there.
    formats
        Of :data:`explorer.documents.written.FORMATS`.
    areas
        Municipalities as one code each, regions as several; none for every municipality of the study area.
    scenario
        Whose effect the documents tell.
    processes
        How many at once; None for one per core, four at the most, and for one alone with a scenario.
    document
        Makes one document; a function of a module.
    """

    folder: Path
    formats: tuple[str, ...] = ("pdf",)
    languages: tuple[Language, ...] = ("ja",)
    areas: tuple[tuple[str, ...], ...] = ()
    scenario: Scenario | None = None
    processes: int | None = None
    document: DocumentOf | None = None


@dataclass
class BatchResult:
    """What a run did.

    Parameters
    ----------
    made, kept
        Documents that were made, and that were there already.
    failures
        Documents that could not be made, each with its reason in both languages.
    """

    index: Path
    made: int = 0
    kept: int = 0
    failures: list[Outcome] = field(default_factory=list)


def make_profiles(opened: Opened, batch: Batch, progress: Counter | None = None) -> BatchResult:
    """Make all documents that are not there yet, and the index page.

    One that fails does not stop the rest. Whatever ends the run, files are whole or not there, and the next run of the same
    question makes only what is missing.

    Raises
    ------
    BatchError
        The folder cannot be used, or another run writes to it.
    WorkspaceError
        The workspace was built anew meanwhile.
    """
    from explorer.profile.index_page import Listed, index_page

    shown = progress or Uncounted()
    areas = batch.areas or tuple((str(code),) for code in opened.municipalities["code"])
    files = _Files(opened, batch)
    result = BatchResult(batch.folder / INDEX)
    with _held(batch.folder):
        ledger = Ledger.read(batch.folder)
        jobs = [files.missing(ledger, codes, language) for codes in areas for language in batch.languages]
        jobs = [job for job in jobs if job.files]
        result.kept = len(areas) * len(batch.languages) - len(jobs)
        shown.begin(len(jobs))
        try:
            for outcome in _outcomes(opened, batch, jobs):
                if outcome.reason:
                    result.failures.append(outcome)
                else:
                    result.made += 1
                    ledger.note({name: files.key(outcome.job, name) for name in outcome.job.files})
                shown.one(area_name(opened, outcome.job.codes), is_failed=bool(outcome.reason))
        finally:
            shown.close()
            listed = [
                Listed(
                    codes,
                    area_name(opened, codes),
                    files.there(ledger, codes),
                    tuple(each.reason for each in result.failures if each.job.codes == codes),
                )
                for codes in areas
            ]
            with beside(result.index) as unfinished:
                unfinished.write_bytes(index_page(opened, listed, batch.languages, batch.scenario))
    return result


def area_name(opened: Opened, codes: Sequence[str]) -> str:
    """Municipalities by code and name, the same in both languages: ``10201 前橋市``."""
    names = opened.municipalities.set_index("code")["name"]
    return ", ".join(f"{code} {names[code]}" for code in codes)


@dataclass(frozen=True)
class _Files:
    """Which files belong to which question, and what they are made from."""

    opened: Opened
    batch: Batch

    def missing(self, ledger: Ledger, codes: tuple[str, ...], language: Language) -> Job:
        """What is still to be made of a document."""
        whole = Job(codes, language, self._names(codes, language, self.batch.formats))
        left = tuple(name for name in whole.files if not ledger.has(name, self.key(whole, name)))
        return Job(codes, language, left)

    def there(self, ledger: Ledger, codes: tuple[str, ...]) -> tuple[tuple[Language, str], ...]:
        """Language and name of each finished file about an area, of this run or an earlier one."""
        found: list[tuple[Language, str]] = []
        for language in LANGUAGES:
            job = Job(codes, language, self._names(codes, language, FORMATS))
            found += [(language, name) for name in job.files if ledger.has(name, self.key(job, name))]
        return tuple(found)

    def key(self, job: Job, name: str) -> str:
        """Changes with the workspace, the code, the scenario, and whatever else decides what is in a file."""
        parts = [self.opened.workspace.key, self._code, repr(self.batch.scenario), job.codes, job.language, name]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def _names(self, codes: Sequence[str], language: Language, formats: Sequence[str]) -> tuple[str, ...]:
        scenario = self.batch.scenario.digest if self.batch.scenario is not None else ""
        return tuple(f"{document_name(codes, language, scenario)}.{each}" for each in formats)

    @cached_property
    def _code(self) -> str:
        from geodata.code_version import code_version

        return code_version(*_CODE)


def _outcomes(opened: Opened, batch: Batch, jobs: Sequence[Job]) -> Iterator[Outcome]:
    if not jobs:
        return
    document = batch.document
    if document is None:
        from explorer.profile.document import profile_document

        document = profile_document
    workspace = opened.workspace
    making = Making(
        workspace.path.resolve(), workspace.key, batch.folder.resolve(), batch.scenario, document,
        asks_engine=batch.document is None,
    )  # fmt: skip
    # The effect of a scenario cannot be handed over: each process would have to load the street networks for it.
    usual = 1 if batch.scenario is not None else min(_cores(), MOST_PROCESSES)
    processes = min(batch.processes or usual, len(jobs))
    yield from make_here(making, opened, jobs) if processes == 1 else make_beside(making, jobs, processes)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder for one run at a time; what a killed run left half-written goes."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise BatchError(
            f"{folder}: 別の explorer profile が書き込み中です。終わるのを待ってください。 / "
            "Another explorer profile is writing to it. Wait until it is done."
        ) from None
    except OSError as error:
        raise BatchError(
            f"{folder}: フォルダとして書き込めません（{error.strerror}）。--out で別の場所を指定してください。 / "
            f"Cannot be written as a folder ({error.strerror}). Choose another --out."
        ) from error
    try:
        shutil.rmtree(folder / HALF, ignore_errors=True)
        yield
    finally:
        shutil.rmtree(folder / HALF, ignore_errors=True)
        lock.release()
