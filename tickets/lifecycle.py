"""The states of a ticket, and the only code that changes a submitted one; what joins two is in joining.py.

Every function here expects to be called inside a transaction with a ticket that `lock`
returned, and writes the change together with its event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from tickets import log_context, sla
from tickets.actors import SYSTEM, Actor
from tickets.models import Event, Incident, Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import HoldThen, Priority, Resolution, Status
from tickets.transitions import STATE_COLUMNS, TRANSITIONS
from tickets.webhooks import queueing

# What changes with the category.
CATEGORY_COLUMNS = (
    "category",
    "confidence",
    "is_unsure",
    "second_category",
    "second_confidence",
    "priority",
)


class Thought(NamedTuple):
    """What triage thinks, as far as it stands on the ticket: values for CATEGORY_COLUMNS."""

    category: str
    confidence: float
    is_unsure: bool
    second_category: str
    second_confidence: float | None
    priority: int


class ForbiddenTransition(Exception):
    """The ticket is in a state from which this step is not possible."""

    def __init__(self, ticket: Ticket, to: str):
        super().__init__(f"{ticket.reference}: {ticket.status} -> {to}")
        self.ticket = ticket
        self.to = to


def lock(ticket: Ticket) -> Ticket:
    """Return the row as it is now, locked until the transaction ends."""
    log_context.turn_to_ticket(ticket.reference)
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def record(ticket: Ticket, kind: str, *, by: Actor, **data: Any) -> Event:
    """Write the event of a change, and queue it for who is told of such; `data` holds codes and ids only."""
    event = Event.objects.create(ticket=ticket, kind=kind, actor_kind=by.kind, actor=by.user, data=data)
    queueing.tell(ticket, event)
    return event


def can_move(ticket: Ticket, to: str) -> bool:
    return to in TRANSITIONS[ticket.status]


def can_categorise(ticket: Ticket) -> bool:
    """Before triage has looked, its word would overwrite the human's; after the end, nobody asks."""
    return ticket.status not in {Status.NEW, Status.SUSPENDED, Status.CLOSED, Status.MERGED}


def suspend(ticket: Ticket, *, signs: Sequence[str], by: Actor) -> None:
    """Keep a report that looks like spam away from triage, mail and queue until a human has decided."""
    named = " ".join(signs)
    _move(
        ticket, Status.SUSPENDED, by=by, because=named, suspended_at=timezone.now(), suspended_because=named
    )


def release(ticket: Ticket, *, by: Actor) -> None:
    """Let a suspended report go on as if it had just come: triage finds it."""
    _move(ticket, Status.NEW, by=by, because="no_spam")


def hold(ticket: Ticket, *, until: datetime, then: HoldThen, by: Actor) -> None:
    """Keep the ticket out of the queue while the requester tries the fix."""
    _move(ticket, Status.SELF_FIX, by=by, hold_until=until, hold_then=then)


def put_in_queue(ticket: Ticket, *, because: str, by: Actor) -> None:
    """Bring the ticket before the agents; `because` is a code for its history."""
    _move(ticket, Status.OPEN, by=by, because=because)
    if ticket.assignee and not ticket.assignee.is_active:
        # Who has left would be waited for by everybody and seen by nobody.
        assign(ticket, to=None, by=by)


def wait_for_requester(ticket: Ticket, *, by: Actor) -> None:
    """Wait for an answer; where that was awaited already, the wait begins anew."""
    if ticket.status == Status.PENDING:
        ticket.pending_since_at = timezone.now()
        _save(ticket, "pending_since_at")
        return
    _move(ticket, Status.PENDING, by=by, pending_since_at=timezone.now())


def resolve(ticket: Ticket, *, resolution: Resolution, by: Actor) -> None:
    _move(
        ticket,
        Status.RESOLVED,
        by=by,
        because=resolution,
        resolved_at=timezone.now(),
        resolution=resolution,
        attention="",
    )


def close(ticket: Ticket, *, by: Actor) -> None:
    _move(
        ticket,
        Status.CLOSED,
        by=by,
        closed_at=timezone.now(),
        resolved_at=ticket.resolved_at,
        resolution=ticket.resolution,
    )


def mark_spam(ticket: Ticket, *, because: str, by: Actor) -> None:
    _move(ticket, Status.SPAM, by=by, because=because)


def assign(ticket: Ticket, *, to: User | None, by: Actor) -> None:
    ticket.assignee = to
    _save(ticket, "assignee")
    record(ticket, EventKind.ASSIGNED, by=by, user=to.pk if to else None)


def categorise(ticket: Ticket, *, category: str, priority: int, by: Actor) -> None:
    """Set what a human says the category is; their word has no confidence figure."""
    if not can_categorise(ticket):
        raise ForbiddenTransition(ticket, ticket.status)
    before = ticket.category
    ticket.category, ticket.priority, ticket.confidence = category, priority, None
    ticket.is_unsure, ticket.second_category, ticket.second_confidence = False, "", None
    clock = _put(ticket, sla.counted(ticket))
    _save(ticket, *CATEGORY_COLUMNS, *clock)
    said = ticket.assessments.order_by("-id").values_list("pk", flat=True).first()
    record(ticket, EventKind.CATEGORISED, by=by, before=before, after=category, assessment=said)


