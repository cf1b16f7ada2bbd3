"""Django's backend for PostgreSQL, but nobody waits for ever: settings.DATABASES names this package.

`statement_timeout` is kept by the server, and tcp_user_timeout by the system. Neither helps against a
server that is frozen while its machine still answers (SIGSTOP, a disk that stalls): nothing on the wire
tells it from a long statement. So the client has a watch of its own, a little longer than the server's.
And who was not let in by it is not sent to the door again at once: a page that says "not now" asks the
database for its ornaments too, and people would wait at each.
"""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, ClassVar

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

# Beyond the server's own limit (seconds), so that it is the one who speaks when it can.
GRACE = 5.0
# After a connection that was not answered in time (connect_timeout), nobody of this process asks for one
# for so long (seconds). A server that refuses at once is asked again at once.
REST = 2.0


class Connection(psycopg.Connection):
    # Seconds for one answer, or None for as long as it takes: where statement_timeout is lifted.
    answers_within: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, self.answers_within if timeout is None else timeout)
        except psycopg.OperationalError:
            # Of an answer that never came the connection is in the middle; nobody may use it again.
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.close()
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    # What Django asks of the module: its exceptions, and a connection.
    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": Connection.connect})

    _rests_until: ClassVar[float] = 0.0  # by time.monotonic()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        if time.monotonic() < DatabaseWrapper._rests_until:
            raise psycopg.errors.ConnectionTimeout("the server did not answer a moment ago")
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper._rests_until = time.monotonic() + REST
            raise
        if settings.STATEMENT_SECONDS:
            connection.answers_within = settings.STATEMENT_SECONDS + GRACE
        return connection
