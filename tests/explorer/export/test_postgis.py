"""The PostGIS target, on a real server: values, keys, readers during a run, killed runs, errors without passwords."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from explorer.export.addresses import without_password
from explorer.export.database import (
    AccessRefused,
    BadAddress,
    DatabaseBusy,
    DatabaseProblem,
    NoPostgis,
    NoServer,
    NotOurs,
)
from explorer.export.database_tables import AREA, MARK, POINT, TABLES, schema_page
from explorer.export.postgis import write_postgis
from explorer.regions import Opened
from geodata.errors import ExplorerError
from geodata.tables import AGE_GROUPS
from tests.explorer.export.postgres_server import PASSWORD, NoBinaries, Server, running_server

KEYS = ["area_code", "indicator", "group", "mode"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        with running_server() as started:
            ask(started.address("postgres"), "CREATE DATABASE with_postgis TEMPLATE template0")
            ask(started.address("with_postgis"), "CREATE EXTENSION postgis")
            yield started
    except NoBinaries as missing:
        pytest.skip(str(missing))


@pytest.fixture
def make_database(server: Server, numbers: Iterator[int]) -> Callable[..., str]:
    def make(template: str = "with_postgis", extra: str = "") -> str:
        name = f"towns_{next(numbers)}"
        ask(server.address("postgres"), f"CREATE DATABASE {name} TEMPLATE {template} {extra}")
        return name

    return make


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def address(server: Server, make_database: Callable[..., str]) -> str:
    return server.address(make_database())


@pytest.fixture(scope="module")
def filled(server: Server, tiny: Opened) -> str:
    """A database with the tiny region in it; tests read it only."""
    ask(server.address("postgres"), "CREATE DATABASE filled TEMPLATE with_postgis")
    write_postgis(tiny, server.address("filled"))
    return server.address("filled")


def ask(address: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of a query, on a connection of its own without a transaction."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return cursor.fetchall() if cursor.description else []


def one(address: str, query: str, *parameters: Any) -> Any:
    ((value,),) = ask(address, query, *parameters)
    return value


def content(address: str) -> list[str]:
    """A digest of everything in the tables."""
    return [
        one(
            address, f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM explorer.{table.name} t"
        )
        for table in TABLES
    ]


def as_frame(address: str, query: str) -> pd.DataFrame:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table().to_pandas()


def test_values_are_those_of_the_workspace_to_the_last_bit(tiny: Opened, filled: str) -> None:
    expected = tiny.indicators()
    found = as_frame(filled, "SELECT * FROM explorer.indicators").rename(columns={"age_group": "group"})
    assert len(found) == len(expected)
    rows = found.set_index(KEYS).loc[list(expected[KEYS].astype(str).itertuples(index=False, name=None))]
    for name in ("value", "numerator", "denominator", "official_value"):
        np.testing.assert_array_equal(rows[name].to_numpy(float), expected[name].to_numpy(float), err_msg=name)
    for name in ("area_name", "unit", "reason", "official_source"):
        assert rows[name].fillna("").tolist() == expected[name].astype(str).tolist(), name
    assert one(filled, "SELECT count(*) FROM explorer.indicators WHERE value = 'NaN'") == 0  # NULL, so that sums work
    assert one(filled, "SELECT count(*) FROM explorer.indicators WHERE value IS NULL AND reason IS NULL") == 0


def test_other_tables_hold_their_rows(tiny: Opened, filled: str) -> None:
    for name in ("facilities", "stops", "places"):
        assert one(filled, f"SELECT count(*) FROM explorer.{name}") == len(tiny.workspace.table(name))
    people = one(filled, "SELECT sum(population_total) FROM explorer.places")
    assert people == pytest.approx(tiny.conditions.people["total"].sum(), rel=1e-12)
    assert one(filled, "SELECT count(population_85_plus) FROM explorer.places") == 0  # no such group: NULL, not 0
    named = {indicator for (indicator,) in ask(filled, "SELECT id FROM explorer.definitions")}
    assert named == set(tiny.indicators()["indicator"].astype(str))
    missing = "SELECT count(*) FROM explorer.facilities f LEFT JOIN explorer.sources s ON s.source_id = f.source WHERE s.source_id IS NULL"
    assert one(filled, missing) == 0
    about = dict(ask(filled, "SELECT item_en, value_en FROM explorer.about"))
    assert tiny.workspace.key in about.values()
    assert any("OpenStreetMap" in text for text in about.values())


def test_shapes_keys_indexes_and_comments(tiny: Opened, filled: str) -> None:
    shapes = ask(filled, "SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_schema = 'explorer'")
    assert {(name, kind.lower(), srid) for name, kind, srid in shapes} == {
        (table.name, column.type.lower(), 6668)
        for table in TABLES
        for column in table.columns
        if column.type in {AREA, POINT}
    }
    inside = (
        "SELECT count(*) FROM explorer.places p JOIN explorer.municipalities m ON m.code = p.municipality_code "
        "WHERE NOT ST_DWithin(p.geom::geography, m.geom::geography, 600)"
    )
    assert one(filled, inside) == 0
    gist = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'explorer' AND indexdef LIKE '%USING gist (geom)%'"
    assert one(filled, gist) == len(shapes)
    for table in TABLES:
        assert one(filled, "SELECT obj_description($1::text::regclass)", f"explorer.{table.name}") == table.comment
        keys = one(
            filled,
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p' AND conrelid = $1::text::regclass",
            f"explorer.{table.name}",
        )
        assert keys == f"PRIMARY KEY ({', '.join(table.key)})"
    without = (
        "SELECT count(*) FROM pg_attribute a WHERE a.attnum > 0 AND a.attrelid = 'explorer.places'::regclass "
        "AND col_description(a.attrelid, a.attnum) IS NULL"
    )
    assert one(filled, without) == 0
    municipality = tiny.municipalities.iloc[0]
    wkt = one(filled, "SELECT ST_AsText(geom) FROM explorer.municipalities WHERE code = $1", municipality["code"])
    import shapely

    assert shapely.from_wkt(wkt).equals(municipality.geometry)


def test_the_same_question_gives_the_same_rows(tiny: Opened, address: str) -> None:
    write_postgis(tiny, address)
    first = content(address)
    write_postgis(tiny, address)
    assert content(address) == first


def test_a_later_run_replaces_everything_and_keeps_what_others_made(tiny: Opened, address: str) -> None:
    write_postgis(tiny, address)
    for statement in (
        "CREATE ROLE reader_1",
        "GRANT USAGE ON SCHEMA explorer TO reader_1",
        "GRANT SELECT ON explorer.places TO reader_1",
        "CREATE VIEW public.mine AS SELECT count(*) AS n FROM explorer.indicators",
        "ALTER TABLE explorer.facilities ADD COLUMN remark text",
        "INSERT INTO explorer.zones (zone_id, name) VALUES (77, 'left over')",
    ):
        ask(address, statement)
    fewer = tiny.indicators().head(10)
    counts = write_postgis(tiny, address, values=fewer, region=["10203"])
    assert counts["indicators"] == 10
    assert one(address, "SELECT n FROM public.mine") == 10
    assert one(address, "SELECT has_table_privilege('reader_1', 'explorer.places', 'SELECT')") is True
    assert one(address, "SELECT count(*) FROM explorer.zones") == 0
    assert ask(address, "SELECT DISTINCT municipality_code FROM explorer.places") == [("10203",)]
    assert ask(address, "SELECT code FROM explorer.municipalities") == [("10203",)]


def test_many_runs_do_not_fill_the_disk(tiny: Opened, address: str) -> None:
    sizes = []
    for _ in range(4):
        write_postgis(tiny, address)
        sizes.append(one(address, "SELECT pg_table_size('explorer.indicators') + pg_table_size('explorer.places')"))
    assert sizes[3] <= sizes[1] * 1.05  # old rows and new ones lie beside each other during a run: twice, never more
    assert sizes[1] <= sizes[0] * 2.1


def until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that the server does on its own."""
    last = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < last
        time.sleep(0.05)