def restore_category(ticket: Ticket, *, before: dict[str, Any], by: Actor) -> None:
    """Set the category, and what goes with it, as they were before somebody changed them."""
    after = ticket.category
    for name, value in before.items():
        setattr(ticket, name, value)
    _save(ticket, *before, *_put(ticket, sla.counted(ticket)))
    record(ticket, EventKind.CATEGORISED, by=by, before=after, after=ticket.category, because="undone")


def complete(ticket: Ticket, *, columns: Mapping[str, Any], by: Actor) -> None:
    """Set what a report lacked; the history says that it was filled in, not what."""
    _save(ticket, *_put(ticket, columns))
    record(ticket, EventKind.COMPLETED, by=by)


def link_incident(ticket: Ticket, *, incident: Incident, by: Actor) -> None:
    ticket.incident = incident
    _save(ticket, "incident")
    record(ticket, EventKind.INCIDENT_LINKED, by=by, incident=incident.pk)


def unlink_incident(ticket: Ticket, *, by: Actor) -> None:
    before, ticket.incident = ticket.incident_id, None
    _save(ticket, "incident")
    record(ticket, EventKind.INCIDENT_UNLINKED, by=by, incident=before)


def set_reply_address(ticket: Ticket, *, address: str, by: Actor) -> None:
    """Let mail to the requester go to another address from now on; "" is the registered one."""
    ticket.reply_email = address
    _save(ticket, "reply_email")
    record(ticket, EventKind.READDRESSED, by=by)


def flag(ticket: Ticket, *, attention: str) -> None:
    """Mark what an agent should look at first: "triage_failed" or "mail_failed"."""
    ticket.attention = attention
    _save(ticket, "attention")


def note_agent_reply(ticket: Ticket) -> None:
    """Stamp the first human answer, and take off the mark that asked for one."""
    clock = _put(ticket, sla.answered(ticket, at=timezone.now()))
    ticket.attention = ""
    _save(ticket, "attention", *clock)


def apply_assessment(ticket: Ticket, thought: Thought) -> None:
    """Set what triage thinks; the Assessment row keeps its reasons."""
    ticket.first_auto_reply_at = timezone.now()
    _assess(ticket, thought)


def apply_second_look(ticket: Ticket, thought: Thought, *, because: str) -> None:
    """Set what triage thinks now that it knows more; nobody loses the priority they have reached."""
    priority = min(thought.priority, ticket.priority)
    _assess(ticket, thought._replace(priority=priority), because=because)


def wait_for_screens(ticket: Ticket, *, until: datetime) -> None:
    """Put triage off until the screenshots are read; whoever reads the last one ends the wait.

    The attempt is given back: that triage came so far says that the ticket does not kill it.
    """
    ticket.triage_after_at, ticket.lease_until, ticket.attempts = until, None, 0
    _save(ticket, "triage_after_at", "lease_until", "attempts")


def stop_waiting_for_screens(ticket: Ticket) -> None:
    ticket.triage_after_at = ticket.lease_until = None
    _save(ticket, "triage_after_at", "lease_until")


def keep_screen_text(ticket: Ticket, *, text: str) -> None:
    ticket.screen_text = text
    _save(ticket, "screen_text")


def note_breach(ticket: Ticket) -> None:
    """Tell the history that the promise which is owed was missed; each of the two once."""
    ticket.breached = sla.owed(ticket)
    _save(ticket, "breached")
    record(ticket, EventKind.SLA_BREACHED, by=SYSTEM, promise=ticket.breached)


def raise_priority(ticket: Ticket) -> None:
    """One step up, for somebody who has come back."""
    ticket.priority = max(Priority.URGENT, ticket.priority - 1)
    _save(ticket, "priority", *_put(ticket, sla.counted(ticket)))


def _assess(ticket: Ticket, thought: Thought, **data: str) -> None:
    for name, value in thought._asdict().items():
        setattr(ticket, name, value)
    clock = _put(ticket, sla.counted(ticket))
    _save(ticket, *CATEGORY_COLUMNS, "first_auto_reply_at", *clock)
    share = round(thought.confidence, 3)
    record(ticket, EventKind.TRIAGED, by=SYSTEM, category=thought.category, confidence=share, **data)


def _move(ticket: Ticket, to: str, *, by: Actor, because: str = "", **columns: Any) -> None:
    if not can_move(ticket, to):
        raise ForbiddenTransition(ticket, to)
    before = ticket.status
    clock = sla.moved(ticket, to=to, at=timezone.now())
    changes = {**STATE_COLUMNS, **clock, **columns, "status": to, "lease_until": None}
    _save(ticket, *_put(ticket, changes))
    record(ticket, EventKind.MOVED, by=by, before=before, after=to, because=because)


def _put(ticket: Ticket, columns: Mapping[str, Any]) -> Iterable[str]:
    """Set the columns; return their names, for `_save`."""
    for name, value in columns.items():
        setattr(ticket, name, value)
    return columns


def _save(ticket: Ticket, *fields: str) -> None:
    ticket.save(update_fields=[*fields, "updated_at"])
