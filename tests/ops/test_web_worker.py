"""Deadlines of requests: a client that dribbles loses its connection, not we a thread."""

import socket
import time
from collections import deque

import pytest

from kayasupport.web_worker import DeadlineWorker


@pytest.fixture
def worker():
    """Without gunicorn's own start: only what the deadlines need."""
    worker = DeadlineWorker.__new__(DeadlineWorker)
    worker.deadlines = {}
    worker.pending_conns = deque()
    return worker


def test_murder_pending_ends_a_request_beyond_its_deadline(worker):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.deadlines = {Connection(ours): time.monotonic() - 1}

        worker.murder_pending()

        assert ours.recv(1) == b""


def test_murder_pending_lets_others_finish(worker):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.deadlines = {Connection(ours): time.monotonic() + 60}

        worker.murder_pending()
        theirs.sendall(b"x")

        assert ours.recv(1) == b"x"


class Connection:
    def __init__(self, sock):
        self.sock = sock
