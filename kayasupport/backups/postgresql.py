"""PostgreSQL: pg_dump of a snapshot that we can count in as well, and pg_restore in one transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from psycopg import pq
from psycopg.conninfo import make_conninfo

from kayasupport.backups.problems import Refused, ToolFailed
from kayasupport.supervisor import die_with_parent
from tickets import vitals

DUMP = "database.pgdump"
TOOLS = ("pg_dump", "pg_restore")
ASKED_WITHIN = 30  # seconds, for a version
ENDS_WITHIN = 6 * 3600  # seconds; a hung connection must not keep cron for ever
LOCK_WAIT = "30s"  # for a migration that is under way
_INSTALL = "On Debian: apt-get install postgresql-client-{major}, from apt.postgresql.org if need be."


class Snapshot:
    """The database as it was at one moment, for our questions and for pg_dump."""

    def __init__(self, source: psycopg.Connection) -> None:
        self._source = source
        self._id = self.query("SELECT pg_export_snapshot()")[0][0]

    def query(self, sql: str) -> list[Any]:
        return self._source.execute(sql).fetchall()

    def dump(self, folder: Path) -> Path:
        target = folder / DUMP
        options = [f"--snapshot={self._id}", f"--lock-wait-timeout={LOCK_WAIT}", f"--file={target}"]
        _run("pg_dump", "--format=custom", *options)
        return target


def check_tools(*, archive_version: str = "") -> None:
    """Raise ToolFailed when a program is missing, or older than the server or the archive.

    Raises Refused when the server itself is older than that of the archive.
    """
    server, archive = _major(version()), _major(archive_version or "0")
    if archive > server:
        raise Refused(
            f"The backup is of PostgreSQL {archive}, and this server is {server}. Restore it into"
            f" PostgreSQL {archive} or newer."
        )
    for name in TOOLS:
        if shutil.which(name) is None:
            raise ToolFailed(f"{name} is not installed. {_INSTALL.format(major=server)}")
        found = _major(_output(name, "--version").rpartition("PostgreSQL) ")[2])
        if found < server:
            raise ToolFailed(
                f"{name} {found} is older than the server, {server}. {_INSTALL.format(major=server)}"
            )


def version() -> str:
    return vitals.database_version().partition(" ")[0]


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    with connection.wrap_database_errors:
        source = connection.get_new_connection(connection.get_connection_params())
    source.isolation_level, source.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
    try:
        # While pg_dump works this connection waits, and its transaction must stay open.
        source.answers_within = None
        source.execute("SET LOCAL statement_timeout = 0")
        source.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield Snapshot(source)
    finally:
        source.close()


def others() -> int:
    """How many other connections of our role there are: web, worker and beat, if they run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = current_user AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def load(dump: Path) -> None:
    """Fill the database from the dump, in one transaction: all of it is there afterwards, or nothing."""
    _drop_tables()
    connection.close()
    _run("pg_restore", "--single-transaction", "--no-owner", "--no-privileges", str(dump))
    with connection.cursor() as cursor:
        connection.connection.answers_within = None
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ANALYZE")  # or the first searches are slow
    connection.close()


def _drop_tables() -> None:
    """Make room where `migrate` has prepared an empty installation."""
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [
            table.name for table in connection.introspection.get_table_list(cursor) if table.type in "tp"
        ]
        if tables:
            names = ", ".join(connection.ops.quote_name(name) for name in tables)
            cursor.execute(f"DROP TABLE {names} CASCADE")


def _run(name: str, *arguments: str) -> None:
    command = [name, "--no-password", *arguments, f"--dbname={_address()}"]
    try:
        done = subprocess.run(  # noqa: S603 (fixed programs)
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ENDS_WITHIN,
            # A restore that was killed must not go on behind the back of the next one. No threads here.
            preexec_fn=partial(die_with_parent, os.getpid()),
        )
    except subprocess.TimeoutExpired as error:
        raise ToolFailed(f"{name} was ended after {ENDS_WITHIN // 3600} hours.") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-2000:]
        raise ToolFailed(f"{name} has failed: {said}")


def _output(name: str, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (fixed programs)
            [name, *arguments], env=_environment(), capture_output=True, text=True, timeout=ASKED_WITHIN
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolFailed(f"{name} does not run: {error}") from error
    return done.stdout


def _address() -> str:
    """Return how to connect, without the password: everybody on the machine can read a command line."""
    database = connection.settings_dict
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    options = {name: value for name, value in database["OPTIONS"].items() if name in known}
    named = {"dbname": database["NAME"], "user": database["USER"], "port": database["PORT"]}
    return make_conninfo(**options, **{name: value for name, value in named.items() if value})


def _environment() -> dict[str, str]:
    database = connection.settings_dict
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # The host here too: Debian's wrapper of these programs chooses their version by it.
    given = {"PGHOST": database["HOST"], "PGPASSWORD": database["PASSWORD"]}
    return {**kept, **{name: value for name, value in given.items() if value}}


def _major(text: str) -> int:
    found = re.match(r"\d+", text)
    return int(found[0]) if found else 0
