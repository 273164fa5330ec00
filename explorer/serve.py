"""Start the app on this machine only, on a workspace or on the sample region."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from geodata.errors import WorkspaceError

WORKSPACE_VARIABLE: Final = "EXPLORER_WORKSPACE"


def serve(workspace: Path | None, port: int) -> None:
    """Run the app until it is stopped; without a workspace the sample region is built once and opened.

    Raises
    ------
    WorkspaceError
        The folder holds no workspace.
    """
    from geodata.workspace import Workspace

    path = (workspace or sample_workspace()).resolve()
    Workspace.open(path)
    # Its own process, so that an interrupt ends the server and not this command half-way; see explorer/ui/server.py.
    command = [sys.executable, "-m", "explorer.ui.server", "--port", str(port)]
    print(
        f"http://127.0.0.1:{port} をブラウザで開いてください（終了: Ctrl+C）。 / Open it in a browser (Ctrl+C to stop).",
        flush=True,
    )
    environment = {**os.environ, WORKSPACE_VARIABLE: str(path)}
    try:
        code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command
    except KeyboardInterrupt:
        return
    if code != 0:
        raise WorkspaceError(
            f"アプリを開始できませんでした。ポート {port} が使われていれば --port で変えてください。 / "
            f"The app did not start. If port {port} is taken, choose another with --port."
        )


def sample_workspace() -> Path:
    """The workspace of the sample region, built the first time in the user's cache folder."""
    from platformdirs import user_cache_path

    from explorer.build import build
    from explorer.progress import Lines
    from geodata.code_version import code_version
    from geodata.sample import write_sample

    base = Path(os.environ.get("EXPLORER_CACHE") or user_cache_path("regional-conditions-explorer"))
    raw = base / f"sample-{code_version('geodata.sample')}"
    if not raw.is_dir():
        print("架空の見本地域を作っています… / making the invented sample region …", flush=True)
        temporary = base / f".{raw.name}-{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        write_sample(temporary)
        temporary.rename(raw)
    progress = Lines()
    try:
        return build([raw], base / "sample-workspace", progress=progress).workspace.path
    finally:
        progress.close()
