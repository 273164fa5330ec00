"""Building a workspace anew beside those who look at it: one job per workspace, in a process of its own.

The job holds a lock for as long as it lives, whichever server or command began it; whoever finds the lock free and the job
unfinished knows that it was killed. The workspace stays the old one until the new one is whole (:mod:`geodata.workspace`),
and finished steps are kept, so that a job that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

from explorer.own_data.added import why_fixed
from explorer.own_data.inputs import inputs_of
from explorer.written import beside
from geodata.errors import ExplorerError, MissingSource, WorkspaceError
from geodata.workspace import Workspace

FOLDER: Final = ".rebuild"
LOCK: Final = "lock"
STATE: Final = "state.json"
CANCEL: Final = "cancel"
LOG: Final = "log.txt"
STARTING_SECONDS: Final = 30.0  # a process that has not taken the lock by then will never do
_ROOT: Final = Path(__file__).parents[2]
_CHILDREN: Final[dict[str, subprocess.Popen[bytes]]] = {}  # of this process: their standard input ends with it
Phase = Literal["starting", "running", "done", "failed", "stopped", "killed"]


@dataclass(frozen=True)
class Job:
    """How far a job is.

    Parameters
    ----------
    id
        Of this job.
    phase
        ``stopped`` on request, ``killed`` by anything else.
    step
        Name of the build step under way (:data:`explorer.progress.STEP_NAMES`).
    share
        Done, 0–1.
    left_seconds
        As estimated when `told_at` was; None before anything can be said.
    started_at, told_at
        Seconds since the epoch.
    message
        Why it failed, in both languages; ``""`` otherwise.
    key
        Of the workspace that it made.
    warnings
        Of the build.
    """

    id: str
    phase: Phase
    started_at: float
    told_at: float
    step: str = "scan"
    share: float = 0.0
    left_seconds: float | None = None
    message: str = ""
    key: str = ""
    warnings: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended."""
        return self.phase in {"starting", "running"}

    def left_now(self, now: float | None = None) -> float | None:
        """Seconds left by the last estimate."""
        if self.left_seconds is None:
            return None
        return max(0.0, self.left_seconds - ((now or time.time()) - self.told_at))


def job_of(workspace: Path) -> Job | None:
    """The last job of a workspace; None where there was none."""
    file = workspace / FOLDER / STATE
    try:
        job = Job(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if not job.is_under_way or _is_held(workspace):
        return job
    if job.phase == "starting" and time.time() - job.started_at < STARTING_SECONDS:
        child = _CHILDREN.get(str(workspace.resolve()))
        if child is None or child.poll() is None:
            return job
    last = _read(workspace) or job  # it may have ended between the two looks
    return last if not last.is_under_way else Job(**{**asdict(last), "phase": "killed"})


def start(workspace: Path, folders: Sequence[Path] = ()) -> Job:
    """Begin to build the workspace anew.

    Parameters
    ----------
    folders
        Raw folders instead of those that it was built from.

    Raises
    ------
    WorkspaceError
        It is read-only, or a job is under way.
    MissingSource
        A raw folder is not there, or none is known.
    """
    why = why_fixed(workspace)
    if why:
        raise WorkspaceError(why)
    _check_folders(Workspace.open(workspace), folders)
    try:
        job, child = _begin(workspace, folders)
    except OSError as error:
        if isinstance(error, ExplorerError):
            raise
        raise _unwritable(workspace, error) from error
    _forget_ended()
    _CHILDREN[str(workspace.resolve())] = child
    return job


def _begin(workspace: Path, folders: Sequence[Path]) -> tuple[Job, subprocess.Popen[bytes]]:
    """Write the state of a new job, and start its process."""
    place = workspace / FOLDER
    place.mkdir(exist_ok=True)
    with _lock(workspace):
        before = _read(workspace)
        if before is not None and before.phase == "starting" and time.time() - before.started_at < STARTING_SECONDS:
            raise _busy()
        now = time.time()
        job = Job(uuid4().hex[:12], "starting", now, now)
        (place / CANCEL).unlink(missing_ok=True)
        write_job(workspace, job)
    asked = json.dumps({"id": job.id, "folders": [str(folder) for folder in folders]})
    with (place / LOG).open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "explorer.own_data.rebuild_process", str(workspace.resolve()), asked],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=_ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            # Ctrl+C in the terminal of the server is for the server: the job ends with it, by its standard input.
            start_new_session=os.name == "posix",
        )
    return job, child


def _unwritable(workspace: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"{workspace}: 書き込めません（{error.strerror}）。権限とディスクの空きを確かめてください。 / "
        f"Cannot be written ({error.strerror}). Check the permissions and the space on the disk."
    )


def cancel(workspace: Path) -> None:
    """Ask the job to stop; it does within moments, wherever it runs."""
    job = job_of(workspace)
    if job is not None and job.is_under_way:
        (workspace / FOLDER / CANCEL).write_text(job.id, encoding="ascii")


def wait(workspace: Path, seconds: float) -> Job | None:
    """The job when it has ended, or after some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = job_of(workspace)
        if job is None or not job.is_under_way:
            child = _CHILDREN.pop(str(workspace.resolve()), None)
            if child is not None:
                _close(child)
            return job
        time.sleep(0.1)
    return job_of(workspace)


def write_job(workspace: Path, job: Job) -> None:
    """Replace the state of the job, whole."""
    with beside(workspace / FOLDER / STATE) as unfinished:
        unfinished.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")


def _check_folders(workspace: Workspace, folders: Sequence[Path]) -> None:
    wanted = list(folders) or list(inputs_of(workspace).folders)
    if not wanted:
        raise MissingSource(
            "このワークスペースの元データの場所が記録されていません。元データのフォルダを指定してください。 / "
            "It is not known from which raw folder this workspace was built. Name the folder."
        )
    for folder in wanted:
        if not folder.exists():
            raise MissingSource(
                f"{folder}: 元データのフォルダがありません。フォルダを指定してください。 / "
                "The raw folder is not there (any more). Name the folder."
            )


def _read(workspace: Path) -> Job | None:
    try:
        return Job(**json.loads((workspace / FOLDER / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _lock(workspace: Path) -> Any:
    from filelock import FileLock, Timeout

    lock = FileLock(workspace / FOLDER / LOCK, timeout=0)
    try:
        return lock.acquire()
    except Timeout:
        raise _busy() from None
    except OSError as error:
        raise _unwritable(workspace, error) from error


def _busy() -> WorkspaceError:
    return WorkspaceError(
        "再構築はすでに始まっています。終わるのを待つか、中止してください。 / "
        "A rebuild is under way. Wait until it is done, or stop it."
    )


def _is_held(workspace: Path) -> bool:
    from filelock import FileLock, Timeout

    try:
        with FileLock(workspace / FOLDER / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a read-only copy of a workspace whose job was under way
        return False


def _forget_ended() -> None:
    for key, child in list(_CHILDREN.items()):
        if child.poll() is not None:
            _close(_CHILDREN.pop(key))


def _close(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    child.wait(timeout=60)


def refusal(error: ExplorerError) -> str:
    """Text of an error in one line."""
    return " ".join(str(error).splitlines())
