"""What time alone does to tickets: holds that run out, silence, missed promises, the end of grace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets import lifecycle, meters
from tickets.actors import SYSTEM
from tickets.models import Ticket
from tickets.models.ticket import HoldThen, Resolution, Status
from tickets.models.ticket_indexes import UNTOLD_BREACH

# One sweep must fit the time limit of its task; the next one takes the rest.
BATCH = 500


def end_holds() -> int:
    """Queue or assume resolved every ticket whose hold has run out; return how many."""
    return _each(
        Ticket.objects.held().filter(hold_until__lte=timezone.now()).order_by("hold_until"), _end_hold
    )


def assume_resolved() -> int:
    """Resolve tickets whose requester has been silent for settings.PENDING_ASSUMED_AFTER."""
    before = timezone.now() - settings.PENDING_ASSUMED_AFTER
    silent = Ticket.objects.filter(status=Status.PENDING, pending_since_at__lte=before)
    return _each(silent.order_by("pending_since_at"), _assume)


def close_resolved() -> int:
    """Close tickets whose grace window, settings.REOPEN_GRACE, is over."""
    before = timezone.now() - settings.REOPEN_GRACE
    over = Ticket.objects.filter(status=Status.RESOLVED, resolved_at__lte=before)
    return _each(over.order_by("resolved_at"), _close)


def give_up_on_suspended(*, before: datetime) -> int:
    """Take for spam what was suspended before that and nobody has decided on since; return how many."""
    undecided = Ticket.objects.filter(status=Status.SUSPENDED, suspended_at__lt=before)
    number = _each(undecided.order_by("suspended_at"), _take_for_spam)
    if number:
        meters.count("kayasupport_suspended_ended_total", number, outcome="undecided")
    return number


def note_breaches() -> int:
    """Write into the history of open tickets that a promise was missed; return how many."""
    missed = Ticket.objects.filter(UNTOLD_BREACH, due_at__lte=timezone.now())
    return _each(missed.order_by("due_at"), lifecycle.note_breach)


def _each(tickets, change: Callable[[Ticket], None]) -> int:
    """Change each under a lock, if it still is what the query saw."""
    changed = 0
    for pk in tickets.values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            ticket = tickets.order_by().select_for_update().filter(pk=pk).first()
            if ticket:
                change(ticket)
                changed += 1
    return changed


def _end_hold(ticket: Ticket) -> None:
    if ticket.hold_then == HoldThen.RESOLVE:
        _assume(ticket)
    else:
        lifecycle.put_in_queue(ticket, because="hold_ended", by=SYSTEM)


def _assume(ticket: Ticket) -> None:
    lifecycle.resolve(ticket, resolution=Resolution.ASSUMED, by=SYSTEM)


def _take_for_spam(ticket: Ticket) -> None:
    lifecycle.mark_spam(ticket, because="undecided", by=SYSTEM)


def _close(ticket: Ticket) -> None:
    lifecycle.close(ticket, by=SYSTEM)
