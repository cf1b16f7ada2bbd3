"""A line between a browser and the server, which can be slow, be cut, or lose an answer."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

CHUNK = 16 * 1024


class Line:
    """Carries connections to `target`; what is set on it holds for the forms that are posted over it."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        self.pace: int | None = None  # bytes a second upwards
        self.cut_after: int | None = None  # bytes of a posted form
        self.loses_answers = False
        self.posted: list[str] = []  # paths
        self._connections: list[Connection] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Cut everything, also what is still under way to the server."""
        self._door.close()
        for connection in self._connections:
            connection.end()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._door.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        server = socket.create_connection(self._target)
        connection = Connection(self, client, server)
        self._connections.append(connection)
        threading.Thread(target=connection.carry_down, daemon=True).start()
        connection.carry_up()


class Connection:
    def __init__(self, line: Line, client: socket.socket, server: socket.socket) -> None:
        self.line, self.client, self.server = line, client, server
        self.posted: int | None = None  # bytes of the form that is under way

    def carry_up(self) -> None:
        with suppress(OSError):
            while data := self.client.recv(CHUNK):
                self._weigh(data)
                if self._is_to_be_cut():
                    break
                self.server.sendall(data)
        self.end()

    def carry_down(self) -> None:
        with suppress(OSError):
            while data := self.server.recv(CHUNK):
                if self.posted is not None and self.line.loses_answers:
                    break
                self.client.sendall(data)
        self.end()

    def _is_to_be_cut(self) -> bool:
        limit = self.line.cut_after
        return self.posted is not None and limit is not None and self.posted > limit

    def _weigh(self, data: bytes) -> None:
        if data.startswith(b"POST "):
            self.line.posted.append(data.split(b" ", 2)[1].decode())
            self.posted = 0
        elif data.startswith(b"GET "):
            self.posted = None
        if self.posted is not None:
            self.posted += len(data)
            if self.line.pace:
                time.sleep(len(data) / self.line.pace)

    def end(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
