"""Start the app on this machine only, on a workspace or on the sample region."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

from geodata.errors import PortTaken

WORKSPACE_VARIABLE: Final = "EXPLORER_WORKSPACE"


def serve(workspace: Path | None, port: int) -> None:
    """Run the app until it is stopped; without a workspace the sample region is built once and opened.

    Raises
    ------
    WorkspaceError
        The folder holds no workspace.
    PortTaken
        Another program listens on the port.
    """
    from geodata.workspace import Workspace

    path = (workspace or sample_workspace()).resolve()
    Workspace.open(path)
    _refuse_taken(port)
    print(
        f"http://127.0.0.1:{port} をブラウザで開いてください（終了: Ctrl+C）。 / Open it in a browser (Ctrl+C to stop).",
        flush=True,
    )
    command = [sys.executable, "-m", "explorer.ui.server", "--port", str(port)]
    environment = {**os.environ, WORKSPACE_VARIABLE: str(path)}
    if os.name == "posix":
        # The server takes the place of this command: whoever stops the command stops the server.
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own command
    try:
        subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own command
    except KeyboardInterrupt:
        return


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the server does it: a port that was in use a moment ago may be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(
                f"ポート {port} は使われています。--port {port + 1} のように別の番号を指定してください。 / "
                f"Port {port} is taken. Choose another, such as --port {port + 1}."
            ) from error


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
