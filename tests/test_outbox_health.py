from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import MessageFactory
from tickets import outbox_health

pytestmark = pytest.mark.django_db


def failed(address, *, ago=timedelta(hours=1), **columns):
    at = timezone.now() - ago
    return MessageFactory(outgoing=True, delivery="failed", failed_at=at, recipient=address, **columns)


def test_empty_outbox_is_healthy():
    health = outbox_health.look()

    assert (health.oldest, health.unsent, health.failing, health.suppressed) == (None, 0, [], 0)


def test_domains_are_counted_worst_first_with_the_latest_code():
    failed("a@contoh.id", ago=timedelta(hours=3), bounce_status="5.1.1")
    failed("b@Contoh.id", bounce_status="5.2.2")
    failed("a@lain.id")
    failed("a@lama.id", ago=timedelta(hours=25))

    found = [(each.domain, each.failed, each.status) for each in outbox_health.failing_domains()]

    assert found == [("contoh.id", 2, "5.2.2"), ("lain.id", 1, "")]


def test_breakers_that_work_are_told_the_busiest_first():
    now = timezone.now()
    for code, ago in [("ip_hour", 5), ("everyone_hour", 9), ("everyone_hour", 1), ("everyone_hour", 90)]:
        MessageFactory(
            delivery="suppressed",
            suppressed_because=code,
            created_at=now - timedelta(minutes=ago),
            kind="auto_reply",
        )
    MessageFactory(delivery="suppressed", suppressed_because="address_hour", kind="auto_reply")

    found = [(each.code, each.held_back) for each in outbox_health.look().tripped]

    assert found == [("everyone_hour", 2), ("ip_hour", 1)]


def test_what_is_being_sent_waits_too():
    sending = MessageFactory(outgoing=True, delivery="sending")
    MessageFactory(outgoing=True)

    health = outbox_health.look()

    assert (health.oldest, health.unsent) == (sending, 2)
