"""SQLite: a snapshot by its backup API, beside a product that goes on writing, and back by the same."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from isal import igzip

from kayasupport.backups.problems import Damaged, Refused, ToolFailed

DUMP = "database.sqlite3.gz"
WAIT = 20  # seconds, for a writer


class Snapshot:
    """The database as it was at one moment, however long it is read."""

    def __init__(self, source: sqlite3.Connection) -> None:
        self._source = source

    def query(self, sql: str) -> list[Any]:
        return self._source.execute(sql).fetchall()

    def dump(self, folder: Path) -> Path:
        """Write the snapshot, packed. Raises Damaged when the database itself is."""
        plain, packed = folder / "database.sqlite3", folder / DUMP
        with closing(sqlite3.connect(plain)) as target:
            # In one step, from the transaction that is open: writers neither wait nor make it begin again.
            self._source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file
            (verdict,) = target.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise Damaged(f"SQLite says of the database: {verdict}")
        with plain.open("rb") as source, igzip.open(packed, "wb") as file:
            shutil.copyfileobj(source, file, 1024 * 1024)
        plain.unlink()
        return packed


def check_tools(*, archive_version: str = "") -> None:
    """Nothing is needed that Python does not have."""


def version() -> str:
    return sqlite3.sqlite_version


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    try:
        # mode=rw: to back up a database that is not there must not make an empty one.
        source = sqlite3.connect(f"{_path().as_uri()}?mode=rw", uri=True, timeout=WAIT, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise Refused(f"There is no database at {_path()}.") from error
    with closing(source), _explained():
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first look is its moment
        yield Snapshot(source)


def others() -> int:
    """How many other programs use it: the lock of the data folder says that already."""
    return 0


def load(dump: Path) -> None:
    """Fill the database from the dump, in one transaction: all of it is there afterwards, or nothing."""
    plain = dump.with_suffix("")
    with igzip.open(dump, "rb") as file, plain.open("wb") as unpacked:
        shutil.copyfileobj(file, unpacked, 1024 * 1024)
    connection.close()
    _path().touch(mode=0o600, exist_ok=True)
    with (
        _explained(),
        closing(sqlite3.connect(plain)) as source,
        closing(sqlite3.connect(_path(), timeout=WAIT)) as target,
    ):
        source.backup(target)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ToolFailed(f"SQLite says: {error}.") from error


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])
