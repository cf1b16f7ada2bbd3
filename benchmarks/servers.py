"""The product and its bare peer, running on the stand."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clients import Target
from benchmarks.mail_sink import arrivals
from benchmarks.processes import HOST, free_port, python, running, wait_for_line, wait_for_port
from benchmarks.stand import Stand, prepare

# Seconds the relay takes for each mail: "slow" stays below EMAIL_TIMEOUT. "down": nobody listens.
RELAYS = {"up": 0.0, "slow": 5.0, "down": None}
POOL = 2  # processes of a worker, as in `manage.py dev`
# Every requester has an address and a phone of their own here, so the caps per person stay as
# shipped; the one over everybody would end the mail after some minutes of this load.
LIMITS = {
    "NUM_PROXIES": "1",
    "AUTO_REPLIES_PER_HOUR": "1000000",
    "AUTO_REPLIES_PER_NETWORK_HOUR": "1000000",
    "THROTTLE_INTAKE_NETWORK": "1000000/hour",
    "THROTTLE_INTAKE_EVERYONE": "1000000/hour",
}


@dataclass(frozen=True)
class Server:
    """One program under test, with everything that runs beside it."""

    target: Target
    environment: dict[str, str]
    notes: Path  # of the mail sink
    web: subprocess.Popen[bytes]
    companions: list[subprocess.Popen[bytes]]  # worker and beat

    def arrivals(self) -> dict[str, list[float]]:
        return arrivals(self.notes)


@contextlib.contextmanager
def product(stand: Stand, *, name: str = "ours", relay: str = "up") -> Iterator[Server]:
    """Run web, one worker and beat, with a relay in the state asked for."""
    web_port, mail_port = free_port(), free_port()
    environment = stand.environment(
        name,
        settings="kayasupport.settings",
        SITE_URL=f"http://{HOST}:{web_port}",
        EMAIL_URL=f"smtp://{HOST}:{mail_port}",
        **LIMITS,
    )
    prepare(environment)
    with contextlib.ExitStack() as stack:
        folder = stand.folder / name
        server = _serve(stack, folder, environment, Target(web_port, accepted=303))
        _open_sink(stack, folder, environment, mail_port, relay=relay)
        _employ(stack, folder, environment, server.companions)
        beat = running(
            python("-m", "celery", "-A", "kayasupport", "beat", "--pidfile="),
            env=environment,
            log=folder / "beat.log",
        )
        server.companions.append(stack.enter_context(beat))
        server.target.open_form()
        yield server


@contextlib.contextmanager
def bare_peer(stand: Stand, *, name: str = "bare", with_worker: bool = False) -> Iterator[Server]:
    """Run the bare view; with its worker where mail is measured."""
    mail_port = free_port()
    environment = stand.environment(name, settings="benchmarks.bare.settings", SINK_PORT=str(mail_port))
    prepare(environment, module="benchmarks.bare.prepare")
    with contextlib.ExitStack() as stack:
        folder = stand.folder / name
        server = _serve(stack, folder, environment, Target(free_port(), accepted=200))
        if with_worker:
            _open_sink(stack, folder, environment, mail_port, relay="up")
            _employ(stack, folder, environment, server.companions)
        yield server


def _serve(stack: contextlib.ExitStack, folder: Path, environment: dict[str, str], target: Target) -> Server:
    log = folder / "web.log"
    command = python(
        "-m", "gunicorn", "-c", "python:kayasupport.web_server", "--bind", f"{HOST}:{target.port}"
    )
    web = stack.enter_context(running(command, env=environment, log=log))
    wait_for_port(target.port, process=web, log=log)
    return Server(target, environment, folder / "sink.notes", web, [])


def _employ(
    stack: contextlib.ExitStack,
    folder: Path,
    environment: dict[str, str],
    companions: list[subprocess.Popen[bytes]],
) -> None:
    log = folder / "worker.log"
    # As kayasupport/parts.py starts it.
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    command = python("-m", "celery", "-A", "kayasupport", "worker", f"--concurrency={POOL}", *quiet)
    worker = stack.enter_context(running([*command, "--loglevel=INFO"], env=environment, log=log))
    wait_for_line(" ready.", process=worker, log=log)
    companions.append(worker)


def _open_sink(
    stack: contextlib.ExitStack, folder: Path, environment: dict[str, str], port: int, *, relay: str
) -> None:
    delay = RELAYS[relay]
    if delay is None:
        return
    notes, log = folder / "sink.notes", folder / "sink.log"
    command = python(
        "-m", "benchmarks.mail_sink", "--port", str(port), "--notes", str(notes), "--delay", str(delay)
    )
    sink = stack.enter_context(running(command, env=environment, log=log))
    wait_for_port(port, process=sink, log=log)
