import socket
import time

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.test import RequestFactory

from tests.limits import limit
from tickets import counters, throttling
from tickets.throttling import allow_intake, client_ip, client_network


@pytest.fixture(autouse=True)
def fresh_throttle(settings, monkeypatch):
    limit(settings, intake="3/hour", status="5/min")
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    cache.clear()


def request_from(address="198.51.100.7", forwarded=None):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {}
    return RequestFactory().post("/", REMOTE_ADDR=address, **headers)


class BrokenCache(LocMemCache):
    """Fails as Redis does when it is gone."""

    calls = 0

    def get(self, *args, **kwargs):
        BrokenCache.calls += 1
        raise ConnectionError("Connection refused")


@pytest.fixture
def broken_cache(monkeypatch):
    BrokenCache.calls = 0
    monkeypatch.setattr(throttling.ClientThrottle, "cache", BrokenCache("broken", {}))


def test_client_ip_without_proxy_ignores_forwarded(settings):
    settings.NUM_PROXIES = 0

    assert client_ip(request_from("198.51.100.7", forwarded="203.0.113.9")) == "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_client_ip_is_what_the_outermost_proxy_of_ours_saw(settings, proxies, forwarded, address):
    settings.NUM_PROXIES = proxies

    assert client_ip(request_from("10.0.0.1", forwarded=forwarded)) == address


@pytest.mark.parametrize(
    "forwarded", ["", ",", "unknown", "999.1.1.1", "[", "a" * 10_000, "' OR 1=1", "::1::"]
)
def test_client_ip_survives_rubbish(settings, forwarded):
    settings.NUM_PROXIES = 1

    assert client_ip(request_from("10.0.0.1", forwarded=forwarded)) == "10.0.0.1"


def test_client_ip_on_a_unix_socket_is_unknown(settings):
    settings.NUM_PROXIES = 0

    assert client_ip(request_from("")) is None


def test_client_network_of_ipv6_is_its_64(settings):
    assert client_network(request_from("2001:db8:1:2:3:4:5:6")) == "2001:db8:1:2::/64"
    assert client_network(request_from("::ffff:203.0.113.9")) == "203.0.113.9"


def test_allow_intake_says_how_long_to_wait():
    waits = [allow_intake(request_from()) for _ in range(4)]

    assert waits[:3] == [None, None, None]
    assert 3500 < waits[3] <= 3600


def test_allow_intake_counts_each_client_apart():
    for _ in range(3):
        allow_intake(request_from("198.51.100.7"))

    assert allow_intake(request_from("198.51.100.8")) is None


def test_allow_intake_counts_neighbours_in_a_64_together():
    for last in range(3):
        allow_intake(request_from(f"2001:db8::{last + 1}"))

    assert allow_intake(request_from("2001:db8::ffff")) is not None
    assert allow_intake(request_from("2001:db8:0:1::1")) is None


@pytest.mark.parametrize("proxies", [0, 1])
def test_allow_intake_is_not_fooled_by_a_forged_header(settings, proxies):
    settings.NUM_PROXIES = proxies
    seen = ", 203.0.113.9" if proxies else ""

    waits = [allow_intake(request_from(forwarded=f"10.1.1.{n}{seen}")) for n in range(4)]

    assert [wait is None for wait in waits] == [True, True, True, False]


def test_allow_intake_waits_even_when_the_rate_was_lowered(settings):
    for _ in range(3):
        allow_intake(request_from())
    limit(settings, intake="1/hour", status="5/min")

    assert allow_intake(request_from()) == 3600


def test_allow_intake_is_open_when_the_cache_is_down(broken_cache):
    assert [allow_intake(request_from()) for _ in range(10)] == [None] * 10


def test_allow_intake_leaves_a_broken_cache_alone_for_a_while(broken_cache, monkeypatch, caplog):
    for _ in range(10):
        allow_intake(request_from())

    assert BrokenCache.calls == 1
    assert caplog.messages == ["the throttle cache failed, no throttling for 10.0 s: ConnectionError"]

    monkeypatch.setattr(counters, "_resting_until", time.monotonic() - 1)
    allow_intake(request_from())

    assert BrokenCache.calls == 2


def test_allow_intake_is_quick_when_redis_does_not_answer(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        timeouts = {"socket_timeout": 1, "socket_connect_timeout": 1}
        monkeypatch.setattr(throttling.ClientThrottle, "cache", RedisCache(address, {"OPTIONS": timeouts}))
        started = time.monotonic()

        waits = [allow_intake(request_from()) for _ in range(20)]

    assert waits == [None] * 20
    assert time.monotonic() - started < 2


def test_allow_intake_counts_a_network_together(settings):
    limit(settings, intake="3/hour", intake_network="5/hour")

    codes = [allow_intake(request_from(f"198.51.100.{n}")) is None for n in range(7)]

    assert codes == [True] * 5 + [False] * 2
    assert allow_intake(request_from("198.51.101.1")) is None


def test_allow_intake_counts_everybody_together_and_says_how_long_to_wait(settings, monkeypatch):
    limit(settings, intake_everyone="4/hour")
    now = 3600.0 * 7 + 600
    monkeypatch.setattr(counters.time, "time", lambda: now)

    waits = [allow_intake(request_from(f"198.51.{n}.1")) for n in range(6)]

    assert waits == [None] * 4 + [3000] * 2


def test_who_is_stopped_alone_uses_up_nothing_of_others(settings):
    limit(settings, intake="2/hour", intake_network="4/hour", intake_everyone="5/hour")
    for _ in range(20):
        allow_intake(request_from("198.51.100.7"))

    assert throttling.INTAKE_OF_ALL.used == 2
    assert allow_intake(request_from("198.51.100.8")) is None


def test_wide_caps_are_open_when_the_cache_is_down(settings, monkeypatch):
    limit(settings, intake="0/hour", intake_network="0/hour", intake_everyone="0/hour")
    broken = BrokenCache("broken", {})
    monkeypatch.setattr(throttling.ClientThrottle, "cache", broken)
    monkeypatch.setattr(counters, "cache", broken)

    assert [allow_intake(request_from()) for _ in range(5)] == [None] * 5


@pytest.mark.parametrize("name", ["add", "incr"])
def test_cache_that_goes_after_the_narrow_limit_opens_the_wide_ones(settings, monkeypatch, name):
    limit(settings, intake_everyone="0/hour")
    fail = type("Fails", (LocMemCache,), {name: lambda self, *args, **more: 1 / 0})
    monkeypatch.setattr(counters, "cache", fail("fails", {}))

    assert [allow_intake(request_from()) for _ in range(3)] == [None] * 3
