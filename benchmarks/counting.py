"""Counts rows behind the product's back, to compare with what it has acknowledged."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import psycopg
from psycopg import sql


def count_rows(environment: dict[str, str], table: str) -> int:
    """Return how many rows the table holds in the database that the environment names."""
    if url := environment["DATABASE_URL"]:
        with psycopg.connect(url) as connection:
            return _only(connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))))
    file = Path(environment["DATA_DIR"]) / "kayasupport.sqlite3"
    with contextlib.closing(sqlite3.connect(file, timeout=20)) as embedded:
        return _only(embedded.execute(f'SELECT count(*) FROM "{table}"'))


def _only(cursor) -> int:
    return cursor.fetchone()[0]
