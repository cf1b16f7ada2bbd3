from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.factories import MessageFactory, ScreenshotFactory, TicketFactory
from tests.screens import install
from tickets import clock, tasks
from tickets.models import Figures, OpenWork, Reading
from tickets.turns import turn

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


def test_sweep_rings_for_what_waits_to_be_read(rung):
    waiting = ScreenshotFactory(state="clean", clean_path="x", cleaned_at=timezone.now(), ticket__open=True)
    Reading.objects.create(screenshot=waiting)
    done = ScreenshotFactory(state="clean", clean_path="y", cleaned_at=timezone.now(), ticket=waiting.ticket)
    Reading.objects.create(screenshot=done, state="skipped", ended_at=timezone.now())

    tasks.sweep()

    assert rung == [("read_screenshot", waiting.pk)]


def test_clean_screenshot_rings_for_the_reading(rung, monkeypatch):
    monkeypatch.setattr(tasks.cleaning, "clean_screenshot", lambda pk: pk == 1)

    tasks.clean_screenshot(1)
    tasks.clean_screenshot(2)

    assert rung == [("read_screenshot", 1)]


def test_clean_screenshot_rings_for_the_ticket_that_waits_no_longer(rung):
    ticket = TicketFactory(triage_after_at=timezone.now() + timedelta(seconds=15))
    gone = ScreenshotFactory(ticket=ticket, attempts=5)

    tasks.clean_screenshot(gone.pk)

    assert rung == [("triage_ticket", ticket.pk)]


def test_read_screenshot_rings_for_triage_and_the_next_one(rung, settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    install(tmp_path, monkeypatch, reads="exit 1")
    ticket = TicketFactory(triage_after_at=timezone.now() + timedelta(seconds=15))
    first = ScreenshotFactory(state="clean", clean_path="x", cleaned_at=timezone.now(), ticket=ticket)
    other = ScreenshotFactory(state="clean", clean_path="y", cleaned_at=timezone.now())
    for screenshot in (first, other):
        Reading.objects.create(screenshot=screenshot)

    tasks.read_screenshot(first.pk)

    assert rung == [("triage_ticket", ticket.pk), ("read_screenshot", other.pk)]


def test_read_screenshot_without_a_turn_rings_for_nothing(rung, settings, tmp_path):
    settings.DATA_DIR, settings.OCR_AT_ONCE = tmp_path, 1
    screenshot = ScreenshotFactory(state="clean", clean_path="x", cleaned_at=timezone.now())
    Reading.objects.create(screenshot=screenshot)

    with turn():
        tasks.read_screenshot(screenshot.pk)

    assert rung == []


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


def test_count_figures_counts_the_open_work_and_the_periods():
    TicketFactory(open=True)

    tasks.count_figures()

    assert OpenWork.objects.get().by_category["otp_not_received"]["open"][0] == 1
    assert Figures.objects.filter(category="*", arrived=1).count() == 2


def test_discard_old_data_forgets_sessions_that_have_run_out():
    old, alive = SessionStore(), SessionStore()
    old.set_expiry(-1)
    alive.set_expiry(60)
    for session in (old, alive):
        session.save()

    tasks.discard_old_data()

    assert list(Session.objects.values_list("pk", flat=True)) == [alive.session_key]
