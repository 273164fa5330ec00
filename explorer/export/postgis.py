"""A workspace in a PostGIS database (see ``SCHEMA.md``), replaced in one transaction.

The tables stay and their rows are exchanged: DELETE and COPY within one transaction. PostgreSQL shows the old rows to
everybody else until the commit, without making them wait, and a killed run was never there. Dropping and making tables
anew would wait for every QGIS that has a layer open, take away grants, and break the views that stand on them; so only a
table whose columns are not those of this version is made anew. What the deleted rows took is given back afterwards
(VACUUM), so that many runs do not fill the disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from explorer.export.addresses import without_password
from explorer.export.database import (
    BadAddress,
    DatabaseBusy,
    DatabaseProblem,
    NoPostgis,
    NotOurs,
    connected,
    literal,
    problem,
    quoted,
    run,
    state_of,
)
from explorer.export.database_tables import MARK, TABLES, DatabaseTable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from adbc_driver_postgresql.dbapi import Connection

    from explorer.members import Asked
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult

SCHEMA: Final = "explorer"
_LOCK: Final = 0x6B6E6A74  # with the schema's name the number of the lock that one export holds
_WAIT: Final = "10s"  # for a table that must be made anew
_LONGEST_NAME: Final = 63  # bytes; PostgreSQL cuts longer ones short


def write_postgis(
    opened: Opened,
    address: str,
    *,
    schema: str = SCHEMA,
    values: pd.DataFrame | None = None,
    region: Asked | tuple[()] | None = (),
    scenario: ScenarioResult | None = None,
) -> dict[str, int]:
    """Write the tables of ``SCHEMA.md`` into a database; readers see the old rows or the new ones, never a mixture.

    Parameters
    ----------
    address
        ``postgresql://user@host:port/database``. A password is better given by ``PGPASSWORD`` or ``~/.pgpass``.
    schema
        Made where it is missing.
    values
        Long table of indicators (:data:`geodata.tables.INDICATOR_COLUMNS`, and those after a scenario); None for all.
    region
        Only these municipalities with their places and zones; none for the whole study area.
    scenario
        Which `values` hold the numbers after.

    Returns
    -------
    dict
        Table → number of rows.

    Raises
    ------
    BadAddress, NoServer, AccessRefused, NoPostgis, DatabaseBusy, NotOurs, DatabaseProblem
        See :mod:`explorer.export.database`; what was in the database is untouched.
    """
    import adbc_driver_manager

    from explorer.export.database_rows import database_rows

    _check_name(schema)
    with connected(address) as connection:
        try:
            _check_encoding(connection, address)
            _hold(connection, address, schema)
            postgis = _postgis_schema(connection, address)
            _make_tables(connection, address, schema, postgis)
            rows = database_rows(opened, values=values, region=region, scenario=scenario)
            counts = {table.name: _replace(connection, schema, table, content) for table, content in rows}
            for table in TABLES:
                run(connection, f"ANALYZE {_named(schema, table)}")
            connection.commit()
        except adbc_driver_manager.Error as error:
            raise problem(address, schema, error) from error
        _give_back(connection, schema)
    return counts


def _check_name(schema: str) -> None:
    if not schema or "\x00" in schema or len(schema.encode()) > _LONGEST_NAME or schema.startswith("pg_"):
        raise BadAddress(
            f"スキーマの名前「{schema}」は使えません（{_LONGEST_NAME}バイトまで、pg_ で始まらないもの）。 / "
            f"A schema cannot be called {schema!r} (up to {_LONGEST_NAME} bytes, not beginning with pg_)."
        )


def _check_encoding(connection: Connection, address: str) -> None:
    # A PGCLIENTENCODING of the user's (SJIS on Windows) would have our UTF-8 read as something else.
    run(connection, "SET client_encoding TO 'UTF8'")
    ((encoding,),) = run(
        connection, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    )
    if encoding != "UTF8":
        raise DatabaseProblem(
            f"{without_password(address)}: データベースの文字コードが {encoding} です。"
            "日本語の地名がすべて入る UTF8 のデータベースを作ってください（CREATE DATABASE … ENCODING 'UTF8'）。 / "
            f"The database is encoded in {encoding}. Make one in UTF8, which holds every place name."
        )


def _hold(connection: Connection, address: str, schema: str) -> None:
    """Keep other exports into the schema out until the end of the transaction."""
    ((is_held,),) = run(connection, "SELECT pg_try_advisory_xact_lock($1::integer, hashtext($2))", (_LOCK, schema))
    if not is_held:
        raise DatabaseBusy(
            f"{without_password(address)}: 別の書き出しがスキーマ {schema} に書いています。終わるのを待ってください。 / "
            f"Another export is writing to the schema {schema}. Wait until it is done."
        )


def _postgis_schema(connection: Connection, address: str) -> str:
    """Schema that PostGIS lives in; the extension is added where it is missing."""
    import adbc_driver_manager

    asked = (
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    )
    found = run(connection, asked)
    if not found:
        try:
            run(connection, "CREATE EXTENSION postgis")
        except adbc_driver_manager.Error as error:
            where = without_password(address)
            if state_of(error) == "42501":
                raise NoPostgis(
                    f"{where}: PostGIS が有効になっておらず、有効にする権限がありません。"
                    "管理者に CREATE EXTENSION postgis; を実行してもらってください。 / "
                    "PostGIS is not enabled here, and you may not enable it. "
                    "Ask an administrator to run CREATE EXTENSION postgis;"
                ) from error
            raise NoPostgis(
                f"{where}: サーバーに PostGIS がありません。サーバーに PostGIS を入れてください"
                "（Debian・Ubuntu では apt install postgresql-postgis）。 / "
                "The server has no PostGIS. Install it on the server (Debian, Ubuntu: apt install postgresql-postgis)."
            ) from error
        found = run(connection, asked)
    return str(found[0][0])


def _make_tables(connection: Connection, address: str, schema: str, postgis: str) -> None:
    """Make the schema and every table that is missing or has other columns than this version's."""
    if not run(connection, "SELECT 1 FROM pg_namespace WHERE nspname = $1", (schema,)):
        run(connection, f"CREATE SCHEMA {quoted(schema)}")
    there = {str(name): str(comment) for name, comment in run(
        connection,
        "SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind NOT IN ('i', 'I', 't')",
        (schema,),
    )}  # fmt: skip
    foreign = [table.name for table in TABLES if table.name in there and not there[table.name].endswith(MARK)]
    if foreign:
        names = ", ".join(foreign)
        raise NotOurs(
            f"{without_password(address)}: スキーマ {schema} に、このソフトウェアが作ったものではない表があります（{names}）。"
            "書き換えないよう中止しました。--schema で別の名前を指定してください。 / "
            f"The schema {schema} has tables that this program did not make ({names}). "
            "Nothing was changed; choose another --schema."
        )
    run(connection, f"SET LOCAL lock_timeout = {literal(_WAIT)}")
    for table in TABLES:
        has_columns = table.name in there and _has_columns(connection, schema, table)
        if not has_columns:
            _make(connection, schema, table, postgis, is_there=table.name in there)
        elif there[table.name] != table.comment:
            _describe(connection, schema, table)


