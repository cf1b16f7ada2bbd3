"""Starts the processes of a run and ends every one of them, by its own process group."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from kayasupport.supervisor import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_WITHIN = 30.0  # seconds
STOP_WITHIN = 10.0  # seconds


class DidNotStart(Exception):
    """A process ended or did not answer; the text holds the last lines it wrote."""


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def finish(command: list[str], *, env: Mapping[str, str], within: float) -> str:
    """Run a command to its end and return what it wrote; raises CalledProcessError or TimeoutExpired."""
    done = subprocess.run(
        command, env=dict(env), cwd=ROOT, check=True, timeout=within, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


@contextlib.contextmanager
def running(command: list[str], *, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Have a process run for as long as the block lasts, and nothing of it afterwards."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            # A benchmark that is killed must not leave servers behind.
            preexec_fn=partial(die_with_parent, os.getpid(), by=signal.SIGTERM),
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, then kill what is left of its group."""
    _signal(process, signal.SIGCONT)
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_WITHIN)
    _signal(process, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def paused(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Freeze processes with all their children, so that they take nothing from the peer's turn."""
    for process in processes:
        _signal(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            _signal(process, signal.SIGCONT)


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return the processor time that the process and its children have used; NaN where there is no /proc."""
    if not Path("/proc/self/stat").exists():
        return math.nan
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == process.pid:  # the session, which is the process's own
                total += sum(int(ticks) for ticks in fields[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def wait_for_port(port: int, *, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when somebody listens there; raises DidNotStart."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise DidNotStart(f"nothing listens on port {port}:\n{last_lines(log)}")


def wait_for_line(text: str, *, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the process has written the text; raises DidNotStart."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if text in log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    raise DidNotStart(f"no “{text}”:\n{last_lines(log)}")


def last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        return listening.getsockname()[1]


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
