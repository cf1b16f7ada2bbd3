"""Who changed what is promised and when: the histories of four tables as one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext as _

from tickets.admin.fortnight import spelt
from tickets.admin.promise_badge import in_opening_time
from tickets.models import OpeningHours, ServicePolicy, ServiceTarget, SpecialDay
from tickets.opening_hours import Span

SHOWN = 100


@dataclass(frozen=True)
class Change:
    at: datetime
    by: User | None
    did: str  # created, changed or deleted, in words
    what: str


def recent_changes() -> list[Change]:
    """Return the last changes, newest first: one query for each table."""
    changes = [change for model, tell in TELLERS.items() for change in _changes_of(model, tell)]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:SHOWN]


def _changes_of(model: type[models.Model], tell: Callable[[Any], str]) -> list[Change]:
    records = model.history.select_related("history_user")[:SHOWN]  # type: ignore[attr-defined]
    return [
        Change(record.history_date, record.history_user, record.get_history_type_display(), tell(record))
        for record in records
    ]


def _target(record: Any) -> str:
    times = (timedelta(minutes=each) for each in (record.response_minutes, record.resolution_minutes))
    response, resolution = (in_opening_time(each) for each in times)
    return _("%(priority)s: first answer within %(response)s, resolution within %(resolution)s") % {
        "priority": record.get_priority_display(),
        "response": response,
        "resolution": resolution,
    }


def _hours(record: Any) -> str:
    return f"{record.get_weekday_display()} {spelt(Span(record.opens, record.closes))}"


def _day(record: Any) -> str:
    hours = spelt(Span(record.opens, record.closes)) if record.opens else _("closed all day")
    return f"{record.date:%Y-%m-%d} {record.name}: {hours}"


def _policy(record: Any) -> str:
    off = {
        _("national holidays"): record.has_national_holidays,
        _("joint leave"): record.has_joint_leave,
    }
    closed = ", ".join(name for name, counts in off.items() if counts) or _("no holidays")
    ahead = in_opening_time(timedelta(minutes=record.due_soon_minutes))
    return _("warns %(ahead)s ahead; closed on: %(closed)s") % {"ahead": ahead, "closed": closed}


TELLERS: dict[type[models.Model], Callable[[Any], str]] = {
    ServicePolicy: _policy,
    ServiceTarget: _target,
    OpeningHours: _hours,
    SpecialDay: _day,
}