STOPS_IN_THE_MIDDLE = """
    import sys, time
    import explorer
    from explorer.export import postgis

    replace = postgis._replace

    def slow(connection, schema, table, rows):
        done = replace(connection, schema, table, rows)
        if table.name == "stops":
            print("middle", flush=True)
            time.sleep(300)
        return done

    postgis._replace = slow
    opened = explorer.open(sys.argv[1])
    postgis.write_postgis(opened, sys.argv[2], values=opened.indicators().head(5))
"""


def test_readers_see_the_old_rows_during_a_run_and_after_it_is_killed(tiny: Opened, address: str) -> None:
    write_postgis(tiny, address)
    before = content(address)
    arguments = [sys.executable, "-c", textwrap.dedent(STOPS_IN_THE_MIDDLE), str(tiny.workspace.path), address]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline() == "middle\n"
            assert (
                content(f"{address}&options=-cstatement_timeout%3D20000") == before
            )  # old, whole, and without waiting
            with pytest.raises(DatabaseBusy, match="書いています"):
                write_postgis(tiny, address)
        finally:
            run.send_signal(signal.SIGKILL)
    until(lambda: one(address, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0)
    assert content(address) == before
    assert write_postgis(tiny, address)["indicators"] == len(tiny.indicators())
    assert content(address) == before


def test_a_run_that_fails_leaves_the_old_rows(tiny: Opened, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_postgis(tiny, address)
    before = content(address)
    twice = pd.concat([tiny.indicators().head(3)] * 2)  # breaks the primary key, after a table was exchanged
    with pytest.raises(DatabaseProblem, match="duplicate key"):
        write_postgis(tiny, address, values=twice)
    assert content(address) == before

    from explorer.export import database_rows

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(database_rows._Rows, "places", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_postgis(tiny, address)
    assert content(address) == before


def test_a_killed_first_run_leaves_nothing(tiny: Opened, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.export import postgis

    def broken(*_: object) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr(postgis, "_replace", broken)
    with pytest.raises(RuntimeError, match="gone"):
        write_postgis(tiny, address)
    assert ask(address, "SELECT 1 FROM pg_namespace WHERE nspname = 'explorer'") == []


HOSTILE = (
    "Robert'); DROP SCHEMA explorer CASCADE;--",
    'a"b\\c\\\\N\t\n$1 %s {0} :name',
    "﨑髙辻󠄀𠮷\u200d🏔",
    "=1+1",
    "\\.",
    "E'\\x41'",
)


def test_hostile_names_are_only_text(tiny: Opened, address: str) -> None:
    values = tiny.indicators().head(len(HOSTILE) + 1)
    values = values.assign(area_name=[*HOSTILE, "nul\x00in it"])
    schema = "we\"ird; DROP SCHEMA public CASCADE; --' 圏域"
    write_postgis(tiny, address, schema=schema, values=values)
    write_postgis(tiny, address, schema=schema, values=values)
    name = '"' + schema.replace('"', '""') + '"'
    found = {text for (text,) in ask(address, f"SELECT area_name FROM {name}.indicators")}
    assert found == {*HOSTILE, "nulin it"}  # PostgreSQL has no character NUL
    assert one(address, "SELECT count(*) FROM pg_namespace WHERE nspname IN ('public', $1)", schema) == 2


@pytest.mark.parametrize("schema", ["", "pg_temp", "圏" * 22, "a\x00b"])
def test_a_schema_that_cannot_be_is_refused(tiny: Opened, schema: str) -> None:
    with pytest.raises(BadAddress, match="スキーマの名前"):
        write_postgis(tiny, "postgresql://localhost/x", schema=schema)


def test_tables_of_others_are_never_touched(tiny: Opened, address: str) -> None:
    ask(address, "CREATE SCHEMA explorer")
    ask(address, "CREATE TABLE explorer.places AS SELECT 1 AS mine")
    with pytest.raises(NotOurs, match="places"):
        write_postgis(tiny, address)
    assert one(address, "SELECT mine FROM explorer.places") == 1
    assert write_postgis(tiny, address, schema="other")["municipalities"] == 2


def test_a_table_of_another_version_is_made_anew(tiny: Opened, address: str) -> None:
    write_postgis(tiny, address)
    expected = content(address)
    ask(address, "ALTER TABLE explorer.stops DROP COLUMN operator")
    ask(address, "ALTER TABLE explorer.facilities ALTER COLUMN capacity TYPE text")
    ask(address, f"COMMENT ON TABLE explorer.zones IS 'of an older version {MARK}'")
    write_postgis(tiny, address)
    assert content(address) == expected
    assert one(address, "SELECT obj_description('explorer.zones'::regclass)").startswith("立地適正化計画")


def test_a_table_that_must_be_made_anew_and_is_looked_at(tiny: Opened, address: str) -> None:
    write_postgis(tiny, address)
    ask(address, "ALTER TABLE explorer.stops DROP COLUMN operator")
    ask(address, "CREATE VIEW public.mine AS SELECT * FROM explorer.stops")
    with pytest.raises(DatabaseProblem, match="ビュー"):
        write_postgis(tiny, address)
    assert one(address, "SELECT count(*) FROM public.mine") == len(tiny.workspace.table("stops"))


def test_postgis_in_a_schema_of_its_own(tiny: Opened, server: Server, make_database: Callable[..., str]) -> None:
    address = server.address(make_database("template0"))
    ask(address, "CREATE SCHEMA gis")
    ask(address, "CREATE EXTENSION postgis SCHEMA gis")
    for _ in range(2):
        write_postgis(tiny, address)
    assert one(address, "SELECT gis.ST_SRID(geom) FROM explorer.municipalities LIMIT 1") == 6668


def test_postgis_is_added_where_that_is_allowed(
    tiny: Opened, server: Server, make_database: Callable[..., str]
) -> None:
    address = server.address(make_database("template0"))
    assert write_postgis(tiny, address)["municipalities"] == 2


def test_without_the_right_to_add_postgis(tiny: Opened, server: Server, make_database: Callable[..., str]) -> None:
    name = make_database("template0")
    ask(server.address(name), f"CREATE ROLE plain_{name} LOGIN")
    with pytest.raises(NoPostgis, match="CREATE EXTENSION postgis") as found:
        write_postgis(tiny, server.address(name, f"plain_{name}"))
    spoken(found.value)


def test_a_user_without_rights_and_one_with_just_enough(
    tiny: Opened, server: Server, make_database: Callable[..., str]
) -> None:
    name = make_database()
    user = f"planner_{name}"
    ask(server.address(name), f"CREATE ROLE {user} LOGIN")
    with pytest.raises(AccessRefused, match="権限") as found:
        write_postgis(tiny, server.address(name, user))
    spoken(found.value)
    ask(server.address(name), f"CREATE SCHEMA explorer AUTHORIZATION {user}")
    for _ in range(2):
        assert write_postgis(tiny, server.address(name, user))["municipalities"] == 2
    second = f"colleague_{name}"  # may change rows, owns nothing
    ask(server.address(name), f"CREATE ROLE {second} LOGIN")
    ask(server.address(name), f"GRANT USAGE ON SCHEMA explorer TO {second}")
    ask(server.address(name), f"GRANT ALL ON ALL TABLES IN SCHEMA explorer TO {second}")
    assert write_postgis(tiny, server.address(name, second))["municipalities"] == 2


def test_a_database_that_cannot_hold_japanese(tiny: Opened, server: Server, make_database: Callable[..., str]) -> None:
    name = make_database("template0", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(DatabaseProblem, match="UTF8"):
        write_postgis(tiny, server.address(name))


def test_a_read_only_database(tiny: Opened, server: Server, make_database: Callable[..., str]) -> None:
    name = make_database()
    ask(server.address("postgres"), f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(AccessRefused, match="読み取り専用"):
        write_postgis(tiny, server.address(name))


def test_the_encoding_of_the_users_computer_does_not_matter(
    tiny: Opened, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "SJIS")
    write_postgis(tiny, address)
    monkeypatch.delenv("PGCLIENTENCODING")
    names = {name for (name,) in ask(address, "SELECT name FROM explorer.municipalities")}
    assert names == set(tiny.municipalities["name"])


def spoken(error: ExplorerError) -> str:
    """The message in both languages, and no password in it or in what a debugger prints of it."""
    text = str(error)
    assert " / " in text
    printed = "".join(traceback.format_exception(error))
    for secret in (PASSWORD, "geheim", "p%40ss", "ss/w"):
        assert secret not in printed
    return text


@pytest.mark.parametrize(
    ("address", "error", "word"),
    [
        ("mysql://localhost/x", BadAddress, "postgresql://"),
        ("host=localhost dbname=x password=geheim", BadAddress, "postgresql://"),
        ("postgresql://u:geheim@127.0.0.1:1/x", NoServer, "応答"),
        ("postgresql://u:geheim@no-such-host.invalid/x", NoServer, "応答"),
        ("postgresql://u:geheim/2@127.0.0.1/x", BadAddress, "PGPASSWORD"),  # read as a port
        ("postgresql://u:100%geheim@127.0.0.1/x", BadAddress, "PGPASSWORD"),
        ("postgresql://u:ge@geheim@127.0.0.1:1/x", NoServer, "応答"),  # read as a host
        ("postgresql://u@127.0.0.1:1/x?password=geheim", NoServer, "応答"),
    ],
)
def test_addresses_that_lead_nowhere(tiny: Opened, address: str, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word) as found:
        write_postgis(tiny, address)
    spoken(found.value)


def test_wrong_passwords_and_names(tiny: Opened, server: Server, make_database: Callable[..., str]) -> None:
    name = make_database()
    assert write_postgis(tiny, server.over_tcp(name))["municipalities"] == 2  # the right one
    for asked, word in (
        (server.over_tcp(name, "geheim"), "パスワード"),
        (f"postgresql://explorer_tests@127.0.0.1:{server.port}/{name}", "パスワード"),
        (server.over_tcp("no_such_database"), "no_such_database"),
    ):
        with pytest.raises(AccessRefused, match=word) as found:
            write_postgis(tiny, asked)
        spoken(found.value)


def test_the_command_says_what_it_did_without_the_password(
    tiny: Opened, server: Server, make_database: Callable[..., str], command: Callable[..., Any]
) -> None:
    name = make_database()
    ran = command("export", tiny.workspace.path, "--to", server.over_tcp(name), "--theme", "school", "--schema", "plan")
    assert ran.code == 0, ran.err
    assert name in ran.out
    assert one(server.address(name), "SELECT count(DISTINCT indicator) > 0 FROM plan.indicators") is True
    wrong = command("export", tiny.workspace.path, "--to", server.over_tcp(name, "geheim"))
    wrong.error("パスワード")
    for text in (ran.out, ran.err, wrong.out, wrong.err):
        assert PASSWORD not in text
        assert "p%40ss" not in text
        assert "geheim" not in text


def test_values_after_a_scenario_stand_beside_the_others(tiny: Opened, address: str, tmp_path: Path) -> None:
    facilities = tiny.workspace.table("facilities")
    shop = facilities.loc[facilities["kind"] == "supermarket", "facility_id"].iloc[0]
    (tmp_path / "close.toml").write_text(f'name = "閉店"\n[[edit]]\ndo = "close"\nsite = "{shop}"\n', encoding="utf-8")
    tiny.export(address, indicators=["supermarket_within_800m"], mode="walk", scenario=tmp_path / "close.toml")
    rows = ask(
        address, "SELECT value, value_after, change, scenario FROM explorer.indicators WHERE area_code = '10201'"
    )
    assert rows
    for value, after, change, scenario in rows:
        assert (after, change) == (0.0, -value)
        assert "閉店" in scenario
    assert any("閉店" in text for (text,) in ask(address, "SELECT value_ja FROM explorer.about"))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql://h:5432/db", "postgresql://h:5432/db"),
        ("postgresql://u:geheim@h:5432/db", "postgresql://u:***@h:5432/db"),
        ("postgresql://u:ge/he@im@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:ge[heim@h/db", "postgresql://u:***@h/db"),
        ("postgresql://h/db?user=u&password=geheim&x=1", "postgresql://h/db?user=u&password=***&x=1"),
        ("postgresql://h/db?sslpassword=geheim", "postgresql://h/db?sslpassword=***"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_the_page_of_the_schema_is_in_step() -> None:
    import explorer.export.database_tables as tables

    page = Path(tables.__file__).with_name("SCHEMA.md").read_text(encoding="utf-8")
    assert page == schema_page(), "run: python -m explorer.export.database_tables"


def test_the_tables_have_every_age_group() -> None:
    places = next(table for table in TABLES if table.name == "places")
    names = {column.name for column in places.columns}
    assert {f"population_{group}" for group in AGE_GROUPS} <= names
