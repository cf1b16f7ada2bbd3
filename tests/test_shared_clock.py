"""The clock of leases and back-offs, on a machine whose own clock is wrong."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets import shared_clock
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=5)


@pytest.fixture
def wrong(monkeypatch):
    """Set the clock of this machine wrong; the database has one of its own, where it is a server."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has the clock of this machine")
    right = timezone.now

    def set_wrong(by):
        monkeypatch.setattr(timezone, "now", lambda: right() + by)
        shared_clock.forget()
        return right()

    return set_wrong


def test_on_one_machine_nobody_is_asked(django_assert_num_queries):
    shared_clock.forget()

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 0):
        first, second = shared_clock.now(), shared_clock.now()

    assert timedelta() <= second - first < SOON
    assert abs(timezone.now() - second) < SOON


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_time_is_the_databases_whatever_our_clock_says(wrong, by):
    right = wrong(by)

    assert abs(shared_clock.now() - right) < SOON


def test_lease_of_another_runs_on_though_our_clock_is_fast(wrong):
    ticket = TicketFactory()
    Ticket.objects.claim(ticket.pk)

    wrong(HOUR)

    assert Ticket.objects.claim(ticket.pk) is None


def test_message_put_back_by_a_fast_clock_is_due_for_the_others(wrong):
    message = MessageFactory(outgoing=True, delivery="queued", sent_at=None, deliver_after_at=timezone.now())

    wrong(-HOUR)

    assert Message.objects.claim(message.pk) is not None
