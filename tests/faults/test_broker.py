"""A broker that is away, frozen or has forgotten everything: reports are accepted all the same."""

import shutil
import signal
import statistics
import time

import pytest
from django.conf import settings

from tickets.models import Ticket
from tickets.models.ticket import Status

# Seconds. Each web process finds out once, by the timeouts of cache and broker, then asks no more
# for a while; its first request is slow besides, and the machine may be busy.
ACCEPTED_WITHIN = 5.0
MOSTLY_WITHIN = 1.0

embedded_only = pytest.mark.skipif(bool(settings.REDIS_URL), reason="REDIS_URL is set: no embedded broker")
with_redis = pytest.mark.skipif(
    not (settings.REDIS_URL and shutil.which("redis-server")),
    reason="needs REDIS_URL, and a redis-server on this machine to stop and freeze",
)


def is_quick(client):
    return max(client.waits) < ACCEPTED_WITHIN and statistics.median(client.waits) < MOSTLY_WITHIN


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
    time.sleep(3)  # beat and worker meet the fault too
    waiting = untriaged()
    folder.unlink()
    outcome = settle("embedded broker away at submit")

    assert (client.refused, client.unanswered, waiting) == ([], [], 5)
    assert is_quick(client)
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


@with_redis
def test_redis_stopped_while_reports_come_in(product, own_redis, client, settle):
    product.start()

    own_redis.stop()
    client.send_many(range(5), at_once=2)
    waiting = untriaged()
    own_redis.start()
    outcome = settle("Redis stopped at submit")

    assert (client.refused, client.unanswered, waiting) == ([], [], 5)
    assert is_quick(client)
    assert outcome.is_clean


@with_redis
def test_redis_frozen_while_reports_come_in(product, own_redis, client, settle):
    product.start()

    own_redis.process.send(signal.SIGSTOP)
    client.send_many(range(10), at_once=1)
    own_redis.process.send(signal.SIGCONT)
    outcome = settle("Redis frozen at submit")

    assert (client.refused, client.unanswered) == ([], [])
    assert is_quick(client)
    assert outcome.is_clean


@with_redis
def test_redis_flushed_with_tickets_waiting(product, own_redis, client, settle):
    product.start_web()
    client.send_many(range(5), at_once=2)

    own_redis.client.flushall()
    product.start_worker()
    product.start_beat()
    outcome = settle("Redis flushed")

    assert outcome.acknowledged == 5
    assert outcome.is_clean


@with_redis
def test_redis_flushed_under_a_running_worker(product, own_redis, client, settle):
    product.start()
    client.send(0)

    own_redis.client.flushall()
    client.send_many(range(1, 5), at_once=2)
    outcome = settle("Redis flushed under a worker")

    assert outcome.acknowledged == 5
    assert outcome.is_clean
