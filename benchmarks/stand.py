"""The test stand: a temporary folder, databases and a Redis prefix of its own, all gone afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from benchmarks.processes import ROOT, finish, python

PREPARE_WITHIN = 180.0  # seconds
PREFIX = "kayasupport_bench"
# What would differ from run to run or limit it, if it came from outside.
LEFT_OUT = ("EMAIL_URL", "SITE_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "STATIC_ROOT", "PORT")


class Stand:
    """Everything one run may write to."""

    def __init__(self, *, database_url: str, redis_url: str):
        self.database_url = database_url
        self.redis_url = redis_url
        self.mark = f"{PREFIX}_{os.getpid()}_{secrets.token_hex(2)}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}_"))
        self.databases: list[str] = []

    @property
    def engine(self) -> str:
        return "PostgreSQL" if self.database_url else "SQLite"

    @property
    def broker(self) -> str:
        return "Redis" if self.redis_url else "files"

    def environment(self, name: str, *, settings: str, **extra: str) -> dict[str, str]:
        """Return the environment of one program under test, with a folder and database of its own."""
        kept = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": settings,
            "DATA_DIR": str(folder),
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": self._own_database(name) if self.database_url else "",
            "REDIS_URL": self.redis_url,
            "REDIS_PREFIX": f"{self.mark}_{name}",
            # The model is the product's own; training it is no part of the figures.
            "TRIAGE_MODEL_DIR": os.environ.get("TRIAGE_MODEL_DIR", str(ROOT / "var" / "triage")),
            "PYTHONUNBUFFERED": "1",
            # The addresses are made up, and the DNS is not what is measured.
            "MAIL_DOMAIN_LOOKUP": "false",
            **extra,
        }

    def _own_database(self, name: str) -> str:
        database = f"{self.mark}_{name}"
        if database not in self.databases:
            with self._server() as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            self.databases.append(database)
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{database}"))

    def drop_database(self, name: str) -> None:
        database = f"{self.mark}_{name}"
        with self._server() as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
            connection.execute(statement)
        self.databases.remove(database)

    def clear(self) -> None:
        for database in list(self.databases):
            self.drop_database(database.removeprefix(f"{self.mark}_"))
        if self.redis_url:
            client = redis.Redis.from_url(self.redis_url)
            for key in client.scan_iter(match=f"{self.mark}_*", count=1000):
                client.delete(key)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _server(self) -> psycopg.Connection:
        return psycopg.connect(self.database_url, autocommit=True, connect_timeout=5)


@contextlib.contextmanager
def stand(*, database_url: str | None = None) -> Iterator[Stand]:
    """Make a stand on the engines that DATABASE_URL and REDIS_URL name; embedded without them."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    url = os.environ.get("DATABASE_URL", "") if database_url is None else database_url
    made = Stand(database_url=url, redis_url=os.environ.get("REDIS_URL", ""))
    try:
        yield made
    finally:
        made.clear()


def prepare(environment: dict[str, str], *, module: str = "benchmarks.prepare") -> None:
    """Make tables, catalogs, static files and model, as the product's own start does."""
    finish(python("-m", module), env=environment, within=PREPARE_WITHIN)


def _end(number: int, frame: object) -> NoReturn:
    # As an exception, so that every `finally` above does its work.
    sys.exit(128 + number)
