"""Connecting to PostgreSQL, and what can go wrong there in words for the user. No message ever holds a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from explorer.export.addresses import is_postgres_address, without_password
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from adbc_driver_postgresql.dbapi import Connection

CONNECT_SECONDS: Final = 10
_FROM_SERVER: Final = re.compile(r"FATAL:\s*(.+)")  # what the server itself says; it never repeats a password
_NO_WAY: Final = (
    *("could not translate host name", "Connection refused", "timeout expired", "No such file or directory"),
    *("Network is unreachable", "No route to host", "Connection timed out", "server closed the connection"),
)
_ABOUT_PASSWORD: Final = ("password", "パスワード")
_SAID: Final = re.compile(r"ERROR:\s*(.+)")


class BadAddress(ExplorerError, ValueError):
    """Not an address of a PostgreSQL database, or one that cannot be read."""


class NoServer(ExplorerError, ConnectionError):
    """No database server answers at the address."""


class AccessRefused(ExplorerError, PermissionError):
    """The server refuses the user: password, role, database or rights."""


class NoPostgis(ExplorerError, RuntimeError):
    """The database has no PostGIS and it cannot be added."""


class DatabaseBusy(ExplorerError, RuntimeError):
    """Another export is writing, or somebody holds a table that must be made anew."""


class NotOurs(ExplorerError, ValueError):
    """The schema has a table of the same name that this program did not make."""


class DatabaseProblem(ExplorerError, RuntimeError):
    """The database could not do what was asked of it."""


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """A connection in which everything is one transaction until it is committed; anything that goes wrong undoes it.

    Raises
    ------
    BadAddress, NoServer, AccessRefused
        See the classes.
    """
    import adbc_driver_manager
    from adbc_driver_postgresql import dbapi

    if not is_postgres_address(address):
        raise BadAddress(
            "データベースのアドレスは postgresql://利用者@サーバー/データベース の形で書いてください。 / "
            "Write the address of a database like postgresql://user@host/database."
        )
    try:
        connection = dbapi.connect(_with_timeout(address))
    except adbc_driver_manager.Error as error:
        # Without its cause: the library repeats parts of an address that it cannot read, and a password is one of them.
        raise _why_not_connected(address, str(error)) from None
    with connection:
        yield connection


def run(connection: Connection, statement: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, where it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def quoted(name: str) -> str:
    """A name for SQL, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text for SQL where no parameter can stand."""
    return "'" + text.replace("'", "''") + "'"


def state_of(error: Exception) -> str:
    """The SQLSTATE of an error, ``""`` without one."""
    return str(getattr(error, "sqlstate", None) or "")


def problem(address: str, schema: str, error: Exception) -> ExplorerError:
    """What to tell the user of an error of the database."""
    where, state = without_password(address), state_of(error)
    found = _SAID.search(str(error))
    said = found.group(1).strip() if found else str(error).splitlines()[0]
    if state == "42501":
        return AccessRefused(
            f"{where}: 権限がありません（{said}）。管理者に、データベースの CREATE 権限か、スキーマ {schema} の所有権を"
            "付けてもらってください。 / "
            f"No permission ({said}). Ask an administrator for CREATE on the database, or for the schema {schema}."
        )
    if state == "55P03":
        return DatabaseBusy(
            f"{where}: スキーマ {schema} の表がほかの人に使われているため、作り直せません。"
            "QGIS などを閉じてもう一度実行してください。前の内容はそのままです。 / "
            f"Tables of {schema} are in use and cannot be made anew. Close QGIS and others and run again; "
            "the old rows are untouched."
        )
    if state == "2BP01":
        return DatabaseProblem(
            f"{where}: 版が変わったため表を作り直しますが、それを使うビューなどがあります（{said}）。"
            "ビューを消してからもう一度実行してください。 / "
            f"A table has to be made anew for this version, but views depend on it ({said}). Drop them and run again."
        )
    if state.startswith("53"):
        return DatabaseProblem(
            f"{where}: サーバーの空き容量や資源が足りません（{said}）。前の内容はそのままです。 / "
            f"The server lacks space or resources ({said}). The old rows are untouched."
        )
    if state == "25006":
        return AccessRefused(
            f"{where}: 読み取り専用のデータベースです。書き込めるサーバーを指定してください。 / "
            "The database is read-only. Give the address of one that can be written to."
        )
    return DatabaseProblem(
        f"{where}: データベースに書けませんでした（{said}）。前の内容はそのままです。 / "
        f"The database could not be written ({said}). The old rows are untouched."
    )


def _with_timeout(address: str) -> str:
    if "connect_timeout" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}connect_timeout={CONNECT_SECONDS}"


def _why_not_connected(address: str, text: str) -> ExplorerError:
    where = without_password(address)
    said = _FROM_SERVER.search(text)
    if "no password supplied" in text or (said and any(sign in said.group(1) for sign in _ABOUT_PASSWORD)):
        return AccessRefused(
            f"{where}: 利用者名かパスワードが違います。パスワードは環境変数 PGPASSWORD か ~/.pgpass で渡せます。 / "
            "Wrong user or password. The password may be given by PGPASSWORD or ~/.pgpass."
        )
    if said:
        reason = said.group(1).strip()
        return AccessRefused(
            f"{where}: サーバーに断られました（{reason}）。利用者名とデータベース名を確かめてください。 / "
            f"The server refuses the connection ({reason}). Check the names of user and database."
        )
    if any(sign in text for sign in _NO_WAY):
        return NoServer(
            f"{where}: データベースのサーバーから応答がありません。サーバーが動いているか、名前とポートを確かめてください。 / "
            "No database server answers there. Check that it runs, its name and its port."
        )
    return BadAddress(
        f"{where}: アドレスを読み取れないか、接続できません。パスワードに : / ? # @ % があるときは %3A のように書くか、"
        "環境変数 PGPASSWORD か ~/.pgpass で渡してください。 / "
        "The address cannot be read, or the connection fails. Write : / ? # @ % in a password like %3A, or give it by "
        "PGPASSWORD or ~/.pgpass."
    )
