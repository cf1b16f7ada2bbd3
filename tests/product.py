"""The product as real processes for tests: web, worker, beat, each test with data of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import redis
from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from tests.processes import ROOT, Process, free_port, start, until

STARTS_WITHIN = 60.0  # seconds; much for a busy machine
SWEEPS = "tickets.tasks.sweep["  # every two seconds, and hardly ever what a failure is about
# What a test may set for itself must not come from the caller's environment or .env.
NEUTRAL = {
    "DEBUG": "false",
    "LOG_LEVEL": "INFO",
    "MAIL_DOMAIN_LOOKUP": "false",
    "NUM_PROXIES": "0",
    "PORT": "",
    "SECRET_KEY": "of-tests-only-" + 40 * "k",
    "THROTTLE_INTAKE": "100000/hour",
    "THROTTLE_INTAKE_NETWORK": "100000/hour",
    "THROTTLE_INTAKE_EVERYONE": "1000000/hour",
    "THROTTLE_ADVICE": "100000/min",
    "THROTTLE_STATUS": "100000/min",
    "AUTO_REPLIES_PER_IP_HOUR": "100000",
    "AUTO_REPLIES_PER_NETWORK_HOUR": "100000",
    "AUTO_REPLIES_PER_HOUR": "100000",
    "WEB_CONCURRENCY": "2",
    "WEB_THREADS": "4",
}
PREPARE = """
import django
django.setup()
from kayasupport import preparation
preparation.make_folders()
for step in preparation.due():
    step.make()
