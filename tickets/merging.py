"""Merging: two reports of one problem become one piece of work, and can be taken apart again.

No row is moved: messages, notes and screenshots stay with the ticket that they were written
to, and are shown together. So that undoing it is exact.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import joining, lifecycle, outbox, tasks
from tickets.actors import agent
from tickets.bells import ring
from tickets.desk import NotYours, may_work
from tickets.models import Merge, Ticket
from tickets.models.message import MessageKind
from tickets.models.ticket import Status
from tickets.state_columns import (
    Columns,
    as_json,
    columns_of,
    from_json,
    in_queue,
    is_sensible,
    put_back,
    put_together,
    with_columns,
)

# So many tickets go into one: its page shows them all.
MOST_MERGED = 30
# In a finished one, a problem that is not solved would vanish; a new one is seconds from being triaged.
TAKES_IN = {Status.SELF_FIX, Status.OPEN, Status.PENDING}


class SameTicket(Exception):
    """A ticket cannot go into itself."""


class TakesNoneIn(Exception):
    """The other ticket is finished, merged, spam or not triaged yet."""

    def __init__(self, ticket: Ticket):
        super().__init__(ticket.reference)
        self.ticket = ticket


class TooManyMerged(Exception):
    """The other ticket holds MOST_MERGED already, or would."""


class NotMerged(Exception):
    """There is no merge to undo (any more)."""


def can_take_in(ticket: Ticket) -> bool:
    return ticket.status in TAKES_IN


def can_go_in(ticket: Ticket) -> bool:
    return lifecycle.can_move(ticket, Status.MERGED)


def merge(ticket: Ticket, *, into: Ticket, by: User) -> None:
    """Let the ticket go on in another one, and tell its requester once.

    What was merged into it goes on there too. Raises SameTicket, TakesNoneIn, TooManyMerged,
    desk.NotYours for either, and lifecycle.ForbiddenTransition.
    """
    if ticket.pk == into.pk:
        raise SameTicket
    with transaction.atomic():
        rows = joining.lock_family(ticket, into)
        ticket, into = rows[ticket.pk], rows[into.pk]
        _refuse(ticket, into, rows=rows.values(), by=by)
        _merge(ticket, into, by=by)
        joining.carry(
            [row for row in rows.values() if row.merged_into_id == ticket.pk], into=into, by=agent(by)
        )
        notice = outbox.queue_merge_notice(ticket)
        if notice and notice.is_on_its_way:
            transaction.on_commit(lambda: ring(tasks.deliver_message, notice.pk), robust=True)


def undo_merge(ticket: Ticket, *, by: User) -> None:
    """Give a merged ticket its own life back, as it was; raises NotMerged and desk.NotYours.

    A hold or a wait that ran out meanwhile, or during which the requester wrote, is not taken
    up again: then the ticket is in the queue. The other ticket gets back what the merge gave
    it, except for what has changed since.
    """
    with transaction.atomic():
        rows = joining.lock_family(ticket)
        ticket = rows[ticket.pk]
        if ticket.merged_into_id is None:
            raise NotMerged
        into = rows[ticket.merged_into_id]
        _refuse_others_work(ticket, into, by=by)
        steps = _open_merges(rows)
        step = steps.pop(ticket.pk, None)
        columns, because = _own_columns(ticket, step)
        joining.part(ticket, into=into, columns=columns, because=because, by=agent(by))
        joining.carry([rows[pk] for pk in _behind(ticket, steps)], into=ticket, by=agent(by))
        outbox.take_back_merge_notice(ticket)
        if step:
            Merge.objects.filter(pk=step.pk).update(undone_at=timezone.now())
            later = [each for each in steps.values() if each.into_id == into.pk and each.pk > step.pk]
            if step.into_id == into.pk:
                _give_back(into, step, later=later, rows=rows, by=by)


def _refuse(ticket: Ticket, into: Ticket, *, rows: Iterable[Ticket], by: User) -> None:
    _refuse_others_work(ticket, into, by=by)
    if not can_take_in(into):
        raise TakesNoneIn(into)
    if not can_go_in(ticket):
        raise lifecycle.ForbiddenTransition(ticket, Status.MERGED)
    if len(list(rows)) - 1 > MOST_MERGED:
        raise TooManyMerged


def _refuse_others_work(*tickets: Ticket, by: User) -> None:
    for ticket in tickets:
        if not may_work(ticket, by=by):
            raise NotYours(ticket)


def _merge(ticket: Ticket, into: Ticket, *, by: User) -> None:
    now = timezone.now()
    ticket_was, into_was = columns_of(ticket), columns_of(into)
    into_made = put_together(into, ticket, at=now)
    joining.merge(ticket, into=into, by=agent(by))
    joining.rewrite(into, columns=into_made, because="merged", by=agent(by))
    Merge.objects.create(
        ticket=ticket,
        into=into,
        by=by,
        ticket_was=as_json(ticket_was),
        into_was=as_json(into_was),
        into_made=as_json(into_made),
        created_at=now,
    )


def _open_merges(rows: dict[int, Ticket]) -> dict[int, Merge]:
    """Return how each ticket of a family went where, by its id; oldest first."""
    merges = Merge.objects.filter(ticket__in=rows, undone_at=None).order_by("pk")
    return {merge.ticket_id: merge for merge in merges}


def _behind(ticket: Ticket, steps: dict[int, Merge]) -> list[int]:
    """Return what had gone into this ticket, directly or by way of others, before it was merged itself."""
    behind = [pk for pk, step in steps.items() if step.into_id == ticket.pk]
    for pk in behind:
        behind += [each for each, step in steps.items() if step.into_id == pk]
    return behind


def _own_columns(ticket: Ticket, step: Merge | None) -> tuple[Columns, str]:
    """Return what a ticket becomes that is merged no more, and the code of how."""
    now = timezone.now()
    if step is None:
        return in_queue(ticket, at=now), "unmerged_queued"
    was = from_json(step.ticket_was)
    if was["status"] == Status.OPEN or _can_rest(ticket, was, since=step):
        return was, "unmerged"
    return in_queue(with_columns(ticket, was), at=now), "unmerged_queued"


def _can_rest(ticket: Ticket, columns: Columns, *, since: Merge) -> bool:
    """Whether a ticket can be held again, or wait again: in time, and nothing to read of its requester."""
    written = ticket.messages.filter(kind=MessageKind.REQUESTER, created_at__gt=since.created_at)
    silent_until = timezone.now() - settings.PENDING_ASSUMED_AFTER
    return is_sensible(columns, silent_until=silent_until) and not written.exists()


def _give_back(into: Ticket, step: Merge, *, later: list[Merge], rows: dict[int, Ticket], by: User) -> None:
    """Take what one merge gave to a ticket out of it again; what later merges gave it stays."""
    state, made = from_json(step.into_was), from_json(step.into_made)
    for each in later:
        was = from_json(each.into_was)
        if was != made:
            # An agent has decided something in between: from there on it is as it was made.
            return
        made = from_json(each.into_made)
        beginning = with_columns(into, state)
        merged = with_columns(rows[each.ticket_id], from_json(each.ticket_was))
        each.into_was = as_json(state)
        state = put_together(beginning, merged, at=each.created_at)
        each.into_made = as_json(state)
        each.save(update_fields=["into_was", "into_made"])
    back = put_back(state, made=made, in_use=into)
    if back is None:
        return
    if back["status"] != into.status and not _can_rest(into, back, since=step):
        return
    joining.rewrite(into, columns=back, because="unmerged", by=agent(by))
