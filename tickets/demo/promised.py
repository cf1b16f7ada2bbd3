"""What is promised on made-up tickets, once they have been moved into the past."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from tickets import lifecycle, promises, sla
from tickets.models import Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import Status

# Of what is promised for the first answer: one ticket in six waits longer than all of it.
USUAL_SHARE = 0.55


def age_in_queue(ticket: Ticket, *, chance: random.Random) -> timedelta:
    """Return how long ago a ticket came that is in the queue now: mostly less than promised."""
    now = timezone.now()
    wait = sla.target_of(ticket).response * chance.expovariate(1 / USUAL_SHARE)
    return now - promises.current().calendar.add(now, -wait)


def set_deadlines(ticket: Ticket) -> None:
    """Count anew: night and weekend lie elsewhere in the past than they did when the ticket was worked."""
    ticket.refresh_from_db()
    if ticket.queued_at is None:
        return
    deadlines = sla.counted(ticket) or _of_finished(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(**deadlines)
    ticket.refresh_from_db()
    if ticket.due_at and ticket.due_at <= timezone.now():
        lifecycle.note_breach(ticket)
        ticket.events.filter(kind=EventKind.SLA_BREACHED).update(created_at=ticket.due_at)


def _of_finished(ticket: Ticket) -> dict[str, object]:
    calendar, target = promises.current().calendar, sla.target_of(ticket)
    left_at = ticket.pending_since_at or ticket.resolved_at
    since = ticket.queued_at or ticket.created_at
    used = calendar.between(since, left_at) if left_at and ticket.status != Status.SPAM else timedelta()
    return {
        "clock_used": max(used, timedelta()),
        "response_due_at": calendar.add(since, target.response),
        "resolution_due_at": calendar.add(since, target.resolution),
    }
