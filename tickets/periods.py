"""Hours and days on the desk's clock (settings.TIME_ZONE), as stretches of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from tickets.models.figures import Grain

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """From `start` on, until just before `end`."""

    start: datetime
    end: datetime
    tickets: frozenset[int] | None = None  # only what happened to these


def day_start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def window(grain: str, start: datetime) -> Window:
    """The hour or day that begins at `start`; where clocks are changed, a day has 23 or 25 hours."""
    if grain == Grain.HOUR:
        return Window(start, start + HOUR)
    return Window(start, day_start(timezone.localtime(start).date() + DAY))


def latest(grain: str, count: int) -> list[datetime]:
    """The starts of so many hours or days, the one that is running last."""
    if grain == Grain.HOUR:
        this = timezone.localtime().replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        return [this - HOUR * back for back in reversed(range(count))]
    today = timezone.localdate()
    return [day_start(today - DAY * back) for back in reversed(range(count))]


def days_between(first: date, last: date) -> list[datetime]:
    """The starts of the days from the first to the last, both included."""
    return [day_start(first + DAY * number) for number in range((last - first).days + 1)]
