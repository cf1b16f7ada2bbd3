"""Django's backend for PostgreSQL, but nobody waits for ever: settings.DATABASES names this package.

`statement_timeout` is kept by the server, and tcp_user_timeout by the system. Neither helps against a
server that is frozen while its machine still answers (SIGSTOP, a disk that stalls): nothing on the wire
tells it from a long statement. So the client has a watch of its own, a little longer than the server's.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base

# Beyond the server's own limit (seconds), so that it is the one who speaks when it can.
GRACE = 5.0


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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        connection = super().get_new_connection(conn_params)
        if settings.STATEMENT_SECONDS:
            connection.answers_within = settings.STATEMENT_SECONDS + GRACE
        return connection
