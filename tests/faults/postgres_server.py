"""A PostgreSQL of a test's own, which may be stopped, restarted and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.processes import free_port, until

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))


def is_installed() -> bool:
    return bool(INSTALLED) and (os.getuid() != 0 or shutil.which("runuser") is not None)


@dataclass
class PostgresServer:
    # Not pytest's own folder, which is for one user alone: PostgreSQL refuses to be root.
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="kaya-postgres-")))
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self) -> None:
        # Durable as in service: what a crash leaves is what was flushed.
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        until(self._answers, within=20, what="PostgreSQL is up")

    def restart(self) -> None:
        """What an upgrade does: sessions are cut off, the rest is written."""
        self._run("pg_ctl", "-w", "-m", "fast", "stop")
        self.start()

    def crash(self) -> None:
        """Cut it off without a checkpoint, as a power cut does; it recovers by its log when it starts."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def discard(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self.folder)

    def _signal(self, number: signal.Signals) -> None:
        """To the postmaster and all that it has started, which have sessions of their own."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in [pid, *map(int, children)]:
            os.kill(each, number)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(INSTALLED[-1] / program), "-D", str(self.folder), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL, cwd="/")
