"""How full the caps are that all share."""

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory
from django.urls import reverse

from tests.admin.conftest import signed_in
from tests.factories import AgentFactory, MessageFactory
from tests.limits import limit
from tickets import cap_levels, counters
from tickets.throttling import allow_intake

pytestmark = pytest.mark.django_db

OPERATIONS = reverse("admin:tickets_pulse_changelist")


@pytest.fixture(autouse=True)
def fresh(settings, monkeypatch):
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    now = counters.time.time()
    monkeypatch.setattr(counters.time, "time", lambda: now)
    cache.clear()


@pytest.fixture
def lead():
    return signed_in(AgentFactory(role="lead"))


def levels():
    cap_levels.forget()
    return {level.name: (level.used, level.limit) for level in cap_levels.levels()}


def come(number):
    for n in range(number):
        allow_intake(RequestFactory().post("/", REMOTE_ADDR=f"198.51.{n}.1"))


def test_levels_say_what_is_used_of_each_cap(settings):
    settings.AUTO_REPLIES_PER_HOUR, settings.MAILS_ANSWERED_PER_HOUR = 2, 50
    limit(settings, intake_everyone="7/hour")
    come(3)
    MessageFactory.create_batch(3, outgoing=True, kind="auto_reply")

    assert levels() == {"reports": (3, 7), "automatic_mail": (2, 2), "mails_answered": (0, 50)}


def test_level_of_a_cap_whose_cache_is_gone_is_unknown(monkeypatch):
    come(1)
    monkeypatch.setattr(
        counters, "cache", type("Gone", (LocMemCache,), {"get": lambda *args: 1 / 0})("x", {})
    )

    assert levels()["reports"][0] is None


def test_operations_show_a_cap_that_is_full(lead, house_at_work, settings):
    limit(settings, intake_everyone="2/hour")
    come(3)

    page = lead.get(OPERATIONS).text

    assert "Batas bersama, dalam jam ini" in page
    assert "penuh" in page


def test_operations_say_that_a_cap_is_open_while_the_cache_is_gone(lead, house_at_work, monkeypatch):
    monkeypatch.setattr(counters, "_resting_until", counters.time.monotonic() + 60)

    assert "terbuka: cache tidak menjawab" in lead.get(OPERATIONS).text


def test_metrics_have_used_and_limit(client, settings):
    settings.METRICS_TOKEN = "rahasia-pemantau-1234567890"
    limit(settings, intake_everyone="7/hour")
    come(3)

    page = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}).text

    assert 'kayasupport_cap_used{cap="reports"} 3.0' in page
    assert 'kayasupport_cap_limit{cap="reports"} 7.0' in page
