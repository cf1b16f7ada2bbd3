"""The database: there, new enough, with all tables, in the modes that the claims rely on, at our time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from kayasupport import web_server
from kayasupport.doctor.finding import Finding, better, broken, well
from tickets import readiness, vitals

OLDEST_POSTGRESQL = 14_00_00
OLDEST_SQLITE = (3, 35)
# Leases, links and deadlines are written by one clock and read by another (seconds).
SKEW_SEEN, SKEW_BROKEN = 2.0, 30.0


def examine() -> Iterator[Finding]:
    try:
        yield _answers()
    except Error as error:
        yield _away(error)
        return
    yield _tables()
    yield _clock()
    if connection.vendor == "postgresql":
        yield from _postgresql()
    else:
        yield from _sqlite()


def _answers() -> Finding:
    began = time.monotonic()
    version = vitals.database_version()
    milliseconds = (time.monotonic() - began) * 1000
    return well("Database", f"{connection.display_name} {version} answers in {milliseconds:.0f} ms.")


def _away(error: Error) -> Finding:
    where = "DATABASE_URL" if not settings.EMBEDDED else f"DATA_DIR ({settings.DATA_DIR})"
    # Its first line: the driver names host, port and what is wrong there, and no password.
    said = str(error).strip().splitlines() or [type(error).__name__]
    return broken(
        "Database",
        f"It does not answer: {said[0]}.",
        fix=f"Start it, and look at {where}: host, port, name, user, password.",
    )


def _tables() -> Finding:
    missing = readiness.missing_migrations()
    if missing:
        return broken("Tables", f"{missing} migrations are missing.", fix="Run `manage.py migrate`.")
    return well("Tables", "All migrations are in.")


def _clock() -> Finding:
    their = _ask(
        "SELECT clock_timestamp()" if connection.vendor == "postgresql" else "SELECT julianday('now')"
    )
    skew = abs((timezone.now() - _moment(their)).total_seconds())
    said = f"Our clock and the database's differ by {skew:.1f} s."
    fix = "Let both machines take the time from NTP (timedatectl set-ntp true)."
    if skew > SKEW_BROKEN:
        return broken("Clock", said, fix=fix)
    return better("Clock", said, fix=fix) if skew > SKEW_SEEN else well("Clock", said)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    # Days since noon of a Monday long ago; 2440587.5 is the first second of 1970.
    return datetime.fromtimestamp((float(value) - 2440587.5) * 86400, UTC)


def _postgresql() -> Iterator[Finding]:
    if int(_ask("SHOW server_version_num")) < OLDEST_POSTGRESQL:
        yield better(
            "Database",
            "This PostgreSQL is older than 14, which nobody mends any more.",
            fix="Upgrade it; docker-compose.yml names the version we are tested with.",
        )
    if str(_ask("SHOW server_encoding")) != "UTF8":
        yield broken(
            "Database",
            "It does not keep text as UTF-8.",
            fix="Make a new database with ENCODING 'UTF8' and restore.",
        )
    yield _statement_timeout()
    yield _connections()


def _statement_timeout() -> Finding:
    value = str(_ask("SHOW statement_timeout"))
    if value == "0":
        return better(
            "Timeouts",
            "A statement may take for ever.",
            fix="Take STATEMENT_SECONDS=0 out of the settings of web and workers; it is for migrations.",
        )
    return well(
        "Timeouts", f"A statement ends after {value}, a wait for a lock after {_ask('SHOW lock_timeout')}."
    )


def _connections() -> Finding:
    most = int(_ask("SHOW max_connections"))
    # Each thread of the web, and a few for workers and beat.
    wanted = web_server.workers * (web_server.threads + 1) + 10
    said = f"The database takes {most} connections; one machine with these settings may want {wanted}."
    if wanted > most:
        fix = "Raise max_connections, or lower WEB_CONCURRENCY or WEB_THREADS."
        return broken("Connections", said, fix=fix)
    return well("Connections", said)


def _sqlite() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield broken(
            "Database", "This SQLite is too old.", fix="Use a newer Python, or PostgreSQL by DATABASE_URL."
        )
    mode = str(_ask("PRAGMA journal_mode"))
    if mode != "wal":
        yield broken(
            "Database",
            f"Its journal is in the mode {mode}, so that one writer stops all readers.",
            fix="Keep DATA_DIR on a local disk: WAL does not work over a network.",
        )
    options: Any = settings.DATABASES["default"]["OPTIONS"]
    if options.get("transaction_mode") != "IMMEDIATE":
        yield broken(
            "Database",
            "Transactions do not take their turn at the start.",
            fix="Set transaction_mode to IMMEDIATE in settings.DATABASES.",
        )
    if mode == "wal":
        yield well("Database", "Its journal is a WAL, and writers take turns.")


def _ask(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
