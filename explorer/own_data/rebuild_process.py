"""The process of a rebuild: ``python -m explorer.own_data.rebuild_process WORKSPACE ASKED`` (begun by `rebuild.start`).

It ends itself when asked to (the file ``cancel``), and when whoever began it is gone (its standard input is closed).
"""

from __future__ import annotations

import _thread
import contextlib
import json
import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from explorer.own_data.rebuild import CANCEL, FOLDER, LOCK, Job, write_job
from explorer.progress import TimeLeft
from geodata.errors import ExplorerError

_LOOK_SECONDS: Final = 0.2
_GRACE_SECONDS: Final = 15.0  # a compiled loop lets go only when it is through
_LOCK_SECONDS: Final = 20.0
_STOPPED: Final = 3


class _Told:
    """Progress of the build, written to the state of the job."""

    def __init__(self, workspace: Path, job: Job) -> None:
        self.workspace, self.job = workspace, job
        self._clock = TimeLeft()
        self._lock = threading.Lock()
        self._is_over = False

    def start(self, step: str) -> None:
        """A step begins."""
        self.tell(step=step)

    def done(self, step: str, *, was_cached: bool) -> None:
        """A step is complete."""
        share, left = self._clock.done(step, was_cached=was_cached)
        self.tell(share=share, left_seconds=left)

    def tell(self, *, is_end: bool = False, **changes: object) -> None:
        """Write the state; nothing after the end."""
        with self._lock:
            if self._is_over:
                return
            self.job = replace(self.job, told_at=time.time(), **changes)  # type: ignore[arg-type]
            write_job(self.workspace, self.job)
            self._is_over = is_end


def main() -> None:
    """Build; how it went is in the state of the job."""
    from filelock import FileLock

    workspace, asked = Path(sys.argv[1]), json.loads(sys.argv[2])
    with FileLock(workspace / FOLDER / LOCK, timeout=_LOCK_SECONDS):
        now = time.time()
        told = _Told(workspace, Job(str(asked["id"]), "running", now, now))
        told.tell()
        try:  # from here on, for those who stop it in its first moment
            threading.Thread(target=_watch, args=(workspace, told), daemon=True).start()
            threading.Thread(target=_listen, args=(told,), daemon=True).start()
            with contextlib.suppress(OSError, AttributeError):
                os.nice(5)  # those who look at the map come first
            _build(workspace, [Path(folder) for folder in asked["folders"]], told)
        except KeyboardInterrupt:
            told.tell(is_end=True, phase="stopped")
        except ExplorerError as error:
            told.tell(is_end=True, phase="failed", message=" ".join(str(error).splitlines()))
        except BaseException as error:
            told.tell(is_end=True, phase="failed", message=_unforeseen(error))
            raise


def _build(workspace: Path, folders: list[Path], told: _Told) -> None:
    from explorer.build import build
    from explorer.own_data.inputs import inputs_of, profiles_of
    from geodata.workspace import Workspace

    opened = Workspace.open(workspace)
    inputs = inputs_of(opened)
    report = build(
        folders or list(inputs.folders),
        workspace,
        inputs.wanted,
        day=inputs.day,
        profiles=profiles_of(opened),
        progress=told,
    )
    told.tell(
        is_end=True, phase="done", share=1.0, left_seconds=0.0, key=report.workspace.key, warnings=len(report.warnings)
    )


def _unforeseen(error: BaseException) -> str:
    name = type(error).__name__
    return (
        f"プログラムの想定外の問題です（{name}: {str(error)[:300]}）。{FOLDER}/log.txt を開発者に送ってください。 / "
        f"A fault of this program ({name}: {str(error)[:300]}). Send {FOLDER}/log.txt to the developers."
    )


def _watch(workspace: Path, told: _Told) -> None:
    """Stop when the file says so."""
    file = workspace / FOLDER / CANCEL
    while True:
        with contextlib.suppress(OSError):
            if file.read_text(encoding="ascii").strip() == told.job.id:
                _stop(told)
                return
        time.sleep(_LOOK_SECONDS)


def _listen(told: _Told) -> None:
    """Stop when the process that began this one has ended."""
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 4096):  # not sys.stdin, whose lock would be held at the end
            pass
    _stop(told)


def _stop(told: _Told) -> None:
    _thread.interrupt_main()
    time.sleep(_GRACE_SECONDS)
    told.tell(is_end=True, phase="stopped")
    os._exit(_STOPPED)


if __name__ == "__main__":
    main()
