"""What the workers and beat tell of themselves: signs of life, counters, what their log lines are about.

And what a worker makes ready before it has processes.
Named in settings.CELERY_IMPORTS: only they load it.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from celery.signals import (
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
)
from django.conf import settings
from django.db import Error
from django.utils import timezone

from tickets import advising, log_context, meters, rhythm, signs
from tickets.models.watch import Role

logger = logging.getLogger(__name__)

# Of the tasks that beat rings for, how the last round went is kept.
ROUNDS = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
# A beat that has not turned for so long (seconds) hangs, and gives no sign of life; it turns at least
# every SWEEP_SECONDS.
HANGS_AFTER = 60.0 + settings.SWEEP_SECONDS

_began_at: dict[str, float] = {}


@worker_init.connect
def make_ready(**kwargs: Any) -> None:
    """Read the triage model before the pool's processes are forked off, so that each has it from the start.

    Where it is busy, one that had to read it first would spend its first task's time limit on that, be
    killed, and leave the same to the next.
    """
    advising.make_ready()


@worker_ready.connect
def begin_worker(**kwargs: Any) -> None:
    started_at = timezone.now()

    def give_sign() -> None:
        signs.give(Role.WORKER, started_at=started_at)

    rhythm.begin(give_sign)


@worker_shutdown.connect
def end_worker(**kwargs: Any) -> None:
    rhythm.do_all([signs.take_leave])


@worker_process_init.connect
def begin_process(**kwargs: Any) -> None:
    meters.forget()
    rhythm.begin(meters.keep)


@worker_process_shutdown.connect
def end_process(**kwargs: Any) -> None:
    rhythm.do_all([meters.keep])


@task_prerun.connect
def begin_task(task: Any, task_id: str, **kwargs: Any) -> None:
    asked_by = task.request.get("asked_by") or {}
    log_context.begin_task(name=short(task.name), task_id=task_id, asked_by=asked_by)
    _began_at[task_id] = time.monotonic()


@task_postrun.connect
def end_task(task: Any, task_id: str, state: str | None = None, retval: Any = None, **kwargs: Any) -> None:
    seconds = time.monotonic() - _began_at.pop(task_id, time.monotonic())
    has_failed = state == "FAILURE"
    meters.count("kayasupport_tasks_total", task=short(task.name), result="failed" if has_failed else "ok")
    meters.observe("kayasupport_task_seconds", seconds, task=short(task.name))
    if task.name in ROUNDS:
        _note_round(short(task.name), seconds=seconds, trouble=type(retval).__name__ if has_failed else "")


def short(task_name: str) -> str:
    """The name without its package: tickets.mail.tasks.sweep_mail is sweep_mail."""
    return task_name.rpartition(".")[2]


def _note_round(name: str, *, seconds: float, trouble: str) -> None:
    try:
        signs.note_round(name, seconds=seconds, trouble=trouble)
    except Error as error:
        logger.warning("the round of %s could not be written down: %s", name, type(error).__name__)


class Scheduler(PersistentScheduler):
    """Beat's own, which gives signs of life for as long as it turns.

    They are written by a thread: a database that keeps us waiting must not keep the bells waiting.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.started_at = timezone.now()
        self.turned_at = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not self.turned_at:
            rhythm.begin(self.give_sign)
        self.turned_at = time.monotonic()
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        super().close()
        rhythm.do_all([signs.take_leave])

    def give_sign(self) -> None:
        if time.monotonic() - self.turned_at < HANGS_AFTER:
            signs.give(Role.BEAT, started_at=self.started_at)
