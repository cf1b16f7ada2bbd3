"""A broker that is away, frozen or has forgotten everything: reports are accepted all the same."""

import shutil
import signal
import statistics

import pytest
from django.conf import settings

from tickets.models import Ticket
from tickets.models.ticket import Status

ACCEPTED_WITHIN = 3.0  # seconds

embedded_only = pytest.mark.skipif(bool(settings.REDIS_URL), reason="REDIS_URL is set: no embedded broker")


def untriaged():
    return Ticket.objects.filter(status=Status.NEW).count()


@embedded_only
def test_embedded_broker_away_while_reports_come_in(product, client, settle):
    product.start()
    folder = product.folder / "broker"
    # Not by its mode: tests may run as root, who may write anywhere.
    shutil.rmtree(folder)
    folder.write_text("a full disk would do the same")

    client.send_many(range(5), at_once=2)
    waiting = untriaged()
    folder.unlink()
    outcome = settle("embedded broker away at submit")

    assert (client.refused, client.unanswered, waiting) == ([], [], 5)
    assert max(client.waits) < ACCEPTED_WITHIN
    assert outcome.is_clean


@embedded_only
def test_embedded_broker_emptied_with_tickets_waiting(product, client, settle):
    product.start_web()
    client.send_many(range(5), at_once=2)

    for bell in (product.folder / "broker").glob("*.msg"):
        bell.unlink()
    product.start_worker()
    product.start_beat()
    outcome = settle("embedded broker emptied")

    assert outcome.acknowledged == 5
    assert outcome.is_clean


def test_redis_stopped_while_reports_come_in(product, own_redis, client, settle):
    product.start()

    own_redis.stop()
    client.send_many(range(5), at_once=2)
    waiting = untriaged()
    own_redis.start()
    outcome = settle("Redis stopped at submit")

    assert (client.refused, client.unanswered, waiting) == ([], [], 5)
    assert max(client.waits) < ACCEPTED_WITHIN
    assert outcome.is_clean


def test_redis_frozen_while_reports_come_in(product, own_redis, client, settle):
    product.start()

    own_redis.process.send(signal.SIGSTOP)
    client.send_many(range(10), at_once=1)
    own_redis.process.send(signal.SIGCONT)
    outcome = settle("Redis frozen at submit")

    assert (client.refused, client.unanswered) == ([], [])
    # Each web process finds out once, by the timeouts of cache and broker, and then asks no more for a while.
    assert max(client.waits) < 5
    assert statistics.median(client.waits) < 1
    assert outcome.is_clean


def test_redis_flushed_with_tickets_waiting(product, own_redis, client, settle):
    product.start_web()
    client.send_many(range(5), at_once=2)

    own_redis.client.flushall()
    product.start_worker()
    product.start_beat()
    outcome = settle("Redis flushed")

    assert outcome.acknowledged == 5
    assert outcome.is_clean


def test_redis_flushed_under_a_running_worker(product, own_redis, client, settle):
    product.start()
    client.send(0)

    own_redis.client.flushall()
    client.send_many(range(1, 5), at_once=2)
    outcome = settle("Redis flushed under a worker")

    assert outcome.acknowledged == 5
    assert outcome.is_clean
