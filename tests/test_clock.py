from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import clock, lifecycle
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def ago(**delta):
    return timezone.now() - timedelta(**delta)


def test_end_holds_brings_the_ticket_to_the_queue():
    ticket = TicketFactory(held=True, hold_until=ago(seconds=1))

    ended = clock.end_holds()

    ticket.refresh_from_db()
    assert (ended, ticket.status) == (1, "open")
    assert ticket.events.get().data["because"] == "hold_ended"


def test_end_holds_assumes_resolved_where_the_playbook_says_so():
    ticket = TicketFactory(held=True, hold_until=ago(seconds=1), hold_then="resolve")

    clock.end_holds()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "assumed")


def test_end_holds_leaves_running_holds():
    ticket = TicketFactory(held=True)

    assert clock.end_holds() == 0
    ticket.refresh_from_db()
    assert ticket.status == "self_fix"


def test_assume_resolved_after_long_silence_only(settings):
    silent = TicketFactory(pending=True, pending_since_at=ago(days=8))
    recent = TicketFactory(pending=True, pending_since_at=ago(days=6))

    assert clock.assume_resolved() == 1

    silent.refresh_from_db()
    recent.refresh_from_db()
    assert (silent.status, silent.resolution, recent.status) == ("resolved", "assumed", "pending")


def test_close_resolved_after_the_grace_window():
    old = TicketFactory(resolved=True, resolved_at=ago(days=8))
    young = TicketFactory(resolved=True, resolved_at=ago(days=6))

    assert clock.close_resolved() == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, young.status) == ("closed", "resolved")


def breaches(ticket):
    return [event.data["promise"] for event in ticket.events.filter(kind="sla_breached").order_by("id")]


def test_note_breaches_tells_each_promise_once():
    ticket = TicketFactory(open=True, response_due_at=ago(hours=2), resolution_due_at=ago(hours=1))

    assert (clock.note_breaches(), clock.note_breaches()) == (1, 0)
    ticket.refresh_from_db()
    lifecycle.note_agent_reply(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=ago(hours=1))
    assert (clock.note_breaches(), clock.note_breaches()) == (1, 0)

    assert breaches(ticket) == ["response", "resolution"]


def test_note_breaches_leaves_what_is_not_due_or_stands_still():
    soon = TicketFactory(open=True, due_at=timezone.now() + timedelta(minutes=1))
    waiting = TicketFactory(pending=True, response_due_at=ago(hours=1), resolution_due_at=ago(hours=1))

    assert clock.note_breaches() == 0
    assert breaches(soon) + breaches(waiting) == []


def test_note_breaches_takes_a_batch_at_a_time_longest_overdue_first(monkeypatch):
    monkeypatch.setattr(clock, "BATCH", 2)
    tickets = [TicketFactory(open=True, due_at=ago(minutes=minutes)) for minutes in (1, 3, 2)]

    assert clock.note_breaches() == 2

    assert [len(breaches(ticket)) for ticket in tickets] == [0, 1, 1]
