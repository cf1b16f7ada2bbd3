"""The product, started as people start it: `manage.py dev` in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

URL = re.compile(r"Contact form +(http://\S+)")


class Product:
    def __init__(self, data_dir: Path, *arguments: str, **environment: str):
        self.output = data_dir.parent / f"{data_dir.name}.out"
        self.started_at = time.monotonic()
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "dev", *arguments],
                cwd=settings.BASE_DIR,
                env=environment_for(data_dir, **environment),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_for_url(self) -> str:
        wait_until(lambda: URL.search(self.text) or self.process.poll() is not None, seconds=90)
        found = URL.search(self.text)
        assert found, self.text
        return found[1]

    def parts(self) -> list[int]:
        """The processes it has started, and those they have started."""
        found = [self.process.pid]
        for pid in found:
            found += children(pid)
        return found[1:]

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(timeout=30)


def environment_for(data_dir: Path, **extra: str) -> dict[str, str]:
    """Nothing of the settings under which the tests themselves run."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # Slow to make, and kept from run to run.
    made = {
        "TRIAGE_MODEL_DIR": settings.TRIAGE_MODEL_DIR,
        "STATIC_ROOT": settings.DATA_DIR / "static-of-tests",
    }
    paths = {name: str(path) for name, path in made.items()}
    return {**kept, **paths, "DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1", **extra}


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(pids: list[int]) -> list[int]:
    """Those that still run; a zombie waits for its parent only."""
    states = {pid: state(pid) for pid in pids}
    return [pid for pid, letter in states.items() if letter not in {"", "Z"}]


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_until(condition, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
