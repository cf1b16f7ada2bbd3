"""Fixtures of the fuzzing: nobody is turned away for knocking too often, and what there is to knock at."""

import pytest
from django.core.cache import cache

from tests.fuzz import budget
from tests.limits import lift_all
from tickets import counters

PREFILL_KEY = "k" * 40


def pytest_collection_finish(session):
    budget.divide(sum(hasattr(item.obj, budget.MARK) for item in session.items if hasattr(item, "obj")))


@pytest.fixture(autouse=True)
def unthrottled(settings, monkeypatch):
    lift_all(settings)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    cache.clear()


@pytest.fixture(autouse=True)
def open_house(settings):
    """Every door that a setting opens is open."""
    settings.EMBED_PARENTS = ["https://daftar.contoh.id"]
    settings.PREFILL_KEYS = [PREFILL_KEY]
    settings.BOUNCE_ADDRESS = "pantul@kantor.test"
    settings.SUPPORT_MAILBOX = "bantuan@kantor.test"
