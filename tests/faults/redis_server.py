"""A Redis of a test's own, which may be stopped, frozen and flushed."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.processes import Process, free_port, start, until


@dataclass
class RedisServer:
    folder: Path
    port: int = field(default_factory=free_port)
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=2)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        arguments += ["--dir", str(self.folder), "--save", "", "--appendonly", "no"]
        log = self.folder / "redis.log"
        self.process = start("redis", arguments, log=log, environment=dict(os.environ))
        until(self._answers, within=20, what="redis is up")

    def stop(self) -> None:
        if self.process:
            self.process.stop()

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False
