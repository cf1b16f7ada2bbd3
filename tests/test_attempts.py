"""Tries to sign in are counted before they are looked at."""

import time

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory

from tests.factories import AgentFactory
from tickets import attempts, counters


@pytest.fixture(autouse=True)
def fresh(settings, monkeypatch):
    settings.NUM_PROXIES = 0
    rates = {"sign_in": "2/hour", "sign_in_network": "4/hour", "sign_in_account": "6/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    # A test that begins in one window and ends in the next one would count anew.
    now = time.time()
    monkeypatch.setattr(counters.time, "time", lambda: now)
    cache.clear()


def knock(account="rina", address="198.51.100.7", forwarded=""):
    request = RequestFactory().post("/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)
    try:
        attempts.begin_password(request, account=account)
    except counters.TooMany:
        return False
    return True


def test_begin_password_stops_guessing_at_one_account():
    assert [knock() for _ in range(3)] == [True, True, False]
    assert knock(account="andi") is True


def test_begin_password_counts_all_accounts_from_one_network():
    tries = [knock(account=f"agen{n}") for n in range(5)]

    assert tries == [True, True, True, True, False]
    assert knock(account="agen9", address="203.0.113.9") is True


def test_begin_password_counts_one_account_from_everywhere():
    tries = [knock(address=f"203.0.113.{n}") for n in range(7)]

    assert tries == [True] * 6 + [False]


def test_stranger_at_one_address_does_not_shut_the_owner_out():
    for _ in range(50):
        knock()

    assert knock(address="203.0.113.9") is True


def test_forged_forwarding_header_gains_nothing():
    tries = [knock(forwarded=f"203.0.113.{n}") for n in range(3)]

    assert tries == [True, True, False]


def test_proxies_of_ours_tell_clients_apart(settings):
    settings.NUM_PROXIES = 1

    tries = [knock(forwarded=f"1.1.1.1, 203.0.113.{n}") for n in range(3)]

    assert tries == [True, True, True]


def test_succeed_gives_the_try_back():
    request = RequestFactory().post("/")

    for _ in range(10):
        attempts.begin_password(request, account="rina").succeed()


def test_many_at_once_are_not_looked_at_before_they_are_counted():
    """None of them has failed yet; the third is stopped all the same."""
    assert [knock() for _ in range(3)].count(True) == 2


@pytest.mark.django_db
def test_begin_proof_follows_the_person_from_address_to_address():
    user = AgentFactory()

    def prove(address):
        try:
            attempts.begin_proof(RequestFactory().post("/", REMOTE_ADDR=address), user=user)
        except counters.TooMany:
            return False
        return True

    assert [prove(f"203.0.113.{n}") for n in range(3)] == [True, True, False]


def test_too_many_says_until_when(monkeypatch):
    monkeypatch.setattr(counters.time, "time", lambda: 3600 * 7 + 600.5)
    knock()
    knock()

    with pytest.raises(counters.TooMany) as refusal:
        attempts.begin_password(RequestFactory().post("/", REMOTE_ADDR="198.51.100.7"), account="rina")

    assert refusal.value.wait == 3000


def test_next_window_begins_at_nothing(monkeypatch):
    for _ in range(3):
        knock()
    later = counters.time.time() + 3600
    monkeypatch.setattr(counters.time, "time", lambda: later)

    assert knock() is True


def test_cache_keeps_no_name():
    knock(account="rina@kantor.test")

    assert [key for key in LocMemCache("", {})._cache if "rina" in key] == []


def test_cache_that_is_down_lets_everybody_try(monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(counters, "cache", type("Broken", (), {"add": fail, "incr": fail, "decr": fail}))

    assert [knock() for _ in range(20)] == [True] * 20
