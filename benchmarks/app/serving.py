"""The server of a workspace, as ``explorer app`` starts it, and how much memory it has."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

from contextlib import contextmanager

import psutil

EMPTY_TEXT = "one line of text"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """A running server."""

    workspace: Path
    port: int
    process: psutil.Process
    seconds_to_start: float

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory_mb(self) -> float:
        """Memory of the server and whatever it has started, shared pages counted by their share (PSS), MB."""
        processes = [self.process, *self.process.children(recursive=True)]
        return float(sum(each.memory_full_info().pss for each in processes)) / 1e6

    def settle(self, seconds: float = 120.0) -> None:
        """Wait until the background work that follows the first questions is over: two seconds without any."""
        end = time.monotonic() + seconds
        calm_since, before = time.monotonic(), self.processor_seconds()
        while time.monotonic() < end and time.monotonic() - calm_since < 2.0:
            time.sleep(0.25)
            now = self.processor_seconds()
            if now - before > 0.025:
                calm_since = time.monotonic()
            before = now

    def processor_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def serving(workspace: Path, log: Path, root: Path = ROOT) -> Iterator[Server]:
    """A fresh server on a free port; ended on leaving."""
    port = _free_port()
    begin = time.perf_counter()
    with log.open("w") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "explorer.ui.server", "--port", str(port)],
            env={**os.environ, "EXPLORER_WORKSPACE": str(workspace.resolve())},
            stdout=output, stderr=subprocess.STDOUT, cwd=root,
        )  # fmt: skip
        try:
            _wait(port, started, log)
            yield Server(workspace, port, psutil.Process(started.pid), time.perf_counter() - begin)
        finally:
            started.terminate()
            try:
                started.wait(timeout=20)
            except subprocess.TimeoutExpired:
                started.kill()


@contextmanager
def empty_page(folder: Path) -> Iterator[str]:
    """Address of a page of Streamlit's with one line of text: what no page of the app can be quicker than."""
    script, port = folder / "empty.py", _free_port()
    script.write_text(f"import streamlit\nstreamlit.text({EMPTY_TEXT!r})\n", encoding="utf-8")
    options = ("--server.headless=true", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false")
    with (folder / "empty.log").open("w") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", *options],
            stdout=output, stderr=subprocess.STDOUT, cwd=folder,
        )  # fmt: skip
        try:
            _wait(port, started, folder / "empty.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            started.kill()
            started.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
