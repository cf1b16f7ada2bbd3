"""Prepares what is missing, then runs web, worker and beat until it is told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from socket import socket
from typing import TextIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.utils import OperationalError
from django.urls import NoReverseMatch, reverse

from kayasupport import catalogs, listening, parts, preparation
from kayasupport.probe import Probe
from kayasupport.supervisor import Child, GaveUp, Supervisor, die_with_parent
from tickets import ocr

# Tells the process that begins again after preparing that everything is there.
PREPARED = "KAYASUPPORT_PREPARED"
OWN_URL = f"http://{listening.HOST}:{listening.FIRST_PORT}"
# Title, name of the route.
PAGES = [("Contact form", "report"), ("Agents' desk", "admin:index"), ("API", "api:docs")]


class Command(BaseCommand):
    help = "Runs the whole product on this machine: web, worker and beat. Ctrl-C stops it."
    requires_system_checks = []  # they run when everything is prepared

    def add_arguments(self, parser):
        parser.add_argument("--port", default=settings.PORT, help="default: 8000, or the next free one")
        parser.add_argument("--stop-with-parent", action="store_true", help="stop when the caller dies")

    def handle(self, *args, **options):
        if options["stop_with_parent"]:
            die_with_parent(os.getppid(), by=signal.SIGTERM)
        preparation.make_folders()
        try:
            lock = listening.lock(settings.DATA_DIR / "dev.lock")
            door = listening.open_port(options["port"])
            self.prepare()
            # The welcome says it in one line.
            settings.SILENCED_SYSTEM_CHECKS = [*settings.SILENCED_SYSTEM_CHECKS, "tickets.W007"]
            self.check(display_num_errors=False)
            self.supervise(door, lock, port_was_chosen=bool(options["port"]))
        except (listening.Refused, catalogs.BrokenCatalog, GaveUp) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:  # before the supervisor has taken over
            sys.exit(130)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error

    def prepare(self) -> None:
        """Make what is missing, then begin again, so that no child inherits anything older."""
        if os.environ.pop(PREPARED, ""):
            return
        steps = preparation.due()
        for step in steps:
            self.stdout.write(f"{step.title} …")
            step.make()
        if steps:
            os.environ[PREPARED] = "1"
            sys.stdout.flush()
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (this program, again)

    def supervise(self, door: socket, lock: TextIO, *, port_was_chosen: bool) -> None:
        port = door.getsockname()[1]
        if port != listening.FIRST_PORT and not port_was_chosen:
            self.stdout.write(f"Port {listening.FIRST_PORT} is taken by another program; using {port}.")
        url = f"http://{listening.HOST}:{port}"
        if settings.SITE_URL == OWN_URL:
            # Before the fork: links in mails must lead to the port that was really taken.
            settings.SITE_URL = url
        listening.sign(lock, f"{url} (process {os.getpid()})")
        supervisor = Supervisor(children(door), say=self.say, let_go=[lock.fileno()])
        probe = Probe(door.getsockname(), then=partial(self.welcome, url))
        supervisor.run(each_tick=probe.look)
        self.stdout.write("Stopped.")

    def welcome(self, url: str) -> None:
        """Say where everything is, once the web process answers."""
        lines = ["KayaSupport is running.", ""]
        lines += [f"  {title:14}{url}{path}" for title, path in pages()]
        lines += [f"  {'Sign in':14}{sign_in()}", f"  {'Mail':14}{mail()}", f"  {'Data':14}{data()}"]
        lines += [f"  {'Screenshots':14}{screenshots()}"]
        lines += [f"  {'Logs':14}{settings.DATA_DIR / 'log'}", "", "Ctrl-C stops it."]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def say(self, text: str) -> None:
        self.stderr.write(text)


def children(door: socket) -> list[Child]:
    runs: dict[str, Callable[[], None]] = {
        "web": partial(parts.serve, door.fileno()),
        "worker": parts.work,
        "beat": parts.beat,
    }
    return [Child(name, run, settings.DATA_DIR / "log" / f"{name}.log") for name, run in runs.items()]


def pages() -> list[tuple[str, str]]:
    found = []
    for title, route in PAGES:
        with contextlib.suppress(NoReverseMatch):
            found.append((title, reverse(route)))
    return found


def sign_in() -> str:
    """Return how to sign in; makes the first administrator, whose password can be shown only now."""
    try:
        password = preparation.create_administrator()
    finally:
        connections.close_all()  # a restarted child must not inherit it
    if password is None:
        return "with your account (forgotten: manage.py changepassword admin)"
    return f"{preparation.ADMINISTRATOR} / {password}   (shown only this once)"


def mail() -> str:
    host = getattr(settings, "EMAIL_HOST", "")
    if settings.EMAIL_FILE_PATH:
        return f"written to {settings.EMAIL_FILE_PATH}; nothing is sent until EMAIL_URL is set"
    return f"sent by {host}"


def screenshots() -> str:
    if settings.OCR == "off":
        return "not read: OCR is off"
    known = ocr.languages()
    if not known:
        return f"not read: {ocr.INSTALL}"
    lacking = [language for language in settings.OCR_LANGUAGES if language not in known]
    if lacking:
        return f"read without {', '.join(lacking)}: {ocr.INSTALL}"
    return f"read by tesseract ({', '.join(known)})"


def data() -> str:
    if settings.EMBEDDED:
        return str(settings.DATA_DIR)
    address = urlsplit(settings.DATABASE_URL)
    return f"PostgreSQL at {address.hostname}; files in {settings.DATA_DIR}"
