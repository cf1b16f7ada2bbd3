"""The open work of this minute: what waits, by category and age, and who has how much of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, Count, IntegerField, Min, Value, When
from django.utils import timezone

from tickets.models import OpenWork, Ticket
from tickets.models.ticket import Status

# A ticket is as many classes old as steps it has passed.
STEPS = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=7))
CLASSES = len(STEPS) + 1


def take_stock() -> OpenWork:
    """Count the open work and keep it in the place of the count before."""
    now = timezone.now()
    stock = OpenWork(
        pk=1,
        taken_at=now,
        by_category=_by_category(now),
        by_agent=_by_agent(),
        oldest_at=Ticket.objects.filter(status=Status.OPEN).aggregate(at=Min("created_at"))["at"],
        overdue=Ticket.objects.filter(status=Status.OPEN, due_at__lte=now).count(),
    )
    OpenWork.objects.bulk_create(
        [stock],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["taken_at", "by_category", "by_agent", "oldest_at", "overdue"],
    )
    return stock


def _by_category(now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = defaultdict(
        lambda: {Status.OPEN: [0] * CLASSES, Status.PENDING: 0, Status.SELF_FIX: 0}
    )
    waiting = Ticket.objects.filter(status=Status.OPEN).annotate(age=_age_class(now))
    for category, age, number in _counted(waiting, "category", "age"):
        found[category][Status.OPEN][age] = number
    for status in (Status.PENDING, Status.SELF_FIX):
        for category, number in _counted(Ticket.objects.filter(status=status), "category"):
            found[category][status] = number
    return dict(found)


def _age_class(now: datetime) -> Case:
    whens = [
        When(created_at__lte=now - step, then=Value(number + 1))
        for number, step in reversed(list(enumerate(STEPS)))
    ]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _by_agent() -> dict[str, dict[str, int]]:
    """Of everybody who may sign in to the desk; by name, so that one index has the answer."""
    agents = list(User.objects.filter(is_staff=True, is_active=True).values_list("pk", flat=True))
    theirs = Ticket.objects.filter(assignee__in=agents, status__in=[Status.OPEN, Status.PENDING])
    found: dict[str, dict[str, int]] = {str(agent): {Status.OPEN: 0, Status.PENDING: 0} for agent in agents}
    for agent, status, number in _counted(theirs, "assignee", "status"):
        found[str(agent)][status] = number
    return found


def _counted(tickets, *columns: str):
    return tickets.order_by().values_list(*columns).annotate(Count("pk"))
