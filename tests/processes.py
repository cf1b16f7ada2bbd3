"""Processes that tests start, hurt and always stop again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STOPS_WITHIN = 20.0  # seconds
# Becomes the program to be run, and dies with the tests however they end (PR_SET_PDEATHSIG, Linux).
LEASH = """
import ctypes, os, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def until(happened: Callable[[], bool], *, within: float, what: str) -> float:
    """Wait for something to happen and return the seconds it took; fail with `what` when it does not."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > within:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


@dataclass
class Process:
    """One started program and whatever it forks."""

    name: str
    log: Path
    popen: subprocess.Popen
    ready: str = ""  # what it writes when it is

    def says_ready(self) -> bool:
        return self.ready in self.output

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def is_running(self) -> bool:
        return self.popen.poll() is None

    def children(self) -> list[int]:
        """The pids it has forked, and those they have."""
        found = []
        waiting = [self.popen.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    forked = [int(child) for child in (task / "children").read_text().split()]
                    found += forked
                    waiting += forked
        return found

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program and its children, all at the same moment as far as that goes."""
        for pid in [self.popen.pid, *self.children()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """What the kernel does to a machine out of memory: -9, for all of them."""
        self.send(signal.SIGKILL)
        self.popen.wait(STOPS_WITHIN)

    def ask_to_stop(self) -> None:
        self.send(signal.SIGCONT)
        self.popen.terminate()

    def stop(self) -> None:
        if not self.is_running:
            return
        children = self.children()
        self.ask_to_stop()
        try:
            self.popen.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def start(
    name: str, arguments: list[str], *, log: Path, environment: dict[str, str], ready: str = ""
) -> Process:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        popen = subprocess.Popen(
            [sys.executable, "-c", LEASH, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Process(name, log, popen, ready)
