"""A broker that is away, frozen, full or forgetful: reports are accepted all the same."""

import shutil
import signal
import time

import pytest
import redis
from django.conf import settings

embedded_only = pytest.mark.skipif(bool(settings.REDIS_URL), reason="REDIS_URL is set: no embedded broker")
with_redis = pytest.mark.skipif(
    not (settings.REDIS_URL and shutil.which("redis-server")),
    reason="needs REDIS_URL, and a redis-server on this machine to hurt",
)


@embedded_only
def test_embedded_broker_away(product, drill, settle):
    product.start()
    folder = product.folder / "broker"

    def replace_by_a_file():
        # Not by its mode: tests may run as root, who may write anywhere.
        shutil.rmtree(folder)
        folder.write_text("a full disk would do the same")

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(replace_by_a_file)
    load.reach(0.8)
    folder.unlink()
    drill.over()
    outcome = settle("embedded broker away")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@embedded_only
def test_embedded_broker_emptied_again_and_again(product, drill, settle):
    product.start()

    def empty():
        for bell in (product.folder / "broker").glob("*.msg"):
            bell.unlink(missing_ok=True)

    drill.begin().reach(0.1)
    drill.hurt(empty, times=10, every=0.3)
    drill.over()
    outcome = settle("embedded broker emptied again and again")

    assert outcome.is_clean


@with_redis
def test_redis_stopped_and_started_empty(product, own_redis, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(own_redis.stop)
    load.reach(0.8)
    own_redis.start()
    drill.over()
    outcome = settle("Redis stopped; started again without its data")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@with_redis
def test_redis_frozen(product, own_redis, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(lambda: own_redis.process.send(signal.SIGSTOP))
    load.reach(0.8)
    own_redis.process.send(signal.SIGCONT)
    drill.over()
    outcome = settle("Redis frozen (SIGSTOP)")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@with_redis
def test_redis_flushed_again_and_again(product, own_redis, drill, settle):
    product.start()

    drill.begin().reach(0.1)
    drill.hurt(own_redis.client.flushall, times=10, every=0.3)
    drill.over()
    outcome = settle("Redis flushed again and again")

    assert outcome.is_clean


@with_redis
def test_redis_full(product, own_redis, drill, settle):
    product.start()

    def fill():
        own_redis.client.config_set("maxmemory-policy", "noeviction")
        own_redis.client.config_set("maxmemory", "1mb")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            own_redis.client.set("anything", "at all")

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(fill)
    load.reach(0.8)
    own_redis.client.config_set("maxmemory", "0")
    drill.over()
    outcome = settle("Redis full (maxmemory, noeviction)")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@with_redis
def test_redis_restarted_again_and_again(product, own_redis, drill, settle):
    product.start()

    def restart():
        own_redis.stop()
        time.sleep(1)
        own_redis.start()

    drill.begin().reach(0.2)
    # Kombu 5.7 ends a worker whose broker goes away once more while it connects again.
    drill.keep_worker_up()
    drill.hurt(restart, times=3, every=1)
    drill.over()
    outcome = settle("Redis restarted without AOF, three times")

    assert outcome.is_clean
