"""A worker's pool, when a process of it dies with a lock in its hand."""

import os

import pytest
from billiard.context import BaseContext

from kayasupport.worker_pool import Counting, LastingPool, TaskPool


@pytest.fixture
def pool(monkeypatch):
    """Its counter is locked, as by a process that was killed while it looked at it."""
    as_shipped = BaseContext.Value
    counters = []

    def value(*args, **options):
        counters.append(as_shipped(*args, **options))
        counters[-1].get_lock().acquire()
        return counters[-1]

    monkeypatch.setattr(BaseContext, "Value", value)
    made = LastingPool(1)
    yield made
    for counter in counters:
        counter.get_lock().release()
    made.terminate()
    made.join()
    for queue in (made._inqueue, made._outqueue):
        queue._rlock._file.close()
        queue._wlock._file.close()


def test_results_are_taken_though_their_counter_is_locked(pool):
    pid = pool._pool[0].pid

    results = [pool.apply_async(os.getpid) for _ in range(3)]

    assert [result.get(timeout=10) for result in results] == 3 * [pid]
    assert pool._on_ready_counters[pid].value >= 2  # the last is counted after it is told


def test_pool_of_either_broker_counts_so():
    assert issubclass(TaskPool.Pool, Counting)
    assert issubclass(TaskPool.BlockingPool, Counting)
