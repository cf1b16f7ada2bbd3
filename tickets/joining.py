"""What joins tickets: an earlier one of the same person, and one that goes on in another.

As in lifecycle.py, every function expects a transaction and locked tickets, and writes the
change together with its event. A merged ticket points at one that is not merged itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tickets import sla
from tickets.actors import SYSTEM, Actor
from tickets.lifecycle import STATE_COLUMNS, ForbiddenTransition, can_move, lock, record
from tickets.models import Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import Status


class _Changed(Exception):
    """Between reading which rows belong together and locking them, that has changed."""


def family_of(*pks: int) -> set[int]:
    """Return the ids of these tickets and of all that are merged with any of them."""
    named = Ticket.objects.filter(pk__in=pks).values_list("pk", "merged_into")
    heads = {into or pk for pk, into in named}
    family = Ticket.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads))
    return set(family.values_list("pk", flat=True))


def lock_family(*tickets: Ticket) -> dict[int, Ticket]:
    """Return the rows of these tickets and of all that are merged with them, locked, by id.

    Always the lowest id first: whoever locks several in another order may wait for one who
    waits for them.
    """
    pks = [ticket.pk for ticket in tickets]
    while True:
        # A savepoint, so that what was locked in vain is let go.
        with suppress(_Changed), transaction.atomic():
            family = family_of(*pks)
            rows = Ticket.objects.select_for_update().filter(pk__in=family).order_by("pk")
            locked = {row.pk: row for row in rows}
            if family_of(*pks) != family:
                raise _Changed
            return locked


def lock_where_heard(ticket: Ticket) -> tuple[Ticket, Ticket]:
    """Return the locked ticket, and the one on which its requester is heard: itself, or what it went into."""
    is_merged = ticket.merged_into_id is not None
    while True:
        with suppress(_Changed), transaction.atomic():
            rows = lock_family(ticket) if is_merged else {ticket.pk: lock(ticket)}
            locked = rows[ticket.pk]
            if locked.merged_into_id is None:
                return locked, locked
            if locked.merged_into_id in rows:
                return locked, rows[locked.merged_into_id]
            is_merged = True
            raise _Changed


def link(ticket: Ticket, *, to: Ticket, because: Iterable[str]) -> None:
    """Remember an earlier ticket of the same person; `because` are the kinds of the traces they share."""
    _set(ticket, earlier=to)
    record(ticket, EventKind.LINKED, by=SYSTEM, **_named(to), because=sorted(because))


def merge(ticket: Ticket, *, into: Ticket, by: Actor) -> None:
    """Let the ticket go on in another one; its clocks stop."""
    if not can_move(ticket, Status.MERGED):
        raise ForbiddenTransition(ticket, Status.MERGED)
    before = ticket.status
    clock = sla.moved(ticket, to=Status.MERGED, at=timezone.now())
    _set(ticket, **{**STATE_COLUMNS, **clock, "status": Status.MERGED, "merged_into": into})
    moved = {"before": before, "after": Status.MERGED, "because": ""}
    record(ticket, EventKind.MOVED, by=by, **moved, **_named(into))
    record(into, EventKind.JOINED, by=by, **_named(ticket))


def part(ticket: Ticket, *, into: Ticket, columns: dict[str, Any], because: str, by: Actor) -> None:
    """Give a merged ticket its own life back, with these columns of its state."""
    rewrite(ticket, columns={**STATE_COLUMNS, **columns}, because=because, by=by)
    record(into, EventKind.PARTED, by=by, **_named(ticket))


def carry(tickets: Collection[Ticket], *, into: Ticket, by: Actor) -> None:
    """Point merged tickets at another one, because what they went into was itself merged, or parted."""
    for ticket in tickets:
        _set(ticket, merged_into=into)
        record(ticket, EventKind.CARRIED, by=by, **_named(into))


def rewrite(ticket: Ticket, *, columns: dict[str, Any], because: str, by: Actor) -> None:
    """Set columns of the state as a merge, or its undoing, makes them.

    No transition of an agent's or a requester's: the caller says what the whole state is, and
    the constraints hold it to be one.
    """
    before = ticket.status
    _set(ticket, **columns)
    if ticket.status != before:
        record(ticket, EventKind.MOVED, by=by, before=before, after=ticket.status, because=because)


def _set(ticket: Ticket, **columns: Any) -> None:
    changed = {name: value for name, value in columns.items() if getattr(ticket, name) != value}
    for name, value in changed.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=[*changed, "updated_at"])


def _named(ticket: Ticket) -> dict[str, int | str]:
    return {"other": ticket.pk, "reference": ticket.reference}
