"""Taking the database out whole, and putting it back: SQLite by itself, PostgreSQL by its own tools."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from records.errors import Damaged

SQLITE, POSTGRESQL = "sqlite", "postgresql"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
MEMBER = {SQLITE: "database/db.sqlite3", POSTGRESQL: "database/database.pgdump"}


def engine() -> str:
    return connection.vendor


def dump(target: Path) -> dict[str, int]:
    """Write the whole database as of one moment; the rows of each table at that moment."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return dump_sqlite(target) if engine() == SQLITE else dump_postgresql(target)


def dump_sqlite(target: Path) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])
    return inspect_sqlite(target)


def inspect_sqlite(path: Path) -> dict[str, int]:
    """Rows of each table of a file that is whole; Damaged otherwise."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            ((verdict,), *_more) = database.execute("PRAGMA integrity_check").fetchall()
            if verdict != "ok":
                raise Damaged(f"The database is damaged: {verdict}")
            tables = database.execute(TABLES)
            return {name: count_in(database, name) for (name,) in sorted(tables.fetchall())}
    except sqlite3.DatabaseError as error:
        raise Damaged(f"The database can't be read: {error}") from error


def count_in(database: Any, table: str) -> int:
    quoted = '"' + table.replace('"', '""') + '"'
    return database.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608  the database's own names


@transaction.atomic
def dump_postgresql(target: Path) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = count_postgresql(cursor)
        run("pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
    return rows


def count_postgresql(cursor: Any) -> dict[str, int]:
    rows = {}
    for name in sorted(table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608  the database's own names
        (rows[name],) = cursor.fetchone()
    return rows


def is_empty_postgresql() -> bool:
    return not connection.introspection.table_names()


def restore_postgresql(source: Path) -> dict[str, int]:
    """All or nothing."""
    run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", file=source)
    connection.close()
    with connection.cursor() as cursor:
        return count_postgresql(cursor)


def run(program: str, *options: str, file: Path | None = None) -> None:
    (_psql, *where, name), more = connection.client_class.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [program, *where, f"--dbname={name}", *options, *([str(file)] if file else [])]
    try:
        done = subprocess.run(command, env=os.environ | (more or {}), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Damaged(f"{program} is missing: apt-get install postgresql-client.") from None
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise Damaged(f"{program} failed: {told}")
