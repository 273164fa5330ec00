"""A PostgreSQL server of the tests' own, in a temporary folder, from the binaries that Debian installs."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SUPERUSER, PASSWORD = "explorer_tests", "p@ss/w:rd #1%"  # every character that an address must write in another way


class NoBinaries(Exception):
    """No server with PostGIS is installed; the text says what is missing."""


@dataclass(frozen=True)
class Server:
    """A running server: a Unix socket in `folder` (no password), 127.0.0.1 (password)."""

    folder: Path
    port: int

    def address(self, database: str, user: str = SUPERUSER) -> str:
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.folder))}&port={self.port}"

    def over_tcp(self, database: str, password: str = PASSWORD, user: str = SUPERUSER) -> str:
        return f"postgresql://{quote(user)}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(database)}"


def binaries() -> Path:
    """Folder with initdb, pg_ctl and a PostGIS beside it: Debian keeps them off the PATH."""
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)
    folders = [folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()]
    if not folders:
        raise NoBinaries("no PostgreSQL server is installed (Debian: apt-get install postgresql postgresql-postgis)")
    for folder in folders:
        shared = [
            Path("/usr/share/postgresql") / folder.parent.name,
            folder.parent / "share",
            folder.parent / "share/postgresql",
        ]
        if any((each / "extension/postgis.control").exists() for each in shared):
            return folder
    raise NoBinaries(f"{folders[0]} has no PostGIS (Debian: apt-get install postgresql-postgis)")


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server; it is stopped and its folder removed whatever happens."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="explorer-pg-"))  # not pytest's: others may not look into that
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        user = next(name for name in ("postgres", "nobody") if _exists(name))
        shutil.chown(folder, user)
        as_user = ["runuser", "-u", user, "--"]
    folder.chmod(0o755)
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o644)

        def run(*command: str) -> None:
            done = subprocess.run([*as_user, *command], capture_output=True, text=True, cwd=folder, check=False)
            assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

        run(
            str(programs / "initdb"), "-D", f"{folder}/data", "-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--no-sync",
            "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder}/password",
        )  # fmt: skip
        port = _free_port()
        settings = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off"
        run(str(programs / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        try:
            yield Server(folder, port)
        finally:
            run(str(programs / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
