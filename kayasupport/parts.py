"""The three parts that `manage.py dev` supervises: web, worker, beat."""

from __future__ import annotations

import os
import threading
import time
import warnings
from typing import Any

from celery.exceptions import SecurityWarning
from celery.signals import setup_logging, worker_process_init
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

from kayasupport import web_server
from kayasupport.celery import app
from kayasupport.charset import Utf8
from kayasupport.supervisor import die_with_parent

WEB = {"workers": 2, "threads": 4}
POOL = 2
WATCH = 1.0  # seconds


class WebServer(BaseApplication):
    def __init__(self, **options: Any):
        self.options = options
        super().__init__()

    def load_config(self):
        ours = {name: value for name, value in vars(web_server).items() if name in self.cfg.settings}
        for name, value in {**ours, **self.options}.items():
            self.cfg.set(name, value)

    def load(self):
        return Utf8(get_wsgi_application())


def serve(descriptor: int) -> None:
    """Answer requests on a socket that is already listening."""
    WebServer(bind=f"fd://{descriptor}", post_fork=_end_with_master, **WEB).run()


def work() -> None:
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    _celery("worker", "--pool=prefork", f"--concurrency={POOL}", *alone)


def beat() -> None:
    # The lock of the data folder keeps a second beat away; a pid file would outlive kill -9.
    _celery("beat", "--pidfile=")


def _celery(*arguments: str) -> None:
    # Django's LOGGING is in force already; celery must not add its own.
    setup_logging.connect(_leave_logging_alone)
    global _master
    _master = os.getpid()
    worker_process_init.connect(_watch_master)
    # Root is an ordinary user of a fresh machine or container, and only JSON is accepted.
    warnings.simplefilter("ignore", SecurityWarning)
    app.start(["--quiet", *arguments])


# Noted before the pool is forked: a child that asks later may have been adopted by then.
_master = 0


def _leave_logging_alone(**kwargs: Any) -> None:
    pass


def _end_with_master(arbiter: Any, worker: Any) -> None:
    die_with_parent(worker.ppid)


def _watch_master(**kwargs: Any) -> None:
    """End this pool process soon after its master has died.

    Not by die_with_parent: celery may fork from a thread, and ends that thread at the
    beginning of an orderly stop, while tasks are still running.
    """
    threading.Thread(target=_exit_without, args=(_master,), daemon=True).start()


def _exit_without(master: int) -> None:
    while os.getppid() == master:
        time.sleep(WATCH)
    os._exit(1)