def _has_columns(connection: Connection, schema: str, table: DatabaseTable) -> bool:
    """Whether a table has all columns of this version in their types; columns that a user added do no harm."""
    found = {str(name): str(kind).rpartition(".")[2] for name, kind in run(
        connection,
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped",
        (schema, table.name),
    )}  # fmt: skip
    return all(found.get(column.name) == column.sql_type() for column in table.columns)


def _make(connection: Connection, schema: str, table: DatabaseTable, postgis: str, *, is_there: bool) -> None:
    name = _named(schema, table)
    if is_there:
        run(connection, f"DROP TABLE {name}")
    lines = [f"{quoted(column.name)} {column.sql_type(quoted(postgis))}" for column in table.columns]
    key = ", ".join(map(quoted, table.key))
    run(connection, f"CREATE TABLE {name} ({', '.join(lines)}, PRIMARY KEY ({key}))")
    for column in table.columns:
        if column.is_shape:
            run(connection, f"CREATE INDEX ON {name} USING gist ({quoted(column.name)})")
    for indexed in table.indexed:
        run(connection, f"CREATE INDEX ON {name} ({quoted(indexed)})")
    _describe(connection, schema, table)


def _describe(connection: Connection, schema: str, table: DatabaseTable) -> None:
    name = _named(schema, table)
    run(connection, f"COMMENT ON TABLE {name} IS {literal(table.comment)}")
    for column in table.columns:
        run(connection, f"COMMENT ON COLUMN {name}.{quoted(column.name)} IS {literal(column.comment)}")


def _replace(connection: Connection, schema: str, table: DatabaseTable, rows: pa.Table) -> int:
    """Exchange the rows of a table; data go as binary COPY, never as SQL."""
    run(connection, f"DELETE FROM {_named(schema, table)}")  # noqa: S608 - names of this module, and a quoted schema
    if len(rows):
        with connection.cursor() as cursor:
            cursor.adbc_ingest(table.name, rows, mode="append", db_schema_name=schema)
    return len(rows)


def _give_back(connection: Connection, schema: str) -> None:
    """Free what the deleted rows took. The new rows are there already: whatever goes wrong here does not matter."""
    import adbc_driver_manager

    connection.adbc_connection.set_autocommit(enabled=True)
    try:
        for table in TABLES:
            run(connection, f"VACUUM {_named(schema, table)}")
    except adbc_driver_manager.Error:
        return


def _named(schema: str, table: DatabaseTable) -> str:
    return f"{quoted(schema)}.{quoted(table.name)}"
