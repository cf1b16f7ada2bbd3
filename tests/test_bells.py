import threading

import pytest
from celery.app.task import Task
from kombu.exceptions import OperationalError
from redis.exceptions import OutOfMemoryError

from tests.ops.product import wait_until
from tickets import bells, tasks


@pytest.fixture
def published(monkeypatch):
    """What went to the broker: (task name, rows), one entry per bell."""
    sent = []

    def apply_async(self, args=(), **options):
        sent.append((self.name.removeprefix("tickets.tasks."), args))

    monkeypatch.setattr(Task, "apply_async", apply_async)
    return sent


@pytest.fixture
def ringer(monkeypatch):
    """This process as a web process: its bells go through a thread."""
    monkeypatch.setattr(bells, "GATHER", 0.01)
    ringer = bells.Ringer()
    monkeypatch.setattr(bells, "_ringer", ringer)
    yield ringer
    ringer.finish()


# Redis answers the second one when its memory is full; Kombu passes it on as it is.
@pytest.mark.parametrize("error", [OperationalError, OutOfMemoryError, OSError])
def test_ring_survives_a_broker_that_is_gone_and_stays_quiet_a_while(monkeypatch, error):
    tries = []

    def apply_async(self, args=(), **options):
        tries.append(args)
        raise error

    monkeypatch.setattr(Task, "apply_async", apply_async)

    bells.ring(tasks.deliver_message, 1, 2)
    bells.ring(tasks.deliver_message, 3)

    assert tries == [(1,)]


def test_ring_names_several_rows_in_one_bell_only_where_the_task_takes_them(published):
    bells.ring(tasks.triage_ticket, *range(1, 11))
    bells.ring(tasks.deliver_message, 1, 2)

    assert published == [
        ("triage_ticket", (1, 2, 3, 4, 5, 6, 7, 8)),
        ("triage_ticket", (9, 10)),
        ("deliver_message", (1,)),
        ("deliver_message", (2,)),
    ]


def test_ring_waits_for_nobody_where_a_thread_rings(monkeypatch, ringer):
    is_free, sent = threading.Event(), []

    def apply_async(self, args=(), **options):
        is_free.wait(5)
        sent.extend(args)

    monkeypatch.setattr(Task, "apply_async", apply_async)

    for pk in (1, 2, 3):
        bells.ring(tasks.triage_ticket, pk)
    before = [*sent]
    is_free.set()
    ringer.finish()

    assert (before, sent) == ([], [1, 2, 3])


def test_a_thread_rings_together_for_what_came_while_it_was_busy(monkeypatch, ringer):
    has_begun, is_free, sent = threading.Event(), threading.Event(), []

    def apply_async(self, args=(), **options):
        sent.append(args)
        has_begun.set()
        is_free.wait(5)

    monkeypatch.setattr(Task, "apply_async", apply_async)

    bells.ring(tasks.triage_ticket, 1)
    has_begun.wait(5)
    for pk in (2, 3, 4):
        bells.ring(tasks.triage_ticket, pk)
    is_free.set()
    ringer.finish()

    assert sent == [(1,), (2, 3, 4)]


def test_a_process_that_ends_rings_for_what_it_still_holds(published, ringer, monkeypatch):
    monkeypatch.setattr(bells, "GATHER", 60)
    bells.ring(tasks.triage_ticket, 1)
    wait_until(lambda: published, seconds=5)  # the thread gathers from here on
    bells.ring(tasks.triage_ticket, 2)

    ringer.finish()

    assert published == [("triage_ticket", (1,)), ("triage_ticket", (2,))]
