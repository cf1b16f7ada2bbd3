"""Gunicorn's threaded worker, with an end to every request: a client that dribbles must not keep a thread."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

# Seconds. Gunicorn waits for the first byte without a thread, but for all the others with one, for ever.
HEAD_WITHIN = 10.0
# 25 MiB of screenshots at 0.5 Mbit/s take seven minutes.
REQUEST_WITHIN = 600.0


class ErrorLogger(Logger):
    def access(self, *args: Any, **kwargs: Any) -> None:
        """Keep no access log: the proxy has one.

        With logconfig_dict, gunicorn would spell out every line and then drop it.
        """


class DeadlineWorker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.deadlines: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        # Waiting for the first byte of a new connection is bounded by gunicorn itself.
        self.deadlines[conn] = time.monotonic() + HEAD_WITHIN
        try:
            return super().handle(conn)
        finally:
            self.deadlines.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self.deadlines[conn] = time.monotonic() + REQUEST_WITHIN
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Called by the main loop every second or sooner."""
        super().murder_pending()
        now = time.monotonic()
        for conn, deadline in list(self.deadlines.items()):
            if deadline < now:
                # Wakes the thread that waits in recv(): it reads the end of the stream and lets go.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)
