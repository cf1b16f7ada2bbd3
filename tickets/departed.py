"""What deleted tickets count for: periods are counted again and again, and must not forget who is gone.

Before tickets are deleted, their share of every hour, day and week that may still be counted is kept as
mere numbers, by the same measures, and added to each later count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.utils import timezone

from tickets import drift
from tickets.measures import Tally, answers_by_agent, count_window
from tickets.models import Departed, Event, Ticket
from tickets.models.event import EventKind
from tickets.models.figures import Grain
from tickets.models.privacy import DepartedKind
from tickets.periods import DAY, HOUR, Window, day_start, window
from tickets.sketch import Sketch, merged

# Longer ago, no period is counted by itself any more; see counting.DAYS.
DAYS = 100
HOURS = 72
# What puts a ticket into a period.
MOMENTS = ("created_at", "first_agent_reply_at", "resolved_at", "response_due_at", "resolution_due_at")
COUNTED_EVENTS = [EventKind.MOVED, EventKind.REPLIED, EventKind.TRIAGED]

Key = TypeVar("Key", str, int)


def keep_counts(pks: Collection[int]) -> None:
    """Keep what these tickets count for, for the transaction that deletes them; they are locked."""
    meant = frozenset(pks)
    moments = list(_moments(meant))
    for start in sorted({_hour(at) for at in moments if at > timezone.now() - HOUR * HOURS}):
        _keep_tally(DepartedKind.HOUR, start, count_window(Window(start, start + HOUR, meant)))
    for start in sorted({day_start(timezone.localdate(at)) for at in moments}):
        day = Window(start, window(Grain.DAY, start).end, meant)
        _keep_tally(DepartedKind.DAY, start, count_window(day))
        _keep_tally(DepartedKind.AGENT, start, answers_by_agent(day))
    for week in sorted({drift.week_of(timezone.localdate(at)) for at in moments}):
        _keep_week(week, meant)
    Departed.objects.filter(kind=DepartedKind.HOUR, start__lt=timezone.now() - HOUR * HOURS * 2).delete()


def of(kind: str, start: datetime) -> list[tuple[str, dict[str, int], dict[str, Any]]]:
    """Return what is kept of a period: key, counts, sketches."""
    rows = Departed.objects.filter(kind=kind, start=start).order_by("key")
    return list(rows.values_list("key", "counts", "times"))


def add(tally: Tally[str], gone: Iterable[tuple[str, dict[str, int], dict[str, Any]]]) -> None:
    for category, counts, times in gone:
        _add(tally, category, counts, times)


def add_agents(tally: Tally[int], gone: Iterable[tuple[str, dict[str, int], dict[str, Any]]]) -> None:
    rows = {int(agent): (counts, times) for agent, counts, times in gone}
    # Whose account is deleted has no figures any more.
    for agent in User.objects.filter(pk__in=rows).values_list("pk", flat=True):
        _add(tally, agent, *rows[agent])


def _add(tally: Tally[Key], key: Key, counts: dict[str, int], times: dict[str, Any]) -> None:
    for column, number in counts.items():
        tally.count(column, key, number)
    for column, buckets in times.items():
        tally.times[key][column].buckets.update(Sketch(buckets).buckets)


def _moments(pks: frozenset[int]) -> Iterator[datetime]:
    since = timezone.now() - DAY * DAYS
    for row in Ticket.objects.filter(pk__in=pks).values_list(*MOMENTS):
        yield from (at for at in row if at and at > since)
    happened = Event.objects.filter(ticket__in=pks, kind__in=COUNTED_EVENTS, created_at__gt=since)
    yield from happened.order_by().values_list("created_at", flat=True)


def _hour(at: datetime) -> datetime:
    # On the desk's clock: not every zone is whole hours from UTC.
    local = timezone.localtime(at)
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _keep_tally(kind: DepartedKind, start: datetime, tally: Tally[Any]) -> None:
    for key in sorted(tally.keys):
        times = {column: sketch.as_json() for column, sketch in tally.times[key].items()}
        _keep(kind, start, str(key), dict(tally.counts[key]), times)


def _keep_week(week: date, pks: frozenset[int]) -> None:
    for row in drift.figures_of(week, tickets=pks):
        category = row.pop("category")
        _keep(DepartedKind.WEEK, drift.week_start(week), category, row, {})


def _keep(kind: str, start: datetime, key: str, counts: dict[str, int], times: dict[str, Any]) -> None:
    row, is_new = Departed.objects.select_for_update().get_or_create(
        kind=kind, start=start, key=key, defaults={"counts": counts, "times": times}
    )
    if is_new:
        return
    for name, number in counts.items():
        row.counts[name] = row.counts.get(name, 0) + number
    for name, buckets in times.items():
        row.times[name] = merged([row.times.get(name, {}), buckets]).as_json()
    row.save(update_fields=["counts", "times"])
