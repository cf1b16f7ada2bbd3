"""The clock of what is promised: when it runs, what it has used up, and when the next promise is due.

It starts when a ticket first enters the agents' queue, stands still in every other state, and goes on
when the ticket comes back. A ticket held for self-help has a clock of its own, hold_until. Two columns
carry all: queued_at, since when it runs, and clock_used, the opening time it had used before that.
Deadlines follow from them and from what is promised now; whoever counts twice gets the same.

The functions return the columns to write; tickets/lifecycle.py writes them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from tickets import promises
from tickets.models import Ticket
from tickets.models.service import Owed
from tickets.models.ticket import Status
from tickets.promises import Target

# For figures over many tickets. A ticket that was in no queue, or there before times were promised,
# has no deadlines and is in none of these.
ANSWERED_IN_TIME = Q(first_agent_reply_at__lte=F("response_due_at"))
RESOLVED_IN_TIME = Q(resolved_at__lte=F("resolution_due_at"))


def answered_late(*, now: datetime) -> Q:
    """Answered by a human too late, or not at all by the time it was resolved, or not yet and overdue."""
    unanswered = Q(first_agent_reply_at__isnull=True)
    return (
        Q(first_agent_reply_at__gt=F("response_due_at"))
        | unanswered & Q(resolved_at__gt=F("response_due_at"))
        | unanswered & Q(status=Status.OPEN, due_at__lte=now)
    )


def resolved_late(*, now: datetime) -> Q:
    """Resolved too late, or still open and overdue."""
    return Q(resolved_at__gt=F("resolution_due_at")) | Q(status=Status.OPEN, resolution_due_at__lte=now)


def owed(ticket: Ticket) -> Owed:
    """Return which of the two is due next; only a human's answer counts as the first."""
    return Owed.RESOLUTION if ticket.first_agent_reply_at else Owed.RESPONSE


def used(ticket: Ticket, *, at: datetime) -> timedelta:
    """Return the opening time the clock has run until this moment."""
    if ticket.status != Status.OPEN or ticket.queued_at is None:
        return ticket.clock_used
    return ticket.clock_used + promises.current().calendar.between(ticket.queued_at, at)


def left(ticket: Ticket, *, at: datetime) -> timedelta:
    """Return the opening time until the promise that is owed; negative when it is late."""
    target = target_of(ticket)
    promised = target.response if owed(ticket) == Owed.RESPONSE else target.resolution
    return promised - used(ticket, at=at)


def target_of(ticket: Ticket) -> Target:
    return promises.current().targets[ticket.priority]


def moved(ticket: Ticket, *, to: str, at: datetime) -> dict[str, Any]:
    """Return the columns of a ticket that goes from its state to another at this moment."""
    if to == Status.OPEN:
        before = _after_reopening(ticket) if ticket.resolved_at else ticket.clock_used
        return {"queued_at": at, "clock_used": before, **_running(ticket, since=at, before=before)}
    if ticket.status == Status.OPEN:
        return {"clock_used": used(ticket, at=at)}
    if to == Status.RESOLVED and ticket.queued_at:
        # The clock stood still. As if it ran on from here, so that in time means: something was left.
        return _deadlines(ticket, since=at, before=ticket.clock_used)
    return {}


def answered(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """Return the columns of a ticket to which a human writes; only the first time counts."""
    if ticket.first_agent_reply_at:
        return {}
    columns: dict[str, Any] = {"first_agent_reply_at": at}
    if ticket.status == Status.OPEN:
        due_at = counted(ticket)["resolution_due_at"]
        columns |= {"resolution_due_at": due_at, "due_at": due_at}
    elif ticket.queued_at:
        # The clock stands still: in time means that something was left.
        columns["response_due_at"] = _deadlines(ticket, since=at, before=ticket.clock_used)["response_due_at"]
    return columns


def counted(ticket: Ticket) -> dict[str, Any]:
    """Return the deadlines by the ticket's priority and what is promised now, with the time used so far.

    Empty for a ticket whose clock stands still: it is counted when it comes back.
    """
    if ticket.status != Status.OPEN or ticket.queued_at is None:
        return {}
    return _running(ticket, since=ticket.queued_at, before=ticket.clock_used)


def _running(ticket: Ticket, *, since: datetime, before: timedelta) -> dict[str, Any]:
    deadlines = _deadlines(ticket, since=since, before=before)
    return {**deadlines, "due_at": deadlines[f"{owed(ticket)}_due_at"]}


def _deadlines(ticket: Ticket, *, since: datetime, before: timedelta) -> dict[str, Any]:
    target, calendar = target_of(ticket), promises.current().calendar
    deadlines = {"resolution_due_at": calendar.add(since, target.resolution - before)}
    if ticket.first_agent_reply_at is None:
        # Afterwards it stays as it was: the answer is measured by what was promised then.
        deadlines["response_due_at"] = calendar.add(since, target.response - before)
    return deadlines


def _after_reopening(ticket: Ticket) -> timedelta:
    """Return the time used by a resolved ticket that comes back (docs/adr/0011).

    Late stays late. Otherwise there is at least as much left as a new ticket waits for its
    first answer: five minutes left over from last week are no promise anybody could keep.
    """
    due_at = ticket.resolution_due_at if ticket.first_agent_reply_at else ticket.response_due_at
    if due_at and ticket.resolved_at and ticket.resolved_at > due_at:
        return ticket.clock_used
    if ticket.first_agent_reply_at is None:
        return timedelta()
    target = target_of(ticket)
    return min(ticket.clock_used, target.resolution - target.response)
