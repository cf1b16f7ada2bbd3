from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, ScreenshotFactory, TicketFactory
from tickets import clock, tasks

pytestmark = pytest.mark.django_db


def test_sweep_rings_for_what_nobody_claimed(rung):
    waiting = TicketFactory()
    TicketFactory(lease_until=timezone.now() + timedelta(seconds=60))
    message = MessageFactory(outgoing=True, ticket=TicketFactory(open=True))
    screenshot = ScreenshotFactory(ticket=message.ticket)

    tasks.sweep()

    assert rung == [
        ("triage_ticket", waiting.pk),
        ("deliver_message", message.pk),
        ("clean_screenshot", screenshot.pk),
    ]


def test_sweep_ends_holds(rung):
    ticket = TicketFactory(held=True, hold_until=timezone.now() - timedelta(seconds=1))

    tasks.sweep()

    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_triage_ticket_rings_for_the_reply_and_the_screenshots(rung, model):
    ticket = TicketFactory()
    screenshot = ScreenshotFactory(ticket=ticket)

    tasks.triage_ticket(ticket.pk)

    assert rung == [("deliver_message", ticket.messages.get().pk), ("clean_screenshot", screenshot.pk)]


def test_sweep_rings_even_when_a_hold_cannot_be_ended(rung, monkeypatch):
    waiting = TicketFactory()
    TicketFactory(held=True, hold_until=timezone.now() - timedelta(seconds=1))

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(clock, "_end_hold", fail)

    with pytest.raises(RuntimeError):
        tasks.sweep()

    assert rung == [("triage_ticket", waiting.pk)]


def test_triage_ticket_does_not_ring_for_a_reply_that_is_not_mailed(rung, model):
    ticket = TicketFactory(registered_email="", registered_phone="+6281234567890")

    tasks.triage_ticket(ticket.pk)

    assert (ticket.messages.get().delivery, rung) == ("suppressed", [])
