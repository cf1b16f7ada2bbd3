"""How triage does from week to week: what it abstains from, and what agents correct.

A page must not count every ticket there is, so a task counts one week at a time into TriageWeek.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.fields.json import KT
from django.utils import timezone

from tickets.models import Assessment, Departed, TriageWeek
from tickets.models.privacy import DepartedKind
from tickets.models.ticket_choices import NO_REPORT

WEEKS = 26
# Corrections still come while a ticket is open; after this a week is taken to be settled.
UNSETTLED = 5
WEEK = timedelta(days=7)
COUNTS = ("triaged", "abstained", "corrected")


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def latest_weeks(count: int) -> list[date]:
    """The Mondays of the latest weeks at the office, this one last."""
    this = week_of(timezone.localdate())
    return [this - WEEK * back for back in reversed(range(count))]


def count_weeks() -> int:
    """Count the weeks that may still change, the first time all that are shown; return how many."""
    weeks = latest_weeks(UNSETTLED if TriageWeek.objects.exists() else WEEKS)
    for week in weeks:
        count_week(week)
    return len(weeks)


def count_week(week: date) -> None:
    """Write the figures of one week anew."""
    rows = [TriageWeek(week=week, **figures) for figures in _with_departed(week)]
    with transaction.atomic():
        TriageWeek.objects.filter(week=week).exclude(category__in=[row.category for row in rows]).delete()
        # Not deleted and made again: two workers may count the same week at once.
        TriageWeek.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["week", "category"],
            update_fields=COUNTS,
        )


def week_start(week: date) -> datetime:
    return timezone.make_aware(datetime.combine(week, time.min))


def _with_departed(week: date) -> list[dict[str, Any]]:
    """The figures of the week, with what tickets count for that are deleted by now."""
    found = {row["category"]: row for row in figures_of(week)}
    gone = Departed.objects.filter(kind=DepartedKind.WEEK, start=week_start(week))
    for category, counts in gone.values_list("key", "counts"):
        row = found.setdefault(category, {"category": category, **dict.fromkeys(COUNTS, 0)})
        for name in COUNTS:
            row[name] += counts.get(name, 0)
    return list(found.values())


def figures_of(week: date, *, tickets: Collection[int] | None = None) -> list[dict[str, Any]]:
    """Count a week by category, from its assessments; of these tickets only, when they are named."""
    start, end = week_start(week), week_start(week + WEEK)
    # A second look, with the screenshots read, replaces what was thought first.
    later = Assessment.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"))
    in_week = Assessment.objects.filter(~Exists(later), created_at__gte=start, created_at__lt=end)
    if tickets is not None:
        in_week = in_week.filter(ticket__in=tickets)
    # A category without a confidence is a human's word.
    corrected = Q(abstained=False, ticket__confidence=None) & ~Q(ticket__category__in=["", F("category")])
    counted = (
        in_week.exclude(ticket__status__in=NO_REPORT)
        .order_by()
        .annotate(best=KT("guesses__0__0"))
        .values("best")
        # A sum named like a column would stand in the column's place in what follows.
        .annotate(
            all=Count("ticket", distinct=True),
            unnamed=Count("ticket", distinct=True, filter=Q(abstained=True)),
            wrong=Count("ticket", distinct=True, filter=corrected),
        )
    )
    return [
        {
            "category": row["best"],
            "triaged": row["all"],
            "abstained": row["unnamed"],
            "corrected": row["wrong"],
        }
        for row in counted
        if row["best"]
    ]
