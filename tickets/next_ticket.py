"""The next ticket: the most urgent one that nobody has, for an agent who asks for work."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction

from tickets import capacity, lifecycle
from tickets.actors import agent
from tickets.filters import Filters, narrowed
from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.queue import QUEUE_ORDER

ANY = Filters()


class NobodyWaits(Exception):
    """No open ticket, of those asked for, is without an agent."""


def take_next(*, by: User, filters: Filters = ANY) -> Ticket:
    """Give the agent the most urgent ticket of nobody, and return it.

    However many ask at once, each gets another one and none is passed over. Raises
    capacity.AtCapacity and NobodyWaits; then nothing is changed.
    """
    with transaction.atomic():
        capacity.take_turn(by)
        capacity.check_room(by)
        ticket = _most_urgent(filters, by=by)
        if ticket is None:
            raise NobodyWaits
        lifecycle.assign(ticket, to=by, by=agent(by))
    return ticket


def _most_urgent(filters: Filters, *, by: User) -> Ticket | None:
    """Read and lock the first row of the queue that no other transaction holds.

    PostgreSQL skips what another agent is just being given, and looks again at a row that
    changed while it was locked. SQLite has no such locks and needs none: the transaction
    began IMMEDIATE, so that it is the only one that writes.
    """
    nobodys = Ticket.objects.filter(status=Status.OPEN, assignee=None)
    asked = narrowed(nobodys, replace(filters, status="", assignee=""), user=by)
    locked = asked.select_for_update(skip_locked=True).defer("screen_text")
    return locked.order_by(*QUEUE_ORDER).first()
