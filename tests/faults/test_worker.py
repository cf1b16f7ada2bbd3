"""Workers that die, and workers that are many."""

import os
import re
import signal

import pytest

from tests.faults.conftest import is_finished
from tests.processes import until

STALLED = "tests.faults.stalled_triage"


@pytest.fixture
def stall(product, tmp_path):
    """A file; while it is there, triage stops in the middle, and says so in `stall.reached`."""
    file = tmp_path / "stall"
    file.touch()
    product.own_settings |= {"STALL_FILE": str(file)}
    return file


def wait_for_stalled_triage(stall):
    until(stall.with_suffix(".reached").exists, within=20, what="a worker is in the middle of triage")


def test_two_workers_share_thirty_tickets(product, client, settle):
    product.start()
    product.start_worker()

    client.send_many(range(30))
    outcome = settle("two workers, thirty tickets")

    assert (client.refused, client.unanswered) == ([], [])
    assert outcome.acknowledged == 30
    assert outcome.is_clean


def test_worker_killed_in_the_middle_of_triage(product, client, settle, stall):
    product.start(include=STALLED)
    client.send_many(range(5))
    wait_for_stalled_triage(stall)

    product.worker.kill()
    stall.unlink()
    product.start_worker(include=STALLED)
    outcome = settle("worker killed -9 in triage")

    assert outcome.acknowledged == 5
    assert outcome.is_clean


def test_pool_process_killed_in_the_middle_of_triage(product, client, settle, stall):
    product.start(include=STALLED)
    client.send_many(range(5))
    wait_for_stalled_triage(stall)

    os.kill(int(stall.with_suffix(".reached").read_text()), signal.SIGKILL)
    stall.unlink()
    outcome = settle("pool process killed -9 in triage")

    assert outcome.acknowledged == 5
    assert outcome.is_clean


def test_pool_processes_killed_while_they_wait_for_work(product, client, settle):
    product.start()
    client.send(0)
    until(is_finished, within=20, what="the pool has worked, and waits")

    for pid in product.worker.children():
        os.kill(pid, signal.SIGKILL)
    client.send_many(range(1, 6))
    outcome = settle("idle pool processes killed -9")

    assert outcome.acknowledged == 6
    assert outcome.is_clean
    # By the worker, before the first of them was forked off; none has to read it before it can work.
    assert len(re.findall(r"triage model \w+ read", product.worker.output)) == 1


def test_worker_frozen_past_its_lease_does_not_answer_twice(product, client, settle, stall):
    product.start(include=STALLED)
    client.send(1)
    wait_for_stalled_triage(stall)

    product.worker.send(signal.SIGSTOP)
    frozen = product.worker
    stall.unlink()
    product.start_worker()
    settle("worker frozen in triage, another takes over")
    frozen.send(signal.SIGCONT)
    until(lambda: "succeeded" in frozen.output, within=30, what="the frozen worker has finished its task")
    outcome = settle("worker frozen in triage, and back")

    assert outcome.acknowledged == 1
    assert outcome.is_clean
