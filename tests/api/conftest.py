"""Fixtures of the API tests: a client, a report, and counters that begin at nothing."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from tests.factories import AgentFactory
from tickets import api_keys, counters, links


@pytest.fixture(autouse=True)
def fresh_throttle(own_folders, monkeypatch):
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    cache.clear()


@pytest.fixture
def api() -> APIClient:
    # A 500 is an answer to look at, not an exception of the test.
    return APIClient(raise_request_exception=False)


@pytest.fixture
def report() -> dict:
    return {
        "registered_email": "budi@contoh.id",
        "signed_up_at": (timezone.now() - timedelta(minutes=20)).isoformat(timespec="seconds"),
        "tried": ["waited", "spam"],
        "device": "Android 14, Chrome",
        "description": "kode otp ga masuk2 udah 20 menit, udah cek spam",
    }


@pytest.fixture
def bearer():
    return lambda ticket: {"HTTP_AUTHORIZATION": f"Bearer {links.token_for(ticket)}"}


@pytest.fixture
def key():
    """Make a key with these scopes; return the header that shows it."""
    maker = AgentFactory()

    def make(*scopes):
        _key, token = api_keys.make(name="Penjawab", scopes=scopes, expires_at=None, by=maker)
        return {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    return make
