"""What is promised at present: targets, opening hours and the warning, as the leads have set them.

Read at every move of a ticket and for every row of the queue, hence kept for a few seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets.models.service import OpeningHours, ServicePolicy, ServiceTarget, SpecialDay
from tickets.models.ticket import Priority
from tickets.opening_hours import Calendar, Hours, Span, Spans
from tickets.remembered import Kept

logger = logging.getLogger(__name__)

# How long another process may still count by what was set before (seconds).
KEPT = 5.0
# A calendar reaches from so many years before this one to so many after it.
YEARS_BACK, YEARS_AHEAD = 2, 3
COUNTRY = "ID"
NATIONAL, JOINT_LEAVE = "public", "government"  # as the library calls them
# Why all time counts although hours may be set.
NO_HOURS, TOO_FEW_HOURS = "no_hours", "too_few_hours"


@dataclass(frozen=True)
class Target:
    """What is promised to one priority, in opening time."""

    response: timedelta
    resolution: timedelta


# What the first migration writes; also for a priority whose row is gone.
SHIPPED: Mapping[int, Target] = {
    Priority.URGENT: Target(timedelta(minutes=30), timedelta(hours=4)),
    Priority.HIGH: Target(timedelta(hours=1), timedelta(hours=8)),
    Priority.NORMAL: Target(timedelta(hours=4), timedelta(hours=16)),
    Priority.LOW: Target(timedelta(hours=8), timedelta(hours=40)),
}


@dataclass(frozen=True)
class Promises:
    calendar: Calendar = field(default_factory=Calendar.round_the_clock)
    targets: Mapping[int, Target] = field(default_factory=lambda: dict(SHIPPED))
    due_soon: timedelta = timedelta(minutes=30)
    # NO_HOURS or TOO_FEW_HOURS: then the calendar counts all time.
    fallback: str = ""
    # The rule that the calendar was made by, for those who are told of it.
    hours: Hours | None = None


def load() -> Promises:
    policy = ServicePolicy.objects.first() or ServicePolicy()
    targets = {**SHIPPED, **_targets()}
    longest = max(target.resolution for target in targets.values())
    hours = hours_set(policy)
    calendar, fallback = _calendar(hours, longest, timezone.localdate().year)
    due_soon = timedelta(minutes=policy.due_soon_minutes)
    return Promises(calendar, targets, due_soon, fallback, hours)


_kept = Kept(load, seconds=KEPT)
current, keep, forget = _kept.get, _kept.keep, _kept.forget


def changed() -> None:
    """Have the open tickets counted anew by what is set now; part of the transaction that sets it."""
    policy, _ = ServicePolicy.objects.get_or_create(pk=ServicePolicy.THE_ONE)
    # Not by save(): this is no change of its own in the history.
    ServicePolicy.objects.filter(pk=policy.pk).update(changed_at=timezone.now(), recount_after=0)
    transaction.on_commit(forget)


def hours_set(policy: ServicePolicy) -> Hours:
    """Gather the rule from its rows; a special day outdoes a national holiday."""
    week: list[list[Span]] = [[] for _ in range(7)]
    for row in OpeningHours.objects.all():
        week[row.weekday].append(Span(row.opens, row.closes))
    exceptions: dict[date, Spans] = dict.fromkeys(days_off(policy, language="id"), ())
    for day in SpecialDay.objects.filter(date__year__range=_years(timezone.localdate().year)):
        exceptions[day.date] = (Span(day.opens, day.closes),) if day.opens and day.closes else ()
    return Hours(settings.TIME_ZONE, tuple(map(tuple, week)), tuple(sorted(exceptions.items())))


def days_off(policy: ServicePolicy, *, language: str) -> Mapping[date, str]:
    """Return the country's days on which the desk is closed by this policy, with their names."""
    kinds = {NATIONAL: policy.has_national_holidays, JOINT_LEAVE: policy.has_joint_leave}
    chosen = tuple(kind for kind, counts in kinds.items() if counts)
    return _days_off(chosen, _years(timezone.localdate().year), "en_US" if language == "en" else "id")


def _years(this: int) -> tuple[int, int]:
    return this - YEARS_BACK, this + YEARS_AHEAD


def _targets() -> dict[int, Target]:
    return {
        row.priority: Target(
            timedelta(minutes=row.response_minutes), timedelta(minutes=row.resolution_minutes)
        )
        for row in ServiceTarget.objects.all()
    }


@lru_cache(maxsize=16)
def _days_off(kinds: tuple[str, ...], years: tuple[int, int], language: str) -> Mapping[date, str]:
    if not kinds:
        return {}
    span = range(years[0], years[1] + 1)
    return dict(holidays.country_holidays(COUNTRY, years=span, language=language, categories=kinds))


@lru_cache(maxsize=4)
def _calendar(hours: Hours, longest: timedelta, year: int) -> tuple[Calendar, str]:
    """Make the calendar, and say why if it had to be one on which all time counts.

    Promises that could not be kept within a year are none: then a clock that always runs is
    the honest one, and the desk says so.
    """
    first, last = (date(end, 1, 1) for end in (year - YEARS_BACK, year + YEARS_AHEAD + 1))
    calendar = Calendar(hours, first=first, last=last - timedelta(days=1))
    start = datetime(year, 1, 1, tzinfo=UTC)
    open_time = calendar.between(start, start + timedelta(days=365))
    if open_time >= longest:
        return calendar, ""
    fallback = TOO_FEW_HOURS if open_time else NO_HOURS
    logger.warning("promised times are counted round the clock: %s", fallback)
    return Calendar.round_the_clock(), fallback
