"""Start the app on a workspace or on the sample region: on this machine only, unless told otherwise."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.errors import BadRequest, PortTaken

WORKSPACE_VARIABLE: Final = "EXPLORER_WORKSPACE"
LOCAL: Final = "127.0.0.1"
_LOCAL_ADDRESSES: Final = frozenset({LOCAL, "::1", "localhost"})
_BASE_PATH: Final = re.compile(r"(/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*/?")


@dataclass(frozen=True)
class Serving:
    """Where and for whom the app is served.

    Parameters
    ----------
    address
        Address to listen on; this machine only by default.
    base_path
        Path under which a reverse proxy hands requests on, such as ``/explorer``.
    hosts
        Names that browsers use for it, where that is not this machine's own.
    sign_in
        Settings for signing in (:mod:`explorer.sign_in`).
    """

    port: int = 8501
    address: str = LOCAL
    base_path: str = ""
    hosts: Sequence[str] = ()
    sign_in: Path | None = None

    @property
    def is_open_to_others(self) -> bool:
        """Whether other machines can reach it without a proxy."""
        return self.address not in _LOCAL_ADDRESSES

    @property
    def url(self) -> str:
        """Address to open in a browser on this machine."""
        name = self.address if self.address not in {"0.0.0.0", "::", *_LOCAL_ADDRESSES} else LOCAL  # noqa: S104 - compared
        name = f"[{name}]" if ":" in name else name
        path = self.base_path.strip("/")
        return f"http://{name}:{self.port}" + (f"/{path}" if path else "")

    def arguments(self) -> list[str]:
        """Arguments of :mod:`explorer.ui.server`."""
        found = ["--port", str(self.port), "--address", self.address]
        if self.base_path.strip("/"):
            found += ["--base-path", self.base_path]
        for host in self.hosts:
            found += ["--host", host]
        if self.sign_in is not None:
            found += ["--sign-in", str(self.sign_in.resolve())]
        return found

    def check(self) -> None:
        """Say now, in plain words, what the server would stumble over.

        Raises
        ------
        BadRequest
            The base path or the address cannot be used, or the settings for signing in are incomplete.
        PortTaken
            Another program listens on the port.
        """
        if not _BASE_PATH.fullmatch(f"/{self.base_path.lstrip('/')}"):
            raise BadRequest(
                f"--base-path {self.base_path}: /explorer のように、英数字と - . _ ~ で書いてください。 / "
                "Write it as /explorer, with letters, digits and - . _ ~ only."
            )
        if self.sign_in is not None:
            from explorer.sign_in import read_sign_in

            read_sign_in(self.sign_in)
        _refuse_taken(self.address, self.port)


def serve(workspace: Path | None, serving: Serving) -> None:
    """Run the app until it is stopped; without a workspace the sample region is built once and opened.

    Raises
    ------
    WorkspaceError
        The folder holds no workspace.
    BadRequest, PortTaken
        See :meth:`Serving.check`.
    """
    from geodata.workspace import Workspace

    serving.check()
    path = (workspace or sample_workspace()).resolve()
    Workspace.open(path)
    print(
        f"{serving.url} をブラウザで開いてください（終了: Ctrl+C）。 / Open it in a browser (Ctrl+C to stop).",
        flush=True,
    )
    if serving.is_open_to_others:
        print(_warning(serving), flush=True)
    command = [sys.executable, "-m", "explorer.ui.server", *serving.arguments()]
    environment = {**os.environ, WORKSPACE_VARIABLE: str(path)}
    if os.name == "posix":
        # The server takes the place of this command: whoever stops the command stops the server.
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own command
    try:
        subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own command
    except KeyboardInterrupt:
        return


def _warning(serving: Serving) -> str:
    """What it means that other machines can reach the app."""
    who = (
        ("サインインした人だけが使えますが、通信は暗号化されません", "Only who signs in can use it, but nothing is encrypted")
        if serving.sign_in is not None
        else (
            "この番地に届く人は誰でも、サインインなしで表示・操作できます",
            "Whoever reaches this address can see and use it without signing in",
        )
    )  # fmt: skip
    return (
        f"注意: {serving.address} で待ち受け、ほかの機器からも開けます。{who[0]}。"
        "暗号化と利用者の制限には逆プロキシを使ってください。 / "
        f"Note: it listens on {serving.address}, so other machines can open it. {who[1]}. "
        "Use a reverse proxy for encryption and access rules."
    )


def _refuse_taken(address: str, port: int) -> None:
    try:
        family, _, _, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            # As the server does it: a port that was in use a moment ago may be taken again.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise BadRequest(
                f"--address {address}: この機器の番地ではありません。 / This machine has no such address."
            ) from error
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
