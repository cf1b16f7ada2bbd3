"""Celery's pool of processes, with locks that die with whoever holds them, or that nobody waits for.

Where the broker cannot be waited for by an event loop, as the embedded one, the processes share
two pipes, and take turns at them by semaphores. An idle process waits for work with the semaphore
in hand; killed then (kill -9, out of memory), it would take it along, and the worker would live on
without ever working again. The kernel gives a record lock back when its process ends (fcntl(2)).

With any broker, a process that is ended looks every 0.1 s whether its last result was counted, and
takes the counter's semaphore for it. At the hard time limit it is killed 0.1 s after it was asked to
end, so quite likely with that in its hand; the worker would wait for it at the next count, for ever.
"""

from __future__ import annotations

import fcntl
import tempfile
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from billiard.pool import Pool
from celery.concurrency import prefork
from celery.concurrency.asynpool import AsynPool


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


class Count:
    """A counter of billiard's for the one who counts, without its lock: the other only looks.

    Four bytes in a row are read whole.
    """

    def __init__(self, locked: Any) -> None:
        self._count = locked.get_obj()

    def get_lock(self) -> AbstractContextManager[None]:
        return nullcontext()

    @property
    def value(self) -> int:
        return self._count.value

    @value.setter
    def value(self, value: int) -> None:
        self._count.value = value


class Counting:
    """Of a pool: its own side of the counters that it shares with its processes."""

    _on_ready_counters: dict[int, Any]

    def _create_worker_process(self, i: int) -> Any:
        process = super()._create_worker_process(i)  # type: ignore[misc]
        self._on_ready_counters[process.pid] = Count(self._on_ready_counters[process.pid])
        return process


class EventPool(Counting, AsynPool):
    pass


class LastingPool(Counting, Pool):
    _inqueue: Any
    _outqueue: Any

    def _setup_queues(self) -> None:
        super()._setup_queues()  # type: ignore[misc]
        for queue in (self._inqueue, self._outqueue):
            queue._rlock, queue._wlock = RecordLock(), RecordLock()


class TaskPool(prefork.TaskPool):
    """What settings.CELERY_WORKER_POOL names; an event loop's own pool has a pipe for each process."""

    Pool: Any = EventPool
    BlockingPool: Any = LastingPool
