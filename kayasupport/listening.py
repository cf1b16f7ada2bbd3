"""What only one running product may have: the lock on its data folder, and its port."""

from __future__ import annotations

import errno
import fcntl
import socket
from pathlib import Path
from typing import TextIO

HOST = "127.0.0.1"
FIRST_PORT = 8000
TRIES = 20


class Refused(Exception):
    """Somebody else has what we need; the text says who and what to do."""


def lock(path: Path) -> TextIO:
    """Keep others out of the data folder for as long as the file stays open.

    Raises Refused with what the holder wrote into the file.
    """
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "it is still starting"
        file.close()
        raise Refused(f"KayaSupport is running already with the data in {path.parent}: {holder}.") from None
    return file


def sign(file: TextIO, text: str) -> None:
    """Write into the lock who holds it."""
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def open_port(wanted: str) -> socket.socket:
    """Listen on the port that was asked for; on 8000 or the next free one when none was.

    Raises Refused.
    """
    if wanted:
        return _listen(_number(wanted))
    for port in range(FIRST_PORT, FIRST_PORT + TRIES):
        try:
            return _listen(port)
        except Refused:
            continue
    raise Refused(f"Ports {FIRST_PORT} to {FIRST_PORT + TRIES - 1} are all taken. Choose another: PORT=…")


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise Refused(f"PORT must be a number from 1 to 65535, not “{text}”.")


def _listen(port: int) -> socket.socket:
    try:
        # Opened here and handed to the web process: nobody can take the port in between, and
        # while that process is being restarted, browsers wait instead of being turned away.
        return socket.create_server((HOST, port), backlog=1024)
    except OSError as error:
        raise Refused(_why(port, error)) from error


def _why(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another: PORT={port + 1} make run"
    if error.errno == errno.EACCES:
        return f"Only root may use port {port}. Choose one above 1023: PORT=8000 make run"
    return f"Port {port} cannot be used: {error.strerror}."
