"""Colleagues who leave and come back: what becomes of their account and of their tickets."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from tickets import lifecycle, sessions
from tickets.actors import agent
from tickets.models import Event, Ticket
from tickets.models.ticket import Status

BATCH = 100  # tickets in one transaction: what it locks, others wait for
UNFINISHED = (Status.NEW, Status.SELF_FIX, Status.OPEN, Status.PENDING)


class IsOneself(Exception):
    """Nobody shuts themselves out."""


def unfinished(person: User) -> QuerySet[Ticket]:
    return Ticket.objects.filter(assignee=person, status__in=UNFINISHED)


def deactivate(person: User, *, by: User) -> int:
    """Shut the person out at once, then hand back their tickets; return how many. Raises IsOneself.

    In this order: what is interrupted halfway can be done again, and nobody works meanwhile.
    """
    if person.pk == by.pk:
        raise IsOneself
    _set_active(person, False, by=by)
    sessions.end(person)
    return hand_back(person, by=by)


def reactivate(person: User, *, by: User) -> None:
    _set_active(person, True, by=by)


def hand_back(person: User, *, by: User) -> int:
    """Make every unfinished ticket of the person nobody's; return how many.

    Finished ones keep their agent, for they tell who did the work; one that is reopened
    loses an agent who is gone (see lifecycle.put_in_queue).
    """
    done = 0
    while batch := _hand_back_some(person, by=by):
        done += batch
    return done


def has_left_traces(person: User) -> bool:
    """True when the history or a ticket names the person: deleting the account would rub that out."""
    named = Event.objects.filter(actor=person)
    return named.exists() or Ticket.objects.filter(Q(assignee=person)).exists()


def _hand_back_some(person: User, *, by: User) -> int:
    with transaction.atomic():
        tickets = list(unfinished(person).select_for_update().order_by("pk")[:BATCH])
        for ticket in tickets:
            lifecycle.assign(ticket, to=None, by=agent(by))
    return len(tickets)


def _set_active(person: User, is_active: bool, *, by: User) -> None:
    with transaction.atomic():
        changed = User.objects.filter(pk=person.pk, is_active=not is_active).update(is_active=is_active)
        if changed:
            LogEntry.objects.log_actions(
                by.pk,
                User.objects.filter(pk=person.pk),
                CHANGE,
                change_message=[{"changed": {"fields": [gettext_noop("active")]}}],
            )
    person.is_active = is_active
