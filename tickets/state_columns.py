"""The columns of a ticket that a merge touches: as they are, put together, and kept to be put back."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_duration
from django.utils.duration import duration_string

from tickets import sla
from tickets.models import Ticket
from tickets.models.ticket import Status

Columns = dict[str, Any]

# What a ticket is: its state, its clock, and how urgent it is.
BEING = ("status", "hold_until", "hold_then", "pending_since_at", "queued_at", "clock_used", "priority")
# What follows from that; see tickets/sla.py.
DEADLINES = ("response_due_at", "resolution_due_at", "due_at", "breached")
MOMENTS = {"hold_until", "pending_since_at", "queued_at", "response_due_at", "resolution_due_at", "due_at"}
# What a held or waiting ticket has, and an open one has not.
IN_QUEUE: Columns = {"status": "open", "hold_until": None, "hold_then": "", "pending_since_at": None}


def columns_of(ticket: Ticket) -> Columns:
    return {name: getattr(ticket, name) for name in (*BEING, *DEADLINES)}


def with_columns(ticket: Ticket, columns: Columns) -> Ticket:
    """Return a copy of the row that has these columns; nobody saves it."""
    changed = copy(ticket)
    for name, value in columns.items():
        setattr(changed, name, value)
    return changed


def in_queue(ticket: Ticket, *, at: datetime) -> Columns:
    """Return what the ticket becomes when it enters the agents' queue at that moment."""
    return {**columns_of(ticket), **IN_QUEUE, **sla.moved(ticket, to=Status.OPEN, at=at)}


def put_together(into: Ticket, ticket: Ticket, *, at: datetime) -> Columns:
    """Return what a ticket becomes when another one is merged into it at that moment.

    Nobody loses by it: the higher priority holds, and the clock that has run longer goes on,
    so that what was promised to either is due no later. Where the two stood differently an
    agent decides: the ticket is in the queue.
    """
    before = columns_of(into)
    if into.status != Status.OPEN and into.status != ticket.status:
        into = with_columns(into, in_queue(into, at=at))
    together = {"priority": min(into.priority, ticket.priority), **_clock(into, ticket, at=at)}
    into = with_columns(into, together)
    return counted(into) if columns_of(into) != before else before


def counted(ticket: Ticket) -> Columns:
    """Return the ticket's columns with the deadlines that follow from the others."""
    return {**columns_of(ticket), **sla.counted(ticket)}


def put_back(was: Columns, *, made: Columns, in_use: Ticket) -> Columns | None:
    """Return the columns of before, or None when somebody has decided otherwise since.

    Deadlines that were counted anew meanwhile, for another target or other hours, are so again.
    """
    current = columns_of(in_use)
    if any(current[name] != made[name] for name in BEING):
        return None
    if all(current[name] == made[name] for name in DEADLINES):
        return was
    return counted(with_columns(in_use, was))


def is_sensible(columns: Columns, *, silent_until: datetime) -> bool:
    """Whether a hold or a wait can be taken up again: its time must not have run out meanwhile.

    `silent_until` is when a wait that began before it is taken for success.
    """
    if columns["status"] == Status.SELF_FIX:
        return columns["hold_until"] > timezone.now()
    if columns["status"] == Status.PENDING:
        return columns["pending_since_at"] > silent_until
    return True


def as_json(columns: Columns) -> Columns:
    return {name: _written(value) for name, value in columns.items()}


def from_json(data: Columns) -> Columns:
    return {name: _read(name, value) for name, value in data.items()}


def _clock(into: Ticket, ticket: Ticket, *, at: datetime) -> Columns:
    """Return the clock of the one that has used up more; it stands still unless the ticket is open."""
    if sla.used(ticket, at=at) <= sla.used(into, at=at):
        return {}
    if into.status != Status.OPEN:
        return {"clock_used": ticket.clock_used}
    since = ticket.queued_at if ticket.status == Status.OPEN else at
    return {"queued_at": since, "clock_used": ticket.clock_used, "breached": ticket.breached}


def _written(value: Any) -> Any:
    # Not DjangoJSONEncoder: it drops the microseconds, and what is put back must be equal.
    if isinstance(value, datetime):
        return value.isoformat()
    return duration_string(value) if isinstance(value, timedelta) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "clock_used":
        return parse_duration(value)
    return datetime.fromisoformat(value) if name in MOMENTS else value
