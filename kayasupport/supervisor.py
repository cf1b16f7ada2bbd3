"""Starts the parts of the product as children of one process, keeps them up, ends them together."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import re
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.db import connections

TICK = 0.1  # seconds between looks at the children
STOP_WITHIN = 10.0  # seconds; who has not ended by then is killed, leases bring the work back
STEADY_AFTER = 30.0  # seconds of life after which earlier deaths are forgiven
MAX_DEATHS = 5  # in a row
FIRST_WAIT = 0.5  # seconds before a dead child is started again; doubles with every death
LOG_SIZE = 5 * 1024 * 1024  # bytes, twice per child

PR_SET_PDEATHSIG = 1  # linux/prctl.h
# "2026-01-31 12:00:00,000 WARNING …" or {"time": …, "level": "WARNING", …}, as settings.LOGGING writes it.
LEVEL = re.compile(
    rb"^(?:\d{4}-\d\d-\d\d \S+ |\{\"time\": \"[^\"]+\", \"level\": \")(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b"
)


class GaveUp(Exception):
    """A child died too often."""


def die_with_parent(parent: int, *, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when `parent` dies, however it dies (Linux only).

    Call it from the thread that was forked, for a parent that forked from its main thread:
    the kernel watches the thread, not the process.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


@dataclass
class Child:
    """One part of the product; forked, not executed, so that Django is loaded only once."""

    name: str
    run: Callable[[], None]
    log: Path
    pid: int = 0
    end: int | None = None
    output: int = -1
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0
    unfinished: bytes = b""
    is_noteworthy: bool = True
    journal: logging.Handler = field(init=False)

    def __post_init__(self) -> None:
        self.journal = RotatingFileHandler(self.log, maxBytes=LOG_SIZE, backupCount=1, delay=True)

    def start(self, *, let_go: list[int]) -> None:
        """Fork the child; `let_go` are descriptors that only the parent may hold."""
        self.output, writing = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            self._become(parent, writing, [*let_go, self.output])
        os.close(writing)
        os.set_blocking(self.output, False)
        self.started_at = time.monotonic()
        self.end = None
        self.is_noteworthy = True

    def read(self) -> None:
        """Take what the child has written: all of it to the log, what is wrong to the screen too."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.output, 65536):
                *lines, self.unfinished = (self.unfinished + chunk).split(b"\n")
                for line in lines:
                    self._take(line)

    def _take(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        self.journal.emit(logging.makeLogRecord({"msg": text}))
        if level := LEVEL.match(line):
            # The lines of a traceback have no level of their own: they follow the last one.
            self.is_noteworthy = level[1] not in {b"DEBUG", b"INFO"}
        if self.is_noteworthy and text.strip():
            print(f"[{self.name}] {text}", file=sys.stderr, flush=True)

    def ask_to_end(self) -> None:
        # The child alone: what it has forked is its own to end in order.
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the child and everything it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def look(self) -> None:
        """Note how the child ended, if it has: its exit code, or minus the signal's number."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.end = os.waitstatus_to_exitcode(status)

    def bury(self) -> None:
        """Read the last words of a child that has ended, and end what it has left behind."""
        self.kill()
        self.read()
        os.close(self.output)
        self.pid = 0

    def _become(self, parent: int, writing: int, let_go: list[int]) -> NoReturn:
        status = 1
        try:
            # Its own session: Ctrl-C in the terminal is for the parent, which then ends us in order.
            os.setsid()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            die_with_parent(parent)
            for descriptor in let_go:
                os.close(descriptor)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            self.run()
            status = 0
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            # Never back into the parent's code.
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)


class Supervisor:
    """Keeps its children running until it is told to stop."""

    def __init__(self, children: list[Child], *, say: Callable[[str], None], let_go: list[int]):
        self.children = children
        self.say = say
        self.let_go = let_go
        self.selector = selectors.DefaultSelector()
        self.asked_to_stop = 0

    def run(self, *, each_tick: Callable[[], None]) -> None:
        """Return when asked to stop. Raises GaveUp when a child keeps dying."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        connections.close_all()  # a connection must not be shared with a child
        try:
            while not self.asked_to_stop:
                self._start_those_due()
                self._listen(TICK)
                self._look_after()
                each_tick()
        finally:
            self._stop()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def _start_those_due(self) -> None:
        for child in self.children:
            if not child.pid and child.start_at <= time.monotonic():
                others = [other.output for other in self.children if other.pid]
                child.start(let_go=[*self.let_go, *others])
                self.selector.register(child.output, selectors.EVENT_READ, child)

    def _listen(self, seconds: float) -> None:
        for key, _ in self.selector.select(seconds):
            key.data.read()

    def _look_after(self) -> None:
        for child in self._gone():
            status = self._bury(child)
            lived = time.monotonic() - child.started_at
            child.deaths = 1 if lived > STEADY_AFTER else child.deaths + 1
            if child.deaths >= MAX_DEATHS:
                raise GaveUp(f"{child.name} {status}, {MAX_DEATHS} times in a row; why is in {child.log}")
            wait = FIRST_WAIT * 2 ** (child.deaths - 1)
            child.start_at = time.monotonic() + wait
            self.say(f"{child.name} {status}; starting it again in {wait:g} s")

    def _stop(self) -> None:
        """Ask every child to end, kill those that do not or when asked a second time."""
        self.say("Stopping; work under way is finished first …")
        for child in self._alive():
            child.ask_to_end()
        until = time.monotonic() + STOP_WITHIN
        while self._alive():
            self._listen(TICK)
            if time.monotonic() > until or self.asked_to_stop > 1:
                for child in self._alive():
                    child.kill()
            for child in self._gone():
                self._bury(child)

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.pid]

    def _gone(self) -> list[Child]:
        for child in self._alive():
            child.look()
        return [child for child in self._alive() if child.end is not None]

    def _bury(self, child: Child) -> str:
        """Say in words how it ended."""
        self.selector.unregister(child.output)
        child.bury()
        if child.end is not None and child.end < 0:
            return f"was killed by {signal.Signals(-child.end).name}"
        return f"ended with code {child.end}"
