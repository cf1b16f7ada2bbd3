"""What narrows the queue: one value per filter, each answered by an index of the tickets' table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from tickets.models import Ticket

ME, NOBODY = "me", "nobody"
UNCATEGORISED = "none"
AGES: dict[str, timedelta] = {
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
    assignee: str = ""  # ME or NOBODY
    age: str = ""  # a key of AGES: at least that old
    status: str = ""

    @property
    def are_set(self) -> bool:
        return self != Filters()


def narrowed(tickets: models.QuerySet[Ticket], filters: Filters, *, user: User) -> models.QuerySet[Ticket]:
    """Apply the filters; age counts from when the report came in."""
    conditions: dict[str, Any] = {
        "category": "" if filters.category == UNCATEGORISED else filters.category,
        "channel": filters.channel,
        "status": filters.status,
    }
    asked = {name: value for name, value in conditions.items() if getattr(filters, name)}
    if filters.assignee:
        asked["assignee"] = user if filters.assignee == ME else None
    if filters.age:
        asked["created_at__lte"] = timezone.now() - AGES[filters.age]
    return tickets.filter(**asked)
