"""What narrows the queue: one value per filter, each answered by an index of the tickets' table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tickets import promises
from tickets.models import Ticket
from tickets.models.ticket import Priority, Status
from tickets.models.ticket_indexes import SURE_FROM

ME, NOBODY = "me", "nobody"
UNCATEGORISED = "none"
NO_INCIDENT = "none"
# Of what is promised next: missed, due within what the leads call soon, or later.
LATE, SOON, ON_TIME = "late", "soon", "on_time"
# How sure the category is: triage named none; it named one with little confidence; a human said it.
UNSURE, DOUBTFUL, HUMAN = "unsure", "doubtful", "human"
AGES: dict[str, timedelta] = {
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a tab; "" means not narrowed. Values are keys the caller has checked."""

    category: str = ""  # a slug, or UNCATEGORISED
    channel: str = ""
    age: str = ""  # a key of AGES: at least that old
    status: str = ""
    assignee: str = ""  # ME, NOBODY, or a user's id
    incident: str = ""  # an id, or NO_INCIDENT
    confidence: str = ""  # UNSURE, DOUBTFUL or HUMAN
    sla: str = ""  # LATE, SOON or ON_TIME

    @property
    def are_set(self) -> bool:
        return self != Filters()

    @property
    def are_cheap_to_count(self) -> bool:
        """True where one index range holds the answer: one filter, and how old."""
        narrowing = [name for name, value in vars(self).items() if value and name != "age"]
        return len(narrowing) <= 1 and self.incident != NO_INCIDENT


def narrowed(tickets: models.QuerySet[Ticket], filters: Filters, *, user: User) -> models.QuerySet[Ticket]:
    """Apply the filters; age counts from when the report came in."""
    conditions = [
        _category(filters.category),
        Q(channel=filters.channel) if filters.channel else Q(),
        Q(created_at__lte=timezone.now() - AGES[filters.age]) if filters.age else Q(),
        Q(status=filters.status) if filters.status else Q(),
        _assignee(filters.assignee, user=user),
        _incident(filters.incident),
        _confidence(filters.confidence),
        due(filters.sla) if filters.sla else Q(),
    ]
    return tickets.filter(*conditions)


def due(sla: str) -> Q:
    """Return which open tickets are LATE, SOON or ON_TIME; the clock of all others stands still."""
    now = timezone.now()
    promised = promises.current()
    soon = promised.calendar.add(now, promised.due_soon)
    ranges = {
        LATE: Q(due_at__lte=now),
        SOON: Q(due_at__gt=now, due_at__lte=soon),
        ON_TIME: Q(due_at__gt=soon),
    }
    # The priorities are named so that each is one range of the index of the queue's order. By an index
    # of due_at alone PostgreSQL would read too much: it cannot know that all open tickets have one.
    return Q(status=Status.OPEN, priority__in=Priority) & ranges[sla]


def _category(value: str) -> Q:
    if not value:
        return Q()
    return Q(category="" if value == UNCATEGORISED else value)


def _assignee(value: str, *, user: User) -> Q:
    if not value:
        return Q()
    if value == NOBODY:
        return Q(assignee=None)
    return Q(assignee=user.pk if value == ME else int(value))


def _incident(value: str) -> Q:
    if not value:
        return Q()
    return Q(incident=None if value == NO_INCIDENT else int(value))


def _confidence(value: str) -> Q:
    """The conditions spell the partial indexes of the ticket, or the planner would not see them."""
    if value == UNSURE:
        return Q(is_unsure=True)
    if value == DOUBTFUL:
        return Q(confidence__lt=SURE_FROM)
    if value == HUMAN:
        return Q(confidence__isnull=True) & ~Q(category="")
    return Q()
