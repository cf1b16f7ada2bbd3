"""What a backup asks of the database, whichever of the two it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kayasupport.backups import postgresql, sqlite
from kayasupport.backups.contents import Query
from tickets.models import IncomingMail, Ticket

MIGRATIONS = "django_migrations"
# What nobody but people makes: where none of these is, nothing is lost.
TELLING = ((User, "accounts"), (Ticket, "tickets"), (IncomingMail, "mail"))


class Snapshot(Protocol):
    def query(self, sql: str) -> list[Any]: ...

    def dump(self, folder: Path) -> Path: ...


class Engine(Protocol):
    """What sqlite.py and postgresql.py each say in their own way."""

    DUMP: str  # the member's name

    def check_tools(self, *, archive_version: str = "") -> None: ...

    def version(self) -> str: ...

    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def others(self) -> int: ...

    def load(self, dump: Path) -> None: ...


ENGINES: dict[str, Engine] = {"sqlite": sqlite, "postgresql": postgresql}


def engine() -> Engine:
    return ENGINES[connection.vendor]


def tables() -> list[str]:
    """Return every table that belongs to a model, and that of the migrations."""
    return sorted([*connection.introspection.django_table_names(only_existing=True), MIGRATIONS])


def count_rows(query: Query, *, tables: list[str]) -> dict[str, int]:
    return {table: query(f'SELECT count(*) FROM "{table}"')[0][0] for table in tables}  # noqa: S608


def migrations(query: Query) -> dict[str, list[str]]:
    """Return the migrations that were applied, by app."""
    found: dict[str, list[str]] = {}
    for app, name in query(f"SELECT app, name FROM {MIGRATIONS} ORDER BY app, name"):  # noqa: S608
        found.setdefault(app, []).append(name)
    return found


def unknown(applied: dict[str, list[str]]) -> list[str]:
    """Return those of the migrations that this release does not have."""
    ours = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [f"{app}.{name}" for app, names in applied.items() for name in names if (app, name) not in ours]


def holds() -> list[str]:
    """Return, in words, what is in the database that a restore would do away with."""
    here = set(connection.introspection.table_names())
    return [
        words for model, words in TELLING if model._meta.db_table in here and model._default_manager.exists()
    ]


def ask(sql: str) -> list[Any]:
    """Ask the database as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
