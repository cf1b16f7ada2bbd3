from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import clock

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