"""


@dataclass(frozen=True)
class Prepared:
    """What the products of one test session share: tables to copy from, static files, the model."""

    folder: Path
    database: str  # its name on PostgreSQL
    server: str = settings.DATABASE_URL  # of PostgreSQL, with any database's name; "" is SQLite

    def make(self) -> None:
        if self.server:
            self.administer(f'CREATE DATABASE "{self.database}"')
        environment = {
            **base_environment(self.folder, self.url_of(self.database)),
            "STATIC_ROOT": str(self.static),
        }
        subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment, check=True, timeout=180)

    def discard(self) -> None:
        if self.server:
            self.administer(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    @property
    def static(self) -> Path:
        return self.folder / "static"

    def copy(self, folder: Path, database: str) -> None:
        """Make a fresh database with all tables."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.server:
            self.administer(f'CREATE DATABASE "{database}" TEMPLATE "{self.database}"')
        else:
            shutil.copy(self.folder / "kayasupport.sqlite3", folder)

    def url_of(self, database: str) -> str:
        return urlsplit(self.server)._replace(path=f"/{database}").geturl() if self.server else ""

    def administer(self, statement: str) -> None:
        # As Django's test runner does: nobody can create or drop the database they are connected to.
        with psycopg.connect(self.url_of("postgres"), autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


@dataclass
class Product:
    """One installation: its data folder, its database, its broker, its processes."""

    folder: Path
    prepared: Prepared
    smtp_port: int
    own_settings: dict[str, str] = field(default_factory=dict)
    redis_url: str = settings.REDIS_URL
    name: str = field(default_factory=lambda: f"kaya_test_{uuid.uuid4().hex[:12]}")
    port: int = field(default_factory=free_port)
    processes: list[Process] = field(default_factory=list)

    def install(self) -> None:
        for name in ("beat", "broker/control", "screenshots"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.prepared.copy(self.folder, self.name)

    def install_empty(self) -> None:
        """Like install, but without a single table."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.prepared.server:
            self.prepared.administer(f'CREATE DATABASE "{self.name}"')

    def remove(self) -> None:
        """End what runs, at once; drop what lies outside the data folder."""
        for process in self.processes:
            process.kill()
        if self.prepared.server:
            self.prepared.administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        if self.redis_url and self.redis_url == settings.REDIS_URL:
            shared = redis.Redis.from_url(self.redis_url, socket_timeout=5)
            for key in shared.scan_iter(f"{self.name}*"):
                shared.delete(key)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **base_environment(self.folder, self.prepared.url_of(self.name)),
            "STATIC_ROOT": str(self.prepared.static),
            "SITE_URL": self.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "REDIS_URL": self.redis_url,
            "REDIS_PREFIX": self.name,
            **self.own_settings,
        }

    def start_web(self, *, application: str = "", **changes: str) -> Process:
        """Start the web with `application` in place of ours, and with changes to its environment."""
        return self._wait_for(self._web(application, changes))

    def start_worker(self, *, include: str = "", **changes: str) -> Process:
        """Start a worker of two; `include` is a module it loads besides."""
        return self._wait_for(self._worker(include, changes))

    def start_beat(self) -> Process:
        return self._wait_for(self._beat())

    def start(self, *, include: str = "") -> None:
        """Start the whole product; `include` is a module that its worker loads besides."""
        for process in [self._web("", {}), self._worker(include, {}), self._beat()]:
            self._wait_for(process)

    @property
    def web(self) -> Process:
        return self._latest("web")

    @property
    def worker(self) -> Process:
        return self._latest("worker")

    @contextlib.contextmanager
    def rows(self) -> Iterator[None]:
        """Let the models of this process read and write the product's database."""
        ours = connections["default"]
        place = {"NAME": str(self.folder / "kayasupport.sqlite3")}
        if self.prepared.server:
            place = {"NAME": self.name, "PORT": str(urlsplit(self.prepared.server).port or 5432)}
        database = {**ours.settings_dict, **place}
        connections["default"] = load_backend(database["ENGINE"]).DatabaseWrapper(database, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = ours

    def last_words(self) -> str:
        """The end of every log, for a test that fails."""
        parts = []
        for process in self.processes:
            lines = [line for line in process.output.splitlines() if SWEEPS not in line][-60:]
            parts.append(f"---- {process.log.name}: {process.popen.poll()}\n" + "\n".join(lines))
        return "\n".join(parts)

    def _web(self, application: str, changes: dict[str, str]) -> Process:
        config = ["-c", "python:kayasupport.web_server", "--bind", f"127.0.0.1:{self.port}"]
        return self._start("web", "gunicorn", *config, *filter(None, [application]), ready="", **changes)

    def _worker(self, include: str, changes: dict[str, str]) -> Process:
        options = ["--pool=prefork", "--concurrency=2", f"--hostname=worker{len(self.processes)}@test"]
        options += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=INFO"]
        options += [f"--include={include}"] if include else []
        return self._start(
            "worker", "celery", "--app=kayasupport", "worker", *options, **changes, ready=" ready."
        )

    def _beat(self) -> Process:
        options = ["--loglevel=INFO", "--pidfile="]
        return self._start("beat", "celery", "--app=kayasupport", "beat", *options, ready="beat: Starting")

    def _start(self, name: str, module: str, *arguments: str, ready: str, **changes: str) -> Process:
        log = self.folder / "log" / f"{len(self.processes)}-{name}.log"
        command = [sys.executable, "-m", module, *arguments]
        environment = {**self.environment, **changes}
        process = start(name, command, log=log, environment=environment, ready=ready)
        self.processes.append(process)
        return process

    def _latest(self, name: str) -> Process:
        return [process for process in self.processes if process.name == name][-1]

    def _wait_for(self, process: Process) -> Process:
        is_ready = self._answers if process.name == "web" else process.says_ready
        until(
            lambda: is_ready() or not process.is_running, within=STARTS_WITHIN, what=f"{process.name} is up"
        )
        assert process.is_running, f"{process.name} has ended:\n{process.output}"
        return process

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False


def base_environment(folder: Path, database_url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return {
        **inherited,
        **NEUTRAL,
        "DJANGO_SETTINGS_MODULE": "kayasupport.settings",
        "PYTHONUNBUFFERED": "1",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "TRIAGE_MODEL_DIR": str(settings.TRIAGE_MODEL_DIR),
    }
