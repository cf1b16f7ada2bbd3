"""Whether a domain takes mail: what the DNS says, and what happens when it says nothing."""

import time

import dns.message
import dns.rcode
import dns.resolver
import pytest
from django.core.cache import cache

from tests.mail.dns_server import DnsServer, Zone
from tickets.mail import reachability
from tickets.mail.reachability import PATIENCE, accepts_mail


@pytest.fixture
def server(monkeypatch, settings):
    settings.MAIL_DOMAIN_LOOKUP = True
    cache.clear()
    server = DnsServer()
    monkeypatch.setattr(reachability, "_resolver", server.resolver)
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (Zone({"MX": ["10 mx.contoh.test."]}), True),
        (Zone({"MX": ["0 ."]}), False),
        # RFC 7505 3: a null MX beside another record is no null MX.
        (Zone({"MX": ["0 .", "10 mx.contoh.test."]}), True),
        (Zone({"A": ["192.0.2.1"]}), True),
        (Zone({"AAAA": ["2001:db8::1"]}), True),
        (Zone({"TXT": ["nothing that takes mail"]}), None),
        (Zone(rcode=dns.rcode.NXDOMAIN), False),
        (Zone(rcode=dns.rcode.NXDOMAIN, has_soa=False), None),
        (Zone(rcode=dns.rcode.SERVFAIL), None),
        (Zone(rcode=dns.rcode.REFUSED), None),
    ],
)
def test_answer_of_the_dns_is_read(server, zone, expected):
    server.zones["contoh.test"] = zone

    assert accepts_mail("budi@contoh.test") is expected


@pytest.mark.parametrize(
    "zone", [Zone({"MX": ["10 mx.contoh.test."]}), Zone({"MX": ["0 ."]}), Zone(rcode=dns.rcode.SERVFAIL)]
)
def test_answer_is_remembered(server, zone):
    server.zones["contoh.test"] = zone
    first = accepts_mail("budi@contoh.test")
    asked = len(server.asked)

    second = accepts_mail("siti@CONTOH.test")

    assert (second, len(server.asked)) == (first, asked)


def test_silence_costs_one_ticket_its_patience_and_the_next_nothing(server):
    server.zones["contoh.test"] = Zone(is_silent=True)
    start = time.monotonic()

    first, waited = accepts_mail("budi@contoh.test"), time.monotonic() - start
    second, waited_then = accepts_mail("budi@lain.test"), time.monotonic() - start - waited

    assert (first, second) == (None, None)
    assert 0.5 < waited < PATIENCE + 0.5
    assert waited_then < 0.2


def test_one_patience_is_enough_for_all_questions(server, monkeypatch):
    given = []

    class Slow(dns.resolver.Resolver):
        def resolve(self, name, kind, *, lifetime, **options):
            given.append(lifetime)
            time.sleep(0.3)
            raise dns.resolver.NoAnswer(response=dns.message.make_query(name, kind))

    monkeypatch.setattr(reachability, "_resolver", lambda: Slow(configure=False))

    assert accepts_mail("budi@contoh.test") is None
    assert [seconds < PATIENCE - 0.29 * number for number, seconds in enumerate(given)] == [True] * 3


def test_silence_is_forgotten(server):
    cache.set(reachability.SILENT, True, 60)
    server.zones["contoh.test"] = Zone({"MX": ["10 mx.contoh.test."]})
    quiet = accepts_mail("budi@contoh.test")
    cache.delete(reachability.SILENT)

    assert (quiet, accepts_mail("budi@contoh.test")) == (None, True)


def test_nobody_listens_is_silence(server, monkeypatch):
    resolver = server.resolver()
    server.stop()
    monkeypatch.setattr(reachability, "_resolver", lambda: resolver)
    start = time.monotonic()

    assert accepts_mail("budi@contoh.test") is None
    assert time.monotonic() - start < PATIENCE + 0.5
    assert cache.get(reachability.SILENT)


def test_machine_without_dns_is_silence(server, monkeypatch):
    def unconfigured():
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(reachability, "_resolver", unconfigured)

    assert accepts_mail("budi@contoh.test") is None
    assert cache.get(reachability.SILENT)


@pytest.mark.parametrize(
    "address",
    [
        "budi@gmail.com",
        "budi@yahoo.co.id",
        "+6281234567890",
        "",
        "a@b@contoh.test",
    ],
)
def test_nothing_is_asked_that_is_known_or_no_address(server, address):
    assert accepts_mail(address) is None
    assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "budi@" + "a" * 64 + ".test",
        "budi@" + "a." * 200 + "test",
        "budi@..test",
        "budi@cont oh.test",
        "budi@\x00.test",
        "budi@\ud800.test",
        "budi@\\.test",
        "budi@\u0301.test",
        "budi@[192.0.2.1]",
    ],
)
def test_a_name_that_is_none_says_nothing(server, address):
    assert accepts_mail(address) in (None, False)


def test_switched_off_nothing_is_asked(server, settings):
    settings.MAIL_DOMAIN_LOOKUP = False
    server.zones["contoh.test"] = Zone(rcode=dns.rcode.NXDOMAIN)

    assert accepts_mail("budi@contoh.test") is None
    assert server.asked == []


def test_a_cache_that_is_down_is_no_trouble(server, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
        }
    }

    assert accepts_mail("budi@contoh.test") is None
