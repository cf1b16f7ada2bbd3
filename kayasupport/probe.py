"""Asks the web process for /healthz without waiting, and says so when it answers."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ASK_AGAIN_AFTER = 10.0  # seconds


class Probe:
    def __init__(self, address: tuple[str, int], *, then: Callable[[], None]):
        self.address = address
        self.then = then
        self.question: socket.socket | None = None
        self.asked_at = 0.0
        self.is_answered = False

    def look(self) -> None:
        """Ask, or look whether the answer has come; call `then` once, after the first good one."""
        if self.is_answered:
            return
        if self.question is None:
            self._ask()
        elif select.select([self.question], [], [], 0)[0]:
            self._hear(self.question)
        elif time.monotonic() - self.asked_at > ASK_AGAIN_AFTER:
            self._give_up(self.question)

    def _ask(self) -> None:
        # The socket listens before anybody serves it: this connects at once and is answered later.
        self.question = socket.create_connection(self.address, timeout=1)
        self.question.sendall(REQUEST)
        self.asked_at = time.monotonic()

    def _hear(self, question: socket.socket) -> None:
        try:
            is_good = question.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            is_good = False
        self._give_up(question)
        if is_good:
            self.is_answered = True
            self.then()

    def _give_up(self, question: socket.socket) -> None:
        question.close()
        self.question = None
