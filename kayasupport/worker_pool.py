"""Celery's pool of processes, with locks that die with whoever holds them.

Where the broker cannot be waited for by an event loop, as the embedded one, the processes share
two pipes, and take turns at them by semaphores. An idle process waits for work with the semaphore
in hand; killed then (kill -9, out of memory), it would take it along, and the worker would live on
without ever working again. The kernel gives a record lock back when its process ends (fcntl(2)).
"""

from __future__ import annotations

import fcntl
import tempfile
from typing import Any

from billiard.pool import Pool
from celery.concurrency import prefork


class RecordLock:
    """Excludes processes, not threads; none of them asks for it in two threads."""

    def __init__(self) -> None:
        # Open for as long as the lock is. A process has it open once: closing any other
        # descriptor of the same file would give the lock back.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115

    def acquire(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()


class LastingPool(Pool):
    _inqueue: Any
    _outqueue: Any

    def _setup_queues(self) -> None:
        super()._setup_queues()  # type: ignore[misc]
        for queue in (self._inqueue, self._outqueue):
            queue._rlock, queue._wlock = RecordLock(), RecordLock()


class TaskPool(prefork.TaskPool):
    """What settings.CELERY_WORKER_POOL names; an event loop's own pool has a pipe for each process."""

    BlockingPool: Any = LastingPool
