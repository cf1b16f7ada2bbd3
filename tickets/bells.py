"""Bells: telling the workers that rows wait, at once or through a thread that gathers them."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import defaultdict
from typing import Any, TypeAlias

from celery import Task

from tickets import log_context, meters

logger = logging.getLogger(__name__)

# After a bell that the broker did not take, how long we do not try another (seconds): every
# try may cost the requester the broker's timeout.
QUIET = 5.0
# A thread that has just rung waits so long (seconds) for more bells, and rings for them together.
GATHER = 0.05
# At the end of a process, for the bells still in hand (seconds). The sweep finds what is left.
LAST_BELLS = 1.0

# Each row with the id of the request that it is rung for, or "".
Waiting: TypeAlias = dict[Task, list[tuple[int, str]]]

_quiet_until = 0.0


def ring(task: Task, *pks: int) -> None:
    """Tell the workers that these rows wait; never raise, never wait long."""
    request_id = log_context.request_id()
    rows = [(pk, request_id) for pk in pks]
    if _ringer is None:
        _publish({task: rows})
    else:
        _ringer.take(task, rows)


def ring_from_a_thread() -> None:
    """From now on, this process hands its bells to a thread, and waits for no broker.

    For web processes: to publish a bell costs a seventh of a submission, and one for eight
    rows costs what one for a single row does.
    """
    global _ringer
    _ringer = Ringer()
    atexit.register(_ringer.finish)


class Ringer:
    """A thread that rings at once for the first bell, and then for all that came in GATHER seconds."""

    def __init__(self) -> None:
        self._waiting: Waiting = defaultdict(list)
        self._lock = threading.Lock()
        self._came = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="bells", daemon=True)
        self._thread.start()

    def take(self, task: Task, rows: list[tuple[int, str]]) -> None:
        with self._lock:
            self._waiting[task] += rows
        self._came.set()

    def finish(self) -> None:
        """Ring for what is still in hand, within LAST_BELLS seconds."""
        self._ending.set()
        self._came.set()
        self._thread.join(LAST_BELLS)

    def _work(self) -> None:
        while not self._ending.is_set():
            self._came.wait()
            self._came.clear()
            _publish(self._taken())
            self._ending.wait(GATHER)
        _publish(self._taken())

    def _taken(self) -> Waiting:
        with self._lock:
            taken, self._waiting = self._waiting, defaultdict(list)
        return taken


_ringer: Ringer | None = None


def _publish(waiting: Waiting) -> None:
    """Ring for every row; a task with the option `at_once` is told of so many rows in one bell."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        _count(waiting, result="not_taken")
        return
    try:
        for task, rows in waiting.items():
            step = getattr(task, "at_once", 1)
            for start in range(0, len(rows), step):
                _send(task, rows[start : start + step])
        _count(waiting, result="rung")
    except Exception as error:  # each broker fails in its own way: a full Redis is no error of Kombu's
        # The sweep will find the rows. Nothing is lost but seconds.
        _quiet_until = time.monotonic() + QUIET
        _count(waiting, result="not_taken")
        logger.warning("the broker did not take a bell: %s", type(error).__name__)


def _send(task: Task, rows: list[tuple[int, str]]) -> None:
    asked_by: Any = {str(pk): request_id for pk, request_id in rows if request_id}
    task.apply_async(tuple(pk for pk, _ in rows), headers={"asked_by": asked_by} if asked_by else {})


def _count(waiting: Waiting, *, result: str) -> None:
    for task, rows in waiting.items():
        if rows:
            name = str(task.name).rpartition(".")[2]
            meters.count("kayasupport_bells_total", len(rows), task=name, result=result)
