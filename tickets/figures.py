"""Reads what counting.py has counted: one row per hour or day, and their sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from tickets.drift import week_of
from tickets.measures import COMES_BACK_WITHIN
from tickets.models import Figures, TriageWeek
from tickets.models.figures import ALL, Grain
from tickets.periods import window
from tickets.sketch import merged


def read(grain: str, starts: Sequence[datetime], *, category: str = ALL) -> list[Figures]:
    """The figures of these hours or days, in order; zeros where nothing has been counted."""
    rows = Figures.objects.filter(grain=grain, category=category, start__gte=starts[0], start__lte=starts[-1])
    by_start = {row.start: row for row in rows}
    return [
        by_start.get(start) or Figures(grain=grain, category=category, start=start, counted_at=start)
        for start in starts
    ]


def total(rows: Iterable[Figures]) -> Figures:
    """Their sum, as a row of its own that nobody stores."""
    rows = list(rows)
    return Figures(
        **{column: sum(getattr(row, column) for row in rows) for column in Figures.COUNTS},
        **{column: merged(getattr(row, column) for row in rows).as_json() for column in Figures.TIMES},
    )


def settled(rows: Iterable[Figures], *, grain: Grain) -> list[Figures]:
    """Those whose resolved tickets have had their 72 hours: before, coming back is not known."""
    before = timezone.now() - COMES_BACK_WITHIN
    return [row for row in rows if window(grain, row.start).end <= before]


def triage_since(start: datetime, *, category: str = ALL) -> dict[str, int]:
    """What triage said in the weeks that reach into the period: of all, abstained, corrected."""
    weeks = TriageWeek.objects.filter(week__gte=week_of(timezone.localdate(start)))
    if category != ALL:
        weeks = weeks.filter(category=category)
    sums = weeks.aggregate(*(Sum(column, default=0) for column in ("triaged", "abstained", "corrected")))
    return {name.removesuffix("__sum"): number for name, number in sums.items()}
