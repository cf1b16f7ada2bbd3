"""Workers that die or whose clock is wrong, tickets that kill them, and no beat."""

import os
import random
import signal
import threading
import uuid

import httpx
import pytest
from django.conf import settings

from tests.faults.clients import report
from tests.faults.drills.conftest import clock_off_by
from tests.faults.poisoned_triage import HANGS, KILLS
from tests.mail_sink import OK, Hang, Say, Take
from tickets.models import Ticket

POISON = "tests.faults.poisoned_triage"


def kill_one_of_the_pool(product):
    pids = product.worker.children()
    if pids:
        os.kill(random.choice(pids), signal.SIGKILL)


def test_pool_processes_killed_while_they_work(product, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.1)
    drill.hurt(lambda: kill_one_of_the_pool(product), times=10, every=0.5)
    drill.over()
    outcome = settle("pool processes killed -9 while they work")

    # One may have been killed between the 250 and its commit; the mail is the same one then.
    assert (outcome.auto_replies, outcome.mailed) == (outcome.acknowledged,) * 2
    assert outcome.duplicates <= drill.faults


@pytest.mark.any_engine
def test_worker_killed_and_started_again(product, drill, settle):
    product.start()

    def replace():
        product.worker.kill()
        product.start_worker()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(replace, times=2)
    drill.over()
    outcome = settle("worker killed -9 and started again")

    assert (outcome.auto_replies, outcome.mailed) == (outcome.acknowledged,) * 2
    assert outcome.duplicates <= 2 * drill.faults  # as many as its pool had in hand


@pytest.mark.parametrize("when", ["before", "after"])
def test_worker_killed_around_the_250(product, sink, drill, settle, when):
    product.start()
    killed = threading.Event()

    def kill():
        product.worker.kill()
        killed.set()

    def answer(mail):
        # The tenth mail, once.
        if len(sink.tries) != 10 or killed.is_set():
            return Say(OK)
        if when == "after":
            return Take(then=kill)
        threading.Thread(target=kill).start()
        return Hang()

    sink.answer = answer
    load = drill.begin()
    assert killed.wait(30)
    drill.faults = 1
    product.start_worker()
    drill.over()
    load.reach(1.0)
    outcome = settle(f"worker killed -9 {when} the mail server's 250")

    assert (outcome.auto_replies, outcome.mailed) == (outcome.acknowledged,) * 2
    # The one window that no outbox can close: the same mail twice, to be known by its Message-ID.
    assert outcome.duplicates <= (2 if when == "after" else 1)


@pytest.mark.skipif(settings.EMBEDDED, reason="SQLite: all workers share one machine, and its clock")
@pytest.mark.parametrize("hours", [1, -1])
def test_a_worker_with_a_wrong_clock_beside_a_right_one(product, drill, settle, hours):
    product.start()

    load = drill.begin()
    load.reach(0.1)
    drill.hurt(lambda: product.start_worker(**clock_off_by(hours)))
    load.reach(1.0)
    drill.over()
    outcome = settle(f"one of two workers with its clock {hours:+} h")

    assert outcome.is_clean


def test_web_with_a_wrong_clock(product, drill, settle):
    product.start_worker()
    product.start_beat()
    product.start_web(**clock_off_by(1))

    load = drill.begin()
    drill.faults = 1
    load.reach(1.0)
    drill.over()
    outcome = settle("web with its clock +1 h")

    assert outcome.is_clean


@pytest.mark.any_engine
def test_beat_dead_while_people_report(product, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(product.processes[2].kill)
    load.reach(1.0)
    drill.over()
    outcome = settle("beat killed -9, and not started again")

    assert outcome.is_clean


@pytest.mark.any_engine
def test_poisoned_tickets_are_given_to_the_agents_in_the_end(product, drill, settle):
    product.start(include=POISON)

    def report_poison(number, text):
        body = {**report(number), "registered_email": f"racun{number}@contoh.id", "description": text}
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return httpx.post(f"{product.url}/api/v1/tickets/", json=body, headers=key).json()["reference"]

    load = drill.begin()
    load.reach(0.2)
    poisoned = [report_poison(number, text) for number, text in enumerate([KILLS, HANGS])]
    drill.faults = 2
    load.reach(1.0)
    drill.over()
    outcome = settle("a ticket that kills its worker, and one that never ends", within=240)

    for ticket in Ticket.objects.filter(reference__in=poisoned):
        assert (ticket.status, ticket.attention) == ("open", "triage_failed")
    assert outcome.is_clean
